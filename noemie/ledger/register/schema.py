"""The tables of a register of rights, and the steps that make them (see `noemie.ledger.base.migrations`).

Every key comes from what is told, never from a counter: the same files give the same rows, in whatever order
they are imported. Personal data: `personnes` and `reperes` only, as `noemie.ledger.register.cles` makes
them; facts know a person by a keyed token.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from fse.rights.model import COLONNES, IDENTITE, Droit
from noemie.ledger.base import migrations
from noemie.ledger.base.migrations import PARAMETRES, Step

METADATA: Final = MetaData()

#: What the register knows of itself: version of the schema, how personal data are kept.
parametres: Final = Table(
    "parametres", METADATA, Column("cle", Text, primary_key=True), Column("valeur", Text, nullable=False)
)

#: What was imported. `nature`: `carte`, `csv`, or `direct` for facts that a program gave.
fichiers: Final = Table(
    "fichiers",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("nature", Text, nullable=False),
    Column("nom", Text, nullable=False),
    Column("importe_le", Text, nullable=False),
)

#: A beneficiary: token, token of the NIR of the insured person, masked forms, and the identity itself when
#: the register keeps it. `ordre` tells which of two forms of the same identity is kept.
personnes: Final = Table(
    "personnes",
    METADATA,
    Column("jeton", Text, primary_key=True),
    Column("assure", Text, nullable=False),
    Column("masque_nir", Text, nullable=False),
    Column("masque_nom", Text, nullable=False),
    Column("donnees", LargeBinary),
    Column("ordre", BigInteger, nullable=False),
)

#: By what else a person is found: tokens of their own NIR, of a name with a birth date.
reperes: Final = Table(
    "reperes",
    METADATA,
    Column("jeton", Text, primary_key=True),
    Column("personne", Text, ForeignKey("personnes.jeton", ondelete="CASCADE"), primary_key=True),
)

#: Columns of a fact: those of `Droit` but the identity.
FAITS: Final = tuple(name for name in COLONNES if name not in IDENTITE)

_TYPES: Final = {
    "date": (Date, True, "DATE"),
    "bool": (Boolean, True, "BOOLEAN"),
    "str": (Text, False, "TEXT"),
}


def _kind(name: str) -> str:
    told = str(Droit.__annotations__[name])
    return "date" if "date" in told else "bool" if "bool" in told else "str"


#: Facts. `empreinte` is the same for the same fact, whatever the day on which it was told (the last is kept).
droits: Final = Table(
    "droits",
    METADATA,
    Column("empreinte", Text, primary_key=True),
    Column("personne", Text, ForeignKey("personnes.jeton", ondelete="CASCADE"), nullable=False),
    Column("fichier_id", BigInteger, ForeignKey("fichiers.id"), nullable=False),
    *(Column(name, _TYPES[_kind(name)][0], nullable=_TYPES[_kind(name)][1]) for name in FAITS),
)

_TABLES: Final = (
    PARAMETRES,
    """CREATE TABLE fichiers (
        id BIGINT NOT NULL PRIMARY KEY, nature TEXT NOT NULL, nom TEXT NOT NULL, importe_le TEXT NOT NULL)""",
    """CREATE TABLE personnes (
        jeton TEXT NOT NULL PRIMARY KEY, assure TEXT NOT NULL, masque_nir TEXT NOT NULL,
        masque_nom TEXT NOT NULL, donnees {octets}, ordre BIGINT NOT NULL)""",
    """CREATE TABLE reperes (
        jeton TEXT NOT NULL, personne TEXT NOT NULL REFERENCES personnes (jeton) ON DELETE CASCADE,
        PRIMARY KEY (jeton, personne))""",
    """CREATE TABLE droits (
        empreinte TEXT NOT NULL PRIMARY KEY,
        personne TEXT NOT NULL REFERENCES personnes (jeton) ON DELETE CASCADE,
        fichier_id BIGINT NOT NULL REFERENCES fichiers (id),
        qualite TEXT NOT NULL, regime TEXT NOT NULL, caisse TEXT NOT NULL, centre TEXT NOT NULL,
        organisme_destinataire TEXT NOT NULL, centre_informatique TEXT NOT NULL,
        ouvert_du DATE, ouvert_au DATE, c2s BOOLEAN, service_amo TEXT NOT NULL, c2s_du DATE, c2s_au DATE,
        exoneration TEXT NOT NULL, code_couverture TEXT NOT NULL, couverture_du DATE, couverture_au DATE,
        medecin_traitant BOOLEAN, smg BOOLEAN, attestation_du DATE, attestation_au DATE,
        constate_le DATE, source TEXT NOT NULL)""",
    "CREATE INDEX personnes_assure ON personnes (assure)",
    "CREATE INDEX reperes_personne ON reperes (personne)",
    "CREATE INDEX droits_personne ON droits (personne)",
    "CREATE INDEX droits_constate ON droits (constate_le)",
)

STEPS: Final[tuple[Step, ...]] = (Step(1, _TABLES),)


def migrate(connection: Connection, steps: Sequence[Step] = STEPS) -> int:
    """Bring a register to the last step; returns the version. Raises `RightsError`."""
    return migrations.migrate(connection, steps)


def is_current(connection: Connection, steps: Sequence[Step] = STEPS) -> bool:
    """Whether there is nothing to migrate; raises what `migrate` raises."""
    return migrations.is_current(connection, steps)
