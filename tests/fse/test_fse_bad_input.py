"""Bad input: each damage is told where it is, in few findings, and everything else is still read."""

from __future__ import annotations

import gzip
import random
from collections import Counter
from pathlib import Path

import pytest
from fse_flows import (
    LENGTH,
    PERSONNES,
    Ligne,
    blank,
    debut,
    facture_cp,
    facture_ps,
    findings,
    flux_cp,
    flux_ps,
    octets,
    put,
    rules,
)

from flatfile import Finding, FormatError, iter_fixed, open_source
from fse import check, read_flux
from fse.sequence import B2Sequence

COUNT = 5
PS = flux_ps([facture_ps(i, [Ligne(), Ligne()], personne=PERSONNES[i % 3]) for i in range(1, COUNT + 1)])
STAY = Ligne("SNS", 10530, 100, 10530, 10530)
CP = flux_cp([facture_cp(i, [STAY, STAY], personne=PERSONNES[i % 3]) for i in range(1, COUNT + 1)])
FLOWS = {"PS": PS, "CP": CP}

#: Rank of a record of each kind: the first and last of the file, an invoice in the middle.
RANKS = {"000": 0, "1": 1, "2": 10, "line": 11, "5": 13, "6": -2, "999": -1}


def places(found: list[Finding]) -> list[tuple[str, int]]:
    return [(one.rule, one.record) for one in found]


# --- not a flow at all ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code", "lookalike"),
    [
        (b"", "fichier.vide", None),
        (b"0", "fichier.inconnu", ""),
        (b"\n", "fichier.inconnu", ""),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"x" * 900, "fichier.inconnu", "PDF"),
        (octets(PS).decode().encode("utf-16"), "fichier.utf-16", None),
        (octets(PS).decode().encode("utf-16-le"), "fichier.utf-16", None),
        (octets(PS).decode().encode("cp500"), "fichier.ebcdic", None),
        (b"PK\x03\x04" + octets(PS), "fichier.inconnu", "ZIP"),
        (b"Content-Type: application/EDI-consent\r\n\r\n", "fichier.inconnu", "MIME"),
        (b"\x00" * 1000, "fichier.inconnu", ""),
        (b" " * 1000, "fichier.inconnu", ""),
        (b"Bonjour", "fichier.inconnu", ""),
        (gzip.compress(octets(PS), mtime=0)[:-9], "fichier.gzip-illisible", None),
        (gzip.compress(octets(PS), mtime=0)[:12], "fichier.gzip-illisible", None),
        (b"\x1f\x8b", "fichier.gzip-illisible", None),
    ],
)
def test_what_is_no_flow(data: bytes, code: str, lookalike: str | None) -> None:
    for engine in ("fast", "reference"):
        with pytest.raises(FormatError) as raised:
            list(check(data, engine=engine))  # type: ignore[arg-type]
        assert raised.value.code == code
        assert raised.value.facts == ({} if lookalike is None else {"lookalike": lookalike})


def test_a_return_is_no_flow() -> None:
    with pytest.raises(FormatError) as raised:
        read_flux(b"0" * 3 + b"X" * 58 + b"0929" + b"@" * 200)
    assert raised.value.code == "fichier.noemie"


def test_what_is_no_file(tmp_path: Path) -> None:
    for source, code in ((tmp_path / "absent.b2", "fichier.absent"), (tmp_path, "fichier.repertoire")):
        with pytest.raises(FormatError) as raised:
            list(check(source))
        assert raised.value.code == code


# --- the length of records ------------------------------------------------------------------------------


@pytest.mark.parametrize("eol", ["", "\r\n", "\n"])
@pytest.mark.parametrize("kind", RANKS)
@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("change", [-1, 1, -3, 5])
def test_a_record_of_a_wrong_length(flow: str, kind: str, eol: str, change: int) -> None:
    """Wherever a byte is lost or added: one finding on the record, none on those that follow."""
    records = FLOWS[flow]
    rank = RANKS[kind] % len(records)
    for at in (15, 40, 100):
        one = records[rank]
        damaged = one[:at] + one[at - change :] if change < 0 else one[:at] + "0" * change + one[at:]
        data = octets([*records[:rank], damaged, *records[rank + 1 :]], eol)
        flux = read_flux(data)
        assert len(flux.factures) == COUNT
        found = [one for one in findings(data) if not one.rule.startswith("fichier.fin-de-ligne")]
        if kind == "999" and change > 0 and not eol:
            # The end of the last record cannot be told from bytes that follow it.
            assert {"fichier.octet-final", "structure.longueur"} & {one.rule for one in found}
            continue
        assert found
        assert found[0].record == rank + 1
        assert len(found) <= 4
        assert {one.record for one in found} <= {rank + 1, rank + 2, len(records) + 1}
        assert found[0].rule == ("fichier.tronque" if kind == "999" and change < 0 else "structure.longueur")


@pytest.mark.parametrize("flow", FLOWS)
def test_a_file_cut_in_the_middle_of_a_record(flow: str) -> None:
    records = FLOWS[flow]
    for rank in range(2, len(records)):
        data = octets(records)[: rank * LENGTH + 70]
        found = findings(data)
        assert found[0].rule == "fichier.tronque"
        assert (found[0].record, found[0].offset, found[0].length) == (rank + 1, rank * LENGTH, 70)
        assert (
            {"structure.fin"}
            <= {one.rule for one in found}
            <= {
                "fichier.tronque",
                "structure.fin",
                "structure.lot-sans-fin",
                "structure.facture-sans-ligne",
                "structure.facture-sans-total",
            }
        )
        assert len(read_flux(data).records) == rank + 1


@pytest.mark.parametrize("flow", FLOWS)
def test_the_start_of_the_file_is_missing(flow: str) -> None:
    """000 is lost, or 000 and 1: said once, the invoices are all read."""
    records = FLOWS[flow]
    assert rules(octets(records[1:])) == ["structure.debut", "fichier.volume"]
    assert len(read_flux(octets(records[1:])).factures) == COUNT
    found = findings(octets(records[2:]))
    assert places(found) == [
        ("structure.debut", 1),
        ("structure.hors-lot", 1),
        ("structure.fin-sans-lot", len(records) - 3),
        ("fichier.volume", len(records) - 2),
        ("fichier.nombre-lots", len(records) - 2),
    ]
    assert len(read_flux(octets(records[2:])).factures) == COUNT


# --- line ends ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("eol", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("flow", FLOWS)
def test_line_ends_after_each_record(flow: str, eol: str) -> None:
    found = findings(octets(FLOWS[flow], eol))
    assert places(found) == [("fichier.fin-de-ligne", 1)]
    assert (found[0].offset, found[0].length) == (LENGTH, len(eol))
    # The last record may do without.
    assert rules(octets(FLOWS[flow], eol).removesuffix(eol.encode())) == ["fichier.fin-de-ligne"]


@pytest.mark.parametrize("rank", [0, 1, 10, 11, 13, -2])
@pytest.mark.parametrize("flow", FLOWS)
def test_one_line_end_is_lost(flow: str, rank: int) -> None:
    lines = [one + "\r\n" for one in FLOWS[flow]]
    lines[rank] = lines[rank].removesuffix("\r\n")
    data = "".join(lines).encode()
    assert len(read_flux(data).factures) == COUNT
    found = findings(data)
    # One finding for one cause: that line ends are uneven says that there are some.
    assert [one.rule for one in found] == ["fichier.fin-de-ligne-mixte"]
    # The line end of the first record is the model: without one, the second record is the odd one.
    assert found[-1].record == (2 if rank == 0 else rank % len(lines) + 1)


@pytest.mark.parametrize("flow", FLOWS)
def test_half_a_line_end(flow: str) -> None:
    lines = [one + "\r\n" for one in FLOWS[flow]]
    for rank in (3, 12):
        changed = list(lines)
        changed[rank] = changed[rank].replace("\r\n", "\n")
        data = "".join(changed).encode()
        assert len(read_flux(data).factures) == COUNT
        assert places(findings(data)) == [("fichier.fin-de-ligne-mixte", rank + 1)]


@pytest.mark.parametrize("flow", FLOWS)
def test_one_line_end_in_a_regular_file(flow: str) -> None:
    records = FLOWS[flow]
    for rank in (2, 11):
        data = octets(records[: rank + 1]) + b"\n" + octets(records[rank + 1 :])
        assert len(read_flux(data).factures) == COUNT
        assert places(findings(data)) == [("fichier.fin-de-ligne-mixte", rank + 1)]


# --- around the records ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tail", [b"\x1a", b"\0", b" ", b"\0" * 64, b"\0" * 128, b" " * 300, b"\x1a" * 1000, b"\0" * 4096]
)
@pytest.mark.parametrize("flow", FLOWS)
def test_filling_after_the_end(flow: str, tail: bytes) -> None:
    data = octets(FLOWS[flow])
    found = findings(data + tail)
    assert [one.rule for one in found] == ["fichier.octet-final"]
    assert (found[0].record, found[0].offset) == (len(FLOWS[flow]) + 1, len(data))


#: What stands before the first record, and the bytes of the finding on it: place, how many.
BEFORE = {
    b"\x1a": (0, 1),
    b"   ": (0, 3),
    b"\r\n": (0, 2),
    b" \r\n\r\n": (0, 5),
    b"\n\n\x1a\0": (0, 4),
    b"\0" * 300: (0, 127),
    b" " * 2000 + b"\r\n": (0, 127),
    b"\xef\xbb\xbf\r\n": (3, 2),
}


@pytest.mark.parametrize("eol", ["", "\r\n"])
@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("flow", FLOWS)
def test_filling_before_the_start(flow: str, before: bytes, eol: str) -> None:
    """Told where it is; what follows is read and told as without it."""
    plain = octets(FLOWS[flow], eol)
    data = before + plain
    found = [one for one in findings(data) if one.rule != "fichier.bom"]
    assert (found[0].rule, found[0].offset, found[0].length) == ("fichier.octet-final", *BEFORE[before])
    assert found[0].expected == "rien avant 000 ¦ nothing before 000"
    alone = [(one.rule, one.offset + len(before), one.length) for one in findings(plain)]
    assert [(one.rule, one.offset, one.length) for one in found[1:]] == alone
    read = read_flux(data)
    assert len(read.factures) == COUNT
    assert (read.eol, read.to_bytes()) == (eol.encode(), data)
    assert list(check(read)) == findings(data)
    for chunk in (1, 127, 128, 129):
        pieces = [list(iter_fixed(open_source(data), 128, B2Sequence(), size)) for size in (chunk, 1 << 20)]
        assert pieces[0] == pieces[1]


@pytest.mark.parametrize("before", [b"\r\n", b"\r  ", b"\r\n\x1a\r\n", b"\0\0\n\x1a\n "])
def test_a_wrapped_flow_after_filling(before: bytes) -> None:
    data = octets(PS)
    wrapped = b"\r\n".join(data[at : at + 76] for at in range(0, len(data), 76))
    found = findings(before + wrapped)
    assert [(one.rule, one.offset) for one in found] == [
        ("fichier.octet-final", 0),
        ("fichier.coupures", len(before) + 76),
    ]
    assert read_flux(before + wrapped).to_bytes() == before + wrapped


def test_lines_without_their_blanks_after_a_blank_one() -> None:
    lines = octets(PS, "\r\n").split(b"\r\n")
    trimmed = b"\r\n".join(line.rstrip(b" ") for line in lines)
    assert rules(b"  \r\n" + trimmed) == ["fichier.octet-final", "fichier.blancs-retires"]


def test_filling_between_records() -> None:
    data = octets(PS)
    found = findings(data[:256] + b"\0" * 64 + data[256:])
    assert found[0].expected == "rien entre les enregistrements ¦ nothing between records"


def test_a_line_end_after_the_last_record_only() -> None:
    data = octets(PS)
    for tail in (b"\n", b"\r\n"):
        found = findings(data + tail)
        assert [(one.rule, one.offset, one.length) for one in found] == [
            ("fichier.octet-final", len(data), len(tail))
        ]


def test_an_end_of_file_byte_after_lines() -> None:
    data = octets(PS, "\r\n")
    assert rules(data + b"\x1a") == ["fichier.octet-final", "fichier.fin-de-ligne"]


@pytest.mark.parametrize("eol", ["", "\r\n"])
def test_a_byte_order_mark(eol: str) -> None:
    data = b"\xef\xbb\xbf" + octets(PS, eol)
    found = findings(data)
    assert (found[0].rule, found[0].record, found[0].offset, found[0].length) == ("fichier.bom", 1, 0, 3)
    assert places(found[1:]) == ([("fichier.fin-de-ligne", 2)] if eol else [])
    assert len(read_flux(data).factures) == COUNT


def test_records_lost_in_nuls() -> None:
    """A sector of zeros in the middle of a file: what was there is lost, the rest is read."""
    data = bytearray(octets(PS))
    data[6 * LENGTH : 10 * LENGTH] = b"\0" * (4 * LENGTH)
    assert len(read_flux(bytes(data)).factures) == COUNT - 1
    found = findings(bytes(data))
    assert found[0].record == 7
    assert len(found) <= 4


# --- characters -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["É", "\xff", "\0", "\t", "\x7f"])
def test_a_character_that_is_no_ascii(text: str) -> None:
    data = octets(put(PS, 1, 33, text))
    (found,) = findings(data)
    assert (found.rule, found.record, found.field) == ("format.caractere", 2, "nom_ps")
    assert (found.offset, found.length) == (LENGTH + 29, 40)


def test_utf_8_is_read_as_one_byte_for_each_character() -> None:
    records = put(PS, 1, 33, "É")
    data = "".join(records).encode("utf-8")
    assert ("fichier.utf-8", 2) in places(findings(data))
    assert "structure.longueur" not in rules(data)
    assert len(read_flux(data).factures) == COUNT


# --- order ----------------------------------------------------------------------------------------------


def test_an_unknown_record_type() -> None:
    for rank, expected in ((3, 4), (11, 12)):
        records = put(PS, rank, 36, "Z")
        assert places(findings(octets(records))) == [("structure.type-inconnu", expected)]
    records = put(PS, 3, 1, "7")
    assert places(findings(octets(records))) == [("structure.type-inconnu", 4)]


def test_no_end() -> None:
    found = findings(octets(PS[:-1]))
    assert [(one.rule, one.record, one.offset) for one in found] == [
        ("structure.fin", len(PS) - 1, LENGTH * (len(PS) - 1))
    ]


def test_a_batch_that_is_not_closed() -> None:
    records = [*PS[:-2], PS[-1]]
    found = findings(octets(records))
    assert places(found) == [("fichier.volume", len(records)), ("structure.lot-sans-fin", 2)]


def test_two_starts() -> None:
    records = [PS[0], *PS]
    found = findings(octets(records))
    assert places(found) == [("structure.debut-double", 2), ("fichier.volume", len(records))]


@pytest.mark.parametrize("second", FLOWS.values(), ids=FLOWS)
def test_two_files_one_after_the_other(second: list[str]) -> None:
    """Each is looked at for itself, in the norm of the first."""
    first = PS if second is PS else CP
    data = octets(first) + octets(put(second, 3, 12, "9"))
    found = findings(data)
    assert places(found)[0] == ("structure.debut-double", len(first) + 1)
    assert {one.record for one in found[1:]} == {len(first) + 4}
    assert len(read_flux(data).factures) == 2 * COUNT


def test_records_after_the_end() -> None:
    found = findings(octets([*PS, *facture_ps(8), *facture_ps(9)]))
    assert places(found) == [("structure.apres-fin", len(PS) + 1)]


def test_invoices_outside_any_batch_are_told_once() -> None:
    records = [PS[0], *PS[2:]]
    found = findings(octets(records))
    assert Counter(one.rule for one in found) == {
        "structure.hors-lot": 1,
        "structure.fin-sans-lot": 1,
        "fichier.volume": 1,
        "fichier.nombre-lots": 1,
    }


# --- declarations that lie ------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", ["127", "256", "000", "   ", "12B"])
def test_a_declared_length_that_lies(declared: str) -> None:
    (found,) = findings(octets(put(PS, 0, 83, declared)))
    assert (found.rule, found.record, found.field) == (
        "fichier.longueur-declaree",
        1,
        "longueur_enregistrement",
    )
    assert (found.offset, found.length, found.expected) == (82, 3, "128")


def test_a_norm_that_lies() -> None:
    """Two of the three first records tell the norm: the third is told to be wrong."""
    cp = findings(octets(put(CP, 0, 62, "    ")))
    assert [one.rule for one in cp] == ["fichier.norme-lot"]
    ps = findings(octets(put(PS, 0, 62, "CP  ")))
    assert [one.rule for one in ps] == ["fichier.norme-lot"]


# --- one damage, few findings ---------------------------------------------------------------------------


@pytest.mark.parametrize("flow", FLOWS)
def test_one_byte_gives_few_findings(flow: str) -> None:
    """However long the file: the second half is there to see whether damage spreads."""
    data = octets(FLOWS[flow])
    rng = random.Random(flow)
    for at in rng.sample(range(len(data)), 200):
        byte = bytes([rng.choice(b"X0 9\0\xff")])
        changed = data[:at] + byte + data[at + 1 :]
        found = findings(changed)
        assert len(found) <= 5
        assert len(read_flux(changed).factures) in (COUNT, COUNT + 1)


@pytest.mark.parametrize("flow", FLOWS)
def test_a_record_of_noise(flow: str) -> None:
    """What is no record at all is told of that place, and of the invoice or batch that it breaks."""
    data = octets(FLOWS[flow])
    rng = random.Random(flow)
    for rank in range(2, len(FLOWS[flow]) - 1):
        noise = rng.randbytes(LENGTH).translate(bytes.maketrans(b"\r\n123456", b"........"))
        found = findings(data[: rank * LENGTH] + noise + data[(rank + 1) * LENGTH :])
        assert 1 <= len(found) <= 6
        assert len({one.record for one in found}) <= 3
        assert min(one.record for one in found if one.record > 2) in (rank, rank + 1)


def test_blank_records_are_told_once() -> None:
    records = [*PS[:6], *[blank(LENGTH)] * 3, *PS[6:-1]]
    assert "structure.type-inconnu" not in rules(octets(records))
    assert rules(octets(records)).count("fichier.octet-final") == 1


def test_a_header_alone() -> None:
    assert rules(debut().encode()) == ["structure.fin"]


# --- lines that were written in another way ---------------------------------------------------------------


@pytest.mark.parametrize("eol", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("flow", FLOWS)
def test_blanks_taken_off_the_lines(flow: str, eol: str) -> None:
    whole = octets(FLOWS[flow])
    for data in (
        "".join(record.rstrip() + eol for record in FLOWS[flow]).encode(),
        eol.join(record.rstrip() for record in FLOWS[flow]).encode(),
    ):
        assert rules(data) == ["fichier.blancs-retires"]
        for chunk in (1, 127, 128, 129, len(data)):
            flux = read_flux(data, chunk=chunk)
            assert b"".join(record.raw for record in flux.records) == whole
            assert flux.to_bytes() == data


@pytest.mark.parametrize("flow", FLOWS)
def test_a_line_that_was_cut_is_no_line_without_its_blanks(flow: str) -> None:
    lines = [one + "\n" for one in FLOWS[flow]]
    lines[1] = lines[1][:100] + "\n"
    assert "fichier.blancs-retires" not in rules("".join(lines).encode())


@pytest.mark.parametrize("flow", FLOWS)
def test_accents_on_two_bytes(flow: str) -> None:
    lines = [one + "\r\n" for one in FLOWS[flow]]
    lines[0] = lines[0][:100] + "\u00c9" + lines[0][101:]
    data = "".join(lines).encode()
    flux = read_flux(data)
    assert flux.records[0].raw == lines[0].removesuffix("\r\n").encode("latin-1")
    assert flux.to_bytes() == data
    assert sorted(rules(data)) == ["fichier.fin-de-ligne", "fichier.utf-8", "format.caractere"]
