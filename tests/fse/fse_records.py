"""Records that frame a small B2 flow, written byte by byte, and what the other helpers share.

Nothing here uses the writer or the layout tables: places and values are those of the published sources, in
the order of the bytes. People and numbers are invented; keys are right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


# --- bytes, damage, findings ----------------------------------------------------------------------------


def birth(day: str, numero: int) -> str:
    """A day of birth and its rank: invoices of one number after another are those of different people."""
    year = (int(day[:2]) + numero - 1) % 100
    return f"{year:02d}{day[2:]}{(numero - 1) % 9 + 1}"


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
