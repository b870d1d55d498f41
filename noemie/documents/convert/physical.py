"""What surrounds the entities of a return: frames of its physical records, line ends between entities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flatfile import CHUNK, Readable, Record, Source, open_source
from noemie.documents.convert.errors import ConvertError
from noemie.documents.convert.model import Digest, Frame
from noemie.returns.borders import Envelope
from noemie.returns.framing import Skeleton
from noemie.returns.physical import Framed, Segment, iter_segments, read_physical

_EOL: Final = b"\r\n"

#: Physical records, and bytes around their data, beyond which frames are those of no file.
_MOST_RECORDS: Final = 1 << 24
_MOST_AROUND: Final = 1 << 28


def frames_of(source: Source, envelope: Envelope, digest: Digest, *, unwrap: bool = False) -> list[Frame]:
    """The frames of a return, in order, as few as possible; `digest` sees all the bytes."""
    frames: list[Frame] = []
    for segment in iter_segments(_watched(read_physical(source, envelope, unwrap=unwrap), digest)):
        new = Frame(segment.prefix, segment.size, segment.suffix, segment.times)
        last = frames[-1] if frames else None
        if last is not None and last[:3] == new[:3]:
            frames[-1] = last._replace(times=last.times + new.times)
        elif last is not None and not (last.prefix or last.suffix or new.prefix or new.suffix):
            frames[-1] = Frame(b"", last.size * last.times + new.size * new.times, b"", 1)
        else:
            frames.append(new)
    return frames


def _watched(records: Iterator[Framed], digest: Digest) -> Iterator[Framed]:
    for record in records:
        digest.add(record.prefix + record.data + record.suffix)
        yield record


def gaps_of(
    source: Readable, envelope: Envelope, entities: Iterator[Record], *, unwrap: bool = False
) -> Iterator[tuple[Record | None, bytes]]:
    """Each entity with the line ends before it; then nothing, with those after the last one."""
    with open_source(source) as opened:
        segments = iter_segments(read_physical(opened, envelope, CHUNK, unwrap=unwrap))
        buffer, at = b"", 0
        for record in entities:
            size = len(record.raw)
            gap = bytearray()
            while True:
                while buffer[at : at + 1] and buffer[at] in _EOL:
                    gap.append(buffer[at])
                    at += 1
                if len(buffer) - at >= size:
                    break
                segment = next(segments, None)
                if segment is None:
                    break
                buffer, at = buffer[at:] + segment.data, 0
            yield record, bytes(gap)
            at += size
        yield None, buffer[at:] + b"".join(segment.data for segment in segments)


def rebuild(
    envelope: Envelope, frames: list[Frame], gaps: list[tuple[int, bytes]], entities: list[bytes]
) -> bytes:
    """The bytes of the return.

    When the entities still fill the frames, those are replayed; else the file is framed anew in the same
    style. Raises `ConvertError` when the frames are those of no file.
    """
    records = sum(frame.times for frame in frames)
    around = sum((len(frame.prefix) + len(frame.suffix)) * frame.times for frame in frames)
    if records > _MOST_RECORDS or around > _MOST_AROUND:
        raise ConvertError("cadres")
    skeleton = Skeleton(envelope)
    for frame in frames:
        skeleton.add_segment(Segment(0, b"", frame.prefix, frame.size, frame.suffix, frame.times))
    for place, gap in gaps:
        skeleton.add_gap(place, gap)
    room = sum(frame.size * frame.times for frame in frames)
    if room == sum(map(len, entities)) + sum(len(gap) for _, gap in gaps):
        skeleton.set_entities(entities)
    return skeleton.rebuild(entities)
