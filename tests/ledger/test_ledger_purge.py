"""What the law no longer asks to keep leaves when it is asked to, after a trial run, and nothing else."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import msgspec
import pytest
from ledger_world import DAY, KEY, OTHER_PS, File, Inv, answers, dump, flow, month_return, nir
from sqlalchemy import func, select

from codes.states import Etat
from fixtures.caisse import Issue
from noemie.ledger import InvoiceState, Ledger, LedgerError
from noemie.ledger.engine import reading
from noemie.ledger.purge import limit
from noemie.ledger.schema import TABLES

#: The old year is settled by then, the new one is not old enough.
TODAY = DAY + dt.timedelta(3 * 366 + 60)
ISSUES = {
    "2": Issue.rejetee("droits_fermes"),
    "3": Issue.differee(puis_payee=False),
    "4": Issue.perdue(),
    "5": Issue.differee(),
}


def year(rank: int, *, ps: str = "991068040") -> list[File]:
    """The same numbers each year, for other patients; the last one is without third-party payment."""
    day = DAY + dt.timedelta(365 * rank)
    invoices = [Inv(n, patient=10 * rank + n, date=day) for n in range(1, 6)]
    unpaid = Inv(6, patient=10 * rank + 6, date=day, destinataire="00")
    data = flow(*invoices, unpaid, date=day, code=f"{rank:06d}", ps=ps)
    lump = month_return(day, code=f"L{rank:05d}", lump_sums=[("1", 100)], debts=[("D", -1)])
    files = answers(data, arls=True, issues=ISSUES)[1]
    return [(f"{rank}-{name}", content) for name, content in (*files, ("lump", lump))]


def counts(ledger: Ledger) -> dict[str, int]:
    with reading(ledger._open) as connection:
        return {
            table.__tablename__: connection.scalar(select(func.count()).select_from(table.__table__)) or 0
            for table in TABLES
        }


def of_year(states: list[InvoiceState], rank: int) -> list[InvoiceState]:
    day = DAY + dt.timedelta(365 * rank)
    return [state for state in states if state.date_facturation == day]


def test_the_limit_of_retention() -> None:
    assert limit(dt.date(2026, 11, 22), 3) == dt.date(2023, 11, 22)
    assert limit(dt.date(2024, 2, 29), 3) == dt.date(2021, 2, 28)
    assert limit(dt.date(2026, 11, 22), 0) == dt.date(2026, 8, 24)  # 90 days at least
    assert limit(dt.date(2026, 11, 22), 10**8) == limit(dt.date.min, 0) == dt.date.min


def test_a_trial_run_changes_nothing(place: str) -> None:
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files([*year(0), *year(3)])
        before = dump(ledger)
        plan = ledger.purge(today=TODAY)
        assert dump(ledger) == before
        assert plan.avant == limit(TODAY, 3)
        # 1, 2, 5 were settled, 6 needs nothing; 3 and 4 never were.
        assert (plan.envois, plan.sans_liquidation) == (4, 2)
        assert (plan.reponses, plan.forfaits, plan.dettes) == (4, 1, 1)
        assert plan.patients == 4


def test_what_was_settled_leaves_and_the_rest_keeps_its_state(place: str) -> None:
    on = TODAY
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files([*year(0), *year(3)])
        states = ledger.invoice_states(on)
        plan = ledger.purge(today=TODAY)
        assert ledger.purge(confirm=plan, today=TODAY) == plan
        left = ledger.invoice_states(on)
        assert of_year(left, 3) == of_year(states, 3)
        assert [state.numero[-1] for state in of_year(left, 0)] == ["3", "4"]
        assert of_year(left, 0) == [state for state in of_year(states, 0) if state.numero[-1] in "34"]
        assert {patient.nir_masque[-3:] for patient in ledger.patients()} == {
            "003", "004", "031", "032", "033", "034", "035", "036",
        }  # fmt: skip
        again = ledger.purge(today=TODAY)
        assert (again.envois, again.reponses, again.forfaits, again.dettes, again.patients) == (0, 0, 0, 0, 0)
        # Once everything is settled or asked for, nothing of the old year stays.
        all_of_it = ledger.purge(unsettled=True, today=TODAY)
        ledger.purge(confirm=all_of_it, today=TODAY)
        assert of_year(ledger.invoice_states(on), 0) == []
        assert of_year(ledger.invoice_states(on), 3) == of_year(states, 3)


def test_a_purged_file_does_not_come_back(place: str) -> None:
    with Ledger(place, key=KEY) as ledger:
        files = year(0)
        ledger.import_files(files)
        ledger.purge(confirm=ledger.purge(today=TODAY, unsettled=True), today=TODAY)
        purged = dump(ledger)
        assert ledger.import_files(files).nombre("connu") == len(files)
        assert dump(ledger) == purged
        assert ledger.payments() == []
        assert {file.purge_le for file in ledger.files() if file.nature == "flux"} == {TODAY}


def test_copies_and_duplicates_leave_together(place: str) -> None:
    first = year(0)
    data = dict(first)["0-flux-0.b2"]
    copies = [(f"p3-{name}", content) for name, content in answers(data, issues=ISSUES, envelope="P3")[1][1:]]
    again = flow(
        *(Inv(n, patient=n) for n in range(1, 6)), code="AGAIN1"
    )  # the same invoices in another file
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files([*first, *copies, ("again", again)])
        assert {state.etat for state in ledger.invoice_states()} >= {Etat.DOUBLON}
        ledger.purge(confirm=ledger.purge(today=TODAY, unsettled=True), today=TODAY)
        found = counts(ledger)
        for table in ("envois", "reponses", "parts", "actes", "rejets", "forfaits", "dettes", "patients"):
            assert found[table] == 0, table
        assert found["fichiers"] == len([*first, *copies, again])
        # The last ARL tells that ARLs are followed.
        assert found["arls"] == 1


def test_nothing_within_the_retention(place: str) -> None:
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files(year(0))
        with pytest.raises(LedgerError) as raised:
            ledger.purge(DAY + dt.timedelta(100), today=DAY + dt.timedelta(200))
        assert raised.value.code == "purge.trop-tot"
        assert ledger.purge(today=DAY + dt.timedelta(200)).envois == 0
        # A site that must keep its duplicates 90 days only.
        plan = ledger.purge(DAY + dt.timedelta(100), years=0, today=DAY + dt.timedelta(200))
        assert plan.envois == 4


def test_a_ledger_that_changed_since_the_trial_run_is_left_alone(place: str) -> None:
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files(year(0))
        plan = ledger.purge(today=TODAY)
        ledger.import_files(year(0, ps=OTHER_PS)[:2])
        before = dump(ledger)
        with pytest.raises(LedgerError) as raised:
            ledger.purge(confirm=plan, today=TODAY)
        assert raised.value.code == "purge.perimee"
        assert dump(ledger) == before


def test_senders_stay_known(place: str) -> None:
    """Once a professional's invoices are gone, a return to them still answers nobody else's."""
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files(answers(flow(Inv(1), ps=OTHER_PS))[1])
        ledger.purge(confirm=ledger.purge(today=TODAY), today=TODAY)
        day = DAY + dt.timedelta(1000)
        mine = flow(Inv(1, date=day), date=day, code="000007")
        stranger = answers(flow(Inv(1, date=day), date=day, code="000008", ps=OTHER_PS))[1][1]
        ledger.import_files([("mine", mine), stranger])
        assert {state.etat for state in ledger.invoice_states()} == {Etat.REPONSE_ATTENDUE, Etat.ORPHELINE}


def without_reason(states: list[InvoiceState]) -> list[InvoiceState]:
    """Why an answer is an orphan may change: the invoice that came nearest may have left."""
    return [msgspec.structs.replace(state, raison="") for state in states]


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_there_what_stays_keeps_its_state(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    files = [file for rank in range(4) for file in year(rank)]
    files += [(f"o-{name}", data) for rank in (0, 3) for name, data in year(rank, ps=OTHER_PS)]
    files = [file for file in files if chance.random() > 0.2]
    chance.shuffle(files)
    today = TODAY + dt.timedelta(chance.randrange(800))
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files(files)
        before = without_reason(ledger.invoice_states(today))
        payments = sum(payment.montant for payment in ledger.payments(from_=limit(today, 3)))
        plan = ledger.purge(today=today, unsettled=bool(seed % 2))
        ledger.purge(confirm=plan, today=today)
        after = without_reason(ledger.invoice_states(today))
        assert [state for state in after if state not in before] == []
        assert len(before) > len(after) > 0
        assert sum(payment.montant for payment in ledger.payments(from_=limit(today, 3))) == payments


def test_the_bytes_of_what_was_purged_are_gone(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with Ledger(path, key=KEY, personal="plain") as ledger:
        ledger.import_files(year(0))
        assert nir(1)[0].encode() in b"".join(found.read_bytes() for found in tmp_path.iterdir())
        ledger.purge(confirm=ledger.purge(today=TODAY, unsettled=True), today=TODAY)
    assert nir(1)[0].encode() not in b"".join(found.read_bytes() for found in tmp_path.iterdir())
