"""The report as one self-contained HTML file: nothing is fetched, nothing is sent.

Every text goes through the automatic escaping of jinja2, and the page's own policy lets run its style and its
script alone, by their digest. Without a script the page shows everything; the filter box needs one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final

import msgspec
from msgspec import UNSET
from msgspec.structs import asdict, replace

from cli.check import caret
from cli.check.data import fichier, left_out_text, stale_data
from cli.check.document import Illisible, Remarque
from cli.check.findings import by_invoice, group_title, place, same_words, value_lines
from cli.check.model import FileReport, Remark, Report
from cli.words.html import asset, dressed, template_of
from cli.words.severities import WORDS, counts_text, known_rule
from cli.words.speech import language, plural, say


def pieces(report: Report) -> Iterator[str]:
    """The report in HTML. Raises `CommandError` when jinja2 is not installed."""
    template, totals = template_of("report.html"), report.totals
    return template.generate(
        dressed(asset("report.js")),
        version=version("sesam-noemie"),
        totals=_totals(totals),
        tones=_TONES,
        verdict=verdict(totals),
        told=counts_text({word: totals[f"{word}s"] for word in WORDS}),
        words=WORDS,
        rules=_rules(report),
        files=map(file_context, report.files),
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


def _totals(totals: Mapping[str, int]) -> list[tuple[str, int, str]]:
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
        for name, count in totals.items()
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
        "groups": _groups(findings),
        "notes": [_remark([one]) for one in zip(file.notes, shown.notes, strict=True)],
    }


#: Invoices of which one thing is told before it is told of all of them at once.
_MANY: Final = 3

_Told = tuple[Remark, Remarque]


def _groups(findings: Sequence[_Told]) -> list[dict[str, Any]]:
    """What is found by invoice; what is found in many alike, first when nothing else is worse, else last."""
    wide = [
        some
        for some in same_words(findings, _shown)
        if len({(one.lot, one.facture) for _, one in some if one.facture}) > _MANY
    ]
    told = {id(one) for some in wide for _, one in some}
    rest = [one for one in findings if id(one[1]) not in told]
    groups = [
        {"title": group_title(*key), "remarks": [_remark(same) for same in same_words(some, _shown)]}
        for key, some in by_invoice(rest, _shown).items()
    ]
    if wide:
        title = say("Dans plusieurs factures", "In several invoices")
        several = {"title": title, "remarks": [_remark(some, of_many=True) for some in wide]}
        worst = min(WORDS.index(some[0][0].severity) for some in wide)
        is_first = all(worst <= WORDS.index(remark.severity) for remark, _ in rest)
        groups.insert(0 if is_first else len(groups), several)
    return groups


def _shown(one: _Told) -> Remarque:
    return one[1]


def _remark(same: Sequence[_Told], *, of_many: bool = False) -> dict[str, Any]:
    """Findings that say the same, as one: the first, and where the others are."""
    remark, told = same[0]
    lines = [value_lines(replace(one, consequences=UNSET)) for _, one in same]
    alike = all(some == lines[0] for some in lines)
    rule = known_rule(remark.finding.rule)
    below = () if told.consequences is UNSET else told.consequences
    return {
        **asdict(told),
        "consequences": [{**asdict(one), "place": place(one)} for one in below],
        "lines": lines[0] if alike else (),
        "count": sum(one.count for one, _ in same),
        "place": place(told),
        "places": _places(same, () if alike else lines, of_many=of_many) if len(same) > 1 else (),
        "why": rule.why(language()) if rule else "",
        "excerpt": caret.lines(remark.excerpt) if remark.excerpt else (),
    }


def _places(same: Sequence[_Told], lines: Sequence[list[str]], *, of_many: bool) -> list[dict[str, Any]]:
    """Where each stands, of which invoice when they are `of_many`, and its `lines` when they differ."""
    found = []
    for rank, (_, one) in enumerate(same):
        words = [place(one), *(lines[rank] if lines else ())]
        if of_many:
            words.insert(0, group_title(one.lot, one.facture))
        found.append({"text": ", ".join(words), "record": one.record})
    return found
