"""A consultation of rights: that of `noemie rights show` and `find`, searched in no address."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from cli.followup.filter import given_day
from cli.serve.pages import form_of, given_files, render
from cli.words.speech import say
from cli.words.status import CommandError
from cli.words.texts import day

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from cli.rights.model import Rights
    from cli.serve.practice import Practice

__all__ = ["read", "rights"]


async def rights(request: Request) -> Response:
    """The form; after it, who was found and their rights on a day."""
    from starlette.concurrency import run_in_threadpool

    asked: dict[str, str] = {}
    if request.method == "POST":
        asked = {key: str(value).strip() for key, value in (await form_of(request)).items()}
    return await run_in_threadpool(_rights, request, asked)


def _rights(request: Request, asked: dict[str, str]) -> Response:
    practice: Practice = request.app.state.practice
    on = given_day(asked.get("date", "")) or practice.today
    found, wrong, about = None, "", ""
    nir = asked.get("nir", "")
    if handle := asked.get("facture", ""):
        about, nir, on = _patient(practice, handle, on)
    if asked and practice.has_rights:
        found, wrong = _found(practice, {**asked, "nir": nir}, on)
    return render(
        request,
        "rights.html",
        asked=asked,
        on=on,
        found=found,
        wrong=wrong,
        about=about,
        handle=handle,
        **_words(practice),
    )


def _patient(practice: Practice, handle: str, on: dt.date) -> tuple[str, str, dt.date]:
    """The number of an invoice, the NIR of its patient, and the first day of its care, for which to ask."""
    with practice.ledger() as ledger:
        card = ledger.card(handle, practice.today, practice.lang, reveal=ledger.personal != "token")
        identity = ledger.patient_of(handle) if card and ledger.personal != "token" else None
    if card is None or identity is None:
        raise CommandError(say("Cette facture ne dit pas de qui.", "This invoice does not tell of whom."))
    return card.ligne.numero, identity.nir, card.soins.du or card.ligne.depuis or on


def _found(practice: Practice, asked: dict[str, str], on: dt.date) -> tuple[Any, str]:
    from cli.rights.text import consultation
    from cli.words import svg
    from cli.words.html import trusted
    from codes.keys.nir import nir_asked
    from fse.rights.model import naissance_b2

    nir, name, regime = asked.get("nir", ""), asked.get("nom", ""), asked.get("regime", "")
    born = given_day(asked.get("naissance", ""))
    if nir:
        wanted = nir_asked(nir)
        if wanted is None:
            return None, say(
                "NIR : 13 caractères, ou 15 avec la bonne clé.",
                "NIR: 13 characters, or 15 with the right key.",
            )
    elif not name or born is None or not naissance_b2(born.isoformat()):
        return None, say(
            "Donner un NIR, ou un nom et une date de naissance (20/03/1989).",
            "Give a NIR, or a name and a birth date (1989-03-20).",
        )
    with practice.register() as register, register.questions() as ask:
        fiches = ask.fiches_assure(wanted, regime) if nir else ask.fiches_nom(name, str(born), regime)
        values = not practice.hides and register.personal != "token"
    data = consultation(fiches, on, values=values)
    people = [
        (
            person,
            trusted(_plot(svg, person.rights, on, f"d{rank}")),
            _age(person.rights, practice.today),
        )
        for rank, person in enumerate(data.found)
    ]
    return people, ""


def _plot(svg: Any, rights: Rights, on: dt.date, key: str) -> str:
    """The last period known, and the day of the question; nothing when no period is told."""
    first, last = (dt.date.fromisoformat(text) if text else None for text in (rights.first, rights.last))
    if first is None and last is None:
        return ""
    start = _year(first) if first else _year(on) - 1
    end = _year(last) if last else _year(on) + 1
    years = (int(min(start, _year(on))) - 1, int(max(end, _year(on))) + 2)
    periods = [(start if first else years[0], end if last else years[1], "open")]
    if last and end < years[1]:
        periods.append((end, years[1], "closed"))
    told = say(
        f"Dernière période connue : {day(first) or '…'} – {day(last) or '…'}",
        f"Last period known: {day(first) or '…'} – {day(last) or '…'}",
    )
    return str(
        svg.spans(
            key,
            told,
            say(f"Le trait est au {day(on)}.", f"The mark is on {day(on)}."),
            years,
            periods,
            _year(on),
            _span(first, last),
        )
    )


def _span(first: dt.date | None, last: dt.date | None) -> str:
    """`ouverts du 01/01/2023 au 31/12/2027`, with the bounds that are told."""
    if first and not last:
        return say(f"ouverts depuis le {day(first)}", f"open since {day(first)}")
    start = say(f" du {day(first)}", f" from {day(first)}") if first else ""
    end = say("jusqu'au", "until") if not first else say("au", "to")
    return say("ouverts", "open") + start + (f" {end} {day(last)}" if last else "")


def _year(value: dt.date) -> float:
    return value.year + (value.timetuple().tm_yday - 1) / 365.25


def _age(rights: Rights, today: dt.date) -> int | None:
    """Days since the last fact; nothing when it was told after."""
    days = [dt.date.fromisoformat(one) for one in rights.told_on.values() if one]
    age = (today - max(days)).days if days else -1
    return age if age >= 0 else None


def _words(practice: Practice) -> dict[str, Any]:
    from cli.rights.text import lines_of

    return {
        "lines_of": lines_of,
        "born": _born,
        "spaced": spaced,
    }


def _born(text: str) -> str:
    """A birth date as told, AAAAMMJJ or AAMMJJ, as people write it; as it is when it is no day."""
    for shape, written in (("%Y%m%d", "%d/%m/%Y"), ("%y%m%d", "%d/%m/%y")):
        try:
            found = dt.datetime.strptime(text, shape)  # a day has no zone
        except ValueError:
            continue
        if len(text) == len(found.strftime(shape)):
            return found.strftime(say(written, written.replace("%d/%m/%Y", "%Y-%m-%d")))
    return text


def spaced(nir: str) -> str:
    """A NIR as people read it.

    >>> spaced("2890399999970 12")
    '2 89 03 99 999 970 12'
    """
    digits = nir.replace(" ", "")
    if len(digits) not in (13, 15) or "." in digits:
        return nir
    ends = (1, 3, 5, 7, 10, 13, 15)
    return " ".join(digits[a:b] for a, b in zip((0, *ends), ends, strict=False) if digits[a:b])


async def read(request: Request) -> Response:
    """Cards and files of rights, read into the register."""
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import RedirectResponse

    from cli.serve.reading import Kept

    files = await given_files(await form_of(request))
    if not files:
        raise CommandError(say("Aucun fichier n'a été donné.", "No file was given."))
    job = request.app.state.jobs.give(await run_in_threadpool(Kept, files))
    await run_in_threadpool(job.ended.wait, 120)
    if job.erreur:
        raise CommandError(job.erreur)
    if not job.resultat.droits:
        raise CommandError(
            say(
                "Ce n'est ni une carte (zone SSV), ni un fichier de droits.",
                "This is neither a card (SSV zone) nor a file of rights.",
            )
        )
    return RedirectResponse("/droits?dit=lu", status_code=303)
