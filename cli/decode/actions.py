"""What decoded returns ask for, counted: each action with its invoices and what they claim, and all of them.

The lines add up: each invoice that needs attention stands under one action, its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from msgspec import UNSET
from msgspec.structs import asdict

from cli.decode.model import (
    ActionComptee,
    Comptes,
    EnTout,
    Facture,
    Illisible,
    Rejet,
    Resume,
    Retour,
    Sommes,
)
from cli.words.page import GOOD, STRONG, WARNING, Page
from cli.words.speech import language, plural, say
from cli.words.texts import euros, listed
from codes.actions import Action
from codes.states import Etat

#: Names of the sums of returns (`model.Sommes`), in their order.
SUMS: Final = Sommes.__struct_fields__

#: An action, and the banner that says it: of the whole invoice, or of one part alone.
_Asked: TypeAlias = tuple[str, str]

_BLOCKING: Final = "bold white on red"


def needs_attention(facture: Facture) -> bool:
    """Whether an invoice is anything but paid in full, without any remark."""
    return facture.etat != Etat.PAYEE.value or bool(facture.rejets or facture.commentaires)


def actions_of(factures: Iterable[Facture], stray: Iterable[Rejet]) -> tuple[Comptes, list[ActionComptee]]:
    """What is to be dealt with, in all and by action; `stray` are the rejects outside any invoice."""
    counts: dict[_Asked, Comptes] = {}
    numbers: dict[_Asked, list[str]] = {}
    for facture in factures:
        if needs_attention(facture):
            key, claimed = (facture.action, facture.banner), facture.montant_demande
            counts.setdefault(key, Comptes()).add(Comptes(1, claimed or 0, claimed is None))
            numbers.setdefault(key, []).append(facture.numero)
    for rejet in stray:
        counts.setdefault((rejet.action, rejet.banner), Comptes()).rejets_hors_facture += 1
    return _summed(counts, numbers)


def _summed(
    counts: Mapping[_Asked, Comptes], numbers: Mapping[_Asked, list[str]] | None = None
) -> tuple[Comptes, list[ActionComptee]]:
    total = Comptes()
    for one in counts.values():
        total.add(one)
    return total, [
        ActionComptee(
            action=key[0],
            banner=key[1],
            **asdict(counts[key]),
            numeros=UNSET if numbers is None else numbers.get(key, []),
        )
        for key in sorted(counts, key=_caution)
    ]


def _caution(key: _Asked) -> tuple[object, ...]:
    """The order of actions: of one action, that of whole invoices first."""
    action, banner = Action(key[0]), key[1]
    return (action.caution, banner != action.banner(language()), banner)


class Totals:
    """Several decoded returns, added up; what could not be read is counted, a copy is not."""

    def __init__(self) -> None:
        self.returns = self.unreadable = 0
        self._invoices = 0
        self._sums = Sommes()
        self._states: dict[str, int] = {}
        self._counts: dict[_Asked, Comptes] = {}

    def add(self, data: Retour | Illisible) -> None:
        """One more return, or why it could not be read."""
        if isinstance(data, Illisible):
            self.unreadable += 1
        elif not data.copy_of:
            self.returns += 1
            self._add(data.summary)

    def _add(self, summary: Resume) -> None:
        self._invoices += summary.factures
        for name in SUMS:
            setattr(self._sums, name, getattr(self._sums, name) + getattr(summary, name))
        for state, count in summary.etats.items():
            self._states[state] = self._states.get(state, 0) + count
        for one in summary.actions:
            self._counts.setdefault((one.action, one.banner), Comptes()).add(one)

    def total(self) -> EnTout:
        """The same as the summary of one return, without the numbers of its invoices."""
        a_traiter, actions = _summed(self._counts)
        return EnTout(
            retours=self.returns,
            illisibles=self.unreadable,
            factures=self._invoices,
            etats=self._states,
            **asdict(self._sums),
            a_traiter=a_traiter,
            actions=actions,
        )


# --- words ------------------------------------------------------------------------------------------------


def counted(row: Comptes | ActionComptee) -> str:
    """`3 factures, 75,00 € demandés`, and what the amount leaves out."""
    silent, stray, amount = (
        row.sans_montant,
        row.rejets_hors_facture,
        euros(row.montant_demande),
    )
    parts = []
    if row.factures:
        parts.append(plural(row.factures, say("facture", "invoice"), say("factures", "invoices")))
    if row.factures > silent:
        parts.append(say(f"{amount} demandés", f"{amount} claimed"))
    if silent:
        parts.append(say(f"{silent} sans montant demandé", f"{silent} with no amount claimed"))
    if stray:
        one, several = ("reject outside invoices", "rejects outside invoices")
        words = (say("rejet hors facture", one), say("rejets hors facture", several))
        parts.append(plural(stray, *words))
    return ", ".join(parts)


def print_actions(page: Page, summary: Resume | EnTout) -> None:
    """What is to be dealt with, then each action; the lines add up to the first one."""
    if not summary.actions:
        return
    page.line(
        (say("à traiter", "to deal with"), STRONG),
        say(" : ", ": "),
        counted(summary.a_traiter),
        indent=2,
    )
    for row in summary.actions:
        numbers = row.numeros or ()
        page.line(
            (f"■ {row.banner}", _style(Action(row.action))),
            say(" : ", ": "),
            counted(row),
            f" ({listed(numbers)})" if numbers else "",
            indent=2,
            hang=4,
        )


def _style(action: Action) -> str:
    if action.blocks_resend:
        return _BLOCKING
    return GOOD if action is Action.AUCUNE else WARNING
