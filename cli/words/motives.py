"""A motive of reject in words."""

from __future__ import annotations

from collections.abc import Collection

from cli.words.speech import language, say
from codes.motives import is_complementary, motives_for

__all__ = ["motive_text"]


def motive_text(name: str, parts: Collection[str] = ()) -> str:
    """A motive in words: those of an insurer when the rejects are of its part alone (`parts`)."""
    found = motives_for("C" if parts and all(map(is_complementary, parts)) else None).get(name)
    return found.title(language()) if found else say("autre", "other")
