"""Invoices and flows of city care, byte by byte; everything that the tests build flows with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fse_flows_cp import facture_cp, flux_cp, lot_cp
from fse_records import (
    AUTRE_PS,
    FINESS,
    LENGTH,
    PERSONNES,
    PS,
    Ligne,
    birth,
    blank,
    debut,
    fin,
    fin_lot,
    findings,
    octets,
    put,
    record,
    rules,
)

__all__ = [
    "AUTRE_PS",
    "FINESS",
    "LENGTH",
    "PERSONNES",
    "PS",
    "Ligne",
    "blank",
    "debut",
    "facture_cp",
    "facture_ps",
    "fin_lot",
    "findings",
    "flux_cp",
    "flux_ps",
    "lot_cp",
    "lot_ps",
    "octets",
    "put",
    "record",
    "rules",
]


def lot_ps(numero: str = "001", ps: str = PS, jour: str = "260105", organisme: str = "421") -> str:
    return record(
        "1",
        ps,
        blank(6),
        organisme,
        numero,
        blank(7),
        "DR FICTIF".ljust(40),
        "B2",
        jour,
        " ",
        blank(2),
        " ",
        "000000",
        "E",
        blank(2),
        blank(3),
        " ",
        blank(34),
    )


def commun_ps(type: str, numero: int, ps: str, personne: tuple[str, str]) -> str:
    return f"{type[0]}{ps} {personne[0]}{personne[1]}{numero:09d}"


def facture_ps(
    numero: int = 1,
    lignes: Sequence[Ligne] = (Ligne(),),
    *,
    ps: str = PS,
    personne: tuple[str, str] = PERSONNES[0],
    jour: str = "260105",
    regime: str = "01",
    caisse: str = "421",
    centre: str = "0000",
    nature: str = "10",
    exoneration: str = "0",
    naissance: str = "800101",
    prescripteur: str = "000000000",
    prescription: str = "000000",
    complements: Sequence[str] = (),
) -> list[str]:
    """Records 2, 2x, then 4 and 4x, then 5. `complements` are letters, those of a line in `Ligne`."""
    commun = commun_ps("2", numero, ps, personne)
    records = [
        record(
            commun,
            " ",
            "  1",
            jour,
            "   ",
            regime,
            caisse,
            centre,
            "4",
            prescripteur,
            prescription,
            blank(3),
            nature,
            exoneration,
            "000000",
            "000000000",
            "0",
            birth(naissance, numero),
            blank(2),
            blank(8),
            "00",
            "15",
            "00",
            blank(10),
        )
    ]
    records += [complement_ps(letter, "2", commun) for letter in complements]
    for ligne in lignes:
        records.append(ligne_ps(commun, ps, ligne))
        records += [complement_ps(letter, "4", commun) for letter in ligne.complements]
    depense, amo = sum(x.depense for x in lignes), sum(x.amo for x in lignes)
    records.append(
        record(
            "5",
            commun[1:],
            blank(3),
            f"{len(lignes):03d}",
            blank(16),
            f"{depense:08d}",
            f"{amo:08d}",
            f"{depense - amo:08d}",
            f"{sum(x.amc for x in lignes):08d}",
            blank(39),
        )
    )
    return records


def ligne_ps(commun: str, ps: str, ligne: Ligne) -> str:
    return record(
        "4",
        commun[1:],
        " ",
        "01",
        "00",
        "000",
        "000000",
        "9",
        blank(2),
        " ",
        " ",
        ps,
        "00",
        "01",
        ligne.jour,
        ligne.code.ljust(5),
        "01",
        "000100",
        "01",
        f"{ligne.base:07d}",
        f"{ligne.base:07d}",
        f"{ligne.taux:03d}",
        f"{ligne.amo:07d}",
        f"{ligne.depense:07d}",
        ligne.qualificatif,
        "0",
        f"{ligne.amc:07d}",
    )


def complement_ps(letter: str, main: str, commun: str) -> str:
    nir, cle = PERSONNES[1]
    body = {
        "2S": (blank(13), nir, cle, "000000", blank(58)),
        "2M": ("9999999999", blank(25), "0" * 15, blank(38), "00", blank(2)),
        "4S": ("01L ", "0000000", " ", "000000", "9", "0" * 9, blank(7), "0" * 28, " ", "0" * 24, blank(4)),
        "4M": ("01", blank(4), "HBMD038".ljust(13), " 10", blank(6), "000000", blank(58)),
        "4F": (
            "01",
            blank(4),
            "1234567".ljust(13),
            "A",
            "73282932000074",
            blank(6),
            "260101",
            "260105",
            "0001000",
            "02",
            "0001000",
            "0002000",
            "0002000",
            blank(10),
        ),
        "4H": ("01", blank(10), "1234567", "7", blank(10), "0" * 14, "0001000", "002", "0002000", blank(31)),
        "4U": (
            "01",
            "260105",
            "0900",
            "83137",
            "AB123CD  ",
            "FICTIF  ",
            "X  ",
            blank(11),
            "260105",
            "0930",
            "83137",
            "1",
            "00",
            "000000",
            "0010",
            blank(16),
        ),
    }[main + letter]
    return record(main, commun[1:], letter, *body)


def flux_ps(
    factures: Iterable[list[str]] = (),
    *,
    lots: Sequence[tuple[str, str, list[list[str]]]] = (),
    destinataire: str = "CT00000001016421",
    jour: str = "260105",
) -> list[str]:
    """Records of a whole flow; `lots` gives several batches as (number, professional, invoices)."""
    records = [debut(destinataire=destinataire, jour=jour)]
    batches = lots or [("001", PS, list(factures) or [facture_ps()])]
    for numero, ps, contents in batches:
        records.append(lot_ps(numero, ps, jour, destinataire[-3:]))
        records += [one for facture in contents for one in facture]
        records.append(fin_lot(contents, numero, ps))
    return [*records, fin(len(records) + 1, len(batches), destinataire=destinataire)]
