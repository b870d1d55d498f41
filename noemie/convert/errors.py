"""What can go wrong in a conversion, besides a file that cannot be read (`flatfile.FormatError`)."""

from __future__ import annotations

from typing import Final

#: Fault -> what was expected, in French and English.
FAULTS: Final[dict[str, tuple[str, str]]] = {
    "json": ("du JSON", "JSON"),
    "objet": ("un objet JSON", "a JSON object"),
    "format": ("le format {format}, schema_version {version}", "format {format}, schema_version {version}"),
    "valeurs": ("un document écrit avec ses valeurs", "a document written with its values"),
    "famille": ("la famille {family}", "family {family}"),
    "norme": ("une norme connue", "a known norm"),
    "enveloppe": ("l'enveloppe P1, P2 ou P3", "envelope P1, P2 or P3"),
    "cadres": (
        "des cadres : préfixe, octets de données, suffixe, nombre",
        "frames: prefix, bytes of data, suffix, times",
    ),
    "liste": ("une liste « records » jusqu'au bout", 'a whole list "records"'),
    "enregistrement": ("un enregistrement", "a record"),
    "type": ("un type d'enregistrement connu", "a known type of record"),
    "contenu": ("« fields » ou « raw »", '"fields" or "raw"'),
    "zone": ("une zone de l'enregistrement {type}", "a field of record {type}"),
    "valeur": ("une valeur qui tienne dans la zone", "a value that fits the field"),
    "octets": ("{size} octets, en texte latin-1", "{size} bytes, as latin-1 text"),
    "texte": ("un texte", "text"),
    "nombre": ("un nombre entier", "a whole number"),
    "decimal": ("un nombre en texte, « 1.50 »", 'a number as text, "1.50"'),
    "date": ("un jour, « 2025-03-14 »", 'a day, "2025-03-14"'),
    "time": ("une heure, « 08:30 »", 'a time, "08:30"'),
    "fin-de-ligne": ("une fin de ligne", "a line end"),
}


class ConvertError(ValueError):
    """A JSON document cannot be turned back into a file.

    `fault` is a key of `FAULTS`; `record` the 1-based rank of the record at fault (0: the document as a
    whole), `field` its field. `message` says what was expected. The value is never quoted.
    """

    def __init__(self, fault: str, record: int = 0, field: str = "", **facts: str | int) -> None:
        super().__init__(fault, record, field)
        self.fault = fault
        self.record = record
        self.field = field
        self.facts = facts

    def message(self, lang: str) -> str:
        """What was expected, in `lang` (`fr` or `en`)."""
        return FAULTS[self.fault][lang == "en"].format(**self.facts)

    def __str__(self) -> str:
        where = f"record {self.record}" if self.record else "document"
        return f"{where}{f', field {self.field}' if self.field else ''}: expected {self.message('en')}"


class HiddenValuesError(ConvertError):
    """The document was written without personal values: nothing can give them back."""


class MissingLibraryError(ImportError):
    """An optional library is not installed; `extra` is the name of what to install."""

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(library)
        self.library = library
        self.extra = extra

    def __str__(self) -> str:
        return f"{self.library} is not installed: pip install 'sesam-noemie[{self.extra}]'"
