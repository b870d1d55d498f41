"""What surrounds a command: its streams and signals; every exception becomes one line and an exit status.

The text of an unforeseen exception is never written, because it may quote a value of a file: its type and
its place in our code are. `NOEMIE_DEBUG=1` shows the traceback to who works on the toolkit.
"""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Final

from cli.words import status
from cli.words.screen import ClosedPipeError, begin, prepare_streams, tell
from cli.words.speech import guess_lang, language, remember, say, speaking
from cli.words.status import CommandError as CommandError

DEBUG: Final = "NOEMIE_DEBUG"

_HOME: Final = Path(__file__).resolve().parents[2]
_PACKAGES: Final = frozenset({"flatfile", "codes", "fse", "noemie", "fixtures", "cli"})

#: Objects made between two searches for cycles: what the command makes by the thousand has none.
_MADE_BETWEEN: Final = 10_000

#: System errors that a person can do something about.
_SYSTEM: Final[dict[int, tuple[str, str]]] = {
    errno.EACCES: ("droit d'écrire refusé", "no right to write there"),
    errno.EPERM: ("opération refusée par le système", "operation refused by the system"),
    errno.ENOSPC: ("le disque est plein", "the disk is full"),
    errno.EDQUOT: ("le quota de disque est atteint", "the disk quota is reached"),
    errno.EROFS: ("ce disque est en lecture seule", "this disk is read-only"),
    errno.ENOENT: ("ce dossier n'existe pas", "this folder does not exist"),
    errno.ENOTDIR: ("un fichier porte le nom de ce dossier", "a file has the name of this folder"),
    errno.EEXIST: ("un fichier porte déjà ce nom", "a file already has this name"),
    errno.EISDIR: ("un dossier porte ce nom", "a folder has this name"),
}


#: Asked when a command fails for a reason that nobody foresaw: what is wrong with one of its inputs, if any.
_DOUBTS: Final[list[Callable[[], str | None]]] = []


def doubt(ask: Callable[[], str | None]) -> None:
    """Have `ask` looked into, should this command fail for a reason that nobody foresaw."""
    _DOUBTS.append(ask)


class StoppedError(BaseException):
    """A signal asks the command to end; what is under way is undone as for any other failure."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


#: What ends a command besides the keyboard; a terminal that goes sends the second, where there is one.
_SIGNALS: Final = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


def _stop(number: int, frame: object) -> None:
    raise StoppedError(number)


@contextmanager
def heeding_signals() -> Iterator[None]:
    """Let signals end what is done here by a `StoppedError`; those that are ignored (`nohup`) stay so."""
    before: dict[int, Any] = {}
    with suppress(ValueError):  # not the main thread
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _heed_no_more() -> None:
    """What is left to do is short, and must be done."""
    with suppress(ValueError):
        for number in _SIGNALS:
            if signal.getsignal(number) is _stop:
                signal.signal(number, signal.SIG_IGN)


def run(command: Callable[[list[str]], int], arguments: Sequence[str] | None = None) -> int:
    """Run a command with `arguments`, those of the process by default: its streams, language and signals."""
    collect_seldom()
    with _streams():
        prepare_streams()
        typed = list(sys.argv[1:] if arguments is None else arguments)
        remember(typed)
        begin()
        try:
            with speaking(guess_lang()), heeding_signals():
                return guarded(lambda: command(typed))
        finally:
            remember([])


def collect_seldom() -> None:
    """Look for cycles less often than Python does by default: 5 to 10 % of the time of most verbs."""
    gc.set_threshold(_MADE_BETWEEN, *gc.get_threshold()[1:])


def _streams() -> AbstractContextManager[None]:
    """Streams that the command can use: those of a process are, those of a caller may not be."""
    if all(hasattr(stream, "buffer") for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return nullcontext()

    from cli.words.streams import standard_streams

    return standard_streams()


def guarded(work: Callable[[], int]) -> int:
    """Do `work` and return its exit status, whatever happens."""
    _DOUBTS.clear()
    try:
        code = work()
        sys.stdout.flush()
    except BaseException as error:
        _heed_no_more()
        if os.environ.get(DEBUG) and not isinstance(error, (SystemExit, KeyboardInterrupt, StoppedError)):
            traceback.print_exc()
        code = _answer(error)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        _forget_output()
    return code


def _answer(error: BaseException) -> int:
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else status.OK
    if isinstance(error, KeyboardInterrupt):
        return status.INTERRUPTED
    if isinstance(error, StoppedError):
        name = signal.Signals(error.number).name
        _try_to_tell(say(f"noemie : arrêté ({name}).", f"noemie: stopped ({name})."))
        return status.SIGNALLED + error.number
    if isinstance(error, (ClosedPipeError, BrokenPipeError)):
        _forget_output()
        return status.CLOSED_PIPE
    if isinstance(error, CommandError):
        _try_to_tell(error.text)
        return error.status
    if isinstance(error, MemoryError):
        _try_to_tell(
            say(
                "noemie : mémoire insuffisante pour cette commande."
                " → Traiter un fichier à la fois, ou « check », qui lit au fil de l'eau.",
                "noemie: not enough memory for this command."
                " → Give one file at a time, or use `check`, which reads as it goes.",
            )
        )
        return status.UNREADABLE
    if isinstance(error, OSError):
        _try_to_tell("noemie : " + system_text(error))
        return status.UNREADABLE
    if (text := _missing_text(error) or _database_text(error)) is not None:
        _try_to_tell(text)
        return status.UNREADABLE
    _try_to_tell(
        say(
            f"noemie : erreur interne ({type(error).__name__}, {place(error)})."
            f" → Signalez-la en joignant cette ligne ; {DEBUG}=1 montre le détail.",
            f"noemie: internal error ({type(error).__name__}, {place(error)})."
            f" → Please report it with this line; {DEBUG}=1 shows the details.",
        )
    )
    return status.INTERNAL


def _missing_text(error: BaseException) -> str | None:
    """Which package of an extra is missing, when that is what made the command fail."""
    from flatfile.extras import EXTRAS, package_of

    if not isinstance(error, ImportError) or not (package := package_of(error)):
        return None
    advice = f"→ pip install 'sesam-noemie[{EXTRAS[package]}]'"
    return say(
        f"noemie : cette commande a besoin de {package}. {advice}",
        f"noemie: this command needs {package}. {advice}",
    )


def _database_text(error: BaseException) -> str | None:
    """What is wrong with a database of ours, when that is what made the command fail."""
    from noemie.ledger.base.errors import BaseError

    if isinstance(error, BaseError):
        return f"noemie{say(' :', ':')} {error.text(language())}."
    return next((text for doubt in _DOUBTS if (text := doubt()) is not None), None)


def system_text(error: OSError, path: str = "") -> str:
    """A system error in words; the file concerned comes first when it is known."""
    from codes.personal import shown_name

    name = path or (os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else "")
    name = shown_name(name)
    french, english = _SYSTEM.get(
        error.errno or 0,
        (f"erreur du système {error.errno or '?'}", f"system error {error.errno or '?'}"),
    )
    words = say(french, english)
    return f"{name} : {words}" if name else words


def place(error: BaseException) -> str:
    """Where in our code an exception came from: `cli/show/flux.py:12`, `?` when it is not ours."""
    found = "?"
    trace = error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(_HOME) and path.relative_to(_HOME).parts[0] in _PACKAGES:
            found = f"{path.relative_to(_HOME).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


def _try_to_tell(text: str) -> None:
    """Write a message; nobody may be left to read it. The names in it tell no number of a person."""
    from codes.personal import shown_name

    shown = "\n".join(map(shown_name, text.split("\n")))
    for stream in ("stdout", "stderr"):  # where results go no more, the message is still told
        try:
            tell(shown)
        except (OSError, ValueError):
            _forget_output(stream)
        else:
            return


def _forget_output(*names: str) -> None:
    """Send what is still in the buffers nowhere, so that nothing complains when Python ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (getattr(sys, name) for name in names or ("stdout", "stderr")):
        try:
            os.dup2(nowhere, stream.fileno())
        except (OSError, ValueError, AttributeError):
            continue
    os.close(nowhere)


@contextmanager
def site_tables() -> Iterator[None]:
    """Turn a wrong table of the site (`--layouts`, `--codes`) into a `CommandError` that names the line."""
    from flatfile import LayoutError

    try:
        yield
    except ValueError as error:
        # The catalogue is not imported to name an error that nobody raised.
        from codes.lists import CodeTableError
        from codes.personal import shown_name
        from codes.rejects import SiteCatalogueError

        if not isinstance(error, (LayoutError, CodeTableError, SiteCatalogueError)):
            raise
        head = say("table locale refusée", "local table refused")
        advice = say(
            "→ Corriger cette table, ou retirer --layouts et --codes.",
            "→ Correct this table, or leave out --layouts and --codes.",
        )
        if not isinstance(error, LayoutError):
            told = error.text(language())
        elif language() == "fr":
            from cli.words.french.table_errors import in_french

            told = in_french(error)
        else:
            told = str(error)
        raise CommandError(
            f"noemie{say(' :', ':')} {head}{say(' :', ':')} {shown_name(told)}\n  {advice}"
        ) from None
