"""`noemie reconcile` on many files: one document, archives, progress, memory."""

import gzip
import io
import json
import tarfile
import tracemalloc
from unittest import mock

import pytest
from cli_runner import run
from cli_samples import PS, flow, retour
from zone_samples import card

from fixtures.caisse import Caisse
from fixtures.generate import Parametres, generate
from noemie.returns.arl import write_arls


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flux.b2").write_bytes(flow(3))
    (tmp_path / "retour.noe").write_bytes(retour())
    return tmp_path


def test_json_is_one_document_written_line_after_line(folder):
    result = run("reconcile", ".", "--format", "json")
    assert (result.status, result.err) == (1, "")
    document = json.loads(result.out)
    assert result.out == json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    assert list(document)[:4] == ["schema_version", "command", "lang", "on"]
    assert document["schema_version"] == 2
    assert [one["etat"] for one in document["lignes"]] == ["payee", "rejetee", "reponse_attendue"]


def test_nothing_sent_is_an_empty_list(folder):
    document = json.loads(run("reconcile", "--returned", "retour.noe", "--format", "json").out)
    assert document["lignes"] == []
    assert len(document["orphelins"]) == 2


def test_the_most_urgent_comes_first(folder):
    out = run("reconcile", ".").out
    assert out.index("Facture 000000002") < out.index("Facture 000000003")
    assert "Facture 000000001" not in out


def test_archives(folder):
    with tarfile.open("tout.tgz", "w:gz") as archive:
        archive.add("flux.b2")
        archive.add("retour.noe")
    plain = json.loads(run("reconcile", "flux.b2", "retour.noe", "--format", "json").out)
    packed = json.loads(run("reconcile", "tout.tgz", "--format", "json").out)
    assert packed["files"] == {"sent": 1, "returned": 1, "arl": 0}
    assert packed["totaux"] == plain["totaux"]
    assert packed["lignes"] == plain["lignes"]
    (folder / "faux.zip").write_bytes(b"rien")
    result = run("reconcile", "flux.b2", "faux.zip")
    assert result.status == 2
    assert "faux.zip : Archive ou mail endommagé [enveloppe.abimee]" in result.err


def test_a_folder_gives_its_subfolders_but_neither_cards_nor_rights(folder):
    expected = json.loads(run("reconcile", "flux.b2", "retour.noe", "--format", "json").out)
    for name in ("retours", "cartes", "droits", ".git"):
        (folder / name).mkdir()
    (folder / "retour.noe").rename(folder / "retours" / "retour.noe")
    (folder / "cartes" / "vitale.ssv").write_bytes(card())
    (folder / "droits" / "droits.csv").write_text("nir,date_naissance\n", "utf-8")
    (folder / ".git" / "HEAD").write_bytes(b"ref")
    result = run("reconcile", ".", "--format", "json")
    assert (result.status, result.err) == (1, "")
    found = json.loads(result.out)
    assert (found["totaux"], found["files"]) == (expected["totaux"], expected["files"])
    imported = run("ledger", "import", ".")
    assert imported.status == 0
    assert "Fichier non reconnu" not in imported.err
    # What is named is never left out.
    assert run("reconcile", "flux.b2", "cartes/vitale.ssv").status == 2


def test_a_return_that_names_another_professional_is_told(folder):
    other = retour().replace(PS.encode(), b"991100025")
    (folder / "autre.noe").write_bytes(other)
    assert json.loads(run("reconcile", ".", "--format", "json").out)["autres_professionnels"] == [
        {"fichier": "autre.noe", "nombre": 2}
    ]
    out = run("reconcile", "flux.b2", "autre.noe", "--lang", "en").out
    assert "Returns to another professional?" in out
    assert out.rstrip().endswith("autre.noe (2 invoices)")
    assert "991100025" not in out
    assert "professional?" not in run("reconcile", "flux.b2", "retour.noe", "--lang", "en").out


def test_progress_on_a_terminal_only(folder):
    with mock.patch("cli.io.progress.PATIENCE", -1.0):
        assert "Lecture" in run("reconcile", ".", terminal=True).err
        assert run("reconcile", ".").err == ""


def test_the_answer_is_not_kept_in_memory(folder):
    """Only what matching needs is: each invoice is made into words when it is written."""
    peaks = []
    for count in (1, 1, 200):  # the first run loads the tables
        (folder / "flux.b2").write_bytes(flow(count))
        tracemalloc.start()
        assert run("reconcile", "flux.b2", "--format", "json").status == 1
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] - peaks[1] < 200 * 6000  # 1.5 kB of it are the document, which the test keeps


# --- several processes ----------------------------------------------------------------------------------


@pytest.fixture
def many(tmp_path):
    """Flows and answers of several days: copies, one name twice, cut, compressed, in an archive, no file."""
    sent = [made.data for made in generate(Parametres("medecin", seed=5, invoices=60, months=2))]
    back = Caisse(5, reject_rate=0.2, defer_rate=0.2).respond(*sent)
    place = tmp_path / "tout"
    (place / "autre").mkdir(parents=True)
    for rank, data in enumerate(sent):
        (place / f"{rank}.b2").write_bytes(data)
    (place / "autre" / "0.b2").write_bytes(sent[-1])
    (place / "coupe.b2.gz").write_bytes(gzip.compress(b"".join(sent) * 40)[:-900])
    (place / "abime.b2").write_bytes(sent[0][:1000] + sent[0][1003:])
    (place / "rien.noe").write_bytes(b"rien")
    (place / "arl.json").write_bytes(write_arls(back.arls))
    for nom, data in back.returns[1:]:
        (place / nom).write_bytes(data)
        (place / "autre" / f"copie-{nom}").write_bytes(data)
    (place / "autre" / "cut.noe").write_bytes(back.returns[1].data[:-300])
    with tarfile.open(place / "premier.tgz", "w:gz") as archive:
        for name, data in (("1.noe", back.returns[0].data), ("2.b2", sent[0])):
            told = tarfile.TarInfo(name)
            told.size = len(data)
            archive.addfile(told, io.BytesIO(data))
    return place


@pytest.mark.parametrize("form", ["text", "json"])
def test_files_read_in_processes_say_the_same(many, form):
    asked = ("reconcile", many, "--sent", many / "rien.noe", "--on", "2026-05-01", "--format", form)
    alone, together = run(*asked, "--jobs", "1"), run(*asked, "--jobs", "3")
    assert alone.status == 2
    assert "coupe.b2.gz" in alone.err
    assert (together.status, together.out, together.err) == (alone.status, alone.out, alone.err)
