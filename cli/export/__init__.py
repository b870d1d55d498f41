"""Reports for people and for machines: one module a format, each with `pieces(report)`, its text in order.

A report is masked before it gets here, and the same report always gives the same text in a language.

    from cli.export import FileReport, Report, speaking, write
    with speaking("en"):
        write("sarif", Report((FileReport.of("flux.b2", fse.check("flux.b2")),)))
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Final

from cli.check.model import Excerpt, FileReport, Key, Place, Remark, Report
from cli.words.speech import speaking

__all__ = [
    "FORMATS",
    "Excerpt",
    "FileReport",
    "Key",
    "Place",
    "Remark",
    "Report",
    "pieces",
    "speaking",
    "write",
]

#: Formats besides the text of the terminal, each a module of this package.
FORMATS: Final = ("json", "sarif", "junit", "github", "csv", "html")


def pieces(format: str, report: Report) -> Iterator[str]:
    """What `write` gives, piece after piece: the report may be of more files than memory holds."""
    if format not in FORMATS:
        raise KeyError(format)
    made: Iterator[str] = import_module(f"cli.check.{format}").pieces(report)
    return made


def write(format: str, report: Report) -> str:
    """The report in one of `FORMATS`, in the language that `speaking` set.

    Raises `KeyError` on an unknown format, `cli.io.guard.CommandError` when `html` lacks its library.
    """
    return "".join(pieces(format, report))
