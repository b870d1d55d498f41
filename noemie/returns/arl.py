"""Logical acknowledgements (ARL, accusés de réception logiques), in a form that is this toolkit's own.

An ARL says whether the receiving centre could read a batch (lot). A positive one does not prevent later
rejects; after a negative one the file is sent again. **The bytes of a real ARL are not public**: none can be
parsed here. What is modelled is the data that a billing component shows of it ([jfse] in docs/sources.md):
the batch and its date, the day of the ARL, a label, and the invoice at fault when it is negative. A site that
receives real ARLs writes them in one of the two forms below.

Both forms hold any number of ARLs and say their `schema_version` (1). JSON:

    {"format": "sesam-noemie/arl", "schema_version": 1, "arls": [{"positif": true, "numero_lot": "001", …}]}

Text, one `field: value` a line, a blank line between two ARLs, `#` before a comment:

    format: sesam-noemie/arl
    schema_version: 1

    positif: oui
    numero_lot: 001

Fields are those of `Arl`, under the same names; days are ISO (`2026-03-05`), truth is `oui` or `non` in text.
What is empty or unknown is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Annotated, Final, Literal

import msgspec

from flatfile import FormatError, Readable, open_source
from flatfile.json_keys import repeated_key

__all__ = ["FORMAT", "SCHEMA_VERSION", "Arl", "read_arls", "write_arls"]

FORMAT: Final = "sesam-noemie/arl"
SCHEMA_VERSION: Final = 1

_WORDS: Final = {"oui": True, "non": False}


#: No field of an ARL is longer: one that is comes from something else.
Text = Annotated[str, msgspec.Meta(max_length=4096)]


class Arl(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One acknowledgement of one batch.

    - `positif`: whether the batch was accepted for processing;
    - `numero_lot`, `date_lot`, `numero_ps`: the batch, as written in its record 1;
    - `identification_fichier`, `date_fichier`: the file that carried it, as written in its record 000;
    - `date_arl`: day of the ARL; `emetteur`: who answers (type and number of the receiving centre);
    - `libelle`, `code`: as received. No public list gives codes;
    - `motif`: reject motive (see `codes.motives`), `regle`: id of the check that failed. Only the simulated
      caisse fills them;
    - `numero_facture`: the invoice at fault in a negative ARL, as written in the batch; may be empty.
    """

    positif: bool
    numero_lot: Text
    numero_ps: Text = ""
    date_lot: dt.date | None = None
    date_arl: dt.date | None = None
    identification_fichier: Text = ""
    date_fichier: dt.date | None = None
    emetteur: Text = ""
    code: Text = ""
    libelle: Text = ""
    motif: Text = ""
    regle: Text = ""
    numero_facture: Text = ""

    def __repr__(self) -> str:
        word = "positif" if self.positif else "négatif"
        return f"<Arl {word} lot {self.numero_lot or '?'} {self.date_arl or ''}>"


class _Document(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    format: Literal["sesam-noemie/arl"]
    schema_version: Literal[1]
    arls: list[Arl]


def write_arls(arls: Iterable[Arl], form: Literal["json", "text"] = "json") -> bytes:
    """Write ARLs in one of the two forms, as UTF-8; the same ARLs always give the same bytes."""
    if form == "json":
        document = _Document(format=FORMAT, schema_version=SCHEMA_VERSION, arls=list(arls))
        return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
    head = (
        "# ARL, forme propre à cet outil : la forme réelle n'est pas publique.\n"
        f"format: {FORMAT}\nschema_version: {SCHEMA_VERSION}\n"
    )
    return "\n".join([head, *("".join(_lines(arl)) for arl in arls)]).encode()


def _lines(arl: Arl) -> Iterator[str]:
    for name, value in msgspec.to_builtins(arl).items():
        text = ("oui" if value else "non") if isinstance(value, bool) else " ".join(str(value).split())
        if text:
            yield f"{name}: {text}\n"


def read_arls(source: Readable) -> list[Arl]:
    """Read the ARLs of one file, in either form.

    Raises `FormatError`: `fichier.vide`; `fichier.inconnu` when the file is not in one of the two forms, at
    version 1 (`offset` is the first byte of the line at fault, in the text form); what `open_source` raises.
    """
    with open_source(source) as opened:
        data = opened.read_all()
    text = data.removeprefix(b"\xef\xbb\xbf")
    if not text.strip():
        raise FormatError("fichier.vide")
    if text.lstrip()[:1] == b"{":
        try:
            arls = msgspec.json.decode(text, type=_Document).arls
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise FormatError("fichier.inconnu") from None
        if (twice := repeated_key(text)) is not None:  # the text form refuses them too
            raise FormatError("fichier.inconnu", len(data) - len(text) + twice[0])
        return arls
    return _read_text(text, len(data) - len(text))


def _read_text(data: bytes, start: int) -> list[Arl]:
    blocks: list[tuple[int, dict[str, str]]] = []
    current: dict[str, str] | None = None
    offset = start
    for raw in data.splitlines(keepends=True):
        line = raw.decode("utf-8", "replace").strip()
        if not line:
            current = None
        elif not line.startswith("#"):
            name, colon, value = (piece.strip() for piece in line.partition(":"))
            if current is None:
                current = {}
                blocks.append((offset, current))
            if not colon or name in current:
                raise FormatError("fichier.inconnu", offset)
            current[name] = value
        offset += len(raw)
    if not blocks or blocks[0][1] != {"format": FORMAT, "schema_version": str(SCHEMA_VERSION)}:
        raise FormatError("fichier.inconnu", start)
    return [_arl(place, block) for place, block in blocks[1:]]


def _arl(offset: int, block: dict[str, str]) -> Arl:
    values: dict[str, str | bool] = dict(block)
    if "positif" in block:
        values["positif"] = _WORDS.get(block["positif"], block["positif"])
    try:
        return msgspec.convert(values, Arl)
    except msgspec.ValidationError:
        raise FormatError("fichier.inconnu", offset) from None
