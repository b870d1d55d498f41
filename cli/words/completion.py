"""What a shell may complete: the script that makes it ask, and the values of options."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

#: A function that gives the values which begin with what was typed.
Values = Callable[[str], list[str]]


def prepare() -> None:
    """Know the shells; only needed when one of them asks."""
    from typer.completion import completion_init

    completion_init()


def script(shell: str) -> str:
    """What a shell reads, from its start-up file, to complete the command."""
    from typer.completion import get_completion_script

    made = get_completion_script(prog_name="noemie", complete_var="_NOEMIE_COMPLETE", shell=shell)
    return str(made).strip() + "\n"


def _values(all_of: Callable[[], Iterable[str]]) -> Values:
    def values(incomplete: str) -> list[str]:
        return [word for word in all_of() if word.startswith(incomplete)]

    return values


def _profiles() -> Iterable[str]:
    from fixtures.profils import PROFILES

    return PROFILES


def _faults() -> Iterable[str]:
    from fixtures.faults import FAULTS

    return FAULTS


def _rules() -> Iterable[str]:
    from codes.rules import catalogue

    return catalogue()


def _motives() -> Iterable[str]:
    from codes.motives import MOTIVES

    return MOTIVES


def _subjects() -> Iterable[str]:
    from codes.rejects import load

    return [*dict.fromkeys(row.code for row in load().rows), *_rules()]


def _lists() -> Iterable[str]:
    from codes import lists

    return sorted({*lists.b2(), *lists.noemie(), *lists.ssv()})


def _families() -> Iterable[str]:
    from cli.words.layouts_by_name import shelves

    return dict.fromkeys(shelf for shelf, _ in shelves(None))


profiles: Final = _values(_profiles)
faults: Final = _values(_faults)
rules: Final = _values(_rules)
motives: Final = _values(_motives)
subjects: Final = _values(_subjects)
code_lists: Final = _values(_lists)
families: Final = _values(_families)
