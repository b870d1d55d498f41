"""The words of documents in XML: namespaces, elements, attributes, and which characters stand as they are.

    <flux xmlns="urn:sesam-noemie:records:b2-PS-2003C:1" values="true" eol="">
    <r000 record="1" offset="0"><type_emetteur>TP</type_emetteur>…</r000>
    …
    <end count="16" bytes="2048" sha256="…"/>
    </flux>

- The root is `flux`, `retour` or `zone`; `r4M` is a record or entity of that type, with its fields by name;
  a field that is left out is blank, `<none field="…"/>` is a day of zeros.
- `<raw field="…"/>` in a record holds bytes that are not the writing of any value, and text that XML does not
  carry safely (control characters, spaces at an end): `text` when all can be printed, else `hex`.
- `<raw record="…"/>` is a record that is damaged or whose type is not known; `<hidden field="…"/>` a value
  that is not shown.
- A group of a zone is `g101`, or `group` with its `id` when no table describes it; a field that the table
  does not name is `champ` with its `position`. `form` is the number of bytes after the form byte of
  a length that is written in more bytes than needed.
- `frame` (before the entities of a return) counts physical records framed alike; prefix and suffix are
  hexadecimal. `gap` is the line ends before an entity, `eol` those after a record: CRLF, LF, CR.
"""

from __future__ import annotations

import re
from typing import Final

from noemie.documents.convert.model import SCHEMA_VERSION, Family
from noemie.documents.recognise import DOCUMENT_XML

ROOTS: Final[dict[Family, str]] = {"b2": "flux", "noemie": "retour", "ssv": "zone"}

#: Elements and attributes with words of their own.
RAW: Final = "raw"
NONE: Final = "none"
HIDDEN: Final = "hidden"
FRAME: Final = "frame"
GROUP: Final = "group"
FIELD: Final = "champ"
END: Final = "end"

#: Before the type of a record, the id of a group: a name cannot start with a digit.
RECORD: Final = "r"
KNOWN_GROUP: Final = "g"

#: Names that no field may have in a document: they say something else there.
RESERVED: Final = frozenset({RAW, NONE, HIDDEN, FIELD})

#: Elements within one another (root, record, field), and fields of a record.
MOST_DEPTH: Final = 3
MOST_FIELDS: Final = 20_000

#: Most bytes of a value, and of all the values of a record, that XML carries here: parsers have limits.
MOST_VALUE: Final = 4 << 20
MOST_RECORD: Final = 16 << 20

_PLAIN: Final = re.compile(r"(?! )[\x20-\x7e\xa0-\xff]+(?<! )").fullmatch
_PRINTED: Final = re.compile(r"[\x20-\x7e\xa0-\xff]*").fullmatch


def namespace(name: str) -> str:
    """The namespace of the schema called `name`: `b2-PS-2003C`, `noemie`, `ssv`."""
    return f"{DOCUMENT_XML}{name}:{SCHEMA_VERSION}"


def schema_name(family: Family, norme: str = "") -> str:
    """Name of the schema of a document."""
    return f"{family}-{norme}" if family == "b2" else family


def is_plain(text: str) -> bool:
    """Whether a text stands in an element as it is, whatever a program does to spaces around it."""
    return not text or _PLAIN(text) is not None


def raw_attribute(text: str) -> tuple[str, str]:
    """Attribute and value that carry latin-1 text exactly."""
    return ("text", text) if _PRINTED(text) else ("hex", text.encode("latin-1").hex())
