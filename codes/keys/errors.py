"""Why a number is not valid; the number itself is never in the message."""

from __future__ import annotations


class InvalidNumber(ValueError):  # noqa: N818  # named like its subclasses and those of python-stdnum
    """The number is not valid."""

    message = "the number is not valid"

    def __str__(self) -> str:
        return self.message


class InvalidLength(InvalidNumber):
    """The number is too short or too long."""

    message = "the number has a wrong length"


class InvalidFormat(InvalidNumber):
    """The number holds a character that it cannot hold."""

    message = "the number has a wrong format"


class InvalidCheckDigits(InvalidNumber):
    """The key does not go with the number."""

    message = "the key does not go with the number"
