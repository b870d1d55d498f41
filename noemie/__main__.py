"""`python -m noemie`: the command `noemie`.

The command stands above this package, which must not know it: its name is all that is written here.
"""

from __future__ import annotations

import sys
from importlib import import_module

if __name__ == "__main__":
    sys.exit(import_module("cli.__main__").main())
