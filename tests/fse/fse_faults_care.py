"""Faults made by hand, continued: amounts and totals, acts, insurance, destinations, care of the CNMSS."""

from __future__ import annotations

from fse_faults import (
    CAR_PS,
    LPP_PS,
    ONE_CP,
    ONE_PS,
    RICH_CP,
    RICH_PS,
    STAY,
    TWO_PS,
    UCD_PS,
    At,
    Faults,
    repeated,
)
from fse_flows import (
    AUTRE_PS,
    PERSONNES,
    PS,
    Ligne,
    facture_cp,
    facture_ps,
    flux_cp,
    flux_ps,
    put,
)

#: One act of the CCAM on two lines: records 5 and 9.
TWICE_CP = flux_cp(
    [facture_cp(1, [STAY], [Ligne("ATM", complements=("4S", "4E", "4M"))] * 2, exoneration="0")]
)

SMG = {"regime": "08", "caisse": "835", "centre": "0300"}
CNMSS = {"regime": "08", "caisse": "756", "centre": "0100"}
TO_SMG, TO_CNMSS = "CM00000008052835", "CM00000008050756"


def smg(*lignes: Ligne, destinataire: str = TO_SMG, jour: str = "260105", **header: str) -> list[str]:
    """A flow of free medical care: lines at 100 %, marked L."""
    full = lignes or (Ligne(taux=100, amo=2500, qualificatif="L"),)
    values = {**SMG, **header}
    return flux_ps([facture_ps(1, full, jour=jour, **values)], destinataire=destinataire, jour=jour)


def smg_cp(**lignes: list[Ligne]) -> list[str]:
    """A flow of free medical care of an establishment: stays (`seances`) or fees (`honoraires`)."""
    facture = facture_cp(1, **{"seances": [], **lignes}, regime="08", caisse="835", exoneration="0")
    return put(flux_cp([facture], TO_SMG), 2, 54, "0300")


FULL = Ligne(taux=100, amo=2500)
MARKED = FULL._replace(qualificatif="L")


AMOUNTS: Faults = {
    "montant.taux": (put(ONE_PS, 3, 103, "170"), [At("montant.taux", 4, 103, 3, "4", "taux", "0-100")]),
    "montant.base-taux": (
        flux_ps([facture_ps(1, [Ligne(taux=60)])]),
        [At("montant.base-taux", 4, 106, 7, "4", "montant_amo", "15,00 €")],
    ),
    "montant.prix-unitaire": (
        put(ONE_PS, 3, 89, "0001234"),
        [At("montant.prix-unitaire", 4, 89, 7, "4", "prix_unitaire", "25,00 €")],
    ),
    "montant.amo-depense": (
        put(flux_ps([facture_ps(1, [Ligne(depense=1700)])]), 4, 74, "00000000"),
        [At("montant.amo-depense", 4, 106, 7, "4", "montant_amo", "≤ 17,00 €")],
    ),
    "montant.amo-amc-depense": (
        flux_ps([facture_ps(1, [Ligne(amc=751)])]),
        [At("montant.amo-amc-depense", 4, 122, 7, "4", "montant_amc", "≤ 7,50 €")],
    ),
    "montant.amc-eclatement": (
        put(RICH_CP, 2, 95, "F"),
        [At("montant.amc-eclatement", 8, 123, 6, "4", "montant_amc", "0,00 €")],
    ),
    "montant.lpp": (
        put(LPP_PS, 4, 112, "0001999"),
        [At("montant.lpp", 5, 112, 7, "4F", "montant_facture", "20,00 €")],
    ),
    "montant.ucd": (
        put(UCD_PS, 4, 91, "0001999"),
        [At("montant.ucd", 5, 91, 7, "4H", "montant_facture", "20,00 €")],
    ),
}

#: Field of record 5 or 6 -> start, length, a wrong value, the right one.
_PS_5 = {
    "nombre_lignes": (39, "009", "1"),
    "total_depense": (58, "00002501", "25,00 €"),
    "total_amo": (66, "00001751", "17,50 €"),
    "total_participation_assure": (74, "00000751", "7,50 €"),
    "total_amc": (82, "00000001", "0,00 €"),
}
_CP_5 = {
    "total_base_hospitalier": (42, "00010531", "105,30 €"),
    "total_amo_hospitalier": (50, "00010531", "105,30 €"),
    "total_honoraires": (58, "00002501", "25,00 €"),
    "total_amo_honoraires": (66, "00001751", "17,50 €"),
    "total_amc_hospitalier": (82, "00000001", "0,00 €"),
    "total_amc_honoraires": (90, "00000301", "3,00 €"),
    "total_depense_hospitalier": (115, "00010531", "105,30 €"),
}
_PS_6 = {
    "nombre_factures": (11, "002", "1"),
    "nombre_lignes": (14, "0009", "1"),
    "nombre_types_2": (18, "0009", "1"),
    "nombre_types_5": (22, "002", "1"),
    "total_depense": (25, "000002501", "25,00 €"),
    "total_amo": (34, "000001751", "17,50 €"),
    "total_amc": (43, "000000001", "0,00 €"),
}


def _totals(subject: str, records: list[str], rank: int, fields: dict[str, tuple[int, str, str]]) -> Faults:
    found: Faults = {}
    for field, (start, wrong, right) in fields.items():
        rule = f"{subject}.{field.replace('_', '-')}"
        where = At(rule, rank + 1, start, len(wrong), records[rank][0], field, right)
        found[rule] = (put(records, rank, start, wrong), [where])
    return found


AMOUNTS |= {
    **_totals("facture", ONE_PS, 4, _PS_5),
    **_totals("facture", RICH_CP, 10, _CP_5),
    **_totals("lot", ONE_PS, 5, _PS_6),
    "lot.numero": (put(ONE_PS, -2, 52, "002"), [At("lot.numero", 6, 52, 3, "6", "numero_lot", "001")]),
    "lot.numero-ps": (
        put(ONE_PS, -2, 2, AUTRE_PS),
        [At("lot.numero-ps", 6, 2, 9, "6", "numero_ps", "9 chiffres ¦ 9 digits")],
    ),
}

CARE: Faults = {
    "acte.code-perime": (
        flux_ps([facture_ps(1, [Ligne("VA")])]),
        [At("acte.code-perime", 4, 74, 5, "4", "code_acte", "→ 2014-09-15")],
    ),
    "acte.modificateur-perime": (
        put(RICH_PS, 6, 59, "9"),
        [At("acte.modificateur-perime", 7, 59, 1, "4M", "modificateur_1", "→ 2014-12-31")],
    ),
    "acte.modificateur-double": (
        put(RICH_PS, 6, 59, "KK"),
        [At("acte.modificateur-double", 7, 60, 1, "4M", "modificateur_2")],
    ),
    "acte.dent-double": (
        put(RICH_PS, 6, 71, "1111"),
        [At("acte.dent-double", 7, 73, 2, "4M", "dent_02")],
    ),
    "acte.ccam-forme": (
        put(RICH_PS, 6, 43, "HBMD03 "),
        [At("acte.ccam-forme", 7, 43, 13, "4M", "code_ccam", "7")],
    ),
    "acte.lpp-forme": (
        put(LPP_PS, 4, 43, "12345678"),
        [At("acte.lpp-forme", 5, 43, 13, "4F", "code_lpp", "7")],
    ),
    "acte.ccam-detail": (
        flux_ps([facture_ps(1, [Ligne("ATM")])]),
        [At("acte.ccam-detail", 4, 74, 5, "4", "code_acte")],
    ),
    "acte.accord-date": (
        put(ONE_PS, 3, 50, "4"),
        [At("acte.accord-date", 4, 44, 6, "4", "date_demande_accord")],
    ),
    "acte.sequence": (
        put(repeated("3F", 2), 6, 37, "03"),
        [At("acte.sequence", 7, 37, 2, "3F", "sequence", "02")],
    ),
    "transport.arrivee": (
        put(CAR_PS, 4, 91, "0830"),
        [At("transport.arrivee", 5, 91, 4, "4U", "heure_arrivee")],
    ),
    "transport.malades": (
        put(CAR_PS, 4, 100, "0"),
        [At("transport.malades", 5, 100, 1, "4U", "nombre_malades")],
    ),
    "assurance.at-sans-numero": (
        put(ONE_PS, 2, 77, "41"),
        [At("assurance.at-sans-numero", 3, 86, 9, "2", "numero_at")],
    ),
    "assurance.maternite-sans-date": (
        put(ONE_PS, 2, 77, "30"),
        [At("assurance.maternite-sans-date", 3, 80, 6, "2", "date_maternite")],
    ),
    "assurance.regime-local": (
        put(ONE_PS, 2, 79, "8"),
        [At("assurance.regime-local", 3, 79, 1, "2", "justification_exoneration", "13")],
    ),
    "assurance.exoneration-regime": (
        put(ONE_PS, 2, 79, "6"),
        [At("assurance.exoneration-regime", 3, 79, 1, "2", "justification_exoneration")],
    ),
    "assurance.exoneration-repetee": (
        put(ONE_CP, 3, 64, "3"),
        [At("assurance.exoneration-repetee", 4, 64, 1, "3", "justification_exoneration")],
    ),
    "assurance.exoneration-taux": (
        flux_cp([facture_cp(1, [STAY], [Ligne("CS")], exoneration="4")]),
        [At("assurance.exoneration-taux", 5, 105, 3, "4", "taux", "100")],
    ),
    "assurance.qualificatif-taux": (
        put(ONE_CP, 3, 120, "N"),
        [At("assurance.qualificatif-taux", 4, 91, 3, "3", "taux", "0")],
    ),
    "assurance.nut-sans-ald": (
        flux_cp([facture_cp(1, [STAY], [Ligne("NUT", 2500, 100, 2500)])]),
        [At("assurance.nut-sans-ald", 5, 76, 5, "4", "code_acte", "4")],
    ),
    "assurance.exoneration-ccam": (
        put(TWICE_CP, 8, 54, "9"),
        [At("assurance.exoneration-ccam", 9, 54, 1, "4", "justification_exoneration")],
    ),
    "organisme.type-destinataire": (
        put(put(TWO_PS, 0, 26, "MA"), -1, 26, "MA"),
        [At("organisme.type-destinataire", 3, 49, 2, "2", "regime", "CT")],
    ),
    "organisme.numero-destinataire": (
        put(put(TWO_PS, 0, 34, "02"), -1, 34, "02"),
        [At("organisme.numero-destinataire", 3, 49, 2, "2", "regime")],
    ),
    "organisme.lot-destinataire": (
        put(ONE_PS, 1, 17, "422"),
        [At("organisme.lot-destinataire", 2, 17, 3, "1", "organisme_destinataire")],
    ),
    "organisme.regimes-melanges": (
        flux_ps([facture_ps(1), facture_ps(2, regime="02"), facture_ps(3, regime="02")]),
        [At("organisme.regimes-melanges", 6, 49, 2, "2", "regime")],
    ),
    "organisme.emetteur": (
        put(put(ONE_PS, 0, 19, "1"), -1, 19, "1"),
        [At("organisme.emetteur", 1, 6, 14, "000", "numero_emetteur")],
    ),
    "unicite.facture": (
        flux_ps([facture_ps(1), facture_ps(1, personne=PERSONNES[1])]),
        [At("unicite.facture", 6, 27, 9, "2", "numero_facture", "un autre numéro ¦ another number")],
    ),
    "unicite.soin": (
        flux_ps([facture_ps(1), [f"{one[:26]}000000002{one[35:]}" for one in facture_ps(1)]]),
        [
            At(
                "unicite.soin",
                6,
                27,
                9,
                "2",
                "numero_facture",
                "des soins facturés une seule fois ¦ care billed once",
            )
        ],
    ),
    "unicite.lot": (
        flux_ps(lots=[("001", PS, [facture_ps(1)]), ("001", PS, [facture_ps(2)])]),
        [At("unicite.lot", 7, 20, 3, "1", "numero_lot")],
    ),
    "smg.nature-22": (
        smg(nature="22"),
        [
            At("code.inconnu", 3, 77, 2, "2", "nature_assurance", "nature_assurance"),
            At("smg.nature-22", 3, 77, 2, "2", "nature_assurance"),
        ],
    ),
    "smg.triplet": (smg(centre="0100"), [At("smg.triplet", 3, 54, 4, "2", "centre", "0300")]),
    "smg.mauvaise-caisse": (
        smg(destinataire=TO_CNMSS, **CNMSS),
        [At("smg.mauvaise-caisse", 4, 120, 1, "4", "qualificatif_depense")],
    ),
    "smg.sans-rattachement": (smg(FULL), [At("smg.sans-rattachement", 3, 51, 3, "2", "caisse")]),
    "smg.destinataire": (
        flux_ps(
            [facture_ps(1, [MARKED], **SMG), facture_ps(2, [MARKED], **SMG)],
            destinataire=TO_CNMSS,
        ),
        [At("smg.destinataire", 1, 28, 14, "000", "numero_destinataire", "00000008052835")],
    ),
    "smg.date": (
        smg(MARKED._replace(jour="091231"), jour="100105"),
        [At("smg.date", 4, 68, 6, "4", "date_acte", "2010-01-01")],
    ),
    "smg.exoneration": (
        smg(exoneration="5"),
        [At("smg.exoneration", 3, 79, 1, "2", "justification_exoneration")],
    ),
    "smg.exoneration-codee": (
        smg(exoneration="7"),
        [At("smg.exoneration-codee", 3, 79, 1, "2", "justification_exoneration")],
    ),
    "smg.participation": (smg(MARKED._replace(depense=2600)), [At("smg.participation", 5, 1, 128, "5")]),
    "smg.melange": (smg(MARKED, FULL), [At("smg.melange", 5, 120, 1, "4", "qualificatif_depense")]),
    "smg.supplement-seul": (
        smg(Ligne("DAP", 2500, 100, 2500, 2500)),
        [At("smg.supplement-seul", 4, 74, 5, "4", "code_acte")],
    ),
    "smg.etablissement": (
        put(smg_cp(honoraires=[MARKED]), 3, 39, "07"),
        [At("smg.etablissement", 3, 51, 3, "2", "caisse")],
    ),
    "ebd.destinataire": (
        put(flux_ps([facture_ps(1, [Ligne("BDC")], **CNMSS)], destinataire=TO_CNMSS), 2, 115, "00"),
        [At("ebd.destinataire", 3, 115, 2, "2", "destinataire_reglement")],
    ),
    "ebd.deux-feuilles": (
        flux_ps([facture_ps(1, [Ligne("C"), Ligne("BDC")], **CNMSS)], destinataire=TO_CNMSS),
        [At("ebd.deux-feuilles", 5, 74, 5, "4", "code_acte")],
    ),
    "apias.caisse-smg": (
        put(smg(nature="41"), 2, 86, "000260101"),
        [At("apias.caisse-smg", 3, 51, 3, "2", "caisse")],
    ),
    "apias.caisse": (
        put(
            flux_ps([facture_ps(1, nature="41", regime="08", caisse="758")], destinataire=TO_CNMSS),
            2,
            86,
            "000260101",
        ),
        [At("apias.caisse", 3, 51, 3, "2", "caisse", "756")],
    ),
    "apias.sejour-prolonge": (
        put(
            put(
                flux_cp(
                    [
                        facture_cp(
                            1,
                            [STAY._replace(jour="140901")],
                            regime="08",
                            caisse="756",
                            nature="41",
                            entree="140901",
                        )
                    ],
                    TO_CNMSS,
                ),
                2,
                86,
                "000140901",
            ),
            3,
            50,
            "140930",
        ),
        [At("apias.sejour-prolonge", 4, 50, 6, "3", "date_fin", "20")],
    ),
}
