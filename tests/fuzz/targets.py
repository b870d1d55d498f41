"""What is attacked: each target with what it starts from, what must hold, and the errors that it documents.

Anything else than these errors is a failure. A new reader, writer, verb or route gets its line here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from codes.lists import CodeTableError
from codes.rejects import SiteCatalogueError
from flatfile import EncodingError, FormatError, LayoutError
from flatfile.toml import TomlError
from noemie.documents.convert import ConvertError, WrongKindError
from noemie.documents.diff.comparison import DifferentFamiliesError
from noemie.documents.mask.copies import SurvivalError

from . import oracles, seeds


class Target(NamedTuple):
    """One thing that is attacked.

    `attack` takes the bytes, raises one of `errors` or gives what was said of them, if anything; `corpus`
    gives inputs that are right; `words` mean something to the format; `mutations` are those of the tests.
    """

    attack: Callable[[bytes], set[str] | None]
    corpus: Callable[[], list[bytes]]
    errors: tuple[type[Exception], ...] = (FormatError,)
    words: Sequence[bytes] = ()
    mutations: int = 2000


_B2: Final = b"000 1 2 2B 2M 3 4 4M 4U 5 6 999 B2 PS 991068040".split()
_NOEMIE: Final = b"000 999 @040 @071 @102 @103 @198 @290 @294 @295 @990 99 01".split()
_TLV: Final = (b"\0\x65", b"\0\x66", b"\0\x68", b"\x04\x60", b"\x81", b"\x82", b"\x80", b"\0\0")
_JSON: Final = (
    b'"records"', b'"type"', b'"fields"', b'"raw"', b'{"raw":"', b'"frames"', b'"times"', b"null", b"true",
    b"[]", b"{}", b'"family":"ssv"', b'"family":"noemie"', b'"form"', b'"eol"', b'"offset"', b'"norme"',
    b'"bytes"', b"1e400", b"-0",
)  # fmt: skip
_XML: Final = (*b"<raw <none hex= text= <!DOCTYPE &a; &#0; ]]> <?x?> xmlns=".split(), b"<!ENTITY a 'b'>")
_TOML: Final = (
    b"[[", b"]]", b" = ", b'"""', b"1979-05-27", b"0x", b"inf", b"nan", b"true", b"[facture]",
    b"[[facture]]", b"a.b.c", b"{a=1}", b"issue", b"rejetee", b"lot", b"numero", b"rang",
    b"99999999999999999999", b"-1", b"1e9", b"proportion", b"severity", b"delais", b"reject", b"code",
    b"date", b"\\u0000", b"\\ud800",
)  # fmt: skip
_MIME: Final = (
    b"Content-Type: ", b"multipart/mixed; boundary=", b"message/rfc822", b"base64", b"quoted-printable",
    b"=?utf-8?b?", b"--", b"\r\n\r\n", b"charset=unknown-8bit", b"filename*=utf-8''%", b"From ",
    b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"\x1f\x8b\x08", b"application/EDI-consent", b"x-uuencode",
)  # fmt: skip
_HTTP: Final = (
    b"%00", b"%ff", b"%2e%2e", b"&page=", b"&page=-1", b"&r=", b"lang=xx", b"content-type: ",
    b"content-length: ", b"accept: json", b"authorization: Bearer ", b"transfer-encoding: chunked", b"HEAD ",
    b"POST ", b"OPTIONS ", b"/api/", b"/facture/", b"1-00", b"multipart/form-data; boundary=", b"--x\r\n",
    b"0000-00-00", b"2026-99",
)  # fmt: skip

#: Errors of documents that are told, or turned back.
_TOLD: Final = (FormatError, ConvertError, EncodingError, WrongKindError)
#: Errors of the tables and files that a person writes.
_WRITTEN: Final = (TomlError, SiteCatalogueError, CodeTableError, LayoutError)

#: Those that take more than 2 ms an input are tried less by each run of the tests: a few seconds each.
TARGETS: Final[dict[str, Target]] = {
    "check": Target(oracles.check, seeds.flows, words=_B2),
    "flow": Target(oracles.flow, seeds.flows, (FormatError, EncodingError), _B2),
    "returns": Target(oracles.retour, seeds.returns, words=_NOEMIE),
    "zones": Target(oracles.zone, seeds.zones, words=_TLV),
    "arls": Target(oracles.arl, seeds.arls, words=_JSON),
    "json": Target(oracles.as_json, lambda: seeds.documents("json"), _TOLD, _JSON),
    "xml": Target(oracles.as_xml, lambda: seeds.documents("xml"), _TOLD, _XML),
    "cells": Target(oracles.cells, seeds.told, (FormatError, WrongKindError), _B2),
    "columns": Target(oracles.columns, seeds.flows, words=_B2, mutations=100),
    "mask": Target(oracles.masked, seeds.marked, (FormatError, SurvivalError), _B2),
    "diff": Target(oracles.differences, seeds.pairs, (FormatError, DifferentFamiliesError), _B2),
    "followup": Target(oracles.followed, seeds.worlds, words=_NOEMIE),
    "recognise": Target(oracles.recognised, seeds.files, words=(*_B2, *_NOEMIE, *_TLV, *_JSON, *_XML)),
    "envelopes": Target(oracles.envelope, seeds.envelopes, words=_MIME),
    "rights": Target(oracles.rights, seeds.rights, words=b"nir date_naissance sep=; 1,96110E+12 O N".split()),
    "tables": Target(oracles.table, seeds.tables, (FormatError, TomlError), (*_TOML, b"Lot", b"(1)")),
    "configuration": Target(oracles.configuration, seeds.configurations, (TomlError,), _TOML),
    "site": Target(oracles.site, seeds.sites, _WRITTEN, (*_TOML, b"list", b"label_fr")),
    "scenarios": Target(oracles.scenario, seeds.scenarios, (TomlError,), _TOML),
    "verbs": Target(oracles.command, seeds.commands, (), _NOEMIE, mutations=60),
    "page": Target(oracles.request, seeds.requests, (), _HTTP, mutations=60),
}
