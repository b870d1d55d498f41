"""The inspector as one page that fetches nothing: `noemie show FILE -o page.html`."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from cli.check.batch import Order, check_one
from cli.check.checking import subject_of
from cli.check.policy import Policy
from cli.show.inspect import Inspected, inspect
from cli.words.html import dressed, template_of

if TYPE_CHECKING:
    from pathlib import Path

    from cli.check.model import FileReport
    from cli.io.inputs import Input

__all__ = ["checked", "inspected", "to_html"]

#: Records of a page unless asked otherwise.
MOST = 400


def checked(file: Input, *, norm: str | None = None, layouts: Path | None = None) -> FileReport:
    """What is found in a file. Raises `FormatError` when it cannot be read."""
    order = Order(file.name, Policy(), norm=norm, layouts=layouts, verbose=True, input=file)
    report = check_one(order).report
    if report.unreadable is not None:
        raise report.unreadable
    return report


def inspected(
    file: Input,
    report: FileReport,
    *,
    values: bool,
    most: int,
    start: int = 0,
    norm: str | None = None,
    layouts: Path | None = None,
) -> Inspected:
    """A file field by field, with what was found: `most` records after `start`, 0 for all.

    Raises `FormatError`.
    """
    subject = subject_of(file, norm, layouts)
    return inspect(subject, report, file, values=values, most=most or report.records + 1, start=start)


def to_html(found: Inspected, *, values: bool) -> str:
    """The page. Raises `CommandError` when jinja2 is not installed."""
    return template_of("inspect-page.html").render(
        dressed(), file=found, first=found.first(), values=values, version=version("sesam-noemie")
    )
