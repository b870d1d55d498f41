"""Where decoded returns go, one at a time: text, JSON, JSON lines, CSV, Parquet, HTML.

A writer is given each return as soon as it is read, and keeps none: memory does not grow with their number.
"""

from __future__ import annotations

import io
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Protocol, Self

from cli.decode.model import SCHEMA, Illisible, Retour
from cli.io.guard import CommandError
from cli.io.streamed import write_object
from cli.words.screen import document
from cli.words.speech import language, plural, say

Form = Literal["text", "json", "jsonl", "csv", "parquet", "html"]


class Writer(Protocol):
    """Takes decoded returns; `error` holds why one could not be read."""

    def add(self, data: Retour | Illisible) -> None:
        """One return, or why it could not be read."""

    def end(self) -> None:
        """Nothing more comes."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def writer(form: Form, output: Path | None, *, private: bool = False) -> Writer:
    """The writer of a format; files that are `private` are for their owner alone.

    Raises `CommandError` when it needs a folder, or a library, that is missing.
    """
    if form == "text":
        return TextWriter()
    if form == "parquet" or (form == "csv" and output is not None):
        return FolderWriter(form, output, private=private)
    return StreamWriter(form, output, private=private)


class _Base:
    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to close."""


class TextWriter(_Base):
    """For a person: each return, then all of them in short."""

    def __init__(self) -> None:
        from cli.decode.actions import Totals
        from cli.words.page import Page

        self._page = Page()
        self._totals = Totals()

    def add(self, data: Retour | Illisible) -> None:
        """See `Writer`."""
        from cli.decode.text import print_return

        if isinstance(data, Retour):  # told on the other stream
            if self._totals.returns:
                self._page.blank()
            print_return(self._page, data)
        self._totals.add(data)

    def end(self) -> None:
        """See `Writer`."""
        if self._totals.returns > 1:
            from cli.decode.text import print_all

            print_all(self._page, self._totals.total())


class StreamWriter(_Base):
    """One document: on standard output, or in a file that takes its name once it is whole."""

    def __init__(self, form: Form, output: Path | None, *, private: bool = False) -> None:
        from cli.io.outputs import file_or_output

        self._stack = ExitStack()
        out = self._stack.enter_context(file_or_output(output, private=private))
        self._text = io.TextIOWrapper(out, "utf-8", errors="backslashreplace", newline="")
        try:
            self._part = _PARTS[form](self._text, self._stack)
        except BaseException as error:
            self.__exit__(type(error), error, error.__traceback__)  # nobody else will
            raise

    def add(self, data: Retour | Illisible) -> None:
        """See `Writer`."""
        self._part.add(data)

    def end(self) -> None:
        """See `Writer`."""
        self._part.end()
        self._text.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._text.detach()  # what is under it is closed by who opened it
        finally:
            self._stack.__exit__(kind, error, trace)


#: What a return may have too many of for one text.
_MANY: Final = ("factures", "mouvements")


class _Json:
    """`cli.decode.model.Decode`, file after file; then all of them, added up."""

    def __init__(self, out: io.TextIOWrapper, _stack: ExitStack) -> None:
        from cli.decode.actions import Totals
        from cli.io.streamed import Streamed

        self._out = out
        self._totals = Totals()
        self._document = Streamed("decode", SCHEMA)
        out.write(
            self._document.head + self._document.value("lang", language()) + self._document.rows("files")
        )

    def add(self, data: Retour | Illisible) -> None:
        self._totals.add(data)
        self._out.write(self._document.row_start())
        write_object(self._out, data, *_MANY, margin="    ")

    def end(self) -> None:
        summary = self._document.value("summary", self._totals.total())
        self._out.write(self._document.rows_end() + summary + self._document.end())


class _JsonLines:
    """One JSON document a line, a line a file."""

    def __init__(self, out: io.TextIOWrapper, _stack: ExitStack) -> None:
        self._out = out

    def add(self, data: Retour | Illisible) -> None:
        head = document("decode", {"lang": language()}, version=SCHEMA)
        write_object(self._out, data, *_MANY, head=head, flat=True)
        self._out.write("\n")

    def end(self) -> None:
        """Every line is whole by itself."""


class _Csv:
    """The table of the invoices."""

    def __init__(self, out: io.TextIOWrapper, _stack: ExitStack) -> None:
        from cli.decode.tables import MAIN, CsvTable

        self._table = CsvTable(out, MAIN)

    def add(self, data: Retour | Illisible) -> None:
        self._table.add(data)

    def end(self) -> None:
        self._table.close()


class _Html:
    """The page to print."""

    def __init__(self, out: io.TextIOWrapper, stack: ExitStack) -> None:
        from cli.decode.html import Page

        self._out = out
        self._page = stack.enter_context(Page())

    def add(self, data: Retour | Illisible) -> None:
        self._page.add(data)

    def end(self) -> None:
        self._page.write(self._out)


_PARTS: Final[dict[str, Any]] = {"json": _Json, "jsonl": _JsonLines, "csv": _Csv, "html": _Html}


class FolderWriter(_Base):
    """Several tables, each in a file of a folder."""

    def __init__(self, form: Form, output: Path | None, *, private: bool = False) -> None:
        from cli.decode.tables import Folder

        if output is None:
            raise CommandError(
                say(
                    f"noemie decode : --format {form} écrit plusieurs fichiers."
                    "\n  → Donner un dossier avec -o.",
                    f"noemie decode: --format {form} writes several files.\n  → Give a folder with -o.",
                )
            )
        self._folder = Folder(output, "parquet" if form == "parquet" else "csv", private=private)
        self._output = output
        self._count = 0

    def add(self, data: Retour | Illisible) -> None:
        """See `Writer`."""
        self._folder.add(data)
        self._count += isinstance(data, Retour)

    def end(self) -> None:
        """See `Writer`."""

    def __enter__(self) -> Self:
        self._folder.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.__exit__(kind, error, trace)
        if kind is None:
            self._tell()

    def _tell(self) -> None:
        from cli.decode.tables import TABLES
        from cli.io.inputs import title
        from cli.words.screen import note

        count = plural(self._count, say("retour", "return"), say("retours", "returns"))
        tables = ", ".join(TABLES)
        note(f"{title(str(self._output))}{say(' :', ':')} {count} → {tables}")
