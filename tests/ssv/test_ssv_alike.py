"""Zones of millions of groups: remarks that say the same are counted, copies of groups are not read again."""

import itertools
import time
import tracemalloc
from collections import Counter

import pytest
from ssv_samples import CARD, EXAMPLE, MUTUAL_RIGHTS, family

from fse.ssv import Zone, check, read_groups
from fse.ssv.check import MOST_ALIKE
from fse.ssv.scan import MARK

EMPTY = b"\0\x65\0"


def told(zone, **options):
    """Remarks by rule, group and field, those that one stands for included."""
    found = Counter()
    for finding in check(zone, **options):
        found[finding.rule, finding.type, finding.field] += finding.count
    return found


def test_the_next_ones_of_a_kind_are_counted_in_one():
    findings = list(check(EMPTY * 250))
    alike = [finding for finding in findings if finding.rule == "zone.champ-manquant"]
    assert len(alike) == MOST_ALIKE + 1
    assert [finding.count for finding in alike] == [1] * MOST_ALIKE + [150]
    assert [finding.record for finding in alike] == list(range(1, MOST_ALIKE + 2))
    last = findings[-1]
    assert (last.rule, last.count, last.offset, last.occurrence) == ("zone.champ-manquant", 150, 303, 101)


def test_all_are_given_when_asked_for():
    findings = [f for f in check(EMPTY * 250, most_alike=0) if f.rule == "zone.champ-manquant"]
    assert len(findings) == 250
    assert {finding.count for finding in findings} == {1}
    few = [f for f in check(EMPTY * 250, most_alike=3) if f.rule == "zone.champ-manquant"]
    assert [finding.count for finding in few] == [1, 1, 1, 247]


def test_unknown_groups_are_one_kind():
    raw = b"".join(id.to_bytes(2) + b"\0" for id in range(0x4000, 0x4000 + 300))
    found = [finding for finding in check(raw) if finding.rule == "zone.groupe-inconnu"]
    assert [finding.count for finding in found] == [1] * MOST_ALIKE + [200]


WORN = Zone.build([*CARD, MUTUAL_RIGHTS, (106, ["", "", "7"]), (0x4000, ["x"])]).raw

#: Groups that repeat: one, a card, a worn card; with others before, between and behind.
REPEATED = {
    "one group": EMPTY * (20 * MARK + 7),
    "a card": EXAMPLE * (3 * MARK),
    "worn cards": WORN * (2 * MARK + 5),
    "a start": family().raw + EMPTY * (15 * MARK),
    "two runs": EMPTY * (13 * MARK) + b"\0\x6a\x81\0" * (13 * MARK) + EXAMPLE,
    "cut": EMPTY * (12 * MARK) + b"\0\x6a\x05",
    "filling": EXAMPLE + b"\0" * (9 * MARK),
}


@pytest.mark.parametrize("name", REPEATED)
def test_copies_change_no_remark(name):
    zone = Zone(REPEATED[name])
    assert told(zone) == told(zone, most_alike=0)


@pytest.mark.parametrize("name", REPEATED)
def test_copies_change_no_place(name):
    zone = Zone(REPEATED[name])
    one_by_one = Counter(group.id for group in zone.groups)
    assert zone.counts() == one_by_one
    assert len(zone.groups) == one_by_one.total()
    at = 0
    for number, group in enumerate(zone.groups):
        if not number % 997:
            assert zone.offset_of(number) == group.offset
        assert group.offset == at
        at = group.stop
    blocks = list(zone.blocks())
    assert [before for before, _, _ in blocks] == [MARK * rank for rank in range(len(blocks))]
    assert all(stop == start for (_, _, stop), (_, start, _) in itertools.pairwise(blocks))


def test_ten_million_empty_groups_are_checked_in_no_time_and_no_memory():
    raw = EMPTY * 10_000_000
    tracemalloc.start()
    started = time.process_time()
    zone = Zone(raw)
    found = told(zone)
    spent, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == {
        ("zone.champ-manquant", "101", "type_carte_vitale"): 10_000_000,
        ("zone.groupe-double", "101", ""): 1,
        ("zone.groupe-absent", "104", ""): 1,
    }
    assert spent < 10
    assert peak < 8 << 20


def test_bulk_reading_keeps_its_promise():
    """500,000 fields a second, by the clock of the process; several times as many on a quiet machine."""
    raw = family().raw * 1000
    spent = []
    for _ in range(3):
        started = time.process_time()
        count = sum(len(values) for _, values in read_groups(raw))
        spent.append(time.process_time() - started)
    assert count / min(spent) > 500_000
