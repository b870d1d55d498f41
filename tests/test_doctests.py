"""The examples in the docstrings of all packages are right."""

import doctest
import importlib
import pkgutil
from collections.abc import Iterator

import pytest

PACKAGES = ("flatfile", "codes", "fse", "noemie", "fixtures", "cli")


def modules() -> Iterator[str]:
    for package in PACKAGES:
        yield package
        path = importlib.import_module(package).__path__
        for module in pkgutil.walk_packages(path, f"{package}."):
            if not module.name.endswith("__main__"):
                yield module.name


@pytest.mark.parametrize("name", list(modules()))
def test_docstrings(name: str) -> None:
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in PACKAGES:
            raise
        pytest.skip(f"{error.name} is not installed")  # one of the optional libraries
    assert doctest.testmod(module).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    keys = ["at", "luhn9", "nir", "rpps", "siret"]
    for name in keys:
        found = finder.find(importlib.import_module(f"codes.keys.{name}"))
        assert sum(len(test.examples) for test in found) > 0, name
