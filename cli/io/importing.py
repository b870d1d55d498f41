"""What a ledger is given: the files of what was typed, what they hold, why some cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cli.io.ledgers import is_own_file
from cli.words.speech import Lang, speaker

if TYPE_CHECKING:
    from cli.io.problems import Problem
    from noemie.ledger import FileResult
    from noemie.ledger.importing import Importable

__all__ = ["contents", "names_of", "tell_errors", "tell_new_key"]


def names_of(given: Iterable[str], db: str, aside: list[str] | None = None) -> Iterator[str]:
    """Each file; a folder gives those of its subfolders too, but for the ledger itself.

    Cards and files of rights that a folder holds are added to `aside`.
    """
    from cli.io.folders import walked

    for name in given:
        found = list(walked([name], arls=True, aside=aside))
        yield from [file for file in found if file == name or not is_own_file(Path(file), db)] or [name]


def contents(names: Iterable[str]) -> Iterator[Importable]:
    """What the import reads: paths, and what is kept of what has none, or why there is nothing."""
    from cli.io.archives import inputs
    from flatfile import FormatError

    for input in inputs(names, twice=True, arls=True):
        try:
            kept = input.again()
            yield kept if isinstance(kept, str) else (input.name, kept)
        except FormatError as error:
            yield input.name, error


def tell_errors(results: Iterable[FileResult], lang: Lang) -> list[Problem]:
    """Say on standard error why each of these files cannot be read; the same as data."""
    from cli.io.problems import report
    from flatfile import FormatError

    return [
        report(FormatError(file.code, file.octet, **file.faits), file.nom, lang)
        for file in results
        if file.etat == "illisible"
    ]


def tell_new_key(path: Path, lang: Lang) -> None:
    """A key that was made is told once: without it nothing more can be imported, and no patient found."""
    from cli.io.inputs import title
    from cli.words.screen import tell

    beside = path.name.endswith(".db.key")
    place = title(str(path)) if beside else "sesam-noemie/keys"
    whose = "" if beside else speaker(lang)(" (réglages de la personne)", " (settings of the user)")
    tell(
        speaker(lang)(
            f"Clé du registre faite à l'instant, dans {place}{whose}."
            "\n  → En garder une copie, ailleurs que la base : qui a les deux peut retrouver les patients.",
            f"Key of the ledger made just now, in {place}{whose}."
            "\n  → Keep a copy of it, apart from the database: who has both can find the patients.",
        )
    )
