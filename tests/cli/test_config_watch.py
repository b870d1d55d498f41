"""--watch: what makes another check, and what ends it."""

import itertools

import pytest
from cli_runner import run
from cli_samples import flow
from export_samples import FAULTY, few_rules

from cli.check.watch import changes


class Sleeper:
    """Sleeping runs the next step; the keyboard interrupts after the last one."""

    def __init__(self, *steps):
        self.steps = list(steps)

    def __call__(self, seconds):
        if not self.steps:
            raise KeyboardInterrupt
        self.steps.pop(0)()


def nothing():
    pass


def passes(names, *steps):
    seen = []
    with pytest.raises(KeyboardInterrupt):
        seen.extend(itertools.chain.from_iterable([found] for found in _until(names, Sleeper(*steps), seen)))
    return seen


def _until(names, sleep, seen):
    for found in changes(names, sleep):
        seen.append(found)
        yield from ()


def test_one_pass_when_nothing_changes(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"1")
    assert passes(lambda: [str(path)], nothing, nothing) == [[str(path)]]


def test_another_pass_when_a_file_changes_appears_or_goes(tmp_path):
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"1")

    def names():
        return sorted(str(child) for child in tmp_path.iterdir()) or ["gone"]

    seen = passes(
        names,
        lambda: path.write_bytes(b"12"),
        nothing,
        lambda: other.write_bytes(b""),
        nothing,
        path.unlink,
        nothing,
    )
    assert seen == [[str(path)], [str(path)], [str(path), str(other)], [str(other)]]


def test_a_file_being_written_is_waited_for(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"")
    grow = [lambda size=size: path.write_bytes(b"1" * size) for size in (1, 2, 3)]
    assert len(passes(lambda: [str(path)], *grow, nothing, nothing)) == 2


@pytest.fixture
def here(tmp_path, monkeypatch):
    few_rules(monkeypatch)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.b2").write_bytes(FAULTY)
    return tmp_path


def watched(monkeypatch, *steps, arguments=()):
    monkeypatch.setattr(changes, "__defaults__", (Sleeper(*steps), 0.0))
    return run("check", "f.b2", "--watch", "--lang", "en", *arguments)


def test_the_status_is_that_of_the_last_check(here, monkeypatch):
    result = watched(monkeypatch, lambda: (here / "f.b2").write_bytes(flow()), nothing)
    assert result.status == 0
    assert result.out.startswith("f.b2: 1 error, 3 following from them")
    assert result.out.endswith("f.b2: nothing to report (2 invoices, 16 records)\n")
    assert result.err.count("Waiting for a change") == 2


def test_a_configuration_is_watched_too(here, monkeypatch):
    config = here / "noemie.toml"
    config.write_text("")
    result = watched(
        monkeypatch,
        lambda: config.write_text("ignore = [3]"),
        nothing,
        lambda: config.write_text('fail-on = "never"'),
        nothing,
    )
    assert result.status == 0
    assert "expected a list of rules or prefixes" in result.err
    assert result.out.count("1 error, 3 following from them") == 2


def test_what_cannot_be_watched(here, monkeypatch):
    assert run("check", "-", "--watch", stdin=flow()).status == 2
    assert run("check", "f.b2", "--watch", "--format", "sarif").status == 2
    result = watched(monkeypatch, arguments=("--format", "sarif", "-o", "r.sarif"))
    assert (result.status, result.out) == (1, "")
    assert (here / "r.sarif").is_file()
