"""`noemie show`: what is in a file, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.io.options import (
    Files,
    LayoutsOption,
    Norm,
    NormOption,
    ShowValues,
)
from cli.words import status
from cli.words.speech import language, say

if TYPE_CHECKING:
    from cli.io.inputs import Input
    from cli.show.model import Head, RecordsMontres, ShownFile, Unreadable
    from cli.words.fields import Reader
    from cli.words.page import Page
    from flatfile import Engine, Record
    from fse.coupures import Coupes
    from fse.ssv import Zone
    from noemie import Retour

#: Invoices or records shown unless asked otherwise.
_LIMIT = 20


class ShowFormat(StrEnum):
    """How what is in a file is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


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
    reference: Annotated[
        bool, typer.Option("--reference", help="Read by the plain declarations: slow, same answer.")
    ] = False,
    norm: NormOption = None,
    layouts: LayoutsOption = None,
    show_values: ShowValues = False,
    format: Annotated[
        ShowFormat,
        typer.Option(
            "--format", help="html is one file as a page: its bytes, field by field, with the findings."
        ),
    ] = ShowFormat.TEXT,
) -> int:
    """Show what is in a B2 flow (fichier, lots, factures, lignes), a NOEMIE return (virements, factures,
    parts, actes, rejets) or an SSV zone (carte Vitale, CPS, poste, facture: groupes, champs).

    A damaged file is shown as far as it can be read; values that cannot be trusted are hidden.
    """
    from cli.io.asides import tell_opened
    from cli.io.guard import site_tables
    from cli.io.inputs import expanded, inputs, title
    from cli.io.problems import report
    from cli.show.model import SCHEMA, Shown, Unreadable
    from cli.words.page import Page
    from flatfile import FormatError
    from noemie.documents.recognise import Opened

    if format is ShowFormat.HTML:
        return _page(files, limit, norm, layouts, values=show_values)
    opened = Opened()
    shown: list[ShownFile | Unreadable] = []
    worst = status.OK
    page = Page() if format is ShowFormat.TEXT else None
    told = False
    with site_tables():
        found = inputs(
            expanded(files), files, "b2", "noemie", "zone", twice=True, opened=opened, layouts=layouts
        )
    for one in found:
        name = one.name
        try:
            with site_tables(), one as input:
                view = View(
                    values=show_values,
                    records=records,
                    limit=limit,
                    norm=norm,
                    layouts=layouts,
                    engine="reference" if reference else "fast",
                )
                data = view.read(input)
        except FormatError as error:
            shown.append(Unreadable(title(name), report(error, name)))
            worst = status.UNREADABLE
            continue
        if page is None:
            shown.append(data)
            continue
        if told:
            page.blank()
        told = True
        view.write(page, data)
    tell_opened(opened)
    if page is None:
        from cli.words.screen import write_json

        write_json("show", Shown(lang=language(), files=shown), version=SCHEMA)
    return worst


def _page(
    files: list[str], limit: int | None, norm: Norm | None, layouts: Path | None, *, values: bool
) -> int:
    """The inspector of one file, as a page. Exit status 2 when it cannot be read."""
    from cli.io.guard import CommandError, site_tables
    from cli.io.inputs import Input, expanded
    from cli.io.ledgers import write_text
    from cli.io.problems import report
    from cli.show.page import MOST, checked, inspected, to_html
    from flatfile import FormatError

    names = list(expanded(files))
    if len(names) != 1:
        raise CommandError(
            say("noemie show : html : attendu, un seul fichier", "noemie show: html: expected one file")
        )
    try:
        with site_tables(), Input(names[0], twice=True) as input:
            most = MOST if limit is None else limit
            told = checked(input, norm=norm, layouts=layouts)
            found = inspected(input, told, values=values, most=most, norm=norm, layouts=layouts)
    except FormatError as error:
        report(error, names[0])
        return status.UNREADABLE
    write_text(to_html(found, values=values))
    return status.OK


class View:
    """How one file is looked at: the options of the verb, and the two ways of answering."""

    def __init__(
        self,
        *,
        values: bool,
        records: bool,
        limit: int | None,
        norm: Norm | None,
        layouts: Path | None,
        engine: Engine,
    ) -> None:
        self.values = values
        self.records = records
        self.limit = _LIMIT if limit is None else limit
        self._asked = limit
        self.norm = norm
        self.layouts = layouts
        self.engine = engine

    def read(self, input: Input) -> ShownFile:
        """The file: what it is, what it holds, how many findings a check gives."""
        from cli.check.checking import SentFlow, ZoneFile, subject_of
        from cli.check.policy import Gathering, Policy
        from cli.io.inputs import title
        from cli.show.evidence import seen
        from cli.show.model import Head

        subject = subject_of(input, self.norm, self.layouts)
        found = Gathering(Policy(), most=1).gather(subject.findings(), subject.layouts)
        head = Head(
            file=title(input.name),
            family=subject.family,
            norme=subject.norme,
            envelope=subject.detection.envelope,
            seen=seen(subject.detection),
            counts=found.counts,
        )
        if isinstance(subject, SentFlow):
            return self._flux(input, head)
        if isinstance(subject, ZoneFile):
            return self._zone(subject.zone, head)
        return self._retour(subject.retour, input, head)

    def _flux(self, input: Input, head: Head) -> ShownFile:
        from cli.show import flux
        from cli.words.fields import Reader
        from fse.reader import Reading

        reader = Reader("b2", values=self.values)
        reading = Reading(input.source(), norm=self.norm, layouts=self.layouts, engine=self.engine)
        with reading.source:
            if self.records:
                return self._records(reading.records(), head, reader, coupes=reading.coupes)
            return flux.as_data(reading, head, reader, self.limit)

    def _retour(self, retour: Retour, input: Input, head: Head) -> ShownFile:
        from cli.show import retour as report
        from noemie import read_retour
        from noemie.returns.lecture import lectures
        from noemie.returns.tables import layouts

        if self.engine == "reference":
            retour = read_retour(input.source(), layouts=layouts(self.layouts), engine=self.engine)

        reader = report.reader_of(retour, values=self.values)
        if self.records:
            several = len(retour.runs) > 1
            ranks = (one.rang if several else 0 for one in lectures(retour))
            return self._records((one.record for one in lectures(retour)), head, reader, ranks)
        return report.as_data(retour, head, reader, self.limit)

    def _zone(self, zone: Zone, head: Head) -> ShownFile:
        from cli.show import zone as report
        from cli.words.zone_fields import ZoneReader

        if self.engine == "reference":
            zone = type(zone)(zone.raw, zone.tables, self.engine)
        reader = ZoneReader(values=self.values)
        limit = report.MOST_GROUPS if self._asked is None else self._asked
        return report.as_data(zone, head, reader, limit, flat=self.records)

    def _records(
        self,
        records: Iterable[Record],
        head: Head,
        reader: Reader,
        ranks: Iterable[int] = repeat(0),
        coupes: Coupes | None = None,
    ) -> RecordsMontres:
        """The records; `ranks` tells in which return of its file each stands, 0 of a file that is one."""
        from msgspec.structs import asdict

        from cli.show.model import RecordsMontres
        from cli.show.records import with_positions

        kept, count = [], 0
        for record, rank in zip(records, ranks, strict=False):
            count += 1
            if not self.limit or count <= self.limit:
                kept.append(with_positions(record, reader.record(record, zeros=True), rank, coupes))
        return RecordsMontres(**asdict(head), records=count, omitted=count - len(kept), items=kept)

    def write(self, page: Page, data: ShownFile) -> None:
        """The file as text."""
        from cli.show.model import FluxMontre, RecordsMontres, ZoneMontree
        from cli.show.overview import print_damage, print_head, print_records

        if isinstance(data, ZoneMontree):
            from cli.show import zone

            zone.print_head(page, data)
            (zone.print_groups if self.records else zone.print_tree)(page, data)
            print_damage(page, data)
            return
        print_head(page, data)
        if isinstance(data, RecordsMontres):
            print_records(page, data)
        elif isinstance(data, FluxMontre):
            from cli.show import flux

            flux.print_tree(page, data)
        else:
            from cli.show import retour

            retour.print_tree(page, data)
        print_damage(page, data)
