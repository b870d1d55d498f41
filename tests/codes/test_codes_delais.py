"""Dated delays, working days, and the words of the follow-up."""

from __future__ import annotations

import datetime as dt

import pytest

from codes import notes, states
from codes.actions import Action
from codes.delais import TABLE, Delai, easter, is_working_day, load, load_site, working_days
from codes.lists import CodeTableError


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


HEADER = "id,value,unit,from,until,source\n"


def test_the_table_of_a_site(tmp_path):
    assert load_site(tmp_path) is load()
    (tmp_path / TABLE).write_text(
        HEADER + "relance,45,days,2026-01-01,2026-06-30,la caisse\nforclusion,3,years,,,la caisse\n",
        encoding="utf-8",
    )
    delays = load_site(tmp_path)
    days = (dt.date(2025, 12, 31), dt.date(2026, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 7, 1))
    assert [delays.value("relance", day) for day in days] == [30, 45, 45, 30]
    assert delays.value("forclusion") == 3
    assert delays.find("forclusion").source == "la caisse"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("rappel,45,days,,,x\n", ", line 2: an id is one of paiement_amo, arl, arl_suivi, relance, "),
        ("relance,45,working_days,,,x\n", ", line 2: the unit of relance is days"),
        ("relance,0,days,,,x\n", ", line 2: a value is a whole number, 1 to 36525"),
        ("relance,-3,days,,,x\n", ", line 2: a value is a whole number, 1 to 36525"),
        ("relance,²,days,,,x\n", ", line 2: a value is a whole number, 1 to 36525"),
        (f"relance,{'9' * 5000},days,,,x\n", ", line 2: a value is a whole number, 1 to 36525"),
        ("relance,45,days,2026-06-31,,x\n", ", line 2: days are written 2005-06-01, or left empty"),
        ("relance,45,days,2026-06-30,2026-06-29,x\n", ", line 2: until comes before from"),
        ("arl,2,working_days,,,x\nrelance,45,days,,, \n", ", line 3: a source is needed"),
        ("relance,45,days,,,x,y\n", ", line 2: more cells than columns"),
    ],
)
def test_a_wrong_table_of_a_site(tmp_path, rows, message):
    (tmp_path / TABLE).write_text(HEADER + rows, encoding="utf-8")
    with pytest.raises(CodeTableError) as caught:
        load_site(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / TABLE}{message}")


@pytest.mark.parametrize(
    ("unit", "value", "start", "end"),
    [
        ("days", 30, dt.date(2026, 1, 31), dt.date(2026, 3, 2)),
        ("working_days", 7, dt.date(2026, 4, 30), dt.date(2026, 5, 13)),  # 1 and 8 May are holidays
        ("working_days", 1, dt.date(2026, 5, 1), dt.date(2026, 5, 4)),
        ("months", 2, dt.date(2026, 1, 31), dt.date(2026, 3, 31)),
        ("months", 1, dt.date(2026, 1, 31), dt.date(2026, 2, 28)),
        ("months", 12, dt.date(2026, 12, 1), dt.date(2027, 12, 1)),
        ("years", 2, dt.date(2024, 2, 29), dt.date(2026, 2, 28)),
        ("years", 2, dt.date(2026, 1, 13), dt.date(2028, 1, 13)),
        ("years", 36525, dt.date(2026, 1, 13), dt.date.max),
        ("days", 36525, dt.date(9990, 1, 13), dt.date.max),
        ("working_days", 5, dt.date(9999, 12, 30), dt.date.max),
    ],
)
def test_the_day_on_which_a_delay_ends(unit, value, start, end):
    assert Delai("x", value, unit, None, None, "x", "C").end(start) == end


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
