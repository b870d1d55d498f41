"""The report as one self-contained HTML file: nothing is fetched, nothing is sent.

Every text goes through the automatic escaping of jinja2, and the page's own policy lets run its style and its
script alone, by their digest. Without a script the page shows everything; the filter box needs one.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

import msgspec
from msgspec import UNSET
from msgspec.structs import asdict, replace

from cli.check import caret
from cli.check.data import fichier, left_out_text, stale_data
from cli.check.document import Illisible, Remarque
from cli.check.findings import by_invoice, place, value_lines
from cli.check.model import FileReport, Remark, Report
from cli.words.html import asset, dressed, template_of
from cli.words.severities import WORDS, counts_text, known_rule
from cli.words.speech import language, plural, say


def write(report: Report) -> str:
    """The report in HTML. Raises `CommandError` when jinja2 is not installed."""
    template = template_of("report.html")
    return template.render(
        dressed(asset("report.js")),
        version=version("sesam-noemie"),
        totals=_totals(report),
        tones=_TONES,
        verdict=verdict(report.totals),
        told=counts_text({word: report.totals[f"{word}s"] for word in WORDS}),
        words=WORDS,
        rules=_rules(report),
        files=[file_context(file) for file in report.files],
        stale=[stale_data(*entry) for entry in report.stale or ()],
    )


#: Totals that are told even when there are none.
_ALWAYS: Final = frozenset({"files", "factures", "errors", "warnings"})

#: Tones of the totals that are not zero.
_TONES: Final = {"unreadable": "stop", "errors": "stop", "warnings": "act", "infos": "note"}


def verdict(totals: Mapping[str, int]) -> dict[str, str]:
    """Whether what was checked may be sent, in one line: its text, its tone, its sign."""
    unreadable, errors, warnings = (totals[name] for name in ("unreadable", "errors", "warnings"))
    if unreadable or errors:
        words = plural(
            errors,
            say("erreur à corriger", "error to correct"),
            say("erreurs à corriger", "errors to correct"),
        )
        illegible = plural(
            unreadable,
            say("fichier illisible", "unreadable file"),
            say("fichiers illisibles", "unreadable files"),
        )
        told = ", ".join(text for text, count in ((words, errors), (illegible, unreadable)) if count)
        return {
            "text": say(f"Ne pas envoyer : {told}", f"Do not send: {told}"),
            "tone": "stop",
            "sign": "stop",
        }
    if warnings:
        told = plural(warnings, say("avertissement", "warning"), say("avertissements", "warnings"))
        return {
            "text": say(f"À relire avant d'envoyer : {told}", f"To be read again before sending: {told}"),
            "tone": "act",
            "sign": "late",
        }
    return {"text": say("Rien à corriger", "Nothing to correct"), "tone": "good", "sign": "good"}


def _totals(report: Report) -> list[tuple[str, int, str]]:
    """Each total: its name, its value, what it counts."""
    nouns = {
        "files": (say("fichier", "file"), say("fichiers", "files")),
        "unreadable": (say("illisible", "unreadable"), say("illisibles", "unreadable")),
        "factures": (say("facture", "invoice"), say("factures", "invoices")),
        "errors": (say("erreur", "error"), say("erreurs", "errors")),
        "warnings": (say("avertissement", "warning"), say("avertissements", "warnings")),
        "infos": (say("information", "note"), say("informations", "notes")),
        "folded": (say("conséquence", "consequence"), say("conséquences", "consequences")),
    }
    return [
        (name, count, plural(count, *nouns[name]).partition(" ")[2])
        for name, count in report.totals.items()
        if count or name in _ALWAYS
    ]


class RuleCount(msgspec.Struct):
    """How many findings of a rule, in how many files."""

    rule: str
    severity: str
    title: str
    count: int = 0
    files: int = 0


def _rules(report: Report) -> list[RuleCount]:
    """Every rule that found something, the worst and most frequent first."""
    found: dict[tuple[str, str], RuleCount] = {}
    for file in report.files:
        here = set()
        for remark in file.remarks:
            key = (remark.finding.rule, remark.severity)
            if key not in found:
                rule = known_rule(remark.finding.rule)
                found[key] = RuleCount(*key, rule.title(language()) if rule else key[0])
            found[key].count += remark.count
            here.add(key)
        for key in here:
            found[key].files += 1
    return sorted(found.values(), key=lambda one: (WORDS.index(one.severity), -one.count, one.rule))


def file_context(file: FileReport) -> dict[str, Any]:
    """One file for the template: its data, its remarks by invoice."""
    shown = fichier(file)
    data: dict[str, Any] = msgspec.to_builtins(shown)
    if isinstance(shown, Illisible):
        return data
    findings = list(zip(file.findings, shown.findings, strict=True))
    return data | {
        "size": file.size_text,
        "told": counts_text(data["counts"]),
        "left_out_lines": [left_out_text(one) for one in file.left_out],
        "groups": [
            {"lot": lot, "facture": facture, "remarks": [_remark(*one) for one in some]}
            for (lot, facture), some in by_invoice(findings, lambda one: one[1]).items()
        ],
        "notes": [_remark(*one) for one in zip(file.notes, shown.notes, strict=True)],
    }


def _remark(remark: Remark, told: Remarque) -> dict[str, Any]:
    rule = known_rule(remark.finding.rule)
    below = () if told.consequences is UNSET else told.consequences
    return {
        **asdict(told),
        "consequences": [{**asdict(one), "place": place(one)} for one in below],
        "lines": value_lines(replace(told, consequences=UNSET)),
        "count": remark.count,
        "place": place(told),
        "why": rule.why(language()) if rule else "",
        "excerpt": caret.lines(remark.excerpt) if remark.excerpt else (),
    }
