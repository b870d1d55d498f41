"""What must hold of any bytes, one function a target: each raises what it documents, or `AssertionError`."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch
from zlib import crc32

import fse.checker
import noemie
from codes.lists import CodeTableError
from codes.rejects import SiteCatalogueError
from codes.rules import catalogue
from flatfile import Finding, FormatError, LayoutError
from flatfile.toml import TomlError
from fse import Facture, Reading
from noemie.documents import convert
from noemie.documents.recognise import recognise

from .mutator import CUT
from .seeds import MARKERS, NIRS, VERBS

fse.checker.FEW = 0  # what is attacked is the gate too

#: Characters in a row of a marker that a message may not show.
_SHOWN: Final = 8
#: Digits of numbers that are looked for at any place: shorter ones stand by chance among amounts.
_LONG: Final = 12
#: What is slow is asked of one input in so many, always the same ones.
_SLOW: Final = 8


def shows_nobody(text: str, data: bytes) -> None:
    """A message holds no marker that stands in the file, nor eight characters in a row of one."""
    for marker in MARKERS:
        if marker in data:
            told = marker.decode()
            pieces = (told[at : at + _SHOWN] for at in range(max(1, len(told) - _SHOWN + 1)))
            assert not any(piece in text for piece in pieces), "a message shows a person"


def shows_no_number(text: str) -> None:
    """A document, which may quote what somebody wrote in a free text, holds no NIR."""
    assert not any(nir.decode() in text for nir in NIRS), "a document shows a NIR"


def chosen(data: bytes) -> bool:
    """Whether an input is one of those of which all is asked."""
    return not crc32(data) % _SLOW


def refuses_the_same(one: Callable[[], Any], two: Callable[[], Any]) -> Any:
    """What both give, which must be the same; both refuse a file for the same reason."""
    try:
        found = one()
    except FormatError as error:
        try:
            two()
        except FormatError as other:
            assert (error.code, error.offset) == (other.code, other.offset)
            raise
        raise AssertionError("refused by one way of reading alone") from error
    assert found == two()
    return found


def told_of(findings: Iterable[Finding]) -> str:
    """All that findings say."""
    told = []
    for one in findings:
        told += [catalogue()[one.rule].message(lang, one.expected) for lang in ("fr", "en")]
        told += [one.facture, one.lot, one.field]
    return "\n".join(told)


# --- what is sent -------------------------------------------------------------------------------------------


def check(data: bytes) -> set[str]:
    """The fast engine finds what the reference finds; findings stand in the file and show nobody."""
    found: list[Finding] = refuses_the_same(
        lambda: list(fse.check(data)), lambda: list(fse.check(data, engine="reference"))
    )
    for one in found:
        assert one.length >= 0 <= one.offset
    shows_nobody(told_of(found), data)
    return {one.rule for one in found}


def flow(data: bytes) -> None:
    """A flow is written back as it was, in any size of chunk, and its totals are written once."""
    flux = fse.read_flux(data)
    assert flux.to_bytes() == plain(data)
    whole = _told(data, len(data) + 1)
    for chunk in (1, 129) if chosen(data) else (129,):
        assert _told(data, chunk) == whole
    once = fse.with_totals(flux)
    assert fse.with_totals(once).to_bytes() == once.to_bytes()
    actes = (acte for facture in flux.factures for acte in facture.actes)
    told = repr((flux, *flux.lots, *flux.factures, *actes))
    for facture in flux.factures:  # whatever stands at the place of a number is the number of the invoice
        told = told.replace(f"no. {facture.numero}", "")
    shows_nobody(told, data)


def plain(data: bytes) -> bytes:
    """The bytes of a file, uncompressed."""
    from flatfile import open_source

    with open_source(data) as opened:
        return opened.read_all()


def _told(data: bytes, chunk: int) -> list[object]:
    """All that a reading by chunks gives."""
    reading = Reading(io.BytesIO(data), chunk=chunk, keep_ends=True)
    told: list[object] = []
    for item in reading.items():
        records = item.records if isinstance(item, Facture) else (item,)
        told.append((isinstance(item, Facture), [(r.type, r.raw, r.offset, r.number) for r in records]))
    return [*told, reading.eol, reading.ends, reading.count, reading.size]


# --- what comes back ----------------------------------------------------------------------------------------


def retour(data: bytes) -> set[str]:
    """A return is written back as it was, read the same in every way, checked and decoded."""
    read = noemie.read_retour(data)
    assert read.to_bytes() == plain(data)
    found = [(one.layout.name, one.raw, one.offset, one.number) for one in read.entites]
    slow = ({"chunk": 1}, {"engine": "reference"}) if chosen(data) else ()
    for options in ({"chunk": 129}, *slow):
        again = noemie.iter_entites(data, **options)  # type: ignore[arg-type]
        assert [(one.layout.name, one.raw, one.offset, one.number) for one in again] == found
    assert sum(len(run.entites) for run in read.runs) == len(read.entites)
    findings = list(noemie.check(read))
    for one in findings:
        assert one.length >= 0 <= one.offset
    shows_nobody(told_of(findings), data)
    shows_nobody(repr((read, *read.factures, *read.virements, *read.mouvements, *read.rejets)), data)
    if chosen(data):
        _decode(data)
    return {one.layout.name for one in read.entites} | {one.rule for one in findings}


def _decode(data: bytes) -> None:
    import msgspec

    from cli.decode.returns import Decoding
    from cli.io.inputs import Member

    for told in Decoding()(Member("r.noe", data)):
        shows_no_number(msgspec.json.encode(told.data).decode())


def zone(data: bytes) -> set[str]:
    """A zone is written back as it was, built again from its groups, checked, and seen."""
    from fse.ssv import Zone, read_zone
    from fse.ssv import check as check_zone

    read = read_zone(data)
    assert read.to_bytes() == plain(data)
    groups = [(group.id, list(group.fields)) for group in read.groups]
    built = Zone.build(groups)
    assert [(group.id, list(group.fields)) for group in built.groups] == groups
    findings = list(check_zone(read))
    for one in findings:
        assert 0 <= one.offset <= one.offset + one.length <= len(read.raw)
    shows_nobody(told_of(findings), data)
    shows_nobody(
        repr((read, *read.groups, *read.vues(), read.carte_vitale(), read.cps(), read.facture())), data
    )
    return {one.rule for one in findings}


def arl(data: bytes) -> None:
    """ARLs are written and read again in both forms."""
    from noemie.returns.arl import read_arls, write_arls

    found = read_arls(data)
    assert read_arls(write_arls(found)) == found or not found


# --- what is made of any file -------------------------------------------------------------------------------


def _document(form: str) -> Callable[[bytes], None]:
    write = {"json": convert.to_json, "xml": convert.to_xml}[form]
    read = {"json": convert.from_json, "xml": convert.from_xml}[form]

    def both_ways(data: bytes) -> None:
        """A file told as a document comes back; a document gives a file, or a refusal that names nobody."""
        out = io.BytesIO()
        if convert.kind_of(head_of(data)).form:
            try:
                read(data, out)
            except convert.ConvertError as error:
                shows_nobody(error.message("fr") + error.message("en"), data)
                raise
            return
        write(data, out, values=True)
        back = io.BytesIO()
        assert read(out.getvalue(), back).same
        assert back.getvalue() == plain(data)
        hidden = io.BytesIO()
        write(data, hidden, values=False)
        try:
            read(hidden.getvalue(), io.BytesIO())
        except convert.HiddenValuesError:
            return
        raise AssertionError("a document without its values was turned back")

    return both_ways


as_json = _document("json")
as_xml = _document("xml")


def head_of(data: bytes) -> bytes:
    """What files are recognised by."""
    from flatfile import open_source

    with open_source(data) as opened:
        return opened.head


def cells(data: bytes) -> None:
    """Tables of a file: a spreadsheet runs no cell; Arrow tables have as many rows."""
    made: dict[str, bytes] = {}

    @contextmanager
    def opener(name: str) -> Iterator[io.BytesIO]:
        out = io.BytesIO()
        yield out
        made[name] = out.getvalue()

    convert.to_csv(data, opener, values=True)
    counts = {}
    for name, table in made.items():
        rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")))
        assert {len(row) for row in rows} <= {len(rows[0])}
        for row in rows[1:]:
            for cell in row:
                assert not re.match(r"[=@\t\r＝＠]|[+-](?![0-9.,]*$)", cell), "a cell that a spreadsheet runs"
        counts[name.removesuffix(".csv").partition("-")[2]] = len(rows) - 1
    if chosen(data):
        arrow = convert.to_arrow(data, values=True)
        assert {name: table.num_rows for name, table in arrow.items()} == counts


def columns(data: bytes) -> None:
    """Columns of many records at once hold what the cells of each hold, in small windows too."""
    from columns_cells import compare

    from noemie.documents.columns import batches

    with patch.multiple(batches, _FEW=2, _WINDOW_RECORDS=7):
        compare(data, values=bool(crc32(data) % 2))


def masked(data: bytes) -> None:
    """A masked copy has the size of the file, holds nobody, is verified, depends on the key alone."""
    from noemie.documents.mask.copies import Key, SurvivalError, mask_bytes, verify

    key = Key("une cle de test, rien de secret")
    try:
        copy, _ = mask_bytes(data, key)
    except SurvivalError as error:
        assert error.report.survivals
        shows_nobody(str(error), data)
        raise
    original = plain(data)
    assert len(copy) == len(original) or recognise(head_of(data)).family == "arl"
    known = _known(original)
    for marker in MARKERS:
        if len(marker) >= _LONG if marker.isdigit() else any(marker in value for value in known):
            assert marker not in copy, "a masked copy holds a person"
    assert verify(original, copy) == []
    if chosen(data):
        assert mask_bytes(data, key)[0] == copy


def _known(data: bytes) -> list[bytes]:
    """The personal values of the records that can be read.

    Whom a label names, when no such record tells it, nobody can know: a limit that docs/guides/mask.md tells.
    """
    family = recognise(head_of(data)).family
    if family == "zone":
        from fse.ssv import read_zone

        return [bytes(field) for group in read_zone(data).groups for field in group.fields]
    records = {"b2": fse.iter_records, "noemie": noemie.iter_entites}.get(family)
    return [
        record.raw[field.slice]
        for record in (records(data) if records else ())
        if record.layout.gate()(record.raw) and "reste" not in record.layout and record.type != "?"
        for field in record.layout.fields
        if field.personal
    ]


def differences(data: bytes) -> set[str]:
    """A file does not differ from itself; two files differ both ways, and the result hides people."""
    from cli.documents.diff_json import document
    from noemie.documents.diff.comparison import compare

    one, two = (*data.split(CUT), data)[:2]
    if chosen(data):
        assert compare(one, one).identical
        assert list(compare(one, one)) == []
    for before, after in ((one, two), (two, one)) if chosen(data) else ((one, two),):
        text = "".join(document(compare(before, after), ("a", "b"), 0))
        shows_nobody(text, data)
        told = json.loads(text)
    counted = {name for name, count in told["counts"].items() if count}
    return counted | {one["name"] for one in told["physical"]}


def envelope(data: bytes) -> set[str]:
    """What an envelope holds is read, or told to be unreadable; no piece has a name that leads elsewhere."""
    from noemie.documents.envelopes import BROKEN, envelope_of, pieces

    kind = envelope_of("f", head_of(data))
    said = {str(kind)}
    if not kind:
        return said
    try:
        for piece in islice(pieces(kind, io.BytesIO(plain(data)), "f"), 1000):
            assert piece.name.startswith("f/") or piece.name == "f"
            assert piece.name.replace("\xa0", " ").isprintable()
            said.add(piece.mark)
            if isinstance(piece.data, bytes):
                said.add(recognise(piece.data[: 1 << 16]).family)
    except BROKEN as error:
        raise FormatError("fichier.lecture") from error
    return said


def recognised(data: bytes) -> set[str]:
    """Any bytes are something, or nothing that is known."""
    found = recognise(head_of(data))
    return {found.family, found.lookalike, found.form}


# --- what became of it --------------------------------------------------------------------------------------


def followed(data: bytes) -> set[str]:
    """Whatever was sent and came back, the invariants of the follow-up hold."""
    import msgspec
    import suivi_invariants as invariants

    from noemie.returns.arl import read_arls
    from noemie.suivi import follow

    sent, returned, arls = [], [], []
    for rank, part in enumerate(data.split(CUT)):
        family = recognise(head_of(part)).family
        if family == "arl":
            arls += read_arls(part)
        elif family in ("b2", "noemie"):
            (sent if family == "b2" else returned).append((f"{family}-{rank}", part))
    result = follow(sent, returned, arls)
    invariants.every_cent_is_counted(result)
    invariants.due_and_over_add_up(result)
    invariants.history_is_closed(result)
    invariants.nothing_paid_or_doubtful_is_sent_again(result)
    if chosen(data):
        invariants.postings_are_all_told(returned, result)
    shows_no_number(msgspec.json.encode(result).decode())
    said = {f"{one.etat} {one.action} {one.certitude}" for one in result.lignes}
    return said | {f"{one.action} {one.raison}" for one in result.orphelins} | set(map(str, result.notes))


# --- what people write --------------------------------------------------------------------------------------


def rights(data: bytes) -> set[str]:
    """Facts that are read are written and read again; what is wrong is told without its value."""
    from fse.rights import read_csv, write_csv
    from fse.rights.teleservice import answer_form, read_answer

    if answer_form(head_of(data)):
        return {str(len(list(read_answer(data))))}
    told: list[Finding] = []
    facts = list(read_csv(data, told.append))
    shows_nobody(told_of(told), data)
    out = io.BytesIO()
    write_csv(facts, out)
    assert list(read_csv(out.getvalue())) == facts
    return {f"{one.rule} {one.field}" for one in told if one.field.isidentifier()}


def table(data: bytes) -> None:
    """A table of payments is read by its declared columns; what is wrong is told without its value."""
    from noemie.suivi.tableau import columns_of, proposed, read_table

    rows, columns = (*data.split(CUT), b"")[:2]
    if suggested := proposed(rows):
        tomllib.loads(suggested)
    declared = columns_of(columns.decode("utf-8", "replace"))
    read_table(rows, "t.csv", declared, lambda one: shows_nobody(one.expected, data))


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="noemie-fuzz-"))


def configuration(data: bytes) -> None:
    """A configuration is read, or refused with its line."""
    from cli.check.config_file import load
    from cli.io.settings import PROJECT

    path = _folder() / (PROJECT if data.startswith(b"[tool") else "noemie.toml")
    path.write_bytes(data)
    try:
        load(path)
    except TomlError as error:
        assert error.ligne <= data.count(b"\n") + data.count(b"\r") + 1
        assert error.text("fr")
        raise


def site(data: bytes) -> None:
    """The tables of a site are read, or refused with their line, and used."""
    from cli.io.site import delays, rejects
    from codes.lists import overlay
    from fse.normes import norme

    folder = _folder() / "site"
    folder.mkdir(exist_ok=True)
    names = ("rejets.toml", "b2.csv", "layouts/b2.csv", "delais.csv")
    for name, part in zip(names, (*data.split(CUT), b"", b"", b""), strict=False):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(part)
    problems: list[Exception] = []
    for read in (
        lambda: rejects(folder),
        lambda: overlay("b2", folder),
        lambda: norme("PS-2003C", folder / "layouts"),
        lambda: [one.end(dt.date(2026, 1, 13)) for one in delays(folder).rows],
    ):
        try:
            read()
        except (SiteCatalogueError, CodeTableError, LayoutError) as error:
            problems.append(error)
    if problems:
        raise problems[0]


def scenario(data: bytes) -> None:
    """A scenario is played, or refused with its line; the same one gives the same answer."""
    from fixtures.caisse import Caisse
    from fixtures.caisse_toml import parse_scenario

    parsed = parse_scenario(data.decode("utf-8", "replace"))
    answer = Caisse(1, scenario=parsed).respond(_played())
    assert answer == Caisse(1, scenario=parsed).respond(_played())
    for one in answer.returns[:3]:
        assert noemie.read_retour(one.data).to_bytes() == one.data


@cache
def _played() -> bytes:
    from .seeds import flow_of

    return flow_of("medecin", invoices=4)


# --- the command, the page ----------------------------------------------------------------------------------


def command(data: bytes) -> None:
    """A verb ends by itself, with a status and a message, whatever the file; nobody is shown."""
    from cli_runner import run

    line, _, content = data.partition(CUT)
    words = line.decode("latin-1").split() if line in VERBS else ["check"]
    folder = _folder() / "verb"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    path = folder / "fichier"
    path.write_bytes(content)
    verb = tuple(words[:2])
    if verb == ("rights", "import"):
        arguments = ["rights", "import", folder / "d.db", path]
    elif verb == ("ledger", "import"):
        arguments = ["ledger", "import", path, "--db", folder / "r.db"]
    else:
        more = {"mask": ["-o", folder / "copie"], "diff": [path], "convert": ["-o", folder / "autre"]}
        arguments = [*words, path, *more.get(words[0] if words else "", ())]
    result = run(*arguments, "--lang", "en", NOEMIE_MASK_KEY="une cle de test, rien de secret")
    assert result.status in (0, 1, 2), result.status
    assert "Traceback" not in result.err
    assert "internal error" not in result.err, result.err
    shows_nobody(result.err, content)
    if not (words and words[0] == "rights"):
        shows_nobody(result.out, content)


def request(data: bytes) -> set[str]:
    """Every request has an answer that is no error of ours, with all its headers."""
    from .page import answer

    status, headers = answer(data)
    assert status < 500, f"answered {status}"
    assert headers
    return {str(status)}
