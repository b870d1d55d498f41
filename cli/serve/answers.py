"""Answers that are no page of data: refusals, problems of the HTTP interface (RFC 9457), what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from cli.words.speech import say

if TYPE_CHECKING:
    from starlette.responses import Response

    from flatfile import FormatError

#: Why a request is refused: its name, then title and advice in French and in English.
_WHY: Final[dict[int, tuple[str, str, str, str, str]]] = {
    400: (
        "demande-incomplete",
        "Demande incomplète",
        "Revenir à la page, puis recommencer.",
        "Incomplete request",
        "Go back to the page, and do it again.",
    ),
    401: (
        "non-ouvert",
        "Cette page n'est pas ouverte ici",
        "Ouvrir l'adresse que noemie serve a écrite : elle ne sert qu'une fois. Sinon, relancer noemie.",
        "This page is not open here",
        "Open the address that noemie serve wrote: it works once. Else start noemie again.",
    ),
    403: (
        "autre-origine",
        "Demande refusée : elle ne vient pas de cette page",
        "Fermer l'autre page, puis recommencer depuis celle-ci.",
        "Request refused: it does not come from this page",
        "Close the other page, and do it again from this one.",
    ),
    404: (
        "absent",
        "Il n'y a rien à cette adresse",
        "Ce qu'elle montrait a pu être effacé, ou l'adresse est incomplète.",
        "There is nothing at this address",
        "What it showed may have been erased, or the address is not whole.",
    ),
    405: (
        "methode",
        "Cette adresse ne s'utilise pas ainsi",
        "Voir /openapi.json.",
        "This address is not used in that way",
        "See /openapi.json.",
    ),
    413: (
        "trop-grand",
        "Trop grand pour être reçu ici",
        "Donner moins de fichiers à la fois, ou utiliser la commande noemie.",
        "Too large to be received here",
        "Give fewer files at once, or use the command noemie.",
    ),
    421: (
        "autre-nom",
        "Cette adresse n'est pas celle de la page",
        "Utiliser l'adresse que noemie serve a écrite.",
        "This address is not that of the page",
        "Use the address that noemie serve wrote.",
    ),
    422: (
        "illisible",
        "Ce fichier ne peut pas être lu",
        "Donner un envoi, un retour ou une zone.",
        "This file cannot be read",
        "Give a flow, a return or a zone.",
    ),
    423: (
        "verrouille",
        "La page est verrouillée",
        "Donner le mot de passe.",
        "The page is locked",
        "Give the password.",
    ),
    500: (
        "interne",
        "Erreur de notre part",
        "Recommencer ; si cela revient, le signaler sans joindre de fichier réel.",
        "An error of ours",
        "Do it again; if it comes back, report it without any real file.",
    ),
}


def why(status: int) -> tuple[str, str, str]:
    """Name, title and advice of a refusal."""
    name, *words = _WHY.get(status, _WHY[500])
    return (name, *say((words[0], words[1]), (words[2], words[3])))


def refusal(status: int, *, api: bool) -> Any:
    """A refusal as an answer: a problem for a program, a page for a person."""
    name, title, advice = why(status)
    if api:
        return problem(status, name, title, advice)
    if status == 423:
        from starlette.responses import RedirectResponse

        return RedirectResponse("/verrou", status_code=303)
    return plain_page(status, title, advice)


def plain_page(status: int, title: str, advice: str) -> Response:
    """A page that says one thing, and where to go."""
    from starlette.responses import HTMLResponse

    from cli.words.html import typeset

    page = typeset("refusal.html", "cli.serve", title=title, advice=advice, status=status)
    return HTMLResponse(page, status_code=status)


def typed(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A typed model as JSON."""
    from msgspec.json import encode
    from starlette.responses import Response

    return Response(encode(value), status, headers, media_type="application/json")


def problem(status: int, name: str, title: str, advice: str, **more: Any) -> Response:
    """A problem (RFC 9457): `type` names it, `conseil` tells how to correct."""
    from msgspec.json import encode
    from starlette.responses import Response

    body = {
        "type": f"urn:sesam-noemie:{name}",
        "title": title,
        "status": status,
        "conseil": advice,
        **more,
    }
    return Response(encode(body), status_code=status, media_type="application/problem+json")


def unreadable(error: FormatError, name: str) -> Response:
    """A file that cannot be read, with our rule and what to do."""
    from cli.io.problems import describe

    told = describe(error, name)
    _, title, _ = why(422)
    return problem(
        422,
        f"regle:{told['rule']}",
        told.get("title") or title,
        told["fix"],
        detail=told["message"],
        regle=told["rule"],
    )
