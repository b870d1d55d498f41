"""One edit of a flow gives one headline: its cause, at its place, with what it explains under it."""

from __future__ import annotations

import itertools
import random

import pytest
from fse_flows import PERSONNES, Ligne, facture_cp, facture_ps, flux_cp, flux_ps, octets, put

from codes.rules import catalogue
from fixtures.faults import CAUSES, FAULTS, example
from flatfile import Finding
from flatfile.findings import in_language
from fse import check
from fse.causes import explain, ordre
from fse.normes import norme
from fse.rules.valeurs import shape

STAY = Ligne("SNS", 10530, 100, 10530, 10530)
PS = flux_ps([facture_ps(i, [Ligne(), Ligne("VGS")], personne=PERSONNES[i % 3]) for i in (1, 2, 3)])
CP = flux_cp([facture_cp(i, [STAY, STAY], personne=PERSONNES[i % 3]) for i in (1, 2, 3)])


def headlines(data: bytes) -> list[Finding]:
    """What is told of a flow; both engines find the same to be explained."""
    found = list(check(data))
    assert found == list(check(data, engine="reference"))
    return explain(data, found)


def flat(findings: list[Finding]) -> list[Finding]:
    return [one for finding in findings for one in (finding, *finding.consequences)]


def test_every_cause_has_its_fault() -> None:
    assert set(CAUSES) == {id for id in catalogue() if id.startswith("cause.")}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("rule", CAUSES)
def test_one_edit_has_one_cause(rule: str, seed: int) -> None:
    flow, damaged = example(rule, seed, invoices=12)
    assert headlines(flow.data) == []
    raw = list(check(damaged.data))
    told = headlines(damaged.data)
    assert [one.rule for one in told] == [rule]
    assert set(told[0].consequences) == set(raw)
    assert told[0].record > 0
    assert told[0].found
    assert told[0].expected


@pytest.mark.parametrize("rule", CAUSES)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_words_of_a_cause_have_their_facts(rule: str, lang: str) -> None:
    _, damaged = example(rule, 1, invoices=12)
    told = headlines(damaged.data)[0]
    text = catalogue()[rule].message(lang, told.expected, found=told.found)
    assert "?" not in text
    assert "¦" not in text
    assert in_language(told.expected, lang) in text


@pytest.mark.parametrize("rule", sorted(FAULTS))
def test_no_finding_is_lost(rule: str) -> None:
    """Whatever the causes, each finding is told once: on its own or under one."""
    if FAULTS[rule].unreadable:
        return
    _, damaged = example(rule, 1)
    raw = list(check(damaged.data, norm=FAULTS[rule].norm))
    told = flat(explain(damaged.data, raw, norm=FAULTS[rule].norm))
    kept = [one for one in told if not one.rule.startswith("cause.")]
    places = sorted((one.rule, one.record, one.field) for one in kept)
    found = sorted((one.rule, one.record, one.field) for one in raw)
    assert places == found or {one[0] for one in places} - {one[0] for one in found} == {
        "fichier.fin-de-ligne"
    }


def edited(records: list[str], *edits: tuple[int, int, str]) -> bytes:
    for rank, start, text in edits:
        records = put(records, rank, start, text)
    return octets(records)


@pytest.mark.parametrize(
    ("data", "rule", "record", "field", "found", "expected"),
    [
        # one figure of a line, told by the others and by the totals
        (edited(PS, (3, 103, "010")), "cause.valeur", 4, "taux", "10 %", "70 %"),
        (edited(PS, (3, 89, "0003500")), "cause.valeur", 4, "prix_unitaire", "35,00 €", "25,00 €"),
        (edited(CP, (3, 76, "0099999")), "cause.valeur", 4, "prix_unitaire", "999,99 €", "105,30 €"),
        # a total in euros
        (edited(PS, (5, 58, "00000050")), "cause.euros", 6, "total_depense", "0,50 €", "50,00 €"),
        # the header is the one that differs
        (
            edited(PS, (2, 27, "000000009")),
            "structure.entete-differe",
            3,
            "numero_facture",
            "000000009",
            "000000001",
        ),
    ],
)
def test_a_value(data: bytes, rule: str, record: int, field: str, found: str, expected: str) -> None:
    told = headlines(data)
    assert [(one.rule, one.record, one.field, one.found, one.expected) for one in told] == [
        (rule, record, field, found, expected)
    ]


def without(records: list[str], *ranks: int) -> bytes:
    return octets([one for rank, one in enumerate(records) if rank not in ranks])


def exchanged(records: list[str], first: int, second: int) -> bytes:
    made = list(records)
    made[first], made[second] = made[second], made[first]
    return octets(made)


IN_EUROS = ((3, 89, "0000025"), (3, 96, "0000025"), (3, 106, "0000017"), (3, 113, "0000025"))


@pytest.mark.parametrize(
    ("data", "rule", "record"),
    [
        # a record of each type lost, in a flow of city care and in one of establishments
        *((without(flow, 0), "cause.enregistrement-perdu", 1) for flow in (PS, CP)),
        *((without(flow, 1), "cause.enregistrement-perdu", 2) for flow in (PS, CP)),
        *((without(flow, 2), "cause.enregistrement-perdu", 3) for flow in (PS, CP)),
        *((without(flow, 3), "cause.ligne-perdue", 4) for flow in (PS, CP)),
        *((without(flow, 5), "cause.enregistrement-perdu", 5) for flow in (PS, CP)),
        *((without(flow, len(flow) - 2), "cause.enregistrement-perdu", len(flow) - 2) for flow in (PS, CP)),
        *((without(flow, len(flow) - 1), "cause.enregistrement-perdu", len(flow) - 1) for flow in (PS, CP)),
        # the only invoice of a batch
        (without(flux_ps([facture_ps(1)]), 2, 3, 4), "cause.facture-perdue", 3),
        # headers, then lines, of two invoices in each other's place
        *((exchanged(flow, 2, 6), "cause.permutes", 3) for flow in (PS, CP)),
        *((exchanged(flow, 3, 7), "cause.permutes", 4) for flow in (PS, CP)),
        # a whole line in euros, its price among them
        (edited(PS, *IN_EUROS), "cause.euros", 4),
        # the day of the batch, of an act that no prescription comes before
        (edited(PS, (1, 72, "050126")), "cause.jjmmaa", 2),
        (edited(PS, (3, 68, "050126")), "cause.jjmmaa", 4),
        # a file that was cut, in each of its last records
        *(
            (octets(flow)[: 128 * at + 40], "fichier.tronque", at + 1)
            for flow in (PS, CP)
            for at in (2, 3, 5)
        ),
        *((octets(flow)[:-40], "fichier.tronque", len(flow)) for flow in (PS, CP)),
        # blanks taken off one record, or off all
        (octets(PS).replace(PS[5].encode(), PS[5].encode().rstrip()), "fichier.blancs-retires", 6),
        (b"".join(one.encode().rstrip() + b"\r\n" for one in CP), "fichier.blancs-retires", 1),
        # a file of establishments in lower case
        (octets(CP).lower(), "cause.minuscules", 1),
    ],
)
def test_one_edit(data: bytes, rule: str, record: int) -> None:
    assert [(one.rule, one.record) for one in headlines(data)] == [(rule, record)]


def in_euros(records: list[str], types: str, *names: str) -> bytes:
    """The flow with amounts of all records of these types in euros; all of them where none is named."""
    layouts = norme("CP-2005E" if "CP" in records[0] else "PS-2003C").layouts
    made = []
    for record in records:
        for field in layouts[record[0]].fields if record[0] in types and record[:3] != "000" else ():
            if field.kind.base == "cents" and (field.name in names or not names):
                euros = str(int(record[field.slice]) // 100).zfill(field.length)
                record = record[: field.slice.start] + euros + record[field.slice.stop :]
        made.append(record)
    return octets(made)


@pytest.mark.parametrize("flow", [PS, CP], ids=["PS", "CP"])
@pytest.mark.parametrize(
    ("types", "names"),
    [
        ("34", ("prix_unitaire",)),
        ("34", ("base_remboursement",)),
        ("34", ("montant_amo",)),
        ("34", ()),
        ("5", ()),
        ("6", ()),
    ],
)
def test_many_amounts_in_euros(flow: list[str], types: str, names: tuple[str, ...]) -> None:
    (told,) = headlines(in_euros(flow, types, *names))
    first = next(rank for rank, one in enumerate(flow, start=1) if one[0] in types and one[:3] != "000")
    assert (told.rule, told.record) == ("cause.euros", first)


def test_the_lines_of_one_invoice_in_euros() -> None:
    data = in_euros(PS[2:6], "4")
    (told,) = headlines(octets(PS[:2]) + data + octets(PS[6:]))
    assert (told.rule, told.record) == ("cause.euros", 4)


@pytest.mark.parametrize(("rank", "start", "size"), [(5, 58, 32), (-2, 25, 27)])
def test_totals_that_were_not_made(rank: int, start: int, size: int) -> None:
    """One of them tells the others."""
    rank %= len(PS)
    (told,) = headlines(edited(PS, (rank, start, "0" * size)))
    assert (told.record, told.field, told.found) == (rank + 1, "total_depense", "0,00 €")


@pytest.mark.parametrize(
    ("data", "record", "field"),
    [
        # of three figures that would do, the one that other lines of the act do not have
        (edited(PS, (3, 81, "000200")), 4, "coefficient"),
        (edited(PS, (3, 79, "02")), 4, "quantite"),
        (edited(PS, (3, 89, "0001250")), 4, "prix_unitaire"),
        # of two lines that the totals would do with, the one whose price says so
        (edited(PS, (3, 113, "0002505")), 4, "montant_depense"),
        # less than its parts: the totals tell how much, not the price
        (edited(flux_ps([facture_ps(1, [Ligne(depense=5000)])]), (3, 113, "0000500")), 4, "montant_depense"),
        # the file, the batch: the record that the others do not repeat
        (edited(PS, (0, 28, "00000001016422")), 1, "numero_destinataire"),
        (edited(PS, (1, 2, "991068014")), 2, "numero_ps"),
        (edited(PS, (len(PS) - 2, 2, "991068014")), len(PS) - 1, "numero_ps"),
    ],
)
def test_the_one_that_the_others_do_not_repeat(data: bytes, record: int, field: str) -> None:
    assert [(one.record, one.field) for one in headlines(data)] == [(record, field)]


def test_an_amount_with_a_sign() -> None:
    (told,) = headlines(edited(PS, (3, 106, "-001750")))
    assert (told.rule, told.record, told.field) == ("format.numerique", 4, "montant_amo")


@pytest.mark.parametrize("flow", [PS, CP], ids=["PS", "CP"])
@pytest.mark.parametrize("at", range(3, 9))
def test_a_file_that_stops_after_a_record(flow: list[str], at: int) -> None:
    (told,) = headlines(octets(flow[:at]))
    assert (told.rule, told.record) == ("cause.enregistrement-perdu", at)


@pytest.mark.parametrize("flow", [PS, CP], ids=["PS", "CP"])
@pytest.mark.parametrize("at", range(3, 8))
def test_a_file_that_starts_within_a_batch(flow: list[str], at: int) -> None:
    (told,) = headlines(octets(flow[at:]))
    assert (told.rule, told.record) == ("cause.enregistrement-perdu", 1)


def test_a_record_that_is_blank() -> None:
    (told,) = headlines(octets([*PS[:5], " " * 128, *PS[5:]]))
    assert (told.rule, told.record) == ("cause.lignes-vides", 6)


@pytest.mark.parametrize("type", ["S", "M", "F"])
def test_a_line_lost_with_its_complements(type: str) -> None:
    flow = flux_ps([facture_ps(1, [Ligne(), Ligne("VGS", complements=(type,))]), facture_ps(2)])
    assert headlines(octets(flow)) == []
    (told,) = headlines(without(flow, 4, 5))
    assert (told.rule, told.record) == ("cause.ligne-perdue", 4)
    assert in_language(told.expected, "en").endswith("with 1 complement(s)")


@pytest.mark.parametrize("at", [32, 33, 34, 35])
@pytest.mark.parametrize("type", ["S", "M", "F"])
def test_bytes_lost_with_the_letter_of_a_complement(type: str, at: int) -> None:
    flow = flux_ps([facture_ps(1, [Ligne(), Ligne("VGS", complements=(type,))]), facture_ps(2)])
    flow[5] = flow[5][:at] + flow[5][at + 3 + (at == 32) :]
    (told,) = headlines(octets(flow))
    assert (told.rule, told.record) == ("cause.octet-perdu", 6)


def test_one_cause_has_one_rule() -> None:
    """What the reading undoes itself is told by its own finding, not again by a cause."""
    accented = octets(PS)[:100] + "\u00c9".encode() + octets(PS)[101:]
    (told,) = headlines(accented)
    assert (told.rule, [one.rule for one in told.consequences]) == ("fichier.utf-8", ["format.caractere"])
    assert in_language(told.found, "en") == "« \u00c9 » 2 bytes (C3 89), position 101"
    assert not {"cause.utf8", "cause.blancs-rognes"} & set(catalogue())


def test_a_day_that_is_only_late_is_not_turned() -> None:
    """Read the other way round it would be years away: it stands as it is."""
    data = edited(PS, (3, 68, "260112"))
    assert [one.rule for one in headlines(data)] == ["date.acte-facturation"]


def test_two_edits_have_two_causes() -> None:
    data = edited(PS, (3, 103, "010"), (7, 89, "0003500"))
    assert [(one.rule, one.record) for one in headlines(data)] == [("cause.valeur", 4), ("cause.valeur", 8)]


@pytest.mark.parametrize("change", ["rate", "line", "byte"])
def test_many_invoices_with_a_fault_of_their_own(change: str) -> None:
    """Each of them has its cause, however many they are, and the batch and the file tell nothing more."""
    count = 150
    records = flux_ps([facture_ps(number, [Ligne(), Ligne("VGS")]) for number in range(1, 3 * count)])
    lines = [rank for rank, one in enumerate(records) if one[0] == "4"][::6][:count]
    for rank in lines:
        if change == "rate":
            records = put(records, rank, 103, "010")
        elif change == "byte":
            records[rank] = records[rank][:60] + records[rank][61:]
    if change == "line":
        records = [one for rank, one in enumerate(records) if rank not in lines]
    told = [one for one in headlines(octets(records)) if one.rule != "fichier.taille"]
    rule = {"rate": "cause.valeur", "line": "cause.ligne-perdue", "byte": "cause.octet-perdu"}[change]
    assert [one.rule for one in told] == [rule] * len(lines)


def test_what_nothing_explains_stands() -> None:
    """A counter that is wrong by many, beside a cause that has nothing to do with it."""
    data = edited(PS, (3, 103, "010"), (len(PS) - 1, 56, "00000099"))
    assert [one.rule for one in headlines(data)] == ["cause.valeur", "fichier.volume"]


def test_no_cause_is_looked_for_of_a_flow_that_is_only_long(monkeypatch: pytest.MonkeyPatch) -> None:
    long = octets(flux_ps([facture_ps(i, [Ligne()], personne=PERSONNES[i % 3]) for i in range(1, 340)]))
    found = list(check(long))
    assert [finding.rule for finding in found] == ["fichier.taille"]

    def looked_for(*_: object) -> None:
        raise AssertionError("nothing explains its size")

    with monkeypatch.context() as patched:
        patched.setattr("fse.causes.Etat.of", looked_for)
        assert explain(long, found) == found
    wrong = without(flux_ps([facture_ps(i, [Ligne()], personne=PERSONNES[i % 3]) for i in range(1, 340)]), 3)
    assert "fichier.taille" in {finding.rule for finding in headlines(wrong)}
    assert any(finding.consequences for finding in headlines(wrong))


def test_a_number_of_a_person_is_told_by_its_shape() -> None:
    data = octets(flux_ps([facture_ps(1, personne=("1800199999999", "41"))]))
    (told,) = headlines(data)
    assert in_language(told.found, "en") == "13 digits, key does not match"
    assert in_language(told.found, "fr") == "13 chiffres, la clé ne correspond pas"


@pytest.mark.parametrize(
    ("text", "fr", "en"),
    [
        ("12A", "2 chiffres, 1 majuscule", "2 digits, 1 capital"),
        ("ab é", "2 minuscules, 1 blanc, 1 autre", "2 small letters, 1 blank, 1 other"),
        ("   ", "rien", "nothing"),
    ],
)
def test_a_shape_tells_no_value(text: str, fr: str, en: str) -> None:
    assert (in_language(shape(text), "fr"), in_language(shape(text), "en")) == (fr, en)


def test_a_cancellation_repeats_a_number() -> None:
    """Neither the invoice that is taken back nor its cancellation is wrong."""
    cancelled = [put([one], 0, 39, "9")[0] if one[0] == "2" else one for one in facture_ps(1)]
    twice = octets(flux_ps([facture_ps(1), facture_ps(1)]))
    taken_back = octets(flux_ps([facture_ps(1), cancelled]))
    assert [one.rule for one in check(twice)] == ["unicite.facture"]
    assert list(check(taken_back)) == list(check(taken_back, engine="reference")) == []


@pytest.mark.parametrize(
    ("start", "code", "is_told"),
    [
        (59, " ", True),  # neither associated nor modified
        (64, "N", True),
        (59, "K", False),  # a modifier
        (63, "1", False),  # done with another act
        (64, "O", False),  # reimbursed exceptionally
        (103, "1", False),  # a supplement
    ],
)
def test_the_price_of_an_act_that_a_record_4m_names(start: int, code: str, is_told: bool) -> None:
    """What may change the price of an act leaves it alone."""
    flow = flux_ps([facture_ps(1, [Ligne(complements=("M",))])])
    assert headlines(octets(flow)) == []
    data = edited(flow, (3, 89, "0003500"), (4, start, code))
    rules = {one.rule for one in headlines(data)} & {"cause.valeur", "montant.prix-unitaire"}
    assert rules == ({"cause.valeur"} if is_told else set())


@pytest.mark.parametrize("seed", range(30))
def test_what_an_edit_changes_is_counted_around_it(seed: int) -> None:
    types = random.Random(seed).choices(("000", "1", "2", "3", "4", "4M", "5", "6", "999", "?"), k=9)
    order = ordre.Order(types)
    for at, other in itertools.product(range(9), repeat=2):
        swapped, moved = list(types), list(types)
        swapped[at], swapped[other] = swapped[other], swapped[at]
        if other not in (at, at + 1):
            one = moved.pop(at)
            moved.insert(other if other < at else other - 1, one)
        for made, is_move in ((swapped, False), (moved, True)):
            expected = None if made == types else ordre.breaks(made)
            assert order.breaks_after(at, other, is_move=is_move) == expected


def test_faults_far_from_one_another_cost_what_is_between_them_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files written one after another: their heads and ends stand in the middle, far apart."""
    asked: list[None] = []
    follows = ordre._follows
    monkeypatch.setattr(ordre, "_follows", lambda one, two: asked.append(None) or follows(one, two))
    costs = []
    for number in (100, 400):
        flow = flux_ps([facture_ps(rank) for rank in range(1, number)])
        del asked[:]
        headlines(octets([*flow, *flow, *flow]))
        costs.append(len(asked))
    assert costs[0]
    assert costs[1] < 8 * costs[0]  # sixteen times more when each edit walks over all of it
