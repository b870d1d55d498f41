"""What a provider asks: payments, rejects, what to send again, what is awaited, patients."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest
from ledger_world import (
    DAY,
    KEY,
    OTHER_PS,
    PS,
    SMG,
    File,
    Inv,
    answers,
    flow,
    month_return,
    nir,
    smg_flow,
)

from codes.actions import Action
from codes.states import Etat
from fixtures.caisse import Issue
from noemie import RetourWriter
from noemie.ledger import EXPORTS, Ledger, LedgerError
from noemie.ledger.marks import mark_of
from noemie.ledger.today_cards import marks_of

LATER = DAY + dt.timedelta(31)
ISSUES = {
    "2": Issue.rejetee("droits_fermes"),
    "3": Issue.rejetee("nir_cle_invalide"),
    "4": Issue.differee(puis_payee=False),
    "5": Issue.perdue(),
    "6": Issue.rejetee("doublon"),
}


def files() -> list[File]:
    """Six invoices of March to the general régime, two of April to the SMG caisse."""
    march = flow(*(Inv(n, ((1750, 750 + n // 3),), patient=n % 3, code=f"C{n}") for n in range(1, 7)))
    april = smg_flow(
        Inv(11, ((4000, 0),), routing=SMG, patient=1, date=LATER),
        Inv(12, ((3000, 0),), routing=SMG, patient=2, date=LATER),
        code="000002",
        date=LATER,
    )
    return answers(march, april, issues=ISSUES)[1]


@pytest.fixture
def ledger(place: str) -> Ledger:
    """A ledger of these files."""
    with Ledger(place, key=KEY) as opened:
        opened.import_files(files())
        yield opened  # type: ignore[misc]


def numbers(found: object) -> list[int]:
    return [int(one.numero or 0) for one in found]  # type: ignore[attr-defined]


# --- payments ---------------------------------------------------------------------------------------------


def test_payments_of_a_period(ledger: Ledger) -> None:
    march = ledger.payments(dt.date(2026, 3, 1), dt.date(2026, 3, 31))
    assert [(int(p.numero), p.date, p.montant) for p in march] == [(1, DAY + dt.timedelta(5), 2500)]
    april = ledger.payments(from_=dt.date(2026, 4, 1))
    assert sorted(p.montant for p in april) == [3000, 4000]
    assert ledger.payments(to=dt.date(2026, 3, 6)) == []
    assert sum(p.montant for p in ledger.payments()) == 9500


def test_one_organisme_or_all_but_that_one(ledger: Ledger) -> None:
    for name in ("835", "08835", "08 835", "088350300", "08-835-0300"):
        assert numbers(ledger.payments(organisme=name)) == [11, 12], name
        assert numbers(ledger.payments(organisme=name, all_except=True)) == [1], name
    assert ledger.payments(organisme="999") == []
    assert len(ledger.payments(organisme="999", all_except=True)) == 3
    assert numbers(ledger.payments(regime="08")) == [11, 12]
    assert numbers(ledger.payments(regime="1")) == [1]
    # Within one régime, all its organismes but one.
    assert ledger.payments(regime="08", organisme="835", all_except=True) == []


def test_a_filter_that_means_nothing_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="needs an organisme"):
        ledger.payments(all_except=True)
    with pytest.raises(LedgerError, match="ends before"):
        ledger.payments(LATER, DAY)


def test_payments_of_a_patient(ledger: Ledger) -> None:
    digits, key = nir(1)
    assert numbers(ledger.payments(patient=digits)) == [1, 11]
    assert numbers(ledger.payments(patient=f"{digits[:1]} {digits[1:3]} {digits[3:]} {key}")) == [1, 11]
    (reference,) = {p.patient for p in ledger.payments(patient=digits)}
    assert numbers(ledger.payments(patient=reference[:12])) == [1, 11]
    assert ledger.payments(patient=nir(9)[0]) == []
    with pytest.raises(LedgerError, match="NIR"):
        ledger.payments(patient="DUPONT")


def test_a_payment_says_where_it_comes_from(ledger: Ledger) -> None:
    (payment,) = ledger.payments(to=dt.date(2026, 3, 31))
    assert (payment.genre, payment.regime, payment.caisse, payment.centre) == ("facture", "01", "421", "0000")
    assert (payment.origine, payment.organisme_payeur, payment.numero_ps) == ("facture", "01421", PS)
    assert (payment.amo, payment.amc, payment.etat) == (1750, 750, Etat.PAYEE)
    assert payment.virement.startswith("VIR SIM 01421")
    assert PS not in repr(payment)


def test_a_payment_of_an_unknown_invoice_is_told_by_its_emitter(place: str) -> None:
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files([("r", month_return(DAY, invoices=[(77, "C", 1234)], lump_sums=[("00003", 99)]))])
        invoice, lump = ledger.payments()
        assert (invoice.etat, invoice.regime, invoice.caisse, invoice.origine) == (
            "orpheline",
            "01",
            "421",
            "emetteur",
        )
        assert (lump.genre, lump.code_forfait, lump.montant, lump.regime) == ("forfait", "00003", 99, "01")
        assert len(ledger.payments(regime="01")) == 2
        assert ledger.payments(regime="08") == []


def test_an_emitter_of_another_shape_tells_nothing(tmp_path: Path) -> None:
    data = month_return(DAY, invoices=[(77, "C", 1234)], emitter="12345678901234")
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files([("r", data)])
        (payment,) = ledger.payments()
        assert (payment.regime, payment.caisse, payment.origine) == ("", "", "")
        assert ledger.payments(organisme="01421") == [payment]  # as the return writes its payer
        assert ledger.payments(regime="01") == []


def test_money_taken_back_is_negative(place: str) -> None:
    data = month_return(DAY, invoices=[(5, "C", -700), (6, "C", 900)])
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files([("r", data)])
        assert [p.montant for p in ledger.payments()] == [-700, 900]
        assert [(t.factures, t.montant) for t in ledger.transfers()] == [(2, 200)]


def test_transfers_and_debts(place: str) -> None:
    data = month_return(DAY, invoices=[(5, "C", 900)], lump_sums=[("1", 100)], debts=[("DETTE", -40)])
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files([("r", data)])
        (transfer,) = ledger.transfers(DAY, DAY)
        assert (transfer.libelle_1, transfer.organisme_payeur) == ("VIR 000009", "01421")
        assert (transfer.factures, transfer.forfaits, transfer.montant) == (1, 1, 1000)
        assert ledger.transfers(to=DAY - dt.timedelta(1)) == []
        (debt,) = ledger.debts()
        assert (debt.reference, debt.montant, debt.solde, debt.date) == ("DETTE", -40, 100, DAY)
        assert ledger.debts(from_=DAY + dt.timedelta(1)) == []


# --- rejects ----------------------------------------------------------------------------------------------


def test_rejects_are_explained(ledger: Ledger) -> None:
    found = {int(line.numero): line for line in ledger.rejects()}
    assert set(found) == {2, 3, 4, 6}
    closed = found[2]
    assert (closed.motif, closed.action, closed.etat) == (
        "droits_fermes",
        Action.METTRE_A_JOUR_DROITS,
        Etat.REJETEE,
    )
    assert (closed.montant, closed.bandeau) == (1750, "METTRE À JOUR LES DROITS")
    assert found[6].action is Action.NE_PAS_RETRANSMETTRE
    assert [int(line.numero) for line in ledger.rejects(motif="droits_fermes")] == [2]
    assert ledger.rejects(organisme="835") == []
    assert len(ledger.rejects(organisme="835", all_except=True)) == 4
    english = next(line for line in ledger.rejects(lang="en") if line.motif == "droits_fermes")
    assert english.bandeau == "UPDATE THE RIGHTS"


def test_a_reject_of_no_invoice_is_there(place: str) -> None:
    def made(envelope: str) -> bytes:
        file = io.BytesIO()
        retour = RetourWriter(
            file,
            envelope,  # type: ignore[arg-type]
            numero_emetteur="00000001016421",
            identification_fichier="LOT001",
            date_creation=DAY,
            reference_norme="576",
        )
        with retour, retour.open("020", numero_destinataire_reglement=PS):
            retour.leaf("290", numero_ligne="00", code_rejet="LOT", libelle_rejet="LOT NON CONFORME")
        return file.getvalue()

    with Ledger(place, key=KEY) as ledger:
        ledger.import_files([("p2", made("P2")), ("p3", made("P3"))])
        (line,) = ledger.rejects()
        assert (line.numero, line.code, line.libelle, line.regime) == ("", "LOT", "LOT NON CONFORME", "01")
        assert ledger.rejects(regime="08") == []


# --- what to do -------------------------------------------------------------------------------------------


def test_do_not_resend_is_kept_apart(ledger: Ledger) -> None:
    found = ledger.to_resend()
    assert numbers(found.a_renvoyer) == [3]
    assert numbers(found.ne_pas_renvoyer) == [6]
    assert {state.action for state in found.ne_pas_renvoyer} == {Action.NE_PAS_RETRANSMETTRE}
    # While it may still be paid, what is deferred is not sent again; then the payer is chased.
    assert sorted(numbers(ledger.to_resend(on=DAY + dt.timedelta(10)).ne_pas_renvoyer)) == [4, 6]
    assert numbers(found.autre_action) == [2]
    assert found.deja_renvoyees == ()
    assert ledger.to_resend(organisme="835").a_renvoyer == ()
    assert ledger.to_resend(from_=LATER).a_renvoyer == ()


def test_what_was_sent_again_is_not_offered_again(place: str) -> None:
    first = flow(Inv(1))
    again = flow(Inv(1), lot="002", code="000009", date=DAY + dt.timedelta(20))
    sent = answers(first, issues={"1": Issue.rejetee("nir_cle_invalide")})[1]
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files(sent)
        assert numbers(ledger.to_resend().a_renvoyer) == [1]
        ledger.import_files([("again.b2", again)])
        found = ledger.to_resend()
        assert (numbers(found.a_renvoyer), numbers(found.deja_renvoyees)) == ([], [1])


def test_the_same_number_of_another_patient_is_no_resend(tmp_path: Path) -> None:
    sent = answers(flow(Inv(1)), issues={"1": Issue.rejetee("nir_cle_invalide")})[1]
    day = DAY + dt.timedelta(20)
    other = flow(Inv(1, patient=2, date=day), lot="002", code="000009", date=day)
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files([*sent, ("other.b2", other)])
        assert numbers(ledger.to_resend().a_renvoyer) == [1]


def test_a_ledger_of_returns_alone_says_what_to_do(tmp_path: Path) -> None:
    returns = files()[2:]
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files(returns)
        found = ledger.to_resend()
        assert numbers(found.a_renvoyer) == []  # nobody knows what was sent since
        assert numbers(found.ne_pas_renvoyer) == [4, 6]
        assert numbers(found.autre_action) == [2, 3]
        assert {state.etat for state in ledger.invoice_states()} == {Etat.ORPHELINE}


def test_unanswered_since(ledger: Ledger) -> None:
    assert numbers(ledger.unanswered()) == [4, 5]
    deferred, one = ledger.unanswered(on=DAY + dt.timedelta(40), days=40)
    assert (deferred.etat, deferred.action) == (Etat.DIFFEREE, Action.RELANCER)
    assert (one.etat, one.jours, one.action) == (Etat.REPONSE_ATTENDUE, 40, Action.RELANCER)
    (late,) = {one.action for one in ledger.unanswered(on=DAY + dt.timedelta(400))}
    assert late is Action.RECLAMATION
    assert [one.jours for one in ledger.unanswered(on=DAY - dt.timedelta(3))] == [0, 0]
    assert ledger.unanswered(on=DAY + dt.timedelta(40), days=41) == []


def test_states_follow_the_day_of_the_report(ledger: Ledger) -> None:
    on = DAY + dt.timedelta(50)
    days = {int(state.numero): state.jours for state in ledger.invoice_states(on)}
    assert (days[4], days[5], days[1]) == (50, 50, None)
    assert sorted(map(told, ledger.iter_invoice_states(on))) == sorted(map(told, ledger.invoice_states(on)))


def told(state: object) -> str:
    return repr(state)


def test_one_number_of_two_professionals(place: str) -> None:
    both = [flow(Inv(1)), flow(Inv(1), ps=OTHER_PS, code="000002")]
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files(answers(*both)[1])
        assert sorted(p.numero_ps for p in ledger.payments()) == sorted([PS, OTHER_PS])


# --- patients, files, exports -----------------------------------------------------------------------------


def test_patients_with_their_sums(ledger: Ledger) -> None:
    found = {patient.nir_masque[-3:]: patient for patient in ledger.patients()}
    assert set(found) == {"000", "001", "002"}
    assert (found["001"].factures, found["001"].demande, found["001"].paye) == (3, 9001, 6500)
    assert (found["001"].premier, found["001"].dernier) == (DAY, LATER)
    assert found["000"].nir_masque == "••••••••••000"
    assert {patient.nir for patient in ledger.patients()} == {""}
    assert {patient.nir[10:13] for patient in ledger.patients(reveal=True)} == {"000", "001", "002"}


def test_files_with_what_they_tell(ledger: Ledger) -> None:
    flux, _, retour, *_ = sorted(ledger.files(), key=lambda file: (file.nature, file.date_fichier))
    assert (flux.nature, flux.norme, flux.enveloppe, flux.factures) == ("flux", "PS-2003C", "fixe", 6)
    assert (retour.nature, retour.norme, retour.enveloppe) == ("retour", "576", "P2")
    assert retour.emetteur == "00000001016421"
    assert (retour.factures, retour.total_annonce) == (5, 2500)


@pytest.mark.parametrize("what", EXPORTS)
def test_exports(ledger: Ledger, what: str) -> None:
    rows = list(csv.DictReader(io.StringIO(ledger.export(what), newline="")))
    document = json.loads(ledger.export(what, "json"))
    assert (document["schema_version"], document["genre"]) == (3, what)
    assert len(document["contenu"]) == len(rows)
    assert all(list(one) == list(rows[0]) for one in document["contenu"])
    assert ledger.export(what) == ledger.export(what)


def test_an_unknown_export_says_which_are_known(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="payments, rejects"):
        ledger.export("nirs")


def test_a_cell_is_never_a_formula(tmp_path: Path) -> None:
    data = month_return(DAY, invoices=[(5, "C", 900)], debts=[("=1+1", -40)])
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files([("r", data)])
        assert ",'=1+1," in ledger.export("debts")


def test_an_empty_ledger_answers_everything(place: str) -> None:
    with Ledger(place, key=KEY) as ledger:
        for what in EXPORTS:
            assert len(ledger.export(what).splitlines()) == 1
        assert ledger.unanswered() == []
        assert ledger.to_resend().a_renvoyer == ()
        assert ledger.orphan_arls() == []
        assert ledger.import_files([]).fichiers == ()


@pytest.mark.parametrize("name", ["flux.b2", "a.b2", "z.b2"])
@pytest.mark.parametrize("again", [True, False], ids=["again", "other"])
def test_a_mark_stays_under_other_names_of_files(tmp_path: Path, name: str, *, again: bool) -> None:
    """A name that another file has too is told with a digest; a file given again under another has both."""
    sent, other = flow(Inv(1)), flow(Inv(2, patient=2), lot="002", code="000002")
    with Ledger(tmp_path / "r.db", key=KEY, personal="encrypt") as ledger:
        ledger.import_files([("flux.b2", sent)])
        ledger.add_mark(mark_of(ledger.sendings("1")[0], "soldee", DAY))
        ledger.import_files([(name, sent if again else other), ("tout.b2", sent + other)])
        line = ledger.sendings("1")[0]
        assert (line.etat, line.marques) == (Etat.SOLDEE_HORS_FLUX, ("soldee",))
        assert [one.sorte for one in marks_of(line, ledger.marks())] == ["soldee"]
        assert ledger.follow().suivi.marques_sans_cible == 0
