"""The closed list of actions, its order of caution and its words."""

import pytest

from codes.actions import Action, most_cautious

CLOSED_LIST = (
    "corriger_retransmettre ne_pas_retransmettre attendre papier reclamation mettre_a_jour_droits"
    " corriger_poste facturer_patient aucune inconnue envoyer_piece renvoyer_fichier"
    " relancer verifier_virement verifier_reprise signaler_trop_percu redemander_retour verifier_refaite"
    " importer_envoi"
)


def test_the_list_is_closed():
    assert sorted(Action) == sorted(CLOSED_LIST.split())


@pytest.mark.parametrize("action", Action)
def test_every_action_has_its_words(action):
    texts = [action.title("fr"), action.title("en"), action.banner("fr"), action.banner("en")]
    assert all(texts)
    assert action.banner("fr") == action.banner("fr").upper()
    assert action.banner("en") == action.banner("en").upper()
    assert action.title() == action.title("fr")
    assert action.banner() == action.banner("fr")


@pytest.mark.parametrize("words", ["title", "banner"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_two_actions_read_the_same(words, lang):
    assert len({getattr(action, words)(lang) for action in Action}) == len(Action)


def test_do_not_resend_is_said_in_words():
    assert Action.NE_PAS_RETRANSMETTRE.banner("fr") == "NE PAS RETRANSMETTRE"
    assert Action.NE_PAS_RETRANSMETTRE.banner("en") == "DO NOT RESEND"


ORDER = (
    "ne_pas_retransmettre attendre verifier_refaite redemander_retour verifier_virement verifier_reprise"
    " inconnue signaler_trop_percu relancer reclamation importer_envoi envoyer_piece mettre_a_jour_droits"
    " corriger_poste papier corriger_retransmettre renvoyer_fichier facturer_patient aucune"
)


def test_order_of_caution():
    assert sorted(Action, key=lambda action: action.caution) == ORDER.split()


@pytest.mark.parametrize("action", Action)
def test_which_actions_block_or_ask_a_resend(action):
    assert action.blocks_resend == (action in {Action.NE_PAS_RETRANSMETTRE, Action.ATTENDRE})
    assert action.asks_resend == (action in {Action.CORRIGER_RETRANSMETTRE, Action.RENVOYER_FICHIER})


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ([], "inconnue"),
        (["aucune"], "aucune"),
        (["corriger_retransmettre", "ne_pas_retransmettre"], "ne_pas_retransmettre"),
        (["attendre", "ne_pas_retransmettre"], "ne_pas_retransmettre"),
        (["attendre", "inconnue"], "attendre"),
        (["inconnue", "corriger_retransmettre"], "inconnue"),
        (["aucune", "corriger_retransmettre"], "corriger_retransmettre"),
        (["aucune", "facturer_patient"], "facturer_patient"),
        (["corriger_retransmettre", "reclamation"], "reclamation"),
        (["corriger_retransmettre", "mettre_a_jour_droits"], "mettre_a_jour_droits"),
        (["corriger_retransmettre", "envoyer_piece"], "envoyer_piece"),
        (["renvoyer_fichier", "corriger_retransmettre"], "corriger_retransmettre"),
        (["papier", "corriger_poste"], "corriger_poste"),
        (list(Action), "ne_pas_retransmettre"),
    ],
)
def test_most_cautious(actions, expected):
    assert most_cautious(map(Action, actions)) is Action(expected)
    assert most_cautious(map(Action, reversed(actions))) is Action(expected)


def test_an_unknown_action_is_refused():
    with pytest.raises(ValueError, match="renvoyer"):
        Action("renvoyer")
