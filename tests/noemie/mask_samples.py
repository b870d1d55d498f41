"""What the tests of masking share: a key, flows with their answers, cards, and ways to damage a file."""

from datetime import date

from hypothesis import strategies as st

from fixtures.caisse import Caisse
from fixtures.caisses import ORGANISMES
from fixtures.generate import Parametres
from fixtures.scenario import Scenario
from fse.ssv import (
    AccidentCarte,
    AmcCarte,
    AssureCarte,
    BeneficiaireCarte,
    DroitsCarte,
    Zone,
    build_carte_vitale,
)
from noemie.documents.mask.copies import Key, Options, mask_bytes

KEY = Key("une cle de test, rien de secret")


def scenario(profile="medecin", seed=3, invoices=25, **options):
    """Flows for one organism, the returns that answer them, and the ARLs."""
    where = () if profile == "smg" else (ORGANISMES[0].cle,)
    made = Scenario(Parametres(profile, seed=seed, invoices=invoices, organismes=where))
    flows = [flow.data for flow in made.flows]
    answer = Caisse(seed=1, reject_rate=0.2, defer_rate=0.1, **options).respond(*flows)
    return flows, [retour.data for retour in answer.returns], answer.arls


def masked(data, **options):
    return mask_bytes(data, KEY, Options(**options))[0]


#: What the zones below say of people.
CARD_MARKERS = (
    b"FICTIF", b"EXEMPLE", b"ODETTE", b"MARQUEUR", b"BAT IMAGINAIRE", b"NULLE PART", b"VILLE-INVENTEE",
    b"2840299999042", b"2120199999001", b"19840229", b"87654321", b"ADH7788", b"97777777", b"99106804",
)  # fmt: skip


def card():
    """A Vitale card of two people."""
    insured = AssureCarte(nir="2840299999042", numero_serie="87654321", date_fin_validite=date(2030, 12, 31))
    rights = [DroitsCarte(date(2020, 1, 1), date(2030, 12, 31))]
    address = ["", "BAT IMAGINAIRE", "1 RUE DE NULLE PART", "", "00000 VILLE-INVENTEE"]
    people = [
        BeneficiaireCarte(
            nom_usuel="FICTIF",
            nom_patronymique="EXEMPLE",
            prenom="ODETTE",
            date_naissance=date(1984, 2, 29),
            adresse=address,
            droits=rights,
            amc=AmcCarte("99999997", date(2020, 1, 1), date(2030, 12, 31), numero_adherent="ADH7788"),
        ),
        BeneficiaireCarte(
            nom_usuel="FICTIF",
            prenom="MARQUEUR",
            date_naissance="201213320000",
            qualite="6",
            nir_certifie="2120199999001",
            droits=rights,
        ),
    ]
    return build_carte_vitale(insured, people, [AccidentCarte("019990000", "97777777")])


def invoice_zone():
    """The header groups of an invoice: professional, person, insurer; a group that no table describes."""
    return Zone.build(
        [
            (1120, ("99106804", "0", "MARQUEUR", "ODETTE")),
            (1130, ("", "2840299999042", "88", "198402290000", "1")),
            (1321, ("", "0099999999", "ADH7788", b"\x01FICTIF\xff")),
            (9999, ("EXEMPLE", "")),
        ]
    )


#: Edits of a file: kind, place, length, bytes.
edits = st.lists(
    st.tuples(
        st.sampled_from(["delete", "insert", "replace", "swap"]),
        st.integers(0, 1 << 20),
        st.integers(1, 140),
        st.binary(min_size=1, max_size=40),
    ),
    max_size=5,
)


def damaged(data, changes):
    """A file with bytes lost, added, replaced, exchanged with those that follow them."""
    for kind, place, length, piece in changes:
        at = place % (len(data) + 1)
        if kind == "delete":
            data = data[:at] + data[at + length :]
        elif kind == "insert":
            data = data[:at] + piece + data[at:]
        elif kind == "replace":
            data = data[:at] + piece[: len(data) - at] + data[at + len(piece) :]
        else:
            one, two = data[at : at + length], data[at + length : at + 2 * length]
            data = data[:at] + two + one + data[at + 2 * length :]
    return data
