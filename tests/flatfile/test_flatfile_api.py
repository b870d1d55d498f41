"""The public names, the errors and the findings."""

from __future__ import annotations

import copy
import pickle

import pytest

import flatfile
from flatfile import EncodingError, Finding, FormatError, LayoutError

PUBLIC = """
    CHUNK MASK
    Block Codes Detection EncodingError Engine Field Finding FormatError Kind Layout LayoutError Layouts
    Piece Readable Record Sequence Source Spool Value
    detect iter_blocks iter_fixed kind_of load_overlay load_package_table mask normalise_text opaque
    open_path open_source parse_table
"""


def test_public_names() -> None:
    """A name that goes away, or comes, is a decision."""
    assert flatfile.__all__ == PUBLIC.split()
    assert all(hasattr(flatfile, name) for name in flatfile.__all__)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (FormatError("fichier.vide"), "fichier.vide (byte 0)"),
        (
            FormatError("fichier.inconnu", 12, lookalike="PDF", length=3),
            "fichier.inconnu (byte 12, lookalike=PDF, length=3)",
        ),
        (EncodingError("montant", "time"), "field montant: expected time"),
        (
            LayoutError("start", "PS 4M", name="{a}", start=2, expected=1).at("b2.csv", 3),
            "b2.csv, line 3: PS 4M: field {a} starts at byte 2, expected 1",
        ),
    ],
)
def test_errors(error: Exception, text: str) -> None:
    assert str(error) == text
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):  # across processes
        assert (str(again), vars(again)) == (text, vars(error))


def test_kinds_of_error() -> None:
    assert issubclass(EncodingError, ValueError)
    assert issubclass(LayoutError, ValueError)
    assert not issubclass(FormatError, ValueError)


def test_findings() -> None:
    finding = Finding("cle.nir", 3, 256, 128, "4", "nir", "000000010", "001")
    assert finding == Finding("cle.nir", 3, 256, 128, "4", "nir", "000000010", "001", "")
    assert len({finding, copy.copy(finding)}) == 1
    with pytest.raises(AttributeError):
        finding.record = 4  # type: ignore[misc]  # on purpose
    assert Finding("fichier.vide").record == 0
