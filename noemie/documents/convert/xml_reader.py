"""Documents read from XML, one record at a time; what could harm the reader is refused.

Before lxml sees a byte: another encoding than UTF-8, and any DOCTYPE, hence any entity, which only a DOCTYPE
can declare. Then: depth, number of fields, size of texts. Nothing is fetched. No text of lxml is passed on:
it quotes what it reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from lxml import etree

from flatfile import Source
from fse.normes import NORMS
from noemie.documents.convert.errors import ConvertError
from noemie.documents.convert.field_values import Raw, Told
from noemie.documents.convert.json_form import make_frame
from noemie.documents.convert.model import (
    UNKNOWN,
    Document,
    End,
    Family,
    Frame,
    Head,
    Item,
    read_ends,
    read_ordre,
    read_ways,
)
from noemie.documents.convert.xml_words import (
    END,
    FIELD,
    FRAME,
    GROUP,
    HIDDEN,
    KNOWN_GROUP,
    MOST_DEPTH,
    MOST_FIELDS,
    NONE,
    RAW,
    RECORD,
    ROOTS,
    namespace,
    schema_name,
)

#: Bytes of one record of a document.
MOST_BYTES: Final = 64 << 20

_CHUNK: Final = 1 << 16
_BOM: Final = b"\xef\xbb\xbf"
_ENCODING: Final = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")
_UTF_8: Final = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_NUMBER: Final = re.compile(r"[0-9]{1,12}")
_ENTITIES: Final = frozenset(
    {
        etree.ErrorTypes.ERR_UNDECLARED_ENTITY,
        etree.ErrorTypes.WAR_UNDECLARED_ENTITY,
        etree.ErrorTypes.ERR_ENTITY_LOOP,
    }
)
#: `XML_ERR_RESOURCE_LIMIT`, and what older versions of libxml2 say of a text that is too long.
_LIMITS: Final = frozenset({114, etree.ErrorTypes.ERR_ATTRIBUTE_NOT_FINISHED})


def read_xml(source: Source) -> Document:
    """A document from its XML. Raises `ConvertError`, here or while it is read."""
    _verify_prolog(source.head)
    elements = _elements(source)
    root = next(elements, None)
    if root is None:
        raise ConvertError("fin")
    head, space = _head(root)
    first = None
    for element in elements:
        if element.tag != space + FRAME:
            first = element
            break
        head.frames.append(_frame(element))
    end = End()
    return Document(head, _items(head.family, space, first, elements, end), end)


# --- what is refused first --------------------------------------------------------------------------------


def _verify_prolog(head: bytes) -> None:
    """What stands before the root element: comments, instructions, no DOCTYPE. Raises `ConvertError`."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:64]:
        raise ConvertError("encodage")
    at = len(_BOM) if head.startswith(_BOM) else 0
    while True:
        at += len(head[at:]) - len(head[at:].lstrip(b" \t\r\n"))
        line = head.count(b"\n", 0, at) + 1
        if head.startswith(b"<?", at):
            stop = head.find(b"?>", at)
            declared = _ENCODING.search(head, at, max(stop, at)) if head.startswith(b"<?xml", at) else None
            if declared and declared[1].lower() not in _UTF_8:
                raise ConvertError("encodage", line=line)
        elif head.startswith(b"<!--", at):
            stop = head.find(b"-->", at)
        elif head.startswith(b"<!", at):
            raise ConvertError("doctype", line=line)
        elif head.startswith(b"<", at):
            return
        else:
            stop = -1
        if stop < 0:
            whole = at < len(head) and not head.startswith((b"<?", b"<!--"), at)
            raise ConvertError("xml", line=line) if whole else ConvertError("prologue", size=len(head))
        at = head.find(b">", stop) + 1


# --- elements, as they are whole --------------------------------------------------------------------------


def _parser() -> Any:
    return etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _elements(source: Source) -> Iterator[Any]:
    """The root as soon as it starts, then each of its children once it is whole, which is forgotten after."""
    parser = _parser()
    depth = fields = size = 0
    while True:
        piece = source.read(_CHUNK)
        error = _fed(parser, piece)
        # What was read before a fault may explain it better.
        for event, element in parser.read_events():
            if event == "end":
                depth -= 1
                if depth == 1:
                    yield element
                    _forget(element)
                    fields = size = 0
                continue
            depth += 1
            fields += depth == MOST_DEPTH
            if depth == 1:
                yield element
            elif depth > MOST_DEPTH:
                raise ConvertError("profondeur", line=_line(element), most=MOST_DEPTH)
            elif fields > MOST_FIELDS:
                raise ConvertError("nombre-elements", line=_line(element), most=MOST_FIELDS)
        if error is not None:
            raise _located(error, parser, ended=not piece)
        if not piece:
            return
        size += len(piece)
        if size > MOST_BYTES:
            raise ConvertError("taille", size=MOST_BYTES)


def _fed(parser: Any, piece: bytes) -> Any:
    """Give the parser some bytes, or the end when there are none; the error it finds, if any."""
    try:
        if piece:
            parser.feed(piece)
        else:
            parser.close()
    except etree.XMLSyntaxError as error:
        return error
    return None


def _located(error: Any, parser: Any, *, ended: bool) -> ConvertError:
    """What is wrong, without the words of lxml."""
    line = error.lineno if isinstance(error.lineno, int) else 0
    entity = next((entry for entry in parser.feed_error_log if entry.type in _ENTITIES), None)
    if entity is not None:
        return ConvertError("doctype", line=entity.line)
    if ended:
        return ConvertError("fin", line=line)
    if error.code in _LIMITS:
        return ConvertError("taille", line=line, size=10_000_000)
    if error.code in (etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING):
        return ConvertError("encodage", line=line)
    return ConvertError("xml", line=line)


def _forget(element: Any) -> None:
    element.clear()
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]


def _line(element: Any) -> int:
    return element.sourceline if isinstance(element.sourceline, int) else 0


# --- elements to items ------------------------------------------------------------------------------------


_SCHEMAS: Final[tuple[tuple[Family, str], ...]] = (
    *(("b2", name) for name in NORMS),
    ("noemie", ""),
    ("ssv", ""),
)


def _head(root: Any) -> tuple[Head, str]:
    """The head, and what the tags of the document start with."""
    for family, norme in _SCHEMAS:
        space = f"{{{namespace(schema_name(family, norme))}}}"
        if root.tag != space + ROOTS[family]:
            continue
        values = root.get("values")
        if values not in ("true", "false"):
            raise ConvertError("attribut", line=_line(root))
        head = Head(family, values == "true", norme)
        if family == "b2":
            head.eol = read_ends(root.get("eol"))
        elif family == "noemie":
            head.envelope = root.get("envelope", "")
        return head, space
    raise ConvertError("espace", line=_line(root))


def _frame(element: Any) -> Frame:
    numbers = [_number(element, name) for name in ("size", "times")]
    return make_frame(element.get("prefix", "?"), numbers[0], element.get("suffix", "?"), numbers[1])


def _number(element: Any, name: str) -> int:
    text = element.get(name, "")
    if not _NUMBER.fullmatch(text):
        raise ConvertError("attribut", 0, name, line=_line(element))
    return int(text)


def _items(family: Family, space: str, first: Any, others: Iterator[Any], end: End) -> Iterator[Item]:
    read = _read_group if family == "ssv" else _read_record
    number = 0
    element = first
    while element is not None and element.tag != space + END:
        number += 1
        line = _line(element)
        try:
            item = _item(element, space, number, read)
        except ConvertError as error:
            raise error.at(number, line) from None
        yield item
        element = next(others, None)
    if element is None:
        raise ConvertError("fin", number)
    end.sha256 = element.get("sha256", "")
    end.gap = read_ends(element.get("gap", ""))
    if (left := next(others, None)) is not None:
        raise ConvertError("element", line=_line(left))


_Fields = dict[str, Told]
_Reader = Callable[[Any, str], tuple[str, _Fields, dict[str, int]]]


def _item(element: Any, space: str, number: int, read: _Reader) -> Item:
    forms: dict[str, int] = {}
    fields, raw = None, None
    if element.tag == space + RAW:
        type_, raw = element.get("type", UNKNOWN), _raw(element).data
    else:
        _verify_blank(element.text, element)
        type_, fields, forms = read(element, space)
    eol, gap = element.get("eol"), element.get("gap", "")
    return Item(
        number,
        0,
        type_,
        fields,
        raw,
        eol=None if eol is None else read_ends(eol, number),
        gap=read_ends(gap, number),
        form=_number(element, "form") if element.get("form") is not None else None,
        forms=forms,
        ways=read_ways(element.get("written", ""), number),
        ordre=read_ordre(element.get("ordre", ""), number),
    )


def _read_record(element: Any, space: str) -> tuple[str, _Fields, dict[str, int]]:
    tag = element.tag
    if not tag.startswith(space + RECORD):
        raise ConvertError("element")
    skip = len(space)
    fields: _Fields = {}
    for child in element:
        if not child.tag.startswith(space):
            raise ConvertError("espace", line=_line(child))
        name = child.tag[skip:]
        if child.tail is not None:
            _verify_blank(child.tail, child)
        if name == RAW:
            fields[_field(child)] = _raw(child)
        elif name == HIDDEN:
            raise ConvertError("valeurs", 0, _field(child))
        elif name == NONE:
            fields[_field(child)] = None
        else:
            fields[name] = child.text or ""
    _verify_once(fields, element)
    return tag[skip + len(RECORD) :], fields, {}


def _read_group(element: Any, space: str) -> tuple[str, _Fields, dict[str, int]]:
    skip = len(space)
    name = element.tag[skip:]
    if name == GROUP:
        id = element.get("id", "")
    elif element.tag.startswith(space + KNOWN_GROUP):
        id = name[len(KNOWN_GROUP) :]
    else:
        raise ConvertError("element")
    fields: _Fields = {}
    forms: dict[str, int] = {}
    for child in element:
        if not child.tag.startswith(space):
            raise ConvertError("espace", line=_line(child))
        if child.tail is not None:
            _verify_blank(child.tail, child)
        field = child.tag[skip:]
        if field == FIELD:
            field = f"{FIELD}_{child.get('position', '')}"
        if child.get("form") is not None:
            forms[field] = _number(child, "form")
        if child.get(HIDDEN) is not None:
            raise ConvertError("valeurs", 0, _named(field))
        exact = child.get("text") is not None or child.get("hex") is not None
        fields[field] = _raw(child) if exact else child.text or ""
    _verify_once(fields, element)
    return id, fields, forms


def _verify_once(fields: _Fields, element: Any) -> None:
    """Of two values of a field one would be lost."""
    if len(fields) != len(element):
        raise ConvertError("double", line=_line(element))


_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


def _field(element: Any) -> str:
    """The name of a field, when it is one: an attribute may hold anything."""
    return _named(element.get("field", ""))


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ConvertError("attribut", 0, "field")
    return name


def _raw(element: Any) -> Raw:
    """The bytes that an element carries in `text` or `hex`."""
    text, hexa = element.get("text"), element.get("hex")
    if (text is None) == (hexa is None) or element.text:
        raise ConvertError("text-hex", line=_line(element))
    try:
        return Raw(bytes.fromhex(hexa) if text is None else text.encode("latin-1"))
    except UnicodeEncodeError:
        raise ConvertError("texte", line=_line(element)) from None
    except ValueError:
        raise ConvertError("hexa", line=_line(element)) from None


def _verify_blank(text: str | None, element: Any) -> None:
    """Text between elements would be lost. Raises `ConvertError`."""
    if text and text.strip(" \t\r\n"):
        raise ConvertError("element", line=_line(element))
