"""What is kept of a file: rows of the tables, made from a flow, a return or ARLs.

Nothing here touches the database. A row is a plain mapping, column -> value.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from flatfile import Record
from fse import Facture
from fse.totaux import Totaux
from noemie import FactureRetour, Retour, Virement
from noemie.ledger.base.fichiers import clean as clean
from noemie.ledger.base.fichiers import file_id as file_id
from noemie.ledger.base.fichiers import file_name as file_name
from noemie.ledger.identity import KeyRing, PatientValues, identity_of_returned, identity_of_sent
from noemie.returns.arl import Arl
from noemie.suivi.reconcile import RejetRecu, Returned, claimed, cle, iter_returned

Row = dict[str, Any]

#: Slices of the ledger: matching takes some of them at a time, so that memory stays bounded.
TRANCHES: Final = 1024


@dataclass(slots=True)
class Rows:
    """Rows by table; `patients` by token, the form to keep of each."""

    fichier: Row
    constats: Counter[str] = field(default_factory=Counter)
    patients: dict[str, PatientValues] = field(default_factory=dict)
    professionnels: set[str] = field(default_factory=set)
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, row: Row) -> None:
        """One more row of a table."""
        self.tables.setdefault(table, []).append(row)

    def add_patient(self, values: PatientValues | None) -> str | None:
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
        **(header or {}),
    }


def slice_of(key: str) -> int:
    """The slice that the invoices of this number belong to."""
    return zlib.crc32(key.encode("utf-8", "replace")) % TRANCHES


# --- flows ------------------------------------------------------------------------------------------------


def sent_header(record: Record) -> Row:
    """What record 000 of a flow tells."""
    return {
        "emetteur": clean(record.text("numero_emetteur")),
        "destinataire": clean(record.text("numero_destinataire")),
        "identification": clean(record.text("identification_fichier")),
        "date_fichier": record.get("date_fichier", dt.date),
    }


def add_sent(rows: Rows, facture: Facture, header: Row, keys: KeyRing) -> None:
    """Add the row of one sent invoice; `header` is that of the last record 000."""
    amo, amc, claims = claimed(facture)
    day = header.get("date_fichier") or facture.date_lot or facture.date_facturation
    identite = identity_of_sent(facture)
    number = clean(facture.numero)
    key = cle(number)
    rows.professionnels.add(clean(facture.numero_ps))
    rows.add(
        "envois",
        {
            "fichier_id": rows.fichier["id"],
            "enregistrement": facture.number,
            "position": facture.offsets[0] if facture.offsets else 0,
            "tranche": slice_of(key),
            "cle": key,
            "numero": number,
            "lot": clean(facture.numero_lot),
            "numero_ps": clean(facture.numero_ps),
            "date_lot": facture.date_lot,
            "date_facturation": facture.date_facturation,
            "identification": header.get("identification", ""),
            "date_envoi": header.get("date_fichier"),
            "regime": clean(facture.regime),
            "caisse": clean(facture.caisse),
            "centre": clean(facture.centre),
            "nature_assurance": clean(facture.nature_assurance),
            "destinataire_reglement": clean(facture.destinataire_reglement),
            "tiers_payant": claims,
            "montant_depense": Totaux.of(zip(facture.layouts, facture.raws, strict=True)).depense,
            "amo": amo,
            "amc": amc,
            "patient": rows.add_patient(keys.patient(identite, day) if identite else None),
        },
    )


# --- returns ----------------------------------------------------------------------------------------------


def add_return(rows: Rows, retour: Retour, keys: KeyRing) -> None:
    """Fill the rows of a return. Of a flow of contract movements (929) only the file is kept."""
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
    if retour.is_oc:
        return
    _Return(rows, retour, keys).add()


class _Return:
    """The rows of one return; what comes twice in one file is told apart by counting it."""

    def __init__(self, rows: Rows, retour: Retour, keys: KeyRing) -> None:
        self.rows = rows
        self.retour = retour
        self.keys = keys
        self.id = rows.fichier["id"]
        self.identity = (retour.emetteur.numero, retour.identification_fichier, retour.date_identite)
        self.times: Counter[bytes] = Counter()

    def add(self) -> None:
        transfers: dict[int, tuple[int, Virement]] = {}
        for rank, virement in enumerate(self.retour.virements, start=1):
            self._transfer(rank, virement)
            for one in (*virement.forfaits, *virement.dettes):
                transfers[id(one)] = (rank, virement)
        answers = iter_returned(self.retour)
        of_invoices: set[int] = set()
        for facture, answer in zip(self.retour.factures, answers, strict=True):
            self._answer(facture, answer)
            of_invoices.update(rejet.record.number for rejet in facture.rejets)
        self.rows.fichier["factures"] = len(self.retour.factures)
        outside = [rejet for rejet in self.retour.rejets if rejet.record.number not in of_invoices]
        for order, rejet in enumerate(outside, start=1):
            self._reject(0, order, RejetRecu.of(rejet, self.retour), outside=True)
        self._lump_sums(transfers)
        self._debts(transfers)

    def _fingerprint(self, *content: object) -> str:
        """A digest of what is told, by a file of this identity, for the n-th time."""
        told = msgspec.msgpack.encode(content)
        self.times[told] += 1
        return hashlib.sha256(told + self.times[told].to_bytes(4)).hexdigest()[:32]

    def _transfer(self, rank: int, virement: Virement) -> None:
        record = virement.record
        told = (
            virement.date,
            clean(record.text("libelle_virement_1")),
            clean(record.text("libelle_virement_2")),
            clean(virement.organisme_payeur),
        )
        self.rows.add(
            "virements",
            {
                "fichier_id": self.id,
                "rang": rank,
                "empreinte": self._fingerprint("virement", self.identity, told),
                **dict(zip(("date", "libelle_1", "libelle_2", "organisme_payeur"), told, strict=True)),
            },
        )

    def _answer(self, facture: FactureRetour, answer: Returned) -> None:
        number = clean(answer.numero)
        key = cle(number)
        identite = identity_of_returned(facture)
        day = answer.date_fichier or answer.date_paiement
        self.rows.add(
            "reponses",
            {
                "fichier_id": self.id,
                "enregistrement": answer.enregistrement,
                "empreinte": self._fingerprint(answer.contenu),
                "tranche": slice_of(key),
                "cle": key,
                "numero": number,
                "lot": clean(answer.lot),
                "date_lot": answer.date_lot,
                "date_facturation": answer.date_facturation,
                "numeros_ps": clean("\n".join(answer.numeros_ps)),
                "virement": answer.virement,
                "date_paiement": answer.date_paiement,
                "type_retour": clean(answer.type_retour),
                "type_facture": clean(facture.type_facture),
                "nature_assurance": clean(facture.nature_assurance),
                "patient": self.rows.add_patient(self.keys.patient(identite, day) if identite else None),
            },
        )
        self._parts(facture, answer)
        self._acts(facture, answer.enregistrement)
        for order, rejet in enumerate(answer.rejets, start=1):
            self._reject(answer.enregistrement, order, rejet)

    def _parts(self, facture: FactureRetour, answer: Returned) -> None:
        numbers = {part.nom: clean(part.numero_amc) for part in facture.parts}
        for name, part in (("AMO", answer.amo), ("AMC", answer.amc)):
            if part is not None:
                self.rows.add(
                    "parts",
                    {
                        "fichier_id": self.id,
                        "facture": answer.enregistrement,
                        "nom": name,
                        "etat": clean(part.etat),
                        "demande": part.demande,
                        "paye": part.paye,
                        "numero_amc": numbers.get(name, ""),
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

    def _reject(self, number: int, order: int, rejet: RejetRecu, *, outside: bool = False) -> None:
        self.rows.add(
            "rejets",
            {
                "fichier_id": self.id,
                "facture": number,
                "ordre": order,
                "empreinte": self._fingerprint("rejet", self.identity, rejet) if outside else "",
                "code": clean(rejet.code),
                "libelle": clean(rejet.explain().label_masked),
                "niveau": clean(rejet.niveau),
                "part": clean(rejet.part),
                "ligne": rejet.ligne,
                "rang": rejet.rang,
            },
        )

    def _lump_sums(self, transfers: dict[int, tuple[int, Virement]]) -> None:
        for forfait in self.retour.forfaits:
            rank, virement = transfers.get(id(forfait), (0, None))
            code, details = clean(forfait.code), len(forfait.details)
            self.rows.add(
                "forfaits",
                {
                    "fichier_id": self.id,
                    "enregistrement": forfait.record.number,
                    "empreinte": self._fingerprint(
                        "forfait", self.identity, virement and virement.date, code, forfait.montant, details
                    ),
                    "virement": rank,
                    "code": code,
                    "montant": forfait.montant,
                    "details": details,
                },
            )

    def _debts(self, transfers: dict[int, tuple[int, Virement]]) -> None:
        for dette in self.retour.dettes:
            rank, virement = transfers.get(id(dette), (0, None))
            told = {
                "reference": clean(dette.reference),
                "date_dette": dette.date_dette,
                "nature": clean(dette.nature),
                "nature_recuperation": clean(dette.nature_recuperation),
                "montant": dette.montant,
                "solde": dette.solde,
            }
            when = virement and virement.date
            self.rows.add(
                "dettes",
                {
                    "fichier_id": self.id,
                    "enregistrement": dette.record.number,
                    "empreinte": self._fingerprint("dette", self.identity, when, *told.values()),
                    "virement": rank,
                    **told,
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
