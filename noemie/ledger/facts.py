"""The facts of a ledger as the follow-up takes them: what all slices share, then a slice at a time.

A row of the database is a fact of `noemie.suivi.faits` again; nothing is decided here. A file is named as it
was given; when two files have one name, the beginning of their digest is added. A file given under several
names says what it says once for each, as it does to `noemie reconcile`: the follow-up counts it once and
tells which name stands for which.

Rows read by an older version have no tokens of care. The passage (`e2`) of such a sending is then its number,
patient and day: enough to know it again under the same number, and to link nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, func, select, union_all

from noemie.ledger.base.fichiers import file_name
from noemie.ledger.errors import LedgerError
from noemie.ledger.identity import KeyRing
from noemie.ledger.marks import marks
from noemie.ledger.migrations import LECTURE
from noemie.ledger.schema import (
    ArlRow,
    DetteRow,
    Envoi,
    Fichier,
    ForfaitRow,
    LigneRow,
    Nom,
    Part,
    Professionnel,
    RejetRow,
    Reponse,
    RetourRow,
    Virement,
)
from noemie.returns.arl import Arl
from noemie.suivi import faits
from noemie.suivi.faits import Communs, Forfait, Mouvement, Rejet, Retenue, Tranche, cle, nearest
from noemie.suivi.runs import Bornes, Lectures

__all__ = ["Envoye", "Faits", "Numeros", "Rangs", "Ref", "arls_of", "file_names", "passage_of", "pieces"]

T = TypeVar("T")

#: Facts that are made at once.
_AT_ONCE: Final = 20_000
_DIGEST: Final = 6

#: Nature of the files that are tables kept by hand, and the mark of their transfers.
_TABLE: Final = "tableau"

#: A file by its name, and a record of it.
Ref = tuple[str, int]

#: What is asked of some numbers: the facts of these professionals alone, or of all of them (`None`).
Numeros = Mapping[str, Collection[str] | None]

#: Values that one statement takes, at most.
_VALUES: Final = 400


class Rangs(NamedTuple):
    """What ranks stand for: of runs, the file, its rank in the file, the name of the file; transfers."""

    runs: Sequence[tuple[int, int, str]]
    virements: Sequence[faits.Virement]


class Envoye(NamedTuple):
    """What a sending tells besides what the follow-up needs."""

    regime: str
    caisse: str
    centre: str
    nature_assurance: str
    patient: str
    fichier_id: int
    recent: bool


class Faits:
    """The facts of one state of the database; `keys` open what is encrypted, when it can be.

    - `communs`: what all slices share; `fichiers`: by name, the number of the file;
    - `envoyes`, `natures`: by file and record, what else sendings tell, and the nature of insurance that
      answers tell; both are filled while slices are read;
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
        self.envoyes: dict[Ref, Envoye] = {}
        self.natures: dict[Ref, str] = {}
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
                    tableau=row.nature == _TABLE,
                )
        self.places = list(_kept_places(avant, found))
        self.suite = len(self.places) >= len(avant)
        for rang, (fichier, run, name) in enumerate(self.places):
            self._runs.setdefault((fichier, run), []).append(rang)
            self.communs.runs.append(found[fichier, run][name])

    def _bornes(self) -> Bornes | None:
        day = func.coalesce(Envoi.date_envoi, Envoi.date_lot, Envoi.date_facturation)
        days = [self._connection.scalar(select(some(day))) for some in (func.min, func.max)]
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

    # --- slices -----------------------------------------------------------------------------------------

    def tranches(self) -> Iterator[Tranche]:
        """The slices: all the sendings and all the answers of some numbers each."""
        both = union_all(select(Envoi.tranche), select(Reponse.tranche)).subquery()
        counted = select(both.c.tranche, func.count()).group_by(both.c.tranche).order_by(both.c.tranche)
        part: list[int] = []
        size = 0
        for tranche, count in self._connection.execute(counted).all():
            if part and size + count > _AT_ONCE:
                yield self._tranche(part)
                part, size = [], 0
            part.append(tranche)
            size += count
        if part:
            yield self._tranche(part)

    def tranche_de(self, numeros: Numeros) -> Tranche:
        """The facts of these numbers, those of some professionals alone when it is enough."""
        envois: list[faits.Envoi] = []
        reponses: list[faits.Reponse] = []
        for some in pieces(sorted(numeros)):
            envois += self._envois(Envoi.cle.in_(some), lambda row: self._asked(row, numeros))
            reponses += self._reponses(Reponse.cle.in_(some), lambda row: self._told_of(row, numeros))
        return Tranche(envois, reponses)

    def _asked(self, row: Any, numeros: Numeros) -> bool:
        of = numeros[row.cle]
        return of is None or cle(row.numero_ps) in of

    def _told_of(self, row: Any, numeros: Numeros) -> bool:
        of = numeros[row.cle]
        return of is None or self.sender(row) in of

    def sender(self, row: Any) -> str | None:
        """The professional whom the row of an answer names, when it names one who sends; else `None`."""
        known = self.communs.professionnels
        return next((one for one in _numbers_of(row) if one in known), None)

    def runs_of(self, fichier: int, rang: int) -> Sequence[int]:
        """The ranks in `communs` of a run, one for each name of its file."""
        return self._runs.get((fichier, rang), ())

    def combien(self) -> int:
        """How many facts there are."""
        queries = (select(func.count()).select_from(one.__table__) for one in (Envoi, Reponse))
        return sum(self._connection.scalar(query) or 0 for query in queries)

    def _tranche(self, slices: Sequence[int]) -> Tranche:
        envois, reponses = Envoi.tranche.in_(slices), Reponse.tranche.in_(slices)
        return Tranche(list(self._envois(envois)), list(self._reponses(reponses)))

    def _envois(
        self, where: ColumnElement[bool], garde: Callable[[Any], bool] | None = None
    ) -> Iterator[faits.Envoi]:
        lignes = self._lignes(where)
        query = (
            select(*Envoi.__table__.columns, Fichier.lecture)
            .join(Fichier.__table__, Fichier.id == Envoi.fichier_id)
            .where(where)
            .order_by(Envoi.fichier_id, Envoi.enregistrement)
        )
        for row in self._connection.execute(query):
            if garde is not None and not garde(row):
                continue
            ref = (row.fichier_id, row.enregistrement)
            patient = row.patient or ""
            recent = row.lecture >= LECTURE
            rest = Envoye(
                row.regime, row.caisse, row.centre, row.nature_assurance, patient, row.fichier_id, recent
            )
            ps = cle(row.numero_ps)
            e2 = passage_of(row)
            for name in self.noms.get(row.fichier_id, ()):
                self.envoyes[name, row.enregistrement] = rest
                yield faits.Envoi(
                    fichier=name,
                    flux=row.flux,
                    record=row.enregistrement,
                    rang=row.rang,
                    numero=row.numero,
                    cle=row.cle,
                    numero_ps=row.numero_ps,
                    ps=ps,
                    lot=row.lot,
                    cle_lot=cle(row.lot),
                    date_lot=row.date_lot,
                    date_facturation=row.date_facturation,
                    identification=row.identification,
                    date_envoi=row.date_envoi,
                    amo=row.amo,
                    amc=row.amc,
                    tiers_payant=row.tiers_payant,
                    operation=row.operation,
                    patient=patient,
                    e1=row.e1 or "",
                    e2=e2,
                    e3=row.e3 or "",
                    lignes=tuple(lignes.get(ref, ())),
                    soins=self._soins(row),
                    actes=row.actes,
                )

    def _soins(self, row: Any) -> tuple[dt.date, dt.date] | None:
        """The care days, when they are kept; a key that is lost costs them, and nothing else."""
        if row.soins is None or self._keys is None:
            return None
        try:
            return self._keys.care_days(row.soins, row.e1 or "")
        except LedgerError:
            return None

    def _lignes(self, where: ColumnElement[bool]) -> dict[tuple[int, int], list[str]]:
        found: dict[tuple[int, int], list[str]] = {}
        query = (
            select(LigneRow.fichier_id, LigneRow.enregistrement, LigneRow.jeton)
            .join(
                Envoi.__table__,
                (Envoi.fichier_id == LigneRow.fichier_id) & (Envoi.enregistrement == LigneRow.enregistrement),
            )
            .where(where)
            .order_by(LigneRow.jeton)
        )
        for fichier, record, jeton in self._connection.execute(query):
            found.setdefault((fichier, record), []).append(jeton)
        return found

    def _reponses(
        self, where: ColumnElement[bool], garde: Callable[[Any], bool] | None = None
    ) -> Iterator[faits.Reponse]:
        parts, rejets = self._parts(where), self._rejets(where)
        query = (
            select(*Reponse.__table__.columns, Fichier.lecture)
            .join(Fichier.__table__, Fichier.id == Reponse.fichier_id)
            .where(where)
            .order_by(Reponse.fichier_id, Reponse.enregistrement)
        )
        runs, virements = self.communs.runs, self.communs.virements
        for row in self._connection.execute(query):
            if garde is not None and not garde(row):
                continue
            ref = (row.fichier_id, row.enregistrement)
            told = _numbers_of(row)
            posts = parts.get(ref, [])
            if row.complement:
                posts.append(Mouvement("AMC", "P", None, row.complement))
            virement = self._virement(row.fichier_id, row.virement, row.run)
            for run in self._runs.get((row.fichier_id, row.run), ()):
                if row.nature_assurance:
                    self.natures[runs[run].fichier, row.enregistrement] = row.nature_assurance
                yield faits.Reponse(
                    run=run,
                    virement=virement,
                    cle=row.cle,
                    record=row.enregistrement,
                    jour=virements[virement].jour or runs[run].jour,
                    cle_lot=cle(row.lot),
                    date_lot=row.date_lot,
                    date_facturation=row.date_facturation,
                    ps=told,
                    patient=row.patient or "",
                    type_facture=row.type_facture,
                    mouvements=tuple(posts),
                    rejets=tuple(rejets.get(ref, ())),
                    ancienne=row.ancienne,
                    hors_total=row.hors_total,
                    tableau=runs[run].tableau,
                )

    def _parts(self, where: ColumnElement[bool]) -> dict[tuple[int, int], list[Mouvement]]:
        query = (
            select(Part.fichier_id, Part.facture, Part.nom, Part.etat, Part.demande, Part.paye)
            .join(
                Reponse.__table__,
                (Reponse.fichier_id == Part.fichier_id) & (Reponse.enregistrement == Part.facture),
            )
            .where(where)
            .order_by(Part.nom.desc())
        )
        found: dict[tuple[int, int], list[Mouvement]] = {}
        for fichier, facture, nom, etat, demande, paye in self._connection.execute(query):
            found.setdefault((fichier, facture), []).append(Mouvement(nom, etat, demande, paye))
        return found

    def _rejets(self, where: ColumnElement[bool]) -> dict[tuple[int, int], list[Rejet]]:
        query = (
            select(
                RejetRow.fichier_id,
                RejetRow.facture,
                RejetRow.code,
                RejetRow.libelle,
                RejetRow.niveau,
                RejetRow.part,
                RejetRow.ligne,
                RejetRow.rang,
            )
            .join(
                Reponse.__table__,
                (Reponse.fichier_id == RejetRow.fichier_id) & (Reponse.enregistrement == RejetRow.facture),
            )
            .where(where)
            .order_by(RejetRow.fichier_id, RejetRow.facture, RejetRow.ordre)
        )
        found: dict[tuple[int, int], list[Rejet]] = {}
        for fichier, facture, code, libelle, niveau, part, ligne, rang in self._connection.execute(query):
            rejet = Rejet(code, libelle, niveau, part, ligne, rang)
            found.setdefault((fichier, facture), []).append(rejet)
        return found


def passage_of(row: Any) -> str:
    """The token of the passage of a sending; its number, patient and day when an older version read it."""
    if row.lecture < LECTURE and row.patient and row.date_facturation:
        return f"/{row.cle}/{row.patient}/{row.date_facturation}"
    return row.e2 or ""


def _numbers_of(row: Any) -> tuple[str, ...]:
    """The professionals that an answer may name, the nearest first."""
    told = tuple(row.numeros_ps.split("\n")) if row.numeros_ps else ()
    return told if row.lecture >= LECTURE else nearest(told)


def pieces(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The same, as many at a time as one statement takes."""
    return (values[at : at + _VALUES] for at in range(0, len(values), _VALUES))


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
