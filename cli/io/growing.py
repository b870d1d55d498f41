"""The collector of cycles, held off while what is made only grows: it would walk it again for nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["growing", "settled"]


@contextmanager
def growing() -> Iterator[None]:
    """Hold the collector off for a while, unless it is already."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def settled() -> None:
    """Have the collector leave alone what is there now, for as long as the process lives."""
    gc.freeze()
