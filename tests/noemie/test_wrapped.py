"""Returns in which a mail or a copy put line ends anywhere: read without them, given back with them."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import noemie_samples as samples
import pytest
from convert_samples import restored, written
from mask_samples import masked as masking

from flatfile import Source
from noemie import check, iter_entites, read_retour
from noemie.returns.physical import read_physical
from noemie.returns.reader import is_trimmed, is_wrapped

FORMS = {"P1": samples.RETOUR_PS_P1, "P2": samples.RETOUR_PS_P2, "P3": samples.RETOUR_PS_P3}


def wrap(width: int, eol: bytes = b"\r\n") -> Callable[[bytes], bytes]:
    return lambda raw: eol.join(raw[at : at + width] for at in range(0, len(raw), width))


HABITS: dict[str, Callable[[bytes], bytes]] = {
    "64": wrap(64),
    "76": wrap(76),
    "80-lf": wrap(80, b"\n"),
    "128-lf": wrap(128, b"\n"),
    "128-cr": wrap(128, b"\r"),
    "998": wrap(998),
    "bom-76": lambda raw: b"\xef\xbb\xbf" + wrap(76)(raw),
    "76-eof": lambda raw: wrap(76)(raw) + b"\r\n\x1a",
}


def test_line_ends_in_a_row_stay_together() -> None:
    """However few bytes are read at once."""
    raw = wrap(76, b"\r\n\r\n")(samples.RETOUR_PS_P2)[:500]
    whole, *others = (
        list(read_physical(Source(io.BytesIO(raw)), "P2", chunk, unwrap=True)) for chunk in (1000, 1, 3)
    )
    assert others == [whole, whole]
    assert b"\r\n\r\n" in {record.suffix for record in whole}


@pytest.mark.parametrize("habit", HABITS.values(), ids=HABITS)
@pytest.mark.parametrize("form", FORMS)
def test_read_as_if_there_were_none(form: str, habit: Callable[[bytes], bytes]) -> None:
    raw = habit(FORMS[form])
    whole, retour = read_retour(FORMS[form]), read_retour(raw)
    assert retour.detection.envelope == whole.detection.envelope == form
    assert [record.raw for record in retour.entites] == [record.raw for record in whole.entites]
    expected = [finding.rule for finding in check(whole)]
    assert [finding.rule for finding in check(retour)] == ["retour.coupures", *expected]
    # Nothing is lost, whatever is read at once, and in documents.
    assert retour.to_bytes() == raw
    assert b"".join(run.to_bytes() for run in retour.runs) == raw
    told = [(record.raw, record.offset) for record in retour.entites]
    for chunk in (1, 127, 129):
        assert [(record.raw, record.offset) for record in iter_entites(raw, chunk=chunk)] == told
    for record in retour.entites:
        assert raw[record.offset : record.offset + 1] == record.raw[:1]
    assert restored(written(raw, "json"), "json") == raw


@pytest.mark.parametrize("form", FORMS)
def test_several_returns_wrapped(form: str) -> None:
    raw = wrap(76)(FORMS[form] * 2)
    first, second = read_retour(raw).runs
    assert [record.raw for record in first.entites] == [record.raw for record in second.entites]
    assert first.to_bytes() + second.to_bytes() == raw
    assert "retour.coupures" not in {finding.rule for finding in check(second)}


@pytest.mark.parametrize("form", FORMS)
def test_regular_files_are_not_taken_for_wrapped(form: str) -> None:
    for raw in (FORMS[form], FORMS[form] + b"\r\n", FORMS[form] + b"\r\n" + FORMS[form]):
        assert not is_wrapped(read_retour(raw).detection)


def test_line_ends_after_entities_are_a_habit() -> None:
    raw = b"\r\n".join(samples.ENTITES_PS)
    assert not is_wrapped(read_retour(raw).detection)
    assert not list(check(read_retour(raw)))


@pytest.mark.parametrize("name", ["mvt408", "rej580", "rej900"])
def test_an_insurer_s_file_whose_last_blanks_were_lost(name: str) -> None:
    raw = (Path(__file__).parent / "insurer" / f"{name}.txt").read_bytes()
    expected = [finding.rule for finding in check(read_retour(raw))]
    found = [finding.rule for finding in check(read_retour(raw.rstrip()))]
    # The sign of a total of nothing is one of those blanks: the file is whole.
    assert found == [*expected, "retour.enveloppe-courte"]


def test_a_sign_that_says_something_is_not_a_blank() -> None:
    raw = samples.RETOUR_PS_P2
    place = len(raw) - 32
    assert raw[place : place + 1] == b"P"
    assert "retour.tronque" in {finding.rule for finding in check(read_retour(raw[:place]))}


def trimmed(eol: bytes, width: int = 128) -> Callable[[bytes], bytes]:
    """Lines of so many bytes whose last blanks were taken off."""
    return lambda raw: eol.join(raw[at : at + width].rstrip(b" ") for at in range(0, len(raw), width))


def lines_trimmed(raw: bytes, eol: bytes = b"\r\n") -> bytes:
    return eol.join(line.rstrip(b" ") for line in raw.split(eol))


def cut(raw: bytes, eol: bytes = b"\r\n") -> bytes:
    """A line end after each 128 bytes, those of line ends counted."""
    return eol.join(raw[at : at + 128] for at in range(0, len(raw), 128))


TRIMMED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "P1-crlf": ("P1", lambda raw: trimmed(b"\r\n")(raw) + b"\r\n"),
    "P1-lf": ("P1", trimmed(b"\n")),
    "P1-mark": ("P1", lambda raw: b"\xef\xbb\xbf" + trimmed(b"\r\n")(raw) + b"\r\n\x1a"),
    "P2-crlf": ("P2", trimmed(b"\r\n")),
    "P3": ("P3", lines_trimmed),
    "P1-76": ("P1", trimmed(b"\r\n", 76)),
    "P2-76": ("P2", trimmed(b"\n", 76)),
    "P3-128": ("P3", lambda raw: lines_trimmed(cut(raw))),
    "P3-128-lf": ("P3", lambda raw: lines_trimmed(cut(raw.replace(b"\r\n", b"\n"), b"\n"), b"\n")),
    "P3-folded": ("P3", lambda raw: lines_trimmed(b"\r\n".join(map(cut, raw.split(b"\r\n"))))),
}


@pytest.mark.parametrize("habit", TRIMMED)
def test_lines_that_lost_their_blanks_are_read_with_them(habit: str) -> None:
    form, trim = TRIMMED[habit]
    raw = trim(FORMS[form])
    assert len(raw) < len(FORMS[form]) + raw.count(b"\n") * 2
    whole, retour = read_retour(FORMS[form]), read_retour(raw)
    assert [record.raw for record in retour.entites[:-1]] == [record.raw for record in whole.entites[:-1]]
    assert retour.entites[-1].raw.rstrip() == whole.entites[-1].raw.rstrip()
    assert [finding.rule for finding in check(retour)] == ["retour.blancs-retires"]
    assert retour.to_bytes() == raw
    for record in retour.entites:
        assert raw[record.offset : record.offset + 1] == record.raw[:1]
    assert [(record.raw, record.offset) for record in iter_entites(raw)] == [
        (record.raw, record.offset) for record in retour.entites
    ]
    masked = read_retour(masking(raw))
    assert [record.layout for record in masked.entites] == [record.layout for record in retour.entites]


def test_several_returns_whose_lines_lost_their_blanks() -> None:
    raw = b"".join(trimmed(b"\r\n")(FORMS["P1"]) + b"\r\n" for _ in range(2))
    first, second = read_retour(raw).runs
    assert [record.raw for record in first.entites] == [record.raw for record in second.entites]
    assert first.to_bytes() + second.to_bytes() == raw


@pytest.mark.parametrize("form", FORMS)
def test_regular_files_are_not_taken_for_trimmed(form: str) -> None:
    by_entity = b"\r\n".join(samples.ENTITES_PS)
    for raw in (FORMS[form], FORMS[form] + b"\r\n", by_entity, by_entity.rstrip()):
        assert not is_trimmed(read_retour(raw).detection)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_documents_tell_trimmed_lines_as_they_are(form: str) -> None:
    raw = trimmed(b"\r\n")(FORMS["P1"])
    assert restored(written(raw, form), form) == raw
