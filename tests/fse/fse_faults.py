"""Faults made by hand, and exactly what is found: rule, record, first byte, length, type, field, expected."""

from __future__ import annotations

from typing import NamedTuple

from fse_flows import (
    AUTRE_PS,
    PERSONNES,
    PS,
    Ligne,
    debut,
    facture_cp,
    facture_ps,
    flux_cp,
    flux_ps,
    lot_ps,
    octets,
    put,
)

from flatfile.findings import both


class At(NamedTuple):
    """A finding: `start` is the 1-based byte in its record, `record` its 1-based number."""

    rule: str
    record: int
    start: int
    length: int
    type: str
    field: str = ""
    expected: str = ""


STAY = Ligne("SNS", 10530, 100, 10530, 10530)
ONE_PS = flux_ps([facture_ps(1)])
TWO_PS = flux_ps([facture_ps(1), facture_ps(2, personne=PERSONNES[1])])
RICH_PS = flux_ps([facture_ps(1, [Ligne(complements=("S", "M"))], complements=("S",))])
LPP_PS = flux_ps([facture_ps(1, [Ligne(complements=("F",))])])
UCD_PS = flux_ps([facture_ps(1, [Ligne(complements=("H",))])])
CAR_PS = flux_ps([facture_ps(1, [Ligne("VSL", complements=("U",))])])
ONE_CP = flux_cp([facture_cp(1, [STAY])])
RICH_CP = flux_cp(
    [
        facture_cp(
            1,
            [STAY._replace(complements=("3S", "3E", "3F"))],
            [Ligne("CS", amc=300, complements=("4S", "4E"))],
            exoneration="0",
        )
    ]
)


def without(records: list[str], *ranks: int, volume: int | None = None) -> list[str]:
    """The same flow without some records; `volume` is what 999 then counts."""
    gone = {rank % len(records) for rank in ranks}
    kept = [one for rank, one in enumerate(records) if rank not in gone]
    return kept if volume is None else put(kept, -1, 56, f"{volume:08d}")


def swapped(records: list[str], first: int, second: int) -> list[str]:
    changed = list(records)
    changed[first], changed[second] = changed[second], changed[first]
    return changed


def repeated(type: str, count: int) -> list[str]:
    """A line of an establishment with `count` complements of one type, numbered."""
    stay = STAY._replace(complements=("3S", *(type,) * count))
    records = flux_cp([facture_cp(1, [stay])])
    for rank in range(count):
        records = put(records, 5 + rank, 37, f"{rank + 1:02d}")
    return records


#: Rule -> flow, findings.
Faults = dict[str, tuple[list[str] | bytes, list[At]]]

FILE: Faults = {
    "fichier.bom": (b"\xef\xbb\xbf" + octets(ONE_PS), [At("fichier.bom", 1, 1, 3, "")]),
    "fichier.fin-de-ligne": (octets(ONE_PS, "\n"), [At("fichier.fin-de-ligne", 1, 129, 1, "")]),
    "fichier.fin-de-ligne-mixte": (
        octets(ONE_PS[:3]) + b"\n" + octets(ONE_PS[3:]),
        [At("fichier.fin-de-ligne-mixte", 3, 129, 1, "", "", "aucune ¦ none")],
    ),
    "fichier.coupures": (
        b"\n".join(octets(ONE_PS)[at : at + 80] for at in range(0, len(octets(ONE_PS)), 80)),
        [At("fichier.coupures", 1, 81, 1, "")],
    ),
    "fichier.blancs-retires": (
        b"".join(record.encode().rstrip() + b"\n" for record in ONE_PS),
        [At("fichier.blancs-retires", 1, 1, 85, "", "", "128 octets ¦ 128 bytes")],
    ),
    "fichier.utf-8": (
        octets(ONE_PS)[:100] + "É".encode() + octets(ONE_PS)[101:],
        [
            At("format.caractere", 1, 92, 37, "000", "zone_message", "37"),
            At("fichier.utf-8", 1, 101, 2, "", "", both("un octet par caractère", "one byte a character")),
        ],
    ),
    "fichier.octet-final": (octets(ONE_PS) + b"\x1a", [At("fichier.octet-final", 8, 1, 1, "")]),
    "fichier.tronque": (
        octets(ONE_PS)[:-28],
        [At("fichier.tronque", 7, 1, 100, "999", "", "128"), At("structure.fin", 7, 101, 0, "")],
    ),
    "fichier.longueur-declaree": (
        put(ONE_PS, 0, 83, "256"),
        [At("fichier.longueur-declaree", 1, 83, 3, "000", "longueur_enregistrement", "128")],
    ),
    "fichier.identite": (
        put(put(ONE_PS, -1, 4, "SI"), -1, 50, "000002"),
        [
            At("fichier.identite", 7, 4, 2, "999", "type_emetteur", "TP"),
            At("fichier.identite", 7, 50, 6, "999", "identification_fichier", "000001"),
        ],
    ),
    "fichier.norme-lot": (put(ONE_CP, 1, 79, "  "), [At("fichier.norme-lot", 2, 79, 2, "1", "norme", "CP")]),
    "fichier.volume": (
        put(ONE_PS, -1, 56, "00000008"),
        [At("fichier.volume", 7, 56, 8, "999", "volume", "7")],
    ),
    "fichier.nombre-lots": (
        put(ONE_PS, -1, 83, "002"),
        [At("fichier.nombre-lots", 7, 83, 3, "999", "nombre_lots", "1")],
    ),
    "fichier.taille": (
        flux_ps([facture_ps(rank, [Ligne()]) for rank in range(1, 334)]),
        [At("fichier.taille", 1003, 56, 8, "999", "volume", "999")],
    ),
}

ORDER: Faults = {
    "structure.debut": (without(ONE_PS, 0, volume=6), [At("structure.debut", 1, 1, 128, "1")]),
    "structure.debut-double": (
        put([ONE_PS[0], *ONE_PS], -1, 56, "00000008"),
        [At("structure.debut-double", 2, 1, 128, "000")],
    ),
    "structure.fin": (ONE_PS[:-1], [At("structure.fin", 6, 129, 0, "")]),
    "structure.apres-fin": ([*ONE_PS, *facture_ps(2)], [At("structure.apres-fin", 8, 1, 128, "2")]),
    "structure.longueur": (
        [*ONE_PS[:3], ONE_PS[3][:-1], *ONE_PS[4:]],
        [At("structure.longueur", 4, 1, 127, "4", "", "128")],
    ),
    "structure.type-inconnu": (put(ONE_PS, 3, 36, "Z"), [At("structure.type-inconnu", 4, 1, 128, "")]),
    "structure.hors-lot": (
        put([ONE_PS[0], *facture_ps(9), *facture_ps(8), *ONE_PS[1:]], -1, 56, "00000013"),
        [At("structure.hors-lot", 2, 1, 128, "2")],
    ),
    "structure.lot-sans-fin": (
        without(ONE_PS, -2, volume=6),
        [At("structure.lot-sans-fin", 2, 1, 128, "1")],
    ),
    "structure.fin-sans-lot": (
        put([*ONE_PS[:-1], ONE_PS[-2][:10] + "0" * 41 + ONE_PS[-2][51:], ONE_PS[-1]], -1, 56, "00000008"),
        [At("structure.fin-sans-lot", 7, 1, 128, "6")],
    ),
    "structure.lot-vide": (
        flux_ps(lots=[("001", PS, [facture_ps(1)]), ("002", PS, [])]),
        [At("structure.lot-vide", 7, 1, 128, "1")],
    ),
    "structure.facture-sans-entete": (
        put(put(without(TWO_PS, 5, volume=9), -2, 18, "0001"), -2, 11, "002"),
        [At("structure.facture-sans-entete", 6, 1, 128, "4")],
    ),
    "structure.facture-sans-total": (
        put(without(ONE_PS, 4, volume=6), -2, 22, "000"),
        [At("structure.facture-sans-total", 4, 1, 128, "4")],
    ),
    "structure.facture-sans-ligne": (
        put(put(flux_ps([facture_ps(1, [])]), 3, 39, "000"), -2, 14, "0000"),
        [At("structure.facture-sans-ligne", 3, 1, 128, "2")],
    ),
    "structure.ordre": (
        [*RICH_PS[:3], *RICH_PS[4:7], RICH_PS[3], *RICH_PS[7:]],
        [At("structure.ordre", 7, 1, 128, "2S")],
    ),
    "structure.complement-orphelin": (
        [*RICH_PS[:4], RICH_PS[5], RICH_PS[4], *RICH_PS[6:]],
        [At("structure.complement-orphelin", 5, 1, 128, "4S", "", "4")],
    ),
    "structure.chaine": (
        swapped(RICH_CP, 8, 9),
        [
            At("structure.chaine", 9, 1, 128, "4E", "", "4S"),
            At("structure.chaine", 10, 1, 128, "4S", "", "4"),
        ],
    ),
    "structure.nombre-complements": (
        repeated("3F", 11),
        [At("structure.nombre-complements", 16, 1, 128, "3F", "", "10")],
    ),
    "structure.entete-differe": (
        put(ONE_PS, 2, 27, "000000009"),
        [At("structure.entete-differe", 3, 27, 9, "2", "numero_facture", "000000001")],
    ),
    "structure.entete-commun": (
        put(TWO_PS, 3, 27, "000000003"),
        [At("structure.entete-commun", 4, 27, 9, "4", "numero_facture", "000000001")],
    ),
}

FIELDS: Faults = {
    "format.numerique": (
        put(ONE_PS, 3, 89, "00O2500"),
        [At("format.numerique", 4, 89, 7, "4", "prix_unitaire", "7")],
    ),
    "format.date": (
        put(ONE_PS, 2, 80, "260230"),
        [At("format.date", 3, 80, 6, "2", "date_maternite", "AAMMJJ")],
    ),
    "format.heure": (put(ONE_CP, 2, 115, "25"), [At("format.heure", 3, 115, 2, "2", "heure_sortie", "HH")]),
    "format.constante": (
        put(ONE_PS, 0, 66, "B3"),
        [At("format.constante", 1, 66, 2, "000", "version_norme", "B2")],
    ),
    "format.caractere": (put(ONE_PS, 1, 33, "É"), [At("format.caractere", 2, 30, 40, "1", "nom_ps", "40")]),
    "format.nir": (
        put(RICH_PS, 3, 55, "X"),
        [At("format.nir", 4, 50, 13, "2S", "nir_individuel", "13")],
    ),
    "format.identifiant": (
        put(ONE_PS, 3, 55, "99106804O"),
        [At("format.identifiant", 4, 55, 9, "4", "numero_executant", "9")],
    ),
    "format.blanc": (put(ONE_PS, 3, 53, "Z"), [At("format.blanc", 4, 53, 1, "4", "blanc_2", "1")]),
    "format.remplissage": (
        put(ONE_PS, 3, 89, "   2500"),
        [At("format.remplissage", 4, 89, 7, "4", "prix_unitaire", "7")],
    ),
    "presence.nir": (
        [one.replace("1800199999999" + "40", "0" * 15) for one in ONE_PS],
        [At("presence.nir", 3, 12, 13, "2", "nir")],
    ),
    "presence.numero-facture": (
        flux_ps([facture_ps(0)]),
        [At("presence.numero-facture", 3, 27, 9, "2", "numero_facture")],
    ),
    "presence.date-facturation": (
        put(ONE_PS, 2, 40, "000000"),
        [At("presence.date-facturation", 3, 40, 6, "2", "date_facturation")],
    ),
    "presence.rattachement": (
        put(ONE_PS, 2, 51, "000"),
        [At("presence.rattachement", 3, 51, 3, "2", "caisse")],
    ),
    "presence.date-naissance": (
        put(ONE_PS, 2, 96, "000000"),
        [At("presence.date-naissance", 3, 96, 6, "2", "date_naissance")],
    ),
    "presence.date-acte": (
        put(ONE_PS, 3, 68, "000000"),
        [At("presence.date-acte", 4, 68, 6, "4", "date_acte")],
    ),
    "presence.code-acte": (
        put(ONE_PS, 3, 74, "     "),
        [At("presence.code-acte", 4, 74, 5, "4", "code_acte")],
    ),
    "presence.executant": (
        put(ONE_PS, 3, 55, "0" * 9),
        [At("presence.executant", 4, 55, 9, "4", "numero_executant")],
    ),
    "presence.quantite": (put(ONE_PS, 3, 79, "00"), [At("presence.quantite", 4, 79, 2, "4", "quantite")]),
    "presence.numero-lot": (
        put(put(ONE_PS, 1, 20, "000"), -2, 52, "000"),
        [At("presence.numero-lot", 2, 20, 3, "1", "numero_lot")],
    ),
    "code.inconnu": (
        put(ONE_PS, 2, 58, "7"),
        [At("code.inconnu", 3, 58, 1, "2", "piece_justificative", "piece_justificative")],
    ),
    "code.casse": (put(ONE_PS, 3, 74, "ami  "), [At("code.casse", 4, 74, 5, "4", "code_acte", "AMI")]),
    "code.cadrage": (put(ONE_PS, 3, 74, " AMI "), [At("code.cadrage", 4, 74, 5, "4", "code_acte", "AMI")]),
    "code.liste-ouverte": (
        put(ONE_PS, 3, 74, "ZZZ9 "),
        [At("code.liste-ouverte", 4, 74, 5, "4", "code_acte", "code_acte")],
    ),
    "code.snds": (put(ONE_PS, 3, 121, "9"), [At("code.snds", 4, 121, 1, "4", "code_lieu", "code_lieu")]),
    "code.absent": (
        put(ONE_PS, 2, 77, "00"),
        [At("code.absent", 3, 77, 2, "2", "nature_assurance", "nature_assurance")],
    ),
    "cle.nir": (
        flux_ps([facture_ps(1, personne=("1800199999999", "41"))]),
        [At("cle.nir", 3, 25, 2, "2", "cle_nir", "un numéro et sa clé ¦ a number and its key")],
    ),
    "cle.nir-mois": (
        flux_ps([facture_ps(1, personne=("1801399999999", "38"))]),
        [At("cle.nir-mois", 3, 12, 13, "2", "nir", "un mois de 01 à 12 ¦ a month from 01 to 12")],
    ),
    "cle.nir-provisoire": (
        flux_ps([facture_ps(1, personne=("7800199999999", "41"))]),
        [At("cle.nir-provisoire", 3, 25, 2, "2", "cle_nir", "un numéro et sa clé ¦ a number and its key")],
    ),
    "cle.numero-ps": (
        put(ONE_PS, 3, 55, "991068041"),
        [
            At(
                "cle.numero-ps",
                4,
                55,
                9,
                "4",
                "numero_executant",
                "un numéro et sa clé ¦ a number and its key",
            )
        ],
    ),
    "cle.numero-tiers": (
        put(ONE_PS, 2, 59, "991068041"),
        [
            At(
                "cle.numero-tiers",
                3,
                59,
                9,
                "2",
                "numero_prescripteur",
                "un numéro et sa clé ¦ a number and its key",
            )
        ],
    ),
    "cle.rpps": (
        put(RICH_CP, 5, 42, "10000000001"),
        [At("cle.rpps", 6, 42, 11, "3E", "rpps_prescripteur", "un numéro et sa clé ¦ a number and its key")],
    ),
    "cle.siret": (
        put(LPP_PS, 4, 57, "73282932000075"),
        [At("cle.siret", 5, 57, 14, "4F", "siret_fabricant", "un numéro et sa clé ¦ a number and its key")],
    ),
    "cle.numero-at": (
        put(put(ONE_PS, 2, 77, "41"), 2, 86, "101234560"),
        [At("cle.numero-at", 3, 86, 9, "2", "numero_at", "un numéro et sa clé ¦ a number and its key")],
    ),
    "date.acte-facturation": (
        flux_ps([facture_ps(1, [Ligne(jour="260106")])]),
        [At("date.acte-facturation", 4, 68, 6, "4", "date_acte", "≤ 2026-01-05")],
    ),
    "date.acte-jjmmaa": (
        put(ONE_PS, 3, 68, "050126"),
        [At("date.acte-jjmmaa", 4, 68, 6, "4", "date_acte", "260105")],
    ),
    "date.autre-jjmmaa": (
        put(ONE_PS, 2, 68, "020126"),
        [At("date.autre-jjmmaa", 3, 68, 6, "2", "date_prescription", "260102")],
    ),
    "date.flux-jjmmaa": (
        flux_ps(
            [
                facture_ps(rank, [Ligne(jour=f"{day}0126")], jour=f"{day}0126")
                for rank, day in enumerate((10, 11, 13, 15), start=1)
            ],
            jour="150126",
        ),
        [At("date.flux-jjmmaa", 3, 40, 6, "2", "date_facturation", "260110")],
    ),
    "date.prescription-acte": (
        flux_ps([facture_ps(1, prescripteur=AUTRE_PS, prescription="260106")]),
        [At("date.prescription-acte", 4, 68, 6, "4", "date_acte", "≥ 2026-01-06")],
    ),
    "date.facturation-lot": (
        [TWO_PS[0], lot_ps(jour="260104"), *TWO_PS[2:]],
        # The same day is told once in a batch.
        [At("date.facturation-lot", 3, 40, 6, "2", "date_facturation", "≤ 2026-01-04")],
    ),
    "date.lot-fichier": (
        [debut(jour="260104"), *ONE_PS[1:]],
        [At("date.lot-fichier", 2, 72, 6, "1", "date_lot", "≤ 2026-01-04")],
    ),
    "date.debut-fin": (
        put(ONE_CP, 3, 50, "260104"),
        [At("date.debut-fin", 4, 50, 6, "3", "date_fin", "≥ 2026-01-05")],
    ),
    "date.entree-sortie": (
        put(ONE_CP, 2, 109, "250831"),
        [At("date.entree-sortie", 3, 109, 6, "2", "date_sortie", "≥ 2025-09-01")],
    ),
}
