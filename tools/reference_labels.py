"""The page that judges the classifier of reject labels, on labels written for it (`motive-labels.csv`)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from typing import Final, NamedTuple

from codes.motives import DEFAULT, MOTIVES, match_label

#: How a label was used: patterns were written with it, or it was kept apart to judge them.
USES: Final = {"worked": "Labels that the patterns were written with", "apart": "Labels kept apart"}


class Judged(NamedTuple):
    """A label, the motive it must give, the one it gives, and its use."""

    label: str
    wanted: str
    given: str
    use: str


def judged() -> list[Judged]:
    """Every label of the table with what the classifier makes of it."""
    text = files("codes").joinpath("data", "motive-labels.csv").read_text(encoding="utf-8")
    return [
        Judged(row["label"], row["motive"], _given(row["label"]), row["use"])
        for row in csv.DictReader(text.splitlines())
    ]


def _given(label: str) -> str:
    found = match_label(label)
    return found[0].motive.motive if found else DEFAULT


def labels_page() -> Iterator[str]:
    """The confusion table: what each motive's labels give, then the labels kept apart."""
    yield "# Labels to motives: how good the classifier is"
    yield ""
    yield "No payer publishes its labels: these are our own, in the style of funds and insurers. Those"
    yield "kept apart were written before the patterns saw them, and no pattern may be written for them."
    yield "`autre` is the answer to what is not recognised: it carries no action."
    yield ""
    every = judged()
    for use, title in USES.items():
        yield from _part(title, [one for one in every if one.use == use])


def _part(title: str, labels: list[Judged]) -> Iterator[str]:
    right = sum(one.wanted == one.given for one in labels)
    silent = sum(one.given == DEFAULT != one.wanted for one in labels)
    yield f"## {title}"
    yield ""
    wrong = len(labels) - right - silent
    yield f"{len(labels)} labels: {right} right, {silent} not recognised, {wrong} wrong."
    yield ""
    yield "| must give | labels | right | gives instead |"
    yield "|---|---|---|---|"
    for motive in MOTIVES:
        asked = [one for one in labels if one.wanted == motive]
        if not asked:
            continue
        others = Counter(one.given for one in asked if one.given != motive)
        instead = ", ".join(f"{name} ({count})" for name, count in others.most_common())
        yield f"| {motive} | {len(asked)} | {len(asked) - others.total()} | {instead} |"
    yield ""
    missed = [one for one in labels if one.wanted != one.given]
    if missed:
        yield "| label | must give | gives |"
        yield "|---|---|---|"
        yield from (f"| {one.label} | {one.wanted} | {one.given} |" for one in missed)
        yield ""
