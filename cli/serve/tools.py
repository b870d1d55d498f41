"""Pages that need no ledger: check a flow, decode returns, inspect bytes, explain a code; static files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from functools import lru_cache
from importlib.resources import files as package_files
from typing import TYPE_CHECKING, Any, Final

from cli.io.inputs import carried
from cli.serve.opened import KEPT
from cli.serve.pages import form_of, given_files, number_of, render
from cli.words.speech import say
from cli.words.status import CommandError
from flatfile import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from cli.decode.model import Illisible, Retour
    from cli.io.inputs import Member
    from cli.serve.practice import Practice
    from noemie.ledger.report import MotiveLine

__all__ = ["check", "decode", "explain", "inspector", "open_file", "static"]

#: Findings that a page shows one by one.
_MOST: Final = 300
_WIDTH: Final = 64


# --- check --------------------------------------------------------------------------------------------------


async def check(request: Request) -> Response:
    """Whether a flow is right, and if not where, why, what to change."""
    from starlette.concurrency import run_in_threadpool

    given: list[Member] = []
    if request.method == "POST":
        given = await given_files(await form_of(request))
    return await run_in_threadpool(_check, request, given)


def _check(request: Request, given: list[Member]) -> Response:
    from cli.check.batch import READ
    from cli.check.html import file_context, verdict
    from cli.check.model import Report
    from cli.words.severities import WORDS

    practice: Practice = request.app.state.practice
    if not given:
        return render(request, "check.html", report=None, sources=_sources_told(practice))
    given = [one for file in given for one in carried(file, *READ)]
    reports = [report_of(practice, one) for one in given]
    whole = Report(tuple(reports))
    opened = [request.app.state.files.add(one) for one in given]
    contexts = [file_context(one) for one in reports]
    return render(
        request,
        "check.html",
        report=whole,
        verdict=verdict(whole.totals),
        totals=whole.totals,
        files=list(zip(contexts, opened, strict=True)),
        worst_first=lambda remarks: sorted(remarks, key=lambda one: WORDS.index(one["severity"])),
        folded=sum(one.folded for one in reports),
        clean=sum(one.factures for one in reports)
        - len(
            {
                (one.name, mark.finding.facture, mark.finding.lot)
                for one in reports
                for mark in one.findings
                if mark.finding.facture
            }
        ),
        sources=_sources_told(practice),
    )


def _sources_told(practice: Practice) -> list[str]:
    told = []
    if practice.exists:
        told.append(say("à vos factures déjà envoyées", "with the invoices sent already"))
    if practice.has_rights:
        told.append(say("aux droits que vous avez lus", "with the rights that were read"))
    return told


def report_of(practice: Practice, file: Member, *, alone: bool = False) -> Any:
    """The check of one file, compared with the ledger and the rights of the practice unless `alone`."""
    from cli.check.batch import Order, check_one
    from cli.check.policy import Policy

    sources = () if alone else _sources(practice)
    order = Order(
        file.name,
        Policy(),
        codes=practice.places.codes,
        most=_MOST,
        context=_WIDTH,
        sources=sources,
        input=file,
    )
    return check_one(order).report


def _sources(practice: Practice) -> tuple[Any, ...]:
    """The rights and the ledger, as far as they can be read: a flow is checked without them too."""
    from cli.io.registers import source
    from noemie.ledger.already_sent import already_sent

    found: list[Any] = []
    with suppress(CommandError):
        if practice.has_rights:
            found.append(source(practice.places.rights))
    with suppress(CommandError):
        if practice.exists:
            found.append(practice.ask("already", already_sent))
    return tuple(found)


# --- decode -------------------------------------------------------------------------------------------------


async def decode(request: Request) -> Response:
    """What returns say, without keeping anything of them."""
    from starlette.concurrency import run_in_threadpool

    given: list[Member] = []
    if request.method == "POST":
        given = await given_files(await form_of(request))
    return await run_in_threadpool(_decode, request, given)


def _decode(request: Request, given: list[Member]) -> Response:
    from cli.decode.actions import Totals, needs_attention
    from cli.decode.model import Retour
    from cli.decode.text import title_of
    from cli.words.severities import WORDS

    practice: Practice = request.app.state.practice
    totals, files = Totals(), []
    given = [one for file in given for one in carried(file, "noemie")]
    for data in decoded(given, practice.places.codes, values=not practice.hides):
        totals.add(data)
        files.append(data)
    invoices = [
        (data.file, facture)
        for data in files
        if isinstance(data, Retour) and not data.copy_of
        for facture in data.factures
    ]
    from codes.actions import Action

    todo = [(name, one) for name, one in invoices if needs_attention(one)]
    todo.sort(key=lambda pair: Action(pair[1].action).caution)
    opened = {one.name: request.app.state.files.add(one) for one in given[:KEPT]}
    return render(
        request,
        "decode_page.html",
        given=bool(given),
        read=any(isinstance(one, Retour) for one in files),
        worst_first=lambda findings: sorted(findings, key=lambda one: WORDS.index(one.severity)),
        files=files,
        totals=totals.total(),
        todo=todo[:_MOST],
        fine=[(name, one) for name, one in invoices if not needs_attention(one)][:_MOST],
        title_of=title_of,
        opened=opened,
    )


def decoded(files: Iterable[Member], codes: Path | None, *, values: bool = False) -> list[Retour | Illisible]:
    """The returns of files as data, a copy told once: those of `noemie decode --format json`."""
    from cli.decode.returns import Decoding, once

    decoding, seen = Decoding(codes=codes, values=values), dict[bytes, str]()
    return [one.data for file in files for one in once(decoding(file), seen)]


# --- inspector ----------------------------------------------------------------------------------------------


async def open_file(request: Request) -> Response:
    """The form; after it, to the page of the file."""
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import RedirectResponse

    if request.method != "POST":
        return render(request, "inspector.html", file=None, wrong=None)
    form = await form_of(request)
    handle = str(form.get("facture", ""))
    given = await given_files(form)
    if not given:
        raise CommandError(say("Aucun fichier n'a été donné.", "No file was given."))
    if handle:
        from cli.serve.sent_bytes import given_again

        return await run_in_threadpool(given_again, request, handle, given[0])
    try:
        number = await run_in_threadpool(_opened, request, given[0])
    except FormatError as error:
        from cli.io.problems import describe

        wrong = describe(error, given[0].name)
        return await run_in_threadpool(render, request, "inspector.html", status=422, file=None, wrong=wrong)
    return RedirectResponse(f"/inspecteur/{number}", status_code=303)


def _opened(request: Request, given: Member) -> int:
    """The number of a file to be inspected, the one that its envelope carries. Raises `FormatError`."""
    from cli.check.batch import READ

    found = list(carried(given, *READ))
    if len(found) > 1:
        raise FormatError("enveloppe.plusieurs", expected=str(len(found)))
    files, practice = request.app.state.files, request.app.state.practice
    number: int = files.add(found[0])
    files.shown(number, values=not practice.hides)
    return number


def inspector(request: Request) -> Response:
    """One record of an opened file, field by field."""
    from cli.serve.answers import refusal

    practice: Practice = request.app.state.practice
    number = request.path_params["number"]
    asked = number_of(request.query_params.get("r", ""))
    file = request.app.state.files.shown(number, asked, values=not practice.hides)
    wanted = (file.first() if file else 0) if asked is None else asked
    line = file.line(wanted) if file else None
    if file is None or line is None:
        missing: Response = refusal(404, api=False)
        return missing
    return render(request, "inspector.html", file=file, number=number, line=line, cells=file.kept[wanted])


# --- explain ------------------------------------------------------------------------------------------------


async def explain(request: Request) -> Response:
    """What a code, a label, a rule or a field means. A label that was typed is in no address."""
    from starlette.concurrency import run_in_threadpool

    asked, searched = request.query_params.get("code", "")[:200], False
    kinds: Collection[str] = _KINDS
    if request.method == "POST":
        form = await form_of(request)
        asked = str(form.get("q", ""))[:400].strip()
        kinds = [str(one) for one in form.getlist("sorte")] or _KINDS
        searched = True
    return await run_in_threadpool(_explain, request, asked, searched, kinds)


#: Kinds of entries that are asked for together, by their name in the form.
_KINDS: Final = {
    "rejets": ("reject", "received"),
    "motifs": ("motive", "deduced"),
    "regles": ("rule",),
    "zones": ("field", "record"),
    "codes": ("code",),
}


def _explain(request: Request, asked: str, searched: bool, kinds: Collection[str]) -> Response:
    from codes.motives import MOTIVES
    from codes.prevention import rules_for
    from codes.rules import catalogue

    practice: Practice = request.app.state.practice
    books = library(practice.places.codes)
    entries, near = books.find(asked) if asked else ([], [])
    wanted = {kind for name in kinds for kind in _KINDS.get(name, ())}
    refused_here = (
        _refused_here(practice) if any(getattr(one, "motive", "") for one in (*entries, *near)) else {}
    )
    return render(
        request,
        "explain.html",
        asked=asked,
        searched=searched or bool(asked),
        entries=[one for one in map(_entry, entries) if one["kind"] in wanted],
        near=[one for one in map(_entry, near) if one["kind"] in wanted],
        kinds=kinds,
        refused_here=refused_here,
        counts=(len(books.rejects.rows), len(MOTIVES), len(catalogue())),
        rules_for=lambda motive: [rule.id for rule in rules_for(motive)] if motive else [],
    )


def _entry(one: Any) -> defaultdict[str, Any]:
    """An entry for the template: what its kind does not tell is empty."""
    from msgspec import to_builtins

    return defaultdict(str, to_builtins(one))


def _refused_here(practice: Practice) -> dict[str, MotiveLine]:
    """What was refused here in the last twelve months, by motive, as the figures count it."""
    from cli.serve.board import last_year

    if not practice.exists:
        return {}
    first, last = last_year(practice.today)
    report = practice.ask("report", lambda ledger: ledger.report(first, last), first, last)
    return {one.motif: one for one in report.motifs}


@lru_cache
def library(codes: Path | None) -> Any:
    """The catalogues, with those of a site."""
    from cli.explain.entries import Library
    from cli.words.layouts_by_name import known_layouts

    return Library(codes, known_layouts(None))


# --- static files -------------------------------------------------------------------------------------------

_TYPES: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


def static(request: Request) -> Response:
    """The style, the script and the icon of the page."""
    from starlette.responses import Response as Plain

    from cli.serve.answers import refusal

    name = request.path_params["name"]
    text = _static(name)
    if text is None:
        missing: Response = refusal(404, api=False)
        return missing
    return Plain(text, media_type=_TYPES[name.rpartition(".")[2]])


@lru_cache
def _static(name: str) -> str | None:
    from cli.words.html import HOUSE, asset

    if name in (HOUSE, "inspector.js"):
        return asset(name)
    if name not in ("shell.css", "page.js", "icon.svg"):
        return None
    return package_files("cli.serve").joinpath("static", name).read_text("utf-8")
