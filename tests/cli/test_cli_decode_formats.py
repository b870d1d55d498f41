"""`noemie decode` on many files: JSON, JSON lines, CSV, Parquet, a page to print; archives, one at a time."""

import csv
import io
import json
import re
import sys
import tarfile
import tracemalloc
import zipfile
from pathlib import Path
from unittest import mock

import pytest
from cli_runner import run
from cli_samples import DAMAGE, flow, leaks, mouvements, retour

from cli.decode.tables import TABLES
from cli.io.inputs import inputs


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "retours").mkdir()
    (tmp_path / "retours" / "a.noe").write_bytes(retour())
    (tmp_path / "retours" / "b.noe").write_bytes(mouvements())
    return tmp_path


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


# --- text, JSON -----------------------------------------------------------------------------------------


def test_several_returns_are_summed_up(folder):
    (folder / "retours" / "vide").write_bytes(b"")
    (folder / "retours" / "c.noe").write_bytes(another())
    out = run("decode", "retours").out.replace("\u00a0", " ")
    assert out.endswith(
        "EN TOUT, 3 RETOURS\n"
        "  1 fichier illisible\n"
        "  4 factures : 2 payées, 2 rejetées\n"
        "  payé    35,00 €\n"
        "  rejeté  35,00 €\n"
        "  à traiter : 2 factures, 35,00 € demandés\n"
        "  ■ NE PAS RETRANSMETTRE : 2 factures, 35,00 € demandés\n"
    )
    told = json.loads(run("decode", "retours", "--format", "json").out)["summary"]
    assert (told["retours"], told["illisibles"], told["factures"], told["rejete"]) == (3, 1, 4, 3500)
    assert [(one["action"], one["factures"], one["montant_demande"]) for one in told["actions"]] == [
        ("ne_pas_retransmettre", 2, 3500)
    ]
    page = run("decode", "retours", "--format", "html").out.replace("\u00a0", " ")
    row = '<th scope="row">En tout</th><td class="num">2</td><td class="num">35,00 €</td>'
    assert row in re.sub(r">\s+<", "><", page)


def another(rank=8):
    """The return of the samples, under another identification."""
    return retour().replace(b"FIC007", b"FI%04d" % rank)


@pytest.mark.parametrize("format", ["text", "csv", "html", "json"])
def test_a_return_that_comes_again_is_counted_once(folder, format):
    (folder / "copie.noe").write_bytes(retour())
    alone = run("decode", "retours", "--format", format)
    result = run("decode", "retours", "copie.noe", "--format", format)
    assert result.status == alone.status
    assert result.err == "copie.noe : même retour que retours/a.noe, compté une seule fois.\n"
    if format == "json":
        assert [file.get("copy_of") for file in json.loads(result.out)["files"]] == [
            None,
            None,
            "retours/a.noe",
        ]
    else:
        assert result.out == alone.out


def test_json_is_one_document_written_file_after_file(folder):
    text = run("decode", "retours", "--format", "json").out
    document = json.loads(text)
    assert text == json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    assert list(document) == ["schema_version", "command", "lang", "files", "summary"]
    assert [file["file"] for file in document["files"]] == ["retours/a.noe", "retours/b.noe"]
    lines = run("decode", "retours", "--format", "jsonl").out.splitlines()
    head = {"schema_version": 3, "command": "decode", "lang": "fr"}
    assert [json.loads(line) for line in lines] == [{**head, **file} for file in document["files"]]


def test_an_unreadable_file_has_its_place_in_json(folder):
    (folder / "retours" / "vide").write_bytes(b"")
    result = run("decode", "retours", "--format", "json")
    assert result.status == 2
    assert "retours/vide : Fichier vide [fichier.vide]" in result.err
    assert json.loads(result.out)["files"][2]["error"]["rule"] == "fichier.vide"


# --- archives -------------------------------------------------------------------------------------------


def test_archives_are_read_one_member_at_a_time(folder):
    with zipfile.ZipFile("r.zip", "w") as archive:
        archive.write("retours/a.noe", "mars/a.noe")
        archive.writestr("mars/.hidden", "x")
        archive.writestr("arl.json", "{}")
        archive.writestr("flux.b2", flow())
    with tarfile.open("r.tgz", "w:gz") as archive:
        archive.add("retours")
    result = run("decode", "r.zip", "r.tgz", "--format", "json")
    assert [(file["file"], "error" in file) for file in json.loads(result.out)["files"]] == [
        ("r.zip/mars/a.noe", False),
        ("r.tgz/retours/a.noe", False),
        ("r.tgz/retours/b.noe", False),
    ]
    assert "Ouvert : 1 archive zip, 1 archive tar : 3 fichiers lus." in result.err
    assert "Laissé de côté : r.zip/flux.b2 (flux B2)." in result.err


@pytest.mark.parametrize("name", ["r.zip", "r.tar", "r.tgz"])
@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 no archive", bytes(range(256)) * 9], ids=["empty", "pk", "noise"]
)
def test_what_is_no_archive_is_told(folder, name, data):
    (folder / name).write_bytes(data)
    result = run("decode", name)
    assert (result.status, result.out) == (2, "")
    assert f"{name} : Archive ou mail endommagé [enveloppe.abimee]" in result.err


def test_an_archive_that_was_cut_gives_what_it_holds(folder):
    with tarfile.open("r.tar", "w") as archive:
        archive.add("retours/a.noe")
        archive.add("retours/b.noe")
    with tarfile.open("r.tar") as archive:
        second = archive.getmember("retours/b.noe").offset_data
    (folder / "r.tar").write_bytes((folder / "r.tar").read_bytes()[: second + 100])
    result = run("decode", "r.tar")
    assert result.status == 2
    assert "r.tar/retours/a.noe : retour NOEMIE" in " ".join(result.out.split())
    assert "[enveloppe.abimee]" in result.err


def test_a_member_that_unfolds_too_far_is_refused(folder):
    with zipfile.ZipFile("bombe.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("r.noe", bytes(5000))
    result = run("decode", "bombe.zip", NOEMIE_MAX_BYTES="4000")
    assert result.status == 2
    assert "[fichier.trop-grand]" in result.err
    assert "dépasse 4000 octets" in result.err


def test_archives_that_are_missing_or_forbidden(folder):
    (folder / "dossier.zip").mkdir()
    assert "[fichier.absent]" in run("decode", "absent.zip").err
    assert "[fichier.repertoire]" in run("decode", "dossier.zip").err


# --- tables ---------------------------------------------------------------------------------------------


def test_csv_on_standard_output_is_the_table_of_invoices(folder):
    first, second = table(run("decode", "retours", "--format", "csv").out)
    assert (first["numero"], first["etat"], first["paye_centimes"], first["amo_paye_centimes"]) == (
        "000000001",
        "payee",
        "1750",
        "1750",
    )
    assert (second["ne_pas_renvoyer"], second["codes"], second["motifs"]) == ("oui", "2900", "doublon")
    assert second["date_lot"] == "2025-03-14"


def test_csv_in_a_folder_is_every_table(folder):
    result = run("decode", "retours", "--format", "csv", "-o", "tables")
    assert (result.status, result.out) == (0, "")
    found = {path.stem: table(path.read_text("utf-8")) for path in sorted(Path("tables").iterdir())}
    assert set(found) == set(TABLES)
    assert {name: len(rows) for name, rows in found.items() if rows} == {
        "factures": 2,
        "fichiers": 2,
        "mouvements": 1,
        "rejets": 2,
        "virements": 1,
    }
    assert found["rejets"][0]["facture"] == found["factures"][1]["facture"]


def test_parquet_says_the_same_with_types(folder):
    pq = pytest.importorskip("pyarrow.parquet")
    assert run("decode", "retours/a.noe", "--format", "parquet", "-o", "t").status == 0
    assert run("decode", "retours/a.noe", "--format", "csv", "-o", "t").status == 0
    for name, (columns, _) in TABLES.items():
        made = pq.read_table(f"t/{name}.parquet")
        assert made.column_names == list(columns)
        assert made.num_rows == len(table(Path(f"t/{name}.csv").read_text("utf-8")))
    factures = pq.read_table("t/factures.parquet").to_pylist()
    assert [row["paye_centimes"] for row in factures] == [1750, 0]
    assert factures[0]["virement"].isoformat() == "2025-03-20"
    assert factures[1]["ne_pas_renvoyer"] is True


def test_a_cell_is_never_a_formula(folder):
    data = retour().replace(b"FACTURE DEJA PAYEE", b"=CMD()FACTURE PAYE")
    (folder / "retours" / "a.noe").write_bytes(data)
    assert "'=CMD()FACTURE PAYE" in run("decode", "retours/a.noe", "--format", "csv").out


# --- the page -------------------------------------------------------------------------------------------


def test_the_page_says_first_what_must_not_be_sent_again(folder):
    other = retour().replace(b"2900FACTURE DEJA PAYEE", b"ZZZZQUELQUE CHOSE     ")
    (folder / "retours" / "c.noe").write_bytes(other.replace(b"00000001750P", b"00000009750P"))
    result = run("decode", "retours", "--format", "html", "-o", "page.html")
    assert (result.status, result.out) == (1, "")
    page = (folder / "page.html").read_text("utf-8").replace("\u00a0", " ")
    titles = re.findall(r'<h2 id="(\w+)">', page)
    assert titles == ["summary", "stop", "todo", "paid", "movements", "doubts"]
    stop = page[page.index('id="stop"') : page.index('id="todo"')]
    assert stop.count("<tr><th") == 2  # the titles, one invoice
    assert "Ne pas retransmettre</span>" in stop
    assert "2900 FACTURE DEJA PAYEE" in stop
    todo = page[page.index('id="todo"') : page.index('id="paid"')]
    assert "Action inconnue : interroger la caisse" in todo
    assert "Virement du 20/03/2025 : 17,50 €" in page
    assert "[retour.total]" in page[page.index('id="doubts"') :]
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_what_is_counted_stands_between_separators(folder):
    page = run("decode", "retours/a.noe", "--format", "html").out
    counts = re.search(r'<p>\s*(<a href="#stop">.*?)</p>', page, re.DOTALL)[1]
    assert not counts.rstrip().endswith("·")
    assert counts.count("·") == counts.count("</a>") - 1


def test_texts_of_a_return_cannot_act_in_the_page(folder):
    data = retour().replace(b"FACTURE DEJA PAYEE", b"<b onclick=x()>  &")
    (folder / "retours" / "a.noe").write_bytes(data)
    page = run("decode", "retours/a.noe", "--format", "html", "--lang", "en").out
    assert "<b " not in page
    assert "&lt;b onclick=x()&gt;" in page
    assert '<html lang="en">' in page


@pytest.mark.parametrize("format", ["html", "csv", "jsonl"])
@pytest.mark.parametrize("name", ["whole", *list(DAMAGE)[::4]])
def test_nothing_personal_in_any_format(folder, format, name):
    damage = DAMAGE.get(name, lambda data: data)
    for place, data in (("a", retour()), ("b", mouvements()), ("c", flow())):
        (folder / "retours" / place).write_bytes(damage(data))
    result = run("decode", "retours", "--format", format)
    assert result.status in (0, 1, 2)
    assert leaks(result.out + result.err) == []
    run("decode", "retours", "--format", "csv", "-o", "tables")
    assert leaks("".join(path.read_text("utf-8") for path in Path("tables").iterdir())) == []


# --- what is refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("--format", "parquet"),
            "--format parquet écrit plusieurs fichiers.\n  → Donner un dossier avec -o.",
        ),
        (("-o", "x.xml"), "ce verbe n'écrit pas de xml."),
        (("--format", "json", "-o", "retours/a.noe"), "ce fichier est une entrée de la commande"),
        (("--format", "html", "-o", "absent/page.html"), "ce dossier n'existe pas"),
        (("--format", "csv", "-o", "retours/a.noe"), "un fichier porte"),
    ],
)
def test_wrong_outputs(folder, arguments, words):
    result = run("decode", "retours", *arguments)
    assert (result.status, result.out) == (2, "")
    assert words in result.err
    assert (folder / "retours" / "a.noe").read_bytes() == retour()


@pytest.mark.parametrize(("format", "module"), [("html", "jinja2"), ("parquet", "pyarrow")])
def test_a_missing_library_is_named(folder, monkeypatch, format, module):
    monkeypatch.setitem(sys.modules, module, None)
    result = run("decode", "retours/a.noe", "--format", format, "-o", "out")
    assert (result.status, result.out) == (2, "")
    assert re.search(rf"{module}\.\s+→ pip install 'sesam-noemie\[{format}\]'", result.err)
    assert not (folder / "out").exists()


def test_a_failure_leaves_no_half_of_an_output(folder):
    with mock.patch("cli.decode.html.Page.write", side_effect=OSError(28, "full")):
        assert run("decode", "retours", "--format", "html", "-o", "page.html").status == 2
    with mock.patch("cli.decode.tables.CsvTable.add", side_effect=RuntimeError):
        assert run("decode", "retours", "--format", "csv", "-o", "tables").status == 70
    assert sorted(path.name for path in folder.rglob("*")) == ["a.noe", "b.noe", "retours", "tables"]


def test_memory_does_not_grow_with_the_number_of_returns(folder):
    for rank in range(60):
        (folder / "retours" / f"{rank:03d}.noe").write_bytes(another(rank))
    few, many = [[f"retours/{rank:03d}.noe" for rank in range(count)] for count in (3, 60)]
    for arguments in (("--format", "json", "-o", "out.json"), ("--format", "html", "-o", "out.html")):
        peaks = []
        for names in (many, few, many):  # the first run imports what all need
            tracemalloc.start()
            assert run("decode", *names, *arguments).status == 0
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert peaks[2] < peaks[1] + 300_000


def test_progress_is_drawn_on_a_terminal_only(folder):
    with mock.patch("cli.io.progress.PATIENCE", -1.0):
        result = run("decode", "retours", "--format", "json", "-o", "out.json", terminal=True)
        assert "Décodage" in result.err
        assert run("decode", "retours", "--format", "json", "-o", "out.json").err == ""
        # Results on the same terminal show by themselves how far it is.
        assert "Décodage" not in run("decode", "retours", terminal=True).err


def test_inputs_of_a_list_without_archives_are_paths():
    assert [input.name for input in inputs(["a.noe", "-"])] == ["a.noe", "-"]
