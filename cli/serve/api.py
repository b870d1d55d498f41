"""The HTTP interface: bytes in, the JSON of the verbs out; errors as problems (RFC 9457), findings a 200."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Final

from cli.io.inputs import Member, carried
from cli.serve.openapi import VALUES, document
from cli.serve.pages import file_name, form_of, given_files
from cli.serve.tools import decoded, library, report_of
from cli.words.speech import language, say
from cli.words.status import CommandError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from cli.serve.practice import Practice

#: How often the progress of a job is told, in seconds.
_EVERY: Final = 0.2


def _json(text: str, status: int = 200) -> Response:
    from starlette.responses import Response as Plain

    return Plain(text.encode("utf-8", "backslashreplace"), status, media_type="application/json")


def _check_values(request: Request) -> None:
    """Raise `CommandError` when a parameter has none of its values."""
    for name, values in VALUES.items():
        if request.query_params.get(name, values[0]) not in values:
            told = ", ".join(values)
            raise CommandError(say(f"{name} : attendu, {told}.", f"{name}: expected, {told}."))


async def _given(request: Request) -> Member:
    """The bytes of the body, or the first file of a form. Raises `CommandError` when there is none."""
    _check_values(request)
    if request.headers.get("content-type", "").startswith("multipart/"):
        files = await given_files(await form_of(request), "fichier")
        if files:
            return files[0]
    else:
        body = await request.body()
        if body:
            return Member(file_name(request.query_params.get("nom", "") or "corps"), body)
    raise CommandError(
        say(
            "Le corps est vide.\n  → Envoyer les octets du fichier.",
            "The body is empty.\n  → Send the bytes.",
        )
    )


async def check(request: Request) -> Response:
    """`noemie check --format json` of the bytes of the body."""
    from starlette.concurrency import run_in_threadpool

    file = await _given(request)
    return await run_in_threadpool(_check, request, file)


def _check(request: Request, file: Member) -> Response:
    from cli.check.batch import READ
    from cli.check.model import Report
    from cli.export import write

    practice: Practice = request.app.state.practice
    alone = request.query_params.get("registre", "") != "1"
    reports = [report_of(practice, one, alone=alone) for one in carried(file, *READ)]
    if len(reports) == 1 and reports[0].unreadable is not None:
        raise reports[0].unreadable
    return _json(write("json", Report(tuple(reports))))


async def decode(request: Request) -> Response:
    """`noemie decode --format json` of the bytes of the body."""
    from starlette.concurrency import run_in_threadpool

    file = await _given(request)
    return await run_in_threadpool(_decode, request, file)


def _decode(request: Request, file: Member) -> Response:
    from cli.decode.actions import Totals
    from cli.decode.model import SCHEMA, Decode, Illisible
    from cli.serve.answers import problem, why
    from cli.words.screen import document_text

    practice: Practice = request.app.state.practice
    totals, found = Totals(), decoded(carried(file, "noemie"), practice.places.codes)
    if len(found) == 1 and isinstance(found[0], Illisible):
        told = found[0].error
        rule = told.rule
        return problem(
            422,
            f"regle:{rule}",
            told.title or why(422)[1],
            told.fix,
            detail=told.message,
            regle=rule,
        )
    for data in found:
        totals.add(data)
    whole = Decode(lang=language(), files=found, summary=totals.total())
    return _json(document_text("decode", whole, version=SCHEMA))


def explain(request: Request) -> Response:
    """`noemie explain --format json` of a code, a label, a rule, a field."""
    from cli.explain.model import Answer, Explained
    from cli.words.screen import document_text

    practice: Practice = request.app.state.practice
    _check_values(request)
    asked = request.path_params["code"][:400]
    entries, near = library(practice.places.codes).find(asked)
    answers = [Answer(asked=asked, entries=entries, near=near)]
    return _json(document_text("explain", Explained(lang=language(), answers=answers)))


def today(request: Request) -> Response:
    """`noemie today --format json` of the ledger of the page; a program is told of nobody."""
    from cli.today.shown import SCHEMA, shown
    from cli.words.screen import document_text

    practice: Practice = request.app.state.practice
    if not practice.exists:
        raise CommandError(say("Il n'y a pas encore de registre.", "There is no ledger yet."))
    found = shown(
        practice.ask("today-api", lambda ledger: ledger.today(practice.today, language())), values=False
    )
    return _json(document_text("today", found, version=SCHEMA))


async def new_job(request: Request) -> Response:
    """Read files into the ledger: the files of a form, or the bytes of the body."""
    from starlette.concurrency import run_in_threadpool

    from cli.serve.answers import typed
    from cli.serve.reading import Kept

    _check_values(request)
    if request.headers.get("content-type", "").startswith("multipart/"):
        files = await given_files(await form_of(request), "fichier")
    else:
        files = [await _given(request)]
    if not files:
        raise CommandError(say("Aucun fichier n'a été donné.", "No file was given."))
    job = request.app.state.jobs.give(await run_in_threadpool(Kept, files))
    headers = {"location": f"/api/jobs/{job.number}"}
    return typed(job.state, 202, headers)


def job(request: Request) -> Any:
    """Where a job stands."""
    from cli.serve.answers import refusal, typed

    found = request.app.state.jobs.find(request.path_params["number"])
    if found is None:
        return refusal(404, api=True)
    return typed(found.state)


async def events(request: Request) -> Any:
    """The progress of a job, as server-sent events; the last one has `etat` `fini` or `refuse`."""
    from msgspec.json import encode
    from starlette.responses import StreamingResponse

    from cli.serve.answers import refusal

    found = request.app.state.jobs.find(request.path_params["number"])
    if found is None:
        return refusal(404, api=True)

    async def told() -> AsyncIterator[str]:
        before = ""
        while True:
            ended = found.ended.is_set()
            now = encode(found.state).decode()
            if now != before:
                yield f"data: {now}\n\n"
                before = now
            if ended:
                return
            await asyncio.sleep(_EVERY)

    return StreamingResponse(told(), media_type="text/event-stream")


def openapi(request: Request) -> Response:
    """This interface, as an OpenAPI 3.1 document."""
    return _json(json.dumps(document(), ensure_ascii=False, indent=1))
