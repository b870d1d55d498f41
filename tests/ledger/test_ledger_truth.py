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

from fixtures.caisse import Issue, Reponse
from fixtures.generate import PROFILES, Parametres, generate
from flatfile import detect
from noemie import entity_lengths, read_retour
from noemie.ledger import InvoiceState, Ledger, Payment, matching
from noemie.ledger.matching import file_key
from noemie.ledger.rows import file_id
from noemie.returns.arl import read_arls, write_arls
from noemie.suivi.reconcile import Etat, Rapprochement, iter_sent, reconcile

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


def truth(files: list[File]) -> Rapprochement:
    """What `noemie.suivi.reconcile` says of the files, in the order in which the ledger gives them."""
    sent, returns, arls = [], [], []
    for data in sorted({data for _, data in files}, key=lambda data: hashlib.sha256(data).digest()):
        name = file_key(file_id(hashlib.sha256(data).hexdigest()))
        family = detect(data[:65536], entity_lengths()).family
        if family == "b2":
            sent.extend(iter_sent(data, name))
        elif family == "noemie":
            returns.append(read_retour(data, name=name))
        else:
            arls.extend(read_arls(data))
    return reconcile(sent, returns, arls)


def told(state: InvoiceState) -> tuple[object, ...]:
    return (
        state.etat,
        state.numero,
        state.lot,
        state.numero_ps,
        state.demande,
        state.paye,
        state.ecart,
        state.ecarts,
        state.jours,
        state.action,
        state.ambigu,
    )


def same_as_reconcile(ledger: Ledger, files: list[File]) -> None:
    result = truth(files)
    states = ledger.invoice_states()
    lines = Counter(
        (
            one.etat,
            one.sent.numero,
            one.sent.lot,
            one.sent.numero_ps,
            one.sent.demande,
            one.paye,
            one.ecart,
            one.ecarts,
            one.jours,
            one.action,
            one.ambigu,
        )
        for one in result.lignes
    )
    assert Counter(told(state) for state in states if state.etat is not Etat.ORPHELIN) == lines
    orphans = [state for state in states if state.etat is Etat.ORPHELIN]
    assert sum(state.paye for state in orphans) == result.totaux[Etat.ORPHELIN].paye
    assert len(ledger.orphan_arls()) == len(result.arls_orphelins)
    payments = [payment for payment in ledger.payments() if payment.genre == "facture"]
    assert sum(payment.montant for payment in payments) == result.total.paye
    assert sum(state.paye for state in states) == result.total.paye


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
    assert all(state.action.asks_resend for state in (*lists.a_renvoyer, *lists.deja_renvoyees))
    assert all(state.action.blocks_resend for state in lists.ne_pas_renvoyer)
    assert not any(state.action.asks_resend or state.action.blocks_resend for state in lists.autre_action)


@given(
    at_once=st.sampled_from([3, 20_000]),
    drawn=SCENARIOS,
    seed=st.integers(0, 99),
    family=st.sampled_from(["longue", "ancienne"]),
    envelope=st.sampled_from(["P1", "P2", "P3"]),
)
@settings(max_examples=int(os.environ.get("NOEMIE_TEST_SCENARIOS", "20")))
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
        patched.setattr(matching, "_AT_ONCE", at_once)
        assert ledger.import_files(files).nombre("importe") == len(files)
        found = {(state.numero, state.numero_ps): state for state in ledger.invoice_states()}
        assert {key: (state.etat, state.paye) for key, state in found.items()} == {
            (one.numero, one.numero_ps): (one.attendu, one.paye) for one in reponse.decisions
        }
        same_as_reconcile(ledger, files)
        sums_are_whole(ledger)


@pytest.mark.parametrize("seed", range(2))
def test_losses_copies_and_strangers(place: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_AT_ONCE", 7)
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
        same_as_reconcile(ledger, kept)
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
        same_as_reconcile(ledger, files)
        assert sum(p.montant for p in ledger.payments()) == sum(one.paye for one in reponse.decisions)


def test_sent_rows_are_what_iter_sent_gives(tmp_path: Path) -> None:
    data = flow(Inv(1), Inv(2, destinataire="00"), Inv(3, ((10, 0), (0, 20))))
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files([("flux.b2", data)])
        with ledger._reading() as connection:
            (bucket,) = matching.iter_buckets(connection)
    (name,) = {ligne.sent.fichier for ligne in bucket.lignes}
    expected = {one.enregistrement: one for one in iter_sent(data, name)}
    assert {ligne.sent.enregistrement: ligne.sent for ligne in bucket.lignes} == expected


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
            (Etat.PAYE, 100),
            (Etat.PAYE, 101),
            (Etat.PAYE, 102),
        ]
        same_as_reconcile(ledger, files)


def test_senders_are_known_from_all_flows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A return to another professional never answers the invoice of this one, in whatever slice it is."""
    monkeypatch.setattr(matching, "_AT_ONCE", 1)
    mine, other = flow(Inv(1)), flow(Inv(2), ps=OTHER_PS, code="000002")
    stranger = answers(flow(Inv(1), ps=OTHER_PS, code="000003"))[1][1]
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files([("a", mine), ("b", other), stranger])
        found = {state.etat: state for state in ledger.invoice_states()}
        assert found[Etat.ORPHELIN].raison == "professionnel_different"
        assert found[Etat.SANS_REPONSE].numero_ps in (PS, OTHER_PS)


def test_an_arl_that_names_no_batch_is_an_orphan(tmp_path: Path) -> None:
    reponse, files = answers(flow(Inv(1)), b"illisible", arls=True, date=DAY)
    assert any(not arl.numero_lot for arl in reponse.arls)
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files([file for file in files if file[1] != b"illisible"])
        assert [arl.numero_lot for arl in ledger.orphan_arls()] == [""]
        assert write_arls(ledger.orphan_arls())
