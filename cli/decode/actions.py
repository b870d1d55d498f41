"""What decoded returns ask for, counted: each action with its invoices and what they claim, and all of them.

The lines add up: each invoice that needs attention stands under one action, its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from cli.words.page import GOOD, STRONG, WARNING, Page
from cli.words.speech import Lang, plural, speaker
from cli.words.texts import euros, listed
from codes.actions import Action
from codes.states import Etat

Data = Mapping[str, Any]

#: Sums of a return, in cents, that add up over several.
SUMS: Final = ("paye", "repris", "rejete", "differe", "retenu")

_BLOCKING: Final = "bold white on red"


def needs_attention(facture: Data) -> bool:
    """Whether an invoice is anything but paid in full, without any remark."""
    return facture["etat"] != Etat.PAYEE.value or bool(facture["rejets"] or facture["commentaires"])


def actions_of(factures: Iterable[Data], stray: Iterable[Data], lang: Lang) -> dict[str, Any]:
    """`a_traiter` and `actions` of a summary: see `_empty`; `stray` are the rejects outside any invoice."""
    rows: dict[str, dict[str, Any]] = {}
    for facture in factures:
        if needs_attention(facture):
            row = rows.setdefault(facture["action"], _empty() | {"numeros": []})
            row["factures"] += 1
            row["montant_demande"] += facture["montant_demande"] or 0
            row["sans_montant"] += facture["montant_demande"] is None
            row["numeros"].append(facture["numero"])
    for rejet in stray:
        rows.setdefault(rejet["action"], _empty() | {"numeros": []})["rejets_hors_facture"] += 1
    return _summed(rows, lang)


def _empty() -> dict[str, int]:
    """Invoices, cents that they claim, how many do not tell (old family), rejects outside any invoice."""
    return {"factures": 0, "montant_demande": 0, "sans_montant": 0, "rejets_hors_facture": 0}


def _summed(rows: Mapping[str, dict[str, Any]], lang: Lang) -> dict[str, Any]:
    actions = [
        {"action": action.value, "banner": action.banner(lang), **rows[action.value]}
        for action in Action
        if action.value in rows
    ]
    return {"a_traiter": {key: sum(row[key] for row in actions) for key in _empty()}, "actions": actions}


class Totals:
    """Several decoded returns, added up; what could not be read is counted, a copy is not."""

    def __init__(self, lang: Lang) -> None:
        self.returns = self.unreadable = 0
        self._lang: Lang = lang
        self._sums = dict.fromkeys(("factures", *SUMS), 0)
        self._states: dict[str, int] = {}
        self._rows: dict[str, dict[str, Any]] = {}

    def add(self, data: Data) -> None:
        """One more return, or why it could not be read."""
        if "error" in data:
            self.unreadable += 1
        elif "copy_of" not in data:
            self.returns += 1
            self._add(data["summary"])

    def _add(self, summary: Data) -> None:
        for name in self._sums:
            self._sums[name] += summary[name]
        for state, count in summary["etats"].items():
            self._states[state] = self._states.get(state, 0) + count
        for one in summary["actions"]:
            row = self._rows.setdefault(one["action"], _empty())
            for key in row:
                row[key] += one[key]

    def data(self) -> dict[str, Any]:
        """The same keys as the summary of one return, without the numbers of its invoices."""
        return {
            "retours": self.returns,
            "illisibles": self.unreadable,
            "factures": self._sums["factures"],
            "etats": self._states,
            **{name: self._sums[name] for name in SUMS},
            **_summed(self._rows, self._lang),
        }


# --- words ------------------------------------------------------------------------------------------------


def counted(row: Data, lang: Lang) -> str:
    """`3 factures, 75,00 € demandés`, and what the amount leaves out."""
    say = speaker(lang)
    silent, stray, amount = (
        row["sans_montant"],
        row["rejets_hors_facture"],
        euros(row["montant_demande"], lang),
    )
    parts = []
    if row["factures"]:
        parts.append(plural(row["factures"], say("facture", "invoice"), say("factures", "invoices"), lang))
    if row["factures"] > silent:
        parts.append(say(f"{amount} demandés", f"{amount} claimed"))
    if silent:
        parts.append(say(f"{silent} sans montant demandé", f"{silent} with no amount claimed"))
    if stray:
        one, several = ("reject outside invoices", "rejects outside invoices")
        words = (say("rejet hors facture", one), say("rejets hors facture", several))
        parts.append(plural(stray, *words, lang))
    return ", ".join(parts)


def print_actions(page: Page, summary: Data, lang: Lang) -> None:
    """What is to be dealt with, then each action; the lines add up to the first one."""
    if not summary["actions"]:
        return
    say = speaker(lang)
    page.line(
        (say("à traiter", "to deal with"), STRONG),
        say(" : ", ": "),
        counted(summary["a_traiter"], lang),
        indent=2,
    )
    for row in summary["actions"]:
        numbers = row.get("numeros", ())
        page.line(
            (f"■ {row['banner']}", _style(Action(row["action"]))),
            say(" : ", ": "),
            counted(row, lang),
            f" ({listed(numbers, lang)})" if numbers else "",
            indent=2,
            hang=4,
        )


def _style(action: Action) -> str:
    if action.blocks_resend:
        return _BLOCKING
    return GOOD if action is Action.AUCUNE else WARNING
