"""The files a command reads: names as typed, `-` for standard input, folders, what envelopes carry.

What is no regular file (`-`, a pipe, `<(...)`, /dev/stdin) can be read only once: `is_stream` tells it, and
`Input` alone reads it. An envelope (mail, mailbox, archive) is told by its content
(`noemie.documents.envelopes`); a file in it is named after it: `retours.zip/mars/576.noe`, `envoi.eml/B2.gz`.
What stands in a folder or an envelope and is nothing that the command reads is left aside, and told in a
line: see `noemie.documents.sorting`.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Final, Self, cast

from cli.io.guard import CommandError
from cli.words import status
from cli.words.screen import is_terminal
from cli.words.speech import say
from codes.personal import shown_name
from flatfile import FormatError
from flatfile.source import is_address

if TYPE_CHECKING:
    from cli.io.readings import Rewound
    from flatfile import Readable, Spool
    from noemie.documents.envelopes import Envelope
    from noemie.documents.recognise import Aside, Family, Opened

#: The name that means standard input.
STANDARD: Final = "-"


def expanded(names: Iterable[str], *, arls: bool = False) -> Iterator[str]:
    """Yield each name; a folder gives its files and those of its subfolders, in order of folder, then name.

    Hidden files and folders, and the JSON files that `generate` and `respond` write beside the others, are
    left out; `arls` keeps those that hold ARLs, or rights. A Maildir gives its mails, read and unread ones.
    A file that a folder gives again (`jeu jeu/retours`) is given once. `-` is standard input, even where a
    folder has that name. A folder without any other file, or that cannot be listed, is given as it is:
    reading it says what is wrong.
    """
    seen: set[str] = set()
    for name in names:
        if is_address(name):
            from cli.io.folders import remote

            yield from remote(name, arls)
            continue
        try:
            is_folder = name != STANDARD and Path(name).is_dir()
        except (OSError, ValueError):
            is_folder = False
        if not is_folder:
            yield name
            continue
        from cli.io.folders import walked

        is_empty = True
        for file, real in walked(str(Path(name)), arls, set()):
            is_empty = False
            if real not in seen:
                seen.add(real)
                yield file
        if is_empty:
            yield name


def is_folder(name: str) -> bool:
    """Whether a name stands for the files in it."""
    from flatfile import remote

    if not is_address(name):
        return name != STANDARD and Path(name).is_dir()
    try:
        return remote.is_folder(name)
    except FormatError:
        return False


def is_within(name: str, folder: Path) -> bool:
    """Whether a file that was given stands in a folder, that of an output."""
    return name != STANDARD and Path(name).resolve().is_relative_to(folder.resolve())


def title(name: str) -> str:
    """How a file is called in messages and reports."""
    if is_address(name):
        from flatfile.remote import address_of

        name = address_of(name)
    return shown_name(name)


def is_stream(name: str) -> bool:
    """Whether a name is something that can be read only once: standard input, a pipe, a device."""
    return name == STANDARD or _stream_identity(name) is not None


def _stream_identity(name: str) -> tuple[int, int] | None:
    """What tells a pipe or a device from another, whatever its names; `None` for a file or a folder."""
    try:
        found = os.fstat(sys.stdin.fileno()) if name == STANDARD else Path(name).stat()
    except (OSError, ValueError, AttributeError):
        return None
    if stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode):
        return None
    return found.st_dev, found.st_ino


def is_standard(name: str) -> bool:
    """Whether a name is standard input, be it `-` or `/dev/stdin`."""
    identity = _stream_identity(name)
    return name == STANDARD or (identity is not None and identity == _stream_identity(STANDARD))


def given_twice(names: Iterable[str]) -> str | None:
    """The first name of what can be read only once and was named already; `None` when there is none."""
    seen: set[str | tuple[int, int]] = set()
    for name in names:
        if not is_stream(name):
            continue
        keys = {_stream_identity(name) or name}
        if seen & keys:
            return name
        seen |= keys
    return None


class Input:
    """One file that a command reads: looked at first, then read from its start, once or several times.

    A stream (see `is_stream`) is read as it comes, unless `twice` asks to keep what was read of it. On a
    terminal, reading a long file draws a progress bar. `gzip` is known once the head was looked at;
    `invoices` is how many the subject of the mail that carries the file tells, when one does.
    """

    def __init__(self, name: str, *, twice: bool = False) -> None:
        self.name = name
        self.gzip = False
        self.invoices: int | None = None
        self._twice = twice
        self._head: bytes | None = None
        self._once: Rewound | None = None
        self._opened: list[BinaryIO] = []

    @cached_property
    def is_stream(self) -> bool:
        """Whether it can be read only once, unless it is kept."""
        return is_stream(self.name)

    def head(self) -> bytes:
        """The first uncompressed bytes (64 KiB at most); raises `FormatError` when nothing can be read."""
        from flatfile import open_source

        if self._head is not None:
            return self._head
        if self.is_stream and not self._twice:
            self._once = self._rewound()
        with open_source(self.source(watched=False) if self._is_kept else self.name) as opened:
            self.gzip = opened.gzip
            head = opened.head
        if self._once is not None:
            self._once.rewind()
        self._head = head
        return head

    @property
    def _is_kept(self) -> bool:
        """Whether the bytes come from elsewhere than a file that can be opened again."""
        return self.is_stream

    def source(self, *, watched: bool = True) -> Readable:
        """The bytes from their start; closed with this input. Raises `FormatError` when it cannot be opened.

        A stream that is not read `twice` is read from its start once after its head.
        """
        from flatfile import open_path

        if self.is_stream:
            if self._twice:
                return self._spool
            if self._once is None:
                self._once = self._rewound()
                self._once.rewind()
            return cast(BinaryIO, self._once)
        stream = open_path(self.name)
        self._opened.append(stream)
        if not watched or not is_terminal(sys.stderr) or is_address(self.name):
            return stream
        size = os.fstat(stream.fileno()).st_size
        from cli.io.readings import Watched

        return cast(BinaryIO, Watched(stream, size, title(self.name)))

    def again(self) -> str | bytes | Spool:
        """What can be read several times, also once this input is closed: a path, or what a stream gave."""
        return self._spool if self.is_stream else self.name

    def kept(self) -> str | bytes | Spool | None:
        """What was read, to be looked at again: a path, or what a stream gave, unless too much."""
        if self._twice or not self.is_stream:
            return self.again()
        return self._once.whole() if self._once is not None else None

    @cached_property
    def _spool(self) -> Spool:
        from flatfile import Spool

        return Spool(_open_stream(self.name), self.name, owned=self.name != STANDARD)

    def _rewound(self) -> Rewound:
        stream = _open_stream(self.name)
        if self.name != STANDARD:
            self._opened.append(stream)
        from cli.io.readings import Rewound

        return Rewound(stream)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in self._opened:
            stream.close()


def _open_stream(name: str) -> BinaryIO:
    """Standard input, a pipe or a device; whoever tires of waiting for one to write hears of it."""
    from flatfile import open_path

    if name != STANDARD:
        try:
            return open_path(name)
        except KeyboardInterrupt:
            raise CommandError(
                say(
                    f"{title(name)} : interrompu, personne n'y a rien écrit.",
                    f"{title(name)}: interrupted, nobody wrote anything there.",
                ),
                status.INTERRUPTED,
            ) from None
    if sys.stdin is None:  # closed by the caller
        raise FormatError("fichier.lecture")
    return sys.stdin.buffer


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
        from cli.io.folders import BEGINNING, JSON_READ

        beginning = self._data[:BEGINNING]
        return arls and any(sign in beginning for sign in JSON_READ)


# --- the files of a run, those of envelopes one by one ----------------------------------------------------


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
    from noemie.documents.recognise import Opened

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
    from cli.io.folders import BEGINNING
    from noemie.documents.recognise import Opened

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
