"""`noemie rights`: a register filled, asked, emptied; and `check --rights`. Nobody's name comes out."""

from __future__ import annotations

import itertools
import json
import os
import re
from pathlib import Path

import pytest
from cli_runner import Result, run
from cli_samples import flow as sample_flow
from cli_samples import leaks

from codes.rules import catalogue
from fse.rights import COLONNES
from fse.ssv import AssureCarte, BeneficiaireCarte, CouvertureCarte, DroitsCarte, build_carte_vitale

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "rights.md"

NIR, CLE = "1770288888042", "34"
OTHER = "2840299999042"

CSV = f"""nir;date_naissance;nom;prenom;qualite;regime;caisse;centre;ouvert_du;ouvert_au;exoneration;c2s;smg;\
attestation_du;medecin_traitant;constate_le;source
{NIR};13/02/1977;ZEBULON;QUETZAL;A;08;756;0100;01/01/2020;31/12/2025;5;N;O;01/01/2021;O;10/03/2025;cdr
{NIR};2012-13-32;ZEBULON;XANTIPPE;E;08;756;0100;01/01/2020;31/12/2022;;O;;;;10/03/2025;cdr
{OTHER};29/02/1984;ZEBULON;ODETTE;A;01;421;0000;;;;;;;;10/03/2025;attestation
"""

TEXT_FR = """\
Consultation des droits au 14/03/2025

Q. Z. · assuré · NIR ••••••••••042
  Droits                ouverts du 01/01/2020 au 31/12/2025
  Organisme             08-756-0100 (CNMSS, militaires) ; facturer à 756
  C2S                   non
  Exonération           5 assuré ou bénéficiaire exonéré
  Médecin traitant      déclaré
  SMG (L.115, L.212-1)  droit ouvert, attestation depuis le 01/01/2021 ;
                        facturer ces soins à 08-835-0300
  Constaté              le 10/03/2025 (cdr)

X. Z. · enfant · NIR ••••••••••042
  Droits                FERMÉS (dernière période connue : du 01/01/2020 au
                        31/12/2022)
  Organisme             08-756-0100 (CNMSS, militaires) ; facturer à 756
  C2S                   oui
  Exonération           non dite
  Médecin traitant      non dit
  SMG (L.115, L.212-1)  non dit
  Constaté              le 10/03/2025 (cdr)
"""

TEXT_EN = """\
Rights on 2026-01-01

O. Z. · insured person · NIR ••••••••••042
  Rights                not told
  Organism              01-421-0000 (general regime); bill 421
  C2S                   not told
  Exemption             not told
  Médecin traitant      not told
  SMG (L.115, L.212-1)  not told
  Told                  on 2025-03-10 (attestation)
"""


@pytest.fixture
def db(tmp_path: Path) -> Path:
    (tmp_path / "droits.csv").write_text(CSV)
    result = run("rights", "import", tmp_path / "droits.db", tmp_path / "droits.csv")
    assert (result.status, result.err) == (0, "")
    return tmp_path / "droits.db"


def unfolded(result: Result) -> str:
    """The text on one line."""
    return " ".join(result.out.split())


# --- questions ------------------------------------------------------------------------------------------


def test_an_answer_in_french(db: Path) -> None:
    result = run(
        "rights",
        "show",
        db,
        "--nir",
        "-",
        "--on",
        "2025-03-14",
        stdin=f"{NIR} {CLE}\n".encode(),
        NOEMIE_COLUMNS="80",
    )
    assert result.status == 1
    assert result.out == TEXT_FR


def test_an_answer_in_english(db: Path) -> None:
    result = run("rights", "show", db, "--nir", OTHER, "--on", "2026-01-01", "--lang", "en")
    assert result.status == 0
    assert result.out == TEXT_EN


def test_by_name_and_birth_date(db: Path) -> None:
    result = run(
        "rights",
        "find",
        db,
        "--name",
        "-",
        "--birth",
        "-",
        "--on",
        "2025-03-14",
        stdin="Zébulon\n13/02/1977\n".encode(),
        NOEMIE_COLUMNS="80",
    )
    assert result.status == 0
    assert result.out == TEXT_FR.split("\nX. Z.")[0]
    assert run("rights", "find", db, "--name", "QUETZAL", "--birth", "1977-02-13").status == 1


def test_the_answer_as_json(db: Path) -> None:
    options = ("--on", "2025-03-14", "--format", "json", "--regime", "08")
    body = json.loads(run("rights", "show", db, "--nir", NIR, *options).out)
    assert (body["schema_version"], body["command"], body["date"]) == (1, "rights show", "2025-03-14")
    first, second = body["found"]
    assert first["rights"]["open"] is True
    assert first["rights"]["organism"] == {
        "regime": "08",
        "regime_label": "CNMSS, militaires",
        "caisse": "756",
        "centre": "0100",
        "bill_to": "756",
    }
    assert first["rights"]["exemption"]["codes"] == [{"code": "5", "label": "assuré ou bénéficiaire exonéré"}]
    assert first["rights"]["smg"] == {
        "entitled": True,
        "from": "2021-01-01",
        "to": "",
        "bill_to": "08-835-0300",
    }
    assert (second["rights"]["open"], second["rights"]["c2s"]["has"]) == (False, True)
    assert first["rights"]["told_on"]["droits"] == "2025-03-10"


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (
            ("show", "DB", "--nir", "180"),
            "",
            "noemie : --nir : attendu, 13 caractères, ou 15 avec la bonne clé",
        ),
        (("show", "DB", "--nir", "-"), "", "noemie : --nir - : attendu, une ligne sur l'entrée standard"),
        (("find", "DB", "--name", "X", "--birth", "hier"), "", "noemie : --birth : attendu, AAAA-MM-JJ"),
        (
            ("purge", "DB", "--nir", "180"),
            "",
            "noemie : --nir : attendu, 13 caractères, ou 15 avec la bonne clé",
        ),
        (("purge", "DB"), "", "DB : rien à purger : donnez un jour, ou une personne."),
        (("show", "nulle.db", "--nir", NIR), "", "nulle.db : il n'y a pas de registre"),
    ],
)
def test_wrong_usage(
    db: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], stdin: str, message: str
) -> None:
    monkeypatch.chdir(db.parent)
    result = run("rights", *(db.name if word == "DB" else word for word in arguments), stdin=stdin.encode())
    assert result.status == 2
    assert result.out == ""
    assert result.err.startswith(message.replace("DB", db.name))


def test_the_old_name_of_the_day_is_read_and_told(db: Path) -> None:
    for verb in ("list", "stats"):
        old = run("rights", verb, db, "--date", "2025-03-14")
        assert old.out == run("rights", verb, db, "--on", "2025-03-14").out
        assert "--date s'appelle maintenant --on" in old.err
    assert run("rights", "list", db, "--on", "2025-03-14").err == ""


def test_nobody(db: Path) -> None:
    result = run("rights", "show", db, "--nir", "2990199999999", "--lang", "en", "--on", "2026-01-01")
    assert result.status == 1
    assert result.out.splitlines()[1] == "Nobody of this name or NIR in the register."


def test_lists_and_figures(db: Path) -> None:
    listed = run("rights", "list", db, "--on", "2025-03-14", "--lang", "en")
    lines = sorted(line[14:] for line in listed.out.splitlines()[1:-1])
    assert lines == [
        "••••••••••042  O. Z.     01-421-0000  not told",
        "••••••••••042  Q. Z.     08-756-0100  open      SMG",
        "••••••••••042  X. Z.     08-756-0100  CLOSED    C2S",
    ]
    assert listed.out.splitlines()[-1] == "3 people"
    assert run("rights", "list", db, "--regime", "01").out.splitlines()[-1] == "1 personne"
    figures = run("rights", "stats", db, "--on", "2025-03-14")
    assert figures.out == (
        "3 personnes, 3 faits\n"
        "  Constatés du 10/03/2025 au 10/03/2025\n"
        "  Au 14/03/2025 : droits ouverts 1, fermés 1, non dits 1 ; C2S 1, SMG 1\n"
        "  Sources : attestation 1, cdr 2\n"
        "  Organismes : 01-421-0000 1, 08-756-0100 2\n"
    )
    body = json.loads(run("rights", "stats", db, "--format", "json", "--on", "2025-03-14").out)
    assert (body["people"], body["facts"], body["open"], body["personal"]) == (3, 3, 1, "token")


# --- files in and out -------------------------------------------------------------------------------------


def card(**insured: str) -> bytes:
    people = [
        BeneficiaireCarte(
            "ZEBULON",
            "QUETZAL",
            "197702130000",
            droits=[DroitsCarte("202001010000", "203012310000")],
            couvertures=[CouvertureCarte("1", "0101")],
            service_amo="03",
        )
    ]
    return build_carte_vitale(AssureCarte(nir=NIR, **insured), people).to_bytes()


def test_cards_in_a_folder_beside_other_files(tmp_path: Path) -> None:
    folder = tmp_path / "cartes"
    (folder / "sous").mkdir(parents=True)
    (folder / "flux.b2").write_bytes(sample_flow())
    (folder / "sous" / "carte.ssv").write_bytes(card())
    result = run("rights", "import", folder / "d.db", folder, "--on", "2026-01-02", "--lang", "en")
    assert (result.status, result.err) == (0, f"Left aside: {folder / 'flux.b2'} (B2 flow).\n")
    assert unfolded(result).endswith("d.db: 1 new fact (1 card, 1 other file left out)")
    again = run("rights", "import", folder / "d.db", folder, "--on", "2026-01-02", "--format", "json")
    body = json.loads(again.out)
    assert (body["new"], body["known"], body["others"], body["files"]) == (0, 1, 1, {"carte": 1})
    shown = run("rights", "show", folder / "d.db", "--nir", NIR, "--on", "2026-01-05").out
    assert "oui (C2S gérée par une AMC)" in shown
    shown = " ".join(shown.split())
    assert "code couverture 10101, régime général : ALD ; 100 % sur toutes les prestations" in shown


def test_what_cannot_be_read_keeps_nothing_else_out(tmp_path: Path) -> None:
    (tmp_path / "bon.csv").write_text(CSV)
    (tmp_path / "vide.csv").write_bytes(b"")
    (tmp_path / "flux.b2").write_bytes(sample_flow())
    names = [tmp_path / name for name in ("bon.csv", "vide.csv", "flux.b2", "absent.csv")]
    result = run("rights", "import", tmp_path / "d.db", *names)
    assert result.status == 2
    assert "3 faits nouveaux" in unfolded(result)
    for told in ("[fichier.vide]", "[droits.autre-fichier]", "(aspect : B2)", "[fichier.absent]"):
        assert told in result.err
    assert leaks(result.out + result.err) == []


def test_wrong_rows_are_told_where_they_are(tmp_path: Path) -> None:
    rows = "\n".join(f"{NIR};13/02/1977;MARQUEVILLE;;;888;;;;;;;;;;;" for _ in range(12))
    (tmp_path / "d.csv").write_text(f"{CSV}{rows}\n")
    result = run("rights", "import", tmp_path / "d.db", tmp_path / "d.csv", "--lang", "en")
    assert result.status == 1
    first, *others = result.err.splitlines()
    assert first.endswith(
        "d.csv: row 5, column regime: this value has not the form that is expected (99): the row is left out "
        "[droits.csv-valeur]"
    )
    assert (len(others), others[-1].endswith("d.csv: and 2 more")) == (10, True)
    assert leaks(result.out + result.err) == []


def test_standard_input_and_a_header_that_is_none(tmp_path: Path) -> None:
    result = run("rights", "import", tmp_path / "d.db", "-", stdin=CSV.encode())
    assert (result.status, result.err) == (0, "")
    result = run("rights", "import", tmp_path / "d.db", "-", stdin=b"nir,nir,date_naissance\n")
    assert result.status == 2
    assert "[droits.csv-entete]" in result.err


def test_an_export_is_imported_again(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(CSV)
    assert run("rights", "import", tmp_path / "a.db", tmp_path / "d.csv", "--personal", "plain").status == 0
    masked = run("rights", "export", tmp_path / "a.db")
    assert leaks(masked.out) == []
    assert len(masked.out.splitlines()) == 4
    out = tmp_path / "out.csv"
    assert run("rights", "export", tmp_path / "a.db", "--show-values", "-o", out).status == 0
    body = json.loads(run("rights", "import", tmp_path / "b.db", out, "--format", "json").out)
    assert (body["new"], body["refused"]) == (3, 0)
    assert leaks(run("rights", "list", tmp_path / "a.db", "--show-values").out) != []
    refused = run("rights", "export", tmp_path / "b.db", "--show-values", "--lang", "en")
    assert refused.status == 2
    assert "this register keeps no identity" in refused.err
    assert run("rights", "export", tmp_path / "a.db", "-o", tmp_path / "a.db").status == 2


def test_an_export_says_that_it_names_nobody(db: Path, tmp_path: Path) -> None:
    assert run("rights", "export", db, "--lang", "en").err == (
        "No identity: this register keeps none, `import` will not read this CSV again.\n"
    )
    (tmp_path / "d.csv").write_text(CSV)
    run("rights", "import", tmp_path / "p.db", tmp_path / "d.csv", "--personal", "plain")
    assert "--show-values" in run("rights", "export", tmp_path / "p.db", "-o", tmp_path / "o.csv").err
    assert run("rights", "export", tmp_path / "p.db", "--show-values").err == ""


def test_a_report_never_replaces_a_register_or_its_key(db: Path, tmp_path: Path) -> None:
    (tmp_path / "flux.b2").write_bytes(sample_flow())
    for name in (str(db), f"{db}.key"):
        before = Path(name).read_bytes()
        result = run("check", tmp_path / "flux.b2", "--rights", db, "-o", name, "--lang", "en")
        assert (result.status, Path(name).read_bytes()) == (2, before)
        assert "will not be overwritten" in result.err


def test_a_value_that_is_missing_is_told_with_its_form(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(f"nir;date_naissance\n;13/02/1977\n{NIR};\n")
    lines = run("rights", "import", tmp_path / "d.db", tmp_path / "d.csv", "--lang", "en").err.splitlines()
    assert ["(NIR: 13, 15)" in lines[0], "(AAAAMMJJ)" in lines[1]] == [True, True]


def test_a_purge_is_tried_first(db: Path) -> None:
    trial = run("rights", "purge", db, "--nir", NIR, "--lang", "en")
    assert (trial.status, trial.out.splitlines()[1:3]) == (0, ["  2 facts", "  2 people"])
    assert "Add --yes" in trial.out
    done = run("rights", "purge", db, "--nir", "-", "--yes", "--format", "json", stdin=f"{NIR}\n".encode())
    assert json.loads(done.out) == {
        "schema_version": 1,
        "command": "rights purge",
        "lang": "fr",
        "removed": True,
        "facts": 2,
        "people": 2,
    }
    assert run("rights", "list", db).out.splitlines()[-1] == "1 personne"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions of a plain POSIX user")
def test_no_right_to_write(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(CSV)
    tmp_path.chmod(0o500)
    try:
        assert run("rights", "import", tmp_path / "d.db", tmp_path / "d.csv").status == 2
    finally:
        tmp_path.chmod(0o700)


# --- check --rights ---------------------------------------------------------------------------------------


def checked(tmp_path: Path, *rights: object, lang: str = "fr") -> Result:
    (tmp_path / "flux.b2").write_bytes(sample_flow())
    return run("check", tmp_path / "flux.b2", "--rights", *rights, "--select", "droits", "--lang", lang)


def test_rejects_are_foretold_from_a_register_a_table_or_a_card(tmp_path: Path) -> None:
    unknown = tmp_path / "autre.csv"
    unknown.write_text(f"nir,date_naissance,constate_le\n{OTHER},19840229,2025-03-10\n")
    carte = tmp_path / "autre.ssv"
    carte.write_bytes(card().replace(NIR.encode(), OTHER.encode()))
    run("rights", "import", tmp_path / "autre.db", unknown)
    for rights in (unknown, carte, tmp_path / "autre.db"):
        result = checked(tmp_path, rights)
        assert result.status == 1, result.err
        assert "[droits.assure-inconnu]" in result.out
        assert leaks(result.out + result.err) == []
    assert "dont le dernier est du 10/03/2025" in unfolded(checked(tmp_path, unknown))


def test_a_report_never_replaces_the_rights(tmp_path: Path, db: Path) -> None:
    before = db.read_bytes()
    (tmp_path / "flux.b2").write_bytes(sample_flow())
    assert run("check", tmp_path / "flux.b2", "--rights", db, "-o", db).status == 2
    assert db.read_bytes() == before


def test_rights_are_a_file(tmp_path: Path) -> None:
    assert checked(tmp_path, "-", lang="en").err == "noemie: --rights: expected a file\n"


def test_wrong_rows_are_told_before_the_check(tmp_path: Path) -> None:
    table = tmp_path / "d.csv"
    table.write_text("nir,date_naissance\n18,19840229\n")
    assert "ligne 2, colonne nir" in checked(tmp_path, table).err


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("absent.db", None, "[fichier.absent]"),
        ("d.csv", b"", "[fichier.vide]"),
        ("d.csv", b"\x00" * 5000, "[droits.autre-fichier]"),
        ("d.csv", b"SQLite format 3\0" + b"\0" * 500, "d.csv : "),
    ],
)
def test_rights_that_cannot_be_read(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = checked(tmp_path, tmp_path / name)
    assert result.status == 2
    assert message in result.err
    assert "Traceback" not in result.err


# --- nobody's name ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["show", "find", "list", "stats", "export", "purge"])
def test_nobody_is_named(db: Path, verb: str) -> None:
    options = {
        "show": ("--nir", NIR),
        "find": ("--name", "ZEBULON", "--birth", "1977-02-13"),
        "purge": ("--before", "2026-01-01"),
    }.get(verb, ())
    for format, lang in itertools.product(("text", "json"), ("fr", "en")):
        formats = () if verb == "export" else ("--format", format)
        result = run("rights", verb, db, *options, *formats, "--lang", lang)
        assert result.status in (0, 1), result.err
        assert leaks(result.out + result.err) == []


# --- the guide --------------------------------------------------------------------------------------------


def test_the_guide_names_every_column_and_every_rule() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [name for name in COLONNES if f"`{name}`" not in text] == []
    rules = [id for id, rule in catalogue().items() if rule.family == "droits" and rule.motive]
    assert [id for id in rules if f"| `{id}` |" not in text] == []
    assert [id for id in rules if f"| `{catalogue()[id].motive}` |" not in text] == []


def test_the_program_of_the_guide_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = GUIDE.read_text(encoding="utf-8")
    (made,) = re.findall(r"^\$ noemie (generate .*)", text, re.MULTILINE)
    assert run(*made.split()).status == 0
    assert run("rights", "import", "droits.db", "envoi", "--on", "2026-01-14").status == 0
    (program,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    told: list[tuple[object, ...]] = []
    exec(program, {"print": lambda *words: told.append(words)})
    assert [words[0] for words in told] == ["droits.ferme"]


def test_rights_without_a_row_are_told_to_predict_nothing(tmp_path):
    (tmp_path / "f.b2").write_bytes(sample_flow())
    (tmp_path / "d.csv").write_text("nir,date_naissance,nom\n")
    told = run("check", str(tmp_path / "f.b2"), "--rights", str(tmp_path / "d.csv"), "--lang", "fr").err
    assert "d.csv : aucun droit n'y est lu : les factures ne sont comparées à rien." in told


def test_a_nir_whose_key_is_that_of_another_is_asked_for_again(tmp_path):
    result = run("rights", "show", str(tmp_path / "d.db"), "--nir", f"{NIR}78", "--lang", "en")
    assert (result.status, result.err) == (
        2,
        "noemie: --nir: expected 13 characters, or 15 with the right key\n",
    )
