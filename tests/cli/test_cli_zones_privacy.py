"""No personal value of a zone leaves the command unless it is asked for, whatever the format, the damage."""

import pytest
from cli_runner import run
from cli_samples import MARKERS, flow, leaks
from zone_samples import ZONES, card, cps, spoiled

FORMATS = ("text", "json", "sarif", "junit", "github", "csv", "html")
COMMANDS = (
    ("show",),
    ("show", "--format", "json", "--lang", "en"),
    ("show", "--records", "--limit", "0"),
    ("show", "--records", "--format", "json"),
    *(("check", "--verbose", "--show-context", "--format", format) for format in FORMATS),
)


def searched(result):
    assert leaks(result.out + result.err) == []
    assert "Traceback" not in result.err
    assert result.status in (0, 1, 2), result.err


@pytest.mark.parametrize("kind", ZONES)
def test_whole_zones(tmp_path, kind):
    path = tmp_path / "zone"
    path.write_bytes(ZONES[kind]())
    for command in COMMANDS:
        searched(run(*command, path))
        searched(run(command[0], "-", *command[1:], stdin=path.read_bytes()))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", ZONES)
def test_damaged_zones(tmp_path, kind, seed):
    path = tmp_path / "zone"
    path.write_bytes(spoiled(ZONES[kind](), seed))
    for command in (COMMANDS[seed % 4], COMMANDS[4 + seed % len(FORMATS)], COMMANDS[4]):
        searched(run(*command, path))


@pytest.mark.parametrize("cut", range(0, 460, 23))
def test_cut_zones(tmp_path, cut):
    path = tmp_path / "zone"
    path.write_bytes(card()[:cut])
    for command in (COMMANDS[0], COMMANDS[2], COMMANDS[4]):
        searched(run(*command, path))


@pytest.mark.parametrize("format", FORMATS)
def test_comparisons(tmp_path, format):
    names = {"f.b2": flow(), "c.ssv": card(cle_nir="00", caisse_gestionnaire="422"), "p.ssv": cps()}
    for name, data in names.items():
        (tmp_path / name).write_bytes(data)
    options = ("--verbose", "--show-context", "--format", format, "--max-findings", "0")
    searched(
        run("check", tmp_path / "f.b2", "--card", tmp_path / "c.ssv", "--cps", tmp_path / "p.ssv", *options)
    )
    for other in ("f.b2", "p.ssv"):
        searched(run("check", tmp_path / "f.b2", "--card", tmp_path / other, *options))


def test_the_samples_carry_what_is_searched():
    held = b"".join(make() for make in ZONES.values()).decode("latin-1")
    assert {marker for marker in MARKERS if marker in held} >= {"ZEBULON", "XANTIPPE", "MARQUEVILLE"}
    assert leaks(held)
