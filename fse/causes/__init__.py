"""Likely causes: what one edit of the flow would mend most findings, and which findings it would mend.

    findings = list(check("flux.b2"))
    for headline in explain("flux.b2", findings):
        headline.rule, headline.found, headline.expected, headline.consequences

Nothing is decided by vicinity: a hypothesis (a line was lost, a day is written JJMMAA) is made true in a copy
of the flow, which is checked again. The findings that are gone are its consequences, provided that no other
came.
Each hypothesis is a rule of the family `cause`. What nothing explains stands as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from codes.findings import Findings
from codes.lists import Namespace, b2, overlay
from codes.rules import BESIDE_FLOWS
from flatfile import Finding, Readable, open_source
from fse.causes import ecriture, euros, jours, locales, octets, ordre, partout, pertes, texte, valeurs
from fse.causes.etat import MOST_BYTES, Etat, Hypothese
from fse.coupures import unwrapped

__all__ = ["explain"]


def _double_or_loss(state: Etat) -> Iterator[Hypothese]:
    """A record written twice, or a line that was lost between two that are alike: the better of both."""
    yield from ordre.doubled(state)
    yield from pertes.lines(state)


def _order_or_loss(state: Etat) -> Iterator[Hypothese]:
    """Records in another order, or a line that was lost and left its complements: the better of both."""
    yield from ordre.swapped(state)
    yield from pertes.lines(state)


_Kind = Callable[[Etat], Iterable[Hypothese]]

#: Kinds of hypotheses, from what touches the whole file to what touches one value.
_WHOLE: tuple[_Kind, ...] = (
    texte.recoded,
    texte.at_blanks,
    ecriture.blanks,
    texte.line_ends,
    ecriture.widths,
    texte.utf8,
    texte.accents,
    texte.lower_case,
    ecriture.shifts,
    ecriture.numbers,
    jours.flow,
)
_OF_RECORDS: tuple[_Kind, ...] = (
    octets.breaks,
    pertes.cut,
    pertes.ends,
    octets.lengths,
    ordre.blank,
    _double_or_loss,
    _order_or_loss,
    ordre.exchanged,
    pertes.framing,
    pertes.lines,
    pertes.complements,
    pertes.invoices,
    pertes.batches,
    valeurs.headers,
    valeurs.sender,
    valeurs.billers,
    valeurs.schemes,
    valeurs.numbers,
    jours.dates,
    valeurs.signs,
    euros.totals,
    euros.invoices,
    euros.lines,
    valeurs.cents,
    valeurs.lines,
    valeurs.codes,
    valeurs.sums,
)


_CUTS = "fichier.coupures"

#: What is told of a long flow, which no edit mends.
_SIZE = "fichier.taille"


def explain(
    source: Readable,
    findings: Iterable[Finding],
    *,
    norm: str | None = None,
    layouts: Path | None = None,
    codes: Path | None = None,
    lists: Namespace | None = None,
) -> Findings:
    """The findings of `fse.check` on a flow, folded under their likely causes, in file order.

    The flow is held in memory; of one that is too large to be checked many times nothing is explained. The
    other arguments are those of `fse.check`; `lists` are code lists at hand. Raises what `fse.check` does.
    """
    told = Findings(findings)
    on_flow = [finding for finding in told if finding.rule.partition(".")[0] not in BESIDE_FLOWS]
    if all(finding.rule == _SIZE for finding in on_flow):
        return told
    data = b""
    with open_source(source) as opened:
        while len(data) <= MOST_BYTES and (piece := opened.read()):
            data += piece
    if len(data) > MOST_BYTES:
        return told
    found = lists or (b2() if codes is None else overlay("b2", codes))
    # A flow that was wrapped is explained without its cuts: they are told, and change nothing else.
    data, coupes = unwrapped(data)
    if coupes is not None:
        on_flow = [finding for finding in on_flow if finding.rule != _CUTS]
    state = Etat.of(data, on_flow, norm, layouts, found, coupes)
    explained = _explained(state)
    if len(explained) > 1 and state.is_open and not state.is_split:  # two faults may hide one another
        budget = state.flot.budget
        others = _explained(Etat.of(data, on_flow, norm, layouts, found, coupes, budget))
        explained = min(explained, others, key=len)
    beside = [
        finding for finding in told if finding.rule == _CUTS or finding.rule.partition(".")[0] in BESIDE_FLOWS
    ]
    return Findings(sorted([*explained, *beside], key=_place))


def _explained(state: Etat) -> list[Finding]:
    """The causes of what was found on a flow, and what nothing explains."""
    headlines = _mended(state, _WHOLE)
    headlines += locales.explained(state, lambda part: _mended(part, _OF_RECORDS))
    headlines += _mended(state, (*_WHOLE, *_OF_RECORDS))
    return partout.gathered(sorted([*headlines, *state.standing()], key=_place), state.flot.records)


def _mended(state: Etat, kinds: Sequence[_Kind]) -> list[Finding]:
    """The causes that hypotheses of these kinds explain, made true one after another."""
    headlines: list[Finding] = []
    before = -1
    while before < len(headlines):  # what another fault hid can be explained once that one is
        before = len(headlines)
        for kind in kinds:
            while state.is_open and (made := _best(state, kind(state))) is not None:
                headlines.append(made)
    return headlines


def _best(state: Etat, hypotheses: Iterable[Hypothese]) -> Finding | None:
    """The hypothesis that leaves fewest findings, made true; `None` when none explains anything.

    Of two that leave as many, the one that leaves the lines in the order of their days.
    """
    best: Etat | None = None
    least = state.remaining.total(), 0
    for hypothesis in hypotheses:
        if (hypothesis.lenient and best is not None) or not hypothesis.place.record:
            continue  # something explains as much, and breaks nothing; or it stands nowhere in the file
        tried = state.tried(hypothesis)
        if tried is None:
            continue
        left = tried.remaining.total() + len(tried.uncovered), hypothesis.disorder
        if left < least:
            best, least = tried, left
        if least == (0, 0) or not state.is_open:
            break
    return state.become(best) if best is not None else None


def _place(finding: Finding) -> tuple[int, int]:
    return finding.record, finding.offset
