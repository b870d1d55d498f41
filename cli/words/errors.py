"""What stops a command."""

from __future__ import annotations

from cli.words.status import UNREADABLE


class CommandError(Exception):
    """A command cannot go on; `text` says why and what to do, without any value of a file."""

    def __init__(self, text: str, exit_status: int = UNREADABLE) -> None:
        super().__init__()
        self.text = text
        self.status = exit_status
