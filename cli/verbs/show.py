"""`noemie show`: what is in a file, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.io import status
from cli.io.options import (
    Files,
    Format,
    FormatOption,
    LangOption,
    Language,
    LayoutsOption,
    Norm,
    NormOption,
    ShowValues,
    output_option,
)
from cli.words.speech import Lang

if TYPE_CHECKING:
    from cli.io.inputs import Input
    from cli.words.page import Page

#: Invoices or records shown unless asked otherwise.
_LIMIT = 20


def show(
    files: Files,
    records: Annotated[
        bool, typer.Option("--records", help="Record by record: every field with its byte positions.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            metavar="N",
            min=0,
            help="At most N invoices or records (20), groups of a zone (200); 0 for all.",
            show_default=False,
        ),
    ] = None,
    norm: NormOption = None,
    layouts: LayoutsOption = None,
    show_values: ShowValues = False,
    output: Annotated[
        Path | None, output_option("One file as a page: its bytes, field by field, with the findings.")
    ] = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """Show what is in a B2 flow (fichier, lots, factures, lignes), a NOEMIE return (virements, factures,
    parts, actes, rejets) or an SSV zone (carte Vitale, CPS, poste, facture: groupes, champs).

    A damaged file is shown as far as it can be read; values that cannot be trusted are hidden.
    """
    from cli.io.inputs import Input, expanded, title
    from cli.io.problems import report, site_tables
    from cli.words.page import Page
    from flatfile import FormatError

    if output is not None:
        return _page(files, output, limit, norm, layouts, lang.lang, values=show_values)
    shown: list[dict[str, Any]] = []
    worst = status.OK
    page = Page() if format is Format.TEXT else None
    for name in expanded(files):
        try:
            with site_tables(lang.lang), Input(name, twice=True) as input:
                view = View(
                    lang.lang, values=show_values, records=records, limit=limit, norm=norm, layouts=layouts
                )
                data = {"file": title(name), **view.read(input)}
        except FormatError as error:
            data = {"file": title(name), "error": report(error, name, lang.lang)}
            worst = status.UNREADABLE
        if page is None:
            shown.append(data)
        elif "error" not in data:
            if shown:
                page.blank()
            shown.append({})
            view.write(page, data)
    if page is None:
        from cli.words.screen import write_json

        write_json("show", {"lang": lang.value, "files": shown})
    return worst


def _page(
    files: list[str],
    output: Path,
    limit: int | None,
    norm: Norm | None,
    layouts: Path | None,
    lang: Lang,
    *,
    values: bool,
) -> int:
    """The inspector of one file, as a page. Exit status 2 when it cannot be read."""
    from cli.io.guard import CommandError
    from cli.io.inputs import Input, expanded
    from cli.io.outputs import files_of, refuse_overwrite, write_file
    from cli.io.problems import report, site_tables
    from cli.show.page import MOST, inspected, to_html
    from cli.words.speech import speaker
    from flatfile import FormatError

    names = list(expanded(files))
    if len(names) != 1:
        say = speaker(lang)
        raise CommandError(
            say("noemie show : -o : attendu, un seul fichier", "noemie show: -o: expected one file")
        )
    refuse_overwrite([output], [*names, *files_of(layouts)])
    try:
        with site_tables(lang), Input(names[0], twice=True) as input:
            most = MOST if limit is None else limit
            found = inspected(input, lang, values=values, most=most, norm=norm, layouts=layouts)
    except FormatError as error:
        report(error, names[0], lang)
        return status.UNREADABLE
    write_file(output, to_html(found, lang, values=values).encode("utf-8"), private=values)
    return status.OK


class View:
    """How one file is looked at: the options of the verb, and the two ways of answering."""

    def __init__(
        self, lang: Lang, *, values: bool, records: bool, limit: int | None, norm: Norm | None, layouts: Any
    ) -> None:
        self.lang: Lang = lang
        self.values = values
        self.records = records
        self.limit = _LIMIT if limit is None else limit
        self._asked = limit
        self.norm = norm
        self.layouts = layouts

    def read(self, input: Input) -> dict[str, Any]:
        """The file as data: what it is, what it holds, how many findings a check gives."""
        from cli.check.checking import SentFlow, ZoneFile, subject_of
        from cli.check.policy import Gathering, Policy
        from cli.show.evidence import seen

        subject = subject_of(input, self.norm, self.layouts)
        found = Gathering(Policy(), most=1).gather(subject.findings(), subject.layouts)
        data: dict[str, Any] = {
            "family": subject.family,
            "norme": subject.norme,
            "envelope": subject.detection.envelope,
            "seen": seen(subject.detection, self.lang),
            "counts": found.counts,
        }
        if isinstance(subject, SentFlow):
            return data | self._flux(input)
        if isinstance(subject, ZoneFile):
            return data | self._zone(subject.zone)
        return data | self._retour(subject.retour)

    def _flux(self, input: Input) -> dict[str, Any]:
        from cli.show import flux
        from cli.words.fields import Reader
        from fse.reader import Reading

        reader = Reader("b2", self.lang, values=self.values)
        reading = Reading(input.source(), norm=self.norm, layouts=self.layouts)
        with reading.source:
            if self.records:
                return self._records(reading.records(), reader)
            return flux.as_data(reading, reader, self.limit)

    def _retour(self, retour: Any) -> dict[str, Any]:
        from cli.show import retour as report
        from noemie.returns.lecture import lectures

        reader = report.reader_of(retour, self.lang, values=self.values)
        if self.records:
            several = len(retour.runs) > 1
            ranks = (one.rang if several else 0 for one in lectures(retour))
            return self._records((one.record for one in lectures(retour)), reader, ranks)
        return report.as_data(retour, reader, self.limit)

    def _zone(self, zone: Any) -> dict[str, Any]:
        from cli.show import zone as report
        from cli.words.zone_fields import ZoneReader

        reader = ZoneReader(self.lang, values=self.values)
        limit = report.MOST_GROUPS if self._asked is None else self._asked
        return report.as_data(zone, reader, limit, flat=self.records)

    def _records(self, records: Any, reader: Any, ranks: Iterable[int] = repeat(0)) -> dict[str, Any]:
        """The records; `ranks` tells in which return of its file each stands, 0 of a file that is one."""
        from cli.show.records import record_data

        kept, count = [], 0
        for record, rank in zip(records, ranks, strict=False):
            count += 1
            if not self.limit or count <= self.limit:
                data = record_data(record, reader.record(record, zeros=True))
                kept.append(data | {"retour": rank} if rank else data)
        return {"records": count, "omitted": count - len(kept), "items": kept}

    def write(self, page: Page, data: dict[str, Any]) -> None:
        """The file as text."""
        from cli.show import flux
        from cli.show.overview import print_damage, print_head

        if data["family"] == "ssv":
            from cli.show import zone

            zone.print_head(page, data, self.lang)
            (zone.print_groups if self.records else zone.print_tree)(page, data, self.lang)
            print_damage(page, data, self.lang)
            return
        print_head(page, data, self.lang)
        if self.records:
            from cli.show.overview import print_records

            print_records(page, data, self.lang)
        elif data["family"] == "b2":
            flux.print_tree(page, data, self.lang)
        else:
            from cli.show import retour

            retour.print_tree(page, data, self.lang)
        print_damage(page, data, self.lang)
