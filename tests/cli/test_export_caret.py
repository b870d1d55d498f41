"""The bytes under a finding: what is shown, what is covered, where the carets stand."""

import pytest
from cli_samples import DAMAGE, flow, leaks, retour

from cli.check import caret
from cli.check.batch import Order, check_one
from cli.check.data import remarque
from cli.check.findings import with_excerpt
from cli.check.policy import Policy
from cli.export import Remark
from cli.words.speech import speaking
from flatfile import Finding
from fse import iter_records, norme
from noemie import read_retour

LAYOUT = norme("PS-2003C").layouts["5"]
ENTETE = norme("PS-2003C").layouts["2"]


def record(**values):
    given = {"numero_ps": "991068040", "nir": "1770288888042", "cle_nir": "19", "numero_facture": "000000012"}
    return LAYOUT.record({**given, "total_depense": 2500, "total_amo": 1750, **values})


def shown(made, lang="en"):
    with speaking(lang):
        return caret.lines(made)


def test_two_lines():
    assert shown(caret.excerpt(record(), "total_amo", 40)) == (
        " 54 │ ••••00002500000017500000000000000000····",
        "    │             ^^^^^^^^",
    )


def test_carets_stand_under_the_field():
    one = record()
    for field in LAYOUT.fields:
        for width in (16, 40, 64, 200):
            made = caret.excerpt(one, field.name, width)
            assert made.start + made.caret == field.start
            assert made.width == min(field.length, width)
            assert len(made.text) <= width
            first, second = shown(made)
            assert first.index("│") == second.index("│")
            assert second.count("^") == made.width


@pytest.mark.parametrize("layout", norme("PS-2003C").layouts.values(), ids=lambda layout: layout.name)
def test_personal_fields_are_covered_whole(layout):
    raw = b"".join(
        (b"7" if field.kind.numeric else b"Z") * field.length if field.personal else b" " * field.length
        for field in layout.fields
    )
    blank = layout.build({})
    for field in layout.fields:
        if field.personal:
            for content in (raw, blank):  # neither the value nor its length
                found = caret.excerpt(layout.record({}).__class__(layout, content), field.name, 128)
                piece = found.text[found.caret : found.caret + found.width]
                assert piece == "•" * field.length
                assert "Z" not in found.text


def test_a_wrong_field_shows_its_shape():
    wrong = record(total_amo=b"ZEB 17,5")
    first, second = shown(caret.excerpt(wrong, "total_amo", 40))
    assert first == " 54 │ ••••00002500AAA·99,90000000000000000····"
    assert second == "    │             ^^^^^^^^  shape: 9 digit, A letter"
    assert shown(caret.excerpt(wrong, "total_amo", 40), "fr")[1].endswith("  forme : 9 chiffre, A lettre")


def test_two_wrong_fields_may_be_a_shifted_record():
    wrong = record(total_amo=b"ZEB 17,5", total_depense=b"QUETZAL ")
    assert shown(caret.excerpt(wrong, "total_amo", 40))[0] == " 54 │ " + "•" * 12 + "AAA·99,9" + "•" * 20
    sound = shown(caret.excerpt(wrong, "total_amc", 30))
    assert sound == (
        " 71 │ •••••••••••99999999•••••••••••",
        "    │            ^^^^^^^^  shape: 9 digit, A letter",
    )


def test_what_should_be_blank_shows_its_shape():
    blank = max(
        (field for field in LAYOUT.fields if field.kind.base == "blank"), key=lambda field: field.length
    )
    full = record(**{blank.name: b"Z7" * (blank.length // 2) + b" " * (blank.length % 2)})
    found = caret.excerpt(full, blank.name)
    assert found.shape
    assert set(found.text[found.caret : found.caret + found.width]) <= set("A9·")
    assert not caret.excerpt(record(), blank.name).shape


def test_nothing_of_a_damaged_record_is_shown():
    wrong = record(total_amo=b"ZEBULON ", total_depense=b"QUETZAL ", total_participation_assure=b"XANTIPPE")
    first, second = shown(caret.excerpt(wrong, "total_amo", 40))
    assert set(first.partition("│ ")[2]) == {"•"}
    assert "^" * 8 in second
    assert "shape" not in second


def test_a_record_cut_short():
    cut = record()
    cut = type(cut)(cut.layout, cut.raw[:70])
    assert set(caret.excerpt(cut, "total_amo").text) == {"•"}
    assert caret.excerpt(cut, "total_amo").width == 5
    assert caret.excerpt(cut, "total_amc") is None
    assert caret.excerpt(cut, "no_such_field") is None


def test_unprintable_bytes():
    one = ENTETE.record({"numero_facture": "000000012"}).replace(nature_operation=b"\x1b")
    found = caret.excerpt(one, "nature_operation")
    assert found.text.isprintable()
    assert "\x1b" not in found.text


def test_the_text_report_has_the_two_lines():
    remark = Remark(
        Finding("cle.nir", 3, type="5", field="total_amo"),
        "error",
        excerpt=caret.excerpt(record(), "total_amo"),
    )
    bare = Remark(Finding("cle.nir", 3), "error")
    assert with_excerpt(remark, remarque(remark)).excerpt == caret.lines(remark.excerpt)
    assert with_excerpt(bare, remarque(bare)).excerpt == ()


def test_records_are_read_as_far_as_needed():
    read = []

    def records():
        for each in iter_records(flow(5)):
            read.append(each.number)
            yield each

    found = caret.excerpts(
        records(), [Finding("cle.nir", 3, type="2", field="cle_nir"), Finding("cle.nir", 0)]
    )
    assert set(found) == {(3, "cle_nir")}
    assert read == [1, 2, 3]
    assert caret.excerpts(records(), []) == {}
    assert read == [1, 2, 3]


def test_entities_of_a_return():
    entites = read_retour(retour()).entites
    (rejet,) = [entite for entite in entites if entite.type == "294"]
    findings = [
        Finding("retour.x", rejet.number, type="294", field=name) for name in ("code_rejet", "libelle_rejet")
    ]
    found = caret.excerpts(entites, findings)
    assert "2900" in found[rejet.number, "code_rejet"].text
    assert leaks("".join(made.text for made in found.values())) == []
    label = found[rejet.number, "libelle_rejet"]
    assert set(label.text[label.caret : label.caret + label.width]) == {"•"}


@pytest.mark.parametrize("damage", ["whole", *DAMAGE])
@pytest.mark.parametrize("make", [flow, retour], ids=["flow", "return"])
def test_no_marker_in_any_excerpt(tmp_path, make, damage):
    path = tmp_path / "file"
    path.write_bytes(DAMAGE.get(damage, lambda data: data)(make()))
    report = check_one(Order(str(path), Policy(), verbose=True, context=120)).report
    text = "\n".join(remark.excerpt.text for remark in report.remarks if remark.excerpt)
    assert leaks(text) == []
    if damage == "nul" and make is flow:
        assert text
