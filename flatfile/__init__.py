"""Bytes of flat files: layouts, records, physical envelopes, findings. Knows nothing of health care."""

from typing import TYPE_CHECKING, Any

from flatfile.detect import Detection, detect
from flatfile.errors import EncodingError, FormatError, LayoutError
from flatfile.findings import Finding
from flatfile.fixed import Block, Piece, Sequence, iter_blocks, iter_fixed
from flatfile.kinds import Kind, Value, kind_of
from flatfile.layout import Codes, Engine, Field, Layout
from flatfile.record import MASK, Record, mask
from flatfile.source import CHUNK, Readable, Source, Spool, open_path, open_source
from flatfile.tables import Layouts, load_overlay, load_package_table, opaque, parse_table

if TYPE_CHECKING:
    from flatfile.text import normalise_text

__all__ = [
    "CHUNK",
    "MASK",
    "Block",
    "Codes",
    "Detection",
    "EncodingError",
    "Engine",
    "Field",
    "Finding",
    "FormatError",
    "Kind",
    "Layout",
    "LayoutError",
    "Layouts",
    "Piece",
    "Readable",
    "Record",
    "Sequence",
    "Source",
    "Spool",
    "Value",
    "detect",
    "iter_blocks",
    "iter_fixed",
    "kind_of",
    "load_overlay",
    "load_package_table",
    "mask",
    "normalise_text",
    "opaque",
    "open_path",
    "open_source",
    "parse_table",
]


def __getattr__(name: str) -> Any:
    if name == "normalise_text":  # only who writes text needs it
        from flatfile.text import normalise_text

        return normalise_text
    if name == "__version__":
        from flatfile.lazy import version

        return version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
