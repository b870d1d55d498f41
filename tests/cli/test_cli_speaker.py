"""Who speaks: a return of a complementary insurer never speaks of a fund, whatever the entity."""

import json
import re

import pytest
from cli_runner import run
from cli_samples import entite, flow, retour

from codes import speakers
from codes.actions import Action
from codes.lists import noemie
from codes.motives import MOTIVES, motives_for
from codes.rejects import load, lookup

#: A label of each motive that words can lead to.
LABELS = {
    "cle_chiffrement": "CLE DE CHIFFREMENT PERIMEE",
    "lot_deja_recu": "LOT DEJA RECU",
    "traitement_caisse": "DOSSIER EN RECYCLAGE",
    "doublon": "FACTURE DEJA REGLEE",
    "smg_mauvaise_caisse": "SMG : ORGANISME ERRONE",
    "smg_sans_rattachement": "SMG SANS RATTACHEMENT",
    "ebd_destinataire": "EXAMEN BUCCO-DENTAIRE",
    "prise_en_charge_amc": "PRISE EN CHARGE INCONNUE",
    "droits_rc_fermes": "CONTRAT RESILIE",
    "risque_non_couvert_rc": "RISQUE NON COUVERT",
    "garantie_limitee_rc": "PLAFOND ATTEINT",
    "amc_inconnue": "MUTUELLE INCONNUE",
    "exoneration_non_retrouvee": "EXONERATION INCONNUE",
    "medecin_traitant": "HORS PARCOURS DE SOINS",
    "prescripteur_inconnu": "PRESCRIPTEUR INCONNU",
    "prescription_date": "DATE DE PRESCRIPTION",
    "prescription_incomplete": "ORDONNANCE ABSENTE",
    "at_numero_date": "NUMERO D'AT MANQUANT",
    "nature_assurance_incompatible": "NATURE D'ASSURANCE INCOMPATIBLE",
    "nir_cle_invalide": "NIR INVALIDE",
    "caisse_gestionnaire_erronee": "ORGANISME GESTIONNAIRE ERRONE",
    "assure_inconnu": "ASSURE INCONNU",
    "beneficiaire_inconnu": "BENEFICIAIRE INCONNU",
    "date_soins_invalide": "DATE DE SOINS INVALIDE",
    "entente_prealable_absente": "ENTENTE PREALABLE ABSENTE",
    "cumul_interdit": "CUMUL INTERDIT",
    "acte_inconnu": "CODE ACTE INCONNU",
    "ps_non_identifie": "PRATICIEN NON CONVENTIONNE",
    "delai_facturation": "FORCLUSION",
    "piece_justificative": "PIECE JUSTIFICATIVE MANQUANTE",
    "total_incoherent": "TOTAL FACTURE INCOHERENT",
    "signature_certificat": "SIGNATURE INVALIDE",
    "centre_destinataire_inconnu": "ORGANISME DESTINATAIRE",
    "flux_illisible": "FICHIER NON CONFORME",
    "paiement_partiel": "PAIEMENT PARTIEL",
    "requete_droits": "N ADHERENT ABSENT",
    "autre": "LIBELLE SANS SENS",
}
NEVER_DEDUCED = {m.motive for m in MOTIVES.values() if not m.label_patterns} | {"droits_fermes"}

CODES = sorted(row.code for row in load().rows if row.namespace in ("AMC", "SIM") and row.code)

#: Words of a fund that speaks; caisse 835 may be named in the title of a rule.
FUND = re.compile(
    r"\b(?:la|une|sa|cette|notre) caisse\b(?! 835| SMG)|\b(?:the|a|its|your) (?:caisse|fund)\b"
    r"|assurance maladie|health.insurance"
)

COMPLEMENTARY = sorted(speakers.COMPLEMENTARY_EMITTERS)


def made(emitter: str) -> bytes:
    """The sample return from that emitter, its refused invoice with a reject of each motive and each code."""
    data = retour()
    start = data.index(b"29499")
    end = data.index(b"29599")
    rejects = [
        entite("294", "99", code_rejet=code, libelle_rejet=label, niveau_rejet="L", part_concernee=part)
        for part in "OC"
        for code, label in [*(("", label) for label in LABELS.values()), *((code, "X") for code in CODES)]
    ]
    older = [
        entite("290", "99", code_rejet=f"AAA{code:0>6}R", libelle_rejet="X")
        for code in CODES
        if code.isdigit()
    ]
    data = data[:start] + b"".join(rejects + older) + data[end:]
    return data.replace(b"CT00000001016421", emitter.encode() + b"00000031906571")


def said(*arguments: object, emitter: str) -> str:
    """What is printed, on one line, without the labels received."""
    out = run(*arguments, stdin=made(emitter)).out
    return re.sub(r"\s+", " ", out)


def test_the_labels_cover_every_motive():
    for motive, label in LABELS.items():
        answer = lookup(None, label, "AMC")
        assert answer.motive.motive == motive, label
    assert LABELS.keys() | NEVER_DEDUCED == set(MOTIVES)


@pytest.mark.parametrize("emitter", COMPLEMENTARY)
@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("verb", ["decode", "explain"])
def test_an_insurer_never_speaks_as_a_fund(verb, lang, emitter):
    text = said(verb, "-", "--lang", lang, emitter=emitter)
    assert len(text) > 5000
    assert FUND.findall(text) == []


@pytest.mark.parametrize("emitter", COMPLEMENTARY)
@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("form", ["json", "html"])
def test_neither_in_data_nor_on_the_page(form, lang, emitter):
    text = said("decode", "-", "--format", form, "--lang", lang, emitter=emitter)
    assert len(text) > 5000
    assert FUND.findall(text) == []


@pytest.fixture(scope="module", params=COMPLEMENTARY)
def ledger(request, tmp_path_factory):
    """A ledger that holds the flow of the samples and what an insurer answered."""
    folder = tmp_path_factory.mktemp("speaker")
    (folder / "flow.b2").write_bytes(flow())
    (folder / "retour.noe").write_bytes(made(request.param))
    files = [str(folder / name) for name in ("flow.b2", "retour.noe")]
    assert run("ledger", "import", *files, "--db", str(folder / "x.db")).status == 0
    return ["--db", str(folder / "x.db")]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "asked", ["rejects", "to-resend", "invoices", "report", "report --format html", "transfers"]
)
def test_nor_in_the_ledger(ledger, asked, lang):
    text = re.sub(r"\s+", " ", run("ledger", *asked.split(), *ledger, "--lang", lang).out)
    assert len(text) > 50
    # The words of labels are those received; a state of the part of the fund names it.
    assert FUND.findall(text.replace("INCONNU DE LA CAISSE", "")) == []


@pytest.mark.parametrize("emitter", ["CP", "CT", "SM", "CM", "MA"])
def test_a_fund_still_speaks_as_one(emitter):
    data = json.loads(run("decode", "-", "--format", "json", stdin=made(emitter)).out)
    rejects = [r for f in data["files"][0]["factures"] for r in f["rejets"]]
    assert {r["payer"] for r in rejects if r["part"] == "O"} == {"la caisse"}
    assert {r["namespace"] for r in rejects if r["part"] == "O"} == {"AMO", "SIM"}


@pytest.mark.parametrize(
    ("emitter", "payer"), [("OC", "la complémentaire"), ("CS", "la complémentaire"), ("MU", "la mutuelle")]
)
def test_the_part_is_its_own_whatever_the_entity(emitter, payer):
    data = json.loads(run("decode", "-", "--format", "json", stdin=made(emitter)).out)
    rejects = [r for f in data["files"][0]["factures"] for r in f["rejets"]]
    assert {r["part"] for r in rejects} == {"C"}
    assert {r["payer"] for r in rejects} == {payer}
    assert {r["namespace"] for r in rejects} == {"AMC", "SIM"}


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_text_of_every_motive_and_action(lang):
    for motive in motives_for("C").values():
        texts = (motive.title(lang), motive.note_text(lang))
        texts += tuple(motive.text(kind, lang) for kind in ("meaning", "payer_action", "provider_action"))
        assert not FUND.search(" ".join(texts)), motive.motive
    for action in Action:
        assert not FUND.search(action.banner(lang, complementary=True).lower()), action
        assert not FUND.search(action.title(lang)), action


def test_a_section_locale_mutualiste_is_compulsory_insurance():
    assert "SM" in noemie()["type_emetteur"]
    assert not speakers.is_complementary_emitter("SM")
