"""Decoded returns as one page to print: what NOT to resend, what to do, what was paid, what to doubt.

Any number of returns: the parts of the page are gathered in unnamed temporary files and put together at the
end, so that memory does not grow. The page fetches nothing, holds no script, and reads well in black and
white.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack
from importlib.metadata import version
from typing import Any, Final, TextIO

from cli.check.findings import place
from cli.decode.actions import SUMS, Totals, needs_attention
from cli.decode.model import Facture, Illisible, Rejet, Retour
from cli.decode.text import title_of
from cli.words.html import dressed, template_of
from cli.words.speech import language, plural, say
from cli.words.texts import day
from codes.states import Etat

#: The parts of the page, in their order.
_PARTS: Final = ("stop", "todo", "paid", "debts", "movements", "doubts")


class Page:
    """The page under way; `write` ends it."""

    def __init__(self) -> None:
        self._made: Any = template_of("decode.html").make_module(dressed())
        self._stack = ExitStack()
        self._spools: dict[str, TextIO] = {
            name: self._stack.enter_context(
                tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115  # on the stack
            )
            for name in _PARTS
        }
        self._counts: Counter[str] = Counter()
        self._totals = Totals()
        self._days: list[str] = []

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    # --- gathering ------------------------------------------------------------------------------------

    def add(self, data: Retour | Illisible) -> None:
        """One decoded return, or why it could not be read."""
        self._totals.add(data)
        if isinstance(data, Illisible):
            self._put("doubts", "doubt", data.file, [data.error], lambda _: "", count=1)
            return
        for one in data.virements:
            if one.date:
                self._days = [min([one.date, *self._days]), max([one.date, *self._days])]
        for facture in data.factures:
            self._add_invoice(facture, data.file)
        if data.rejets_hors_facture:
            what = say("Rejets hors de toute facture", "Rejects outside any invoice")
            self._put("todo", "stray", data.rejets_hors_facture, data.file, what, count=1)
        self._add_payments(data)
        for dette in data.dettes:
            self._put("debts", "debt_row", dette, self._iso, count=1)
        for mouvement in data.mouvements:
            self._put("movements", "movement", mouvement, count=1)
        doubts = [one for one in data.findings if one.severity != "info"]
        if doubts:
            self._put("doubts", "doubt", data.file, doubts, place, count=1)

    def _add_payments(self, data: Retour) -> None:
        paid = sum(bool(facture.montant_paye) for facture in data.factures)
        if not (paid or data.forfaits or any(one.montant for one in data.virements)):
            return
        self._put("paid", "transfers", data.file, data.reference, data.virements, self._iso, count=paid)
        if paid:
            self._put("paid", "invoices_start", data.file, count=0)
            for facture in data.factures:
                if facture.montant_paye:
                    self._put("paid", "invoice_row", facture, self._iso, count=0)
            self._put("paid", "invoices_end", count=0)
        self._put("paid", "lump_sums", data.forfaits, count=0)

    def _add_invoice(self, facture: Facture, file: str) -> None:
        if facture.blocks_resend:
            why = "; ".join(dict.fromkeys(_reason(rejet) for rejet in facture.rejets))
            self._put("stop", "stop_row", facture, why or facture.etat_label, self._iso, count=1)
        elif needs_attention(facture):
            self._put("todo", "card", title_of(facture), facture, file, self._iso, count=1)

    def _put(self, part: str, macro: str, *arguments: Any, count: int) -> None:
        self._spools[part].write(str(getattr(self._made, macro)(*arguments)))
        self._counts[part] += count

    def _iso(self, text: str) -> str:
        return day(dt.date.fromisoformat(text)) if text else ""

    # --- writing --------------------------------------------------------------------------------------

    def write(self, out: TextIO) -> None:
        """Put the parts together."""
        made = self._made
        self._write_head(out)
        starts = {
            "stop": made.stop_start(),
            "todo": made.section_start("todo", say("À faire", "To do")),
            "paid": made.section_start("paid", say("Payé", "Paid")),
            "debts": made.debts_start(),
            "movements": made.section_start("movements", say("Mouvements de contrat", "Contract movements")),
            "doubts": made.section_start("doubts", say("Doutes sur les fichiers", "Doubts on the files")),
        }
        ends = {"stop": made.table_end(), "debts": made.table_end(), "paid": made.paid_note()}
        for name, spool in self._spools.items():
            if spool.tell():
                out.write(str(starts[name]))
                spool.seek(0)
                shutil.copyfileobj(spool, out)
                out.write(str(ends.get(name, made.section_end())))
        tool = f"sesam-noemie {version('sesam-noemie')}"
        note = say("Ce document ne remplace pas les fichiers reçus.", "This page does not replace the files.")
        out.write(str(made.foot(f"{tool}. {note}")))

    def _write_head(self, out: TextIO) -> None:
        totals = self._totals.total()
        files = plural(totals.retours, say("retour lu", "return read"), say("retours lus", "returns read"))
        if unreadable := totals.illisibles:
            files += say(f", {unreadable} illisible(s)", f", {unreadable} unreadable")
        days = [self._iso(one) for one in dict.fromkeys(self._days)]
        dates = say("virements du ", "transfers of ") + say(" au ", " to ").join(days) if days else ""
        names = {
            "paye": say("Payé", "Paid"),
            "repris": say("dont repris", "of it taken back"),
            "rejete": say("Rejeté", "Rejected"),
            "differe": say("Différé", "Deferred"),
            "retenu": say("Dettes et retenues", "Debts and withholdings"),
        }
        summary = [
            (names[name], cents) for name in SUMS if (cents := getattr(totals, name)) or name == "paye"
        ]
        told = [
            (Etat(key).label(language()).capitalize(), number)
            for key, number in totals.etats.items()
            if number
        ]
        counts = [
            ("stop", say("Ne pas renvoyer", "Do not resend"), self._counts["stop"]),
            ("todo", say("À faire", "To do"), self._counts["todo"]),
            ("doubts", say("Fichiers à vérifier", "Files to look at"), self._counts["doubts"]),
        ]
        title = say("Retours NOEMIE", "NOEMIE returns")
        tool = f"noemie decode {version('sesam-noemie')}"
        head = self._made.head(title, files, dates, tool, summary, told, counts, totals)
        out.write(str(head).lstrip())


def _reason(rejet: Rejet) -> str:
    return " ".join(filter(None, (rejet.code, rejet.label or rejet.meaning)))
