"""What is attacked: each target with what it starts from, what must hold, and the errors that it documents.

Anything else than these errors is a failure. A new reader, writer, verb or route gets its line here.
"""

from __future__ import annotations

from collections.abc import Callable
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

    `attack` takes the bytes, raises one of `errors` or gives what was said of them, if anything; `corpus` gives
    inputs that are right; `words` mean something to the format; `mutations` are those that the tests try.
    """

    attack: Callable[[bytes], set[str] | None]
    corpus: Callable[[], list[bytes]]
    errors: tuple[type[Exception], ...] = (FormatError,)
    words: tuple[bytes, ...] = ()
    mutations: int = 2000


_B2: Final = (
    b"000",
    b"1",
    b"2",
    b"2B",
    b"2M",
    b"3",
    b"4",
    b"4M",
    b"4U",
    b"5",
    b"6",
    b"999",
    b"B2",
    b"PS",
    b"991068040",
)
_NOEMIE: Final = (
    b"000",
    b"999",
    b"@040",
    b"@071",
    b"@102",
    b"@103",
    b"@198",
    b"@290",
    b"@294",
    b"@295",
    b"@990",
    b"99",
    b"01",
)
_TLV: Final = (b"\0\x65", b"\0\x66", b"\0\x68", b"\x04\x60", b"\x81", b"\x82", b"\x80", b"\0\0")
_JSON: Final = (
    b'"records"', b'"type"', b'"fields"', b'"raw"', b'{"raw":"', b'"frames"', b'"times"', b"null", b"true", b"[]", b"{}",
    b'"family":"ssv"', b'"family":"noemie"', b'"form"', b'"eol"', b'"offset"', b'"norme"', b'"bytes"', b"1e400", b"-0",
)  # fmt: skip
_XML: Final = (
    b"<raw ",
    b"<none ",
    b'hex="',
    b'text="',
    b"<!DOCTYPE a [",
    b"<!ENTITY a 'b'>",
    b"&a;",
    b"&#0;",
    b"]]>",
    b"<?x?>",
    b"xmlns=",
)
_TOML: Final = (
    b"[[", b"]]", b" = ", b'"""', b"1979-05-27", b"0x", b"inf", b"nan", b"true", b"[facture]", b"[[facture]]", b"a.b.c",
    b"{a=1}", b"issue", b"rejetee", b"lot", b"numero", b"rang", b"99999999999999999999", b"-1", b"1e9", b"proportion",
    b"severity", b"delais", b"reject", b"code", b"date", b"\\u0000", b"\\ud800",
)  # fmt: skip
_MIME: Final = (
    b"Content-Type: ", b"multipart/mixed; boundary=", b"message/rfc822", b"base64", b"quoted-printable", b"=?utf-8?b?",
    b"--", b"\r\n\r\n", b"charset=unknown-8bit", b"filename*=utf-8''%", b"From ", b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06",
    b"\x1f\x8b\x08", b"application/EDI-consent", b"x-uuencode",
)  # fmt: skip
_HTTP: Final = (
    b"%00", b"%ff", b"%2e%2e", b"&page=", b"&page=-1", b"&r=", b"lang=xx", b"content-type: ", b"content-length: ", b"accept: json",
    b"authorization: Bearer ", b"transfer-encoding: chunked", b"HEAD ", b"POST ", b"OPTIONS ", b"/api/", b"/facture/", b"1-00",
    b"multipart/form-data; boundary=", b"--x\r\n", b"0000-00-00", b"2026-99",
)  # fmt: skip

#: Errors of the tables and files that a person writes.
_WRITTEN: Final = (TomlError, SiteCatalogueError, CodeTableError, LayoutError)

TARGETS: Final[dict[str, Target]] = {
    "check": Target(oracles.check, seeds.flows, words=_B2),
    "flow": Target(oracles.flow, seeds.flows, words=_B2),
    "returns": Target(oracles.retour, seeds.returns, words=_NOEMIE),
    "zones": Target(oracles.zone, seeds.zones, words=_TLV),
    "arls": Target(oracles.arl, seeds.arls, words=_JSON),
    "json": Target(
        oracles.as_json,
        lambda: seeds.documents("json"),
        (FormatError, ConvertError, EncodingError, WrongKindError),
        words=_JSON,
    ),
    "xml": Target(
        oracles.as_xml,
        lambda: seeds.documents("xml"),
        (FormatError, ConvertError, EncodingError, WrongKindError),
        words=_XML,
    ),
    "cells": Target(
        oracles.cells, lambda: seeds.flows() + seeds.returns(), (FormatError, WrongKindError), words=_B2
    ),
    # "columns": the columns of `noemie.documents.columns` hold what the cells of `cells` hold.
    "mask": Target(oracles.masked, seeds.marked, (FormatError, SurvivalError), words=_B2),
    "diff": Target(oracles.differences, seeds.pairs, (FormatError, DifferentFamiliesError), words=_B2),
    "followup": Target(oracles.followed, seeds.worlds, words=_NOEMIE),
    "recognise": Target(oracles.recognised, seeds.files, words=(*_B2, *_NOEMIE, *_TLV, *_JSON, *_XML)),
    "envelopes": Target(oracles.envelope, seeds.envelopes, words=_MIME),
    "rights": Target(
        oracles.rights, seeds.rights, words=(b"nir", b"date_naissance", b"sep=;", b"1,96110E+12", b"O", b"N")
    ),
    "tables": Target(
        oracles.table,
        seeds.tables,
        (FormatError, TomlError),
        words=(*_TOML, b"Lot", b"=1+1", b"(1)", b"\xe2\x82\xac"),
    ),
    "configuration": Target(oracles.configuration, seeds.configurations, (TomlError,), words=_TOML),
    "site": Target(oracles.site, seeds.sites, _WRITTEN, words=(*_TOML, b"list", b"label_fr")),
    "scenarios": Target(oracles.scenario, seeds.scenarios, (TomlError,), words=_TOML),
    "verbs": Target(oracles.command, seeds.commands, (), words=_NOEMIE, mutations=100),
    "page": Target(oracles.request, seeds.requests, (), words=_HTTP, mutations=500),
}
