"""The three errors of this package. None of them ever quotes a value read from a file."""

from __future__ import annotations


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


class LayoutError(ValueError):
    """A layout table is wrong: the message names the table, the line and what was expected."""
