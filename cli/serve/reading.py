"""Reading files into the ledger, beside the page: a few in a thread, many in a process of their own."""

from __future__ import annotations

import multiprocessing
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cli.serve.job_model import Result, Unreadable
from cli.words.speech import Lang, language, say, speak
from cli.words.status import CommandError

if TYPE_CHECKING:
    from cli.io.inputs import Member
    from cli.serve.practice import Places

__all__ = ["Kept", "read_files", "sweep"]

#: From this many files on, they are read by another process, so that pages go on answering.
_MANY: Final = 40

_PREFIX: Final = "noemie-page-"


class Kept:
    """Files that were given, in a folder of their own that only their owner reads, until they are read."""

    def __init__(self, files: Iterable[Member]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self.names: list[str] = []
        taken: set[str] = set()
        for rank, one in enumerate(files):
            place = self.folder
            if one.name.lower() in taken:
                place = self.folder / str(rank)
                place.mkdir(mode=0o700)
            taken.add(one.name.lower())
            path = place / one.name
            path.touch(mode=0o600)
            path.write_bytes(one.again())
            self.names.append(str(path))

    def remove(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def sweep() -> None:
    """Remove the folders that a page that was killed left behind, once nobody can be using them."""
    import time

    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > 3600:
                shutil.rmtree(path, ignore_errors=True)


def read_files(
    names: Sequence[str],
    places: Places,
    key: bytes | None,
    progress: Callable[[int, int], None],
    *,
    apart: bool = True,
) -> Result:
    """Read files into the ledger, cards and rights into their register: how many of each, what is wrong.

    `progress` hears of how many were read, of how many; with `apart`, many are read by another process.
    Raises `CommandError`.
    """
    if not apart or (len(names) < _MANY and not any(Path(name).is_dir() for name in names)):
        return _read(list(names), places, key, progress)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_apart, args=(theirs, list(names), places, language(), key), daemon=True)
    child.start()
    theirs.close()
    try:
        while True:
            kind, *told = ours.recv()
            if kind == "step":
                progress(*told)
            elif kind == "end":
                found: Result = told[0]
                return found
            else:
                raise CommandError(told[0])
    except EOFError:
        raise CommandError(_stopped()) from None
    finally:
        child.join(timeout=5)


def _stopped() -> str:
    return say(
        "La lecture s'est arrêtée avant la fin.\n  → Redonner les fichiers : ceux déjà lus sont gardés.",
        "The reading stopped before its end.\n  → Give the files again: those read are kept.",
    )


def _apart(pipe: Any, names: list[str], places: Places, lang: Lang, key: bytes | None) -> None:
    speak(lang)
    try:
        found = _read(names, places, key, lambda done, of: pipe.send(("step", done, of)))
        pipe.send(("end", found))
    except CommandError as error:
        pipe.send(("refused", error.text))
    finally:
        pipe.close()


def _read(
    given: list[str], places: Places, key: bytes | None, progress: Callable[[int, int], None]
) -> Result:
    from cli.io.importing import contents, names_of
    from cli.io.ledgers import opened
    from cli.serve.practice import make_folder

    aside: list[str] = []
    names = list(names_of(given, places.db, aside))
    # A folder leaves cards and rights aside; a file given by itself may be one too.
    alone = [name for name in names if _is_of_rights(name)]
    aside += alone
    names = [name for name in names if name not in set(alone)]
    total, done = len(names) + len(aside), 0
    progress(0, total)
    told = Result()
    if names:
        make_folder(places.db)

        def step(_result: object) -> None:
            nonlocal done
            done += 1
            progress(min(done, total), total)

        with opened(places.db, key_file=places.key_file, key=key, create=True) as ledger:
            report = ledger.import_files(contents(names), progress=step, codes=places.codes)
        _tell(report.fichiers, told)
    if aside:
        told.droits = _read_rights(aside, places)
        progress(total, total)
    return told


def _is_of_rights(name: str) -> bool:
    from flatfile import FormatError
    from noemie.documents.recognise import recognise_source

    try:
        found = recognise_source(Path(name))
    except (FormatError, OSError):
        return False
    return found.family == "droits" or (found.family == "zone" and found.is_sure)


def _read_rights(names: list[str], places: Places) -> int:
    from cli.io.registers import opened
    from cli.serve.practice import encrypts, make_folder

    make_folder(places.rights)
    new = not Path(places.rights).exists() if "://" not in places.rights else False
    personal: Any = "encrypt" if new and encrypts() else None
    with opened(places.rights, personal=personal, create=True) as register:
        results = register.import_files([Path(name) for name in names])
    return len(results)


def _tell(results: Iterable[Any], told: Result) -> None:
    from cli.io.problems import describe
    from flatfile import FormatError

    for one in results:
        if one.etat == "illisible":
            error = describe(FormatError(one.code, one.octet, **one.faits), one.nom)
            told.illisibles.append(Unreadable(Path(error["file"]).name, error["message"], error["fix"]))
        elif one.etat == "retire":
            told.illisibles.append(
                Unreadable(
                    Path(one.nom).name,
                    say("il a été retiré du registre", "it was taken out of the ledger"),
                    say(
                        "Pour le reprendre : Réglages, Effacer, « Accepter de nouveau ».",
                        "To take it back: Settings, Erase, “Accept again”.",
                    ),
                )
            )
        elif one.etat == "connu":
            told.connus += 1
        else:
            told.lus += 1
            setattr(told, one.nature, getattr(told, one.nature) + 1)
