"""A file of NOEMIE returns as models: each return decoded, with its findings, and whether it is a copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from cli.check.checking import ReturnedFile
from cli.check.data import trouve
from cli.check.model import at_least
from cli.check.policy import Gathering, Policy
from cli.decode.model import Illisible, Retour
from cli.decode.payments import Decoder
from cli.io.guard import site_tables
from cli.io.inputs import title
from cli.io.problems import problem_of
from cli.io.site import rejects
from cli.words import status
from flatfile import FormatError
from noemie import check
from noemie.documents.recognise import expect, recognise

if TYPE_CHECKING:
    import noemie
    from cli.io.inputs import Input

__all__ = ["Decoding", "Returned", "once", "unread"]


class Returned(NamedTuple):
    """A decoded return, or why there is none; the exit status it calls for; what tells it from another.

    `entites` is how many it has.
    """

    data: Retour | Illisible
    code: int
    content: bytes = b""
    entites: int = 0


@dataclass(frozen=True, slots=True)
class Decoding:
    """How files of returns are decoded: `whole` decodes acts too, `values` shows personal values."""

    layouts: Path | None = None
    codes: Path | None = None
    fail_on: str = "warning"
    values: bool = False
    whole: bool = True

    def __call__(self, input: Input) -> Iterator[Returned]:
        """Each return of a file."""
        try:
            yield from self.returns(input)
        except FormatError as error:
            yield unread(input, error)

    def returns(self, input: Input) -> Iterator[Returned]:
        """The same; raises `FormatError` for a file that cannot be read."""
        with site_tables(), input:
            catalogue = rejects(self.codes)
            expect(recognise(input.head(), self.layouts), "noemie")
            subject = ReturnedFile(input, self.layouts, self.codes)
            runs = subject.retour.runs
            gathered = [
                Gathering(Policy()).gather(check(run, codes=self.codes), subject.layouts) for run in runs
            ]
        for run, found in zip(runs, gathered, strict=True):
            data = Decoder(run, values=self.values, acts=self.whole, catalogue=catalogue).retour_decode(
                trouve(found.counts, found.omitted, found.findings, found.notes.values()),
                file=title(input.name),
                rang=run.rang,
                retours=len(runs),
                family=subject.family,
                envelope=subject.detection.envelope,
            )
            fails = any(found.counts[word] for word in at_least(self.fail_on))
            yield Returned(data, status.FINDINGS if fails else status.OK, _content(run), len(run.entites))

    def all(self, input: Input) -> list[Returned]:
        """The same at once, to cross to another process."""
        return list(self(input))


def unread(input: Input, error: FormatError) -> Returned:
    """A file that cannot be read."""
    return Returned(Illisible(title(input.name), problem_of(error, input.name)), status.UNREADABLE)


def once(found: Iterable[Returned], seen: dict[bytes, str]) -> Iterator[Returned]:
    """The same, a copy telling the file that held it first (`copy_of`): `seen` names it by content."""
    for one in found:
        if isinstance(one.data, Illisible):
            yield one
            continue
        first = seen.get(one.content)
        if first is None:
            seen[one.content] = one.data.file
            yield one
        else:
            yield one._replace(data=replace(one.data, copy_of=first))


def _content(retour: noemie.Retour) -> bytes:
    """What tells a return from another, whatever its name and its envelope."""
    from hashlib import blake2b

    digest = blake2b(digest_size=16)
    for record in retour.entites:
        digest.update(record.raw)
    return digest.digest()
