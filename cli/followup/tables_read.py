"""The tables that `noemie ledger import --columns` reads: wrong rows told, columns proposed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.io.guard import CommandError
from cli.io.importing import Reader
from cli.io.inputs import title
from cli.words.speech import plural, say
from flatfile import FormatError, open_source

if TYPE_CHECKING:
    from cli.io.inputs import Input
    from flatfile import Finding
    from noemie.suivi.tableau import TableDite


class Tables(Reader):
    """Reads tables by the columns of one TOML file. Raises `CommandError` when this one is wrong.

    What is wrong in rows, and what could be declared of a table without columns, is told by `tell`.
    """

    def __init__(self, columns: Path | None) -> None:
        self._columns = None
        self._wrong: list[tuple[str, list[Finding], list[int]]] = []
        self._proposed: dict[str, str] = {}
        if columns is not None:
            from noemie.suivi.tableau import ColonnesError, read_columns

            try:
                self._columns = read_columns(columns)
            except ColonnesError as error:
                raise CommandError(
                    say(
                        f"noemie ledger import : colonnes refusées : {title(error.text('fr'))}",
                        f"noemie ledger import: columns refused: {title(error.text('en'))}",
                    )
                ) from None

    @property
    def is_wrong(self) -> bool:
        """Whether a row of a table could not be read."""
        return any(found for _, found, _ in self._wrong)

    def takes(self, input: Input) -> bool:
        """Whether a file is a table: none of ours, and an xlsx or lines of cells.

        Without declared columns, a heading and a row at least: a sentence with a comma is no table.
        """
        from noemie.documents.feuille import is_workbook
        from noemie.documents.recognise import recognise

        head = input.head()
        if recognise(head).family:
            return False
        if is_workbook(head) or (head.startswith(b"PK") and input.name.lower().endswith(".xlsx")):
            return True
        text = head[:4096].decode(
            "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", "replace"
        )
        first, *others = [line for line in text.splitlines() if line.strip()] or [""]
        if "\0" in first or first[:1] in ("{", "[", "<"):
            return False
        marks = [mark for mark in ";,\t|" if mark in first]
        return bool(marks) and (self._columns is not None or any(mark in "".join(others) for mark in marks))

    def read(self, input: Input) -> TableDite:
        """What a table says. Raises `FormatError`."""
        from noemie.suivi.tableau import proposed, read_table

        with input, open_source(input.again()) as opened:
            data = opened.read_all()
        if self._columns is None:
            self._proposed[input.name] = proposed(data)
            raise FormatError("tableau.colonnes")
        found: list[Finding] = []
        table = read_table(data, input.name, self._columns, found.append)
        self._wrong.append((input.name, found, table.sans_numero))
        return table

    def tell(self) -> None:
        """Tell wrong rows, rows without a number, proposals."""
        from cli.io.registers import tell_rows
        from cli.words.screen import tell

        for name, found, without in self._wrong:
            tell_rows(name, found, len(found))
            if without:
                one, many = (
                    say("ligne sans numéro, laissée", "row without a number, left out"),
                    say("lignes sans numéro, laissées", "rows without a number, left out"),
                )
                tell(f"{title(name)}{say(' : ', ': ')}{plural(len(without), one, many)}")
        for name, toml in self._proposed.items():
            if toml:
                head = say(
                    "proposition d'après les en-têtes, à vérifier puis à écrire dans un fichier",
                    "proposal from the headings, to be checked, then written in a file",
                )
                tell(f"{title(name)}{say(' : ', ': ')}{head}\n\n{toml}")
