"""Who the patients are is nowhere: not in the database, not in an answer, a message or a repr."""

from __future__ import annotations

import datetime as dt
import io
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_world import DAY, KEY, PS, File, Inv, answers, flow, nir, schema
from sqlalchemy import text

from cli.followup import report_pages, statement_pages
from cli.words.speech import speaking
from fixtures.caisse import Issue
from noemie import RetourWriter
from noemie.ledger import EXPORTS, Ledger, LedgerError, engine
from noemie.ledger.base.cles import make_key
from noemie.ledger.errors import GENRE
from noemie.ledger.identity import Identite, KeyRing, nir_asked, reference_asked

NIR, CLE = nir(31415)
KEY_FILE_VARIABLE, KEY_VARIABLE = LedgerError.VARIABLES
MARKERS = ("MARQUEUR", "ZEBULON", "LIBRETEXTE", "COMMENTE", "ADH00001", NIR, NIR + CLE, "800101", "010180")


def named_return(name: str = "MARQUEUR", day: dt.date = DAY + dt.timedelta(6), code: str = "NOMS01") -> bytes:
    """A return that names its patient wherever an entity allows it."""
    file = io.BytesIO()
    retour = RetourWriter(
        file,
        "P2",
        numero_emetteur="00000001016421",
        numero_destinataire=f"00000{PS}",
        identification_fichier=code,
        date_creation=day,
        reference_norme="576",
    )
    person = {"nir": NIR, "cle_nir": CLE, "date_naissance": "010180", "rang_naissance": "1"}
    with retour, retour.open("040", numero_destinataire_reglement=PS):
        retour.add("071", date_comptable=day, libelle_virement_1="VIR", organisme_payeur="01421")
        retour.add("081", type_retour="01")
        with retour.open("102", numero_facture="000000001", type_facture="F", nature_assurance="AS"):
            retour.add(
                "103",
                **person,
                nom_patronymique_assure=name,
                prenom_assure="ZEBULON",
                nom_beneficiaire=name,
                prenom_beneficiaire="ZEBULON",
            )
            retour.add("198", montant_amo_demande=1750, etat_paiement_amo="R", montant_amo_paye=0)
            retour.leaf(
                "294",
                code_rejet="X1",
                libelle_rejet=f"ASSURE {NIR} INCONNU",
                niveau_rejet="F",
                part_concernee="O",
                information_complementaire="LIBRETEXTE",
            )
            retour.leaf("295", commentaire="COMMENTE")
        with retour.open("261", code_forfait_ponctuel="00001", montant_forfait_ponctuel=10):
            retour.leaf("262", libelle_detail_forfait=name, **person, montant_detail_forfait=10)
    return file.getvalue()


def files() -> list[File]:
    sent = flow(Inv(1, patient=31415), Inv(2, patient=31415))
    return [
        *answers(sent, arls=True, issues={"1": Issue.perdue()})[1],
        (f"{NIR}_noms.noe", named_return()),
    ]


def everything(ledger: Ledger) -> Iterator[str]:
    """All that a ledger can be made to say."""
    for what in EXPORTS:
        yield ledger.export(what)
        yield ledger.export(what, "json")
    for patient in (None, NIR):
        yield repr(ledger.payments(patient=patient))
        yield repr(ledger.rejects(patient=patient))
    yield repr([ledger, ledger.keys, ledger.patients(), ledger.invoice_states(), ledger.files()])
    yield repr([ledger.to_resend(), ledger.unanswered(), ledger.transfers(), ledger.orphan_arls()])
    for lang in ("fr", "en"):
        statement = ledger.statement("2026-03")
        with speaking(lang):
            texts = [statement_pages.to_text(statement), statement_pages.to_html(statement)]
            texts += [report_pages.to_text(ledger.report()), report_pages.to_html(ledger.report())]
        yield from texts
    yield statement_pages.to_csv_text(ledger.statement("2026-03"))
    yield report_pages.to_json_text(ledger.report())
    yield repr(ledger.purge(today=dt.date(2040, 1, 1)))


def shows_nothing(text: str) -> None:
    assert [marker for marker in MARKERS if marker in text] == []


def test_nothing_personal_in_any_answer(place: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Ledger(place, key=KEY) as ledger:
        results = ledger.import_files(files())
        shows_nothing(repr(results))
        assert "XXXXXXXXXXXXX_noms.noe" in repr(results)
        for text_ in everything(ledger):
            shows_nothing(text_)
        assert len(ledger.patients()) == 1
    shows_nothing(caplog.text)


@pytest.mark.parametrize("mode", ["token", "encrypt"])
def test_nothing_personal_in_the_bytes_of_the_database(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "r.db"
    with Ledger(path, key=KEY, personal=mode) as ledger:  # type: ignore[arg-type]
        ledger.import_files(files())
        while_open = b"".join(found.read_bytes() for found in tmp_path.iterdir())
    for data in (while_open, *(found.read_bytes() for found in tmp_path.iterdir())):
        assert [marker for marker in MARKERS if marker.encode() in data] == []
        assert KEY not in data


def test_nothing_personal_in_the_rows_of_a_server(server: str) -> None:
    with schema(server, "t_privacy") as address, Ledger(address, key=KEY) as ledger:
        ledger.import_files(files())
        with ledger._reading() as connection:
            tables = [
                "fichiers", "noms", "constats", "patients", "envois", "reponses", "parts", "actes", "rejets",
                "virements", "forfaits", "dettes", "arls", "professionnels", "parametres",
            ]  # fmt: skip
            for table in tables:
                shows_nothing(repr(connection.execute(text(f"SELECT * FROM {table}")).all()))


def test_plain_is_asked_for(place: str) -> None:
    with Ledger(place, key=KEY, personal="plain") as ledger:
        ledger.import_files(files())
        for told in everything(ledger):
            shows_nothing(told)
        (patient,) = ledger.patients(reveal=True)
        assert (patient.nom, patient.prenom, patient.nir, patient.naissance) == (
            "MARQUEUR",
            "ZEBULON",
            NIR + CLE,
            "800101",
        )
        shows_nothing(repr(patient))


def test_encrypted_then_shown_with_the_key_only(place: str) -> None:
    with Ledger(place, key=KEY, personal="encrypt") as ledger:
        ledger.import_files(files())
        assert ledger.patients()[0].nom == ""
    with Ledger(place, key=KEY) as ledger:
        assert ledger.personal == "encrypt"
        (patient,) = ledger.patients(reveal=True)
        assert (patient.nom, patient.nir_masque, patient.nom_masque) == (
            "MARQUEUR",
            "••••••••••415",
            "Z. M.",
        )
    with Ledger(place, key=bytes(32)) as ledger:
        assert [patient.nom for patient in ledger.patients()] == [""]
        with pytest.raises(LedgerError) as raised:
            ledger.patients(reveal=True)
        assert raised.value.code == "cle.fausse"


def test_what_was_encrypted_and_changed_is_refused(tmp_path: Path) -> None:
    with Ledger(tmp_path / "r.db", key=KEY, personal="encrypt") as ledger:
        ledger.import_files(files())
        with engine.writing(ledger._open) as connection:
            connection.execute(text("DELETE FROM formes"))
            connection.execute(text("UPDATE patients SET jeton = 'autre'"))
        with pytest.raises(LedgerError) as raised:
            ledger.patients(reveal=True)
        assert raised.value.code == "cle.chiffre"


def test_the_mode_is_chosen_once(place: str) -> None:
    Ledger(place, key=KEY, personal="token").close()
    with pytest.raises(LedgerError) as raised:
        Ledger(place, key=KEY, personal="plain")
    assert raised.value.code == "personnel.mode"
    with pytest.raises(LedgerError, match="token, encrypt or plain"):
        Ledger(place, key=KEY, personal="clair")  # type: ignore[arg-type]


def test_an_error_of_the_database_quotes_nothing(place: str) -> None:
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files([("a", flow(Inv(1)))])
        with pytest.raises(LedgerError) as raised, engine.writing(ledger._open) as connection:
            connection.execute(
                text("INSERT INTO patients VALUES (:a, :a, :a, :a, NULL, 1), (:a, :a, :a, :a, NULL, 2)"),
                {"a": "MARQUEUR"},
            )
        assert raised.value.code == "base.erreur"
        shows_nothing(str(raised.value) + repr(raised.value))
        shows_nothing("".join(traceback.format_exception(raised.value)))


# --- keys -------------------------------------------------------------------------------------------------


def test_a_new_ledger_makes_its_key_and_finds_it_again(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with Ledger(path) as ledger:
        assert ledger.personal == "encrypt"
        ledger.import_files(files())
        key = ledger.key_place()
    assert key is not None
    assert key.parent != tmp_path  # apart from the base
    with Ledger(path) as ledger:
        assert len(ledger.payments(patient=NIR)) == 1
        states = ledger.invoice_states()
    # A key beside the base, as older versions made it, is still read.
    key.rename(tmp_path / "r.db.key")
    with Ledger(path) as ledger:
        assert len(ledger.payments(patient=NIR)) == 1
    (tmp_path / "r.db.key").unlink()
    with Ledger(path) as ledger:
        # A lost key costs names, not figures.
        assert len(ledger.payments()) == 2
        assert ledger.invoice_states() == states
        for needs_key in (lambda: ledger.payments(patient=NIR), lambda: ledger.import_files(files())):
            with pytest.raises(LedgerError) as raised:
                needs_key()
            assert raised.value.code == "cle.absente"
    assert not (tmp_path / "r.db.key").exists()


def test_a_key_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY.hex())
    with Ledger(tmp_path / "r.db") as ledger:
        ledger.import_files(files())
    assert not (tmp_path / "r.db.key").exists()
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        assert ledger.payments(patient=NIR)
    monkeypatch.setenv(KEY_VARIABLE, "trop court")
    with Ledger(tmp_path / "r.db") as ledger, pytest.raises(LedgerError) as raised:
        ledger.payments(patient=NIR)
    assert raised.value.code == "cle.illisible"
    path = tmp_path / "cle"
    path.write_text(KEY.hex() + "\n")
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(path))
    with Ledger(tmp_path / "r.db") as ledger:
        assert ledger.payments(patient=NIR)


def test_a_key_file_appears_whole_and_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "k"
    key = make_key(path, GENRE)
    assert len(key) == 32
    assert make_key(path, GENRE) == key
    assert [found.name for found in tmp_path.iterdir()] == ["k"]


def test_tokens_depend_on_the_key_and_on_the_person() -> None:
    ring, other = KeyRing(KEY, "token"), KeyRing(bytes(32), "token")
    one, twin = Identite(NIR, naissance="800101", rang="1"), Identite(NIR, naissance="800101", rang="2")
    first = ring.patient(one, None)
    assert first.jeton != other.patient(one, None).jeton
    assert first.jeton != ring.patient(twin, None).jeton
    assert first.assure == ring.patient(twin, None).assure == ring.insured_token(NIR + CLE)
    shows_nothing(repr([one, first, ring]))


def test_of_two_forms_of_one_patient_the_last_named_stays_whatever_the_order(tmp_path: Path) -> None:
    old = ("old", named_return("ANCIEN", code="NOMS00", day=DAY))
    new = ("new", named_return("NOUVEAU", code="NOMS02", day=DAY + dt.timedelta(90)))
    unnamed = ("flux", flow(Inv(1, patient=31415), date=DAY + dt.timedelta(99), code="000099"))
    for rank, order in enumerate(([old, new, unnamed], [unnamed, new, old], [new, unnamed, old])):
        with Ledger(tmp_path / f"{rank}.db", key=KEY, personal="encrypt") as ledger:
            for file in order:
                ledger.import_files([file])
            assert [patient.nom for patient in ledger.patients(reveal=True)] == ["NOUVEAU"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1 80 01 99 931 415 07", "1800199931415"),
        ("18001999314 15", "1800199931415"),
        ("2551A2A123456", None),
        ("255122A123456", "255122A123456"),
        ("180019993141", None),
        ("abcdef0123", None),
    ],
)
def test_a_nir_as_people_type_it(typed: str, expected: str | None) -> None:
    assert nir_asked(typed) == expected


def test_a_reference_as_people_type_it() -> None:
    assert reference_asked(" 0A1B2C3D ") == "0a1b2c3d"
    with pytest.raises(LedgerError):
        reference_asked("0a1b%")
