"""What a file is, from its first bytes: the one answer that every verb, reader of folders and database uses.

| family | what it is |
|---|---|
| `b2` | a flow of invoices, damaged or not |
| `noemie` | a return, in one of its physical forms |
| `zone` | a binary SSV zone: card, professional's card, invoice |
| `arl` | acknowledgements, in one of the two forms of `noemie.returns.arl` |
| `droits` | facts on rights: CSV, answers of teleservices |
| `document` | a JSON or XML document of `noemie.documents.convert` |
| empty | nothing of ours: `lookalike` names the other format, when one is recognised |

It looks, and reads nothing: the reader of the family says what is wrong further on. `is_sure` is false where
damage leaves only traces of what the file was: readers that show a file take it, those that must know where
each field stands (`noemie.documents.mask`) ask `expect(..., sure=True)` and refuse it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, NamedTuple

from flatfile import Detection, FormatError, Readable, detect, open_source
from fse.recognise import damaged_flow, is_wrapped, recognise_wrapped

Family = Literal["b2", "noemie", "zone", "arl", "droits", "document", ""]
Form = Literal["json", "xml", "text", "csv", ""]

#: What the documents of `noemie.documents.convert` say they are: in JSON, in the namespace of XML.
DOCUMENT: Final = "sesam-noemie/records"
DOCUMENT_XML: Final = "urn:sesam-noemie:records:"
#: What files of ARLs say they are (`noemie.returns.arl.FORMAT`, which is not imported to look at a flow).
ARL: Final = "sesam-noemie/arl"

#: What `lookalike` calls an S/MIME envelope whose contents are encrypted (RFC 5652: EnvelopedData, RFC 5083).
ENVELOPED: Final = "S/MIME (enveloped-data)"
_ENVELOPED: Final = (
    bytes.fromhex("06092a864886f70d010703"),
    bytes.fromhex("060b2a864886f70d0109100117"),
)

#: What is encrypted: what `lookalike` calls it -> why it is left aside, and its name in messages.
ENCRYPTED: Final = {ENVELOPED: ("smime", "S/MIME"), "PGP": ("pgp", "PGP")}

#: How far these signs are looked for.
_BEGINNING: Final = 4096

_BOM: Final = b"\xef\xbb\xbf"

#: What a family is called in the messages of rules (`lookalike`).
_NAMES: Final = {"b2": "B2", "noemie": "NOEMIE", "zone": "SSV", "arl": "ARL", "droits": "CSV"}

#: Rules that name the other file, where only one family is wanted.
_RULES: Final = {"noemie": "retour.inconnu", "zone": "zone.autre-fichier"}


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is.

    - `form`: how documents, ARLs and rights are written;
    - `detection`: envelope and evidence of a flow or a return, evidence of a zone;
    - `is_sure`: whether enough of it is whole to know where its fields stand;
    - `is_empty`: whether there is no byte at all.
    """

    family: Family
    form: Form = ""
    detection: Detection = field(default_factory=lambda: Detection("", ""))
    is_sure: bool = True
    is_empty: bool = False

    @property
    def lookalike(self) -> str:
        """What to call it where it is not wanted; empty for what nobody knows."""
        if self.family == "document" or (self.family == "arl" and self.form == "json"):
            return f"{'ARL' if self.family == 'arl' else 'noemie convert'} ({self.form.upper()})"
        return _NAMES.get(self.family, self.detection.lookalike)


def recognise(head: bytes, layouts: Path | None = None) -> Recognised:
    """What a file that begins with `head` is (uncompressed; 64 KiB are plenty).

    `layouts` is a directory with a site's own tables. Raises `LayoutError` when one of them is wrong.
    """
    if not head:
        return Recognised("", is_empty=True)
    seen = recognise_wrapped(head) or detect(head)
    if "norme-b2" in seen.seen or is_wrapped(seen):  # nothing else has it there: no table is needed
        return Recognised("b2", detection=seen)
    own = _own_document(head)
    if own is not None:
        return own
    if seen.family or not seen.lookalike:
        seen = detect(head, _entity_lengths(layouts))
    if seen.family:
        return Recognised(seen.family, detection=seen)
    return _without_name(head, seen, layouts)


def recognise_source(source: Readable, layouts: Path | None = None) -> Recognised:
    """The same of a source that can be read again. Raises what `flatfile.open_source` raises too."""
    with open_source(source) as opened:
        return recognise(opened.head, layouts)


def expect(found: Recognised, *families: Family, sure: bool = False, rule: str = "") -> Recognised:
    """The same, when it is one of `families`.

    Raises `FormatError` when it is not: `fichier.vide`, `enveloppe.chiffree`, `rule` (by default that of
    the only family asked for, else `fichier.inconnu`) with its `lookalike`; `fichier.abime` when it must be
    `sure` and is not.
    """
    if found.is_empty:
        raise FormatError("fichier.vide")
    if found.family not in families:
        if found.lookalike in ENCRYPTED:
            raise FormatError("enveloppe.chiffree", lookalike=ENCRYPTED[found.lookalike][1])
        only = _RULES.get(families[0]) if len(families) == 1 else None
        raise FormatError(rule or only or "fichier.inconnu", lookalike=found.lookalike)
    if sure and not found.is_sure:
        raise FormatError("fichier.abime", lookalike=found.lookalike)
    return found


def kept(source: Readable) -> Readable:
    """A source that can be read several times: a stream is kept in memory."""
    if isinstance(source, (bytes, bytearray, memoryview)) or not hasattr(source, "read"):
        return source
    with open_source(source) as opened:
        return opened.read_all()


def _entity_lengths(layouts: Path | None) -> dict[str, int]:
    from noemie.returns import tables

    return tables.entity_lengths(tables.layouts(layouts))


def _own_document(head: bytes) -> Recognised | None:
    """A file that says it is ours: the documents of `convert`, ARLs."""
    start = head[:_BEGINNING].removeprefix(_BOM).lstrip()
    if start[:1] == b"<":
        return Recognised("document", "xml") if DOCUMENT_XML.encode() in start else None
    if start[:1] == b"{":
        for family, sign in (("document", DOCUMENT), ("arl", ARL)):
            if f'"{sign}"'.encode() in start:
                return Recognised("document" if family == "document" else "arl", "json")
        return None
    if start[:1] in (b"#", b"f") and ARL.encode() in start:
        return Recognised("arl", "text")
    return None


def _without_name(head: bytes, seen: Detection, layouts: Path | None) -> Recognised:
    """A file whose first bytes do not say what it is: a zone, a table, a flow whose beginning is damaged."""
    from fse.rights.table import looks_like_rights
    from fse.rights.teleservice import answer_form
    from fse.ssv.reader import looks_like_zone
    from fse.ssv.tables import tables

    if looks_like_rights(head):
        return Recognised("droits", "csv")
    if form := answer_form(head):
        return Recognised("droits", form)
    groups = tables(layouts)
    whole = looks_like_zone(head, groups)
    if whole:
        return Recognised("zone", detection=Detection("", "", ("groupe-connu",)))
    flow = damaged_flow(head, seen)
    if flow is not None:
        # With its name where it stands in record 000, the records after it stand where they should.
        return Recognised("b2", detection=flow, is_sure=not seen.lookalike and head[65:67] == b"B2")
    if not seen.lookalike and len(head) > 1 and int.from_bytes(head[:2], "big") in groups:
        return Recognised("zone", detection=Detection("", "", ("groupe-connu",)), is_sure=False)
    return Recognised("", detection=Detection("", "", lookalike=_lookalike(head, seen.lookalike)))


def _lookalike(head: bytes, seen: str) -> str:
    """What was `seen`, or the name of a format that shows after a mark or spaces, or is but text."""
    from flatfile.detect import looks_like_text
    from fse.ssv.reader import zone_as_text

    if head[:1] == b"\x30" and any(sign in head[:20] for sign in _ENVELOPED):
        return ENVELOPED
    if seen:
        return seen
    start = head[:_BEGINNING].removeprefix(_BOM).lstrip()
    if start[:1] == b"<":
        return "XML"
    if start[:1] in (b"{", b"["):
        return "JSON"
    return (zone_as_text(head) or "TXT") if looks_like_text(head) else ""


# --- the files of one run -----------------------------------------------------------------------------------


class Aside(NamedTuple):
    """A file that is left aside.

    `why`: `smime`, `pgp`, `password`, `signature`, `accuse` (perhaps an acknowledgement), family of a file
    of ours that is not wanted, else `autre`; `lookalike` is the name of its format, when one is known.
    """

    name: str
    why: str
    lookalike: str = ""


class Opened:
    """What one run opened (by kind of envelope), how many files it read in it, what it left aside.

    `noemie.documents.sorting` fills it.
    """

    def __init__(self) -> None:
        self.envelopes: Counter[str] = Counter()
        self.inside = 0
        self.aside: list[Aside] = []

    def __bool__(self) -> bool:
        return bool(self.envelopes or self.aside)
