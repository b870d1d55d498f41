"""The ledger: what was sent and what came back, kept over time in a SQLite or PostgreSQL database.

    from noemie.ledger import Ledger

    with Ledger("registre.db") as ledger:
        ledger.import_files(["envois/", "retours/"])
        for payment in ledger.payments(from_=first, to=last): print(payment.date, payment.montant)

It needs SQLAlchemy (`pip install 'sesam-noemie[ledger]'`); importing this module does not. See
docs/guides/ledger.md.
"""

from typing import TYPE_CHECKING

from flatfile.lazy import hand_on

if TYPE_CHECKING:
    from noemie.ledger.errors import LedgerError as LedgerError
    from noemie.ledger.export import EXPORTS as EXPORTS
    from noemie.ledger.ledger import Ledger as Ledger
    from noemie.ledger.values import Debt as Debt
    from noemie.ledger.values import FileResult as FileResult
    from noemie.ledger.values import ImportReport as ImportReport
    from noemie.ledger.values import InvoiceState as InvoiceState
    from noemie.ledger.values import Patient as Patient
    from noemie.ledger.values import Payment as Payment
    from noemie.ledger.values import PurgePlan as PurgePlan
    from noemie.ledger.values import RejectLine as RejectLine
    from noemie.ledger.values import Removal as Removal
    from noemie.ledger.values import RemovedFile as RemovedFile
    from noemie.ledger.values import Resends as Resends
    from noemie.ledger.values import StoredFile as StoredFile
    from noemie.ledger.values import Transfer as Transfer

_NAMES = {
    "noemie.ledger.errors": ("LedgerError",),
    "noemie.ledger.export": ("EXPORTS",),
    "noemie.ledger.ledger": ("Ledger",),
    "noemie.ledger.values": (
        "Debt",
        "FileResult",
        "ImportReport",
        "InvoiceState",
        "Patient",
        "Payment",
        "PurgePlan",
        "RejectLine",
        "Removal",
        "RemovedFile",
        "Resends",
        "StoredFile",
        "Transfer",
    ),
}
__getattr__, __dir__, __all__ = hand_on(__name__, _NAMES)
