"""Reconciliation on plain data: every state, every reason, nothing counted twice."""

from __future__ import annotations

import datetime as dt
import itertools

import msgspec
import pytest

from codes.actions import Action
from noemie.returns.arl import Arl
from noemie.suivi.reconcile import (
    Ecart,
    Etat,
    Nature,
    PartRecue,
    Raison,
    RejetRecu,
    Returned,
    Sent,
    cle,
    reconcile,
)

DAY = dt.date(2026, 3, 2)
PAID = dt.date(2026, 3, 9)
PS = "991068040"


def sent(numero: str = "000000001", **changes: object) -> Sent:
    base = Sent(
        numero=numero,
        lot="001",
        numero_ps=PS,
        date_lot=DAY,
        date_facturation=DAY,
        amo=1750,
        amc=750,
        fichier="flux.b2",
        identification="000001",
        date_envoi=DAY,
        enregistrement=int(numero) * 4,
    )
    return msgspec.structs.replace(base, **changes)


def returned(numero: str = "000000001", **changes: object) -> Returned:
    base = Returned(
        numero=numero,
        lot="001",
        date_lot=DAY,
        date_facturation=DAY,
        numeros_ps=(f"00000{PS}",),
        amo=PartRecue("P", 1750, 1750),
        amc=PartRecue("P", 750, 750),
        date_paiement=PAID,
        virement=1,
        fichier="retour.noe",
        emetteur="00000001016421",
        identification="ABCDEF",
        date_fichier=PAID,
        enregistrement=int(numero) * 7,
    )
    return msgspec.structs.replace(base, **changes)


def arl(**changes: object) -> Arl:
    base = Arl(
        positif=True,
        numero_lot="001",
        numero_ps=PS,
        date_lot=DAY,
        date_arl=DAY + dt.timedelta(1),
        identification_fichier="000001",
        date_fichier=DAY,
    )
    return msgspec.structs.replace(base, **changes)


DOUBLON = RejetRecu("2900 005", "FACTURE DEJA PAYEE")
NIR = RejetRecu("SIM1", "SIMULATION NIR OU CLE DU NIR INVALIDE", "F", "O", None, 1)
KEPT = RejetRecu("SIMF", "SIMULATION TRAITEMENT CAISSE EN COURS", "F", "O", None, 1)
LINE = RejetRecu("SIM8", "SIMULATION ACTE INCONNU A LA DATE DES SOINS", "L", "O", 1, 1)


@pytest.mark.parametrize(
    ("answer", "etat", "paye", "ecarts"),
    [
        pytest.param({}, Etat.PAYE, 2500, (), id="paid"),
        pytest.param(
            {"amc": None}, Etat.PARTIEL, 1750, (Ecart("AMC", 750, Nature.NON_TRAITE),), id="AMC not told"
        ),
        pytest.param(
            {"amc": PartRecue("", 0, 750)},
            Etat.PARTIEL,
            1750,
            (Ecart("AMC", 750, Nature.NON_TRAITE),),
            id="AMC not processed",
        ),
        pytest.param(
            {"amc": PartRecue("R", 0, 750), "rejets": (NIR,)},
            Etat.PARTIEL,
            1750,
            (Ecart("AMC", 750, Nature.REJET),),
            id="AMC refused",
        ),
        pytest.param(
            {"amc": PartRecue("D", 0, 750)},
            Etat.DIFFERE,
            1750,
            (Ecart("AMC", 750, Nature.DIFFERE),),
            id="AMC deferred",
        ),
        pytest.param(
            {"amo": PartRecue("R", 0, 1750), "amc": PartRecue("R", 0, 750), "rejets": (NIR,)},
            Etat.REJETE,
            0,
            (Ecart("AMO", 1750, Nature.REJET), Ecart("AMC", 750, Nature.REJET)),
            id="refused",
        ),
        pytest.param(
            {"amo": PartRecue("D", 0, 1750), "amc": PartRecue("D", 0, 750)},
            Etat.DIFFERE,
            0,
            (Ecart("AMO", 1750, Nature.DIFFERE), Ecart("AMC", 750, Nature.DIFFERE)),
            id="deferred",
        ),
        pytest.param(
            {"amo": PartRecue("P", 1000, 1750)},
            Etat.PARTIEL,
            1750,
            (Ecart("AMO", 750, Nature.SANS_MOTIF),),
            id="less, no reason",
        ),
        pytest.param(
            {"amo": PartRecue("P", 1000, 1750), "rejets": (LINE,)},
            Etat.PARTIEL,
            1750,
            (Ecart("AMO", 750, Nature.LIGNE_REJETEE),),
            id="a line refused",
        ),
        pytest.param(
            {"amo": PartRecue("P", 1751, 1750)},
            Etat.PARTIEL,
            2501,
            (Ecart("AMO", -1, Nature.TROP_PAYE),),
            id="one cent too much",
        ),
        pytest.param(
            {"amo": PartRecue("P", 0, 1750), "amc": PartRecue("P", 0, 750)},
            Etat.PARTIEL,
            0,
            (Ecart("AMO", 1750, Nature.SANS_MOTIF), Ecart("AMC", 750, Nature.SANS_MOTIF)),
            id="paid nothing, without a reject",
        ),
        pytest.param(
            {"amo": PartRecue("R", 0), "amc": None, "rejets": (NIR,)},
            Etat.REJETE,
            0,
            (Ecart("AMO", 1750, Nature.REJET), Ecart("AMC", 750, Nature.NON_TRAITE)),
            id="refused, old family",
        ),
        pytest.param({"rejets": (DOUBLON,)}, Etat.PAYE, 2500, (), id="paid with a notice"),
        pytest.param(
            {"amo": PartRecue("", 0), "amc": PartRecue("", 0)}, Etat.SANS_REPONSE, 0, (), id="no word"
        ),
    ],
)
def test_state_of_one_answer(
    answer: dict[str, object], etat: Etat, paye: int, ecarts: tuple[Ecart, ...]
) -> None:
    (ligne,) = reconcile([sent()], [returned(**answer)]).lignes
    assert (ligne.etat, ligne.paye, ligne.ecarts) == (etat, paye, ecarts)
    assert ligne.ecart == 2500 - paye


@pytest.mark.parametrize(
    ("invoice", "arls", "etat"),
    [
        pytest.param({}, [], Etat.SANS_REPONSE, id="ARLs not followed"),
        pytest.param({}, [arl()], Etat.SANS_REPONSE, id="ARL positive"),
        pytest.param({}, [arl(positif=False)], Etat.ARL_NEGATIF, id="ARL negative"),
        pytest.param({}, [arl(numero_lot="002")], Etat.ARL_ATTENDU, id="ARL of another batch"),
        pytest.param({}, [arl(numero_ps="991999990")], Etat.ARL_ATTENDU, id="ARL of another professional"),
        pytest.param({}, [arl(date_lot=PAID)], Etat.ARL_ATTENDU, id="ARL of another day"),
        pytest.param({}, [arl(identification_fichier="000002")], Etat.ARL_ATTENDU, id="ARL of another file"),
        pytest.param(
            {}, [arl(numero_lot="1", numero_ps="")], Etat.SANS_REPONSE, id="ARL told by its batch alone"
        ),
        pytest.param(
            {}, [arl(date_arl=PAID), arl(positif=False)], Etat.SANS_REPONSE, id="the last ARL is the one"
        ),
        pytest.param(
            {"tiers_payant": False, "amo": 0, "amc": 0}, [], Etat.SANS_OBJET, id="nothing is claimed"
        ),
        pytest.param(
            {"tiers_payant": False, "amo": 0, "amc": 0},
            [arl(positif=False)],
            Etat.ARL_NEGATIF,
            id="nothing is claimed, ARL negative",
        ),
    ],
)
def test_state_without_answer(invoice: dict[str, object], arls: list[Arl], etat: Etat) -> None:
    (ligne,) = reconcile([sent(**invoice)], [], arls).lignes
    assert (ligne.etat, ligne.paye) == (etat, 0)


def test_an_answer_wins_over_an_arl() -> None:
    (ligne,) = reconcile([sent()], [returned()], [arl(positif=False)]).lignes
    assert ligne.etat is Etat.PAYE
    assert ligne.arl == arl(positif=False)


def test_refused_without_third_party_payment() -> None:
    invoice = sent(tiers_payant=False, amo=0, amc=0)
    answer = returned(amo=PartRecue("R", 0, 0), amc=None, rejets=(NIR,))
    (ligne,) = reconcile([invoice], [answer]).lignes
    assert ligne.etat is Etat.REJETE
    assert ligne.action is Action.CORRIGER_RETRANSMETTRE


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_later_returns_add_up_in_any_order(order: tuple[int, ...]) -> None:
    later = {"identification": "LATER", "date_fichier": PAID + dt.timedelta(14), "fichier": "later.noe"}
    last = {"identification": "LAST", "date_fichier": PAID + dt.timedelta(30), "fichier": "last.noe"}
    answers = [
        returned(amo=PartRecue("D", 0, 1750), amc=PartRecue("P", 750, 750)),
        returned(amo=PartRecue("P", 1000, 1750), amc=None, **later),
        returned(amo=PartRecue("P", 750, 1750), amc=None, **last),
    ]
    (ligne,) = reconcile([sent()], [answers[rank] for rank in order]).lignes
    assert (ligne.etat, ligne.amo_paye, ligne.amc_paye) == (Etat.PAYE, 1750, 750)
    assert [answer.identification for answer in ligne.retours] == ["ABCDEF", "LATER", "LAST"]


def test_what_is_taken_back_is_subtracted() -> None:
    back = returned(
        amo=PartRecue("P", -1750, 1750), amc=None, identification="BACK", date_fichier=PAID + dt.timedelta(20)
    )
    (ligne,) = reconcile([sent()], [returned(), back]).lignes
    assert (ligne.etat, ligne.paye) == (Etat.PARTIEL, 750)


def test_an_invoice_that_gives_money_back() -> None:
    answer = returned(amo=PartRecue("P", -1750, 1750), amc=PartRecue("P", -750, 750))
    (ligne,) = reconcile([sent(amo=-1750, amc=-750)], [answer]).lignes
    assert (ligne.etat, ligne.paye) == (Etat.PAYE, -2500)


# --- matching -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "told",
    [
        {"numero": "1"},
        {"numero": "1        "},
        {"numero": "000000001", "lot": "1"},
        {"numeros_ps": (PS,)},
        {"numeros_ps": (f"000000{PS}", "99999999999999")},
        {"lot": "", "date_lot": None},
        {"lot": "000", "date_lot": None, "date_facturation": None, "numeros_ps": ()},
        {"numeros_ps": ("00000000123456",)},
    ],
    ids=str,
)
def test_matches_whatever_the_writing(told: dict[str, object]) -> None:
    others = [sent("000000002"), sent("000000010")]
    result = reconcile([*others, sent()], [returned(**told)])
    assert [ligne.etat for ligne in result.lignes] == [Etat.SANS_REPONSE, Etat.SANS_REPONSE, Etat.PAYE]
    assert not result.orphelins


@pytest.mark.parametrize(
    ("told", "raison"),
    [
        ({"numero": "000000009"}, Raison.NUMERO),
        ({"lot": "002"}, Raison.LOT),
        ({"date_lot": PAID}, Raison.DATE),
        ({"date_lot": None, "date_facturation": PAID}, Raison.DATE),
        ({"numeros_ps": ("991999990",)}, Raison.PROFESSIONNEL),
    ],
)
def test_orphans_say_why(told: dict[str, object], raison: Raison) -> None:
    other = sent("000000005", numero_ps="991999990")
    result = reconcile([sent(), other], [returned(**told)])
    (orphan,) = result.orphelins
    assert orphan.raison is raison
    assert result.totaux[Etat.ORPHELIN] == (1, 0, 2500)
    assert result.total.paye == 2500
    assert all(ligne.etat is Etat.SANS_REPONSE for ligne in result.lignes)


def test_numbers_start_again_each_year() -> None:
    year = dt.timedelta(365)
    before = sent(date_lot=DAY - year, date_facturation=DAY - year, date_envoi=DAY - year)
    result = reconcile([before, sent()], [returned()])
    assert [ligne.etat for ligne in result.lignes] == [Etat.SANS_REPONSE, Etat.PAYE]
    assert result.lignes[1].sur == ("numero_facture", "numero_ps", "numero_lot", "date_lot")
    assert not result.lignes[1].ambigu


def test_without_any_day_the_last_one_sent_before_wins_and_says_so() -> None:
    year = dt.timedelta(365)
    before = sent(date_lot=DAY - year, date_facturation=DAY - year, date_envoi=DAY - year)
    after = sent(date_lot=DAY + year, date_facturation=DAY + year, date_envoi=DAY + year)
    answer = returned(date_lot=None, date_facturation=None)
    result = reconcile([after, before, sent()], [answer])
    assert [ligne.etat for ligne in result.lignes] == [Etat.SANS_REPONSE, Etat.SANS_REPONSE, Etat.PAYE]
    assert result.lignes[2].ambigu


def test_two_professionals_with_the_same_numbers() -> None:
    other = sent(numero_ps="991999990")
    result = reconcile([sent(), other], [returned(numeros_ps=("00000991999990",))])
    assert [ligne.etat for ligne in result.lignes] == [Etat.SANS_REPONSE, Etat.PAYE]


def test_sent_again_after_a_negative_arl() -> None:
    again = sent(identification="000002", date_envoi=DAY + dt.timedelta(3), fichier="again.b2")
    arls = [
        arl(positif=False),
        arl(identification_fichier="000002", date_fichier=DAY + dt.timedelta(3), date_arl=PAID),
    ]
    result = reconcile([sent(), again], [returned()], arls)
    assert [ligne.etat for ligne in result.lignes] == [Etat.ARL_NEGATIF, Etat.PAYE]


# --- nothing twice ------------------------------------------------------------------------------------


def test_the_same_return_twice_counts_once() -> None:
    copy = returned(fichier="copy.noe")
    result = reconcile([sent()], [returned(), copy])
    assert result.lignes[0].paye == 2500
    assert result.doublons == [("retour", "retour.noe", "copy.noe", 1)]
    assert result.total.paye == 2500


def test_a_file_that_says_the_same_thing_twice_is_believed() -> None:
    again = returned(enregistrement=99)
    result = reconcile([sent()], [returned(), again])
    assert result.lignes[0].paye == 5000
    assert not result.doublons


def test_that_file_given_twice_is_counted_once() -> None:
    file = [returned(), returned(enregistrement=99)]
    copy = [msgspec.structs.replace(one, fichier="copy.noe") for one in file]
    result = reconcile([sent()], [*file, *copy])
    assert result.lignes[0].paye == 5000
    assert result.doublons == [("retour", "retour.noe", "copy.noe", 2)]


def test_the_same_file_name_given_twice_is_counted_once() -> None:
    file = [returned("000000001"), returned("000000002")]
    result = reconcile([sent("000000001"), sent("000000002")], [*file, *file])
    assert result.total.paye == 5000
    assert result.doublons == [("retour", "retour.noe", "retour.noe", 2)]


def test_the_same_flow_twice_counts_once() -> None:
    result = reconcile([sent(), sent(fichier="copy.b2")], [returned()])
    assert [ligne.etat for ligne in result.lignes] == [Etat.PAYE]
    assert result.doublons == [("envoi", "flux.b2", "copy.b2", 1)]


@pytest.mark.parametrize("turned", [False, True])
def test_the_same_invoice_in_two_flows_is_a_duplicate(turned: bool) -> None:
    again = sent(identification="000002", fichier="again.b2", date_envoi=DAY + dt.timedelta(1))
    flows = [again, sent()] if turned else [sent(), again]
    result = reconcile(flows, [returned()])
    states = {ligne.sent.fichier: ligne for ligne in result.lignes}
    assert states["flux.b2"].etat is Etat.PAYE
    assert states["again.b2"].etat is Etat.DOUBLON
    assert states["again.b2"].doublon_de == sent()
    assert result.total.paye == 2500


# --- the report ---------------------------------------------------------------------------------------


def test_days_run_to_the_last_day_known_never_to_today() -> None:
    result = reconcile([sent("000000001"), sent("000000002")], [returned()])
    assert result.on == PAID
    assert [ligne.jours for ligne in result.lignes] == [None, 7]
    later = reconcile([sent("000000002")], [], on=DAY + dt.timedelta(40))
    assert later.lignes[0].jours == 40
    assert reconcile([sent()], []).lignes[0].jours is None


def test_totals_hold_every_cent() -> None:
    invoices = [sent(f"{number:09d}") for number in range(1, 5)]
    answers = [
        returned("000000001"),
        returned("000000002", amo=PartRecue("R", 0), amc=PartRecue("R", 0), rejets=(NIR,)),
        returned("000000003", amo=PartRecue("P", 1, 1750), amc=None),
        returned("000000009"),
    ]
    result = reconcile(invoices, answers)
    assert {etat: total for etat, total in result.totaux.items() if total.nombre} == {
        Etat.PAYE: (1, 2500, 2500),
        Etat.REJETE: (1, 2500, 0),
        Etat.PARTIEL: (1, 2500, 1),
        Etat.SANS_REPONSE: (1, 2500, 0),
        Etat.ORPHELIN: (1, 0, 2500),
    }
    assert result.total == (5, 10000, 5001)
    assert repr(result) == "<Rapprochement paye 1, partiel 1, rejete 1, sans_reponse 1, orphelin 1>"


def test_rejects_of_all_returns_are_listed_once_and_the_most_cautious_action_is_chosen() -> None:
    refused = {"amo": PartRecue("R", 0), "amc": PartRecue("R", 0)}
    first = returned(rejets=(NIR,), **refused)
    second = returned(
        rejets=(NIR, DOUBLON), identification="SECOND", date_fichier=PAID + dt.timedelta(3), **refused
    )
    (ligne,) = reconcile([sent()], [first, second]).lignes
    assert ligne.rejets == (NIR, DOUBLON)
    assert ligne.action is Action.NE_PAS_RETRANSMETTRE


@pytest.mark.parametrize(
    ("answer", "action"),
    [
        ({}, Action.AUCUNE),
        ({"rejets": (NIR,)}, Action.INCONNUE),
        ({"rejets": (DOUBLON,)}, Action.NE_PAS_RETRANSMETTRE),
        ({"rejets": (KEPT,)}, Action.AUCUNE),
        ({"amo": PartRecue("D", 0), "rejets": (NIR,)}, Action.ATTENDRE),
        ({"amo": PartRecue("D", 0), "rejets": (KEPT,)}, Action.NE_PAS_RETRANSMETTRE),
        ({"amc": PartRecue("R", 0), "rejets": (NIR,)}, Action.INCONNUE),
        ({"amo": PartRecue("P", 1), "rejets": (LINE,)}, Action.CORRIGER_RETRANSMETTRE),
        ({"amo": PartRecue("P", 1)}, Action.INCONNUE),
    ],
)
def test_what_was_paid_or_is_awaited_is_never_sent_again(answer: dict[str, object], action: Action) -> None:
    (ligne,) = reconcile([sent()], [returned(**answer)]).lignes
    assert ligne.action is action


def test_action_without_an_answer() -> None:
    assert reconcile([sent()], []).lignes[0].action is Action.INCONNUE
    assert reconcile([sent()], [], [arl(positif=False)]).lignes[0].action is Action.RENVOYER_FICHIER
    assert reconcile([sent()], [], [arl(numero_lot="2")]).lignes[0].action is Action.ATTENDRE


def test_arls_of_unknown_batches_are_told() -> None:
    stray = arl(numero_lot="099")
    assert reconcile([sent()], [returned()], [arl(), stray]).arls_orphelins == [stray]


@pytest.mark.parametrize("enumeration", [Etat, Nature, Raison])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_word_has_two_languages(enumeration: type[Etat], lang: str) -> None:
    labels = [member.label(lang) for member in enumeration]
    assert all(labels)
    assert len(set(labels)) == len(labels)


def test_no_number_of_a_professional_in_any_repr() -> None:
    result = reconcile([sent()], [returned()], [arl()])
    texts = [repr(result), repr(result.lignes[0]), repr(sent()), repr(returned()), repr(arl())]
    assert not [text for text in texts if PS in text]


@pytest.mark.parametrize(
    ("text", "key"), [(" 000000012", "12"), ("12\0\0", "12"), ("000", ""), ("", ""), ("A01", "A01")]
)
def test_cle(text: str, key: str) -> None:
    assert cle(text) == key
