"""Several returns in one file, by every verb that reads one: nothing lost, each with its own header."""

from __future__ import annotations

import csv
import json
import secrets
from itertools import permutations
from pathlib import Path

import noemie_samples as samples
import pytest
from cli_runner import run

import noemie

#: Identification of each file, who sends it.
SENDERS = (("FIC007", "00000001999991"), ("FIC008", "00000001999992"), ("FIC009", "00000001999993"))
BETWEEN = {"nothing": b"", "crlf": b"\r\n", "eof": b"\x1a"}


def alone(form: str, place: int) -> bytes:
    """One return: that of the samples, from another sender."""
    code, sender = SENDERS[place]
    told = {"numero_emetteur": sender, "identification_fichier": code}
    bodies = samples.CORPS_PS
    entites = (samples.debut(**told), *bodies, samples.fin(3, 29650, **told))
    if form == "P1":
        blocks = len(samples.p1(entites)) // 128
        return samples.p1((*entites[:-1], samples.fin(blocks, 29650, **told)))
    if form == "P3":
        return samples.p3(entites[0], b"".join(bodies), entites[-1])
    return b"".join(entites)


def joined(form: str, between: bytes, count: int) -> bytes:
    return between.join(alone(form, place) for place in range(count))


@pytest.fixture(
    params=[
        pytest.param((form, between, count), id=f"{form}-{name}-{count}")
        for form in ("P1", "P2", "P3")
        for name, between in BETWEEN.items()
        for count in (2, 3)
    ]
)
def appended(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, bytes, int]:
    form, between, count = request.param
    raw = joined(form, between, count)
    path = tmp_path / "retours.noe"
    path.write_bytes(raw)
    return path, raw, count


def test_check_finds_nothing(appended: tuple[Path, bytes, int]) -> None:
    path, _, count = appended
    found = run("check", path, "--format", "json")
    (told,) = json.loads(found.out)["files"]
    assert (found.status, told["counts"]) == (0, {"error": 0, "warning": 0, "info": 0})
    assert len(noemie.read_retour(path).runs) == count


def test_show_has_each(appended: tuple[Path, bytes, int]) -> None:
    path, _, count = appended
    (told,) = json.loads(run("show", path, "--format", "json").out)["files"]
    assert [texts(one["debut"])["identification_fichier"] for one in told["retours"]] == [
        code for code, _ in SENDERS[:count]
    ]
    text = run("show", path).out
    assert [text.count(code) for code, _ in SENDERS] == [1] * count + [0] * (3 - count)


def test_show_records_say_which_return(appended: tuple[Path, bytes, int]) -> None:
    path, _, count = appended
    (told,) = json.loads(run("show", path, "--records", "--limit", "0", "--format", "json").out)["files"]
    entities = noemie.read_retour(path).entites
    assert [one["record"] for one in told["items"]] == [record.number for record in entities]
    assert [one["retour"] for one in told["items"] if one["type"] == "000"] == list(range(1, count + 1))
    assert f"Retour {count}, enregistrement" in run("show", path, "--records", "--limit", "0").out


@pytest.mark.parametrize("to", ["json", "xml"])
def test_convert_and_back(appended: tuple[Path, bytes, int], tmp_path: Path, to: str) -> None:
    path, raw, count = appended
    document, back = tmp_path / f"retours.{to}", tmp_path / "back.noe"
    assert run("convert", path, "--format", to, "--show-values", "-o", document).status == 0
    text = document.read_text(encoding="utf-8")
    assert (f'"retour":{count}' if to == "json" else f'retour="{count}"') in text
    assert run("convert", document, "--format", "noemie", "-o", back).status == 0
    assert back.read_bytes() == raw


def test_tables_have_the_rank(appended: tuple[Path, bytes, int], tmp_path: Path) -> None:
    path, _, count = appended
    assert run("convert", path, "--format", "csv", "-o", tmp_path / "csv").status == 0
    with (tmp_path / "csv" / "noemie-000.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["rang_retour"] for row in rows] == [str(rank) for rank in range(1, count + 1)]
    assert [row["identification_fichier"] for row in rows] == [code for code, _ in SENDERS[:count]]


def test_parquet_has_the_rank(appended: tuple[Path, bytes, int], tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    path, _, count = appended
    assert run("convert", path, "--format", "parquet", "-o", tmp_path / "tables").status == 0
    table = parquet.read_table(tmp_path / "tables" / "noemie-999.parquet")
    assert table.column("rang_retour").to_pylist() == list(range(1, count + 1))


def test_decode_counts_all(appended: tuple[Path, bytes, int], tmp_path: Path) -> None:
    path, raw, count = appended
    each = len(noemie.read_retour(raw).factures) // count
    told = json.loads(run("decode", path, "--format", "json").out)["files"]  # one for each return
    assert [one["rang"] for one in told] == list(range(1, count + 1))
    assert [len(one["factures"]) for one in told] == [each] * count
    lines = [json.loads(line) for line in run("decode", path, "--format", "jsonl").out.splitlines()]
    assert [len(one["factures"]) for one in lines] == [each] * count
    assert run("decode", path).status == 0
    for form in ("csv", "parquet", "html"):
        out = tmp_path / f"decoded.{form}"
        assert run("decode", path, "--format", form, "-o", out).status == 0, form
        assert out.exists()


def test_explain_a_file(appended: tuple[Path, bytes, int]) -> None:
    path, raw, count = appended
    found = run("explain", path, "--format", "json")
    assert found.status == 0
    assert json.loads(found.out)
    assert len(noemie.read_retour(raw).rejets) % count == 0


def test_mask_keeps_each(appended: tuple[Path, bytes, int], tmp_path: Path) -> None:
    path, _, count = appended
    key, out = tmp_path / "key", tmp_path / "masked"
    key.write_bytes(secrets.token_bytes(32))
    assert run("mask", path, "--key-file", key, "-o", out).status == 0
    before, after = noemie.read_retour(path), noemie.read_retour(next(out.iterdir()))
    assert len(after.runs) == count
    assert [one.type for one in after.entites] == [one.type for one in before.entites]
    assert [one.montant for one in after.virements] == [one.montant for one in before.virements]
    assert not list(noemie.check(after))


def test_diff_finds_what_was_added(appended: tuple[Path, bytes, int], tmp_path: Path) -> None:
    path, raw, _ = appended
    first = tmp_path / "first.noe"
    first.write_bytes(noemie.read_retour(raw).runs[0].to_bytes())
    assert run("diff", path, path).status == 0
    found = run("diff", first, path, "--format", "json")
    assert found.status == 1
    assert "added" in found.out


def texts(record: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    return {field["name"]: field["text"] for field in record["fields"]}


@pytest.mark.parametrize("forms", list(permutations(("P1", "P2", "P3"), 2)), ids="-".join)
def test_two_envelopes_lose_nothing(forms: tuple[str, str], tmp_path: Path) -> None:
    raw = b"".join(alone(form, place) for place, form in enumerate(forms))
    path = tmp_path / "two.noe"
    path.write_bytes(raw)
    retour = noemie.read_retour(path)
    assert retour.to_bytes() == raw
    assert [one.identification_fichier for one in retour.runs] == ["FIC007", "FIC008"]
    assert len(retour.factures) == 2 * len(noemie.read_retour(alone(forms[0], 0)).factures)
    document, back = tmp_path / "two.json", tmp_path / "back.noe"
    assert run("convert", path, "--format", "json", "--show-values", "-o", document).status == 0
    assert run("convert", document, "--format", "noemie", "-o", back).status == 0
    assert back.read_bytes() == raw
