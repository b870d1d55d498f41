"""The tables, as SQLAlchemy sees them; `noemie.ledger.migrations` creates them.

Every key comes from the content of the files, never from a counter: the same files give the same rows, in
whatever order they are imported. `fichiers.id` is the first 63 bits of the SHA-256 of the content, and
`enregistrement` the 1-based number of a record in its file. Amounts are signed cents.

Personal data: `patients` only (see `noemie.ledger.identity`). Other tables know a patient by a keyed token.
"""

from __future__ import annotations

from noemie.ledger.base.tables import Rows
from noemie.ledger.schema.cache import DetailRow, EtatRow, PaiementRow
from noemie.ledger.schema.dits import MarqueRow, PassageRow, VuRow
from noemie.ledger.schema.envois import Envoi, LigneRow, PatientRow, Professionnel
from noemie.ledger.schema.fichiers import Constat, Fichier, Nom, Parametre
from noemie.ledger.schema.metadata import METADATA
from noemie.ledger.schema.retours import (
    Acte,
    ArlRow,
    DetteRow,
    ForfaitRow,
    Part,
    RejetRow,
    Reponse,
    RetourRow,
    Virement,
)

__all__ = [
    "METADATA",
    "TABLES",
    "Acte",
    "ArlRow",
    "Constat",
    "DetailRow",
    "DetteRow",
    "Envoi",
    "EtatRow",
    "Fichier",
    "ForfaitRow",
    "LigneRow",
    "MarqueRow",
    "Nom",
    "PaiementRow",
    "Parametre",
    "Part",
    "PassageRow",
    "PatientRow",
    "Professionnel",
    "RejetRow",
    "Reponse",
    "RetourRow",
    "Virement",
    "VuRow",
]

#: In the order in which rows can be inserted.
TABLES: tuple[type[Rows], ...] = (
    Parametre,
    Fichier,
    Nom,
    Constat,
    Professionnel,
    PatientRow,
    Envoi,
    LigneRow,
    RetourRow,
    Virement,
    Reponse,
    Part,
    Acte,
    RejetRow,
    ForfaitRow,
    DetteRow,
    ArlRow,
    MarqueRow,
    PassageRow,
    VuRow,
    EtatRow,
    DetailRow,
    PaiementRow,
)
