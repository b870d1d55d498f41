"""`noemie-page`: the page without any terminal. Started twice, it reopens the one that runs."""

from __future__ import annotations

import os
import sys
import webbrowser

from cli.words.speech import language

__all__ = ["main"]


def main() -> int:
    """Open the page; what goes wrong is told in the browser too, since nothing else is seen."""
    from cli.serve.store import chosen_language
    from cli.words.speech import VARIABLE, speak
    from cli.words.status import CommandError

    # A program without a terminal has no streams on Windows.
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115  # for ever
    told = os.environ.get(VARIABLE, "").lower()
    speak("en" if told == "en" else chosen_language().read() or "fr")
    if given := sys.argv[1:]:
        return _told(given)
    try:
        return _open()
    except CommandError as error:
        _tell(error.text)
        return error.status


def _told(given: list[str]) -> int:
    """What this program is, for who asks, or gives it what it does not take."""
    from cli.words import status
    from cli.words.screen import tell
    from cli.words.speech import say

    asks = given[0] in ("-h", "--help")
    text = say(
        "noemie-page ouvre la page du cabinet, et ne prend ni option ni fichier : voir `noemie serve -h`.",
        "noemie-page opens the page of the practice, and takes no option or file: see `noemie serve -h`.",
    )
    if asks:
        sys.stdout.write(text + "\n")
    else:
        tell(text)
    return status.OK if asks else status.UNREADABLE


def _open() -> int:
    from cli.io.ledgers import VARIABLE as LEDGER
    from cli.serve.launch import needed, places_of, reopened, serve
    from cli.serve.practice import Practice

    needed()
    if (address := reopened()) is not None:
        webbrowser.open(address)
        return 0
    places = places_of(os.environ.get(LEDGER, ""), "", None, None)
    serve(Practice(places, language()), lambda address: None)
    return 0


def _tell(text: str) -> None:
    """A page of text in the browser, from a file of its own that the system cleans up."""
    import tempfile
    from html import escape
    from pathlib import Path

    number, name = tempfile.mkstemp(prefix="noemie-", suffix=".html")
    with os.fdopen(number, "w", encoding="utf-8") as stream:
        stream.write(f"<!doctype html><meta charset=utf-8><title>noemie</title><pre>{escape(text)}</pre>")
    webbrowser.open(Path(name).as_uri())
