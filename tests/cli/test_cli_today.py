"""`noemie today`: a month of a practice, day by day; what a nurse reads is what the lists and data say."""

import datetime as dt
import json
import sys
import zipfile
from pathlib import Path

import jsonschema
import pytest
from cli_runner import run

sys.path.append(str(Path(__file__).parents[1] / "suivi"))
from suivi_world import build, nir

from cli.today.shown import SCHEMA
from cli.words.schema import document_schema
from noemie.ledger import Ledger
from noemie.ledger.today_model import Aujourdhui

FORTY = ", ".join(f"{number}=14.70+6.30" for number in range(1, 21))
OTHERS = ", ".join(f"{number}=14.70+6.30" for number in range(21, 40)) + ", 40=30.00+0"
PAID = ", ".join(f"{number}=14.70P/6.30P" for number in range(1, 11))
LATER = ", ".join(f"{number}=14.70P/6.30P" for number in range(21, 31))

#: The files of the month. 12 is refused, then redone as 41; 3 and 22 are taken back; 5 is paid twice; 15 and
#: 16 lack their complementary part; the others are awaited.
MONTH = f"""
E f1 02/01 A/001 : {FORTY} ;
E f2 09/01 A/002 : {OTHERS} ;
R r1 12/01 : V1@12/01[{PAID}, 11=0R/0R!dup, 12=0R/0R!fix, 13=0R/0R!rights, 14=0D/0D!wait,
  15=14.70P/0R!fix~C, 16=14.70P/_, F50=20.00] ;
R r2 20/01 : V2@20/01[{LATER}, 31=0R/0R!claim, 32=0R/0R!unk] ;
E f3 21/01 A/003 : 41=14.70+6.30 p:12 s:31/12/25 ;
R r3 28/01 : V3@28/01[3=-14.70P(14.70)/-6.30P(6.30), 22=-14.70P(14.70)/-6.30P(6.30), 5=14.70P/6.30P,
  41=14.70P/6.30P, DX1=10.00] ;
copy r2 > r2bis
""".replace("\n", " ")

#: What came by each day.
DAYS = {
    "2026-01-13": ("f1", "f2", "r1"),
    "2026-01-21": ("r2", "f3"),
    "2026-02-10": ("r3", "r2bis"),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("NOEMIE_LEDGER", "NOEMIE_LEDGER_KEY", "NOEMIE_LEDGER_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.setattr("cli.io.ledgers.asked_day", lambda on: on or dt.date(2026, 6, 1))
    (tmp_path / "recu").mkdir()
    return tmp_path


def receive(folder, files, names):
    for name in names:
        (folder / "recu" / name).write_bytes(files[name])


def document(*arguments):
    return json.loads(run("today", *arguments, "--format", "json").out)


def lines(*arguments):
    return [one.replace("\u00a0", " ") for one in run("today", *arguments).out.splitlines()]


def by_action(found):
    """Action -> invoices, cents, numbers of the cards."""
    told = {}
    for group in found["groupes"]:
        count, cents, numbers = told.get(group["action"], (0, 0, []))
        more = [int(card["numero"]) for card in group["cartes"]]
        told[group["action"]] = (count + group["factures"], cents + group["montant"], numbers + more)
    return told


def same_everywhere(found, day):
    """The day adds up, and the lists and the data of the ledger say the same."""
    groups = found["groupes"]
    for name, some in (
        ("a_faire", [one for one in groups if one["action"] != "attendre"]),
        ("a_attendre", [one for one in groups if one["action"] == "attendre"]),
        ("total", groups),
    ):
        assert found[name]["factures"] == sum(one["factures"] for one in some)
        assert found[name]["montant"] == sum(one["montant"] for one in some)
        assert found[name]["retours"] == sum(len(one["retours"]) for one in some)
    cards = [(card["fichier"], card["record"]) for group in groups for card in group["cartes"]]
    assert len(cards) == len(set(cards)) == found["total"]["factures"]
    assert sum(one["nouveau"] for one in found["recu"]["virements"]) == found["recu"]["paye"]

    sums = found["sommes"]
    for name in ("demande", "paye", "reste", "trop"):
        assert sums["amo"][name] + sums["amc"][name] == sums["total"][name]
    total = sums["total"]
    assert total["demande"] - total["paye"] == total["reste"] - total["trop"]

    whole = json.loads(run("ledger", "invoices", "--on", day, "--format", "json").out)
    assert {name: whole["sommes"][name] for name in ("demande", "reste", "trop")} == {
        name: total[name] for name in ("demande", "reste", "trop")
    }
    assert whole["sommes"]["paye_amo"] == sums["amo"]["paye"]
    assert whole["sommes"]["paye_amc"] == sums["amc"]["paye"]
    opened = {(one["fichier"], one["record"]) for one in whole["lignes"] if one["liste"].startswith("a_")}
    assert opened == set(cards)

    rest = json.loads(run("ledger", "unanswered", "--on", day, "--format", "json").out)["rows"]
    assert (found["attendu"]["factures"], found["attendu"]["reste"]) == (
        len(rest),
        sum(one["reste"] for one in rest),
    )
    assert sum(one["factures"] for one in found["attentes"]) == len(rest)

    given = sorted({name for names in list(DAYS.values()) for name in names if Path("recu", name).exists()})
    told = json.loads(
        run("reconcile", *(f"recu/{one}" for one in given), "--on", day, "--format", "json").out
    )
    counted = {}
    for group in found["groupes"]:  # groups of one banner may have a sentence each
        invoices, cents = counted.get((group["action"], group["banner"]), (0, 0))
        counted[group["action"], group["banner"]] = (invoices + group["factures"], cents + group["montant"])
    assert list(counted.items()) == [
        ((one["action"], one["banner"]), (one["factures"], one["montant"])) for one in told["actions"]
    ]


def test_a_month(folder):
    files = build(MONTH).given()
    first, second, third = DAYS

    receive(folder, files, DAYS[first])
    found = document("recu", "--on", first)
    same_everywhere(found, first)
    assert found["depuis"] is None
    assert found["recu"]["paye"] == 10 * 2100 + 2 * 1470 + 2000
    assert found["sommes"]["total"] == sums(40, 84900, 23940, 60960, 0)
    assert by_action(found) == {
        "ne_pas_retransmettre": (2, 4200, [11, 14]),
        "attendre": (25, 51930, [*range(17, 41), 16]),
        "inconnue": (1, 630, [15]),
        "mettre_a_jour_droits": (1, 2100, [13]),
        "corriger_retransmettre": (1, 2100, [12]),
    }
    assert (found["a_faire"], found["total"]) == (total(5, 9030), total(30, 60960))
    assert document("--on", first) == found  # asked again: nothing is forgotten, nothing is new

    receive(folder, files, DAYS[second])
    found = document("recu", "--on", second)
    same_everywhere(found, second)
    assert (found["depuis"], found["recu"]["paye"]) == (first, 21000)
    assert [one["fichier"] for one in found["recu"]["fichiers"]] == ["f3", "r2"]
    assert found["sommes"]["total"] == sums(41, 84900, 44940, 39960, 0)
    assert by_action(found) == {
        "ne_pas_retransmettre": (2, 4200, [11, 14]),
        "attendre": (14, 28830, [17, 18, 19, 20, *range(33, 42), 16]),
        "inconnue": (2, 2730, [32, 15]),
        "reclamation": (1, 2100, [31]),
        "mettre_a_jour_droits": (1, 2100, [13]),
    }
    assert (found["a_faire"], found["total"]) == (total(6, 11130), total(20, 39960))

    # 40 was settled by hand, 17 was chased; the second mark of 40 is taken back.
    for words in (
        ("mark", "40", "--settled"),
        ("mark", "17", "--chased", "--remind", "2026-02-01", "--note", "vu avec Mme Fictive"),
        ("mark", "40", "--not-redone"),
        ("undo",),
        ("tick", "VIR 2"),
    ):
        assert run("ledger", *words, "--on", second).status == 0
    marked = document("--on", second)
    assert marked["sommes"]["total"] == sums(41, 81900, 44940, 36960, 0)
    assert by_action(marked)["attendre"] == (13, 25830, [17, 18, 19, 20, *range(33, 40), 41, 16])
    assert (marked["rappels"], marked["recu"]["virements"][-1]["pointe"]) == ([], True)
    assert [one["sorte"] for one in card(marked, 17)["marques"]] == ["relancee", "rappel", "note"]
    assert "Fictive" not in json.dumps(marked)
    assert run("ledger", "undo", "--on", second).status == 0  # the tick
    assert not document("--on", second)["recu"]["virements"][-1]["pointe"]

    receive(folder, files, DAYS[third])
    found = document("recu", "--on", third)
    assert (found["depuis"], found["recu"]["paye"]) == (second, 0)  # as much taken back as paid
    assert [(one["nouveau"], one["repris"]) for one in found["recu"]["virements"]] == [(0, -4200)]
    assert found["sommes"]["total"] == sums(41, 81900, 44940, 39060, 2100)
    assert by_action(found) == {
        "ne_pas_retransmettre": (2, 4200, [11, 14]),
        "attendre": (1, 630, [16]),
        "verifier_reprise": (2, 4200, [3, 22]),
        "inconnue": (2, 2730, [32, 15]),
        "signaler_trop_percu": (1, 2100, [5]),
        "relancer": (11, 23100, [17, 18, 19, 20, *range(33, 40)]),
        "reclamation": (1, 2100, [31]),
        "mettre_a_jour_droits": (1, 2100, [13]),
    }
    assert (found["a_faire"], found["total"]) == (total(20, 40530), total(21, 41160))
    assert (found["reste_repris"], found["trop"]) == (4200, 2100)
    assert {int(one["numero"]) for one in found["reprises"]} == {3, 22}
    assert [(one["reference"], one["montant"]) for one in found["retenues"]] == [("X1", 1000)]
    assert [(int(one["numero"]), one["le"]) for one in found["rappels"]] == [(17, "2026-02-01")]
    late = found["attentes"][1]
    assert (late["du"], late["au"], late["factures"], late["en_retard"]) == (30, 59, 13, 11)

    # Months later, without any new return: everything that waits is late, and nothing is lost.
    later = document("--on", "2026-05-20")
    assert later["depuis"] == third
    assert later["sommes"] == found["sommes"]
    assert later["attendu"]["factures"] == later["attendu"]["en_retard"] == 13
    assert by_action(later)["reclamation"][0] == 14  # those, and 31
    assert run("ledger", "unanswered", "--on", "2026-05-20", "--days", "90").status == 1
    assert run("ledger", "unanswered", "--on", "2025-12-01").out.count(" 0  ") >= 13  # no day below 0

    # The days add up to all that was paid.
    whole = sum((44940, found["forfaits"], found["paye_sans_envoi"]))
    assert whole == 25940 + 21000 + 0

    # A look back changes nothing.
    assert document("--on", second)["depuis"] == first
    assert document("--on", "2026-05-20") == later


def sums(factures, demande, paye, reste, trop):
    return {"factures": factures, "demande": demande, "paye": paye, "reste": reste, "trop": trop}


def total(factures, montant):
    return {"factures": factures, "montant": montant, "retours": 0}


def card(found, numero):
    cards = (card for group in found["groupes"] for card in group["cartes"])
    return next(one for one in cards if int(one["numero"]) == numero)


def test_the_data_follow_their_schema(folder):
    receive(folder, build(MONTH).given(), ("f1", "f2", "f3", "r1", "r2", "r3"))
    run("today", "recu", "--on", "2026-02-10")
    schema = document_schema(Aujourdhui, "today", SCHEMA)
    jsonschema.validate(document("--on", "2026-02-11"), schema)
    named = document("--on", "2026-02-11", "--show-values")
    jsonschema.validate(named, schema)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2027-09-30", None),
        ("2027-10-02", "dernier jour pour en demander le paiement : 31/12/2027"),
        ("2028-01-01", "délai passé le 31/12/2027 : la caisse peut refuser de la payer"),
    ],
)
def test_the_last_day_to_ask_for_a_payment(folder, day, told):
    """Two years after the last care day: told when it is near, to who may see care days."""
    receive(folder, build(MONTH).given(), ("f1", "r1"))
    run("today", "recu", "--on", "2026-03-01")
    shown = " ".join(" ".join(lines("--on", day, "--show-values")).split())
    about = [one for one in shown.split("000000013/001")[1:2] if "31/12/2027" in one]
    assert [told in one for one in about] == ([True] if told else [])
    assert "31/12/2027" not in " ".join(lines("--on", day))
    page = run("today", "--on", day, "--show-values", "--format", "html").out
    assert ("31/12/2027" in page) is bool(told)


def test_the_delays_of_a_site(folder):
    """They hold in every verb, by an option or by the configuration of the current folder."""
    receive(folder, build(MONTH).given(), ("f1", "r1"))
    run("today", "recu", "--on", "2026-03-01")
    run("ledger", "import", "recu", "--db", "autre.db")
    (folder / "site").mkdir()
    rows = (f"{name},90,days,,,convention\n" for name in ("relance", "relance_amc", "relance_differe"))
    table = "id,value,unit,from,until,source\n" + "".join(rows)
    (folder / "site" / "delais.csv").write_text(table, encoding="utf-8")
    verbs = (
        ("today", "--on", "2026-03-01"),
        ("ledger", "unanswered", "--db", "autre.db", "--on", "2026-03-01"),
        ("reconcile", "recu", "--on", "2026-03-01"),
    )

    def chased(*own):
        """How often each verb says to chase."""
        return [run(*verb, *own, "--format", "json").out.count('"relancer"') for verb in verbs]

    shipped = chased()
    assert all(shipped)
    assert chased("--codes", "site") == [0, 0, 0]
    (folder / "noemie.toml").write_text('codes = "site"', encoding="utf-8")
    assert chased() == [0, 0, 0]
    (folder / "noemie.toml").write_text('codes = "absent"', encoding="utf-8")
    for verb in verbs:
        result = run(*verb)
        assert (result.status, result.out) == (2, "")
        assert "noemie.toml, ligne 1, codes : attendu, un dossier existant" in result.err
    (folder / "noemie.toml").unlink()
    (folder / "site" / "delais.csv").write_text("id,value\nrelance,90\n", encoding="utf-8")
    for verb in verbs:
        result = run(*verb, "--codes", "site")
        assert (result.status, result.out) == (2, "")
        assert "delais.csv : colonnes absentes : from, source, unit, until" in result.err


def test_a_wrong_name_makes_no_ledger_and_an_empty_one_says_so(folder):
    for words in (("today", "absent"), ("ledger", "import", "absent.b2", "autre.noe")):
        result = run(*words)
        assert (result.status, result.out) == (2, "")
        assert "ce fichier n'existe pas" in result.err
    assert sorted(one.name for one in folder.rglob("*") if one.is_file()) == []
    result = run("today", "recu")
    assert result.status == 2
    assert "Le registre est vide : donner le dossier des envois et des retours." in result.out
    assert "RIEN À FAIRE" not in result.out
    assert "Le registre est vide" in run("today", "--format", "html").out
    receive(folder, build(MONTH).given(), ("f1",))
    assert "Le registre est vide" not in run("today", "recu").out


def test_nobody_is_named_unless_asked(folder):
    receive(folder, build(MONTH).given(), ("f1", "r1"))
    for form in ("text", "json", "html"):
        out = run("today", "recu", "--on", "2026-03-01", "--format", form).out
        assert "soins du" not in out
        assert not any(digits in out for digits in (nir(13)[0], "800101", "01/01/80"))
    shown = lines("--on", "2026-03-01", "--show-values")
    assert any(
        one.startswith("    000000013/001  21,00 €  né(e) le 01/01/80, NIR …013, soins du 31/12/2025, C : ")
        for one in shown
    )
    listed = run("ledger", "invoices", "13", "--on", "2026-03-01", "--show-values", "--format", "csv").out
    assert listed.splitlines()[1].endswith(",,,800101,013,2025-12-31,2025-12-31,C")
    whole = run("ledger", "invoices", "13", "--on", "2026-03-01", "--show-values", "--format", "json").out
    (line,) = json.loads(whole)["lignes"]
    assert (line["personne"]["nir"], line["soins"]["du"]) == ("013", "2025-12-31")


def test_a_page_is_written_whole_and_private(folder):
    receive(folder, build(MONTH).given(), ("f1", "r1"))
    done = run("today", "recu", "--on", "2026-03-01", "-o", "page.html", "--show-values")
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert done.status == 1
    assert "noemie : écrit" not in done.out
    assert page.startswith("<!doctype html>")
    assert page.count("<table") == page.count("</table>") > 5
    assert "default-src &#39;none&#39;" in page
    assert "né(e) le 01/01/80" in page
    assert (folder / "page.html").stat().st_mode & 0o077 == 0
    again = run("today", "--on", "2026-03-01", "-o", "jour.json")
    assert json.loads((folder / "jour.json").read_text(encoding="utf-8"))["command"] == "today"
    assert again.status == 1


def test_what_is_none_of_ours_is_left_aside(folder):
    receive(folder, build(MONTH).given(), ("f1", "r1"))
    (folder / "recu" / "notice.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)))
    (folder / "recu" / "droits.csv").write_text("nir;date_naissance\n1770288888042;13/02/1977\n")
    done = run("today", "recu", "--on", "2026-03-01")
    assert done.status == 1
    assert "notice.pdf : " not in done.err
    assert "ni envoi, ni retour, ni ARL : notice.pdf" in done.out
    assert "carte ou fichier de droits : noemie rights : droits.csv" in done.out
    (folder / "recu" / "vide.noe").write_bytes(b"")
    done = run("today", "recu", "--on", "2026-03-01")
    assert done.status == 2
    assert "vide.noe : " in done.err
    assert "illisible : vide.noe" in done.out


def test_without_a_ledger_it_says_what_to_type(folder):
    done = run("today")
    assert done.status == 2
    assert "→ noemie today DOSSIER" in done.err
    assert not (folder / "data").exists()


def test_the_other_verbs_find_the_same_ledger(folder):
    receive(folder, build(MONTH).given(), ("f1",))
    run("today", "recu", "--on", "2026-03-01")
    assert run("ledger", "invoices", "--on", "2026-03-01").out.startswith("20 factures, au 01/03/2026\n")
    assert run("ledger", "import", "recu/f1", "--on", "2026-03-01").status == 0  # makes one here
    assert (folder / "registre.db").exists()
    assert len(json.loads(run("ledger", "files", "--format", "json").out)["rows"]) == 1


@pytest.fixture
def several(folder):
    """The same number twice, and two transfers of the same labels."""
    files = build(
        "E f1 02/01 A/001 : 1=14.70+6.30, 2=14.70+6.30 ; E f2 05/01 A/001 : 1=9.00+0 p:7, 3=8.00+0 ;"
        "R r1 12/01 : V1@12/01[2=14.70P/6.30P] ; R r2 20/01 : V1@20/01[3=8.00P/-]"
    ).given()
    receive(folder, files, files)
    run("today", "recu", "--on", "2026-01-25")
    return folder


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("mark", "1", "--settled"), "Plusieurs envois portent ce numéro, rien n'est marqué :"),
        (("mark", "1/001@2026", "--chased"), "000000001/001@2026"),
        (("mark", "2", "--redone-as", "1"), "Plusieurs envois portent ce numéro, rien n'est marqué :"),
        (("mark", "2", "--redone-as", "2"), "Le registre ne connaît aucun envoi de ce numéro (2)."),
        (("mark", "2", "--not-the-same", "99"), "Le registre ne connaît aucun envoi de ce numéro (99)."),
        (("mark", "2", "--version", "r9"), "Le registre ne connaît aucun fichier r9."),
        (("mark", "99", "--settled"), "Le registre ne connaît aucun envoi de ce numéro."),
        (("mark", "2"), "Rien à dire de cette facture."),
        (("tick", "VIR 1"), "Plusieurs virements portent ce libellé, rien n'est pointé ; ajouter @JOUR :"),
        (("tick", "VIR 9"), "Aucun virement ne porte ce libellé."),
    ],
)
def test_what_is_not_named_alone_is_not_marked(several, words, told):
    done = run("ledger", *words, "--on", "2026-01-26")
    assert (done.status, done.out) == (2, "")
    assert told in done.err
    assert run("ledger", "export", "--marks").out == ""


@pytest.mark.parametrize(
    ("words", "sorte", "detail"),
    [
        (("--settled",), "soldee", ""),
        (("--redone-as", "3"), "refaite_sous", "3"),
        (("--not-redone",), "pas_refaite", ""),
        (("--not-the-same", "3"), "pas_la_meme", "3"),
        (("--version", "r1"), "version_retenue", "r1"),
        (("--chased",), "relancee", ""),
        (("--claim-made",), "reclamee", ""),
        (("--patient-told",), "patient_averti", ""),
        (("--remind", "01/03/2026"), "rappel", "2026-03-01"),
        (("--note", "à revoir"), "note", "à revoir"),
    ],
)
def test_each_mark_is_an_event_with_its_day(several, words, sorte, detail):
    assert run("ledger", "mark", "1", "--file", "f1", *words, "--on", "2026-01-26").status == 0
    with Ledger(several / "data" / "sesam-noemie" / "registre.db") as ledger:
        (mark,) = ledger.marks()
        assert (mark.sorte, mark.detail, mark.jour) == (sorte, detail, dt.date(2026, 1, 26))
        assert (mark.numero, mark.lot, mark.annee, mark.fichier) == ("000000001", "001", 2026, "f1")
    assert run("ledger", "undo", "--on", "2026-01-27").status == 0
    assert run("ledger", "export", "--marks").out == ""


def test_a_tick_is_of_one_transfer(several):
    assert run("ledger", "tick", "VIR 1@20/01/2026", "--on", "2026-01-26").status == 0
    listed = json.loads(run("ledger", "transfers", "--format", "json").out)["rows"]
    assert [(one["date"], one["pointe"]) for one in listed] == [("2026-01-12", False), ("2026-01-20", True)]
    whole = json.loads(run("ledger", "invoices", "--format", "json").out)
    assert [one["pointe"] for one in whole["virements"]] == [False, True]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("1",), [1, 1]),
        (("3/001@2026",), [3]),
        (("--regime", "1"), [1, 2, 1, 3]),
        (("--regime", "08"), []),
        (("--professional", "991068040"), [1, 2, 1, 3]),
        (("--professional", "990781056"), []),
        (("--patient", nir(7)[0]), [1]),
        (("1", "--patient", nir(2)[0]), []),
    ],
)
def test_invoices_are_found(several, words, numbers):
    done = run("ledger", "invoices", *words, "--on", "2026-01-26", "--format", "csv")
    found = [int(line.split(",")[2]) for line in done.out.splitlines()[1:]]
    assert (found, done.status) == (numbers, 0 if numbers else 1)
    whole = json.loads(run("ledger", "invoices", *words, "--on", "2026-01-26", "--format", "json").out)
    assert [int(one["numero"]) for one in whole["lignes"]] == numbers


@pytest.mark.parametrize("verb", ["payments", "rejects", "to-resend", "unanswered", "invoices"])
def test_lists_name_patients_and_care_when_asked(folder, verb):
    files = build(MONTH).given()
    receive(folder, files, ("f1", "f2", "r1"))
    run("today", "recu", "--on", "2026-01-13")
    day = () if verb == "payments" else ("--on", "2026-01-13")
    care = "né(e) le 01/01/80, NIR …"
    plain = run("ledger", verb, *day).out
    assert care not in plain
    assert "31/12/2025" not in plain
    named = run("ledger", verb, *day, "--show-values").out
    assert named.count(care) >= 3
    assert ", soins du 31/12/2025, C" in named
    for form in ("json", "csv"):
        hidden = run("ledger", verb, *day, "--format", form).out
        shown = run("ledger", verb, *day, "--format", form, "--show-values").out
        assert "800101" not in hidden
        assert "800101" in shown
        assert "2025-12-31" in shown


def test_what_is_rejected_is_told_by_part_and_counted_once(folder):
    files = build(
        "E f1 02/01 A/001 : 4=14.70+6.30, 5=14.70+6.30, 6=14.70+6.30 ;"
        "R r1 12/01 : V1@12/01[4=0R/0R!fix!rights, 5=14.70P/0R!fix~C, 6=14.70P/6.30P]"
    ).given()
    receive(folder, files, files)
    run("today", "recu", "--on", "2026-01-20")
    listed = json.loads(run("ledger", "rejects", "--on", "2026-01-20", "--format", "json").out)
    assert listed["schema_version"] == 2
    told = [
        (int(one["numero"]), one["part"], one["amo"], one["amc"], one["montant"]) for one in listed["rows"]
    ]
    assert sorted(told) == [(4, "O", 1470, 0, 1470), (4, "O", 1470, 0, 1470), (5, "C", 0, 630, 630)]
    out = run("ledger", "rejects", "--on", "2026-01-20").out.replace("\u00a0", " ")
    assert "En tout, chaque facture une fois : 2 factures, demandé 21,00 € (AMO 14,70 €, AMC 6,30 €)\n" in out
    report = json.loads(run("ledger", "report", "--on", "2026-01-20", "--format", "json").out)["report"]
    assert sum(one["factures"] for one in report["motifs"]) == 3
    assert (report["refusees"], report["refusees_montant"]) == (2, 2100 + 630)
    assert report["au_jour"] == "2026-01-20"


# --- texts of actions ---------------------------------------------------------------------------------------

#: What no text may say once a part is paid: it would have the whole claimed again.
WHOLE = ("refaire la facture", "feuille papier", "sur papier", "renvoyer le fichier")
REJECTS = ("fix", "dup", "wait", "rights", "unk", "claim", "who")


@pytest.mark.parametrize(("paid", "other"), [("AMO", "mutuelle"), ("AMC", "caisse")])
@pytest.mark.parametrize("reject", REJECTS)
def test_with_a_part_paid_what_is_read_is_of_the_other(folder, reject, paid, other):
    letter = "C" if paid == "AMO" else "O"
    parts = f"14.70P/0R!{reject}~C" if paid == "AMO" else f"0R/6.30P!{reject}"
    files = build(f"E f1 02/01 A/001 : 4=14.70+6.30 ; R r1 12/01 : V1@12/01[4={parts}]").given()
    receive(folder, files, files)
    found = document("recu", "--on", "2026-03-30")
    (group,) = found["groupes"]
    (shown,) = group["cartes"]
    assert [one["montant"] for one in shown["parts"] if one["montant"]] == [630 if letter == "C" else 1470]
    text = "\n".join(lines("--on", "2026-03-30")).split("RÉPONSES")[0].split("Aucune réponse")[0]
    asked = text.partition("À FAIRE")[2].lower()
    assert other in asked
    assert not any(words in asked for words in WHOLE)


def test_a_second_open_part_adds_its_euros_under_its_own_action(folder):
    files = build(
        "E f1 02/01 A/001 : 4=14.70+6.30, 5=14.70+6.30 ; R r1 12/01 : V1@12/01[4=0R/_!fix, 5=0R/_!rights]"
    ).given()
    receive(folder, files, files)
    found = document("recu", "--on", "2026-01-20")
    told = [(one["action"], one["factures"], one["montant"]) for one in found["groupes"]]
    assert told == [
        ("attendre", 0, 1260),
        ("mettre_a_jour_droits", 1, 1470),
        ("corriger_retransmettre", 1, 1470),
    ]
    others = found["groupes"][0]["autres_parts"]
    assert [(int(one["numero"]), one["part"], one["montant"]) for one in others] == [
        (4, "AMC", 630),
        (5, "AMC", 630),
    ]
    assert found["total"] == total(2, 4200)
    assert "    et part AMC de 000000004  6,30 €" in lines("--on", "2026-01-20")


# --- what providers met -----------------------------------------------------------------------------------

CASES = zipfile.ZipFile(Path(__file__).parents[1] / "ledger" / "data" / "cas.zip")
BASE = "base-envoi/medecin-01-016-421-001.b2"

#: Files of a case, the day, what is paid in all, what a nurse reads to do (banner, numbers, cents), left due.
READ = [
    (("01/r1.noe", BASE), "2026-02-01", 14750, [("ATTENDRE, NE RIEN RENVOYER", [1], 1050)], 1050),
    (("01/r1.noe", BASE), "2026-03-25", 14750, [("RELANCER LA MUTUELLE", [1], 1050)], 1050),
    (("02/r1.noe", "02/r2.noe", BASE), "2026-02-25", 15800, [], 0),
    (
        ("03/r1.noe", "03/r2.noe", BASE),
        "2026-02-25",
        5100,
        [("RELANCER L'ORGANISME", [1, 3, 5, 6], 10700)],
        10700,
    ),
    (
        ("04/r1.noe", "04/r2.noe", BASE),
        "2026-02-25",
        11250,
        [("VÉRIFIER LA REPRISE", [4], 2100), ("VÉRIFIER LA REPRISE", [1], 2450)],
        4550,
    ),
    (("05/r1.noe", "05/redo.b2", "05/r2.noe", BASE), "2026-02-25", 15800, [], 0),
    (
        ("06/r1.noe", "06/r1bis.noe", BASE),
        "2026-02-25",
        15700,
        [("COMPARER AU RELEVÉ BANCAIRE", [4], 100)],
        100,
    ),
    *[((f"08/{name}", BASE), "2026-02-25", 15800, [], 0) for name in ("cat-P1.noe", "cateof-P1.noe")],
    (("15/f1.b2", "15/arl-neg.json", "15/f2.b2", "15/arl-pos.json", "15/r.noe"), "2026-02-25", 15800, [], 0),
    (
        ("16/y25.b2", "16/a25.noe", "16/y26.b2"),
        "2026-02-25",
        2100,
        [("RELANCER L'ORGANISME", [4], 2100)],
        2100,
    ),
    (
        ("19/amo.noe", "19/amc.noe", BASE),
        "2026-02-25",
        5600,
        [("RELANCER L'ORGANISME", [3, 4, 5, 6], 9300), ("METTRE À JOUR LES DROITS", [2], 900)],
        10200,
    ),
]


@pytest.mark.parametrize(("names", "day", "paid", "asked", "due"), READ)
def test_a_case_as_a_nurse_reads_it(folder, names, day, paid, asked, due):
    for name in names:
        (folder / "recu" / name.partition("/")[2]).write_bytes(CASES.read(name))
    found = document("recu", "--on", day)
    groups = [
        (one["banner"], [int(card["numero"]) for card in one["cartes"]], one["montant"])
        for one in found["groupes"]
    ]
    assert groups == asked
    assert found["recu"]["paye"] == found["sommes"]["total"]["paye"] == paid
    assert (found["total"]["montant"], found["sommes"]["total"]["reste"]) == (due, due)
    text = "\n".join(lines("--on", day))
    assert f"PAYÉ depuis le début : {paid // 100}" in text
    for banner, numbers, _ in asked:
        assert f"  ■ {banner} : {len(numbers)} facture" in text
    if not asked:
        assert "RIEN À FAIRE, rien n'est attendu." in text
