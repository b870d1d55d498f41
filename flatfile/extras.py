"""Packages that only some commands need: which extra of this one installs each."""

from __future__ import annotations

import importlib.util
from typing import Final

#: Package -> extra (`pip install 'sesam-noemie[extra]'`).
EXTRAS: Final = {
    "cryptography": "encryption",
    "jinja2": "html",
    "markupsafe": "html",
    "sqlalchemy": "ledger",
    "platformdirs": "ledger",
    "numpy": "parquet",
    "pyarrow": "parquet",
    "psycopg": "postgresql",
    "lxml": "xml",
    "openpyxl": "xlsx",
    "starlette": "serve",
    "uvicorn": "serve",
    "python_multipart": "serve",
    "distributed": "cluster",
    "dask": "cluster",
    "fsspec": "remote",
    "s3fs": "remote",
}


class MissingLibraryError(ImportError):
    """An optional library is not installed; `extra` is the name of what to install."""

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(library)
        self.library = library
        self.extra = extra

    def __str__(self) -> str:
        return f"{self.library} is not installed: pip install 'sesam-noemie[{self.extra}]'"


def is_installed(package: str) -> bool:
    """Whether a package can be imported, as far as can be told without doing it."""
    try:
        return importlib.util.find_spec(package) is not None
    except (ImportError, ValueError):  # kept away on purpose, or half there
        return False


def package_of(error: ImportError) -> str:
    """The package of an extra that an import misses; empty when it is none of them."""
    missing = (error.name or "").partition(".")[0]
    if not missing:  # an import that was kept away need not say which
        missing = next((package for package in EXTRAS if package in str(error)), "")
    return missing if missing in EXTRAS and not is_installed(missing) else ""
