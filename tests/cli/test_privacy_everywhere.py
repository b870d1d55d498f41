"""The same marked people through every verb, every format, every route, and all that is left behind.

A new verb or a new route has no entry here, and fails. What may hold people by its nature (files that a page
was given, returns of a simulated caisse) is told apart: nobody else may open it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import random
import secrets
import shlex
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cli_runner import run
from cli_samples import BIRTH, CLE, DAY, MARKERS, NIR, PS, entite, flow, leaks, mouvements, retour
from starlette.testclient import TestClient

from cli.app import whole
from cli.serve.app import make_app
from cli.serve.guard import ENTRY, HEADERS, Session
from cli.serve.practice import Places, Practice
from cli.words.usage import choices
from fse.ssv import AssureCarte, BeneficiaireCarte, DroitsCarte, build_carte_vitale
from noemie.ledger import Ledger
from noemie.returns.arl import Arl, write_arls

LISTS = (
    "payments", "rejects", "to-resend", "unanswered", "invoices", "patients", "transfers", "debts", "files",
)  # fmt: skip

#: Verb -> what is typed after it, in a folder that has the files of `world`; `{out}` is what it may write.
RUNS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("explain",): (f"{NIR}.noe", "2900"),
    ("check",): (
        "flux.b2 retour.noe mouvements.noe carte.ssv -v --show-context",
        f"{NIR}.b2 --rights droits.db --ledger registre.db --card carte.ssv",
    ),
    ("show",): (
        f"{NIR}.b2",
        "flux.b2 --records --limit 0",
        "retour.noe",
        "mouvements.noe --records",
        "carte.ssv",
    ),
    ("decode",): (f"{NIR}.noe -o {{out}}", f"{NIR}.noe mouvements.noe"),
    ("reconcile",): (
        f"{NIR}.b2 {NIR}.noe",
        f"{NIR}.b2 {NIR}.noe -o {{out}}",
        "--sent flux.b2 --returned retour.noe --arl arl.json",
    ),
    ("convert",): (
        "flux.b2 -o {out}",
        "retour.noe -o {out}",
        "mouvements.noe -o {out}",
        "carte.ssv -o {out}",
    ),
    ("diff",): (f"{NIR}.b2 autre.b2", "retour.noe mouvements.noe", "carte.ssv autre.ssv"),
    ("mask",): ("flux.b2 retour.noe mouvements.noe carte.ssv -o {out}",),
    ("respond",): ("flux.b2 -o {out}",),
    ("today",): ("--db registre.db --on 2025-04-01", "recu --db neuf.db --on 2025-04-01"),
    ("rights", "import"): ("{out} droits.csv", "{out} carte.ssv", "{out} fautes.csv"),
    ("rights", "show"): (f"droits.db --nir {NIR}",),
    ("rights", "find"): ("droits.db --name ZEBULON --birth 28/02/1977",),
    ("rights", "list"): ("droits.db",),
    ("rights", "stats"): ("droits.db",),
    ("rights", "export"): ("droits.db", "droits.db -o {out}"),
    ("rights", "purge"): ("droits.db --before 2020-01-01", f"autre.db --nir {NIR} --yes"),
    ("ledger", "import"): (
        f"{NIR}.b2 retour.noe arl.json --db {{out}}",
        "recu --db {out} --summary",
    ),
    **{("ledger", name): ("--db registre.db",) for name in LISTS},
    ("ledger", "statement"): ("--month 2025-03 --db registre.db",),
    ("ledger", "report"): ("--db registre.db --on 2025-04-01",),
    ("ledger", "mark"): ("1 --db marques.db --note 'MOTLIBRE ZEBULON'", "2 --db marques.db --chased"),
    ("ledger", "tick"): ("'CPAM FICTIVE' --db marques.db",),
    ("ledger", "undo"): ("--db marques.db",),
    ("ledger", "export"): (
        "invoices --db registre.db",
        "payments --db registre.db",
        "--marks --db marques.db",
    ),
    ("ledger", "backup"): ("{out} --db registre.db",),
    ("ledger", "verify"): ("--db registre.db",),
    ("ledger", "forget"): (
        "retour.noe --db retrait.db",
        "flux.b2 retour.noe --db retrait.db --yes",
        f"--patient {NIR} --db oubli.db --yes",
    ),
    ("ledger", "purge"): ("--unsettled --years 3 --on 2031-01-01 --db oubli.db --yes",),
}

#: Verbs that are given nothing of anybody, and why.
NOBODY = {
    ("demo",): "its people are drawn",
    ("generate",): "its people are drawn",
    ("serve",): "its pages are asked below",
    ("codes", "list"): "shipped tables",
    ("codes", "validate"): "tables of a site",
    ("codes", "import"): "tables of a site",
    ("codes", "export"): "shipped tables",
    ("layouts",): "shipped tables",
}

#: What a caisse answers names the people that it was asked about.
NAMING = frozenset({("respond",)})


def verbs() -> Iterator[tuple[tuple[str, ...], object]]:
    found: list[tuple[tuple[str, ...], object]] = [((), whole())]
    for path, command in found:
        if hasattr(command, "list_commands"):
            found += [
                ((*path, name), command.get_command(None, name)) for name in command.list_commands(None)
            ]
        else:
            yield path, command


VERBS = dict(verbs())


# --- what people are in -----------------------------------------------------------------------------------


def card() -> bytes:
    person = BeneficiaireCarte(
        nom_usuel="ZEBULON",
        prenom="QUETZAL",
        date_naissance=BIRTH,
        adresse=["", "ALLEE DU MARQUEUR", "", "", "97789 MARQUEVILLE"],
        droits=[DroitsCarte(dt.date(2020, 1, 1), dt.date(2030, 12, 31))],
    )
    holder = AssureCarte(nir=NIR, numero_serie="12345678", date_fin_validite=dt.date(2030, 12, 31))
    return build_carte_vitale(holder, [person]).to_bytes()


RIGHTS = "nir;cle_nir;date_naissance;nom;prenom;regime;ouvert_du;ouvert_au;constate_le\n"
ROW = f"{NIR};{CLE};28/02/1977;ZEBULON;QUETZAL;01;01/01/2020;31/12/2025;2025-03-10\n"
FILES = {
    "flux.b2": flow(),
    "autre.b2": flow(3).replace(b"ZEBULON", b"MARQUEZ"),
    "retour.noe": retour(),
    "mouvements.noe": mouvements(),
    "carte.ssv": card(),
    "autre.ssv": card().replace(b"QUETZAL", b"MARQUEZ"),
    "arl.json": write_arls([Arl(positif=True, numero_lot="001", numero_ps=PS, date_lot=DAY)]),
    "droits.csv": (RIGHTS + ROW).encode(),
    "fautes.csv": (RIGHTS + ROW + ROW.replace("28/02/1977", NIR)).encode(),
    f"{NIR}.b2": flow(),
    f"{NIR}.noe": retour(),
    "recu/a.b2": flow(),
    "recu/r.noe": retour(),
    f"recu/{NIR}.noe": mouvements(),
}


def settle(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Work in a folder, with the settings of nobody else and the same keys each time.

    A drawn key makes other digests at each run, where five digits of a postcode stand by chance now and then.
    """
    patch.chdir(folder)
    patch.setenv("XDG_CONFIG_HOME", str(folder / "reglages"))
    drawn = random.Random(1977)
    patch.setattr(secrets, "token_bytes", lambda number=32: drawn.randbytes(number))


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    """The files, two registers of rights and three encrypted ledgers that hold them."""
    folder = tmp_path_factory.mktemp("monde")
    for name, data in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        settle(patch, folder)
        assert run("ledger", "import", "flux.b2", "retour.noe", "arl.json", "--db", "registre.db").status == 0
        assert run("rights", "import", "droits.db", "droits.csv", "carte.ssv").status == 0
        for name, copy in (
            ("registre.db", "marques.db"),
            ("registre.db", "oubli.db"),
            ("registre.db", "retrait.db"),
            ("droits.db", "autre.db"),
        ):
            shutil.copy(name, copy)
    return folder


@pytest.fixture
def world(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(sound, tmp_path / "monde")
    settle(monkeypatch, tmp_path / "monde")
    for name in ("NOEMIE_LEDGER", "NOEMIE_LEDGER_KEY", "NOEMIE_LEDGER_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "monde"


# --- what is left behind ----------------------------------------------------------------------------------


class Watched:
    """The temporary files of a while: what each held at its end, and whether others could read it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: dict[str, tuple[bytes, bool]] = {}

    def hears(self, event: str, arguments: tuple[object, ...]) -> None:
        if event not in ("os.remove", "os.rename", "shutil.rmtree") or not isinstance(
            arguments[0], (str, Path)
        ):
            return
        place = Path(arguments[0])
        if self.folder in place.parents:
            for path in place.rglob("*") if place.is_dir() else [place]:
                if path.is_file():
                    self.look(path)

    def look(self, path: Path) -> None:
        above = [one for one in path.parents if self.folder in one.parents]
        private = any(one.stat().st_mode & 0o077 == 0 for one in (path, *above))
        self.seen[path.name] = (path.read_bytes(), private)


_watched: list[Watched] = []
sys.addaudithook(lambda event, arguments: _watched[-1].hears(event, arguments) if _watched else None)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """The folder of temporary files, of which nothing stays; none that others could read held anybody."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    _watched.append(watched := Watched(folder))
    yield watched
    _watched.pop()
    assert list(folder.iterdir()) == []
    assert [name for name, (data, private) in watched.seen.items() if not private and holds(data)] == []


def holds(data: bytes) -> list[str]:
    """Markers in a file, in any of the encodings that files have."""
    return leaks(data.decode("latin-1")) or leaks(data.decode("utf-16-le", "replace"))


def shown_in(data: bytes) -> list[str]:
    """The same of what is written; a base says in clear which professional bills: it is theirs."""
    return [marker for marker in holds(data) if marker != PS or b"CREATE TABLE" not in data]


def written(place: Path) -> Iterator[tuple[str, bytes]]:
    """What stands at a place: each file with its name, the cells of a table that is compressed."""
    for path in sorted(place.parent.rglob(f"{place.name}*")):
        if path.is_file():
            yield path.name, cells(path) if path.suffix == ".parquet" else path.read_bytes()


def cells(path: Path) -> bytes:
    from pyarrow import parquet

    return repr(parquet.read_table(path).to_pylist()).encode()


# --- tests ------------------------------------------------------------------------------------------------


def test_every_verb_is_tried():
    assert RUNS.keys() | NOBODY.keys() == VERBS.keys()
    assert not RUNS.keys() & NOBODY.keys()


def lines(path: tuple[str, ...]) -> Iterator[list[str]]:
    """The command lines of a verb, in each of its formats, in turn in both languages."""
    formats = next((choices(one) for one in VERBS[path].params if "--format" in getattr(one, "opts", ())), [])
    for rank, typed in enumerate(RUNS[path]):
        for number, format in enumerate(formats or [""]):
            more = ["--format", format] if format else []
            yield [*path, *shlex.split(typed), *more, "--lang", ("fr", "en")[(rank + number) % 2]]


@pytest.mark.parametrize("path", RUNS, ids=" ".join)
def test_no_verb_shows_anybody(path, world, temporary, caplog, monkeypatch):
    monkeypatch.setenv("NOEMIE_MASK_KEY", "une cle de test, rien de secret")
    caplog.set_level(logging.DEBUG)
    worked = set()
    for number, words in enumerate(lines(path)):
        out = world / f"ecrit-{number}"
        result = run(*(word.format(out=out) for word in words))
        assert result.status in (0, 1, 2), (words, result.err)
        worked.add(result.status < 2)
        assert leaks(result.out) == [], words
        assert leaks(result.err) == [], words
        if path not in NAMING:
            assert [(name, found) for name, data in written(out) if (found := shown_in(data))] == [], words
    assert True in worked, result.err
    assert leaks(caplog.text) == []


def test_bases_and_what_they_write_beside_them_hold_nobody(world, temporary):
    with closing(sqlite3.connect(world / "registre.db")) as reader:
        # As long as somebody reads the state of before, the log is not merged in the file.
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM fichiers").fetchone()
        with Ledger(world / "registre.db") as ledger:
            ledger.import_files([("nouveau", mouvements()), ("encore", flow(3))])
        while_open = [path.read_bytes() for path in world.glob("registre.db*")]
        assert (world / "registre.db-wal").stat().st_size > 0
    bases = [path.read_bytes() for path in world.glob("*.db*")]
    assert len(bases) > 4
    assert [found for data in (*while_open, *bases) for found in holds(data) if found != PS] == []


@pytest.mark.parametrize("format", ["text", "json", "html"])
def test_names_of_the_day_are_written_when_asked_for_to_their_owner_alone(world, format):
    day = ("today", "--db", "registre.db", "--on", "2025-04-01", "--format", format)
    for options, named in (((), False), (("--show-values",), True)):
        path = world / f"jour-{named}"
        result = run(*day, *options, "-o", path)
        assert result.status in (0, 1), result.err
        assert leaks(result.out + result.err) == []
        assert ("ZEBULON" in path.read_text()) is named
        assert named or holds(path.read_bytes()) == []
        assert path.stat().st_mode & 0o077 == 0


# --- the page ---------------------------------------------------------------------------------------------

PORT = 8124
#: What a form of our pages is sent with.
FORM = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate", "origin": "null"}

GIVEN = [
    ("fichiers", (f"{NIR}.b2", flow())),
    ("fichiers", ("r.noe", retour())),
    ("fichiers", ("c.ssv", card())),
]

#: As somebody types it: a page shows again what it was asked.
TYPED = " ".join((NIR[0], NIR[1:3], NIR[3:5], NIR[5:7], NIR[7:10], NIR[10:]))

#: The digest of the return of the ledger.
RETURN = hashlib.sha256(FILES["retour.noe"]).hexdigest()

#: Route -> requests: method, path with its question, form, files. `{handle}` is an invoice of the ledger.
ASKED: dict[str, list[tuple[str, str, dict[str, str], list]]] = {
    "/": [("GET", "/", {}, [])],
    "/rejets": [("GET", "/rejets", {}, []), ("POST", "/rejets", {"patient": TYPED}, [])],
    "/suivre": [("GET", "/suivre", {}, [])],
    "/factures": [("GET", "/factures", {}, []), ("POST", "/factures", {"cherche": TYPED}, [])],
    "/facture/{handle}": [("GET", "/facture/{handle}", {}, [])],
    "/facture/{handle}/lettre": [("GET", "/facture/{handle}/lettre", {}, [])],
    "/facture/{handle}/octets": [("GET", "/facture/{handle}/octets", {}, [])],
    "/paiements": [
        ("GET", "/paiements?du=", {}, []), ("POST", "/paiements", {"patient": TYPED, "du": ""}, []),
    ],
    "/paiements.csv": [("GET", "/paiements.csv?du=", {}, [])],
    "/tableau": [("GET", "/tableau?du=01/01/2025", {}, [])],
    "/etat": [("GET", "/etat?mois=2025-03", {}, [])],
    "/marquer": [
        ("POST", "/marquer", {"sorte": "note", "facture": "{handle}", "detail": f"ZEBULON {NIR}"}, []),
        ("GET", "/facture/{handle}", {}, []),
    ],
    "/pointer": [("POST", "/pointer", {"libelle": "CPAM FICTIVE"}, [])],
    "/reprendre": [("POST", "/reprendre", {}, [])],
    "/deposer": [("POST", "/deposer", {}, GIVEN)],
    "/droits": [
        ("GET", "/droits", {}, []),
        ("POST", "/droits", {"nir": TYPED}, []),
        ("POST", "/droits", {"nom": "zebulon", "naissance": "28-02-1977"}, []),
    ],
    "/droits/lire": [("POST", "/droits/lire", {}, [("fichiers", ("d.csv", FILES["fautes.csv"])), *GIVEN])],
    "/controler": [("GET", "/controler", {}, []), ("POST", "/controler", {}, GIVEN)],
    "/decoder": [("GET", "/decoder", {}, []), ("POST", "/decoder", {}, GIVEN)],
    "/inspecteur": [("GET", "/inspecteur", {}, []), *(("POST", "/inspecteur", {}, [one]) for one in GIVEN)],
    "/inspecteur/{number:int}": [
        ("GET", f"/inspecteur/{number}?r={rank}", {}, []) for number in range(1, 8) for rank in range(9)
    ],
    "/expliquer": [("GET", "/expliquer?code=2900", {}, []), ("POST", "/expliquer", {"q": "clos"}, [])],
    "/reglages": [("GET", "/reglages", {}, [])],
    "/reglages/jetons": [("POST", "/reglages/jetons", {"nom": "essai"}, [])],
    "/reglages/jetons/retirer": [("POST", "/reglages/jetons/retirer", {"jeton": "x"}, [])],
    "/reglages/mot-de-passe": [("POST", "/reglages/mot-de-passe", {"mot": ""}, [])],
    "/reglages/sauvegarde": [("POST", "/reglages/sauvegarde", {}, [])],
    "/reglages/langue": [("POST", "/reglages/langue", {"langue": "fr"}, [])],
    "/reglages/arreter": [("POST", "/reglages/arreter", {}, [])],
    "/masquer": [("POST", "/masquer", {"masquer": "1"}, [])],
    "/verrouiller": [("POST", "/verrouiller", {}, [])],
    "/verrou": [("GET", "/verrou", {}, [])],
    "/deverrouiller": [("POST", "/deverrouiller", {"mot": NIR}, [])],
    "/static/{name}": [("GET", "/static/house.css", {}, [])],
    "/openapi.json": [("GET", "/openapi.json", {}, [])],
    "/api/check": [("POST", "/api/check?registre=1", {}, [one]) for one in GIVEN],
    "/api/decode": [("POST", "/api/decode", {}, [one]) for one in GIVEN],
    "/api/explain/{code:path}": [("GET", "/api/explain/2900 005", {}, [])],
    "/api/today": [("GET", "/api/today", {}, [])],
    "/api/jobs": [("POST", "/api/jobs", {}, GIVEN)],
    "/api/jobs/{number}": [("GET", "/api/jobs/1", {}, [])],
    "/api/jobs/{number}/events": [("GET", "/api/jobs/1/events", {}, [])],
    "/reglages/purge": [("GET", "/reglages/purge", {}, []), ("POST", "/reglages/purge", {"annees": "3"}, [])],
    "/reglages/effacer": [
        ("POST", "/reglages/effacer", {"nir": TYPED}, []),
        ("POST", "/reglages/effacer", {"nir": TYPED, "confirme": "1"}, []),
    ],
    "/reglages/fichier": [
        ("POST", "/reglages/fichier", {"fichier": NIR}, []),
        ("POST", "/reglages/fichier", {"fichier": RETURN}, []),
        ("POST", "/reglages/fichier", {"fichier": RETURN, "confirme": "1"}, []),
    ],
    "/reglages/fichier/reprendre": [("POST", "/reglages/fichier/reprendre", {"fichier": RETURN}, [])],
    "/reglages/tout-effacer": [
        ("POST", "/reglages/tout-effacer", {"mot": NIR}, []),
        ("POST", "/reglages/tout-effacer", {"mot": "effacer"}, []),
    ],
}  # fmt: skip


def opened(world: Path, *, incognito: bool) -> tuple[TestClient, object]:
    practice = Practice(
        Places(str(world / "registre.db"), str(world / "droits.db")),
        on=dt.date(2025, 4, 1),
        incognito=incognito,
    )
    session = Session()
    guard = make_app(practice, session, PORT)
    client = TestClient(guard, base_url=f"http://127.0.0.1:{PORT}", follow_redirects=False)
    client.get(ENTRY + session.new_entry())
    return client, guard


def handle(world: Path) -> str:
    from noemie.ledger.handles import handle_of

    with Ledger(world / "registre.db") as ledger:
        line = next(one for one in ledger.invoice_states() if one.numero.endswith("2"))
    return handle_of(line.fichier, line.record)


@pytest.mark.parametrize("incognito", [True, False], ids=["hidden", "shown"])
def test_no_route_shows_anybody(world, temporary, caplog, capsys, incognito):
    caplog.set_level(logging.DEBUG)
    name = handle(world)
    client, guard = opened(world, incognito=incognito)
    assert ASKED.keys() == {route.path for route in guard.app.routes}
    shown = set()
    for path, requests in ASKED.items():
        statuses = set()
        for method, target, form, files in requests:
            answer = client.request(
                method,
                target.format(handle=name),
                headers=FORM,
                data={key: value.format(handle=name) for key, value in form.items()},
                files=files or None,
            )
            while (job := guard.jobs.under_way) is not None:
                assert job.ended.wait(30)
            statuses.add(answer.status_code)
            head = f"{answer.url} {answer.headers}"
            assert leaks(head) == [], path
            assert "no-store" in answer.headers["cache-control"]
            if incognito or path.startswith(("/api/", "/static/")) or path.endswith((".csv", ".json")):
                assert leaks(answer.text) == [], (path, target)
            elif leaks(answer.text):
                shown.add(path)
        assert min(statuses) < 404, (path, statuses)
    assert incognito or shown, "the page of a practice names its patients"
    assert set(HEADERS) <= set(answer.headers)
    told = caplog.text + "".join(capsys.readouterr())
    assert leaks(told) == []


def test_the_search_finds_what_it_looks_for(world):
    assert all(holds(data) for name, data in FILES.items() if name != "arl.json")
    assert holds(entite("103", "03", nir=NIR))
    assert any(holds(path.read_bytes()) == [PS] for path in world.glob("*.db"))
    assert len(MARKERS) > 10
