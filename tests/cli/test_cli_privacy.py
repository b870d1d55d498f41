"""No personal value leaves the command unless it is asked for, whatever the verb, the format, the damage."""

import itertools
import random

import pytest
from cli_runner import run
from cli_samples import DAMAGE, MARKERS, NIR, PS, flow, leaks, mouvements, retour

FLOW_COMMANDS = (
    ("show",),
    ("show", "--records", "--limit", "0"),
    ("check", "--verbose"),
    ("decode",),
    ("explain",),
)
RETURN_COMMANDS = (
    ("show",),
    ("show", "--records", "--limit", "0"),
    ("check", "--verbose"),
    ("decode",),
    ("explain",),
)
STYLES = tuple(itertools.product(("text", "json"), ("fr", "en")))

#: Every damage is told in both formats and both languages; what is whole, in each pair of them.
STYLES_OF = {"whole": STYLES} | {
    name: STYLES[::3] if rank % 2 else STYLES[1:3] for rank, name in enumerate(DAMAGE)
}


def searched(result):
    assert leaks(result.out) == []
    assert leaks(result.err) == []
    assert "Traceback" not in result.err
    assert result.status in (0, 1, 2), result.err
    return result


@pytest.fixture(params=STYLES_OF)
def name(request):
    return request.param


@pytest.fixture
def damage(name):
    return DAMAGE.get(name, lambda data: data)


@pytest.fixture
def styles(name):
    return STYLES_OF[name]


@pytest.mark.parametrize("command", FLOW_COMMANDS, ids=" ".join)
def test_flows(tmp_path, damage, styles, command):
    path = tmp_path / "flux.b2"
    path.write_bytes(damage(flow()))
    for format, lang in styles:
        searched(run(*command, path, "--format", format, "--lang", lang))


@pytest.mark.parametrize("command", RETURN_COMMANDS, ids=" ".join)
@pytest.mark.parametrize("make", [retour, mouvements], ids=["payments", "rights"])
def test_returns(tmp_path, damage, styles, command, make):
    path = tmp_path / "retour.noe"
    path.write_bytes(damage(make()))
    for format, lang in styles:
        searched(run(*command, path, "--format", format, "--lang", lang))


def test_reconcile(tmp_path, damage, styles):
    sent, returned = tmp_path / "flux.b2", tmp_path / "retour.noe"
    for data, other in ((damage(flow()), retour()), (flow(), damage(retour()))):
        sent.write_bytes(data)
        returned.write_bytes(other)
        for format, lang in styles:
            searched(
                run("reconcile", "--sent", sent, "--returned", returned, "--format", format, "--lang", lang)
            )


def test_ledger(tmp_path, damage):
    for name, data in (("flux.b2", flow()), ("retour.noe", retour())):
        (tmp_path / name).write_bytes(damage(data))
    place = ("--db", tmp_path / "registre.db")
    searched(run("ledger", "import", tmp_path, *place, "--format", "json"))
    for rank, verb in enumerate(("invoices", "rejects", "payments")):
        format, lang = STYLES[rank]
        searched(run("ledger", verb, *place, "--format", format, "--lang", lang))
    searched(run("today", tmp_path, *place, "--format", "json"))


def test_respond(tmp_path, damage, styles):
    path, folder = tmp_path / "flux.b2", tmp_path / "retour"
    path.write_bytes(damage(flow()))
    for format, lang in styles:
        searched(run("respond", path, "-o", folder, "--force", "--format", format, "--lang", lang))
    arl = folder / "arl.json"
    # The returns themselves name the people, as those of a caisse do; an ARL names the professional only.
    assert set(leaks(arl.read_text() if arl.exists() else "")) <= {PS}


def test_rights(tmp_path, damage):
    register, table = tmp_path / "droits.db", tmp_path / "droits.csv"
    rows = "nir,date_naissance,nom,prenom,ouvert_au\n{0},1977-02-28,ZEBULON,QUETZAL,2020-01-01\n"
    table.write_text(rows.format(NIR))
    assert run("rights", "import", register, table).status == 0
    path = tmp_path / "fichier"
    files = (damage(flow()), damage(table.read_bytes()))
    for data, (format, lang) in zip(files, STYLES[1:], strict=False):
        path.write_bytes(data)
        searched(run("rights", "import", register, path, "--format", format, "--lang", lang))
        searched(run("check", path, "--rights", register, "--format", format, "--lang", lang))
        searched(run("check", path, "--rights", path, "--format", format, "--lang", lang))


def test_standard_input(damage):
    for command in (("show", "-"), ("check", "-"), ("decode", "-")):
        searched(run(*command, stdin=damage(flow())))
        searched(run(*command, stdin=damage(retour())))


def test_a_defect_says_nothing_of_the_file(tmp_path, monkeypatch):
    path = tmp_path / "flux.b2"
    path.write_bytes(flow())

    def broken(*arguments, **options):
        raise RuntimeError(flow().decode("latin-1"))

    monkeypatch.setattr("cli.show.flux.as_data", broken)
    result = run("show", path)
    assert result.status == 70
    assert leaks(result.out + result.err) == []


SHOWN_OF_FLOW = (
    "1770288888042",
    "991068040",
    "ZEBULON",
    "QUETZAL",
    "XANTIPPE",
    "MARQUEVILLE",
    "97789",
    "PLAQUE-77",
)
SHOWN_OF_RETURN = ("1770288888042", "991068040", "ZEBULON", "QUETZAL", "XANTIPPE", "ADHMARQUE", "MOTLIBRE")


@pytest.mark.parametrize("format", ["text", "json"])
def test_values_are_shown_when_asked_for(tmp_path, format):
    sent, returned = tmp_path / "flux.b2", tmp_path / "retour.noe"
    sent.write_bytes(flow())
    returned.write_bytes(retour())
    for command in (("show",), ("show", "--records", "--limit", "0")):
        out = run(*command, sent, "--show-values", "--format", format).out
        assert [marker for marker in SHOWN_OF_FLOW if marker not in out] == []
        out = run(*command, returned, "--show-values", "--format", format).out
        assert [marker for marker in SHOWN_OF_RETURN if marker not in out] == []
    out = run("decode", returned, "--show-values", "--format", format).out
    assert "MOTLIBRE 1770288888042 ZEBULON" in out


def test_the_search_itself_finds_what_it_looks_for():
    assert leaks(flow().decode("latin-1"))
    assert leaks("rien") == []
    assert leaks("NIR 88888042") == ["1770288888042"]
    assert len(MARKERS) == len(set(MARKERS))


@pytest.mark.parametrize("seed", range(12))
def test_any_damage_is_survived_and_shows_no_nir(tmp_path, seed):
    chance = random.Random(seed)
    path = tmp_path / "fichier"
    for data in (flow(), retour(), mouvements()):
        path.write_bytes(spoiled(data, chance))
        for command in (*FLOW_COMMANDS, ("reconcile",)):
            format, lang = chance.choice(STYLES)
            result = run(*command, path, "--format", format, "--lang", lang)
            assert result.status in (0, 1, 2), result.err
            assert "Traceback" not in result.err
            assert NIR not in result.out + result.err


def spoiled(data, chance):
    """A file with a few bytes changed, lost, added, or copied elsewhere."""
    spoilt = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at, other = chance.randrange(len(spoilt)), chance.randrange(len(spoilt))
        match chance.randrange(4):
            case 0:
                spoilt[at] = chance.randrange(256)
            case 1:
                del spoilt[at : at + chance.randint(1, 100)]
            case 2:
                spoilt[at:at] = bytes(chance.choices(b"0123456789 @N\r\n\x00\x1b", k=chance.randint(1, 60)))
            case 3:
                spoilt[at:at] = spoilt[other : other + chance.randint(1, 200)]
    return bytes(spoilt)
