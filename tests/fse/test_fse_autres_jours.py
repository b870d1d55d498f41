"""Days besides those of acts, written JJMMAA; the same days where they may be what they say."""

from __future__ import annotations

import pytest
from fse_flows import Ligne, facture_cp, facture_ps, flux_cp, flux_ps, octets, put

from flatfile import Finding
from flatfile.findings import in_language
from fse import check
from fse.causes import explain
from fse.normes import norme

STAY = Ligne("SNS", 10530, 100, 10530, 10530)
#: Born in July 1980, of a NIR that says so.
BORN = ("1800799999999", f"{97 - 1800799999999 % 97:02d}")


def flow(type: str = "", *, cp: bool = False) -> list[str]:
    complements = (type[1:],) if len(type) == 2 else ()
    if cp:
        return flux_cp([facture_cp(1, [STAY])])
    return flux_ps([facture_ps(1, [Ligne(complements=complements)], personne=BORN)])


def written(records: list[str], type: str, **days: str) -> list[str]:
    """The flow with days written in its first record of that type."""
    layouts = norme("CP-2005E" if "CP" in records[0] else "PS-2003C").layouts
    rank = (
        next(
            rank
            for rank, one in enumerate(records)
            if rank > 1 and one[0] == type[0] and one[35:36] == type[1:]
        )
        if len(type) == 2
        else next(rank for rank, one in enumerate(records) if one.startswith(type))
    )
    for name, day in days.items():
        records = put(records, rank, layouts[type].by_name[name].start, day)
    return records


def told(records: list[str]) -> list[Finding]:
    """What is told of a flow; both engines find the same."""
    found = list(check(octets(records)))
    assert found == list(check(octets(records), engine="reference"))
    return explain(octets(records), found)


@pytest.mark.parametrize(
    ("type", "name", "day", "right"),
    [
        ("2", "date_prescription", "020126", "260102"),
        ("2", "date_maternite", "151225", "251215"),
        ("2", "date_facturation", "050126", "260105"),
        ("4", "date_demande_accord", "030126", "260103"),
        ("4S", "date_demande_accord", "300925", "250930"),
        ("4M", "date_seance", "050126", "260105"),
        ("4F", "date_debut", "050126", "260105"),
        ("4F", "date_fin", "050126", "260105"),
        ("4U", "date_depart", "050126", "260105"),
    ],
)
def test_a_day_written_the_other_way_round(type: str, name: str, day: str, right: str) -> None:
    (one,) = told(written(flow(type), type, **{name: day}))
    assert (one.rule, one.type, one.field, one.found, one.expected) == (
        "cause.jjmmaa",
        type,
        name,
        day,
        right,
    )


@pytest.mark.parametrize(
    ("type", "name", "day"),
    [
        ("2", "date_prescription", "210125"),  # glasses: five years
        ("2", "date_prescription", "251231"),
        ("2", "date_prescription", "110523"),  # years ago either way
        ("2", "date_maternite", "260831"),  # to come
        ("4", "date_demande_accord", "200126"),
        ("4F", "date_debut", "240126"),
        ("4M", "date_seance", "240125"),  # care of two years ago
        ("4U", "date_depart", "250105"),
        ("2", "date_naissance", "800732"),  # a day that is none, and none of the NIR
    ],
)
def test_a_day_that_may_be_what_it_says(type: str, name: str, day: str) -> None:
    rules = [one.rule for one in told(written(flow(type), type, **{name: day}))]
    assert not {"cause.jjmmaa", "date.autre-jjmmaa"} & set(rules)


def test_a_birth_whose_year_and_month_the_nir_tells() -> None:
    (one,) = told(written(flow(), "2", date_naissance="120780"))
    assert (one.rule, one.field) == ("cause.jjmmaa", "date_naissance")
    assert in_language(one.found, "en") == "6 digits"
    (alone,) = one.consequences
    assert in_language(alone.expected, "en") == "a day YYMMDD"
    assert told(written(flow(), "2", date_naissance="120680")) == []  # of another month


@pytest.mark.parametrize("name", ["date_entree", "date_hospitalisation", "date_prise_en_charge"])
def test_a_day_of_a_stay_is_compared_with_those_of_its_lines(name: str) -> None:
    records = flow(cp=True)
    began = records[3][norme("CP-2005E").layouts["3"].by_name["date_debut"].slice]
    turned = began[4:] + began[2:4] + began[:2]
    assert [(one.rule, one.field) for one in told(written(records, "2", **{name: turned}))] == [
        ("cause.jjmmaa", name)
    ]
    assert told(written(records, "2", **{name: "02" + turned[2:]})) == []  # a long stay


def test_all_the_days_of_one_invoice() -> None:
    records = flux_ps([facture_ps(number, [Ligne(), Ligne("VGS")]) for number in (1, 2, 3)])
    second = next(rank for rank, one in enumerate(records) if one[0] == "2" and one[26:35] == "000000002")
    layouts = norme("PS-2003C").layouts
    for rank, name in ((second, "date_facturation"), (second + 1, "date_acte"), (second + 2, "date_acte")):
        records = put(records, rank, layouts[records[rank][0]].by_name[name].start, "050126")
    (one,) = told(records)
    assert (one.rule, one.record) == ("cause.jjmmaa", second + 1)


@pytest.mark.parametrize("type", ["4", "4S", "4M", "4F", "4U", "2"])
@pytest.mark.parametrize("more", [b"", b"2", b"26", b" 26"])
def test_what_is_remembered_with_the_year_of_billing_has_the_length_of_a_record(
    type: str, more: bytes
) -> None:
    """A record with as many bytes as a right one and its year is no right record."""
    raws = [one.encode("latin-1") for one in flow(type)]
    ranks = [at for at, raw in enumerate(raws) if at > 1 and (raw[:1] + raw[35:36]).decode().strip() == type]
    rank = ranks[0] if ranks else next(at for at, raw in enumerate(raws) if raw[:1].decode() == type)
    for kept in (127, 128):
        data = b"".join([*raws[:rank], raws[rank][:kept] + more, *raws[rank + 1 :]])
        found = list(check(data))
        assert found == list(check(data, engine="reference"))
        assert found or len(raws[rank][:kept] + more) == 128
