"""Entry point of the command `noemie`: Ctrl-C ends it as later while its code is still imported."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `noemie` with `arguments` (those of the process by default) and return its exit status."""
    try:
        from cli.app import dispatch
        from cli.io.guard import run

        return run(dispatch, arguments)
    except KeyboardInterrupt:
        from cli.words.status import INTERRUPTED

        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
