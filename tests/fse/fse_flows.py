"""Small B2 flows written byte by byte, and ways to damage them.

Nothing here uses the writer or the layout tables: places and values are those of the published sources, in
the order of the bytes. People and numbers are invented; keys are right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from flatfile import Finding
from fse import Flux, check

LENGTH = 128

#: Numbers of a professional and of an establishment, with their keys.
PS, AUTRE_PS, FINESS = "991068040", "291991107", "990781056"

#: Fictitious people: NIR and key. The second one is Corsican.
PERSONNES = (("1800199999999", "40"), ("180012A004001", "68"), ("180012B033001", "01"))


class Ligne(NamedTuple):
    """One act: amounts in cents."""

    code: str = "C"
    base: int = 2500
    taux: int = 70
    amo: int = 1750
    depense: int = 2500
    amc: int = 0
    jour: str = "260105"
    qualificatif: str = " "
    complements: tuple[str, ...] = ()


def record(*pieces: str) -> str:
    """Join the fields of one record, which must make 128 bytes."""
    text = "".join(pieces)
    assert len(text) == LENGTH, f"{len(text)} bytes"
    return text


def blank(count: int) -> str:
    return " " * count


# --- the file -------------------------------------------------------------------------------------------


def debut(
    norme: str = "    ",
    emetteur: str = f"00000{PS}",
    type_emetteur: str = "TP",
    destinataire: str = "CT00000001016421",
    jour: str = "260105",
    reception: str = "      ",
    message: str = "",
) -> str:
    return record(
        "000",
        type_emetteur,
        emetteur,
        blank(6),
        destinataire[:2],
        destinataire[2:],
        reception,
        "TR",
        "000001",
        jour,
        norme,
        "B2",
        blank(15),
        "128",
        blank(6),
        message.ljust(37),
    )


def fin(
    volume: int,
    lots: int = 1,
    emetteur: str = f"00000{PS}",
    type_emetteur: str = "TP",
    destinataire: str = "CT00000001016421",
) -> str:
    return record(
        "999",
        type_emetteur,
        emetteur,
        blank(6),
        destinataire[:2],
        destinataire[2:],
        blank(6),
        "TR",
        "000001",
        f"{volume:08d}",
        blank(19),
        f"{lots:03d}",
        blank(43),
    )


# --- city care ------------------------------------------------------------------------------------------


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
            naissance,
            "1",
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
    }[main + letter]
    return record(main, commun[1:], letter, *body)


def flux_ps(
    factures: Iterable[list[str]] = (), *, lots: Sequence[tuple[str, str, list[list[str]]]] = ()
) -> list[str]:
    """Records of a whole flow; `lots` gives several batches as (number, professional, invoices)."""
    records = [debut()]
    batches = lots or [("001", PS, list(factures) or [facture_ps()])]
    for numero, ps, contents in batches:
        records.append(lot_ps(numero, ps))
        records += [one for facture in contents for one in facture]
        records.append(fin_lot(contents, numero, ps))
    return [*records, fin(len(records) + 1, len(batches))]


def fin_lot(factures: Sequence[list[str]], numero: str = "001", ps: str = PS, *, cp: bool = False) -> str:
    records = [one for facture in factures for one in facture]
    totals = [one for one in records if one[0] == "5"]
    lines = [one for one in records if _is_main(one, "34", cp=cp)]
    if cp:
        depense = sum(int(one[114:122]) + int(one[57:65]) for one in totals)
        amo = sum(int(one[49:57]) + int(one[65:73]) for one in totals)
        amc = sum(int(one[81:89]) + int(one[89:97]) for one in totals)
    else:
        depense, amo, amc = (sum(int(one[at : at + 8]) for one in totals) for at in (57, 65, 81))
    return record(
        "6",
        ps,
        f"{len(factures):03d}",
        f"{len(lines):04d}",
        f"{sum(_is_main(one, '2', cp=cp) for one in records):04d}",
        f"{len(totals):03d}",
        f"{depense:09d}",
        f"{amo:09d}",
        f"{amc:09d}",
        numero,
        blank(74),
    )


def _is_main(one: str, types: str, *, cp: bool) -> bool:
    return one[0] in types and (one[35].isdigit() and one[38].isdigit() if cp else one[35] == " ")


# --- establishments -------------------------------------------------------------------------------------


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
            "10",
            exoneration,
            "250901",
            "000000000",
            " ",
            naissance,
            "1",
            "250901",
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


def flux_cp(factures: Sequence[list[str]] = ()) -> list[str]:
    contents = list(factures) or [facture_cp()]
    sender = {"emetteur": f"00000{FINESS}", "type_emetteur": "TE"}
    records = [debut("CP  ", message="EDITEUR FICTIF", **sender), lot_cp()]
    records += [one for facture in contents for one in facture]
    records.append(fin_lot(contents, ps=FINESS, cp=True))
    return [*records, fin(len(records) + 1, **sender)]


# --- bytes, damage, findings ----------------------------------------------------------------------------


def octets(records: Iterable[str], eol: str = "") -> bytes:
    return "".join(one + eol for one in records).encode("latin-1")


def put(records: list[str], rank: int, start: int, text: str) -> list[str]:
    """The same records with `text` written at byte `start` (1-based) of the record at `rank`."""
    changed = list(records)
    one = changed[rank]
    changed[rank] = one[: start - 1] + text + one[start - 1 + len(text) :]
    assert len(changed[rank]) == len(one)
    return changed


def rules(data: bytes, **options: str) -> list[str]:
    """Rules found by both engines, which must agree."""
    return [finding.rule for finding in findings(data, **options)]


def findings(data: bytes | Flux, **options: str) -> list[Finding]:
    """Findings of both engines, which must agree."""
    fast = list(check(data, **options))  # type: ignore[arg-type]
    reference = list(check(data, engine="reference", **options))  # type: ignore[arg-type]
    assert fast == reference
    return fast


Damage = Callable[[list[str]], list[str]]
