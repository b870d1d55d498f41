"""The answer as it may be shown: free texts crossed out, numbers of professionals and notes hidden."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from cli.words.texts import HIDDEN, crossed_out, printable
from noemie.ledger.today_model import Aujourdhui, Carte, Groupe, MarqueDite

__all__ = ["MOST", "SCHEMA", "shown", "shown_mark"]

#: Version of the document.
SCHEMA: Final = 1

#: Cards of one group, transfers and files that a text shows; the page and the data have all of them.
MOST: Final = 30


def shown(found: Aujourdhui, *, values: bool) -> Aujourdhui:
    """The same answer; `values` leaves in who people are. Names of patients were asked of the ledger."""

    def free(text: str) -> str:
        return printable(text if values else crossed_out(text, references=True))

    transfers = [
        replace(one, payeur=free(one.payeur), libelles=tuple(map(free, one.libelles)))
        for one in found.recu.virements
    ]
    return replace(
        found,
        recu=replace(found.recu, virements=transfers),
        groupes=[_group(one, values=values) for one in found.groupes],
        retenues=[replace(one, reference=free(one.reference)) for one in found.retenues],
    )


def _group(group: Groupe, *, values: bool) -> Groupe:
    return replace(group, cartes=[_card(one, values=values) for one in group.cartes])


def _card(card: Carte, *, values: bool) -> Carte:
    if values and not card.marques:
        return card
    changes: dict[str, Any] = {"marques": tuple(shown_mark(one, values=values) for one in card.marques)}
    if card.numero_ps and not values:
        changes["numero_ps"] = HIDDEN
    return replace(card, **changes)


def shown_mark(mark: MarqueDite, *, values: bool) -> MarqueDite:
    """A mark; the text of a note may name somebody."""
    if mark.sorte != "note" or not mark.detail:
        return replace(mark, detail=printable(mark.detail))
    return replace(mark, detail=printable(mark.detail) if values else HIDDEN)
