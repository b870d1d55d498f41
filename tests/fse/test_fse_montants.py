"""The figures of one line and of one product: both sides of each limit."""

from __future__ import annotations

import pytest
from fse_flows import LENGTH

from flatfile import Record
from fse.facture import Acte
from fse.normes import norme
from fse.rules.montants import agrees, amount_remarks, product_of, product_remarks

LAYOUTS = norme("PS-2003C").layouts

#: A line that is right: two acts of 10,00 €, paid at 70 %, in the text of each field.
LINE = {
    "quantite": "02",
    "coefficient": "000100",
    "denombrement": "01",
    "prix_unitaire": "0001000",
    "base_remboursement": "0002000",
    "taux": "070",
    "montant_amo": "0001400",
    "montant_depense": "0002000",
    "montant_amc": "0000000",
}


def of_type(type: str, **fields: str) -> Record:
    raw = bytearray(type[:1].encode().ljust(LENGTH))
    for name, text in fields.items():
        place = LAYOUTS[type].by_name[name].slice
        assert place.stop - place.start == len(text)
        raw[place] = text.encode()
    return Record(LAYOUTS[type], bytes(raw))


def line(**fields: str) -> Acte:
    return Acte(of_type("4", **(LINE | fields)))


PRICE = "montant.prix-unitaire"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, []),
        # the rate
        ({"taux": "100", "montant_amo": "0002000"}, []),
        ({"taux": "101"}, [("montant.taux", "taux", "0-100")]),
        ({"taux": "000", "montant_amo": "0000000"}, []),
        ({"taux": "   "}, []),
        # base times rate, to the cent
        ({"montant_amo": "0001401"}, []),
        ({"montant_amo": "0001399"}, []),
        ({"montant_amo": "0001402"}, [("montant.base-taux", "montant_amo", "14,00 €")]),
        ({"montant_amo": "0001398"}, [("montant.base-taux", "montant_amo", "14,00 €")]),
        ({"montant_amo": "       "}, []),
        ({"base_remboursement": "       "}, []),
        # half a cent makes one: 65 % of 20,01 € is 13,0065 €, of 19,99 € 12,9935 €, of 20,10 € 13,065 €
        (
            {"taux": "065", "base_remboursement": "0002001"},
            [("montant.base-taux", "montant_amo", "13,01 €")],
        ),
        (
            {"taux": "065", "base_remboursement": "0001999"},
            [("montant.base-taux", "montant_amo", "12,99 €")],
        ),
        # parts and expense
        ({"montant_amc": "0000600"}, []),
        ({"montant_amc": "0000601"}, [("montant.amo-amc-depense", "montant_amc", "≤ 6,00 €")]),
        ({"montant_amc": "       "}, []),
        ({"taux": "100", "montant_amo": "0002001"}, [("montant.amo-depense", "montant_amo", "≤ 20,00 €")]),
        ({"montant_depense": "       "}, []),
        # price times quantity, to a cent a unit
        ({"prix_unitaire": "0001001"}, []),
        ({"prix_unitaire": "0000999"}, []),
        ({"prix_unitaire": "0001002"}, [(PRICE, "prix_unitaire", "20,00 €")]),
        ({"prix_unitaire": "0000998"}, [(PRICE, "prix_unitaire", "20,00 €")]),
        ({"prix_unitaire": "0001250", "montant_depense": "0002500"}, []),  # the expense is above the base
        ({"prix_unitaire": "0000500", "denombrement": "02"}, []),
        ({"prix_unitaire": "0000500"}, [(PRICE, "prix_unitaire", "20,00 €")]),
        ({"prix_unitaire": "0000500", "coefficient": "000200"}, []),
        ({"prix_unitaire": "0000500", "coefficient": "000150"}, [(PRICE, "prix_unitaire", "20,00 €")]),
        ({"prix_unitaire": "0001000", "coefficient": "000000"}, []),
        ({"prix_unitaire": "0000000"}, []),
        ({"quantite": "00", "prix_unitaire": "0000500"}, []),
        (
            {"base_remboursement": "0000000", "montant_amo": "0000000", "prix_unitaire": "0000500"},
            [(PRICE, "prix_unitaire", "20,00 €")],
        ),
        (
            {
                "base_remboursement": "0000000",
                "montant_amo": "0000000",
                "montant_depense": "0000000",
                "prix_unitaire": "0000500",
            },
            [],
        ),
    ],
)
def test_the_figures_of_a_line(fields: dict[str, str], told: list[tuple[str, str, str]]) -> None:
    assert list(amount_remarks(line(**fields))) == told


@pytest.mark.parametrize(
    ("quantity", "coefficient", "price", "product"),
    [
        ("01", "000100", "0001000", 1000),
        ("03", "000100", "0000334", 1002),
        ("03", "000250", "0000100", 750),
        ("01", "000050", "0000333", 167),  # 1,665 €
        ("01", "000033", "0000100", 33),
        ("01", "000149", "0000001", 1),
        ("02", "000000", "0000100", 200),  # a coefficient that is not told
        ("00", "000100", "0001000", None),
        ("01", "000100", "0000000", None),
        ("  ", "000100", "0001000", None),
    ],
)
def test_a_product(quantity: str, coefficient: str, price: str, product: int | None) -> None:
    assert product_of(line(quantite=quantity, coefficient=coefficient, prix_unitaire=price)) == product


@pytest.mark.parametrize(
    ("amo", "right"), [(648, False), (649, True), (650, True), (651, True), (652, False)]
)
def test_base_times_rate(amo: int, right: bool) -> None:
    assert agrees(1000, 65, amo) is right


@pytest.mark.parametrize(
    ("type", "fields", "told"),
    [
        ("4F", {"quantite": "02", "montant_facture": "0002000"}, []),
        ("4F", {"quantite": "02", "montant_facture": "0002001"}, ["montant.lpp"]),
        ("4F", {"quantite": "02", "montant_facture": "0001999"}, ["montant.lpp"]),
        ("4F", {"quantite": "00", "montant_facture": "0001999"}, []),
        ("4H", {"quantite": "003", "montant_facture": "0003000"}, []),
        ("4H", {"quantite": "003", "montant_facture": "0002999"}, ["montant.ucd"]),
        ("4H", {"quantite": "003", "prix_unitaire": "0000000", "montant_facture": "0002999"}, []),
    ],
)
def test_a_product_that_is_delivered(type: str, fields: dict[str, str], told: list[str]) -> None:
    remarks = list(product_remarks(of_type(type, **({"prix_unitaire": "0001000"} | fields))))
    assert [rule for rule, _, _ in remarks] == told
    assert all(field == "montant_facture" for _, field, _ in remarks)


def test_what_a_product_should_be() -> None:
    record = of_type("4F", prix_unitaire="0001000", quantite="12", montant_facture="0000001")
    assert list(product_remarks(record)) == [("montant.lpp", "montant_facture", "120,00 €")]
    assert list(product_remarks(of_type("4"))) == []
