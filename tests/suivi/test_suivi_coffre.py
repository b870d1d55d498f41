"""The private folder: what is kept in it is read again, enciphered by either cipher, and removed."""

from __future__ import annotations

import sys

import pytest

from noemie.suivi.coffre import PARTITIONS, Coffre, Partitions, Triees

_TOLD = [f"a line that names nobody {number}" for number in range(2000)]


@pytest.fixture(params=["AES", "SHAKE"])
def coffre(request, monkeypatch):
    if request.param == "AES":
        pytest.importorskip("cryptography")
    else:
        monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers", None)
    return Coffre()


def test_what_is_kept_is_read_again_and_never_lies_in_clear(coffre):
    kept: Partitions[str] = Partitions(coffre, str)
    for number, one in enumerate(_TOLD):
        kept.ajouter(number % 3 * (PARTITIONS // 3), one)
    waiting = sum(map(len, _TOLD)) - sum(path.stat().st_size for path in coffre.folder.iterdir())
    assert waiting < sum(map(len, _TOLD)) / 2  # the rest is written as it comes
    assert [one for rang in range(PARTITIONS) for one in kept.lire(rang)] == [
        one for part in range(3) for one in _TOLD[part::3]
    ]
    for rang in (0, 1):
        assert kept.poids(rang) == sum(map(len, kept.pieces(rang)))
    written = [path.read_bytes() for path in coffre.folder.iterdir()]
    assert sum(map(len, written)) > sum(map(len, _TOLD))
    assert not any(b"names nobody" in one for one in written)


def test_lines_are_read_in_order_as_often_as_asked(coffre):
    kept: Triees[str] = Triees(coffre, str, key=str)
    for start in range(0, len(_TOLD), 50):
        kept.ajouter(_TOLD[start : start + 50])
    assert len(kept) == len(_TOLD)
    assert list(kept) == list(kept) == sorted(_TOLD)
    assert len(kept) == len(_TOLD)


def test_no_two_blocks_have_a_keystream_in_common(coffre):
    """A block of zeros shows its keystream: those that follow one another, in one file and the next."""
    blocks = [coffre.mixed(bytes(48), file, offset) for file in ("1", "2") for offset in (0, 48, 96)]
    pieces = [block[start : start + 16] for block in blocks for start in (0, 16, 32)]
    assert len(set(pieces)) == len(pieces)


def test_the_folder_goes_with_the_object():
    coffre = Coffre()
    folder = coffre.folder
    assert folder.is_dir()
    del coffre
    assert not folder.exists()
