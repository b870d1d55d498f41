"""What must be done: the rules of `codes.decide`, each by a case a line."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import msgspec
import pytest

from codes.actions import REDOES, RESENDS, Action
from codes.decide import Context, PartView, Refus, decide, explain, orphan_action, reject_action
from codes.delais import Delais
from codes.delais import load as load_delays
from codes.notes import Note
from codes.rejects import load
from codes.states import Certitude, Etat, EtatPart

SENT, DECIDED = dt.date(2026, 1, 15), dt.date(2026, 1, 20)
REJECTS = {
    "fix": Refus("SIMJ", "SIMULATION PRESCRIPTION INTERDITE A CETTE DATE", day=DECIDED),
    "dup": Refus("SIMA", "SIMULATION FACTURE DEJA PAYEE", day=DECIDED),
    "wait": Refus("SIMF", "SIMULATION TRAITEMENT CAISSE EN COURS", day=DECIDED),
    "rights": Refus("SIME", "SIMULATION DROITS FERMES A LA DATE DES SOINS", day=DECIDED),
    "unk": Refus("SIMC", "SIMULATION REFUS SANS MOTIF PRECIS", day=DECIDED),
}
PAID = {
    EtatPart.PAYEE: 1000,
    EtatPart.TROP_PAYEE: 1500,
    EtatPart.PAYEE_EN_PARTIE: 400,
}


def decided(amo: str, amc: str, state: str, rejects: str = "", day: str = "", **context: object):
    """The decision on two parts of 10,00; `day` is that of the question."""
    parts = {}
    for name, told in (("AMO", amo), ("AMC", amc)):
        etat = EtatPart(told)
        silent = etat in (EtatPart.ATTENDUE, EtatPart.RIEN_DU)
        parts[name] = PartView(etat, 1000, PAID.get(etat, 0), None if silent else DECIDED)
    found = [REJECTS[one]._replace(part=part) for one, _, part in (w.partition("~") for w in rejects.split())]
    on = dt.date.fromisoformat(day) if day else None
    return decide(parts, found, Etat(state), on=on, context=Context(sent_on=SENT, **context))


@pytest.mark.parametrize(
    ("amo", "amc", "state", "rejects", "expected"),
    [
        ("payee", "payee", "payee", "", "aucune aucune aucune"),
        ("payee", "payee", "payee", "fix", "aucune aucune aucune"),
        (
            "rejetee",
            "rejetee",
            "rejetee",
            "fix",
            "corriger_retransmettre corriger_retransmettre corriger_retransmettre",
        ),
        ("rejetee", "rejetee", "rejetee", "", "inconnue inconnue inconnue"),
        (
            "rejetee",
            "rejetee",
            "rejetee",
            "fix dup",
            "ne_pas_retransmettre ne_pas_retransmettre ne_pas_retransmettre",
        ),
        (
            "rejetee",
            "rejetee",
            "rejetee",
            "dup~O fix~C",
            "ne_pas_retransmettre ne_pas_retransmettre inconnue",
        ),
        ("rejetee", "attendue", "rejetee", "fix", "corriger_retransmettre corriger_retransmettre attendre"),
        ("payee", "rejetee", "payee_en_partie", "fix~C", "inconnue aucune inconnue"),
        (
            "payee",
            "rejetee",
            "payee_en_partie",
            "rights~C",
            "mettre_a_jour_droits aucune mettre_a_jour_droits",
        ),
        (
            "trop_payee",
            "rejetee",
            "trop_payee",
            "rights~C",
            "signaler_trop_percu signaler_trop_percu mettre_a_jour_droits",
        ),
        ("attendue", "rejetee", "rejetee", "fix~C", "attendre attendre attendre"),
        (
            "differee",
            "differee",
            "differee",
            "wait",
            "ne_pas_retransmettre ne_pas_retransmettre ne_pas_retransmettre",
        ),
        ("differee", "differee", "differee", "", "attendre attendre attendre"),
        ("reprise", "payee", "reprise", "", "verifier_reprise verifier_reprise aucune"),
        (
            "doublon",
            "doublon",
            "doublon",
            "fix",
            "ne_pas_retransmettre ne_pas_retransmettre ne_pas_retransmettre",
        ),
        ("remplacee", "remplacee", "remplacee", "fix", "aucune aucune aucune"),
        ("attendue", "attendue", "arl_negatif", "", "renvoyer_fichier renvoyer_fichier renvoyer_fichier"),
    ],
)
def test_by_states_and_rejects(amo, amc, state, rejects, expected):
    found = decided(amo, amc, state, rejects)
    assert f"{found.action} {found.parts['AMO']} {found.parts['AMC']}" == expected


@pytest.mark.parametrize(
    ("day", "context", "expected"),
    [
        ("2026-02-13", {}, "attendre"),
        ("2026-02-14", {}, "relancer"),
        ("2026-04-14", {}, "relancer"),
        ("2026-04-15", {}, "reclamation"),
        ("2026-04-15", {"silent_amc": True}, "relancer"),
        ("2026-02-13", {"tied": True}, "attendre"),
        ("2026-04-15", {"tied": True}, "inconnue"),
        ("2026-01-20", {"cut": True}, "redemander_retour"),
        ("", {}, "attendre"),
    ],
)
def test_what_waits_is_chased_by_age(day, context, expected):
    assert decided("attendue", "attendue", "reponse_attendue", day=day, **context).action == expected


@pytest.mark.parametrize(
    ("day", "expected"), [("2026-01-19", "attendre"), ("2026-01-20", "relancer"), ("2026-03-30", "relancer")]
)
def test_an_arl_is_late_after_two_working_days(day, expected):
    assert decided("attendue", "attendue", "arl_attendu", day=day).action == expected


@pytest.mark.parametrize(
    ("context", "action", "certitude", "notes"),
    [
        ({"certitude": Certitude.A_VERIFIER}, "inconnue", "a_verifier", ""),
        ({"hint": True}, "verifier_refaite", "certaine", ""),
        ({"said_paid": True}, "inconnue", "probable", "deja_payee_dite"),
        ({"elsewhere": "chaine"}, "inconnue", "certaine", ""),
        ({"elsewhere": "autre"}, "verifier_refaite", "a_verifier", "refaite_possible"),
        ({"bank": True}, "verifier_virement", "certaine", ""),
        ({"cancelled": True}, "aucune", "certaine", ""),
    ],
)
def test_what_forbids_a_resend(context, action, certitude, notes):
    found = decided("rejetee", "rejetee", "rejetee", "fix", **context)
    assert (found.action, found.certitude) == (action, certitude)
    assert found.notes == frozenset(map(Note, notes.split()))


@pytest.mark.parametrize("rejects", ["fix", "unk", "rights", "fix rights", ""])
@pytest.mark.parametrize("amo", [EtatPart.PAYEE, EtatPart.PAYEE_EN_PARTIE, EtatPart.TROP_PAYEE])
def test_nothing_with_money_is_sent_again(amo, rejects):
    found = decided(amo, "rejetee", "payee_en_partie", rejects)
    assert not RESENDS & {found.action, *found.parts.values()}


def test_a_negative_claim_is_reported_never_chased():
    parts = {name: PartView(EtatPart.ATTENDUE, -1000, 0) for name in ("AMO", "AMC")}
    for day, action in ((dt.date(2026, 2, 1), "attendre"), (dt.date(2026, 9, 1), "signaler_trop_percu")):
        found = decide(parts, (), Etat.REPONSE_ATTENDUE, on=day, context=Context(sent_on=SENT))
        assert found.action == action


def test_what_another_invoice_may_have_been_answered_for_is_never_chased():
    parts = {name: PartView(EtatPart.ATTENDUE, 1000, 0) for name in ("AMO", "AMC")}
    context = Context(sent_on=SENT, certitude=Certitude.A_VERIFIER, tied=True)
    for state in (Etat.ARL_ATTENDU, Etat.REPONSE_ATTENDUE):
        for days, action in ((10, "attendre"), (29, "attendre"), (30, "inconnue"), (400, "inconnue")):
            found = decide(parts, (), state, on=SENT + dt.timedelta(days), context=context)
            assert found.action == action


def test_a_reject_of_a_negative_claim_asks_for_no_claim():
    refused = {"AMO": PartView(EtatPart.REJETEE, -1470, 0, DECIDED), "AMC": PartView(EtatPart.RIEN_DU, 0, 0)}
    who = [Refus("SIMG", "SIMULATION PROFESSIONNEL NON IDENTIFIE", day=DECIDED)]
    assert decide(refused, who, Etat.REJETEE).action is Action.INCONNUE
    due = {**refused, "AMO": PartView(EtatPart.REJETEE, 1470, 0, DECIDED)}
    assert decide(due, who, Etat.REJETEE).action is Action.RECLAMATION


def test_a_reject_that_a_later_decision_replaced_is_history():
    older = REJECTS["dup"]._replace(day=dt.date(2026, 1, 10))
    parts = {name: PartView(EtatPart.REJETEE, 1000, 0, DECIDED) for name in ("AMO", "AMC")}
    assert decide(parts, [older, REJECTS["fix"]], Etat.REJETEE).action is Action.CORRIGER_RETRANSMETTRE


def test_a_row_of_the_site_wins():
    shipped = next(row for row in load().rows if row.code == "SIMJ")
    row = replace(shipped, action_class=Action.ENVOYER_PIECE, origin="site.toml", source="le cabinet")
    site = load().with_site([row])
    parts = {name: PartView(EtatPart.REJETEE, 1000, 0, DECIDED) for name in ("AMO", "AMC")}
    assert decide(parts, [REJECTS["fix"]], Etat.REJETEE, site).action is Action.ENVOYER_PIECE


@pytest.mark.parametrize(
    ("rejects", "paid", "expected"),
    [
        ("", 1000, "importer_envoi"),
        ("", -1000, "verifier_reprise"),
        ("fix", 0, "importer_envoi"),
        ("rights", 0, "importer_envoi"),
        ("dup", 0, "ne_pas_retransmettre"),
        ("unk", 0, "inconnue"),
    ],
)
def test_an_orphan_never_asks_for_a_new_invoice(rejects, paid, expected):
    found = orphan_action([REJECTS[one] for one in rejects.split()], paid)
    assert found == expected
    assert found not in REDOES


def test_the_context_is_empty_by_default():
    assert msgspec.structs.asdict(Context()) == {
        "sent_on": None,
        "certitude": Certitude.CERTAINE,
        "hint": False,
        "elsewhere": "",
        "bank": False,
        "cut": False,
        "said_paid": False,
        "tied": False,
        "silent_amc": False,
        "cancelled": False,
    }


def test_without_a_day_or_a_sending_an_arl_is_never_late():
    parts = dict.fromkeys(("AMO", "AMC"), PartView(EtatPart.ATTENDUE, 1000, 0, None))
    for on, sent in ((None, SENT), (SENT.replace(year=2030), None), (None, None)):
        found = decide(parts, [], Etat.ARL_ATTENDU, on=on, context=Context(sent_on=sent))
        assert found.action is Action.ATTENDRE


def test_an_orphan_that_pays_nothing_needs_its_sending():
    assert orphan_action([], 0) is Action.IMPORTER_ENVOI
    assert orphan_action([], -1) is Action.VERIFIER_REPRISE


@pytest.mark.parametrize(
    ("own", "part", "decided", "expected"),
    [
        (Action.CORRIGER_RETRANSMETTRE, "AMO", Action.ATTENDRE, Action.ATTENDRE),
        (Action.CORRIGER_RETRANSMETTRE, "", Action.ATTENDRE, Action.ATTENDRE),
        (Action.METTRE_A_JOUR_DROITS, "AMO", Action.CORRIGER_RETRANSMETTRE, Action.METTRE_A_JOUR_DROITS),
        (Action.RECLAMATION, "AMO", Action.ATTENDRE, Action.RECLAMATION),
        (Action.CORRIGER_RETRANSMETTRE, "AMO", Action.AUCUNE, Action.AUCUNE),
    ],
)
def test_one_reject_never_asks_to_redo_what_the_decision_does_not(own, part, decided, expected):
    assert reject_action(own, part, decided, {"AMO": decided, "AMC": Action.AUCUNE}) is expected
    assert reject_action(own, part, decided, {"AMO": decided}, history=True) is Action.AUCUNE


def test_a_code_means_what_its_part_says_it_means():
    shipped = next(row for row in load().rows if row.code == "SIMJ")
    rows = [
        replace(shipped, code="Z99", label=label, namespace=name, origin="site.toml", action_class=action)
        for label, name, action in (
            ("REFUS CAISSE", "AMO", Action.ENVOYER_PIECE),
            ("REFUS MUTUELLE", "AMC", Action.RECLAMATION),
        )
    ]
    site = load().with_site(rows)
    for part, action in (("O", Action.ENVOYER_PIECE), ("", Action.ENVOYER_PIECE), ("C", Action.RECLAMATION)):
        assert explain(Refus("Z99", "", part=part), site).action is action
        assert explain(REJECTS["rights"]._replace(part=part)).complementary is (part == "C")


def test_a_site_may_keep_a_row_for_one_fund():
    shipped = next(row for row in load().rows if row.code == "SIMJ")
    row = replace(shipped, code="Z99", namespace="AMO", emitter="01999", origin="site.toml")
    site = load().with_site([row])
    for emitter, action in (("01999", row.action_class), ("01888", Action.INCONNUE), ("", Action.INCONNUE)):
        assert explain(Refus("Z99", "", emitter=emitter), site).action is action


@pytest.mark.parametrize("decided_on", [DECIDED, None])
@pytest.mark.parametrize("day", [DECIDED, None])
def test_a_reject_or_a_decision_without_a_day_counts(day, decided_on):
    parts = {name: PartView(EtatPart.REJETEE, 1000, 0, decided_on) for name in ("AMO", "AMC")}
    told = decide(parts, [REJECTS["fix"]._replace(day=day)], Etat.REJETEE, on=DECIDED)
    assert told.action is Action.CORRIGER_RETRANSMETTRE


def test_a_label_is_enough():
    label = "SIMULATION PRESCRIPTION INTERDITE A CETTE DATE"
    assert explain(Refus("", label)).action is Action.CORRIGER_RETRANSMETTRE
    assert explain(Refus("", "")).action is Action.INCONNUE


def test_each_part_has_its_delay():
    row = next(row for row in load_delays().rows if row.id == "relance")
    told = {"relance": 10, "relance_amc": 20, "relance_differe": 30, "reclamation": 40}
    delays = Delais([row._replace(id=id, value=value) for id, value in told.items()])
    parts = {name: PartView(EtatPart.ATTENDUE, 1000, 0) for name in ("AMO", "AMC")}
    for days, amo, amc in (
        (9, "attendre", "attendre"),
        (10, "relancer", "attendre"),
        (19, "relancer", "attendre"),
        (20, "relancer", "relancer"),
        (40, "reclamation", "reclamation"),
    ):
        on = SENT + dt.timedelta(days)
        found = decide(
            parts, (), Etat.REPONSE_ATTENDUE, on=on, context=Context(sent_on=SENT), delays=delays
        ).parts
        assert (found["AMO"], found["AMC"]) == (amo, amc)


def test_a_part_waits_since_the_sending_when_the_other_was_told_before():
    parts = {
        "AMO": PartView(EtatPart.PAYEE, 1000, 1000, SENT - dt.timedelta(10)),
        "AMC": PartView(EtatPart.ATTENDUE, 500, 0),
    }
    for days, action in ((29, "attendre"), (30, "relancer")):
        on = SENT + dt.timedelta(days)
        found = decide(parts, (), Etat.PART_AMC_ATTENDUE, on=on, context=Context(sent_on=SENT))
        assert found.parts["AMC"] == action
