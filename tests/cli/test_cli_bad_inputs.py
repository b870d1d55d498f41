"""Whatever is given: one located message that says what to do, no traceback, the rest is shown."""

import os
import re

import pytest
from cli_runner import run
from cli_samples import DAMAGE, clean, flow, records, retour

CHECK = ("check", "{}")


@pytest.fixture
def write(tmp_path):
    def make(data, name="f.b2"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return make


# --- files that cannot be read: the whole message, in both languages ------------------------------------

UNREADABLE = {
    "empty": (
        "{} : Fichier vide [fichier.vide]\n"
        "  le fichier ne contient aucun octet.\n"
        "  → Exporter de nouveau le fichier depuis le logiciel.\n",
        "{}: Empty file [fichier.vide]\n"
        "  the file holds no byte.\n"
        "  → Export the file again from the software.\n",
    ),
    "one-byte": (
        "{} : Fichier non reconnu [fichier.inconnu]\n"
        "  octet 0 : ce n'est ni un flux B2 ni un retour NOEMIE (aspect : aucun format connu).\n"
        "  → Donner le fichier B2 ou NOEMIE, ni chiffré ni converti, ou le mail ou l'archive qui le porte.\n",
        "{}: File not recognised [fichier.inconnu]\n"
        "  byte 0: this is neither a B2 flow nor a NOEMIE return (looks like: no format we know).\n"
        "  → Give the B2 or NOEMIE file, decrypted, not converted, or the mail or archive that has it.\n",
    ),
    "pdf": (
        "{} : Fichier non reconnu [fichier.inconnu]\n"
        "  octet 0 : ce n'est ni un flux B2 ni un retour NOEMIE (aspect : PDF).\n"
        "  → Donner le fichier B2 ou NOEMIE, ni chiffré ni converti, ou le mail ou l'archive qui le porte.\n",
        "{}: File not recognised [fichier.inconnu]\n"
        "  byte 0: this is neither a B2 flow nor a NOEMIE return (looks like: PDF).\n"
        "  → Give the B2 or NOEMIE file, decrypted, not converted, or the mail or archive that has it.\n",
    ),
}


@pytest.mark.parametrize("kind", UNREADABLE)
@pytest.mark.parametrize("verb", ["check", "show"])
def test_full_messages(write, kind, verb):
    path = write(DAMAGE[kind](flow()))
    for lang, expected in zip(("fr", "en"), UNREADABLE[kind], strict=True):
        result = run(verb, path, "--lang", lang)
        assert (result.status, result.out) == (2, "")
        assert result.err == expected.format(path)


@pytest.mark.parametrize(("kind", "aspect"), [("utf-16", "UTF-16"), ("ebcdic", "EBCDIC")])
def test_other_encodings_are_named(write, kind, aspect):
    for verb in ("check", "show", "decode"):
        result = run(verb, write(DAMAGE[kind](flow())))
        assert (result.status, result.out) == (2, "")
        assert f"(aspect : {aspect})" in result.err
        assert len(result.err.splitlines()) == 3


def test_a_missing_file(tmp_path):
    for verb in ("check", "show", "decode"):
        result = run(verb, tmp_path / "absent.b2")
        assert (result.status, result.out) == (2, "")
        assert result.err == (
            f"{tmp_path}/absent.b2 : Fichier introuvable [fichier.absent]\n"
            "  ce fichier n'existe pas.\n"
            "  → Vérifier le nom et le dossier.\n"
        )


def test_an_empty_folder(tmp_path):
    result = run("check", tmp_path)
    assert (result.status, result.out) == (2, "")
    assert "[fichier.repertoire]" in result.err


def test_a_folder_stands_for_its_files_in_order_of_name(tmp_path):
    for name in ("b.b2", "a.b2"):
        (tmp_path / name).write_bytes(clean())
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.b2").write_bytes(clean())
    result = run("check", tmp_path)
    assert result.status == 0
    places = [result.out.index(f"{tmp_path}/{name} : ") for name in ("a.b2", "b.b2", "sub/a.b2")]
    assert places == sorted(places)


def test_no_right_to_read(write, monkeypatch):
    path = write(flow())
    path.chmod(0)
    if os.access(path, os.R_OK):  # root reads everything: the system's answer is simulated
        real = type(path).open

        def refused(self, *arguments, **options):
            if self == path:
                raise PermissionError(13, "denied", str(path))
            return real(self, *arguments, **options)

        monkeypatch.setattr(type(path), "open", refused)
    for verb in ("check", "show", "decode"):
        result = run(verb, path)
        assert (result.status, result.out) == (2, "")
        assert f"{path} : Accès refusé [fichier.acces]\n" in result.err
        assert "→ Demander le droit de lecture" in result.err


def test_a_b2_flow_given_as_a_return(write):
    result = run("decode", write(flow()))
    assert (result.status, result.out) == (2, "")
    assert "[retour.inconnu]" in result.err
    assert "(aspect : B2)" in result.err
    assert "noemie check" in result.err


def test_a_broken_gzip(write):
    import gzip

    result = run("check", write(gzip.compress(flow(300), mtime=0)[:200]))
    assert result.status == 2
    assert "[fichier.gzip-illisible]" in result.err


# --- damaged files: the place, the rule, and the rest is shown ------------------------------------------

DAMAGED = [
    # damage, rule, place
    ("cut", "fichier.tronque", "enregistrement 14 (type 5), octet 1664"),
    ("crlf", "fichier.fin-de-ligne", "enregistrement 1, octet 128"),
    ("crlf-lost", "fichier.fin-de-ligne-mixte", "enregistrement"),
    ("0x1a", "fichier.octet-final", "octet 2048"),
    ("nul", "format.", "enregistrement 2 (type 1), octet 1"),
    ("accents", "format.caractere", "enregistrement 2 (type 1), octet 1"),
    ("no-end", "structure.fin", "enregistrement 15"),
    ("two-starts", "structure.debut-double", "enregistrement 2 (type 000), octet 128"),
    ("length-127", "structure.longueur", "enregistrement 4"),
    ("length-129", "structure.longueur", "enregistrement 4"),
    ("unknown-type", "structure.type-inconnu", "enregistrement 5, octet 512"),
    ("declared-length", "fichier.longueur-declaree", "zone longueur_enregistrement (positions 83 à 85)"),
]


@pytest.mark.parametrize(("kind", "rule", "place"), DAMAGED, ids=[kind for kind, _, _ in DAMAGED])
def test_damaged_flows(write, kind, rule, place):
    path = write(DAMAGE[kind](flow()))
    result = run("check", path)
    assert (result.status, result.err) == (1, "")
    # As itself, or among those that a cause explains.
    told = "|".join((rf"\[{rule}", rf"expliquées? : [^→]*{rule}"))
    assert re.search(told, " ".join(result.out.split()))
    assert place in " ".join(result.out.split())
    assert "→ " in result.out
    shown = run("show", path)
    assert (shown.status, shown.err) == (0, "")
    assert "Facture 00000000" in shown.out
    assert f"→ noemie check {path}" in " ".join(shown.out.split())


def test_what_can_be_read_of_a_cut_flow_is_shown(write):
    data = flow(3)
    path = write(data[: len(data) - 128 * 7 + 20])
    out = run("show", path).out
    assert "Facture 000000001" in out
    assert "Facture 000000002" in out


def test_records_without_their_last_byte(write):
    path = write(DAMAGE["all-127"](flow()))
    result = run("check", path)
    assert (result.status, result.err) == (1, "")
    assert "[cause.longueur]" in result.out


@pytest.mark.parametrize(
    "kind", ["cut", "crlf", "0x1a", "nul", "accents", "no-end", "two-starts", "declared-length", "escape"]
)
def test_damaged_returns(write, kind):
    path = write(DAMAGE[kind](retour()), "r.noe")
    result = run("decode", path)
    assert (result.status in (0, 1), result.err) == (True, "")
    assert "000000001" in result.out
    assert "\x1b" not in result.out
    assert run("show", path).status == 0


def test_a_header_that_lies_about_p3(write):
    data = retour()
    path = write(b"9999" + data[:128] + b"\r\n" + b"0010" + data[128:], "r.noe")
    result = run("decode", path)
    assert result.status == 1
    assert "CONTRÔLE DU FICHIER" in result.out


def test_each_file_is_handled_and_the_worst_status_wins(write, tmp_path):
    good, bad = write(clean(), "a.b2"), write(b"%PDF-1.7", "b.b2")
    result = run("check", good, tmp_path / "absent", bad, good)
    assert result.status == 2
    assert " ".join(result.out.split()).count("rien à signaler (2 factures") == 2
    assert result.err.count("→ ") == 2
    assert "Total : 4 fichiers, 2 illisible(s), 4 factures, rien à signaler" in " ".join(result.out.split())


def test_an_unreadable_file_is_in_the_json_too(write):
    import json

    path = write(b"%PDF-1.7")
    result = run("check", path, "--format", "json")
    assert result.status == 2
    (file,) = json.loads(result.out)["files"]
    assert file["error"]["rule"] == "fichier.inconnu"
    assert file["error"]["offset"] == 0
    assert file["error"]["fix"].startswith("Donner le fichier B2")
    assert "fichier.inconnu" in result.err


def test_an_id_that_the_catalogue_does_not_have(write, monkeypatch):
    from flatfile import FormatError

    def refuse(*arguments, **options):
        raise FormatError("fichier.nouveau", 12)

    monkeypatch.setattr("cli.check.checking.SentFlow.__init__", refuse)
    result = run("check", write(flow()))
    assert result.status == 2
    assert result.err.endswith(
        " : Fichier illisible [fichier.nouveau]\n"
        "  octet 12 : ce fichier ne peut pas être lu.\n"
        "  → Exporter ou transférer de nouveau le fichier.\n"
    )


def test_the_samples_are_what_they_are_said_to_be():
    assert len(records(flow())) == 16
    frame = ("--select", "fichier", "--select", "structure", "--select", "facture.", "--select", "lot.")
    assert run("check", "-", *frame, stdin=flow()).status == 0
    assert run("check", "-", stdin=clean()).status == 0
    assert run("check", "-", stdin=retour()).status == 0
