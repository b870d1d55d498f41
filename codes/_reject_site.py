"""The rows a site adds to the reject catalogue, read from its TOML files. Private to ``codes.rejects``.

A file may hold its provenance once, at the top; an entry may change it. Nobody adds a row anonymously::

    source = "Réponse écrite de la caisse, courrier du 3 mars"
    author_role = "responsable facturation"
    date = 2026-03-04

    [[reject]]
    namespace = "AMO"
    code = "0999 001"
    label = "LIBELLE TEL QUE RECU"
    meaning_fr = "Ce que cela veut dire."
    provider_action_fr = "Ce qu'il faut faire."
    action_class = "corriger_retransmettre"
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from codes._reject_codes import is_date
from codes._reject_rows import COLUMNS, Reject
from codes.actions import Action
from codes.motives import MOTIVES

__all__ = ["SiteCatalogueError", "load_site"]

PROVENANCE: Final = ("source", "author_role", "date")
OUTCOMES: Final = frozenset(
    {"rejet", "signalement", "acquittement", "differe", "accepte", "refuse", "message_de_service"}
    | {"local", "droits", "non_classe", "non_precise"}
)
LEVELS: Final = frozenset({"fichier", "lot", "facture", "ligne", "poste", "contrat", "droits"})
_FIELDS: Final = frozenset((*COLUMNS, *PROVENANCE))
_TOML_PLACE: Final = re.compile(r"line (\d+)")


class SiteCatalogueError(ValueError):
    """A site's catalogue cannot be used. Says where and what to change; repeats no value.

    ``file`` is the file's name, ``entry`` the 1-based index of the ``[[reject]]`` entry (0: the file
    itself), ``field`` the key, empty when the whole entry is meant.
    """

    def __init__(self, problem: str, *, file: str, entry: int = 0, field: str = "") -> None:
        self.problem = problem
        self.file = file
        self.entry = entry
        self.field = field
        where = [file, f"reject {entry}" if entry else "", field]
        super().__init__(f"{', '.join(filter(None, where))}: {problem}")


_CHECKS: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "action_class": (lambda v: v in frozenset(Action), "not an action class (see codes.actions)"),
    "outcome": (lambda v: v in OUTCOMES, "not a known outcome"),
    "level": (lambda v: v in LEVELS, "not a known level"),
    "part": (lambda v: v in {"AMO", "AMC"}, "must be AMO or AMC"),
    "confidence": (lambda v: v in {"A", "B", "C"}, "must be A, B or C"),
    "motive": (lambda v: v in MOTIVES, "not a known motive"),
    "valid_from": (is_date, "must be a date YYYY-MM-DD, with X for unknown digits"),
    "valid_to": (is_date, "must be a date YYYY-MM-DD, with X for unknown digits"),
    "date": (is_date, "must be a date YYYY-MM-DD, with X for unknown digits"),
}


def load_site(directory: str | Path) -> tuple[Reject, ...]:
    """Read every ``*.toml`` of a directory, by name, and return its rows in order.

    Same fields as the shipped table; required: ``namespace``, ``code`` or ``label``, ``source``,
    ``author_role``, ``date``. Without a grade a row is C, without an action class it is ``inconnue``. Raise
    ``SiteCatalogueError`` when the directory or a file cannot be read, or an entry is wrong; nothing is
    loaded then.
    """
    folder = Path(directory)
    if not folder.is_dir():
        raise SiteCatalogueError("not a directory", file=folder.name or str(folder))
    seen: set[tuple[object, ...]] = set()
    rows: list[Reject] = []
    for path in sorted(folder.glob("*.toml")):
        for entry, row in enumerate(_read(path), start=1):
            key = (row.emitter.upper(), *row.identity, row.valid_from)
            if key in seen:
                raise SiteCatalogueError(
                    "same emitter, namespace, code and valid_from as an earlier entry",
                    file=path.name,
                    entry=entry,
                )
            seen.add(key)
            rows.append(row)
    return tuple(rows)


def _read(path: Path) -> Iterator[Reject]:
    table = _parse(path)
    entries = table.pop("reject", None)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SiteCatalogueError("no [[reject]] entry", file=path.name)
    for name in table:
        if name not in PROVENANCE:
            raise SiteCatalogueError("unknown key at the top of the file", file=path.name, field=_shown(name))
    for index, entry in enumerate(entries, start=1):
        yield _row(table | entry, path.name, index)


def _parse(path: Path) -> dict[str, Any]:
    import tomllib  # only sites that add rows need it

    # The messages of the reader and of the system are not repeated: they may quote what the file holds.
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        problem = "cannot be read"
    except UnicodeDecodeError:
        problem = "not UTF-8 text"
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        problem = "not valid TOML" + (f", line {place[1]}" if place else "")
    raise SiteCatalogueError(problem, file=path.name)


def _row(entry: Mapping[str, object], file: str, index: int) -> Reject:
    def wrong(problem: str, field: str = "") -> SiteCatalogueError:
        return SiteCatalogueError(problem, file=file, entry=index, field=field)

    values = dict.fromkeys((*COLUMNS, "author_role", "date"), "")
    for name, value in entry.items():
        if name not in _FIELDS:
            raise wrong("unknown field", _shown(name))
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            value = value.isoformat()
        if not isinstance(value, str):
            raise wrong("must be text: put it between quotes, leading zeros count", name)
        values[name] = value
    for name in ("namespace", *PROVENANCE):
        if not values[name].strip():
            raise wrong("required, may not be empty", name)
    if not (values["code"].strip() or values["label"].strip()):
        raise wrong("a code or a label is required")
    for name, (accepts, problem) in _CHECKS.items():
        if values[name] and not accepts(values[name]):
            raise wrong(problem, name)
    values["namespace"] = values["namespace"].strip().upper()
    values["confidence"] = values["confidence"] or "C"
    action = Action(values.pop("action_class") or Action.INCONNUE)
    return Reject(**values, action_class=action, origin=file)


def _shown(name: str) -> str:
    """Return a key that a person mistyped, if it is plain enough to be repeated."""
    return name if re.fullmatch(r"[A-Za-z_-]{1,40}", name) else "(key)"
