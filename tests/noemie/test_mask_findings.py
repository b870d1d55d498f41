"""What the checks say of a file, they say of its masked copy: same rules, same places."""

from collections import Counter

import pytest
from mask_samples import KEY, masked, scenario

import fse
import noemie
from fixtures.faults import FAULTS, example
from fixtures.generate import PROFILES, Parametres
from fixtures.scenario import Scenario
from flatfile import FormatError
from noemie.documents.mask.copies import mask_bytes

#: Faults that nobody can tell from bytes that moved: those records, and the ones beside them, are erased
#: whole (docs/decisions/0009-mask.md).
ERASED = frozenset({"fichier.tronque", "structure.longueur"})


def findings(data):
    try:
        return Counter((f.rule, f.record, f.offset, f.field) for f in fse.check(data))
    except FormatError as error:
        return error.code


#: A NOEMIE return where a flow was expected: it can be masked too.
RETURN = "fichier.noemie"


@pytest.mark.parametrize("rule", sorted(set(FAULTS) - {RETURN}))
def test_each_fault_is_still_there_and_is_the_only_one(rule):
    data = example(rule)[1].data
    before = findings(data)
    if isinstance(before, str):  # no flow at all
        with pytest.raises(FormatError):
            mask_bytes(data, KEY)
        return
    copy, report = mask_bytes(data, KEY)
    assert len(copy) == len(data)
    if rule in ERASED:
        assert report.damaged
        assert rule in {found[0] for found in findings(copy)}
    else:
        assert findings(copy) == before


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_masked_twice_a_flow_still_checks_clean(profile):
    for flow in Scenario(Parametres(profile, seed=9, invoices=8)).flows:
        assert not findings(masked(masked(flow.data)))


@pytest.mark.parametrize("envelope", ["P1", "P2", "P3"])
def test_returns(envelope):
    for retour in scenario(invoices=10, envelope=envelope)[1]:
        for copy in (masked(retour), masked(masked(retour))):
            assert list(noemie.check(noemie.read_retour(copy))) == list(
                noemie.check(noemie.read_retour(retour))
            )
