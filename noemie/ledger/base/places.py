"""Where the keys of a user's bases are kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def keys_folder() -> Path:
    """The folder of the keys, among the user's settings: apart from the bases."""
    home = Path.home()
    if sys.platform == "win32":
        folder = Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        folder = home / "Library" / "Application Support"
    else:
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    return folder / "sesam-noemie" / "keys"
