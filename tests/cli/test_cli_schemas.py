"""Schemas of the documents: they are those of the models, and what the command writes fits them."""

import json

import cli_samples
import jsonschema
import msgspec
import pytest
import zone_samples
from cli_runner import run
from schemas_checked import SCHEMAS, strict

from cli.words.schema import definitions
from tools import schemas


def test_the_files_say_what_the_models_write():
    """When this fails: make docs."""
    assert schemas.main(["--check"]) == 0


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("schemas")
    for name in ("flow", "retour", "mouvements"):
        (folder / name).write_bytes(getattr(cli_samples, name)())
    (folder / "empty").write_bytes(b"")
    (folder / "other").write_bytes(cli_samples.flow(3).replace(b"ZEBULON", b"FICTIF "))
    (folder / "twice").write_bytes(cli_samples.retour() * 2)
    (folder / "card").write_bytes(zone_samples.card())
    return folder


COMMANDS = {
    "decode": [["retour", "mouvements", "retour", "flow", "empty"]],
    "explain": [
        ["2900 005"],
        ["DEJA PAYE"],
        ["doublon"],
        ["facture.total-amo"],
        ["4M"],
        ["[4M104]"],
        ["0xF001"],
        ["zzz"],
        ["cle.n"],
        ["./retour", "./empty"],
    ],
    "diff": [
        ["flow", "other"],
        ["retour", "twice", "--show-values"],
        ["card", "card"],
        ["flow", "other", "--limit", "1"],
    ],
    "mask": [
        ["flow", "retour", "empty", "-o", "masked", "--force"],
        ["flow", "retour", "-o", "masked", "--verify"],
    ],
    "reconcile": [
        ["flow", "retour", "--on", "2025-06-01"],
        ["retour", "mouvements", "empty", "--on", "2025-06-01"],
    ],
    "show": [
        ["flow", "retour", "mouvements", "card", "twice", "empty"],
        ["flow", "retour", "mouvements", "card", "twice", "--records"],
        ["flow", "retour", "mouvements", "card", "--limit", "1", "--show-values"],
    ],
}


@pytest.mark.parametrize(
    ("command", "words"), [(command, words) for command, all in COMMANDS.items() for words in all]
)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_document_fits_its_schema(files, monkeypatch, command, words, lang):
    monkeypatch.chdir(files)
    document = json.loads(run(command, *words, "--format", "json", "--lang", lang).out)
    jsonschema.Draft202012Validator(strict(SCHEMAS[command])).validate(document)


@pytest.mark.parametrize("values", [[], ["--show-values"]])
def test_an_answer_on_rights_fits_its_schema(files, monkeypatch, values):
    monkeypatch.chdir(files)
    run("rights", "import", "rights.db", "card", "--personal", "plain")
    known = json.loads(run("rights", "list", "rights.db", "--format", "json", "--show-values").out)["people"]
    nir = known[0]["nir"].replace(" ", "")
    out = run(
        "rights", "show", "rights.db", "--nir", nir, "--format", "json", "--date", "2026-01-20", *values
    )
    document = json.loads(out.out)
    assert document["found"]
    jsonschema.Draft202012Validator(strict(SCHEMAS["rights show"])).validate(document)


@pytest.mark.parametrize("asked", [("report",), ("statement", "--month", "2025-03")])
def test_pages_of_a_ledger_fit_their_schema(files, monkeypatch, asked):
    monkeypatch.chdir(files)
    run("ledger", "import", "flow", "retour", "--db", "l.db", "--personal", "token", "--no-summary")
    document = json.loads(run("ledger", *asked, "--db", "l.db", "--format", "json").out)
    jsonschema.Draft202012Validator(strict(SCHEMAS[f"ledger {asked[0]}"])).validate(document)


def test_every_schema_is_one():
    assert set(COMMANDS) <= set(SCHEMAS)
    for schema in SCHEMAS.values():
        jsonschema.Draft202012Validator.check_schema(schema)


class Inner(msgspec.Struct):
    """What another one holds."""

    one: int | None
    many: tuple[str, ...] = ()
    perhaps: str | msgspec.UnsetType = msgspec.UNSET


class Outer(msgspec.Struct, tag="outer", tag_field="kind"):
    inner: list[Inner]
    named: dict[str, int] = msgspec.field(name="other")


def test_a_model_as_a_schema():
    assert definitions(Outer, ref="#/components/schemas/{name}") == {
        "Outer": {
            "type": "object",
            "properties": {
                "kind": {"const": "outer"},
                "inner": {"type": "array", "items": {"$ref": "#/components/schemas/Inner"}},
                "other": {"type": "object", "additionalProperties": {"type": "integer"}},
            },
            "required": ["kind", "inner", "other"],
        },
        "Inner": {
            "description": "What another one holds.",
            "type": "object",
            "properties": {
                "one": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                "many": {"type": "array", "items": {"type": "string"}},
                "perhaps": {"type": "string"},
            },
            "required": ["one", "many"],
        },
    }


def test_two_models_of_one_name_are_refused():
    other = msgspec.defstruct("Inner", [("inner", Inner)])
    with pytest.raises(ValueError, match="two models are called Inner"):
        definitions(other)
