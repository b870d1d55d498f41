"""Every sourced reject, with its action written out here: no row changes its advice unseen."""

import pytest

from codes.actions import Action
from codes.rejects import load, lookup

VENDOR = "NEXT-SERVICEELIGIBILITY-CORE-"


def words(text):
    return text.replace("NEXT-", VENDOR).split()


ACTIONS = {
    ("AMO", "ne_pas_retransmettre"): ["2900 005", "Traitement caisse", "Lot en attente de retarification"],
    ("AMO", "corriger_retransmettre"): ["0460 053", "0470 049"],
    ("AMO", "mettre_a_jour_droits"): ["0450 072", "0250 050"],
    ("AMO", "inconnue"): [
        "0317 051",
        "0450-054",
        "0009-816",
        "LE NUMERO DE PRESCRIPTEUR EST INCONNU AU",
        "L ETABLISSEMENT PRESCRIPTEUR EST INCONNU",
        "TRAITEMENT MANUEL",
    ],
    ("AMC", "inconnue"): [
        "FACTURE EN COURS DE TRAITEMENT CAISSE",
        "DROIT NON OUVERT EN R.C. A LA MUT",
        "RISQUE NON COUVERT",
        "CODE TPE INCONNU",
    ],
    ("AMC", "ne_pas_retransmettre"): ["697"],
    ("AMC", "corriger_retransmettre"): words("125 705 706 707 900"),
    ("AMC", "mettre_a_jour_droits"): words("122 413 651"),
    ("OC929", "aucune"): ["32", "33", "34"],
    ("OC929", "inconnue"): words(
        "01 02 03 04 05 06 07 08 09 10 11 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 35 36 37"
        " 38 40 41 43 53 55 56 59 60 61 62 63 64 65 66 67 72 73 74 75 78 80 81 82 84 85"
    ),
    ("ARL", "attendre"): ["ARL positif"],
    ("ARL", "renvoyer_fichier"): ["ARL négatif"],
    ("ARL", "ne_pas_retransmettre"): ["4015"],
    ("ARL", "inconnue"): ["4005"],
    ("SSV", "aucune"): ["0xF80B"],
    ("SSV", "corriger_poste"): words(
        "0x0001 0x0002 0x0004 0x0008 0x0010 0x0040 0x0200 0x0400 0x0800 0x8001 0x8002 0x8003 0x8004 0x8005"
        " 0x8006 0x8007 0x800A 0x800C 0x800D 0x800E 0x800F 0x8010 0x8011 0xD200 0xD201 0xF001 0xF003 0xF004"
        " 0xF011 0xF014 0xF015 0xF026 0xF0F0 0xF0FF 0xF100 0xF101 0xF600 0xF610-0xF61F 0xF620-0xF62F"
        " 0xF630-0xF63F 0xF640-0xF64F 0xF650-0xF65F 0xF660-0xF66F 0xF670 0xF680 0xF6F1 0xF6F2 0xF800 0xF801"
        " 0xF802 0xF804 0xF805 0xF806 0xF807 0xF809 0xF80A 0xF909 0xF90D"
    ),
    ("DROITS", "aucune"): ["0000", "SEVEANE-00"],
    ("DROITS", "mettre_a_jour_droits"): [
        *words("6005 6008 6009 6013 NEXT-00164 NEXT-00165"),
        *(f"SEVEANE-{code}" for code in words("01 05 06 07 08 30")),
    ],
    ("DROITS", "facturer_patient"): [f"SEVEANE-{code}" for code in words("09 10 11 12 29")],
    ("DROITS", "reclamation"): ["SEVEANE-97"],
    ("DROITS", "inconnue"): words(
        "0999 6000 6001 6002 6003 6004 6006 6010 6014 NEXT-00063 NEXT-00064 NEXT-00065 NEXT-00067 NEXT-00160"
        " NEXT-00161 NEXT-00162 NEXT-00163 SEVEANE-15 SEVEANE-99"
    ),
}

BANNERS = {
    "ne_pas_retransmettre": ("NE PAS RETRANSMETTRE", "DO NOT RESEND"),
    "attendre": ("ATTENDRE, NE RIEN RENVOYER", "WAIT, RESEND NOTHING"),
    "reclamation": ("DÉPOSER UNE RÉCLAMATION", "FILE A CLAIM"),
    "facturer_patient": ("FACTURER AU PATIENT", "BILL THE PATIENT"),
    "inconnue": ("ACTION INCONNUE : INTERROGER LA CAISSE", "ACTION UNKNOWN: ASK THE FUND"),
    "mettre_a_jour_droits": ("METTRE À JOUR LES DROITS", "UPDATE THE RIGHTS"),
    "corriger_poste": ("CORRIGER LE POSTE", "FIX THE WORKSTATION"),
    "corriger_retransmettre": ("CORRIGER PUIS REFAIRE LA FACTURE", "CORRECT, THEN REDO THE INVOICE"),
    "renvoyer_fichier": ("CORRIGER PUIS RENVOYER LE FICHIER", "CORRECT, THEN SEND THE FILE AGAIN"),
    "aucune": ("RIEN À FAIRE", "NOTHING TO DO"),
}

BANNERS_OF_AMC = {
    **BANNERS,
    "inconnue": (
        "ACTION INCONNUE : INTERROGER LA COMPLÉMENTAIRE",
        "ACTION UNKNOWN: ASK THE COMPLEMENTARY INSURER",
    ),
    "corriger_retransmettre": (
        "CORRIGER PUIS REFAIRE LA PART COMPLÉMENTAIRE",
        "CORRECT, THEN REDO THE COMPLEMENTARY PART",
    ),
}

CASES = [(namespace, name, action) for (namespace, action), names in ACTIONS.items() for name in names]


@pytest.mark.parametrize(("namespace", "name", "action"), CASES, ids=[f"{n}-{c}" for n, c, _ in CASES])
def test_the_action_of_each_sourced_reject(namespace, name, action):
    known = {row.code or row.label: row for row in load().rows if row.namespace == namespace}
    row = known[name]
    answer = lookup(row.code or None, row.label or None, namespace)
    assert answer.reject is row
    assert answer.action is Action(action)
    banners = BANNERS_OF_AMC if namespace == "AMC" else BANNERS
    assert (answer.banner("fr"), answer.banner("en")) == banners[action]
    assert answer.blocks_resend == (action in ("ne_pas_retransmettre", "attendre"))


def test_no_sourced_reject_is_forgotten():
    shipped = {(row.namespace, row.code or row.label) for row in load().rows if row.namespace != "SIM"}
    assert {(namespace, name) for namespace, name, _ in CASES} == shipped
    assert len(CASES) == 190


@pytest.mark.parametrize("row", load().rows, ids=lambda row: f"{row.namespace}-{row.code or row.label}")
def test_sources_and_caveats_are_in_both_languages(row):
    answer = lookup(row.code or None, row.label or None, row.namespace)
    for french, english in (
        (answer.source_text("fr"), answer.source_text("en")),
        (answer.note_text("fr"), answer.note_text("en")),
    ):
        assert french
        assert english
        same = french.startswith(("https://", "toolkit", "simulated"))
        assert (french == english) == same, french
        assert not {"é", "è", "ê", "à"} & set(english.replace("“Rejets de télétransmission", "")), english
    assert answer.answered_by("fr") != answer.answered_by("en")
