"""What a ledger is given: the files of what was typed, what they hold, why some cannot be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from os.path import lexists
from pathlib import Path
from typing import TYPE_CHECKING

from cli.io.ledgers import own_file_of
from cli.words.speech import say

if TYPE_CHECKING:
    from cli.io.inputs import Input
    from cli.io.problems import Problem
    from noemie.documents.recognise import Opened
    from noemie.ledger import FileResult
    from noemie.ledger.importing import Importable

__all__ = ["Reader", "contents", "names_of", "tell_absent", "tell_errors", "tell_new_key"]


class _Beside(str):
    """The name of a file that a folder gave: nobody typed it."""

    __slots__ = ()


class Reader:
    """Reads some files otherwise, such as tables by their columns; see `cli.followup.tables_read`."""

    def takes(self, input: Input) -> bool:
        """Whether a file that somebody named is one of those."""
        raise NotImplementedError

    def read(self, input: Input) -> Importable:
        """What it says. Raises `FormatError`."""
        raise NotImplementedError


def names_of(given: Iterable[str], db: str, aside: list[str] | None = None) -> Iterator[str]:
    """Each file; a folder gives those of its subfolders too, but for the ledger itself.

    Cards and files of rights that a folder holds are added to `aside`, when it is given.
    """
    from cli.io.inputs import expanded

    is_own = own_file_of(db)
    for name in given:
        found = [file for file in expanded([name], arls=True) if file == name or not is_own(Path(file))]
        for file in found or [name]:
            if file == name:
                yield file
            elif aside is not None and _is_of_rights(file):
                aside.append(file)
            else:
                yield _Beside(file)


def _is_of_rights(file: str) -> bool:
    """Whether a file is a card, or a table of rights; of one that cannot be read, its reader says why."""
    from flatfile import FormatError
    from noemie.documents.recognise import recognise_source

    try:
        found = recognise_source(file)
    except FormatError:
        return False
    return found.family == "droits" or (found.family == "zone" and found.is_sure)


def contents(
    names: Collection[str], opened: Opened | None = None, reader: Reader | None = None
) -> Iterator[Importable]:
    """What the import reads: paths, and what is kept of what has none, or why there is nothing.

    Mails, mailboxes and archives give the files they carry. What stands beside flows, returns and ARLs in one
    of these, or in a folder (see `names_of`), goes to `opened`. `reader` reads what it takes of the others.
    """
    from cli.io.inputs import inputs
    from flatfile import FormatError

    given = {name for name in names if not isinstance(name, _Beside)}
    for input in inputs(names, given, "b2", "noemie", "arl", twice=True, arls=True, opened=opened):
        try:
            if reader is not None and input.name in given and reader.takes(input):
                yield reader.read(input)
                continue
            kept = input.again()
            yield str(kept) if isinstance(kept, str) else (input.name, kept)
        except FormatError as error:
            yield input.name, error


def tell_absent(names: Collection[str]) -> bool:
    """Whether none of these files is there, which is said of each: no ledger is made for a wrong name."""
    from cli.io.inputs import STANDARD
    from cli.io.problems import report
    from flatfile import FormatError

    if any(name == STANDARD or "://" in name or lexists(name) for name in names):
        return False
    for name in names:
        report(FormatError("fichier.absent"), name)
    return True


def tell_errors(results: Iterable[FileResult]) -> list[Problem]:
    """Say on standard error why each of these files cannot be read; the same as data."""
    from cli.io.problems import report
    from flatfile import FormatError

    return [
        report(FormatError(file.code, file.octet, **file.faits), file.nom)
        for file in results
        if file.etat == "illisible"
    ]


def tell_new_key(path: Path) -> None:
    """A key that was made is told once: without it nothing more can be imported, and no patient found."""
    from cli.io.inputs import title
    from cli.words.screen import tell

    beside = path.name.endswith(".db.key")
    place = title(str(path)) if beside else "sesam-noemie/keys"
    whose = "" if beside else say(" (réglages de la personne)", " (settings of the user)")
    tell(
        say(
            f"Clé du registre faite à l'instant, dans {place}{whose}."
            "\n  → En garder une copie, ailleurs que la base : qui a les deux peut retrouver les patients.",
            f"Key of the ledger made just now, in {place}{whose}."
            "\n  → Keep a copy of it, apart from the database: who has both can find the patients.",
        )
    )
