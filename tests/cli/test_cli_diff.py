"""`noemie diff` as a person uses it: text, JSON, HTML, pipes, wrong inputs."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from cli_runner import run
from cli_samples import DAMAGE, NIR, clean, flow, leaks, mouvements, records, retour

import fse
from flatfile import FormatError


def edited(data, **values):
    """The flow with other values in its first line 4."""
    flux = fse.read_flux(data)
    record = next(record for record in flux.records if record.type == "4")
    return flux.replaced(record, record.replace(**values)).to_bytes()


@pytest.fixture
def pair(tmp_path):
    def write(one, other):
        paths = tmp_path / "avant", tmp_path / "apres"
        for path, data in zip(paths, (one, other), strict=True):
            path.write_bytes(data)
        return paths

    return write


# --- text ---------------------------------------------------------------------------------------------------


def test_the_same(pair):
    result = run("diff", *pair(flow(), flow()))
    assert (result.status, result.err) == (0, "")
    assert result.out == "Fichiers identiques : 2 factures, 16 enregistrements.\n"
    assert run("diff", *pair(flow(), flow()), "--lang", "en").out.startswith("The files are identical: ")


def test_one_amount(pair):
    one, other = pair(flow(), edited(flow(), montant_amo=1800))
    out = one.parent / "sortie"  # where long names of folders do not wrap
    result = run("diff", one, other, "-o", out)
    assert (result.status, result.out, result.err) == (1, "", "")
    assert out.read_text(encoding="utf-8").replace("\u00a0", " ") == (
        f"--- {one} : 2 factures, 16 enregistrements\n"
        f"+++ {other} : 2 factures, 16 enregistrements\n"
        "~ Facture 000000001, lot 001 : modifiée (à partir du n° 3)\n"
        "      4 acte, enregistrement 6\n"
        "          montant_amo, montant remboursable par l'AMO : 17,50 € → 18,00 €\n"
        "Total : factures : 1 modifiée.\n"
    )


def test_an_invoice_less(pair):
    result = run("diff", *pair(flow(3), flow(2)), "--lang", "en")
    assert result.status == 1
    lines = result.out.splitlines()
    assert "- Invoice 000000003, batch 001: removed (6 records, from no. 15)" in lines
    assert any(line.startswith("~ 6 end of batch") for line in lines)
    assert lines[-1] == "Total: invoices: 1 removed; outside invoices: 2 records."


def test_colours_on_a_terminal_only(pair):
    paths = pair(flow(3), flow(2))
    assert "\x1b" not in run("diff", *paths).out
    assert "\x1b[1;31m-" in run("diff", *paths, terminal=True).out
    assert "\x1b" not in run("diff", *paths, terminal=True, NO_COLOR="1").out


def test_limit(pair):
    one = flow(6)
    result = run("diff", *pair(one, flow(2)), "--limit", "2")
    assert result.out.count("retirée (") == 2
    assert "… et 4 de plus : --limit 0 les montre toutes." in result.out
    assert "factures : 4 retirées" in result.out


def test_envelopes(pair):
    data = flow()
    result = run("diff", *pair(data, b"".join(record + b"\r\n" for record in records(data))))
    assert result.status == 1
    assert "~ fins de ligne : aucune → CR LF" in result.out
    assert "enveloppe : 1 différence" in result.out
    result = run("diff", *pair(retour(), retour() + b"\x1a"))
    assert result.status == 1
    assert len(result.out.splitlines()) >= 3


def test_returns(pair):
    result = run("diff", *pair(retour(), retour().replace(b"00001750P", b"00001751P", 1)), "--lang", "en")
    assert result.status == 1
    assert "€17.50 → €17.51" in result.out


def test_values_only_when_asked_for(pair):
    paths = pair(flow(), flow().replace(b"ZEBULON ", b"ZEBULIN "))
    hidden, shown = run("diff", *paths), run("diff", *paths, "--show-values")
    assert leaks(hidden.out) == []
    assert "nom_beneficiaire" in hidden.out
    assert "••• → •••" in hidden.out
    assert "ZEBULON → ZEBULIN" in shown.out


# --- JSON and HTML ------------------------------------------------------------------------------------------


def test_json(pair):
    one, other = pair(flow(), edited(flow(), montant_amo=1800))
    result = run("diff", one, other, "--format", "json")
    told = json.loads(result.out)
    assert result.status == 1
    assert (told["schema_version"], told["command"], told["family"]) == (1, "diff", "b2")
    assert told["before"] == {"file": str(one), "units": 2, "lines": 16}
    (unit,) = told["units"]
    assert (unit["numero"], unit["natures"]) == ("000000001", ["changed"])
    (field,) = unit["records"][0]["fields"]
    assert (field["name"], field["before"], field["after"]) == ("montant_amo", "0001750", "0001800")
    assert (told["units_shown"], told["units_total"], told["counts"]["changed"]) == (1, 1, 1)
    # Written piece by piece, it is what json writes.
    assert result.out == json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    same = run("diff", one, one, "--format", "json")
    assert same.status == 0
    assert json.loads(same.out)["units"] == []
    assert json.loads(same.out)["identical"] is True


class Page(HTMLParser):
    """Texts and attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self.attributes = [], "", {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.setdefault(tag, []).append(dict(attrs))

    def handle_data(self, data):
        self.text += data


def test_html(pair):
    result = run("diff", *pair(flow(3), edited(flow(2), montant_amo=1800)), "--format", "html")
    assert result.status == 1
    page = Page(result.out)
    assert "Facture 000000003, lot 001 : retirée" in page.text
    assert "18,00\u00a0€" in page.text
    # Self-contained: nothing is fetched, nothing runs.
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert not re.search(r"src=|href=\"[^#]", result.out)
    assert "default-src 'none'" in page.attributes["meta"][1]["content"]
    assert leaks(result.out) == []


def test_a_record_outside_invoices_is_told_once(pair):
    result = run("diff", *pair(flow(2), flow(3)), "--format", "html", "--lang", "en")
    assert "<h2>999 end of file, record " in result.out
    assert "<h3>999" not in result.out


def test_a_damaged_record_outside_invoices_is_told_as_damaged(pair):
    paths = pair(flow(), flow() + b"X")
    assert "+ ?, enregistrement 17 : ajouté (abîmé, zones non comparées)" in run("diff", *paths).out
    assert "+ ?, record 17: added (damaged, fields not compared)" in run("diff", *paths, "--lang", "en").out


def test_html_escapes_everything(pair, tmp_path):
    data = flow()
    evil = edited(data, montant_amo=1800).replace(b"ZEBULON ", b"<b>\"'&x")
    path = tmp_path / "<script>alert(1)"
    path.write_bytes(evil)
    one, _ = pair(data, b"")
    result = run("diff", one, path, "--format", "html", "--show-values")
    page = Page(result.out)
    assert not {"script", "b"} & set(page.tags)
    assert "<b>\"'&x" in page.text
    assert "<script>alert(1)" in page.text


@pytest.mark.parametrize("format", ["text", "json", "html"])
def test_an_output_file(pair, tmp_path, format):
    paths, out = pair(flow(), edited(flow(), montant_amo=1800)), tmp_path / "sortie"
    result = run("diff", *paths, "--format", format, "-o", out)
    assert (result.status, result.out, result.err) == (1, "", "")
    told = run("diff", *paths, "--format", format).out
    assert out.read_text(encoding="utf-8").split() == told.split()
    before = paths[0].read_bytes()
    result = run("diff", *paths, "--format", format, "-o", paths[0])
    assert result.status == 2
    assert paths[0].read_bytes() == before


# --- wrong inputs -------------------------------------------------------------------------------------------


def test_files_of_two_kinds(pair):
    result = run("diff", *pair(flow(), retour()))
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        "noemie diff : A est un flux B2, B est un retour NOEMIE.\n"
        "  → Pour rapprocher un flux et ses retours : noemie reconcile.\n"
    )


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", bytes(range(255, -1, -1)) * 40])
def test_unreadable(pair, content):
    one, other = pair(flow(), content)
    result = run("diff", one, other)
    assert (result.status, result.out) == (2, "")
    assert f"{other} : " in result.err
    assert "→ " in result.err
    result = run("diff", other, one.parent / "absent")
    assert result.err.count("→ ") == 2
    assert run("diff", one, one.parent).status == 2


def test_standard_input(pair):
    one, _ = pair(flow(), b"")
    assert run("diff", "-", one, stdin=flow()).status == 0
    assert run("diff", one, "-", stdin=clean()).status == 1
    result = run("diff", "-", "-", stdin=flow())
    assert (result.status, result.err) == (2, "noemie diff : un seul fichier peut être -.\n")


def test_a_broken_gzip(pair):
    import gzip

    _, other = pair(flow(), gzip.compress(flow(400), mtime=0)[:3000])
    result = run("diff", other, other)
    assert (result.status, result.out) == (2, "")
    assert "[fichier.gzip-illisible]" in result.err


def test_a_file_that_changes_meanwhile(pair, monkeypatch):
    paths = pair(flow(), edited(flow(), montant_amo=1800))
    real = fse.Reading.items
    calls = []

    def changed(self):
        calls.append(self)
        if len(calls) > 2:
            raise FormatError("fichier.lecture")
        return real(self)

    monkeypatch.setattr("fse.Reading.items", changed)
    result = run("diff", *paths)
    assert result.status == 2
    assert "[fichier.lecture]" in result.err


def test_a_closed_pipe(pair):
    one, other = pair(flow(400), edited(flow(300), montant_amo=1800))
    for format in ("text", "json"):
        done = subprocess.run(
            ["bash", "-c", f'"$PYTHON" -m cli diff {one} {other} --format {format} | head -1'],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHON": sys.executable},
        )
        assert done.stderr == ""
        assert len(done.stdout.splitlines()) == 1


# --- privacy ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", DAMAGE)
def test_nobody_is_shown(pair, damage):
    for make in (flow, retour, mouvements):
        paths = pair(make(), DAMAGE[damage](make()))
        for format in ("text", "json", "html"):
            result = run("diff", *paths, "--format", format)
            assert result.status in (0, 1, 2)
            assert leaks(result.out) == []
            assert leaks(result.err) == []
            assert "Traceback" not in result.err
    other = flow().replace(NIR.encode(), b"1770288888043")
    assert NIR not in run("diff", *pair(flow(), other)).out


def test_births_are_of_the_century_of_each_file(pair):
    old, corrected = (flow().replace(b"770228", born) for born in (b"360312", b"361332"))
    paths = pair(old, corrected)
    text = run("diff", *paths, "--show-values").out
    assert "12/03/1936 → 361332" in " ".join(text.split())
    fields = re.findall(
        r'"born_before": "([^"]*)"', run("diff", *paths, "--show-values", "--format", "json").out
    )
    assert set(fields) == {"1936-03-12"}
    masked = run("diff", *paths, "--format", "json").out
    assert "born_" not in masked
    assert "1936" not in masked


# --- folders ------------------------------------------------------------------------------------------------


@pytest.fixture
def folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for side, amount in (("avant", 1750), ("apres", 1800)):
        (tmp_path / side / "sous").mkdir(parents=True)
        (tmp_path / side / "same.b2").write_bytes(flow())
        (tmp_path / side / "manifeste.json").write_text(side)  # written beside flows, no file to compare
        (tmp_path / side / "sous" / "other.b2").write_bytes(edited(flow(), montant_amo=amount))
    (tmp_path / "avant" / "gone.b2").write_bytes(flow())
    (tmp_path / "apres" / "come.b2").write_bytes(flow())
    return tmp_path


def test_two_folders_are_compared_by_the_names_of_their_files(folders):
    result = run("diff", "avant", "apres")
    assert (result.status, result.err) == (1, "")
    lines = result.out.splitlines()
    assert lines[0].startswith("--- avant/sous/other.b2")
    assert lines[-3:] == [
        "- gone.b2",
        "+ come.b2",
        "2 fichiers des deux côtés, dont 1 sans différence, 1 qui diffèrent ;"
        " 1 seulement avant, 1 seulement après.",
    ]
    run("diff", "avant", "apres", "-o", "out.txt")
    assert (folders / "out.txt").read_text(encoding="utf-8") == result.out


def test_two_folders_in_json(folders):
    found = json.loads(run("diff", "avant", "apres", "--format", "json", "--lang", "en").out)
    assert (found["only_before"], found["only_after"], found["same"]) == (
        ["gone.b2"],
        ["come.b2"],
        ["same.b2"],
    )
    assert [one["after"]["file"] for one in found["files"]] == ["apres/sous/other.b2"]
    assert (
        found["files"][0]["counts"]
        == json.loads(run("diff", "avant/sous/other.b2", "apres/sous/other.b2", "--format", "json").out)[
            "counts"
        ]
    )


def test_the_same_folder_twice_has_no_difference(folders):
    result = run("diff", "avant", "avant", "--lang", "en")
    assert (result.status, result.out) == (0, "3 files on both sides, of which 3 are the same, 0 differ.\n")


def test_folders_that_cannot_be_compared(folders):
    (folders / "avant" / "x.b2").write_bytes(flow())
    (folders / "apres" / "x.b2").write_bytes(retour())
    result = run("diff", "avant", "apres")
    assert (result.status, "A est un flux B2, B est un retour NOEMIE" in result.err) == (2, True)
    assert "1 illisibles" in result.out
    result = run("diff", "avant", "apres", "--format", "html")
    assert (result.status, result.out) == (2, "")
