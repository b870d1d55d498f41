"""The ways in which files tell a patient: the one that is shown, and those that it hides.

Of two ways the one of the highest order is shown, whatever the order of the imports. The others are kept, so
that a file taken out leaves what the others tell, and nothing of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar

from msgspec import structs
from sqlalchemy import Connection, delete, func, select, update

from noemie.ledger.base.cles import LignePersonne
from noemie.ledger.base.inserting import upsert, upsert_highest
from noemie.ledger.identity import form_of
from noemie.ledger.schema import Envoi, FormeRow, PatientRow, Reponse

__all__ = ["keep_patients", "keep_told"]

#: What is shown of a way.
_SHOWN: Final = ("masque_nir", "masque_nom", "donnees")
_AT_ONCE: Final = 400

T = TypeVar("T")


def keep_patients(connection: Connection, told: Iterable[LignePersonne]) -> None:
    """Keep patients as some files tell them, each of their ways once there are several."""
    ways: dict[str, dict[int, LignePersonne]] = defaultdict(dict)
    for one in told:
        known = ways[one.jeton].get(form_of(one.ordre))
        if known is None or one.ordre > known.ordre:
            ways[one.jeton][form_of(one.ordre)] = one
    if not ways:
        return
    several = {token for token, of in ways.items() if len(of) > 1}
    shown = _patients(connection, ways, PatientRow.jeton, PatientRow.ordre)
    others = [row.jeton for row in shown if form_of(row.ordre) not in ways[row.jeton]]
    several.update(others)
    rows = [_form(row.jeton, row) for row in _patients(connection, others, *PatientRow.__table__.columns)]
    best = [max(of.values(), key=lambda one: one.ordre) for of in ways.values()]
    connection.execute(upsert_highest(connection, PatientRow.__table__, _SHOWN), [*map(structs.asdict, best)])
    rows += [_form(token, one) for token in sorted(several) for one in ways[token].values()]
    if rows:
        connection.execute(upsert(connection, FormeRow.__table__).on_conflict_do_nothing(), rows)


def keep_told(connection: Connection, tokens: Collection[str]) -> None:
    """Keep of these patients what the rows that are left tell; those of whom none is left go.

    A patient of whom a row of an older schema is left stays as it was: nothing says what that row told.
    """
    told: dict[str, dict[int, int]] = defaultdict(dict)
    unknown: set[str] = set()
    for table in (Envoi, Reponse):
        for some in _pieces(sorted(tokens)):
            query = select(table.patient, func.max(table.forme), func.count(), func.count(table.forme))
            query = query.where(table.patient.in_(some)).group_by(table.fichier_id, table.patient)
            found: Iterable[Any] = connection.execute(query)
            for token, ordre, rows, known in found:
                if known < rows:
                    unknown.add(token)
                else:
                    told[token][form_of(ordre)] = max(ordre, told[token].get(form_of(ordre), 0))
    formes: Any = FormeRow.__table__
    patients: Any = PatientRow.__table__
    gone = sorted(set(tokens) - set(told) - unknown)
    for some in _pieces(gone):
        connection.execute(delete(patients).where(PatientRow.jeton.in_(some)))
    for token in sorted(set(told) - unknown):
        ways, mine = told[token], FormeRow.jeton == token
        ordre = max(ways.values())
        values: dict[str, Any] = {"ordre": ordre}
        shown = connection.scalar(select(PatientRow.ordre).where(PatientRow.jeton == token))
        if shown is not None and form_of(shown) != form_of(ordre):
            row = connection.execute(
                select(*formes.columns).where(mine, FormeRow.forme == form_of(ordre))
            ).first()
            if row is None:
                continue
            values |= {name: getattr(row, name) for name in _SHOWN}
        connection.execute(update(patients).where(PatientRow.jeton == token).values(**values))
        others = mine if len(ways) == 1 else mine & FormeRow.forme.not_in(sorted(ways))
        connection.execute(delete(formes).where(others))


def _patients(connection: Connection, tokens: Iterable[str], *columns: Any) -> Iterator[Any]:
    for some in _pieces(sorted(tokens)):
        yield from connection.execute(select(*columns).where(PatientRow.jeton.in_(some))).all()


def _form(token: str, one: Any) -> dict[str, Any]:
    return {"jeton": token, "forme": form_of(one.ordre), **{name: getattr(one, name) for name in _SHOWN}}


def _pieces(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for at in range(0, len(values), _AT_ONCE):
        yield values[at : at + _AT_ONCE]
