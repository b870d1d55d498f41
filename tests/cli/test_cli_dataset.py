"""`noemie convert` of many files to a Parquet data set: what is added, what is told, what is refused."""

import json
import zipfile

import pytest
from cli_runner import run

from fixtures.caisse import Caisse
from fixtures.generate import Parametres, generate
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
