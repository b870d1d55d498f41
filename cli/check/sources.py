"""What `noemie check` compares invoices with, read once before the first file is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from cli.io.asides import tell_opened
from cli.io.guard import CommandError
from cli.io.inputs import expanded, inputs
from cli.io.problems import problem_of, sentence
from flatfile import FormatError, Readable
from noemie.documents.recognise import Opened

if TYPE_CHECKING:
    from fse.compare import Source
    from fse.ssv import Zone

#: What a folder may hold besides the cards that are wanted.
_OTHERS: Final = frozenset({"zone.autre-zone", "zone.autre-fichier"})


def cards(cards: Sequence[str], cps: Sequence[str]) -> Iterator[Source]:
    """The cards named by `--card` and `--cps`: nothing when none is.

    `-` is standard input; a folder stands for the cards of that kind in it. Raises `CommandError` with a
    located message when one is not the card it should be.
    """
    if not cards and not cps:
        return
    from fse.ssv.bridge import read_cps
    from fse.ssv.comparaison import CardSource, read_named_card

    yield CardSource(
        tuple(raw for name in cards for raw in _read_all(name, read_named_card)),
        tuple(raw for name in cps for raw in _read_all(name, read_cps)),
    )


def _read_all(name: str, read: Callable[[Readable], Zone]) -> list[bytes]:
    """A card, or those of a folder, where other files are passed over as long as there is one."""
    found: list[bytes] = []
    passed: tuple[str, FormatError] | None = None
    opened = Opened()
    for input in inputs(expanded([name]), [name], "zone", twice=True, opened=opened):
        try:
            with input:
                found.append(read(input.source(watched=False)).raw)
        except FormatError as error:
            if input.name == name or error.code not in _OTHERS:
                raise _refusal(input.name, error) from None
            passed = input.name, error
    if not found and not passed and opened.aside:
        first = opened.aside[0]
        passed = first.name, FormatError("zone.autre-fichier", lookalike=first.lookalike)
    if not found and passed:
        raise _refusal(*passed)
    tell_opened(opened)
    return found


def _refusal(name: str, error: FormatError) -> CommandError:
    return CommandError(sentence(problem_of(error, name)))
