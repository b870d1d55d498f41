"""Data sets of `convert`, `check` and `decode`: what is added, what is told, what is refused."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from cli_runner import run

from cli.decode.tables import TABLES
from fixtures.caisse import Caisse
from fixtures.generate import Parametres, generate
from fse import read_flux
from noemie import read_retour
from noemie.documents import dataset

SENT = list(generate(Parametres("medecin", seed=3, invoices=12)))
(BACK,) = Caisse(seed=1).respond(SENT[0].data).returns[:1]


@pytest.fixture
def inbox(tmp_path):
    """A folder of flows, a return, an archive of them, and what is nothing of ours."""
    folder = tmp_path / "recu"
    (folder / "mars").mkdir(parents=True)
    (folder / SENT[0].name).write_bytes(SENT[0].data)
    (folder / "mars" / BACK.nom).write_bytes(BACK.data)
    (folder / "notes.txt").write_text("rien")
    with zipfile.ZipFile(folder / "envoi.zip", "w") as archive:
        archive.writestr("autre.b2", SENT[1].data)
    return folder


def added(*arguments):
    done = run("convert", *arguments, "--format", "parquet", "--report", "json", "--lang", "en")
    return done, json.loads(done.out) if done.out else {}


def test_a_folder_then_again(tmp_path, inbox):
    folder = tmp_path / "jeu"
    done, told = added(inbox, "-o", folder)
    assert done.status == 0, done.err
    assert (told["added"], told["known"], told["errors"], told["values"]) == (3, 0, [], False)
    assert "Left aside: " in done.err
    assert "notes.txt" in done.err
    files = {file.fichier: file.famille for file in dataset.read_files(folder)}
    assert files == {
        str(inbox / SENT[0].name): "b2",
        str(inbox / "mars" / BACK.nom): "noemie",
        f"{inbox}/envoi.zip/autre.b2": "b2",
    }
    (inbox / "recent.b2").write_bytes(SENT[2].data)
    done, told = added(inbox, "-o", folder)
    assert (told["added"], told["known"]) == (1, 3)
    done, told = added(inbox / "recent.b2", "-o", folder)  # one file, to a data set
    assert (told["added"], told["known"]) == (0, 1)


def test_what_is_told_to_a_person(tmp_path, inbox):
    done = run("convert", inbox, "--format", "parquet", "-o", tmp_path / "jeu", "--lang", "fr")
    assert "jeu : 3 fichiers ajoutés" in done.out.replace("\n", " ")
    assert "Valeurs personnelles cachées" in done.out
    done = run("convert", inbox, "--format", "parquet", "-o", tmp_path / "jeu", "--lang", "en")
    assert "0 files added, 3 there already" in done.out.replace("\n", " ")


def test_a_data_set_within_its_own_input(inbox):
    done, told = added(inbox, "-o", inbox / "jeu")
    assert told["added"] == 3
    done, told = added(inbox, "-o", inbox / "jeu")
    assert (done.status, told["added"], told["known"]) == (0, 0, 3)


def test_a_file_that_cannot_be_read(tmp_path, inbox):
    done, told = added(inbox / "notes.txt", inbox / SENT[0].name, tmp_path / "absent", "-o", tmp_path / "jeu")
    assert done.status == 2
    assert told["added"] == 1
    assert [problem["rule"] for problem in told["errors"]] == ["fichier.inconnu", "fichier.absent"]


def test_refused_folders(tmp_path, inbox):
    done, _ = added(inbox, "-o", inbox)
    assert (done.status, "is not empty and is no data set" in done.err) == (2, True)
    (tmp_path / "fichier").write_text("")
    done, _ = added(inbox, "-o", tmp_path / "fichier" / "jeu")
    assert (done.status, "Traceback" in done.err) == (2, False)
    added(inbox, "-o", tmp_path / "jeu")
    done, _ = added(inbox, "-o", tmp_path / "jeu", "--show-values")
    assert (done.status, "other options" in done.err) == (2, True)


# --- findings, decoded returns --------------------------------------------------------------------------


def table(folder, name):
    """The rows of a table of a data set, in an order that does not depend on its parts."""
    found = [
        row
        for path in (folder / name).rglob("part-*.parquet")
        for row in pq.read_table(path, partitioning=None).to_pylist()
    ]
    return sorted(found, key=lambda row: sorted(map(str, row.items())))


@pytest.fixture
def faulty(inbox):
    """The same folder, with a flow that has a wrong total."""
    flux = read_flux(SENT[0].data)
    total = flux.factures[0].records[-1]
    wrong = flux.replaced(total, total.replace(total_amo=1)).to_bytes()
    (inbox / "faux.b2").write_bytes(wrong)
    return inbox


def check(*arguments):
    return run("check", *arguments, "--no-config", "--lang", "en")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_findings_are_those_of_the_csv(tmp_path, faulty, jobs):
    folder = tmp_path / "constats"
    done = check(faulty, "--format", "parquet", "-o", folder, "--jobs", jobs)
    assert done.status == 1, done.err
    assert "4 files added" in done.out.replace("\n", " ")
    found = table(folder, "constats")
    plain = list(csv.DictReader(io.StringIO(check(faulty, "--format", "csv").out)))
    assert sorted(
        (row["fichier"], row["rule"], str(row["record"]), row["message"]) for row in found
    ) == sorted((row["file"], row["rule"], row["record"], row["message"]) for row in plain)
    assert {row["rule"] for row in found} >= {"facture.total-amo"}
    files = {file.fichier: file for file in dataset.read_files(folder)}
    assert files[str(faulty / SENT[0].name)].jour == SENT[0].date
    assert files[str(faulty / "mars" / BACK.nom)].jour == read_retour(BACK.data).date_creation


def test_findings_again_are_those_of_new_files(tmp_path, faulty):
    folder = tmp_path / "constats"
    assert check(faulty, "--format", "parquet", "-o", folder).status == 1
    before = table(folder, "constats")
    done = check(faulty, "--format", "parquet", "-o", folder)
    assert done.status == 0
    assert "0 files added, 4 there already" in done.out.replace("\n", " ")
    assert table(folder, "constats") == before


@pytest.mark.parametrize(
    "options", [("--select", "facture"), ("--lang", "fr"), ("--norm", "PS-2003C"), ("--show-values",)]
)
def test_findings_of_other_options_go_elsewhere(tmp_path, faulty, options):
    folder = tmp_path / "constats"
    check(faulty, "--format", "parquet", "-o", folder)
    lang = [] if "--lang" in options else ["--lang", "en"]
    done = run("check", faulty, "--no-config", "--format", "parquet", "-o", folder, *lang, *options)
    assert done.status == 2
    assert "-o" in done.err


def test_a_data_set_of_findings_needs_a_folder(faulty):
    done = check(faulty, "--format", "parquet")
    assert (done.status, done.err.startswith("noemie: --format parquet: expected -o FOLDER")) == (2, True)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_decoded_returns_are_those_of_the_csv(tmp_path, inbox, jobs):
    folder = tmp_path / "jeu"
    done = run("decode", inbox, "--format", "parquet", "-o", folder, "--jobs", jobs, "--lang", "en")
    assert done.status == 0, done.err
    run("decode", inbox, "--format", "csv", "-o", tmp_path / "csv")
    for name in TABLES:
        plain = list(csv.DictReader(io.StringIO((tmp_path / "csv" / f"{name}.csv").read_text("utf-8"))))
        found = table(folder, "retours" if name == "fichiers" else name)
        assert len(found) == len(plain), name
        assert {row["fichier"] for row in found} == {row["fichier"] for row in plain}
    (file,) = dataset.read_files(folder)
    retour = read_retour(BACK.data)
    assert (file.norme, file.enregistrements, file.factures) == (
        "576",
        len(retour.entites),
        len(retour.factures),
    )
    again = run("decode", inbox, "--format", "parquet", "-o", folder, "--lang", "en")
    assert "0 files added, 1 there already" in again.out.replace("\n", " ")


def test_the_data_set_of_another_verb(tmp_path, inbox):
    folder = tmp_path / "jeu"
    added(inbox, "-o", folder)
    for verb in ("check", "decode"):
        done = run(verb, inbox, "--format", "parquet", "-o", folder, "--lang", "en")
        assert done.status == 2
        assert "this data set was written by another verb" in done.err.replace("\n", " ")


def test_the_queries_of_the_guide(tmp_path, faulty, monkeypatch):
    guide = Path(__file__).parents[2] / "docs" / "guides" / "datasets.md"
    _, sql, _ = re.findall(r"```sql\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    check(faulty, "--format", "parquet", "-o", tmp_path / "constats")
    refused = Caisse(seed=1, reject_rate=1.0).respond(SENT[1].data).returns[0]
    (faulty / "refus.noe").write_bytes(refused.data)
    run("decode", faulty, "--format", "parquet", "-o", tmp_path / "decodes")
    monkeypatch.chdir(tmp_path)
    rules, months, motives = (
        duckdb.sql(query).fetchall() for query in re.sub("--.*", "", sql).split(";") if query.strip()
    )
    assert ("facture.total-amo", 1, 1) in [(rule, times, files) for rule, _, times, files in rules]
    assert (sum(files for _, files, _ in months), sum(wrong for *_, wrong in months)) == (4, 1)
    rejected = [one for facture in read_retour(refused.data).factures for one in facture.rejets]
    assert sum(count for *_, count in motives) == len(rejected) > 0
