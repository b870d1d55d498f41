"""Files go in once, whole, whatever their name, their order and their envelope."""

from __future__ import annotations

import gzip
import io
import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest
from ledger_world import DAY, KEY, OTHER_PS, File, Inv, answers, dump, flow, month_return, smg_flow

from fixtures.caisse import Issue
from flatfile import Source
from noemie import RetourWriter
from noemie.documents.over_files import Died, Job, Outcome, run_batch
from noemie.documents.processes import Processes
from noemie.ledger import ImportReport, Ledger, importing


def some_files() -> list[File]:
    """Flows of two professionals, all the answers, lump sums and debts."""
    flows = (
        flow(*(Inv(n, patient=n) for n in range(1, 8))),
        flow(*(Inv(n, patient=n + 2) for n in range(1, 5)), ps=OTHER_PS, code="000002"),
        smg_flow(Inv(20, ((4000, 0),), routing=("08", "835", "0300")), code="000003", lot="003"),
    )
    issues = {"2": Issue.rejetee("droits_fermes"), "3": Issue.differee(), "4": Issue.partielle(100)}
    _, files = answers(*flows, arls=True, issues=issues)
    files.append(("forfaits.noe", month_return(DAY, lump_sums=[("00001", 5000)], debts=[("D1", -300)])))
    return files


def states(report: ImportReport) -> Counter[tuple[str, str]]:
    return Counter((file.etat, file.nature) for file in report.fichiers)


def test_every_kind_is_recognised_by_its_content(place: str) -> None:
    files = [(f"x{rank}", data) for rank, (_, data) in enumerate(some_files())]
    with Ledger(place, key=KEY) as ledger:
        report = ledger.import_files(files)
        assert states(report) == {("importe", "flux"): 3, ("importe", "retour"): 6, ("importe", "arl"): 1}
        assert {file.nature: file.factures for file in report.fichiers if file.nature != "retour"} == {
            "flux": 1,
            "arl": 0,
        }
        assert [file.nature for file in ledger.files()].count("retour") == 6


def test_the_same_files_in_any_order_under_any_name_give_the_same_database(
    place: str, tmp_path: Path
) -> None:
    files = some_files()
    with Ledger(tmp_path / "first.db", key=KEY) as first:
        first.import_files(files)
        expected = dump(first)
    shuffled = [(f"renamed-{rank}", data) for rank, (_, data) in enumerate(files)]
    with Ledger(place, key=KEY) as ledger:
        for seed in range(3):
            random.Random(seed).shuffle(shuffled)
            report = ledger.import_files(shuffled)
            assert report.nombre("illisible") == 0
            assert report.nombre("connu") == (len(files) if seed else 0)
            assert dump(ledger) == expected


def test_a_file_known_under_another_name_says_so(tmp_path: Path) -> None:
    data = flow(Inv(1))
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files([("a.b2", data)])
        (again,) = ledger.import_files([("dossier/b.b2", gzip.compress(data, mtime=0))]).fichiers
        assert (again.etat, again.nom, again.autres_noms, again.factures) == ("connu", "b.b2", ("a.b2",), 1)
        (twice, thrice) = ledger.import_files([("c.b2", data), ("d.b2", data)]).fichiers
        assert (twice.autres_noms, thrice.autres_noms) == (("a.b2", "b.b2"), ("a.b2", "b.b2", "c.b2"))
        assert ledger.files()[0].noms == ("a.b2", "b.b2", "c.b2", "d.b2")


def test_the_same_file_twice_in_one_import_counts_once(tmp_path: Path) -> None:
    data = flow(Inv(1))
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        report = ledger.import_files([("a", data), ("b", data)])
        assert [file.etat for file in report.fichiers] == ["importe", "connu"]
        assert len(ledger.invoice_states()) == 1


def test_one_identity_with_other_bytes_is_told_and_counts_once(place: str) -> None:
    data = flow(Inv(1), Inv(2))
    one = answers(data, envelope="P2")[1][1:]
    other = [(f"p1-{name}", bytes_) for name, bytes_ in answers(data, envelope="P1")[1][1:]]
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files([("flux.b2", data), *one])
        expected = ledger.payments()
        (again,) = ledger.import_files(other).fichiers
        assert (again.etat, again.meme_identite) == ("importe", (one[0][0],))
        assert [payment.montant for payment in ledger.payments()] == [p.montant for p in expected]
        assert [transfer.montant for transfer in ledger.transfers()] == [5000]
        told = {file.noms: file.meme_identite for file in ledger.files() if file.nature == "retour"}
        assert told == {(one[0][0],): (other[0][0],), (other[0][0],): (one[0][0],)}


def test_lump_sums_and_debts_of_a_copy_count_once(place: str) -> None:
    values = {"lump_sums": [("00001", 5000), ("00001", 5000)], "debts": [("D1", -300)]}
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files(
            [("p2", month_return(DAY, **values)), ("p3", month_return(DAY, envelope="P3", **values))]  # type: ignore[arg-type]
        )
        assert [(one.genre, one.montant) for one in ledger.payments()] == [("forfait", 5000)] * 2
        assert [(one.montant, one.solde) for one in ledger.debts()] == [(-300, 100)]
        assert [(one.forfaits, one.montant) for one in ledger.transfers()] == [(2, 10000)]


def test_what_cannot_be_read_keeps_nothing_from_being_imported(place: str, tmp_path: Path) -> None:
    good = flow(Inv(1))
    files: list[File | str] = [
        ("vide", b""),
        ("texte", b"bonjour"),
        ("image.png", b"\x89PNG...."),
        ("autre.json", b'{"format": "x"}'),
        ("arl.txt", b"format: sesam-noemie/arl\nschema_version: 9\n"),
        ("coupe.gz", gzip.compress(good, mtime=0)[:-9]),
        str(tmp_path / "absent.b2"),
        ("bon.b2", good),
    ]
    with Ledger(place, key=KEY) as ledger:
        report = ledger.import_files(files)
        assert [(file.nom, file.code) for file in report.fichiers] == [
            ("vide", "fichier.vide"),
            ("texte", "fichier.inconnu"),
            ("image.png", "fichier.inconnu"),
            ("autre.json", "fichier.inconnu"),
            ("arl.txt", "fichier.inconnu"),
            ("coupe.gz", "fichier.gzip-illisible"),
            ("absent.b2", "fichier.absent"),
            ("bon.b2", ""),
        ]
        assert report.nombre("importe") == 1
        assert [file.noms for file in ledger.files()] == [("bon.b2",)]


def test_a_return_that_is_cut_is_kept_as_far_as_it_goes(place: str) -> None:
    data = flow(*(Inv(n) for n in range(1, 6)))
    name, whole = answers(data)[1][1]
    with Ledger(place, key=KEY) as ledger:
        report = ledger.import_files([("flux.b2", data), (name, whole[: len(whole) // 2])])
        cut = report.fichiers[1]
        assert cut.etat == "importe"
        assert {"retour.fin-absente"} <= set(cut.constats)
        half = len(ledger.payments())
        assert 0 < half < 5
        # The whole return comes later: what both say counts once.
        (later,) = ledger.import_files([(f"entier-{name}", whole)]).fichiers
        assert later.meme_identite == (name,)
        assert sum(payment.montant for payment in ledger.payments()) == 5 * 2500
        assert {state.etat.value for state in ledger.invoice_states()} == {"payee"}


def test_findings_are_counted_by_rule(place: str) -> None:
    data = flow(Inv(1), Inv(2)).replace(b"18001999", b"18001998")
    with Ledger(place, key=KEY) as ledger:
        (result,) = ledger.import_files([("flux.b2", data)]).fichiers
        assert result.constats["cle.nir"] == 2
        assert ledger.files()[0].constats == result.constats
        (again,) = ledger.import_files([("flux.b2", data)]).fichiers
        assert again.constats == result.constats


def test_folders_are_walked_in_order_of_name(tmp_path: Path) -> None:
    folder = tmp_path / "recu"
    for name, data in (("b/2.b2", flow(Inv(2), code="000002")), ("a/1.b2", flow(Inv(1)))):
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    seen: list[str] = []
    with Ledger(tmp_path / "r.db") as ledger:
        ledger.import_files([folder], progress=lambda file: seen.append(file.nom))
    assert seen == ["1.b2", "2.b2"]


def test_contract_movements_are_counted_as_a_file_and_keep_nothing_on_persons(tmp_path: Path) -> None:
    file = io.BytesIO()
    retour = RetourWriter(
        file, "P3", reference_norme="929", identification_fichier="OC0001", date_creation=DAY
    )
    with retour, retour.open("010", numero_organisme_complementaire="9999999"):
        retour.open("110", nir="1800199931415", cle_nir="07", nom_assure="MARQUEUR")
        retour.leaf("120", nom_beneficiaire="MARQUEUR", date_naissance="010180")
        retour.leaf("290", code_rejet="0000000000", libelle_rejet="MARQUEUR")
    path = tmp_path / "r.db"
    with Ledger(path, key=KEY) as ledger:
        (result,) = ledger.import_files([("oc.noe", file.getvalue())]).fichiers
        assert (result.etat, result.nature, result.factures) == ("importe", "retour", 0)
        assert ledger.files()[0].norme == "929"
        assert (ledger.rejects(), ledger.patients(), ledger.invoice_states()) == ([], [], [])
    assert b"MARQUEUR" not in path.read_bytes()


# --- long flows -------------------------------------------------------------------------------------------


@pytest.fixture
def short_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_IN_MEMORY", 1000)
    monkeypatch.setattr(importing, "_CHUNK", 7)


def test_a_long_flow_is_stored_while_it_is_read(place: str, tmp_path: Path, short_memory: None) -> None:
    data = flow(*(Inv(n, patient=n % 5) for n in range(1, 60)))
    path = tmp_path / "long.b2.gz"
    path.write_bytes(gzip.compress(data, mtime=0))
    with Ledger(place, key=KEY) as ledger, Ledger(tmp_path / "memory.db", key=KEY) as other:
        (result,) = ledger.import_files([path]).fichiers
        assert (result.etat, result.factures) == ("importe", 59)
        other.import_files([("long.b2", data)])
        assert dump(ledger) == dump(other)
        assert ledger.import_files([path]).nombre("connu") == 1


def test_a_long_flow_that_ends_badly_leaves_nothing(
    place: str, tmp_path: Path, short_memory: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "long.b2"
    path.write_bytes(flow(*(Inv(n) for n in range(1, 60))))
    before = importing._Digested.digest
    # Another program writes the file while it is read.
    monkeypatch.setattr(importing._Digested, "digest", property(lambda self: "0" * 64))
    with Ledger(place, key=KEY) as ledger:
        good = ("bon.b2", flow(Inv(100), code="000002"))
        report = ledger.import_files([path, good])
        assert [(file.etat, file.code) for file in report.fichiers] == [
            ("illisible", "fichier.lecture"),
            ("importe", ""),
        ]
        assert len(ledger.invoice_states()) == 1
        monkeypatch.setattr(importing._Digested, "digest", before)
        assert ledger.import_files([path]).nombre("importe") == 1
        assert len(ledger.invoice_states()) == 60


@pytest.mark.parametrize("head", [b"", b"%PDF-1.7\n", b"type,nir\n", b"\x00\x01\x00\x05"])
def test_a_long_file_that_is_nothing_of_ours_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    path = tmp_path / "long"
    path.write_bytes(head)
    with path.open("r+b") as file:
        file.truncate(1 << 33)
    read: list[int] = []
    pull = Source._pull

    def counted(source: Source, size: int) -> bytes:
        read.append(len(piece := pull(source, size)))
        return piece

    monkeypatch.setattr(Source, "_pull", counted)
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        (told,) = ledger.import_files([path]).fichiers
    assert (told.etat, told.code) == ("illisible", "fichier.inconnu")
    assert sum(read) <= 2 * importing.MOST_IN_MEMORY


def test_files_are_stored_by_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH_FILES", 2)
    files = [(f"{n}.b2", flow(Inv(n), code=f"{n:06d}")) for n in range(1, 6)]
    with Ledger(tmp_path / "r.db") as ledger:
        assert ledger.import_files(files).nombre("importe") == 5
        assert len(ledger.files()) == 5


def test_an_error_in_the_middle_stores_nothing_of_the_batch(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files([("a", flow(Inv(1)))])
        expected = dump(ledger)
        with monkeypatch.context() as broken:
            broken.setattr(importing, "results_of", lambda *_: 1 // 0)
            with pytest.raises(ZeroDivisionError):
                ledger.import_files([("b", flow(Inv(2), code="000002"))])
        assert dump(ledger) == expected
        assert ledger.import_files([("b", flow(Inv(2), code="000002"))]).nombre("importe") == 1


def test_two_imports_of_the_same_files_at_once(place: str, tmp_path: Path) -> None:
    files = some_files()
    with Ledger(tmp_path / "one.db", key=KEY) as ledger:
        ledger.import_files(files)
        expected = dump(ledger)
    together = threading.Barrier(3)

    def run(seed: int) -> ImportReport:
        mine = random.Random(seed).sample(files, len(files))
        together.wait()
        with Ledger(place, key=KEY) as ledger:
            return ledger.import_files(mine)

    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(run, range(3)))
    assert sum(report.nombre("importe") for report in reports) == len(files)
    assert sum(report.nombre("connu") for report in reports) == 2 * len(files)
    with Ledger(place, key=KEY) as ledger:
        assert dump(ledger) == expected


# --- several processes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("personal", ["token", "encrypt"])
def test_files_read_in_processes_give_the_same_database(tmp_path: Path, personal: str) -> None:
    files = [*some_files(), *some_files()[:2], ("notes.txt", b"nothing of ours")]
    dumps, told = [], []
    for name, there in (("un", nullcontext()), ("deux", Processes(2))):
        with there as executor, Ledger(tmp_path / f"{name}.db", key=KEY, personal=personal) as ledger:  # type: ignore[arg-type]
            report = ledger.import_files(files, executor=executor)
            told.append([(one.nom, one.etat, one.code) for one in report.fichiers])
            dumps.append(dump(ledger))
    assert told[0] == told[1]
    assert dumps[0] == dumps[1]


class _Dying:
    """An executor whose process dies of one file."""

    width = 1

    def __init__(self, deadly: bytes) -> None:
        self._deadly = deadly
        self._jobs: list[Job] = []

    def is_free(self) -> bool:
        return len(self._jobs) < 2

    def submit(self, job: Job) -> None:
        self._jobs.append(job)

    def wait(self, tick: Callable[[], None]) -> tuple[Job, Outcome | Died]:
        job = self._jobs.pop(0)
        dies = any(item.data == self._deadly for item in job.items)
        return job, Died() if dies else run_batch(job.function, job.items)

    def abandon(self) -> None:
        self._jobs.clear()


def test_a_file_that_kills_its_process_is_told_and_the_others_are_stored(place: str) -> None:
    files = some_files()
    with Ledger(place, key=KEY) as ledger:
        report = ledger.import_files(files, executor=_Dying(files[1][1]))
        assert [(one.etat, one.code) for one in report.fichiers] == [
            ("illisible", "fichier.processus") if rank == 1 else ("importe", "") for rank in range(len(files))
        ]
        again = ledger.import_files(files)
        assert Counter(one.etat for one in again.fichiers) == {"connu": len(files) - 1, "importe": 1}
