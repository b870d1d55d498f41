"""A file imported by mistake is taken out: what is left is what there would be without it."""

from __future__ import annotations

import datetime as dt
import random
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ledger_world import DAY, KEY, File, Inv, answers, dump, flow, schema
from test_ledger_privacy import named_return
from test_ledger_scenarios import given

from noemie.ledger import Ledger, LedgerError, etats
from noemie.ledger.importing import digest_of
from noemie.suivi.faits import Marque

sys.path.append(str(Path(__file__).parents[1] / "suivi"))
from suivi_random import world_text
from suivi_world import build

ON = dt.date(2026, 6, 1)


def answered(ledger: Ledger) -> list[Any]:
    """What a ledger says, whatever the hour of its imports."""
    return [
        ledger.everything("invoices", ON),
        ledger.payments(),
        ledger.rejects(on=ON),
        ledger.to_resend(on=ON),
        ledger.unanswered(ON),
        ledger.transfers(),
        ledger.debts(),
        ledger.patients(reveal=ledger.personal != "token"),
        ledger.statement("2026-02"),
        ledger.report(on=ON),
        ledger.marks(),
        ledger.verify(),
        [(one.noms, one.sha256, one.factures, one.meme_identite) for one in ledger.files()],
        ledger.today(ON),
    ]


def without(files: Sequence[File], rank: int) -> list[File]:
    """The files but those of the bytes of one."""
    return [one for one in files if one[1] != files[rank][1]]


@pytest.mark.parametrize("seed", range(3))
def test_what_is_left_is_what_there_would_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(etats, "FROM", 0)
    compare(seed, str(tmp_path / "a.db"), str(tmp_path / "b.db"))


def test_the_same_on_a_server(server: str) -> None:
    with (
        schema(server, f"t_{secrets.token_hex(6)}") as one,
        schema(server, f"t_{secrets.token_hex(6)}") as other,
    ):
        compare(5, one, other)


def compare(seed: int, place: str, other_place: str) -> None:
    """A random world, with and without one of its files that was taken out."""
    chance = random.Random(seed)
    world = build(world_text(chance.choice, large=True))
    files = given(world)
    chance.shuffle(files)
    rank = chance.randrange(len(files))
    personal: Any = chance.choice(("encrypt", "token"))
    with (
        Ledger(place, key=KEY, personal=personal) as one,
        Ledger(other_place, key=KEY, personal=personal) as other,
    ):
        one.import_files(without(files, rank))
        other.import_files(files)
        seen = seed % 2  # whether somebody looked at what was given
        for ledger in (one, other):
            ledger.today(ON - dt.timedelta(30), remember=bool(seen) or ledger is one)
        whole = dump(other)
        plan = other.forget_files([files[rank]])
        assert dump(other) == whole
        assert other.forget_files([digest_of(files[rank])], for_real=True) == plan
        left = dump(other)
        for name, rows in dump(one).items():
            assert seen or name in ("passages", "vus") or left[name] == rows, name
        for ledger in (one, other):
            ledger.today(ON - dt.timedelta(30), remember=True)
        for said, expected in zip(answered(other), answered(one), strict=True):
            assert said == expected


def test_a_patient_is_told_as_the_files_that_are_left_tell_them(place: str) -> None:
    """The name that only the file taken out told goes with it, whichever came first."""
    sent = ("flux", flow(Inv(1, patient=31415)))
    old = ("old", named_return("ANCIEN", code="NOMS00", day=DAY))
    new = ("new", named_return("NOUVEAU", code="NOMS02", day=DAY + dt.timedelta(90)))

    def names(ledger: Ledger) -> list[str]:
        return [one.nom for one in ledger.patients(reveal=True)]

    with Ledger(place, key=KEY, personal="encrypt") as ledger:
        ledger.import_files([new, sent])
        ledger.import_files([old])
        assert names(ledger) == ["NOUVEAU"]
        assert ledger.forget_files([new], for_real=True).patients == 0
        assert names(ledger) == ["ANCIEN"]
        ledger.import_files([new], again=True)
        assert names(ledger) == ["NOUVEAU"]
        ledger.forget_files([old, new], for_real=True)
        assert names(ledger) == [""]
        assert not dump(ledger)["formes"]
        assert ledger.forget_files([sent], for_real=True).patients == 1
        assert not dump(ledger)["patients"]


def mark(ledger: Ledger, sorte: str, numero: str = "", **more: Any) -> None:
    ledger.add_mark(Marque(sorte=sorte, numero=numero, jour=DAY, **more))


def test_marks_that_name_nothing_else_go(tmp_path: Path) -> None:
    kept, mistake = flow(Inv(1), code="000001"), flow(Inv(2), Inv(1), lot="002", code="000002")
    back = answers(mistake)[1][1]
    with Ledger(tmp_path / "r.db", key=KEY, personal="encrypt") as ledger:
        ledger.import_files([("a.b2", kept), ("b.b2", mistake), back])
        mark(ledger, "soldee", "1")
        mark(ledger, "note", "2", detail="rappelé")
        mark(ledger, "refaite_sous", "1", detail="2")
        ledger.undo(DAY)
        mark(ledger, "relancee", "1", lot="002")
        label = next(one.libelle_1 for one in ledger.transfers())
        mark(ledger, "pointe", cible="virement", detail=f"{label}@{ledger.transfers()[0].date}")
        assert ledger.forget_files(["b.b2"]).marques == 2
        assert ledger.forget_files(["b.b2", back], for_real=True).marques == 3
        assert [one.sorte for one in ledger.marks()] == ["soldee"]
        # What was taken back names what stays: it stays too, taken back.
        assert len(dump(ledger)["marques"]) == 3


def test_a_mark_stays_with_what_another_file_says(tmp_path: Path) -> None:
    """Of a sending that two files tell, by whichever of them a person named it."""
    one, two = flow(Inv(1), code="000001"), flow(Inv(2), lot="002", code="000002")
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files([("a.b2", one + two), ("b.b2", one)])
        for file in ("a.b2", "b.b2"):
            mark(ledger, "soldee", "1", fichier=file)
            mark(ledger, "relancee", "2", fichier="a.b2")
            assert [line.marques for line in ledger.follow().lignes] == [("soldee",), ("relancee",)]
            ledger.forget_files([file], for_real=True)
            lines = [line.marques for line in ledger.follow().lignes]
            assert lines == ([("soldee",)] if file == "a.b2" else [("soldee",), ("relancee",)])
            ledger.import_files([("a.b2", one + two), ("b.b2", one)], again=True)
            ledger.forget_files(["a.b2", "b.b2"], for_real=True)
            assert ledger.marks() == []
            ledger.import_files([("a.b2", one + two), ("b.b2", one)], again=True)


def test_a_file_taken_out_stays_out_until_it_is_asked_for(place: str) -> None:
    files = [("a.b2", flow(Inv(1), code="000001")), ("b.b2", flow(Inv(2), code="000002"))]
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files(files)
        found = ledger.forget_files(["b.b2"], for_real=True, today=DAY)
        assert (found.fichiers, found.envois, found.demande, found.paye) == (("b.b2",), 1, 2500, 0)
        assert [one.etat for one in ledger.import_files(files).fichiers] == ["connu", "retire"]
        assert [(one.noms, one.jour) for one in ledger.removed_files()] == [(("b.b2",), DAY)]
        with pytest.raises(LedgerError) as raised:
            ledger.forget_files([files[1]])
        assert raised.value.code == "fichier.absent"
        assert [one.etat for one in ledger.import_files(files, again=True).fichiers] == ["connu", "importe"]
        assert not ledger.removed_files()
        ledger.forget_files(files, for_real=True)
        ledger.admit(ledger.removed_files()[0].sha256)
        assert sorted(one.etat for one in ledger.import_files(files).fichiers) == ["importe", "retire"]
        ledger.forget(None, for_real=True)
        assert [one.etat for one in ledger.import_files(files).fichiers] == ["importe", "importe"]


def test_what_was_erased_does_not_come_back_by_its_file(tmp_path: Path) -> None:
    file = ("a.b2", flow(Inv(1, patient=1), Inv(2, patient=2)))
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files([file])
        ledger.forget(ledger.patients()[0].reference, for_real=True)
        ledger.forget_files(["a.b2"], for_real=True)
        assert [one.etat for one in ledger.import_files([file], again=True).fichiers] == ["retire"]
        assert not ledger.removed_files()


def test_several_files_of_one_name_are_told_apart_by_their_digests(tmp_path: Path) -> None:
    files = [("a.b2", flow(Inv(rank), code=f"{rank:06d}")) for rank in (1, 2)]
    digests = [digest_of(one) for one in files]
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files(files)
        with pytest.raises(LedgerError) as raised:
            ledger.forget_files(["a.b2"])
        assert raised.value.code == "fichier.plusieurs"
        ledger.forget_files([digests[0][:12]], for_real=True)
        assert [one.sha256 for one in ledger.files()] == [digests[1]]
