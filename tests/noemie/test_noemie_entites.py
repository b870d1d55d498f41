"""A long return, kept in one block, is what a short one is: the same entities, levels, invoices, findings."""

from __future__ import annotations

from pathlib import Path

import noemie_samples as samples
import pytest
from cli_runner import run

import noemie
from cli.io import rows
from flatfile import Record, detect
from noemie.returns import entites
from noemie.returns.entites import Entites, part
from noemie.returns.tables import entity_lengths, layouts


def _is_return(data: object) -> bool:
    return isinstance(data, bytes) and detect(data[:4096], entity_lengths()).family == "noemie"


FILES = {name: data for name, data in vars(samples).items() if name.isupper() and _is_return(data)}


@pytest.fixture
def block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every return is long."""
    monkeypatch.setattr(entites, "FEW", 0)


def _damaged(data: bytes) -> list[bytes]:
    places = range(200, len(data), max(1, len(data) // 5))
    made = [data, data + data, data[: len(data) // 2], *(data[:at] + data[at + 7 :] for at in places)]
    return [one for one in made if _is_return(one)]


def _told(data: bytes) -> object:
    retour = noemie.read_retour(data)
    return (
        [(one.type, one.raw, one.offset, one.number) for one in retour.entites],
        [(one.raw, one.number) for one in reversed(retour.entites)],
        [
            (node.niveau, node.nombre_enfants, [one.number for one in node.entites()])
            for run in retour.runs
            for node in run.racine.parcours()
        ],
        [
            (one.numero, one.lot, one.montant_paye, one.etat, one.virement and one.virement.record.number)
            for one in retour.factures
        ],
        [(one.code_mouvement, one.codes_retour, len(one.rejets)) for one in retour.mouvements],
        [
            (one.record.number, one.montant, [facture.record.number for facture in one.factures])
            for one in retour.virements
        ],
        [one.record.number for run in retour.runs for one in run.rejets_hors_facture],
        list(noemie.check(retour)),
        retour.to_bytes(),
    )


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_long_return_is_what_a_short_one_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for data in _damaged(FILES[name]):
        short = _told(data)
        with monkeypatch.context() as patch:
            patch.setattr(entites, "FEW", 0)
            assert isinstance(noemie.read_retour(data).entites, Entites)
            assert _told(data) == short


def test_ranks_and_parts(block: None) -> None:
    found = noemie.read_retour(FILES["RETOUR_929"]).entites
    assert [found[-1].number, len(found[2:5]), found[3] == found[3]] == [len(found), 3, True]
    assert [one.number for one in part(found, 2, 4)] == [3, 4]
    with pytest.raises(IndexError):
        found[len(found)]


@pytest.mark.parametrize("count", range(6))
def test_a_return_is_long_beyond_so_many_entities(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entites, "FEW", 3)
    layout = layouts()["210"]
    records = [Record(layout, b"%05d" % rank, 5 * rank, rank) for rank in range(1, count + 1)]
    found = entites.held(iter(records))
    assert [*found] == records
    assert isinstance(found, Entites) is (count > 3)


def test_an_edition(block: None) -> None:
    retour = noemie.read_retour(FILES["RETOUR_929"])
    entity = retour.entites[2]
    changed = retour.replace(entity, **{entity.layout.fields[0].name: entity.raw[:3]})
    assert changed.to_bytes() == retour.to_bytes()


@pytest.mark.parametrize("format", ["text", "json", "jsonl", "csv", "html"])
def test_decode_says_the_same_of_it(format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, data in FILES.items():
        (tmp_path / f"{name}.noe").write_bytes(data)
    arguments = ("decode", *(f"{name}.noe" for name in sorted(FILES)), "--format", format, "--jobs", "1")
    short = run(*arguments)
    monkeypatch.setattr(entites, "FEW", 0)
    monkeypatch.setattr(rows, "FEW", 0)
    assert run(*arguments) == short


def test_places_beyond_four_gigabytes() -> None:
    layout = layouts()["210"]
    places = [0, 5, (1 << 32) - 1, 1 << 32, 1 << 40]
    records = [Record(layout, b"12345", place, number) for number, place in enumerate(places, start=1)]
    assert [(one.raw, one.offset, one.number) for one in Entites(records)] == [
        (one.raw, one.offset, one.number) for one in records
    ]
