"""Files that the command-line tests read: flows and returns with marked identities, and ways to damage them.

Nobody here exists: the department of the NIR, the town and the numbers belong to nobody.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

from codes.keys import at
from codes.keys import nir as nir_keys
from fse import FluxWriter
from noemie import layouts

NIR = "1770288888042"
CLE = nir_keys.calc_check_digits(NIR)
PS = "991068040"
AT = "97777777" + at.calc_check_digits("97777777")
BIRTH = dt.date(1977, 2, 28)
DAY = dt.date(2025, 3, 14)

#: Values that identify somebody, as they are written or could be shown.
MARKERS = (
    NIR,
    PS,
    "770228",
    "280277",
    "1977-02-28",
    "28/02/1977",
    AT,
    "ZEBULON",
    "QUETZAL",
    "XANTIPPE",
    "MARQUEVILLE",
    "97789",
    "ALLEE DU MARQUEUR",
    "ADHMARQUE",
    "PLAQUE-77",
    "MOTLIBRE",
)


def leaks(text: str) -> list[str]:
    """Markers found in a text: whole, or eight characters in a row of a long one."""
    found = []
    for marker in MARKERS:
        pieces = {marker[at : at + 8] for at in range(max(1, len(marker) - 7))}
        if any(piece in text for piece in pieces):
            found.append(marker)
    return found


# --- flows ----------------------------------------------------------------------------------------------

_ACT = {
    "date_acte": dt.date(2025, 3, 4),
    "quantite": 1,
    "coefficient": 1,
    "denombrement": 1,
    "taux": 70,
    "numero_executant": PS,
}


def flow(invoices: int = 2) -> bytes:
    """A city-care flow whose people carry the markers: 6 records an invoice, 4 more around them.

    Counters and totals are right; other rules may have something to say, now or later.
    """
    out = io.BytesIO()
    with FluxWriter(
        out,
        "PS-2003C",
        type_emetteur="TP",
        numero_emetteur="00000" + PS,
        type_destinataire="CT",
        numero_destinataire="00000001016421",
        application="TR",
        identification_fichier="000001",
        date_fichier=DAY,
    ) as writer:
        writer.open_lot(numero_ps=PS, numero_lot="001", date_lot=DAY, organisme_destinataire="421")
        for rank in range(invoices):
            writer.write_facture(_header(rank), _lines())
        writer.close_lot()
    return out.getvalue()


def clean() -> bytes:
    """A generated flow of 2 invoices that breaks no rule: `fixtures` answers for it."""
    from fixtures.generate import Parametres, generate

    return next(generate(Parametres("medecin", seed=1, invoices=2, organismes=("08",)))).data


def _header(rank: int) -> dict[str, object]:
    return {
        "nir": NIR,
        "cle_nir": CLE,
        "numero_facture": f"{rank + 1:09d}",
        "nature_assurance": "10",
        "nature_operation": "1",
        "justification_exoneration": "0",
        "regime": "01",
        "caisse": "421",
        "centre": "0000",
        "date_facturation": DAY,
        "date_naissance": BIRTH,
        "rang_naissance": str(rank % 9 + 1),
        "numero_at": AT,
        "destinataire_reglement": "05",
        "numero_prescripteur": PS,
    }


def _lines() -> list[tuple[str, dict[str, object]]]:
    return [
        (
            "2B",
            {
                "qualite_beneficiaire": "A",
                "civilite": "M",
                "nom_beneficiaire": "ZEBULON",
                "prenom_beneficiaire": "QUETZAL",
                "libelle_voie": "ALLEE DU MARQUEUR",
            },
        ),
        (
            "2C",
            {
                "commune": "MARQUEVILLE",
                "code_postal": "97789",
                "nom_assure": "ZEBULON",
                "prenom_assure": "XANTIPPE",
            },
        ),
        (
            "4",
            {
                **_ACT,
                "code_acte": "C",
                "prix_unitaire": 2500,
                "base_remboursement": 2500,
                "montant_amo": 1750,
                "montant_depense": 2500,
            },
        ),
        (
            "4U",
            {
                "nom_conducteur": "ZEBULON",
                "numero_vehicule": "PLAQUE-77",
                "lieu_depart": "97789",
                "nombre_malades": 1,
            },
        ),
    ]


# --- returns --------------------------------------------------------------------------------------------


def entite(number: str, niveau: str = "", **values: object) -> bytes:
    """One entity; what is not given is empty."""
    given = {**values, "niveau_rupture": niveau} if niveau else values
    return layouts()[number].build(given)  # type: ignore[arg-type]


def retour() -> bytes:
    """A return in form P2: two invoices, one paid, one refused as a duplicate; people carry the markers."""
    body = [
        entite("040", "01", numero_destinataire_reglement=PS.rjust(15, "0")),
        entite(
            "071", "02", date_comptable="200325", libelle_virement_1="CPAM FICTIVE", organisme_payeur="01421"
        ),
        entite("081", "02", type_retour="01", numero_lieu_execution=PS),
        *_returned("000000001", "P", 1750),
        entite("990", "03", compteur_niveau_inferieur=0, cumul_montants=1750, signe_cumul_montants="P"),
        *_returned("000000002", "R", 0),
        entite(
            "294",
            "99",
            code_rejet="2900",
            libelle_rejet="FACTURE DEJA PAYEE",
            niveau_rejet="F",
            part_concernee="O",
            rang_rejet="01",
            information_complementaire="MOTLIBRE ZEBULON",
        ),
        entite("295", "99", commentaire=f"MOTLIBRE {NIR} ZEBULON"),
        entite("990", "03", compteur_niveau_inferieur=2, cumul_montants=0, identification_niveau=NIR),
        entite("990", "02", compteur_niveau_inferieur=2, cumul_montants=1750, signe_cumul_montants="P"),
        entite("990", "01", compteur_niveau_inferieur=1, cumul_montants=1750, signe_cumul_montants="P"),
    ]
    head = {
        "type_emetteur": "CT",
        "numero_emetteur": "00000001016421",
        "type_destinataire": "TP",
        "numero_destinataire": "00000" + PS,
        "identification_fichier": "FIC007",
    }
    first = entite(
        "000", **head, date_creation="250320", reference_norme="576", longueur_enregistrement="128"
    )
    last = entite(
        "999", **head, nombre_enregistrements=3, nombre_lots=1, cumul_montants=1750, signe_cumul_montants="P"
    )
    return b"".join((first, *body, last))


def _returned(numero: str, etat: str, paye: int) -> list[bytes]:
    return [
        entite(
            "102",
            "03",
            numero_facture=numero,
            numero_lot="001",
            date_lot="140325",
            type_facture="F",
            date_facturation="140325",
            nature_assurance="AS",
        ),
        entite(
            "103",
            "03",
            nir=NIR,
            cle_nir=CLE,
            nom_patronymique_assure="ZEBULON",
            prenom_assure="XANTIPPE",
            date_naissance="280277",
            rang_naissance=str(int(numero)),
            nom_beneficiaire="ZEBULON",
            prenom_beneficiaire="QUETZAL",
        ),
        entite(
            "198",
            "03",
            montant_amo_demande=1750,
            etat_paiement_amo=etat,
            montant_amo_paye=paye,
            signe_montant_amo="P" if paye else "",
        ),
        entite("199", "03", numero_amc="0099999999", numero_adherent="ADHMARQUE"),
    ]


def mouvements() -> bytes:
    """A rights flow to an insurer (929) in form P3, whose label names a person."""
    body = b"".join(
        (
            entite("010", "01", numero_organisme_complementaire="9999999", cle_organisme_complementaire="0"),
            entite(
                "110",
                "02",
                nir=NIR,
                cle_nir=CLE,
                nature_nom="U",
                nom_assure="ZEBULON",
                prenom_assure="XANTIPPE",
            ),
            entite(
                "120",
                "99",
                date_naissance="280277",
                nom_beneficiaire="ZEBULON",
                prenom_beneficiaire="QUETZAL",
            ),
            entite("140", "99", numero_adherent="ADHMARQ", code_mouvement="C", type_contrat_1="85"),
            entite("290", "99", code_rejet="MUJ130004C", libelle_rejet=f"ASSURE ZEBULON {NIR} INCONNU"),
            entite("990", "02", compteur_niveau_inferieur=3),
            entite("990", "01", compteur_niveau_inferieur=1),
        )
    )
    head = {"type_emetteur": "CT", "numero_emetteur": "00000001016421", "identification_fichier": "OC0007"}
    first = entite(
        "000", **head, date_creation="250320", reference_norme="929", longueur_enregistrement="128"
    )
    last = entite("999", **head, nombre_enregistrements=3, nombre_lots=1)
    return b"".join(b"%04d" % len(data) + data + b"\r\n" for data in (first, body, last))


# --- damage ---------------------------------------------------------------------------------------------


def records(data: bytes) -> list[bytes]:
    """The 128-byte records of a flow."""
    return [data[at : at + 128] for at in range(0, len(data), 128)]


def _each(data: bytes, change: Callable[[int, bytes], bytes]) -> bytes:
    return b"".join(change(rank, record) for rank, record in enumerate(records(data)))


def _remove(at: int, count: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:at] + data[at + count :]


def _insert(at: int, piece: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data[:at] + piece + data[at:]


#: Damage that any of the two kinds of file may suffer.
DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "one-byte": lambda data: b"0",
    "pdf": lambda data: b"%PDF-1.7\n%\xe2\xe3\n" + data,
    "utf-16": lambda data: data.decode("latin-1").encode("utf-16"),
    "ebcdic": lambda data: data.decode("latin-1").encode("cp037"),
    "cut": lambda data: data[: len(data) - 300],
    "crlf": lambda data: _each(data, lambda rank, record: record + b"\r\n"),
    "crlf-lost": lambda data: _each(data, lambda rank, record: record + (b"" if rank == 3 else b"\r\n")),
    "0x1a": lambda data: data + b"\x1a",
    "nul": lambda data: data[:140] + b"\0" * 9 + data[149:],
    "accents": lambda data: data[:160] + "ÉÈÀ".encode("latin-1") + data[163:],
    "no-end": lambda data: data[:-128],
    "two-starts": lambda data: data[:128] + data,
    "length-127": lambda data: _each(data, lambda rank, record: record[:-1] if rank == 3 else record),
    "length-129": lambda data: _each(data, lambda rank, record: record + b" " * (rank == 3)),
    "all-127": lambda data: _each(data, lambda rank, record: record[:-1]),
    "all-129": lambda data: _each(data, lambda rank, record: record + b" "),
    "unknown-type": lambda data: _each(data, lambda rank, record: b"8" + record[1:] if rank == 4 else record),
    "declared-length": lambda data: data[:82] + b"256" + data[85:],
    **{f"removed-{n}-at-{at}": _remove(at, n) for at in (140, 270, 660) for n in (1, 13, 40)},
    **{f"inserted-{n}-at-{at}": _insert(at, b"7" * n) for at in (140, 270, 660) for n in (1, 19)},
    "escape": lambda data: data[:150] + b"\x1b[31m\x07" + data[156:],
}
