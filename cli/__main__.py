"""Entry point of the command `noemie`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from cli.app import app
from cli.io import status
from cli.io.guard import guarded
from cli.words.screen import prepare_streams
from cli.words.speech import remember
from cli.words.streams import standard_streams

#: Wrong options and arguments. Typer ships its own click or uses the one installed: both have this class
#: above `BadParameter`, and export it nowhere that suits both.
_USAGE_ERRORS: tuple[type[typer.BadParameter], ...] = tuple(
    parent for parent in typer.BadParameter.__mro__ if parent.__name__ == "ClickException"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `noemie` with `arguments` (those of the process by default) and return its exit status."""
    with standard_streams():
        prepare_streams()
        typed = list(sys.argv[1:] if arguments is None else arguments)
        remember(typed)
        return guarded(lambda: _run(typed))


def _run(arguments: list[str]) -> int:
    try:
        code = typer.main.get_command(app)(args=arguments, prog_name="noemie", standalone_mode=False)
    except _USAGE_ERRORS as error:
        sys.stdout.flush()
        error.show()
        return status.UNREADABLE
    except typer.Abort:
        return status.INTERRUPTED
    return code if isinstance(code, int) else status.OK


if __name__ == "__main__":
    sys.exit(main())
