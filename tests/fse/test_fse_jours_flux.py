"""Days of a whole flow written JJMMAA: told where nothing else can be meant, and of no clean flow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pytest
from fse_flows import Ligne, facture_cp, facture_ps, findings, flux_cp, flux_ps, octets, rules

from codes.rules import catalogue
from fixtures.generate import Parametres, generate
from fixtures.profils import PROFILES
from fse import check, read_flux
from fse.causes import explain

RULE = "date.flux-jjmmaa"
NORMS = [(name, norm) for name, profile in PROFILES.items() for norm in profile.norms]
ALL_NORMS = pytest.mark.parametrize(("profile", "norm"), NORMS, ids=["-".join(one) for one in NORMS])


def flow(days: Sequence[str], batch: str) -> bytes:
    """One invoice a day, under a batch of another day; days as written."""
    factures = [facture_ps(rank, [Ligne(jour=day)], jour=day) for rank, day in enumerate(days, start=1)]
    return octets(flux_ps(factures, jour=batch))


TURNED = ("100126", "110126", "130126", "150126")


@pytest.mark.parametrize(
    ("days", "batch", "told"),
    [
        (TURNED, "150126", True),
        (TURNED, "260115", True),  # the batch alone is right
        (("101026", "111026", "131026", "151026"), "151026", True),  # a month of two figures
        (TURNED, "310126", True),
        (TURNED, "000000", False),  # nothing tells when the flow was made
        (TURNED, "140126", False),  # care after the batch, both ways
        (TURNED, "270115", True),  # sent a year later
        (TURNED, "280115", True),  # or two
        (TURNED, "290115", False),  # or another flow
        (("100126", "110126", "130126", "180126"), "180126", True),  # eight years apart, read AAMMJJ
        (TURNED[1:], "150126", False),  # three days are too few
        (("110126", "120126", "140126", "150126"), "150126", False),  # and those too near
        ((*TURNED, "260112"), "150126", False),  # one of them is right
        ((*TURNED, "000000"), "150126", True),
        (("100126", "110225", "130126", "150124"), "150126", True),  # the care of two years
        (("100126", "110225", "130126", "150123"), "150126", False),
        (tuple(f"{day}0112" for day in ("01", "02", "07", "12")), "120112", True),
        (tuple(f"12010{day}" for day in "1279"), "120112", False),
        (tuple(f"{year}0110" for year in ("23", "24", "25", "26")), "260110", False),
    ],
)
def test_when_it_is_told(days: tuple[str, ...], batch: str, told: bool) -> None:
    assert (RULE in rules(flow(days, batch))) is told


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        (
            "fr",
            "les dates de tout le flux sont sans doute écrites JJMMAA : "
            "100126 (4 jours différents, de 2010 à 2015) ; attendu 260110 (AAMMJJ)",
        ),
        (
            "en",
            "the days of the whole flow are probably written JJMMAA: "
            "100126 (4 distinct days, from 2010 to 2015); expected 260110 (AAMMJJ)",
        ),
    ],
)
def test_what_is_told(lang: str, text: str) -> None:
    (one,) = findings(flow(TURNED, "150126"))
    assert catalogue()[RULE].message(lang, one.expected, found=one.found) == text


def test_establishments() -> None:
    """The days of stays tell it, where there is no day of billing."""
    days = [f"{day}1225" for day in (10, 11, 13, 15)]
    stays = [facture_cp(rank, [Ligne(jour=day)]) for rank, day in enumerate(days, start=1)]
    found = findings(octets(flux_cp(stays)))
    assert [one.field for one in found if one.rule == RULE] == ["date_debut"]


def test_each_of_two_flows_in_a_file_is_looked_at_alone() -> None:
    wrong, right = flow(TURNED, "150126"), flow([f"26011{day}" for day in "0135"], "260115")
    for data in (wrong + right, right + wrong):
        assert sorted(one.rule for one in check(data)) == [RULE, "structure.debut-double"]
    assert sorted(one.rule for one in check(wrong + wrong)) == [RULE, RULE, "structure.debut-double"]


def test_what_follows_is_folded() -> None:
    """A day that its batch seems to come before is no cause of its own."""
    data = flow(("100126", "110126", "130126", "280126"), "260128")
    (one,) = explain(data, check(data))
    assert (one.rule, one.record) == (RULE, 3)
    assert {other.rule for other in one.consequences} == {"date.facturation-lot", "date.autre-jjmmaa"}


def moved(data: bytes, norm: str, move: Callable[[dt.date], dt.date]) -> bytes:
    """The flow with all its days moved, births excepted."""
    raws = []
    for record in read_flux(data, norm=norm).records:
        raw = record.raw
        for field in record.layout.fields:
            day = record.get(field.name, dt.date) if field.kind.base == "date" and field.length == 6 else None
            if day is not None and field.name != "date_naissance":
                raw = raw[: field.slice.start] + f"{move(day):%y%m%d}".encode() + raw[field.slice.stop :]
        raws.append(raw)
    return b"".join(raws)


#: What is done to the days of a right flow, which stays one as far as these go.
MOVES: dict[str, Callable[[dt.date], dt.date]] = {
    "as they are": lambda day: day,
    **{
        str(year): lambda day, by=2026 - year: day - dt.timedelta(days=365 * by) for year in range(2001, 2013)
    },
    "one day of the month": lambda day: day.replace(day=day.year - 2000),
    "the first of the month": lambda day: day.replace(day=1),
    "January": lambda day: day.replace(month=1),
    "one day": lambda day: dt.date(2026, 1, 26),
}


@ALL_NORMS
def test_no_clean_flow_has_it(profile: str, norm: str) -> None:
    for invoices, months in ((5, 1), (40, 1), (40, 12), (40, 24)):
        for one in generate(Parametres(profile, seed=5, invoices=invoices, norm=norm, months=months)):
            for move in MOVES.values():
                assert RULE not in {found.rule for found in check(moved(one.data, norm, move), norm=norm)}
