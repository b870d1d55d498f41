"""What stands beside a file and says how it is read: the configuration of a site, the manifest of `generate`.

The configuration nearest to the file is used, from its folder upwards. Nothing is needed: without one
everything has its default. What one holds is read by `cli.io.settings_file`, imported when there is one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final, Generic, TypeVar

from cli.words.speech import language, say
from cli.words.status import CommandError

__all__ = ["FILE", "PROJECT", "Finder", "SettingsError", "find", "norm_told", "site_codes", "telling_where"]

T = TypeVar("T")

#: Names of the files that may hold a configuration.
FILE: Final = "noemie.toml"
PROJECT: Final = "pyproject.toml"

#: The manifest of `noemie generate`, and the most that is read of one, in bytes.
_MANIFEST: Final = "manifeste.json"
_MOST: Final = 8 << 20


class SettingsError(CommandError):
    """A configuration or a baseline is wrong; `path` is its file."""

    def __init__(self, path: Path, text: str) -> None:
        super().__init__(f"noemie{say(' :', ':')} {text}")
        self.path = path


@contextmanager
def telling_where() -> Iterator[None]:
    """Turn a wrong configuration, or a wrong baseline, into a `SettingsError` that names its line."""
    try:
        yield
    except ValueError as error:
        # What reads TOML is not imported to name an error that nobody raised.
        from cli.io.settings_file import ConfigError

        if not isinstance(error, ConfigError):
            raise
        raise SettingsError(error.path, error.text(language())) from None


def find(start: Path) -> Path | None:
    """The configuration file that applies in a folder: the nearest one upwards, or `None`.

    In one folder `noemie.toml` comes first; a `pyproject.toml` counts when it has a table `[tool.noemie]`.
    Raises `ConfigError` when a `pyproject.toml` on the way cannot be read.
    """
    folder = start.absolute()
    for place in (folder, *folder.parents):
        if _is(Path.is_file, place / FILE):
            return place / FILE
        project = place / PROJECT
        if _is(Path.is_file, project):
            from cli.io.settings_file import has_table

            if has_table(project):
                return project
    return None


def site_codes(given: Path | None, near: str = "-") -> Path | None:
    """The folder of a site's codes, rejects and delays: the one given, else that of its configuration.

    It is the configuration nearest to the file or folder `near`, by default to the current folder. Raises
    `SettingsError` when it is wrong.
    """
    if given is not None:
        return given
    place = Path.cwd() if near == "-" else Path(near)
    with telling_where():
        path = find(place if _is(Path.is_dir, place) else place.absolute().parent)
        if path is None:
            return None
        from cli.io.settings_file import codes_of

        return codes_of(path, project=path.name == PROJECT)


class Finder(Generic[T]):
    """Configurations by file, each read once by `load`; `none` stands where there is none.

    `imposed` is a file to use for all; `off` uses none. Raises `SettingsError` when one is wrong.
    """

    def __init__(
        self, load: Callable[[Path], T], none: T, imposed: Path | None = None, *, off: bool = False
    ) -> None:
        self._load, self._none = load, none
        self._all: T | None = none if off else None
        if imposed is not None:
            with telling_where():
                self._all = load(imposed)
        self._by_folder: dict[Path, Path | None] = {}
        self._read: dict[Path, T] = {}

    def of(self, name: str) -> T:
        """The configuration of a file; of the current folder for standard input. Raises `SettingsError`."""
        if self._all is not None:
            return self._all
        folder = Path(name).absolute().parent if name != "-" else Path.cwd()
        with telling_where():
            if folder not in self._by_folder:
                self._by_folder[folder] = find(folder)
            path = self._by_folder[folder]
            if path is None:
                return self._none
            if path not in self._read:
                self._read[path] = self._load(path)
        return self._read[path]


def norm_told(name: str) -> str | None:
    """The norm of a file, when a manifest of its folder has its name and its size; else `None`."""
    path = Path(name)
    try:
        manifest = path.with_name(_MANIFEST)
        if not path.name or not manifest.is_file():
            return None
        told = _norms(manifest, manifest.stat().st_mtime_ns).get(path.name)
        return told[0] if told is not None and told[1] == path.stat().st_size else None
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=8)
def _norms(manifest: Path, changed: int) -> dict[str, tuple[str, int]]:
    """File -> its norm and size, by a manifest; nothing of what is none."""
    from fse.normes import NORMS

    try:
        with manifest.open("rb") as stream:
            told = json.loads(stream.read(_MOST))
        found = {str(one["fichier"]): (str(one["norme"]), int(one["octets"])) for one in told["flux"]}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return {}
    return {name: one for name, one in found.items() if one[0] in NORMS}


def _is(kind: Callable[[Path], bool], path: Path) -> bool:
    try:
        return kind(path)
    except OSError:  # a path that is too long: the name of a file in an archive
        return False
