"""Which of the files that stand together are read, and which are left aside, and why.

A folder, a mailbox or an archive holds more than flows and returns: pictures, texts, signatures. A file that
somebody named is always read, and its reader says what is wrong with it. One that only stands beside others
is left aside when it is nothing that is wanted, and said to be: see `Opened`.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path, PurePath
from typing import IO, Final, cast

from flatfile import FormatError, Readable, open_path, open_source
from noemie.documents.envelopes import BROKEN, Envelope, Mark, Piece, damage, pieces
from noemie.documents.recognise import ENCRYPTED, Aside, Family, Opened, Recognised, recognise

#: Names of files that are flows, returns or zones whatever their bytes: what is unknown in them is told as
#: an error.
_OURS: Final = (".b2", ".fse", ".noe", ".noemie", ".ssv")

#: A name that says it is an acknowledgement: the bytes of those are not public.
_ARL: Final = re.compile(r"(?i)(?<![a-z])arl(?![a-z])|accuse")

_BEGINNING: Final = 64


def aside(
    name: str, head: bytes, wanted: Collection[Family], mark: Mark = "", layouts: Path | None = None
) -> Aside | None:
    """Why a file that stands beside others is not read; `None` when it is.

    `head` is its first uncompressed bytes. What was ours before it was damaged is read, for its reader to
    tell.
    """
    if mark in ("smime", "password", "signature"):
        return Aside(name, mark)
    found = recognise(head, layouts)
    if found.family in wanted or (found.is_empty and not mark):
        return None
    if found.family and (found.is_sure or found.family != "zone"):  # two bytes of chance make a zone
        return Aside(name, found.family, found.lookalike)
    if name.lower().removesuffix(".gz").endswith(_OURS) or _was_ours(head, found):
        return None
    if found.lookalike.startswith("S/MIME"):
        return Aside(name, "smime", found.lookalike)
    if found.lookalike in ENCRYPTED:
        return Aside(name, ENCRYPTED[found.lookalike][0], found.lookalike)
    if mark == "edi" or _ARL.search(PurePath(name).name):
        return Aside(name, "accuse", found.lookalike)
    return Aside(name, "autre", "" if found.family else found.lookalike)


def _was_ours(head: bytes, found: Recognised) -> bool:
    """Whether a file that nobody knows was a flow or a return before it was written otherwise."""
    if found.lookalike == "UTF-16":
        return b"0\x000\x000" in head[:_BEGINNING]
    return found.lookalike == "EBCDIC"


def sorted_pieces(
    kind: Envelope,
    name: str,
    stream: IO[bytes],
    wanted: Collection[Family],
    opened: Opened,
    layouts: Path | None = None,
) -> Iterator[Piece]:
    """The files of an envelope that are wanted, and those that cannot be read; the others go to `opened`.

    `wanted` empty wants all. An envelope that cannot be read, or not to its end, gives a piece of its own
    name that tells so.
    """
    opened.envelopes[kind] += 1
    try:
        for piece in pieces(kind, stream, name):
            if (left := _left(piece, wanted, layouts)) is None:
                opened.inside += 1
                yield piece
            elif left.why:
                opened.aside.append(left)
    except BROKEN as error:
        yield Piece(name, damage(error))


_SILENT: Final = Aside("", "")


def _left(piece: Piece, wanted: Collection[Family], layouts: Path | None) -> Aside | None:
    if isinstance(piece.data, FormatError):
        return None
    if piece.mark in ("", "edi", "text"):
        try:
            with open_source(piece.data) as source:
                head = source.head
        except FormatError:
            return None
        if not wanted:
            return None
    else:
        head = b""
    left = aside(piece.name, head, wanted, piece.mark, layouts)
    # What people write to one another in a mail is no file; JSON files are what programs write beside others.
    silent = piece.mark == "text" or piece.name.endswith(".json")
    return _SILENT if left is not None and silent and left.lookalike not in ENCRYPTED else left


def nothing_in(kind: Envelope, name: str, opened: Opened) -> FormatError:
    """What is told of an envelope that somebody named and that holds nothing of what is wanted."""
    own = [one for one in opened.aside if one.name.startswith(name)]
    for why, lookalike in (*ENCRYPTED.values(), ("password", "ZIP")):
        if any(one.why == why for one in own):
            return FormatError("enveloppe.chiffree", lookalike=lookalike)
    return FormatError("enveloppe.sans-fichier", lookalike=kind)


def seekable(source: Readable, kind: Envelope) -> IO[bytes]:
    """The uncompressed bytes of a source, in a file that can be read here and there; to be closed.

    A plain file on a disk is opened itself, and so is a compressed tar: what was cut is read as far as it
    goes. Raises `FormatError`.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        with open_source(source) as opened:
            return io.BytesIO(opened.read_all() if opened.gzip else source)
    if isinstance(source, (str, os.PathLike)):
        if kind == "tar":
            return open_path(source)
        with open_source(source) as opened:
            if not opened.gzip:
                return open_path(source)
    copy = cast(IO[bytes], tempfile.TemporaryFile())  # noqa: SIM115  # closed by the caller
    try:
        with open_source(source) as opened:
            for piece in iter(opened.read, b""):
                copy.write(piece)
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    return copy
