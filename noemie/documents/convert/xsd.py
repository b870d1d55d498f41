"""XML schemas (XSD 1.0) of documents, made from the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from flatfile import Layout
from fse.ssv import GroupLayout
from noemie.documents.convert.model import SCHEMA_VERSION
from noemie.documents.convert.shapes import (
    Shape,
    Subject,
    about,
    about_zone_field,
    groups,
    records,
    shapes_of,
)
from noemie.documents.convert.xml_words import (
    END,
    FIELD,
    FRAME,
    GROUP,
    HIDDEN,
    KNOWN_GROUP,
    NONE,
    RAW,
    RECORD,
    ROOTS,
    namespace,
)

_MANY: Final = 'minOccurs="0" maxOccurs="unbounded"'

#: Types that every schema has.
_COMMON: Final = f"""\
<xs:simpleType name="lineEnds"><xs:restriction base="xs:string">\
<xs:pattern value="((CRLF|LF|CR)( (CRLF|LF|CR))*)?"/></xs:restriction></xs:simpleType>
<xs:simpleType name="oneEnd"><xs:restriction base="xs:string">\
<xs:enumeration value=""/><xs:enumeration value="CRLF"/><xs:enumeration value="LF"/>\
<xs:enumeration value="CR"/></xs:restriction></xs:simpleType>
<xs:simpleType name="form"><xs:restriction base="xs:integer">\
<xs:minInclusive value="0"/><xs:maxInclusive value="4"/></xs:restriction></xs:simpleType>
<xs:attributeGroup name="place">
<xs:attribute name="record" type="xs:positiveInteger"/>
<xs:attribute name="offset" type="xs:nonNegativeInteger"/>
<xs:attribute name="facture" type="xs:positiveInteger"/>
<xs:attribute name="ligne" type="xs:positiveInteger"/>
<xs:attribute name="eol" type="oneEnd"/>
<xs:attribute name="gap" type="lineEnds"/>
<xs:attribute name="written" type="xs:NMTOKENS"/>
<xs:attribute name="retour" type="xs:positiveInteger"/>
<xs:attribute name="ordre"><xs:simpleType><xs:restriction base="xs:string">\
<xs:enumeration value="AAMMJJ"/><xs:enumeration value="JJMMAA"/></xs:restriction></xs:simpleType>\
</xs:attribute>
<xs:attribute name="douteux" type="xs:NMTOKENS"/>
<xs:attribute name="form" type="form"/>
</xs:attributeGroup>
<xs:attributeGroup name="bytes">
<xs:attribute name="text" type="xs:string"/>
<xs:attribute name="hex" type="xs:hexBinary"/>
</xs:attributeGroup>
<xs:complexType name="rawRecord">
<xs:annotation><xs:documentation>A damaged or unknown record: text, hex, or hidden.\
</xs:documentation></xs:annotation>
<xs:attributeGroup ref="place"/><xs:attributeGroup ref="bytes"/>
<xs:attribute name="type" type="xs:string"/><xs:attribute name="length" type="xs:nonNegativeInteger"/>
<xs:attribute name="{HIDDEN}" type="xs:boolean"/>
</xs:complexType>
<xs:complexType name="rawField"><xs:attribute name="field" type="xs:NCName" use="required"/>\
<xs:attributeGroup ref="bytes"/></xs:complexType>
<xs:complexType name="fieldName"><xs:attribute name="field" type="xs:NCName" use="required"/></xs:complexType>
<xs:complexType name="end">
<xs:attribute name="count" type="xs:nonNegativeInteger"/>
<xs:attribute name="bytes" type="xs:nonNegativeInteger"/>
<xs:attribute name="gap" type="lineEnds"/><xs:attribute name="sha256" type="xs:hexBinary"/>
</xs:complexType>
<xs:group name="apart"><xs:choice>
<xs:element name="{RAW}" type="rawField"/><xs:element name="{NONE}" type="fieldName"/>\
<xs:element name="{HIDDEN}" type="fieldName"/>
</xs:choice></xs:group>
"""

_FRAME: Final = """\
<xs:complexType name="frame">
<xs:attribute name="prefix" type="xs:hexBinary" use="required"/>\
<xs:attribute name="size" type="xs:nonNegativeInteger" use="required"/>
<xs:attribute name="suffix" type="xs:hexBinary" use="required"/>\
<xs:attribute name="times" type="xs:nonNegativeInteger" use="required"/>
</xs:complexType>
"""

_ZONE_FIELD: Final = f"""\
<xs:complexType name="value"><xs:simpleContent><xs:extension base="xs:string">
<xs:attributeGroup ref="bytes"/><xs:attribute name="form" type="form"/>\
<xs:attribute name="{HIDDEN}" type="xs:boolean"/>
</xs:extension></xs:simpleContent></xs:complexType>
<xs:complexType name="champ"><xs:simpleContent><xs:extension base="value">
<xs:attribute name="position" type="xs:positiveInteger" use="required"/>
</xs:extension></xs:simpleContent></xs:complexType>
<xs:complexType name="group"><xs:sequence><xs:element name="{FIELD}" type="champ" {_MANY}/></xs:sequence>
<xs:attributeGroup ref="place"/><xs:attribute name="id" type="xs:unsignedShort" use="required"/>
</xs:complexType>
"""

_ROOT_ATTRIBUTES: Final = {
    "b2": '<xs:attribute name="eol" type="oneEnd" use="required"/>\n',
    "noemie": '<xs:attribute name="envelope" use="required"><xs:simpleType><xs:restriction base="xs:string">'
    '<xs:enumeration value="P1"/><xs:enumeration value="P2"/><xs:enumeration value="P3"/>'
    "</xs:restriction></xs:simpleType></xs:attribute>\n",
    "ssv": "",
}


def make_xsd(subject: Subject, layouts: Path | None = None) -> str:
    """The schema of a document, as text. `layouts` is a site's folder of tables. Raises `LayoutError`."""
    return "".join(_lines(subject, layouts))


def _lines(subject: Subject, layouts: Path | None) -> Iterator[str]:
    space = namespace(subject.name)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield "<!-- Generated from the tables by noemie.documents.convert.schemas; edit the tables instead. -->\n"
    yield (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{space}" targetNamespace="{space}"'
        f' elementFormDefault="qualified" version="{SCHEMA_VERSION}">\n'
    )
    if subject.family == "ssv":
        known = groups(layouts)
        children = [(f"{KNOWN_GROUP}{group.id}", f"{KNOWN_GROUP}{group.id}") for group in known]
        yield from _root(subject, [(GROUP, GROUP), *children])
        yield _COMMON + _ZONE_FIELD
        for group in known:
            yield from _group(group)
    else:
        types = records(subject, layouts)
        yield from _root(subject, [(f"{RECORD}{one.name}", f"{RECORD}{one.name}") for one in types])
        yield _COMMON + (_FRAME if subject.family == "noemie" else "")
        yield from _simple_types(types)
        for layout in types:
            yield from _record(layout)
    yield "</xs:schema>\n"


def _root(subject: Subject, children: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f'<xs:element name="{ROOTS[subject.family]}"><xs:complexType><xs:sequence>\n'
    if subject.family == "noemie":
        yield f'<xs:element name="{FRAME}" type="frame" {_MANY}/>\n'
    yield f'<xs:choice {_MANY}>\n<xs:element name="{RAW}" type="rawRecord"/>\n'
    for name, type in children:
        yield f'<xs:element name="{name}" type="{type}"/>\n'
    yield f'</xs:choice>\n<xs:element name="{END}" type="end"/>\n</xs:sequence>\n'
    yield '<xs:attribute name="values" type="xs:boolean" use="required"/>\n'
    yield _ROOT_ATTRIBUTES[subject.family]
    yield "</xs:complexType></xs:element>\n"


def _simple_types(layouts: Iterable[Layout]) -> Iterator[str]:
    shapes = {shape for layout in layouts for shape in shapes_of(layout).values()}
    for name, shape in sorted((shape.name, shape) for shape in shapes):
        yield f'<xs:simpleType name="{name}">{_restriction(shape)}</xs:simpleType>\n'


def _restriction(shape: Shape) -> str:
    base, facets = {
        "text": ("xs:string", [f'maxLength value="{shape.length}"']),
        "number": ("xs:nonNegativeInteger", [f'totalDigits value="{shape.length}"']),
        "decimal": (
            "xs:decimal",
            [
                'minInclusive value="0"',
                f'totalDigits value="{shape.length}"',
                f'fractionDigits value="{shape.places}"',
            ],
        ),
        "day": ("xs:date", ['pattern value="[0-9]{4}-[0-9]{2}-[0-9]{2}"']),
        "time": ("xs:time", ['pattern value="[0-9]{2}:[0-9]{2}:00"']),
    }[shape.base]
    return f'<xs:restriction base="{base}">{"".join(f"<xs:{one}/>" for one in facets)}</xs:restriction>'


def _record(layout: Layout) -> Iterator[str]:
    yield f'<xs:complexType name="{RECORD}{layout.name}"><xs:sequence>\n'
    shapes = shapes_of(layout)
    for field in layout.fields:
        yield (
            f'<xs:element name="{field.name}" type="{shapes[field.name].name}" minOccurs="0">'
            f"{_annotation(about(field))}</xs:element>\n"
        )
    yield f'<xs:group ref="apart" {_MANY}/>\n'
    yield '</xs:sequence><xs:attributeGroup ref="place"/></xs:complexType>\n'


def _group(group: GroupLayout) -> Iterator[str]:
    yield f'<xs:complexType name="{KNOWN_GROUP}{group.id}">'
    yield _annotation(f"{group.label_fr} / {group.label_en}")
    yield "<xs:sequence>\n"
    for field in group.fields:
        yield (
            f'<xs:element name="{field.name}" type="value" minOccurs="0">'
            f"{_annotation(about_zone_field(field))}</xs:element>\n"
        )
    yield f'<xs:element name="{FIELD}" type="champ" {_MANY}/>\n'
    yield '</xs:sequence><xs:attributeGroup ref="place"/></xs:complexType>\n'


def _annotation(text: str) -> str:
    return f"<xs:annotation><xs:documentation>{escape(text)}</xs:documentation></xs:annotation>"
