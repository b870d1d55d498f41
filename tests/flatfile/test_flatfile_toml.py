"""TOML read strictly: what is refused is told with its key and its line, however it is written."""

import pytest

from flatfile.toml import Table, TomlError, each, integer, word

INNER = {"jours": ("jours", integer(0, 9))}
KEYS = {
    "genre": ("genre", word(("un", "deux"))),
    "lot": ("lots", each(lambda table: table.read(INNER))),
    "site": ("site", lambda table, key, value: table.within(key, value).read(INNER)),
}


def read(text):
    return Table.of_text(text, "s.toml").read(KEYS)


def test_values_by_attribute():
    assert read('genre = "un"\n[[lot]]\njours = 1\n[[lot]]\n[site]\njours = 2\n') == {
        "genre": "un",
        "lots": ({"jours": 1}, {}),
        "site": {"jours": 2},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("genr = 1", "s.toml, line 1, genr: expected genre perhaps; one of: genre, lot, site"),
        ("\n'genr' = 1", "s.toml, line 2, genr: expected genre perhaps; one of: genre, lot, site"),
        ('"a[b" = 1', "s.toml, line 1, a[b: expected one of: genre, lot, site"),
        ('"a.b" = 1', "s.toml, line 1, a.b: expected one of: genre, lot, site"),
        ('"[" = 1', "s.toml, line 1, [: expected one of: genre, lot, site"),
        ('"" = 1', "s.toml: expected one of: genre, lot, site"),
        ('"a\\u001b" = 1', "s.toml, a\N{REPLACEMENT CHARACTER}: expected one of: genre, lot, site"),
        ("site.jours = 'x'", "s.toml, line 1, site.jours: expected a whole number from 0 to 9"),
        ("site = { jours = 10 }", "s.toml, line 1, site.jours: expected a whole number from 0 to 9"),
        ("[[lot]]\n[[lot]]\n\njour = 1", "s.toml, line 4, lot[2].jour: expected jours perhaps; jours"),
        ("[lot]", "s.toml, line 1, lot: expected tables [[lot]]"),
        ("lot = [1]", "s.toml, line 1, lot[1]: expected a table"),
        ("genre = true", "s.toml, line 1, genre: expected one of: un, deux"),
        ("genre =\n", "s.toml, line 1, column 8: expected TOML"),
        (b"genre = '\xff'", "s.toml: expected a readable TOML file, in UTF-8"),
        (b"#" * (1 << 20) + b"#", "s.toml: expected a file of 1 MiB at most"),
    ],
)
def test_what_is_refused(text, message):
    with pytest.raises(TomlError) as caught:
        read(text)
    assert caught.value.text("en") == message
    assert caught.value.text("fr") != message
