"""A wrong table of a site is told in the language of the command."""

from string import Formatter

import pytest
from cli_runner import run
from cli_samples import flow, retour

from cli.words.french.table_errors import PROBLEMS
from flatfile.errors import LAYOUT_PROBLEMS


def _quoted(words):
    return {code: {name for _, name, _, _ in Formatter().parse(text) if name} for code, text in words.items()}


def test_both_languages_tell_the_same_problems_and_quote_the_same():
    assert _quoted(PROBLEMS) == _quoted(LAYOUT_PROBLEMS)


@pytest.mark.parametrize(
    ("name", "table", "told"),
    [
        ("b2.csv", b"\xff", "b2.csv : cette table ne peut pas être lue comme un texte UTF-8"),
        ("b2.csv", b"norm,record\n", "b2.csv : colonnes absentes : "),
        (
            "b2.csv",
            b"norm,record,name,start,length,kind\nPS,4M,a,2,3,text\n",
            "b2.csv : PS 4M : la zone a commence à l'octet 2, attendu : 1\n",
        ),
        (
            "entities.csv",
            b"family,entity,name,start,length,kind\nPS,212,a,1,3,const:2\n",
            "entities.csv, ligne 2 : genre const:2 : constante de 1 octets dans 3 octets\n",
        ),
        (
            "entities.csv",
            b"family,entity,name,start,length,kind\nPS,212,a,1,3,const:212\n",
            "entities.csv : PS 212 : le niveau doit être aux octets 4-5\n",
        ),
    ],
)
def test_a_wrong_table_in_french(tmp_path, name, table, told):
    (tmp_path / name).write_bytes(table)
    file = tmp_path / "f"
    file.write_bytes(flow() if name == "b2.csv" else retour())
    verb = "check" if name == "b2.csv" else "decode"
    result = run(verb, str(file), "--layouts", str(tmp_path), "--lang", "fr")
    assert result.status == 2
    assert told in result.err
