"""Whatever happened to a file, its masked copy holds nobody, has its size, and is read the same way."""

from hypothesis import given, settings
from hypothesis import strategies as st
from mask_samples import CARD_MARKERS, KEY, card, damaged, edits, invoice_zone

import fse
import noemie
from fixtures.caisse import Caisse
from fixtures.caisses import ORGANISMES
from fixtures.generate import Parametres
from fixtures.scenario import Scenario
from flatfile import FormatError
from noemie.documents.mask.copies import Options, SurvivalError, mask_bytes, verify


def _made():
    scenario = Scenario(
        Parametres("transport", seed=11, invoices=4, organismes=(ORGANISMES[0].cle,), tiers_payant=1.0)
    )
    flow = scenario.flows[0].data
    answers = {
        envelope: Caisse(seed=1, reject_rate=0.5, envelope=envelope).respond(flow).returns[0].data
        for envelope in ("P1", "P2", "P3")
    }
    return flow, answers


FLOW, RETURNS = _made()


def _people(records):
    found = set()
    for record in records:
        for field in record.layout.fields:
            value = record.raw[field.slice].strip()
            says = field.kind.base in ("nir", "id") or field.name.startswith(("nom", "prenom", "commune"))
            if field.personal and says and len(value) >= 4 and value.strip(b"0"):
                found.add(value)
    return found


#: NIR, numbers of professionals, names: long enough not to be spelt by chance.
PEOPLE = _people(fse.read_flux(FLOW).records)
ANSWERED = _people(noemie.read_retour(RETURNS["P2"]).entites)


def masked(data, options=Options()):  # noqa: B008  # a tuple
    """The copy, nothing when the file cannot be read, or when it was rightly refused."""
    try:
        return mask_bytes(data, KEY, options)[0]
    except FormatError:
        return None
    except SurvivalError as error:
        assert error.report.survivals  # noqa: PT017  # the other way out
        return None


def test_people_are_searched_for():
    assert len(PEOPLE) > 5
    assert len(ANSWERED) > 3
    assert all(person in FLOW for person in PEOPLE)


@given(edits)
def test_no_person_of_a_damaged_flow_is_left(changes):
    data = damaged(FLOW, changes)
    copy = masked(data)
    if copy is None:
        return
    assert len(copy) == len(data)
    assert [person for person in PEOPLE if person in copy] == []


@given(st.sampled_from(sorted(RETURNS)), edits)
def test_no_person_of_a_damaged_return_is_left(envelope, changes):
    data = damaged(RETURNS[envelope], changes)
    copy = masked(data)
    if copy is None:
        return
    assert len(copy) == len(data)
    assert [person for person in ANSWERED if person in copy] == []


ZONES = {"card": card().to_bytes(), "invoice": invoice_zone().to_bytes()}


@given(st.sampled_from(sorted(ZONES)), edits)
def test_no_person_of_a_damaged_zone_is_left(name, changes):
    data = damaged(ZONES[name], changes[:3])
    copy = masked(data)
    if copy is None:
        return
    assert len(copy) == len(data)
    assert [marker for marker in CARD_MARKERS if marker in copy] == []


@given(st.integers(0, 999), st.sampled_from(["medecin", "cmpp", "smg"]))
@settings(max_examples=15)
def test_two_runs_give_the_same_bytes_and_verify_agrees(seed, profile):
    for flow in Scenario(Parametres(profile, seed=seed, invoices=3)).flows:
        copy = masked(flow.data)
        assert copy is not None
        assert copy == masked(flow.data)
        assert verify(flow.data, copy) == []
        assert not list(fse.check(copy))
        again = masked(copy)
        assert len(again) == len(copy)
        assert verify(copy, again) == []


@given(edits)
def test_a_copy_is_cut_in_the_same_records(changes):
    # Behind records 000 and 1: without them, what a file is may be told by others than those of its copy.
    replaced = [("replace", *rest) for _, *rest in changes[:2]]
    data = FLOW[:256] + damaged(FLOW[256:], replaced)
    copy = masked(data)
    before = fse.read_flux(data).records
    # Bytes that nobody can read are erased: where they stop may be seen elsewhere then.
    if copy is not None and not any(record.type == "?" or len(record.raw) != 128 for record in before):
        assert [r.offset for r in before] == [r.offset for r in fse.read_flux(copy).records]
