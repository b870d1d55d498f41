"""What a notebook shows: small plain tables without any identity; the same things as Arrow tables."""

import re
import subprocess
import sys
from decimal import Decimal
from html.parser import HTMLParser

import pyarrow as pa
import pytest
from convert_samples import CITY
from noemie_samples import RETOURS

import fse
import noemie
from codes.findings import COLUMNS, Findings
from codes.lists import b2
from codes.rules import catalogue
from fixtures.faults import example
from fixtures.generate import Parametres, generate
from flatfile import Finding, FormatError
from flatfile.extras import MissingLibraryError
from flatfile.html import HIDDEN, MOST_ROWS, table
from noemie.documents import convert

#: More invoices than are shown: the largest file of a generation.
FLOW = max((one.data for one in generate(Parametres("medecin", seed=4, invoices=80))), key=len)


class Cells(HTMLParser):
    """Rows of cells, and the tags that were met."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.tags, self.attributes = [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += attributes
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows:
            self.rows[-1][-1] += data


def cells(shown):
    found = Cells(shown._repr_html_())
    assert found.tags <= {"table", "caption", "tr", "th", "td"}
    assert not found.attributes
    assert len({len(row) for row in found.rows}) == 1
    return found.rows


def test_a_table_is_escaped_and_cut():
    text = table("<a>", ["b&"], ([f"<{rank}>\x1b[1m" + "x" * 500] for rank in range(10**9)), 10**9)
    assert f"&lt;a&gt; ({MOST_ROWS} of 1000000000 shown)" in text
    assert "<0>" not in text
    assert "\x1b" not in text
    assert "b&amp;" in text
    assert text.count("<tr>") == MOST_ROWS + 1
    assert len(text) < 300 * MOST_ROWS


def test_a_finding_and_a_list_of_them():
    data = example("cle.nir")[1].data
    found = Findings(fse.check(data), "fr")
    assert ["record", "3"] in cells(found[0])
    header, row = cells(found)
    told = dict(zip(header, row, strict=True))
    assert told["rule"] == "cle.nir"
    assert told["message"] == catalogue()["cle.nir"].message("fr")
    assert "¦" not in "".join(row)
    assert found == list(fse.check(data))
    assert cells(Findings()) == [header]


def test_findings_as_arrow_follow_their_headline():
    below = Finding("facture.total-amo", 11, 1345, 8, "5", "total_amo")
    head = Finding("cause.lignes-perdues", 9, consequences=(below,))
    made = Findings([head, Finding("site.rule", 12, expected="128")]).to_arrow()
    assert made.column_names == list(COLUMNS)
    assert made.column("record").to_pylist() == [9, 11, 12]
    assert made.column("record").type == pa.int64()
    assert made.column("explained_by").to_pylist() == ["", "cause.lignes-perdues (9)", ""]
    assert made.column("message").to_pylist()[2] == "128"
    assert Findings().to_arrow().schema == made.schema


def test_causes_are_such_a_list():
    data = example("cle.nir")[1].data
    assert isinstance(fse.explain(data, fse.check(data)), Findings)
    assert isinstance(fse.explain(FLOW, []), Findings)


def test_a_flow_shows_its_first_invoices():
    flux = fse.read_flux(FLOW)
    rows = cells(flux)
    assert rows[0] == ["facture", "lot", "date", "lignes", "dépense €", "AMO €", "AMC €"]
    assert len(rows) == MOST_ROWS + 1
    for facture, row in zip(flux.factures, rows[1:], strict=False):
        assert row[:2] == [facture.numero, facture.numero_lot]
        assert Decimal(row[4]).scaleb(2) == facture.montant_depense
        assert cells(facture)[1] == row
        assert facture.nir not in str(row)


@pytest.mark.parametrize("place", [128 * 2 + 1, 128 * 2 + 15, 128 * 2 + 30, 128 * 4 + 12, 128 * 5 + 70])
@pytest.mark.parametrize("damage", [b"", b"1", b"12345678"])
def test_a_damaged_flow_shows_nobody(place, damage):
    nirs = {facture.nir for facture in fse.read_flux(CITY).factures}
    assert nirs
    flux = fse.read_flux(CITY[:place] + damage + CITY[place + 1 :])
    shown = flux._repr_html_() + "".join(facture._repr_html_() for facture in flux.factures)
    for nir in nirs:
        for start in range(len(nir) - 6):
            assert nir[start : start + 7] not in shown


@pytest.mark.parametrize("name", RETOURS)
def test_a_return_shows_its_invoices(name):
    retour = noemie.read_retour(RETOURS[name])
    rows = cells(retour)
    things = retour.mouvements if retour.is_oc else retour.factures
    assert len(rows) == len(things) + 1
    for facture, row in zip(retour.factures, rows[1:], strict=True) if retour.factures else ():
        assert row[0] == facture.numero
        assert row[2] == facture.etat
        assert Decimal(row[4]).scaleb(2) == facture.montant_paye
        assert cells(facture)[1] == row
    for virement in retour.virements:
        assert len(cells(virement)) == len(virement.factures) + 1
    for record in retour.entites:
        for field, text in record.items():
            if field.personal and len(text.strip(" 0")) > 5:
                assert text.strip() not in str(rows), field.name


def test_the_caption_of_a_return():
    """Its reference, what it holds, and how many returns stand in its file."""
    data = RETOURS["ps-P2"]
    for raw, more, count in ((data, "", 1), (data * 2, ", 2 runs", 2)):
        retour = noemie.read_retour(raw)
        factures, virements = len(retour.factures), len(retour.virements)
        assert virements == count * len(noemie.read_retour(data).virements)
        caption = f"Retour 576{more}: {factures} factures, {virements} virements"
        assert f"<caption>{caption}</caption>" in retour._repr_html_()


def test_a_damaged_return_hides_what_moved():
    retour = noemie.read_retour(RETOURS["ps-P1"])
    record = retour.factures[0].record
    damaged = retour.replace(record, numero_facture="2840299"[:7].ljust(9), date_facturation=b"28402X")
    assert cells(damaged)[1] == [HIDDEN] * 6
    assert "2840299" not in damaged._repr_html_()


@pytest.mark.parametrize("name", RETOURS)
def test_a_return_that_lost_bytes_shows_nobody(name):
    data = RETOURS[name]
    known = {
        text.strip()
        for record in noemie.read_retour(data).entites
        for field, text in record.items()
        if field.personal and len(text.strip(" 0")) > 6
    }
    assert known
    for place in range(60, len(data), len(data) // 40):
        for damage in (b"", b"12345678"):
            try:
                retour = noemie.read_retour(data[:place] + damage + data[place + 1 :])
            except FormatError:
                continue
            things = (retour, *retour.factures, *retour.virements, Findings(noemie.check(retour)))
            shown = "".join(thing._repr_html_() for thing in things)
            for text in known:
                assert not any(text[start : start + 7] in shown for start in range(len(text) - 6)), place


@pytest.mark.parametrize("values", [False, True])
@pytest.mark.parametrize("source", [CITY, RETOURS["ps-P1"], RETOURS["929-P3"]], ids=["b2", "ps", "929"])
def test_arrow_tables_are_those_of_parquet(source, values, tmp_path):
    import pyarrow.parquet as pq

    convert.to_parquet(source, lambda name: (tmp_path / name).open("wb"), values=values)
    read = fse.read_flux if source is CITY else noemie.read_retour
    for made in (read(source).to_arrow(values=values), convert.to_arrow(source, values=values)):
        files = {path.stem.partition("-")[2]: pq.read_table(path) for path in tmp_path.iterdir()}
        assert made.keys() == files.keys()
        for name, told in made.items():
            assert told.equals(files[name], check_metadata=True), name


def test_arrow_is_masked_unless_asked():
    flux = fse.read_flux(CITY)
    nirs = [facture.nir for facture in flux.factures]
    assert set(flux.to_arrow()["2"].column("nir").to_pylist()) == {None}
    assert set(nirs) == set(flux.to_arrow(values=True)["2"].column("nir").to_pylist())


def test_a_code_list():
    codes = b2()["nature_assurance"]
    assert cells(codes)[1][:2] == ["10", "maladie"]
    made = codes.to_arrow()
    assert made.column("code").to_pylist() == list(codes)
    assert made.column("label_en").to_pylist()[0] == "illness"


@pytest.mark.parametrize(
    "make",
    [Findings, lambda: b2()["nature_assurance"], lambda: fse.read_flux(CITY)],
    ids=["findings", "codes", "flux"],
)
def test_arrow_tells_what_to_install(make, monkeypatch):
    thing = make()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingLibraryError, match=re.escape("pip install 'sesam-noemie[parquet]'")):
        thing.to_arrow()


def test_reading_and_checking_import_nothing_of_it():
    code = (
        "import sys, fse, noemie; from fixtures.faults import example\n"
        "data = example('cle.nir')[1].data; list(fse.check(data)); fse.read_flux(data)\n"
        "late = {'pyarrow', 'flatfile.html', 'flatfile.arrow', 'fse.html', 'codes.findings'}\n"
        "print(sorted(late & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
