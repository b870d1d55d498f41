"""What is selected, with which severity, and what is remembered of it."""

import pytest

from cli.check.policy import Gathering, Policy, rules_named
from codes.rules import catalogue
from flatfile import Finding
from fse import norme

LAYOUTS = norme("PS-2003C").layouts


@pytest.mark.parametrize(
    ("select", "ignore", "rule", "wanted"),
    [
        ((), (), "cle.nir", True),
        (("cle",), (), "cle.nir", True),
        (("cle",), (), "code.inconnu", False),
        (("cle.nir",), (), "cle.nir", True),
        (("cle.nir",), (), "cle.nir-provisoire", False),  # a whole id is that rule alone
        (("cle.nir-",), (), "cle.nir-provisoire", True),
        ((), ("cle.nir",), "cle.nir", False),
        ((), ("cle.nir",), "cle.nir-provisoire", True),
        (("cle",), ("cle.nir-provisoire",), "cle.nir-provisoire", False),
        (("cle", "smg"), (), "smg.triplet", True),
    ],
)
def test_selection(select, ignore, rule, wanted):
    assert Policy(select, ignore).wants(rule) is wanted


def test_names():
    assert rules_named("cle.nir") == ("cle.nir",)
    assert set(rules_named("cle.nir-")) == {rule for rule in catalogue() if rule.startswith("cle.nir-")}
    assert rules_named("") == ()
    assert rules_named("CLE") == ()


def test_severities():
    policy = Policy(severities={"cle.nir": "info"})
    assert policy.severity("cle.nir") == "info"
    assert policy.severity("facture.total-amo") == "error"
    assert policy.severity("site.own-rule") == "warning"


def nir(facture, record=3):
    return Finding("cle.nir", record, 280, 2, "2", "cle_nir", facture, "001")


def gathered(findings, **options):
    policy = options.pop("policy", Policy())
    return Gathering(policy, **options).gather(findings, LAYOUTS)


def test_ranks_start_again_with_each_invoice():
    made = gathered([nir("1"), nir("1"), nir("2"), Finding("fichier.volume"), Finding("fichier.volume")])
    assert [remark.ordinal for remark in made.findings] == [1, 2, 1, 1, 2]


def test_places():
    (remark,) = gathered([nir("1")]).findings
    assert (remark.place.start, remark.place.end) == (25, 26)
    assert gathered([Finding("cle.nir", 1, type="99")]).findings[0].place is None


def test_at_most():
    made = gathered([nir(str(rank)) for rank in range(5)], most=2)
    assert (len(made.findings), made.omitted, made.counts["error"]) == (2, 3, 5)


def test_informations_are_gathered():
    policy = Policy(severities={"cle.nir": "info"})
    findings = [nir("1"), nir("2"), nir("3")]
    made = gathered(findings, policy=policy)
    assert made.findings == []
    assert [(note.finding.facture, note.count) for note in made.notes.values()] == [("1", 3)]
    assert made.counts == {"error": 0, "warning": 0, "info": 3}
    verbose = gathered(findings, policy=policy, verbose=True)
    assert len(verbose.findings) == 3


def test_what_is_accepted_counts_no_more():
    first, second = gathered([nir("1"), nir("1")]).findings
    made = gathered(
        [nir("1"), nir("1"), nir("2")], policy=Policy(accepted=frozenset({first.key})), every=True
    )
    assert [remark.key for remark in made.findings] == [second.key, ("cle.nir", "2", "2", "cle_nir", 1)]
    assert made.accepted == {first.key}
    assert made.counts["error"] == 2
    assert first.key not in made.keys


def test_what_is_ignored_has_no_rank():
    # The rank of a finding does not depend on the selection of other rules.
    other = Finding("code.inconnu", 3, 280, 2, "2", "cle_nir", "1", "001")
    everything = gathered([other, nir("1")]).findings[-1]
    alone = gathered([other, nir("1")], policy=Policy(ignore=("code",))).findings[-1]
    assert everything.key == alone.key
