"""`python -m tests.fuzz TARGET --seconds N`: attack one target; see docs/fuzzing.md."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

_TESTS = Path(__file__).parents[1]
_ROOMS = ["flatfile", "codes", "fse", "noemie", "fixtures", "cli"]


def _instrumented() -> bool:
    """Have all rooms tell atheris which code runs, from their import on; whether it is installed."""
    try:
        import atheris
    except ModuleNotFoundError:
        print("atheris is not installed: pip install '.[fuzz]', or leave --engine out", file=sys.stderr)
        return False
    atheris.instrument_imports(include=_ROOMS, enable_loader_override=False).__enter__()
    return True


def _parsed() -> argparse.Namespace:
    from .campaign import ENGINES
    from .targets import TARGETS

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=float, default=60.0, help="how long (60)")
    parser.add_argument(
        "--seed", type=int, default=None, help="the same inputs again; drawn and told by default"
    )
    parser.add_argument(
        "--engine", choices=sorted(ENGINES), default="own", help="atheris needs the extra `fuzz`"
    )
    parser.add_argument(
        "--folder", type=Path, default=Path("build/fuzz"), help="corpus, failures, sums (build/fuzz)"
    )
    parser.add_argument("--replay", type=Path, nargs="+", help="attack with these files only")
    return parser.parse_args()


def main() -> int:
    """The exit status: 1 when something fell."""
    from .campaign import ENGINES, Run, attacked
    from .targets import TARGETS

    asked = _parsed()
    target = TARGETS[asked.target]
    if asked.replay:
        fallen = 0
        for path in asked.replay:
            _, failure = attacked(target, path.read_bytes())
            print(f"{path}: {failure.trace if failure else 'holds'}")
            fallen += failure is not None
        return 1 if fallen else 0
    seed = int.from_bytes(os.urandom(4), "big") if asked.seed is None else asked.seed
    run = Run(asked.target, target, asked.folder, seed)
    start = time.monotonic()
    with suppress(KeyboardInterrupt):
        ENGINES[asked.engine](run, asked.seconds)
    told = run.sum_up(time.monotonic() - start, asked.engine)
    print(", ".join(f"{key} {value}" for key, value in told.items()))
    return 1 if run.fallen else 0


if __name__ == "__main__":
    sys.path[:0] = [str(_TESTS / name) for name in ("cli", "noemie", "suivi")]
    # Keys and ledgers that programs make go elsewhere than those of the user.
    with tempfile.TemporaryDirectory(prefix="noemie-fuzz-") as settings:
        os.environ |= {"XDG_CONFIG_HOME": settings, "XDG_DATA_HOME": f"{settings}/data", "TMPDIR": settings}
        sys.exit(main() if "atheris" not in sys.argv or _instrumented() else 2)
