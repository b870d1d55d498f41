"""What a list of the ledger is asked for: one model for the verbs and the page, and its one parser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from cli.words.speech import say
from cli.words.texts import day, printable

if TYPE_CHECKING:
    from noemie.ledger.filters import Payers

__all__ = ["Filter", "given_day"]


class Filter(Struct, frozen=True):
    """What is asked for, as `noemie.ledger.Ledger.payments` takes it; empty for everything.

    `sauf`: all but that `organisme`; `patient`: a NIR, a reference, or a name where there is a page to look
    for it.
    """

    du: dt.date | None = None
    au: dt.date | None = None
    regime: str = ""
    organisme: str = ""
    sauf: bool = False
    patient: str | None = None
    nature: str = ""

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Filter:
        """The filter of a form, or of an address."""
        organisme = "".join(str(values.get("organisme", "")).split())
        return cls(
            given_day(str(values.get("du", ""))),
            given_day(str(values.get("au", ""))),
            str(values.get("regime", "")).strip(),
            organisme,
            bool(organisme) and str(values.get("portee", "")) == "sauf",
            str(values.get("patient", "")).strip() or None,
        )

    @property
    def days(self) -> tuple[dt.date | None, dt.date | None]:
        """The first and the last day, as every list takes them."""
        return (self.du, self.au)

    @property
    def payers(self) -> Payers:
        """Whose money, as every list takes it."""
        return {"regime": self.regime, "organisme": self.organisme, "all_except": self.sauf}

    @property
    def query(self) -> str:
        """The filter as an address has it, without any patient."""
        from urllib.parse import urlencode

        given = {
            "du": self.du.isoformat() if self.du else "",
            "au": self.au.isoformat() if self.au else "",
            "regime": self.regime,
            "organisme": self.organisme,
            "portee": "sauf" if self.sauf else "",
        }
        return urlencode({key: value for key, value in given.items() if value} or {"du": ""})

    def text(self, on: dt.date | None = None) -> str:
        """What was asked for, and on which day, in words."""
        parts = [say(f"au {day(on)}", f"as of {day(on)}")] if on else []
        if self.du or self.au:
            start = say("du ", "from ") + day(self.du) if self.du else ""
            end = say("au ", "to ") + day(self.au) if self.au else ""
            parts.append(f"{start} {end}".strip())
        if self.regime:
            parts.append(f"régime {printable(self.regime)}")
        if self.organisme:
            parts.append(
                (say("tous sauf ", "all but ") if self.sauf else "organisme ") + printable(self.organisme)
            )
        return ", ".join(parts)


def given_day(text: str) -> dt.date | None:
    """A day as people type it: 20/01/2026, 2026-01-20, 20012026; nothing when it is none."""
    for shape in ("%d/%m/%Y", "%Y-%m-%d", "%d%m%Y", "%d/%m/%y"):
        try:
            return dt.datetime.strptime(text.strip(), shape).date()  # a day has no zone
        except ValueError:
            continue
    return None
