"""What a run says of itself: whether its total is that of what it pays, and on which day it was made."""

from __future__ import annotations

import datetime as dt

import noemie_samples as samples
import pytest
from suivi_world import build

from codes.states import Etat, EtatPart
from noemie import read_retour
from noemie.suivi.reponse import verdict
from noemie.suivi.runs import Bornes, Lectures, lectures_of, run_of, runs_of


def run(total: int, *acts: bytes) -> tuple[bool, bool, int | None, int]:
    """A return of the old family: its total agrees, it holds the complementary part, both sums."""
    entites = [
        *samples.ENTITES_ANCIEN[:4],
        *samples.ANCIENNE_FACTURE[:6],
        *acts,
        samples.cloture(3, 3, 1750),
        samples.cloture(2, 1, 1750),
        samples.cloture(1, 1, 1750),
        samples.fin(3, total),
    ]
    made, complement = run_of(read_retour(b"".join(entites)), "r.txt", None)
    return made.concorde, complement, made.total_annonce, made.total_lu


PAID, WITH_PART = samples.acte(1, "C", 2500, 70, 1750), samples.acte(1, "C", 2500, 70, 1750, 750)
BACK = samples.acte(1, "C", 2500, 70, -1750, 750)
DEBT = next(entite for entite in samples.VIREMENT_FORFAIT if entite.startswith(b"250"))  # of 5,00


@pytest.mark.parametrize(
    ("act", "total", "told"),
    [
        (PAID, 1750, (True, False)),
        (PAID, 1749, (False, False)),
        (WITH_PART, 1750, (True, False)),
        (WITH_PART, 2500, (True, True)),
        (WITH_PART, 2499, (False, False)),
        (WITH_PART, 750, (False, False)),
        (PAID + DEBT, 1750, (True, False)),
        (PAID + DEBT, 1250, (True, False)),
        (WITH_PART + DEBT, 2500, (True, True)),
        (WITH_PART + DEBT, 2000, (True, True)),
        (WITH_PART + DEBT, 1500, (False, False)),
        (BACK, -1750, (True, False)),
        (BACK, -2500, (True, True)),
        (BACK, -1000, (False, False)),
    ],
)
def test_the_total_of_a_run(act: bytes, total: int, told: tuple[bool, bool]) -> None:
    agrees, complement, announced, read = run(total, act)
    assert (agrees, complement) == told
    assert (announced, read) == (total, -1750 if act is BACK else 1750)


A, B = dt.date(2026, 3, 10), dt.date(2010, 3, 26)  # 260310, read in both ways


@pytest.mark.parametrize(
    ("lectures", "bornes", "day", "other"),
    [
        (Lectures((), None, decidee=False, lot=None), None, None, None),
        (Lectures((A,), A, decidee=True, lot=None), None, A, None),
        (Lectures((A,), None, decidee=False, lot=None), None, A, None),
        (Lectures((A, B), A, decidee=True, lot=None), None, A, None),
        (Lectures((A, B), B, decidee=True, lot=None), None, B, None),
        (Lectures((A, B), B, decidee=False, lot=None), None, B, A),
        # not before its batches, nor before the first sending
        (Lectures((A, B), B, decidee=False, lot=B), None, B, A),
        (Lectures((A, B), B, decidee=False, lot=B + dt.timedelta(1)), None, A, None),
        (Lectures((A, B), B, decidee=False, lot=None), (B, A), B, A),
        (Lectures((A, B), B, decidee=False, lot=None), (B + dt.timedelta(1), A), A, None),
        # nor a year after the last one
        (Lectures((A, B), A, decidee=False, lot=None), (B, A - dt.timedelta(365)), A, B),
        (Lectures((A, B), A, decidee=False, lot=None), (B, A - dt.timedelta(366)), B, None),
        # where no reading is possible, both are
        (Lectures((A, B), A, decidee=False, lot=A + dt.timedelta(1)), None, A, B),
        # what the run itself tells wins: a return may be older than all that is known of what was sent
        (Lectures((A, B), B, decidee=True, lot=B + dt.timedelta(1)), (A, A), B, None),
    ],
)
def test_the_day_of_a_run(
    lectures: Lectures, bornes: Bornes | None, day: dt.date | None, other: dt.date | None
) -> None:
    assert lectures.choisir(bornes) == (day, other)


def test_half_an_entity_at_the_end_says_nothing() -> None:
    entites = samples.ENTITES_ANCIEN
    stops = [sum(map(len, entites[:count])) for count in range(len(entites) + 1)]
    for count in (5, 8, 11):
        for more in (0, 6):
            (run,) = runs_of(read_retour(b"".join(entites)[: stops[count] + more]))
            assert len(run.entites) == count
    (whole,) = runs_of(read_retour(b"".join(entites)))
    assert len(whole.entites) == len(entites)


@pytest.mark.parametrize(
    ("written", "days"),
    [
        (b"260310", (A, B)),
        (b"260326", (dt.date(2026, 3, 26),)),  # the same both ways
        (b"320126", (dt.date(2032, 1, 26),)),
        (b"260132", (dt.date(2032, 1, 26),)),
        (b"261310", ()),
        (b"000000", ()),
        (b"      ", ()),
    ],
)
def test_the_readings_of_a_day(written: bytes, days: tuple[dt.date, ...]) -> None:
    debut = read_retour(samples.RETOUR_ANCIEN).debut
    assert debut is not None
    where = debut.layout.by_name["date_creation"].slice
    raw = samples.RETOUR_ANCIEN[: where.start] + written + samples.RETOUR_ANCIEN[where.stop :]
    assert lectures_of(read_retour(raw)).jours == days


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (PAID, Etat.PAYEE),
        (samples.acte(1, "C", 2500, 70, 1), Etat.PAYEE),  # this family does not tell what was claimed
        (BACK, Etat.REPRISE),
    ],
)
def test_an_answer_of_the_old_family(act: bytes, state: Etat) -> None:
    """What it pays is what it owes."""
    entites = [*samples.ENTITES_ANCIEN[:4], *samples.ANCIENNE_FACTURE[:6], act, samples.cloture(3, 1, 1750)]
    retour = read_retour(b"".join(entites))
    assert verdict(retour.factures[0], retour).etat is state


@pytest.mark.parametrize(("reject", "state"), [("wait", Etat.DIFFEREE), ("fix", Etat.REJETEE)])
def test_what_the_old_family_pays_nothing_of_is_something(reject: str, state: Etat) -> None:
    world = build(f"E f1 15/01 A/001 : 4=14.70+6.30 ; R r1 20/01 fam=old : V@20/01[4=0P/-!{reject}]")
    retour = read_retour(world.sources()[1][0][1])
    assert verdict(retour.factures[0], retour).etat is state


def test_a_part_that_is_told_twice_in_one_answer_is_told_in_two_pieces() -> None:
    pieces = [samples.part_amo(one, "P", one) for one in (1000, 855)]
    invoice = (*samples.facture("000000123"), *pieces, *samples.FACTURE_PAYEE[-3:])
    before = samples.CORPS_PS[: samples.CORPS_PS.index(samples.FACTURE_PAYEE[0])]
    retour = read_retour(b"".join((samples.debut(), *before, *invoice, samples.fin(3, 2650))))
    parts = verdict(retour.factures[0], retour).parts
    assert [(one.etat, one.demande, one.paye) for one in parts.values()] == [
        (EtatPart.PAYEE, 1855, 1855),
        (EtatPart.PAYEE, 795, 795),
    ]
