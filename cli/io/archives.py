"""The files a command reads, those of mails, mailboxes and archives one by one.

An envelope is told by its content (`noemie.documents.envelopes`); a file in it is named after it:
`retours.zip/mars/576.noe`, `envoi.eml/B2.gz`. What stands in a folder or an envelope and is nothing that the
command reads is left aside, and told in a line: see `noemie.documents.sorting`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cli.io.inputs import BEGINNING, JSON_READ, Input, is_stream
from flatfile import FormatError

if TYPE_CHECKING:
    from noemie.documents.envelopes import Envelope
    from noemie.documents.opened import Aside, Opened
    from noemie.documents.recognise import Family


class Member(Input):
    """A file within an envelope: its bytes, or why it cannot be read."""

    def __init__(self, name: str, data: bytes | FormatError, invoices: int | None = None) -> None:
        super().__init__(name)
        self.invoices = invoices
        self._data = data

    @property
    def _is_kept(self) -> bool:
        return True

    def source(self, *, watched: bool = True) -> bytes:
        """The bytes; raises `FormatError` when there are none to be had."""
        if isinstance(self._data, FormatError):
            raise self._data
        return self._data

    def again(self) -> bytes:
        """The bytes; raises as `source` does."""
        return self.source()

    def kept(self) -> bytes | None:
        """The bytes, when there are some."""
        return None if isinstance(self._data, FormatError) else self._data

    def is_wanted(self, *, arls: bool) -> bool:
        """Whether it is no JSON file that stands beside others; `arls` takes ARLs and rights."""
        if not self.name.endswith(".json") or isinstance(self._data, FormatError):
            return True
        beginning = self._data[:BEGINNING]
        return arls and any(sign in beginning for sign in JSON_READ)


def inputs(
    names: Iterable[str],
    given: Collection[str] | None = None,
    *wanted: Family,
    twice: bool = False,
    arls: bool = False,
    opened: Opened | None = None,
    layouts: Path | None = None,
) -> Iterator[Input]:
    """Each file, those of envelopes one by one; `twice` is that of `Input`, `arls` that of `expanded`.

    `given` are the names that somebody typed, all of them by default: the other files, and those of
    envelopes, are read when they are one of `wanted` (all when there is none), else they go to `opened`.
    """
    from noemie.documents.opened import Opened

    opened = Opened() if opened is None else opened
    for name in names:
        input = Input(name, twice=twice)
        is_given = given is None or name in given
        try:
            head = input.head()
        except FormatError as error:
            # A compressed tar that was cut gives what it holds.
            kind = envelope_of(name, b"") if error.code == "fichier.gzip-illisible" else ""
            if kind != "tar" or is_stream(name):
                yield input
                continue
        else:
            kind = envelope_of(name, head)
        if kind:
            yield from _members(input, kind, wanted, opened, arls=arls, layouts=layouts, is_given=is_given)
        elif is_given or not wanted or (left := _left(name, head, wanted, layouts)) is None:
            yield input
        else:
            opened.aside.append(left)


#: Names and signs of files that may carry others; most files have none, and are looked at no further.
_SUFFIXES: Final = (".zip", ".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")


def envelope_of(name: str, head: bytes) -> Envelope:
    """See `noemie.documents.envelopes.envelope_of`, which is not imported for a flow or a return."""
    name = name.partition("::")[0]  # `zip://flux.b2::lots.zip` is a flow
    if head[:3].isdigit() and head[257:262] != b"ustar" and not name.lower().endswith(_SUFFIXES):
        return ""
    from noemie.documents.envelopes import envelope_of

    return envelope_of(name, head)


def _left(name: str, head: bytes, wanted: Collection[Family], layouts: Path | None) -> Aside | None:
    from noemie.documents.sorting import aside

    return aside(name, head, wanted, layouts=layouts)


def _members(
    input: Input,
    kind: Envelope,
    wanted: Collection[Family],
    opened: Opened,
    *,
    arls: bool,
    layouts: Path | None,
    is_given: bool,
) -> Iterator[Member]:
    """The files of an envelope; one that was named and holds nothing gives a member that tells so."""
    from noemie.documents.sorting import nothing_in, seekable, sorted_pieces

    name, is_empty = input.name, True
    try:
        with input:
            at_hand = isinstance(input, Member) or input.is_stream
            stream = seekable(input.source(watched=False) if at_hand else name, kind)
    except FormatError as error:
        yield Member(name, error)
        return
    with stream:
        for piece in sorted_pieces(kind, name, stream, wanted, opened, layouts):
            member = Member(piece.name, piece.data, piece.invoices)
            if member.is_wanted(arls=arls):
                is_empty = False
                yield member
    if is_empty and is_given and wanted:
        yield Member(name, nothing_in(kind, name, opened))


def carried(member: Member, *wanted: Family) -> Iterator[Member]:
    """What bytes at hand give: the files of a mail or of an archive that are `wanted`, else themselves."""
    from noemie.documents.opened import Opened

    data = member.kept() or b""
    kind = envelope_of(member.name, data[:BEGINNING])
    if kind:
        yield from _members(member, kind, wanted, Opened(), arls=False, layouts=None, is_given=True)
    else:
        yield member


def only(
    name: str, *wanted: Family, twice: bool = False, opened: Opened | None = None, layouts: Path | None = None
) -> Input:
    """The one file that a name gives, for the verbs that take one: itself, or the one its envelope carries.

    Raises `FormatError` (`enveloppe.plusieurs`) when an envelope carries several.
    """
    found = list(inputs([name], None, *wanted, twice=twice, opened=opened, layouts=layouts))
    if len(found) > 1:
        raise FormatError("enveloppe.plusieurs", expected=str(len(found)))
    return found[0] if found else Member(name, FormatError("enveloppe.sans-fichier", lookalike="?"))
