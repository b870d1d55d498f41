"""Findings as text: by invoice, each with its place, what was expected and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, TypeVar

from msgspec import UNSET
from msgspec.structs import replace

from cli.check.data import left_out_text, trouve
from cli.check.document import Remarque
from cli.check.model import FileReport, Remark
from cli.words.page import QUIET, SEVERITY_STYLES, STRONG, Page
from cli.words.severities import severity_word
from cli.words.speech import plural, say

#: Places listed under one remark before they are only counted.
_MOST_PLACES: Final = 5

#: Informations that are their numbers.
_WITH_NUMBERS: Final = "registre.refus-"

_T = TypeVar("_T")


class Shown(NamedTuple):
    """A finding, and the lines of its excerpt."""

    remarque: Remarque
    excerpt: Sequence[str] = ()


def times(one: Remarque) -> int:
    """How many findings it stands for."""
    return 1 if one.count is UNSET else one.count


def place(one: Remarque) -> str:
    """Where a finding is: record (or group of a zone), byte of the file, field with its positions."""
    if one.occurrence is not UNSET:
        return _place_in_zone(one)
    if not one.record:
        return say("le fichier entier", "the whole file")
    text = say(f"enregistrement {one.record}", f"record {one.record}")
    if one.type:
        text += f" (type {one.type})"
    text += say(f", octet {one.offset}", f", byte {one.offset}")
    if one.field:
        text += say(", zone ", ", field ") + one.field
        if one.start is not UNSET:
            if one.start == one.end:
                text += f" (position {one.start})"
            else:
                text += say(f" (positions {one.start} à {one.end})", f" (positions {one.start} to {one.end})")
    return text


def _place_in_zone(one: Remarque) -> str:
    if not one.record:
        return say("la zone entière", "the whole zone")
    text = say("groupe ", "group ") + (one.type or "?")
    if one.occurrence:
        text += f", occurrence {one.occurrence}"
    text += say(f" (groupe {one.record} de la zone)", f" (group {one.record} of the zone)")
    text += say(f", octet {one.offset}", f", byte {one.offset}")
    if one.field:
        text += say(", champ ", ", field ") + one.field
    if one.position:
        text += f" (position {one.position})"
    return text


def by_invoice(items: Iterable[_T], finding: Callable[[_T], Remarque]) -> dict[tuple[str, str], list[_T]]:
    """Findings by (batch, invoice), each group where its first finding stands."""
    groups: dict[tuple[str, str], list[_T]] = {}
    for item in items:
        one = finding(item)
        groups.setdefault((one.lot, one.facture), []).append(item)
    return groups


def same_words(items: Iterable[_T], finding: Callable[[_T], Remarque]) -> list[list[_T]]:
    """Findings that say the same thing of several places, together; what explains others stands alone."""
    groups: dict[tuple[object, ...], list[_T]] = {}
    for rank, item in enumerate(items):
        one = finding(item)
        alone = rank if one.consequences is not UNSET else -1
        groups.setdefault((one.rule, one.message, one.severity, alone), []).append(item)
    return list(groups.values())


def print_findings(page: Page, file: FileReport) -> None:
    """What is told of one file after its title: findings by invoice, notes, what was left out."""
    found = trouve(file.counts, file.omitted, file.findings, file.notes)
    print_groups(page, map(with_excerpt, file.findings, found.findings), found.omitted, found.notes)
    for one in file.left_out:
        if one.by != "baseline":
            page.line(left_out_text(one), indent=2)


def with_excerpt(remark: Remark, shown: Remarque) -> Shown:
    """A finding with the two lines of its excerpt, if any."""
    if remark.excerpt is None:
        return Shown(shown)
    from cli.check import caret

    return Shown(shown, caret.lines(remark.excerpt))


def print_groups(page: Page, told: Iterable[Shown], omitted: int, notes: Sequence[Remarque]) -> None:
    """Findings by invoice, then the notes."""
    for (lot, facture), some in by_invoice(told, lambda one: one.remarque).items():
        page.blank()
        page.heading(group_title(lot, facture))
        for same in same_words(some, lambda one: one.remarque):
            _print_remark(page, same)
    if omitted:
        page.blank()
        page.line(
            say(
                f"{omitted} de plus, non montrés. → --max-findings 0 les montre tous.",
                f"{omitted} more, not shown. → --max-findings 0 shows them all.",
            ),
            indent=2,
        )
    _print_notes(page, notes)


def group_title(lot: str, facture: str) -> str:
    """What findings are of: an invoice, a batch, the file."""
    if facture:
        title = say(f"Facture {facture}", f"Invoice {facture}")
        return title + (say(f", lot {lot}", f", batch {lot}") if lot else "")
    return say(f"Lot {lot}", f"Batch {lot}") if lot else say("Fichier", "File")


def _print_remark(page: Page, same: list[Shown]) -> None:
    first = same[0].remarque
    page.line(
        (severity_word(first.severity), SEVERITY_STYLES[first.severity]),
        f"  {first.title} ",
        (f"[{first.rule}]", QUIET),
        indent=2,
        hang=4,
    )
    for one, excerpt in same[:_MOST_PLACES]:
        count = f" (× {times(one)})" if times(one) > 1 else ""
        page.line(place(one) + count, indent=4, hang=2)
        for row in excerpt:
            page.line((row, QUIET), indent=6)
    if len(same) > _MOST_PLACES:
        more = sum(times(one) for one, _ in same[_MOST_PLACES:])
        page.line(say(f"et {more} de plus", f"and {more} more"), indent=4)
    if first.message:
        page.line(first.message, indent=4, hang=2)
    found = list(dict.fromkeys(one.found for one, _ in same if one.found))[:_MOST_PLACES]
    for line in value_lines(replace(first, found=" | ".join(found))):
        page.line(line, indent=4, hang=2)
    if first.fix:
        page.line(("→ ", STRONG), first.fix, indent=4, hang=2)
    if first.confidence in ("C", "D"):
        page.line(
            (
                say(
                    f"règle déduite, confiance {first.confidence} ({first.source})",
                    f"inferred rule, confidence {first.confidence} ({first.source})",
                ),
                QUIET,
            ),
            indent=4,
            hang=2,
        )


def value_lines(one: Remarque) -> list[str]:
    """What was found and what was expected, where the message does not tell it; what a cause explains."""
    lines = []
    if one.found and one.found not in one.message:
        is_telling = one.expected and one.expected != one.fix and not one.expected.isdecimal()
        told = is_telling and one.expected not in one.message
        text = say("trouvé : ", "found: ") + one.found
        lines.append(text + (say(" ; attendu : ", "; expected: ") + one.expected if told else ""))
    if one.consequences is not UNSET:
        names: dict[str, int] = {}
        for below in one.consequences:
            names[below.rule] = names.get(below.rule, 0) + times(below)
        listed = ", ".join(f"{rule} × {count}" if count > 1 else rule for rule, count in names.items())
        if set(names) == {one.rule}:  # the same fault in other records
            listed += f" ({_records(one.consequences)})"
        head = plural(
            len(one.consequences),
            say("remarque expliquée", "finding explained"),
            say("remarques expliquées", "findings explained"),
        )
        lines.append(f"{head}{say(' : ', ': ')}{listed}")
    return lines


def _records(findings: Sequence[Remarque]) -> str:
    """`records 7, 11, 15`: the numbers of the first records of some findings."""
    numbers = [str(number) for number in dict.fromkeys(one.record for one in findings)]
    listed = ", ".join(numbers[:_MOST_PLACES]) + (", …" if len(numbers) > _MOST_PLACES else "")
    return say("enregistrements ", "records ") + listed


def _print_notes(page: Page, notes: Sequence[Remarque]) -> None:
    if not notes:
        return
    page.blank()
    # What is told of a whole comparison has no detail.
    more = say(" (détail : --verbose)", " (detail: --verbose)") if any(one.record for one in notes) else ""
    page.heading(say("À noter, sans gravité", "To be known, not serious") + more)
    for note in notes:
        where = f"{note.type}.{note.field}" if note.field else note.type
        page.line(
            f"{times(note)} × ",
            note.title,
            f", {where} " if where else " ",
            (f"[{note.rule}]", QUIET),
            say(" : ", ": ") + note.found if note.rule.startswith(_WITH_NUMBERS) and times(note) == 1 else "",
            indent=2,
            hang=4,
        )
