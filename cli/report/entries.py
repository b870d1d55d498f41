"""Catalogue entries as text, for `noemie explain`."""

from __future__ import annotations

from typing import Any, Final

from cli.report.findings import severity_word
from cli.report.page import QUIET, SEVERITY_STYLES, STRONG, Page
from cli.report.reasons import action_style, print_reason, print_rows, speaker_of
from cli.speech import Lang, plural, speaker

#: What two fields of different norms must share to be told as one.
_SAME: Final = (
    "record",
    "name",
    "start",
    "end",
    "value_kind",
    "presence",
    "personal",
    "list",
    "label",
    "confidence",
    "note",
)

#: Codes of a list shown under a field.
_MOST_CODES: Final = 15
#: Entries of the same kind beyond which only a line each is shown.
_MOST_WHOLE: Final = 4


def print_entries(page: Page, entries: list[dict[str, Any]], lang: Lang) -> None:
    """What was asked: whole when there are few entries of a kind, a line each otherwise."""
    entries = _merged(entries)
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry["kind"]] = counts.get(entry["kind"], 0) + 1
    whole_before = True
    for rank, entry in enumerate(entries):
        whole = counts[entry["kind"]] <= _MOST_WHOLE
        if rank and (whole or whole_before):
            page.blank()
        whole_before = whole
        if whole:
            _PRINTERS[entry["kind"]](page, entry, lang)
        else:
            print_short(page, entry, lang)


def _merged(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same field of several norms as one entry, that names them all."""
    merged: dict[object, dict[str, Any]] = {}
    for rank, entry in enumerate(entries):
        key: object = rank
        if entry["kind"] == "field":
            key = tuple(entry[name] for name in _SAME)
        if key in merged:
            first = merged[key]
            merged[key] = {**first, "family": f"{first['family']}, {entry['family']}"}
        else:
            merged[key] = entry
    return list(merged.values())


def print_short(page: Page, entry: dict[str, Any], lang: Lang) -> None:
    """One candidate on a line."""
    name, words = _short(entry, lang)
    tail = ("", "")
    if "banner" in entry:
        tail = (f" → {entry['banner']}", action_style(entry["action"]))
    page.line("- ", (f"{name}  ", STRONG), words, tail, indent=2, hang=2)


def _short(entry: dict[str, Any], lang: Lang) -> tuple[str, str]:
    say = speaker(lang)
    match entry["kind"]:
        case "reject":
            name = " ".join(part for part in (entry["namespace"], entry["code"]) if part)
            return name, entry["label"] or entry["meaning"]
        case "motive":
            return say("motif ", "motive ") + entry["motive"], entry["title"]
        case "rule":
            return entry["rule"], entry["title"]
        case "field":
            where = (
                f"{entry['start']}-{entry['end']}" if entry["end"] > entry["start"] else f"{entry['start']}"
            )
            return f"{entry['family']} {entry['record']}.{entry['name']}", f"{entry['label']} ({where})"
        case "record":
            return f"{entry['family']} {entry['record']}", entry["title"]
    return f"{entry['list']} {entry['code']}", entry["label"]


def _print_reject(page: Page, entry: dict[str, Any], lang: Lang) -> None:
    say = speaker(lang)
    name = entry["code"] or say("sans code", "no code")
    page.line((name, STRONG), (f"  {speaker_of(entry['namespace'], lang)}", QUIET))
    if entry["label"]:
        page.line(say("« ", "“") + entry["label"] + say(" »", "”"), indent=2)
    print_reason(page, entry, lang)


def _print_motive(page: Page, entry: dict[str, Any], lang: Lang) -> None:
    say = speaker(lang)
    page.line(
        (entry["title"], STRONG), (say(f"  motif {entry['motive']}", f"  motive {entry['motive']}"), QUIET)
    )
    print_reason(page, entry, lang)


def _print_rule(page: Page, entry: dict[str, Any], lang: Lang) -> None:
    say = speaker(lang)
    page.line((entry["rule"], STRONG), f"  {entry['title']}")
    page.line((severity_word(entry["severity"], lang), SEVERITY_STYLES[entry["severity"]]), indent=2)
    rows = [
        (say("constat", "finding"), entry["message"], ""),
        (say("pourquoi", "why"), entry["why"], ""),
        (say("à faire", "to do"), entry["fix"], ""),
        (say("normes", "norms"), ", ".join(entry["norms"]), ""),
        (say("évite", "prevents"), entry["motive"] and say("rejet ", "reject ") + entry["motive"], ""),
        ("source", f"{entry['source']}, {say('confiance', 'confidence')} {entry['confidence']}", QUIET),
    ]
    print_rows(page, [row for row in rows if row[1]], 2)


def _print_record(page: Page, entry: dict[str, Any], lang: Lang) -> None:
    say = speaker(lang)
    page.line(
        (f"{entry['family']} {entry['record']}", STRONG),
        f"  {entry['title']}",
        (
            f"  {entry['length']} {say('octets', 'bytes')}, {len(entry['fields'])} {say('zones', 'fields')}",
            QUIET,
        ),
    )
    silent = ("type_enregistrement", "blanc", "reserve", "delimiteur", "complement_type", "sequence")
    names = [field["name"] for field in entry["fields"] if not field["name"].startswith(silent)]
    page.line(", ".join(names), indent=2)
    page.line((f"→ noemie layouts {entry['family']} {entry['record']}", QUIET), indent=2)


def _print_field(page: Page, entry: dict[str, Any], lang: Lang) -> None:
    say = speaker(lang)
    single = entry["start"] == entry["end"]
    where = (
        say(f"position {entry['start']}", f"position {entry['start']}")
        if single
        else say(
            f"positions {entry['start']} à {entry['end']}", f"positions {entry['start']} to {entry['end']}"
        )
    )
    page.line((f"{entry['record']}.{entry['name']}", STRONG), f"  {entry['label']}")
    presence = {"O": say("obligatoire", "mandatory"), "F": say("facultatif", "optional")}.get(
        entry["presence"], ""
    )
    title = f" ({entry['title']})" if entry["title"] else ""
    personal = entry["personal"] and say("donnée personnelle, masquée", "personal, masked")
    length = plural(entry["length"], say("octet", "byte"), say("octets", "bytes"), lang)
    rows = [
        (say("où", "where"), f"{entry['family']} {entry['record']}{title}, {where} ({length})", ""),
        (
            say("nature", "kind"),
            ", ".join(part for part in (entry["value_kind"], presence, personal) if part),
            "",
        ),
        (say("codes", "codes"), _codes(entry, lang), ""),
        (say("réserve", "caveat"), entry["note"], QUIET),
        (say("confiance", "confidence"), entry["confidence"], QUIET),
    ]
    print_rows(page, [row for row in rows if row[1]], 2)


def _codes(entry: dict[str, Any], lang: Lang) -> str:
    say = speaker(lang)
    if not entry["list"]:
        return ""
    shown = [
        f"{code['code'] or say('blanc', 'blank')} {code['label']}" for code in entry["codes"][:_MOST_CODES]
    ]
    text = say(" ; ", "; ").join(shown)
    if len(entry["codes"]) > _MOST_CODES:
        text += say(
            f" ; et {len(entry['codes']) - _MOST_CODES} autres (noemie codes {entry['list']})",
            f"; and {len(entry['codes']) - _MOST_CODES} more (noemie codes {entry['list']})",
        )
    return text if entry["complete"] else text + say(" (liste partielle)", " (partial list)")


def _print_code(page: Page, entry: dict[str, Any], lang: Lang) -> None:
    say = speaker(lang)
    page.line((entry["code"], STRONG), f"  {entry['label']}", (f"  {entry['list']}", QUIET))
    rows = [
        (say("réserve", "caveat"), entry["note"], QUIET),
        ("source", f"{entry['source']}, {say('confiance', 'confidence')} {entry['confidence']}", QUIET),
    ]
    print_rows(page, [row for row in rows if row[1]], 2)


_PRINTERS: Final = {
    "reject": _print_reject,
    "motive": _print_motive,
    "rule": _print_rule,
    "record": _print_record,
    "field": _print_field,
    "code": _print_code,
}
