"""Invoices and flows of establishments, byte by byte."""

from __future__ import annotations

from collections.abc import Sequence

from fse_records import FINESS, PERSONNES, Ligne, birth, blank, debut, fin, fin_lot, record


def lot_cp(numero: str = "001", ps: str = FINESS, jour: str = "260105", organisme: str = "421") -> str:
    return record(
        "1",
        ps,
        blank(6),
        organisme,
        numero,
        "189",
        "60",
        "05",
        "CMPP FICTIF".ljust(40),
        "B2",
        jour,
        " ",
        "CP",
        " ",
        "062007",
        "U",
        blank(40),
    )


def facture_cp(
    numero: int = 1,
    seances: Sequence[Ligne] = (Ligne("SNS", 10530, 100, 10530, 10530),),
    honoraires: Sequence[Ligne] = (),
    *,
    ps: str = FINESS,
    personne: tuple[str, str] = PERSONNES[0],
    regime: str = "01",
    caisse: str = "421",
    naissance: str = "150632",
    exoneration: str = "3",
    nature: str = "10",
    entree: str = "250901",
) -> list[str]:
    """Records 2, then 3 and 3x, 4 and 4x, then 5, as a CMPP writes them (see `b2.md`, constants emitted)."""
    commun = f"2{ps} {personne[0]}{personne[1]}000{numero:09d}"
    records = [
        record(
            commun,
            "1",
            f"{numero:09d}",
            regime,
            caisse,
            "0000",
            "3",
            "250901",
            "000000",
            "421",
            "000",
            nature,
            exoneration,
            "250901",
            "000000000",
            " ",
            birth(naissance, numero),
            entree,
            "260105",
            "01",
            "00",
            blank(10),
        )
    ]
    for ligne in seances:
        records.append(_stay(commun, ligne))
        records += [complement_cp(type, commun) for type in ligne.complements]
    for ligne in honoraires:
        records.append(_fee(commun, ps, ligne))
        records += [complement_cp(type, commun) for type in ligne.complements]
    amo = sum(x.amo for x in seances), sum(x.amo for x in honoraires)
    depense = sum(x.depense for x in seances), sum(x.depense for x in honoraires)
    records.append(
        record(
            "5",
            commun[1:],
            f"{len(records) - 1:03d}",
            f"{sum(x.base for x in seances):08d}",
            f"{amo[0]:08d}",
            f"{depense[1]:08d}",
            f"{amo[1]:08d}",
            f"{sum(depense) - sum(amo):08d}",
            f"{sum(x.amc for x in seances):08d}",
            f"{sum(x.amc for x in honoraires):08d}",
            blank(17),
            f"{depense[0]:08d}",
            blank(6),
        )
    )
    return records


def _stay(commun: str, ligne: Ligne) -> str:
    return record(
        "3",
        commun[1:],
        "19",
        "320",
        ligne.jour,
        ligne.jour,
        ligne.code.ljust(5),
        "001",
        " ",
        "00100",
        " ",
        "00000",
        f"{ligne.base:07d}",
        f"{ligne.base:08d}",
        f"{ligne.taux:03d}",
        f"{ligne.amo:08d}",
        f"{ligne.depense:08d}",
        "0000",
        "000",
        blank(3),
        ligne.qualificatif,
        " ",
        f"{ligne.amc:07d}",
    )


def _fee(commun: str, ps: str, ligne: Ligne) -> str:
    return record(
        "4",
        commun[1:],
        "00",
        "000",
        "000000000",
        " ",
        " ",
        "00",
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
        f"{ligne.amc:06d}",
    )


def complement_cp(type: str, commun: str) -> str:
    """A complement of a line: long header (3S, 3E) or short header (the others)."""
    body = {
        "3S": ("01", "0" * 9, " 00", "0" * 12, "0", "0" * 14, " ", "0" * 33, " ", blank(13)),
        "3E": ("01", "0" * 11, blank(76)),
        "3F": ("01", blank(4), "1234567".ljust(13), "0" * 14, "01", "0" * 35, blank(22)),
        "4B": ("01", blank(10), "0" * 80),
        "4M": ("01", blank(4), "HBMD038".ljust(13), " 10", blank(6), "000000", blank(58)),
        "4S": (
            "01L ",
            "0" * 7,
            "L",
            "0" * 7,
            blank(16),
            "0" * 28,
            " ",
            "0" * 5,
            blank(14),
            "0" * 5,
            blank(4),
        ),
        "4E": ("01", "0" * 11, blank(14), "0" * 11, blank(54)),
    }[type]
    long = type in ("3S", "3E")
    return record(type[0], commun[1:] if long else commun[1:26] + commun[29:38], type[1], *body)


def flux_cp(
    factures: Sequence[list[str]] = (), destinataire: str = "CT00000001016421", jour: str = "260105"
) -> list[str]:
    contents = list(factures) or [facture_cp()]
    sender = {"emetteur": f"00000{FINESS}", "type_emetteur": "TE", "destinataire": destinataire}
    records = [
        debut("CP  ", message="EDITEUR FICTIF", jour=jour, **sender),
        lot_cp(jour=jour, organisme=destinataire[-3:]),
    ]
    records += [one for facture in contents for one in facture]
    records.append(fin_lot(contents, ps=FINESS, cp=True))
    return [*records, fin(len(records) + 1, **sender)]
