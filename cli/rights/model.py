"""What `noemie rights` answers, as one typed model: text and JSON are both drawn from it.

Days are written as ISO 8601, empty when they are not told. A truth that nobody told is none. Who people are
is masked unless asked for.
"""

from __future__ import annotations

import msgspec

from cli.io.problems import Problem

__all__ = [
    "C2s",
    "Coded",
    "Consultation",
    "Exemption",
    "Figures",
    "Imported",
    "Organism",
    "Person",
    "RefusedRow",
    "Rights",
    "Smg",
]


class Coded(msgspec.Struct, frozen=True):
    """A code, and its label: empty when it is not in its list."""

    code: str
    label: str


class Organism(msgspec.Struct, frozen=True, kw_only=True):
    """Who covers somebody, and whom to bill."""

    regime: str
    regime_label: str
    caisse: str
    centre: str
    bill_to: str


class C2s(msgspec.Struct, frozen=True, kw_only=True):
    """Complémentaire santé solidaire."""

    has: bool | None
    service: str
    service_label: str
    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")


class Exemption(msgspec.Struct, frozen=True, kw_only=True):
    """Exemptions, and the code of cover of the card; `told` when anything was told of them."""

    told: bool
    codes: list[Coded]
    coverage: str
    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")


class Smg(msgspec.Struct, frozen=True, kw_only=True):
    """Free care of war pensioners (articles L.115 and L.212-1), and whom to bill it to."""

    entitled: bool | None
    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")
    bill_to: str


class Rights(msgspec.Struct, frozen=True, kw_only=True):
    """The rights of somebody on a day; `told_on` is the day on which each subject was told."""

    open: bool | None
    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")
    organism: Organism
    c2s: C2s
    exemption: Exemption
    medecin_traitant: bool | None
    smg: Smg
    told_on: dict[str, str]
    sources: list[str]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the register; the birth is there when values are asked for."""

    reference: str
    nir: str
    name: str
    birth: str | msgspec.UnsetType = msgspec.UNSET
    quality: Coded
    rights: Rights


class Consultation(msgspec.Struct, frozen=True, kw_only=True):
    """Those found, on a day."""

    lang: str
    date: str
    found: list[Person]


class RefusedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A value of an imported file that was refused: where, the rule, what was expected."""

    file: str
    row: int
    column: str
    rule: str
    expected: str


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did: files by nature, facts by what became of them, rows that were refused."""

    lang: str
    register: str
    personal: str
    files: dict[str, int]
    others: int
    new: int
    confirmed: int
    known: int
    refused: int
    rows: list[RefusedRow]
    errors: list[Problem]


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of a register on a day."""

    lang: str
    date: str
    personal: str
    people: int
    facts: int
    first_told: str
    last_told: str
    open: int
    closed: int
    not_told: int
    c2s: int
    smg: int
    sources: dict[str, int]
    organisms: dict[str, int]
