"""One file under check: a B2 flow by `fse.check`, a NOEMIE return by `noemie.check`, a binary zone by
`fse.ssv.check`, behind one face.

A flow may be compared with other sources while it is read (`fse.compare`): cards, rights.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cli.io.inputs import Input

if TYPE_CHECKING:
    from cli.check.model import Excerpt, Layouts
    from codes.lists import Namespace
    from flatfile import Detection, Finding, Readable, Record
    from fse.checker import Engine
    from fse.compare import ComparedReading, Source


#: Findings of one flow beyond which their causes are not looked for.
_MOST_EXPLAINED: Final = 20_000


class Subject:
    """What was recognised, and its findings. `records` and `factures` are known once these were read."""

    family = ""

    #: The line end after each record: empty when there is none, `None` when uneven or unknown.
    eol: bytes | None = None

    #: Whether the file is compressed.
    gzip = False

    def __init__(self, detection: Detection) -> None:
        self.detection = detection
        self.records = 0
        self.factures = 0

    @property
    def norme(self) -> str:
        """Name of the norm (B2) or of the reference (NOEMIE)."""
        return ""

    @property
    def layouts(self) -> Layouts:
        """Layouts by record type (or group id), to tell the positions of fields."""
        return {}

    def findings(self) -> Iterator[Finding]:
        """The findings, in file order."""
        raise NotImplementedError

    def reread(self, source: Readable) -> Iterator[Record]:
        """Each record again, in file order. Raises `FormatError` when the file went away."""
        raise NotImplementedError

    def excerpts(
        self, source: Readable, findings: Sequence[Finding], width: int
    ) -> Mapping[tuple[int, str], Excerpt]:
        """The bytes of each finding, by (record, field); see `cli.check.caret`. Raises as `reread` does."""
        from cli.check.caret import excerpts

        return excerpts(self.reread(source), findings, width)


class SentFlow(Subject):
    """A B2 flow, read as it comes."""

    family = "b2"

    def __init__(
        self,
        input: Input,
        norm: str | None,
        layouts: Path | None,
        codes: Path | None,
        nature_smg: str = "",
        sources: Sequence[Source] = (),
        engine: Engine = "fast",
    ) -> None:
        from fse.checker import Checker
        from fse.reader import Reading

        self._compared: ComparedReading | None = None
        if sources:
            from fse.compare import ComparedReading

            self._compared = ComparedReading(input.source(), norm=norm, layouts=layouts)
            self._compared.comparisons = [source.open() for source in sources]
        self._reading = self._compared or Reading(input.source(), norm=norm, layouts=layouts)
        super().__init__(self._reading.detection)
        self._lists = _lists(codes, nature_smg)
        self._checker = Checker(self._reading, self._lists, engine)
        self._kept = input.kept
        self._layouts = layouts

    @property
    def norme(self) -> str:
        """See `Subject`."""
        return self._reading.norme.name

    @property
    def layouts(self) -> Layouts:
        """See `Subject`."""
        return self._reading.norme.layouts

    def findings(self) -> Iterator[Finding]:
        """See `Subject`."""
        with self._reading.source:
            findings = self._checker.findings()
            told = self._compared.merged(findings) if self._compared else findings
            few = list(itertools.islice(told, _MOST_EXPLAINED + 1))
            many = len(few) > _MOST_EXPLAINED
            yield from itertools.chain(few, told) if many else self._explained(few)
        self.records, self.factures = self._checker.records, self._checker.factures
        # The last record may end otherwise. What stands before the first one is counted, but no line.
        uneven = self._reading.uneven
        is_regular = uneven is None or uneven[0] == self._reading.count
        self.eol = self._reading.eol if is_regular and not self._reading.before else None
        self.gzip = self._reading.source.gzip

    def _explained(self, findings: list[Finding]) -> list[Finding]:
        """The findings under their likely causes; as they are when the flow cannot be read twice."""
        source = self._kept() if findings else None
        if source is None:
            return findings
        from fse.causes import explain

        return explain(source, findings, norm=self.norme, layouts=self._layouts, lists=self._lists)

    def reread(self, source: Readable) -> Iterator[Record]:
        """See `Subject`."""
        from flatfile import FormatError
        from fse.reader import iter_records

        kept = self._kept()
        if kept is None:  # a stream that gave too much to be kept
            raise FormatError("fichier.lecture")
        return iter_records(kept, norm=self.norme, layouts=self._layouts)


def _lists(codes: Path | None, nature_smg: str) -> Namespace:
    """The code lists of B2 flows, with what the site adds to them."""
    if codes is None and not nature_smg:
        from codes.lists import b2

        return b2()
    from cli.io.site import b2_lists

    return b2_lists(codes, nature_smg)


class ReturnedFile(Subject):
    """A NOEMIE return, or several in one file, read in memory."""

    family = "noemie"

    def __init__(self, input: Input, layouts: Path | None, codes: Path | None) -> None:
        from noemie import read_retour
        from noemie.returns.tables import layouts as entities

        self._layouts = entities(layouts)
        self.retour = read_retour(input.source(), layouts=self._layouts, name=input.name)
        super().__init__(self.retour.detection)
        self._codes = codes

    @property
    def norme(self) -> str:
        """See `Subject`."""
        return ", ".join(dict.fromkeys(filter(None, (run.reference for run in self.retour.runs))))

    @property
    def layouts(self) -> Layouts:
        """See `Subject`."""
        return self._layouts

    def findings(self) -> Iterator[Finding]:
        """See `Subject`."""
        from noemie import check

        yield from check(self.retour, codes=self._codes)
        self.records, self.factures = len(self.retour.entites), len(self.retour.factures)

    def reread(self, source: Readable) -> Iterator[Record]:
        """See `Subject`."""
        return iter(self.retour.entites)


class ZoneFile(Subject):
    """A binary zone, read in memory: card, professional's card, workstation, invoice."""

    family = "ssv"

    def __init__(self, input: Input, layouts: Path | None, codes: Path | None) -> None:
        from flatfile import Detection
        from fse.ssv import read_zone

        self.zone = read_zone(input.source(), layouts=layouts)
        whole = () if self.zone.damage else ("longueurs-emboitees",)
        super().__init__(Detection("", "", ("groupe-connu", *whole)))
        self.gzip = input.gzip
        self._codes = codes

    @property
    def layouts(self) -> Layouts:
        """See `Subject`."""
        return {str(id): layout for id, layout in self.zone.tables.items()}

    def findings(self) -> Iterator[Finding]:
        """See `Subject`."""
        from fse.ssv import check

        yield from check(self.zone, codes=self._codes)
        self.records = len(self.zone.groups)

    def excerpts(
        self, source: Readable, findings: Sequence[Finding], width: int
    ) -> Mapping[tuple[int, str], Excerpt]:
        """See `Subject`."""
        from cli.check.hexcaret import excerpts

        return excerpts(self.zone, findings, width)


def subject_of(
    input: Input,
    norm: str | None = None,
    layouts: Path | None = None,
    codes: Path | None = None,
    nature_smg: str = "",
    sources: Sequence[Source] = (),
    engine: Engine = "fast",
) -> SentFlow | ReturnedFile | ZoneFile:
    """Recognise a file; raises `FormatError` when it is neither a flow, nor a return, nor a zone.

    `nature_smg` is the nature of insurance that the site's norm gives to SMG invoices (see `cli.io.site`);
    `sources` are what a flow is compared with, `engine` one of those of `fse.check`.
    """
    from noemie.documents.recognise import expect, recognise

    wanted = expect(recognise(input.head(), layouts), "b2", "noemie", "zone")
    if wanted.family == "noemie":
        return ReturnedFile(input, layouts, codes)
    if wanted.family == "zone" and not norm:
        return ZoneFile(input, layouts, codes)
    return SentFlow(input, norm, layouts, codes, nature_smg, sources, engine)
