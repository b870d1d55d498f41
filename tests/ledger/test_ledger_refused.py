"""Past refusals of a caisse: told once for each kind of invoice of a flow, with their numbers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from ledger_world import DAY, Inv, flow

from codes.rules import rule
from fixtures.caisse import Caisse, Issue
from flatfile.findings import in_language
from fse import iter_factures
from noemie.ledger import Ledger
from noemie.ledger.refused import refused_before
from noemie.ledger.rows import Tokens

SENT = flow(*(Inv(number, patient=number) for number in range(1, 6)))
NEXT = flow(*(Inv(number, patient=number) for number in (8, 9)), code="000002", date=DAY + dt.timedelta(30))


def told(
    folder: Path, issues: dict[str, Issue], data: bytes = NEXT, *, patients: bool = False
) -> list[tuple[str, str, str, str]]:
    (folder / "sent.b2").write_bytes(SENT)
    for name, answer in Caisse(seed=1, issues=issues).respond(SENT).returns:
        (folder / name).write_bytes(answer)
    with Ledger(folder / "registre.db") as ledger:
        ledger.import_files([folder / "sent.b2", *folder.glob("*.noe")])
        registre = ledger.follow(envois=True)
        comparison = refused_before(registre, Tokens(ledger.keys) if patients else None).open()
    found = [one for facture in iter_factures(data) for one in comparison.compare(facture)]
    assert not list(comparison.summary())
    return [(one.rule, one.facture, one.field, in_language(one.found, "en")) for one in found]


def test_refusals_are_counted_among_the_invoices_that_were_answered(tmp_path: Path) -> None:
    issues = {"2": Issue.rejetee(), "3": Issue.rejetee(), "4": Issue.perdue()}
    ((name, facture, field, found),) = told(tmp_path, issues)
    assert (name, facture, field) == ("registre.refus-passes", "000000008", "caisse")
    assert found.startswith("2 of 4 (")
    assert found.endswith(" × 2)")


def test_nothing_is_told_of_a_caisse_that_refused_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, {}) == []


AGAIN = flow(
    *(Inv(number, patient=number - 10) for number in (12, 13, 14)), code="000003", date=DAY + dt.timedelta(30)
)


def test_a_patient_whose_last_invoice_was_refused(tmp_path: Path) -> None:
    """Once, with the numbers; nothing of one who was paid."""
    found = told(tmp_path, {"2": Issue.rejetee(), "3": Issue.rejetee()}, AGAIN, patients=True)
    assert [one[:3] for one in found] == [
        ("registre.refus-passes", "000000012", "caisse"),
        ("registre.refus-patient", "000000012", "nir"),
        ("registre.refus-patient", "000000013", "nir"),
    ]
    assert all(one[3].startswith("1 of 1 (") for one in found[1:])


def test_nothing_is_told_of_another_caisse(tmp_path: Path) -> None:
    other = b"".join(
        one[:48] + b"999" + one[51:] if one[:1] == b"2" else one
        for one in (NEXT[at : at + 128] for at in range(0, len(NEXT), 128))
    )
    told_of = [one.caisse for one in iter_factures(other)]
    assert told_of != [one.caisse for one in iter_factures(NEXT)]
    assert told(tmp_path, {"2": Issue.rejetee()}, other) == []


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", ["registre.refus-passes", "registre.refus-patient"])
def test_it_is_an_information(name: str, lang: str) -> None:
    known = rule(name)
    assert known.severity.word == "info"
    assert "3 / 9" in known.message(lang, found="3 / 9")
