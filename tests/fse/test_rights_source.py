"""Rights as what a flow is compared with while it is checked."""

from __future__ import annotations

import gc
import pickle
from pathlib import Path

import pytest
from rights_samples import FACT, as_csv, day, fact, flow

from flatfile import Finding, FormatError
from fse import iter_factures
from noemie.ledger.register.errors import RightsError
from noemie.ledger.register.register import Register
from noemie.ledger.register.source import RightsSource, is_register

CLOSED = fact(ouvert_au=day("2025-12-31"))


def compared(source: RightsSource) -> list[str]:
    comparison = source.open()
    found = [one.rule for facture in iter_factures(flow()) for one in comparison.compare(facture)]
    assert list(comparison.summary()) == []
    return found


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    """A register and a CSV of the same facts."""
    (tmp_path / "d.csv").write_bytes(as_csv(CLOSED))
    with Register(tmp_path / "d.db") as register:
        register.add([CLOSED])
    return {"register": str(tmp_path / "d.db"), "csv": str(tmp_path / "d.csv")}


@pytest.mark.parametrize("kind", ["register", "csv"])
def test_it_crosses_to_another_process_and_opens_there(places: dict[str, str], kind: str) -> None:
    source: RightsSource = pickle.loads(pickle.dumps(RightsSource(places[kind])))
    for _ in range(2):
        assert compared(source) == ["droits.ferme"]
    assert repr(source) == "<RightsSource>"
    assert is_register(places[kind]) is (kind == "register")


def test_a_comparison_that_is_dropped_closes_the_register(places: dict[str, str]) -> None:
    comparison = RightsSource(places["register"]).open()
    assert [one.rule for one in comparison.compare(next(iter(iter_factures(flow()))))] == ["droits.ferme"]
    register = Path(places["register"])
    assert register.with_name("d.db-wal").exists()
    del comparison
    gc.collect()
    assert not register.with_name("d.db-wal").exists()


def test_a_table_that_changes_is_read_again(places: dict[str, str]) -> None:
    source = RightsSource(places["csv"])
    assert compared(source) == ["droits.ferme"]
    path = Path(places["csv"])
    path.write_bytes(as_csv(FACT, fact(date_naissance="19800202")))
    assert compared(source) == []


def test_wrong_rows_are_told_once_and_left_out(places: dict[str, str]) -> None:
    Path(places["csv"]).write_bytes(as_csv(FACT) + b"18\r\n")
    told: list[Finding] = []
    source = RightsSource(places["csv"])
    source.verify(told.append)
    assert [one.rule for one in told] == ["droits.csv-valeur"]
    assert compared(source) == []


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as raised:
        RightsSource(str(tmp_path / "absent")).verify(lambda finding: None)
    assert raised.value.code == "fichier.absent"
    with pytest.raises(RightsError) as refused:
        RightsSource("mysql://x").verify(lambda finding: None)
    assert refused.value.code == "base.adresse"


def test_a_run_opens_its_register_once(places: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    class Counted(Register):
        def __init__(self, where: str, **options: object) -> None:
            opened.append(where)
            super().__init__(where, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("noemie.ledger.register.source.Register", Counted)
    source = RightsSource(places["register"])
    alone = compared(source)
    source.keep_open("run")
    for _ in range(3):  # a copy is what crosses to another process
        assert compared(pickle.loads(pickle.dumps(source))) == alone
    assert len(opened) == 2
    source.keep_open("")
    compared(source)
    assert len(opened) == 3
