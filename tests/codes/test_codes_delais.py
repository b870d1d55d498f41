"""Dated delays, working days, and the words of the follow-up."""

from __future__ import annotations

import datetime as dt

import pytest

from codes import notes, states
from codes.actions import Action
from codes.delais import Delai, easter, is_working_day, load, working_days


@pytest.mark.parametrize(
    ("year", "expected"),
    [(2000, "2000-04-23"), (2024, "2024-03-31"), (2026, "2026-04-05"), (2038, "2038-04-25")],
)
def test_easter(year, expected):
    assert easter(year) == dt.date.fromisoformat(expected)


#: The eleven national holidays of 2026.
HOLIDAYS = ["01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25"]


def test_the_holidays_of_a_year():
    days = (dt.date(2026, 1, 1) + dt.timedelta(number) for number in range(365))
    off = [f"{day:%m-%d}" for day in days if day.weekday() < 5 and not is_working_day(day)]
    assert off == [day for day in HOLIDAYS if dt.date.fromisoformat(f"2026-{day}").weekday() < 5]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-01-15", "2026-01-15", 0),
        ("2026-01-15", "2026-01-19", 2),
        ("2026-05-07", "2026-05-15", 4),
        ("2026-01-19", "2026-01-15", 0),
    ],
)
def test_working_days(start, end, expected):
    assert working_days(dt.date.fromisoformat(start), dt.date.fromisoformat(end)) == expected


def test_each_delay_has_a_source_and_a_grade():
    assert all(row.source and row.grade in "ABC" and row.value > 0 for row in load().rows)
    assert load().value("paiement_amo", dt.date(2026, 1, 1)) == 7
    with pytest.raises(KeyError):
        load().value("paiement_amo", dt.date(2016, 6, 30))


def test_a_site_gives_its_own():
    mine = Delai("relance", 45, "days", dt.date(2026, 1, 1), None, "le cabinet", "B")
    delays = load().with_site([mine])
    assert (delays.value("relance", dt.date(2025, 12, 31)), delays.value("relance", dt.date(2026, 1, 1))) == (
        30,
        45,
    )


@pytest.mark.parametrize(
    "word",
    [*states.Etat, *states.EtatPart, *states.Certitude, *states.RaisonOrphelin],
    ids=lambda word: f"{type(word).__name__}.{word}",
)
def test_every_word_has_its_label(word):
    assert word.label("fr")
    assert word.label("en")
    assert word.label() == word.label("fr")


@pytest.mark.parametrize("note", notes.Note)
def test_every_note_is_told(note):
    assert note.text("fr") != note.text("en")


def test_which_states_are_open_and_which_are_history():
    assert [etat for etat in states.Etat if etat.historique] == list(states.Etat)[:5]
    assert not any(etat.ouvert for etat in states.Etat if etat.historique)
    assert states.Etat.TROP_PAYEE.ouvert
    assert len(Action) == 19
