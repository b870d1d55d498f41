"""What differs between two files, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import UnsetType

from cli.words.speech import language, plural, say
from cli.words.texts import day, printable, shown
from cli.words.titles import record_title
from flatfile import kind_of
from fse.ssv import tables
from noemie.documents.diff.comparison import (
    Comparison,
    FieldDiff,
    PhysicalDiff,
    Place,
    RecordDiff,
    Tally,
    UnitDiff,
)

if TYPE_CHECKING:
    from cli.words.page import Page

#: What stands before a line, as in a unified diff.
ADDED, REMOVED, CHANGED, INSIDE, SAME, BEFORE, AFTER = "+", "-", "~", " ", "", "---", "+++"

_NATURES: Final = {
    "added": ("ajoutée", "added"),
    "removed": ("retirée", "removed"),
    "changed": ("modifiée", "changed"),
    "moved": ("déplacée", "moved"),
    "renumbered": ("renumérotée", "renumbered"),
    "batch": ("passée dans un autre lot", "moved to another batch"),
}
_PLURALS: Final = {
    "added": "ajoutées",
    "removed": "retirées",
    "changed": "modifiées",
    "moved": "déplacées",
    "renumbered": "renumérotées",
    "batch": "passées dans un autre lot",
}
#: Masculine: records, groups, movements.
_LINES: Final = {
    "added": ("ajouté", "added"),
    "removed": ("retiré", "removed"),
    "changed": ("modifié", "changed"),
    "moved": ("déplacé", "moved"),
}
_KINDS: Final = {"facture": ("Facture", "Invoice"), "mouvement": ("Mouvement", "Movement")}
_UNITS: Final = {
    "facture": (("facture", "factures"), ("invoice", "invoices")),
    "zone": (("groupe", "groupes"), ("group", "groups")),
}
_LINE_WORDS: Final = {
    "b2": (("enregistrement", "enregistrements"), ("record", "records")),
    "noemie": (("entité", "entités"), ("entity", "entities")),
    "zone": (("groupe", "groupes"), ("group", "groups")),
}
_PHYSICAL: Final = {
    "norme": ("norme", "norm"),
    "enveloppe": ("enveloppe", "envelope"),
    "fins_de_ligne": ("fins de ligne", "line ends"),
    "decoupage": (
        "seuls diffèrent la compression, le remplissage à un bout, le découpage en enregistrements physiques",
        "only the compression, the filling at an end or the cutting in physical records differ",
    ),
}
#: Type of a record that nobody can read.
_UNKNOWN: Final = "?"
_NONE: Final = ("aucune", "none")
_SIGNS: Final = {"added": ADDED, "removed": REMOVED}


class Row(NamedTuple):
    """One line: its sign, its depth, its text."""

    sign: str
    depth: int
    text: str


class Words:
    """Puts the differences of one comparison in words."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.say = say
        self._english = language() == "en"

    def size(self, *, after: bool) -> str:
        """How much a file holds."""
        index = self.comparison.after if after else self.comparison.before
        lines = plural(index.lines, *self._line_words())
        if self.comparison.family == "zone":
            return lines
        units = plural(index.units, *_UNITS["facture"][self._english])
        return f"{units}, {lines}"

    def _line_words(self) -> tuple[str, str]:
        return _LINE_WORDS.get(self.comparison.family, _LINE_WORDS["b2"])[self._english]

    def physical(self, found: PhysicalDiff) -> Row:
        """A difference that no record shows."""
        label = _PHYSICAL[found.name][self._english]
        if found.name == "decoupage":
            return Row(CHANGED, 0, label)
        before, after = (text or _NONE[self._english] for text in (found.before, found.after))
        return Row(CHANGED, 0, f"{label}{self.colon} {before} → {after}")

    @property
    def colon(self) -> str:
        """The colon of the language."""
        return self.say(" :", ":")

    def unit(self, unit: UnitDiff) -> Iterator[Row]:
        """One unit and what differs in it."""
        sign = _SIGNS.get(unit.natures[0], CHANGED) if unit.natures else CHANGED
        if unit.kind == "zone":
            rows = [row for record in unit.records for row in self.record(record, 0)]
            yield from rows or [Row(CHANGED, 0, self.say("zone modifiée", "zone changed"))]
            return
        if unit.kind == "hors-facture":
            yield Row(sign, 0, self._outside(unit))
            for record in unit.records:
                yield from self.fields(record, 1)
            return
        yield Row(sign, 0, self.unit_title(unit))
        for record in unit.records:
            yield from self.record(record, 1)

    def unit_title(self, unit: UnitDiff) -> str:
        """An invoice or a movement: which one, what happened to it."""
        say, kind = self.say, _KINDS[unit.kind][self._english]
        if unit.kind == "mouvement":
            name = kind
            natures = ", ".join(_LINES[nature][self._english] for nature in unit.natures)
        else:
            number = unit.numero or unit.numero_after or "?"
            if "renumbered" in unit.natures:
                number = f"{unit.numero or '?'} → {unit.numero_after or '?'}"
            lot = unit.lot_before or unit.lot_after
            if "batch" in unit.natures:
                lot = f"{unit.lot_before or '?'} → {unit.lot_after or '?'}"
            name = f"{kind} {number}" + (say(f", lot {lot}", f", batch {lot}") if lot else "")
            natures = ", ".join(_NATURES[nature][self._english] for nature in unit.natures)
        return f"{name}{self.colon} {natures} ({self._where(unit)})"

    def _where(self, unit: UnitDiff) -> str:
        if unit.before is None or unit.after is None:
            count = plural(unit.lines, *self._line_words())
            first = unit.before or unit.after
            return count + self.say(", à partir du n° ", ", from no. ") + str(first.record if first else "?")
        return self.say("à partir du n° ", "from no. ") + _numbers(unit.before, unit.after)

    def _outside(self, unit: UnitDiff) -> str:
        nature = _LINES.get(unit.natures[0], _LINES["changed"])[self._english]
        place = self.place(unit.before, unit.after)
        damage = self._damage(unit.type == _UNKNOWN or any(record.damaged for record in unit.records))
        return f"{self.line_title(unit.type)}, {place}{self.colon} {nature}{damage}"

    def place(self, before: Place | None, after: Place | None) -> str:
        """Numbers of a record in both files."""
        return f"{self._line_words()[0]} {_numbers(before, after)}"

    def line_title(self, type: str) -> str:
        """Type of a record or number of a group, and what it is for."""
        if self.comparison.family == "zone":
            group = tables().get(int(type))
            title = group.label(language()) if group is not None else ""
        else:
            title = record_title(self.comparison.family, type)
        return f"{type} {title}".strip()

    def record_text(self, record: RecordDiff) -> str:
        """One record: its type, its place, what happened to it."""
        text = f"{self.line_title(record.type)}, {self.place(record.before, record.after)}"
        if record.nature != "changed":
            text += f"{self.colon} {_LINES[record.nature][self._english]}"
        return text + self._damage(record.damaged)

    def _damage(self, damaged: bool) -> str:
        return self.say(" (abîmé, zones non comparées)", " (damaged, fields not compared)") if damaged else ""

    def record(self, record: RecordDiff, depth: int) -> Iterator[Row]:
        """One record and its fields."""
        sign = _SIGNS.get(record.nature, INSIDE if depth else CHANGED)
        yield Row(sign, depth, self.record_text(record))
        yield from self.fields(record, depth + 1)

    def fields(self, record: RecordDiff, depth: int) -> Iterator[Row]:
        """The fields of a record that differ."""
        for field in record.fields:
            before, after = self.values(field)
            note = self.say(" (remplissage seul)", " (filling only)") if field.filling else ""
            yield Row(INSIDE, depth, f"{self.field_name(field)}{self.colon} {before} → {after}{note}")

    def field_name(self, field: FieldDiff) -> str:
        """Name and label of a field."""
        label = field.label_en if self._english else field.label_fr
        return f"{field.name}, {label}" if label else field.name

    def values(self, field: FieldDiff) -> tuple[str, str]:
        """The value of a field in both files."""
        return (
            self._value(field, field.before, field.born_before),
            self._value(field, field.after, field.born_after),
        )

    def _value(self, field: FieldDiff, text: str, born: dt.date | UnsetType) -> str:
        """A value as a person writes it; as it is in the file when nothing else can be made of it."""
        if field.filling:
            return printable(f"« {text} »")
        if isinstance(born, dt.date):
            return day(born)
        base = field.kind.partition(":")[0]
        is_birth = field.name.startswith("date_naissance")
        if text and not field.hidden and not is_birth and base in ("cents", "date", "decimal"):
            value = kind_of(field.kind, field.length).decode(text.encode("latin-1", "replace"))
            if value is not None:
                return shown(value, base)
        return printable(text) or self.say("(vide)", "(empty)")

    def total(self, tally: Tally) -> str:
        """How many differences, in one line."""
        counts, say, found = tally.counts, self.say, []
        if self.comparison.family != "zone":
            feminine = "mouvement" not in tally.kinds
            told = [self._counted(nature, counts[nature], feminine) for nature in _NATURES if counts[nature]]
            if told:
                noun = say("factures", "invoices") if feminine else say("mouvements", "movements")
                found.append(f"{noun}{self.colon} {', '.join(told)}")
        if count := counts["outside"]:
            lines = plural(count, *self._line_words())
            found.append(say("hors facture", "outside invoices") + f"{self.colon} {lines}")
        if count := counts["physical"]:
            differences = plural(count, say("différence", "difference"), say("différences", "differences"))
            found.append(say("enveloppe", "envelope") + f"{self.colon} {differences}")
        return say(" ; ", "; ").join(found)

    def _counted(self, nature: str, count: int, feminine: bool) -> str:
        if self._english:
            word = _NATURES[nature][1]
        elif feminine:
            word = _NATURES[nature][0] if count == 1 else _PLURALS[nature]
        else:
            word = _LINES.get(nature, _NATURES[nature])[0] + "s" * (count > 1)
        return f"{count} {word}"

    def same(self) -> str:
        """What to say of identical files."""
        return (
            self.say("Fichiers identiques", "The files are identical")
            + f"{self.colon} {self.size(after=False)}."
        )

    def more(self, count: int) -> str:
        """What to say of the differences that are not shown."""
        return self.say(
            f"… et {count} de plus : --limit 0 les montre toutes.",
            f"… and {count} more: --limit 0 shows all of them.",
        )


def _numbers(before: Place | None, after: Place | None) -> str:
    told = list(dict.fromkeys(str(place.record) for place in (before, after) if place))
    return " → ".join(told)


def rows(comparison: Comparison, names: tuple[str, str], limit: int) -> Iterator[Row]:
    """The whole report, as it is found; at most `limit` units, 0 for all."""
    words, tally = Words(comparison), Tally(comparison)
    if comparison.identical:
        yield Row(SAME, 0, words.same())
        return
    yield Row(BEFORE, 0, f"{names[0]}{words.colon} {words.size(after=False)}")
    yield Row(AFTER, 0, f"{names[1]}{words.colon} {words.size(after=True)}")
    yield from map(words.physical, comparison.physical)
    told = 0
    for unit in comparison:
        tally.add(unit)
        told += 1
        if not limit or told <= limit:
            yield from words.unit(unit)
    if limit and told > limit:
        yield Row(INSIDE, 0, words.more(told - limit))
    if total := words.total(tally):
        yield Row(SAME, 0, f"Total{words.colon} {total}.")


def print_rows(found: Iterator[Row], page: Page) -> None:
    """Write on a page."""
    from cli.words.page import ERROR, GOOD, STRONG, WARNING

    styles = {ADDED: GOOD, REMOVED: ERROR, CHANGED: WARNING, INSIDE: "", SAME: STRONG}
    for row in found:
        text = f"{row.sign} {row.text}" if row.sign else row.text
        page.line((text, styles.get(row.sign, STRONG)), indent=4 * row.depth, hang=4)


def plain(found: Iterator[Row]) -> Iterator[str]:
    """Lines of a text file."""
    for row in found:
        yield " " * (4 * row.depth) + (f"{row.sign} {row.text}" if row.sign else row.text) + "\n"
