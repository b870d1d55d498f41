"""The configuration of a site: `noemie.toml`, or the table `[tool.noemie]` of a `pyproject.toml`.

    norm = "PS-2003C"                  # as --norm
    select = ["facture", "smg"]        # only these rules: ids or prefixes
    ignore = ["format.remplissage"]
    fail-on = "error"                  # error, warning, info or never
    baseline = "noemie-baseline.json"  # accepted findings; see --write-baseline
    layouts = "norme"                  # folder with the site's own layout tables
    codes = "norme"                    # folder with the site's own code lists

    [severity]                         # rule id = error, warning, info or off
    "cle.nir-provisoire" = "info"

    [smg]
    nature_assurance = "?"             # code that the site's norm gives to SMG invoices; "?" when not known

    [[delais]]                         # as many as needed; no delay is checked otherwise
    entre = "acte-facturation"         # or prescription-acte, facturation-lot
    jours = 90                         # at most
    du = 2025-01-01                    # for care (or billing) from that day on, up to another (au)

Paths in it start from its own folder. It is read strictly: a mistake in it stops the command, rather than
letting a check pass that was not done. Which file is used is told by `cli.check.config`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from cli.check.policy import OFF, PROJECT, Config, rules_named, unknown_rule
from flatfile.toml import KeyPath, Keys, Place, Source, Table, TomlError, day, integer, parse, read_file, word

if TYPE_CHECKING:
    from fse.delais import Delais

#: The value of the nature of insurance that says: not known.
UNKNOWN: Final = "?"

#: A value of the national database, which no flow may carry (SMG-10).
_SNDS: Final = "22"

_FAIL_ON: Final = ("error", "warning", "info", "never")
_SEVERITIES: Final = _FAIL_ON[:3]

#: Longest delay that a configuration may tell, in days: a century.
_MOST_DAYS: Final = 36525
#: Size beyond which a file is no configuration.
_MOST_BYTES: Final = 1 << 20


class ConfigError(TomlError):
    """A configuration or a baseline is wrong: which file, which line and key, what was expected there."""

    def __init__(self, path: Path, key: str, fr: str, en: str, line: int = 0, column: int = 0) -> None:
        super().__init__(Place(str(path), line, key, column), f"attendu, {fr}", f"expected {en}")
        self.path = path
        self.key = key


def load(path: Path) -> Config:
    """Read one configuration file; raises `ConfigError` on anything that is not expected."""
    source, data = _parse(path)
    if path.name != PROJECT:
        return _Reading(source, (), data, path).config()
    table = _project_table(data)
    if table is None:
        raise ConfigError(path, "tool.noemie", "une table [tool.noemie]", "a table [tool.noemie]")
    return _Reading(source, ("tool", "noemie"), table, path).config()


def has_table(project: Path) -> bool:
    """Whether a `pyproject.toml` has the table. Raises `ConfigError` when it cannot be read."""
    return _project_table(_parse(project)[1]) is not None


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


class _Reading(Table):
    """One table of a file being read: each key has its reader, and nothing else is accepted."""

    def __init__(self, source: Source, path: KeyPath, data: Any, file: Path) -> None:
        self._file = file
        super().__init__(source, path, data)

    def config(self) -> Config:
        """The whole file."""
        found = self.read(_KEYS)
        assert {item.name for item in fields(Config)} >= set(found)
        return Config(self._file, **found)

    def error(self, key: str, fr: str, en: str) -> ConfigError:
        """What was expected of a key."""
        place = self.place(key)
        return ConfigError(self._file, place.cle, fr, en, place.ligne)

    def within(self, key: str, value: Any, rank: int = 0) -> Self:
        """The table that stands under a key, or one of those that do."""
        path = (*self.path, key, rank) if rank else (*self.path, key)
        return type(self)(self.source, path, value, self._file)

    # --- values ---------------------------------------------------------------------------------------

    def norm(self, key: str, value: Any) -> str:
        """One of the norms."""
        from fse.normes import NORMS

        return str(word(NORMS)(self, key, value))

    def rules(self, key: str, value: Any) -> tuple[str, ...]:
        """Ids or prefixes of rules."""
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise self.error(
                key,
                'une liste de règles ou de débuts, comme ["smg", "cle.nir"]',
                'a list of rules or prefixes, such as ["smg", "cle.nir"]',
            )
        for name in value:
            if not rules_named(name):
                place = self.place(key)
                raise ConfigError(self._file, f"{place.cle}, {name!r}", *unknown_rule(name), place.ligne)
        return tuple(value)

    def severity(self, key: str, value: Any) -> Mapping[str, str]:
        """Severities by rule id."""
        if not isinstance(value, dict):
            raise self.error(
                key, 'une table, comme "cle.nir" = "warning"', 'a table, such as "cle.nir" = "warning"'
            )
        table = self.within(key, value)
        for rule, severity in value.items():
            if rules_named(rule) != (rule,):
                raise table.error(rule, *unknown_rule(rule, whole=True))
            word((*_SEVERITIES, OFF))(table, rule, severity)
        return dict(value)

    def file(self, key: str, value: Any) -> Path:
        """A path, from the folder of the configuration."""
        if not isinstance(value, str) or not value or "\0" in value:
            raise self.error(key, "un chemin", "a path")
        return self._file.absolute().parent / value

    def folder(self, key: str, value: Any) -> Path:
        """A folder that exists."""
        path = self.file(key, value)
        if not path.is_dir():
            raise self.error(key, "un dossier existant", "an existing folder")
        return path

    def smg(self, key: str, value: Any) -> str:
        """The table `[smg]`, whose only key is the nature of insurance."""
        found = self.within(key, value).read(_SMG_KEYS)
        return str(found.get("nature_smg", ""))

    def nature(self, key: str, value: Any) -> str:
        """Two digits, or nothing when not known."""
        if value in (UNKNOWN, ""):
            return ""
        if not isinstance(value, str) or not re.fullmatch("[0-9]{2}", value):
            raise self.error(
                key,
                f'deux chiffres entre guillemets, ou "{UNKNOWN}"',
                f'two digits in quotes, or "{UNKNOWN}"',
            )
        if value == _SNDS:
            raise self.error(
                key,
                "le code de la norme : 22 est une valeur de la base nationale (SNDS)",
                "the code of the norm: 22 is a value of the national database (SNDS)",
            )
        return value

    def delais(self, key: str, value: Any) -> Delais:
        """The tables `[[delais]]`."""
        from fse.delais import Delai, Delais

        found = []
        for table in self.tables(key, value):
            values = table.read(_DELAI_KEYS)
            table.needed("entre")
            table.needed("jours")
            found.append(Delai(**values))
        return Delais(tuple(found))

    def pair(self, key: str, value: Any) -> str:
        """Two dates of an invoice."""
        from fse.delais import PAIRES

        return str(word(PAIRES)(self, key, value))


#: Key -> attribute of `Config`, reader.
_KEYS: Final[Keys] = {
    "norm": ("norm", _Reading.norm),
    "select": ("select", _Reading.rules),
    "ignore": ("ignore", _Reading.rules),
    "severity": ("severity", _Reading.severity),
    "fail-on": ("fail_on", word(_FAIL_ON)),
    "baseline": ("baseline", _Reading.file),
    "layouts": ("layouts", _Reading.folder),
    "codes": ("codes", _Reading.folder),
    "smg": ("nature_smg", _Reading.smg),
    "delais": ("delais", _Reading.delais),
}
_SMG_KEYS: Final[Keys] = {"nature_assurance": ("nature_smg", _Reading.nature)}
_DELAI_KEYS: Final[Keys] = {
    "entre": ("entre", _Reading.pair),
    "jours": ("jours", integer(0, _MOST_DAYS)),
    "du": ("du", day),
    "au": ("au", day),
}
