"""The page of the library: the public names of each package, from their docstrings."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from typing import Final

#: The packages that others import.
_PACKAGES: Final = (
    "fse",
    "fse.rights",
    "fse.ssv",
    "noemie",
    "noemie.documents",
    "noemie.suivi",
    "noemie.ledger",
    "codes",
    "flatfile",
    "fixtures",
)


def library_page() -> str:
    """The page, in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Library reference"
    yield ""
    yield "The public names of each package; [the guide](guides/library.md) shows how to begin."
    yield ""
    for name in _PACKAGES:
        package = importlib.import_module(name)
        names = [one for one in getattr(package, "__all__", ()) if not one.startswith("_")]
        yield from (f"## {name}", "", "```{eval-rst}", f".. automodule:: {name}", "   :no-members:", "")
        for one in names:
            value = getattr(package, one)
            if isinstance(value, type):
                yield from (f".. autoclass:: {name}.{one}", "   :members:", "")
            elif inspect.isroutine(value):
                yield from (f".. autofunction:: {name}.{one}", "")
            else:  # its docstring would be that of its type
                yield from (f".. py:data:: {name}.{one}", "")
        yield from ("```", "")
