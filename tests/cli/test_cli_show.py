"""`noemie show`: the tree of a flow and of a return, record by record, at any width."""

import json
import re

import pytest
from cli_runner import run
from cli_samples import clean, flow, mouvements, retour

import fse

FLOW_FR = """\
- : flux de factures B2, norme PS-2003C, enregistrements de 128 octets
Reconnu à ceci : il commence par 000, « B2 » aux octets 66-67.

Fichier identifiant 000001, du 14/03/2025, de TP (partenaire de santé exerçant
hors établissement), numéro •••, pour CT (centre de traitement du régime
général), numéro 00000001016421, application TR (télétransmission de factures)
├─ Lot 001 du 14/03/2025, professionnel •••, destination 421
│  ├─ Facture 000000001 du 14/03/2025, maladie
│  │  │ dépense 25,00 €, AMO 17,50 €, AMC 0,00 €
│  │  ├─ 2 en-tête de facture : NIR •••, clé •••, opération 1 (paiement normal),
│  │  │    régime 01 (régime général), caisse 421"""


def test_the_tree_of_a_flow():
    result = run("show", "-", stdin=flow(), NOEMIE_COLUMNS="80")
    assert (result.status, result.err) == (0, "")
    out = result.out.replace("\u00a0", " ")
    assert out.startswith(FLOW_FR)
    assert "│  │  ├─ C (consultation) du 04/03/2025, 1 × 25,00 €, base 25,00 €, taux 70 %," in out
    assert "└─ 999 fin de fichier : enregistrements 16, lots 1\n" in out
    assert run("show", "-", stdin=clean()).out.endswith("\n\nContrôle : rien à corriger.\n")


def test_in_english():
    out = run("show", "-", "--lang", "en", stdin=flow()).out
    assert out.startswith("-: B2 flow of invoices, norm PS-2003C, records of 128 bytes\n")
    assert "├─ Batch 001 of 2025-03-14, professional •••, destination 421" in out
    assert "│  ├─ Invoice 000000001 of 2025-03-14, illness" in out
    assert run("show", "-", "--lang", "en", stdin=clean()).out.endswith("Check: nothing to correct.\n")


@pytest.mark.parametrize("columns", ["60", "80", "120", "400"])
def test_lines_keep_to_the_width(columns):
    for data in (flow(), retour(), mouvements()):
        for command in (("show", "-"), ("show", "-", "--records"), ("check", "-")):
            out = run(*command, stdin=data, NOEMIE_COLUMNS=columns).out
            assert max(len(line) for line in out.splitlines()) <= int(columns)


def test_no_blank_at_the_end_of_lines():
    for data in (flow(), retour()):
        out = run("show", "-", stdin=data).out
        assert [line for line in out.splitlines() if line != line.rstrip()] == []


def test_records_of_a_wrapped_flow_with_their_bytes_in_the_file():
    data = flow()
    data = b"\r\n".join(data[at : at + 76] for at in range(0, len(data), 76))
    out = run("show", "-", "--records", "--limit", "3", stdin=data).out
    # After three line ends; two more stand within record 3.
    assert "Enregistrement 3  2 en-tête de facture  octets 262 à 393\n" in out
    assert data[262:394].replace(b"\r\n", b"") == flow()[256:384]


def test_records_with_their_bytes():
    out = run("show", "-", "--records", "--limit", "3", stdin=flow()).out
    assert "Enregistrement 3  2 en-tête de facture  octets 256 à 383\n" in out
    assert "\n    12-24  nir" in out
    assert "\n    77-78  nature_assurance" in out
    assert "13 autres enregistrements (--limit 0 pour tous)" in out
    assert run("show", "-", "--records", "--limit", "0", stdin=flow()).out.count("Enregistrement ") == 16


def test_so_many_invoices_then_a_count():
    out = run("show", "-", stdin=flow(25)).out
    assert out.count("─ Facture ") == 20
    assert "5 autres factures (--limit 0 pour toutes)" in out
    assert run("show", "-", "--limit", "0", stdin=flow(25)).out.count("─ Facture ") == 25


def test_the_tree_of_a_return():
    out = run("show", "-", stdin=retour()).out.replace("\u00a0", " ")
    assert "- : retour NOEMIE, référence 576, entités à la suite (forme P2)\n" in out
    assert "├─ 071 virement : du 20/03/2025, texte CPAM FICTIVE, payeur 01421" in out
    assert "102 facture : numéro 000000001, lot 001, du 14/03/2025" in out
    assert "198 part AMO : demandé 17,50 €, état P (part payée), payé 17,50 €" in out
    assert "294 rejet ou signalement : code 2900, libellé FACTURE DEJA PAYEE" in out
    assert "Contrôle : rien à corriger. → noemie decode - explique paiements et rejets." in " ".join(
        out.split()
    )


def test_json_is_the_whole_structure():
    document = json.loads(run("show", "-", "--format", "json", stdin=flow()).out)
    (file,) = document["files"]
    assert document["schema_version"] == 2
    assert (file["family"], file["norme"], file["envelope"]) == ("b2", "PS-2003C", "fixe")
    assert [seen["key"] for seen in file["seen"]] == ["entite-000", "norme-b2"]
    assert (file["records"], file["factures"], file["omitted"]) == (16, 2, 0)
    invoice = file["lots"][0]["factures"][0]
    assert (invoice["numero"], invoice["nature_assurance"]) == ("000000001", "10")
    assert (invoice["montant_depense"], invoice["montant_amo"]) == (2500, 1750)
    assert invoice["actes"][0]["date"] == "2025-03-04"
    masked = [field for field in invoice["entete"][0]["fields"] if field.get("masked")]
    assert {"nir", "date_naissance", "numero_at"} <= {field["name"] for field in masked}
    assert {field["value"] for field in masked} == {"•••"}


def test_values_when_asked_for():
    out = run("show", "-", "--show-values", stdin=flow()).out
    assert "NIR 1770288888042" in out
    assert "né(e) le 28/02/1977" in out
    assert "•••" not in out


def test_a_shifted_record_shows_nothing_that_may_be_something_else():
    data = flow()
    shifted = data[:256] + b"  " + data[256:382] + data[384:]
    out = run("show", "-", stdin=shifted).out
    assert "abîmé, valeurs cachées" in out or "enregistrement inconnu" in out


def test_a_flow_without_its_frame():
    out = run("show", "-", stdin=flow()[256:-256]).out
    assert "Fichier sans enregistrement 000" in out
    assert "Lot sans enregistrement 1" in out
    assert "Facture 000000001" in out


def born_in(data, born, **header):
    """The sample flow of a person born on that day, as written, and its record 000 with other values."""
    flux = fse.read_flux(data)
    for record in [record for record in flux.records if record.type == "2"]:
        flux = flux.replaced(record, record.replace(date_naissance=born, **header))
    return flux.to_bytes()


def birth_fields(result):
    texts = re.findall(
        r'"name": "date_naissance",.*?"value": "([^"]*)",\s*"text": "([^"]*)"', result.out, re.S
    )
    assert texts
    return set(texts)


@pytest.mark.parametrize("arguments", [(), ("--records",)])
def test_nobody_is_born_after_the_day_of_the_file(arguments):
    old = born_in(flow(), b"360313")
    show = "show", "-", "--show-values", *arguments
    assert birth_fields(run(*show, "--format", "json", stdin=old)) == {("1936-03-13", "13/03/1936")}
    text = run(*show, stdin=old).out
    assert "13/03/1936" in text
    assert "2036" not in text


def test_a_birth_of_a_file_without_its_day_keeps_its_text():
    no_day = born_in(flow()[256:-256], b"360313", date_facturation=None)
    shown = run("show", "-", "--show-values", "--format", "json", stdin=no_day)
    assert birth_fields(shown) == {("360313", "360313")}
    lunar = born_in(flow(), b"361332")
    shown = run("show", "-", "--show-values", "--format", "json", stdin=lunar)
    assert birth_fields(shown) == {("361332", "361332")}


def test_a_birth_in_a_return_is_of_the_century_of_its_day():
    shown = run(
        "show", "-", "--show-values", "--format", "json", stdin=retour().replace(b"280277", b"130336")
    )
    assert birth_fields(shown) == {("1936-03-13", "13/03/1936")}


@pytest.mark.parametrize("name", ["flow", "retour", "mouvements"])
@pytest.mark.parametrize("options", [[], ["--records"], ["--format", "json", "--show-values"]])
def test_the_reference_reads_the_same(tmp_path, name, options):
    data = {"flow": flow, "retour": retour, "mouvements": mouvements}[name]()
    for raw in (data, data[:700] + data[707:]):
        path = tmp_path / name
        path.write_bytes(raw)
        fast = run("show", path, *options)
        assert run("show", path, "--reference", *options) == fast
        assert fast.out
