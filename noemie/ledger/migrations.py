"""The schema of a ledger, step by step (see `noemie.ledger.base.migrations`).

The steps are not the current tables of `noemie.ledger.schema`: a test compares what all steps make with those
tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from noemie.ledger.base import migrations
from noemie.ledger.base.migrations import PARAMETRES, Step

__all__ = ["STEPS", "Step", "is_current", "is_current_reading", "migrate"]

_FILE: Final = "fichier_id BIGINT NOT NULL REFERENCES fichiers (id) ON DELETE CASCADE"
_ANSWER: Final = "fichier_id BIGINT NOT NULL, facture BIGINT NOT NULL"
_TO_ANSWER: Final = (
    "FOREIGN KEY (fichier_id, facture) REFERENCES reponses (fichier_id, enregistrement) ON DELETE CASCADE"
)

_TABLES: Final = (
    PARAMETRES,
    """CREATE TABLE fichiers (
        id BIGINT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, nature TEXT NOT NULL,
        taille BIGINT NOT NULL, norme TEXT NOT NULL, enveloppe TEXT NOT NULL, emetteur TEXT NOT NULL,
        destinataire TEXT NOT NULL, identification TEXT NOT NULL, date_fichier DATE,
        enregistrements BIGINT NOT NULL, factures BIGINT NOT NULL, total_annonce BIGINT,
        importe_le TEXT NOT NULL, purge_le DATE)""",
    f"CREATE TABLE noms ({_FILE}, nom TEXT NOT NULL, PRIMARY KEY (fichier_id, nom))",
    f"""CREATE TABLE constats (
        {_FILE}, regle TEXT NOT NULL, nombre BIGINT NOT NULL, PRIMARY KEY (fichier_id, regle))""",
    "CREATE TABLE professionnels (numero TEXT NOT NULL PRIMARY KEY)",
    """CREATE TABLE patients (
        jeton TEXT NOT NULL PRIMARY KEY, assure TEXT NOT NULL, masque_nir TEXT NOT NULL,
        masque_nom TEXT NOT NULL, donnees {octets}, ordre BIGINT NOT NULL)""",
    f"""CREATE TABLE envois (
        {_FILE}, enregistrement BIGINT NOT NULL, position BIGINT NOT NULL, tranche BIGINT NOT NULL,
        cle TEXT NOT NULL, numero TEXT NOT NULL, lot TEXT NOT NULL, numero_ps TEXT NOT NULL, date_lot DATE,
        date_facturation DATE, identification TEXT NOT NULL, date_envoi DATE, regime TEXT NOT NULL,
        caisse TEXT NOT NULL, centre TEXT NOT NULL, nature_assurance TEXT NOT NULL,
        destinataire_reglement TEXT NOT NULL, tiers_payant BOOLEAN NOT NULL, montant_depense BIGINT NOT NULL,
        amo BIGINT NOT NULL, amc BIGINT NOT NULL, patient TEXT, PRIMARY KEY (fichier_id, enregistrement))""",
    f"""CREATE TABLE virements (
        {_FILE}, rang BIGINT NOT NULL, empreinte TEXT NOT NULL, date DATE, libelle_1 TEXT NOT NULL,
        libelle_2 TEXT NOT NULL, organisme_payeur TEXT NOT NULL, PRIMARY KEY (fichier_id, rang))""",
    f"""CREATE TABLE reponses (
        {_FILE}, enregistrement BIGINT NOT NULL, empreinte TEXT NOT NULL, tranche BIGINT NOT NULL,
        cle TEXT NOT NULL, numero TEXT NOT NULL, lot TEXT NOT NULL, date_lot DATE, date_facturation DATE,
        numeros_ps TEXT NOT NULL, virement BIGINT NOT NULL, date_paiement DATE, type_retour TEXT NOT NULL,
        type_facture TEXT NOT NULL, nature_assurance TEXT NOT NULL, patient TEXT,
        PRIMARY KEY (fichier_id, enregistrement))""",
    f"""CREATE TABLE parts (
        {_ANSWER}, nom TEXT NOT NULL, etat TEXT NOT NULL, demande BIGINT, paye BIGINT NOT NULL,
        numero_amc TEXT NOT NULL, PRIMARY KEY (fichier_id, facture, nom), {_TO_ANSWER})""",
    f"""CREATE TABLE actes (
        {_ANSWER}, nature_prestation TEXT NOT NULL, nombre BIGINT NOT NULL, montant_rembourse BIGINT NOT NULL,
        PRIMARY KEY (fichier_id, facture, nature_prestation), {_TO_ANSWER})""",
    f"""CREATE TABLE rejets (
        {_FILE}, facture BIGINT NOT NULL, ordre BIGINT NOT NULL, empreinte TEXT NOT NULL, code TEXT NOT NULL,
        libelle TEXT NOT NULL, niveau TEXT NOT NULL, part TEXT NOT NULL, ligne BIGINT, rang BIGINT,
        PRIMARY KEY (fichier_id, facture, ordre))""",
    f"""CREATE TABLE forfaits (
        {_FILE}, enregistrement BIGINT NOT NULL, empreinte TEXT NOT NULL, virement BIGINT NOT NULL,
        code TEXT NOT NULL, montant BIGINT NOT NULL, details BIGINT NOT NULL,
        PRIMARY KEY (fichier_id, enregistrement))""",
    f"""CREATE TABLE dettes (
        {_FILE}, enregistrement BIGINT NOT NULL, empreinte TEXT NOT NULL, virement BIGINT NOT NULL,
        reference TEXT NOT NULL, date_dette DATE, nature TEXT NOT NULL, nature_recuperation TEXT NOT NULL,
        montant BIGINT NOT NULL, solde BIGINT NOT NULL, PRIMARY KEY (fichier_id, enregistrement))""",
    f"""CREATE TABLE arls (
        {_FILE}, rang BIGINT NOT NULL, positif BOOLEAN NOT NULL, numero_lot TEXT NOT NULL,
        numero_ps TEXT NOT NULL, date_lot DATE, date_arl DATE, identification_fichier TEXT NOT NULL,
        date_fichier DATE, emetteur TEXT NOT NULL, code TEXT NOT NULL, libelle TEXT NOT NULL,
        motif TEXT NOT NULL, regle TEXT NOT NULL, numero_facture TEXT NOT NULL,
        PRIMARY KEY (fichier_id, rang))""",
)

_INDEXES: Final = (
    "CREATE INDEX envois_tranche ON envois (tranche, cle)",
    "CREATE INDEX envois_patient ON envois (patient)",
    "CREATE INDEX reponses_tranche ON reponses (tranche, cle)",
    "CREATE INDEX reponses_patient ON reponses (patient)",
    "CREATE INDEX reponses_date ON reponses (date_paiement)",
    "CREATE INDEX virements_empreinte ON virements (empreinte)",
    "CREATE INDEX forfaits_empreinte ON forfaits (empreinte)",
    "CREATE INDEX dettes_empreinte ON dettes (empreinte)",
    "CREATE INDEX patients_assure ON patients (assure)",
    "CREATE INDEX fichiers_identite ON fichiers (identification, date_fichier)",
)


def _columns(table: str, *columns: str) -> tuple[str, ...]:
    return tuple(f"ALTER TABLE {table} ADD COLUMN {column}" for column in columns)


#: The cache of the lists, as it was first; it may be dropped at any time.
_CACHE: Final = """CREATE TABLE IF NOT EXISTS etats (
    langue TEXT NOT NULL, rang BIGINT NOT NULL, etat TEXT NOT NULL, a_voir BOOLEAN NOT NULL,
    rejets BOOLEAN NOT NULL, premier DATE, dernier DATE, donnees {octets} NOT NULL,
    PRIMARY KEY (langue, rang))"""

_SENDING: Final = "fichier_id BIGINT NOT NULL, enregistrement BIGINT NOT NULL"

#: The follow-up: runs, transfers by payer and payee, care by tokens, marks. Rows read before keep no token.
_FOLLOW_UP: Final = (
    *_columns("fichiers", "lecture BIGINT NOT NULL DEFAULT 2"),
    *_columns(
        "envois",
        "operation TEXT NOT NULL DEFAULT ''",
        "flux BIGINT NOT NULL DEFAULT 1",
        "rang BIGINT NOT NULL DEFAULT 0",
        "e1 TEXT",
        "e2 TEXT",
        "e3 TEXT",
        "actes BIGINT NOT NULL DEFAULT 1",
        "soins {octets}",
    ),
    "UPDATE envois SET rang = enregistrement",
    f"""CREATE TABLE lignes (
        {_SENDING}, jeton TEXT NOT NULL, PRIMARY KEY (fichier_id, enregistrement, jeton),
        FOREIGN KEY (fichier_id, enregistrement)
        REFERENCES envois (fichier_id, enregistrement) ON DELETE CASCADE)""",
    f"""CREATE TABLE retours (
        {_FILE}, rang BIGINT NOT NULL, empreinte TEXT NOT NULL, type_emetteur TEXT NOT NULL,
        emetteur TEXT NOT NULL, destinataire TEXT NOT NULL, identification TEXT NOT NULL,
        jour_ecrit TEXT NOT NULL, jour_1 DATE, jour_2 DATE, jour DATE, jour_decide BOOLEAN NOT NULL,
        jour_lot DATE, entier BOOLEAN NOT NULL, concorde BOOLEAN NOT NULL, total_annonce BIGINT,
        total_lu BIGINT NOT NULL, PRIMARY KEY (fichier_id, rang))""",
    """INSERT INTO retours SELECT id, 1, sha256, '', emetteur, destinataire, identification,
        COALESCE(CAST(date_fichier AS TEXT), ''), date_fichier, NULL, date_fichier, TRUE, NULL, TRUE, TRUE,
        total_annonce, 0 FROM fichiers WHERE nature = 'retour'""",
    *_columns(
        "virements",
        "payeur TEXT NOT NULL DEFAULT ''",
        "beneficiaire TEXT NOT NULL DEFAULT ''",
        "run BIGINT NOT NULL DEFAULT 0",
    ),
    *_columns(
        "reponses",
        "run BIGINT NOT NULL DEFAULT 1",
        "complement BIGINT NOT NULL DEFAULT 0",
        "ancienne BOOLEAN NOT NULL DEFAULT FALSE",
        "hors_total BOOLEAN NOT NULL DEFAULT FALSE",
    ),
    *(
        one
        for name in ("rejets", "forfaits", "dettes")
        for one in _columns(name, "run BIGINT NOT NULL DEFAULT 1")
    ),
    """CREATE TABLE marques (
        id BIGINT NOT NULL PRIMARY KEY, sorte TEXT NOT NULL, cible TEXT NOT NULL, numero TEXT NOT NULL,
        lot TEXT NOT NULL, annee BIGINT, fichier TEXT NOT NULL, numero_ps TEXT NOT NULL, jour DATE NOT NULL,
        detail TEXT NOT NULL, texte {octets}, annule BIGINT)""",
    *(f"DROP INDEX {name}_empreinte" for name in ("virements", "forfaits", "dettes")),
    *(
        f"ALTER TABLE {name} DROP COLUMN empreinte"
        for name in ("virements", "reponses", "rejets", "forfaits", "dettes")
    ),
    "CREATE INDEX envois_e1 ON envois (e1)",
    "CREATE INDEX envois_e2 ON envois (e2)",
    "CREATE INDEX lignes_jeton ON lignes (jeton)",
    _CACHE,
)

#: The days on which somebody read where things stand, and what was new then.
_PASSAGES: Final = (
    "CREATE TABLE passages (id BIGINT NOT NULL PRIMARY KEY, jour DATE NOT NULL, instant TEXT NOT NULL)",
    """CREATE TABLE vus (
        passage BIGINT NOT NULL REFERENCES passages (id) ON DELETE CASCADE, sorte TEXT NOT NULL,
        cle TEXT NOT NULL, montant BIGINT NOT NULL, PRIMARY KEY (passage, sorte, cle))""",
)

#: The cache of the lists, of which a part is made again; it may be emptied at any time.
_PARTIAL_CACHE: Final = (
    "DROP TABLE IF EXISTS etats",
    """CREATE TABLE etats (
        langue TEXT NOT NULL, ordre {octets} NOT NULL, groupe TEXT NOT NULL, cle TEXT NOT NULL,
        ps TEXT NOT NULL, record BIGINT NOT NULL, etat TEXT NOT NULL, a_voir BOOLEAN NOT NULL,
        ouverte BOOLEAN NOT NULL, rejets BOOLEAN NOT NULL, notes TEXT NOT NULL, patient TEXT NOT NULL,
        nature TEXT NOT NULL, caisse TEXT NOT NULL, origine TEXT NOT NULL, jour DATE, depuis DATE,
        paye_le DATE, premier DATE, dernier DATE, demande BIGINT NOT NULL, paye_amo BIGINT NOT NULL,
        paye_amc BIGINT NOT NULL, reste BIGINT NOT NULL, trop BIGINT NOT NULL, amo_demande BIGINT NOT NULL,
        amo_reste BIGINT NOT NULL, amo_trop BIGINT NOT NULL, amo_due BIGINT NOT NULL,
        amc_due BIGINT NOT NULL, PRIMARY KEY (langue, ordre)){rangee}""",
    """CREATE TABLE details (
        langue TEXT NOT NULL, ordre {octets} NOT NULL, groupe TEXT NOT NULL, facture {octets} NOT NULL,
        donnees {octets} NOT NULL, PRIMARY KEY (langue, ordre)){rangee}""",
    """CREATE TABLE paiements (
        langue TEXT NOT NULL, tri {octets} NOT NULL, ligne {octets} NOT NULL, rang BIGINT NOT NULL,
        groupe TEXT NOT NULL, jour DATE, virement BIGINT NOT NULL, run BIGINT NOT NULL,
        compte BIGINT NOT NULL, amo BIGINT NOT NULL, amc BIGINT NOT NULL, patient TEXT NOT NULL,
        nature TEXT NOT NULL, origine TEXT NOT NULL, donnees {octets} NOT NULL,
        PRIMARY KEY (langue, tri, ligne, rang)){rangee}""",
    "CREATE INDEX etats_groupe ON etats (langue, groupe)",
    "CREATE INDEX details_groupe ON details (langue, groupe)",
    "CREATE INDEX paiements_groupe ON paiements (langue, groupe)",
    "CREATE INDEX etats_cle ON etats (langue, cle)",
    "CREATE INDEX envois_e3 ON envois (e3)",
)

#: Look-ups that had no index of their own: of a number, which `(tranche, cle)` looked for in each slice; of
#: lines in a state, and of answers to nothing sent.
_LOOK_UPS: Final = (
    "CREATE INDEX envois_cle ON envois (cle)",
    "CREATE INDEX reponses_cle ON reponses (cle)",
    "CREATE INDEX etats_etat ON etats (langue, etat)",
)

#: Which way of telling a patient each file told, so that one that is taken out leaves those of the others.
_FORMS: Final = (
    *(one for name in ("envois", "reponses") for one in _columns(name, "forme BIGINT")),
    """CREATE TABLE formes (
        jeton TEXT NOT NULL REFERENCES patients (jeton) ON DELETE CASCADE, forme BIGINT NOT NULL,
        masque_nir TEXT NOT NULL, masque_nom TEXT NOT NULL, donnees {octets}, PRIMARY KEY (jeton, forme))""",
)

#: Whom a cut return speaks of: its addressee, and those whom what was read of it names.
_NAMED: Final = _columns("retours", "professionnels TEXT")

STEPS: Final[tuple[Step, ...]] = (
    Step(1, _TABLES),
    Step(2, _INDEXES),
    Step(3, _FOLLOW_UP),
    Step(4, _PASSAGES),
    Step(5, _PARTIAL_CACHE),
    Step(6, _LOOK_UPS),
    Step(7, _FORMS),
    Step(8, _NAMED),
)

#: The step since which the rows of a file have their columns: sums made before are not compared.
COLUMNS: Final = 5

#: The version since which the care of a file is known by tokens.
SOINS: Final = 3

#: The version for which rows are read now. Since 4, a return tells whom it names when it is cut, and the lump
#: sums that no transfer of it names; flows are read as they were.
LECTURE: Final = 4

#: The nature of the files that version 4 reads otherwise.
_RETURN: Final = "retour"


def is_current_reading(nature: str, lecture: int) -> bool:
    """Whether a file was read as one of its nature is read now."""
    return lecture >= (LECTURE if nature == _RETURN else SOINS)


def migrate(connection: Connection, steps: Sequence[Step] = STEPS) -> int:
    """Bring a ledger to the last step; returns the version. Raises `LedgerError`."""
    return migrations.migrate(connection, steps)


def is_current(connection: Connection, steps: Sequence[Step] = STEPS) -> bool:
    """Whether there is nothing to migrate; raises what `migrate` raises."""
    return migrations.is_current(connection, steps)
