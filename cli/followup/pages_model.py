"""The documents of `noemie ledger statement` and `noemie ledger report`: each is what the ledger answers."""

from __future__ import annotations

import msgspec

from noemie.ledger.report import Report
from noemie.ledger.statement import Statement

__all__ = ["ReportDocument", "StatementDocument"]


class StatementDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The statement of one month."""

    lang: str
    statement: Statement


class ReportDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A period in figures."""

    lang: str
    report: Report
