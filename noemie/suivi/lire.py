"""Files to facts: flows give sendings; returns are cut in runs, and each run gives answers.

A file may hold several 000...999 runs, each with its own emitter, recipient and day. What identifies people
is turned into tokens here, under the key of the caller, and goes no further.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import PurePath
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from codes.speakers import is_complementary_emitter
from flatfile import Layout, Readable, Record
from fse import Facture, Flux
from fse.reader import Reading
from noemie.documents.keyed import Hmac
from noemie.returns.facture import FactureRetour
from noemie.returns.reader import read_retour
from noemie.returns.retour import Retour
from noemie.returns.retour import Virement as VirementLu
from noemie.returns.tables import HEADER
from noemie.returns.views import Dette
from noemie.returns.views import Forfait as ForfaitLu
from noemie.suivi.faits import (
    AMC,
    AMO,
    ActeLu,
    Communs,
    Envoi,
    Forfait,
    Mouvement,
    PaiementDit,
    Reponse,
    Retenue,
    Run,
    Virement,
    cle,
    nearest,
)
from noemie.suivi.returned import iter_returned
from noemie.suivi.runs import Bornes, Lectures, complement_of, run_of, runs_of
from noemie.suivi.sent import claimed

__all__ = [
    "ActeLu",
    "Jetons",
    "Lecteur",
    "Lues",
    "PlaceDeFlux",
    "actes_de",
    "envoi_de",
    "envois_de",
    "lire_envois",
    "lire_seul",
]

_TOKEN: Final = 10  # bytes: no two of ten million sendings share one by chance
#: A line, and the field of its day.
_DAYS: Final = {"3": "date_debut", "4": "date_acte"}
_PAYEES: Final = frozenset({"040", "020"})


class Jetons:
    """Tokens of patients and care, under one key: without it nobody can try them all."""

    def __init__(self, key: bytes) -> None:
        self._hmac = Hmac(key)

    def jeton(self, *parts: object) -> str:
        """The token of what `parts` say together."""
        return self.dit(repr(parts))

    def dit(self, parts: str) -> str:
        """The same, of what `parts` are written as."""
        return self._hmac.digest(parts.encode("utf-8", "surrogatepass"))[:_TOKEN].hex()

    def patient(self, nir: str, born: str, rank: str) -> str:
        """The token of a person, empty without a NIR; a rank that is not told is the first one."""
        nir = nir.strip().upper()
        if not nir.strip("0 "):
            return ""
        return self.jeton("patient", nir, born if born.strip("0 ") else "", rank.strip(" 0") or "1")


# --- what was sent ----------------------------------------------------------------------------------------


def lire_envois(source: Readable | Flux, nom: str, jetons: Jetons) -> Iterator[Envoi]:
    """The sendings of one flow, in bounded memory. Raises `FormatError` when it is no B2 flow."""
    nom = PurePath(nom).name
    if isinstance(source, Flux):
        yield from envois_de(source.items, nom, jetons)
        return
    reading = Reading(source)
    with reading.source:
        yield from envois_de(reading.items(), nom or PurePath(reading.source.name).name, jetons)


class PlaceDeFlux(NamedTuple):
    """The 000 that sendings follow: its code, its day, its rank in the file, the number of its record."""

    identification: str = ""
    jour: dt.date | None = None
    flux: int = 0
    record: int = 0

    def suivante(self, record: Record) -> PlaceDeFlux:
        """That of the next 000."""
        code, day = record.text("identification_fichier"), record.get("date_fichier", dt.date)
        return PlaceDeFlux(code, day, self.flux + 1, record.number)


def envois_de(
    items: Iterable[Facture | Record], nom: str, jetons: Jetons, before: int = 0
) -> Iterator[Envoi]:
    """The sendings of one flow, from its invoices and the records between them.

    `before` is the number of flows of the same file name that were read already.
    """
    place = PlaceDeFlux(flux=before)
    for item in items:
        if isinstance(item, Facture):
            yield envoi_de(item, nom, place, jetons)
        elif item.type == HEADER:
            place = place.suivante(item)


def actes_de(facture: Facture) -> list[ActeLu]:
    """The act lines of an invoice."""
    lus = []
    for layout, raw in zip(facture.layouts, facture.raws, strict=True):
        if layout.name in _DAYS:
            jour, code, quantite, coefficient, amo, amc = _acte_teller(layout)(raw)
            lus.append(ActeLu(jour, code, quantite, str(coefficient), amo, amc))
    return lus


@lru_cache(maxsize=64)
def _acte_teller(layout: Layout) -> Callable[[bytes], tuple[Any, ...]]:
    """What reads the act of a line; its coefficient is a number."""
    return layout.teller(
        **{_DAYS[layout.name]: dt.date, "code_acte": str, "quantite": int, "coefficient": Decimal},
        montant_amo=int,
        montant_amc=int,
    )


def envoi_de(
    facture: Facture, nom: str, place: PlaceDeFlux, jetons: Jetons, lus: Sequence[ActeLu] | None = None
) -> Envoi:
    """The sending of one invoice; `lus` are its acts, when they were read already."""
    amo, amc, claims = claimed(facture)
    numero, numero_ps, numero_lot = facture.numero, facture.numero_ps, facture.numero_lot
    ps = cle(numero_ps)
    patient = jetons.patient(facture.nir, facture.date_naissance, facture.rang_naissance)
    lus = actes_de(facture) if lus is None else lus
    actes = [(str(one[0]), *one[1:]) for one in lus]
    if len(actes) > 1:
        actes.sort(key=_order)
    days = {one.jour for one in lus if one.jour}
    told, care = repr(actes), sorted({acte[0] for acte in actes})
    lignes = {(acte[0], acte[1]) for acte in actes}
    return Envoi(
        fichier=nom,
        flux=place.flux,
        record=facture.number,
        rang=facture.number - place.record,
        numero=numero,
        cle=cle(numero),
        numero_ps=numero_ps,
        ps=ps,
        lot=numero_lot,
        cle_lot=cle(numero_lot),
        date_lot=facture.date_lot,
        date_facturation=facture.date_facturation,
        identification=place.identification,
        date_envoi=place.jour,
        amo=amo,
        amc=amc,
        tiers_payant=claims,
        operation=facture.nature_operation,
        patient=patient,
        e1=jetons.dit(f"('e1', {ps!r}, {patient!r}, {told})"),
        e2=jetons.dit(f"('e2', {ps!r}, {patient!r}, {care!r})"),
        e3=jetons.dit(f"('e3', {ps!r}, {told})"),
        lignes=tuple(
            sorted([jetons.dit(f"('ligne', {ps!r}, {patient!r}, {one!r}, {code!r})") for one, code in lignes])
        ),
        soins=(min(days), max(days)) if days else None,
        actes=len(actes),
    )


def _order(acte: tuple[object, ...]) -> list[object]:
    """The place of an act among those of its invoice; numbers that cannot be read come first."""
    return [-1 if value is None else value for value in acte]


# --- what came back ---------------------------------------------------------------------------------------


class Lues(NamedTuple):
    """What was read of one return alone: the ranks in its answers are those of `communs`."""

    communs: Communs
    reponses: list[Reponse]


def lire_seul(retour: Retour, nom: str, jetons: Jetons, bornes: Bornes | None) -> Lues:
    """Read one return, in any process."""
    communs = Communs()
    return Lues(communs, list(Lecteur(jetons, communs, bornes).lire(retour, nom)))


class Lecteur:
    """Reads returns into answers, and gathers in `communs` what all slices share.

    `bornes` are the days of the first and of the last sending known, when they are. Without `jetons` answers
    name no patient.
    """

    def __init__(
        self, jetons: Jetons | None, communs: Communs | None = None, bornes: Bornes | None = None
    ) -> None:
        self._bornes = bornes
        self.communs = communs or Communs()
        self._jetons = jetons
        self._rangs: dict[Virement, int] = {
            virement: rang for rang, virement in enumerate(self.communs.virements)
        }

    def lire(self, source: Readable | Retour, nom: str) -> Iterator[Reponse]:
        """The answers of one file. Raises `FormatError` when it is no return."""
        retour = source if isinstance(source, Retour) else read_retour(source, name=nom)
        nom = PurePath(nom or retour.nom).name
        for run in runs_of(retour):
            yield from self.lire_run(run, nom)

    def reprendre(self, lues: Lues) -> Iterator[Reponse]:
        """The answers of a return that was read alone."""
        communs, first = self.communs, len(self.communs.runs)
        ranks = [self.rang(virement) for virement in lues.communs.virements]
        communs.runs += lues.communs.runs
        communs.forfaits += [
            one._replace(run=first + one.run, virement=ranks[one.virement]) for one in lues.communs.forfaits
        ]
        communs.retenues += [
            one._replace(run=first + one.run, virement=ranks[one.virement]) for one in lues.communs.retenues
        ]
        for one in lues.reponses:
            yield replace(one, run=first + one.run, virement=ranks[one.virement])

    def tableau(self, lignes: Iterable[PaiementDit]) -> Iterator[Reponse]:
        """The answers that tables give; a table is a run of its own."""
        runs: dict[str, int] = {}
        for ligne in lignes:
            nom = PurePath(ligne.fichier).name
            if nom not in runs:
                runs[nom] = len(self.communs.runs)
                self.communs.runs.append(Run(fichier=nom, empreinte=f"tableau/{nom}", tableau=True))
            ps = cle(ligne.numero_ps)
            virement = Virement(_upper(ligne.payeur), ps, ligne.jour, _upper(ligne.libelle), "", ("tableau",))
            yield Reponse(
                run=runs[nom],
                virement=self.rang(virement),
                cle=cle(ligne.numero),
                jour=ligne.jour,
                cle_lot=cle(ligne.lot),
                ps=(ps,) if ps else (),
                mouvements=(Mouvement(ligne.part, ligne.etat, None, ligne.montant),),
                tableau=True,
            )

    def rang(self, virement: Virement) -> int:
        """The rank of a transfer in `communs`; a new one is added."""
        found = self._rangs.get(virement)
        if found is None:
            found = self._rangs[virement] = len(self.communs.virements)
            self.communs.virements.append(virement)
        return found

    def lire_run(self, retour: Retour, nom: str, lectures: Lectures | None = None) -> Iterator[Reponse]:
        """The answers of one run, under the name of its file; `lectures` as `run_of` takes them."""
        run, complement = run_of(retour, nom, self._bornes, lectures)
        place = len(self.communs.runs)
        self.communs.runs.append(run)
        if retour.is_oc:
            return
        transfers: dict[int, int] = {}
        for virement in retour.virements:
            number = transfers[id(virement)] = self.rang(_virement(virement, run))
            self._apart(virement.forfaits, virement.dettes, place, number)
        nowhere = Virement(run.emetteur, cle(run.destinataire), entete=run.entete)
        if retour.forfaits or retour.dettes:
            inside = {id(one) for told in retour.virements for one in (*told.forfaits, *told.dettes)}
            lumps = [one for one in retour.forfaits if id(one) not in inside]
            debts = [one for one in retour.dettes if id(one) not in inside]
            if lumps or debts:
                self._apart(lumps, debts, place, self.rang(nowhere))
        found: list[Reponse] = []
        for facture, lue in zip(retour.factures, iter_returned(retour), strict=True):
            told = facture.virement
            mouvements = [
                Mouvement(name, part.etat, part.demande, part.paye)
                for name, part in ((AMO, lue.amo), (AMC, lue.amc))
                if part is not None
            ]
            old = not facture.parts
            if old and is_complementary_emitter(run.type_emetteur) and not lue.paye:
                # A refusal without any part is of the part of who speaks.
                mouvements, old = [replace(one, part=AMC) for one in mouvements], False
            extra = complement_of(facture) if old else 0
            if extra and complement:
                mouvements.append(Mouvement(AMC, "P", None, extra))
            found.append(
                Reponse(
                    run=place,
                    virement=transfers[id(told)] if told else self.rang(nowhere),
                    cle=cle(lue.numero),
                    record=lue.enregistrement,
                    jour=lue.date_paiement or run.jour,
                    cle_lot=cle(lue.lot),
                    date_lot=lue.date_lot,
                    date_facturation=lue.date_facturation,
                    ps=nearest(lue.numeros_ps),
                    patient=self._patient(facture),
                    type_facture=facture.type_facture,
                    mouvements=tuple(mouvements),
                    rejets=lue.rejets,
                    ancienne=old,
                    hors_total=bool(extra) and not complement,
                )
            )
        if (
            not run.entier
            and found
            and not (found[-1].rejets or any(one.parle for one in found[-1].mouvements))
        ):
            found.pop()  # the last invoice of a cut run, without a posting, says nothing
        yield from found

    def _apart(self, forfaits: Iterable[ForfaitLu], dettes: Iterable[Dette], run: int, number: int) -> None:
        """Lump sums and withholdings of a transfer."""
        self.communs.forfaits += [
            Forfait(run, number, _upper(one.code), one.montant, len(one.details)) for one in forfaits
        ]
        self.communs.retenues += [
            Retenue(
                run,
                number,
                _upper(one.reference),
                one.date_dette,
                one.nature,
                one.nature_recuperation,
                one.montant,
                one.solde,
            )
            for one in dettes
        ]

    def _patient(self, facture: FactureRetour) -> str:
        """The token of the patient; empty, which contradicts nobody, unless the birth is told too."""
        insured, person = facture.assure, facture.beneficiaire
        if insured is None or self._jetons is None:
            return ""
        born = _text(person, "date_naissance")
        if not born.strip("0 "):
            return ""
        nir, rank = _text(insured, "nir"), _text(person, "rang_naissance")
        # JJMMAA, where B2 writes AAMMJJ, and an insurer that copies it too.
        written = born if born[0:2] > "31" else born[4:6] + born[2:4] + born[0:2]
        return self._jetons.patient(nir, written, rank)


def _text(record: Record | None, name: str) -> str:
    return " ".join(record.text(name).replace("\0", " ").split()) if record else ""


def _upper(text: str) -> str:
    return " ".join(text.upper().split())


def _virement(virement: VirementLu, run: Run) -> Virement:
    payeur = _upper(virement.organisme_payeur) or run.emetteur
    beneficiaire = cle(_payee(virement) or run.destinataire)
    lines = virement.libelles
    first, second = (_upper(line) for line in (*lines, "", "")[:2])
    if virement.date is None and not (first or second):
        return Virement(payeur, beneficiaire, entete=run.entete)
    return Virement(payeur, beneficiaire, virement.date, first, second)


def _payee(virement: VirementLu) -> str:
    """The payee of the nearest 040, then 020."""
    for noeud in (virement.noeud, *virement.noeud.ancetres()):
        for record in noeud.entete:
            if record.layout.name in _PAYEES and (number := record.text("numero_destinataire_reglement")):
                return number
    return ""
