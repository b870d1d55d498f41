"""What carries files, opened: zip and tar archives, mails, mailboxes (mbox), one within another.

An envelope is told by its content, uncompressed first (a `.tgz` is a tar), and by its name where the content
cannot tell. Each file in it is a `Piece`, named after it: `retours.zip/mars/576.noe`, `envoi.eml/B2.gz`.
Nothing is written anywhere. What may hold the memory or the time of a machine has bounds: a piece has at most
`flatfile.source.most_bytes` bytes, and so has all that one piece of an archive unfolds to; an envelope gives
`_MANY` times that, or `_BOMB` times its own size when that is more; envelopes within envelopes are opened
`DEEPEST` times.

What is encrypted (S/MIME, PGP, an archive with a password) is a piece that says so, and nothing more.
"""

from __future__ import annotations

import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Final, Literal, NamedTuple, Self

from flatfile import FormatError, open_source
from flatfile.source import HEAD, most_bytes
from flatfile.text import printable

Envelope = Literal["zip", "tar", "mail", "mbox", ""]

#: What a piece is known to be besides its bytes: encrypted (S/MIME, password), a signature, the text of a
#: mail, what a mail calls an exchange between organisms (`application/EDI-consent`).
Mark = Literal["", "smime", "password", "signature", "text", "edi"]

#: How much is told of the path of a file in an archive: its end.
_LONGEST_NAME: Final = 200

#: How many envelopes may stand one within another.
DEEPEST: Final = 5

#: What an envelope may unfold to altogether: so many times the most bytes of one file, or its own size.
_MANY: Final = 16
_BOMB: Final = 100

_ZIP: Final = (".zip",)
_TAR: Final = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_ZIPPED: Final = (b"PK\x03\x04", b"PK\x05\x06")
#: First names in zip files that are documents: spreadsheets, texts, programs.
_DOCUMENTS: Final = re.compile(rb"\[Content_Types\]\.xml|_rels/|mimetype|META-INF/|docProps/|xl/|word/")
_ZIP_HEADER: Final = 30
#: Headers of a tar that describe the file after them.
_OF_THE_NEXT: Final = frozenset({tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, b"x", b"g", b"X"})
_LONGEST_HEADER: Final = 1 << 20
_ENCRYPTED: Final = 0x1

_HEADER: Final = re.compile(rb"[!-9;-~]+:[^\n]*")
_OF_MAILS: Final = re.compile(
    rb"(?im)^(?:from|to|subject|mime-version|content-type|received|return-path|delivered-to|message-id):"
)
_MBOX: Final = re.compile(rb"From [^\n]+\r?\n(?=[!-9;-~]+:)")

#: What the libraries raise on bytes that are no archive, or a broken one.
BROKEN: Final = (
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
)


class Piece(NamedTuple):
    """A file in an envelope: its name with that of what carries it, its bytes, or why they cannot be read.

    `invoices` is how many the subject of its mail tells, when this is the only flow that the mail carries.
    """

    name: str
    data: bytes | FormatError
    mark: Mark = ""
    invoices: int | None = None


def envelope_of(name: str, head: bytes) -> Envelope:
    """Which envelope a file is, from its name and its first uncompressed bytes; empty for none.

    >>> envelope_of("envoi.eml", b"From: labo@example.org\\nSubject: IR\\n"), envelope_of("576.noe", b"000")
    ('mail', '')
    """
    small = name.lower()
    if head.startswith(_ZIPPED):
        document = not small.endswith(_ZIP) and _DOCUMENTS.match(head, _ZIP_HEADER)
        return "" if document else "zip"
    if head[257:262] == b"ustar":
        return "tar"
    if _MBOX.match(head):
        return "mbox"
    if _is_mail(head.removeprefix(b"\xef\xbb\xbf")):
        return "mail"
    return "zip" if small.endswith(_ZIP) else "tar" if small.endswith(_TAR) else ""


def pieces(kind: Envelope, stream: IO[bytes], name: str) -> Iterator[Piece]:
    """The files of an envelope, in its order, one at a time; `stream` can be read here and there.

    Raises one of `BROKEN` when it cannot be read, or not to its end.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    most = most_bytes()
    whole = _Budget(max(_MANY * most, _BOMB * size))
    for piece in _OPENERS[kind](stream, name):
        if not whole.spend(piece.data):
            yield Piece(name, too_large(whole.most))
            return
        yield from _unfolded(piece, DEEPEST - 1, _Budget(most, whole))
        if whole.left < 0:  # told of a piece
            return


class _Budget:
    """The bytes that what an envelope holds may still unfold to, or what one piece `of` it holds."""

    def __init__(self, most: int, of: _Budget | None = None) -> None:
        self.most = self.left = most
        self._of = of

    def spend(self, data: bytes | FormatError) -> bool:
        """Whether there was enough left."""
        if not isinstance(data, FormatError):
            self.left -= len(data)
        elif data.code == "fichier.trop-grand":  # it was read that far
            self.left -= data.offset
        return self.left >= 0 and (self._of is None or self._of.spend(data))

    @property
    def exceeded(self) -> int:
        """The bound that was passed."""
        return self.most if self.left < 0 or self._of is None else self._of.exceeded


def _unfolded(piece: Piece, deep: int, budget: _Budget) -> Iterator[Piece]:
    """The piece, or those it holds when it is an envelope itself."""
    if isinstance(piece.data, FormatError) or piece.mark not in ("", "edi"):
        yield piece
        return
    try:
        with open_source(piece.data) as opened:
            head = opened.head
            kind = envelope_of(piece.name, head)
            if not kind:
                yield piece
                return
            data = opened.read_all() if opened.gzip else piece.data
    except FormatError as error:
        yield piece._replace(data=error)
        return
    if deep <= 0:
        yield piece._replace(data=FormatError("enveloppe.profonde", expected=str(DEEPEST)))
        return
    try:
        for inner in _OPENERS[kind](io.BytesIO(data), piece.name):
            if not budget.spend(inner.data):
                yield inner._replace(data=too_large(budget.exceeded))
                return
            yield from _unfolded(inner, deep - 1, budget)
    except BROKEN as error:
        yield piece._replace(data=damage(error))


def damage(error: BaseException) -> FormatError:
    """What is told of an envelope that cannot be read, or not to its end: the disk, or its own bytes."""
    return FormatError("fichier.lecture" if isinstance(error, OSError) else "enveloppe.abimee")


def too_large(most: int) -> FormatError:
    """What is told of contents that exceed the bound."""
    return FormatError("fichier.trop-grand", most, expected=str(most))


# --- archives ---------------------------------------------------------------------------------------------


def _zipped(stream: IO[bytes], name: str) -> Iterator[Piece]:
    with zipfile.ZipFile(stream) as archive:
        for info in archive.infolist():
            if info.filename.endswith("/") or _is_hidden(info.filename):
                continue
            inside = _inside(name, info.filename)
            if info.flag_bits & _ENCRYPTED:
                yield Piece(inside, b"", "password")
                continue
            try:
                with archive.open(info) as opened:
                    data = _read(opened)
            except BROKEN as error:
                data = damage(error)
            yield Piece(inside, data)


class _Info(tarfile.TarInfo):
    """A header of a tar; one that describes the next file is read whole, and is refused when it is long."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        found = super().frombuf(buf, encoding, errors)
        if found.type in _OF_THE_NEXT and found.size > _LONGEST_HEADER:
            raise tarfile.ReadError
        return found


def _tarred(stream: IO[bytes], name: str) -> Iterator[Piece]:
    most = left = _MANY * most_bytes()
    with tarfile.open(fileobj=stream, tarinfo=_Info) as archive:
        for info in archive:
            if not info.isfile() or _is_hidden(info.name):
                left -= info.size  # what is passed over is uncompressed all the same
                if left < 0:
                    yield Piece(name, too_large(most))
                    return
                continue
            opened = archive.extractfile(info)
            assert opened is not None  # a regular file
            yield Piece(_inside(name, info.name), _read(opened))
            archive.members = []  # type: ignore[attr-defined]  # else it remembers every one


def _read(stream: IO[bytes]) -> bytes | FormatError:
    most = most_bytes()
    data = stream.read(most + 1)
    return data if len(data) <= most else too_large(most)


#: Steps that a name in an archive may take out of it, or that say nothing.
_STEPS: Final = frozenset({"", "/", ".", ".."})


def _parts(member: str) -> list[str]:
    """The path of a file of an archive within it: it leads nowhere else, whatever its name."""
    return [part for part in PurePosixPath(member.replace("\\", "/")).parts if part not in _STEPS]


def _is_hidden(member: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in _parts(member))


def _inside(name: str, member: str) -> str:
    return f"{name}/{printable('/'.join(_parts(member)))[-_LONGEST_NAME:].lstrip('/')}"


# --- mails ------------------------------------------------------------------------------------------------


def _is_mail(head: bytes) -> bool:
    """Whether a file starts with the header of a mail: nothing but fields up to an empty line."""
    if not _HEADER.match(head):
        return False
    header = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    lines = header.replace(b"\r\n", b"\n").split(b"\n")
    if len(head) >= HEAD and len(header) == len(head):
        lines.pop()  # the last one may be cut
    fields = all(_HEADER.fullmatch(line) or line[:1] in (b" ", b"\t") for line in lines if line)
    return fields and bool(_OF_MAILS.search(header))


def _mailbox(stream: IO[bytes], name: str) -> Iterator[Piece]:
    """The mails of a mailbox, one after another: each starts with a line `From `, after an empty one."""
    most, rank = most_bytes(), 0
    lines: list[bytes] = []
    size, empty = 0, True
    for line in _lines_of(stream, most):
        if empty and line.startswith(b"From "):
            if rank:
                yield _mail_of(lines, size, name, rank, most)
            rank, lines, size, empty = rank + 1, [], 0, False
            continue
        size += len(line)
        if size <= most:
            lines.append(line[1:] if re.match(rb">+From ", line) else line)
        empty = line in (b"\n", b"\r\n")
    if rank:
        yield _mail_of(lines, size, name, rank, most)


def _lines_of(stream: IO[bytes], most: int) -> Iterator[bytes]:
    return iter(lambda: stream.readline(most + 1), b"")


def _mail_of(lines: list[bytes], size: int, name: str, rank: int, most: int) -> Piece:
    inside = f"{name}/mail-{rank}.eml"
    return Piece(inside, b"".join(lines) if size <= most else too_large(most))


def _mail(stream: IO[bytes], name: str) -> Iterator[Piece]:
    from noemie.documents.mails import parts

    data = _read(stream)
    if isinstance(data, FormatError):
        yield Piece(name, data)
        return
    for part in parts(data, PurePosixPath(name).stem):
        yield Piece(f"{name}/{part.name}", part.data, part.mark, part.invoices)


_OPENERS: Final = {"zip": _zipped, "tar": _tarred, "mail": _mail, "mbox": _mailbox}
