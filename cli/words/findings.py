"""Findings as text: by invoice, each with its place, what was expected and what to do."""

from __future__ import annotations

from typing import Any, Final

from cli.words.page import GOOD, QUIET, SEVERITY_STYLES, STRONG, Page
from cli.words.severities import grouped
from cli.words.speech import plural, say

#: Places listed under one remark before they are only counted.
_MOST_PLACES: Final = 5


def severity_word(word: str) -> str:
    """Severity as printed: capitals, so that it is seen without colours."""
    return {
        "error": say("ERREUR", "ERROR"),
        "warning": say("AVERTISSEMENT", "WARNING"),
        "info": say("À NOTER", "NOTE"),
    }[word]


def place(finding: dict[str, Any]) -> str:
    """Where a finding is: record (or group of a zone), byte of the file, field with its positions."""
    if "occurrence" in finding:
        return _place_in_zone(finding)
    if not finding["record"]:
        return say("le fichier entier", "the whole file")
    text = say(f"enregistrement {finding['record']}", f"record {finding['record']}")
    if finding["type"]:
        text += f" (type {finding['type']})"
    text += say(f", octet {finding['offset']}", f", byte {finding['offset']}")
    if finding["field"]:
        text += say(", zone ", ", field ") + finding["field"]
        if "start" in finding:
            start, end = finding["start"], finding["end"]
            if start == end:
                text += say(f" (position {start})", f" (position {start})")
            else:
                text += say(f" (positions {start} à {end})", f" (positions {start} to {end})")
    return text


def _place_in_zone(finding: dict[str, Any]) -> str:
    if not finding["record"]:
        return say("la zone entière", "the whole zone")
    text = say("groupe ", "group ") + (finding["type"] or "?")
    if finding["occurrence"]:
        text += f", occurrence {finding['occurrence']}"
    text += say(f" (groupe {finding['record']} de la zone)", f" (group {finding['record']} of the zone)")
    text += say(f", octet {finding['offset']}", f", byte {finding['offset']}")
    if finding["field"]:
        text += say(", champ ", ", field ") + finding["field"]
    if finding["position"]:
        text += f" (position {finding['position']})"
    return text


def counts_text(counts: dict[str, int]) -> str:
    """`2 erreurs, 1 avertissement`; what is zero is left out."""
    words = (
        ("error", say("erreur", "error"), say("erreurs", "errors")),
        ("warning", say("avertissement", "warning"), say("avertissements", "warnings")),
        ("info", say("information", "note"), say("informations", "notes")),
    )
    parts = [plural(counts[key], one, many) for key, one, many in words if counts[key]]
    return ", ".join(parts) or say("rien à signaler", "nothing to report")


def size_text(file: dict[str, Any]) -> str:
    """`3 factures, 24 enregistrements`."""
    if file["family"] == "ssv":
        return plural(file["records"], say("groupe", "group"), say("groupes", "groups"))
    noun = (
        ("entité", "entités", "entity", "entities")
        if file["family"] == "noemie"
        else ("enregistrement", "enregistrements", "record", "records")
    )
    return ", ".join(
        (
            plural(file["factures"], say("facture", "invoice"), say("factures", "invoices")),
            plural(file["records"], say(noun[0], noun[2]), say(noun[1], noun[3])),
        )
    )


def print_file(page: Page, file: dict[str, Any]) -> None:
    """One file: its title, its findings by invoice, its notes."""
    colon = say(" :", ":")
    worst = next((word for word in SEVERITY_STYLES if file["counts"][word]), "")
    page.line(
        (f"{file['file']}{colon} ", STRONG),
        (counts_text(file["counts"]), SEVERITY_STYLES.get(worst, GOOD)),
        (_folded_text(file), QUIET),
        (f" ({size_text(file)})", QUIET),
        hang=2,
    )
    print_groups(page, file)


def _folded_text(file: dict[str, Any]) -> str:
    """How many findings are told under their cause."""
    count = file.get("folded", 0)
    return say(f", {count} en découlent", f", {count} following from them") if count else ""


def print_groups(page: Page, file: dict[str, Any]) -> None:
    """Findings by invoice, then the notes."""
    for (lot, facture), findings in grouped(file["findings"]):
        page.blank()
        page.heading(_group_title(lot, facture))
        for same in _same_words(findings):
            _print_remark(page, same)
    if file["omitted"]:
        page.blank()
        page.line(
            say(
                f"{file['omitted']} de plus, non montrés. → --max-findings 0 les montre tous.",
                f"{file['omitted']} more, not shown. → --max-findings 0 shows them all.",
            ),
            indent=2,
        )
    _print_notes(page, file["notes"])


def _group_title(lot: str, facture: str) -> str:
    if facture:
        title = say(f"Facture {facture}", f"Invoice {facture}")
        return title + (say(f", lot {lot}", f", batch {lot}") if lot else "")
    return say(f"Lot {lot}", f"Batch {lot}") if lot else say("Fichier", "File")


def _same_words(findings: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Findings that say the same thing of several places, together."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for finding in findings:
        groups.setdefault((finding["rule"], finding["message"]), []).append(finding)
    return list(groups.values())


def _print_remark(page: Page, same: list[dict[str, Any]]) -> None:
    first = same[0]
    page.line(
        (severity_word(first["severity"]), SEVERITY_STYLES[first["severity"]]),
        f"  {first['title']} ",
        (f"[{first['rule']}]", QUIET),
        indent=2,
        hang=4,
    )
    for finding in same[:_MOST_PLACES]:
        times = f" (× {finding['count']})" if finding.get("count", 1) > 1 else ""
        page.line(place(finding) + times, indent=4, hang=2)
        for row in finding.get("excerpt", ()):
            page.line((row, QUIET), indent=6)
    if len(same) > _MOST_PLACES:
        more = sum(finding.get("count", 1) for finding in same[_MOST_PLACES:])
        page.line(say(f"et {more} de plus", f"and {more} more"), indent=4)
    if first["message"]:
        page.line(first["message"], indent=4, hang=2)
    _print_values(page, same)
    if first["fix"]:
        page.line(("→ ", STRONG), first["fix"], indent=4, hang=2)
    if first["confidence"] in ("C", "D"):
        page.line(
            (
                say(
                    f"règle déduite, confiance {first['confidence']} ({first['source']})",
                    f"inferred rule, confidence {first['confidence']} ({first['source']})",
                ),
                QUIET,
            ),
            indent=4,
            hang=2,
        )


def _print_values(page: Page, same: list[dict[str, Any]]) -> None:
    """What was found and what was expected, and what a cause explains."""
    found = list(dict.fromkeys(filter(None, (one.get("found", "") for one in same))))[:_MOST_PLACES]
    for line in value_lines({**same[0], "found": " | ".join(found)}):
        page.line(line, indent=4, hang=2)


def value_lines(finding: dict[str, Any]) -> list[str]:
    """What was found and what was expected, where the message does not tell it; what a cause explains."""
    found, expected = finding.get("found", ""), finding.get("expected", "")
    lines = []
    if found and found not in finding["message"]:
        is_telling = expected and expected != finding["fix"] and not expected.isdigit()
        told = is_telling and expected not in finding["message"]
        text = say("trouvé : ", "found: ") + found
        lines.append(text + (say(" ; attendu : ", "; expected: ") + expected if told else ""))
    below = finding.get("consequences", ())
    if below:
        names: dict[str, int] = {}
        for one in below:
            names[one["rule"]] = names.get(one["rule"], 0) + one.get("count", 1)
        listed = ", ".join(f"{rule} × {count}" if count > 1 else rule for rule, count in names.items())
        one, many = ("finding explained", "findings explained")
        head = plural(len(below), say("remarque expliquée", one), say("remarques expliquées", many))
        lines.append(f"{head}{say(' : ', ': ')}{listed}")
    return lines


def _print_notes(page: Page, notes: list[dict[str, Any]]) -> None:
    if not notes:
        return
    page.blank()
    # What is told of a whole comparison has no detail.
    more = say(" (détail : --verbose)", " (detail: --verbose)") if any(n["record"] for n in notes) else ""
    page.heading(say("À noter, sans gravité", "To be known, not serious") + more)
    for note in notes:
        where = f"{note['type']}.{note['field']}" if note["field"] else note["type"]
        page.line(
            f"{note['count']} × ",
            note["title"],
            f", {where} " if where else " ",
            (f"[{note['rule']}]", QUIET),
            indent=2,
            hang=4,
        )
