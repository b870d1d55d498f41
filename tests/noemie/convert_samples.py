"""Files that the conversion tests read, and ways to damage them. The people in them are invented."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

from hypothesis import strategies as st
from noemie_samples import RETOURS

from fixtures.generate import Parametres, generate
from flatfile.fixed import BOM
from fse import norme
from fse.ssv import AssureCarte, BeneficiaireCarte, DroitsCarte, Zone, build_carte_vitale
from fse.ssv.writing import encode_length
from noemie.documents import convert

#: What identifies the holder of the card.
NIR, NOM = "2840299999042", "MARQUEUR"


def place(type: str, field: str, norm: str = "PS-2003C") -> slice:
    """Where a field stands in a record."""
    return norme(norm).layouts[type].by_name[field].slice


def put(data: bytes, rank: int, type: str, field: str, value: bytes) -> bytes:
    """A flow in which one field of the record at a 0-based rank has other bytes."""
    at = place(type, field)
    assert len(value) == at.stop - at.start
    return data[: 128 * rank + at.start] + value + data[128 * rank + at.stop :]


def flow(profile: str = "medecin", invoices: int = 3, norm: str = "") -> bytes:
    """The first file of a generation."""
    options = {"norm": norm} if norm else {}
    return next(generate(Parametres(profile, seed=4, invoices=invoices, **options))).data  # type: ignore[arg-type]


def card() -> bytes:
    """A Vitale card."""
    person = BeneficiaireCarte(
        nom_usuel=NOM,
        prenom="ODETTE",
        date_naissance=date(1984, 2, 29),
        nom_patronymique=NOM,
        adresse=["", "BAT IMAGINAIRE", "1 RUE DE NULLE PART", "", "00000 VILLE-INVENTEE"],
        droits=[DroitsCarte(date(2020, 1, 1), date(2030, 12, 31))],
    )
    holder = AssureCarte(nir=NIR, numero_serie="12345678", date_fin_validite=date(2030, 12, 31))
    return build_carte_vitale(holder, [person]).to_bytes()


def wasteful(id: int = 101, forms: tuple[int, ...] = (0, 1, 2, 4), form: int = 3) -> bytes:
    """A group whose lengths are in longer forms than needed."""
    values = [b"T", b"12345678", b"", b" \x00\xe9"]
    content = b"".join(
        encode_length(len(value), long) + value for value, long in zip(values, forms, strict=True)
    )
    return id.to_bytes(2, "big") + encode_length(len(content), form) + content


ZONES = {
    "card": card(),
    "unknown-group": Zone.build([(101, [b"T"] * 20), (4242, [b"A", b"", b"\0\x1b"])]).to_bytes(),
    "long-forms": wasteful() + wasteful(4242),
    "damaged": card()[:-3],
    "filling": card() + b"\x1a\r\n",
}

FLOWS = {
    "city": flow(),
    "nurse": flow("infirmier"),
    "smg": flow("smg"),
    "hospital": flow("hopital"),
    "hospital-2003": flow("hopital", norm="CP-2003C"),
}


def _lines(data: bytes, eol: bytes) -> bytes:
    return b"".join(data[at : at + 128] + eol for at in range(0, len(data), 128))


def wrapped(data: bytes, width: int = 76, eol: bytes = b"\r\n") -> bytes:
    """A file as a mail wraps it."""
    return eol.join(data[at : at + width] for at in range(0, len(data), width))


CITY = FLOWS["city"]
DAMAGED = {
    "crlf": _lines(CITY, b"\r\n"),
    "bom-crlf": b"\xef\xbb\xbf" + _lines(CITY, b"\r\n"),
    "bom": b"\xef\xbb\xbf" + CITY,
    "uneven": _lines(CITY[:512], b"\n") + _lines(CITY[512:], b"\r\n"),
    "no-last-end": _lines(CITY, b"\r")[:-1],
    "0x1a": CITY + b"\x1a",
    "cut": CITY[:-60],
    "short": CITY[:300] + CITY[301:],
    "unknown": CITY[:256] + b"8" + CITY[257:],
    "nul": CITY[:330] + b"\0" * 9 + CITY[339:],
    "control": CITY[:300] + b"\x1b\x85\x0c<&>]]>" + CITY[309:],
    "accents": CITY[:300] + "ÉÈÀ".encode("latin-1") + CITY[303:],
    "blanks": _lines(CITY, b"\n") + b"\n\n\r\n",
    "wrapped": wrapped(CITY),
    "wrapped-damaged": BOM + wrapped(CITY[:300] + CITY[301:], 200, b"\n") + b"\n\x1a",
}

FILES = {**FLOWS, **DAMAGED, **RETOURS, **ZONES}

WRITERS = {"json": (convert.to_json, convert.from_json), "xml": (convert.to_xml, convert.from_xml)}


def written(data: bytes, form: str, *, values: bool = True) -> bytes:
    """The document of a file."""
    out = io.BytesIO()
    WRITERS[form][0](data, out, values=values)
    return out.getvalue()


def restored(document: bytes, form: str) -> bytes:
    """The file of a document."""
    out = io.BytesIO()
    WRITERS[form][1](document, out)
    return out.getvalue()


class Endless(io.RawIOBase):
    """The start of a flow, `times` times the records of an invoice, the end, made as they are read."""

    def __init__(self, data: bytes, times: int) -> None:
        records = [data[at : at + 128] for at in range(0, len(data), 128)]
        first = next(rank for rank, record in enumerate(records) if record[:1] == b"2")
        last = next(rank for rank, record in enumerate(records) if record[:1] == b"5") + 1
        self._pieces = self._made(
            b"".join(records[:first]), b"".join(records[first:last]), b"".join(records[-2:]), times
        )
        self._rest = b""
        self.ended = False

    @staticmethod
    def _made(start: bytes, invoice: bytes, end: bytes, times: int) -> Iterator[bytes]:
        yield start
        for _ in range(times // 100):
            yield invoice * 100
        yield end

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (piece := next(self._pieces, b"")):
            self._rest += piece
        self.ended = self.ended or not self._rest
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


#: Changes made to a file: what, where, how many bytes, which bytes.
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["delete", "insert", "replace", "swap"]),
        st.integers(0, 1 << 20),
        st.integers(1, 140),
        st.binary(min_size=1, max_size=40) | st.sampled_from([b"\r\n", b"\x1a", b"\0", b"@", b"999", b"  "]),
    ),
    max_size=5,
)


def damaged(data: bytes, edits: list[tuple[str, int, int, bytes]]) -> bytes:
    """A file with some bytes lost, added, changed or moved."""
    made = bytearray(data)
    for kind, place, length, piece in edits:
        at = place % max(1, len(made))
        if kind == "delete":
            del made[at : at + length]
        elif kind == "insert":
            made[at:at] = piece
        elif kind == "replace":
            made[at : at + len(piece)] = piece
        else:
            made += made[at : at + length]
            del made[at : at + length]
    return bytes(made)
