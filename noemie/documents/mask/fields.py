"""What becomes of each field of a record: the plan of a layout, and the work on one record.

Private to `noemie.documents.mask`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection
from operator import itemgetter
from typing import Final, Literal, NamedTuple

from codes.keys import luhn9, nir
from codes.personal import LONG_NUMBER, LONG_NUMBER_BYTES
from flatfile import Field, Layout
from flatfile.kinds import DATE_DECODERS
from fse.trusted import key_check, nir_holds
from noemie.documents.hidden import is_cut
from noemie.documents.mask import numbers
from noemie.documents.mask.birth import Birth, other_dates
from noemie.documents.mask.damage import doubtful_fields, erased, has_moved, is_foreign, rigid_defects
from noemie.documents.mask.key import Key
from noemie.documents.mask.known import IN_FIELDS, Known, core_of

Role = Literal[
    "nir", "cle", "naissance", "accident", "professionnel", "texte", "libre", "efface", "reference",
    "facture", "date", "",
]  # fmt: skip

#: Personal fields that hold sentences, or bytes that nobody describes: erased, not replaced.
_SENTENCES: Final = frozenset(
    {"commentaire", "information_complementaire", "libelle_detail_forfait", "reste", "contenu"}
)
#: The same that the tables do not flag: people write what they want there.
_MESSAGES: Final = frozenset({"zone_message", "zone_editeur"})
#: Texts that are not personal by the tables, and are needed to understand a file.
_LABELS: Final = ("libelle_", "contexte_", "domaine_")
#: Numbers of invoices: kept, so that the copy can be compared with the original, unless asked.
INVOICE_FIELDS: Final = frozenset({"numero_facture", "numero_facture_rectifiee"})

_MOST_REMEMBERED: Final = 1 << 16

#: What digits become in days and hours that cannot be: zeros would make them absent.
_DAYLESS: Final = {"date": b"9", "time": b"9", "hour": b"9"}


class Options(NamedTuple):
    """What is masked, and how.

    - `keep_professionals`: leave names and numbers of professionals and establishments as they are;
    - `invoice_numbers`: `keep` them (the copy can be compared with the original), or `map` them;
    - `shift_dates`: move all other dates back by the same number of whole weeks, which depends on the key.
    """

    keep_professionals: bool = False
    invoice_numbers: Literal["keep", "map"] = "keep"
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
    if base == "reserved" or name in _MESSAGES:
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
    partner: slice | None


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
        #: Places of the bytes of personal fields: they are always replaced.
        self.replaced = frozenset(
            place for step in self.personal for place in range(step.where.start, step.where.stop)
        )
        self.births = [step for step in self.steps if step.role == "naissance"]
        #: Dates that a birth may be read from, when they are the same day.
        self.dates = other_dates(layout)
        #: Place of the NIR of the insured person among the steps, -1 without one.
        names = [step.field.name if step.role == "nir" else "" for step in self.steps]
        self.insured = names.index("nir") if "nir" in names else -1


def pieces_of(places: list[slice]) -> Callable[[bytes], tuple[bytes, ...]]:
    """The bytes of several fields of a record, in one call."""
    if len(places) < 2:
        return lambda raw: tuple(raw[where] for where in places)
    return itemgetter(*places)


def _partner(layout: Layout, field: Field, role: Role) -> slice | None:
    """The NIR that a key follows."""
    number = layout.by_name.get(field.name.removeprefix("cle_")) if role == "cle" else None
    return number.slice if number is not None else None


class _Made(NamedTuple):
    """What becomes of the fields of a record: those that change, and the household after it.

    `sound` tells that the keys of its numbers hold: they surely stand where they should.
    """

    pieces: list[tuple[slice, bytes]]
    changed: list[str]
    household: str
    sound: bool


class Masker:
    """Masks records, one after another: births need the household of the last NIR that was met."""

    def __init__(self, key: Key, options: Options, known: Known) -> None:
        self.key = key
        self.options = options
        self.known = known
        self.weeks = dt.timedelta(weeks=4 + key.number("semaines", "", 48)) if options.shift_dates else None
        self.household = ""
        #: Birth of the person of whom the last records told.
        self.birth: Birth | None = None
        #: Field -> how many times its bytes were changed.
        self.changed: Counter[str] = Counter()
        #: Records that nobody could read.
        self.damaged = 0
        self._plans: dict[Layout, Plan] = {}
        self._collected: set[tuple[bytes, ...]] = set()
        #: What was made of the fields of a record: the same ones come again and again.
        self._made: dict[tuple[Layout, str, tuple[bytes, ...]], _Made] = {}
        self._nirs: dict[str, str] = {}
        self._memory: dict[tuple[Role, str, bytes, bytes], bytes] = {}
        self._makers: dict[Role, Callable[[str], str]] = {
            "nir": self.nir,
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
        if is_cut(layout) or len(raw) != layout.length or is_foreign(layout, raw):
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
        if is_cut(layout) or len(raw) != layout.length or is_foreign(layout, raw):
            return None
        plan = self.plan(layout)
        odd = [] if plan.regular(raw) else rigid_defects(layout, raw)
        if has_moved(raw, odd):
            return None
        pieces = plan.pieces(raw)
        key = (layout, self.household if plan.births else "", pieces)
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
        for field in doubtful_fields(layout, raw, odd) if odd else ():
            out[field.slice] = erased(raw[field.slice], _DAYLESS.get(field.kind.base, b"0"))
        for step in plan.births:
            self.birth = Birth.of(raw[step.where], bytes(out[step.where]), step.field.kind.parameter)
        self.hide_birth(layout, raw, out)
        if odd or not made.sound:
            self._scrub_record(plan, raw, out)
        return bytes(out)

    def hide_birth(self, layout: Layout, raw: bytes, out: bytearray) -> None:
        """Give the dates of a record that are the day of the birth what becomes of the birth."""
        birth = self.birth
        if birth is None or not birth.stands_in(raw):
            return
        for field in self.plan(layout).dates:
            made = birth.replacement(raw[field.slice], field.kind.parameter)
            if made is not None:
                out[field.slice] = made
                self.changed[field.name] += 1

    def _scrub_record(self, plan: Plan, raw: bytes, out: bytearray) -> None:
        """In a record where bytes may have moved, erase what stands of personal values in other fields."""
        for start, stop in [*self.known.find(raw), *self.known.find_numbers(raw)]:
            for place in range(start, stop):
                if place not in plan.replaced and out[place] == raw[place]:
                    out[place : place + 1] = erased(raw[place : place + 1])

    def clear(self, layout: Layout, raw: bytes, copy: bytes, names: Collection[str]) -> bytes:
        """A masked record without the values that were found in it, in fields that are not personal.

        A number or a code that is the same as a personal value is one in the eyes of who reads the copy. Of
        the fields called `names`, a number alone is one. Invoice numbers are left: an option is for them.
        """
        out, plan = bytearray(copy), self.plan(layout)
        others = [f for f in layout.fields if not f.personal and f.name not in INVOICE_FIELDS]
        for field in others:
            piece = copy[field.slice]
            if field.name in names and core_of(piece).isdigit() and piece == raw[field.slice]:
                out[field.slice] = self.refill(piece, self._makers["texte"])
        kept = plan.replaced.union(
            *(range(f.start - 1, f.slice.stop) for f in layout.fields if f not in others)
        )
        for start, stop in self.known.find(bytes(out)):
            for place in range(start, stop):
                if place not in kept and out[place] == raw[place]:
                    out[place : place + 1] = erased(raw[place : place + 1])
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
        return _Made(out, changed, household, all(_holds(step, raw) for step in plan.personal))

    def _remembered(self, role: Role, field: Field, piece: bytes, beside: bytes) -> bytes:
        name = (role, field.kind.name, piece, beside)
        found = self._memory.get(name)
        if found is None:
            if len(self._memory) > _MOST_REMEMBERED:
                self._memory.clear()
            found = self._memory[name] = self._make(role, field, piece, beside)
        return found

    def _make(self, role: Role, field: Field, piece: bytes, beside: bytes) -> bytes:
        if role == "efface":
            return erased(piece)
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
            return numbers.mask_nir_key(beside, self.nir(beside), text)
        if role == "naissance":
            return numbers.mask_birth(self.key, beside, text, field.kind.parameter)
        return self._makers[role](text)

    # --- pieces ---------------------------------------------------------------------------------------

    def nir(self, text: str) -> str:
        """A NIR without its key; the key that follows asks again."""
        found = self._nirs.get(text)
        if found is None:
            if len(self._nirs) > _MOST_REMEMBERED:
                self._nirs.clear()
            found = self._nirs[text] = numbers.mask_nir(self.key, text)
        return found

    def identifier(self, text: str) -> str:
        """A name, or a number that may be a NIR (13 characters, or 15 with its key)."""
        if len(text) == 13 and numbers.has_nir_form(text):
            return self.nir(text)
        if len(text) == 15 and numbers.has_nir_form(text[:13]) and nir_holds(text.encode("latin-1")):
            masked = self.nir(text[:13])
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
            found += [match.span() for match in LONG_NUMBER_BYTES.finditer(piece)]
        for start, stop in found:
            out[start:stop] = erased(piece[start:stop])
        return bytes(out)

    def _reference(self, piece: bytes, *, text: bool) -> bytes:
        """A number of something else: that of a professional or of a person is masked as it is elsewhere."""
        core = core_of(piece)
        if core in self.known.numbers:
            same = luhn9.is_valid(core.decode("latin-1").rjust(9, "0"))
            make = self._makers["professionnel" if same else "texte"]
            return self.refill(piece, make)
        return self.scrub(piece) if text else piece


def _holds(step: Step, raw: bytes) -> bool:
    """Whether the key of a number holds; true for what has none."""
    piece = raw[step.where]
    if step.partner is not None:
        return nir_holds(raw[step.partner] + piece)
    holds = key_check(step.field)
    return holds is None or holds(piece)


def without_numbers(text: str) -> str:
    """A sentence in which every number long enough to be a NIR is crossed out."""
    return LONG_NUMBER.sub(lambda found: numbers.erase(found.group()), text)
