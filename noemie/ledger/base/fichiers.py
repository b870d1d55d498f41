"""Files as a database knows them: their number, and their name without anybody's number in it."""

from __future__ import annotations

import re

from codes.personal import shown_name


def file_id(sha256: str) -> int:
    """The number of a file: the first 63 bits of its SHA-256."""
    return int(sha256[:16], 16) >> 1


def file_name(name: str) -> str:
    """The last part of a path, as it may be shown; also of a name that an earlier version stored as it was.

    >>> file_name("recu/1800199999999_576.noe")
    'XXXXXXXXXXXXX_576.noe'
    """
    return shown_name(re.split(r"[/\\]", name)[-1])


def clean(text: str) -> str:
    """Text that every database takes: without NUL."""
    return text.replace("\0", " ") if "\0" in text else text
