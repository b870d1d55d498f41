"""The three errors of this package. None of them ever quotes a value read from a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Self


class FormatError(Exception):
    """The bytes cannot be read as what they are said to be.

    `code` names an entry of the rule catalogue (`fichier.vide`, `retour.tronque`), where the message,
    the reason and the correction are written in French and English. `offset` is the 0-based byte
    offset in the uncompressed file; `facts` are technical facts that the message quotes (a length,
    the name of another format), never a value of the file.
    """

    def __init__(self, code: str, offset: int = 0, **facts: str | int) -> None:
        super().__init__(code, offset)
        self.code = code
        self.offset = offset
        self.facts = facts

    def __str__(self) -> str:
        facts = "".join(f", {name}={value}" for name, value in self.facts.items())
        return f"{self.code} (byte {self.offset}{facts})"


class EncodingError(ValueError):
    """A value given to the writer does not fit its field; the value is not quoted."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(field, expected)
        self.field = field
        self.expected = expected

    def __str__(self) -> str:
        return f"field {self.field}: expected {self.expected}"


#: Problem of a layout table -> what is told of it, where `{...}` are the values of the error.
LAYOUT_PROBLEMS: Final[Mapping[str, str]] = {
    "unreadable": "this table cannot be read as UTF-8 text",
    "csv": "this line cannot be read as CSV",
    "columns": "missing column(s) {columns}",
    "cells": "more cells than columns",
    "keys": "{group} and {type} are needed",
    "numbers": "start, length and position must be whole numbers",
    "field": "a name, a start and a length of at least 1 are needed",
    "too_long": "a field has at most {most} bytes",
    "name": "field name {name!r}: lower-case letters, digits and _ are expected",
    "start": "field {name} starts at byte {start}, expected {expected}",
    "same_name": "two fields are called {name}",
    "constant": "kind {kind}: constant of {found} bytes in {length} bytes",
    "constant_text": "kind const: printable ASCII is expected",
    "decimal": "kind {kind}: digits do not add up to {length} bytes",
    "date": "kind {kind}: unknown date order, or not possible on {length} bytes",
    "kind": "kind {kind}: unknown, or not possible on {length} bytes",
    "length": "{found} bytes, expected {expected}",
    "norm": "norm {norm}: unknown, expected one of {known}",
    "entity_twice": "entity {entity} is described twice ({first}, {second})",
    "entity_number": "an entity number has three digits",
    "entity_first": "the first field must be const:{entity}",
    "entity_level": "the level must be in bytes 4-5",
    "entity_last": "the last field must be const:@",
    "group_position": "position {expected} is expected",
    "group_same_name": "this name is written twice in the group",
    "group_name": "a name of lower-case letters, digits and _ is needed",
    "group_kind": "the kind must be one of {kinds}",
    "group_personal": "personal must be yes, ps or empty",
    "group_lengths": "observed_lengths must be lengths (8|9) or a range (3-18)",
    "group_number": "{column} must be a whole number from 0 to {most}",
}


class LayoutError(ValueError):
    """A layout table is wrong: which one, on which line, in which record, and what was expected.

    `code` is one of `LAYOUT_PROBLEMS`, `values` what its message quotes of the table: names, lengths. `table`
    and `record` are empty, and `line` is 0, where none is meant.
    """

    def __init__(self, code: str, record: str = "", **values: str | int) -> None:
        super().__init__(code)  # the rest is kept as attributes when it comes back from another process
        self.code = code
        self.record = record
        self.values = values
        self.table = ""
        self.line = 0

    def at(self, table: str, line: int = 0) -> Self:
        """The same error, once it is known where the table stands."""
        self.table, self.line = table, line
        return self

    def told(
        self, problems: Mapping[str, str] = LAYOUT_PROBLEMS, line: str = "line", colon: str = ": "
    ) -> str:
        """The whole message, place first, in the words of `problems`."""
        table = f"{self.table}, {line} {self.line}" if self.line else self.table
        told = problems[self.code].format_map(self.values)
        return colon.join(filter(None, (table, self.record, told)))

    def __str__(self) -> str:
        return self.told()
