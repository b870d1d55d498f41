"""What becomes of each field of a record: the plan of a layout, and what is done to damaged records.

Private to `noemie.mask`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Final, Literal, NamedTuple

from codes.keys import luhn9, nir
from flatfile import Field, Layout
from flatfile.fixed import BOM
from flatfile.kinds import DATE_DECODERS
from flatfile.layout import field_pattern
from noemie import _mask_numbers as numbers
from noemie._hidden import is_cut
from noemie._mask_key import Key
from noemie._mask_known import IN_FIELDS, Known, core_of

Role = Literal[
    "nir", "cle", "naissance", "accident", "professionnel", "texte", "libre", "efface", "reference",
    "facture", "date", "",
]  # fmt: skip

#: Personal fields that hold sentences, or bytes that nobody describes: erased, not replaced.
_SENTENCES: Final = frozenset(
    {"commentaire", "information_complementaire", "libelle_detail_forfait", "reste", "contenu"}
)
#: Texts that are not personal by the tables, where people write what they want.
_LABELS: Final = ("libelle_", "zone_message", "zone_editeur", "contexte_", "domaine_")
#: Numbers of invoices: kept, so that the copy can be compared with the original, unless asked.
INVOICE_FIELDS: Final = frozenset({"numero_facture", "numero_facture_rectifiee"})

#: Kinds whose bytes tell whether a record stands where it should.
_RIGID: Final = frozenset(
    {
        "const",
        "digits",
        "count",
        "cents",
        "rate",
        "decimal",
        "date",
        "time",
        "hour",
        "sign",
        "id",
        "key",
        "nir",
    }
)
#: From so many fields that hold what they cannot, a record is taken for damaged.
DAMAGED: Final = 3

_MOST_REMEMBERED: Final = 1 << 16

#: Ten digits or more, one sign at most between two of them: may be a NIR, whatever the text.
_LONG_NUMBER = re.compile(rb"[0-9](?:[ ./-]?[0-9AB]){9,}")


class Options(NamedTuple):
    """What is masked, and how.

    - `keep_professionals`: leave names and numbers of professionals and establishments as they are;
    - `invoice_numbers`: `keep` them (the copy can be compared with the original), or `map` them;
    - `unknown`: `mask` records that cannot be read, entirely, or `refuse` the file;
    - `shift_dates`: move all other dates back by the same number of whole weeks, which depends on the key.
    """

    keep_professionals: bool = False
    invoice_numbers: Literal["keep", "map"] = "keep"
    unknown: Literal["mask", "refuse"] = "mask"
    shift_dates: bool = False


def role_of(field: Field, options: Options) -> Role:
    """What a field holds, as far as masking is concerned; empty for what is left as it is."""
    base, name = field.kind.base, field.name
    if field.personal == "ps" and options.keep_professionals:
        return ""
    if field.personal:
        if base in ("nir", "key") or (base == "digits" and name.startswith("cle_nir")):
            return "nir" if base == "nir" else "cle"
        if name == "numero_at":
            return "accident"
        if name.startswith("date_naissance") and base == "date":
            return "naissance"
        if name in _SENTENCES or base == "reserved":
            return "efface"
        if field.personal == "ps" and not name.startswith(("nom", "prenom", "complement")):
            return "professionnel"
        return "texte"
    if name in INVOICE_FIELDS:
        return "facture" if options.invoice_numbers == "map" else ""
    if base == "reserved":
        return "efface"
    if base == "text":
        return "libre" if name.startswith(_LABELS) else "reference"
    if base == "date" and options.shift_dates:
        return "date"
    return "reference" if is_reference(field) else ""


def is_reference(field: Field) -> bool:
    """Whether a field that is not personal holds a number or a code that no list knows."""
    return (
        not field.personal
        and not field.list
        and field.length >= IN_FIELDS
        and field.kind.base in ("digits", "code", "id", "text")
    )


class Step(NamedTuple):
    """One field to be changed, and how."""

    field: Field
    where: slice
    role: Role
    partner: slice | None  # of the NIR that a key follows


class Plan:
    """The steps of a layout, and the match that a record without any fault passes."""

    def __init__(self, layout: Layout, options: Options) -> None:
        self.layout = layout
        self.regular = layout.gate()
        self.steps = [
            Step(field, field.slice, role, _partner(layout, field, role))
            for field in layout.fields
            if (role := role_of(field, options))
        ]
        self.personal = [step for step in self.steps if step.field.personal]
        self.pieces = pieces_of([step.where for step in self.steps])
        self.personal_pieces = pieces_of([step.where for step in self.personal])
        self.needs_household = any(step.role == "naissance" for step in self.steps)
        #: Place of the NIR of the insured person among the steps, -1 without one.
        names = [step.field.name if step.role == "nir" else "" for step in self.steps]
        self.insured = names.index("nir") if "nir" in names else -1


def pieces_of(places: list[slice]) -> Callable[[bytes], tuple[bytes, ...]]:
    """The bytes of several fields of a record, in one call."""
    if len(places) < 2:
        return lambda raw: tuple(raw[where] for where in places)
    return itemgetter(*places)


def _partner(layout: Layout, field: Field, role: Role) -> slice | None:
    number = layout.by_name.get(field.name.removeprefix("cle_")) if role == "cle" else None
    return number.slice if number is not None else None


class _Made(NamedTuple):
    """What becomes of the fields of a record: those that change, and the household after it."""

    pieces: list[tuple[slice, bytes]]
    changed: list[str]
    household: str


class Masker:
    """Masks records, one after another: births need the household of the last NIR that was met."""

    def __init__(self, key: Key, options: Options, known: Known) -> None:
        self.key = key
        self.options = options
        self.known = known
        self.weeks = dt.timedelta(weeks=4 + key.number("semaines", "", 48)) if options.shift_dates else None
        self.household = ""
        #: Field -> how many times its bytes were changed.
        self.changed: Counter[str] = Counter()
        self.damaged = 0
        self._plans: dict[Layout, Plan] = {}
        self._collected: set[tuple[bytes, ...]] = set()
        #: What was made of the fields of a record: the same ones come again and again.
        self._made: dict[tuple[Layout, str, tuple[bytes, ...]], _Made] = {}
        self._memory: dict[tuple[Role, bytes, bytes], bytes] = {}
        self._makers: dict[Role, Callable[[str], str]] = {
            "nir": lambda text: numbers.mask_nir(key, text),
            "accident": lambda text: numbers.mask_accident(key, text),
            "professionnel": lambda text: numbers.mask_professional(key, text),
            "facture": lambda text: numbers.mask_text(key, text),
            "texte": self.identifier,
        }

    def plan(self, layout: Layout) -> Plan:
        """The plan of a layout."""
        found = self._plans.get(layout)
        if found is None:
            found = self._plans[layout] = Plan(layout, self.options)
        return found

    def collect(self, layout: Layout, raw: bytes) -> None:
        """Remember the personal values of a record."""
        if is_cut(layout) or len(raw) != layout.length:
            return  # nobody can tell where its values start
        plan = self.plan(layout)
        pieces = plan.personal_pieces(raw)
        if pieces in self._collected:
            return
        if len(self._collected) > _MOST_REMEMBERED:
            self._collected.clear()
        self._collected.add(pieces)
        for step, piece in zip(plan.personal, pieces, strict=True):
            if step.role not in ("efface", "cle"):
                self.known.add(piece)

    def mask(self, layout: Layout, raw: bytes) -> bytes | None:
        """The masked copy of a record; nothing when nobody can tell where its fields stand."""
        if is_cut(layout) or len(raw) != layout.length:
            return None
        plan = self.plan(layout)
        odd = [] if plan.regular(raw) else rigid_defects(layout, raw)
        if len(odd) >= DAMAGED:
            return None
        pieces = plan.pieces(raw)
        key = (layout, self.household if plan.needs_household else "", pieces)
        made = self._made.get(key)
        if made is None:
            if len(self._made) > _MOST_REMEMBERED:
                self._made.clear()
            made = self._made[key] = self._make_all(plan, raw, pieces)
        if plan.insured >= 0:
            self.household = made.household
        self.changed.update(made.changed)
        out = bytearray(raw)
        for where, piece in made.pieces:
            out[where] = piece
        for field in odd:
            out[field.slice] = _erased(raw[field.slice])
        return bytes(out)

    def _make_all(self, plan: Plan, raw: bytes, pieces: tuple[bytes, ...]) -> _Made:
        household = self.household
        changed: list[str] = []
        out: list[tuple[slice, bytes]] = []
        for rank, (step, piece) in enumerate(zip(plan.steps, pieces, strict=True)):
            field, where, role, partner = step
            beside = household.encode("latin-1") if role == "naissance" else raw[partner] if partner else b""
            made = self._remembered(role, field, piece, beside)
            if rank == plan.insured:
                household = made.decode("latin-1").strip()
            if made != piece:
                changed.append(field.name)
                out.append((where, made))
        return _Made(out, changed, household)

    def _remembered(self, role: Role, field: Field, piece: bytes, beside: bytes) -> bytes:
        name = (role, piece, beside)
        found = self._memory.get(name)
        if found is None:
            if len(self._memory) > _MOST_REMEMBERED:
                self._memory.clear()
            found = self._memory[name] = self._make(role, field, piece, beside)
        return found

    def _make(self, role: Role, field: Field, piece: bytes, beside: bytes) -> bytes:
        if role == "efface":
            return _erased(piece)
        if role == "libre":
            return self.scrub(piece, labels=True)
        if role == "reference":
            return self._reference(piece, text=field.kind.base == "text")
        if role == "date":
            return self.shift(piece, field.kind.parameter)
        return self.refill(
            piece, lambda text: self._text(role, field, text, beside.decode("latin-1").strip())
        )

    def _text(self, role: Role, field: Field, text: str, beside: str) -> str:
        if role == "cle":
            return numbers.mask_nir_key(beside, numbers.mask_nir(self.key, beside), text)
        if role == "naissance":
            return numbers.mask_birth(self.key, beside, text, field.kind.parameter)
        return self._makers[role](text)

    # --- pieces ---------------------------------------------------------------------------------------

    def identifier(self, text: str) -> str:
        """A name, or a number that may be a NIR (13 characters, or 15 with its key)."""
        if len(text) == 13 and numbers.has_nir_form(text):
            return numbers.mask_nir(self.key, text)
        if len(text) == 15 and numbers.has_nir_form(text[:13]) and nir.is_valid(text):
            masked = numbers.mask_nir(self.key, text[:13])
            return masked + nir.calc_check_digits(masked)
        return numbers.mask_text(self.key, text)

    def refill(self, piece: bytes, make: Callable[[str], str]) -> bytes:
        """Change the content of a field and keep its filling. Zeros alone, or nothing, stay."""
        text = piece.decode("latin-1")
        core = text.strip(" \0")
        if not core.strip("0"):
            return piece
        made = make(core)
        start = text.index(core)
        if len(made) != len(core):
            # A number without the zeros on its left gets them back where there is room.
            if len(made) > len(text):
                made = numbers.mask_text(self.key, core)
            return (made.rjust(len(text)) if start else made.ljust(len(text))).encode("latin-1")
        return f"{text[:start]}{made}{text[start + len(core) :]}".encode("latin-1")

    def shift(self, piece: bytes, order: str) -> bytes:
        """A date moved back; what is no date stays."""
        day = DATE_DECODERS[order](piece) if self.weeks else None
        if not isinstance(day, dt.date) or self.weeks is None:
            return piece
        forms = {"AAMMJJ": "%y%m%d", "JJMMAA": "%d%m%y", "AAAAMMJJ": "%Y%m%d"}
        return (day - self.weeks).strftime(forms[order]).encode("ascii").rjust(len(piece), b"0")

    def scrub(self, piece: bytes, *, labels: bool = False) -> bytes:
        """A text without the personal values of this file; `labels` also lose every long number."""
        if not piece.strip(b" \0"):
            return piece
        out = bytearray(piece)
        found = [*self.known.find(piece), *self.known.find_numbers(piece)]
        if labels:
            found += [match.span() for match in _LONG_NUMBER.finditer(piece)]
        for start, stop in found:
            out[start:stop] = _erased(piece[start:stop])
        return bytes(out)

    def _reference(self, piece: bytes, *, text: bool) -> bytes:
        """A number of something else: that of a professional or of a person is masked as it is elsewhere."""
        core = core_of(piece)
        if core in self.known.numbers:
            same = luhn9.is_valid(core.decode("latin-1").rjust(9, "0"))
            make = self._makers["professionnel" if same else "texte"]
            return self.refill(piece, make)
        return self.scrub(piece) if text else piece

    # --- damaged records ------------------------------------------------------------------------------

    def mask_damaged_b2(self, raw: bytes) -> bytes:
        """A B2 record nobody can read: erased but for its type, its norm, and valid numbers in place."""
        self.damaged += 1
        if raw == BOM:
            return raw
        out = bytearray(_erased(raw))
        kept = 1 if raw[:1] in (b"1", b"2", b"3", b"4", b"5", b"6") else 3
        for place in (*range(kept), 35, 38):
            out[place : place + 1] = raw[place : place + 1]
        for match in re.finditer(rb"(?:CP  )?B2", raw[:_NORM_ENDS]):
            out[match.start() : match.end()] = match.group()
        number = raw[1:10].decode("latin-1")
        if kept == 1 and luhn9.is_valid(number) and len(number) == 9:
            keep = self.options.keep_professionals
            out[1:10] = raw[1:10] if keep else numbers.mask_professional(self.key, number).encode("latin-1")
        person = raw[11:26].decode("latin-1")
        if kept == 1 and len(person) == 15 and person.strip("0") and nir.is_valid(person):
            out[11:26] = self.identifier(person).encode("latin-1")
        return bytes(out)

    def mask_damaged_entity(self, raw: bytes) -> bytes:
        """Bytes that are no NOEMIE entity, or a part of one: all erased but the number and the level."""
        self.damaged += 1
        # Not zeros: three of them would make a header.
        out = bytearray(_erased(raw, b"8"))
        if raw[:5].isdigit() and len(raw) > 5:
            out[:5] = raw[:5]
        return bytes(out)


#: Where the name of the norm may stand in records 000 and 1.
_NORM_ENDS: Final = 90


def rigid_defects(layout: Layout, raw: bytes) -> list[Field]:
    """Fields that are not personal and hold what they cannot: a sign that bytes have moved."""
    found = []
    for field, tolerated in layout.defects(raw):
        base = field.kind.base
        if field.personal or (tolerated and base != "blank"):
            continue
        if base in _RIGID or (base == "blank" and raw[field.slice].strip(b" \0")):
            found.append(field)
    return found


def is_listed(field: Field, raw: bytes, codes: Mapping[str, frozenset[str]]) -> bool:
    """Whether a field holds what everybody knows: a constant, or a code of its list."""
    if field.kind.base in ("const", "blank"):
        return field_pattern(field.kind.strict)(raw) is not None
    text = raw.decode("latin-1").strip()
    return text in codes.get(field.list, ()) or bool(_CCAM.fullmatch(text))


_CCAM = re.compile("[A-Z]{4}[0-9]{3}")


def without_numbers(text: str) -> str:
    """A sentence in which every number long enough to be a NIR is crossed out."""
    return _LONG_NUMBER_TEXT.sub(lambda found: numbers.erase(found.group()), text)


_LONG_NUMBER_TEXT = re.compile(_LONG_NUMBER.pattern.decode("ascii"))


def _erased(piece: bytes, digit: bytes = b"0") -> bytes:
    made = numbers.erase(piece.decode("latin-1")).encode("latin-1")
    return made if digit == b"0" else re.sub(rb"[0-9]", digit, made)
