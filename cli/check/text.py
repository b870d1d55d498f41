"""The report as text, each file as soon as it is checked."""

from __future__ import annotations

from typing import TextIO

from cli.check.model import FileReport, Key, Tally
from cli.io.inputs import title
from cli.words.page import GOOD, QUIET, SEVERITY_STYLES, STRONG, Page
from cli.words.severities import WORDS, counts_text, severity_word
from cli.words.speech import plural, say


class Printer:
    """Writes files one after another on standard output, or `stream`, then the totals."""

    def __init__(self, stream: TextIO | None = None, *, statistics: bool = False) -> None:
        self._statistics = statistics
        self._page = Page(stream)
        self._printed = self._loud = False

    def add(self, file: FileReport) -> None:
        """Write one file; one that cannot be read was told on standard error."""
        if file.unreadable is not None or self._statistics:
            return
        loud = bool(file.remarks)
        if self._printed and (loud or self._loud):
            self._page.blank()
        self._loud, self._printed = loud, True
        self._title(file)
        if loud or file.left_out:
            from cli.check.findings import print_findings

            print_findings(self._page, file)

    def _title(self, file: FileReport) -> None:
        """The name of a file, how many findings it has, its size."""
        worst = next((word for word in SEVERITY_STYLES if file.counts[word]), "")
        below = file.folded
        self._page.line(
            (f"{title(file.name)}{say(' :', ':')} ", STRONG),
            (counts_text(file.counts), SEVERITY_STYLES.get(worst, GOOD)),
            (say(f", {below} en découlent", f", {below} following from them") if below else "", QUIET),
            (f" ({file.size_text})", QUIET),
            hang=2,
        )

    def end(self, tally: Tally) -> None:
        """Write the totals of several files, or of each rule."""
        if self._statistics:
            self._rules(tally)
        totals = tally.totals
        if totals["files"] < 2:
            return
        parts = [
            plural(totals["files"], say("fichier", "file"), say("fichiers", "files")),
            plural(totals["factures"], say("facture", "invoice"), say("factures", "invoices")),
            counts_text({word: totals[f"{word}s"] for word in WORDS}),
        ]
        if totals["unreadable"]:
            parts.insert(1, say(f"{totals['unreadable']} illisible(s)", f"{totals['unreadable']} unreadable"))
        self._page.blank()
        self._page.line((say("Total : ", "Total: "), STRONG), ", ".join(parts))

    def _rules(self, tally: Tally) -> None:
        """How often each rule is told, and what was left out."""
        from cli.check.data import left_out_text

        heads = say("  dites  dessous  gravité        règle", "   told    under  severity       rule")
        self._page.line((heads, QUIET))
        for rule, severity, count, below in tally.statistics:
            word = severity_word(severity)
            self._page.line(f"{count:>7}  {below:>7}  {word:<14} {rule}")
        for one in tally.left_out:
            self._page.line(left_out_text(one))

    def accepted(self, tally: Tally) -> None:
        """Tell how many findings the baseline let pass."""
        count = sum(map(len, tally.accepted.values()))
        if count:
            text = say(f"{count} acceptée(s) par la base.", f"{count} accepted by the baseline.")
            self._page.line(text)

    def stale(self, keys: tuple[tuple[str, Key], ...]) -> None:
        """Tell the entries of the baseline that no finding has any more."""
        self._page.blank()
        if not keys:
            self._page.line(say("Base : aucune entrée inutile.", "Baseline: no entry is stale."))
            return
        self._page.heading(
            say("Base : entrées devenues inutiles", "Baseline: entries that nothing matches any more")
        )
        for file, key in keys:
            text = key_text(key)
            self._page.line(f"{title(file)}: {text}" if file else text, indent=2, hang=2)


def key_text(key: Key) -> str:
    """A key of the baseline in words.

    >>> from cli.words.speech import speaking
    >>> with speaking("en"):
    ...     key_text(("cle.nir", "12", "2", "cle_nir", 2))
    'cle.nir, 2.cle_nir, invoice 12, no. 2'
    """
    rule, facture, type, field, ordinal = key
    parts = [rule, ".".join(filter(None, (type, field)))]
    if facture:
        parts.append(say(f"facture {facture}", f"invoice {facture}"))
    if ordinal > 1:
        parts.append(say(f"n° {ordinal}", f"no. {ordinal}"))
    return ", ".join(filter(None, parts))
