"""How a command ends: its exit statuses (docs/reference/command-line.md), and the error that stops it."""

from __future__ import annotations

from typing import Final

OK: Final = 0
FINDINGS: Final = 1
UNREADABLE: Final = 2
INTERNAL: Final = 70
INTERRUPTED: Final = 130
CLOSED_PIPE: Final = 141
SIGNALLED: Final = 128

#: What each says, in French and in English.
MEANINGS: Final[dict[str, tuple[str, str]]] = {
    "0": ("rien à signaler", "nothing to say"),
    "1": (
        "des constats à `--fail-on` ou au-dessus, quelque chose à faire, ou rien de ce qui était demandé",
        "findings at or above `--fail-on`, something to do, or nothing found of what was asked",
    ),
    "2": (
        "un fichier qu'on ne peut lire ou écrire, ou un mauvais usage",
        "a file that cannot be read or written, or wrong usage",
    ),
    "70": (
        "défaut de l'outil lui-même (`EX_SOFTWARE` de sysexits)",
        "defect of the toolkit itself (`EX_SOFTWARE` of sysexits)",
    ),
    "130": ("interrompu au clavier", "interrupted from the keyboard"),
    "128 + n": (
        "arrêté par le signal n : 143 pour SIGTERM, 129 pour SIGHUP",
        "ended by signal n: 143 for SIGTERM, 129 for SIGHUP",
    ),
    "141": (
        "celui qui lisait la sortie l'a fermée (`noemie ... | head`), comme pour SIGPIPE",
        "the reader of the output closed it (`noemie ... | head`), as for SIGPIPE",
    ),
}


class CommandError(Exception):
    """A command cannot go on; `text` says why and what to do, without any value of a file."""

    def __init__(self, text: str, exit_status: int = UNREADABLE) -> None:
        super().__init__()
        self.text = text
        self.status = exit_status
