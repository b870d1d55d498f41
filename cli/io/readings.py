"""What is read otherwise than a file at hand: a stream that is looked at first, a file under a progress bar.

`cli.io.inputs.Input` makes them, where there is a stream or a terminal.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO, Final

from cli.io.progress import Bar

#: Bytes of a stream that are kept, so as to be looked at again.
KEPT: Final = 8 << 20


class Rewound(io.RawIOBase):
    """A stream that can be looked at first: what was read before `rewind` is read again after it.

    >>> stream = Rewound(io.BytesIO(b"000ABC"))
    >>> stream.read(3), stream.rewind(), stream.read(99), stream.read(99)
    (b'000', None, b'000', b'ABC')
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._seen: list[bytes] | None = []
        self._again = b""

    def readable(self) -> bool:
        """Always."""
        return True

    def rewind(self) -> None:
        """Read from the start again, and keep no more than a little of it."""
        self._again = b"".join(self._seen or ())
        self._seen = None
        self._kept: list[bytes] | None = []
        self._size = 0

    def whole(self) -> bytes | None:
        """What was read since `rewind`; nothing when it is too much to be kept."""
        return b"".join(self._kept) if self._kept is not None else None

    def _keep(self, piece: bytes) -> bytes:
        if self._seen is None and self._kept is not None:
            self._size += len(piece)
            self._kept.append(piece)
            if self._size > KEPT:
                self._kept = None
        return piece

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes."""
        if self._again:
            size = len(self._again) if size < 0 else size
            piece, self._again = self._again[:size], self._again[size:]
            return self._keep(piece)
        piece = self._stream.read(size)
        if self._seen is not None:
            self._seen.append(piece)
        return self._keep(piece)


class Watched(io.RawIOBase):
    """A file whose reading draws a bar on the terminal once it has lasted a second."""

    def __init__(self, stream: BinaryIO, size: int, name: str) -> None:
        self._stream = stream
        self.name = name
        self._bar = Bar(size, Path(name).name, share=True)

    def readable(self) -> bool:
        """Always."""
        return True

    def fileno(self) -> int:
        """That of the file."""
        return self._stream.fileno()

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes."""
        piece = self._stream.read(size)
        self._bar.step(len(piece))
        if piece:
            self._bar.draw()
        else:
            self._bar.hide()
        return piece

    def close(self) -> None:
        """Erase the bar; the file is closed by who opened it."""
        self._bar.hide()
        super().close()
