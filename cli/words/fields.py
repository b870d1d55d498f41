"""Records as plain data: what each field holds, in words, with personal values and doubtful ones hidden."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

from msgspec import UNSET

from cli.words.shown import ShownField, ShownRecord
from cli.words.speech import language, say
from cli.words.texts import HIDDEN, crossed_out, printable, shown
from cli.words.titles import record_title
from codes import lists
from codes.lists import CodeList
from flatfile import Field, Layout, Record, Value
from flatfile.layout import padded
from fse.naissance import birth_of, file_day, is_birth
from noemie import Retour
from noemie.returns.montants import NEGATIVE, sign_fields

#: Kinds whose bytes tell nothing.
_SILENT: Final = frozenset({"const", "blank"})
_FREE: Final = frozenset({"text", "reserved"})
#: Bytes of a NIR with its key: a shorter free text cannot hold one. Longer ones are messages of programs,
#: hidden, but for the labels, which are there to be read.
_NIR: Final = 15
_LABEL: Final = "libelle"

#: Bytes that may identify somebody when they are not what the field is called.
_TELLING: Final = 8

#: From this many wrong fields on, a record is taken to be shifted: any field may hold part of another one.
_SHIFTED: Final = 3

#: What every record repeats, and what only says how the record is built.
COMMON: Final = frozenset(
    {
        "type_enregistrement",
        "complement_type",
        "sequence",
        "numero_ps",
        "nir",
        "cle_nir",
        "rang_beneficiaire",
        "numero_facture",
        "delimiteur",
    }
)


class Reader:
    """Turns the records of one file into data, in their order.

    `values` shows personal values. `family` is `b2` or `noemie`; it chooses the code lists and the titles.
    """

    def __init__(self, family: str, *, values: bool) -> None:
        self.family = family
        self.values = values
        self._lists: Mapping[str, CodeList] = lists.noemie() if family == "noemie" else lists.b2()
        self._professionals = frozenset(lists.b2()["type_emetteur"])
        self._names: dict[Field, Mapping[str, str]] = {}
        #: Fields hidden besides those that the layouts flag: free labels of flows that name persons.
        self.hidden: frozenset[str] = frozenset()
        #: Day on which the file was made, which its record 000 tells: the reference of births.
        self.file_day: dt.date | None = None
        #: Number of an entity -> its days whose order is not sure: shown as they are written.
        self.unsure: Mapping[int, frozenset[str]] = {}
        #: Number of an entity -> its days that have two readings, of which the likely one is shown.
        self.chosen: Mapping[int, frozenset[str]] = {}

    def record(
        self, record: Record, *, skip: frozenset[str] = frozenset(), zeros: bool = False
    ) -> ShownRecord:
        """One record: type, title, place and fields. `zeros` keeps the numbers that are zero."""
        wrong = wrong_fields(record)
        damaged = is_damaged(record, wrong)
        if record.type == "000":
            self.file_day = None if damaged else file_day(record)
        fields = [
            self.field(
                record,
                field,
                doubtful=damaged or field.name in wrong or bool(wrong and field.length >= _TELLING),
            )
            for field in record.layout.fields
            if field.name not in skip and says_something(record, field, zeros=zeros)
        ]
        return ShownRecord(
            type=record.type,
            title=record_title(self.family, record.type),
            record=record.number,
            offset=record.offset,
            fields=fields,
            damaged=damaged or UNSET,
        )

    def field(self, record: Record, field: Field, *, doubtful: bool = False) -> ShownField:
        """One field: name, label, value as data, `text` for a person, and the meaning of a code."""
        name, label = field.name, field.label(language())
        if not self.values and (field.personal or doubtful or self._is_hidden(record, field)):
            return ShownField(name=name, label=label, value=HIDDEN, text=HIDDEN, masked=True)
        raw = record.raw[field.slice]
        if field.name in self.unsure.get(record.number, ()):
            note = say(" (ordre de la date douteux)", " (order of the day doubtful)")
            text = printable(record.text(field.name))
            return ShownField(name=name, label=label, value=text, text=text + note, doubtful=True)
        doubt = field.name in self.chosen.get(record.number, ()) or UNSET
        born = birth_of(record, field, self.file_day) if is_birth(field) else None
        value = born or field.kind.decode(raw)
        text = record.text(field.name)
        if value is None or value == "":
            text = printable(text)
            return ShownField(name=name, label=label, value=text, text=text, doubtful=doubt)
        meaning = self.meaning(field, raw)
        if isinstance(value, int) and field.kind.base == "cents" and self._is_negative(record, field):
            value = -value
        if field.kind.base in _FREE and not self.values:
            value = crossed_out(text, references=not field.name.startswith("libelle_rejet"))
        said = text if meaning and not isinstance(value, dt.date) else shown(value, field.kind.base)
        return ShownField(
            name=name,
            label=label,
            value=plain(value),
            text=printable(said),
            doubtful=doubt,
            meaning=meaning or UNSET,
        )

    def _is_hidden(self, record: Record, field: Field) -> bool:
        """Whether a field may hold personal data although its layout does not say so."""
        if field.name == "numero_emetteur" and record.text("type_emetteur") in self._professionals:
            return True  # a flow of a professional that was taken for a return
        free = field.kind.base in _FREE and field.length >= _NIR
        return field.name in self.hidden or (free and not field.name.startswith(_LABEL))

    @staticmethod
    def _is_negative(record: Record, field: Field) -> bool:
        """Whether the sign that stands after an amount takes it back (NOEMIE)."""
        sign = _signs(record.layout).get(field.name)
        return bool(sign) and record.text(sign or "") == NEGATIVE

    def meaning(self, field: Field, raw: bytes) -> str:
        """Label of the code that stands in a field, empty when it has no list or the code is not there."""
        codes = self._lists.get(field.list) if field.list else None
        if codes is None:
            return ""
        names = self._names.get(field)
        if names is None:
            names = self._names[field] = {
                padded(code, field): entry.label(language()) for code, entry in codes.items()
            }
        return names.get(raw.decode("latin-1"), "")


#: Entities that stand in the rights flow to insurers only, and those that carry an invoice.
_RIGHTS: Final = frozenset({"010", "140"})
_INVOICES: Final = frozenset({"102", "100"})


def names_people(retour: Retour) -> bool:
    """Whether the labels of a return may name people: the rights flow (929), or what may be a part of one."""
    types = {record.layout.name for record in retour.entites}
    return retour.is_oc or bool(types & _RIGHTS) or not types & _INVOICES


def plain(value: Value) -> str | int:
    """A typed value as JSON can hold it: cents and counts as integers, days in ISO, decimals as text."""
    if isinstance(value, int):
        return value
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return printable(f"{value:f}") if isinstance(value, Decimal) else printable(value or "")


def says_something(record: Record, field: Field, *, zeros: bool = False) -> bool:
    """Whether a field carries anything: not filling, not blank, not the zeros of an empty number."""
    if field.kind.base in _SILENT:
        return False
    text = record.text(field.name)
    return bool(text if zeros or not field.kind.numeric else text.strip("0"))


def wrong_fields(record: Record) -> frozenset[str]:
    """Names of the fields whose bytes cannot be what they should."""
    if _gate(record.layout)(record.raw) or len(record.raw) != record.layout.length:
        return frozenset()
    return frozenset(field.name for field, tolerated in record.layout.defects(record.raw) if not tolerated)


def is_damaged(record: Record, wrong: frozenset[str]) -> bool:
    """Whether no field of a record can be trusted: wrong length, or too many wrong fields."""
    return len(record.raw) != record.layout.length or len(wrong) >= _SHIFTED


def is_sound(record: Record) -> bool:
    """Whether the fields of a record can be trusted to be what they are called."""
    return not is_damaged(record, wrong_fields(record))


@lru_cache(maxsize=256)
def _signs(layout: Layout) -> dict[str, str]:
    return dict(sign_fields(layout))


@lru_cache(maxsize=256)
def _gate(layout: Layout) -> Callable[[bytes], object]:
    return layout.gate()
