"""A whole NOEMIE return for `noemie explain`: each reject of it explained once, the most cautious first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cli.explain.entries import Library
from cli.explain.model import AskedAction, Received, Returned
from cli.io.inputs import only, title
from cli.words.decided import decided_on_answer
from cli.words.fields import is_sound, names_people
from cli.words.reason import reason_of
from cli.words.speech import language
from cli.words.texts import HIDDEN, printable
from codes.actions import Action
from codes.rejects import Step

if TYPE_CHECKING:
    from noemie import FactureRetour, Rejet, Retour

#: Rejects that say the same and ask for the same are told once.
_ALIKE = ("namespace", "code", "label", "part", "action", "provider_action")


def explained(
    name: str, library: Library, layouts: Path | None = None, *, values: bool = False
) -> tuple[Returned, list[Received]]:
    """What a return says: the one action of each of its invoices, and the rejects it holds.

    `values` shows the labels that may carry an identity. Raises `FormatError` when the file is no return.
    """
    from noemie import read_retour
    from noemie.documents.recognise import expect, recognise
    from noemie.returns.tables import layouts as entities

    with only(name, "noemie", layouts=layouts) as input:
        expect(recognise(input.head(), layouts), "noemie")
        retour = read_retour(input.source(), layouts=entities(layouts), name=name)
    groups: dict[tuple[str, ...], list[tuple[Received, Rejet, FactureRetour | None]]] = {}
    for rejet, facture, run in _rejects(retour):
        said = _received(rejet, facture, run, library, values=values)
        groups.setdefault(tuple(getattr(said, name) for name in _ALIKE), []).append((said, rejet, facture))
    entries = [_together(group, library, values=values) for group in groups.values()]
    entries.sort(key=lambda entry: (Action(entry.action).caution, -entry.count))
    returned = Returned(
        file=title(name),
        reference=", ".join(dict.fromkeys(printable(run.reference) for run in retour.runs)),
        factures=len(retour.factures),
        rejets=sum(entry.count for entry in entries),
        actions=_actions(retour, library, values=values),
        undocumented=sum(entry.undocumented for entry in entries),
        unknown=sum(entry.step == Step.UNKNOWN for entry in entries),
    )
    return returned, entries


def _together(
    group: list[tuple[Received, Rejet, FactureRetour | None]], library: Library, *, values: bool
) -> Received:
    """Rejects that say the same, as one: how many, their invoices and levels in the order of the return."""
    levels = library.lists["noemie"]["niveau_rejet"]
    numbers = [_number(facture, values=values) for _, _, facture in group if facture]
    niveaux = [levels.label(one.niveau, language()) or printable(one.niveau) for _, one, _ in group]
    return replace(
        group[0][0],
        count=len(group),
        factures=list(dict.fromkeys(filter(None, numbers))),
        niveaux=list(dict.fromkeys(filter(None, niveaux))),
    )


def _rejects(retour: Retour) -> Iterator[tuple[Rejet, FactureRetour | None, Retour]]:
    """Each reject with its invoice, if it stands under one, and the return that holds it."""
    holders = {id(rejet.record): facture for facture in retour.factures for rejet in facture.rejets}
    for run in retour.runs:
        for rejet in run.rejets:
            yield rejet, holders.get(id(rejet.record)), run


def _received(
    rejet: Rejet, facture: FactureRetour | None, retour: Retour, library: Library, *, values: bool
) -> Received:
    from noemie.returns.explain import part_of
    from noemie.suivi.reponse import explain, verdict

    part = part_of(rejet, retour)
    found = explain(rejet, facture, retour, library.rejects)
    reason = reason_of(found, values=values, names=names_people(retour), emitter=retour.emetteur.type)
    if facture is not None:
        reason = decided_on_answer(reason, part, verdict(facture, retour, library.rejects))
    return Received(
        **reason.fields(),
        part=printable(part),
        part_label=library.lists["noemie"]["part_concernee"].label(part, language()),
        undocumented=found.is_undocumented,
        count=1,
        factures=[],
        niveaux=[],
    )


def _actions(retour: Retour, library: Library, *, values: bool) -> list[AskedAction]:
    """The invoices that have a reject, by the one action of each, the most cautious first."""
    from noemie import action
    from noemie.returns.explain import is_complementary

    insurers = True
    found: dict[Action, list[str]] = {}
    for run in retour.runs:
        for facture in run.factures:
            if facture.rejets:
                chosen = action(facture, run, library.rejects)
                insurers = insurers and is_complementary(facture, run)
                found.setdefault(chosen, []).append(_number(facture, values=values))
    return [
        AskedAction(
            chosen.value,
            chosen.banner(language(), complementary=insurers),
            chosen.blocks_resend,
            numbers,
        )
        for chosen, numbers in sorted(found.items(), key=lambda item: item[0].caution)
    ]


def _number(facture: FactureRetour, *, values: bool) -> str:
    return printable(facture.numero) if values or is_sound(facture.record) else HIDDEN
