"""Zones used by the tests. The people on them are invented."""

from datetime import date

from fse.ssv import (
    AccidentCarte,
    AmcCarte,
    AssureCarte,
    BeneficiaireCarte,
    CouvertureCarte,
    DroitsCarte,
    MutuelleCarte,
    Zone,
    build_carte_vitale,
)

#: The worked example: 285 bytes, made for the documentation; country 99 999 does not exist.
EXAMPLE = bytes.fromhex(
    "0065 3f 0154 08 3132333435363738 0c 323033303132333130303030 0130 00 00 0141"
    "0d 32383430323939393939303432 02 3838 02 3031 03 393939 04 30303030 02 3130 00"
    "0066 1c 0130 0c 303030303030303030303030 0c 303030303030303030303030"
    "0068 818f 06 464943544946 07 4558454d504c45 06 4f4445545445 00"
    "0e 42415420494d4147494e41495245 13 3120525545204445204e554c4c452050415254 00"
    "14 30303030302056494c4c452d494e56454e544545 00 02 3030 0c 303030303030303030303030"
    "0c 313938343032323930303030 0131 0130 0130 0c 303030303030303030303030"
    "0c 303030303030303030303030 00"
    "0069 1a 0c 323032303031303130303030 0c 323033303132333130303030"
    "006a 09 00 00 0130 04 30313030".replace(" ", "")
)

INSURED_NIR = "2840299999042"
CHILD_NIR = "2120199999001"

#: Texts that no output may hold.
MARKERS = ("FICTIF", "EXEMPLE", "ODETTE", "MARQUEUR", "BAT IMAGINAIRE", INSURED_NIR, CHILD_NIR, "19840229")


def insured(**changes):
    return AssureCarte(
        **{
            "nir": INSURED_NIR,
            "numero_serie": "12345678",
            "date_fin_validite": date(2030, 12, 31),
        }
        | changes
    )


def person(**changes):
    return BeneficiaireCarte(
        **{
            "nom_usuel": "FICTIF",
            "prenom": "ODETTE",
            "date_naissance": date(1984, 2, 29),
            "nom_patronymique": "EXEMPLE",
            "adresse": ["", "BAT IMAGINAIRE", "1 RUE DE NULLE PART", "", "00000 VILLE-INVENTEE"],
            "droits": [DroitsCarte(date(2020, 1, 1), date(2030, 12, 31))],
        }
        | changes
    )


def child(**changes):
    return person(**{"prenom": "MARQUEUR", "date_naissance": "201213320000", "qualite": "6"} | changes)


#: Single groups, to be put together.
DAY = "202401010000"
HEAD = [(101, list(Zone(EXAMPLE).groups[0].fields)), (102, ["0", "", ""])]
WHO = (104, list(Zone(EXAMPLE).groups[2].fields))
RIGHTS = (105, ["202001010000", "203012310000"])
COVER = (106, ["", "", "0", "0100"])
MUTUAL = (107, ["12345678", "NNNNNNNN", "", "", "", ""])
MUTUAL_RIGHTS = (108, [DAY, DAY])
AMC = (109, ["12345678", "", "", "00", DAY, DAY, "MA", "000", "", "", "", ""])
COMMON = (111, ["000000"])
CARD = [*HEAD, WHO, RIGHTS, COVER]
SRT_FIELD = b"\x0e\x10\x0e\x81\x041099" + b"\0" * 8


def family():
    """A card with everything: accidents, a mutual insurer, an AMC, a lunar birth date."""
    return build_carte_vitale(
        insured(),
        [
            person(
                mutuelle=MutuelleCarte(
                    "99999997",
                    indicateur_traitement_mutuelle="62",
                    droits=[DroitsCarte(date(2024, 1, 1), date(2024, 12, 31))],
                ),
                couvertures=[
                    CouvertureCarte(),
                    CouvertureCarte("1", "0101", date(2024, 1, 1), date(2024, 12, 31)),
                ],
            ),
            child(
                nir_certifie=CHILD_NIR,
                date_certification_nir=date(2013, 1, 1),
                amc=AmcCarte("12345678", date(2024, 1, 1), date(2024, 12, 31), zone_commune="000000"),
            ),
        ],
        [AccidentCarte("019990000", "00001234")],
    )


def cps():
    """A professional's card with two situations."""
    return Zone.build([(1, CPS_HOLDER), (2, SITUATION), (2, ["2", *SITUATION[1:]])])


CPS_HOLDER = ["0", "0", "991068040", "0", "13", "MARQUEUR", "ODETTE"]
SITUATION = [
    *["1", "0", "1", "31", "1", "991068040", "0", "CABINET IMAGINAIRE", "99106804", "0", "", ""],
    *["1", "01", "10", "00", "0", "0", "0", "1", "1"],
]


def invoice():
    """The header groups of an invoice."""
    return Zone.build(
        [
            (1110, ["000000001", "1", "202401020000", "1", "", ""]),
            (1120, ["99106804", "0", "MARQUEUR", "ODETTE", "1", "01", "10", "00", "0", "0", "0", "L"]),
            (1130, ["A", INSURED_NIR, "88", "198402290000", "1", "0", "00100", "O"]),
            (1310, ["01", "999", "0000", "999", "999"]),
        ]
    )
