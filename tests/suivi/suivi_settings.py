"""How many random worlds are tried: some at each push, many with HYPOTHESIS_PROFILE=long or as asked."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from suivi_random import world_text

_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
_ASKED = int(os.environ.get("NOEMIE_TEST_WORLDS", "0"))


def tried(few: int, many: int) -> settings:
    """Settings of a test that tries `few` worlds, `many` in a long run."""
    return settings(
        max_examples=_ASKED or (many if _LONG else few),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


#: Worlds in the notation of `suivi_world`.
WORLDS = st.randoms(use_true_random=False).map(lambda random: world_text(random.choice))
LARGE_WORLDS = st.randoms(use_true_random=False).map(lambda random: world_text(random.choice, large=True))
