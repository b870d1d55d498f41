"""The register of rights: what cards and files tell of people, kept in a database.

    from noemie.ledger.register import Register

    with Register("droits.db") as register:
        register.import_files(["cartes/", "droits.csv"])

It needs SQLAlchemy (`pip install 'sesam-noemie[ledger]'`); importing this module does not. See
docs/guides/rights.md.
"""

from typing import TYPE_CHECKING

from flatfile.lazy import hand_on

if TYPE_CHECKING:
    from noemie.ledger.register.errors import RightsError as RightsError
    from noemie.ledger.register.register import Register as Register
    from noemie.ledger.register.source import RightsSource as RightsSource

_NAMES = {
    "noemie.ledger.register.errors": ("RightsError",),
    "noemie.ledger.register.register": ("Register",),
    "noemie.ledger.register.source": ("RightsSource",),
}
__getattr__, __dir__, __all__ = hand_on(__name__, _NAMES)
