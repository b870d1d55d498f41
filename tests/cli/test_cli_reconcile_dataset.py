"""`reconcile --format parquet`: the lines of one run, in parts that only what they say changes."""

import datetime as dt
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from cli_runner import run

from fixtures.caisse import Caisse
from fixtures.generate import Parametres, generate
from fse import read_flux
from noemie.documents.dataset import MARKER

DAY = "2026-03-01"

#: Two professionals; each had a part of what was sent answered, rejects included.
SENT = {
    profile: list(generate(Parametres(profile, seed=seed, invoices=24)))
    for seed, profile in ((3, "medecin"), (4, "infirmier"))
}
BACK = {
    profile: [
        back for made in some[:3] for back in Caisse(seed=1, reject_rate=0.3).respond(made.data).returns
    ]
    for profile, some in SENT.items()
}
LATER = [back for made in SENT["medecin"][3:] for back in Caisse(seed=2).respond(made.data).returns]


@pytest.fixture
def inbox(tmp_path, monkeypatch):
    """A folder of all that was sent, and of the first returns."""
    folder = tmp_path / "recu"
    for profile, some in SENT.items():
        (folder / profile).mkdir(parents=True)
        for made in some:
            (folder / profile / made.name).write_bytes(made.data)
        for back in BACK[profile]:
            (folder / profile / f"{profile}-{back.nom}").write_bytes(back.data)
    monkeypatch.chdir(tmp_path)
    return folder


def reconcile(*arguments, lang="en"):
    return run("reconcile", *arguments, "--on", DAY, "--lang", lang)


def answered(*arguments, output="jeu"):
    done = reconcile(*arguments, "--format", "parquet", "-o", output)
    return done, done.out.replace("\n", " ")


def parts(folder="jeu"):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in Path(folder).rglob("*.parquet")
    }


def table(name, folder="jeu"):
    paths = sorted(Path(folder, name).glob("*.parquet"))
    return [row for path in paths for row in pq.read_table(path).to_pylist()]


def flat(value, depth=0):
    """What a table tells of a value of the document: days as dates are, lists of what is listed left out."""
    if isinstance(value, dict):
        kept = {
            name: flat(one, depth + 1)
            for name, one in value.items()
            if name not in ("numero_ps", "jours") and not (depth > 1 and isinstance(one, list | dict))
        }
        return {name: one for name, one in kept.items() if one not in (None, "")}
    if isinstance(value, list):
        return [flat(one, depth + 1) for one in value]
    return str(value) if hasattr(value, "isoformat") else value


def told(rows):
    return sorted(json.dumps(flat(row), sort_keys=True) for row in rows)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_rows_are_those_of_the_document(inbox, jobs):
    done, said = answered("recu", "--jobs", jobs)
    document = json.loads(reconcile("recu", "--format", "json").out)
    assert (done.status, done.err) == (1, "")
    assert "jeu: 48 invoices, 7 parts written, 0 unchanged" in said
    lines = table("lignes")
    since = [row.pop("depuis") for row in lines]
    assert told(lines) == told(document["lignes"])
    assert any(row["rejets"] for row in lines)
    for row, day in zip(lines, since, strict=True):
        (line,) = (
            one
            for one in document["lignes"]
            if (one["fichier"], one["record"]) == (row["fichier"], row["record"])
        )
        if line["jours"] is not None:
            assert line["jours"] == (dt.date.fromisoformat(DAY) - day).days
    for name in ("orphelins", "virements", "forfaits", "retenues"):
        assert told(table(name)) == told(document[name]), name
    files = table("fichiers")
    assert {row.pop("au") for row in files} == {dt.date.fromisoformat(DAY)}
    assert told(files) == told(document["fichiers"])


def test_nothing_of_a_line_names_a_professional(inbox):
    answered("recu")
    names = pq.read_schema(next(Path("jeu/lignes").glob("*.parquet"))).names
    assert "numero_ps" not in names
    assert len(list(Path("jeu/lignes").glob("*.parquet"))) == 2
    rows = repr([table(name) for name in ("lignes", "orphelins", "virements", "fichiers")])
    for some in SENT.values():
        number = read_flux(some[0].data).factures[0].numero_ps
        assert len(number) > 5
        assert number not in rows


def test_one_schema_a_table(inbox):
    answered("recu")
    answered(f"recu/medecin/medecin-{BACK['medecin'][0].nom}", output="seul")
    for name in ("lignes", "orphelins", "virements", "forfaits", "retenues", "fichiers"):
        found = [pq.read_schema(path) for folder in ("jeu", "seul") for path in Path(folder, name).iterdir()]
        assert len(found) >= 2
        assert all(one.equals(found[0]) for one in found)


def test_again_writes_nothing_and_another_day_its_own_table(inbox):
    answered("recu")
    before = {path: path.stat().st_mtime_ns for path in Path("jeu").rglob("*.parquet")}
    _, said = answered("recu")
    assert "0 parts written, 7 unchanged" in said
    assert {path: path.stat().st_mtime_ns for path in Path("jeu").rglob("*.parquet")} == before
    done = run("reconcile", "recu", "--on", "2026-03-02", "--format", "parquet", "-o", "jeu", "--lang", "en")
    assert "1 part written, 6 unchanged" in done.out.replace("\n", " ")


def test_a_new_return_changes_the_part_of_its_professional_alone(inbox):
    answered("recu")
    before = parts()
    for back in LATER:
        (inbox / f"tard-{back.nom}").write_bytes(back.data)
    _, said = answered("recu")
    after = parts()
    assert before.keys() == after.keys()
    changed = {name for name in after if before[name] != after[name]}
    assert len([name for name in changed if name.startswith("lignes/")]) == 1
    assert changed - {name for name in changed if name.startswith("lignes/")} == {
        "virements/part-00.parquet",
        "fichiers/part-00.parquet",
    }
    assert "3 parts written, 4 unchanged" in said
    answered("recu", output="neuf")
    assert parts("neuf") == after


def test_what_is_given_no_more_goes(inbox):
    answered("recu")
    _, said = answered("recu/medecin")
    assert "24 invoices" in said
    assert "1 removed" in said
    answered("recu/medecin", output="neuf")
    assert parts() == parts("neuf")


def test_a_data_set_within_its_own_input(inbox):
    answered("recu", output="recu/jeu")
    _, said = answered("recu", output="recu/jeu")
    assert "0 parts written, 7 unchanged" in said


def test_a_file_that_cannot_be_read(inbox):
    (inbox / "faux.zip").write_bytes(b"rien")
    done, _ = answered("recu/faux.zip", "recu/medecin")
    assert done.status == 2
    (row,) = [row for row in table("fichiers") if row["etat"] == "illisible"]
    assert row["fichier"] == "faux.zip"
    assert len(table("lignes")) == 24


def test_what_is_refused(inbox):
    done = reconcile("recu", "--format", "parquet")
    assert (done.status, done.err) == (2, "noemie reconcile: --format parquet: expected -o FOLDER\n")
    done, _ = answered("recu", output="recu")
    assert (done.status, "is not empty and is no data set" in done.err) == (2, True)
    run("convert", "recu", "--format", "parquet", "-o", "autre")
    done, _ = answered("recu", output="autre")
    assert (done.status, "was written by another verb" in done.err.replace("\n", " ")) == (2, True)
    Path("rien").mkdir()
    answered("recu")
    before = parts()
    done, _ = answered("rien")
    assert (done.status, "nothing to reconcile" in done.err) == (2, True)
    assert parts() == before


def test_other_formats_still_go_to_a_file(inbox):
    shown = reconcile("recu", "--format", "json").out
    assert reconcile("recu", "--format", "json", "-o", "reponse.json").out == ""
    assert Path("reponse.json").read_text("utf-8") == shown
    reconcile("recu", "-o", "reponse.txt")
    assert Path("reponse.txt").read_text("utf-8").startswith("Reconciliation")


# --- what stops a run ---------------------------------------------------------------------------------------

_CHILD = """
import os, signal, sys
from pathlib import Path
from noemie.documents import dataset_answer

count, stop = 0, int(sys.argv[1])
replace = Path.replace

def counted(path, target):
    global count
    if path.suffix == ".parquet":
        if count == stop:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1
    return replace(path, target)

Path.replace = counted
from cli.__main__ import main
main(["reconcile", "recu", "--on", sys.argv[2], "--format", "parquet", "-o", "jeu", "--lang", "en"])
"""


@pytest.mark.parametrize("stop", [0, 1, 2])
def test_a_killed_run_leaves_whole_parts_and_the_next_one_mends_them(inbox, stop):
    answered("recu")
    former = parts()
    for back in LATER:
        (inbox / f"tard-{back.nom}").write_bytes(back.data)
    answered("recu", output="entier")
    whole = parts("entier")
    done = subprocess.run([sys.executable, "-c", _CHILD, str(stop), DAY], check=False)
    assert done.returncode == -signal.SIGKILL
    left = {name: data for name, data in parts().items() if not name.startswith("_aside")}
    assert left.keys() == whole.keys()
    assert all(data in (former[name], whole[name]) for name, data in left.items())
    assert left["fichiers/part-00.parquet"] == former["fichiers/part-00.parquet"]  # the last one
    assert sum(data != former[name] for name, data in left.items()) == stop
    answered("recu")
    assert parts() == whole
    assert sorted(path.name for path in Path("jeu").iterdir() if path.name.startswith("_")) == [MARKER]


def test_a_killed_first_run_then_another(inbox):
    subprocess.run([sys.executable, "-c", _CHILD, "3", DAY], check=False)
    answered("recu")
    answered("recu", output="entier")
    assert parts() == parts("entier")


# --- the guide ----------------------------------------------------------------------------------------------

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "datasets.md"


def blocks(language):
    """What the guide shows of such a data set."""
    found = re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    return [text for text in found if "rapprochement/" in text]


def test_the_queries_of_the_guide(inbox):
    answered("recu", output="rapprochement")
    document = json.loads(reconcile("recu", "--format", "json").out)
    (sql,) = blocks("sql")
    states, motives, ((gap,),) = (
        duckdb.sql(query).fetchall() for query in re.sub("--.*", "", sql).split(";") if query.strip()
    )
    due = [one for one in document["lignes"] if one["open"]]
    assert sum(count for _, count, *_ in states) == len(due) > 0
    assert round(100 * sum(euros for _, _, euros, _ in states)) == sum(one["reste"] for one in due)
    rejects = [one for line in document["lignes"] for one in line["rejets"] if not one["historique"]]
    assert sum(count for *_, count in motives) == len(rejects) > 0
    assert gap == 0


def test_the_program_of_the_guide(inbox):
    pytest.importorskip("polars")
    answered("recu", output="rapprochement")
    document = json.loads(reconcile("recu", "--format", "json").out)
    (text,) = blocks("python")
    found = {}
    exec(text, found)
    assert found["a_faire"]["reste"].sum() == sum(
        one["reste"] for one in document["lignes"] if one["liste"] == "a_faire"
    )
    assert len(found["rejets"]) == sum(len(one["rejets"]) for one in document["lignes"])
