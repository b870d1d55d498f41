"""Data sets (`noemie.documents.dataset`) as verbs write them: what stops one, what is told at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from cli.io.guard import CommandError, system_text
from cli.io.inputs import title
from cli.words.page import QUIET, STRONG, Page
from cli.words.speech import plural, say

if TYPE_CHECKING:
    from cli.io.problems import Problem
    from noemie.documents.dataset_answer import Settled


class Added(NamedTuple):
    """What a run added: files, those that were there, parts, records; what could not be read; exit status."""

    added: int
    known: int
    parts: int
    records: int
    problems: list[Problem]
    worst: int


_WHYS: Final = {
    "abime": (
        "la table des fichiers de ce jeu de données est endommagée ; rien n'a été ajouté."
        "\n  → Reprendre une copie du jeu, ou le refaire dans un dossier neuf avec -o.",
        "the table of the files of this data set is damaged; nothing was added."
        "\n  → Take a copy of the data set, or make it again in a new folder with -o.",
    ),
    "pas-un-jeu": (
        "ce dossier n'est pas vide et n'est pas un jeu de données ; rien n'a été écrit."
        "\n  → Donner avec -o un dossier neuf, ou celui d'un jeu de données.",
        "this folder is not empty and is no data set; nothing was written."
        "\n  → Give with -o a new folder, or that of a data set.",
    ),
    "autre-contenu": (
        "ce jeu de données a été écrit par un autre verbe ; rien n'a été ajouté."
        "\n  → Un jeu par verbe : donner un autre dossier avec -o.",
        "this data set was written by another verb; nothing was added."
        "\n  → One data set a verb: give another folder with -o.",
    ),
    "autres-options": (
        "ce jeu de données a été écrit avec d'autres options (--show-values, --norm, tables du site) ou par"
        " une autre version ; rien n'a été ajouté."
        "\n  → Les mêmes options, ou un autre dossier avec -o.",
        "this data set was written with other options (--show-values, --norm, a site's tables) or by another"
        " version; nothing was added."
        "\n  → The same options, or another folder with -o.",
    ),
    "occupe": (
        "une autre exécution écrit dans ce jeu de données.\n  → Attendre sa fin.",
        "another run writes to this data set.\n  → Wait for its end.",
    ),
}


@contextmanager
def dataset_errors(verb: str, folder: Path) -> Iterator[None]:
    """Tell in words why a data set cannot be written to: raises `CommandError`."""
    from flatfile.extras import MissingLibraryError
    from noemie.documents.dataset import DatasetError

    try:
        yield
    except DatasetError as error:
        raise CommandError(f"{title(str(folder))}{say(' :', ':')} {say(*_WHYS[error.code])}") from None
    except MissingLibraryError as error:
        missing = say(f"{error.library} n'est pas installé", f"{error.library} is not installed")
        raise CommandError(
            f"noemie {verb}{say(' :', ':')} {missing}.\n  → pip install 'sesam-noemie[{error.extra}]'"
        ) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(system_text(error, title(str(folder)))) from None


def is_dataset(folder: Path) -> bool:
    """Whether a folder is a data set already."""
    from noemie.documents.dataset import MARKER

    return (folder / MARKER).is_file()


def print_added(folder: Path, made: Added, *, hidden: bool) -> None:
    """How many files came in, how many were there, what is hidden."""
    added, known, parts = made.added, made.known, made.parts
    page = Page()
    files = plural(added, say("fichier ajouté", "file added"), say("fichiers ajoutés", "files added"))
    inside = say(f"{known} déjà là", f"{known} there already") if known else ""
    written = plural(parts, say("partie", "part"), say("parties", "parts"))
    told = ", ".join(filter(None, (files, inside, written)))
    page.line((title(str(folder)), STRONG), f"{say(' :', ':')} {told}")
    if hidden:
        page.line(
            (
                say(
                    "Valeurs personnelles cachées (--show-values les garde).",
                    "Personal values hidden (--show-values keeps them).",
                ),
                QUIET,
            ),
            indent=2,
        )


def print_settled(folder: Path, settled: Settled, lines: int) -> None:
    """How many lines an answer has, and which of its parts were replaced."""
    told = [
        plural(lines, say("facture", "invoice"), say("factures", "invoices")),
        plural(
            settled.written, say("partie écrite", "part written"), say("parties écrites", "parts written")
        ),
        plural(settled.kept, say("inchangée", "unchanged"), say("inchangées", "unchanged")),
    ]
    if settled.removed:
        told.append(plural(settled.removed, say("retirée", "removed"), say("retirées", "removed")))
    Page().line((title(str(folder)), STRONG), say(" : ", ": ") + ", ".join(told))
