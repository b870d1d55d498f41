"""Facts put together for a day, and lookups in memory."""

from __future__ import annotations

import pytest
from rights_samples import CARE, FACT, NIR, OTHER_NIR, day, fact

from fse.rights import Droit, Personne, Reponse, Rights, au_jour, c2s_of


def at(date: str, *facts: Droit) -> Reponse:
    answer = au_jour(facts, day(date))
    assert answer is not None
    return answer


OPEN_UNTIL = fact(ouvert_au=day("2025-12-31"))


# --- one fact -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "first", "last", "expected"),
    [
        ("2019-12-31", "2020-01-01", "2025-12-31", False),
        ("2020-01-01", "2020-01-01", "2025-12-31", True),
        ("2025-12-31", "2020-01-01", "2025-12-31", True),
        ("2026-01-01", "2020-01-01", "2025-12-31", False),
        ("2099-01-01", "2020-01-01", None, True),
        ("1999-01-01", None, "2025-12-31", True),
        ("2025-01-01", None, None, None),
    ],
)
def test_a_period_of_rights(date: str, first: str | None, last: str | None, expected: bool | None) -> None:
    """Both days are included, a missing one is open; without any, rights are not told."""
    answer = at(date, fact(ouvert_du=first and day(first), ouvert_au=last and day(last)))
    assert answer.ouvert is expected
    assert ("droits" in answer.constate_le) is (expected is not None)


def test_what_is_not_told_is_no_no() -> None:
    answer = at("2026-01-05", FACT)
    assert (answer.c2s, answer.smg, answer.medecin_traitant, answer.exonerations) == (None, None, None, ())
    assert answer.constate_le == {"organisme": FACT.constate_le, "droits": FACT.constate_le}
    assert au_jour((), CARE) is None


@pytest.mark.parametrize(
    ("changes", "field", "inside", "outside"),
    [
        ({"c2s": True, "c2s_au": day("2025-12-31")}, "c2s", True, False),
        ({"c2s": False, "c2s_au": day("2025-12-31")}, "c2s", False, False),
        ({"smg": True, "attestation_au": day("2025-12-31")}, "smg", True, False),
        ({"exoneration": "4", "couverture_au": day("2025-12-31")}, "exonerations", ("4",), ()),
        ({"code_couverture": "10101", "couverture_au": day("2025-12-31")}, "code_couverture", "10101", ""),
        ({"medecin_traitant": True}, "medecin_traitant", True, True),
        ({"medecin_traitant": False}, "medecin_traitant", False, False),
    ],
)
def test_a_subject_has_a_period_of_its_own(
    changes: dict[str, object], field: str, inside: object, outside: object
) -> None:
    told = fact(**changes)
    assert getattr(at("2025-06-01", told), field) == inside
    assert getattr(at("2026-01-01", told), field) == outside


def test_an_exemption_that_is_over_is_told_and_holds_no_more() -> None:
    answer = at("2026-01-01", fact(exoneration="4", couverture_au=day("2025-12-31")))
    assert "exoneration" in answer.constate_le
    assert (answer.exonerations, answer.couverture_au) == ((), None)


def test_closed_rights_show_the_last_period_before_the_day() -> None:
    answer = at("2026-01-05", fact(ouvert_au=day("2022-12-31")), OPEN_UNTIL)
    assert (answer.ouvert, answer.ouvert_au) == (False, day("2025-12-31"))
    assert at("2010-01-01", OPEN_UNTIL).ouvert_du == day("2020-01-01")


# --- several facts --------------------------------------------------------------------------------------


def test_several_periods_told_on_one_day() -> None:
    """A card tells several; the last that began comes first."""
    base = fact(exoneration="0")
    ill = fact(exoneration="4", couverture_du=day("2024-01-01"), couverture_au=day("2025-12-31"))
    assert at("2023-01-01", base, ill).exonerations == ("0",)
    assert at("2025-01-01", base, ill).exonerations == ("4",)
    assert at("2025-01-01", ill, base).couverture_au == day("2025-12-31")
    assert at("2026-01-01", base, ill).exonerations == ("0",)


def test_a_newer_fact_replaces_an_older_one() -> None:
    older = fact(ouvert_au=day("2027-12-31"), constate_le=day("2024-01-01"))
    newer = fact(ouvert_au=day("2024-03-31"), constate_le=day("2024-04-02"))
    for facts in ((older, newer), (newer, older)):
        answer = at("2026-01-05", *facts)
        assert answer.ouvert is False
        assert answer.constate_le["droits"] == day("2024-04-02")


def test_a_newer_fact_says_nothing_of_what_came_before_it() -> None:
    older = fact(ouvert_du=day("2020-01-01"), ouvert_au=day("2022-12-31"), constate_le=day("2021-05-01"))
    newer = fact(ouvert_du=day("2024-01-01"), constate_le=day("2026-01-02"))
    assert at("2021-06-01", older, newer).ouvert is True
    assert at("2021-06-01", older, newer).constate_le["droits"] == day("2021-05-01")
    assert at("2023-06-01", older, newer).ouvert is False
    assert at("2026-06-01", older, newer).ouvert is True


def test_a_change_of_caisse() -> None:
    before = fact(caisse="421", ouvert_au=day("2025-06-30"), constate_le=day("2025-01-01"))
    after = fact(regime="08", caisse="756", centre="0100", ouvert_du=day("2025-07-01"))
    assert at("2025-06-30", before, after).organisme == ("01", "421", "0000")
    assert at("2025-07-01", before, after).organisme == ("08", "756", "0100")
    assert at("2025-07-01", before, after).organisme_destinataire == "756"


def test_subjects_come_from_different_facts() -> None:
    card = fact(source="carte", constate_le=day("2026-01-01"))
    answer = at("2026-01-05", card, fact(smg=True, ouvert_du=None, regime="", caisse="", centre=""))
    assert (answer.ouvert, answer.smg, answer.sources) == (True, True, ("carte", "cdr"))
    assert answer.constate_le["smg"] == day("2026-01-02")


def test_a_day_that_is_not_told_is_the_oldest() -> None:
    undated = fact(medecin_traitant=True, constate_le=None)
    assert at("2026-01-05", undated).constate_le["medecin_traitant"] is None
    assert at("2026-01-05", undated, fact(medecin_traitant=False)).medecin_traitant is False


@pytest.mark.parametrize(
    ("regime", "caisse", "centre", "expected"),
    [("04", "999", "0000", "110"), ("08", "835", "0300", "835"), ("02", "381", "0000", "")],
)
def test_whom_to_bill(regime: str, caisse: str, centre: str, expected: str) -> None:
    """By the rules of `fse.ssv.destinataire`, which leave some régimes to a table that is not public."""
    told = fact(regime=regime, caisse=caisse, centre=centre)
    assert at("2026-01-05", told).organisme_destinataire == expected
    assert at("2026-01-05", fact(organisme_destinataire="999")).organisme_destinataire == "999"


# --- lookups --------------------------------------------------------------------------------------------

CHILD = fact(date_naissance="20121332", nom="MARQUEUR", nom_patronymique="", prenom="PETIT", qualite="E")
TWIN = fact(date_naissance="20121332", rang_naissance="2", nom="D'ESSAI", prenom="PETITE", qualite="E")
FAMILY = Rights.of([FACT, CHILD, TWIN, fact(nir=OTHER_NIR, nir_individuel=NIR, regime="08")])


def test_by_nir() -> None:
    assert len(FAMILY.assure("", NIR)) == 4
    assert FAMILY.assure("01", f"{NIR[:1]} {NIR[1:]} 40") == [FACT, CHILD, TWIN]
    assert len(FAMILY.assure("08", NIR)) == 1
    assert FAMILY.assure("", "2990199999999") == []
    assert (FAMILY.knows(NIR), FAMILY.knows(OTHER_NIR), FAMILY.knows("2990199999999")) == (True, True, False)


@pytest.mark.parametrize(
    ("name", "birth", "found"),
    [
        ("marqueur", "01/01/1980", [FACT]),
        ("Zébulon", "800101", [FACT]),
        ("MARQUEUR", "2012-13-32", [CHILD]),
        ("d essai", "201213320000", [TWIN]),
        ("MARQUEUR", "1981-01-01", []),
        ("MARQUEUR", "", []),
        ("", "800101", []),
    ],
)
def test_by_name(name: str, birth: str, found: list[Droit]) -> None:
    assert [droit for droit in FAMILY.find(name, birth) if droit.nir == NIR] == found


def test_one_beneficiary() -> None:
    assert FAMILY.personne(Personne.of(NIR, "121332", "2")) == [TWIN]
    assert FAMILY.personne(Personne.of(NIR, "121332", "0")) == [CHILD]
    assert FAMILY.personne(Personne.of(NIR, "121332", "3")) == ()
    answer = FAMILY.at(NIR, "800101", "1", CARE)
    assert answer is not None
    assert answer.qualite == "A"
    assert FAMILY.at(NIR, "990101", "1", CARE) is None


def test_the_last_day_told() -> None:
    assert Rights.of([]).dernier_constat is None
    assert Rights.of([FACT, fact(constate_le=None)]).dernier_constat == FACT.constate_le


@pytest.mark.parametrize(("code", "expected"), [("1", True), ("03", True), ("00", False), ("10", False)])
def test_services(code: str, expected: bool) -> None:
    assert c2s_of(code) is expected


@pytest.mark.parametrize("code", ["11", "", "X", "²"])
def test_services_whose_meaning_is_not_published(code: str) -> None:
    assert c2s_of(code) is None


def test_no_repr_tells_who_it_is() -> None:
    shown = repr((FACT, FACT.personne, FAMILY, FAMILY.at(NIR, "800101", "1", CARE)))
    assert (
        shown == "(<Droit 01-421-0000 2026-01-02 cdr>, <Personne>, <Rights: 2 assurés>, <Reponse 2026-01-05>)"
    )
