"""Entities: cut by their length, kept when they are not known or damaged; round trips; fuzz."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import noemie_samples as samples
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatfile import EncodingError, FormatError
from noemie import check, iter_entites, read_retour
from noemie.returns.tables import layouts

FIRST, *BODY, LAST = samples.ENTITES_PS


def types(raw: bytes) -> list[str]:
    return [record.type for record in iter_entites(raw)]


def with_body(*body: bytes) -> bytes:
    return b"".join((FIRST, *body, LAST))


# --- sources -----------------------------------------------------------------------------------------------


def test_every_source_reads_alike(tmp_path: Path) -> None:
    raw = samples.RETOUR_929
    path = tmp_path / "retour.noe"
    path.write_bytes(raw)
    packed = tmp_path / "retour.noe.gz"
    packed.write_bytes(gzip.compress(raw, mtime=0))
    expected = types(raw)
    for source in (path, str(path), packed, io.BytesIO(raw), bytearray(raw), memoryview(raw)):
        assert [record.type for record in iter_entites(source)] == expected  # type: ignore[arg-type]
    assert read_retour(path).nom == str(path)
    assert read_retour(packed).to_bytes() == raw
    assert read_retour(raw, name="-").nom == "-"


def test_a_broken_gzip_is_a_format_error() -> None:
    with pytest.raises(FormatError) as caught:
        read_retour(gzip.compress(samples.RETOUR_929, mtime=0)[:60])
    assert caught.value.code == "fichier.gzip-illisible"


# --- entities that are not as they should be ---------------------------------------------------------------

E040 = samples.entite("040", 2, numero_destinataire_reglement="000000999999999")
E070 = samples.entite("070", 2, date_comptable="090326")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param([b"21299" + b"0" * 20 + b"@", E040], ["?", "040"], id="known by number only"),
        pytest.param([b"21699SANS FIN", b"\r\n", E040], ["?", "040"], id="unknown, ended by its line"),
        pytest.param([E040[:-1] + b"#", E070], ["040", "070"], id="delimiter replaced"),
        pytest.param([E040[:-1], E070], ["040", "070"], id="delimiter missing"),
        pytest.param([E040[:8] + E040[9:], E070], ["?", "070"], id="byte lost"),
        pytest.param([E040[:8] + b"0" + E040[8:], E070], ["?", "070"], id="byte added"),
        pytest.param([b"///" + E040, E070], ["?", "070"], id="stray bytes swallow up to the next @"),
        pytest.param([E040, b"   ", b"\n", E070], ["040", "?", "070"], id="blanks at the end of a line"),
        pytest.param([E040, b"@@", E070], ["040", "?", "?", "070"], id="delimiters alone"),
        pytest.param([E040[:5], b"\n", E070], ["?", "070"], id="a number and a counter alone"),
        pytest.param([E040[:6], b"\n", E070], ["040", "070"], id="the beginning of a field"),
        pytest.param([b"0123", E040], ["?", "040"], id="a length that a frame left"),
    ],
)
def test_irregular_entities(body: list[bytes], expected: list[str]) -> None:
    raw = with_body(*body)
    assert types(raw) == ["000", *expected, "999"]
    assert read_retour(raw).to_bytes() == raw


def test_an_at_sign_in_a_text_ends_nothing() -> None:
    comment = samples.entite("295", 99, commentaire="VOIR A@B SUR LE SITE")
    assert types(with_body(comment, E070)) == ["000", "295", "070", "999"]


def test_a_missing_delimiter_leaves_the_fields_readable() -> None:
    retour = read_retour(with_body(E040[:-1], E070))
    assert retour.entites[1].text("numero_destinataire_reglement") == "000000999999999"
    assert "delimiteur" not in retour.entites[1].layout


def test_half_an_amount_is_not_an_amount() -> None:
    cut = samples.part_amo(1855, "P", 1855)[:19]  # the amount paid is cut: 0000
    record = list(iter_entites(FIRST + cut))[-1]
    assert record.type == "198"
    assert record.get("montant_amo_paye", int) is None
    assert record.get("montant_amo_demande", int) == 1855
    assert "reste" in record.layout
    assert "1855" not in repr(record).replace("montant_amo_demande='00001855'", "")


def test_an_editor_that_trims_lines_loses_blanks_only() -> None:
    raw = b"\r\n".join(entite.rstrip(b" ") for entite in samples.ENTITES_PS)
    retour = read_retour(raw)
    assert [record.type for record in retour.entites] == [
        entite[:3].decode() for entite in samples.ENTITES_PS
    ]
    assert retour.reference == "576"
    assert retour.factures[0].montant_paye == 2650
    assert retour.to_bytes() == raw


def test_stray_bytes_are_masked() -> None:
    raw = with_body(b"MME MARTIN FICTIF@", E070)
    assert "MARTIN" not in repr(read_retour(raw).entites)


# --- round trips -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", samples.RETOURS)
def test_replay(name: str) -> None:
    raw = samples.RETOURS[name]
    assert read_retour(raw).to_bytes() == raw


@pytest.mark.parametrize("name", samples.RETOURS)
def test_one_field_edited_changes_only_its_bytes(name: str) -> None:
    raw = samples.RETOURS[name]
    retour = read_retour(raw)
    rejet = next(record for record in retour.entites if record.type in ("290", "294"))
    edited = retour.replace(rejet, libelle_rejet="LIBELLE CORRIGE").to_bytes()
    field = rejet.layout.by_name["libelle_rejet"]
    changed = [place for place in range(len(raw)) if raw[place] != edited[place]]
    assert len(edited) == len(raw)
    assert changed
    start = rejet.offset + field.start - 1
    assert start <= changed[0]
    assert changed[-1] <= start + field.length  # one flag of P1 at most stands in between
    again = read_retour(edited)
    assert again.entites[rejet.number - 1].text("libelle_rejet") == "LIBELLE CORRIGE"
    assert retour.to_bytes() == raw


def test_an_edition_that_does_not_fit_is_refused() -> None:
    retour = read_retour(samples.RETOUR_929)
    with pytest.raises(EncodingError):
        retour.replace(retour.entites[1], cle_organisme_complementaire="12")
    with pytest.raises(KeyError):
        retour.replace(retour.entites[1], nom="X")
    with pytest.raises(ValueError, match="not one of this return"):
        retour.replace(read_retour(samples.RETOUR_929).entites[1], cle_organisme_complementaire="1")


@pytest.mark.parametrize("name", samples.RETOURS)
def test_the_writer_without_kept_bytes_gives_the_same_entities(name: str) -> None:
    for record in iter_entites(samples.RETOURS[name]):
        assert layouts()[record.type].build(record.layout.parse(record.raw)) == record.raw


# --- fuzz --------------------------------------------------------------------------------------------------


def survive(raw: bytes) -> None:
    """Nothing but `FormatError`, no byte lost, whatever is asked of the return."""
    try:
        retour = read_retour(raw)
    except FormatError:
        return
    if raw[:2] != b"\x1f\x8b":
        assert retour.to_bytes() == raw
    assert [record.raw for record in iter_entites(raw, chunk=127)] == [
        record.raw for record in retour.entites
    ]
    for virement in retour.virements:
        assert isinstance(virement.montant, int)
        assert virement.libelles is not None
    for facture in retour.factures:
        assert repr([facture.etat, facture.lot, facture.date_lot, facture.montant_paye, facture.commentaires])
        assert repr((facture, facture.parts, facture.actes, facture.rejets))
    assert repr((retour, retour.mouvements, retour.forfaits, retour.dettes, retour.noeuds, retour.emetteur))
    for finding in check(retour):
        assert 0 <= finding.offset <= len(raw)
    again = read_retour(raw)
    kept = again.entites[: len(again.entites) // 2]
    assert isinstance(again.with_entites(kept).to_bytes(), bytes)


@given(raw=st.binary(max_size=400), start=st.sampled_from([b"", FIRST, b"0128" + FIRST, b"02001", b"0014"]))
@settings(max_examples=150, deadline=None)
def test_arbitrary_bytes(raw: bytes, start: bytes) -> None:
    survive(start + raw)


_SAMPLES = st.sampled_from(list(samples.RETOURS.values()))
_TOKENS = st.sampled_from([b"@", b"000", b"999", b"99002", b"990", b"\r\n", b"0128", b"\x1a", b" ", b"\0"])


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_corrupted_returns(data: st.DataObject) -> None:
    raw = bytearray(data.draw(_SAMPLES))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(raw)))
        match data.draw(st.integers(0, 3)):
            case 0:
                del raw[place : place + data.draw(st.integers(1, 200))]
            case 1:
                raw[place:place] = data.draw(_TOKENS)
            case 2:
                raw[place : place + 1] = data.draw(st.binary(min_size=1, max_size=3))
            case _:
                raw[place:place] = raw[place : place + data.draw(st.integers(1, 300))]
    survive(bytes(raw))
