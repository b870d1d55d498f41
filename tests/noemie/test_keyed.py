"""HMAC begun once gives what `hmac.digest` does, in the process to which it crosses too."""

import hmac
import pickle

import pytest

from noemie.documents.keyed import Hmac


@pytest.mark.parametrize("size", [0, 1, 16, 32, 63, 64, 65, 200])
def test_it_is_the_hmac_of_the_standard(size: int) -> None:
    key = bytes(range(size))
    made = pickle.loads(pickle.dumps(Hmac(key)))
    for told in (b"", b"x", bytes(range(256)) * 3):
        assert made.digest(told) == hmac.digest(key, told, "sha256")


def test_it_never_shows_its_key() -> None:
    assert repr(Hmac(b"secret")) == "<Hmac>"
