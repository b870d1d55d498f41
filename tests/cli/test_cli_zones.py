"""`noemie show` and `noemie check` on SSV zones: recognition, trees, located findings."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shlex
import subprocess
import sys

import pytest
from cli_runner import run
from cli_samples import flow, retour
from zone_samples import ZONES, card, cps, invoice, workstation

from cli.check.json import schema
from fse.ssv import Zone

#: A card whose end is missing, and one that says something wrong in several places.
CUT = card()[:-20]
WRONG = (
    Zone(card())
    .replace(1, "cle_nir", "00")
    .replace(3, "qualite", "7")
    .replace(6, "date_fin_service_amo", "202500000000")
    .raw
)


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def make(data, name="c.ssv"):
        (tmp_path / name).write_bytes(data)
        return name

    return make


# --- show -----------------------------------------------------------------------------------------------

SHOWN_FR = """\
c.ssv : zone SSV, carte Vitale, 9 groupes, 458 octets
Reconnu à ceci : un groupe SSV connu en tête, des longueurs qui s'emboîtent
jusqu'au dernier octet.

Carte Vitale
├─ 101 carte Vitale et assuré : type de carte Vitale T (carte de test), numéro
│    de série de la carte •••, zone réservée, administration (1) •••, nature du
│    porteur de la carte A (assuré), NIR •••, clé •••, régime d'assurance
│    maladie 01 (régime général), caisse qui gère le dossier 421, centre qui
│    gère le dossier 0000, code de gestion 10 (assurés qui cotisent, et
│    assimilés)
├─ 102 service AMO commun à la famille : service AMO commun à la famille 0
│    (aucun service)
├─ 104 personne couverte (bénéficiaire) : nom d'usage •••, nom de naissance •••,
│  │ prénom •••, adresse : voie •••, adresse : code postal et commune •••, né(e)
│  │ le •••, rang de naissance 1, lien avec l'assuré (qualité) 0 (assuré),
│  │ service AMO propre au bénéficiaire 0 (aucun service)
│  ├─ 105 période de droits au régime obligatoire : premier jour des droits AMO
│  │    01/01/2020, dernier jour des droits AMO 31/12/2030
│  └─ 106 période d'un code de couverture : code ALD 0 (hors ALD), code de
│       situation 0100 (pas d'exonération)
"""


def test_the_tree_of_a_card(write):
    result = run("show", write(card()), NOEMIE_COLUMNS="80")
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith(SHOWN_FR)
    assert "└─ 104 personne couverte (bénéficiaire) (2) : nom d'usage •••" in result.out
    assert "      └─ 111 zone commune des contrats complémentaires" in result.out
    assert result.out.endswith("\n\nContrôle : rien à corriger.\n")


@pytest.mark.parametrize(
    ("kind", "fr", "en", "line"),
    [
        ("cps", "carte de professionnel (CPS)", "card of a professional (CPS)", "spécialité 01 (médecine"),
        (
            "workstation",
            "configuration du poste",
            "configuration of the workstation",
            "version du GALSS 0345",
        ),
        ("invoice", "en-tête de facture", "invoice header", "numéro de la complémentaire 75500017"),
    ],
)
def test_every_kind_of_zone(write, kind, fr, en, line):
    name = write(ZONES[kind]())
    out = run("show", name).out
    assert out.startswith(f"c.ssv : zone SSV, {fr}, ")
    assert line in " ".join(out.replace("│", "").split())
    assert run("show", name, "--lang", "en").out.startswith(f"c.ssv: SSV zone, {en}, ")


def test_groups_with_their_bytes(write):
    out = run("show", write(card()), "--records").out
    assert "Groupe 3  104 personne couverte (bénéficiaire)  occurrence 1  octets 97 à 229\n" in out
    assert "\n    14     199  qualite                 0 (assuré)\n" in out
    assert "\n     4     126  adresse_1               vide\n" in out
    (data,) = json.loads(run("show", "c.ssv", "--records", "--format", "json").out)["files"]
    for group in data["items"]:
        raw = card()[group["offset"] : group["offset"] + group["length"]]
        assert int.from_bytes(raw[:2]) == group["group"]
        for field in group["fields"]:
            at = field["offset"]
            assert card()[at] == field["length"] - 1


def test_values_when_they_are_asked_for(write):
    out = " ".join(run("show", write(card()), "--show-values").out.replace("│", " ").split())
    for value in ("1770288888042", "ZEBULON", "97789 MARQUEVILLE", "28/02/1977", "ADHMARQU", "MOTLIBRE"):
        assert value in out
    records = run("show", "c.ssv", "--show-values", "--records", "--format", "json").out
    assert '"value": "1977-02-28"' in records


def test_json_is_a_tree(write):
    document = json.loads(run("show", write(card()), "--format", "json").out)
    (data,) = document["files"]
    assert (document["schema_version"], document["command"]) == (2, "show")
    head = {key: data[key] for key in ("family", "subjects", "bytes", "groups", "omitted")}
    assert head == {
        "family": "ssv",
        "subjects": ["carte_vitale"],
        "bytes": 458,
        "groups": 9,
        "omitted": 0,
    }
    assert [group["group"] for group in data["items"]] == [101, 102, 104, 104]
    child = data["items"][3]
    assert [group["group"] for group in child["groups"]] == [106, 109]
    assert [group["group"] for group in child["groups"][1]["groups"]] == [111]
    assert child["fields"][0] == {
        "name": "nom_usuel",
        "label": "nom d'usage",
        "position": 1,
        "offset": 274,
        "length": 8,
        "value": "•••",
        "text": "•••",
        "masked": True,
    }


def test_so_many_groups_then_a_count(write):
    name = write(card())
    out = run("show", name, "--limit", "4").out
    assert "└─ 5 autres groupes (--limit 0 pour tous)" in out
    assert out.count("─ 104 ") == 1
    assert run("show", name, "--limit", "0").out == run("show", name).out
    assert "5 more groups" in run("show", name, "--records", "--limit", "4", "--lang", "en").out


@pytest.mark.parametrize("columns", ["60", "80", "120"])
def test_lines_keep_to_the_width(columns):
    for make in ZONES.values():
        for command in (("show", "-"), ("show", "-", "--records"), ("check", "-", "--show-context")):
            for data in (make(), make()[:-3]):
                out = run(*command, stdin=data, NOEMIE_COLUMNS=columns).out
                assert max(len(line) for line in out.splitlines()) <= int(columns)
                assert [line for line in out.splitlines() if line != line.rstrip()] == []


def test_a_cut_card_is_shown_as_far_as_it_goes(write):
    result = run("show", write(CUT))
    assert result.status == 0
    assert "109 assurance complémentaire (AMC) abîmé, valeurs cachées" in " ".join(
        result.out.replace("│", "").split()
    )
    assert result.out.endswith("Contrôle : 1 erreur. → noemie check c.ssv\n")


def test_a_shifted_group_hides_its_values(write):
    # The usual name is lost: every field stands in the place of the one before.
    zone = Zone(card())
    fields = list(zone.groups[2].fields)[1:]
    shifted = Zone.build([*((g.id, list(g.fields)) for g in zone.groups[:2]), (104, fields)])
    out = run("show", write(shifted.raw)).out
    assert "104 personne couverte (bénéficiaire) abîmé, valeurs cachées" in out
    assert "né(e) le •••, rang de naissance •••" in " ".join(out.replace("│", "").split())


# --- check ----------------------------------------------------------------------------------------------

CHECKED_FR = """\
c.ssv : 3 avertissements (9 groupes)

Fichier
  AVERTISSEMENT  Clé du NIR dans la zone [zone.cle-nir]
    groupe 101, occurrence 1 (groupe 1 de la zone), octet 47, champ cle_nir
      (position 9)
       42 │ •• •• •• •• •• 02 •• •• 02 30 31 03 34 32 31 04 30 30 30 30 02
          │                ^^^^^^^^
    la clé ne correspond pas au NIR
    trouvé : 2 chiffres
    → Vérifier le numéro (97 - NIR modulo 97) avec une attestation de droits.
  AVERTISSEMENT  Code inconnu dans la zone [zone.code-inconnu]
    groupe 104, occurrence 1 (groupe 3 de la zone), octet 199, champ qualite
      (position 14)
      194 │ •• •• •• 01 31 01 37 01 30 0c 30 30 30 30 30 30 30 30 30 30 30
          │                ^^^^^
    ce code n'est pas dans la liste qualite
    trouvé : 7
    → Vérifier le code, ou ajouter le vôtre avec --codes.
  AVERTISSEMENT  Date hors du calendrier [zone.date-calendrier]
"""


def test_the_whole_text(write):
    result = run("check", write(WRONG), "--show-context", NOEMIE_COLUMNS="80")
    assert (result.status, result.err) == (1, "")
    assert result.out.startswith(CHECKED_FR)
    english = run("check", "c.ssv", "--lang", "en", NOEMIE_COLUMNS="80").out
    assert "c.ssv: 3 warnings (9 groups)\n" in english
    assert "    group 101, occurrence 1 (group 1 of the zone), byte 47, field cle_nir\n" in english


def test_a_right_zone(write):
    result = run("check", write(card()))
    assert result == (0, "c.ssv : rien à signaler (9 groupes)\n", "", result.data)


@pytest.mark.parametrize(("threshold", "status"), [("error", 0), ("warning", 1), ("never", 0)])
def test_thresholds(write, threshold, status):
    assert run("check", write(WRONG), "--fail-on", threshold).status == status


def test_selection_and_baseline(write):
    name = write(WRONG)
    assert "1 avertissement (" in run("check", name, "--select", "zone.cle-nir").out
    assert run("check", name, "--write-baseline", "b.json").status == 0
    assert run("check", name, "--baseline", "b.json").status == 0


def test_json_tells_the_place(write):
    document = json.loads(run("check", write(WRONG), "--format", "json").out)
    pytest.importorskip("jsonschema").validate(document, schema())
    (file,) = document["files"]
    assert (file["family"], file["records"], file["factures"]) == ("ssv", 9, 0)
    first = file["findings"][0]
    place = {key: first[key] for key in ("rule", "record", "type", "occurrence", "field", "position")}
    assert place == {
        "rule": "zone.cle-nir",
        "record": 1,
        "type": "101",
        "occurrence": 1,
        "field": "cle_nir",
        "position": 9,
    }
    assert (first["offset"], first["length"], first["label"]) == (47, 3, "clé du NIR de l'assuré")
    assert "start" not in first
    assert "count" not in first


def test_sarif_tells_the_place(write):
    document = json.loads(run("check", write(WRONG), "--format", "sarif").out)
    result = document["runs"][0]["results"][0]
    (location,) = result["locations"]
    assert location["physicalLocation"]["region"] == {"byteOffset": 47, "byteLength": 3}
    assert location["logicalLocations"] == [{"fullyQualifiedName": "101#1.cle_nir"}]
    told = result["properties"]
    assert told.pop("found") == "2 chiffres"
    assert told.pop("expected").startswith("Vérifier le numéro")
    assert told == {"record": 1, "occurrence": 1, "position": 9}


def test_the_other_reports_tell_the_place(write):
    name = write(WRONG)
    place = "roupe 101, occurrence 1 (groupe 1 de la zone), octet 47, champ cle_nir (position 9)"
    for format in ("junit", "github", "html"):
        assert place in run("check", name, "--format", format).out
    rows = list(csv.DictReader(io.StringIO(run("check", name, "--format", "csv").out)))
    found = {key: rows[0][key] for key in ("rule", "record", "type", "offset", "occurrence", "position")}
    assert list(found.values()) == ["zone.cle-nir", "1", "101", "47", "1", "9"]


def test_a_site_describes_its_own_group(write, tmp_path):
    (tmp_path / "site").mkdir()
    head = "group,label_fr,label_en,parent,min_occurs,max_occurs,order_rule,confidence,note\n"
    (tmp_path / "site" / "ssv-groups.csv").write_text(head + "16000,groupe du site,group of the site,,,,,,\n")
    head = "group,field,name,label_fr,label_en,observed_lengths,kind,list,personal,confidence,note\n"
    (tmp_path / "site" / "ssv.csv").write_text(head + "16000,1,valeur,valeur,value,,text,,,,\n")
    name = write(Zone.build([(16000, ["OUVERTE"])]).raw)
    assert run("show", name).status == 2
    result = run("show", name, "--layouts", tmp_path / "site")
    assert "16000 groupe du site : valeur OUVERTE" in result.out
    assert run("check", name, "--layouts", tmp_path / "site").status == 0


# --- among other files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_zones_and_flows_in_one_command(write, jobs):
    names = [
        write(card(), "a.ssv"),
        write(flow(), "b.b2"),
        write(retour(), "c.noe"),
        write(WRONG, "d.ssv"),
        write(gzip.compress(cps(), mtime=0), "e.ssv.gz"),
    ]
    result = run("check", *names, "--jobs", jobs, "--select", "zone")
    assert result.status == 1
    assert result.out.startswith("a.ssv : rien à signaler (9 groupes)\n")
    assert "c.noe : rien à signaler (2 factures, 19 entités)\n" in result.out
    assert "e.ssv.gz : rien à signaler (2 groupes)\n" in result.out
    assert result.out.endswith("Total : 5 fichiers, 4 factures, 3 avertissements\n")
    shown = run("show", *names)
    assert shown.status == 0
    assert [line for line in shown.out.splitlines() if " : zone SSV, " in line] == [
        "a.ssv : zone SSV, carte Vitale, 9 groupes, 458 octets",
        "d.ssv : zone SSV, carte Vitale, 9 groupes, 458 octets",
        "e.ssv.gz : zone SSV, carte de professionnel (CPS), 2 groupes, 115 octets",
    ]


def test_standard_input_plain_and_compressed():
    for data in (WRONG, gzip.compress(WRONG, mtime=0)):
        assert "- : 3 avertissements (9 groupes)" in run("check", "-", stdin=data).out
        assert "- : zone SSV, carte Vitale" in run("show", "-", stdin=data).out


def test_a_reader_that_leaves(write):
    """`noemie show zone | head -1` is no error."""
    write(b"\0\x65\0" * 4000)
    command = f"{shlex.quote(sys.executable)} -m cli show --limit 0 c.ssv | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, check=False, encoding="utf-8"
    )
    assert done.stdout.startswith("c.ssv : zone SSV")
    assert done.stderr == ""


def test_a_workstation_and_an_invoice_are_right(write):
    assert run("check", write(workstation()), write(invoice(), "i.ssv"), "--fail-on", "info").status == 0


def test_spaces_that_count_are_shown(write):
    """Of an area whose coding is not public every byte is data, the first ones too."""
    name = write(card().replace(b"MOTLIBRE", b' @"! &1x'))
    assert "zone commune des contrats complémentaires ' @\"! &1x'" in run("show", name, "--show-values").out
    data = json.loads(run("show", name, "--show-values", "--format", "json").out)
    assert ' @\\"! &1x"' in json.dumps(data)
    assert "@" not in run("show", name).out
