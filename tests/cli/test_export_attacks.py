"""Names that would act on who reads the report: each format is read back with a parser of its own kind."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest

from cli.check.csv import cell
from cli.check.github import command
from cli.check.sarif import uri
from cli.export import FileReport, Remark, Report, write
from codes.personal import shown_name
from flatfile import Finding, FormatError

NAMES = [
    '"quoted".b2',
    "it's.b2",
    "<script>alert(1)</script>.b2",
    "</script><img src=x onerror=alert(1)>.b2",
    "{{ 7 * 7 }}{% raw %}.b2",
    "=cmd|'/c calc'!A0.b2",
    "+1.b2",
    "@SUM(A1).b2",
    "-2+3.b2",
    " \t=1+1.b2",
    "a\n::error::forged.b2",
    "a\r\n::set-output name=x::y.b2",
    "a,line=1::b%0Ac:d.b2",
    "]]>&amp;&.b2",
    "nul\0bell\x07esc\x1b[31m.b2",
    "isolated \udcff surrogate.b2",
    "right-to-left \u202e.b2",
    "a\u2028b.b2",
]
HOSTILE = "=HYPERLINK(1)<b>::warning::x\n%"


def reports(name):
    finding = Finding("cle.nir", 3, 280, 2, "2", "cle_nir", "000000001", "001", HOSTILE)
    found = FileReport(name, (Remark(finding, "error"),), 9, 1, counts={"error": 1, "warning": 0, "info": 0})
    return Report((found, FileReport(name, unreadable=FormatError("fichier.vide"))))


@pytest.fixture(params=NAMES, ids=ascii)
def name(request):
    return request.param


def test_json(name):
    document = json.loads(write("json", reports(name)).encode())
    assert all(file["file"].isprintable() for file in document["files"])
    assert document["files"][0]["findings"][0]["expected"] == HOSTILE


def test_sarif(name):
    log = json.loads(write("sarif", reports(name)).encode())
    for artifact in log["runs"][0]["artifacts"]:
        address = artifact["location"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]*", address)
        assert unquote(address, errors="surrogateescape") == shown_name(name)


def test_junit(name):
    root = ET.fromstring(write("junit", reports(name)).encode())
    assert [suite.get("tests") for suite in root] == ["2", "1"]
    assert {element.tag for element in root.iter()} == {
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "error",
    }


def test_github(name):
    text = write("github", reports(name))
    lines = text.splitlines()
    assert len(lines) == 2
    assert text.count("\n") == 2
    for line in lines:
        head, message = line.removeprefix("::error ").split("::", 1)
        assert dict(part.split("=", 1) for part in head.split(",")).keys() >= {"file", "title"}
        assert ":" not in head
        assert "\r" not in message


def test_csv(name):
    rows = list(csv.reader(io.StringIO(write("csv", reports(name)), newline="")))
    assert len(rows) == 3
    assert {len(row) for row in rows} == {25}
    for row in rows:
        for value in row:
            assert not value.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags = []
        self.names = []
        self.inside = None

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        given = dict(attributes)
        assert not [key for key in given if key.startswith("on") or key in ("src", "style", "href-x")]
        assert tag != "a" or given["href"].startswith("#")
        if given.get("class") == "name":
            self.inside = "name"
            self.names.append("")

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside:
            self.names[-1] += data


def read(text):
    page = Page()
    page.feed(text)
    page.close()
    return page


def test_html(name):
    page = read(write("html", reports(name)))
    assert page.tags == read(write("html", reports("plain.b2"))).tags
    shown = json.loads(write("json", reports(name)).encode())["files"][0]["file"]
    assert page.names == [shown, shown]


def test_html_fetches_nothing():
    text = write("html", reports("plain.b2"))
    assert "http" not in text.replace('http-equiv="Content-Security-Policy"', "")
    assert "@import" not in text
    assert "url(" not in text
    assert "default-src 'none'" in text.replace("&#39;", "'")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+33", "'+33"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("＝1", "'＝1"),
        ("\t=1", "\ufffd=1"),
        ("facture", "facture"),
        ("", ""),
        (-5, -5),
    ],
)
def test_cells(value, shown):
    assert cell(value) == shown


@pytest.mark.parametrize(
    ("properties", "message", "line"),
    [
        ({"file": "a.b2", "line": 3}, "plain", "::error file=a.b2,line=3::plain"),
        ({"file": "C:\\a,b.b2"}, "50 %", "::error file=C%3A\\a%2Cb.b2::50 %25"),
        ({"title": "x\r\ny"}, "a\r\nb::c", "::error title=x%0D%0Ay::a%0D%0Ab::c"),
    ],
)
def test_commands(properties, message, line):
    assert command("error", properties, message) == line


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("flux.b2", "flux.b2"),
        ("-", "stdin"),
        ("/tmp/envoi é.b2", "file:///tmp/envoi%20%C3%A9.b2"),
        ("a/../b#c?d.b2", "a/../b%23c%3Fd.b2"),
        ("C:\\flux\\a b.b2", "file:///C:/flux/a%20b.b2"),
    ],
)
def test_addresses(name, address):
    assert uri(name) == address
