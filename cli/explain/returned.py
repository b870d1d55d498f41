"""A whole NOEMIE return for `noemie explain`: each reject of it explained once, the most cautious first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.explain.entries import Library
from cli.io.archives import only
from cli.io.inputs import title
from cli.words.decided import decided_on_answer
from cli.words.fields import is_sound, names_people
from cli.words.reasons import reason_data
from cli.words.texts import HIDDEN, printable
from codes.actions import Action
from codes.rejects import Step

if TYPE_CHECKING:
    from noemie import FactureRetour, Rejet, Retour

#: Rejects that say the same and ask for the same are told once.
_ALIKE = ("namespace", "code", "label", "part", "action", "provider_action")


def explained(
    name: str, library: Library, layouts: Path | None = None, *, values: bool = False
) -> dict[str, Any]:
    """What a return says, as plain data: the rejects it holds, and the one action of each of its invoices.

    `values` shows the labels that may carry an identity. Raises `FormatError` when the file is no return.
    """
    from noemie import read_retour
    from noemie.documents.recognise import expect, recognise
    from noemie.returns.tables import layouts as entities

    with only(name, "noemie", layouts=layouts) as input:
        expect(recognise(input.head(), layouts), "noemie")
        retour = read_retour(input.source(), layouts=entities(layouts), name=name)
    groups: dict[tuple[str, ...], dict[str, Any]] = {}
    for rejet, facture, run in _rejects(retour):
        data = _reason(rejet, facture, run, library, values=values)
        key = tuple(data[name] for name in _ALIKE)
        group = groups.setdefault(key, {**data, "count": 0, "factures": [], "niveaux": []})
        group["count"] += 1
        number = _number(facture, values=values) if facture else ""
        level = library.lists["noemie"]["niveau_rejet"].label(rejet.niveau, library.lang)
        for place, value in (("factures", number), ("niveaux", level or printable(rejet.niveau))):
            if value and value not in group[place]:
                group[place].append(value)
    entries = sorted(groups.values(), key=lambda data: (Action(data["action"]).caution, -data["count"]))
    return {
        "file": title(name),
        "reference": ", ".join(dict.fromkeys(printable(run.reference) for run in retour.runs)),
        "factures": len(retour.factures),
        "rejets": sum(group["count"] for group in entries),
        "actions": _actions(retour, library, values=values),
        "entries": entries,
        "undocumented": sum(group["undocumented"] for group in entries),
        "unknown": sum(group["step"] == Step.UNKNOWN for group in entries),
    }


def _rejects(retour: Retour) -> Iterator[tuple[Rejet, FactureRetour | None, Retour]]:
    """Each reject with its invoice, if it stands under one, and the return that holds it."""
    holders = {id(rejet.record): facture for facture in retour.factures for rejet in facture.rejets}
    for run in retour.runs:
        for rejet in run.rejets:
            yield rejet, holders.get(id(rejet.record)), run


def _reason(
    rejet: Rejet, facture: FactureRetour | None, retour: Retour, library: Library, *, values: bool
) -> dict[str, Any]:
    from noemie.returns.explain import part_of
    from noemie.suivi.reponse import explain, verdict

    part = part_of(rejet, retour)
    found = explain(rejet, facture, retour, library.rejects)
    data = reason_data(
        found, library.lang, values=values, names=names_people(retour), emitter=retour.emetteur.type
    )
    if facture is not None:
        data = decided_on_answer(data, part, verdict(facture, retour, library.rejects), library.lang)
    return {
        "kind": "received",
        **data,
        "part": printable(part),
        "part_label": library.lists["noemie"]["part_concernee"].label(part, library.lang),
        "undocumented": found.is_undocumented,
    }


def _actions(retour: Retour, library: Library, *, values: bool) -> list[dict[str, Any]]:
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
        {
            "action": chosen.value,
            "banner": chosen.banner(library.lang, complementary=insurers),
            "blocks_resend": chosen.blocks_resend,
            "factures": numbers,
        }
        for chosen, numbers in sorted(found.items(), key=lambda item: item[0].caution)
    ]


def _number(facture: FactureRetour, *, values: bool) -> str:
    return printable(facture.numero) if values or is_sound(facture.record) else HIDDEN
