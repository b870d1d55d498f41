"""Keys of JSON objects: parsers keep the last of two that are the same, and tell nobody."""

from __future__ import annotations

import json
import re
from typing import Any, Final

_KEY: Final = re.compile(rb'"[ \t\r\n]*:')
_TOKEN: Final = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)"([ \t\r\n]*:)?|([{}])', re.DOTALL)


def repeated_key(text: bytes, found: Any = None) -> tuple[int, str] | None:
    r"""The place (0-based byte) and the name of the first key that an object has twice; `None` for none.

    `text` is JSON that a parser took; `found` what it made of it, when that is of dicts and lists: then texts
    without any such key, nearly all, are told by counting.

    >>> repeated_key(b'{"a": 1, "b": {"a": 2}}'), repeated_key(b'{"a": 1, "\\u0061": 2}')
    (None, (9, 'a'))
    """
    if found is not None and len(_KEY.findall(text)) == _count(found):
        return None
    objects: list[set[str]] = []
    for token in _TOKEN.finditer(text):
        if token[3] == b"{":
            objects.append(set())
        elif token[3]:
            objects.pop()
        elif token[2]:
            name = json.loads(f'"{token[1].decode("utf-8", "replace")}"', strict=False)
            if name in objects[-1]:
                return token.start(), name
            objects[-1].add(name)
    return None


def _count(found: Any) -> int:
    """The keys in a value, and in what it holds."""
    if type(found) is dict:
        return len(found) + sum(_count(value) for value in found.values() if type(value) in (dict, list))
    return sum(map(_count, found)) if type(found) is list else 0
