"""The norm that the manifest of `noemie generate` tells of a flow that stands beside it."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Final

from fse.normes import NORMS

_NAME: Final = "manifeste.json"
_MOST: Final = 8 << 20


def norm_told(name: str) -> str | None:
    """The norm of a file, when a manifest of its folder has its name and its size; else `None`."""
    path = Path(name)
    try:
        manifest = path.with_name(_NAME)
        if not path.name or not manifest.is_file():
            return None
        told = _norms(manifest, manifest.stat().st_mtime_ns).get(path.name)
        return told[0] if told is not None and told[1] == path.stat().st_size else None
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=8)
def _norms(manifest: Path, changed: int) -> dict[str, tuple[str, int]]:
    """File -> its norm and size, by a manifest; nothing of what is none."""
    try:
        with manifest.open("rb") as stream:
            told = json.loads(stream.read(_MOST))
        found = {str(one["fichier"]): (str(one["norme"]), int(one["octets"])) for one in told["flux"]}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return {}
    return {name: one for name, one in found.items() if one[0] in NORMS}
