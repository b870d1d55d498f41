"""The ledger: what was sent and what came back, kept over time in a SQLite or PostgreSQL database.

    from noemie.ledger import Ledger

    with Ledger("registre.db") as ledger:
        ledger.import_files(["envois/", "retours/"])
        for payment in ledger.payments(from_=first, to=last): print(payment.date, payment.montant)

It needs SQLAlchemy (`pip install 'sesam-noemie[ledger]'`); importing this module does not. See
docs/guides/ledger.md.
"""

from noemie.ledger.errors import LedgerError
from noemie.ledger.export import EXPORTS
from noemie.ledger.ledger import Ledger
from noemie.ledger.values import (
    Debt,
    FileResult,
    ImportReport,
    InvoiceState,
    Patient,
    Payment,
    PurgePlan,
    RejectLine,
    Resends,
    StoredFile,
    Transfer,
)

__all__ = [
    "EXPORTS",
    "Debt",
    "FileResult",
    "ImportReport",
    "InvoiceState",
    "Ledger",
    "LedgerError",
    "Patient",
    "Payment",
    "PurgePlan",
    "RejectLine",
    "Resends",
    "StoredFile",
    "Transfer",
]
