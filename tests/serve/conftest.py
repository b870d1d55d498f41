"""The fixtures of the page; its settings are nobody's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serve_page import own, page, stored, written

__all__ = ["own", "page", "stored", "written"]


@pytest.fixture(scope="session", autouse=True)
def settings_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The folder of settings is apart, for tokens and passwords of tests."""
    with pytest.MonkeyPatch.context() as patch:
        folder = str(tmp_path_factory.mktemp("reglages"))
        for name in ("XDG_CONFIG_HOME", "APPDATA"):
            patch.setenv(name, folder)
        yield
