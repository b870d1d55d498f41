"""The ledger says what `noemie.suivi.follow` says of the same files: lines, orphans, notes, sums."""

from __future__ import annotations

import csv
import datetime as dt
import secrets
import sqlite3
import sys
import tempfile
from pathlib import Path

import msgspec
import pytest
from ledger_world import KEY, schema

sys.path.append(str(Path(__file__).parents[1] / "suivi"))
from suivi_world import World, build  # the scenarios of the follow-up, and their files

from codes.states import Certitude
from noemie.ledger import Ledger
from noemie.ledger.filters import Filtre
from noemie.ledger.payments import payments
from noemie.ledger.queries import transfers
from noemie.returns.arl import write_arls
from noemie.suivi import Suivi

SUIVI = Path(__file__).parents[1] / "suivi"
DAY = dt.date(2026, 1, 1)


def _rows() -> list[dict[str, str]]:
    rows = []
    for name in ("scenarios.csv", "scenarios_plus.csv"):
        with (SUIVI / name).open(encoding="utf-8", newline="") as stream:
            rows += csv.DictReader(stream)
    return rows


ROWS = _rows()


def given(world: World) -> list[tuple[str, bytes]]:
    """The files of a world, ARLs in one of their own."""
    files = list(world.given().items())
    return [*files, ("arls.json", write_arls(world.arls))] if world.arls else files


def through_ledger(place: str | Path, world: World, personal: str | None = "encrypt") -> Suivi:
    with Ledger(place, key=KEY, personal=personal) as ledger:
        report = ledger.import_files(given(world))
        assert not report.nombre("illisible"), report
        for mark in world.marks:
            ledger.add_mark(msgspec.structs.replace(mark, jour=mark.jour or DAY))
        registre = ledger.follow(world.on)
        suivi = registre.suivi
        suivi.lignes = list(suivi.lignes)
        sums = suivi.sommes
        paid = sum((sums.paye_amo, sums.paye_amc, sums.paye_orphelins, sums.forfaits))
        assert sum(one.montant for one in payments(registre, Filtre())) == paid
        assert sum(one.montant for one in transfers(registre, Filtre())) == paid
        return suivi


def told(suivi: Suivi) -> dict[str, object]:
    """All that an answer tells; an orphan has no number with zeros, and a mark of a test has any day."""
    whole = msgspec.to_builtins(suivi)
    whole["lignes"] = msgspec.to_builtins(list(suivi.lignes))
    whole["orphelins"] = msgspec.to_builtins(list(suivi.orphelins))
    return whole


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_the_ledger_says_what_the_files_say(row: dict[str, str]) -> None:
    world = build(row["events"])
    if world.tables:
        pytest.skip("a ledger takes no table")
    with tempfile.TemporaryDirectory() as folder:
        found = told(through_ledger(Path(folder) / "r.db", world))
    expected = told(world.follow())
    for name, value in expected.items():
        assert found[name] == value, name


def test_returns_read_before_they_named_whom_they_pay_are_read_again(tmp_path: Path) -> None:
    lumps = "R r2 20/01 : V-@20/01[F261=30.00]"
    cut = "R r1 20/01 to=A ps=B : V1@20/01[9=14.70P/6.30P, 8=10.00P/-, 7=1.00P/-] ; cut r1 66% ; on 25/01"
    world = build(f"E fb 15/01 B/001 : 9=14.70+6.30, 8=10.00+0.00 ; {lumps} ; {cut}")
    place = tmp_path / "r.db"
    through_ledger(place, world)
    with sqlite3.connect(place) as base:  # as it was read then
        base.execute("UPDATE fichiers SET lecture = 3")
        base.execute("UPDATE retours SET professionnels = NULL")
        base.execute("DELETE FROM forfaits")
    base.close()
    with Ledger(place, key=KEY) as ledger:
        before = ledger.follow(world.on).suivi
        assert [one.certitude for one in before.lignes] == [Certitude.CERTAINE, Certitude.CERTAINE]
        assert before.sommes.forfaits == 0
        assert {name for one in ledger.files() if one.a_relire for name in one.noms} == {"r1", "r2"}
        report = ledger.import_files(given(world))
        assert {one.nom: one.etat for one in report.fichiers} == {"fb": "connu", "r1": "relu", "r2": "relu"}
        assert not any(one.a_relire for one in ledger.files())
    assert told(through_ledger(place, world)) == told(world.follow())


@pytest.mark.parametrize("part", range(4))
def test_the_ledger_says_the_same_on_a_server(server: str, part: int) -> None:
    for row in ROWS[part::40]:
        world = build(row["events"])
        if world.tables:
            continue
        with schema(server, f"t_{secrets.token_hex(6)}") as place:
            found = told(through_ledger(place, world))
        assert found == told(world.follow()), row["id"]
