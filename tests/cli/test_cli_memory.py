"""What may be huge is refused early, or read without filling the memory."""

import gzip
import io
import json

import pytest
from cli_runner import run
from cli_samples import flow, retour

from flatfile import Spool, open_source
from flatfile.source import _IN_MEMORY, most_bytes


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.noe").write_bytes(retour())
    (tmp_path / "r.noe.gz").write_bytes(gzip.compress(retour()))
    (tmp_path / "f.b2").write_bytes(flow(40))
    (tmp_path / "f.b2.gz").write_bytes(gzip.compress(flow(40)))
    return tmp_path


VERBS = [("check",), ("decode",), ("show",), ("mask", "-o", "out", "--force"), ("reconcile",), ("explain",)]
VERBS += [("ledger", "import", "--db", "l.db"), ("convert", "--format", "json", "-o", "out.json", "--force")]


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
@pytest.mark.parametrize("file", ["r.noe.gz", "-"])
def test_what_is_read_whole_has_a_limit_that_is_told(folder, verb, file):
    refused = run(*verb, file, stdin=retour(), NOEMIE_MAX_BYTES="1000")
    assert refused.status == 2
    assert "[fichier.trop-grand]" in refused.err
    assert "dépasse 1000 octets" in refused.err
    assert "NOEMIE_MAX_BYTES" in refused.err
    assert run(*verb, file, stdin=retour(), NOEMIE_MAX_BYTES="100000").status < 2


@pytest.mark.parametrize("verb", [VERBS[0], VERBS[2], VERBS[-1]], ids=" ".join)
def test_a_plain_file_and_a_flow_read_as_it_comes_have_none(folder, verb):
    for file in ("r.noe", "f.b2", "f.b2.gz"):
        assert run(*verb, file, NOEMIE_MAX_BYTES="1000").status < 2


def test_a_flow_that_unfolds_as_none_does_is_refused(folder):
    (folder / "bomb.gz").write_bytes(gzip.compress(flow(2)[:128] + bytes(4 << 20)))
    result = run("check", "bomb.gz", NOEMIE_MAX_BYTES="100000")
    assert result.status == 2
    assert "[fichier.trop-grand]" in result.err


@pytest.mark.parametrize("told", ["", "0", "-1", "many"])
def test_a_limit_that_is_no_number_is_the_usual_one(monkeypatch, told):
    monkeypatch.setenv("NOEMIE_MAX_BYTES", told)
    assert most_bytes() == 256 << 20


def test_a_spool_takes_only_what_is_read_and_gives_it_again():
    data = bytes(range(256)) * ((_IN_MEMORY >> 8) + 512)
    stream = io.BytesIO(data)
    spool = Spool(stream, "-")
    with open_source(spool) as one:
        assert one.head == data[: 1 << 16]
    assert stream.tell() == 1 << 16
    with open_source(spool) as one, open_source(spool) as two:
        assert one.read(10) == two.read(10)
        assert b"".join(iter(one.read, b"")) == data[10:]
        assert b"".join(iter(two.read, b"")) == data[10:]
    assert not stream.closed


def test_json_with_a_huge_line_is_refused_before_it_is_read_whole(folder, monkeypatch):
    assert run("convert", "f.b2", "--format", "json", "--show-values", "-o", "f.json").status == 0
    monkeypatch.setattr("noemie.documents.convert.json_form._LONGEST_LINE", 1 << 20)
    text = (folder / "f.json").read_text()
    (folder / "g.json").write_text(text.replace('"000000001"', '"' + "0" * (8 << 20) + '"', 1))
    result = run("convert", "g.json", "--format", "b2", "--lang", "en")
    assert result.status == 2
    assert "expected: texts of at most 1048576 bytes" in result.err


def test_an_arl_with_a_huge_value_is_none(folder):
    arl = {"positif": True, "numero_lot": "0" * 5000}
    document = {"format": "sesam-noemie/arl", "schema_version": 1, "arls": [arl]}
    (folder / "arl.json").write_text(json.dumps(document))
    result = run("reconcile", "f.b2", "--arl", "arl.json")
    assert result.status == 2
    assert "[fichier.inconnu]" in result.err
