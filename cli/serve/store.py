"""Small files of settings, for their owner alone, written whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from cli.words.speech import Lang

if TYPE_CHECKING:
    from cli.serve.practice import Practice

__all__ = ["Store", "chosen_language", "settings_folder"]

T = TypeVar("T")


def settings_folder() -> Path:
    """The folder of the user's settings, where keys are too: apart from the databases."""
    home = Path.home()
    if sys.platform == "win32":
        folder = Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        folder = home / "Library" / "Application Support"
    else:
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    return folder / "sesam-noemie"


def chosen_language() -> Store[Lang]:
    """The language that was chosen on the page, for the next time that its icon opens it."""
    return Store("langue.json", Lang)


class Store(Generic[T]):
    """One value in a JSON file; what cannot be read is taken to be absent."""

    def __init__(self, name: str, type: Any, practice: Practice | None = None) -> None:
        self._name = name
        self._type = type

    @property
    def path(self) -> Path:
        """The file."""
        return settings_folder() / self._name

    def read(self) -> T | None:
        """The value, or nothing."""
        try:
            found: T = msgspec.json.decode(self.path.read_bytes(), type=self._type)
        except (OSError, msgspec.DecodeError):
            return None
        return found

    def write(self, value: T) -> None:
        """Keep the value."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=self.path.parent)
        try:
            with os.fdopen(number, "wb") as stream:
                stream.write(msgspec.json.encode(value))
            Path(name).replace(self.path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise

    def remove(self) -> None:
        """Forget the value."""
        with suppress(OSError):
            self.path.unlink()
