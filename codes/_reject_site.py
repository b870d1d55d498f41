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
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from codes._reject_codes import is_date
from codes._reject_rows import COLUMNS, Reject
from codes.actions import Action, Lang
from codes.motives import MOTIVES

__all__ = ["SiteCatalogueError", "SiteRow", "load_site", "review_site"]

PROVENANCE: Final = ("source", "author_role", "date")
OUTCOMES: Final = frozenset(
    {"rejet", "signalement", "acquittement", "differe", "accepte", "refuse", "message_de_service"}
    | {"local", "droits", "non_classe", "non_precise"}
)
LEVELS: Final = frozenset({"fichier", "lot", "facture", "ligne", "poste", "contrat", "droits"})
_FIELDS: Final = frozenset((*COLUMNS, *PROVENANCE))

_PROBLEMS: Final[dict[str, tuple[str, str]]] = {
    "directory": ("n'est pas un dossier", "not a directory"),
    "unreadable": ("ne peut pas être lu", "cannot be read"),
    "encoding": ("n'est pas un texte UTF-8", "not UTF-8 text"),
    "toml": ("n'est pas du TOML correct", "not valid TOML"),
    "empty": ("aucune entrée [[reject]]", "no [[reject]] entry"),
    "top": ("clé inconnue en tête du fichier", "unknown key at the top of the file"),
    "unknown": ("champ inconnu", "unknown field"),
    "text": (
        "doit être un texte : le mettre entre guillemets, les zéros de tête comptent",
        "must be text: put it between quotes, leading zeros count",
    ),
    "required": ("obligatoire, ne peut pas être vide", "required, may not be empty"),
    "nothing": ("un code ou un libellé est obligatoire", "a code or a label is required"),
    "twice": (
        "mêmes emitter, namespace, code et valid_from qu'une entrée précédente",
        "same emitter, namespace, code and valid_from as an earlier entry",
    ),
    "action_class": (
        "n'est pas une classe d'action (voir codes.actions)",
        "not an action class (see codes.actions)",
    ),
    "outcome": ("n'est pas une issue connue", "not a known outcome"),
    "level": ("n'est pas un niveau connu", "not a known level"),
    "part": ("doit être AMO ou AMC", "must be AMO or AMC"),
    "confidence": ("doit être A, B ou C", "must be A, B or C"),
    "motive": ("n'est pas un motif connu", "not a known motive"),
    "date": (
        "doit être une date AAAA-MM-JJ, X pour un chiffre inconnu",
        "must be a date YYYY-MM-DD, with X for unknown digits",
    ),
}


class SiteCatalogueError(ValueError):
    """A site's catalogue cannot be used. Says where and what to change; repeats no value.

    ``file`` is the file's name, ``entry`` the 1-based index of the ``[[reject]]`` entry (0: the file
    itself), ``field`` the key, empty when the whole entry is meant, ``line`` the line of the file, 0 when it
    is not known. ``problem`` is in English: see ``text``.
    """

    def __init__(
        self, problem: str, *, file: str, entry: int = 0, field: str = "", line: int = 0, near: str = ""
    ) -> None:
        self._problem = problem
        self._near = near
        self.file = file
        self.entry = entry
        self.field = field
        self.line = line
        self.problem = self.problem_text("en")
        super().__init__(self.text("en"))

    def problem_text(self, lang: Lang = "fr") -> str:
        """Return what is wrong, without its place."""
        words = _PROBLEMS[self._problem][lang == "en"]
        if self._near:
            words += f", {self._near} peut-être" if lang == "fr" else f", {self._near} perhaps"
        if not self.line:
            return words
        return f"{words}, ligne {self.line}" if lang == "fr" else f"{words}, line {self.line}"

    def text(self, lang: Lang = "fr") -> str:
        """Return the whole message, place first."""
        where = [self.file, f"reject {self.entry}" if self.entry else "", self.field]
        colon = " : " if lang == "fr" else ": "
        return f"{', '.join(filter(None, where))}{colon}{self.problem_text(lang)}"


#: What each field accepts, and the problem to tell otherwise.
_CHECKS: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "action_class": (lambda v: v in frozenset(Action), "action_class"),
    "outcome": (lambda v: v in OUTCOMES, "outcome"),
    "level": (lambda v: v in LEVELS, "level"),
    "part": (lambda v: v in {"AMO", "AMC"}, "part"),
    "confidence": (lambda v: v in {"A", "B", "C"}, "confidence"),
    "motive": (lambda v: v in MOTIVES, "motive"),
    "valid_from": (is_date, "date"),
    "valid_to": (is_date, "date"),
    "date": (is_date, "date"),
}


class SiteRow(NamedTuple):
    """A row of a site and its place: ``entry`` is the 1-based index in the file ``row.origin``."""

    row: Reject
    entry: int


def load_site(directory: str | Path) -> tuple[Reject, ...]:
    """Read every ``*.toml`` of a directory, by name, and return its rows in order.

    Same fields as the shipped table; required: ``namespace``, ``code`` or ``label``, ``source``,
    ``author_role``, ``date``. Without a grade a row is C, without an action class it is ``inconnue``. Raise
    ``SiteCatalogueError`` when the directory or a file cannot be read, or an entry is wrong; nothing is
    loaded then.
    """
    rows, errors = review_site(directory)
    if errors:
        raise errors[0]
    return tuple(found.row for found in rows)


def review_site(directory: str | Path) -> tuple[list[SiteRow], list[SiteCatalogueError]]:
    """Read a directory as ``load_site`` does and return every sound row, and every error, in file order."""
    folder = Path(directory)
    if not folder.is_dir():
        return [], [SiteCatalogueError("directory", file=folder.name or str(folder))]
    seen: set[tuple[object, ...]] = set()
    rows: list[SiteRow] = []
    errors: list[SiteCatalogueError] = []
    for path in sorted(folder.glob("*.toml")):
        for found in _read(path):
            if isinstance(found, SiteCatalogueError):
                errors.append(found)
                continue
            row, entry = found
            key = (row.emitter.upper(), *row.identity, row.valid_from)
            if key in seen:
                errors.append(SiteCatalogueError("twice", file=path.name, entry=entry))
            else:
                seen.add(key)
                rows.append(found)
    return rows, errors


def _read(path: Path) -> Iterator[SiteRow | SiteCatalogueError]:
    try:
        table = _parse(path)
    except SiteCatalogueError as error:
        yield error
        return
    entries = table.pop("reject", None)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        yield SiteCatalogueError("empty", file=path.name)
        return
    for name in table:
        if name not in PROVENANCE:
            yield SiteCatalogueError("top", file=path.name, field=_shown(name), near=_near(name, PROVENANCE))
    top = {name: value for name, value in table.items() if name in PROVENANCE}
    for index, entry in enumerate(entries, start=1):
        try:
            yield SiteRow(_row(top | entry, path.name, index), index)
        except SiteCatalogueError as error:
            yield error


def _parse(path: Path) -> dict[str, Any]:
    from flatfile.toml import TomlError, parse, read_file  # only sites that add rows need it

    # The messages of the reader and of the system are not repeated: they may quote what the file holds.
    try:
        return parse(read_file(path), path.name)[1]
    except TomlError as error:
        problem, line = error.kind, error.ligne
    raise SiteCatalogueError(problem, file=path.name, line=line)


def _row(entry: Mapping[str, object], file: str, index: int) -> Reject:
    def wrong(problem: str, field: str = "") -> SiteCatalogueError:
        return SiteCatalogueError(problem, file=file, entry=index, field=field)

    values = dict.fromkeys((*COLUMNS, "author_role", "date"), "")
    for name, value in entry.items():
        if name not in _FIELDS:
            near = _near(name, _FIELDS)
            raise SiteCatalogueError("unknown", file=file, entry=index, field=_shown(name), near=near)
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            value = value.isoformat()
        if not isinstance(value, str):
            raise wrong("text", name)
        values[name] = value
    for name in ("namespace", *PROVENANCE):
        if not values[name].strip():
            raise wrong("required", name)
    if not (values["code"].strip() or values["label"].strip()):
        raise wrong("nothing")
    for name, (accepts, problem) in _CHECKS.items():
        if values[name] and not accepts(values[name]):
            raise wrong(problem, name)
    values["namespace"] = values["namespace"].strip().upper()
    values["confidence"] = values["confidence"] or "C"
    action = Action(values.pop("action_class") or Action.INCONNUE)
    return Reject(**values, action_class=action, origin=file)


def _near(name: str, names: Iterable[str]) -> str:
    """The known name most like one that is not known, if one is."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, sorted(names), n=1)), "")


def _shown(name: str) -> str:
    """Return a key that a person mistyped, if it is plain enough to be repeated."""
    return name if re.fullmatch(r"[A-Za-z_-]{1,40}", name) else "(key)"
