"""A file of NOEMIE returns as data: each return decoded, with its findings, and whether it is a copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cli.check.checking import ReturnedFile
from cli.check.data import found_data
from cli.check.model import at_least
from cli.check.policy import Gathering, Policy
from cli.decode.payments import Decoder
from cli.io import status
from cli.io.inputs import title
from cli.io.problems import describe, site_tables
from cli.io.site import rejects
from cli.words.speech import Lang
from flatfile import FormatError
from noemie import check
from noemie.documents.recognise import expect, recognise

if TYPE_CHECKING:
    from cli.io.inputs import Input
    from noemie import Retour

__all__ = ["returns_of"]


def returns_of(
    input: Input,
    layouts: Any,
    codes: Any,
    fail_on: str,
    lang: Lang,
    *,
    values: bool,
    whole: bool,
    seen: dict[bytes, str],
) -> Iterator[tuple[dict[str, Any], int]]:
    """Each return of a file as data, with the exit status that it calls for; `whole` decodes acts too.

    `seen` names the first file of each content; a copy of one says so (`copy_of`).
    """
    try:
        with site_tables(lang), input:
            catalogue = rejects(codes)
            expect(recognise(input.head(), layouts), "noemie")
            subject = ReturnedFile(input, layouts, codes)
            runs = subject.retour.runs
            gathered = [Gathering(Policy()).gather(check(run, codes=codes), subject.layouts) for run in runs]
    except FormatError as error:
        yield {"file": title(input.name), "error": describe(error, input.name, lang)}, status.UNREADABLE
        return
    for run, found in zip(runs, gathered, strict=True):
        data = {
            "file": title(input.name),
            "rang": run.rang,
            "retours": len(runs),
            "family": subject.family,
            "envelope": subject.detection.envelope,
            **Decoder(run, lang, values=values, acts=whole, catalogue=catalogue).data(),
            **found_data(found.counts, found.omitted, found.findings, found.notes.values(), lang),
        }
        content = _content(run)
        if content in seen:
            data["copy_of"] = seen[content]
        else:
            seen[content] = data["file"]
        yield data, status.FINDINGS if any(found.counts[word] for word in at_least(fail_on)) else status.OK


def _content(retour: Retour) -> bytes:
    """What tells a return from another, whatever its name and its envelope."""
    from hashlib import blake2b

    digest = blake2b(digest_size=16)
    for record in retour.entites:
        digest.update(record.raw)
    return digest.digest()
