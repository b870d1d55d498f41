"""Writing: what is written is read back, totals are derived, what does not fit is named."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from fse_flows import FINESS, LENGTH, PERSONNES, PS, facture_cp, facture_ps, flux_cp, flux_ps, octets

from flatfile import EncodingError, Field, Layout, Record
from fse import FluxWriter, check, norme, read_flux
from fse.normes import Norme

DAY = dt.date(2026, 1, 5)

FILE_PS: dict[str, Any] = {
    "type_emetteur": "TP",
    "numero_emetteur": PS,
    "type_destinataire": "CT",
    "numero_destinataire": "00000001016421",
    "date_reception": b"      ",
    "application": "TR",
    "identification_fichier": "000001",
    "date_fichier": DAY,
}
BATCH_PS: dict[str, Any] = {
    "numero_ps": PS,
    "organisme_destinataire": "421",
    "numero_lot": "001",
    "nom_ps": "DR FICTIF",
    "date_lot": DAY,
    "unite_monetaire": "E",
}
HEADER_PS: dict[str, Any] = {
    "nir": PERSONNES[0][0],
    "cle_nir": PERSONNES[0][1],
    "numero_facture": "1",
    "nature_operation": "1",
    "date_facturation": DAY,
    "regime": "01",
    "caisse": "421",
    "piece_justificative": "4",
    "nature_assurance": "10",
    "justification_exoneration": "0",
    "date_naissance": "800101",
    "rang_naissance": "1",
    "destinataire_reglement": "15",
}
LINE_PS: dict[str, Any] = {
    "sequence": "01",
    "accord_prealable": "9",
    "numero_executant": PS,
    "specialite_executant": "01",
    "date_acte": DAY,
    "code_acte": "C",
    "quantite": 1,
    "coefficient": Decimal(1),
    "denombrement": 1,
    "prix_unitaire": 2500,
    "base_remboursement": 2500,
    "taux": 70,
    "montant_amo": 1750,
    "montant_depense": 2500,
}


def written(**changes: Any) -> bytes:
    """A flow of one invoice of city care; `changes` of its line."""
    buffer = io.BytesIO()
    with FluxWriter(buffer, "PS-2003C", **FILE_PS) as writer:
        writer.open_lot(**BATCH_PS)
        writer.write_facture(HEADER_PS, [("4", {**LINE_PS, **changes})])
        writer.close_lot(numero_remplacant=b" " * 9)
    return buffer.getvalue()


# --- what is written is what is read --------------------------------------------------------------------


def test_a_flow_of_city_care_is_written_to_the_byte() -> None:
    expected = octets(flux_ps()).replace(f"00000{PS}".encode(), PS.rjust(14, "0").encode())
    assert written() == expected
    assert list(check(written())) == []


def test_a_flow_of_an_establishment_is_written_to_the_byte() -> None:
    """The values of a flow, read from its bytes, written again from nothing but them."""
    flux = read_flux(octets(flux_cp([facture_cp(1), facture_cp(2, personne=PERSONNES[1])])))
    assert rewritten(flux.to_bytes()) == flux.to_bytes()


def rewritten(data: bytes) -> bytes:
    """Every value of a flow given to the writer, but for the derived ones."""
    flux = read_flux(data)
    buffer = io.BytesIO()
    assert flux.debut is not None
    with FluxWriter(buffer, flux.norme, **flux.debut.layout.parse(flux.debut.raw)) as writer:
        for lot in flux.lots:
            assert lot.entete is not None
            writer.open_lot(**lot.entete.layout.parse(lot.entete.raw))
            for facture in lot.factures:
                values = [(r.type, r.layout.parse(r.raw)) for r in facture.records]
                total = {
                    name: value
                    for name, value in values[-1][1].items()
                    if name not in ("nombre_lignes",) and not name.startswith("total_")
                }
                made = writer.write_facture(values[0][1], values[1:-1], total)
                assert [record.raw for record in made.records] == facture.raws
                assert (made.number, list(made.offsets)) == (facture.number, list(facture.offsets))
            writer.close_lot(numero_remplacant=b" " * 9)
    return buffer.getvalue()


def test_values_come_back() -> None:
    flux = read_flux(
        written(
            coefficient=Decimal("1.25"),
            taux=100,
            montant_amo=2500,
            montant_amc=7,
            qualificatif_depense="D",
            date_demande_accord=DAY,
        )
    )
    acte = flux.factures[0].actes[0]
    assert (acte.coefficient, acte.taux) == (Decimal("1.25"), 100)
    assert (acte.montant_amo, acte.montant_amc) == (2500, 7)
    assert (acte.qualificatif_depense, acte.date, acte.numero_executant) == ("D", DAY, PS)
    assert acte.principal.value("date_demande_accord") == DAY
    assert acte.principal.value("mode_traitement") == "00"
    facture = flux.factures[0]
    assert (facture.nir, facture.cle_nir) == PERSONNES[0]
    assert (facture.numero, facture.date_naissance, facture.centre) == ("000000001", "800101", "0000")


def test_all_records_of_an_invoice_repeat_its_number_and_its_person() -> None:
    buffer = io.BytesIO()
    with FluxWriter(buffer, "CP-2005E", **FILE_PS) as writer:
        writer.open_lot(**{**BATCH_PS, "numero_ps": FINESS})
        header = {"nir": PERSONNES[1][0], "cle_nir": PERSONNES[1][1], "rang_beneficiaire": "002"}
        facture = writer.write_facture(
            {**header, "numero_facture": "12"},
            [("3", {}), ("3S", {}), ("3F", {}), ("4", {}), ("4S", {}), ("4E", {})],
        )
        writer.close_lot()
    assert [record.type for record in facture] == ["2", "3", "3S", "3F", "4", "4S", "4E", "5"]
    for record in facture:
        assert (record.text("numero_ps"), record.text("nir")) == (FINESS, PERSONNES[1][0])
        assert record.text("numero_facture") == "000000012"
        assert record.text("rang_beneficiaire") in ("002", "")
    assert [record.type for record in read_flux(buffer.getvalue()).records][2:-2] == [r.type for r in facture]


def derived(record: Record | None) -> dict[str, int | None]:
    assert record is not None
    names = (name for name in record.layout.by_name if name.startswith(("nombre", "total")))
    return {name: record.get(name, int) for name in names}


def test_counters_and_totals_are_derived() -> None:
    buffer = io.BytesIO()
    with FluxWriter(buffer, "PS-2003C", **FILE_PS) as writer:
        for numero in ("001", "002"):
            writer.open_lot(**{**BATCH_PS, "numero_lot": numero})
            for _ in range(3):
                line = {**LINE_PS, "montant_amc": 300}
                writer.write_facture(HEADER_PS, [("2S", {}), ("4", line), ("4S", {}), ("4", line)])
            writer.close_lot()
        assert (writer.lots, writer.records) == (2, 1 + 2 * (2 + 3 * 6))
    flux = read_flux(buffer.getvalue())
    assert derived(flux.factures[0].total) == {
        "nombre_lignes": 2,
        "total_depense": 5000,
        "total_amo": 3500,
        "total_participation_assure": 1500,
        "total_amc": 600,
    }
    end = flux.lots[1].fin
    assert derived(end) == {
        "nombre_factures": 3,
        "nombre_lignes": 6,
        "nombre_types_2": 3,
        "nombre_types_5": 3,
        "total_depense": 15000,
        "total_amo": 10500,
        "total_amc": 1800,
    }
    assert end is not None
    assert end.text("numero_lot") == "002"
    assert flux.fin is not None
    assert (flux.fin.get("volume", int), flux.fin.get("nombre_lots", int)) == (len(flux.records), 2)
    assert flux.fin.text("identification_fichier") == "000001"


def test_a_total_may_be_given_against_what_is_derived() -> None:
    """What a production generator does: zeros where the norm wants a total."""
    buffer = io.BytesIO()
    with FluxWriter(buffer, "PS-2003C", **FILE_PS) as writer:
        writer.open_lot(**BATCH_PS)
        writer.write_facture(HEADER_PS, [("4", LINE_PS)], {"total_participation_assure": 0})
        writer.close_lot(total_amc=12)
    flux = read_flux(buffer.getvalue())
    assert flux.factures[0].total is not None
    assert flux.factures[0].total.get("total_participation_assure", int) == 0
    assert flux.lots[0].fin is not None
    assert flux.lots[0].fin.get("total_amc", int) == 12


def test_a_long_flow_goes_out_as_it_is_made() -> None:
    class Counting(io.BytesIO):
        writes = 0

        def write(self, data: Any) -> int:
            Counting.writes += 1
            return super().write(data)

    buffer = Counting()
    with FluxWriter(buffer, "PS-2003C", **FILE_PS) as writer:
        for numero in range(1, 11):
            writer.open_lot(**{**BATCH_PS, "numero_lot": f"{numero:03d}"})
            for _ in range(300):
                writer.write_facture(HEADER_PS, [("4", LINE_PS)])
            writer.close_lot()
    assert Counting.writes > 1
    assert len(buffer.getvalue()) == LENGTH * writer.records
    assert len(read_flux(buffer.getvalue()).factures) == 3000
    assert not buffer.closed


# --- what does not fit ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "field", "expected"),
    [
        ({"montant_depense": 10_000_000}, "montant_depense", "whole number from 0 to 9999999"),
        ({"montant_depense": -1}, "montant_depense", "whole number from 0 to 9999999"),
        ({"montant_depense": "25"}, "montant_depense", "whole number from 0 to 9999999"),
        ({"code_acte": "TROPLONG"}, "code_acte", "text of at most 5 one-byte characters"),
        ({"code_acte": "€"}, "code_acte", "text of at most 5 one-byte characters"),
        ({"date_acte": "hier"}, "date_acte", "date, or 6 characters AAMMJJ"),
        ({"numero_executant": "9910680400"}, "numero_executant", "at most 9 digits"),
        ({"inconnu": 1}, "inconnu", "a field of record 4"),
        ({"prix_unitaire": b"25"}, "prix_unitaire", "exactly 7 bytes"),
    ],
)
def test_a_value_that_does_not_fit_names_its_field(values: dict[str, Any], field: str, expected: str) -> None:
    with pytest.raises(EncodingError) as raised:
        written(**values)
    assert (raised.value.field, raised.value.expected) == (field, expected)
    assert str(raised.value) == f"field {field}: expected {expected}"


def test_an_unknown_record_type_is_named() -> None:
    writer = FluxWriter(io.BytesIO(), "PS-2003C", **FILE_PS)
    writer.open_lot(**BATCH_PS)
    with pytest.raises(EncodingError, match="field 3S: expected a record type of norm PS-2003C"):
        writer.write_facture(HEADER_PS, [("4", LINE_PS), ("3S", {})])


def test_an_unknown_field_of_the_file_or_of_the_batch_is_named() -> None:
    with pytest.raises(EncodingError, match="field inconnu: expected a field of record 000"):
        FluxWriter(io.BytesIO(), "PS-2003C", inconnu=1)
    writer = FluxWriter(io.BytesIO(), "PS-2003C", **FILE_PS)
    with pytest.raises(EncodingError, match="field inconnu: expected a field of record 1"):
        writer.open_lot(inconnu=1)


def test_what_failed_is_not_written() -> None:
    buffer = io.BytesIO()
    with FluxWriter(buffer, "PS-2003C", **FILE_PS) as writer:
        with pytest.raises(EncodingError):
            writer.open_lot(numero_lot="1000")
        writer.open_lot(**BATCH_PS)
        for values in ({"montant_amo": -1}, {"inconnu": 1}):
            with pytest.raises(EncodingError):
                writer.write_facture(HEADER_PS, [("4", LINE_PS), ("4", {**LINE_PS, **values})])
        writer.write_facture(HEADER_PS, [("4", LINE_PS)])
        with pytest.raises(EncodingError):
            writer.close_lot(inconnu=1)
        writer.close_lot(numero_remplacant=b" " * 9)
    assert buffer.getvalue() == written()


def test_a_total_too_large_for_its_field_is_named() -> None:
    writer = FluxWriter(io.BytesIO(), "PS-2003C", **FILE_PS)
    writer.open_lot(**BATCH_PS)
    line = {**LINE_PS, "montant_depense": 9_999_999}
    with pytest.raises(EncodingError, match="field total_depense: expected whole number from 0 to 99999999"):
        writer.write_facture(HEADER_PS, [("4", line)] * 11)


def test_a_batch_of_more_than_999_invoices_is_named() -> None:
    writer = FluxWriter(io.BytesIO(), "PS-2003C", **FILE_PS)
    writer.open_lot(**BATCH_PS)
    for _ in range(1000):
        writer.write_facture(HEADER_PS, [("4", LINE_PS)])
    with pytest.raises(EncodingError, match="field nombre_factures: expected whole number from 0 to 999"):
        writer.close_lot()


# --- calls out of order ---------------------------------------------------------------------------------


def test_calls_out_of_order_say_what_to_do() -> None:
    writer = FluxWriter(io.BytesIO(), "PS-2003C", **FILE_PS)
    for call in (lambda: writer.write_facture(HEADER_PS, []), writer.close_lot):
        with pytest.raises(ValueError, match="open a batch first"):
            call()
    writer.open_lot(**BATCH_PS)
    for call in (lambda: writer.open_lot(**BATCH_PS), writer.close):
        with pytest.raises(ValueError, match="close the batch that is open first"):
            call()
    writer.write_facture(HEADER_PS, [("4", LINE_PS)])
    writer.close_lot()
    writer.close()
    writer.close()  # closing twice is closing once
    with pytest.raises(ValueError, match="the flow is closed"):
        writer.open_lot(**BATCH_PS)


def test_a_file_holds_999_batches_at_most() -> None:
    writer = FluxWriter(io.BytesIO(), "PS-2003C", **FILE_PS)
    for numero in range(1, 1000):
        writer.open_lot(**{**BATCH_PS, "numero_lot": f"{numero:03d}"})
        writer.close_lot()
    with pytest.raises(ValueError, match="a file holds at most 999 batches"):
        writer.open_lot(**BATCH_PS)
    writer.close()


def test_an_error_in_the_block_leaves_the_file_unfinished() -> None:
    def interrupted(buffer: io.BytesIO) -> None:
        with FluxWriter(buffer, "PS-2003C", **FILE_PS) as writer:
            writer.open_lot(**BATCH_PS)
            raise KeyError

    buffer = io.BytesIO()
    with pytest.raises(KeyError):
        interrupted(buffer)
    assert b"999" not in buffer.getvalue()[-LENGTH:]


def test_an_unknown_norm_is_refused() -> None:
    with pytest.raises(ValueError, match="norm B2: unknown"):
        FluxWriter(io.BytesIO(), "B2")
    assert FluxWriter(io.BytesIO(), norme("CP-2003C"), **FILE_PS).norme.name == "CP-2003C"


def test_facture_helpers_and_writer_agree_on_the_frame() -> None:
    """The records built by hand in these tests are those that the writer makes."""
    assert octets(facture_ps()) == b"".join(read_flux(written()).factures[0].raws)


# --- tables of a site -----------------------------------------------------------------------------------


def test_shared_fields_may_stand_elsewhere() -> None:
    """A table in which a field stands between those that all records repeat, or one is of another kind."""
    shipped = norme("PS-2003C")
    line = shipped.layouts["4"]
    fields = []
    for field in line.fields:
        name = "mention" if field.name == "blanc_1" else field.name
        kind = "text" if field.name in ("blanc_1", "numero_facture") else field.kind.name
        fields.append(Field(name, field.start, field.length, kind))
    site = Norme("PS-2003C", {**shipped.layouts, "4": Layout("PS-2003C", "4", tuple(fields))})
    buffer = io.BytesIO()
    with FluxWriter(buffer, site, **FILE_PS) as writer:
        writer.open_lot(**BATCH_PS)
        facture = writer.write_facture(HEADER_PS, [("4", {**LINE_PS, "mention": "X"}), ("4", LINE_PS)])
        writer.close_lot()
    first, second = facture.raws[1:3]
    assert first[1:35] == f"{PS}X{PERSONNES[0][0]}{PERSONNES[0][1]}1        ".encode()
    assert second[1:35] == f"{PS} {PERSONNES[0][0]}{PERSONNES[0][1]}1        ".encode()
    assert facture.montant_amo == 2 * LINE_PS["montant_amo"]


def test_shared_values_given_again_win() -> None:
    buffer = io.BytesIO()
    with FluxWriter(buffer, "PS-2003C", **FILE_PS) as writer:
        writer.open_lot(**BATCH_PS)
        other = PERSONNES[1]
        facture = writer.write_facture(
            HEADER_PS, [("4", {**LINE_PS, "nir": other[0]}), ("4", LINE_PS), ("2S", {"cle_nir": other[1]})]
        )
        writer.close_lot()
    told = [(record["nir"], record["cle_nir"], record["numero_facture"]) for record in facture.records]
    own = (*PERSONNES[0], "000000001")
    assert told == [own, (other[0], own[1], own[2]), own, (own[0], other[1], own[2]), own]


def test_amounts_given_as_bytes_count_too() -> None:
    made = written(montant_amo=b"0001750", montant_depense=b"0002500")
    assert made == written()
