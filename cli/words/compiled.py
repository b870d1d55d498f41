"""What templates compile to, kept where Python keeps what modules do (`__pycache__`), if it may write there.

Compiling those of one page takes longer than drawing it.
"""

from __future__ import annotations

import os
import pickle
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

__all__ = ["Compiled"]


class Compiled(BytecodeCache):
    """The cache of an environment made with these `options`; another version of jinja2 compiles again."""

    def __init__(self, options: str) -> None:
        self._of = f"{jinja2.__version__} {options}"

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The file."""
        return cache_from_source(filename or name)

    def get_source_checksum(self, source: str) -> str:
        """What changes when the template does, or what compiles it."""
        return super().get_source_checksum(f"{self._of}\n{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read what was kept; what is absent or damaged is compiled again."""
        with suppress(OSError, EOFError, ValueError, TypeError, pickle.UnpicklingError):
            bucket.bytecode_from_string(Path(bucket.key).read_bytes())

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it whole, or not at all."""
        if sys.dont_write_bytecode:
            return
        place = Path(bucket.key)
        made = place.with_name(f"{place.name}.{os.getpid()}")
        with suppress(OSError):
            place.parent.mkdir(exist_ok=True)
            made.write_bytes(bucket.bytecode_to_string())
            made.replace(place)
