"""A file of NOEMIE returns as models: each return decoded, with its findings, and whether it is a copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from cli.check.checking import ReturnedFile
from cli.check.data import found_data
from cli.check.model import at_least
from cli.check.policy import Gathering, Policy
from cli.decode.model import Illisible, Retour
from cli.decode.payments import Decoder
from cli.io import status
from cli.io.inputs import title
from cli.io.problems import problem_of, site_tables
from cli.io.site import rejects
from flatfile import FormatError
from noemie import check
from noemie.documents.recognise import expect, recognise

if TYPE_CHECKING:
    import noemie
    from cli.io.inputs import Input

__all__ = ["returns_of"]


def returns_of(
    input: Input, layouts: Any, codes: Any, fail_on: str, *, values: bool, whole: bool, seen: dict[bytes, str]
) -> Iterator[tuple[Retour | Illisible, int]]:
    """Each return of a file as a model, with the exit status that it calls for; `whole` decodes acts too.

    `seen` names the first file of each content; a copy of one says so (`copy_of`).
    """
    try:
        with site_tables(), input:
            catalogue = rejects(codes)
            expect(recognise(input.head(), layouts), "noemie")
            subject = ReturnedFile(input, layouts, codes)
            runs = subject.retour.runs
            gathered = [Gathering(Policy()).gather(check(run, codes=codes), subject.layouts) for run in runs]
    except FormatError as error:
        yield Illisible(title(input.name), problem_of(error, input.name)), status.UNREADABLE
        return
    for run, found in zip(runs, gathered, strict=True):
        content, name = _content(run), title(input.name)
        data = Decoder(run, values=values, acts=whole, catalogue=catalogue).retour_decode(
            found_data(found.counts, found.omitted, found.findings, found.notes.values()),
            file=name,
            rang=run.rang,
            retours=len(runs),
            family=subject.family,
            envelope=subject.detection.envelope,
            copy_of=seen.get(content, UNSET),
        )
        seen.setdefault(content, name)
        yield data, status.FINDINGS if any(found.counts[word] for word in at_least(fail_on)) else status.OK


def _content(retour: noemie.Retour) -> bytes:
    """What tells a return from another, whatever its name and its envelope."""
    from hashlib import blake2b

    digest = blake2b(digest_size=16)
    for record in retour.entites:
        digest.update(record.raw)
    return digest.digest()
