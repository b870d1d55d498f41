"""The cache of the lists says what the engine says, on any day, and is of no older state of the base."""

from __future__ import annotations

import csv
import datetime as dt
import sys
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from ledger_world import DAY, KEY, Inv, answers, flow

sys.path.append(str(Path(__file__).parents[1] / "suivi"))
from suivi_settings import WORLDS, tried
from suivi_world import World, build  # the scenarios of the follow-up, and their files

from codes.actions import Lang
from codes.states import Etat
from noemie.ledger import Ledger, LedgerError, etats, followed
from noemie.ledger.demande import Demande
from noemie.ledger.followed import Mouvement, Registre, follow_ledger
from noemie.ledger.gardes import RegistreGarde
from noemie.ledger.states import iter_states, state_order
from noemie.returns.arl import write_arls
from noemie.suivi.faits import Marque
from noemie.suivi.resultat import Ligne

SUIVI = Path(__file__).parents[1] / "suivi"
LISTS = ("payments", "rejects", "to_resend", "unanswered", "invoice_states", "patients", "transfers", "debts")


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest ledger has a cache."""
    monkeypatch.setattr(etats, "FROM", 0)


def resolved(registre: Registre, move: Mouvement) -> object:
    """Money, with what its ranks stand for."""
    communs = registre.communs
    return (move.jour, move.amo, move.amc, communs.virements[move.virement], communs.runs[move.run])


def everything(ledger: Ledger, on: dt.date | None) -> list[object]:
    """The whole follow-up, and each list."""
    registre = ledger.follow(on)
    shown = [
        {name: getattr(one, name) for name in Ligne.__struct_fields__} | {"envoye": registre.envoye(one)}
        for one in registre.lignes
    ]
    money = [[resolved(registre, move) for move in registre.mouvements(one)] for one in registre.lignes]
    alone = [
        one._replace(mouvements=[resolved(registre, move) for move in one.mouvements])
        for one in registre.orphelines
    ]
    whole = msgspec.structs.replace(registre.suivi, lignes=[], orphelins=[*registre.suivi.orphelins])
    lists = [getattr(ledger, name)() for name in LISTS]
    dated = [ledger.to_resend(on=on), ledger.unanswered(on), ledger.invoice_states(on), ledger.report()]
    month = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))
    some = [ledger.payments(*month), ledger.rejects(*month), ledger.to_resend(*month)]
    return [shown, money, whole, alone, *lists, *dated, *some, ledger.latest_day()]


def compared(world: World, days: list[dt.date | None]) -> None:
    """Asked of the cache on several days, a base answers as it does without."""
    given_files = list(world.given().items())
    if world.arls:
        given_files.append(("arls.json", write_arls(world.arls)))
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder, "registre.db"), key=KEY) as ledger:
        ledger.import_files(given_files)
        for mark in world.marks:
            ledger.add_mark(msgspec.structs.replace(mark, jour=mark.jour or dt.date(2026, 1, 1)))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(etats, "FROM", 10**9)
            expected = [everything(ledger, day) for day in days]
        ledger.follow(days[-1])  # what is kept was worded for this day
        assert isinstance(ledger.follow(), RegistreGarde)
        assert [everything(ledger, day) for day in days] == expected


def rows() -> list[str]:
    with (SUIVI / "scenarios.csv").open(encoding="utf-8", newline="") as stream:
        return [row["events"] for row in csv.DictReader(stream)]


@pytest.mark.parametrize("events", rows()[::25])
def test_a_scenario(events: str) -> None:
    world = build(events)
    on = world.on or dt.date(2026, 6, 1)
    compared(world, [None, on + dt.timedelta(40)])


@tried(4, 500)
@given(WORLDS)
def test_any_world(text: str) -> None:
    compared(build(text), [dt.date(2026, 4, 1)])


def test_the_cache_follows_what_changes_the_facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wholes: list[Demande] = []

    def spied(demande: Demande, *, reprises: bool = False) -> Registre:
        wholes.append(demande)
        return follow_ledger(demande, reprises=reprises)

    monkeypatch.setattr(followed, "follow_ledger", spied)
    first, second = answers(flow(Inv(1), Inv(2)))[1], flow(Inv(3), code="000002")
    with Ledger(tmp_path / "registre.db", key=KEY) as ledger:

        def kept(lang: Lang = "fr") -> bool:
            """Whether the cache answers, and the whole is not followed."""
            wholes.clear()
            return isinstance(ledger.follow(lang=lang), RegistreGarde) and not wholes

        ledger.import_files(first)
        assert (kept(), kept()) == (False, True)
        ledger.import_files(first)  # known
        assert kept()
        ledger.import_files([("autre nom", first[0][1])])
        assert kept()
        ledger.import_files([("suite.b2", second)])
        assert kept()
        assert len(ledger.invoice_states()) == 3
        ledger.add_mark(Marque(sorte="soldee", numero="3", jour=DAY))
        assert kept()
        assert ledger.sendings("3")[0].etat is Etat.SOLDEE_HORS_FLUX
        ledger.undo(DAY)
        assert kept()
        assert ledger.sendings("3")[0].etat is Etat.REPONSE_ATTENDUE
        assert (kept("en"), kept("en")) == (False, True)
        assert kept()
        assert ledger.verify() == []
        assert kept()
        ledger.forget(None, for_real=True)
        assert not kept()
        assert ledger.invoice_states() == []


def test_what_changes_while_all_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program writes before the cache is kept, or the base cannot be written: the answer is right."""
    place, more = tmp_path / "registre.db", [("suite.b2", flow(Inv(3), code="000002"))]

    def slow(demande: Demande, *, reprises: bool = False) -> Registre:
        registre = follow_ledger(demande, reprises=reprises)
        with Ledger(place, key=KEY) as other:
            other.import_files(more)
        return registre

    with Ledger(place, key=KEY) as ledger:
        ledger.import_files([("f.b2", flow(Inv(1), Inv(2)))])
        with monkeypatch.context() as patched:
            patched.setattr(followed, "follow_ledger", slow)
            assert len(ledger.invoice_states()) == 3
        with monkeypatch.context() as patched:
            patched.setattr(etats, "garder", refused)
            assert len(ledger.invoice_states()) == 3
            assert not isinstance(ledger.follow(), RegistreGarde)
        assert isinstance(ledger.follow(), RegistreGarde)


def refused(*_: object) -> None:
    raise LedgerError("base.acces")


def test_a_small_ledger_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(etats, "FROM", 3)
    with Ledger(tmp_path / "registre.db", key=KEY) as ledger:
        ledger.import_files([("f.b2", flow(Inv(1), Inv(2)))])
        assert not any(isinstance(ledger.follow(), RegistreGarde) for _ in range(2))


def test_answers_to_what_was_not_sent_count_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Years of returns given before any flow: they are followed once, not by each question."""
    monkeypatch.setattr(etats, "FROM", 3)
    with Ledger(tmp_path / "registre.db", key=KEY) as ledger:
        ledger.import_files(answers(flow(Inv(1), Inv(2), Inv(3)))[1][1:])
        assert not list(ledger.follow().lignes)
        assert isinstance(ledger.follow(), RegistreGarde)


def test_it_holds_no_text_that_a_person_wrote(tmp_path: Path) -> None:
    place = tmp_path / "registre.db"
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files([("f.b2", flow(Inv(1)))])
        ledger.add_mark(Marque(sorte="note", numero="1", jour=DAY, detail="ZEBULON A APPELE"))
        ledger.follow()
        assert isinstance(ledger.follow(), RegistreGarde)
    assert b"ZEBULON" not in place.read_bytes()


def test_a_register_that_is_handed_out_lists_its_invoices(tmp_path: Path) -> None:
    with Ledger(tmp_path / "registre.db", key=KEY) as ledger:
        ledger.import_files(answers(flow(Inv(1), Inv(2)))[1])
        ledger.follow()
        registre = ledger.follow()
        assert isinstance(registre, RegistreGarde)
        expected = ledger.invoice_states()
    assert sorted(iter_states(registre), key=state_order) == expected
