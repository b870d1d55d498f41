"""Zones that are cut, lie about their lengths, or are huge: told in their place, in no time, in no memory."""

from __future__ import annotations

import json
import time

import pytest
from cli_runner import run
from zone_samples import card

from fse.ssv import Zone


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def make(data, name="c.ssv"):
        (tmp_path / name).write_bytes(data)
        return name

    return make


BAD = {
    "truncated header": ("0065", "zone.tronquee", 0, 2),
    "length missing": (card().hex() + "006a", "zone.tronquee", 458, 2),
    "group overrun": ("00653f", "zone.groupe-deborde", 0, 3),
    "field overrun": ("0065020541", "zone.champ-deborde", 3, 2),
    "form 80": ("006580", "zone.longueur-interdite", 0, 3),
    "field of form 80": ("00650180", "zone.longueur-interdite", 3, 1),
    "four bytes of FF": ("006584ffffffff", "zone.groupe-deborde", 0, 7),
    "field, four bytes of FF": ("00650584ffffffff", "zone.champ-deborde", 3, 5),
    "five bytes": ("0065850000000001", "zone.longueur-interdite", 0, 8),
    "long form cut": ("00658300", "zone.tronquee", 0, 4),
}


@pytest.mark.parametrize("name", BAD)
def test_damage_is_located(write, name):
    data, rule, offset, length = BAD[name]
    document = json.loads(run("check", write(bytes.fromhex(data)), "--format", "json").out)
    found = document["files"][0]["findings"][-1]
    assert (found["rule"], found["severity"]) == (rule, "error")
    assert (found["offset"], found["length"]) == (offset, length)
    for command in (("check", "--show-context"), ("show",), ("show", "--records")):
        result = run(*command, "c.ssv")
        assert (result.status, result.err) == (1 if command[0] == "check" else 0, "")


def test_what_is_shown_of_damage(write):
    """The header of the damaged group and the lengths of its whole fields; their content is covered."""
    raw = Zone(card()).raw + bytes.fromhex("006a0b000001300541424344")
    out = run("check", write(raw), "--show-context").out
    assert "      453 │ •• •• •• •• •• 00 6a 0b 00 00 01 •• •• •• •• •• ••\n" in out
    assert "          │                " + "^" * 35 + "\n" in out


def test_an_empty_zone(write):
    for verb in ("check", "show"):
        result = run(verb, write(b""))
        assert (result.status, result.out) == (2, "")
        assert result.err.startswith("c.ssv : Fichier vide [fichier.vide]\n")


@pytest.mark.parametrize("options", [(), ("--max-findings", "0")])
@pytest.mark.parametrize("format", ["text", "json", "html"])
def test_ten_million_empty_groups(write, format, options):
    started = time.process_time()
    result = run("check", write(b"\0\x65\0" * 10_000_000), "--format", format, *options)
    assert result.status == 1
    assert time.process_time() - started < 10
    assert len(result.out) < 400_000
    if format == "json":
        (file,) = json.loads(result.out)["files"]
        assert file["counts"] == {"error": 2, "warning": 10_000_000, "info": 0}
        assert len(file["findings"]) == 103
        assert file["findings"][-1]["count"] == 9_999_900


def test_ten_million_empty_groups_are_shown(write):
    started = time.process_time()
    result = run("show", write(b"\0\x65\0" * 10_000_000))
    assert time.process_time() - started < 10
    assert "9999800 autres groupes (--limit 0 pour tous)" in result.out
    assert "10000000 avertissements" in result.out


def test_a_group_of_a_hundred_thousand_fields(write):
    raw = b"\x0e\x10\x83" + (100_000).to_bytes(3) + b"\0" * 100_000
    result = run("show", write(raw), "--records")
    assert "99900 autres champs" in result.out
    assert run("check", "c.ssv", "--show-context").status == 0


@pytest.mark.parametrize("verb", ["decode", "respond"])
def test_a_zone_where_a_flow_is_expected(write, verb):
    result = run(verb, write(card()), *(("-o", "out") if verb == "respond" else ()))
    assert result.status == 2
    assert "(aspect : SSV)" in result.err
    assert "Traceback" not in result.err


def test_a_zone_read_as_a_norm(write):
    result = run("check", write(card()), "--norm", "PS-2003C")
    assert (result.status, result.out) == (2, "")
    assert "(aspect : SSV)" in result.err
