"""Returns built by hand for the tests. Every person is fictitious; numbers belong to nobody."""

from __future__ import annotations

from noemie.returns.tables import layouts

# --- flow 929 (rights, to an insurer), in P3: three physical records ----------------------------------------

# Leading spaces in the sender's number, recipient MU, blank currency, Z as last byte: as in the known sample.
DEBUT_929 = (
    b"000CT"
    b"      01999992"
    b"NOEMIE"
    b"MU"
    b"00000099999990"
    b"      "
    b"RJ"
    b"OC0007"
    b"260115"
    b"929 "
    b"0000  " + b" " * 11 + b"128" + b"OC7779" + b" " * 36 + b"Z"
)
FIN_929 = (
    b"999CT"
    b"      01999992"
    b"NOEMIE"
    b"MU"
    b"00000099999990"
    b"      "
    b"RJ"
    b"OC0007"
    b"00000003 " + b" " * 18 + b"001" + b"00000000000P" + b" " * 11 + b" " * 19 + b"Z"
)
ORGANISME = b"010019999999" + b"0@"


def _assure(nir: bytes, nom: bytes, prenom: bytes) -> bytes:
    return b"11002" + nir + b"U" + nom.ljust(25) + b" " * 26 + prenom.ljust(15) + b"@"


def _beneficiaire(date: bytes, nom: bytes, prenom: bytes) -> bytes:
    return b"12099" + date + b"1" + nom.ljust(25) + prenom.ljust(15) + b"    @"


CONTRATS = b"14099" + b"  123456" + b"C" + b"85" + b"20260101" + b"20261231" + b"0" * 36 + b"@"
ACQUITTEMENT = b"2909900MUJ130033C" + "CREATION INFO O.C. ACQUITTEE".ljust(60).encode() + b"\0" * 20 + b"@"
REJET_929 = b"2909900MUJ130004C" + "NUMERO D'O.C. ERRONE".ljust(80).encode() + b"@"

ASSURE_1 = (
    _assure(b"185057800608436", b"MARTIN FICTIF", b"CAMILLE"),
    _beneficiaire(b"120585", b"MARTIN FICTIF", b"CAMILLE"),
    CONTRATS,
    ACQUITTEMENT,
    b"99002" + b" " * 17 + b"0000000300000000000 @",
)
ASSURE_2 = (
    _assure(b"290017500123402", b"DUBOIS FICTIF", b"ALIX"),
    _beneficiaire(b"310190", b"DUBOIS FICTIF", b"ALIX"),
    CONTRATS,
    REJET_929,
    b"99002" + b" " * 17 + b"0000000300000000000 @",
)
CORPS_929 = (ORGANISME, *ASSURE_1, *ASSURE_2, b"99001" + b" " * 17 + b"0000000200000000000 @")
ENTITES_929 = (DEBUT_929, *CORPS_929, FIN_929)


def p3(*records: bytes, eol: bytes = b"\r\n") -> bytes:
    return b"".join(b"%04d" % len(record) + record + eol for record in records)


RETOUR_929 = p3(DEBUT_929, b"".join(CORPS_929), FIN_929)

# --- long PS family --------------------------------------------------------------------------------


def entite(number: str, niveau: int | str = "", **values: object) -> bytes:
    """One entity; what is not given is empty."""
    given = {**values, "niveau_rupture": f"{niveau:0>2}"} if niveau != "" else values
    return layouts()[number].build(given)  # type: ignore[arg-type]


def debut(**values: object) -> bytes:
    given = {
        "type_emetteur": "CP",
        "numero_emetteur": "00000001999991",
        "programme_emetteur": "TESTPG",
        "type_destinataire": "TP",
        "numero_destinataire": "00000999999999",
        "identification_fichier": "FIC007",
        "date_creation": "260310",
        "reference_norme": "576",
        "unite_monetaire": "U",
        "longueur_enregistrement": "128",
        "mot_de_passe": "FIC779",
    }
    return entite("000", **{**given, **values})


def fin(records: int, total: int, lots: int = 1, **values: object) -> bytes:
    given = {
        "type_emetteur": "CP",
        "numero_emetteur": "00000001999991",
        "programme_emetteur": "TESTPG",
        "type_destinataire": "TP",
        "numero_destinataire": "00000999999999",
        "identification_fichier": "FIC007",
        "nombre_enregistrements": records,
        "nombre_lots": lots,
        "cumul_montants": abs(total),
        "signe_cumul_montants": "N" if total < 0 else "P",
    }
    return entite("999", **{**given, **values})


def cloture(niveau: int, compteur: int, total: int) -> bytes:
    return entite(
        "990",
        niveau,
        compteur_niveau_inferieur=compteur,
        cumul_montants=abs(total),
        signe_cumul_montants="N" if total < 0 else "P",
    )


def part_amo(demande: int, etat: str, paye: int) -> bytes:
    return entite(
        "198",
        3,
        montant_amo_demande=demande,
        etat_paiement_amo=etat,
        montant_amo_paye=abs(paye),
        signe_montant_amo="N" if paye < 0 else "P" if paye else "",
    )


def part_amc(demande: int, etat: str, paye: int) -> bytes:
    return entite(
        "199",
        3,
        montant_amc_demande=demande,
        etat_paiement_amc=etat,
        montant_amc_paye=abs(paye),
        signe_montant_amc="N" if paye < 0 else "P" if paye else "",
        numero_amc="0099999999",
        numero_adherent="ADH-FICTIF",
    )


def facture(numero: str, type_facture: str = "F") -> tuple[bytes, bytes]:
    return (
        entite(
            "102",
            3,
            numero_facture=numero,
            numero_lot="012",
            date_lot="050326",
            type_facture=type_facture,
            date_facturation="040326",
            nature_assurance="AS",
        ),
        entite(
            "103",
            3,
            nir="1850578006084",
            cle_nir="36",
            nom_patronymique_assure="MARTIN FICTIF",
            prenom_assure="CAMILLE",
            date_naissance="120585",
            rang_naissance="1",
            nom_beneficiaire="MARTIN FICTIF",
            prenom_beneficiaire="CAMILLE",
            unite_gestion="0000",
        ),
    )


def acte(ligne: int, code: str, base: int, taux: int, rembourse: int, complementaire: int = 0) -> bytes:
    return entite(
        "210",
        99,
        numero_ligne=f"{ligne:02}",
        date_soins="040326",
        date_fin_soins="040326",
        prix_unitaire=base,
        base_remboursement=base,
        taux=taux,
        montant_rembourse=abs(rembourse),
        signe_montant_rembourse="N" if rembourse < 0 else "P",
        nature_prestation=code,
        quantite=1,
        coefficient=1,
        denombrement=1,
        montant_depense=base,
        montant_complementaire=complementaire,
    )


def rejet(
    code: str, libelle: str, niveau: str = "F", part: str = "O", rang: int = 1, ligne: int = 0
) -> bytes:
    return entite(
        "294",
        99,
        code_rejet=code,
        libelle_rejet=libelle,
        niveau_rejet=niveau,
        part_concernee=part,
        nature_prestation="G",
        date_soins="040326",
        numero_executant="991234567",
        numero_ligne=f"{ligne:03}",
        rang_rejet=f"{rang:02}",
        information_complementaire="VOIR MME MARTIN FICTIF",
    )


FACTURE_PAYEE = (
    *facture("000000123"),
    part_amo(1855, "P", 1855),
    part_amc(795, "P", 795),
    acte(1, "G", 2650, 70, 1855, 795),
    cloture(3, 1, 2650),
)
FACTURE_REJETEE = (
    *facture("124"),
    part_amo(1855, "R", 0),
    part_amc(795, "", 0),
    rejet("0450", "FACTURE DEJA PAYEE", rang=2),
    rejet("2900", "L'ETABLISSEMENT PRESCRIPTEUR EST INCONNU", niveau="L", rang=1, ligne=1),
    entite("295", 99, commentaire="APPELER MME MARTIN FICTIF AU GUICHET"),
    cloture(3, 3, 0),
)
FACTURE_REPRISE = (
    *facture("0000 125", "E"),
    part_amo(1000, "P", -1000),
    part_amc(0, "", 0),
    acte(1, "C", 1000, 100, -1000),
    cloture(3, 1, -1000),
)
VIREMENT = (
    entite("040", 2, numero_destinataire_reglement="000000999999999"),
    entite(
        "071",
        2,
        date_comptable="090326",
        libelle_virement_1="CPAM FICTIVE VIREMENT 0042",
        libelle_virement_2="REF 123456",
        organisme_payeur="999000000",
    ),
    entite("081", 2, type_retour="01", numero_lieu_execution="99999999900001"),
)
VIREMENT_FORFAIT = (
    entite("040", 2, numero_destinataire_reglement="000000999999999"),
    entite("071", 2, date_comptable="100326", libelle_virement_1="CPAM FICTIVE FORFAIT"),
    entite("081", 2, type_retour="03"),
    entite("261", 3, code_forfait_ponctuel="00042", montant_forfait_ponctuel=28000),
    entite("262", 99, code_detail_forfait="D1", periode="A", montant_detail_forfait=20000),
    entite("262", 99, code_detail_forfait="D2", periode="A", montant_detail_forfait=8000),
    cloture(3, 2, 28000),
    entite(
        "250",
        99,
        numero_ligne="01",
        reference_dette="DETTE0001",
        date_dette="010126",
        nature_dette="IND",
        nature_recuperation="RPR",
        montant_mouvement=500,
        signe_montant_mouvement="N",
        montant_solde=1500,
    ),
    cloture(2, 2, 28000),
)
CORPS_PS = (
    entite("020", 1, numero_destinataire_reglement="000000999999999"),
    *VIREMENT,
    *FACTURE_PAYEE,
    *FACTURE_REJETEE,
    *FACTURE_REPRISE,
    cloture(2, 3, 1650),
    *VIREMENT_FORFAIT,
    cloture(1, 2, 29650),
)
ENTITES_PS = (debut(), *CORPS_PS, fin(3, 29650))

RETOUR_PS_P2 = b"".join(ENTITES_PS)


def p1(entites: tuple[bytes, ...]) -> bytes:
    """Blocks of 128 bytes, with the right number of them in 999."""
    first, *body, last = entites
    data = b"".join(body)
    pieces = [data[at : at + 127] for at in range(0, len(data), 127)]
    flags = [b"0"] * (len(pieces) - 1) + [b"1"]
    blocks = [flag + piece.ljust(127) for flag, piece in zip(flags, pieces, strict=True)]
    last = last[:55] + b"%08d" % (len(blocks) + 2) + last[63:]
    return b"".join((first, *blocks, last))


RETOUR_PS_P1 = p1(ENTITES_PS)
RETOUR_PS_P3 = p3(ENTITES_PS[0], b"".join(CORPS_PS), ENTITES_PS[-1])

# --- old PS family --------------------------------------------------------------------------------

ANCIENNE_FACTURE = (
    entite("080", 3, date_lot="050326", numero_lot="012"),
    entite("100", 3, numero_facture="000000126"),
    entite("110", 3, nir="2900175001234", cle_nir="02", nature_nom="U", nom_assure="DUBOIS FICTIF"),
    entite("120", 3, date_naissance="310190", rang_naissance="1", nom_beneficiaire="DUBOIS FICTIF"),
    entite("150", 3, nature_assurance="AS"),
    entite("160", 3, numero_archivage="42"),
    acte(1, "C", 2500, 70, 1750),
    acte(2, "MCG", 500, 0, 0),
    b"29099020450 072  " + "L'EXONERATION EST SUR LA CARTE VITALE".ljust(80).encode() + b"@",
    cloture(3, 3, 1750),
)
ENTITES_ANCIEN = (
    debut(reference_norme="900"),
    entite("020", 1, numero_destinataire_reglement="000000999999999"),
    entite("040", 2, numero_destinataire_reglement="000000999999999"),
    entite("070", 2, date_comptable="090326"),
    *ANCIENNE_FACTURE,
    cloture(2, 1, 1750),
    cloture(1, 1, 1750),
    fin(3, 1750),
)
RETOUR_ANCIEN = b"".join(ENTITES_ANCIEN)

RETOURS = {
    "929-P3": RETOUR_929,
    "ps-P1": RETOUR_PS_P1,
    "ps-P2": RETOUR_PS_P2,
    "ps-P3": RETOUR_PS_P3,
    "ancien-P2": RETOUR_ANCIEN,
}
