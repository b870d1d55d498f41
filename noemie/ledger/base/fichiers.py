"""Files as a database knows them: their number, and their name without anybody's number in it."""

from __future__ import annotations

import re

from codes.personal import cross_out_name


def file_id(sha256: str) -> int:
    """The number of a file: the first 63 bits of its SHA-256."""
    return int(sha256[:16], 16) >> 1


def file_name(name: str) -> str:
    """The last part of a path; a number as long as a NIR is crossed out, people put some there.

    >>> file_name("recu/1800199999999_576.noe")
    'XXXXXXXXXXXXX_576.noe'
    """
    last = clean(re.split(r"[/\\]", name)[-1]).encode("utf-8", "replace").decode()
    return cross_out_name(last)


def clean(text: str) -> str:
    """Text that every database takes: without NUL."""
    return text.replace("\0", " ") if "\0" in text else text
