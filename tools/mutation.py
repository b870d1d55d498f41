"""Change the code in one place, and see whether the tests notice: `python -m tools.mutation ROOM --count N`.

A room is some modules and the tests that answer for them. Mutants are those of cosmic-ray (extra `mutation`),
a sample of them drawn by a seed; each is imported in place of its module by a process that runs the tests, so
that no file is changed. Those that only touch an annotation or a docstring are left out: nothing runs them.
The tests are run once on the code as it is, to know which of them reach each line: those are tried first on a
mutant, the others when they notice nothing. A survivor is told with its line; docs/fuzzing.md says which ones
cannot be told apart from the original.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import difflib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import multiprocessing
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent


class Room(NamedTuple):
    """Modules that are changed, and tests in the order in which they most likely notice."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


ROOMS: Final = {
    "decide": Room(
        ("codes/decide.py",),
        (
            "tests/codes/test_codes_decide.py",
            "tests/suivi/test_suivi_decide.py",
            "tests/suivi/test_suivi_scenarios.py",
        ),
    ),
    "returns": Room(
        ("noemie/returns/*.py",),
        (
            "tests/noemie/test_noemie_retour.py",
            "tests/noemie/test_noemie_tree.py",
            "tests/noemie/test_noemie_checks.py",
            "tests/noemie/test_noemie_writer.py",
            "tests/noemie/test_noemie_reader.py",
            "tests/noemie/test_noemie_physical.py",
            "tests/noemie/test_jour.py",
            "tests/noemie/test_wrapped.py",
            "tests/noemie/test_runs.py",
            "tests/noemie/test_reference_engine.py",
            "tests/noemie/test_noemie_layouts.py",
            "tests/noemie/test_convert_roundtrip.py",
            "tests/noemie/test_mask.py",
            "tests/noemie/test_mask_damage.py",
            "tests/noemie/test_mask_numbers.py",
            "tests/noemie/test_noemie_entites.py",
            "tests/noemie/test_arl.py",
            "tests/noemie/test_rejet.py",
            "tests/test_notebook.py",
            "tests/cli/test_cli_decode.py",
            "tests/fixtures/test_caisse_courrier.py",
            "tests/fixtures/test_caisse_reponse.py",
            "tests/fuzz/test_fuzz.py::test_target[recognise]",
            "tests/fuzz/test_fuzz.py::test_target[returns]",
        ),
    ),
    "suivi": Room(
        ("noemie/suivi/*.py",),
        (
            "tests/suivi/test_suivi_etats.py",
            "tests/suivi/test_suivi_collecte.py",
            "tests/suivi/test_suivi_runs.py",
            "tests/suivi/test_suivi_tableau.py",
            "tests/suivi/test_suivi_ties.py",
            "tests/suivi/test_suivi_parts.py",
            "tests/suivi/test_suivi_redites.py",
            "tests/suivi/test_suivi_coffre.py",
            "tests/suivi/test_suivi_scenarios.py",
            "tests/cli/test_cli_decoded_actions.py",
            "tests/cli/test_cli_followup_cases.py",
            "tests/suivi/test_suivi_oracle.py",
            "tests/suivi/test_suivi_invariants.py",
            "tests/ledger/test_ledger_cache.py",
            "tests/ledger/test_ledger_queries.py",
        ),
    ),
    "rules": Room(
        ("fse/rules/*.py",),
        (
            "tests/fse/test_fse_valeurs.py",
            "tests/fse/test_fse_dates.py",
            "tests/fse/test_fse_montants.py",
            "tests/fse/test_fse_rules.py",
            "tests/fse/test_fse_bounds.py",
            "tests/fse/test_fse_messages.py",
            "tests/fse/test_fse_engines.py",
            "tests/fse/test_fse_autres_jours.py",
            "tests/fse/test_fse_jours_flux.py",
            "tests/fse/test_fse_delais.py",
            "tests/fse/test_fse_naissance.py",
            "tests/fse/test_fse_sequence.py",
            "tests/fse/test_fse_bad_input.py",
            "tests/fse/test_fse_causes.py",
            "tests/cli/test_check_causes.py",
            "tests/fuzz/test_fuzz.py::test_target[check]",
        ),
    ),
}


#: Operators that nothing can notice, or that make no sense: values compared with `is` are one of a kind here,
#: and have no order.
_NO_CHANGE: Final = re.compile(
    r"core/ReplaceComparisonOperator_Is(_(Eq|Lt|LtE|Gt|GtE)|Not_(NotEq|Lt|LtE|Gt|GtE))"
)

#: Worlds of the follow-up that try a mutant: as many as find what is rare, fewer than `make test-long` draws.
_WORLDS: Final = 500
#: Bytes that the tests of a mutant may take.
_MEMORY: Final = 4 << 30
#: Tests that are tried first: when so many reach a line and notice nothing, all are tried.
_FIRST: Final = 200
#: Seconds that pass between two looks at a run: one that took no time of a processor in between waits.
_IDLE: Final = 60
#: What pytest answers when it finds no test of the names that it is given.
_NOT_RUN: Final = (4, 5)
#: What a run answers when the tests met the module of the file, not that of the mutant.
_UNCHANGED: Final = 99

#: The tests that reach each line, in the order of the room, by module.
Reached = Mapping[Path, Mapping[int, Sequence[str]]]


class Mutant(NamedTuple):
    """One change: the operator that makes it, which of its places, and the code that it gives."""

    path: Path
    operator: str
    occurrence: int


def mutants(room: Room) -> Iterator[Mutant]:
    """Every place of the modules where an operator of cosmic-ray changes something."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    paths = [path for pattern in room.modules for path in sorted(ROOT.glob(pattern))]
    for path in paths:
        nodes = list(ast_nodes(get_ast(path.read_text(encoding="utf-8"))))
        for name in sorted(name for name in operator_names() if not _NO_CHANGE.fullmatch(name)):
            with contextlib.suppress(TypeError):  # operators that want arguments
                operator = get_operator(name)()
                count = sum(len(list(operator.mutation_positions(node))) for node in nodes)
                yield from (Mutant(path, name, rank) for rank in range(count))


def changed(mutant: Mutant) -> str | None:
    """The code of a mutant; nothing when no line of it runs differently."""
    from cosmic_ray.mutating import MutationVisitor
    from cosmic_ray.plugins import get_operator

    source = mutant.path.read_text(encoding="utf-8")
    code = MutationVisitor.mutate_code(source, get_operator(mutant.operator)(), mutant.occurrence)
    try:
        same = code is None or _run_by(code) == _run_by(source)
    except SyntaxError:
        return None
    return None if same else str(code)


def _run_by(source: str) -> str:
    """What a module runs: its tree without annotations, docstrings and what only a type checker imports."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.test, node.body = ast.Constant(0), [ast.Pass()]
        for field in ("annotation", "returns"):
            if getattr(node, field, None) is not None:
                setattr(node, field, ast.Constant(0))
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            body[0] = ast.Pass()
    return ast.dump(tree)


class _Loader(importlib.machinery.SourceFileLoader):
    """Gives the code of a mutant for its module, and never that of a cache."""

    def __init__(self, name: str, path: str, code: str) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> Any:
        return compile(self._code, self.path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the module of a mutant before anybody else does."""

    def __init__(self, path: Path, code: str) -> None:
        self._name, self._path, self._code = _name_of(path), path, code

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        loader = _Loader(fullname, str(self._path), self._code)
        return importlib.util.spec_from_file_location(fullname, self._path, loader=loader)


def _name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _tested(path: Path, code: str, tests: Sequence[str], most: float) -> None:
    """In a process of its own: run the tests on a mutant; the exit status is that of pytest."""
    # A mutant may loop without end, or fill the memory, when nobody is left to stop it.
    resource.setrlimit(resource.RLIMIT_CPU, (int(most), int(most) + 1))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    os.chdir(ROOT)
    os.environ["NOEMIE_TEST_WORLDS"] = str(_WORLDS)
    sys.path.insert(0, str(ROOT))
    sys.meta_path.insert(0, _Finder(path, code))
    import pytest

    # What pytest rewrites, it imports from its file: all of a package that is installed with a plugin of it.
    quiet = ["-x", "-q", "--no-header", "--assert=plain"]
    quiet += ["-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:faulthandler"]
    status = int(pytest.main([*quiet, *tests]))
    module = sys.modules.get(_name_of(path))
    os._exit(status if module is None or isinstance(module.__loader__, _Loader) else _UNCHANGED)


def noticed(mutant: Mutant, code: str, tests: Sequence[str], near: Sequence[str], most: float) -> bool | None:
    """Whether the tests fail on a mutant, or take more than `most` seconds; nothing when they wait.

    Those that are near are tried first: when pytest does not find them (`_NOT_RUN`), they tell nothing.
    """
    for some in filter(None, (near, tests)):
        status = run(mutant.path, code, some, most)
        if status is None:
            return None
        if status and not (some is near and status in _NOT_RUN):
            return True
    return False


def run(path: Path, code: str, tests: Sequence[str], most: float) -> int | None:
    """The exit status of tests on a code of a module; nothing when they were stopped while they waited.

    They may take `most` seconds of processor: how long the machine does something else is no part of them.
    """
    # A fresh import of everything: what the parent imported is not of the mutant.
    process = multiprocessing.get_context("spawn").Process(target=_tested, args=(path, code, tests, most))
    process.start()
    taken = 0
    while process.is_alive():
        process.join(_IDLE)
        before, taken = taken, _ticks(process.pid)
        if process.is_alive() and taken == before:
            process.kill()
            process.join()
            return None
    if process.exitcode == _UNCHANGED:
        raise RuntimeError(f"{path} was imported from its file: no mutant of it was tried")
    return process.exitcode


def _ticks(pid: int | None) -> int:
    """Time of a processor that a process took; 0 once it is no more."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return int(fields[11]) + int(fields[12])


def seconds_unchanged(path: Path, tests: Sequence[str]) -> float | None:
    """The seconds of processor of the tests on the code as it is; nothing when they fail."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run(path, path.read_text(encoding="utf-8"), tests, 3600.0) != 0:
        return None
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def reached(room: Room) -> Reached:
    """Run the tests on the code as it is, and learn which of them reach each line."""
    from coverage import CoverageData

    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "coverage")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider"]
        command += ["--cov", "--cov-context=test", "--cov-report=", *room.tests]
        worlds = {"NOEMIE_TEST_WORLDS": "20", "COVERAGE_FILE": str(data)}
        # A test of memory may fail while lines are counted: what it reached is counted all the same.
        subprocess.run(command, cwd=ROOT, env=os.environ | worlds, check=False, stdout=subprocess.DEVNULL)
        found = CoverageData(str(data))
        found.read()
        ranks: dict[str, int] = {}
        lines: dict[Path, dict[int, list[str]]] = {}
        for name in found.measured_files():
            by_line = found.contexts_by_lineno(name)
            of_file = lines[Path(name)] = {}
            for line, contexts in by_line.items():
                tests = {context.partition("|")[0] for context in contexts} - {""}
                of_file[line] = sorted(tests, key=lambda test: ranks.setdefault(test, len(ranks)))
        return lines


def near(mutant: Mutant, code: str, reached: Reached) -> list[str]:
    """The tests that reach the statement of a mutant, few enough to be tried first."""
    source = mutant.path.read_text(encoding="utf-8")
    tags = difflib.SequenceMatcher(None, source.splitlines(), code.splitlines(), False).get_opcodes()
    lines = {line + 1 for tag, first, last, _, _ in tags if tag != "equal" for line in range(first, last)}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt) and not isinstance(node, ast.FunctionDef | ast.ClassDef):
            span = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if lines & {*span} and not getattr(node, "body", None):
                lines |= {*span}
    of_file = reached.get(mutant.path, {})
    return list(dict.fromkeys(test for line in sorted(lines) for test in of_file.get(line, ())))[:_FIRST]


def sampled(room: Room, count: int, seed: int) -> list[tuple[Mutant, str]]:
    """So many mutants that run differently from the original, drawn by a seed."""
    found = list(mutants(room))
    random.Random(seed).shuffle(found)
    chosen: list[tuple[Mutant, str]] = []
    for mutant in found:
        if len(chosen) == count:
            break
        if (code := changed(mutant)) is not None:
            chosen.append((mutant, code))
    return chosen


def told(mutant: Mutant, code: str) -> str:
    """A survivor: its operator, its lines before and after."""
    before = mutant.path.read_text(encoding="utf-8").splitlines()
    lines = difflib.unified_diff(before, code.splitlines(), n=0, lineterm="")
    name = mutant.path.relative_to(ROOT)
    return "\n".join([f"{name}: {mutant.operator.removeprefix('core/')}", *list(lines)[2:]])


def main() -> int:
    """The exit status: 1 when fewer than nine in ten are noticed."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    parser.add_argument("room", choices=sorted(ROOMS))
    parser.add_argument("--count", type=int, default=200, help="how many mutants (200)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (1)")
    parser.add_argument("--jobs", type=int, default=2, help="at once (2)")
    parser.add_argument(
        "--most",
        type=float,
        default=120.0,
        help="seconds of processor of one run (120), or twice those of the code as it is",
    )
    parser.add_argument("--only", default="", help="modules whose name has this")
    asked = parser.parse_args()
    try:
        import cosmic_ray  # noqa: F401
    except ModuleNotFoundError:
        print("cosmic-ray is not installed: pip install '.[mutation]'", file=sys.stderr)
        return 2
    room = ROOMS[asked.room]
    if asked.only:
        names = [
            str(p.relative_to(ROOT)) for one in room.modules for p in ROOT.glob(one) if asked.only in p.name
        ]
        room = room._replace(modules=tuple(names))
    chosen = sampled(room, asked.count, asked.seed)
    if not chosen:
        print("nothing to change", file=sys.stderr)
        return 2
    own = seconds_unchanged(chosen[0][0].path, room.tests)
    if own is None:
        print("the tests fail on the code as it is", file=sys.stderr)
        return 2
    most = max(asked.most, 2 * own)
    killed = undecided = 0
    lines = reached(room)
    with ThreadPoolExecutor(asked.jobs) as pool:
        running = [
            pool.submit(noticed, mutant, code, room.tests, near(mutant, code, lines), most)
            for mutant, code in chosen
        ]
        for number, ((mutant, code), one) in enumerate(zip(chosen, running, strict=True), 1):
            result = one.result()
            killed += result is True
            undecided += result is None
            if not result:
                said = "survives" if result is False else "undecided: the tests wait"
                print(f"{number}/{len(chosen)} {said}: {told(mutant, code)}\n", flush=True)
    share = killed / len(chosen)
    sums = {
        "room": asked.room,
        "seed": asked.seed,
        "mutants": len(chosen),
        "killed": killed,
        "undecided": undecided,
    }
    print(json.dumps({**sums, "share": round(share, 3)}))
    return 0 if share >= 0.9 else 1


if __name__ == "__main__":
    sys.exit(main())
