"""Since the last time: what is new is new once, whatever tells it again; what is removed is not a loss."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_world import KEY
from sqlalchemy import select

sys.path.append(str(Path(__file__).parents[1] / "suivi"))
from suivi_world import build

from noemie.ledger import Ledger
from noemie.ledger.engine import reading, writing
from noemie.ledger.moments import Vus, key_of, last_day, remember, seen
from noemie.ledger.schema import PassageRow
from noemie.suivi.faits import Virement

SENT = "E f1 02/01 A/001 : 1=14.70+6.30, 2=14.70+6.30, 3=14.70+6.30"
PAID = "R r1 12/01 i=AAAAAA : V1@12/01[1=14.70P/6.30P, 2=14.70P/6.30P]"
#: The same transfer told again in a file of another code and day, then corrected, then with one more invoice.
AGAIN = "R r2 14/01 i=BBBBBB : V1@12/01[1=14.70P/6.30P, 2=14.70P/6.30P]"
CORRECTED = "R r2 14/01 i=BBBBBB : V1@12/01[1=14.70P/6.30P, 2=13.70P(14.70)/6.30P]"
MORE = "R r2 14/01 i=BBBBBB : V1@12/01[3=14.70P/6.30P]"


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    with Ledger(place, key=KEY, personal="token") as ledger:
        yield ledger


def come(ledger: Ledger, text: str, *names: str) -> None:
    files = build(text).given()
    ledger.import_files([(name, files[name]) for name in names])


def ask(ledger: Ledger, day: str, *, keep: bool = True) -> tuple[int, list[str], str]:
    """What is paid, the files that are new, since when."""
    found = ledger.today(dt.date.fromisoformat(day), remember=keep)
    return (
        found.recu.paye,
        [one.fichier for one in found.recu.fichiers],
        found.depuis.isoformat() if found.depuis else "",
    )


@pytest.mark.parametrize(
    ("later", "new"),
    [(AGAIN, 0), (CORRECTED, -100), (MORE, 2100)],
    ids=["told again", "corrected", "told in pieces"],
)
def test_a_transfer_is_new_once(ledger: Ledger, later: str, new: int) -> None:
    text = f"{SENT} ; {PAID} ; {later}"
    come(ledger, text, "f1", "r1")
    assert ask(ledger, "2026-01-13") == (4200, ["f1", "r1"], "")
    assert ask(ledger, "2026-01-13") == (4200, ["f1", "r1"], "")
    come(ledger, text, "r2")
    assert ask(ledger, "2026-01-13") == (4200 + new, ["f1", "r1", "r2"], "")  # the same day, later
    assert ask(ledger, "2026-01-15") == (0, [], "2026-01-13")


@pytest.mark.parametrize(("later", "new"), [(AGAIN, 0), (CORRECTED, -100), (MORE, 2100)])
def test_the_days_add_up(ledger: Ledger, later: str, new: int) -> None:
    text = f"{SENT} ; {PAID} ; {later}"
    come(ledger, text, "f1", "r1")
    first = ask(ledger, "2026-01-13")[0]
    come(ledger, text, "r2")
    assert ask(ledger, "2026-01-15") == (new, ["r2"], "2026-01-13")
    assert first + new == sum(one.montant for one in ledger.payments())
    assert ask(ledger, "2026-01-16") == (0, [], "2026-01-15")


def test_a_look_back_keeps_nothing(ledger: Ledger) -> None:
    come(ledger, f"{SENT} ; {PAID}", "f1", "r1")
    assert ask(ledger, "2026-01-20", keep=False)[2] == ""
    ask(ledger, "2026-01-20")
    assert ask(ledger, "2026-01-13") == (4200, ["f1", "r1"], "")
    assert ask(ledger, "2026-01-21") == (0, [], "2026-01-20")


def test_what_is_purged_or_forgotten_is_not_taken_back(ledger: Ledger) -> None:
    text = f"{SENT} ; {PAID} ; R r2 14/01 i=BBBBBB : V1@12/01[3=0R/0R!fix]"
    come(ledger, text, "f1", "r1", "r2")
    assert ask(ledger, "2026-01-15")[0] == 4200
    (reference, *_) = (one.reference for one in ledger.patients() if one.paye)
    assert ledger.forget(reference, for_real=True)
    assert sum(one.montant for one in ledger.transfers()) == 2100
    assert ask(ledger, "2026-01-16")[0] == 0
    day = dt.date(2030, 1, 1)
    ledger.purge(confirm=ledger.purge(today=day), today=day)
    assert ask(ledger, "2030-01-02")[0] == 0
    ledger.forget(None, for_real=True)
    assert ask(ledger, "2030-01-03") == (0, [], "")


def test_a_passage_that_sees_nothing_new_is_written_once_a_day(ledger: Ledger) -> None:
    key = key_of(Virement("01421", "991068040", dt.date(2026, 1, 12), "VIR 1"))
    days = (dt.date(2026, 1, 12), dt.date(2026, 1, 12), dt.date(2026, 1, 13), dt.date(2026, 1, 12))
    with writing(ledger._open) as connection:
        assert [remember(connection, day, [7], {key: 100}) for day in days] == [True, True, True, False]
    with reading(ledger._open) as connection:
        assert len(connection.execute(select(PassageRow.id)).all()) == 2
        assert seen(connection) == Vus(frozenset({7}), {key: 100})
        assert seen(connection, days[0]) == Vus(frozenset(), {})
        assert last_day(connection, days[2]) == days[0]


def test_transfers_have_different_keys() -> None:
    day = dt.date(2026, 1, 12)
    some = [
        Virement("01421", "1", day, "A", "B"),
        Virement("01421", "1", day, "AB", ""),
        Virement("01421", "2", day, "A", "B"),
        Virement("01421", "1", None, "A", "B"),
        Virement("01421", "1", None, "", "", ("x",)),
    ]
    assert len({key_of(one) for one in some}) == len(some)


@pytest.mark.parametrize("day", ["2026-01-13", "2026-03-20"])
def test_the_cache_of_lines_gives_the_same_morning(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, day: str
) -> None:
    text = f"{SENT} ; {PAID} ; R r2 14/01 i=BBBBBB : V2@14/01[1=-14.70P(14.70)/-6.30P(6.30), 3=0R/0R!fix]"
    come(ledger, text, "f1", "r1", "r2")
    on = dt.date.fromisoformat(day)
    expected = ledger.today(on)
    monkeypatch.setattr("noemie.ledger.etats.FROM", 1)
    assert ledger.today(on) == expected  # it is written
    assert ledger.today(on) == expected  # it is read


def test_a_transfer_that_pays_nothing_is_told_once(ledger: Ledger) -> None:
    """That of refusals alone: told every morning, it would hide the others."""
    come(ledger, f"{SENT} ; R r1 12/01 : V1@12/01[1=0R/0R!fix]", "f1", "r1")
    days = [dt.date(2026, 1, day) for day in (13, 14)]
    assert [len(ledger.today(day, remember=True).recu.virements) for day in days] == [1, 0]


def test_what_a_file_taken_out_paid_is_not_taken_back(ledger: Ledger) -> None:
    text = f"{SENT} ; {PAID} ; {MORE}"
    come(ledger, text, "f1", "r1", "r2")
    assert ask(ledger, "2026-01-15")[0] == 6300
    ledger.forget_files(["r2"], for_real=True)
    found = ledger.today(dt.date(2026, 1, 16), remember=True)
    assert (found.recu.paye, found.recu.virements, found.reprises) == (0, [], [])
    ledger.import_files([("r2", build(text).files["r2"])], again=True)
    assert ask(ledger, "2026-01-17") == (2100, ["r2"], "2026-01-16")
