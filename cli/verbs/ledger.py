"""`noemie ledger`: what was sent and what came back, kept over time in one database.

The database is a SQLite file, registre.db unless --db or NOEMIE_LEDGER tells another one, or a PostgreSQL
server: put its address in NOEMIE_LEDGER, so that no password stands in the history of the shell. The first
import makes it. Patients are shown by a reference; nothing is ever purged by itself.
"""

from __future__ import annotations

from typing import Final

_LISTS: Final = "cli.verbs.ledger_lists"
_PAGES: Final = "cli.verbs.ledger_pages"

VERBS: Final[dict[str, tuple[str, str]]] = {
    "import": ("cli.verbs.ledger_import:import_", "Put flows, returns and ARLs in: each once, whole."),
    "payments": (f"{_LISTS}:payments", "What was paid, by whom, for which invoice."),
    "rejects": (f"{_LISTS}:rejects", "What was refused, why, and what to do."),
    "to-resend": ("cli.verbs.ledger_resend:to_resend", "What to send again, and what NOT to send again."),
    "unanswered": (f"{_LISTS}:unanswered", "Invoices without an answer, the oldest first."),
    "invoices": (f"{_LISTS}:invoices", "Every invoice with its state."),
    "patients": (f"{_LISTS}:patients", "The patients, by reference, with what was paid for them."),
    "transfers": (f"{_LISTS}:transfers", "The transfers that the returns announce."),
    "debts": (f"{_LISTS}:debts", "Debts and withholdings."),
    "files": (f"{_LISTS}:files", "The files that were imported, and what the checks said."),
    "statement": (f"{_PAGES}:statement", "The monthly statement of paid sums, to print and sign."),
    "report": (f"{_PAGES}:report", "A period in figures: rejects by motive, delays, what is awaited."),
    "mark": ("cli.verbs.ledger_marks:mark", "Say what you know of an invoice: settled, redone, chased..."),
    "tick": ("cli.verbs.ledger_marks:tick", "Say that a transfer was seen on the bank statement."),
    "undo": ("cli.verbs.ledger_marks:undo", "Take the last mark back."),
    "export": ("cli.verbs.ledger_export:export", "All of one kind, as CSV or JSON."),
    "backup": ("cli.verbs.ledger_care:backup", "Copy the ledger while it is used."),
    "verify": ("cli.verbs.ledger_care:verify", "Check the database, its counts and its sums."),
    "forget": (
        "cli.verbs.ledger_care:forget",
        "Erase a patient, everything, or a file given by mistake: a trial first.",
    ),
    "purge": ("cli.verbs.ledger_purge:purge", "Remove what need not be kept any longer: a trial first."),
}

DEFAULT: Final = ""
