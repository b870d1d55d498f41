"""TOML read strictly: a table at a time, each key by its reader; a mistake is told with its key and its line.

What people write by hand comes through here: the configuration of a site, its rows of the reject catalogue,
the scenarios of the simulated caisse. Nothing that is not understood is passed over. Messages are in French
and in English, and quote no value.

    keys = {"jours": ("jours", integer(0, 365)), "entre": ("entre", word(("a-b", "b-c")))}
    Table.of_file(Path("noemie.toml")).read(keys)
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, Final, Literal, Self

import msgspec

Reader = Callable[[Any, str, Any], Any]
#: Key -> attribute that takes its value, and how it is read.
Keys = Mapping[str, tuple[str, Reader]]
#: Keys and ranks (from 1) that lead to a value: `("facture", 2, "issue")`.
KeyPath = tuple[str | int, ...]

#: Most bytes of a file: a mistake of file is told, not read.
MOST_BYTES: Final = 1 << 20

_HEADER: Final = re.compile(r"\s*\[(\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_NAMES: Final = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*(?:\.|$)""")
_KEY: Final = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*[=.]""")
_POSITION: Final = re.compile(r"line ([0-9]+), column ([0-9]+)")

_UNREADABLE: Final = ("un fichier TOML lisible, en UTF-8", "a readable TOML file, in UTF-8")


class Place(msgspec.Struct, frozen=True):
    """Where something stands: name of the file, line and column (0: not known), key (`facture[2].issue`)."""

    nom: str = ""
    ligne: int = 0
    cle: str = ""
    colonne: int = 0

    def __str__(self) -> str:
        return ", ".join(str(one) for one in (self.nom, self.ligne, self.cle) if one)


class TomlError(ValueError):
    """A file is wrong: its name, `ligne` and `colonne` (0: not known), `cle`, what was expected (fr, en).

    `kind` is what is wrong: a `key`, or the file itself: `unreadable`, `encoding`, `toml`.
    """

    kind: Literal["key", "unreadable", "encoding", "toml"] = "key"

    def __init__(self, place: Place, fr: str, en: str) -> None:
        super().__init__(f"{place}: {en}")
        self.nom = place.nom
        self.ligne = place.ligne
        self.cle = place.cle
        self.colonne = place.colonne
        self.attendu = {"fr": fr, "en": en}

    def text(self, lang: Literal["fr", "en"]) -> str:
        """The message for a person."""
        where = [self.nom]
        if self.ligne:
            where.append(f"ligne {self.ligne}" if lang == "fr" else f"line {self.ligne}")
        if self.colonne:
            where.append(f"colonne {self.colonne}" if lang == "fr" else f"column {self.colonne}")
        if self.cle:
            where.append(self.cle)
        return ", ".join(where) + (" : " if lang == "fr" else ": ") + self.attendu[lang]


class Source:
    """Name and lines of the file, to say on which line a key stands."""

    def __init__(self, nom: str, text: str) -> None:
        self.nom = nom
        self._lines = text.splitlines()
        self._headers: dict[KeyPath, int] = {}
        ranks: dict[KeyPath, int] = {}
        for number, line in enumerate(self._lines):
            if found := _HEADER.match(line):
                path = _ranked(tuple(_names(found[2])), ranks)
                if found[1]:
                    ranks[path] = ranks.get(path, 0) + 1
                    path = (*path, ranks[path])
                self._headers.setdefault(path, number)

    def line(self, path: KeyPath) -> int:
        """1-based line of a key, that of its table when it is written otherwise; 0 when neither is there."""
        for size in range(len(path), 0, -1):
            if (start := self._headers.get(path[:size])) is not None:
                wanted = path[size] if size < len(path) else ""
                return self._key(start + 1, wanted) or start + 1
        return self._key(0, path[0]) if path else 0

    def _key(self, start: int, wanted: str | int) -> int:
        """Line of a key of the table whose lines begin there; 0 when it is not written there."""
        for number in range(start, len(self._lines)):
            line = self._lines[number]
            if _HEADER.match(line):
                return 0
            if (found := _KEY.match(line)) and wanted in found.groups():
                return number + 1
        return 0


def _names(header: str) -> Iterator[str]:
    """The names of a dotted header."""
    for found in _NAMES.finditer(header):
        yield next(one for one in found.groups() if one is not None)


def _ranked(names: KeyPath, ranks: Mapping[KeyPath, int]) -> KeyPath:
    """The path of a header: within an array of tables, the last table is meant."""
    path: KeyPath = ()
    for index, name in enumerate(names):
        path = (*path, name)
        if index < len(names) - 1 and path in ranks:
            path = (*path, ranks[path])
    return path


def parse(data: bytes | str, nom: str, failure: type[TomlError] = TomlError) -> tuple[Source, dict[str, Any]]:
    """Lines and values of a TOML text. Raises `failure` when it is none, is too long, or is not UTF-8."""
    if len(data) > MOST_BYTES:
        most = ("un fichier de 1 Mio au plus", "a file of 1 MiB at most")
        raise _refused(failure, "unreadable", Place(nom), *most)
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(failure, "encoding", Place(nom), *_UNREADABLE) from None
    try:
        return Source(nom, text), tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is a ValueError
        at = _POSITION.search(str(error))
        is_cut = "end of document" in str(error)
    # Only the place is taken from the message, which quotes the text: not even the context keeps it.
    lines = text.splitlines() if is_cut else []
    line, column = (int(at[1]), int(at[2])) if at else (len(lines), len(lines[-1]) + 1 if lines else 0)
    raise _refused(failure, "toml", Place(nom, line, colonne=column), "du TOML", "TOML")


def read_file(path: Path, failure: type[TomlError] = TomlError, nom: str = "") -> bytes:
    """The bytes of a file, as many as are looked at. Raises `failure` when it cannot be read."""
    place = Place(nom or str(path))
    try:
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise _refused(failure, "unreadable", place, "un fichier existant", "an existing file") from None
    except (OSError, ValueError):
        raise _refused(failure, "unreadable", place, *_UNREADABLE) from None


def _refused(
    failure: type[TomlError], kind: Literal["unreadable", "encoding", "toml"], place: Place, fr: str, en: str
) -> TomlError:
    error = failure(place, *_expected(fr, en))
    error.kind = kind
    return error


def _expected(fr: str, en: str) -> tuple[str, str]:
    return f"attendu, {fr}", f"expected {en}"


class Table:
    """One table being read: each key has its reader, and nothing else is accepted."""

    #: What is raised: programs that read a kind of file have their own.
    failure: ClassVar[type[TomlError]] = TomlError

    def __init__(self, source: Source, path: KeyPath, data: Any) -> None:
        self.source = source
        self.path = path
        if not isinstance(data, dict):
            raise self.error("", "une table", "a table")
        self.data: dict[str, Any] = data

    @classmethod
    def of_text(cls, text: bytes | str, nom: str) -> Self:
        """The whole of a TOML text; `nom` is for messages."""
        source, data = parse(text, nom, cls.failure)
        return cls(source, (), data)

    @classmethod
    def of_file(cls, path: Path, nom: str = "") -> Self:
        """The whole of a TOML file."""
        return cls.of_text(read_file(path, cls.failure, nom), nom or str(path))

    def place(self, key: str = "") -> Place:
        """Where a key of this table stands."""
        path = (*self.path, key) if key else self.path
        return Place(self.source.nom, self.source.line(path), dotted(path))

    def error(self, key: str, fr: str, en: str) -> TomlError:
        """What was expected of a key."""
        return self.failure(self.place(key), *_expected(fr, en))

    def read(self, keys: Keys) -> dict[str, Any]:
        """The values by attribute."""
        found = {}
        for key, value in self.data.items():
            if key not in keys:
                raise self.error(key, *one_of(key, keys))
            attribute, reader = keys[key]
            found[attribute] = reader(self, key, value)
        return found

    def tables(self, key: str, value: Any) -> list[Self]:
        """The tables of an array, `[[key]]`."""
        if not isinstance(value, list):
            raise self.error(key, f"des tables [[{key}]]", f"tables [[{key}]]")
        return [self.within(key, one, rank) for rank, one in enumerate(value, start=1)]

    def within(self, key: str, value: Any, rank: int = 0) -> Self:
        """The table that stands under a key, or the one of this rank among those that do."""
        return type(self)(self.source, (*self.path, key, rank) if rank else (*self.path, key), value)

    def alone(self, first: str, *others: str) -> None:
        """Refuse keys that do not go with `first`."""
        for other in others:
            if other in self.data:
                raise self.error(other, f"pas cette clé avec {first}", f"not this key with {first}")

    def needed(self, key: str) -> None:
        """Refuse a table without `key`."""
        if key not in self.data:
            raise self.error("", f"la clé {key}", f"the key {key}")


def dotted(path: KeyPath) -> str:
    """A path as people write it: `facture[2].issue`.

    >>> dotted(("facture", 2, "issue")), dotted(("a[b",))
    ('facture[2].issue', 'a[b')
    """
    words = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path).removeprefix(".")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)


# --- readers of one value ---------------------------------------------------------------------------------


def one_of(name: str, names: Mapping[str, Any] | tuple[str, ...]) -> tuple[str, str]:
    """What was expected instead of a word, the nearest one first."""
    near = get_close_matches(name, list(names), n=1)
    fr, en = words_of(tuple(names))
    return (f"{near[0]} peut-être ; {fr}", f"{near[0]} perhaps; {en}") if near else (fr, en)


def words_of(names: tuple[str, ...]) -> tuple[str, str]:
    """Words to choose from, in French and in English."""
    if len(names) == 1:
        return names[0], names[0]
    told = ", ".join(names)
    return f"l'un de : {told}", f"one of: {told}"


def integer(low: int, high: int) -> Reader:
    """A whole number, both ends included."""

    def read(table: Any, key: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise table.error(key, f"un entier de {low} à {high}", f"a whole number from {low} to {high}")
        return value

    return read


def share(table: Table, key: str, value: Any) -> float:
    """A share, 0 to 1."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= 1:
        raise table.error(key, "une part de 0 à 1", "a share from 0 to 1")
    return float(value)


def flag(table: Table, key: str, value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise table.error(key, "true ou false", "true or false")
    return value


def day(table: Table, key: str, value: Any) -> dt.date:
    """A day without an hour."""
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise table.error(key, "un jour : 2026-01-20", "a day: 2026-01-20")
    return value


def text(most: int, digits: bool = False) -> Reader:
    """A printable text that is not empty, or digits."""

    def read(table: Any, key: str, value: Any) -> str:
        if (
            not isinstance(value, str)
            or not value.strip()
            or len(value) > most
            or not value.isprintable()
            or (digits and not (value.isdigit() and value.isascii()))
        ):
            fr, en = ("chiffres", "digits") if digits else ("caractères", "characters")
            raise table.error(key, f"un texte de {most} {fr} au plus", f"a text of {most} {en} at most")
        return value

    return read


def word(words: Mapping[str, Any] | tuple[str, ...]) -> Reader:
    """One of the words, or what it stands for."""

    def read(table: Any, key: str, value: Any) -> Any:
        if not isinstance(value, str) or value not in words:
            raise table.error(key, *one_of(value if isinstance(value, str) else "", words))
        return words[value] if isinstance(words, Mapping) else value

    return read


def many(reader: Reader) -> Reader:
    """One value, or a list of them."""

    def read(table: Any, key: str, value: Any) -> tuple[Any, ...]:
        values = value if isinstance(value, list) else [value]
        if not values:
            raise table.error(key, "une valeur au moins", "one value at least")
        return tuple(reader(table, key, one) for one in values)

    return read


def each(read: Callable[[Any], Any]) -> Reader:
    """Tables of an array."""
    return lambda table, key, value: tuple(read(one) for one in table.tables(key, value))
