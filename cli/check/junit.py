"""The report as JUnit XML, as continuous integrations read it.

A file is a suite. Its first case is its reading; then each rule that found something is a case, which fails
when a finding reaches the severity asked for and otherwise passes with its words as output. No time is told:
the same report gives the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree import ElementTree as ET

from cli.check.data import fichier, left_out_text, omitted_text
from cli.check.document import Fichier, Illisible, Remarque
from cli.check.findings import place, times, value_lines
from cli.check.model import FileReport, LeftOut, Report, at_least
from cli.words.severities import severity_word
from cli.words.speech import say

#: Characters that XML 1.0 cannot hold, even escaped.
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: Places written of one rule before they are only counted.
_MOST_PLACES: Final = 100


def pieces(report: Report) -> Iterator[str]:
    """The report in JUnit XML. Its sums come first: suites are made twice."""
    root = ET.Element("testsuites", {"name": "noemie check", **_sums(map(_suite, report.files))})
    whole = ET.tostring(root, encoding="unicode")
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    if not report.files:
        yield f"{whole}\n"
        return
    yield whole.removesuffix(" />") + ">\n"
    for suite in map(_suite, report.files):
        ET.indent(suite, level=1)
        yield f"  {ET.tostring(suite, encoding='unicode')}\n"
    yield f"</{root.tag}>\n"


def _sums(suites: Iterable[ET.Element]) -> dict[str, str]:
    sums = dict.fromkeys(("tests", "failures", "errors"), 0)
    for suite in suites:
        for name in sums:
            sums[name] += int(suite.get(name, "0"))
    return {name: str(count) for name, count in sums.items()}


def _suite(file: FileReport) -> ET.Element:
    fails = at_least(file.fail_on)
    shown = fichier(file)
    name = _clean(shown.file)
    cases = [_case(say("lecture", "reading"), name)]
    if isinstance(shown, Illisible):
        told = shown.error
        error = ET.SubElement(cases[0], "error", type=told.rule, message=_clean(told.title))
        error.text = _clean(f"{told.message}.\n→ {told.fix}")
    else:
        cases += [_rule(remarks, fails, name) for remarks in _by_rule(shown).values()]
        if file.omitted:
            cases.append(_omitted(file, name))
        cases += [_left_out(one, name) for one in file.left_out]
    suite = ET.Element(
        "testsuite",
        name=name,
        tests=str(len(cases)),
        failures=str(sum(case.find("failure") is not None for case in cases)),
        errors=str(sum(case.find("error") is not None for case in cases)),
    )
    suite.extend(cases)
    return suite


def _omitted(file: FileReport, name: str) -> ET.Element:
    """What was counted but not listed, which may be all that fails."""
    case = _case("--max-findings", name)
    text = omitted_text(file.omitted)
    if file.fails:
        ET.SubElement(case, "failure", type="omitted", message=text)
    else:
        ET.SubElement(case, "system-out").text = text
    return case


def _left_out(one: LeftOut, name: str) -> ET.Element:
    """What an option or a configuration leaves out."""
    case = _case(f"--{one.by}", name)
    ET.SubElement(case, "skipped", message=_clean(left_out_text(one)))
    return case


def _case(name: str, file: str) -> ET.Element:
    return ET.Element("testcase", name=name, classname=file)


def _by_rule(file: Fichier) -> dict[str, list[Remarque]]:
    rules: dict[str, list[Remarque]] = {}
    for remark in (*file.findings, *file.notes):
        rules.setdefault(remark.rule, []).append(remark)
    return dict(sorted(rules.items()))


def _rule(remarks: list[Remarque], fails: tuple[str, ...], file: str) -> ET.Element:
    first = remarks[0]
    case = _case(first.rule, file)
    text = _clean(_text(remarks))
    if first.severity in fails:
        message = f"{severity_word(first.severity)} {first.title}{_times(_count(remarks))}"
        failure = ET.SubElement(case, "failure", type=first.severity, message=_clean(message))
        failure.text = text
    else:
        ET.SubElement(case, "system-out").text = text
    return case


def _times(count: int) -> str:
    return f" (× {count})" if count > 1 else ""


def _count(remarks: list[Remarque]) -> int:
    return sum(times(remark) for remark in remarks)


def _text(remarks: list[Remarque]) -> str:
    parts = [remarks[0].title]
    for remark in remarks[:_MOST_PLACES]:
        where = place(remark)
        if remark.facture:
            where += say(f", facture {remark.facture}", f", invoice {remark.facture}")
        parts.append(f"- {where}{say(' : ', ': ')}{remark.message}{_times(times(remark))}")
        parts += [f"  {line}" for line in value_lines(remark)]
    if len(remarks) > _MOST_PLACES:
        more = _count(remarks[_MOST_PLACES:])
        parts.append(say(f"et {more} de plus", f"and {more} more"))
    if remarks[0].fix:
        parts.append(f"→ {remarks[0].fix}")
    return "\n".join(parts)


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
