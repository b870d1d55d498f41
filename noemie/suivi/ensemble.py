"""What is of the whole and of no line: runs, transfers, lump sums, withholdings, notes of the whole."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

import msgspec

from codes.notes import OF_THE_WHOLE, Note
from noemie.suivi.faits import Arl, Communs, Forfait, Marque, Retenue, Virement, cle
from noemie.suivi.resultat import (
    ArlSansLot,
    FichierSuivi,
    ForfaitSuivi,
    Ligne,
    Orpheline,
    RetenueSuivie,
    Sommes,
    Suivi,
    VirementSuivi,
)

__all__ = [
    "A_part",
    "Trouve",
    "arls_by_lot",
    "fichiers",
    "forfaits",
    "once",
    "retenues",
    "suivi_of",
    "virements",
    "void_runs",
    "whole_notes",
]

T = TypeVar("T")


class Trouve(msgspec.Struct, kw_only=True):
    """What adds up over the slices studied.

    - `sommes`: of lines and orphans; `payes`: what they were paid by each transfer, by its rank;
    - `notes`: those of lines, orphans and flows; `arls`: the ranks of the ARLs that speak of a batch.
    """

    sommes: Sommes = msgspec.field(default_factory=Sommes)
    payes: dict[int, int] = msgspec.field(default_factory=dict)
    notes: set[Note] = msgspec.field(default_factory=set)
    arls: set[int] = msgspec.field(default_factory=set)
    marques_sans_cible: int = 0

    def ajouter(self, other: Trouve) -> None:
        """What other slices, studied apart, add."""
        for name in Sommes.__struct_fields__:
            setattr(self.sommes, name, getattr(self.sommes, name) + getattr(other.sommes, name))
        for rang, montant in other.payes.items():
            self.payes[rang] = self.payes.get(rang, 0) + montant
        self.notes |= other.notes
        self.arls |= other.arls
        self.marques_sans_cible += other.marques_sans_cible


class A_part(NamedTuple, Generic[T]):  # noqa: N801  # the model's own word
    """What stands apart: its lines, its total, the total of each transfer by its rank."""

    lignes: list[T]
    total: int
    virements: dict[int, int]


def void_runs(communs: Communs) -> set[int]:
    """The ranks of the cut runs of which the whole is there: they say nothing."""
    whole = {run.entete for run in communs.runs if run.entier}
    return {rang for rang, run in enumerate(communs.runs) if not run.entier and run.entete in whole}


def suivi_of(
    communs: Communs,
    void: Collection[int],
    on: dt.date | None,
    lignes: Collection[Ligne],
    orphelins: Collection[Orpheline],
    trouve: Trouve,
) -> Suivi:
    """The whole answer: the lines and the orphans, what they add up to, and what stands apart of them."""
    lumps, withheld = forfaits(communs, void), retenues(communs, void)
    paid = Counter(trouve.payes)
    paid.update(lumps.virements)
    notes = trouve.notes | whole_notes(communs, void)
    return Suivi(
        on=on,
        lignes=lignes,
        orphelins=orphelins,
        notes=sorted(notes, key=lambda note: (note in OF_THE_WHOLE, note)),
        sommes=msgspec.structs.replace(trouve.sommes, forfaits=lumps.total, retenues=withheld.total),
        forfaits=lumps.lignes,
        retenues=withheld.lignes,
        fichiers=fichiers(communs, void),
        virements=virements(communs, paid, withheld.virements),
        arls_orphelins=[
            ArlSansLot(arl.numero_lot, arl.date_lot, arl.positif)
            for rang, arl in enumerate(communs.arls)
            if rang not in trouve.arls
        ],
        marques_sans_cible=trouve.marques_sans_cible,
    )


def arls_by_lot(arls: Iterable[Arl]) -> dict[tuple[str, str], list[tuple[int, Arl]]]:
    """ARLs by professional and batch, each with its rank, the last word last."""
    made: dict[tuple[str, str], list[tuple[int, Arl]]] = defaultdict(list)
    ranked = sorted(
        enumerate(arls), key=lambda one: (one[1].date_arl or dt.date.min, one[1].positif, one[1].code)
    )
    for rang, arl in ranked:
        made[cle(arl.numero_ps), cle(arl.numero_lot)].append((rang, arl))
    return dict(made)


def whole_notes(communs: Communs, void: Collection[int]) -> set[Note]:
    """The notes that stand on no line."""
    runs, notes = communs.runs, set()
    if len({run.empreinte for run in runs}) < len(runs):
        notes.add(Note.RETOUR_EN_DOUBLE)
    if any(run.entier and not run.concorde for run in runs):
        notes.add(Note.TOTAL_FAUX)
    if any(not run.entier and rang not in void for rang, run in enumerate(runs)):
        notes.add(Note.RETOUR_COUPE)
    if any(one.run not in void for one in communs.retenues):
        notes.add(Note.RETENUE_HORS_VIREMENT)
    if any(run.autre_jour is not None for run in runs):
        notes.add(Note.JOUR_DOUTEUX)
    return notes


def fichiers(communs: Communs, void: Collection[int]) -> list[FichierSuivi]:
    """The runs, in order of name and rank."""
    ranked = sorted(enumerate(communs.runs), key=lambda one: (one[1].fichier, one[1].rang))
    seen: set[str] = set()
    made = []
    for rang, run in ranked:
        etat = (
            "ecarte"
            if rang in void
            else "copie"
            if run.empreinte in seen
            else "lu"
            if run.entier
            else "coupe"
        )
        seen.add(run.empreinte)
        made.append(
            FichierSuivi(
                fichier=run.fichier,
                rang=run.rang,
                etat=etat,
                emetteur=run.emetteur,
                identification=run.identification,
                jour=run.jour,
                autre_jour=run.autre_jour,
                total_annonce=run.total_annonce,
                total_lu=run.total_lu,
                concorde=run.concorde,
            )
        )
    return made


def ticks(marques: Iterable[Marque]) -> frozenset[str]:
    """What marks say was seen on the statement of the bank: `LABEL`, or `LABEL@2026-01-20`."""
    return frozenset(" ".join(one.detail.upper().split()) for one in marques if one.sorte == "pointe")


def is_ticked(virement: Virement, ticked: frozenset[str]) -> bool:
    """Whether a mark names this transfer, by one of its labels, and its day when the mark tells one."""
    labels = [one for one in (virement.libelle_1, virement.libelle_2) if one]
    if virement.jour is None:  # its day is that of a file: any day that a mark tells
        ticked = ticked | {one.rpartition("@")[0] for one in ticked}
    return any(label in ticked or f"{label}@{virement.jour}" in ticked for label in labels)


def virements(communs: Communs, payes: Mapping[int, int], retenus: Mapping[int, int]) -> list[VirementSuivi]:
    """The transfers that pay or withhold something, in order."""
    ticked = ticks(communs.marques)
    made = []
    for rang, virement in enumerate(communs.virements):
        montant, retenu = payes.get(rang, 0), retenus.get(rang, 0)
        if rang not in payes and rang not in retenus:
            continue
        labels = tuple(filter(None, (virement.libelle_1, virement.libelle_2)))
        shown = VirementSuivi(
            payeur=virement.payeur,
            jour=virement.jour,
            libelles=labels,
            montant=montant,
            retenues=retenu,
            avec_retenues=montant + retenu,
            pointe=is_ticked(virement, ticked),
        )
        made.append((virement.tri, shown))
    return [shown for _, shown in sorted(made, key=lambda one: one[0])]


Row = TypeVar("Row", Forfait, Retenue)


def once(rows: Iterable[Row], communs: Communs, void: Collection[int]) -> list[tuple[Row, int, int]]:
    """Each content of each transfer, how often it counts (as one run says at most), and the run to name."""
    told: dict[tuple[object, ...], Counter[int]] = defaultdict(Counter)
    first: dict[tuple[object, ...], Row] = {}
    for row in rows:
        if row.run not in void:
            key = tuple(row[1:])
            told[key][row.run] += 1
            first.setdefault(key, row)

    def place(rang: int) -> tuple[str, int]:
        return (communs.runs[rang].fichier, communs.runs[rang].rang)

    return [(first[key], max(runs.values()), min(runs, key=place)) for key, runs in told.items()]


def _content(row: Forfait | Retenue) -> str:
    return repr(row[2:])


def forfaits(communs: Communs, void: Collection[int]) -> A_part[ForfaitSuivi]:
    """Lump sums, each counted once by transfer, as many times as one run says it."""
    lignes, total = [], 0
    sums: dict[int, int] = defaultdict(int)
    for row, number, run in once(communs.forfaits, communs, void):
        virement = communs.virements[row.virement]
        fichier = communs.runs[run].fichier
        total += row.montant * number
        sums[row.virement] += row.montant * number
        made = ForfaitSuivi(row.code, row.montant, number, virement.jour, fichier)
        lignes.append(((virement.tri, _content(row)), made))
    return A_part([made for _, made in sorted(lignes, key=lambda one: one[0])], total, dict(sums))


def retenues(communs: Communs, void: Collection[int]) -> A_part[RetenueSuivie]:
    """Withholdings, each counted once by transfer, as many times as one run says it."""
    lignes, total = [], 0
    sums: dict[int, int] = defaultdict(int)
    for row, number, run in once(communs.retenues, communs, void):
        virement = communs.virements[row.virement]
        total += row.montant * number
        sums[row.virement] += row.montant * number
        made = RetenueSuivie(
            reference=row.reference,
            date_dette=row.jour,
            nature=row.nature,
            recuperation=row.recuperation,
            montant=row.montant,
            solde=row.solde,
            nombre=number,
            jour=virement.jour,
            fichier=communs.runs[run].fichier,
        )
        lignes.append(((virement.tri, _content(row)), made))
    return A_part([made for _, made in sorted(lignes, key=lambda one: one[0])], total, dict(sums))
