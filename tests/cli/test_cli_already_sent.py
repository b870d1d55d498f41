"""`noemie check --ledger`: invoices that were sent already."""

import json

import pytest
from cli_runner import run

from fixtures.generate import Parametres, generate


@pytest.fixture
def sent(tmp_path, monkeypatch):
    """A flow that the ledger holds, and that nobody answered."""
    monkeypatch.chdir(tmp_path)
    flow = next(generate(Parametres("medecin", seed=5, invoices=2, organismes=("01",))))
    (tmp_path / "sent.b2").write_bytes(flow.data)
    assert run("check", "sent.b2").status == 0
    assert run("ledger", "import", "--db", "registre.db", "sent.b2").status == 0
    return tmp_path / "sent.b2"


def test_on_the_command_line(sent):
    result = run("check", "sent.b2", "--ledger", "registre.db", "--format", "json")
    assert result.status == 1
    (file,) = json.loads(result.out)["files"]
    assert {one["rule"] for one in file["findings"]} <= {"registre.deja-envoyee", "registre.deja-reglee"}
    assert len(file["findings"]) == file["factures"]
    many = run("check", "sent.b2", "sent.b2", "--jobs", "2", "--ledger", "registre.db", "--ignore", "format")
    assert many.out.count("[registre.deja-") == 2 * file["factures"]


@pytest.mark.parametrize("name", ["x.db", "absent.db"])
def test_a_ledger_that_is_none(sent, name):
    (sent.parent / "x.db").write_bytes(b"no database" * 100)
    result = run("check", "sent.b2", "--ledger", name)
    assert result.status == 2
    assert name in result.err
    assert "Traceback" not in result.err
    assert not (sent.parent / "absent.db").exists()
