"""The tables, as SQLAlchemy sees them; `noemie.ledger.migrations` creates them.

Every key comes from the content of the files, never from a counter: the same files give the same rows, in
whatever order they are imported. `fichiers.id` is the first 63 bits of the SHA-256 of the content, and
`enregistrement` the 1-based number of a record in its file. Amounts are signed cents.

Indexes, each for the questions that need it (`noemie.ledger.migrations`):

- `envois_tranche`, `reponses_tranche`: the follow-up of the whole, slice by slice;
- `envois_cle`, `reponses_cle`: the numbers that an import touched; `etats_cle`: those that somebody asks for;
- `envois_patient`, `reponses_patient`, `patients_assure`: one patient, a purge;
- `envois_e1`, `envois_e2`, `envois_e3`, `lignes_jeton`: care billed again, groups that an import may change;
- `reponses_date`, `fichiers_identite`: retention, files that tell the same sender, code and day;
- `etats_etat`: lines that wait, answers to nothing sent; `etats_groupe`, `details_groupe`,
  `paiements_groupe`: the part of the cache that is made again.

The cache is read in the order of its keys: `etats` and `details` as the list of invoices, `paiements` as that
of payments.

Personal data: `patients` only (see `noemie.ledger.identity`). Other tables know a patient by a keyed token.
"""

from __future__ import annotations

from typing import Final

from noemie.ledger.base.tables import Rows
from noemie.ledger.schema.cache import DetailRow, EtatRow, PaiementRow
from noemie.ledger.schema.dits import MarqueRow, PassageRow, VuRow
from noemie.ledger.schema.envois import Envoi, FormeRow, LigneRow, PatientRow, Professionnel
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
    "TABLE_OF",
    "Acte",
    "ArlRow",
    "Constat",
    "DetailRow",
    "DetteRow",
    "Envoi",
    "EtatRow",
    "Fichier",
    "ForfaitRow",
    "FormeRow",
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
    FormeRow,
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

#: The same by name.
TABLE_OF: Final = {table.__tablename__: table.__table__ for table in TABLES}
