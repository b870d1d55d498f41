"""SSV zones as documents, and back: groups of named fields, with the forms of their lengths.

A group whose id no table describes has fields `champ_1`, `champ_2`... What follows the last whole group of
a damaged zone is one item of type `?`, told by its bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from codes.lists import ssv
from flatfile import EncodingError, Field, Readable
from fse.ssv import Group, GroupLayout, Zone, ZoneField, read_zone
from fse.ssv.champs import Champs
from fse.ssv.scan import LONGEST_FORM, shortest_form
from fse.ssv.tables import Tables
from fse.ssv.trusted import Doubt
from fse.ssv.writing import encode_length
from noemie.documents.convert.errors import ConvertError
from noemie.documents.convert.field_values import Raw, Told, raw_bytes
from noemie.documents.convert.model import UNKNOWN, Digest, Document, End, Head, Item
from noemie.documents.hidden import HIDDEN, Hider

_TOP_ID: Final = 0xFFFF
#: Bytes of a NIR with its key: a shorter text cannot hold one.
_NIR: Final = 15


def tell_zone(source: Readable | Zone, *, values: bool, layouts: Path | None = None) -> Document:
    """A zone as a document; without `values`, personal data are hidden. Raises what `read_zone` raises."""
    zone = source if isinstance(source, Zone) else read_zone(source, layouts=layouts)
    end = End()
    digest = Digest()
    digest.add(zone.raw)
    digest.tell(end, values=values)
    return Document(Head("ssv", values), _items(zone, end, values=values), end)


def _items(zone: Zone, end: End, *, values: bool) -> Iterator[Item]:
    stop = 0
    for group in zone.groups:
        stop = group.stop
        yield _item(group, values=values)
        end.count = group.number
    rest = zone.raw[stop:]
    if rest:
        end.count += 1
        yield Item(end.count, stop, UNKNOWN, None, rest if values else None, len(rest))


def _item(group: Group, *, values: bool) -> Item:
    hider = None if values else _GroupHider(group)
    layout = group.layout or GroupLayout(group.id)
    told: dict[str, Told] = {}
    forms: dict[str, int] = {}
    for piece, value in zip(group.pieces(), group.fields, strict=True):
        field = layout.field(piece.position)
        text = value.decode("latin-1")
        told[field.name] = text if hider is None else hider.shown(field, text)
        if values and piece.form != shortest_form(len(value)):
            forms[field.name] = piece.form
    form = (
        group.length_form if values and group.length_form != shortest_form(group.stop - group.start) else None
    )
    return Item(group.number, group.offset, str(group.id), told, None, 0, form=form, forms=forms)


class _GroupHider:
    """Hides what may identify somebody in one group, and what cannot be vouched for."""

    def __init__(self, group: Group) -> None:
        self._all = group.layout is None
        self._doubt = Doubt(group, _champs())

    def shown(self, field: ZoneField, text: str) -> str:
        """The text of a field, or what stands in its place."""
        doubtful = self._all or self._doubt.on(field.position, len(text))
        if text and (doubtful or field.is_masked or len(text) >= _NIR):
            return HIDDEN
        return _HIDER.text(_FREE, text) if field.kind == "text" else text


@lru_cache(maxsize=1)
def _champs() -> Champs:
    return Champs(ssv())


#: What crosses out long numbers within texts.
_HIDER: Final = Hider()
_FREE: Final = Field("texte_libre", 1, 1, "text")


# --- back -------------------------------------------------------------------------------------------------


def zone_bytes(item: Item, tables: Tables) -> bytes:
    """The bytes of one group, or of what follows the last one. Raises `ConvertError`."""
    if item.fields is None:
        return item.raw or b""
    id = int(item.type) if item.type.isascii() and item.type.isdigit() and len(item.type) < 6 else -1
    if not 0 <= id <= _TOP_ID:
        raise ConvertError("type", item.number)
    layout = tables.get(id) or GroupLayout(id)
    content = bytearray()
    for position, (name, told) in enumerate(item.fields.items(), start=1):
        expected = layout.field(position).name
        if expected != name:
            raise ConvertError("position", item.number, expected)
        value = _value(told, item.number, name)
        content += _length(len(value), item.forms, name, item.number) + value
    return id.to_bytes(2, "big") + _length(len(content), _own(item), "", item.number) + content


def _own(item: Item) -> Mapping[str, int]:
    return {} if item.form is None else {"": item.form}


def _value(told: Told, number: int, name: str) -> bytes:
    if told == HIDDEN:
        raise ConvertError("valeurs", number, name)
    return told.data if isinstance(told, Raw) else raw_bytes(told, number, name)


def _length(length: int, forms: Mapping[str, int], name: str, number: int) -> bytes:
    form = forms.get(name, 0)
    if type(form) is not int or not 0 <= form <= LONGEST_FORM:
        raise ConvertError("forme", number, name)
    try:
        return encode_length(length, form)
    except EncodingError:
        raise ConvertError("trop-grand", number, name, size=256**LONGEST_FORM - 1) from None
