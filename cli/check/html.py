"""The report as one self-contained HTML file: nothing is fetched, nothing is sent.

Every text goes through the automatic escaping of jinja2, and the page's own policy lets run its style and its
script alone, by their digest. Without a script the page shows everything; the filter box needs one.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from cli.check import caret
from cli.check.data import file_data, left_out_text, stale_data
from cli.check.model import FileReport, Remark, Report
from cli.words.findings import counts_text, place, size_text, value_lines
from cli.words.html import asset, dressed, template_of
from cli.words.severities import WORDS, grouped, known_rule
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


def _rules(report: Report) -> list[dict[str, Any]]:
    """Every rule that found something, the worst and most frequent first."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for index, file in enumerate(report.files):
        for remark in file.remarks:
            row = found.setdefault(
                (remark.finding.rule, remark.severity),
                {"rule": remark.finding.rule, "severity": remark.severity, "count": 0, "files": set()},
            )
            row["count"] += remark.count
            row["files"].add(index)
    rows = sorted(found.values(), key=lambda row: (WORDS.index(row["severity"]), -row["count"], row["rule"]))
    for row in rows:
        rule = known_rule(row["rule"])
        row["title"] = rule.title(language()) if rule else row["rule"]
        row["files"] = len(row["files"])
    return rows


def file_context(file: FileReport) -> dict[str, Any]:
    """One file for the template: its data, its remarks by invoice."""
    data = file_data(file)
    if "error" in data:
        return data
    findings = [_remark(remark, found) for remark, found in zip(file.findings, data["findings"], strict=True)]
    return data | {
        "size": size_text(data),
        "told": counts_text(data["counts"]),
        "left_out_lines": [left_out_text(one) for one in file.left_out],
        "groups": [
            {"lot": lot, "facture": facture, "remarks": remarks}
            for (lot, facture), remarks in grouped(findings)
        ],
        "notes": [_remark(remark, found) for remark, found in zip(file.notes, data["notes"], strict=True)],
    }


def _remark(remark: Remark, data: dict[str, Any]) -> dict[str, Any]:
    rule = known_rule(remark.finding.rule)
    below = [{**found, "place": place(found)} for found in data.get("consequences", ())]
    lines = value_lines({name: value for name, value in data.items() if name != "consequences"})
    return data | {
        "consequences": below,
        "lines": lines,
        "count": remark.count,
        "place": place(data),
        "why": rule.why(language()) if rule else "",
        "excerpt": caret.lines(remark.excerpt) if remark.excerpt else (),
    }
