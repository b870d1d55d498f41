"""What is kept of a file: rows of the tables, made from a flow, a return or ARLs.

Nothing here touches the database. A row is a plain mapping, column -> value.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from codes.decide import Refus, explain
from flatfile import Record
from fse import Facture
from fse.totaux import Totaux
from noemie import FactureRetour, Retour
from noemie.ledger.base.cles import LignePersonne
from noemie.ledger.base.fichiers import clean as clean
from noemie.ledger.base.fichiers import file_id as file_id
from noemie.ledger.base.fichiers import file_name as file_name
from noemie.ledger.identity import (
    Identite,
    KeyRing,
    identity,
    identity_of_returned,
    identity_of_sent,
)
from noemie.ledger.migrations import LECTURE
from noemie.ledger.sums import Sum
from noemie.ledger.tranches import slice_of
from noemie.returns.arl import Arl
from noemie.suivi.faits import Communs, Mouvement, Rejet, Reponse, Run
from noemie.suivi.faits import Virement as VirementSuivi
from noemie.suivi.lire import Jetons, Lecteur, PlaceDeFlux, actes_de, envoi_de
from noemie.suivi.returned import rejet_recu
from noemie.suivi.runs import Lectures, complement_of, lectures_of, runs_of

Row = dict[str, Any]

#: People whose tokens are kept while files are read.
_MOST_PEOPLE: Final = 20_000


@dataclass(slots=True)
class Rows:
    """Rows by table; `patients` by token, the form to keep of each."""

    fichier: Row
    constats: Counter[str] = field(default_factory=Counter)
    patients: dict[str, LignePersonne] = field(default_factory=dict)
    professionnels: set[str] = field(default_factory=set)
    tables: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    somme: Sum = field(default_factory=Sum)

    def add(self, table: str, row: Row) -> None:
        """One more row of a table."""
        self.tables[table].append(row)

    def add_patient(self, values: LignePersonne | None) -> str | None:
        """Note a patient; returns the token."""
        if values is None:
            return None
        known = self.patients.get(values.jeton)
        if known is None or values.ordre > known.ordre:
            self.patients[values.jeton] = values
        return values.jeton

    def clear(self) -> None:
        """Forget the rows that were stored; what the file itself tells remains."""
        self.patients.clear()
        self.tables.clear()


def file_row(
    sha256: str,
    nature: str,
    size: int,
    *,
    norm: str = "",
    envelope: str = "",
    header: Row | None = None,
) -> Row:
    """The row of a file; `header` holds what its record 000 tells."""
    return {
        "id": file_id(sha256),
        "sha256": sha256,
        "nature": nature,
        "taille": size,
        "norme": norm,
        "enveloppe": envelope,
        "emetteur": "",
        "destinataire": "",
        "identification": "",
        "date_fichier": None,
        "enregistrements": 0,
        "factures": 0,
        "total_annonce": None,
        "purge_le": None,
        "lecture": LECTURE,
        **(header or {}),
    }


# --- flows ------------------------------------------------------------------------------------------------


class Tokens(Jetons):
    """Tokens of care under the key of a ledger; a patient has the token that its table of patients has."""

    def __init__(self, keys: KeyRing) -> None:
        super().__init__(keys.care_key)
        self.keys = keys
        self._known: dict[tuple[str, str, str], str] = {}
        self._returned: dict[tuple[object, ...], Identite | None] = {}

    def patient(self, nir: str, born: str, rank: str) -> str:
        """The token of a person, empty without a NIR; that of each is made once."""
        person = (nir, born, rank)
        token = self._known.get(person)
        if token is None:
            if len(self._known) >= _MOST_PEOPLE:
                self._known.clear()
            identite = identity(nir, "", born, rank)
            token = self._known[person] = self.keys.patient_token(identite) if identite else ""
        return token

    def returned(self, facture: FactureRetour) -> Identite | None:
        """The patient of a returned invoice; entities that tell the same are read once."""
        told = [(one.layout, one.raw) for one in (facture.assure, facture.beneficiaire) if one is not None]
        key = (*told, facture.naissance_copiee)
        if key not in self._returned:
            if len(self._returned) >= _MOST_PEOPLE:
                self._returned.clear()
            self._returned[key] = identity_of_returned(facture)
        return self._returned[key]


def sent_header(record: Record) -> Row:
    """What record 000 of a flow tells."""
    return {
        "emetteur": clean(record.text("numero_emetteur")),
        "destinataire": clean(record.text("numero_destinataire")),
        "identification": clean(record.text("identification_fichier")),
        "date_fichier": record.get("date_fichier", dt.date),
    }


def add_sent(rows: Rows, facture: Facture, place: PlaceDeFlux, tokens: Tokens) -> None:
    """Add the rows of one sent invoice; `place` is that of its 000."""
    keys, actes = tokens.keys, actes_de(facture)
    envoi = envoi_de(facture, "", place, tokens, actes)
    identite = identity_of_sent(facture)
    patient = keys.patient(identite, envoi.depuis) if identite else None
    number, key = clean(facture.numero), clean(envoi.cle)
    ref = {"fichier_id": rows.fichier["id"], "enregistrement": facture.number}
    rows.professionnels.add(clean(facture.numero_ps))
    rows.add(
        "envois",
        {
            **ref,
            "position": facture.offsets[0] if facture.offsets else 0,
            "tranche": slice_of(key),
            "cle": key,
            "numero": number,
            "lot": clean(envoi.lot),
            "numero_ps": clean(envoi.numero_ps),
            "date_lot": envoi.date_lot,
            "date_facturation": envoi.date_facturation,
            "identification": clean(envoi.identification),
            "date_envoi": envoi.date_envoi,
            "regime": clean(facture.regime),
            "caisse": clean(facture.caisse),
            "centre": clean(facture.centre),
            "nature_assurance": clean(facture.nature_assurance),
            "destinataire_reglement": clean(facture.destinataire_reglement),
            "tiers_payant": envoi.tiers_payant,
            "montant_depense": Totaux.of_invoice(facture).depense,
            "amo": envoi.amo,
            "amc": envoi.amc,
            "patient": rows.add_patient(patient),
            "forme": patient.ordre if patient else None,
            "operation": clean(envoi.operation),
            "flux": envoi.flux,
            "rang": envoi.rang,
            "e1": envoi.e1,
            "e2": envoi.e2,
            "e3": envoi.e3,
            "actes": envoi.actes,
            "soins": keys.protect_care(actes, envoi.e1),
        },
    )
    for ligne in envoi.lignes:
        rows.add("lignes", {**ref, "jeton": ligne})


# --- returns ----------------------------------------------------------------------------------------------


def add_return(rows: Rows, retour: Retour, tokens: Tokens) -> None:
    """Fill the rows of a file of returns. Of flows of contract movements (929) only the file is kept."""
    fin = retour.fin
    total = fin.get("cumul_montants", int) if fin else None
    negative = fin is not None and fin.text("signe_cumul_montants") == "N"
    rows.fichier |= {
        "norme": clean(retour.reference),
        "enveloppe": retour.detection.envelope,
        "emetteur": clean(retour.emetteur.numero),
        "destinataire": clean(retour.destinataire.numero),
        "identification": clean(retour.identification_fichier),
        "date_fichier": retour.date_creation,
        "enregistrements": len(retour.entites),
        "total_annonce": -total if negative and total else total,
    }
    _Returns(rows, tokens).add(retour)


class _Returns:
    """The rows of the returns of one file, from the facts that the follow-up reads in it."""

    def __init__(self, rows: Rows, tokens: Tokens) -> None:
        self.rows = rows
        self.tokens, self.keys = tokens, tokens.keys
        self.id = rows.fichier["id"]
        self.communs = Communs()
        self._lecteur = Lecteur(tokens, self.communs)

    def add(self, retour: Retour) -> None:
        for run in runs_of(retour):
            lectures = lectures_of(run)
            said = list(self._lecteur.lire_run(run, "", lectures))
            self._run(self.communs.runs[-1], lectures)
            if run.is_oc:
                continue
            factures = {facture.record.number: facture for facture in run.factures}
            for reponse in said:
                self._answer(factures[reponse.record], reponse, run.rang)
            self.rows.fichier["factures"] += len(said)
            self._outside(run)
        for rank, virement in enumerate(self.communs.virements, start=1):
            self._transfer(rank, virement)
        self._lump_sums()
        self._debts()

    def _run(self, run: Run, lectures: Lectures) -> None:
        first, second = (*lectures.jours, None, None)[:2]
        self.rows.add(
            "retours",
            {
                "fichier_id": self.id,
                "rang": run.rang,
                "empreinte": run.empreinte,
                "type_emetteur": clean(run.type_emetteur),
                "emetteur": clean(run.emetteur),
                "destinataire": clean(run.destinataire),
                "identification": clean(run.identification),
                "jour_ecrit": clean(run.jour_ecrit),
                "jour_1": first,
                "jour_2": second,
                "jour": lectures.gardee,
                "jour_decide": lectures.decidee,
                "jour_lot": lectures.lot,
                "entier": run.entier,
                "concorde": run.concorde,
                "total_annonce": run.total_annonce,
                "total_lu": run.total_lu,
                "professionnels": clean("\n".join(run.professionnels)) or None,
            },
        )

    def _transfer(self, rank: int, virement: VirementSuivi) -> None:
        run = next((run for run in self.communs.runs if run.entete == virement.entete), None)
        emitters = {run.emetteur for run in self.communs.runs}
        self.rows.add(
            "virements",
            {
                "fichier_id": self.id,
                "rang": rank,
                "date": virement.jour,
                "libelle_1": clean(virement.libelle_1),
                "libelle_2": clean(virement.libelle_2),
                "organisme_payeur": "" if virement.payeur in emitters else clean(virement.payeur),
                "payeur": clean(virement.payeur),
                "beneficiaire": clean(virement.beneficiaire),
                "run": run.rang if run else 0,
            },
        )

    def _answer(self, facture: FactureRetour, reponse: Reponse, run: int) -> None:
        identite = self.tokens.returned(facture)
        patient = self.keys.patient(identite, reponse.jour) if identite else None
        extra = complement_of(facture) if reponse.ancienne and not reponse.hors_total else 0
        virement = self.communs.virements[reponse.virement]
        self.rows.add(
            "reponses",
            {
                "fichier_id": self.id,
                "enregistrement": reponse.record,
                "tranche": slice_of(clean(reponse.cle)),
                "cle": clean(reponse.cle),
                "numero": clean(facture.numero),
                "lot": clean(facture.lot),
                "date_lot": reponse.date_lot,
                "date_facturation": reponse.date_facturation,
                "numeros_ps": clean("\n".join(reponse.ps)),
                "virement": reponse.virement + 1,
                "date_paiement": virement.jour,
                "type_retour": clean(facture.type_retour),
                "type_facture": clean(facture.type_facture),
                "nature_assurance": clean(facture.nature_assurance),
                "patient": self.rows.add_patient(patient),
                "forme": patient.ordre if patient else None,
                "run": run,
                "complement": extra,
                "ancienne": reponse.ancienne,
                "hors_total": reponse.hors_total,
            },
        )
        posts = reponse.mouvements[:-1] if extra else reponse.mouvements
        self._parts(facture, reponse.record, posts)
        self._acts(facture, reponse.record)
        for order, rejet in enumerate(reponse.rejets, start=1):
            self._reject(reponse.record, order, rejet, run)

    def _parts(self, facture: FactureRetour, number: int, posts: Iterable[Mouvement]) -> None:
        insurers = {part.nom: clean(part.numero_amc) for part in facture.parts}
        for post in posts:
            self.rows.add(
                "parts",
                {
                    "fichier_id": self.id,
                    "facture": number,
                    "nom": post.part,
                    "etat": clean(post.etat),
                    "demande": post.demande,
                    "paye": post.paye,
                    "numero_amc": insurers.get(post.part, ""),
                },
            )

    def _acts(self, facture: FactureRetour, number: int) -> None:
        sums: dict[str, list[int]] = {}
        for acte in facture.actes:
            one = sums.setdefault(clean(acte.nature_prestation), [0, 0])
            one[0] += 1
            one[1] += acte.montant_rembourse
        for kind, (count, paid) in sums.items():
            self.rows.add(
                "actes",
                {
                    "fichier_id": self.id,
                    "facture": number,
                    "nature_prestation": kind,
                    "nombre": count,
                    "montant_rembourse": paid,
                },
            )

    def _outside(self, run: Retour) -> None:
        """Rejects that belong to no invoice; told by the rank of their entity in the file."""
        inside = {rejet.record.number for facture in run.factures for rejet in facture.rejets}
        for rejet in run.rejets:
            if rejet.record.number not in inside:
                self._reject(0, rejet.record.number, rejet_recu(rejet, run), run.rang)

    def _reject(self, number: int, order: int, rejet: Rejet, run: int) -> None:
        told = explain(Refus(rejet.code, rejet.libelle, rejet.niveau, rejet.part))
        self.rows.add(
            "rejets",
            {
                "fichier_id": self.id,
                "facture": number,
                "ordre": order,
                "code": clean(rejet.code),
                "libelle": clean(told.label_masked),
                "niveau": clean(rejet.niveau),
                "part": clean(rejet.part),
                "ligne": rejet.ligne,
                "rang": rejet.rang,
                "run": run,
            },
        )

    def _lump_sums(self) -> None:
        for rank, forfait in enumerate(self.communs.forfaits, start=1):
            self.rows.add(
                "forfaits",
                {
                    "fichier_id": self.id,
                    "enregistrement": rank,
                    "virement": forfait.virement + 1,
                    "code": clean(forfait.code),
                    "montant": forfait.montant,
                    "details": forfait.details,
                    "run": self.communs.runs[forfait.run].rang,
                },
            )

    def _debts(self) -> None:
        for rank, dette in enumerate(self.communs.retenues, start=1):
            self.rows.add(
                "dettes",
                {
                    "fichier_id": self.id,
                    "enregistrement": rank,
                    "virement": dette.virement + 1,
                    "reference": clean(dette.reference),
                    "date_dette": dette.jour,
                    "nature": clean(dette.nature),
                    "nature_recuperation": clean(dette.recuperation),
                    "montant": dette.montant,
                    "solde": dette.solde,
                    "run": self.communs.runs[dette.run].rang,
                },
            )


# --- ARLs -------------------------------------------------------------------------------------------------


def add_arls(rows: Rows, arls: Iterable[Arl]) -> None:
    """Add the rows of the ARLs of one file."""
    for rank, arl in enumerate(arls, start=1):
        told = {name: getattr(arl, name) for name in arl.__struct_fields__}
        cleaned = {name: clean(value) if isinstance(value, str) else value for name, value in told.items()}
        rows.add("arls", {"fichier_id": rows.fichier["id"], "rang": rank, **cleaned})
        rows.fichier["enregistrements"] = rank
