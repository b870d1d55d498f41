"""noemie.toml and [tool.noemie]: where they are found, what they may say, what is refused."""

import datetime as dt
from pathlib import Path

import pytest

from cli.check.config_file import load
from cli.check.policy import Config
from cli.io.settings import FILE, Finder, find
from cli.io.settings_file import ConfigError
from fse.delais import Delai, Delais

FULL = """
norm = "CP-2005E"
select = ["facture", "smg.triplet"]
ignore = ["format.remplissage"]
fail-on = "error"
baseline = "sub/base.json"
layouts = "norme"
codes = "norme"

[severity]
"cle.nir-provisoire" = "info"
"cle.nir" = "warning"

[smg]
nature_assurance = "65"

[[delais]]
entre = "acte-facturation"
jours = 90

[[delais]]
entre = "facturation-lot"
jours = 8
du = 2025-01-01
au = 2025-12-31
"""


@pytest.fixture
def here(tmp_path):
    (tmp_path / "norme").mkdir()
    return tmp_path


def write(folder, text, name=FILE):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_everything(here):
    path = write(here, FULL)
    assert load(path) == Config(
        path,
        norm="CP-2005E",
        select=("facture", "smg.triplet"),
        ignore=("format.remplissage",),
        severity={"cle.nir-provisoire": "info", "cle.nir": "warning"},
        fail_on="error",
        baseline=here / "sub/base.json",
        layouts=here / "norme",
        codes=here / "norme",
        nature_smg="65",
        delais=Delais(
            (
                Delai("acte-facturation", 90),
                Delai("facturation-lot", 8, dt.date(2025, 1, 1), dt.date(2025, 12, 31)),
            )
        ),
    )


def test_an_empty_file_is_the_default(here):
    path = write(here, "")
    assert load(path) == Config(path)
    assert Config().fail_on == "warning"


@pytest.mark.parametrize("value", ["?", ""])
def test_the_nature_of_smg_may_be_unknown(here, value):
    assert load(write(here, f'[smg]\nnature_assurance = "{value}"')).nature_smg == ""


def test_pyproject(here):
    path = write(
        here, '[project]\nname = "x"\n[tool.noemie]\nfail-on = "never"\n[tool.noemie.smg]\n', "pyproject.toml"
    )
    assert load(path) == Config(path, fail_on="never")


WRONG = [
    ("norme = 'PS'", "norme", "one of: norm, select, ignore,"),
    ("norme = 'PS'", "norme", "expected norm perhaps;"),
    ("norm = 'PS'", "norm", "expected one of: PS-2003C, CP-2005E, CP-2003C"),
    ("norm = 3", "norm", "expected one of: PS-2003C"),
    ("fail-on = 'warn'", "fail-on", "one of: error, warning, info, never"),
    ("fail_on = 'error'", "fail_on", "expected fail-on perhaps;"),
    ("select = 'smg'", "select", "expected a list of rules or prefixes"),
    ("select = [1]", "select", "expected a list of rules or prefixes"),
    (
        "ignore = ['cle.nirr']",
        "ignore, 'cle.nirr'",
        "expected a rule or the start of its name (perhaps cle.nir",
    ),
    ("ignore = ['']", "ignore, ''", "expected a rule or the start of its name"),
    ("severity = 'error'", "severity", "expected a table"),
    ("[severity]\n'cle' = 'error'", "severity.cle", "expected the id of a rule"),
    ("[severity]\n'cle.nir' = 'never'", "severity.cle.nir", "one of: error, warning, info"),
    ("[severity]\n'cle.nir' = 2", "severity.cle.nir", "one of: error, warning, info"),
    ("baseline = ''", "baseline", "expected a path"),
    ("baseline = 3", "baseline", "expected a path"),
    ("layouts = 'nowhere'", "layouts", "expected an existing folder"),
    ("codes = 'noemie.toml'", "codes", "expected an existing folder"),
    ("delais = 3", "delais", "expected tables [[delais]]"),
    ("[delais]\njours = 3", "delais", "expected tables [[delais]]"),
    ("[[delais]]\njours = 3", "delais[1]", "expected the key entre"),
    ("[[delais]]\nentre = 'acte-facturation'", "delais[1]", "expected the key jours"),
    ("[[delais]]\nentre = 'acte-lot'\njours = 3", "delais[1].entre", "one of: prescription-acte"),
    ("[[delais]]\njours = -3", "delais[1].jours", "expected a whole number from 0 to 36525"),
    ("[[delais]]\njours = '3'", "delais[1].jours", "expected a whole number from 0 to 36525"),
    ("[[delais]]\njours = true", "delais[1].jours", "expected a whole number from 0 to 36525"),
    ("[[delais]]\ndu = '2025-01-01'", "delais[1].du", "expected a day: 2026-01-20"),
    ("[[delais]]\nau = 2025-01-01T10:00:00", "delais[1].au", "expected a day: 2026-01-20"),
    ("[[delais]]\nentres = 'x'", "delais[1].entres", "expected entre perhaps;"),
    ("smg = 3", "smg", "expected a table"),
    ("[smg]\nnature = '65'", "smg.nature", "expected nature_assurance"),
    ("[smg]\nnature_assurance = 65", "smg.nature_assurance", 'expected two digits in quotes, or "?"'),
    ("[smg]\nnature_assurance = 'SG'", "smg.nature_assurance", 'expected two digits in quotes, or "?"'),
    ("[smg]\nnature_assurance = '٣٣'", "smg.nature_assurance", 'expected two digits in quotes, or "?"'),
    ("[smg]\nnature_assurance = '22'", "smg.nature_assurance", "22 is a value of the national database"),
    ("norm = \n", "", "expected TOML"),
    ("norm = 'PS-2003C'\nselect = [", "", "expected TOML"),
]


@pytest.mark.parametrize(("text", "key", "expected"), WRONG)
def test_what_is_refused(here, text, key, expected):
    path = write(here, text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    message = caught.value.text("en")
    line, column = caught.value.ligne, caught.value.colonne
    assert line > 0
    assert (column > 0) is (expected == "expected TOML")
    where = ", ".join(filter(None, (str(path), f"line {line}", column and f"column {column}", key)))
    assert message.startswith(f"{where}: expected ")
    assert expected in message
    french = caught.value.text("fr")
    where = where.replace(", line ", ", ligne ").replace(", column ", ", colonne ")
    assert french.startswith(f"{where} : attendu, ")
    assert french != message


def test_the_key_of_a_pyproject_is_told_whole(here):
    path = write(here, "[tool.noemie.smg]\nx = 1\n", "pyproject.toml")
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert caught.value.key == "tool.noemie.smg.x"


@pytest.mark.parametrize("name", ["noemie.toml", "pyproject.toml"])
@pytest.mark.parametrize("data", [b"\xff\xfe", b"norm = \x00"])
def test_bytes_that_are_no_toml(here, name, data):
    (here / name).write_bytes(data)
    with pytest.raises(ConfigError):
        load(here / name)


def test_files_that_cannot_be_used(here):
    for path in (here / "absent.toml", here / "norme"):
        with pytest.raises(ConfigError):
            load(path)
    with pytest.raises(ConfigError, match=r"tool\.noemie"):
        load(write(here, "[project]\n", "pyproject.toml"))


def test_the_nearest_file_is_found(here):
    deep = here / "a" / "b" / "c"
    deep.mkdir(parents=True)
    assert find(deep) is None or not find(deep).is_relative_to(here)
    top = write(here, "")
    assert find(deep) == top
    project = write(here / "a", "[tool.noemie]\n", "pyproject.toml")
    assert find(deep) == project
    write(here / "a" / "b", "[project]\n", "pyproject.toml")  # says nothing of noemie
    assert find(deep) == project
    beside = write(here / "a", "")
    assert find(deep) == beside  # noemie.toml comes first in a folder


def test_a_broken_pyproject_on_the_way_is_told(here):
    write(here, "")
    folder = here / "a"
    folder.mkdir()
    write(folder, "[tool", "pyproject.toml")
    with pytest.raises(ConfigError):
        find(folder)


def test_each_file_has_its_own(here, monkeypatch):
    for name in ("a", "b"):
        (here / name).mkdir()
    write(here / "a", 'fail-on = "error"')
    write(here, 'fail-on = "never"')
    finder = Finder(load, Config())
    assert finder.of(str(here / "a" / "1.b2")).fail_on == "error"
    assert finder.of(str(here / "b" / "1.b2")).fail_on == "never"
    assert finder.of(str(here / "nowhere" / "absent.b2")).fail_on == "never"
    monkeypatch.chdir(here / "a")
    assert finder.of("-").fail_on == "error"
    assert finder.of("1.b2").fail_on == "error"


def test_one_for_all_or_none(here):
    write(here, 'fail-on = "never"')
    own = write(here, 'fail-on = "info"', "own.toml")
    name = str(here / "1.b2")
    assert Finder(load, Config(), own).of(name).fail_on == "info"
    assert Finder(load, Config(), off=True).of(name) == Config()


def test_a_file_is_read_once(here, monkeypatch):
    write(here, 'fail-on = "never"')
    (here / "a").mkdir()
    read = []
    plain = Path.open

    def counted(self, *arguments, **options):
        read.append(self.name)
        return plain(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", counted)
    finder = Finder(load, Config())
    for name in ("1.b2", "2.b2", "a/3.b2"):
        finder.of(str(here / name))
    assert read.count("noemie.toml") == 1
