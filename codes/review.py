"""What a site's folder holds, and what is wrong or doubtful in it: every remark at once, none hides another.

The folder is that of ``--codes``: ``*.toml`` files with rejects (see ``codes.rejects.load_site``), and
``b2.csv``, ``noemie.csv``, ``ssv.csv`` with code lists (see ``codes.lists.overlay``), ``delais.csv`` with
delays (see ``codes.delais.load_site``). A remark repeats no value but the names of files, fields, lists and
namespaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from codes import delais
from codes._reject_site import SiteRow, review_site
from codes.actions import Lang
from codes.lists import CodeTableError, b2, noemie, overlay, ssv
from codes.rejects import Catalogue, load, normalise_code
from codes.rules.model import Severity

__all__ = ["Remark", "Review", "Table", "review"]

_TABLES: Final = {"b2": b2, "noemie": noemie, "ssv": ssv}

_WORDS: Final[dict[str, tuple[Severity, str, str]]] = {
    "overrides": (
        Severity.INFO,
        "remplace une entrée du catalogue, qui reste montrée à côté",
        "takes the place of a shipped entry, which stays shown beside it",
    ),
    "namespace": (
        Severity.WARNING,
        "espace absent du catalogue ({}) : contrôler son orthographe, ou le laisser s'il est à vous",
        "namespace that the catalogue does not have ({}): check its spelling, or leave it if it is yours",
    ),
    "replacement": (
        Severity.WARNING,
        "le code de replaced_by n'existe nulle part dans cet espace",
        "the code of replaced_by is nowhere in this namespace",
    ),
    "no_correction": (
        Severity.WARNING,
        "l'action demande de corriger, mais provider_action ne dit pas quoi",
        "the action asks for a correction, but provider_action does not say which",
    ),
    "language": (
        Severity.INFO,
        "texte dans une seule langue : il sera montré tel quel dans l'autre",
        "text in one language only: it is shown as it is in the other",
    ),
    "unused_file": (
        Severity.WARNING,
        "fichier qui n'est lu par personne : les tables s'appellent b2.csv, noemie.csv, ssv.csv, delais.csv",
        "file that nobody reads: the tables are called b2.csv, noemie.csv, ssv.csv, delais.csv",
    ),
    "unknown_list": (
        Severity.WARNING,
        "liste absente du catalogue ({}) : aucune zone ne s'en sert",
        "list that the catalogue does not have ({}): no field uses it",
    ),
    "empty": (
        Severity.WARNING,
        "ni rejet (*.toml) ni table (b2.csv, noemie.csv, ssv.csv, delais.csv) dans ce dossier",
        "neither a reject (*.toml) nor a table (b2.csv, noemie.csv, ssv.csv, delais.csv) in this folder",
    ),
}

_TEXTS: Final = ("meaning", "payer_action", "provider_action")


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say of a folder.

    ``file`` is a name without its folder, empty for the folder itself; ``entry`` the 1-based index of a
    ``[[reject]]`` entry and ``line`` a line, 0 when neither is meant; ``field`` the key, if one is.
    """

    severity: Severity
    french: str
    english: str
    file: str = ""
    entry: int = 0
    field: str = ""
    line: int = 0

    def text(self, lang: Lang = "fr") -> str:
        """Return what is wrong, without its place."""
        return self.french if lang == "fr" else self.english


@dataclass(frozen=True, slots=True)
class Table:
    """A table of code lists: how many codes it adds, and how many shipped ones it changes."""

    name: str
    added: int
    changed: int


@dataclass(slots=True)
class Review:
    """What a folder holds, and every remark on it."""

    rejects: int = 0
    delays: int = 0
    tables: list[Table] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def review(directory: str | Path) -> Review:
    """Read a whole folder and say everything that is wrong or doubtful in it. Never raises."""
    folder = Path(directory)
    found, errors = review_site(folder)
    made = Review(rejects=len(found))
    made.remarks += [
        Remark(
            Severity.ERROR,
            error.problem_text("fr"),
            error.problem_text("en"),
            error.file,
            error.entry,
            error.field,
            error.line,
        )
        for error in errors
    ]
    if not folder.is_dir():
        return made
    made.remarks += _rows(found)
    for name in _TABLES:
        if (folder / f"{name}.csv").exists():
            made.remarks += _table(name, folder, made.tables)
    made.remarks += _delays(folder, made)
    made.remarks += _other_files(folder)
    if not (made.rejects or made.tables or made.delays or made.remarks):
        made.remarks.append(_remark("empty"))
    made.remarks.sort(key=lambda remark: -remark.severity)  # stable: in file order between equals
    return made


def _remark(kind: str, detail: str = "", file: str = "", entry: int = 0, field: str = "") -> Remark:
    severity, french, english = _WORDS[kind]
    return Remark(severity, french.format(detail), english.format(detail), file, entry, field)


def _rows(rows: Iterable[SiteRow]) -> Iterator[Remark]:
    """What is doubtful in sound rows."""
    shipped = load()
    whole = Catalogue((*shipped.rows, *(found.row for found in rows)))
    known = {row.identity for row in shipped.rows}
    namespaces = {row.namespace for row in shipped.rows}
    codes = {(row.namespace, normalise_code(row.code)) for row in whole.rows if row.code}
    for row, entry in rows:
        told = partial(_remark, file=row.origin, entry=entry)
        if row.identity in known:
            yield told("overrides")
        if row.namespace not in namespaces:
            yield told("namespace", _plain(row.namespace), field="namespace")
        if row.replaced_by and (row.namespace, normalise_code(row.replaced_by)) not in codes:
            yield told("replacement", field="replaced_by")
        if row.action_class.asks_resend and not (row.provider_action_fr or row.provider_action_en):
            yield told("no_correction", field="provider_action_fr")
        for name in _TEXTS:
            french, english = getattr(row, f"{name}_fr"), getattr(row, f"{name}_en")
            if bool(french) != bool(english):
                yield told("language", field=f"{name}_{'en' if french else 'fr'}")


def _plain(name: str) -> str:
    return name if len(name) <= 20 and name.replace("-", "").replace("_", "").isalnum() else "?"


def _table(name: str, folder: Path, tables: list[Table]) -> Iterator[Remark]:
    file = f"{name}.csv"
    try:
        lists = overlay(name, folder)
    except CodeTableError as error:
        yield Remark(Severity.ERROR, error.words("fr"), error.words("en"), file, line=error.line)
        return
    shipped = _TABLES[name]()
    added = changed = 0
    for list_name, codes in lists.items():
        before = shipped.get(list_name)
        # Values of the national database are in no flow: a list of them alone is no mistake.
        if before is None and any(code.usage != "snds" for code in codes.values()):
            yield _remark("unknown_list", _plain(list_name), file=file)
        for code, entry in codes.items():
            if before is None or code not in before:
                added += 1
            elif before[code] != entry:
                changed += 1
    tables.append(Table(file, added, changed))


def _delays(folder: Path, made: Review) -> Iterator[Remark]:
    try:
        made.delays = len(delais.load_site(folder).rows) - len(delais.load().rows)
    except CodeTableError as error:
        yield Remark(Severity.ERROR, error.words("fr"), error.words("en"), delais.TABLE, line=error.line)


def _other_files(folder: Path) -> Iterator[Remark]:
    read = {*(f"{name}.csv" for name in _TABLES), delais.TABLE}
    for path in sorted(folder.glob("*.csv")):
        if path.name not in read:
            yield _remark("unused_file", file=path.name)
