"""Conversions work as the file is read: nothing is held that grows with it."""

import io
import tracemalloc

import pytest
from convert_samples import CITY, WRITERS, Endless

from flatfile import open_source
from flatfile.source import CHUNK
from noemie.documents import convert
from noemie.documents.convert.xml_reader import _elements


class _Watcher(io.RawIOBase):
    """Where a document goes; remembers whether anything came before its source was read to the end."""

    def __init__(self, source):
        self.source, self.early, self.largest = source, False, 0

    def write(self, piece):
        self.early = self.early or not self.source.ended
        self.largest = max(self.largest, len(piece))
        return len(piece)


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_a_document_is_written_while_the_flow_is_read(form):
    source = Endless(CITY, 4000)
    out = _Watcher(source)
    made = WRITERS[form][0](source, out, values=True)
    assert made.bytes > 1 << 20
    assert out.early
    assert out.largest < 1 << 17


def test_memory_does_not_grow_with_a_flow():
    document = io.BytesIO()
    convert.to_json(Endless(CITY, 4000), document, values=True)
    assert len(document.getvalue()) > 8 << 20
    source = Endless(CITY, 4000)
    works = (
        lambda: convert.to_json(source, _Watcher(source), values=True),
        lambda: convert.from_json(document.getvalue(), _Watcher(source)),
    )
    for work in works:
        tracemalloc.start()
        try:
            work()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 5.5 * CHUNK  # a chunk as read, as a block and as its records: the same for any flow


def test_what_was_read_of_an_xml_document_is_forgotten():
    source = Endless(CITY, 1000)
    document = io.BytesIO()
    convert.to_xml(source, document, values=True)
    with open_source(document.getvalue()) as opened:
        elements = _elements(opened)
        root = next(elements)
        most = max(len(root) for _ in elements)
    assert most < 200  # what one piece of the file holds
