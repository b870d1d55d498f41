"""Mails, mailboxes and archives: every verb reads what they carry, and says what it left aside."""

from __future__ import annotations

import bz2
import io
import json
import lzma
import tarfile
import zipfile

import pytest
from cli_runner import run
from cli_samples import flow, leaks, retour
from envelope_samples import (
    PGP,
    PNG,
    SUBJECT,
    edi,
    enveloped,
    forwarded,
    invoices,
    locked,
    mailbox,
    multi,
    part,
    pgp,
    signed,
    write_mailbox,
    zipped,
)

from fixtures.caisse import Caisse
from fixtures.generate import Parametres, generate


@pytest.fixture(scope="module")
def world():
    asked = Parametres("medecin", seed=3, invoices=9, months=3, tiers_payant=1.0, organismes=("01",))
    flows = [one.data for one in generate(asked)][:3]
    caisse = Caisse(1)
    return flows, [caisse.respond(one).returns[0].data for one in flows]


@pytest.fixture
def box(world, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_mailbox(tmp_path / "boite", *world)
    return tmp_path


def json_of(*arguments, **options):
    result = run(*arguments, "--format", "json", **options)
    return result.status, json.loads(result.out), result.err


# --- a mailbox folder through the verbs -------------------------------------------------------------------


def test_check_reads_all_that_a_mailbox_folder_holds(box):
    code, told, err = json_of("check", "boite")
    assert [file["file"] for file in told["files"]] == [
        "boite/01-envoi.eml/B2.gz",
        "boite/02-envoi.eml/02-envoi-1",
        "boite/03-retour.eml/03-retour-1",
        "boite/04-retour-signe.eml/retour.gz",
        "boite/08-zip.eml/retours.zip/mars.noe",
        "boite/09-copie.eml/09-copie-2",
        "boite/envois.zip/fevrier.b2",
    ]
    assert (code, told["summary"]["warnings"], told["summary"]["errors"]) == (0, 0, 0)
    assert "Ouvert : 12 mails, 1 archive zip : 7 fichiers lus." in err
    for words in (
        "boite/10-chiffre.eml/10-chiffre-1 (S/MIME chiffré : ne s'ouvre qu'avec la clé du site)",
        "boite/11-archive.eml/protege.zip/retour.noe (protégé par un mot de passe)",
        "boite/05-arl.eml/ARL.txt (accusé ? format non public)",
    ):
        assert words in err
    assert err.count("\n") == 2


def test_decode_leaves_flows_aside(box):
    code, told, err = json_of("decode", "boite")
    assert (code, len([one for one in told["files"] if "copy_of" not in one])) == (0, 3)
    assert "(flux B2)" in err


def test_reconcile_finds_every_invoice_paid(box, world):
    code, told, _ = json_of("reconcile", "boite")
    assert told["files"] == {"sent": 3, "returned": 4, "arl": 0}
    assert {one["etat"] for one in told["lignes"]} == {"payee"}
    assert len(told["lignes"]) == sum(map(invoices, world[0]))
    assert (code, told["orphelins"]) == (0, [])


def test_the_ledger_imports_each_once(box):
    code, told, err = json_of("ledger", "import", "boite", "--db", "suivi.db")
    assert (code, told["imported"], told["known"], told["kinds"]) == (0, 6, 1, {"flux": 3, "retour": 3})
    assert list(told["states"]) == ["payee"]
    assert "Laissé de côté" in err
    assert run("ledger", "import", "boite", "--db", "suivi.db").status == 0


def test_the_library_imports_the_same(box):
    from noemie.ledger import Ledger

    with Ledger("sqlite:///autre.db") as ledger:
        report = ledger.import_files(["boite"])
    assert [one.etat for one in report.fichiers].count("importe") == 6
    assert report.nombre("illisible") == 0
    whys = dict(report.laisses)
    assert whys["boite/10-chiffre.eml/10-chiffre-1"] == "smime"
    assert whys["boite/photo.jpg"] == "autre"


def test_show_and_mask_read_mails(box):
    assert run("show", "boite").status == 0
    result = run("mask", "boite", "-o", "masque")
    assert result.status == 0
    assert sorted(path.name for path in (box / "masque").iterdir())[:2] == [
        "01-envoi.eml_B2",
        "02-envoi.eml_02-envoi-1",
    ]


# --- one envelope -----------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


ENVELOPES = {
    "single": lambda data: edi(data),
    "zlib": lambda data: edi(data, packed="zlib"),
    "plain": lambda data: edi(data, packed=""),
    "crlf": lambda data: edi(data).replace(b"\n", b"\r\n"),
    "multipart": lambda data: multi(part(data, "retour.noe")),
    "signed": signed,
    "forwarded": lambda data: forwarded(edi(data)),
    "mbox": lambda data: mailbox(multi(), edi(data)),
    "zip": lambda data: zipped(a__noe=data),
    "zip in mail": lambda data: multi(part(zipped(a__noe=data), "a.zip")),
    "mail in zip": lambda data: zipped(a__eml=edi(data)),
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "mail, xz": lambda data: lzma.compress(edi(data)),
}


@pytest.mark.parametrize("kind", ENVELOPES)
def test_an_envelope_gives_what_it_carries(here, kind):
    expected = json_of("decode", "-", stdin=retour())[1]["files"][0]
    (here / "f").write_bytes(ENVELOPES[kind](retour()))
    for arguments, options in ((("f",), {}), (("-",), {"stdin": (here / "f").read_bytes()})):
        _, told, _ = json_of("decode", *arguments, **options)
        (file,) = told["files"]
        assert file | {"file": "-"} == expected


@pytest.mark.parametrize("verb", ["check", "show"])
def test_the_verbs_of_one_file(here, verb):
    (here / "a.eml").write_bytes(edi(flow(1)))
    assert run(verb, "a.eml").out.replace("a.eml/a-1", "x") == run(verb, _write(here, flow(1))).out.replace(
        "x.b2", "x"
    )


def test_a_damaged_flow_in_a_mail_is_explained_as_it_is_alone(here):
    data = flow(2).replace(b"0002500", b"00025O0", 1)
    (here / "a.eml").write_bytes(edi(data))
    plain = run("check", _write(here, data), "--show-context")
    result = run("check", "a.eml", "--show-context")
    assert (result.status, result.out.replace("a.eml/a-1", "x.b2")) == (1, plain.out)
    assert run("check", "-", "--show-context", stdin=edi(data)).status == 1


def test_diff_and_convert_take_the_one_that_is_carried(here):
    (here / "a.eml").write_bytes(multi(part(flow(1), "f.b2"), part(PNG, "a.png")))
    assert run("diff", "a.eml", _write(here, flow(1))).status == 0
    assert run("convert", "a.eml", "--to", "json").out == run("convert", "x.b2", "--to", "json").out
    (here / "two.zip").write_bytes(zipped(a__b2=flow(1), b__b2=flow(2)))
    result = run("convert", "two.zip", "--to", "json")
    assert (result.status, result.out) == (2, "")
    assert "two.zip : Plusieurs fichiers dans cette enveloppe [enveloppe.plusieurs]" in result.err


def _write(folder, data):
    (folder / "x.b2").write_bytes(data)
    return "x.b2"


def test_the_subject_tells_how_many_invoices(here):
    (here / "a.eml").write_bytes(edi(flow(3), SUBJECT.format(3)))
    (here / "b.eml").write_bytes(edi(flow(3), SUBJECT.format(4)))
    (here / "c.eml").write_bytes(multi(part(flow(3), "a"), part(flow(2), "b"), subject=SUBJECT.format(9)))
    told = json_of("check", "--verbose", "a.eml", "b.eml", "c.eml")[1]["files"]
    rules = [
        [one["rule"] for one in file["findings"] if one["rule"].startswith("enveloppe")] for file in told
    ]
    assert rules == [[], ["enveloppe.nombre-factures"], [], []]
    result = run("check", "--verbose", "b.eml")
    assert result.status == 0  # the flow is right all the same
    assert "(annoncé / lu : 4 / 3)" in result.out


#: EnvelopedData of RFC 5652, its length and its object identifier; what follows is nobody's.
P7M = bytes.fromhex("308201000609") + bytes.fromhex("2a864886f70d010703a0820100") + bytes(64)

# --- what is nothing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (enveloped(), "Contenu chiffré [enveloppe.chiffree]\n  ce contenu est chiffré (S/MIME)"),
        pytest.param(
            P7M, "Contenu chiffré [enveloppe.chiffree]\n  ce contenu est chiffré (S/MIME)", id="p7m"
        ),
        (pgp(), "Contenu chiffré [enveloppe.chiffree]\n  ce contenu est chiffré (PGP)"),
        (PGP, "Contenu chiffré [enveloppe.chiffree]\n  ce contenu est chiffré (PGP)"),
        (locked(), "Contenu chiffré [enveloppe.chiffree]\n  ce contenu est chiffré (ZIP)"),
        (multi(), "Rien à lire dans cette enveloppe [enveloppe.sans-fichier]"),
        (multi(part(PNG, "photo.png")), "Rien à lire dans cette enveloppe [enveloppe.sans-fichier]"),
        (PNG, "Fichier non reconnu [fichier.inconnu]"),
    ],
)
@pytest.mark.parametrize("verb", ["check", "reconcile", "show"])
def test_a_named_file_that_is_nothing_is_an_error(here, data, words, verb):
    (here / "f").write_bytes(data)
    result = run(verb, "f")
    assert result.status == 2
    assert f"f : {words}" in result.err


@pytest.mark.parametrize("carrier", ["r.eml", "r.zip"])
def test_rights_in_an_envelope(here, carrier):
    text = "nir;date_naissance;ouvert_au;constate_le\n2850199999999;19800101;2020-01-01;2025-01-01\n"
    (here / "r.csv").write_text(text)
    (here / "f.b2").write_bytes(flow(2))
    data = text.encode()
    (here / carrier).write_bytes(multi(part(data, "r.csv")) if carrier == "r.eml" else zipped(r__csv=data))
    plain = run("check", "f.b2", "--rights", "r.csv")
    carried = run("check", "f.b2", "--rights", carrier)
    assert "droits.assure-inconnu" in plain.out
    assert (carried.status, carried.out) == (plain.status, plain.out)
    assert carried.err.startswith("Ouvert : 1 ")
    answered = [
        json_of("respond", "f.b2", "-o", f"out-{name}", "--rights", name)[1]["summary"]
        for name in ("r.csv", carrier)
    ]
    assert answered[0] == answered[1]
    assert answered[0]["avec_rejet"] == 2
    (here / "deux.zip").write_bytes(zipped(a__csv=data, b__csv=data))
    for words in (("check", "f.b2"), ("respond", "f.b2", "-o", "x")):
        refused = run(*words, "--rights", "deux.zip")
        assert refused.status == 2
        assert "[enveloppe.plusieurs]" in refused.err


def test_a_signed_message_is_not_said_to_be_encrypted(here):
    (here / "signe.p7m").write_bytes(P7M.replace(b"\x07\x03", b"\x07\x02"))
    result = run("check", "signe.p7m")
    assert "[fichier.inconnu]" in result.err
    assert "(aspect : S/MIME (DER))" in result.err


def test_an_encrypted_file_of_a_folder_is_left_aside(here):
    (here / "d").mkdir()
    (here / "d" / "retour.p7m").write_bytes(P7M)
    (here / "d" / "retour.noe").write_bytes(retour())
    result = run("decode", "d")
    assert result.status < 2
    assert "d/retour.p7m (S/MIME chiffré : ne s'ouvre qu'avec la clé du site)" in result.err


@pytest.mark.parametrize("verb", ["decode", "check", "reconcile"])
def test_a_maildir_gives_its_mails(here, verb):
    for part_ in ("cur", "new", "tmp"):
        (here / "Maildir" / part_).mkdir(parents=True)
    (here / "Maildir" / "cur" / "1.M1.poste:2,S").write_bytes(multi(part(retour(), "r.noe")))
    (here / "Maildir" / "new" / "2.M2.poste").write_bytes(edi(flow(1), SUBJECT.format(1)))
    result = run(verb, "Maildir")
    assert result.status < 2
    assert "Ouvert : 2 mails" in result.err
    (here / "Maildir" / "tmp" / "3.M3.poste").write_bytes(multi(part(retour(), "r.noe"))[:300])
    if verb != "reconcile":
        assert run(verb, "Maildir") == result


def test_a_damaged_file_of_a_folder_is_no_picture(here):
    (here / "d").mkdir()
    (here / "d" / "retour.noe").write_bytes(b"\x01\x02nothing of ours")
    (here / "d" / "flux.b2").write_bytes(flow(1))
    result = run("check", "d")
    assert result.status == 2
    assert "d/retour.noe : Fichier non reconnu" in result.err


def test_names_are_cleaned(here):
    (here / "a.eml").write_bytes(multi(part(retour(), "../../1770288888042\x1b[31m.noe")))
    result = run("decode", "a.eml")
    assert "XXXXXXXXXXXXX" in result.out
    assert not leaks(result.out + result.err)
    assert "\x1b" not in result.out


def test_an_envelope_within_an_envelope_has_an_end(here):
    data = retour()
    for _ in range(9):
        data = zipped(a__zip=data)
    (here / "deep.zip").write_bytes(data)
    result = run("decode", "deep.zip")
    assert result.status == 2
    assert "Trop d'enveloppes l'une dans l'autre [enveloppe.profonde]\n  plus de 5 archives" in result.err


@pytest.mark.parametrize("name", ["../../r.noe", "..\\r.noe", "/r.noe", "./r.noe"])
def test_a_name_that_leads_out_of_the_archive_is_read_within_it(here, name):
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.writestr(name, retour())
    with tarfile.open("a.tar", "w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(retour())
        archive.addfile(info, io.BytesIO(retour()))
    for carrier in ("a.zip", "a.tar"):
        assert run("decode", carrier).out.startswith(f"{carrier}/r.noe : retour NOEMIE")


def test_a_long_path_in_an_archive_stops_nothing(here):
    for name in ("d/" * 4000 + "r.b2", "\U0001f4a5" * 150 + ".b2"):
        with zipfile.ZipFile("a.zip", "w") as archive:
            archive.writestr(name, flow())
        result = run("check", "a.zip")
        assert "[fichier." not in result.err
        assert "a.zip/" in result.out


def test_a_file_of_an_archive_that_was_damaged_is_told_as_such(here):
    data = bytearray(zipped(r__noe=retour()))
    data[60] ^= 0xFF
    (here / "a.zip").write_bytes(data)
    assert "a.zip/r.noe : Archive ou mail endommagé [enveloppe.abimee]" in run("decode", "a.zip").err


def test_what_unfolds_too_much_is_refused(here):
    bomb = zipped(**{f"b{rank}__noe": bytes(40_000) for rank in range(9)})
    (here / "a.eml").write_bytes(multi(part(bomb, "a.zip")))
    result = run("decode", "a.eml", NOEMIE_MAX_BYTES="100000")
    assert result.status == 2
    assert "Contenu trop grand [fichier.trop-grand]" in result.err


def _tar_header(name, size, kind):
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT) + bytes(1024)


ZEROS = zipped(b__noe=bytes(100_000))


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        (
            "a.zip",
            zipped(**{f"b{rank}__noe": bytes(100_000) for rank in range(17)}),
            "dépasse 1600000 octets",
        ),
        ("a.zip", zipped(**{f"z{rank}__zip": ZEROS for rank in range(17)}), "dépasse 1600000 octets"),
        ("a.tar", _tar_header(".hidden", 1 << 32, tarfile.REGTYPE), "dépasse 1600000 octets"),
        ("a.tar", _tar_header("././@LongLink", 1 << 32, tarfile.GNUTYPE_LONGNAME), "[enveloppe.abimee]"),
    ],
)
def test_what_an_archive_unfolds_to_altogether_is_bounded(here, name, data, told):
    (here / name).write_bytes(data)
    result = run("decode", name, NOEMIE_MAX_BYTES="100000")
    assert result.status == 2
    assert told in result.err


def test_a_spreadsheet_is_no_archive_of_files(here):
    with zipfile.ZipFile("t.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    (here / "d").mkdir()
    (here / "d" / "t.xlsx").write_bytes((here / "t.xlsx").read_bytes())
    (here / "d" / "r.noe").write_bytes(retour())
    assert "d/t.xlsx (ZIP)" in run("decode", "d").err


def test_check_in_several_processes_reads_archives(here):
    with tarfile.open("t.tar.xz", "w:xz") as archive:
        for rank in range(3):
            (here / f"{rank}.b2").write_bytes(flow(rank + 1))
            archive.add(f"{rank}.b2")
    alone = run("check", "t.tar.xz", "0.b2", "--jobs", "1")
    assert run("check", "t.tar.xz", "0.b2", "--jobs", "2").out == alone.out
