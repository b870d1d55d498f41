"""Every verb agrees on what a file is: it takes it, or names it by what it is."""

import gzip

import pytest
from cli_runner import run
from recognise_files import files

from flatfile import FormatError
from noemie.documents.recognise import expect, recognise, recognise_source

FILES = files()

#: What each verb takes, and its arguments; `{}` is the file, `{new}` a name that is free.
VERBS = {
    "check": (("b2", "noemie", "zone"), ("check", "--no-config", "{}")),
    "show": (("b2", "noemie", "zone"), ("show", "{}")),
    "decode": (("noemie",), ("decode", "{}")),
    "explain": (("noemie",), ("explain", "{}")),
    "convert": (("b2", "noemie", "zone", "document"), ("convert", "{}", "--format", "json", "-o", "{new}")),
    "mask": (("b2", "noemie", "zone", "arl"), ("mask", "{}", "-o", "{new}")),
    "diff": (("b2", "noemie", "zone"), ("diff", "{}", "{}")),
    "reconcile": (("b2", "noemie", "arl"), ("reconcile", "{}")),
    "ledger": (("b2", "noemie", "arl"), ("ledger", "import", "{}", "--db", "{new}")),
    "rights": (("zone", "droits"), ("rights", "import", "{new}", "{}")),
}

#: Rules that say of a file that it is not what is wanted.
REFUSALS = (
    "fichier.inconnu",
    "retour.inconnu",
    "droits.autre-fichier",
    "enveloppe.sans-fichier",
    "tableau.colonnes",
)


@pytest.mark.parametrize("name", FILES)
def test_what_a_file_is(name, tmp_path):
    data, family, lookalike, sure = FILES[name]
    found = recognise(data[: 1 << 16])
    assert (found.family, found.lookalike, found.is_sure) == (family, lookalike, sure)
    path = tmp_path / "f.gz"
    path.write_bytes(gzip.compress(data))
    assert recognise_source(path) == found


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_agrees(verb, name, packed, tmp_path):
    data, family, lookalike, sure = FILES[name]
    taken, arguments = VERBS[verb]
    path = tmp_path / "fichier"
    path.write_bytes(gzip.compress(data) if packed else data)
    result = run(
        *(str(one).format(path, new=tmp_path / "new") for one in arguments), "--lang", "en", stdin=b""
    )
    refused = [rule for rule in REFUSALS if f"[{rule}]" in result.err]
    if verb in ("mask", "rights") and family in taken and not sure:
        assert result.status == 2
        assert f"this is a {lookalike} file, too damaged" in result.err
    elif family in taken:
        assert refused == []
        assert "[fichier.abime]" not in result.err
    else:
        assert result.status == 2
        assert len(refused) == 1
        if name == "mail":
            words = "this file (mail) was opened"
        elif refused == ["tableau.colonnes"]:
            assert (verb, name) == ("ledger", "csv")
            words = "a table is only read with --columns"
        else:
            words = f"(looks like: {lookalike})"
        assert words in result.err


def test_nothing_is_nothing():
    with pytest.raises(FormatError, match=r"fichier\.vide"):
        expect(recognise(b""), "b2")
    assert recognise(b"??").lookalike == ""
