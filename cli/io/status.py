"""Exit statuses of the command, in one place.

| status | meaning |
|---|---|
| 0 | nothing to say |
| 1 | findings at or above `--fail-on`, or nothing found for what was asked |
| 2 | a file that cannot be read or written, or wrong usage |
| 70 | defect of the toolkit itself (`EX_SOFTWARE` of sysexits) |
| 130 | interrupted from the keyboard |
| 128 + n | ended by signal n: 143 for SIGTERM, 129 for SIGHUP |
| 141 | the reader of the output closed it (`noemie ... | head`), as for a program ended by SIGPIPE |
"""

from __future__ import annotations

from typing import Final

from cli.words.errors import UNREADABLE as UNREADABLE

OK: Final = 0
FINDINGS: Final = 1
INTERNAL: Final = 70
INTERRUPTED: Final = 130
CLOSED_PIPE: Final = 141
SIGNALLED: Final = 128
