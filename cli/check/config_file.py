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
letting a check pass that was not done. Which file is used is told by `cli.io.settings`; every verb heeds its
`codes`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cli.check.policy import OFF, Config, rules_named, unknown_rule
from cli.io.settings import PROJECT
from cli.io.settings_file import ConfigError, Settings
from flatfile.toml import Keys, day, integer, word

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


def load(path: Path) -> Config:
    """Read one configuration file; raises `ConfigError` on anything that is not expected."""
    return _Reading.of_path(path, project=path.name == PROJECT).config()


class _Reading(Settings):
    """One table of a file being read: each key has its reader, and nothing else is accepted."""

    def config(self) -> Config:
        """The whole file."""
        found = self.read(_KEYS)
        assert {item.name for item in fields(Config)} >= set(found)
        return Config(self.file_path, **found)

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
                raise ConfigError(self.file_path, f"{place.cle}, {name!r}", *unknown_rule(name), place.ligne)
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
