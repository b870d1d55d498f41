"""Names that moved: handed on where they can be, told where they cannot."""

import importlib
import sys

import pytest

import fse
import noemie


@pytest.mark.parametrize(
    ("former", "now"),
    [
        ("noemie.arl", "noemie.returns.arl"),
        ("noemie.retour", "noemie.returns.retour"),
        ("noemie.mask", "noemie.documents.mask.copies"),
        ("noemie.diff", "noemie.documents.diff.comparison"),
        ("noemie.convert", "noemie.documents.convert"),
    ],
)
def test_a_module_is_the_same_under_its_former_name(former: str, now: str) -> None:
    module = importlib.import_module(former)
    assert module is importlib.import_module(now)
    assert module is sys.modules[former]
    assert (module.__name__, module.__spec__.name) == (now, now)


@pytest.mark.parametrize(
    ("former", "now"), [("fse.base", "noemie.ledger.base"), ("fse.rights.register", "noemie.ledger.register")]
)
def test_a_module_that_cannot_hand_on_says_where_its_names_went(former: str, now: str) -> None:
    module = importlib.import_module(former)
    with pytest.raises(ImportError, match=f"{former} is now {now}"):
        module.Register  # noqa: B018


@pytest.mark.parametrize("package", [fse, noemie])
def test_each_public_name_is_there(package: object) -> None:
    names = package.__all__  # type: ignore[attr-defined]
    assert len(names) > 10
    assert all(getattr(package, name) is not None for name in names)
    assert set(names) <= set(dir(package))


def test_a_name_that_was_never_there() -> None:
    with pytest.raises(AttributeError, match="module 'fse' has no attribute 'nothing'"):
        fse.nothing  # noqa: B018
