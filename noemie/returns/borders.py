"""Where one return of a file ends and the next begins, and in which physical envelope the next one is."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal

from noemie.returns.tables import entity_lengths

Envelope = Literal["P1", "P2", "P3"]

#: Bytes of a record of P1, and of the 000 and 999 of all envelopes.
BLOCK: Final = 128

#: The beginning of another return: its 000, after the length that P3 writes.
_ANOTHER: Final = rb"(?=(?:[0-9]{4})?000[A-Z]{2})"
#: Filling; a byte order mark, or none, and filling after it.
_FILLING: Final = rb"[\x1a\0\r\n ]*+"
_MARKED: Final = rb"\xef\xbb\xbf" + _FILLING
_MARK: Final = rb"(?:" + _MARKED + rb")?+"
#: What stands between two returns and is of neither.
_BETWEEN: Final = rb"[\r\n]*+(?:[\x1a\0][\x1a\0\r\n ]*+" + _MARK + rb"|" + _MARKED + rb")" + _ANOTHER
_BETWEEN_HERE: Final = re.compile(_BETWEEN)
#: Looked for where a run of such bytes begins: looked for from each of them, it would cost their square.
_BETWEEN_FROM: Final = re.compile(rb"(?<![\r\n\x1a\0])(?<![\x1a\0] )" + _BETWEEN)
FILLING: Final = re.compile(_FILLING)
#: The same, line ends alone included: where nothing else can be meant.
AROUND: Final = re.compile(_FILLING + _MARK + _ANOTHER)
EOL_AND_ANOTHER: Final = re.compile(rb"[\r\n]" + _FILLING + _MARK + _ANOTHER)
#: A 999 and what follows it, up to the next return; the spaces at its end may be lost before a line end.
END_AND_ANOTHER: Final = re.compile(
    rb"(999[A-Z]{2}[0-9 ]{14}(?:[^\r\n\x1a]{109}|[^\r\n\x1a]{63,108}(?=[\r\n\x1a])))"
    rb"(" + _FILLING + _MARK + rb")(?=(?:[0-9]{4})?000[A-Z]{2}[0-9 ]{14})"
)
#: What stands between two returns is not longer.
MOST_BETWEEN: Final = 1024
#: Bytes after a border that tell the envelope of the return that begins there.
LOOK: Final = 1024

_HEADER: Final = re.compile(rb"000[A-Z]{2}[0-9 ]{14}")
_MEASURED: Final = re.compile(rb"([0-9]{4})000[A-Z]{2}[0-9 ]{14}")
_NEXT_LENGTH: Final = re.compile(rb"[\r\n]*[0-9]{4}(?:[0-9]{5}|999[A-Z])")
_FLAGS: Final = (b"0", b"1")


def between(buffer: bytes, at: int) -> re.Match[bytes] | None:
    """The first of what stands between two returns and is of neither, from `at` on."""
    return _BETWEEN_HERE.match(buffer, at) or _BETWEEN_FROM.search(buffer, at)


def envelope_at(buffer: bytes, at: int) -> Envelope | None:
    """The envelope of the return whose first byte is at `at`; `None` when its first entity does not tell."""
    if found := _MEASURED.match(buffer, at):
        return "P3" if _NEXT_LENGTH.match(buffer, at + 4 + int(found[1])) else None
    if not _HEADER.match(buffer, at):
        return None
    start = at + BLOCK
    if buffer[start : start + 1] in _FLAGS and _is_entity(buffer, start + 1, flags=True):
        return "P1"
    while buffer[start : start + 1] in (b"\r", b"\n"):
        start += 1
    return "P2" if _is_entity(buffer, start, flags=False) else None


def _is_entity(buffer: bytes, start: int, *, flags: bool) -> bool:
    """Whether a known entity starts here and ends with its delimiter; with `flags`, across those of P1."""
    length = _lengths().get(buffer[start : start + 3].decode("latin-1"))
    if length is None:
        return False
    end = start + length - 1 + ((length - 1) // (BLOCK - 1) if flags else 0)
    return buffer[end : end + 1] == b"@"


@lru_cache(maxsize=1)
def _lengths() -> dict[str, int]:
    return entity_lengths()
