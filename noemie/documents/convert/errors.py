"""What can go wrong in a conversion, besides a file that cannot be read (`flatfile.FormatError`)."""

from __future__ import annotations

import re
from typing import Final

#: Fault -> what was expected, in French and English.
FAULTS: Final[dict[str, tuple[str, str]]] = {
    "json": ("du JSON", "JSON"),
    "cle": ("chaque clé d'un objet une seule fois", "each key of an object once"),
    "objet": ("un objet JSON", "a JSON object"),
    "format": ("le format {format}, schema_version {version}", "format {format}, schema_version {version}"),
    "valeurs": ("un document écrit avec ses valeurs", "a document written with its values"),
    "famille": ("la famille {family} (--format {family})", "family {family} (--format {family})"),
    "norme": ("une norme connue", "a known norm"),
    "enveloppe": ("l'enveloppe P1, P2 ou P3", "envelope P1, P2 or P3"),
    "cadres": (
        "des cadres : préfixe et suffixe en hexadécimal, taille, nombre",
        "frames: prefix and suffix in hexadecimal, size, times",
    ),
    "liste": ("une liste « records » jusqu'au bout", 'a whole list "records"'),
    "fin": ("un document jusqu'au bout", "a whole document"),
    "enregistrement": ("un enregistrement", "a record"),
    "type": ("un type d'enregistrement connu", "a known type of record"),
    "contenu": ("« fields » ou « raw »", '"fields" or "raw"'),
    "zone": ("une zone de {type}", "a field of {type}"),
    "double": ("chaque zone une seule fois", "each field once"),
    "position": ("les zones du groupe dans leur ordre", "the fields of the group in their order"),
    "valeur": ("une valeur qui tienne dans la zone", "a value that fits the field"),
    "octets": ("au plus {size} octets, en texte latin-1", "at most {size} bytes, as latin-1 text"),
    "texte": ("un texte latin-1", "latin-1 text"),
    "text-hex": ("« text » ou « hex », l'un des deux", '"text" or "hex", one of them'),
    "hexa": ("des octets en hexadécimal", "bytes in hexadecimal"),
    "nombre": ("un nombre entier", "a whole number"),
    "decimal": ("un nombre, « 1.50 »", 'a number, "1.50"'),
    "date": ("un jour, « 2025-03-14 »", 'a day, "2025-03-14"'),
    "time": ("une heure, « 08:30:00 »", 'a time, "08:30:00"'),
    "fin-de-ligne": ("une fin de ligne : CRLF, LF ou CR", "a line end: CRLF, LF or CR"),
    "ligne": ("une ligne « rogne » ou « utf-8 »", 'a line "rogne" or "utf-8"'),
    "ordre": ("l'ordre d'un jour : JJMMAA ou AAMMJJ", "the order of a day: JJMMAA or AAMMJJ"),
    "forme": ("une forme de longueur de 0 à 4", "a form of length from 0 to 4"),
    "trop-grand": ("une zone d'au plus {size} octets", "a field of at most {size} bytes"),
    "nom": ("un nom de zone ou de type que XML accepte", "a name of field or type that XML takes"),
    "xml": ("du XML bien formé", "well-formed XML"),
    "encodage": ("du XML en UTF-8", "XML in UTF-8"),
    "doctype": ("du XML sans DOCTYPE ni entité", "XML without DOCTYPE or entity"),
    "prologue": (
        "l'élément racine dans les premiers {size} octets",
        "the root element within the first {size} bytes",
    ),
    "espace": ("un espace de noms de ce format", "a namespace of this format"),
    "element": ("un élément de ce format", "an element of this format"),
    "attribut": ("un attribut de ce format", "an attribute of this format"),
    "profondeur": ("au plus {most} éléments l'un dans l'autre", "at most {most} elements within one another"),
    "nombre-elements": ("au plus {most} zones par enregistrement", "at most {most} fields in a record"),
    "taille": ("des textes d'au plus {size} octets", "texts of at most {size} bytes"),
}


_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


class ConvertError(ValueError):
    """A document cannot be turned back into a file, or a file into a document.

    `fault` is a key of `FAULTS`; `record` the 1-based rank of the record at fault (0: the document as a
    whole), `field` its field, `line` the 1-based line of the document (0: not told). `message` says what
    was expected. The value is never quoted.
    """

    def __init__(
        self, fault: str, record: int = 0, field: str = "", *, line: int = 0, **facts: str | int
    ) -> None:
        super().__init__(fault, record, field)
        self.fault = fault
        self.record = record
        self.field = field if _NAME.fullmatch(field) else ""  # what a document calls so may be anything
        self.line = line
        self.facts = facts

    def at(self, record: int, line: int = 0) -> ConvertError:
        """The same error, told of a record and a line unless it already tells of one."""
        self.record = self.record or record
        self.line = self.line or line
        return self

    def message(self, lang: str) -> str:
        """What was expected, in `lang` (`fr` or `en`)."""
        return FAULTS[self.fault][lang == "en"].format(**self.facts)

    def __str__(self) -> str:
        where = f"record {self.record}" if self.record else "document"
        if self.line:
            where += f", line {self.line}"
        return f"{where}{f', field {self.field}' if self.field else ''}: expected {self.message('en')}"


class HiddenValuesError(ConvertError):
    """The document was written without personal values: nothing can give them back."""

    def __init__(self) -> None:
        super().__init__("valeurs")
