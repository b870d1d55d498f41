"""`generate`, `respond`, `reconcile`, `demo`: a whole story, its files, its refusals."""

import json
import os

import pytest
from cli_runner import run
from cli_samples import flow, retour


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- generate -------------------------------------------------------------------------------------------


def test_generate_writes_flows_that_are_right():
    result = run("generate", "-o", "jeu", "--invoices", "6", "--organisme", "08")
    assert (result.status, result.err) == (0, "")
    assert "1 flux, norme PS-2003C, et le manifeste dans jeu." in " ".join(result.out.split())
    assert run("check", "jeu/medecin-08-050-756-001.b2").status == 0


def test_the_same_seed_gives_the_same_bytes(folder):
    for name in ("un", "deux"):
        assert run("generate", "-o", name, "--seed", "5", "--profile", "cabinet").status == 0
    files = sorted(path.name for path in (folder / "un").iterdir())
    assert [(folder / "un" / name).read_bytes() for name in files] == [
        (folder / "deux" / name).read_bytes() for name in files
    ]


def test_generate_never_replaces_without_being_told():
    assert run("generate", "-o", "jeu").status == 0
    result = run("generate", "-o", "jeu")
    assert (result.status, result.out) == (2, "")
    assert "existe déjà ; rien n'a été écrit.\n  → Choisir un autre dossier avec -o" in result.err
    assert run("generate", "-o", "jeu", "--force").status == 0


def test_generate_a_named_fault():
    result = run("generate", "-o", "jeu", "--organisme", "08", "--fault", "facture.total-amo", "--lang", "en")
    assert "Fault on purpose: facture.total-amo" in result.out
    checked = run("check", "jeu", "--select", "facture.total-amo")
    assert checked.status == 1
    assert checked.err == ""  # the manifest beside the flow is no flow, and is left alone
    assert "[facture.total-amo]" in checked.out


@pytest.mark.parametrize(
    "wrong",
    [
        ("--profile", "magicien"),
        ("--invoices", "0"),
        ("--fault", "rien.du-tout"),
        ("--organisme", "77"),
        ("--norm", "CP-2005E"),
        ("--date", "31/02/2026"),
    ],
)
def test_what_generate_refuses(folder, wrong):
    result = run("generate", "-o", "jeu", *wrong)
    assert (result.status, result.out) == (2, "")
    assert "Traceback" not in result.err
    assert len(result.err.splitlines()) <= 5
    assert not (folder / "jeu").exists()


def test_dates_in_both_writings():
    one = run("generate", "-o", "a", "--date", "2026-02-03", "--format", "json")
    other = run("generate", "-o", "b", "--date", "03/02/2026", "--format", "json")
    assert json.loads(one.out)["manifest"] == json.loads(other.out)["manifest"]


@pytest.mark.parametrize("verb", [("generate",), ("respond", "f.b2")])
def test_a_folder_that_cannot_be_written(folder, verb):
    (folder / "f.b2").write_bytes(flow())
    (folder / "fichier").write_text("")
    result = run(*verb, "-o", "fichier/jeu")
    assert (result.status, result.out) == (2, "")
    assert result.err == "fichier/jeu : un fichier porte le nom de ce dossier\n"


def test_a_failed_write_leaves_nothing(folder, monkeypatch):
    def refuse(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    result = run("generate", "-o", "jeu", "--organisme", "08")
    assert result.status == 2
    assert result.err.endswith(" : le disque est plein\n")
    assert list((folder / "jeu").iterdir()) == []


# --- respond --------------------------------------------------------------------------------------------


def test_respond_answers_every_flow(folder):
    (folder / "f.b2").write_bytes(flow())
    result = run("respond", "f.b2", "-o", "retour")
    assert (result.status, result.err) == (0, "")
    assert "ARL du lot 001 : positif\n" in result.out
    names = sorted(path.name for path in (folder / "retour").iterdir())
    assert names[0] == "arl.json"
    assert all(name.endswith(".noe") for name in names[1:])
    assert all(f"  {name}\n" in result.out for name in names)
    decoded = run("decode", "retour/" + names[1])
    assert decoded.status == 0
    assert "2 factures : 2 payées" in decoded.out


def test_respond_is_the_same_each_time(folder):
    (folder / "f.b2").write_bytes(flow(12))
    first = run("respond", "f.b2", "-o", "a", "--reject-rate", "0.5", "--format", "json")
    second = run("respond", "f.b2", "-o", "a", "--reject-rate", "0.5", "--format", "json", "--force")
    assert first.data == second.data
    assert json.loads(first.out)["summary"]["avec_rejet"] > 0


def test_a_flow_given_twice_is_paid_once(folder):
    (folder / "f.b2").write_bytes(flow())
    document = json.loads(run("respond", "f.b2", "f.b2", "-o", "retour", "--format", "json").out)
    assert document["summary"]["paye"] == 2 * 1750
    assert len(set(document["files"])) == len(document["files"]) == 3


def test_respond_refuses_to_write_over_what_it_reads(folder):
    (folder / "f.b2").write_bytes(flow())
    run("respond", "f.b2", "-o", "retour")
    name = next(path.name for path in (folder / "retour").glob("*.noe"))
    os.link(folder / "f.b2", folder / "piege")
    (folder / "retour" / name).unlink()
    os.link(folder / "f.b2", folder / "retour" / name)
    result = run("respond", "f.b2", "-o", "retour", "--force")
    assert result.status == 2
    assert "est une entrée de la commande, il ne sera pas écrasé" in result.err
    assert (folder / "f.b2").read_bytes() == flow()


def test_respond_to_what_is_no_flow(folder):
    (folder / "f.pdf").write_bytes(b"%PDF-1.7")
    result = run("respond", "f.pdf", "absent.b2", "-o", "retour")
    assert result.status == 2
    assert "[fichier.inconnu]" in result.err
    assert "[fichier.absent]" in result.err
    assert "négatif" in result.out


# --- reconcile ------------------------------------------------------------------------------------------


def test_reconcile_tells_what_is_not_settled(folder):
    (folder / "f.b2").write_bytes(flow(3))
    (folder / "r.noe").write_bytes(retour())
    result = run("reconcile", "--sent", "f.b2", "--returned", "r.noe", "--on", "2025-03-20")
    assert (result.status, result.err) == (1, "")
    out = result.out.replace("\u00a0", " ")
    assert "payée                    1    17,50  17,50   0,00\n" in out
    assert "Facture 000000002, lot 001 : rejetée, depuis 6 jours  f.b2\n  ■ NE PAS RETRANSMETTRE\n" in out
    assert "Facture 000000003, lot 001 : réponse attendue, depuis 6 jours  f.b2\n" in out


def test_the_kinds_of_files_are_told_apart(folder):
    (folder / "f.b2").write_bytes(flow())
    run("respond", "f.b2", "-o", "retour")
    names = sorted(f"retour/{path.name}" for path in (folder / "retour").glob("*.noe"))
    result = run("reconcile", "f.b2", "retour")
    assert result.status == 0
    assert result.out.endswith("\nTout est soldé.\n")
    document = json.loads(run("reconcile", "f.b2", "retour", "--format", "json").out)
    assert document["files"] == {"sent": 1, "returned": 1, "arl": 1}
    explicit = run("reconcile", "--sent", "f.b2", "--returned", *names, "--arl", "retour/arl.json")
    assert explicit.status == 0
    assert run("reconcile", "--sent", "f.b2", "--returned", "retour").status == 0


def test_files_given_twice_are_counted_once(folder):
    (folder / "f.b2").write_bytes(flow())
    (folder / "g.b2").write_bytes(flow())
    (folder / "r.noe").write_bytes(retour())
    document = json.loads(run("reconcile", ".", "--format", "json").out)
    assert document["total"]["nombre"] == 2
    assert document["doublons"] == [{"nature": "envoi", "original": "f.b2", "copie": "g.b2", "nombre": 2}]


def test_a_return_of_nothing_sent_is_an_orphan(folder):
    (folder / "r.noe").write_bytes(retour())
    result = run("reconcile", "--returned", "r.noe", "--lang", "en")
    assert result.status == 1
    assert "Returns without a sent invoice" in result.out
    assert "no invoice with this number was sent" in " ".join(result.out.split())


def test_nothing_to_reconcile():
    result = run("reconcile")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("noemie reconcile : rien à rapprocher.\n  → ")


def test_an_unreadable_file_does_not_hide_the_others(folder):
    (folder / "f.b2").write_bytes(flow())
    (folder / "r.noe").write_bytes(b"%PDF")
    result = run("reconcile", "--sent", "f.b2", "--returned", "r.noe")
    assert result.status == 2
    assert "[retour.inconnu]" in result.err
    assert "Facture 000000001" in result.out


# --- demo -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("columns", ["80", "120"])
def test_the_demo_tells_the_whole_story(lang, columns):
    result = run("demo", "--lang", lang, NOEMIE_COLUMNS=columns)
    assert (result.status, result.err) == (0, "")
    for rank in range(1, 8):
        assert f"\n{rank}. " in result.out
    for verb in ("generate", "check", "respond", "decode", "explain", "reconcile"):
        assert f"   $ noemie {verb} " in result.out
    folded = [line for line in result.out.splitlines() if len(line.split()) > 1]  # a word is never broken
    assert max(map(len, folded)) <= int(columns)
    assert {"fr": "■ NE PAS RETRANSMETTRE", "en": "■ DO NOT RESEND"}[lang] in result.out


def test_the_demo_is_deterministic_and_leaves_nothing(folder):
    assert run("demo").data == run("demo").data
    assert list(folder.iterdir()) == []
    assert run("demo", "--seed", "2").out != run("demo").out


def test_the_demo_may_keep_its_files(folder):
    result = run("demo", "--dir", "histoire")
    assert result.status == 0
    assert "Les fichiers de l'histoire sont dans histoire." in result.out
    assert sorted(path.name for path in (folder / "histoire").iterdir()) == ["envoi", "essai", "retour"]
    assert run("demo", "--dir", "histoire").data == result.data


def test_the_commands_of_the_demo_give_what_it_shows(folder):
    out = run("demo", "--dir", "histoire").out
    os.chdir(folder / "histoire")
    for line in out.splitlines():
        words = line.strip().removeprefix("$ noemie ").replace('"2900 005"', "2900 005").split()
        if line.startswith("   $ noemie ") and words[0] in ("check", "decode", "reconcile", "explain"):
            shown = run(*words).out
            assert shown.strip() in out
