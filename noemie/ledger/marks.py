"""What a person said of a sending, a transfer or a patient: events that are added, never changed.

A mark is taken back by another one. Free texts are kept encrypted; a ledger that keeps nothing encrypted
takes none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select

from noemie.ledger.errors import LedgerError
from noemie.ledger.identity import KeyRing
from noemie.ledger.schema import Envoi, MarqueRow
from noemie.suivi.faits import MARQUES, Marque, cle
from noemie.suivi.resultat import Ligne

__all__ = [
    "UNDONE",
    "Target",
    "add_mark",
    "has_secrets",
    "marks",
    "marks_by_number",
    "parse_target",
    "to_toml",
    "undo",
]

#: Marks whose detail a person writes freely.
_FREE: Final = frozenset({"note"})
UNDONE: Final = "annule"


class Target(msgspec.Struct, frozen=True):
    """A sending, as a person names one: `NUMERO[/LOT][@ANNEE]`."""

    numero: str
    lot: str = ""
    annee: int | None = None

    def of(self, lignes: Iterable[Ligne]) -> list[Ligne]:
        """The lines it may name."""
        return [one for one in lignes if self.names(one.numero, one.lot, one.depuis)]

    def names(self, numero: str, lot: str, sent: dt.date | None) -> bool:
        """Whether it may name what has this number and this batch, sent on that day."""
        return (
            cle(numero) == cle(self.numero)
            and (not self.lot or cle(lot) == cle(self.lot))
            and (self.annee is None or (sent is not None and sent.year == self.annee))
        )


def parse_target(text: str) -> Target:
    """A sending named by a person. Raises `LedgerError`.

    >>> parse_target("12/001@2026")
    Target(numero='12', lot='001', annee=2026)
    """
    rest, at, year = text.strip().partition("@")
    numero, _, lot = rest.partition("/")
    if not cle(numero) or (at and not (year.isdecimal() and len(year) == 4)):
        raise LedgerError("marque.cible")
    return Target(numero.strip(), lot.strip(), int(year) if at else None)


def mark_of(ligne: Ligne, sorte: str, day: dt.date, detail: str = "") -> Marque:
    """What somebody says of a sending on a day, as a mark that names it."""
    return Marque(
        sorte=sorte,
        numero=ligne.numero,
        lot=ligne.lot,
        annee=ligne.depuis.year if ligne.depuis else None,
        fichier=ligne.fichier,
        numero_ps=ligne.numero_ps,
        jour=day,
        detail=detail,
    )


def add_mark(connection: Connection, marque: Marque, keys: KeyRing | None) -> None:
    """Add a mark. Raises `LedgerError`."""
    if marque.sorte not in MARQUES or marque.jour is None:
        raise LedgerError("marque.sorte")
    detail, texte = marque.detail, None
    if marque.sorte in _FREE:
        number = _next(connection)
        texte = keys.protect(detail.encode("utf-8", "replace"), f"marque/{number}") if keys else None
        detail = ""
        if not texte:
            raise LedgerError("marque.texte")
    _insert(connection, marque, detail, texte)


def undo(connection: Connection, today: dt.date, which: Marque | None = None) -> Marque | None:
    """Take back the last mark that stands, or the last one like `which`; `None` when there is none.

    A text that is kept encrypted tells no mark from another.
    """
    rows = _standing(connection)
    if which is not None:
        rows = [row for row in rows if _is_like(row, which)]
    if not rows:
        return None
    row = rows[-1]
    marque = _marque(row, None)
    back = msgspec.structs.replace(marque, jour=today)
    _insert(connection, back, row.detail, None, sorte=UNDONE, annule=row.id)
    return marque


def _is_like(row: Any, which: Marque) -> bool:
    text = which.detail if row.texte is not None else row.detail
    return msgspec.structs.replace(_marque(row, None), detail=text) == which


def marks(connection: Connection, keys: KeyRing | None) -> list[Marque]:
    """The marks that stand, in order; a text that cannot be opened is left out of its mark."""
    return [_marque(row, keys) for row in _standing(connection)]


def marks_by_number(connection: Connection) -> dict[int, Marque]:
    """All marks, those that were taken back too, without their texts."""
    rows = connection.execute(select(*MarqueRow.__table__.columns).where(MarqueRow.sorte != UNDONE))
    return {row.id: _marque(row, None) for row in rows}


def to_toml(marques: Iterable[Marque]) -> str:
    """The marks as the file that `noemie reconcile --marks` reads."""
    blocks = []
    for marque in marques:
        values = msgspec.to_builtins(marque, builtin_types=(dt.date,))
        lines = [f"{name} = {_toml(value)}" for name, value in values.items()]
        blocks.append("\n".join(("[[marque]]", *lines)))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _toml(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    return msgspec.json.encode(str(value)).decode()  # a basic string of TOML is written as one of JSON


def _next(connection: Connection) -> int:
    return (connection.scalar(select(func.max(MarqueRow.id))) or 0) + 1


def _insert(
    connection: Connection,
    marque: Marque,
    detail: str,
    texte: bytes | None,
    *,
    sorte: str = "",
    annule: int | None = None,
) -> None:
    table: Any = MarqueRow.__table__
    values = {
        "id": _next(connection),
        "sorte": sorte or marque.sorte,
        "cible": marque.cible,
        "numero": marque.numero,
        "lot": marque.lot,
        "annee": marque.annee,
        "fichier": marque.fichier,
        "numero_ps": marque.numero_ps,
        "jour": marque.jour,
        "detail": detail,
        "texte": texte,
        "annule": annule,
    }
    connection.execute(table.insert(), [values])


def _standing(connection: Connection) -> list[Any]:
    rows = connection.execute(select(*MarqueRow.__table__.columns).order_by(MarqueRow.id)).all()
    undone = {row.annule for row in rows if row.annule is not None}
    return [row for row in rows if row.sorte != UNDONE and row.id not in undone]


def _marque(row: Any, keys: KeyRing | None) -> Marque:
    detail = row.detail
    if row.texte is not None and keys is not None:
        try:
            detail = (keys.unprotect(row.texte, f"marque/{row.id}") or b"").decode("utf-8", "replace")
        except LedgerError:
            detail = ""
    return Marque(
        sorte=row.sorte,
        numero=row.numero,
        lot=row.lot,
        annee=row.annee,
        fichier=row.fichier,
        numero_ps=row.numero_ps,
        cible=row.cible,
        jour=row.jour,
        detail=detail,
    )


def has_secrets(connection: Connection) -> bool:
    """Whether a ledger holds anything that its key alone opens, besides who people are."""
    for table in (Envoi.soins, MarqueRow.texte):
        if connection.execute(select(1).where(table.is_not(None)).limit(1)).first():
            return True
    return False
