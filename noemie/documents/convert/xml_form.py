"""Documents written in XML, one record at a time, with `lxml`; see `noemie.documents.convert.xml_words`."""

from __future__ import annotations

import re
from typing import Any, BinaryIO, Final

from lxml import etree

from noemie.documents.convert.errors import ConvertError
from noemie.documents.convert.field_values import Raw, Told
from noemie.documents.convert.model import Document, Head, Item, name_ends
from noemie.documents.convert.xml_words import (
    END,
    FIELD,
    FRAME,
    GROUP,
    HIDDEN,
    KNOWN_GROUP,
    MOST_FIELDS,
    MOST_RECORD,
    MOST_VALUE,
    NONE,
    RAW,
    RECORD,
    RESERVED,
    ROOTS,
    is_plain,
    namespace,
    raw_attribute,
    schema_name,
)
from noemie.documents.hidden import HIDDEN as MASKED

_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")

#: Bytes gathered before they are written.
_BUFFER: Final = 1 << 16


def write_xml(
    document: Document, destination: BinaryIO, known: dict[str, frozenset[str]] | None = None
) -> None:
    """Write a document.

    `known` gives, for a zone, the names of the fields of each described group: the others have no element of
    their own. Raises `ConvertError` on a value that is too long for XML.
    """
    head = document.head
    target = _Gathered(destination)
    spaces = {None: namespace(schema_name(head.family, head.norme))}
    make = _zone_element if head.family == "ssv" else _record_element
    with etree.xmlfile(target, encoding="UTF-8", buffered=False) as out:
        target.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
        with out.element(ROOTS[head.family], _root_attributes(head), nsmap=spaces):
            # Elements have no namespace of their own: written as text, they are in that of the root.
            for frame in head.frames:
                told = {"prefix": frame.prefix.hex(), "size": str(frame.size)}
                told |= {"suffix": frame.suffix.hex(), "times": str(frame.times)}
                out.write("\n", etree.Element(FRAME, told))
            for item in document:
                out.write("\n", make(item, known or {}))
            out.write("\n", _end_element(document), "\n")
    target.write(b"\n")
    target.flush()


class _Gathered:
    """Small pieces gathered before they are written."""

    def __init__(self, destination: BinaryIO) -> None:
        self._destination = destination
        self._kept = bytearray()

    def write(self, piece: bytes) -> int:
        self._kept += piece
        if len(self._kept) >= _BUFFER:
            self.flush()
        return len(piece)

    def flush(self) -> None:
        self._destination.write(bytes(self._kept))
        self._kept.clear()


def _root_attributes(head: Head) -> dict[str, str]:
    told = {"values": "true" if head.values else "false"}
    if head.family == "b2":
        told["eol"] = name_ends(head.eol)
    elif head.family == "noemie":
        told["envelope"] = head.envelope
    return told


def _end_element(document: Document) -> Any:
    end = document.end
    told = {"count": str(end.count), "bytes": str(end.size)}
    if end.gap:
        told["gap"] = name_ends(end.gap)
    if end.sha256:
        told["sha256"] = end.sha256
    return etree.Element(END, told)


def _attributes(item: Item) -> dict[str, str]:
    told = {"record": str(item.number), "offset": str(item.offset)}
    if item.facture:
        told["facture"] = str(item.facture)
    if item.ligne:
        told["ligne"] = str(item.ligne)
    if item.eol is not None:
        told["eol"] = name_ends(item.eol)
    if item.gap:
        told["gap"] = name_ends(item.gap)
    if item.ways:
        told["written"] = " ".join(item.ways)
    if item.retour > 1:
        told["retour"] = str(item.retour)
    if item.ordre:
        told["ordre"] = item.ordre
    if item.douteux:
        told["douteux"] = " ".join(item.douteux)
    if item.form is not None:
        told["form"] = str(item.form)
    return told


def _raw_element(item: Item) -> Any:
    told = _attributes(item) | {"type": item.type, "length": str(item.length)}
    if item.raw is None:
        told[HIDDEN] = "true"
    else:
        _verify_size(item.raw, item.number)
        told.update([raw_attribute(item.raw.decode("latin-1"))])
    return etree.Element(RAW, told)


def _record_element(item: Item, _: object) -> Any:
    if item.fields is None:
        return _raw_element(item)
    if not _NAME.fullmatch(item.type) or RESERVED & item.fields.keys():
        raise ConvertError("nom", item.number)  # a table of the site may say anything
    element = etree.Element(RECORD + item.type, _attributes(item))
    add = etree.SubElement
    apart: list[tuple[str, Told]] = []
    for name, told in item.fields.items():
        if type(told) is int:
            add(element, name).text = str(told)
        elif type(told) is str and told != MASKED and is_plain(told):
            add(element, name).text = told
        else:
            apart.append((name, told))
    for name, told in apart:
        if told is None or told == MASKED:
            add(element, NONE if told is None else HIDDEN, field=name)
        else:
            text = told.data.decode("latin-1") if isinstance(told, Raw) else str(told)
            add(element, RAW, dict([("field", name), raw_attribute(text)]))
    return element


def _zone_element(item: Item, known: dict[str, frozenset[str]]) -> Any:
    if item.fields is None:
        return _raw_element(item)
    if len(item.fields) > MOST_FIELDS:
        raise ConvertError("nombre-elements", item.number, most=MOST_FIELDS)
    names = known.get(item.type)
    if names is None:
        element = etree.Element(GROUP, {"id": item.type} | _attributes(item))
    else:
        element = etree.Element(KNOWN_GROUP + item.type, _attributes(item))
    size = 0
    for position, (name, told) in enumerate(item.fields.items(), start=1):
        described = names is not None and name in names
        child = etree.SubElement(element, name if described else FIELD)
        if not described:
            child.set("position", str(position))
        if name in item.forms:
            child.set("form", str(item.forms[name]))
        text = str(told)
        size += len(text)
        if told == MASKED:
            child.set(HIDDEN, "true")
        elif is_plain(text):
            child.text = text
        else:
            child.set(*raw_attribute(text))
        _verify_size(text, item.number, name)
    if size > MOST_RECORD:
        raise ConvertError("trop-grand", item.number, size=MOST_RECORD)
    return element


def _verify_size(value: bytes | str, number: int, name: str = "") -> None:
    if len(value) > MOST_VALUE:
        raise ConvertError("trop-grand", number, name, size=MOST_VALUE)
