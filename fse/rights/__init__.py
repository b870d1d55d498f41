"""Rights: what is known of those who are cared for, and what a consultation of rights answers.

    from fse.rights import Rights, read_csv

    rights = Rights.of(read_csv("droits.csv"))
    answer = rights.at(nir, "840229", "1", dt.date(2025, 3, 14))

`Register` keeps the same facts in a database; it needs SQLAlchemy, which importing this module does not. See
docs/guides/rights.md.
"""

from typing import TYPE_CHECKING

from flatfile.lazy import hand_on

if TYPE_CHECKING:
    from fse.rights.memoire import Lookup as Lookup
    from fse.rights.memoire import Rights as Rights
    from fse.rights.model import COLONNES as COLONNES
    from fse.rights.model import Droit as Droit
    from fse.rights.model import Personne as Personne
    from fse.rights.model import c2s_of as c2s_of
    from fse.rights.reponse import Reponse as Reponse
    from fse.rights.reponse import au_jour as au_jour
    from fse.rights.table import looks_like_rights as looks_like_rights
    from fse.rights.table import read_csv as read_csv
    from fse.rights.table import write_csv as write_csv

_NAMES = {
    "fse.rights.memoire": ("Lookup", "Rights"),
    "fse.rights.model": ("COLONNES", "Droit", "Personne", "c2s_of"),
    "fse.rights.reponse": ("Reponse", "au_jour"),
    "fse.rights.table": ("looks_like_rights", "read_csv", "write_csv"),
}
__getattr__, __dir__, __all__ = hand_on(__name__, _NAMES)
