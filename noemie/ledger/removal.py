"""Take files out of a ledger, as if they had never been given: one that was imported by mistake.

What a file alone told goes with it: its sendings, answers, ARLs, patients of whom nothing else is left, marks
and ticks that named nothing else, and what was seen of it. What another file tells too stays. The digest of a
file taken out is kept, so that a folder that still holds it does not bring it back: an import leaves it aside
until somebody asks for it again.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from noemie.ledger import moments, sums
from noemie.ledger.base.fichiers import file_name
from noemie.ledger.demande import Demande
from noemie.ledger.errors import LedgerError
from noemie.ledger.facts import Faits
from noemie.ledger.filters import Filtre
from noemie.ledger.followed import Registre, follow_ledger
from noemie.ledger.forms import keep_told
from noemie.ledger.marks import UNDONE, marks_by_number
from noemie.ledger.queries import told_transfers
from noemie.ledger.schema import (
    ArlRow,
    DetteRow,
    Envoi,
    Fichier,
    ForfaitRow,
    MarqueRow,
    Nom,
    Parametre,
    PatientRow,
    Professionnel,
    Reponse,
    VuRow,
)
from noemie.ledger.storing import TABLE_OF, delete_content
from noemie.ledger.values import Removal, RemovedFile
from noemie.suivi.ensemble import is_ticked, ticks
from noemie.suivi.faits import Envoi as EnvoiDit
from noemie.suivi.faits import Marque, cle

__all__ = ["admit", "find", "kept_out", "named", "remove", "removed"]

#: A digest, or its beginning.
_DIGEST: Final = re.compile(r"[0-9a-f]{6,64}")
_PREFIX: Final = "retire:"

#: What a file brings, as a removal counts it.
_COUNTED: Final = (
    ("envois", Envoi),
    ("reponses", Reponse),
    ("forfaits", ForfaitRow),
    ("dettes", DetteRow),
    ("arls", ArlRow),
)


class _Retire(msgspec.Struct, array_like=True):
    """What is kept of a file taken out; `purge`: rows of it were erased before, it never comes back."""

    jour: dt.date
    noms: list[str]
    purge: bool


# --- which files ------------------------------------------------------------------------------------------


def find(connection: Connection, digest: str) -> int:
    """The number of the file of this digest. Raises `LedgerError`."""
    number = connection.scalar(select(Fichier.id).where(Fichier.sha256 == digest))
    if number is None:
        raise LedgerError("fichier.absent")
    return number


def named(connection: Connection, text: str) -> int:
    """The number of the file that a person names: its digest, its beginning, a name. Raises `LedgerError`."""
    asked = text.strip()
    found = {number for number, name in _names(connection) if name == asked}
    if not found and _DIGEST.fullmatch(asked.lower()):
        found = set(connection.scalars(select(Fichier.id).where(Fichier.sha256.startswith(asked.lower()))))
    if len(found) != 1:
        raise LedgerError("fichier.plusieurs" if found else "fichier.absent")
    return found.pop()


def _names(connection: Connection, numbers: Collection[int] | None = None) -> Iterator[tuple[int, str]]:
    """The names of all files, or of these ones, as they were given (`Registre.noms` tells them apart)."""
    query = select(Nom.fichier_id, Nom.nom)
    if numbers is not None:
        query = query.where(Nom.fichier_id.in_(sorted(numbers)))
    for number, name in connection.execute(query):
        yield number, file_name(name)


def kept_out(connection: Connection, digests: Collection[str], *, again: bool) -> set[str]:
    """Those of these digests whose file was taken out; with `again`, those that never come back."""
    keys = [f"{_PREFIX}{digest}" for digest in digests]
    rows = connection.execute(select(Parametre.cle, Parametre.valeur).where(Parametre.cle.in_(keys)))
    return {key.removeprefix(_PREFIX) for key, told in rows if not again or _decoded(told).purge}


def admit(connection: Connection, digests: Collection[str] | None = None) -> None:
    """Take these files at the next import, or all that were taken out."""
    table: Any = Parametre.__table__
    where = Parametre.cle.startswith(_PREFIX)
    if digests is not None:
        where = Parametre.cle.in_([f"{_PREFIX}{digest}" for digest in digests])
    connection.execute(delete(table).where(where))


def removed(connection: Connection) -> list[RemovedFile]:
    """The files that were taken out and may come back, the last ones first."""
    query = select(Parametre.cle, Parametre.valeur).where(Parametre.cle.startswith(_PREFIX))
    rows = ((key.removeprefix(_PREFIX), _decoded(told)) for key, told in connection.execute(query))
    found = [RemovedFile(digest, tuple(one.noms), one.jour) for digest, one in rows if not one.purge]
    return sorted(found, key=lambda one: (-one.jour.toordinal(), one.noms))


def _decoded(told: str) -> _Retire:
    return msgspec.json.decode(told, type=_Retire)


# --- taking out -------------------------------------------------------------------------------------------


def remove(demande: Demande, numbers: Collection[int], today: dt.date) -> Removal:
    """Take files out, within the transaction of the caller; what went."""
    connection = demande.connection
    before = follow_ledger(demande)
    names = [name for number in numbers for name in before.noms.get(number, ())]
    rows = {name: _count(connection, table, numbers) for name, table in _COUNTED}
    people = connection.scalar(select(func.count()).select_from(PatientRow.__table__)) or 0
    named_before = _named_marks(connection, before.faits)
    first = before
    for passage, some in _by_passage(connection, numbers).items():
        _take_out(connection, some, today)
        after = follow_ledger(demande)
        if passage is not None:
            _unsee(connection, passage, some, _amounts(before), _amounts(after))
        before = after
    gone = _keep_named(connection, before.faits, named_before)
    left = connection.scalar(select(func.count()).select_from(PatientRow.__table__)) or 0
    return Removal(
        fichiers=tuple(sorted(names)),
        **rows,
        marques=len(gone),
        patients=people - left,
        demande=first.suivi.sommes.demande - before.suivi.sommes.demande,
        paye=_paid(first) - _paid(before),
    )


def _paid(registre: Registre) -> int:
    sums = registre.suivi.sommes
    return sums.paye_amo + sums.paye_amc + sums.paye_orphelins + sums.forfaits


def _count(connection: Connection, table: Any, numbers: Collection[int]) -> int:
    query = select(func.count()).select_from(table.__table__).where(table.fichier_id.in_(sorted(numbers)))
    return connection.scalar(query) or 0


def _take_out(connection: Connection, numbers: Collection[int], today: dt.date) -> None:
    files = connection.execute(
        select(Fichier.id, Fichier.sha256, Fichier.purge_le).where(Fichier.id.in_(sorted(numbers)))
    ).all()
    names: dict[int, list[str]] = defaultdict(list)
    for number, name in _names(connection, numbers):
        names[number].append(name)
    people, senders = _people_of(connection, numbers), _senders_of(connection, numbers)
    delete_content(connection, numbers)
    table = TABLE_OF["fichiers"]
    connection.execute(delete(table).where(table.c.id.in_(sorted(numbers))))
    keep_told(connection, people)
    _drop_senders(connection, senders)
    sums.forget(connection, TABLE_OF["parametres"], numbers)
    kept = {row.sha256: _Retire(today, sorted(names[row.id]), row.purge_le is not None) for row in files}
    admit(connection, list(kept))
    connection.execute(
        insert(TABLE_OF["parametres"]),
        [
            {"cle": f"{_PREFIX}{digest}", "valeur": msgspec.json.encode(one).decode()}
            for digest, one in kept.items()
        ],
    )


def _people_of(connection: Connection, numbers: Collection[int]) -> set[str]:
    found: set[str] = set()
    for table in (Envoi, Reponse):
        query = select(table.patient).where(table.fichier_id.in_(sorted(numbers)))
        found.update(filter(None, connection.scalars(query.distinct())))
    return found


def _senders_of(connection: Connection, numbers: Collection[int]) -> set[str]:
    query = select(Envoi.numero_ps).where(Envoi.fichier_id.in_(sorted(numbers))).distinct()
    return set(connection.scalars(query))


def _drop_senders(connection: Connection, senders: set[str]) -> None:
    """Forget those who sent nothing that is left; while a flow was purged, nothing tells whom it named."""
    flows = select(Fichier.id).where(Fichier.nature == "flux", Fichier.purge_le.is_not(None))
    if senders and connection.scalar(flows.limit(1)) is None:
        left = set(connection.scalars(select(Envoi.numero_ps).where(Envoi.numero_ps.in_(senders)).distinct()))
        table: Any = Professionnel.__table__
        connection.execute(delete(table).where(Professionnel.numero.in_(sorted(senders - left))))


# --- what was seen ----------------------------------------------------------------------------------------


def _by_passage(connection: Connection, numbers: Collection[int]) -> Mapping[int | None, list[int]]:
    """The files by the passage that saw them first, `None` for those that none saw."""
    seen = {
        int(key): passage
        for key, passage in connection.execute(
            select(VuRow.cle, VuRow.passage).where(VuRow.sorte == moments.FILE)
        )
    }
    found: dict[int | None, list[int]] = defaultdict(list)
    for number in sorted(numbers):
        found[seen.get(number)].append(number)
    return found


def _amounts(registre: Registre) -> Counter[str]:
    return Counter(
        {moments.key_of(one.virement): one.transfer.montant for one in told_transfers(registre, Filtre())}
    )


def _unsee(
    connection: Connection,
    passage: int,
    numbers: Iterable[int],
    before: Mapping[str, int],
    after: Mapping[str, int],
) -> None:
    """Take from a passage what it saw of these files."""
    gone = before.keys() - after.keys()
    changed = {key: cents - after.get(key, 0) for key, cents in before.items() if cents != after.get(key)}
    moments.unsee(connection, passage, numbers, changed, gone)


# --- what people said -------------------------------------------------------------------------------------


#: What a mark names: sendings by what they say, or a transfer, a patient.
_Named = Collection[object]


def _named_marks(connection: Connection, faits: Faits) -> dict[int, _Named]:
    """The marks that name a sending, a transfer or a patient of the base, by number, and what they name."""
    marks = marks_by_number(connection)
    envois = _sendings_of(marks.values(), faits)
    people = set(connection.scalars(select(PatientRow.jeton)))
    names: dict[str, Callable[[Marque], _Named]] = {
        "envoi": lambda one: {envoi.identite for envoi in envois if one.designe(envoi)},
        "virement": lambda one: [told for told in faits.communs.virements if is_ticked(told, ticks([one]))],
        "patient": lambda one: {one.numero} & people,
    }
    return {number: named for number, one in marks.items() if (named := names[one.cible](one))}


def _sendings_of(marks: Iterable[Marque], faits: Faits) -> list[EnvoiDit]:
    numbers = {cle(one.numero) for one in marks if one.cible == "envoi"}
    return faits.tranche_de(dict.fromkeys(numbers)).envois


def _keep_named(connection: Connection, faits: Faits, before: Mapping[int, _Named]) -> set[int]:
    """Marks of sendings that another file says too name that file; those that name nothing any more go."""
    gone = before.keys() - _named_marks(connection, faits).keys()
    marks = {number: one for number, one in marks_by_number(connection).items() if number in gone}
    envois = _sendings_of(marks.values(), faits)
    table: Any = MarqueRow.__table__
    for number, one in marks.items():
        anywhere = msgspec.structs.replace(one, fichier="")
        for envoi in envois:
            if anywhere.designe(envoi) and envoi.identite in before[number]:
                told = update(table).where(MarqueRow.id == number).values(fichier=envoi.fichier)
                connection.execute(told)
                gone -= {number}
                break
    _drop_marks(connection, gone)
    return set(gone)


def _drop_marks(connection: Connection, numbers: Collection[int]) -> None:
    """Drop marks, and what took them back."""
    table: Any = MarqueRow.__table__
    some = sorted(numbers)
    connection.execute(
        delete(table).where(
            MarqueRow.id.in_(some) | ((MarqueRow.sorte == UNDONE) & MarqueRow.annule.in_(some))
        )
    )
