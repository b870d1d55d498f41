"""Answers of the ledger as CSV and JSON: amounts in cents, days as ISO dates, nothing on persons."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from enum import Enum
from typing import Any, Final

import msgspec

from flatfile.cells import guard_cell
from flatfile.csv_text import CsvText
from noemie.ledger.errors import LedgerError
from noemie.ledger.values import Debt, InvoiceState, Patient, Payment, RejectLine, StoredFile, Transfer

#: Version of the structure of every JSON that the ledger writes: since 3, amounts by part.
SCHEMA_VERSION: Final = 3

#: What `Ledger.export` can write, and what a row of it is.
_KINDS: Final[dict[str, type]] = {
    "payments": Payment,
    "rejects": RejectLine,
    "invoices": InvoiceState,
    "patients": Patient,
    "transfers": Transfer,
    "debts": Debt,
    "files": StoredFile,
}
EXPORTS: Final = tuple(_KINDS)

#: Fields that are no cells: objects of the catalogue, whose words have fields of their own; the sending.
_LEFT_OUT: Final = frozenset({"explication", "envoi"})


def columns_of(what: str) -> list[str]:
    """Names of the columns of an export. Raises `LedgerError` when there is none of this name."""
    if what not in _KINDS:
        raise LedgerError("export.inconnu", connus=", ".join(EXPORTS))
    return [name for name in _names(_KINDS[what]) if name not in _LEFT_OUT]


def to_row(value: Any) -> dict[str, Any]:
    """One answer as plain JSON values, in the order of its fields."""
    return {name: plain(getattr(value, name)) for name in _names(value) if name not in _LEFT_OUT}


def _names(kind: Any) -> list[str]:
    """The names of the fields of a value, or of a kind of values."""
    struct = getattr(kind, "__struct_fields__", None)
    return [field.name for field in fields(kind)] if struct is None else list(struct)


def plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if hasattr(value, "__dataclass_fields__"):
        return to_row(value)
    if isinstance(value, msgspec.Struct):
        return plain(msgspec.structs.asdict(value))
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def to_json(kind: str, content: Any) -> str:
    """A document that says what it holds; the same content always gives the same text."""
    document = {"schema_version": SCHEMA_VERSION, "genre": kind, "contenu": plain(content)}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def to_csv(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """RFC 4180, a row a line, under its columns. A cell is never a formula for a spreadsheet."""
    names = list(columns)
    return CsvText().rows([names, *([cell(row.get(name)) for name in names] for row in rows)])


def cell(value: Any) -> str | int:
    """A value as one cell.

    >>> cell("=cmd()"), cell(-2), cell(None), cell(True), cell(["a", "b"])
    ("'=cmd()", -2, '', 'oui', 'a; b')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int):
        return value
    if isinstance(value, (list, tuple)):
        value = "; ".join(str(cell(item)) for item in value)
    elif isinstance(value, Mapping):
        value = ", ".join(f"{key} {item}" for key, item in value.items())
    printable = "".join(c if c.isprintable() else " " for c in str(value))
    return guard_cell(printable)
