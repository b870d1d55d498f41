"""A flow about to be sent, and what the ledger holds: settled, unanswered, rejected, of another year."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pytest
from ledger_world import DAY, OTHER_PS, Inv, flow

from codes.rules import rule
from fixtures.caisse import Caisse, Issue
from flatfile import Finding
from fse import iter_factures
from noemie.ledger import Ledger
from noemie.ledger.already_sent import already_sent
from noemie.returns.arl import write_arls

sys.path.append(str(Path(__file__).parents[1] / "suivi"))
from suivi_world import build

SENT = flow(*(Inv(number, patient=number) for number in (1, 2, 3)))


def told(ledger: Ledger, data: bytes) -> list[tuple[str, str, str]]:
    comparison = already_sent(ledger).open()
    found: list[Finding] = [one for facture in iter_factures(data) for one in comparison.compare(facture)]
    assert not list(comparison.summary())
    assert all(one.type == "2" and one.field == "numero_facture" for one in found)
    return [(one.rule, one.facture, one.expected) for one in found]


def world(folder: Path) -> Ledger:
    """Invoice 1 is paid, 2 rejected, 3 unanswered."""
    answer = Caisse(seed=1, issues={"2": Issue.rejetee(), "3": Issue.perdue()}).respond(SENT)
    (folder / "sent.b2").write_bytes(SENT)
    for name, data in answer.returns:
        (folder / name).write_bytes(data)
    ledger = Ledger(folder / "registre.db")
    ledger.import_files([folder / "sent.b2", *folder.glob("*.noe")])
    return ledger


def test_settled_and_unanswered_invoices_are_told(tmp_path: Path) -> None:
    invoices = (Inv(number, patient=number) for number in (1, 2, 3, 4))
    again = flow(*invoices, code="000002", date=DAY + dt.timedelta(days=30))
    with world(tmp_path) as ledger:
        assert told(ledger, again) == [
            ("registre.deja-reglee", "000000001", "sent.b2, 2026-03-02"),
            ("registre.deja-envoyee", "000000003", "sent.b2, 2026-03-02"),
        ]


def test_a_number_serves_again_for_other_care_another_patient_or_another_professional(tmp_path: Path) -> None:
    with world(tmp_path) as ledger:
        day = DAY + dt.timedelta(days=30)
        assert told(ledger, flow(Inv(1, date=day), date=day, code="000003")) == []
        assert told(ledger, flow(Inv(1, patient=7, date=day), date=day, code="000003")) == []
        assert told(ledger, flow(Inv(1), ps=OTHER_PS)) == []


def test_the_same_care_under_another_number_is_told(tmp_path: Path) -> None:
    day = DAY + dt.timedelta(days=5)
    with world(tmp_path) as ledger:
        assert told(ledger, flow(Inv(9), date=day, code="000003")) == [
            ("registre.memes-soins", "000000009", "1, sent.b2, 2026-03-02")
        ]


def test_the_words() -> None:
    words = [
        rule(f"registre.{name}").message(lang, "f.b2, 2026-03-02")
        for name in ("deja-reglee", "deja-envoyee", "memes-soins")
        for lang in ("fr", "en")
    ]
    assert words == [
        "le registre tient cette facture pour réglée : f.b2, 2026-03-02",
        "the ledger holds this invoice as settled: f.b2, 2026-03-02",
        "le registre attend encore la réponse à cette facture : f.b2, 2026-03-02",
        "the ledger still awaits the answer to this invoice: f.b2, 2026-03-02",
        "le registre tient les mêmes soins, facturés sous un autre numéro : f.b2, 2026-03-02",
        "the ledger holds the same care, billed under another number: f.b2, 2026-03-02",
    ]


PAID = "E f1 15/01 A/001 : 4=14.70+6.30 ; R r1 20/01 : V1@20/01[4=14.70P/6.30P]"
CANCELLED = f"{PAID} ; E f2 22/01 A/002 : 4=14.70+6.30 o:9 s:13/01"
REFUSED = "E f1 15/01 A/001 : 4=14.70+6.30, 5=10.00+0.00 ; A f1 - 16/01"


@pytest.mark.parametrize(
    ("events", "sent", "rule"),
    [
        (PAID, "4=14.70+6.30 s:13/01 o:9", ""),
        (CANCELLED, "4=14.70+6.30 s:13/01", "registre.deja-reglee"),
        (f"{CANCELLED} ; R r2 27/01 : V2@27/01[4=-14.70P/-6.30P]", "4=14.70+6.30 s:13/01", ""),
        (f"{CANCELLED} ; R r2 27/01 : V2@27/01[4=-14.70P/-6.30P l:-]", "17=14.70+6.30 p:4 s:13/01", ""),
        (REFUSED, "4=14.70+6.30 s:13/01", ""),
        (f"{REFUSED} ; R r1 20/01 : V1@20/01[5=10.00P/-]", "4=14.70+6.30 s:13/01", "registre.deja-envoyee"),
    ],
)
def test_what_was_cancelled_or_refused_by_an_arl(tmp_path: Path, events: str, sent: str, rule: str) -> None:
    """What a cancellation gave back may be sent again; a refused batch that was answered may have arrived."""
    world = build(events)
    files = [*world.given().items(), ("arl.json", write_arls(world.arls))]
    (again,) = build(f"E g 10/02 A/005 : {sent}").files.values()
    with Ledger(tmp_path / "r.db") as ledger:
        ledger.import_files(files if world.arls else files[:-1])
        assert [one[0] for one in told(ledger, again)] == [rule] * bool(rule)
