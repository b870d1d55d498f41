"""A reject, explained: the action first, then what it means, what to do, and how sure we are."""

from __future__ import annotations

import re
from typing import Any, Final

from cli.report.page import ERROR, GOOD, INFO, QUIET, STRONG, WARNING, Page
from cli.speech import Lang, speaker
from cli.texts import HIDDEN, printable
from codes.actions import Action
from codes.motives import Motive, normalise_label
from codes.rejects import Explanation, Reject

#: A code that no table knows is shown only when it cannot be part of an identity number.
_LONG_NUMBER: Final = re.compile(r"(?:[0-9][ -]?){8,}")

#: Answers of our own caisse: there is no source to judge.
_SIMULATED: Final = "SIM"

#: Who speaks, in words.
_SPEAKERS: Final[dict[str, tuple[str, str]]] = {
    "AMO": ("caisse (AMO)", "caisse (AMO)"),
    "AMC": ("complémentaire (AMC)", "complementary insurer (AMC)"),
    "OC929": ("mouvement de contrat (929)", "contract movement (929)"),
    "ARL": ("accusé de réception (ARL)", "acknowledgement (ARL)"),
    "SSV": ("poste de travail (SSV)", "workstation (SSV)"),
    "DROITS": ("service de droits", "rights service"),
    "SIM": ("caisse simulée", "simulated caisse"),
}


def speaker_of(namespace: str | None, lang: Lang) -> str:
    """Who uses a code, in words; the namespace itself when a site added it."""
    if not namespace:
        return ""
    french, english = _SPEAKERS.get(namespace, (namespace, namespace))
    return english if lang == "en" else french


# --- data -----------------------------------------------------------------------------------------------


def reason_data(
    explanation: Explanation, lang: Lang, *, values: bool = False, names: bool = False
) -> dict[str, Any]:
    """An explanation as plain data; `code` and `label` as received, long numbers crossed out.

    `names` tells that the label may name a person: only one that the catalogue knows is then shown.
    """
    row = explanation.reject
    return {
        "namespace": explanation.namespace or "",
        "speaker": speaker_of(explanation.namespace, lang),
        "code": _code(explanation, values=values),
        "label": _label(explanation, values=values, names=names),
        "step": explanation.step.value,
        "inferred": explanation.inferred,
        "action": explanation.action.value,
        "banner": explanation.banner(lang),
        "action_title": explanation.action.title(lang),
        "blocks_resend": explanation.blocks_resend,
        "deduced_action": explanation.deduced_action.title(lang) if explanation.deduced_action else "",
        "meaning": explanation.summary(lang),
        "payer_action": explanation.text("payer_action", lang),
        "provider_action": explanation.text("provider_action", lang),
        "motive": explanation.motive.motive if explanation.motive else "",
        "outcome": explanation.outcome,
        "validity": _validity(row),
        "confidence": explanation.confidence,
        "source": explanation.source,
        "note": explanation.note,
        "notices": [
            {"kind": notice.kind.value, "text": notice.text(lang)} for notice in explanation.warnings
        ],
        "candidates": [candidate_data(some, lang) for some in explanation.candidates],
    }


def candidate_data(row: Reject, lang: Lang) -> dict[str, Any]:
    """A row to choose among, in short."""
    return {
        "namespace": row.namespace,
        "code": row.code,
        "label": row.label,
        "action": row.action_class.value,
        "banner": row.action_class.banner(lang),
        "meaning": row.text("meaning", lang),
    }


def motive_data(motive: Motive, lang: Lang) -> dict[str, Any]:
    """A family of reasons as plain data, in the shape of a reason."""
    return {
        "motive": motive.motive,
        "title": motive.title(lang),
        "action": motive.action_class.value,
        "banner": motive.action_class.banner(lang),
        "action_title": motive.action_class.title(lang),
        "blocks_resend": motive.action_class.blocks_resend,
        "meaning": motive.text("meaning", lang),
        "payer_action": motive.text("payer_action", lang),
        "provider_action": motive.text("provider_action", lang),
        "confidence": motive.confidence,
        "note": motive.note,
    }


def _validity(row: Reject | None) -> str:
    if row is None or not (row.valid_from or row.valid_to):
        return ""
    return f"{row.valid_from or '…'} / {row.valid_to or '…'}"


def _code(explanation: Explanation, *, values: bool) -> str:
    code = printable((explanation.code or "").strip(" \0"))
    known = explanation.reject is not None and bool(explanation.reject.code)
    return code if values or known or not _LONG_NUMBER.search(code) else HIDDEN


def _label(explanation: Explanation, *, values: bool, names: bool) -> str:
    received = printable((explanation.label or "").strip(" \0"))
    if values or not received:
        return received
    if names or explanation.namespace == "OC929":
        known = explanation.reject.label if explanation.reject else ""
        return known if known and normalise_label(known) == normalise_label(received) else HIDDEN
    return printable(explanation.label_masked)


# --- text -----------------------------------------------------------------------------------------------


def action_style(action: str) -> str:
    """Red for what must not be sent again, green for nothing to do, yellow for the rest."""
    if Action(action).blocks_resend:
        return ERROR
    return {"aucune": GOOD, "inconnue": INFO}.get(action, WARNING)


def print_banner(page: Page, data: dict[str, Any], indent: int) -> None:
    """The action, on a line of its own, in capitals: it cannot be missed, even without colours."""
    style = action_style(data["action"])
    text = data["banner"]
    page.line((f"■ {text}", "bold white on red" if style == ERROR else style), indent=indent)


def print_reason(
    page: Page,
    data: dict[str, Any],
    lang: Lang,
    indent: int = 2,
    *,
    banner: bool = True,
    again: bool = False,
) -> None:
    """A reason: action, meaning, what the caisse does, what to do, what weakens it, source.

    Without `banner` when the same action was just printed for the invoice; `again` for a reason that was
    told in full before: what to do is repeated, the rest is not.
    """
    say = speaker(lang)
    if banner:
        print_banner(page, data, indent)
    rows = [(say("sens", "meaning"), data["meaning"], "")]
    if data.get("inferred") and not banner:
        rows.append(
            (say("certitude", "certainty"), say("déduit du libellé", "deduced from the label"), WARNING)
        )
    if not again:
        rows.append((say("la caisse", "the caisse"), data["payer_action"], ""))
    rows.append((say("à faire", "to do"), data["provider_action"], ""))
    if again:
        rows.append(("", say("source et réserves : voir plus haut", "source and caveats: see above"), QUIET))
    else:
        rows += _weakening(data, lang)
    print_rows(page, [row for row in rows if row[1]], indent)
    for candidate in () if again else data.get("candidates", ()):
        print_candidate(page, candidate, indent + 2)


def _weakening(data: dict[str, Any], lang: Lang) -> list[tuple[str, str, str]]:
    """What weakens an answer, and where it comes from."""
    say = speaker(lang)
    rows = [(say("indice", "hint"), _hint(data, lang), QUIET)]
    rows += [(say("attention", "beware"), notice["text"], WARNING) for notice in data.get("notices", ())]
    if data.get("namespace") != _SIMULATED:
        rows += [(say("réserve", "caveat"), data["note"], QUIET), ("source", _source(data, lang), QUIET)]
    return rows


def _hint(data: dict[str, Any], lang: Lang) -> str:
    deduced = data.get("deduced_action")
    if not deduced:
        return ""
    say = speaker(lang)
    return str(deduced) + say(
        " (motif habituel de ce libellé, non prescrit)", " (usual motive, not an order)"
    )


def _source(data: dict[str, Any], lang: Lang) -> str:
    say = speaker(lang)
    confidence = data["confidence"] or "?"
    tail = say(f"confiance {confidence}", f"confidence {confidence}")
    source = data.get("source", "")
    return f"{source} ; {tail}" if source and lang == "fr" else f"{source}; {tail}" if source else tail


def print_rows(page: Page, rows: list[tuple[str, str, str]], indent: int) -> None:
    """Rows of a title and a text, the texts aligned; each row has its style."""
    width = max((len(title) for title, _, _ in rows), default=0)
    for title, text, style in rows:
        page.line((f"{title:<{width}}  ", QUIET), (text, style), indent=indent, hang=width + 2)


def print_candidate(page: Page, data: dict[str, Any], indent: int) -> None:
    """One candidate among several."""
    name = " ".join(part for part in (data["namespace"], data["code"]) if part)
    page.line(
        "- ",
        (f"{name} ", STRONG),
        data["label"] or data["meaning"],
        (f" → {data['banner']}", action_style(data["action"])),
        indent=indent,
        hang=2,
    )
