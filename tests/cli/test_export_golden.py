"""Each format to the byte, in French and in English. UPDATE_GOLDEN=1 writes the files again, to be read.

A page is kept without its style and its script, which have their own files.
"""

import os
import pickle
import re
from pathlib import Path

import export_samples as samples
import pytest

from cli.export import FORMATS, write
from cli.words.speech import speaking

GOLDEN = Path(__file__).parent / "golden"
CASES = [(format, lang) for format in FORMATS for lang in ("fr", "en")]


@pytest.fixture(autouse=True)
def fixed(monkeypatch):
    monkeypatch.setattr("codes.rules.catalogue", lambda: samples.CATALOGUE)
    monkeypatch.setattr("cli.check.sarif.version", lambda name: "0")
    monkeypatch.setattr("cli.check.html.version", lambda name: "0")


def without_style(text):
    """The page without what all pages share, nor the digests of it."""
    text = re.sub(r"(<(style|script)>).*?(</\2>)", r"\1…\3", text, flags=re.DOTALL)
    return re.sub(r"sha256-[A-Za-z0-9+/=]+|sha256-[^&']+", "sha256-…", text)


@pytest.mark.parametrize(("format", "lang"), CASES)
def test_golden(format, lang):
    with speaking(lang):
        made = without_style(write(format, samples.REPORT)).encode()
    path = GOLDEN / f"report.{lang}.{format}"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(made)
    assert made == path.read_bytes()


@pytest.mark.parametrize("format", FORMATS)
def test_same_report_same_bytes(format):
    # A report that crossed to another process is the same one.
    crossed = pickle.loads(pickle.dumps(samples.REPORT))
    assert write(format, crossed) == write(format, samples.REPORT)


@pytest.mark.parametrize("format", FORMATS)
def test_languages_differ(format):
    with speaking("fr"):
        french = write(format, samples.REPORT)
    with speaking("en"):
        assert write(format, samples.REPORT) != french


def test_unknown_format():
    with pytest.raises(KeyError):
        write("docx", samples.REPORT)
