"""Several returns in one file: each 000...999 is a return of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import noemie_samples as samples
import pytest
from convert_samples import restored, written

import noemie
from noemie import check, iter_retours, read_retour
from noemie.returns.borders import MOST_BETWEEN
from noemie.returns.facture import FactureRetour, MouvementOC
from noemie.suivi.faits import Communs
from noemie.suivi.lire import Jetons, Lecteur

SECOND = (
    samples.debut(type_emetteur="OC", numero_emetteur="00000000000222", identification_fichier="FIC008"),
    *samples.CORPS_PS,
    samples.fin(
        3, 29650, type_emetteur="OC", numero_emetteur="00000000000222", identification_fichier="FIC008"
    ),
)
FRAMES: dict[str, Callable[[tuple[bytes, ...]], bytes]] = {
    "P1": samples.p1,
    "P2": b"".join,
    "P3": lambda entites: samples.p3(entites[0], b"".join(entites[1:-1]), entites[-1]),
}
#: What a copy or a transfer leaves between two files.
BETWEEN = {
    "nothing": b"",
    "crlf": b"\r\n",
    "lf-lf": b"\n\n",
    "eof": b"\x1a",
    "crlf-eof-crlf": b"\r\n\x1a\r\n",
    "nul": b"\0" * 40,
    "eofs": b"\x1a" * 61,
    "bom": b"\xef\xbb\xbf",
    "crlf-bom": b"\r\n\xef\xbb\xbf",
}


def both(form: str, between: bytes = b"") -> bytes:
    entites = samples.ENTITES_PS
    if form == "P1":  # the number of blocks is that of this form
        blocks = samples.p1(entites).__len__() // 128
        entites = (*entites[:-1], samples.fin(blocks, 29650))
        second = (*SECOND[:-1], SECOND[-1].replace(b"00000003", b"%08d" % blocks, 1))
        return samples.p1(entites) + between + samples.p1(second)
    return FRAMES[form](entites) + between + FRAMES[form](SECOND)


@pytest.mark.parametrize("between", BETWEEN.values(), ids=BETWEEN)
@pytest.mark.parametrize("form", FRAMES)
def test_each_is_a_return_of_its_own(form: str, between: bytes) -> None:
    raw = both(form, between)
    retour = read_retour(raw)
    runs = retour.runs
    assert [run.emetteur.numero for run in runs] == ["00000001999991", "00000000000222"]
    assert [run.identification_fichier for run in runs] == ["FIC007", "FIC008"]
    assert [run.rang for run in runs] == [1, 2]
    assert read_retour(samples.RETOUR_PS_P3).rang == 1
    alone = read_retour(FRAMES[form](samples.ENTITES_PS))
    assert [len(run.factures) for run in runs] == [len(alone.factures)] * 2
    assert [[one.montant for one in run.virements] for run in runs] == [
        [one.montant for one in alone.virements]
    ] * 2
    assert not list(check(retour))
    # Nothing is lost, nothing is in both.
    assert retour.to_bytes() == raw
    assert b"".join(run.to_bytes() for run in runs) == raw
    assert [record for run in runs for record in run.entites] == list(retour.entites)
    assert len(retour.virements) == 2 * len(alone.virements)
    assert len(retour.factures) == 2 * len(alone.factures)


def _places(one: FactureRetour | MouvementOC) -> list[int]:
    records = one.entites if isinstance(one, FactureRetour) else [one.assure, *filter(None, [one.record])]
    return [record.number for record in records]


@pytest.mark.parametrize(
    "data", [both("P1"), both("P3", b"\x1a"), samples.RETOUR_929 * 3, samples.RETOUR_929 + both("P2")]
)
def test_a_file_holds_what_its_runs_hold(data: bytes) -> None:
    """By rank, from the end, one after another; and each entity under the invoice of its own run."""
    retour = read_retour(data)
    assert len(retour.factures) + len(retour.mouvements)
    for name in ("factures", "mouvements"):
        found = getattr(retour, name)
        expected = [_places(one) for run in retour.runs for one in getattr(run, name)]
        assert [_places(one) for one in found] == expected
        assert [_places(found[rank]) for rank in range(len(expected))] == expected
        assert [_places(found[rank]) for rank in range(-len(expected), 0)] == expected
    for run in retour.runs:
        for entite in run.entites:
            mine, whole = run.facture_de(entite), retour.facture_de(entite)
            assert (mine and mine.entites) == (whole and whole.entites)


@pytest.mark.parametrize("form", FRAMES)
@pytest.mark.parametrize("chunk", [1, 127, 128, 129])
def test_whatever_the_chunk(form: str, chunk: int) -> None:
    raw = both(form, b"\r\n\x1a")
    whole = [(record.type, record.raw, record.offset) for record in read_retour(raw).entites]
    assert [
        (record.type, record.raw, record.offset) for record in noemie.iter_entites(raw, chunk=chunk)
    ] == whole


def alone(form: str, entites: tuple[bytes, ...] = SECOND) -> bytes:
    if form != "P1":
        return FRAMES[form](entites)
    blocks = len(samples.p1(entites)) // 128
    return samples.p1((*entites[:-1], entites[-1].replace(b"00000003", b"%08d" % blocks, 1)))


#: What is in the bytes between two files, and what of the end of the first one a transfer took off.
SEAMS: dict[str, Callable[[bytes, bytes], bytes]] = {
    **{name: lambda one, two, between=between: one + between + two for name, between in BETWEEN.items()},
    "blanks-lost": lambda one, two: one.rstrip() + b"\r\n" + two,
}


@pytest.mark.parametrize("seam", SEAMS.values(), ids=SEAMS)
@pytest.mark.parametrize("forms", ["P1P2", "P1P3", "P2P1", "P2P3", "P3P1", "P3P2", "P3P3"])
def test_each_in_an_envelope_of_its_own(forms: str, seam: Callable[[bytes, bytes], bytes]) -> None:
    first, second = forms[:2], forms[2:]
    raw = seam(alone(first), alone(second))
    retour = read_retour(raw)
    one, two = retour.runs
    assert [one.detection.envelope, two.detection.envelope] == [first, second]
    for run, form in ((one, first), (two, second)):
        whole = read_retour(alone(form))
        assert [record.raw.strip() for record in run.entites] == [r.raw.strip() for r in whole.entites]
        assert {finding.rule for finding in check(run)} <= {"retour.enveloppe-courte"}
    assert one.to_bytes() + two.to_bytes() == retour.to_bytes() == raw
    for record in retour.entites:
        assert raw[record.offset : record.offset + 1] == record.raw[:1]
    told = [(record.raw, record.offset) for record in retour.entites]
    for chunk in (1, 129):
        assert [(record.raw, record.offset) for record in noemie.iter_entites(raw, chunk=chunk)] == told
    assert restored(written(raw, "json"), "json") == raw


def test_three_envelopes_wrapped_by_a_mail() -> None:
    raw = b"".join(alone(form) for form in ("P3", "P2", "P1"))
    wrapped = b"\r\n".join(raw[at : at + 76] for at in range(0, len(raw), 76))
    runs = read_retour(wrapped).runs
    assert [run.detection.envelope for run in runs] == ["P3", "P2", "P1"]
    assert [[finding.rule for finding in check(run)] for run in runs] == [["retour.coupures"], [], []]
    assert b"".join(run.to_bytes() for run in runs) == wrapped


def test_line_ends_go_with_the_return_before_them() -> None:
    each = [b"\n".join(some) + b"\r\n" for some in (samples.ENTITES_PS, SECOND)]
    assert [run.to_bytes() for run in read_retour(b"".join(each)).runs] == each


def test_one_return_is_its_own_run() -> None:
    retour = read_retour(samples.RETOUR_PS_P3)
    assert retour.runs == (retour,)
    assert [run.rang for run in iter_retours(samples.RETOUR_PS_P3)] == [1]


def test_a_return_that_was_cut_does_not_take_the_next_one() -> None:
    raw = b"".join(samples.ENTITES_PS[:-1]) + b"".join(SECOND)
    first, second = read_retour(raw).runs
    assert first.fin is None
    assert [finding.rule for finding in check(first)] == ["retour.fin-absente"]
    assert not list(check(second))


def test_what_each_says_has_its_own_sender() -> None:
    lecteur = Lecteur(Jetons(b"any key will do"), Communs())
    told = list(lecteur.lire(both("P2"), "both"))
    emitters = [lecteur.communs.runs[one.run].emetteur for one in told]
    half = len(told) // 2
    assert set(emitters[:half]) == {"00000001999991"}
    assert set(emitters[half:]) == {"00000000000222"}
    assert len({one.record for one in told}) == len(told)


def test_movements_of_contracts_beside_payments() -> None:
    retour = read_retour(samples.RETOUR_PS_P3 + samples.RETOUR_929)
    assert [run.is_oc for run in retour.runs] == [False, True]
    assert retour.mouvements
    assert retour.factures
    alone = [
        finding.rule
        for one in (samples.RETOUR_PS_P3, samples.RETOUR_929)
        for finding in check(read_retour(one))
    ]
    assert [finding.rule for finding in check(retour)] == alone


def test_one_run_edited() -> None:
    raw = both("P3", b"\r\n")
    second = read_retour(raw).runs[1]
    assert second.debut is not None
    edited = second.replace(second.debut, date_creation=dt.date(2026, 3, 11))
    assert edited.date_creation == dt.date(2026, 3, 11)
    assert edited.entites[0].number == second.entites[0].number
    place = second.debut.offset
    assert edited.to_bytes()[place - len(raw) :] != second.to_bytes()
    assert len(edited.to_bytes()) == len(second.to_bytes())


@pytest.mark.parametrize("between", BETWEEN.values(), ids=BETWEEN)
@pytest.mark.parametrize("form", FRAMES)
@pytest.mark.parametrize("syntax", ["json", "xml"])
def test_documents_give_the_file_back(syntax: str, form: str, between: bytes) -> None:
    raw = both(form, between)
    assert restored(written(raw, syntax), syntax) == raw


@pytest.mark.parametrize("form", FRAMES)
def test_each_knows_the_invoices_that_hold_its_entities(form: str) -> None:
    for run in read_retour(both(form)).runs:
        held = [found.numero for one in run.entites if (found := run.facture_de(one)) is not None]
        assert len(held) > len(run.factures)
        assert list(dict.fromkeys(held)) == [one.numero for one in run.factures]
        assert run.facture_de(run.entites[0]) is None


@pytest.mark.parametrize("end", [b"", b"\r\n"])
def test_what_lost_its_blanks_is_given_back_run_by_run(end: bytes) -> None:
    lines = [both("P1")[at : at + 128] for at in range(0, len(both("P1")), 128)]
    raw = b"\r\n".join(line.rstrip(b" ") for line in lines) + end
    retour = read_retour(raw)
    assert retour.to_bytes() == raw
    assert b"".join(run.to_bytes() for run in retour.runs) == raw


# --- what stands before the first 000, after the last 999 --------------------------------------------------

#: The bytes of the finding on it: place, how many; none on a mere byte order mark.
BEFORE = {
    b"\r\n": (0, 2),
    b"\n\n": (0, 2),
    b"   ": (0, 3),
    b"  \r\n\r\n": (0, 6),
    b"\x1a": (0, 1),
    b"\x1a\r\n\0 ": (0, 5),
    b"\0" * 2000: (0, 2000),
    b"\xef\xbb\xbf": None,
    b"\xef\xbb\xbf\r\n": (3, 2),
    b"\r\n\xef\xbb\xbf": (0, 5),
}


def _folded(raw: bytes, width: int) -> bytes:
    return b"\r\n".join(raw[at : at + width] for at in range(0, len(raw), width))


#: As they are, with line ends where records or entities end or anywhere, without the blanks of lines.
FORMS = {
    **{form: alone(form) for form in FRAMES},
    **{f"{form}-76": _folded(alone(form), 76) for form in FRAMES},
    "P1-lines": _folded(alone("P1"), 128),
    "P1-trimmed": b"\r\n".join(line.rstrip() for line in _folded(alone("P1"), 128).split(b"\r\n")),
    "P2-lines": b"\n".join(SECOND),
    "P3-lf": samples.p3(SECOND[0], b"".join(SECOND[1:-1]), SECOND[-1], eol=b"\n"),
    "P3-touching": samples.p3(SECOND[0], b"".join(SECOND[1:-1]), SECOND[-1], eol=b""),
    "P1-P3": alone("P1") + b"\r\n" + alone("P3"),
}


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("form", FORMS)
def test_what_stands_before_the_first_000(form: str, before: bytes) -> None:
    """Told where it is; what follows is read, told and written as without it."""
    plain = FORMS[form]
    retour, expected = read_retour(before + plain), read_retour(plain)
    assert retour.detection == expected.detection
    assert [one.raw for one in retour.entites] == [one.raw for one in expected.entites]
    assert [one.offset - len(before) for one in retour.entites] == [one.offset for one in expected.entites]
    assert retour.to_bytes() == before + plain
    assert b"".join(run.to_bytes() for run in retour.runs) == before + plain
    found = [(one.rule, one.offset, one.length) for one in check(retour)]
    if (place := BEFORE[before]) is not None:
        assert found.pop(0) == ("retour.octets-blancs", *place)
    assert found == [(one.rule, one.offset + len(before), one.length) for one in check(expected)]
    for chunk in (1, 129):
        again = noemie.iter_entites(before + plain, chunk=chunk, engine="reference")
        assert [(one.raw, one.offset) for one in again] == [(one.raw, one.offset) for one in retour.entites]
    if "trimmed" not in form:
        assert restored(written(before + plain, "json"), "json") == before + plain


@pytest.mark.parametrize(
    "between", [b"  ", b" " * 80, b" " * 5000, b"  \r\n", b"\r\n \x1a\0 \r\n", b"\xef\xbb\xbf\r\n"]
)
@pytest.mark.parametrize("form", FRAMES)
def test_blanks_do_not_hide_the_next_return(form: str, between: bytes) -> None:
    raw = both(form, between)
    retour = read_retour(raw)
    assert [run.identification_fichier for run in retour.runs] == ["FIC007", "FIC008"]
    assert {one.rule for one in check(retour)} <= {"retour.octets-blancs"}
    assert retour.to_bytes() == raw
    for chunk in (1, 129) if len(between) < MOST_BETWEEN else ():
        again = noemie.iter_entites(raw, chunk=chunk)
        assert [(one.raw, one.offset) for one in again] == [(one.raw, one.offset) for one in retour.entites]


@pytest.mark.parametrize(
    "after", [b"\r\n", b"\x1a", b"\r\n\x1a\r\n", b"  ", b"  \r\n", b"\0" * 200, b"\n \0\n"]
)
@pytest.mark.parametrize("form", FRAMES)
def test_filling_after_the_last_999_is_no_record(form: str, after: bytes) -> None:
    for raw in (alone(form), both(form)):
        retour = read_retour(raw + after)
        assert {one.rule for one in check(retour)} <= {"retour.octets-blancs"}
        assert retour.to_bytes() == raw + after
