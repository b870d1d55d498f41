"""What providers met: each case through the import, then the lists, and the check of what comes next."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ledger_world import KEY

from codes.actions import Action
from codes.notes import Note
from codes.states import Etat
from fse import iter_factures
from noemie.ledger import Ledger
from noemie.ledger.already_sent import already_sent

CASES = zipfile.ZipFile(Path(__file__).parent / "data" / "cas.zip")


def case(name: str, *files: str) -> list[tuple[str, bytes]]:
    """The files of a case, or some of them."""
    found = {one.partition("/")[2]: one for one in CASES.namelist() if one.startswith(f"{name}/")}
    return [(file, CASES.read(found[file])) for file in files or found]


@contextmanager
def imported(folder: Path, *files: tuple[str, bytes]) -> Iterator[Ledger]:
    with Ledger(folder / "registre.db", key=KEY) as ledger:
        assert ledger.import_files(files).nombre("importe") == len(files)
        yield ledger


def states(ledger: Ledger, on: dt.date | None = None) -> dict[int, Etat]:
    return {int(one.numero): one.etat for one in ledger.invoice_states(on)}


def sums(ledger: Ledger) -> tuple[int, int, int]:
    """Claimed, paid, due: the same in the lines, the payments and the transfers."""
    lines = ledger.invoice_states()
    paid = sum(one.montant for one in ledger.payments())
    assert paid == sum(one.paye for one in lines) == sum(one.montant for one in ledger.transfers())
    return sum(one.demande for one in lines), paid, sum(one.reste for one in lines)


def warned(ledger: Ledger, data: bytes) -> list[tuple[str, int]]:
    comparison = already_sent(ledger).open()
    found = [one for facture in iter_factures(data) for one in comparison.compare(facture)]
    return [(one.rule.removeprefix("registre."), int(one.facture)) for one in found]


def test_a_part_that_is_awaited_is_late_in_its_time(tmp_path: Path) -> None:
    with imported(tmp_path, *case("base-envoi"), *case("01")) as ledger:
        assert states(ledger)[1] is Etat.PART_AMC_ATTENDUE
        (early,) = ledger.unanswered(dt.date(2026, 1, 21))
        assert (early.action, early.reste) == (Action.ATTENDRE, 1050)
        (late,) = ledger.unanswered(dt.date(2026, 3, 20))
        assert (late.action, late.jours, "mutuelle" in late.texte) == (Action.RELANCER, 64, True)
        assert ledger.to_resend().a_renvoyer == ()


def test_a_transfer_told_again_counts_once(tmp_path: Path) -> None:
    with imported(tmp_path, *case("base-envoi"), *case("02")) as ledger:
        assert sums(ledger) == (15800, 15800, 0)
        assert ledger.follow().suivi.notes == [Note.COPIE_PRESUMEE]
        assert ledger.statement("2026-01").total + ledger.statement("2026-02").total == 15800


def test_a_reject_that_was_paid_since_is_history(tmp_path: Path) -> None:
    with imported(tmp_path, *case("base-envoi"), *case("03")) as ledger:
        assert states(ledger)[2] is states(ledger)[4] is Etat.PAYEE
        lists = ledger.to_resend()
        assert (lists.a_renvoyer, lists.ne_pas_renvoyer, lists.autre_action) == ((), (), ())
        assert all(line.historique for line in ledger.rejects())


def test_a_payment_taken_back_is_told(tmp_path: Path) -> None:
    with imported(tmp_path, *case("base-envoi"), *case("04")) as ledger:
        assert [number for number, etat in states(ledger).items() if etat is Etat.REPRISE] == [1, 4]
        assert sums(ledger) == (15800, 11250, 4550)


def test_a_refused_invoice_redone_under_another_number(tmp_path: Path) -> None:
    files = [*case("base-envoi"), *case("05", "redo.b2", "r1.noe", "r2.noe")]
    with imported(tmp_path, *files) as ledger:
        assert (states(ledger)[4], states(ledger)[17]) == (Etat.REMPLACEE, Etat.PAYEE)
        assert sums(ledger) == (15800, 15800, 0)
        assert ledger.to_resend().a_renvoyer == ()
        ((_, again),) = case("05", "redo2.b2")
        assert [rule for rule, _ in warned(ledger, again)] == ["memes-soins"]


def test_a_return_corrected_is_never_paid_twice(tmp_path: Path) -> None:
    with imported(tmp_path, *case("base-envoi"), *case("06")) as ledger:
        assert sums(ledger) == (15800, 15700, 100)
        (line,) = [one for one in ledger.invoice_states() if one.numero.endswith("4")]
        assert (line.paye, line.action) == (2000, Action.VERIFIER_VIREMENT)


@pytest.mark.parametrize(
    "name", ["cat-P1.noe", "cat-P2.noe", "cat-P3.noe", "catcrlf-P1.noe", "cateof-P1.noe"]
)
def test_several_returns_in_a_file(tmp_path: Path, name: str) -> None:
    with imported(tmp_path, *case("base-envoi"), *case("08", name)) as ledger:
        assert sums(ledger) == (15800, 15800, 0)
        (file,) = [one for one in ledger.files() if one.nature == "retour"]
        assert file.retours == 2


def test_a_batch_refused_by_its_arl_and_sent_again(tmp_path: Path) -> None:
    with imported(tmp_path, *case("15")) as ledger:
        assert sums(ledger) == (15800, 15800, 0)
        assert ledger.to_resend().a_renvoyer == ()
        assert len(ledger.to_resend().deja_renvoyees) == 6


def test_a_number_that_serves_again_the_next_year(tmp_path: Path) -> None:
    with imported(tmp_path, *case("16", "y25.b2", "a25.noe")) as ledger:
        assert states(ledger) == {4: Etat.PAYEE}
        ((_, next_year),) = case("16", "y26.b2")
        assert warned(ledger, next_year) == []


def test_an_amc_that_answers_under_a_batch_of_its_own(tmp_path: Path) -> None:
    with imported(tmp_path, *case("base-envoi"), *case("19")) as ledger:
        assert states(ledger)[1] is Etat.PAYEE
        assert states(ledger)[2] is Etat.PAYEE_EN_PARTIE
        assert not [one for one in ledger.invoice_states() if one.etat is Etat.ORPHELINE]


def test_the_same_care_under_two_numbers(tmp_path: Path) -> None:
    with imported(tmp_path, *case("26", "twice.b2")) as ledger:
        assert ledger.follow().suivi.notes == [Note.MEMES_SOINS]
        ((_, later),) = case("26", "later.b2")
        assert "memes-soins" in {rule for rule, _ in warned(ledger, later)}
