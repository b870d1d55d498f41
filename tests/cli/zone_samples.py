"""Zones whose people carry the markers of `cli_samples`, and ways to damage them."""

from __future__ import annotations

import datetime as dt
import random

from cli_samples import BIRTH, CLE, DAY, NIR, PS, flow

from fse.ssv import AmcCarte, AssureCarte, BeneficiaireCarte, DroitsCarte, Zone, build_carte_vitale

_RIGHTS = [DroitsCarte(dt.date(2020, 1, 1), dt.date(2030, 12, 31))]


def card(caisse: str = "421", **changes: object) -> bytes:
    """The Vitale card of the insured person of `cli_samples.flow`, and of a child."""
    adult = BeneficiaireCarte(
        nom_usuel="ZEBULON",
        prenom="XANTIPPE",
        nom_patronymique="QUETZAL",
        date_naissance=BIRTH,
        adresse=("", "", "7 ALLEE DU MARQUEUR", "", "97789 MARQUEVILLE"),
        droits=_RIGHTS,
    )
    child = BeneficiaireCarte(
        nom_usuel="ZEBULON",
        prenom="QUETZAL",
        date_naissance="197702280000",
        nir_certifie=NIR,
        rang_naissance="2",
        qualite="6",
        amc=AmcCarte(
            "75500017", DAY, dt.date(2025, 12, 31), numero_adherent="ADHMARQU", zone_commune="MOTLIBRE"
        ),
    )
    head = {"nir": NIR, "numero_serie": "88888042", "caisse_gestionnaire": caisse} | changes
    return build_carte_vitale(AssureCarte(**head), [adult, child]).raw  # type: ignore[arg-type]


def cps() -> bytes:
    """The card of the professional of `cli_samples.flow`."""
    holder = ["0", "0", PS, "0", "13", "ZEBULON", "XANTIPPE"]
    place = ["1", PS, "0", "CABINET ZEBULON", PS[:-1], PS[-1], "", ""]
    situation = ["1", "0", "1", "31", *place, "1", "01", "10", "00", "0", "0", "0", "1", "1"]
    return Zone.build([(1, holder), (2, situation)]).raw


def workstation() -> bytes:
    """What the configuration of a workstation tells."""
    reader = [
        "FABRICANT",
        "LECTEUR BIFENTE",
        "12345678",
        "2.0",
        "1",
        "LOGICIEL",
        "1.0",
        "202503140000",
        "AB12",
    ]
    return Zone.build([(60, ["0713", "0345", "0339"]), (61, reader), (64, ["100", "PROTOCOLE", "0339"])]).raw


def invoice() -> bytes:
    """The header groups of an invoice of the same people."""
    return Zone.build(
        [
            (1110, ["000000001", "1", "202503140000", "1", "", ""]),
            (1120, [PS[:-1], PS[-1], "ZEBULON", "XANTIPPE", "1", "01", "10", "00", "0", "0", "0", "L"]),
            (1130, ["A", NIR, CLE, "197702280000", "1", "0", "00100", "O"]),
            (1310, ["01", "421", "0000", "421", "999"]),
            (1321, ["89", "75500017", "ADHMARQU", "MOTLIBRE", "", "", "98", "MA", "", "00", "999", NIR, ""]),
        ]
    ).raw


ZONES = {"card": card, "cps": cps, "workstation": workstation, "invoice": invoice}


def spoiled(data: bytes, seed: int) -> bytes:
    """A zone with a few bytes changed, lost, added or copied elsewhere."""
    chance = random.Random(seed)
    spoilt = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at, other = chance.randrange(len(spoilt)), chance.randrange(len(spoilt))
        match chance.randrange(4):
            case 0:
                spoilt[at] = chance.randrange(256)
            case 1:
                del spoilt[at : at + chance.randint(1, 30)]
            case 2:
                spoilt[at:at] = bytes(chance.choices(range(256), k=chance.randint(1, 20)))
            case 3:
                spoilt[at:at] = spoilt[other : other + chance.randint(1, 60)]
    return bytes(spoilt)


__all__ = ["DAY", "NIR", "PS", "ZONES", "card", "cps", "flow", "invoice", "spoiled", "workstation"]
