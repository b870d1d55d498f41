"""A file of marks: what a person said of a sending, in TOML; `noemie ledger export --marks` writes one.

[[marque]]
sorte = "soldee"
numero = "000000012"
lot = "001"
jour = 2026-03-14
"""

from __future__ import annotations

import codecs
from pathlib import Path

import msgspec

from cli.io.guard import CommandError
from cli.words.screen import tell
from cli.words.speech import plural, say
from cli.words.texts import printable
from noemie.suivi import Marque
from noemie.suivi.faits import MARQUES

__all__ = ["read_marks", "tell_unplaced"]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    marque: list[Marque] = []
    marques: list[Marque] = []  # as `ledger export --marks` wrote it once


def read_marks(path: Path) -> list[Marque]:
    """The marks of a file. Raises `CommandError` when it cannot be read, or holds something else."""
    try:
        read = msgspec.toml.decode(path.read_bytes().removeprefix(codecs.BOM_UTF8), type=_File)
    except OSError:
        raise _refused(path, say("lecture impossible", "it cannot be read")) from None
    except msgspec.ValidationError as error:
        # Names a key and a type, no value.
        raise _refused(path, printable(str(error))) from None
    except (ValueError, RecursionError):  # not UTF-8, no TOML, or tables without end
        raise _refused(path, say("ce n'est pas du TOML", "it is no TOML")) from None
    marks = [*read.marque, *read.marques]
    for rank, mark in enumerate(marks, start=1):
        if mark.sorte not in MARQUES:
            kinds = ", ".join(sorted(MARQUES))
            raise _refused(
                path, say(f"marque {rank}, sorte : attendu {kinds}", f"mark {rank}, sorte: expected {kinds}")
            )
    return marks


def tell_unplaced(number: int) -> None:
    """Say on standard error that marks do not name one sending: they have no effect, or too much of it."""
    if number:
        marks = plural(number, say("marque", "mark"), say("marques", "marks"))
        tell(
            say(
                f"{marks} sans facture, ou qui en {'désignent' if number > 1 else 'désigne'} plusieurs."
                "\n  → Vérifier numero, puis préciser lot, annee, numero_ps ou fichier.",
                f"{marks} that name{'' if number > 1 else 's'} no invoice, or several."
                "\n  → Check numero, then tell lot, annee, numero_ps or fichier.",
            )
        )


def _refused(path: Path, why: str) -> CommandError:
    name = printable(str(path))
    return CommandError(
        say(
            f"noemie reconcile : marques refusées ({name}) : {why}."
            "\n  → Donner des tables [[marque]] (sorte, numero, lot, annee, jour, detail).",
            f"noemie reconcile: marks refused ({name}): {why}."
            "\n  → Give [[marque]] tables (sorte, numero, lot, annee, jour, detail).",
        )
    )
