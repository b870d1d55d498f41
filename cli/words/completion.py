"""What a shell may complete: the script that makes it ask, and the values of options."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final


def prepare() -> None:
    """Know the shells; only needed when one of them asks."""
    from typer import completion

    completion.completion_init()  # type: ignore[attr-defined]


def script(shell: str) -> str:
    """What a shell reads, from its start-up file, to complete the command."""
    from typer import completion

    made = completion.get_completion_script(  # type: ignore[attr-defined]
        prog_name="noemie", complete_var="_NOEMIE_COMPLETE", shell=shell
    )
    return str(made).strip() + "\n"


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
    from cli.words.layouts_by_name import known_layouts

    return dict.fromkeys(shelf for shelf, _ in known_layouts(None))


#: What may come, by the name that `cli.io.options.completed` takes.
_ALL: Final[dict[str, Callable[[], Iterable[str]]]] = {
    "profiles": _profiles,
    "faults": _faults,
    "rules": _rules,
    "motives": _motives,
    "subjects": _subjects,
    "code_lists": _lists,
    "families": _families,
}


def values(kind: str, incomplete: str) -> list[str]:
    """The values of this kind that begin with what was typed."""
    return [word for word in _ALL[kind]() if word.startswith(incomplete)]
