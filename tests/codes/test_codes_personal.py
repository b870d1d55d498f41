"""What may be somebody, in a text: the same answer wherever a text is shown, written or masked."""

import pytest

from cli.words.texts import crossed_out
from codes.personal import LONG_NUMBER, cross_out, may_identify, shown_name
from codes.rejects import lookup
from noemie.documents.hidden import Hider
from noemie.documents.mask.fields import without_numbers
from noemie.ledger.base.fichiers import file_name

#: text -> whether it may be somebody: in a label that quotes people, in one where references are looked for.
SAMPLES = {
    "1800199999999": (True, True),
    "180012A999999": (True, True),
    "1 80 01 99 999 999": (True, True),
    "1.80.01.2B.999.999": (True, True),
    "1-80-01-99-999-999-42": (True, True),
    "280277": (True, False),
    "28/02/1977": (True, False),
    "20260042": (True, False),
    "LIGNE 12": (False, False),
    "12345": (False, False),
    "4  5  6  7  8  9": (False, False),
}


@pytest.mark.parametrize("number", SAMPLES)
def test_every_user_agrees(number):
    text = f"LIBELLE {number} FIN"
    in_labels, in_references = SAMPLES[number]
    hidden = f"LIBELLE {''.join('X' if c in '0123456789AB' else c for c in number)} FIN"
    quoting = text if not in_labels else hidden
    referring = text if not in_references else hidden
    assert crossed_out(text) == cross_out(text) == quoting
    assert lookup("", label=text, namespace="OC929").label_masked == quoting
    assert crossed_out(text, references=True) == cross_out(text, LONG_NUMBER) == referring
    assert Hider().free_text(text) == referring
    assert (without_numbers(text) != text) is in_references


@pytest.mark.parametrize(
    ("code", "hidden"),
    [
        ("0180001", False),
        ("MUJ130004C", False),
        ("18001999", True),
        ("1 80 01 99 9", True),
        ("1.80.01.99.999", True),
        ("180012A9", True),
    ],
)
def test_codes_that_no_table_knows(code, hidden):
    assert may_identify(code) is hidden


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("1800199999999_576.noe", "XXXXXXXXXXXXX_576.noe"),
        ("dupli 180012A999999.b2", "dupli XXXXXXXXXXXXX.b2"),
        ("1 80 01 99 999 999.noe", "X XX XX XX XXX XXX.noe"),
        ("1.80.01.2A.999.999.noe", "X.XX.XX.XX.XXX.XXX.noe"),
        ("20250304-101112.b2", "20250304-101112.b2"),
        ("lot_000123456.b2", "lot_000123456.b2"),
    ],
)
def test_names_of_files(name, shown):
    assert file_name(f"recus/{name}") == shown_name(name) == shown
