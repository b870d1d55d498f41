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

The file nearest to the checked one is used, from its folder upwards; paths in it start from its own folder.
Nothing is needed: without a file everything has its default. A file that is there is read strictly: a mistake
in it stops the command, rather than letting a check pass that was not done.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cli.check.policy import OFF, near, rules_named
from cli.words.speech import Lang, speaker

if TYPE_CHECKING:
    from fse.delais import Delais

FILE: Final = "noemie.toml"
PROJECT: Final = "pyproject.toml"

#: The value of the nature of insurance that says: not known.
UNKNOWN: Final = "?"

#: A value of the national database, which no flow may carry (SMG-10).
_SNDS: Final = "22"

_FAIL_ON: Final = ("error", "warning", "info", "never")
_SEVERITIES: Final = _FAIL_ON[:3]

#: Size beyond which a file is no configuration.
_MOST_BYTES: Final = 1 << 20

_POSITION: Final = re.compile(r"line ([0-9]+), column ([0-9]+)")


class ConfigError(Exception):
    """A configuration or a baseline is wrong: which file, which key, what was expected there."""

    def __init__(self, path: Path, key: str, fr: str, en: str) -> None:
        super().__init__(str(path), key)
        self.path = path
        self.key = key
        self.expected = {"fr": fr, "en": en}

    def text(self, lang: Lang) -> str:
        """The message for a person."""
        say = speaker(lang)
        # A key is what the file says: a terminal is given nothing but what it can show.
        key = "".join(character if character.isprintable() else "?" for character in self.key)
        where = f", {key}" if key else ""
        return say(
            f"{self.path}{where} : attendu, {self.expected['fr']}",
            f"{self.path}{where}: expected {self.expected['en']}",
        )


@dataclass(frozen=True, slots=True)
class Config:
    """What a configuration says; `path` is the file it comes from, `None` when there is none."""

    path: Path | None = None
    norm: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict)
    fail_on: str = "warning"
    baseline: Path | None = None
    layouts: Path | None = None
    codes: Path | None = None
    nature_smg: str = ""
    delais: Delais | None = None


def find(start: Path) -> Path | None:
    """The configuration file that applies in a folder: the nearest one upwards, or `None`.

    In one folder `noemie.toml` comes first; a `pyproject.toml` counts when it has a table `[tool.noemie]`.
    Raises `ConfigError` when a `pyproject.toml` on the way cannot be read.
    """
    folder = start.absolute()
    for place in (folder, *folder.parents):
        if (place / FILE).is_file():
            return place / FILE
        project = place / PROJECT
        if project.is_file() and _project_table(_parse(project)) is not None:
            return project
    return None


def load(path: Path) -> Config:
    """Read one configuration file; raises `ConfigError` on anything that is not expected."""
    data: Any = _parse(path)
    prefix = ""
    if path.name == PROJECT:
        data, prefix = _project_table(data), "tool.noemie."
        if data is None:
            raise ConfigError(path, "tool.noemie", "une table [tool.noemie]", "a table [tool.noemie]")
    return _Reading(path, prefix).config(data)


class Finder:
    """Configurations by checked file, each read once. `imposed` is a file to use for all; `off` uses none."""

    def __init__(self, imposed: Path | None = None, *, off: bool = False) -> None:
        self._imposed = load(imposed) if imposed is not None else None
        self._off = off
        self._by_folder: dict[Path, Config] = {}

    def of(self, name: str) -> Config:
        """The configuration of a file; of the current folder for standard input. Raises `ConfigError`."""
        if self._off:
            return Config()
        if self._imposed is not None:
            return self._imposed
        folder = Path(name).absolute().parent if name != "-" else Path.cwd()
        found = self._by_folder.get(folder)
        if found is None:
            path = find(folder)
            found = next((known for known in self._by_folder.values() if path and known.path == path), None)
            self._by_folder[folder] = found = found or (load(path) if path else Config())
        return found


def _parse(path: Path) -> dict[str, Any]:
    try:
        if path.exists() and (not path.is_file() or path.stat().st_size > _MOST_BYTES):
            raise OSError("no regular file of a sane size")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(path, "", "un fichier existant", "an existing file") from None
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            path, "", "un fichier TOML lisible, en UTF-8", "a readable TOML file, in UTF-8"
        ) from None
    except (ValueError, RecursionError) as error:  # a number too long, tables too deep
        # Only the place is taken from the message.
        at = _POSITION.search(str(error))
        fr, en = (f", ligne {at[1]}, colonne {at[2]}", f", line {at[1]}, column {at[2]}") if at else ("", "")
        key = f"{at[1]}:{at[2]}" if at else ""
        raise ConfigError(path, key, f"du TOML{fr}", f"TOML{en}") from None


def _project_table(data: dict[str, Any]) -> Any:
    tool = data.get("tool")
    return tool.get("noemie") if isinstance(tool, dict) else None


class _Reading:
    """One file being read: each key has its reader, and nothing else is accepted."""

    def __init__(self, path: Path, prefix: str) -> None:
        self._path = path
        self._prefix = prefix

    def config(self, data: Any) -> Config:
        found = self._table("", data, _KEYS)
        assert {item.name for item in fields(Config)} >= set(found)
        return Config(self._path, **found)

    def error(self, key: str, fr: str, en: str) -> ConfigError:
        return ConfigError(self._path, self._prefix + key, fr, en)

    def _table(self, name: str, data: Any, keys: Mapping[str, tuple[str, _Read]]) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise self.error(name.rstrip("."), "une table", "a table")
        found = {}
        for key, value in data.items():
            if key not in keys:
                raise self.error(f"{name}{key}", *_one_of(key, keys))
            attribute, read = keys[key]
            found[attribute] = read(self, f"{name}{key}", value)
        return found

    # --- values ---------------------------------------------------------------------------------------

    def norm(self, key: str, value: Any) -> str:
        """One of the norms."""
        from fse.normes import NORMS

        return self._word(key, value, NORMS)

    def fail_on(self, key: str, value: Any) -> str:
        """A severity, or never."""
        return self._word(key, value, _FAIL_ON)

    def _word(self, key: str, value: Any, words: tuple[str, ...]) -> str:
        if not isinstance(value, str) or value not in words:
            raise self.error(key, *_one_of("", words))
        return value

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
                raise self.error(f"{key}, {name!r}", *unknown_rule(name))
        return tuple(value)

    def severity(self, key: str, value: Any) -> Mapping[str, str]:
        """Severities by rule id."""
        if not isinstance(value, dict):
            raise self.error(
                key, 'une table, comme "cle.nir" = "warning"', 'a table, such as "cle.nir" = "warning"'
            )
        for rule, word in value.items():
            if rules_named(rule) != (rule,):
                raise self.error(f"{key}.{rule}", *unknown_rule(rule, whole=True))
            self._word(f"{key}.{rule}", word, (*_SEVERITIES, OFF))
        return dict(value)

    def file(self, key: str, value: Any) -> Path:
        """A path, from the folder of the configuration."""
        if not isinstance(value, str) or not value or "\0" in value:
            raise self.error(key, "un chemin", "a path")
        return self._path.absolute().parent / value

    def folder(self, key: str, value: Any) -> Path:
        """A folder that exists."""
        path = self.file(key, value)
        if not path.is_dir():
            raise self.error(key, "un dossier existant", "an existing folder")
        return path

    def smg(self, key: str, value: Any) -> str:
        """The table `[smg]`, whose only key is the nature of insurance."""
        found = self._table(f"{key}.", value, _SMG_KEYS)
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

        if not isinstance(value, list):
            raise self.error(key, "des tables [[delais]]", "tables [[delais]]")
        found = []
        for rank, table in enumerate(value, 1):
            one = self._table(f"{key}[{rank}].", table, _DELAI_KEYS)
            for name in ("entre", "jours"):
                if name not in one:
                    raise self.error(f"{key}[{rank}]", f"la clé {name}", f"the key {name}")
            found.append(Delai(**one))
        return Delais(tuple(found))

    def pair(self, key: str, value: Any) -> str:
        """Two dates of an invoice."""
        from fse.delais import PAIRES

        return self._word(key, value, PAIRES)

    def days(self, key: str, value: Any) -> int:
        """A number of days."""
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.error(key, "un nombre de jours", "a number of days")
        return value

    def day(self, key: str, value: Any) -> dt.date:
        """A day, without quotes."""
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise self.error(key, "un jour, comme 2025-01-31", "a day, such as 2025-01-31")
        return value


_Read = Callable[[_Reading, str, Any], Any]

#: Key -> attribute of `Config`, reader.
_KEYS: Final[dict[str, tuple[str, _Read]]] = {
    "norm": ("norm", _Reading.norm),
    "select": ("select", _Reading.rules),
    "ignore": ("ignore", _Reading.rules),
    "severity": ("severity", _Reading.severity),
    "fail-on": ("fail_on", _Reading.fail_on),
    "baseline": ("baseline", _Reading.file),
    "layouts": ("layouts", _Reading.folder),
    "codes": ("codes", _Reading.folder),
    "smg": ("nature_smg", _Reading.smg),
    "delais": ("delais", _Reading.delais),
}
_SMG_KEYS: Final[dict[str, tuple[str, _Read]]] = {"nature_assurance": ("nature_smg", _Reading.nature)}
_DELAI_KEYS: Final[dict[str, tuple[str, _Read]]] = {
    "entre": ("entre", _Reading.pair),
    "jours": ("jours", _Reading.days),
    "du": ("du", _Reading.day),
    "au": ("au", _Reading.day),
}


def _one_of(word: str, words: Any) -> tuple[str, str]:
    """What was expected among `words`, in both languages."""
    listed = ", ".join(words)
    close = near(word, words)
    fr = f" (peut-être {close[0]} ?)" if close else ""
    en = f" (perhaps {close[0]}?)" if close else ""
    return f"l'un de {listed}{fr}", f"one of {listed}{en}"


def unknown_rule(name: str, *, whole: bool = False) -> tuple[str, str]:
    """What was expected instead of a name that means no rule, in both languages."""
    from codes.rules import catalogue

    families = () if whole else dict.fromkeys(rule.family for rule in catalogue().values())
    close = near(name, [*families, *catalogue()])
    fr = f" (peut-être {', '.join(close)} ?)" if close else ""
    en = f" (perhaps {', '.join(close)}?)" if close else ""
    if whole:
        return f"l'identifiant d'une règle{fr}", f"the id of a rule{en}"
    return f"une règle ou le début de son nom{fr}", f"a rule or the start of its name{en}"
