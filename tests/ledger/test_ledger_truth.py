"""Whatever was sent and answered, the ledger says what reconciliation says, to the cent."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import os
import random
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_world import (
    DAY,
    GENERAL,
    KEY,
    OTHER_PS,
    PS,
    SMG,
    File,
    Inv,
    answers,
    flow,
    month_return,
    smg_flow,
)

from codes.states import Etat
from fixtures.caisse import Issue, Reponse
from fixtures.generate import PROFILES, Parametres, generate
from flatfile import detect
from noemie import entity_lengths
from noemie.ledger import Ledger, Payment, facts
from noemie.ledger.states import RESENT
from noemie.returns.arl import read_arls, write_arls
from noemie.suivi import Suivi, follow

MOTIFS = st.sampled_from(["droits_fermes", "doublon", "nir_cle_invalide", "autre"])
ISSUES = st.one_of(
    st.just(Issue.payee()),
    st.builds(Issue.rejetee, MOTIFS, part=st.sampled_from("OC")),
    st.builds(lambda paid: Issue.differee(puis_payee=paid), st.booleans()),
    st.builds(Issue.partielle, st.integers(0, 3000), st.integers(0, 900)),
    st.just(Issue.perdue()),
)
INVOICES = st.builds(
    Inv,
    numero=st.just(0),
    lignes=st.lists(
        st.tuples(st.integers(0, 99_999), st.sampled_from([0, 0, 750])), min_size=1, max_size=3
    ).map(tuple),
    patient=st.integers(1, 4),
    code=st.sampled_from(["C", "AMI", "SF"]),
    destinataire=st.sampled_from(["15", "15", "05", "00"]),
)
SCENARIOS = st.lists(st.tuples(INVOICES, ISSUES, st.integers(0, 2)), min_size=1, max_size=10)


def play(drawn: list[tuple[Inv, Issue, int]], family: str, envelope: str) -> tuple[Reponse, list[File]]:
    """Three flows (two professionals, SMG) of the drawn invoices, and the answers."""
    flows: list[list[Inv]] = [[], [], []]
    issues = {}
    for number, (invoice, issue, place) in enumerate(drawn, start=1):
        routing = SMG if place == 2 else GENERAL
        flows[place].append(Inv(**{**vars(invoice), "numero": number, "routing": routing}))
        issues[str(number)] = issue
    made = []
    if flows[0]:
        made.append(flow(*flows[0]))
    if flows[1]:
        made.append(flow(*flows[1], ps=OTHER_PS, code="000002", date=DAY + dt.timedelta(40)))
    if flows[2]:
        made.append(smg_flow(*flows[2], code="000003", lot="003"))
    return answers(*made, arls=True, issues=issues, family=family, envelope=envelope)


def truth(files: list[File]) -> Suivi:
    """What the follow-up says of the files; a name that two files have is theirs with their digest."""
    sent, returns, arls = [], [], []
    names = Counter(name for name, _ in {(name, data) for name, data in files})
    for name, data in dict.fromkeys(files):
        shown = name if names[name] == 1 else f"{name} ({hashlib.sha256(data).hexdigest()[:6]})"
        family = detect(data[:65536], entity_lengths()).family
        if family == "b2":
            sent.append((shown, data))
        elif family == "noemie":
            returns.append((shown, data))
        else:
            arls.extend(read_arls(data))
    return follow(sent, returns, list(dict.fromkeys(arls)))


def same_as_follow(ledger: Ledger, files: list[File]) -> None:
    """The same lines, orphans and sums; then all lists agree with them."""
    result = truth(files)
    found = ledger.follow().suivi
    assert list(found.lignes) == list(result.lignes)
    assert list(found.orphelins) == list(result.orphelins)
    assert (found.sommes, found.notes, found.virements) == (result.sommes, result.notes, result.virements)
    assert (found.forfaits, found.retenues, found.fichiers) == (
        result.forfaits,
        result.retenues,
        result.fichiers,
    )
    states = ledger.invoice_states()
    assert len(ledger.orphan_arls()) == len(result.arls_orphelins)
    sums = result.sommes
    paid = sums.paye_amo + sums.paye_amc + sums.paye_orphelins
    assert sum(one.montant for one in ledger.payments() if one.genre == "facture") == paid
    assert sum(state.demande for state in states) == sums.demande
    assert sum(state.reste for state in states) == sums.reste
    assert sum(state.trop for state in states) == sums.trop


def sums_are_whole(ledger: Ledger) -> None:
    """However payments are cut, the pieces make the whole."""
    payments = ledger.payments()
    total = sum(payment.montant for payment in payments)

    def amount(found: list[Payment]) -> int:
        return sum(payment.montant for payment in found)

    for organisme in ("835", "421", "999", "08835", "088350300", "01421"):
        only = ledger.payments(organisme=organisme)
        others = ledger.payments(organisme=organisme, all_except=True)
        assert amount(only) + amount(others) == total
        assert len(only) + len(others) == len(payments)
    assert sum(amount(ledger.payments(regime=regime)) for regime in ("01", "08")) == total
    days = sorted({payment.date for payment in payments if payment.date})
    for before, after in itertools.pairwise([dt.date(2000, 1, 1), *days, dt.date(2100, 1, 1)]):
        within = ledger.payments(before, after - dt.timedelta(1))
        assert amount(within) == amount([p for p in payments if p.date and before <= p.date < after])
    by_patient = {patient.reference: patient for patient in ledger.patients()}
    invoices = [payment for payment in payments if payment.genre == "facture"]
    for reference, patient in by_patient.items():
        mine = ledger.payments(patient=reference)
        assert amount(mine) == amount([p for p in invoices if p.patient == reference]) == patient.paye
    assert amount(ledger.transfers()) == total  # type: ignore[arg-type]  # they have amounts too
    lists = ledger.to_resend()
    seen = [id(state) for name in lists.__slots__ for state in getattr(lists, name)]
    assert len(seen) == len(set(seen))
    assert all(state.action in RESENT for state in lists.a_renvoyer)
    assert all(state.action.blocks_resend for state in lists.ne_pas_renvoyer)
    assert not any(state.action in RESENT or state.action.blocks_resend for state in lists.autre_action)
    assert all(state.etat is Etat.REMPLACEE for state in lists.deja_renvoyees)


@given(
    at_once=st.sampled_from([3, 20_000]),
    drawn=SCENARIOS,
    seed=st.integers(0, 99),
    family=st.sampled_from(["longue", "ancienne"]),
    envelope=st.sampled_from(["P1", "P2", "P3"]),
)
@settings(max_examples=int(os.environ.get("NOEMIE_TEST_SCENARIOS", "10")))
def test_any_scenario_comes_out_to_the_cent(
    at_once: int, drawn: list[tuple[Inv, Issue, int]], seed: int, family: str, envelope: str
) -> None:
    reponse, files = play(drawn, family, envelope)
    random.Random(seed).shuffle(files)
    with (
        pytest.MonkeyPatch.context() as patched,
        tempfile.TemporaryDirectory() as folder,
        Ledger(Path(folder) / "r.db", key=KEY) as ledger,
    ):
        patched.setattr(facts, "_AT_ONCE", at_once)
        assert ledger.import_files(files).nombre("importe") == len(files)
        found = {(state.numero, state.numero_ps): state for state in ledger.invoice_states()}
        assert {key: state.paye for key, state in found.items()} == {
            (one.numero, one.numero_ps): one.paye for one in reponse.decisions
        }
        same_as_follow(ledger, files)
        sums_are_whole(ledger)


@pytest.mark.parametrize("seed", range(2))
def test_losses_copies_and_strangers(place: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "_AT_ONCE", 7)
    chance = random.Random(seed)
    files: list[File] = []
    for rank in range(3):
        parametres = Parametres(
            "cabinet", seed=10 * seed + rank, invoices=40, date=DAY + dt.timedelta(20 * rank)
        )
        flows = [made.data for made in generate(parametres)]
        values = {"reject_rate": 0.2, "defer_rate": 0.2, "seed": seed}
        files += answers(*flows, arls=True, envelope="P2", **values)[1]
        # The same returns in another envelope, and the same flow under another number of file.
        files += chance.sample(answers(*flows, envelope="P3", **values)[1][len(flows) :], 2)
    files += [
        ("x", month_return(DAY, invoices=[(n, "C", 100 * n) for n in range(1, 9)], lump_sums=[("1", 7)]))
    ]
    kept = [one for one in files if chance.random() > 0.15]
    chance.shuffle(kept)
    with Ledger(place, key=KEY) as ledger:
        for start in range(0, len(kept), 11):
            ledger.import_files(kept[start : start + 11])
        same_as_follow(ledger, kept)
        payments = ledger.payments()
        assert sum(p.montant for p in ledger.payments(organisme="421")) + sum(
            p.montant for p in ledger.payments(organisme="421", all_except=True)
        ) == sum(p.montant for p in payments)
        assert sum(t.montant for t in ledger.transfers()) == sum(p.montant for p in payments)


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_every_profile(profile: str, tmp_path: Path) -> None:
    flows = [made.data for made in generate(Parametres(profile, seed=5, invoices=30))]
    reponse, files = answers(*flows, arls=True, reject_rate=0.2, defer_rate=0.1)
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files(files)
        same_as_follow(ledger, files)
        assert sum(p.montant for p in ledger.payments()) == sum(one.paye for one in reponse.decisions)


def test_numbers_that_start_again_each_year(tmp_path: Path) -> None:
    flows = [
        flow(
            Inv(1, ((100 + rank, 0),), date=DAY + dt.timedelta(365 * rank)),
            date=DAY + dt.timedelta(365 * rank),
            code=f"{rank:06d}",
        )
        for rank in range(3)
    ]
    files = [file for data in flows for file in answers(data)[1]]
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files(files)
        assert [(state.etat, state.paye) for state in ledger.invoice_states()] == [
            (Etat.PAYEE, 100),
            (Etat.PAYEE, 101),
            (Etat.PAYEE, 102),
        ]
        same_as_follow(ledger, files)


def test_senders_are_known_from_all_flows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A return to another professional never answers the invoice of this one, in whatever slice it is."""
    monkeypatch.setattr(facts, "_AT_ONCE", 1)
    mine, other = flow(Inv(1)), flow(Inv(2), ps=OTHER_PS, code="000002")
    stranger = answers(flow(Inv(1), ps=OTHER_PS, code="000003"))[1][1]
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files([("a", mine), ("b", other), stranger])
        found = {state.etat: state for state in ledger.invoice_states()}
        assert found[Etat.ORPHELINE].raison == "professionnel_different"
        assert found[Etat.REPONSE_ATTENDUE].numero_ps in (PS, OTHER_PS)


def test_an_arl_that_names_no_batch_is_an_orphan(tmp_path: Path) -> None:
    reponse, files = answers(flow(Inv(1)), b"illisible", arls=True, date=DAY)
    assert any(not arl.numero_lot for arl in reponse.arls)
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files([file for file in files if file[1] != b"illisible"])
        assert [arl.numero_lot for arl in ledger.orphan_arls()] == [""]
        assert write_arls(ledger.orphan_arls())
