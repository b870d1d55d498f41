"""What stands in a configuration file, as a table that is read key by key; mistakes name their line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Self

from flatfile.toml import KeyPath, Place, Source, Table, TomlError, parse, read_file

__all__ = ["ConfigError", "Settings", "codes_of", "has_table"]

#: Size beyond which a file is no configuration.
_MOST_BYTES: Final = 1 << 20


class ConfigError(TomlError):
    """A configuration or a baseline is wrong: which file, which line and key, what was expected there."""

    def __init__(self, path: Path, key: str, fr: str, en: str, line: int = 0, column: int = 0) -> None:
        super().__init__(Place(str(path), line, key, column), f"attendu, {fr}", f"expected {en}")
        self.path = path
        self.key = key


def has_table(project: Path) -> bool:
    """Whether a `pyproject.toml` has the table `[tool.noemie]`. Raises `ConfigError` if it cannot be read."""
    return _project_table(_parse(project)[1]) is not None


def codes_of(path: Path, *, project: bool) -> Path | None:
    """The folder that `codes` names; the other keys are those of `noemie check`. Raises `ConfigError`."""
    table = Settings.of_path(path, project=project)
    return table.folder("codes", table.data["codes"]) if "codes" in table.data else None


class Settings(Table):
    """The table of a configuration, and how paths are written in it."""

    def __init__(self, source: Source, path: KeyPath, data: Any, file: Path) -> None:
        self.file_path = file
        super().__init__(source, path, data)

    @classmethod
    def of_path(cls, path: Path, *, project: bool) -> Self:
        """The table of a file, or the one that a `pyproject.toml` has for us. Raises `ConfigError`."""
        source, data = _parse(path)
        if not project:
            return cls(source, (), data, path)
        table = _project_table(data)
        if table is None:
            raise ConfigError(path, "tool.noemie", "une table [tool.noemie]", "a table [tool.noemie]")
        return cls(source, ("tool", "noemie"), table, path)

    def error(self, key: str, fr: str, en: str) -> ConfigError:
        """What was expected of a key."""
        place = self.place(key)
        return ConfigError(self.file_path, place.cle, fr, en, place.ligne)

    def within(self, key: str, value: Any, rank: int = 0) -> Self:
        """The table that stands under a key, or one of those that do."""
        path = (*self.path, key, rank) if rank else (*self.path, key)
        return type(self)(self.source, path, value, self.file_path)

    def file(self, key: str, value: Any) -> Path:
        """A path, from the folder of the configuration."""
        if not isinstance(value, str) or not value or "\0" in value:
            raise self.error(key, "un chemin", "a path")
        return self.file_path.absolute().parent / value

    def folder(self, key: str, value: Any) -> Path:
        """A folder that exists."""
        path = self.file(key, value)
        if not path.is_dir():
            raise self.error(key, "un dossier existant", "an existing folder")
        return path


def _parse(path: Path) -> tuple[Source, dict[str, Any]]:
    try:
        if path.exists() and (not path.is_file() or path.stat().st_size > _MOST_BYTES):
            raise ConfigError(
                path, "", "un fichier TOML lisible, en UTF-8", "a readable TOML file, in UTF-8"
            ) from None
        return parse(read_file(path), str(path))
    except TomlError as error:
        fr, en = (error.attendu[lang].split(" ", 1)[1] for lang in ("fr", "en"))
        raise ConfigError(path, "", fr, en, error.ligne, error.colonne) from None


def _project_table(data: dict[str, Any]) -> Any:
    tool = data.get("tool")
    return tool.get("noemie") if isinstance(tool, dict) else None
