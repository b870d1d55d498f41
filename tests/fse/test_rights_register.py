"""The register: the same answers as in memory, the same rows in any order, nobody's name in the file."""

from __future__ import annotations

import datetime as dt
import os
import random
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from msgspec import structs
from rights_samples import CARE, FACT, MARKERS, NIR, OTHER_CLE, OTHER_NIR, TOLD, as_csv, day, fact
from sqlalchemy import Connection, inspect

from flatfile import FormatError
from fse.rights import Droit, Personne, Rights
from fse.rights.model import IDENTITE
from fse.ssv import AssureCarte, BeneficiaireCarte, DroitsCarte, build_carte_vitale
from noemie.ledger import Ledger, LedgerError
from noemie.ledger.base import engine
from noemie.ledger.base.errors import BaseError
from noemie.ledger.register.errors import GENRE, RightsError
from noemie.ledger.register.register import Register
from noemie.ledger.register.schema import METADATA, STEPS, migrate

KEY = bytes(range(32))

CARD = build_carte_vitale(
    AssureCarte(nir=NIR, caisse_gestionnaire="421"),
    [
        BeneficiaireCarte(
            "MARQUEUR", "QUETZAL", "198001010000", "ZEBULON", droits=[DroitsCarte(day("2020-01-01"))]
        ),
        BeneficiaireCarte("MARQUEUR", "PETIT", "201213320000", nir_certifie=OTHER_NIR, qualite="6"),
    ],
).to_bytes()

CHILD = fact(date_naissance="20121332", nom_patronymique="", prenom="PETIT", qualite="E")
FACTS = (
    FACT,
    CHILD,
    fact(constate_le=day("2025-01-01"), caisse="422", ouvert_au=day("2025-06-30")),
    fact(smg=True, attestation_du=day("2021-01-01"), source="attestation", ouvert_du=None),
    fact(nir=OTHER_NIR, cle_nir=OTHER_CLE, nir_individuel=NIR, regime="08", caisse="756", centre="0100"),
)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with Register(tmp_path / "d.db", key=KEY) as opened:
        yield opened


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of a register, but for the times of its imports."""
    with closing(sqlite3.connect(path)) as base:
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: sorted(base.execute(f"SELECT * FROM {name}").fetchall()) for name in names}
    found["fichiers"] = [row[:3] for row in found["fichiers"]]
    return found


def without_identity(droit: Droit) -> Droit:
    return Droit(**{name: getattr(droit, name) for name in droit.__struct_fields__ if name not in IDENTITE})


# --- questions ------------------------------------------------------------------------------------------


def test_it_answers_as_memory_does(register: Register) -> None:
    register.add(FACTS)
    memory = Rights.of(FACTS)
    assert register.dernier_constat == memory.dernier_constat == TOLD
    for nir in (NIR, OTHER_NIR, f"{NIR[:1]} {NIR[1:]} 40", "2990199999999", ""):
        assert register.knows(nir) is memory.knows(nir)
        for regime in ("", "01", "08"):
            expected = [without_identity(one) for one in memory.assure(regime, nir)]
            found = register.assure(regime, nir)
            assert sorted(map(repr, found)) == sorted(map(repr, expected))
    for name, birth in (("Zébulon", "01/01/1980"), ("marqueur", "2012-13-32"), ("X", "800101"), ("", "")):
        assert len(register.find(name, birth)) == len(memory.find(name, birth))
    for who in ("800101", "121332", "990101"):
        for when in ("2025-01-01", "2026-01-05"):
            assert register.at(NIR, who, "1", day(when)) == memory.at(NIR, who, "1", day(when))


def test_many_questions_over_one_connection(register: Register) -> None:
    register.add(FACTS)
    with register.questions() as asked:
        one = Personne.of(NIR, "800101")
        assert asked.personne(one) is asked.personne(one)
        assert asked.at(NIR, "800101", "0", CARE) == register.at(NIR, "800101", "1", CARE)
        (fiche,) = asked.fiches_nom("MARQUEUR", "20121332")
        assert (fiche.masque_nir[-3:], fiche.masque_nom) == ("999", "P. M.")
        assert len(asked.fiches_assure(NIR)) == 3
        assert len(asked.fiches_assure(NIR, "08")) == 1


def test_figures(register: Register) -> None:
    register.add(FACTS)
    stats = register.stats(CARE)
    assert (stats.personnes, stats.droits) == (3, 5)
    assert (stats.ouverts, stats.fermes, stats.non_dits, stats.smg) == (3, 0, 0, 1)
    assert (stats.premier_constat, stats.dernier_constat) == (day("2025-01-01"), TOLD)
    assert dict(stats.sources) == {"cdr": 4, "attestation": 1}
    assert dict(stats.organismes) == {"01-421-0000": 2, "08-756-0100": 1}


# --- imports --------------------------------------------------------------------------------------------


def test_cards_and_csv(register: Register, tmp_path: Path) -> None:
    card, table = tmp_path / "carte.ssv", tmp_path / "droits.csv"
    card.write_bytes(CARD)
    table.write_bytes(as_csv(*FACTS) + b"18,,\r\n")
    results = register.import_files([card, table, ("vide", b""), ("x", b"%PDF-1.7"), ("y", FormatError("z"))])
    assert [(one.nature, one.counts.nouveaux, one.wrong) for one in results] == [
        ("carte", 2, 0),
        ("csv", 5, 1),
        ("", 0, 0),
        ("", 0, 0),
        ("", 0, 0),
    ]
    codes = [one.error and one.error.code for one in results]
    assert codes == [None, None, "fichier.vide", "droits.autre-fichier", "z"]
    # The other insured person, and the dependant whose own NIR it is, by the card: both facts.
    assert len(register.assure("", OTHER_NIR)) == 3


def test_the_day_of_a_card_is_that_of_its_file(register: Register, tmp_path: Path) -> None:
    path = tmp_path / "carte.ssv"
    path.write_bytes(CARD)
    when = dt.datetime(2025, 3, 10, 12).timestamp()
    os.utime(path, (when, when))
    register.import_files([path])
    assert register.dernier_constat == day("2025-03-10")
    register.import_files([path], constate_le=day("2025-04-01"))
    assert register.dernier_constat == day("2025-04-01")


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "d.db"
    with Register(path, key=KEY) as register:
        register.import_files([("a.csv", as_csv(*FACTS))])
    before = rows(path)
    with Register(path, key=KEY) as register:
        (result,) = register.import_files([("b.csv", as_csv(*FACTS, *FACTS))])
        assert (result.counts.nouveaux, result.counts.confirmes, result.counts.connus) == (0, 0, 10)
        (again,) = register.import_files([("a.csv", as_csv(*FACTS))])
        assert again.counts.connus == 5
    after = rows(path)
    assert {name: after[name] for name in after if name != "fichiers"} == {
        name: before[name] for name in before if name != "fichiers"
    }


def test_a_fact_told_again_later_moves_on(register: Register) -> None:
    register.add([FACT])
    counts = register.add([fact(constate_le=day("2026-03-01")), fact(constate_le=day("2025-03-01"))])
    assert (counts.nouveaux, counts.confirmes, counts.connus) == (0, 1, 1)
    assert [one.constate_le for one in register.assure("", NIR)] == [day("2026-03-01")]


@pytest.mark.parametrize("seed", range(4))
def test_the_order_does_not_matter(tmp_path: Path, seed: int) -> None:
    facts = [*FACTS, *(structs.replace(one, constate_le=day("2025-12-01")) for one in FACTS)]
    random.Random(seed).shuffle(facts)
    with Register(tmp_path / "a.db", key=KEY) as register:
        register.add(facts)
    with Register(tmp_path / "b.db", key=KEY) as register:
        for one in sorted(facts, key=repr):
            register.add([one])
    assert rows(tmp_path / "a.db") == rows(tmp_path / "b.db")


def test_a_file_is_imported_whole_or_not_at_all(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("noemie.ledger.register.storing._BATCH", 2)

    def broken(*arguments: object) -> Iterator[Droit]:
        yield from FACTS
        raise FormatError("fichier.lecture")

    monkeypatch.setattr("noemie.ledger.register.importing.read_droits", broken)
    (result,) = register.import_files([("a.csv", as_csv(*FACTS))])
    assert result.error is not None
    assert register.stats(CARE).personnes == 0


def test_small_batches_give_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Register(tmp_path / "a.db", key=KEY) as register:
        register.add(FACTS)
    monkeypatch.setattr("noemie.ledger.register.storing._BATCH", 1)
    monkeypatch.setattr("noemie.ledger.register.storing._ASKED", 1)
    with Register(tmp_path / "b.db", key=KEY) as register:
        register.add(FACTS)
    assert rows(tmp_path / "a.db") == rows(tmp_path / "b.db")


# --- personal data --------------------------------------------------------------------------------------


def test_nobody_is_named_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "d.db"
    with Register(path) as register:
        register.import_files([("1800199999999_MARQUEUR.csv".replace("MARQUEUR", "x"), as_csv(*FACTS))])
        register.import_files([("carte", CARD)])
        shown = repr((register, register.assure("", NIR), [*register.fiches()]))
    held = path.read_bytes().decode("latin-1")
    for marker in MARKERS:
        assert marker not in held
        assert marker not in shown


@pytest.mark.parametrize("mode", ["encrypt", "plain"])
def test_identities_that_are_kept(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "d.db"
    with Register(path, personal=mode, reveal=True) as register:  # type: ignore[arg-type]
        register.add(FACTS)
        assert sorted(map(repr, register.assure("01", NIR))) == sorted(map(repr, FACTS[:4]))
        assert {one.prenom for one in register.assure("", NIR)} == {"QUETZAL", "PETIT"}
        (found,) = register.find("MARQUEUR", "20121332")
        assert found == CHILD
        assert register.personne(CHILD.personne) == [CHILD]
    with Register(path) as register:
        assert {one.prenom for one in register.assure("", NIR)} == {""}
    assert (MARKERS[0] in path.read_bytes().decode("latin-1")) is (mode == "plain")


def test_a_mode_is_chosen_once(tmp_path: Path) -> None:
    Register(tmp_path / "d.db").close()
    with pytest.raises(RightsError) as raised:
        Register(tmp_path / "d.db", personal="plain")
    assert raised.value.text("fr") == (
        "le registre des droits garde les données personnelles en mode « token » : ce choix se fait à la "
        "création"
    )


def test_another_key_finds_nobody_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Register(tmp_path / "d.db", key=KEY) as register:
        register.add(FACTS)
    with Register(tmp_path / "d.db", key=bytes(32)) as register, pytest.raises(RightsError) as raised:
        register.knows(NIR)
    assert raised.value.code == "cle.fausse"
    with Register(tmp_path / "d.db") as register, pytest.raises(RightsError) as raised:
        register.knows(NIR)
    assert raised.value.text("en") == (
        "the key of the rights register is missing: give it with NOEMIE_RIGHTS_KEY_FILE or NOEMIE_RIGHTS_KEY"
    )
    monkeypatch.setenv("NOEMIE_RIGHTS_KEY", KEY.hex())
    with Register(tmp_path / "d.db") as register:
        assert register.knows(NIR)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX systems")
def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    with Register(tmp_path / "d.db") as register:
        register.add(FACTS)
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert found == {"d.db": 0o600, "d.db.key": 0o600}


# --- purge ----------------------------------------------------------------------------------------------


def test_what_is_old_is_counted_then_removed(register: Register, tmp_path: Path) -> None:
    register.add(FACTS)
    assert register.purge(day("2025-12-31")) == (1, 0)
    assert register.purge(day("2026-01-03")) == (5, 3)
    assert register.stats(CARE).droits == 5
    assert register.purge(day("2025-12-31"), confirm=True) == (1, 0)
    assert register.stats(CARE).droits == 4
    assert register.purge(day("2026-01-03"), confirm=True) == (4, 3)
    found = rows(tmp_path / "d.db")
    assert (found["personnes"], found["droits"], found["reperes"]) == ([], [], [])


def test_a_person_is_removed_with_dependants(register: Register) -> None:
    register.add(FACTS)
    assert register.purge(nir=NIR, confirm=True) == (4, 2)
    assert not register.knows(NIR)
    assert register.knows(OTHER_NIR)
    with pytest.raises(RightsError) as raised:
        register.purge()
    assert raised.value.code == "purge.rien"


# --- the database ---------------------------------------------------------------------------------------


@contextmanager
def connected(place: Path) -> Iterator[Connection]:
    opened = engine.open_engine(engine.address(place, GENRE), GENRE)
    try:
        with engine.writing(opened) as connection:
            yield connection
    finally:
        opened.dispose()


def test_all_steps_make_the_tables(tmp_path: Path) -> None:
    with connected(tmp_path / "d.db") as connection:
        assert migrate(connection) == STEPS[-1].version
        seen = inspect(connection)
        assert set(seen.get_table_names()) == set(METADATA.tables)
        for name, table in METADATA.tables.items():
            columns = {column["name"]: column for column in seen.get_columns(name)}
            assert list(columns) == [column.name for column in table.columns], name
            for column in table.columns:
                found = columns[column.name]
                wanted = column.type.compile(connection.dialect)
                assert str(found["type"].compile(connection.dialect)) == wanted, (name, column.name)
                assert found["nullable"] == column.nullable, (name, column.name)


def test_a_ledger_is_no_register_and_the_reverse(tmp_path: Path) -> None:
    Ledger(tmp_path / "ledger.db", key=KEY).close()
    with pytest.raises(RightsError) as raised:
        Register(tmp_path / "ledger.db")
    assert raised.value.text("en") == (
        "this database holds something else than a rights register: give another one, empty or new"
    )
    Register(tmp_path / "rights.db", key=KEY).close()
    with pytest.raises(LedgerError) as refused:
        Ledger(tmp_path / "rights.db")
    assert refused.value.code == "base.etrangere"


@pytest.mark.parametrize(
    ("where", "code"),
    [("mysql://x/y", "base.adresse"), ("nulle/part.db", "base.acces"), ("lettre.txt", "base.illisible")],
)
def test_what_cannot_be_opened(tmp_path: Path, where: str, code: str) -> None:
    (tmp_path / "lettre.txt").write_text("Madame, Monsieur, " * 100)
    with pytest.raises(RightsError) as raised:
        Register(where if "://" in where else tmp_path / where)
    assert raised.value.code == code


def test_none_is_made_when_that_is_asked(tmp_path: Path) -> None:
    with pytest.raises(RightsError) as raised:
        Register(tmp_path / "d.db", create=False)
    assert raised.value.code == "base.vide"
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_ours_is_left_as_it_is(tmp_path: Path) -> None:
    other, nothing = tmp_path / "autre.db", tmp_path / "vide.db"
    nothing.touch()
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE photos (nom TEXT)")
    before = other.read_bytes()
    for kind in (Register, Ledger):
        for create in (False, True):
            with pytest.raises(BaseError) as raised:
                kind(other, create=create)
            assert raised.value.code == "base.etrangere"
        with pytest.raises(BaseError) as raised:
            kind(nothing, create=False)
        assert raised.value.code == "base.vide"
    assert other.read_bytes() == before
    assert nothing.read_bytes() == b""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["autre.db", "vide.db"]


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(RightsError) as raised:
        Register(tmp_path / "d.db")
    assert raised.value.text("fr") == (
        "le registre des droits a besoin de SQLAlchemy : pip install 'sesam-noemie[ledger]'"
    )


def test_a_closed_register_says_so(register: Register) -> None:
    register.close()
    register.close()
    with pytest.raises(RightsError, match="closed"):
        register.knows(NIR)


def test_importing_the_package_does_not_load_sqlalchemy() -> None:
    names = "fse.rights, noemie.ledger.register.register, noemie.ledger.register.source"
    program = f"import sys, {names}; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
