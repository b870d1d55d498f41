"""What processes import before their first file can be imported: what cannot is passed over in silence."""

from importlib import import_module
from importlib.util import find_spec

import pytest

LISTS = {
    "cli.check.batch": "PRELOAD",
    "cli.documents.converted_dataset": "_PRELOAD",
    "cli.documents.converted_folder": "PRELOAD",
    "cli.documents.masking": "_PRELOAD",
    "cli.verbs.decode": "_PRELOAD",
    "cli.verbs.ledger_import": "_PRELOAD",
    "cli.verbs.reconcile": "_PRELOAD",
}


@pytest.mark.parametrize("module", LISTS)
def test_every_name_is_a_module(module):
    names = getattr(import_module(module), LISTS[module])
    assert names
    assert [name for name in names if find_spec(name) is None] == []
