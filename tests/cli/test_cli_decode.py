"""`noemie decode`: the action first, the amounts, the totals, what must not be sent again."""

import json

import pytest
from cli_runner import run
from cli_samples import entite, mouvements, retour

RETOUR_FR = """\
- : retour NOEMIE, référence 576, du 20/03/2025, de : centre informatique du
régime général

Virement du 20/03/2025 : 17,50 €, payeur 01421, 2 factures
  CPAM FICTIVE

À TRAITER (1)

Facture 000000002, lot 001 du 14/03/2025 : rejetée, maladie
  ■ NE PAS RETRANSMETTRE
  AMO  demandé 17,50 €, payé 0,00 €, part rejetée
  2900  « FACTURE DEJA PAYEE »  facture entière, part obligatoire (AMO), avec ou
    sans la part AMC
    sens       Une facture portant ce numéro est déjà réglée pour cette
               personne.
    certitude  déduit du libellé
"""


def test_the_action_comes_first():
    result = run("decode", "-", stdin=retour(), NOEMIE_COLUMNS="80")
    assert (result.status, result.err) == (0, "")
    out = result.out.replace("\u00a0", " ")
    assert out.startswith(RETOUR_FR)
    assert "Compteurs et totaux du fichier : vérifiés." in out
    assert out.endswith(
        "EN RÉSUMÉ\n"
        "  2 factures : 1 payée, 1 rejetée\n"
        "  payé    17,50 €\n"
        "  rejeté  17,50 €\n"
        "  à traiter : 1 facture, 17,50 € demandés\n"
        "  ■ NE PAS RETRANSMETTRE : 1 facture, 17,50 € demandés (000000002)\n"
    )


def test_in_english():
    out = run("decode", "-", "--lang", "en", stdin=retour()).out
    assert "Transfer of 2025-03-20: €17.50, payer 01421, 2 invoices" in out
    assert "\n  ■ DO NOT RESEND\n" in out
    assert "NEEDS YOUR ATTENTION (1)" in out
    assert out.endswith("  ■ DO NOT RESEND: 1 invoice, €17.50 claimed (000000002)\n")


def test_do_not_resend_has_a_line_of_its_own():
    lines = run("decode", "-", stdin=retour()).out.splitlines()
    at = next(rank for rank, line in enumerate(lines) if line.startswith("Facture 000000002"))
    assert lines[at + 1] == "  ■ NE PAS RETRANSMETTRE"


def test_the_same_reject_is_told_in_full_once():
    reject = retour()[retour().index(b"29499") :][:153]
    out = run("decode", "-", stdin=retour().replace(reject, reject * 2)).out
    words = " ".join(out.split())
    assert words.count("sens Une facture portant ce numéro") == 2
    assert words.count("source Mémo") == 1
    assert words.count("source et réserves : voir plus haut") == 1


def test_a_reject_alone_is_no_finding_but_a_wrong_total_is():
    assert run("decode", "-", stdin=retour()).status == 0
    wrong = retour().replace(b"00000001750P", b"00000009750P")
    result = run("decode", "-", stdin=wrong)
    assert result.status == 1
    assert "CONTRÔLE DU FICHIER : " in result.out
    assert run("decode", "-", "--fail-on", "never", stdin=wrong).status == 0


def test_paid_invoices_are_a_table():
    out = run("decode", "-", stdin=retour()).out.replace("\u00a0", " ")
    assert "SANS REMARQUE (1)\nfacture    lot  date        demandé    AMO   AMC     payé\n" in out
    assert "000000001  001  14/03/2025    17,50  17,50  0,00  17,50 €\n" in out


def test_contract_movements():
    result = run("decode", "-", stdin=mouvements())
    assert result.status == 0
    assert "MOUVEMENTS DE CONTRAT (1)" in result.out
    assert "Mouvement C (création), assuré •••, adhérent •••, bénéficiaire •••" in " ".join(
        result.out.split()
    )
    assert "MUJ130004C  « ••• »" in result.out
    assert "NE PAS RETRANSMETTRE" not in result.out


def test_an_unknown_code_stays_unknown():
    data = retour().replace(b"2900FACTURE DEJA PAYEE", b"ZZZZQUELQUE CHOSE     ")
    out = run("decode", "-", stdin=data).out
    assert "■ ACTION INCONNUE : INTERROGER LA CAISSE" in out
    assert "attention  code inconnu" in out


def test_json_says_the_same():
    document = json.loads(run("decode", "-", "--format", "json", stdin=retour()).out)
    (file,) = document["files"]
    assert file["summary"]["paye"] == 1750
    assert file["summary"]["rejete"] == 1750
    assert file["summary"]["ne_pas_retransmettre"] == ["000000002"]
    asked = {"factures": 1, "montant_demande": 1750, "sans_montant": 0, "rejets_hors_facture": 0}
    assert file["summary"]["a_traiter"] == asked
    assert file["summary"]["actions"] == [
        {
            "action": "ne_pas_retransmettre",
            "banner": "NE PAS RETRANSMETTRE",
            **asked,
            "numeros": ["000000002"],
        }
    ]
    first, second = file["factures"]
    assert (first["etat"], first["action"], first["montant_paye"]) == ("payee", "aucune", 1750)
    assert (second["etat"], second["action"], second["blocks_resend"]) == (
        "rejetee",
        "ne_pas_retransmettre",
        True,
    )
    (rejet,) = second["rejets"]
    assert (rejet["code"], rejet["label"], rejet["inferred"]) == ("2900", "FACTURE DEJA PAYEE", True)
    assert rejet["information"] == "•••"
    assert rejet["source"]
    assert rejet["confidence"] == "B"


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("ASSURE 1 77 02 88 888 042 INCONNU", "ASSURE X XX XX XX XXX XXX INCONNU"),
        ("DROITS FERMES LIGNE 12", "DROITS FERMES LIGNE 12"),
    ],
)
def test_numbers_of_labels_are_crossed_out(label, shown):
    old = entite("294", "99", code_rejet="2900", libelle_rejet="FACTURE DEJA PAYEE")[5:95]
    data = retour().replace(old, b"2900" + label.encode().ljust(86))
    assert f"« {shown} »" in run("decode", "-", stdin=data).out
    assert label in run("decode", "-", "--show-values", stdin=data).out
