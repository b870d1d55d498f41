"""Tables of flows and returns: what DuckDB and a CSV reader find in them is what the records hold."""

import csv
import datetime as dt
import io
import json
import re
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from convert_samples import CITY, DAMAGED, EDITS, FLOWS, Endless, damaged, flow, put
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from noemie_samples import RETOURS

import fse
import noemie
from fixtures.caisse import Caisse
from fixtures.generate import Parametres, generate
from flatfile import FormatError
from fse.naissance import is_birth
from noemie.documents import convert
from noemie.documents.convert.columns import PLACES, RAWS, RETURNED, wrong_fields
from noemie.returns.montants import sign_fields


def tables(data, form="parquet", *, values=True, norm=None):
    """File name -> bytes."""
    made = {}

    @contextmanager
    def opener(name):
        out = io.BytesIO()
        yield out
        made[name] = out.getvalue()

    write = convert.to_parquet if form == "parquet" else convert.to_csv
    written = write(data, opener, values=values, norm=norm)
    assert set(written.tables) == set(made)
    return made


def rows(data, **options):
    """Table -> rows, from Parquet."""
    return {
        name.partition("-")[2].removesuffix(".parquet"): pq.read_table(io.BytesIO(table)).to_pylist()
        for name, table in tables(data, **options).items()
    }


def records_of(data):
    try:
        return list(fse.read_flux(data).records)
    except FormatError:
        return list(noemie.read_retour(data).entites)


# --- the rows are the records -------------------------------------------------------------------------------


def expected(record, name):
    """The value of a field, the slow way."""
    field = record.layout.by_name[name]
    if name in wrong_fields(record.layout, record.raw):
        return None
    if is_birth(field):
        return record[name] if record[name].strip(" 0") else None
    if field.kind.base in ("text", "code", "reserved", "sign", "digits", "nir", "id", "key"):
        return record.text(name) or None
    value = record.value(name)
    if field.kind.base == "cents" and value is not None:
        value = Decimal(value) / 100
        for amount, sign in sign_fields(record.layout):
            if amount == name and record.value(sign) == "N":
                value = -value
    return value


def compare(data):
    found = rows(data)
    seen = 0
    known = {record.number: record for record in records_of(data)}
    for name, lines in found.items():
        for line in lines:
            record = known[line["enregistrement"]]
            seen += 1
            assert line["octet"] == record.offset
            if name == "inconnu":
                assert line["contenu"].encode("latin-1") == record.raw
                assert line["longueur"] == len(record.raw)
                continue
            assert record.layout.name == name
            for column, value in line.items():
                if column not in (*PLACES, *RETURNED, RAWS):
                    assert value == expected(record, column), column
            wrong = wrong_fields(record.layout, record.raw)
            told = json.loads(line[RAWS]) if line[RAWS] else {}
            assert told == {field: record[field] for field in wrong}
    assert seen == len(known)


@pytest.mark.parametrize("name", [*FLOWS, *DAMAGED, *RETOURS])
def test_each_row_holds_the_values_of_its_record(name):
    compare({**FLOWS, **DAMAGED, **RETOURS}[name])


@settings(max_examples=15)
@given(st.sampled_from(sorted({**FLOWS, **RETOURS})), EDITS)
def test_whatever_the_damage(name, edits):
    data = damaged({**FLOWS, **RETOURS}[name], edits)
    try:
        convert.kind_of(data[: 1 << 16])
        records_of(data)
    except FormatError:
        assume(False)
    compare(data)


def test_places():
    found = rows(CITY)
    flux = fse.read_flux(CITY)
    for rank, facture in enumerate(flux.factures, start=1):
        lines = [line for line in found["4"] if line["rang_facture"] == rank]
        assert [line["rang_ligne"] for line in lines] == list(range(1, len(facture.actes) + 1))
        assert {line["lot"] for line in lines} == {facture.numero_lot}
    assert {line["rang_facture"] for line in found["000"] + found["1"]} == {0}
    returned = rows(RETOURS["ps-P2"])
    assert [line["rang_facture"] for line in returned["102"]] == [1, 2, 3]
    assert [(line["rang_facture"], line["rang_ligne"]) for line in returned["294"]] == [(2, 0), (2, 1)]


def test_a_day_that_no_calendar_has_stays_in_its_bytes():
    found = rows(put(CITY, 1, "1", "date_lot", b"250231"))["1"][0]
    assert found["date_lot"] is None
    assert json.loads(found[RAWS]) == {"date_lot": "250231"}
    found = rows(CITY)["1"][0]
    assert isinstance(found["date_lot"], dt.date)
    assert found[RAWS] is None
    born = [line["date_naissance"] for line in rows(CITY)["2"]]
    assert all(isinstance(one, str) and len(one) == 6 for one in born)


def test_types_and_metadata():
    table = pq.read_schema(io.BytesIO(tables(CITY)["b2-4.parquet"]))
    types = {name: str(table.field(name).type) for name in table.names}
    assert types["montant_amo"] == "decimal128(19, 2)"
    assert types["date_acte"] == "date32[day]"
    assert types["coefficient"] == "decimal128(6, 2)"
    assert types["quantite"] == "int64"
    assert types["code_acte"] == "dictionary<values=string, indices=int32, ordered=0>"
    field = table.field("montant_amo").metadata
    layout = fse.norme("PS-2003C").layouts["4"].by_name["montant_amo"]
    assert field == {
        b"label_fr": layout.label_fr.encode(),
        b"label_en": layout.label_en.encode(),
        b"kind": b"cents",
        b"start": str(layout.start).encode(),
        b"length": str(layout.length).encode(),
        b"source": b"PS-2003C 4",
        b"confidence": layout.confidence.encode(),
        b"unit": b"EUR",
        **({b"note": layout.note.encode()} if layout.note else {}),
    }
    told = {key.decode(): value.decode() for key, value in table.metadata.items()}
    assert told["sesam_noemie.norme"] == "PS-2003C"
    assert told["sesam_noemie.record"] == "4"
    assert told["sesam_noemie.values"] == "true"
    assert told["sesam_noemie.version"]
    hidden = pq.read_schema(io.BytesIO(tables(CITY, values=False)["b2-2.parquet"]))
    assert hidden.metadata[b"sesam_noemie.values"] == b"false"
    assert hidden.field("nir").metadata[b"hidden"] == b"true"
    assert hidden.field("nir").metadata[b"personal"] == b"yes"


# --- DuckDB -------------------------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path):
    def save(data, name):
        folder = tmp_path / name
        folder.mkdir()
        for table, content in tables(data).items():
            (folder / table).write_bytes(content)
        return folder

    return save


def one(query):
    with duckdb.connect() as connection:
        return connection.execute(query).fetchone()


@pytest.mark.parametrize("envelope", ["P1", "P2", "P3"])
def test_duckdb_sums_to_the_same_cents_as_the_999_records(saved, envelope):
    sent = next(generate(Parametres("cabinet", seed=3, invoices=60)))
    answer = Caisse(seed=2, reject_rate=0.2, envelope=envelope).respond(sent.data)
    for retour in answer.returns:
        folder = saved(retour.data, retour.nom)
        (total,) = one(f"select sum(cumul_montants) from '{folder}/noemie-999.parquet'")
        parts = one(
            f"""select (select coalesce(sum(montant_amo_paye), 0) from '{folder}/noemie-198.parquet')
                     + (select coalesce(sum(montant_amc_paye), 0) from '{folder}/noemie-199.parquet')"""
        )
        assert parts == (total,)
        last = noemie.read_retour(retour.data).fin
        assert int(total * 100) == last.value("cumul_montants") > 0


def test_duckdb_sums_to_the_same_cents_as_records_5_and_6(saved):
    sent = next(generate(Parametres("cabinet", seed=3, invoices=60)))
    folder = saved(sent.data, "flow")
    for name in ("montant_depense", "montant_amo"):
        total = "total_" + name.removeprefix("montant_")
        assert one(f"select sum({name}) from '{folder}/b2-4.parquet'") == one(
            f"select sum({total}) from '{folder}/b2-6.parquet'"
        )
    (cents,) = one(f"select sum(montant_amo) * 100 from '{folder}/b2-4.parquet'")
    assert int(cents) == sum(facture.montant_amo for facture in sent.factures)
    joined = one(
        f"""select count(*) from '{folder}/b2-4.parquet' l join '{folder}/b2-2.parquet' f using (rang_facture)
            where l.nir = f.nir"""
    )
    assert joined == one(f"select count(*) from '{folder}/b2-4.parquet'")


def test_duckdb_reads_the_tables_of_many_files_together(saved, tmp_path):
    flows = list(generate(Parametres("medecin", seed=1, invoices=12)))
    assert len(flows) > 2
    for rank, made in enumerate(flows):
        saved(made.data, f"flow-{rank}")
    found = one(
        f"""select count(distinct filename), count(*), sum(montant_amo) * 100
            from read_parquet('{tmp_path}/*/b2-4.parquet', union_by_name = true, filename = true)"""
    )
    assert found[0] == len(flows)
    assert int(found[2]) == sum(facture.montant_amo for made in flows for facture in made.factures)


def test_the_queries_of_the_guide(saved):
    text = (Path(__file__).parents[2] / "docs" / "guides" / "convert.md").read_text(encoding="utf-8")
    sql = text.partition("```sql\n")[2].partition("```")[0]
    flux, retour = saved(put(CITY, 1, "1", "date_lot", b"250231"), "flux"), saved(RETOURS["ps-P2"], "retour")
    queries = [
        query.replace("'tables/", f"'{flux}/").replace("'retour/", f"'{retour}/")
        for query in re.sub("--.*", "", sql).split(";")
        if query.strip()
    ]
    assert len(queries) == 4
    assert one(queries[0])[1] > 0
    # The lump sums of this return (261) are in its total, beside the two parts.
    others = one(f"select sum(montant_amc_paye) from '{retour}/noemie-199.parquet'")[0]
    lump = one(f"select sum(montant_forfait_ponctuel) from '{retour}/noemie-261.parquet'")[0]
    assert one(queries[1])[0] == one(queries[2])[0] + others + lump
    assert one(queries[3]) == ("250231",)


def test_rows_of_many_batches(tmp_path):
    made = {}

    @contextmanager
    def opener(name):
        made[name] = tmp_path / name
        with made[name].open("wb") as out:
            yield out

    written = convert.to_parquet(Endless(CITY, 9000), opener, values=True)
    assert written.tables["b2-5.parquet"] == 9000
    table = pq.ParquetFile(made["b2-5.parquet"])
    assert table.metadata.num_rows == 9000
    assert table.metadata.num_row_groups == 1
    numbers = table.read(["rang_facture"]).column(0).to_pylist()
    assert numbers == list(range(1, 9001))


# --- CSV ----------------------------------------------------------------------------------------------------


def csv_rows(data, **options):
    return {
        name.partition("-")[2].removesuffix(".csv"): list(
            csv.DictReader(io.StringIO(table.decode("utf-8"), newline=""))
        )
        for name, table in tables(data, "csv", **options).items()
    }


@pytest.mark.parametrize("name", [*FLOWS, *RETOURS])
def test_csv_says_what_parquet_says(name):
    data = {**FLOWS, **RETOURS}[name]
    typed, texts = rows(data), csv_rows(data)
    assert set(typed) == set(texts)
    for table, lines in typed.items():
        for line, text in zip(lines, texts[table], strict=True):
            for column, value in line.items():
                shown = text[column].removeprefix("'")
                if isinstance(value, str):
                    assert value.strip() == shown.strip()
                elif value is None:
                    assert shown == ""
                else:
                    assert str(value) == shown


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "  =1"])
def test_no_cell_is_a_formula(text):
    data = put(CITY, 1, "1", "nom_ps", text.encode().ljust(40))
    cell = csv_rows(data)["1"][0]["nom_ps"]
    assert cell == "'" + text.strip()
    assert rows(data)["1"][0]["nom_ps"] == text.strip()


def test_control_characters_are_written_so_that_they_are_seen():
    wrong = b"\x1b[31m\x7f\x85 \t\x00ABC"
    text = tables(put(CITY, 2, "2", "nir", wrong), "csv")["b2-2.csv"].decode()
    assert not {"\x1b", "\x7f", "\x85", "\0"} & set(text)
    line = next(csv.DictReader(io.StringIO(text)))
    assert json.loads(line[RAWS])["nir"].encode("latin-1") == wrong
    data = DAMAGED["unknown"]
    unknown = b"".join(tables(data[:260] + b"\x1b[2J\x08\t" + data[266:], "csv").values())
    assert b"\x1b" not in unknown
    assert b"\\x1b[2J\\x08\\x09" in unknown


# --- hidden values ------------------------------------------------------------------------------------------


def test_hidden_cells():
    line = csv_rows(CITY, values=False)["2"][0]
    assert {line[name] for name in ("numero_ps", "nir", "cle_nir", "date_naissance")} == {"•••"}
    assert line["date_facturation"] == csv_rows(CITY)["2"][0]["date_facturation"]
    line = rows(CITY, values=False)["2"][0]
    assert line["nir"] is None
    wrong = put(CITY, 2, "2", "nir", b"ABCDEFGHIJKLM")
    line = csv_rows(wrong, values=False)["2"][0]
    assert json.loads(line[RAWS]) == {"nir": "•••"}
    unknown = csv_rows(DAMAGED["unknown"], values=False)["inconnu"]
    assert {one["contenu"] for one in unknown} == {"•••"}


def test_a_norm_may_be_imposed():
    found = tables(flow("hopital"), norm="CP-2003C")
    assert pq.read_schema(io.BytesIO(found["b2-2.parquet"])).metadata[b"sesam_noemie.norme"] == b"CP-2003C"
