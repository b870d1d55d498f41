"""A mail taken apart: each of its parts with its name, its bytes, and what the mail says they are.

What surrounds a flow or a return [alcide] [HERO]: a part `application/EDI-consent` (case varies) in base64,
described as `IRIS/B2`, `/Z` added when it is compressed; the subject of a sending ends with its number of
invoices, records of type 5 (one source out of two tells it: B). An S/MIME envelope opens only with the key of
its recipient: it is named, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from typing import TYPE_CHECKING, Final, NamedTuple

from flatfile import FormatError, open_source
from flatfile.text import printable

if TYPE_CHECKING:
    from noemie.documents.envelopes import Mark

#: Version if any, number of the emitter, stamp, number of invoices.
_SUBJECT: Final = re.compile(r"IR[A-Z]*[0-9]*/[0-9]{14}/[0-9]{19}/([0-9]{5})")

_MARKS: Final[dict[str, Mark]] = {
    "application/pkcs7-mime": "smime",
    "application/x-pkcs7-mime": "smime",
    "application/pgp-encrypted": "text",  # its version; what is encrypted is the part after it (RFC 3156)
    "application/pkcs7-signature": "signature",
    "application/x-pkcs7-signature": "signature",
    "application/pgp-signature": "signature",
    "application/edi-consent": "edi",
    "application/edi-x12": "edi",
}

_LONGEST: Final = 100


class Part(NamedTuple):
    """One part: see `noemie.documents.envelopes.Piece`; `name` without that of the mail."""

    name: str
    data: bytes | FormatError
    mark: Mark = ""
    invoices: int | None = None


def parts(data: bytes, stem: str) -> list[Part]:
    """The parts of a mail in their order; those that have no name are called after `stem`."""
    try:
        mail = message_from_bytes(data)
        found = list(_parts(mail, stem))
    except (MessageError, LookupError, ValueError, TypeError, RecursionError, AttributeError):
        return [Part(stem, FormatError("fichier.lecture"))]
    invoices = told_invoices(_decoded(mail.get("Subject", "")))
    flows = [rank for rank, part in enumerate(found) if _is_flow(part)]
    if invoices is not None and len(flows) == 1:
        found[flows[0]] = found[flows[0]]._replace(invoices=invoices)
    return found


def told_invoices(subject: str) -> int | None:
    """How many invoices the subject of a sending tells; `None` for that of another mail.

    >>> told_invoices("IR100500/00000420788606/2026112913000000001/00002"), told_invoices("Bonjour")
    (2, None)
    """
    found = _SUBJECT.fullmatch("".join(subject.split()))
    return int(found[1]) if found else None


def _parts(mail: Message, stem: str) -> Iterator[Part]:
    rank = 0
    for part in mail.walk():
        if part.is_multipart():
            continue
        rank += 1
        kind = part.get_content_type()
        mark: Mark = _MARKS.get(kind, "")
        content = part.get_payload(decode=True)
        given = _decoded(part.get_filename() or "")
        if not given and kind.startswith("text/"):
            mark = "text"
        if given.lower().endswith(".p7m"):
            mark = "smime"
        name = _name(given) or f"{stem}-{rank}"
        yield Part(name, content if isinstance(content, bytes) else b"", mark)


def _name(given: str) -> str:
    """The last part of a name that somebody else chose, as it may be shown."""
    return printable(re.split(r"[/\\]", given)[-1]).strip(". ")[-_LONGEST:]


def _decoded(text: object) -> str:
    """A header or a name as text, whatever way it is written."""
    try:
        return str(make_header(decode_header(str(text))))
    except (MessageError, LookupError, ValueError):
        return str(text)


def _is_flow(part: Part) -> bool:
    from noemie.documents.recognise import recognise

    if isinstance(part.data, FormatError) or part.mark not in ("", "edi") or not part.data:
        return False
    try:
        with open_source(part.data) as opened:
            return recognise(opened.head).family == "b2"
    except FormatError:
        return False
