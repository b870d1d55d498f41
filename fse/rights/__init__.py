"""Rights: what is known of those who are cared for, and what a consultation of rights answers.

    from fse.rights import Rights, read_csv

    rights = Rights.of(read_csv("droits.csv"))
    answer = rights.at(nir, "840229", "1", dt.date(2025, 3, 14))

`Register` keeps the same facts in a database; it needs SQLAlchemy, which importing this module does not. See
docs/guides/rights.md.
"""

from fse.rights.memoire import Lookup, Rights
from fse.rights.model import COLONNES, Droit, Personne, c2s_of
from fse.rights.reponse import Reponse, au_jour
from fse.rights.table import looks_like_rights, read_csv, write_csv

__all__ = [
    "COLONNES",
    "Droit",
    "Lookup",
    "Personne",
    "Reponse",
    "Rights",
    "au_jour",
    "c2s_of",
    "looks_like_rights",
    "read_csv",
    "write_csv",
]
