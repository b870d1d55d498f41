"""The bytes of an invoice as they were sent: the file is found again by its digest, then inspected.

The ledger keeps no flow. Its file is looked for in the watched folder; elsewhere, a person gives it again.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cli.io.inputs import Member
from cli.serve.ledger_pages import card_of
from cli.serve.pages import render

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from cli.serve.practice import Practice
    from noemie.ledger import StoredFile

__all__ = ["given_again", "sent"]


def sent(request: Request) -> Response:
    """The bytes of the invoice of an address; without its file, a form that asks for it."""
    return given_again(request, request.path_params["handle"], None)


def given_again(request: Request, handle: str, given: Member | None) -> Response:
    """To the bytes of an invoice, in the file that was given or in that of the watched folder."""
    from starlette.responses import RedirectResponse

    from cli.serve.answers import refusal

    practice: Practice = request.app.state.practice
    card = card_of(practice, handle)
    if card is None:
        missing: Response = refusal(404, api=False)
        return missing
    line = card.ligne
    stored = practice.ask("stored", lambda ledger: _stored(ledger, line.fichier), line.fichier)
    file = given if given is not None and _is_of(given.again(), stored) else None
    if file is None and given is None and practice.places.folder is not None:
        file = _watched(practice.places.folder, stored)
    if file is None:
        return render(request, "sent_bytes.html", card=card, line=line, other=given is not None)
    files = request.app.state.files
    number = files.add(file)
    return RedirectResponse(f"/inspecteur/{number}?r={line.record}", status_code=303)


def _stored(ledger: Any, name: str) -> StoredFile | None:
    return next((one for one in ledger.files() if name in one.noms), None)


def _is_of(data: bytes, stored: StoredFile | None) -> bool:
    return stored is not None and sha256(data).hexdigest() == stored.sha256


def _watched(folder: Path, stored: StoredFile | None) -> Member | None:
    """The file of the folder that is this one; only those of its size are read."""
    if stored is None:
        return None
    for path in folder.rglob("*"):
        try:
            if path.is_file() and path.stat().st_size == stored.taille:
                data = path.read_bytes()
                if _is_of(data, stored):
                    return Member(path.name, data)
        except OSError:
            continue
    return None
