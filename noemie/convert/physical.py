"""What surrounds the entities of a return: frames of its physical records, line ends between entities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from flatfile import CHUNK, Readable, Record, Source, open_source
from noemie.convert.errors import ConvertError
from noemie.convert.values import raw_bytes
from noemie.framing import Skeleton
from noemie.physical import Envelope, Segment, iter_segments, read_physical

_EOL: Final = b"\r\n"


class Frame(NamedTuple):
    """Physical records framed alike: `times` times `prefix`, `size` bytes of data, `suffix`."""

    prefix: bytes
    size: int
    suffix: bytes
    times: int

    @property
    def told(self) -> list[Any]:
        """As JSON can hold it."""
        return [self.prefix.decode("latin-1"), self.size, self.suffix.decode("latin-1"), self.times]


def frames_of(source: Source, envelope: Envelope) -> list[Frame]:
    """The frames of a return, in order, as few as possible."""
    frames: list[Frame] = []
    for segment in iter_segments(read_physical(source, envelope)):
        new = Frame(segment.prefix, segment.size, segment.suffix, segment.times)
        last = frames[-1] if frames else None
        if last is not None and last[:3] == new[:3]:
            frames[-1] = last._replace(times=last.times + new.times)
        elif last is not None and not (last.prefix or last.suffix or new.prefix or new.suffix):
            frames[-1] = Frame(b"", last.size * last.times + new.size * new.times, b"", 1)
        else:
            frames.append(new)
    return frames


def gaps_of(
    source: Readable, envelope: Envelope, entities: Iterator[Record]
) -> Iterator[tuple[Record | None, bytes]]:
    """Each entity with the line ends before it; then nothing, with those after the last one."""
    with open_source(source) as opened:
        segments = iter_segments(read_physical(opened, envelope, CHUNK))
        buffer = b""
        for record in entities:
            gap, buffer = _split(buffer)
            while len(buffer) < len(record.raw) and (segment := next(segments, None)) is not None:
                more, buffer = _split(buffer + segment.data) if not buffer else (b"", buffer + segment.data)
                gap += more
            yield record, gap
            buffer = buffer[len(record.raw) :]
        yield None, buffer + b"".join(segment.data for segment in segments)


def _split(data: bytes) -> tuple[bytes, bytes]:
    """The line ends that data start with, and the rest."""
    rest = data.lstrip(_EOL)
    return data[: len(data) - len(rest)], rest


def read_frames(told: object) -> list[Frame]:
    """Frames from JSON. Raises `ConvertError`."""
    if not isinstance(told, list):
        raise ConvertError("cadres")
    return [_frame(one) for one in told]


def _frame(told: object) -> Frame:
    match told:
        case [str(prefix), int(size), str(suffix), int(times)] if size >= 0 and times >= 0:
            return Frame(raw_bytes(prefix, 0), size, raw_bytes(suffix, 0), times)
    raise ConvertError("cadres")


def rebuild(
    envelope: Envelope, frames: list[Frame], gaps: list[tuple[int, bytes]], entities: list[bytes]
) -> bytes:
    """The bytes of the return.

    When the entities still fill the frames, those are replayed; else the file is framed anew in the same
    style.
    """
    skeleton = Skeleton(envelope)
    for frame in frames:
        skeleton.add_segment(Segment(0, b"", frame.prefix, frame.size, frame.suffix, frame.times))
    for place, gap in gaps:
        skeleton.add_gap(place, gap)
    room = sum(frame.size * frame.times for frame in frames)
    if room == sum(map(len, entities)) + sum(len(gap) for _, gap in gaps):
        skeleton.set_entities(entities)
    return skeleton.rebuild(entities)
