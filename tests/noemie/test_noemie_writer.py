"""The writer: levels, counters, totals, frame and password are derived; what it writes reads back clean."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import noemie_samples as samples
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatfile import EncodingError
from noemie import RetourWriter, check, mot_de_passe, read_retour
from noemie.returns.borders import Envelope

HEADER: dict[str, Any] = {
    "type_emetteur": "CP",
    "numero_emetteur": "00000001999991",
    "programme_emetteur": "TESTPG",
    "type_destinataire": "TP",
    "numero_destinataire": "00000999999999",
    "identification_fichier": "FIC007",
    "date_creation": date(2026, 3, 10),
    "reference_norme": "576",
}
NAMES: dict[str, Any] = {
    "nir": "1850578006084",
    "cle_nir": "36",
    "nom_patronymique_assure": "MARTIN FICTIF",
    "prenom_assure": "CAMILLE",
    "date_naissance": "120585",
    "rang_naissance": "1",
    "nom_beneficiaire": "MARTIN FICTIF",
    "prenom_beneficiaire": "CAMILLE",
}


def open_invoice(retour: RetourWriter, numero: str, type_facture: str = "F") -> Any:
    """An invoice as in the samples, with its person; to be used in a `with`."""
    opened = retour.open(
        "102",
        numero_facture=numero,
        numero_lot="012",
        date_lot=date(2026, 3, 5),
        type_facture=type_facture,
        date_facturation=date(2026, 3, 4),
        nature_assurance="AS",
    )
    retour.add("103", **NAMES)
    return opened


def add_parts(retour: RetourWriter, amo: tuple[int, str, int], amc: tuple[int, str, int]) -> None:
    retour.add("198", montant_amo_demande=amo[0], etat_paiement_amo=amo[1], montant_amo_paye=amo[2])
    retour.add(
        "199",
        montant_amc_demande=amc[0],
        etat_paiement_amc=amc[1],
        montant_amc_paye=amc[2],
        numero_amc="0099999999",
        numero_adherent="ADH-FICTIF",
    )


def add_act(retour: RetourWriter, code: str, base: int, taux: int, rembourse: int, amc: int = 0) -> None:
    retour.leaf(
        "210",
        numero_ligne="01",
        date_soins=date(2026, 3, 4),
        date_fin_soins=date(2026, 3, 4),
        prix_unitaire=base,
        base_remboursement=base,
        taux=taux,
        montant_rembourse=rembourse,
        nature_prestation=code,
        quantite=1,
        coefficient=1,
        denombrement=1,
        montant_depense=base,
        montant_complementaire=amc,
    )


def written(envelope: Envelope = "P2") -> bytes:
    """A transfer with two invoices, one of them taken back."""
    file = io.BytesIO()
    with RetourWriter(file, envelope, **HEADER) as retour:
        retour.open("020", numero_destinataire_reglement="999999999")
        with retour.open("040", numero_destinataire_reglement="999999999"):
            retour.add("071", date_comptable=date(2026, 3, 9), libelle_virement_1="CPAM FICTIVE")
            retour.add("081", type_retour="01")
            with open_invoice(retour, "000000123"):
                add_parts(retour, (1855, "P", 1855), (795, "P", 795))
                add_act(retour, "G", 2650, 70, 1855, 795)
            with open_invoice(retour, "000000125", "E"):
                add_parts(retour, (1000, "P", -1000), (0, "", 0))
                add_act(retour, "C", 1000, 100, -1000)
    return file.getvalue()


@pytest.mark.parametrize("envelope", ["P1", "P2", "P3"])
def test_what_is_written_reads_back_clean(envelope: Envelope) -> None:
    raw = written(envelope)
    retour = read_retour(raw)
    assert list(check(retour)) == []
    assert retour.detection.envelope == envelope
    assert retour.to_bytes() == raw
    first, second = retour.factures
    assert (first.montant_paye, second.montant_paye) == (2650, -1000)
    assert retour.virements[0].montant == 1650
    assert (retour.reference, retour.date_creation) == ("576", date(2026, 3, 10))


def test_the_bytes() -> None:
    raw = written()
    entities = {record.number: record.raw for record in read_retour(raw).entites}
    assert entities[1] == samples.debut()
    assert entities[8] == samples.part_amo(1855, "P", 1855)
    assert entities[11] == samples.cloture(3, 1, 2650)
    assert entities[16] == samples.acte(1, "C", 1000, 100, -1000)
    assert entities[17] == samples.cloture(3, 1, -1000)
    assert entities[18] == samples.cloture(2, 2, 1650)
    assert entities[19] == samples.cloture(1, 1, 1650)
    assert entities[20] == samples.fin(3, 1650)


def test_the_same_calls_give_the_same_bytes() -> None:
    assert written("P3") == written("P3")


def test_flow_929() -> None:
    file = io.BytesIO()
    header = {**HEADER, "reference_norme": "929", "identification_fichier": "OC0007"}
    with RetourWriter(file, "P3", **header) as retour:
        retour.open("010", numero_organisme_complementaire="9999999", cle_organisme_complementaire="0")
        for _ in range(5):
            with retour.open("110", nir="1850578006084", cle_nir="36", nature_nom="U", nom_assure="X"):
                retour.leaf("120", date_naissance="120585", rang_naissance="1")
                retour.leaf("140", code_mouvement="C", type_contrat_1="85")
                retour.leaf("290", code_rejet="MUJ130033C", libelle_rejet="CREATION INFO O.C. ACQUITTEE")
    found = read_retour(file.getvalue())
    closings = [record for record in found.entites if record.type == "990"]
    assert [record["compteur_niveau_inferieur"] for record in closings] == ["00000003"] * 5 + ["00000005"]
    assert [record["niveau_rupture"] for record in closings] == ["02"] * 5 + ["01"]
    assert {record["signe_cumul_montants"] for record in closings} == {" "}  # a flow without money
    assert found.fin is not None
    assert (found.fin["nombre_enregistrements"], found.fin["nombre_lots"]) == ("00000003", "001")
    assert found.fin["signe_cumul_montants"] == "P"
    assert list(check(found)) == []
    assert [movement.codes_retour for movement in found.mouvements] == [["33"]] * 5


def test_old_family_totals_are_those_of_the_acts() -> None:
    file = io.BytesIO()
    with RetourWriter(file, **{**HEADER, "reference_norme": "900"}) as retour:
        retour.open("070", date_comptable=date(2026, 3, 9))
        retour.open("080", numero_lot="012", date_lot=date(2026, 3, 5))
        retour.add("100", numero_facture="000000126")
        add_act(retour, "C", 2500, 70, 1750)
        add_act(retour, "MCG", 500, 70, 350)
    found = read_retour(file.getvalue())
    assert found.factures[0].montant_paye == 2100
    assert found.fin is not None
    assert found.fin["cumul_montants"] == "00000002100"
    assert [finding.rule for finding in check(found)] == ["retour.niveau-saute"]


def test_levels_may_be_chosen_and_left_without_a_990() -> None:
    file = io.BytesIO()
    with RetourWriter(file, **HEADER) as retour:
        retour.open("071", niveau=1, closing=False)
        retour.open("102", niveau=2, numero_facture="1")
        retour.leaf("294", code_rejet="0450")
    found = read_retour(file.getvalue())
    assert [record["niveau_rupture"] for record in found.entites[1:-1]] == ["01", "02", "99", "02"]
    assert found.noeuds[0].fermeture is None


def test_finish_closes_what_is_open_and_may_lie_on_purpose() -> None:
    file = io.BytesIO()
    retour = RetourWriter(file, **HEADER)
    retour.open("020")
    retour.open("261", niveau=2, code_forfait_ponctuel="00042", montant_forfait_ponctuel=28000)
    assert retour.finish(cumul_montants=1, nombre_lots=9) == len(file.getvalue())
    found = read_retour(file.getvalue())
    assert [record.type for record in found.entites] == ["000", "020", "261", "990", "990", "999"]
    assert [finding.rule for finding in check(found)] == ["retour.nombre-lots", "retour.total-fichier"]


def test_nothing_is_written_after_an_error() -> None:
    file = io.BytesIO()
    with pytest.raises(EncodingError), RetourWriter(file, **HEADER) as retour, retour.open("020"):
        retour.leaf("210", montant_rembourse=10**8)
    assert file.getvalue() == b""


def test_calls_out_of_order() -> None:
    retour = RetourWriter(io.BytesIO(), **HEADER)
    with pytest.raises(ValueError, match="a leaf needs an open level"):
        retour.leaf("210")
    with pytest.raises(ValueError, match="a header continues only before anything below it"):
        retour.add("071")
    with pytest.raises(ValueError, match="no level is open"):
        retour.close()
    retour.open("102", niveau=3)
    with pytest.raises(ValueError, match="level 2 cannot be opened inside level 3"):
        retour.open("071")
    for niveau in (3, 99, 100):  # that of the level above, that of leaves, none
        with pytest.raises(ValueError, match=f"level {niveau} cannot be opened inside level 3"):
            retour.open("102", niveau=niveau)
    with pytest.raises(ValueError, match="entity 888 cannot be given"):
        retour.leaf("888")
    with pytest.raises(ValueError, match="entity 990 cannot be given"):
        retour.leaf("990")
    retour.leaf("295", commentaire="X")
    with pytest.raises(ValueError, match="a header continues"):
        retour.add("103")
    retour.finish()
    with pytest.raises(ValueError, match="this return is finished"):
        retour.open("020")


def test_a_value_that_does_not_fit_is_not_quoted() -> None:
    with pytest.raises(EncodingError) as caught:
        RetourWriter(io.BytesIO(), **{**HEADER, "identification_fichier": "MARTIN FICTIF"})
    assert "MARTIN" not in str(caught.value)
    retour = RetourWriter(io.BytesIO(), **HEADER)
    with pytest.raises(EncodingError) as caught:
        retour.open("020", numero_facture="1")
    assert "numero_facture" in str(caught.value)
    retour.open("020")  # the entity that was refused left nothing behind
    retour.finish()


@pytest.mark.parametrize(
    ("identification", "password"),
    [("OC0007", "OC7779"), ("0123456789", "7302615948"), ("ABCDEF", "ABCDEF"), ("", "")],
)
def test_password(identification: str, password: str) -> None:
    assert mot_de_passe(identification) == password


@given(
    amounts=st.lists(st.tuples(st.integers(-99_999, 99_999), st.integers(0, 99_999)), max_size=12),
    envelope=st.sampled_from(["P1", "P2", "P3"]),
)
@settings(max_examples=40, deadline=None)
def test_any_amounts_balance(amounts: list[tuple[int, int]], envelope: Envelope) -> None:
    file = io.BytesIO()
    with RetourWriter(file, envelope, **HEADER) as retour, retour.open("020"):
        for rank, (amo, amc) in enumerate(amounts):
            with retour.open("071", libelle_virement_1=f"VIREMENT {rank}"):
                open_invoice(retour, f"{rank:09}")
                add_parts(retour, (abs(amo), "P", amo), (amc, "P", amc))
    found = read_retour(file.getvalue())
    assert [finding.rule for finding in check(found)] == []
    assert [virement.montant for virement in found.virements] == [amo + amc for amo, amc in amounts]


@pytest.mark.parametrize("envelope", ["P1", "P2", "P3"])
def test_a_return_larger_than_what_is_read_at_once(envelope: Envelope) -> None:
    file = io.BytesIO()
    with RetourWriter(file, envelope, **HEADER) as retour, retour.open("020"), retour.open("071"):
        for rank in range(600):
            with open_invoice(retour, f"{rank:09}"):
                add_parts(retour, (1855, "P", 1855), (795, "P", 795))
                add_act(retour, "G", 2650, 70, 1855, 795)
    raw = file.getvalue()
    assert len(raw) > 3 * (1 << 16)
    found = read_retour(raw)
    assert found.to_bytes() == raw
    assert list(check(found)) == []
    assert [facture.numero_normalise for facture in found.factures] == [
        str(rank or "") for rank in range(600)
    ]
    lines = b"\r\n".join(record.raw for record in found.entites)
    again = read_retour(lines)
    assert again.to_bytes() == lines
    assert [record.raw for record in again.entites] == [record.raw for record in found.entites]
    offsets = [record.offset for record in again.entites]
    assert all(
        lines[offset : offset + 3] == record.raw[:3]
        for offset, record in zip(offsets, again.entites, strict=True)
    )
