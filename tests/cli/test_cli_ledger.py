"""`noemie ledger`: files go in once, every question is answered, nothing personal comes out."""

import csv
import datetime as dt
import io
import json
import os
import re
import sqlite3
import tarfile
import tomllib
import zipfile
from contextlib import closing

import pytest
from cli_runner import run
from cli_samples import DAMAGE, NIR, PS, flow, leaks, mouvements, retour

from noemie.ledger import Ledger

LISTS = ("payments", "rejects", "unanswered", "invoices", "patients", "transfers", "debts", "files")
KEY = "00112233445566778899aabbccddeeff"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("NOEMIE_LEDGER", "NOEMIE_LEDGER_KEY", "NOEMIE_LEDGER_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("cli.io.ledgers.asked_day", lambda on: on or dt.date(2025, 3, 20))
    (tmp_path / "flux.b2").write_bytes(flow(3))
    (tmp_path / "retour.noe").write_bytes(retour())
    return tmp_path


@pytest.fixture
def ledger(folder):
    """A ledger where one invoice is paid, one refused as already paid, one unanswered."""
    assert run("ledger", "import", "flux.b2", "retour.noe").status == 0
    return folder


def plain(text):
    return text.replace("\u00a0", " ")


def rows(*arguments):
    document = json.loads(run("ledger", *arguments, "--format", "json").out)
    return document["rows"] if "rows" in document else [*document["lignes"], *document["orphelins"]]


# --- what goes in ---------------------------------------------------------------------------------------

IMPORTED = """\
registre.db : 2 fichiers importés (1 flux, 1 retour)
"""

STANDING = """
DANS LE REGISTRE, au 20/03/2025
état              factures  demandé   payé  reste  trop
───────────────────────────────────────────────────────
payée                    1    17,50  17,50   0,00  0,00
rejetée                  1    17,50   0,00  17,50  0,00
réponse attendue         1    17,50   0,00  17,50  0,00
total                    3    52,50  17,50  35,00  0,00

■ NE PAS RENVOYER : 1 facture  noemie ledger to-resend
"""


def test_one_command_reads_matches_and_stores(folder):
    result = run("ledger", "import", ".")
    assert result.status == 0
    out = plain(result.out)
    assert out.startswith(IMPORTED)
    assert out.endswith(STANDING)
    assert "Clé du registre faite à l'instant, dans sesam-noemie/keys" in result.err
    assert "En garder une copie, ailleurs que la base" in result.err


def test_again_changes_nothing(ledger):
    before = rows("invoices")
    result = run("ledger", "import", ".", "--lang", "en")
    assert result.out.startswith("registre.db: 0 files imported, 2 there already\n")
    assert result.err == ""  # the key is told once
    assert rows("invoices") == before


def test_import_as_json(folder):
    document = json.loads(run("ledger", "import", ".", "--format", "json").out)
    assert (document["schema_version"], document["command"]) == (2, "ledger import")
    assert (document["imported"], document["known"], document["unreadable"]) == (2, 0, 0)
    assert document["kinds"] == {"flux": 1, "retour": 1}
    assert document["states"]["rejetee"] == {
        "label": "rejetée",
        "nombre": 1,
        "demande": 1750,
        "paye": 0,
        "reste": 1750,
        "trop": 0,
    }
    assert document["todo"] == {"a_renvoyer": 0, "ne_pas_renvoyer": 1, "autre_action": 0}


def test_archives_folders_and_standard_input(folder):
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.writestr("mars/flux.b2", flow(3))
        archive.writestr("mars/manifest.json", "{}")
        archive.writestr("__MACOSX/._flux.b2", b"x")
    with tarfile.open("b.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo("retour.noe")
        info.size = len(retour())
        archive.addfile(info, io.BytesIO(retour()))
    result = run("ledger", "import", "a.zip", "b.tar.gz", "--no-summary")
    assert (result.status, result.out) == (0, IMPORTED)
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "retour.noe").rename("deep/er/retour.noe")
    assert "1 déjà là" in run("ledger", "import", "deep").out
    assert "1 déjà là" in run("ledger", "import", "-", stdin=flow(3)).out


def test_what_cannot_be_read_is_told_and_the_rest_is_imported(folder):
    (folder / "bruit").write_bytes(bytes(range(256)) * 20)
    (folder / "vide").write_bytes(b"")
    (folder / "faux.zip").write_bytes(b"PK nothing")
    result = run("ledger", "import", ".", "absent.noe", "--no-summary")
    assert result.status == 2
    assert result.out.startswith("registre.db : 2 fichiers importés (1 flux, 1 retour), 3 illisibles")
    refused = {"vide": "fichier.vide", "faux.zip": "enveloppe.abimee", "absent.noe": "fichier.absent"}
    for name, rule in refused.items():
        assert f"{name} : " in result.err
        assert f"[{rule}]" in result.err
    assert "Laissé de côté : bruit (autre fichier)." in result.err
    assert "Traceback" not in result.err


def test_findings_of_the_checks_are_counted(folder):
    (folder / "retour.noe").write_bytes(retour().replace(b"00000001750P", b"00000009750P"))
    out = run("ledger", "import", "retour.noe", "--no-summary").out
    assert "Contrôles (détail : noemie check, noemie decode) :" in out
    assert "1 × Total de niveau  [retour.total], 1 fichier" in out


# --- questions ------------------------------------------------------------------------------------------


def test_payments(ledger):
    result = run("ledger", "payments")
    assert (result.status, result.err) == (0, "")
    lines = plain(result.out).splitlines()
    assert lines[0] == "1 paiement"
    assert lines[4].startswith("20/03/2025  000000001  001  ")
    assert lines[4].endswith("01 421  17,50  0,00  17,50")
    assert lines[5].split() == ["total", "17,50", "0,00", "17,50"]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (("--from", "2025-03-20", "--to", "20/03/2025"), 1),
        (("--to", "2025-03-19"), 0),
        (("--regime", "01"), 1),
        (("--regime", "08"), 0),
        (("--organisme", "421"), 1),
        (("--organisme", "01421"), 1),
        (("--organisme", "835", "--all-except"), 1),
        (("--organisme", "421", "--all-except"), 0),
        (("--nature", "10"), 1),
        (("--nature", "90"), 0),
        (("--patient", NIR), 1),
        (("--patient", "1990199999999"), 0),
    ],
)
def test_filters_of_payments(ledger, filters, count):
    assert len(rows("payments", *filters)) == count


def test_a_patient_is_asked_for_by_reference_or_from_standard_input(ledger):
    paid = next(one for one in rows("patients") if one["paye"])
    assert len(rows("payments", "--patient", paid["reference"][:8])) == 1
    result = run("ledger", "payments", "--patient", "-", "--format", "json", stdin=NIR.encode() + b"\n")
    assert len(json.loads(result.out)["rows"]) == 1


def test_rejects_by_motive(ledger):
    out = plain(run("ledger", "rejects").out)
    assert out.startswith("1 rejet, au 20/03/2025\n\nDoublon : facture déjà réglée (1)  doublon\n")
    assert "000000002  20/03/2025  2900  FACTURE DEJA PAYEE    17,50  NE PAS RETRANSMETTRE" in out
    once = "En tout, chaque facture une fois : 1 facture, demandé 17,50 € (AMO 17,50 €, AMC 0,00 €)\n"
    assert once in out
    assert rows("rejects", "--motive", "droits_fermes") == []


def test_do_not_resend_stands_apart(ledger):
    result = run("ledger", "to-resend")
    assert result.status == 1
    lines = plain(result.out).splitlines()
    assert lines[2] == "■ NE PAS RENVOYER (1)"
    assert re.match(r"000000002  001  20/03/2025    17,50  0,00  17,50  Doublon", lines[5])
    document = json.loads(run("ledger", "to-resend", "--format", "json").out)
    assert [len(document[name]) for name in ("ne_pas_renvoyer", "a_renvoyer", "autre_action")] == [1, 0, 0]
    (row,) = csv.DictReader(io.StringIO(run("ledger", "to-resend", "--format", "csv").out))
    assert (row["liste"], row["action"]) == ("ne_pas_renvoyer", "ne_pas_retransmettre")
    assert run("ledger", "to-resend", "--to", "2025-01-01").status == 0


def test_unanswered_since(ledger):
    result = run("ledger", "unanswered")
    assert result.status == 1
    assert result.out.startswith("1 facture en attente, au 20/03/2025\n")
    assert rows("unanswered")[0]["jours"] == 6
    assert rows("unanswered", "--days", "7") == []
    assert rows("unanswered", "--days", "30", "--on", "2025-04-30")[0]["jours"] == 47
    assert run("ledger", "unanswered", "--days", "7").status == 0


def test_invoices_by_state(ledger):
    assert [row["etat"] for row in rows("invoices")] == ["payee", "rejetee", "reponse_attendue"]
    assert [row["numero"] for row in rows("invoices", "--state", "payee", "--state", "rejetee")] == [
        "000000001",
        "000000002",
    ]


@pytest.mark.parametrize("verb", LISTS)
def test_each_list_says_the_same_in_every_format(ledger, verb):
    written = list(csv.DictReader(io.StringIO(run("ledger", verb, "--format", "csv").out)))
    assert len(written) == len(rows(verb))
    for lang in ("fr", "en"):
        result = run("ledger", verb, "--lang", lang)
        assert (result.status, result.err) == (int(verb == "unanswered"), "")
        assert result.out.startswith(f"{len(written)} ")


def test_transfers_debts_files(ledger):
    assert [row["montant"] for row in rows("transfers")] == [1750]
    assert plain(run("ledger", "debts").out) == "0 dette ou retenue\n"
    assert {row["nature"] for row in rows("files")} == {"flux", "retour"}


def test_files_of_an_older_version_are_counted_and_the_first_ones_named(folder):
    for rank in range(14):
        (folder / f"{rank:02}.b2").write_bytes(flow(rank + 1))
    assert run("ledger", "import", *(f"{rank:02}.b2" for rank in range(14))).status == 0
    with closing(sqlite3.connect("registre.db")) as base, base:
        base.execute("UPDATE fichiers SET lecture = 0")
    first = ", ".join(f"{rank:02}.b2" for rank in range(12))
    out = plain(run("ledger", "files").out)
    assert (
        "\n14 fichiers à relire, d'une version antérieure. → À redonner à noemie ledger import.\n"
        f"  {first} et 2 autres\n  tous : a_relire, en JSON ou CSV\n"
    ) in out
    assert (
        "\n14 files to be read again, of an older version. → To be given to noemie ledger import again.\n"
        f"  {first} and 2 more\n  all: a_relire, in JSON or CSV\n"
    ) in run("ledger", "files", "--lang", "en").out
    assert [row["a_relire"] for row in rows("files")] == [True] * 14
    written = csv.DictReader(io.StringIO(run("ledger", "export", "files").out))
    assert [row["a_relire"] for row in written] == ["oui"] * 14


def test_export_everything(ledger):
    for kind in ("payments", "rejects", "invoices", "patients", "transfers", "debts", "files"):
        result = run("ledger", "export", kind, "-o", f"{kind}.csv")
        assert (result.status, result.out) == (0, "")
        written = list(csv.DictReader(io.StringIO((ledger / f"{kind}.csv").read_text("utf-8"))))
        document = json.loads(run("ledger", "export", kind, "--format", "json").out)
        assert len(written) == len(document["rows"])
        assert leaks(str(written) + str(document)) == []


def test_statement_and_report_as_pages(ledger):
    result = run("ledger", "statement", "--month", "2025-03", "--format", "html", "-o", "etat.html")
    assert result.status == 1  # nothing later than the month is known
    page = plain((ledger / "etat.html").read_text("utf-8"))
    assert "<h1>État mensuel des sommes payées 2025-03</h1>" in page
    assert "17,50 €" in page
    result = run("ledger", "report", "--format", "html", "--lang", "en")
    assert result.status == 0
    # Three figures, each drawn for a wide page and for a narrow one.
    assert result.out.count("<figure>") == 3
    assert [result.out.count(f'class="chart {one}') for one in ("wide", "thin")] == [3, 3]
    assert "http" not in result.out.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    document = json.loads(run("ledger", "report", "--format", "json").out)
    assert (document["report"]["paye"], document["report"]["renvois"]["ne_pas_renvoyer"]) == (1750, 1)
    out = run("ledger", "statement", "--month", "2025-03", "--format", "csv").out
    assert "total,,,,1,1750," in out


def test_purge_tells_first_and_removes_when_told(ledger):
    asked = ("ledger", "purge", "--on", "2029-01-01", "--unsettled")
    result = run(*asked)
    assert "3 factures envoyées" in plain(result.out)
    # The same care thrice: what is not settled keeps the others, unless it is asked for too.
    assert "1 facture ancienne sans règlement connu : gardée" in plain(run(*asked[:-1]).out)
    assert "rien n'a été supprimé" in result.out
    assert len(rows("invoices")) == 3
    done = json.loads(run(*asked, "--yes", "--format", "json").out)
    assert (done["removed"], done["envois"]) == (True, 3)
    assert rows("invoices") == []
    assert "Rien à supprimer." in run(*asked).out


# --- what is refused ------------------------------------------------------------------------------------


def refused(result, *words):
    assert (result.status, result.out) == (2, "")
    assert "Traceback" not in result.err
    for word in words:
        assert word in result.err


def test_only_import_makes_a_ledger(folder):
    for verb in (*LISTS, "to-resend", "report", "purge"):
        refused(run("ledger", verb), "registre.db : ", "→ noemie ledger import FICHIERS")
    (folder / "registre.db").touch()
    refused(run("ledger", "files", "--lang", "en"), "registre.db: there is no ledger there")
    assert sorted(path.name for path in folder.iterdir()) == ["flux.b2", "registre.db", "retour.noe"]


def test_a_database_of_something_else(folder):
    (folder / "bruit").write_bytes(b"no database at all, really" * 99)
    refused(run("ledger", "files", "--db", "bruit"), "bruit : ce fichier n'est pas une base SQLite")
    with sqlite3.connect("autre.db") as connection:
        connection.execute("CREATE TABLE clients (nom TEXT)")
    connection.close()
    for verb in (("files",), ("import", "flux.b2")):
        refused(run("ledger", *verb, "--db", "autre.db"), "autre.db : cette base contient autre chose")
    refused(run("ledger", "files", "--db", "."), "ne peut pas être ouvert")


def test_a_locked_ledger(ledger, monkeypatch):
    monkeypatch.setattr("noemie.ledger.base.engine._PRAGMAS", ("PRAGMA busy_timeout=1",), raising=True)
    other = sqlite3.connect("registre.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    other.execute("UPDATE parametres SET valeur = valeur")
    (ledger / "autre.b2").write_bytes(flow(1))
    refused(run("ledger", "import", "autre.b2"), "registre.db : le registre est occupé")
    other.close()


def test_the_wrong_key_and_no_key(ledger):
    refused(
        run("ledger", "import", "flux.b2", NOEMIE_LEDGER_KEY=KEY), "cette clé n'est pas celle", "--key-file"
    )
    refused(run("ledger", "import", "flux.b2", NOEMIE_LEDGER_KEY="abc"), "illisible")
    refused(run("ledger", "payments", "--patient", NIR, "--key-file", "absente"), "clé")
    (ledger / "binaire").write_bytes(bytes(range(200, 232)))
    refused(run("ledger", "payments", "--patient", NIR, "--key-file", "binaire"), "illisible")
    with Ledger(ledger / "registre.db") as opened:
        assert opened.keys
        key = opened.key_place()
    key.unlink()
    refused(run("ledger", "import", "flux.b2"), "clé du registre absente", "secrets.token_hex")
    assert len(rows("payments")) == 1  # other questions are still answered


def test_a_server_that_is_not_there_says_nothing_of_its_address(folder):
    address = "postgresql://marcel:tressecret@127.0.0.1:1/registre"
    for place in ({"NOEMIE_LEDGER": address}, {}):
        arguments = () if place else ("--db", address)
        result = run("ledger", "files", *arguments, **place)
        refused(result, "PostgreSQL : le serveur PostgreSQL ne répond pas")
        assert not {word for word in ("marcel", "tressecret", "127.0.0.1") if word in result.err}
    assert "tressecret" not in run("ledger", "files", "--help", NOEMIE_LEDGER=address).out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("payments", "--all-except"), "→ Ajouter --organisme."),
        (("payments", "--from", "2025-02-02", "--to", "2025-01-01"), "finit avant de commencer"),
        (("payments", "--from", "hier"), "un jour comme 2025-03-14"),
        (("payments", "--patient", "zzz"), "patient illisible"),
        (("statement", "--month", "mars"), "AAAA-MM"),
        (("statement", "--month", "2025-03", "--advance", "flux.b2"), "fichier de l'avance illisible"),
        (("statement", "--month", "2025-03", "--categories", "absent"), "catégories illisible"),
        (("purge", "--before", "2025-05-01", "--on", "2025-05-02"), "rien ne se purge avant"),
        (("report", "-o", "registre.db"), "c'est le registre, il ne sera pas écrasé"),
        (("report", "-o", "absent/rapport.html"), "ce dossier n'existe pas"),
        (("import", "flux.b2", "--personal", "plain"), "mode « encrypt »"),
        (("import", "flux.b2", "--db", "mysql://a:b@c/d"), "adresse de base de données illisible"),
        (("paymnts",), "Vouliez-vous dire `payments` ?"),
    ],
)
def test_wrong_usage(ledger, arguments, words):
    refused(run("ledger", *arguments), words)


def test_a_missing_library_is_named_with_what_to_install(ledger, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name, *rest: None)
    refused(run("ledger", "files"), "SQLAlchemy : pip install 'sesam-noemie[ledger]'")


# --- personal data --------------------------------------------------------------------------------------


def test_identities_are_shown_only_when_kept_and_asked_for(folder):
    assert run("ledger", "import", ".", "--personal", "plain").status == 0
    assert leaks(run("ledger", "patients").out) == []
    out = run("ledger", "patients", "--show-values").out
    assert NIR in out
    assert "ZEBULON" in out
    assert run("ledger", "import", "flux.b2", "--db", "autre.db", "--personal", "token").status == 0
    result = run("ledger", "patients", "--show-values", "--db", "autre.db")
    assert leaks(result.out) == []
    assert "ne garde pas les identités" in result.err


def test_numbers_of_professionals_are_hidden_unless_asked_for(ledger):
    assert PS not in run("ledger", "export", "invoices").out
    assert PS in run("ledger", "export", "invoices", "--show-values").out


@pytest.mark.parametrize("name", ["whole", *list(DAMAGE)[::3]])
def test_nothing_personal_comes_out_whatever_the_damage(folder, name):
    damage = DAMAGE.get(name, lambda data: data)
    for place, data in (("flux.b2", flow()), ("retour.noe", retour()), ("droits.noe", mouvements())):
        (folder / place).write_bytes(damage(data))
    result = run("ledger", "import", ".", "--format", "json")
    assert result.status in (0, 2)
    said = [result.out, result.err]
    for rank, verb in enumerate((*LISTS, "to-resend")):
        result = run("ledger", verb, "--format", ("text", "csv", "json")[(rank + len(name)) % 3])
        assert result.status in (0, 1), result.err
        said += [result.out, result.err]
    assert leaks("".join(said)) == []
    with sqlite3.connect("registre.db") as connection:
        kept = "\n".join(connection.iterdump())
    connection.close()
    assert NIR not in kept


# --- PostgreSQL -----------------------------------------------------------------------------------------


def test_on_a_real_server(folder):
    address = os.environ.get("NOEMIE_TEST_POSTGRESQL", "")
    if not address:
        pytest.skip("no PostgreSQL server: give its address in NOEMIE_TEST_POSTGRESQL")
    from sqlalchemy import create_engine, text
    from sqlalchemy.engine import make_url

    schema = f"cli_{os.getpid()}"
    url = make_url(address).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    place = url.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(
        hide_password=False
    )
    try:
        refused(run("ledger", "files", NOEMIE_LEDGER=place), "PostgreSQL : il n'y a pas de registre")
        refused(run("ledger", "import", ".", NOEMIE_LEDGER=place), "clé du registre absente")
        result = run("ledger", "import", ".", NOEMIE_LEDGER=place, NOEMIE_LEDGER_KEY=KEY)
        assert (result.status, result.err) == (0, "")
        assert plain(result.out).endswith(STANDING)
        result = run("ledger", "export", "payments", "--format", "json", NOEMIE_LEDGER=place)
        assert [row["montant"] for row in json.loads(result.out)["rows"]] == [1750]
        assert (
            "3 factures envoyées"
            in run("ledger", "purge", "--on", "2029-01-01", "--unsettled", NOEMIE_LEDGER=place).out
        )
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()


# --- marks, and the database itself -----------------------------------------------------------------------


def test_a_mark_is_an_event_that_can_be_taken_back(ledger):
    assert rows("invoices")[2]["etat"] == "reponse_attendue"
    result = run("ledger", "mark", "3", "--settled")
    assert (result.status, plain(result.out)) == (0, "000000003 : soldée par le cabinet. RIEN À FAIRE\n")
    assert rows("invoices")[2]["marques"] == ["soldee"]
    assert rows("unanswered") == []
    written = run("ledger", "export", "--marks").out
    assert 'sorte = "soldee"' in written
    assert tomllib.loads(written)["marque"][0]["numero"] == "000000003"
    assert run("ledger", "undo").out == "Marque reprise : soldee, 000000003.\n"
    assert rows("invoices")[2]["etat"] == "reponse_attendue"
    assert run("ledger", "undo").status == 1
    assert run("ledger", "export", "--marks").out == ""


def test_several_that_fit_are_listed_and_nothing_is_marked(ledger):
    (ledger / "encore.b2").write_bytes(flow(3).replace(b"250314", b"260314"))
    assert run("ledger", "mark", "99", "--settled").status == 2
    assert run("ledger", "mark", "3").status == 2
    refused(run("ledger", "mark", "x@y", "--settled"), "facture illisible")
    assert run("ledger", "mark", "3/001@2025", "--settled").status == 0
    assert rows("invoices")[2]["marques"] == ["soldee"]


def test_a_transfer_is_ticked(ledger):
    (transfer,) = rows("transfers", "--show-values")
    label = transfer["libelle_1"] or transfer["libelle_2"]
    assert run("ledger", "tick", label).status == 0
    assert rows("transfers")[0]["pointe"] is True
    assert run("ledger", "tick", "NULLE PART").status == 2


def test_a_file_given_by_mistake_is_taken_out(ledger, tmp_path):
    whole = rows("invoices"), rows("transfers")
    flow = next(row for row in rows("files") if row["nature"] == "flux")
    trial = run("ledger", "forget", flow["sha256"][:10])
    assert trial.status == 0
    assert f"À retirer du registre : {flow['noms'][0]}" in trial.out
    assert "Essai : rien n'a été retiré." in trial.out
    assert run("ledger", "forget", flow["sha256"], "--yes", "--dry-run").out == trial.out
    assert (rows("invoices"), rows("transfers")) == whole
    assert "C'est fait." in run("ledger", "forget", flow["noms"][0], "--yes").out
    assert run("ledger", "verify").status == 0
    assert flow["sha256"] not in {row["sha256"] for row in rows("files")}
    gone = run("ledger", "forget", flow["sha256"])
    assert (gone.status, gone.err) == (2, "registre.db : ce fichier n'est pas dans le registre.\n")
    assert run("ledger", "forget", flow["noms"][0], "--all").status == 2
    (tmp_path / "vide").mkdir()
    assert run("ledger", "forget", tmp_path / "vide").status == 2
    path = next(path for path in tmp_path.rglob(flow["noms"][0]))
    told = run("ledger", "import", path.parent, "--no-summary").out
    assert "1 retiré du registre, laissé de côté (--again pour reprendre)" in told
    assert "1 retiré du registre" in run("today", path.parent, "--db", "registre.db").out
    assert run("ledger", "import", path, "--again", "--no-summary").status == 0
    assert (rows("invoices"), rows("transfers")) == whole
    assert run("ledger", "forget", path, "--yes").status == 0


def test_backup_verify_and_forget(ledger):
    assert run("ledger", "verify").out == "registre.db : en ordre.\n"
    assert run("ledger", "backup", "copie.db").status == 0
    assert run("ledger", "backup", "copie.db").status == 2
    whole = rows("invoices")
    assert rows("invoices", "--db", "copie.db") == whole
    reference = rows("patients")[0]["reference"]
    trial = run("ledger", "forget", "--patient", reference)
    assert (trial.status, "rien n'a été effacé" in trial.out) == (0, True)
    assert rows("invoices") == whole
    assert run("ledger", "forget", "--patient", reference, "--yes").status == 0
    assert all(row.get("patient") != reference for row in rows("invoices"))
    assert reference not in {row["reference"] for row in rows("patients")}
    assert run("ledger", "verify").status == 0
    assert run("ledger", "forget").status == 2
    assert run("ledger", "forget", "--all", "--yes").status == 0
    assert rows("invoices") == rows("files") == []
