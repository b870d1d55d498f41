"""What the facts of a ledger share, whichever invoices are asked for: runs, transfers, debts, ARLs, marks.

Runs and transfers have ranks, by which the answers of a slice (`noemie.ledger.facts`) name them; ranks stay
from one state of the base to the next, so that what was kept goes on meaning the same. A file is named as it
was given; when two files have one name, the beginning of their digest is added. A file given under several
names says what it says once for each, as it does to `noemie reconcile`: the follow-up counts it once.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, func, select

from noemie.ledger.base.fichiers import file_name
from noemie.ledger.identity import KeyRing
from noemie.ledger.marks import marks
from noemie.ledger.schema import (
    ArlRow,
    DetteRow,
    Envoi,
    Fichier,
    ForfaitRow,
    Nom,
    Professionnel,
    RetourRow,
    Virement,
)
from noemie.returns.arl import Arl
from noemie.suivi import faits
from noemie.suivi.faits import Communs, Forfait, Retenue, cle
from noemie.suivi.runs import Bornes, Lectures

#: Characters of a digest that tell two files of one name apart.
_DIGEST: Final = 6

#: Nature of the files that are tables kept by hand, and the mark of their transfers.
_TABLE: Final = "tableau"


class Rangs(NamedTuple):
    """What ranks stand for: of runs, the file, its rank in the file, the name of the file; transfers."""

    runs: Sequence[tuple[int, int, str]]
    virements: Sequence[faits.Virement]


class FaitsCommuns:
    """What all slices of one state of the database share; `keys` open what is encrypted, when it can be.

    - `communs`: that, as the follow-up takes it; `fichiers`: by name, the number of the file;
    - `avant`: the ranks of another state of the base, which stay; `suite`: whether they all could;
    - `places`: what the rank of each run stands for.
    """

    def __init__(self, connection: Connection, keys: KeyRing | None, avant: Rangs | None = None) -> None:
        self._connection = connection
        self._keys = keys
        self.noms = file_names(connection)
        self.fichiers = {name: number for number, names in self.noms.items() for name in names}
        self.communs = Communs(
            professionnels=set(map(cle, connection.scalars(select(Professionnel.numero)))),
            arls=arls_of(connection),
            marques=marks(connection, keys),
        )
        self.places: list[tuple[int, int, str]] = []
        self.suite = True
        #: Ranks in `communs`, of each name of a file: runs by rank, transfers by rank in the file.
        self._runs: dict[tuple[int, int], list[int]] = {}
        self._virements: dict[tuple[int, int], int] = {}
        self._rangs: dict[faits.Virement, int] = {}
        self._nulle_part: dict[tuple[int, int], int] = {}
        self._read_runs(avant.runs if avant else ())
        for virement in avant.virements if avant else ():
            self._rang(virement)
        self._read_transfers()
        self._read_apart()

    # --- what all slices share --------------------------------------------------------------------------

    def _read_runs(self, avant: Sequence[tuple[int, int, str]]) -> None:
        bornes = self._bornes()
        query = (
            select(*RetourRow.__table__.columns, Fichier.nature)
            .join(Fichier.__table__, Fichier.id == RetourRow.fichier_id)
            .order_by(RetourRow.fichier_id, RetourRow.rang)
        )
        found: dict[tuple[int, int], dict[str, faits.Run]] = {}
        for row in self._connection.execute(query):
            days = tuple(day for day in (row.jour_1, row.jour_2) if day)
            lectures = Lectures(days, row.jour, decidee=row.jour_decide, lot=row.jour_lot)
            jour, autre = lectures.choisir(bornes)
            runs = found[row.fichier_id, row.rang] = {}
            for name in self.noms.get(row.fichier_id, ()):
                runs[name] = faits.Run(
                    fichier=name,
                    rang=row.rang,
                    empreinte=row.empreinte,
                    type_emetteur=row.type_emetteur,
                    emetteur=row.emetteur,
                    destinataire=row.destinataire,
                    identification=row.identification,
                    jour_ecrit=row.jour_ecrit,
                    jour=jour,
                    autre_jour=autre,
                    entier=row.entier,
                    concorde=row.concorde,
                    total_annonce=row.total_annonce,
                    total_lu=row.total_lu,
                    professionnels=tuple((row.professionnels or "").split()),
                    tableau=row.nature == _TABLE,
                )
        self.places = list(_kept_places(avant, found))
        self.suite = len(self.places) >= len(avant)
        for rang, (fichier, run, name) in enumerate(self.places):
            self._runs.setdefault((fichier, run), []).append(rang)
            self.communs.runs.append(found[fichier, run][name])

    def _bornes(self) -> Bornes | None:
        day = func.coalesce(Envoi.date_envoi, Envoi.date_lot, Envoi.date_facturation)
        days = self._connection.execute(select(func.min(day), func.max(day))).one()
        first, last = (dt.date.fromisoformat(str(one)) if one else None for one in days)
        return (first, last) if first and last else None

    def _read_transfers(self) -> None:
        query = select(*Virement.__table__.columns).order_by(Virement.fichier_id, Virement.rang)
        for row in self._connection.execute(query):
            found = self._runs.get((row.fichier_id, row.run or 1), ())
            if not found:
                continue
            run = self.communs.runs[found[0]]
            labels = (_upper(row.libelle_1), _upper(row.libelle_2))
            named = row.date is not None or any(labels)
            virement = faits.Virement(
                row.payeur or _upper(row.organisme_payeur) or run.emetteur,
                row.beneficiaire or cle(run.destinataire),
                row.date,
                *labels,
                (_TABLE,) if run.tableau else () if named else run.entete,
            )
            self._virements[row.fichier_id, row.rang] = self._rang(virement)

    def _rang(self, virement: faits.Virement) -> int:
        found = self._rangs.get(virement)
        if found is None:
            found = self._rangs[virement] = len(self.communs.virements)
            self.communs.virements.append(virement)
        return found

    def _virement(self, fichier: int, rang: int, run: int) -> int:
        """The transfer of a row; what names none is that of its run alone."""
        found = self._virements.get((fichier, rang))
        if found is None:
            place = (fichier, run)
            found = self._nulle_part.get(place)
            if found is None:
                one = self.communs.runs[self._runs[place][0]]
                nowhere = faits.Virement(one.emetteur, cle(one.destinataire), entete=one.entete)
                found = self._nulle_part[place] = self._rang(nowhere)
        return found

    def _read_apart(self) -> None:
        execute, communs = self._connection.execute, self.communs
        query = select(*ForfaitRow.__table__.columns)
        for row in execute(query.order_by(ForfaitRow.fichier_id, ForfaitRow.enregistrement)):
            for run in self._runs.get((row.fichier_id, row.run), ()):
                virement = self._virement(row.fichier_id, row.virement, row.run)
                communs.forfaits.append(Forfait(run, virement, row.code, row.montant, row.details))
        query = select(*DetteRow.__table__.columns)
        for row in execute(query.order_by(DetteRow.fichier_id, DetteRow.enregistrement)):
            for run in self._runs.get((row.fichier_id, row.run), ()):
                virement = self._virement(row.fichier_id, row.virement, row.run)
                told = (row.reference, row.date_dette, row.nature, row.nature_recuperation)
                communs.retenues.append(Retenue(run, virement, *told, row.montant, row.solde))

    def runs_of(self, fichier: int, rang: int) -> Sequence[int]:
        """The ranks in `communs` of a run, one for each name of its file."""
        return self._runs.get((fichier, rang), ())


def _kept_places(
    avant: Sequence[tuple[int, int, str]], found: Mapping[tuple[int, int], Iterable[str]]
) -> Iterator[tuple[int, int, str]]:
    """The place of each run, by rank: those of before keep theirs, under another name if need be."""
    free = {place: list(names) for place, names in found.items()}
    renamed: dict[tuple[int, int], list[int]] = defaultdict(list)
    kept: list[tuple[int, int, str] | None] = []
    for fichier, run, name in avant:
        names = free.get((fichier, run), [])
        if name in names:
            names.remove(name)
            kept.append((fichier, run, name))
        else:
            renamed[fichier, run].append(len(kept))
            kept.append(None)
    for place, rangs in renamed.items():
        for rang in rangs:
            if not free.get(place):
                return  # one of them is no more
            kept[rang] = (*place, free[place].pop(0))
    yield from (one for one in kept if one is not None)
    for place, names in free.items():
        for name in names:
            yield (*place, name)


def file_names(connection: Connection) -> dict[int, tuple[str, ...]]:
    """The names of each file, in order; a name that two files have is told apart by their digest."""
    owners: dict[str, set[int]] = {}
    stored = connection.execute(select(Nom.fichier_id, Nom.nom).order_by(Nom.nom))
    # Cleaned again: an earlier version may have stored what is hidden now.
    rows = sorted((number, file_name(name)) for number, name in stored)
    rows.sort(key=lambda row: row[1])
    for number, name in rows:
        owners.setdefault(name, set()).add(number)
    digests: dict[int, str] = {}
    if any(len(numbers) > 1 for numbers in owners.values()):
        digests = {row.id: row.sha256 for row in connection.execute(select(Fichier.id, Fichier.sha256))}
    found: dict[int, list[str]] = {}
    for number, name in rows:
        shown = name if len(owners[name]) == 1 else f"{name} ({digests[number][:_DIGEST]})"
        found.setdefault(number, []).append(shown)
    return {number: tuple(names) for number, names in found.items()}


def arls_of(connection: Connection) -> list[Arl]:
    """The ARLs, once each."""
    names = Arl.__struct_fields__
    columns: list[Any] = [getattr(ArlRow, name) for name in names]
    query = select(*columns).order_by(ArlRow.fichier_id, ArlRow.rang)
    return list(dict.fromkeys(Arl(**dict(zip(names, row, strict=True))) for row in connection.execute(query)))


def _upper(text: str) -> str:
    return " ".join(text.upper().split())
