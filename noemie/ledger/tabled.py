"""Rows of a table that somebody declared (`noemie.suivi.tableau`): one run, an answer a line, ARLs.

The file has the nature `tableau`; the columns by which it was read stand in `norme`, so that other columns
read it again.
"""

from __future__ import annotations

from typing import Final

from noemie.ledger.rows import Rows, add_arls, clean, file_row
from noemie.ledger.tranches import slice_of
from noemie.suivi.faits import PaiementDit, cle
from noemie.suivi.tableau import LigneDite, TableDite

NATURE: Final = "tableau"


def rows_of(table: TableDite) -> Rows:
    """The rows of a table."""
    rows = Rows(file_row(table.sha256, NATURE, table.taille, norm=table.colonnes))
    rows.fichier["enregistrements"] = len({one.rang for one in table.lignes}) + len(table.arls)
    if table.lignes:
        _add_run(rows, table.sha256)
        transfers: dict[tuple[object, ...], int] = {}
        for number, one in enumerate(table.lignes, start=1):
            _add_line(rows, number, one, transfers)
        rows.fichier["factures"] = len({one.paiement.numero for one in table.lignes})
    if table.arls:
        records = rows.fichier["enregistrements"]
        add_arls(rows, table.arls)
        rows.fichier["enregistrements"] = records
    return rows


def _add_run(rows: Rows, sha256: str) -> None:
    texts = ("type_emetteur", "emetteur", "destinataire", "identification", "jour_ecrit")
    rows.add(
        "retours",
        {
            "fichier_id": rows.fichier["id"],
            "rang": 1,
            "empreinte": f"tableau/{sha256}",
            **dict.fromkeys(texts, ""),
            **dict.fromkeys(("jour_1", "jour_2", "jour", "jour_lot", "total_annonce", "professionnels")),
            "jour_decide": True,
            "entier": True,
            "concorde": True,
            "total_lu": 0,
        },
    )


def _transfer_of(rows: Rows, told: PaiementDit, ps: str, transfers: dict[tuple[object, ...], int]) -> int:
    """The rank of the transfer that a line names, which is added when no line before named it."""
    label = clean(" ".join(told.libelle.upper().split()))
    payer = clean(told.payeur.upper())
    transfer = (payer, ps, told.jour, label)
    rank = transfers.get(transfer)
    if rank is None:
        rank = transfers[transfer] = len(transfers) + 1
        rows.add(
            "virements",
            {
                "fichier_id": rows.fichier["id"],
                "rang": rank,
                "date": told.jour,
                "libelle_1": label,
                "libelle_2": "",
                "organisme_payeur": payer,
                "payeur": payer,
                "beneficiaire": ps,
                "run": 1,
            },
        )
    return rank


def _add_line(rows: Rows, number: int, one: LigneDite, transfers: dict[tuple[object, ...], int]) -> None:
    told = one.paiement
    key = clean(cle(told.numero))
    ps = clean(cle(told.numero_ps))
    rank = _transfer_of(rows, told, ps, transfers)
    ref = {"fichier_id": rows.fichier["id"]}
    texts = ("type_retour", "type_facture", "nature_assurance")
    rows.add(
        "reponses",
        {
            **ref,
            "enregistrement": number,
            "tranche": slice_of(key),
            "cle": key,
            "numero": clean(told.numero),
            "lot": clean(told.lot),
            "date_lot": None,
            "date_facturation": None,
            "numeros_ps": ps,
            "virement": rank,
            "date_paiement": told.jour,
            **dict.fromkeys(texts, ""),
            "patient": None,
            "forme": None,
            "run": 1,
            "complement": 0,
            "ancienne": False,
            "hors_total": False,
        },
    )
    rows.add(
        "parts",
        {
            **ref,
            "facture": number,
            "nom": told.part,
            "etat": told.etat,
            "demande": None,
            "paye": told.montant,
            "numero_amc": "",
        },
    )
    if one.code or one.motif:
        rows.add(
            "rejets",
            {
                **ref,
                "facture": number,
                "ordre": 1,
                "code": clean(one.code),
                "libelle": clean(one.motif),
                "niveau": "",
                "part": told.part,
                "ligne": None,
                "rang": None,
                "run": 1,
            },
        )
