"""The cache that follows each change says what the engine says of the whole, after any sequence of them."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_world import DAY, KEY, OTHER_PS, Inv, answers, flow
from sqlalchemy import select

sys.path.append(str(Path(__file__).parents[1] / "suivi"))
from suivi_settings import LARGE_WORLDS, tried
from suivi_world import build

from noemie.ledger import Ledger, actualisation, engine, etats
from noemie.ledger.demande import Demande
from noemie.ledger.followed import Mouvement, Registre, follow_ledger
from noemie.ledger.gardes import RegistreGarde
from noemie.ledger.listed import Invoices, invoice_page
from noemie.ledger.schema import PatientRow
from noemie.ledger.states import state_order
from noemie.returns.arl import write_arls
from noemie.suivi.faits import Marque
from noemie.suivi.resultat import Ligne


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest ledger has a cache, and a change of all of it is followed too."""
    monkeypatch.setattr(etats, "FROM", 0)
    monkeypatch.setattr(actualisation, "FEW", 10**9)


def told(registre: Registre) -> dict[str, object]:
    """All that a register says, ranks being told by what they stand for."""
    communs = registre.communs

    def resolved(moves: tuple[Mouvement, ...]) -> list[object]:
        return [
            (one.jour, one.amo, one.amc, communs.virements[one.virement], communs.runs[one.run])
            for one in moves
        ]

    lines = [
        (
            {name: getattr(one, name) for name in Ligne.__struct_fields__},
            registre.envoye(one),
            resolved(registre.mouvements(one)),
        )
        for one in registre.lignes
    ]
    paid = {
        communs.virements[rang]: (
            one.factures,
            one.montant,
            sorted(communs.runs[run].fichier for run in one.runs),
        )
        for rang, one in registre.virements().items()
    }
    page = invoice_page(registre, Invoices(), 0, len(lines) + len(registre.orphelines))
    return {
        "lines": lines,
        "whole": msgspec.structs.replace(
            registre.suivi, lignes=[], orphelins=[], virements=sorted(registre.suivi.virements, key=repr)
        ),
        "orphans": [*registre.suivi.orphelins],
        "alone": [one._replace(mouvements=resolved(one.mouvements)) for one in registre.orphelines],
        "transfers": paid,
        "patients": registre.patients(),
        "totals": registre.totaux(),
        "invoices": page._replace(rows=sorted(page.rows, key=state_order)),
        "arls": sorted(registre.orphan_arls, key=repr),
        "latest": registre.dernier,
    }


def kept_of(ledger: Ledger) -> dict[str, object]:
    """What the cache keeps to follow the next change."""
    with engine.reading(ledger._open) as connection:
        head, suite = etats.head_of(connection, "fr"), etats.next_of(connection, "fr")
    assert head is not None
    return {
        "voulus": suite.voulus,
        "arls_jours": suite.arls_jours,
        "marques": suite.marques,
        "places": sorted(suite.places),
        "fichiers": suite.fichiers,
        "arls": sorted(map(repr, head.arls)),
    }


def compare(ledger: Ledger, on: dt.date | None = None) -> None:
    """The cache, brought to this state, says what the engine says; a new one would keep the same."""
    assert isinstance(ledger.follow(on), RegistreGarde)
    with ledger._reading() as connection:
        cached = told(ledger._followed(connection, on))
        keys = ledger._keys
        expected = told(follow_ledger(Demande(connection, keys, on), reprises=True))
    assert cached == expected
    followed = kept_of(ledger)
    with engine.writing(ledger._open) as connection:
        etats.vider(connection)
    ledger.follow(on)
    assert kept_of(ledger) == followed


def changes(
    ledger: Ledger, files: list[tuple[str, bytes]], marks: list[Marque], random: Random
) -> Iterator[str]:
    """Change a ledger again and again: some files, marks, marks taken back, a name, a patient erased."""
    files, marks = list(files), list(marks)
    random.shuffle(files)
    given_files: list[tuple[str, bytes]] = []
    while files or marks:
        if marks and (not files or random.random() < 0.3):
            ledger.add_mark(marks.pop())
            yield "mark"
            continue
        some = [files.pop() for _ in range(min(len(files), random.randint(1, 3)))]
        given_files += some
        ledger.import_files(some)
        yield "import"
        if random.random() < 0.15:
            name, data = random.choice(given_files)
            ledger.import_files([(random.choice(["autre", "0", name + "x"]), data)])
            yield "name"
        if random.random() < 0.15 and ledger.undo(dt.date(2026, 1, 2)):
            yield "undo"
    if random.random() < 0.2:
        with engine.reading(ledger._open) as connection:
            references = connection.scalars(select(PatientRow.jeton).order_by(PatientRow.jeton)).all()
        ledger.forget(random.choice(references), for_real=True)
        yield "forget"
    elif random.random() < 0.2:
        ledger.forget_files([random.choice(given_files)], for_real=True)
        yield "file"


@tried(8, 500)
@given(LARGE_WORLDS, st.randoms(use_true_random=False))
def test_any_sequence(text: str, random: Random) -> None:
    world = build(text)
    files = list(world.given().items())
    if world.arls:
        half = len(world.arls) // 2
        files += [
            (f"arls-{rank}.json", write_arls(some))
            for rank, some in enumerate((world.arls[:half], world.arls[half:]))
            if some
        ]
    marks = [msgspec.structs.replace(mark, jour=mark.jour or dt.date(2026, 1, 1)) for mark in world.marks]
    numbers = [str(number) for number in range(1, 6)]
    marks += [
        Marque(
            sorte=random.choice(["refaite_sous", "pas_refaite", "soldee", "relancee"]),
            numero=random.choice(numbers),
            detail=random.choice(["", *numbers]),
            jour=dt.date(2026, 1, 1),
        )
        for _ in range(random.randint(0, 3))
    ]
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder, "registre.db"), key=KEY) as ledger:
        for _ in changes(ledger, files, marks, random):
            compare(ledger, random.choice([None, dt.date(2026, 4, 1)]))


def test_a_batch_that_was_refused_is_answered_later(tmp_path: Path) -> None:
    """Its other invoices, of other numbers and patients, are no longer to be sent again."""
    world = build(
        "E f1 15/01 A/001 : 4=14.70+6.30, 5=10.00+0.00 ; A f1 - 16/01 ; R r1 20/01 : V1@20/01[4=14.70P/6.30P]"
    )
    with Ledger(tmp_path / "registre.db", key=KEY) as ledger:
        ledger.import_files([("f1", world.files["f1"]), ("arl.json", write_arls(world.arls))])
        assert [str(line.action) for line in ledger.follow().lignes] == ["renvoyer_fichier"] * 2
        ledger.import_files([("r1", world.files["r1"])])
        compare(ledger)
        assert [str(line.action) for line in ledger.follow().lignes] == ["aucune", "inconnue"]


def test_a_batch_that_was_refused_is_answered_no_longer(tmp_path: Path) -> None:
    """Its answer is that of another flow, which comes later: its other invoices are to be sent again."""
    world = build(
        "E f1 15/01 A/001 : 4=14.70+6.30, 5=10.00+0.00 ; E f2 15/01 A/002 : 4=14.70+6.30 ; A f1 - 16/01 ; "
        "R r1 20/01 : V1@20/01[4=14.70P/6.30P l:-]"
    )
    with Ledger(tmp_path / "registre.db", key=KEY) as ledger:
        for name in ("f1", "r1"):
            ledger.import_files([(name, world.files[name]), ("arl.json", write_arls(world.arls))])
        assert [str(line.action) for line in ledger.follow().lignes] == ["aucune", "inconnue"]
        ledger.import_files([("f2", world.files["f2"])])
        compare(ledger)
        actions = [(line.numero[-1], str(line.action)) for line in ledger.follow().lignes]
        assert actions == [("4", "aucune"), ("4", "aucune"), ("5", "renvoyer_fichier")]


def test_a_hint_that_one_loses_goes_to_another(tmp_path: Path) -> None:
    """Acts refused for two people are sent for a third: once the first is cancelled, the second may be it."""
    world = build(
        "E f1 15/01 A/001 : 4=14.70+6.30 p:4 s:12/01, 5=14.70+6.30 p:9 s:12/01 ; "
        "R r1 18/01 : V@18/01[4=0R/0R!who, 5=0R/0R!who] ; E f2 20/01 A/002 : 6=14.70+6.30 p:7 s:12/01 ; "
        "E f3 16/01 A/001 : 4=14.70+6.30 p:4 s:12/01 o:9"
    )

    def refused(ledger: Ledger) -> list[str]:
        lines = ledger.follow(dt.date(2026, 1, 21)).lignes
        return [str(line.action) for line in lines if line.fichier == "f1"]

    with Ledger(tmp_path / "registre.db", key=KEY) as ledger:
        ledger.import_files([(name, world.files[name]) for name in ("f1", "r1", "f2")])
        assert refused(ledger) == ["verifier_refaite", "corriger_retransmettre"]
        ledger.import_files([("f3", world.files["f3"])])
        compare(ledger)
        assert refused(ledger) == ["aucune", "verifier_refaite"]


def test_only_what_changed_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An invoice more is followed with those of its patient; the others are not read."""
    read: list[int] = []

    def spied(self: actualisation._Actualisation, *args: object) -> Registre:
        registre = follow(self, *args)
        read.append(len(list(registre.suivi.lignes)))
        return registre

    follow = actualisation._Actualisation._follow
    monkeypatch.setattr(actualisation._Actualisation, "_follow", spied)
    flows = [
        flow(*(Inv(10 * rank + n, patient=n) for n in range(1, 9)), code=f"{rank:06d}", lot=f"{rank:03d}")
        for rank in range(1, 6)
    ]
    with Ledger(tmp_path / "registre.db", key=KEY) as ledger:
        ledger.import_files(answers(*flows)[1])
        ledger.follow()
        ledger.import_files([("suite.b2", flow(Inv(77, patient=3), code="000077", lot="077"))])
        compare(ledger)
        assert read == [6]
        # Of another professional, the same number and patient are another matter.
        ledger.import_files([("autre.b2", flow(Inv(21, patient=1), ps=OTHER_PS, code="000078"))])
        compare(ledger)
        assert read == [6, 2]  # all those of the number, and nobody else
        ledger.add_mark(Marque(sorte="soldee", numero="77", jour=DAY))
        compare(ledger)
        assert read == [6, 2, 6]
