"""Data sets: each file once, whole or not at all, whatever stops a run; sums to the cent."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from convert_samples import FLOWS, put
from noemie_samples import RETOURS

import fse
import noemie
from fixtures.caisse import Caisse
from fixtures.generate import Parametres, generate
from flatfile import FormatError
from noemie.documents import convert, dataset, dataset_batches
from noemie.documents.columns.records import Options
from noemie.documents.dataset_batches import Given, Task, add, tasks_of
from noemie.documents.over_files import Lost

SENT = [
    made for profile in ("medecin", "hopital") for made in generate(Parametres(profile, seed=2, invoices=12))
]
BACK = [retour for made in SENT[:2] for retour in Caisse(seed=1).respond(made.data).returns]


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "recu"
    folder.mkdir()
    for made in SENT:
        (folder / made.name).write_bytes(made.data)
    for retour in BACK:
        (folder / retour.nom).write_bytes(retour.data)
    return folder


def given(folder):
    return [Given(path.name, str(path)) for path in sorted(folder.iterdir())]


HIDDEN = Options()


def run(folder, files, options=HIDDEN):
    """Add files; what came of each batch."""
    with options.open(folder) as opened:
        return list(add(opened, tasks_of(opened, files, options)))


def rows(folder):
    """Table -> its rows, with the day of their folder; and the files, whatever their batch."""
    found = {}
    for path in folder.rglob("part-*.parquet"):
        table, day = path.parent.relative_to(folder).as_posix().partition("/jour=")[::2]
        for row in pq.read_table(path, partitioning=None).to_pylist():
            row.pop("partie", None)
            found.setdefault(table, []).append((day, sorted(row.items(), key=str)))
    return {table: sorted(some, key=str) for table, some in found.items()}


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_data_set_holds_each_record_once(tmp_path, inbox):
    run(tmp_path / "jeu", given(inbox))
    files = {file.fichier: file for file in dataset.read_files(tmp_path / "jeu")}
    assert set(files) == {path.name for path in inbox.iterdir()}
    for made in SENT:
        file = files[made.name]
        assert (file.famille, file.norme, file.jour) == ("b2", made.norme, made.date)
        assert (file.enregistrements, file.factures) == (made.records, len(made.factures))
        assert file.octets == file.taille == len(made.data)
    for retour in BACK:
        read = noemie.read_retour(retour.data)
        file = files[retour.nom]
        assert (file.famille, file.jour) == ("noemie", read.date_creation)
        assert (file.enregistrements, file.factures) == (len(read.entites), len(read.factures))
    total = sum(len(some) for table, some in rows(tmp_path / "jeu").items() if table != "fichiers")
    assert total == sum(file.enregistrements for file in files.values())


def test_the_rows_are_those_of_one_file_alone(tmp_path):
    run(tmp_path / "jeu", [Given(name, data) for name, data in FLOWS.items()], Options(values=True))
    for name, data in FLOWS.items():
        norm = fse.read_flux(data).norme.name
        for type, table in convert.to_arrow(data, values=True).items():
            parts = (tmp_path / "jeu" / norm / type).rglob("*.parquet")
            found = [row for path in parts for row in pq.read_table(path, partitioning=None).to_pylist()]
            assert [row for row in found if row.pop("fichier") == name] == table.to_pylist()


def test_one_schema_a_table(tmp_path, inbox):
    run(tmp_path / "jeu", given(inbox)[::2])
    run(tmp_path / "jeu", given(inbox))
    schemas = {}
    for path in (tmp_path / "jeu").rglob("part-*.parquet"):
        table = path.relative_to(tmp_path / "jeu").parts[:-2] or ("fichiers",)
        assert schemas.setdefault(table, pq.read_schema(path)).equals(
            pq.read_schema(path), check_metadata=True
        )
    assert len(schemas) > 20


def test_again_adds_only_what_is_new(tmp_path, inbox):
    folder = tmp_path / "jeu"
    run(folder, given(inbox)[:5])
    before = names(folder)
    assert run(folder, given(inbox)[:5]) == []
    (again,) = run(folder, given(inbox))
    assert len(again.files) == len(given(inbox)) - 5
    assert set(before) < set(names(folder))
    whole = tmp_path / "entier"
    run(whole, given(inbox))
    assert rows(folder) == rows(whole)


def test_a_copy_is_counted_once_and_a_new_content_keeps_its_own_key(tmp_path, inbox):
    folder, first = tmp_path / "jeu", SENT[0]
    copy = gzip.compress(first.data)
    (written,) = run(folder, [Given("flux.b2", first.data), Given("copie.b2.gz", copy)])
    assert written.known == ["copie.b2.gz"]
    other = put(first.data, 1, "1", "nom_ps", b"AUTRE".ljust(40))
    run(folder, [Given("flux.b2", other)])
    keys = [file.fichier for file in dataset.read_files(folder)]
    assert len(keys) == 2
    assert "flux.b2" in keys
    assert all(key.startswith("flux.b2") for key in keys)


def test_the_same_content_in_two_batches_made_at_once(tmp_path):
    """Two processes have each written it aside: the first to be there is kept, the other made again."""
    files = [[Given("a", SENT[0].data)], [Given("b", SENT[0].data), Given("c", SENT[1].data)]]
    with Options().open(tmp_path / "jeu") as opened:
        tasks = [Task(str(opened.folder), opened.aside, some, Options()) for some in files]

        def at_once(function, given):
            return [function(task) for task in list(given)]

        done = list(add(opened, tasks, at_once))
    assert [[file.fichier for file in one.files] for one in done] == [["a"], ["c"]]
    assert done[1].known == ["b"]
    assert sorted(file.fichier for file in dataset.read_files(tmp_path / "jeu")) == ["a", "c"]


def test_a_batch_that_kills_its_process_is_done_again_and_remains_one(tmp_path):
    files = [Given(name, made.data) for name, made in zip(("a", "tue", "c"), SENT, strict=False)]
    files += [Given("copie", files[0].source), *(Given(one.nom, one.data) for one in BACK)]

    def dying(function, tasks):
        for task in tasks:
            yield Lost(task) if any(one.name == "tue" for one in task.files) else function(task)

    with Options().open(tmp_path / "jeu") as opened:
        done = list(add(opened, tasks_of(opened, files, Options()), dying))
    (one,) = done
    assert [file.fichier for file in one.files] == ["a", "c", *(back.nom for back in BACK)]
    assert one.known == ["copie"]
    assert [(name, error.code) for name, error in one.failed] == [("tue", "fichier.processus")]
    run(tmp_path / "entier", [given for given in files if given.name != "tue"])
    assert rows(tmp_path / "jeu") == rows(tmp_path / "entier")
    assert names(tmp_path / "jeu") == names(tmp_path / "entier")  # one part a table and day
    for name in names(tmp_path / "jeu"):
        if name.endswith(".parquet"):
            schemas = [pq.read_schema(tmp_path / folder / name) for folder in ("jeu", "entier")]
            assert schemas[0].equals(schemas[1], check_metadata=True)


# --- what stops a run ---------------------------------------------------------------------------------------

_CHILD = """
import os, signal, sys
from pathlib import Path
from flatfile import FormatError
from noemie.documents import convert, dataset, dataset_batches
from noemie.documents.columns.records import Options
from noemie.documents.dataset_batches import Given, add, tasks_of

dataset_batches.MOST_FILES = 4
folder, inbox, stop = sys.argv[1], sys.argv[2], int(sys.argv[3])
count = 0
replace = Path.replace

def counted(path, target):
    global count
    if count == stop:
        os.kill(os.getpid(), signal.SIGKILL)
    count += 1
    return replace(path, target)

Path.replace = counted
files = [Given(path.name, str(path)) for path in sorted(Path(inbox).iterdir())]
with Options().open(Path(folder)) as opened:
    for _ in add(opened, tasks_of(opened, files, Options())):
        pass
"""


@pytest.mark.parametrize("stop", [0, 2, 20])
def test_a_killed_run_then_another_is_one_run(tmp_path, inbox, stop):
    folder = tmp_path / "jeu"
    done = subprocess.run([sys.executable, "-c", _CHILD, folder, inbox, str(stop)], check=False)
    assert done.returncode == -signal.SIGKILL
    whole = {file.fichier for file in dataset.read_files(folder)}
    kept = rows(folder)
    run(folder, given(inbox))
    for file in whole:  # what was there stays: no batch is made twice
        assert file in {one.fichier for one in dataset.read_files(folder)}
    run(tmp_path / "entier", given(inbox))
    assert rows(folder) == rows(tmp_path / "entier")
    assert not [path for path in folder.iterdir() if path.name.startswith(("_aside", "_commit"))]
    assert kept.keys() <= rows(folder).keys()


def test_a_file_that_changes_is_left_out(tmp_path, monkeypatch):
    changing, other = tmp_path / "change.b2", tmp_path / "autre.b2"
    changing.write_bytes(SENT[0].data)
    other.write_bytes(SENT[1].data)
    read = dataset_batches._Batch._read

    def reading(self, given):
        read(self, given)
        if given.name == "change.b2":
            changing.write_bytes(SENT[0].data[:256])

    monkeypatch.setattr(dataset_batches._Batch, "_read", reading)
    (written,) = run(tmp_path / "jeu", [Given(path.name, str(path)) for path in (changing, other)])
    assert [file.fichier for file in written.files] == ["autre.b2"]
    assert [(name, error.code) for name, error in written.failed] == [("change.b2", "fichier.lecture")]
    assert {dict(row)["fichier"] for _, row in rows(tmp_path / "jeu")["fichiers"]} == {"autre.b2"}


def test_what_cannot_be_read_stops_no_other(tmp_path):
    files = {
        "vide": b"",
        "autre": b"%PDF-1.4",
        "coupe.gz": gzip.compress(FLOWS["city"])[:-20],
        "bon": FLOWS["city"],
        "absent": str(tmp_path / "absent.b2"),
        "retour": RETOURS["ps-P2"],
    }
    (written,) = run(tmp_path / "jeu", [Given(*one) for one in files.items()])
    assert [file.fichier for file in written.files] == ["bon", "retour"]
    assert {name: error.code for name, error in written.failed} == {
        "vide": "fichier.vide",
        "autre": "fichier.inconnu",
        "coupe.gz": "fichier.gzip-illisible",
        "absent": "fichier.absent",
    }


def test_a_day_that_cannot_be_told(tmp_path):
    data = put(FLOWS["city"], 0, "000", "date_fichier", b"999999")
    run(tmp_path / "jeu", [Given("flux.b2", data)])
    (file,) = dataset.read_files(tmp_path / "jeu")
    assert file.jour is None
    table = f"read_parquet('{tmp_path}/jeu/PS-2003C/4/**/*.parquet', hive_partitioning = true)"
    assert one(f"select distinct jour from {table}") == [(None,)]


# --- what a run must not write to ---------------------------------------------------------------------------


def refused(folder, options=HIDDEN):
    with pytest.raises(dataset.DatasetError) as found:
        options.open(folder)
    return found.value.code


def test_refused_folders(tmp_path):
    (tmp_path / "autre").mkdir()
    (tmp_path / "autre" / "notes.txt").write_text("a")
    assert refused(tmp_path / "autre") == "pas-un-jeu"
    (tmp_path / "autre" / dataset.MARKER).write_text("{")
    assert refused(tmp_path / "autre") == "pas-un-jeu"
    run(tmp_path / "jeu", [Given("a", FLOWS["city"])])
    assert refused(tmp_path / "jeu", Options(values=True)) == "autres-options"
    assert refused(tmp_path / "jeu", Options(norm="CP-2003C")) == "autres-options"
    with Options().open(tmp_path / "jeu"):
        assert refused(tmp_path / "jeu") == "occupe"
    with pytest.raises(dataset.DatasetError, match="autre-contenu"):
        dataset.Dataset(tmp_path / "jeu", "constats", Options().told())


def test_a_damaged_table_of_files(tmp_path, inbox):
    run(tmp_path / "jeu", given(inbox)[:1])
    (part,) = (tmp_path / "jeu" / "fichiers").glob("part-*.parquet")
    part.write_bytes(part.read_bytes()[:20])
    assert refused(tmp_path / "jeu") == "abime"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_no_right_to_write(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError):
        Options().open(tmp_path / "jeu")


def test_hidden_values_are_nowhere(tmp_path):
    data = FLOWS["city"]
    run(tmp_path / "jeu", [Given("flux.b2", data)])
    whole = json.dumps(rows(tmp_path / "jeu"), default=str)
    for record in fse.iter_records(data):
        for field in record.layout.fields:
            text = record.text(field.name)
            if field.personal == "yes" and len(text) > 5 and text.strip("0"):
                assert text not in whole, field.name


# --- sums ---------------------------------------------------------------------------------------------------


def one(query):
    return duckdb.sql(query).fetchall()


def summed(folder, file, type, column):
    """The sum of a column for one file of returns."""
    if not (folder / "NOEMIE" / type).exists():
        return 0
    table = f"'{folder}/NOEMIE/{type}/**/*.parquet'"
    ((total,),) = one(f"select coalesce(sum({column}), 0) from {table} where fichier = '{file}'")
    return total


def test_sums_are_those_of_records_5_and_999_to_the_cent(tmp_path, inbox):
    folder = tmp_path / "jeu"
    run(folder, given(inbox))
    for norm, total in (
        ("PS-2003C", "total_amo"),
        ("CP-2005E", "total_amo_honoraires + total_amo_hospitalier"),
    ):
        cents = sum(facture.montant_amo for made in SENT if made.norme == norm for facture in made.factures)
        assert one(f"select sum({total}) from '{folder}/{norm}/5/**/*.parquet'") == [(Decimal(cents) / 100,)]
    lines = one(f"select sum(montant_amo) from '{folder}/PS-2003C/4/**/*.parquet'")
    assert lines == one(f"select sum(total_amo) from '{folder}/PS-2003C/5/**/*.parquet'")
    for retour in BACK:
        last = noemie.read_retour(retour.data).fin
        total = Decimal(last.value("cumul_montants")) / 100
        assert summed(folder, retour.nom, "999", "cumul_montants") == total
        parts = (("198", "montant_amo_paye"), ("199", "montant_amc_paye"))
        assert sum(summed(folder, retour.nom, *part) for part in parts) == total


# --- scans --------------------------------------------------------------------------------------------------


def test_a_scan_is_the_table_of_one_type_of_many_files(inbox):
    found = noemie.scan_flux(inbox, "5", norm="PS-2003C").read_all()
    files = [inbox / made.name for made in SENT if made.norme == "PS-2003C"]
    assert {str(path) for path in files} <= set(found["fichier"].to_pylist())
    reader = noemie.scan_flux(files, "5", values=True)
    told = [row for path in files for row in convert.to_arrow(path, values=True)["5"].to_pylist()]
    rows = reader.read_all().to_pylist()
    assert [{key: row[key] for key in row if key != "fichier"} for row in rows] == told
    assert noemie.scan_flux(files, "5").schema.metadata[b"sesam_noemie.values"] == b"false"
    assert {row["nir"] for row in noemie.scan_flux(files, "2").read_all().to_pylist()} == {None}


def test_a_scan_of_returns(inbox):
    found = noemie.scan_retours(inbox, "999").read_all()
    assert found["fichier"].to_pylist() == sorted(str(inbox / retour.nom) for retour in BACK)
    assert sum(found["cumul_montants"].to_pylist()) * 100 == sum(
        noemie.read_retour(retour.data).fin.value("cumul_montants") for retour in BACK
    )


def test_a_scan_reads_as_rows_are_asked_for(inbox, tmp_path):
    paths = [inbox / SENT[0].name, tmp_path / "absent.b2"]
    reader = noemie.scan_flux(paths, "4")  # the second is not looked at yet
    with pytest.raises(FormatError):
        reader.read_all()


def test_wrong_scans(inbox):
    with pytest.raises(ValueError, match="type '9'"):
        noemie.scan_flux(inbox / SENT[0].name, "9")
    with pytest.raises(ValueError, match="type '4'"):
        noemie.scan_retours(inbox, "4")
    with pytest.raises(ValueError, match="scan them apart"):
        noemie.scan_flux(inbox, "4").read_all()
    empty = noemie.scan_flux([], "4").read_all()
    assert (empty.num_rows, "montant_amo" in empty.column_names) == (0, True)


def test_a_scan_of_what_nobody_reads(tmp_path):
    data = FLOWS["city"][:256] + b"8" + FLOWS["city"][257:]
    (tmp_path / "flux.b2").write_bytes(data)
    (row,) = noemie.scan_flux(tmp_path, "inconnu", values=True).read_all().to_pylist()
    assert row["contenu"].encode("latin-1") == data[256:384]
    assert row["fichier"] == str(tmp_path / "flux.b2")


# --- the guide ----------------------------------------------------------------------------------------------


def blocks(language):
    """What the guide shows in a language."""
    guide = Path(__file__).parents[2] / "docs" / "guides" / "datasets.md"
    return re.findall(rf"```{language}\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def beside(tmp_path, inbox, monkeypatch):
    """The folder of a data set, where the queries of the guide find it."""
    run(tmp_path / "jeu", given(inbox))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_queries_of_the_guide(beside):
    sql, *_ = blocks("sql")  # the others: tests/cli/test_cli_dataset.py, test_cli_reconcile_dataset.py
    asked, different, paid, wrong = (
        one(query) for query in re.sub("--.*", "", sql).split(";") if query.strip()
    )
    cents = sum(facture.montant_amo for made in SENT if made.norme == "PS-2003C" for facture in made.factures)
    assert sum(row[-1] for row in asked) * 100 == cents
    assert different == wrong == []
    assert sum(row[-1] for row in paid) * 100 == sum(
        noemie.read_retour(retour.data).fin.value("cumul_montants") for retour in BACK
    )


def test_the_programs_of_the_guide(beside):
    pytest.importorskip("polars")
    pytest.importorskip("pandas")
    lines = [text for text in blocks("python") if "rapprochement/" not in text]
    assert len(lines) == 3
    told = {}
    for text in lines:
        found = {}
        exec(text, found)
        told |= found
    cents = sum(facture.montant_amo for made in SENT if made.norme == "PS-2003C" for facture in made.factures)
    assert told["actes"]["montant_amo"].sum() * 100 == cents
    assert len(told["factures"])
    assert told["ecarts"].empty
    assert sum(told["lignes"]["montant_amo"].to_pylist()) * 100 == cents
    assert len(told["payes"]) == len(BACK)
