"""Where bytes come from."""

from __future__ import annotations

import gzip
import io
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from flatfile import FormatError, Readable, Source, open_source
from flatfile.source import HEAD, _Chained

RECORD = b"4991068040 1800199999999400000000010".ljust(128)
FLOW = RECORD * 2000  # longer than the head
PACKED = gzip.compress(FLOW, mtime=0)


class Pipe(io.RawIOBase):
    """A stream that cannot seek and gives a few bytes at a time, as a pipe or a socket does."""

    def __init__(self, data: bytes, most: int = 1000) -> None:
        self._data = io.BytesIO(data)
        self._most = most
        self.was_read = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def read(self, size: int = -1) -> bytes:
        piece = self._data.read(self._most if size < 0 else min(size, self._most))
        self.was_read += len(piece)
        return piece


def pipe(data: bytes, most: int = 1000) -> BinaryIO:
    return cast(BinaryIO, Pipe(data, most))


def read_all(what: Readable, size: int = 1 << 20) -> bytes:
    with open_source(what) as source:
        return b"".join(iter(lambda: source.read(size), b""))


# --- good ones ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x1f",
        b"0",
        RECORD,
        FLOW,
        b"\xef\xbb\xbf" + FLOW,
        b"\0" * HEAD,
        b"\0" * (HEAD + 1),
        b"\0" * (HEAD - 1),
    ],
    ids=len,
)
@pytest.mark.parametrize("packed", [False, True])
def test_the_same_bytes_by_every_door(data: bytes, packed: bool, tmp_path: Path) -> None:
    stored = gzip.compress(data, mtime=0) if packed else data
    path = tmp_path / "flux.b2"
    path.write_bytes(stored)
    with path.open("rb") as handle:
        doors: list[Readable] = [
            stored,
            bytearray(stored),
            memoryview(stored),
            path,
            str(path),
            handle,
            io.BytesIO(stored),
            pipe(stored),
            pipe(stored, most=1),
        ]
        for door in doors:
            with open_source(door) as source:
                assert source.gzip is packed
                assert source.head == data[:HEAD]
                assert source.read_all() == data
                assert source.read() == b""


@pytest.mark.parametrize("size", [1, 127, 128, 129, 1000, 1 << 20])
def test_read_sizes(size: int) -> None:
    for stored in (FLOW[:70_000], gzip.compress(FLOW[:70_000], mtime=0)):
        with open_source(stored) as source:
            pieces = list(iter(lambda: source.read(size), b""))
        assert b"".join(pieces) == FLOW[:70_000]
        assert max(map(len, pieces)) <= size


def test_the_head_is_what_has_not_been_read() -> None:
    with open_source(FLOW) as source:
        assert source.read(128) == RECORD
        assert source.head == FLOW[128:HEAD]
        source.read(HEAD)
        assert source.head == b""


@pytest.mark.parametrize(
    ("what", "name", "expected"),
    [
        (b"0", "", ""),
        (b"0", "lot.b2", "lot.b2"),
        (io.BytesIO(b"0"), "", ""),
        (io.BytesIO(b"0"), "-", "-"),
    ],
)
def test_names(what: Readable, name: str, expected: str) -> None:
    assert open_source(what, name).name == expected


def test_files_opened_here_are_closed_and_others_left_open(tmp_path: Path) -> None:
    path = tmp_path / "flux.b2"
    for stored in (FLOW, PACKED):
        path.write_bytes(stored)
        with open_source(path) as source:
            assert source.name == str(path)
            opened = source._original
            source.read_all()
        assert opened.closed
        with path.open("rb") as handle:
            with open_source(handle) as source:
                assert source.name == str(path)
            assert not handle.closed


def test_a_pipe_of_the_system() -> None:
    """What standard input is, when another program writes into it."""
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb") as handle:
            handle.write(PACKED)

    thread = threading.Thread(target=write)
    thread.start()
    with os.fdopen(reading, "rb", buffering=0) as handle:
        assert read_all(cast(BinaryIO, handle)) == FLOW
    thread.join()


# --- gzip ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [1, 2, 3, 1000, 1 << 20])
def test_members_one_after_another(most: int) -> None:
    stored = (
        gzip.compress(FLOW[:3000], mtime=0) + gzip.compress(b"", mtime=0) + gzip.compress(RECORD, mtime=0)
    )
    assert read_all(pipe(stored, most)) == FLOW[:3000] + RECORD


def test_a_member_that_starts_at_the_end_of_the_head() -> None:
    """Its two first bytes are read by two reads of the stream below."""
    for place in (HEAD - 2, HEAD - 1, HEAD, HEAD + 1):
        first = stored_member_of(place)
        assert read_all(first + gzip.compress(RECORD, mtime=0))[-128:] == RECORD


def stored_member_of(size: int) -> bytes:
    """A gzip member of exactly `size` bytes."""
    noise = os.urandom(size)
    for less in range(18, 60):
        member = gzip.compress(noise[:-less], compresslevel=0, mtime=0)
        if len(member) == size:
            return member
    raise AssertionError(size)


def test_zeros_after_a_member_are_filling() -> None:
    assert read_all(PACKED + b"\0" * 100) == FLOW


@pytest.mark.parametrize(
    "stored",
    [
        b"\x1f\x8b",
        PACKED[:5],
        PACKED[:10],
        PACKED[:-1],
        PACKED[:-8],
        PACKED[: len(PACKED) // 2],
        b"\x1f\x8b\x07" + PACKED[3:],  # unknown method
        PACKED[:12] + b"\xff\xff\xff" + PACKED[15:],
        PACKED[:-8] + b"\0\0\0\0" + PACKED[-4:],  # checksum
        PACKED[:-4] + b"\0\0\0\0",  # length
        PACKED + b"\x1f\x8b",
        PACKED + b"garbage",
    ],
)
@pytest.mark.parametrize("wrap", [bytes, pipe])
def test_broken_gzip(stored: bytes, wrap: Any) -> None:
    with pytest.raises(FormatError) as caught:
        read_all(wrap(stored))
    assert caught.value.code == "fichier.gzip-illisible"
    assert 0 <= caught.value.offset <= len(FLOW)
    assert caught.value.__cause__ is None


def test_where_a_broken_gzip_file_breaks_is_told_in_uncompressed_bytes() -> None:
    noise = os.urandom(300_000)
    source = open_source(gzip.compress(noise, mtime=0)[:-20])
    pieces = list(until_error(source))
    assert pieces.pop() == ("fichier.gzip-illisible", sum(map(len, pieces)))
    good = b"".join(cast(list[bytes], pieces))
    assert len(good) >= HEAD
    assert noise.startswith(good)


def until_error(source: Source) -> Iterator[bytes | tuple[str, int]]:
    try:
        yield from iter(lambda: source.read(1000), b"")
    except FormatError as error:
        yield error.code, error.offset


def test_a_bomb_stays_a_stream() -> None:
    """A small file that unpacks to much: no more is unpacked than is asked for."""
    bomb = io.BytesIO()
    with gzip.GzipFile(fileobj=bomb, mode="wb", compresslevel=9) as handle:
        for _ in range(64):
            handle.write(bytes(1 << 20))
    stored = pipe(bomb.getvalue(), most=1 << 20)
    with open_source(stored) as source:
        assert len(source.head) == HEAD
        assert len(source.read(1000)) == 1000
        total, biggest = 1000, 0
        while piece := source.read(1 << 16):
            total += len(piece)
            biggest = max(biggest, len(piece))
    assert (total, biggest <= 1 << 16) == (64 << 20, True)


def test_the_head_and_the_rest_are_one_stream() -> None:
    for size in (-1, 4, 9):
        assert _Chained(b"ab", io.BytesIO(b"cd")).read(size) == b"abcd"
    chained = _Chained(b"ab", pipe(b"cdef", most=1))
    assert [chained.read(some) for some in (1, 3, 1, 5, 1)] == [b"a", b"bcd", b"e", b"f", b""]


# --- what cannot be read ------------------------------------------------------------------------------


def code_of(what: Any) -> str:
    with pytest.raises(FormatError) as caught:
        read_all(what)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value.code


def test_paths_that_cannot_be_opened(tmp_path: Path) -> None:
    tmp_path.joinpath("flux.b2").write_bytes(RECORD)
    assert code_of(tmp_path / "absent.b2") == "fichier.absent"
    assert code_of(tmp_path / "flux.b2" / "flux.b2") == "fichier.absent"
    assert code_of(tmp_path) == "fichier.repertoire"
    assert code_of("") == "fichier.repertoire"  # the current folder, as Path reads it
    assert code_of("a\0b") == "fichier.lecture"
    assert code_of("a" * 5000) == "fichier.absent"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PermissionError(13, "denied"), "fichier.acces"),
        (FileNotFoundError(2, "absent"), "fichier.absent"),
        (IsADirectoryError(21, "folder"), "fichier.repertoire"),
        (OSError(5, "disk"), "fichier.lecture"),
    ],
)
def test_errors_of_the_system_when_opening(
    error: OSError, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, mode: str) -> Iterator[bytes]:
        raise error

    monkeypatch.setattr(Path, "open", refuse)
    assert code_of(tmp_path / "flux.b2") == code


def test_windows_says_that_a_folder_is_a_matter_of_rights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, mode: str) -> Iterator[bytes]:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert code_of(tmp_path) == "fichier.repertoire"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read anything")
def test_a_file_without_the_right_to_read_it(tmp_path: Path) -> None:
    path = tmp_path / "flux.b2"
    path.write_bytes(RECORD)
    path.chmod(0)
    assert code_of(path) == "fichier.acces"


class Failing(Pipe):
    """A disk or a network that gives up after a while."""

    def __init__(self, data: bytes, error: Any) -> None:
        super().__init__(data)
        self.error = error

    def read(self, size: int = -1) -> bytes:
        piece = super().read(size)
        if piece:
            return piece
        if self.error is None:
            return cast(bytes, None)
        raise self.error


@pytest.mark.parametrize(
    "error", [OSError(5, "disk"), ConnectionResetError(), ValueError("I/O operation on closed file"), None]
)
@pytest.mark.parametrize("size", [100, HEAD, 2 * HEAD])
def test_reading_that_fails(size: int, error: Any) -> None:
    """Nothing (`None`), from a stream that does not wait, is no end of file."""
    with pytest.raises(FormatError) as caught:
        read_all(cast(BinaryIO, Failing(FLOW[:size], error)))
    assert (caught.value.code, caught.value.offset) == ("fichier.lecture", size)


def test_a_broken_file_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "flux.gz"
    path.write_bytes(PACKED[:20])
    opened = []
    original = Path.open

    def watch(self: Path, mode: str = "r") -> Any:
        opened.append(original(self, mode))
        return opened[-1]

    monkeypatch.setattr(Path, "open", watch)
    with pytest.raises(FormatError):
        open_source(path)
    assert [handle.closed for handle in opened] == [True]


def test_text_mode_is_a_mistake_of_the_program(tmp_path: Path) -> None:
    path = tmp_path / "flux.b2"
    path.write_bytes(b"000TP\xe9")
    with (
        path.open(encoding="utf-8") as handle,
        pytest.raises(TypeError, match=r"^a file open in binary mode is expected$"),
    ):
        open_source(cast(BinaryIO, handle))
