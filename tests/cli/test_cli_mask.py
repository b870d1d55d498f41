"""`noemie mask` as a person uses it: files, folders, pipes, keys, wrong inputs."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cli_runner import run
from cli_samples import DAMAGE, clean, flow, leaks, mouvements, retour

KEY = b"une cle de test, rien de secret\n"


@pytest.fixture
def files(tmp_path):
    """A flow, a return and a key, in a folder."""
    (tmp_path / "flux.b2").write_bytes(flow())
    (tmp_path / "retour.noe").write_bytes(retour())
    (tmp_path / "cle").write_bytes(KEY)
    return tmp_path


def flat(text):
    return " ".join(text.split())


def test_the_python_of_the_guides_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, data in (("flux", flow()), ("avant", flow(3)), ("apres", flow(2))):
        Path(f"{name}.b2").write_bytes(data)
    for name in ("mask", "diff"):
        text = (Path(__file__).parents[2] / "docs" / "guides" / f"{name}.md").read_text(encoding="utf-8")
        (code,) = re.findall("```python\n(.*?)```", text, re.DOTALL)
        exec(compile(code, f"{name}.md", "exec"), {})


# --- what is written ----------------------------------------------------------------------------------------


def test_a_flow_and_its_return(files):
    out = files / "masques"
    result = run("mask", files / "flux.b2", files / "retour.noe", "-o", out, "--key-file", files / "cle")
    assert (result.status, result.err) == (0, "")
    for name in ("flux.b2", "retour.noe"):
        copy, original = (out / name).read_bytes(), (files / name).read_bytes()
        assert len(copy) == len(original)
        assert leaks(copy.decode("latin-1")) == []
    assert "16 enregistrements" in flat(result.out)
    assert "aucune retrouvée" in flat(result.out)
    assert "Pseudonymisé n'est pas anonyme" in result.out
    assert leaks(result.out) == []
    assert (files / "flux.b2").read_bytes() == flow()
    assert sorted(path.name for path in out.iterdir()) == ["flux.b2", "retour.noe"]


def test_masked_files_still_reconcile(files):
    out = files / "masques"
    run("mask", files / "flux.b2", files / "retour.noe", "-o", out)
    told = [
        json.loads(
            run(
                "reconcile", "--sent", folder / "flux.b2", "--returned", folder / "retour.noe",
                "--format", "json",
            ).out
        )
        for folder in (files, out)
    ]  # fmt: skip
    assert told[0]["totaux"] == told[1]["totaux"]
    assert {"payee", "rejetee"} <= set(told[0]["totaux"])
    assert len(told[1]["lignes"]) == 2


def test_a_folder(files):
    folder = files / "entree"
    folder.mkdir()
    (folder / "a.b2").write_bytes(flow())
    (folder / "b.noe").write_bytes(mouvements())
    result = run("mask", folder, "-o", files / "sortie", "--lang", "en")
    assert result.status == 0
    assert "Key drawn at random, then forgotten" in flat(result.out)
    assert sorted(path.name for path in (files / "sortie").iterdir()) == ["a.b2", "b.noe"]


def test_standard_input(files):
    result = run("mask", "-", "-o", files / "sortie", stdin=clean())
    assert result.status == 0
    assert len((files / "sortie" / "masque").read_bytes()) == len(clean())


def test_the_copy_of_a_compressed_file_is_not(files):
    import gzip

    (files / "flux.b2.gz").write_bytes(gzip.compress(flow(), mtime=0))
    assert run("mask", files / "flux.b2.gz", "-o", files / "sortie").status == 0
    assert len((files / "sortie" / "flux.b2").read_bytes()) == len(flow())


# --- keys ---------------------------------------------------------------------------------------------------


def copies(files, name, *arguments, **variables):
    out = files / name
    assert run("mask", files / "flux.b2", "-o", out, *arguments, **variables).status == 0
    return (out / "flux.b2").read_bytes()


def test_the_same_key_gives_the_same_copy(files):
    one = copies(files, "1", "--key-file", files / "cle")
    assert copies(files, "2", "--key-file", files / "cle") == one
    assert copies(files, "3", NOEMIE_MASK_KEY=KEY.decode().strip()) == one
    assert copies(files, "4", NOEMIE_MASK_KEY="une autre cle, tout aussi longue") != one
    # A key drawn at random is another one each time.
    assert len({one, copies(files, "5"), copies(files, "6")}) == 3


def test_a_key_is_told_by_its_fingerprint_only(files):
    arguments = ("mask", files / "flux.b2", "-o", files / "s", "--force", "--format", "json")
    result = run(*arguments, "--key-file", files / "cle")
    told = json.loads(result.out)
    assert (told["schema_version"], told["command"], told["key"]["origin"]) == (1, "mask", "file")
    assert len(told["key"]["fingerprint"]) == 8
    assert "rien de secret" not in result.out + result.err
    told = json.loads(run(*arguments).out)
    assert told["key"] == {"origin": "random", "fingerprint": ""}
    (file,) = told["files"]
    assert (file["family"], file["records"], file["damaged"], file["survivals"]) == ("b2", 16, 0, 0)
    assert file["fields"]["nir"] == 12


@pytest.mark.parametrize("content", [None, b"", b"court", b"x" * 5000])
def test_a_key_that_cannot_be_used(files, content):
    path = files / "cle2"
    if content is not None:
        path.write_bytes(content)
    result = run("mask", files / "flux.b2", "-o", files / "s", "--key-file", path)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"noemie mask : {path} : clé illisible ou trop courte.\n  → ")
    assert run("mask", files / "flux.b2", "-o", files / "s", NOEMIE_MASK_KEY="court").status == 2
    assert not (files / "s").exists()


@pytest.mark.parametrize("key", ["a" * 16, "motdepasse123456", "0123456789abcdef"])
def test_a_key_that_anybody_may_guess(files, key):
    (files / "faible").write_text(key + "\n")
    arguments = ("mask", files / "flux.b2", "-o", files / "s")
    result = run(*arguments, "--key-file", files / "faible")
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        f"noemie mask : {files / 'faible'} : clé trop facile à deviner.\n"
        "  → Donner 16 à 4096 octets tirés au hasard : head -c 32 /dev/urandom | base64 > cle,"
        " puis --key-file cle.\n"
    )
    result = run(*arguments, "--lang", "en", NOEMIE_MASK_KEY=key)
    assert result.status == 2
    assert result.err.startswith("noemie mask: NOEMIE_MASK_KEY: this key is too easy to guess.\n  → Give 16 ")
    assert key not in result.err
    assert not (files / "s").exists()


def test_a_variable_that_is_set_and_empty_is_refused(files):
    result = run("mask", files / "flux.b2", "-o", files / "s", NOEMIE_MASK_KEY="")
    assert result.status == 2
    assert result.err.startswith("noemie mask : NOEMIE_MASK_KEY : clé illisible ou trop courte.\n  → ")


def test_no_key_on_the_command_line():
    assert "--key " not in run("mask", "--help").out


# --- what is refused ----------------------------------------------------------------------------------------


def test_nothing_is_replaced_unless_asked_for(files):
    assert run("mask", files / "flux.b2", "-o", files / "s").status == 0
    before = (files / "s" / "flux.b2").read_bytes()
    result = run("mask", files / "flux.b2", "-o", files / "s")
    assert (result.status, result.out) == (2, "")
    assert "existe déjà ; rien n'a été écrit" in result.err
    assert (files / "s" / "flux.b2").read_bytes() == before
    assert run("mask", files / "flux.b2", "-o", files / "s", "--force").status == 0
    result = run("mask", files / "flux.b2", "-o", files, "--force")
    assert result.status == 2
    assert (files / "flux.b2").read_bytes() == flow()


def test_two_files_of_one_name(files):
    (files / "autre").mkdir()
    (files / "autre" / "flux.b2").write_bytes(flow())
    result = run("mask", files / "flux.b2", files / "autre", "-o", files / "s")
    assert result.status == 2
    assert "deux fichiers portent ce nom" in result.err
    assert list((files / "s").iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"bonjour", bytes(range(256)) * 40])
def test_a_file_that_is_none_of_these(files, content):
    (files / "x").write_bytes(content)
    result = run("mask", files / "x", files / "flux.b2", files / "absent", "-o", files / "s")
    assert result.status == 2
    assert f"{files / 'x'} : " in result.err
    assert "→ " in result.err
    assert "[fichier.absent]" in result.err
    # The others are masked; nothing is left of these.
    assert [path.name for path in (files / "s").iterdir()] == ["flux.b2"]


def test_an_output_that_cannot_be_made(files):
    result = run("mask", files / "flux.b2", "-o", files / "cle")
    assert (result.status, result.out) == (2, "")
    assert result.err.count("\n") == 1


def survivor():
    """A flow whose invoice number repeats the number of the patient's file."""
    import fse
    from fixtures.generate import Parametres, generate

    flux = fse.read_flux(next(generate(Parametres("cmpp", seed=3, invoices=4))).data)
    for record in flux.factures[0].records:
        flux = flux.replaced(record, record.replace(numero_facture="000123456"))
    header = flux.factures[0].entete
    return flux.replaced(header, header.replace(numero_entree="000123456")).to_bytes()


def test_a_value_that_survives_is_told_and_nothing_is_written(files):
    (files / "x.b2").write_bytes(survivor())
    result = run("mask", files / "x.b2", "-o", files / "s")
    assert (result.status, result.out) == (2, "")
    assert "1 valeur d'origine reste dans la copie ; rien n'a été écrit." in result.err
    assert "(2.numero_facture)" in result.err
    assert "--invoice-numbers map" in result.err
    assert "123456" not in result.err
    assert list((files / "s").iterdir()) == []
    assert run("mask", files / "x.b2", "-o", files / "s", "--invoice-numbers", "map").status == 0


# --- verify -------------------------------------------------------------------------------------------------


def test_verify(files):
    arguments = ("mask", files / "flux.b2", "-o", files / "s")
    assert run(*arguments).status == 0
    copy = files / "s" / "flux.b2"
    before = copy.read_bytes()
    result = run(*arguments, "--verify")
    assert (result.status, result.err) == (0, "")
    assert "aucune valeur de l'original retrouvée" in flat(result.out)
    assert copy.read_bytes() == before
    copy.write_bytes(flow())
    result = run(*arguments, "--verify", "--format", "json")
    assert result.status == 1
    assert "→ Masquer de nouveau l'original." in result.err
    (file,) = json.loads(result.out)["files"]
    assert file["survivals"] > 10
    assert leaks(result.out + result.err) == []
    copy.unlink()
    result = run(*arguments, "--verify")
    assert result.status == 2
    assert f"{copy} : " in result.err


# --- pipes and terminals ------------------------------------------------------------------------------------


def test_a_closed_pipe_and_no_standard_output(files):
    command = f'"$PYTHON" -m cli mask {files}/flux.b2 -o {files}/s --force'
    for end in (" | true", " >&-"):
        done = subprocess.run(
            ["bash", "-c", command + end],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHON": sys.executable},
        )
        assert done.stderr == ""
    assert len((files / "s" / "flux.b2").read_bytes()) == len(flow())


# --- privacy ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["whole", *DAMAGE])
def test_nobody_is_left_in_a_copy_nor_in_a_message(files, damage):
    change = DAMAGE.get(damage, lambda data: data)
    for rank, make in enumerate((flow, retour, mouvements)):
        (files / "x").write_bytes(change(make()))
        out = files / f"s{rank}"
        for format in ("text", "json"):
            # A key of its own: the numbers that another one draws may hold five digits of a person by chance.
            asked = ["mask", files / "x", "-o", out, "--force", "--format", format]
            result = run(*asked, NOEMIE_MASK_KEY="8f3c1d0a97e24b56c7d1e2f3a4b50698")
            assert result.status in (0, 2)
            assert leaks(result.out + result.err) == []
            assert "Traceback" not in result.err
            for path in out.iterdir():
                assert leaks(path.read_bytes().decode("latin-1")) == []
