"""Code generated for the gate: the questions asked of the fields of one record, as one function.

The bytes that a field may hold are found by asking the checks themselves (`format_rule`, `code_rule`): what
passes here is what they have no remark on. What is asked of a header stands in `fse.questions_entete`, of the
lines of an invoice and of its total in `fse.questions_lignes`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from flatfile import Field, Layout
from flatfile.kinds import ANYTHING
from flatfile.layout import merge_patterns
from fse.normes import LENGTH
from fse.rules.actes import EBD
from fse.rules.autres_jours import BIRTH, other_days
from fse.rules.champs import code_rule, format_rule
from fse.rules.contexte import Contexte
from fse.rules.dates import in_order, in_time, is_turned
from fse.smg import SUPPLEMENTS
from fse.trusted import key_check, month_holds, nir_holds

#: Codes of a list beyond which they are looked up in a set rather than tried one after another.
_MOST_ALTERNATIVES = 30

#: Pieces and keys remembered; beyond, everything is forgotten, so that memory stays bounded.
MOST_REMEMBERED = 1 << 13

#: Starts and ends that must follow one another.
_PERIODS = (("date_debut", "date_fin"), ("date_entree", "date_sortie"))

#: Signs of free medical care and of the prevention exam are no fault, but call for the checks that know
#: about them.
SIGNS = {"code_acte": SUPPLEMENTS | EBD, "qualificatif_depense": frozenset({"L"})}

#: Fields that are looked at together.
_PAIRS = (("nir", "cle_nir"), ("nir_individuel", "cle_nir_individuel"), *_PERIODS)


class Unsuited(Exception):  # noqa: N818  # told by the compiler to the gate, never raised to a caller
    """A layout, laid over ours by a site, that the gate has no questions for: the checks do all the work."""


class Good(set[bytes]):
    """Bytes that were found right, not to be looked at again, nor those that were found wrong; bounded."""

    def __init__(self, holds: Callable[[bytes], object]) -> None:
        self._holds = holds
        self._wrong: set[bytes] = set()

    def learn(self, piece: bytes, asked: bytes) -> bool:
        """Whether what is `asked` holds, which `piece` alone decides."""
        if piece in self._wrong:
            return False
        found = self if self._holds(asked) else self._wrong
        if len(found) > MOST_REMEMBERED:
            found.clear()
        found.add(piece)
        return found is self


# --- one field ------------------------------------------------------------------------------------------


def accepted(field: Field, context: Contexte, type: str) -> list[str] | None:
    """The texts that a coded field may hold without a remark, or nothing when it has no list."""
    codes = context.code_list(field)
    if codes is None or field.kind.base == "const":
        return None
    tried = dict.fromkeys((*context.known(field, codes), " " * field.length, "0" * field.length))
    return [
        text
        for text in tried
        if text.strip() not in SIGNS.get(field.name, ())
        and not format_rule(field, text.encode("latin-1"), type)
        and not code_rule(field, text, context)
    ]


def _pattern(field: Field, texts: list[str] | None) -> str:
    """Regular expression of the bytes of a field; absent dates first, which is what most are.

    A birth on a day after the 31st may be one written JJMMAA.
    """
    if field.name == BIRTH:
        return f"(?!....(?:3[2-9]|[4-9])){field.kind.strict}"
    if field.kind.base == "date":
        return f"(?:0{{{field.length}}}|{field.kind.strict})"
    if texts is None or _is_crowded(field, texts):
        return field.kind.strict
    return "(?:" + "|".join(map(re.escape, texts)) + ")" if texts else "(?!)"


def _is_crowded(field: Field, texts: list[str] | None) -> bool:
    return texts is not None and len(texts) > _MOST_ALTERNATIVES


class Code:
    """A generated function: its questions, and the names that they use."""

    def __init__(self, layout: Layout, context: Contexte) -> None:
        self.layout = layout
        self.context = context
        self.scope: dict[str, object] = {
            "in_order": in_order,
            "in_time": in_time,
            "is_turned": is_turned,
            "nir_holds": nir_holds,
            "month_holds": month_holds,
        }
        self.questions: list[str] = []

    def name(self, value: object) -> str:
        """A name for a value in the generated code."""
        name = f"n{len(self.scope)}"
        self.scope[name] = value
        return name

    def at(self, name: str) -> str:
        """The slice of a field, as code. Raises `Unsuited` when there is no such field."""
        return f"raw[{place_of(field_of(self.layout, name))}]"

    def ask_fields(
        self,
        fields: Sequence[Field],
        skipped: Sequence[Field] = (),
        needed: Sequence[str] = (),
        *,
        last: bool = True,
    ) -> None:
        """Bytes of neighbouring fields, codes and keys; with `last`, the record ends with them.

        Nothing is asked of those that are `skipped`, but to be there; those that are `needed` hold more
        than zeros or spaces.
        """
        if not fields:
            if last:
                self.questions.append(f"len(raw) == {LENGTH}")
            return
        texts = {field: accepted(field, self.context, self.layout.name) for field in fields}
        patterns = [
            f"{ANYTHING}{{{field.length}}}" if field in skipped else _pattern(field, texts[field])
            for field in fields
        ]
        patterns = [
            f"(?!0{{{field.length}}}| {{{field.length}}}){pattern}" if field.name in needed else pattern
            for field, pattern in zip(fields, patterns, strict=True)
        ]
        match = self.name(re.compile(merge_patterns(patterns).encode("latin-1"), re.DOTALL).fullmatch)
        stop = "" if last else f", {fields[-1].slice.stop}"
        self.questions.append(f"{match}(raw, {fields[0].slice.start}{stop})")
        fields = [field for field in fields if field not in skipped]
        for field in fields:
            found = texts[field]
            where = f"raw[{place_of(field)}]"
            if found is not None and _is_crowded(field, found):
                known = self.name(frozenset(text.encode("latin-1") for text in found))
                self.questions.append(f"{where} in {known}")
            holds = key_check(field)
            if holds is not None:
                good = self.name(Good(holds))
                self.questions.append(f"({where} in {good} or {good}.learn({where}, {where}))")
        self._ask_across(fields)

    def ask_days(self, fields: Sequence[Field], year: str = f"raw[{LENGTH}:]") -> None:
        """Whether no day of these fields, but that of the act, is written JJMMAA.

        `year` is the code of the year of billing: after the bytes of the record, where that is remembered.
        """
        names = {field.name for field in fields}
        for day in other_days(self.layout):
            if day.name in names:
                piece = self.at(day.name)
                then = f"{self.at(day.since)}[:2]" if day.since else year
                is_near = f"{piece}[:2] in ({then}, b'00')"
                self.questions.append(f"({is_near} or not is_turned({piece}, {then} + b'1231', {day.years}))")

    def _ask_across(self, fields: list[Field]) -> None:
        """What two fields say together: a NIR and its key, a period. Raises `Unsuited` when one is apart."""
        names = {field.name for field in fields}
        for pair in _PAIRS:
            first, second = pair
            if first not in self.layout or second not in self.layout:
                continue
            if (first in names) != (second in names):
                raise Unsuited
            if first in names and pair in _PERIODS:
                self.questions.append(f"in_order({self.at(first)}, {self.at(second)})")
            elif first in names:
                number, key = self.layout.by_name[first].slice, self.layout.by_name[second].slice
                if number.stop != key.start:
                    raise Unsuited
                self.questions.append(f"nir_holds(raw[{number.start}:{key.stop}])")
                month = number.start + 3  # of 13 and more, only where it starts with 1
                self.questions.append(
                    f"(raw[{month}] != {ord('1')} or month_holds(raw[{number.start}:{number.stop}]))"
                )

    def make(self, arguments: str, result: str, otherwise: str) -> Callable[..., object]:
        """Compile the function: `result` when every question is answered with yes."""
        questions = " and ".join(self.questions)
        exec(f"def made({arguments}):\n    return {result} if {questions} else {otherwise}\n", self.scope)
        made: Callable[..., object] = self.scope["made"]  # type: ignore[assignment]  # just defined
        return made


def compile_fields(layout: Layout, context: Contexte) -> Callable[[bytes], object]:
    """Whether no field of a record calls for a remark by itself, keys included."""
    code = Code(layout, context)
    try:
        code.ask_fields(layout.fields)
    except Unsuited:
        return lambda raw: False
    return code.make("raw", "True", "False")


def remembered(piece: str, good: str, year: str = "") -> str:
    """Whether a piece of the record was found right, or is, on a first look at the whole record.

    With `year`, the code of the year of billing, that is looked at too: it stands after the record.
    """
    if not year:
        return f"({piece} in {good} or {good}.learn({piece}, raw))"
    return f"({piece} + {year} in {good} or {good}.learn({piece} + {year}, raw + {year}))"


def field_of(layout: Layout, name: str) -> Field:
    """A field that questions need. Raises `Unsuited` when a table of a site does not have it."""
    try:
        return layout.by_name[name]
    except KeyError:
        raise Unsuited from None


def place_of(field: Field) -> str:
    """Where a field stands, as the code of a slice."""
    return f"{field.slice.start}:{field.slice.stop}"
