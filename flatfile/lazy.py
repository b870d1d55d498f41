"""Names that a package hands on, imported only when somebody asks for one.

    __getattr__, __dir__, __all__ = hand_on(__name__, {"fse.check": ("Checker", "check")})

So `import noemie` costs nothing of what the caller does not use, and the names stay where callers know them
when the module behind moves.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


def version() -> str:
    """The version of the toolkit, which is that of each of its packages."""
    from importlib.metadata import version as version_of

    return version_of("sesam-noemie")


def hand_on(
    package: str, names: Mapping[str, Sequence[str]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """`__getattr__`, `__dir__` and `__all__` of a package; `names` are those of each module."""
    module_of = {name: module for module, given in names.items() for name in given}

    def get(name: str) -> Any:
        if name == "__version__":
            return version()
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(module_of[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    def names_of() -> list[str]:
        return sorted({*vars(sys.modules[package]), *module_of})

    return get, names_of, sorted(module_of)


def from_above(module: str, name: str) -> Any:
    """A function of a package above, for a method that hands its work on to it when it is called.

    Nothing of the package below needs the one above: see docs/decisions/0020-notebooks.md.
    """
    return getattr(import_module(module), name)


class _Moved(MetaPathFinder, Loader):
    """Finds modules under their former names."""

    def __init__(self, moved: Mapping[str, str]) -> None:
        self.moved = moved

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname in self.moved else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(self.moved[spec.name])
        # The import system is about to write the former name on it.
        self._kept = module.__spec__, module.__loader__, module.__package__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__, module.__loader__, module.__package__ = self._kept


def keep_names(moved: Mapping[str, str]) -> None:
    """Let modules that moved be imported under their former names too: the same module, not a copy.

    `moved` tells the place of each former name; both are whole dotted names.
    """
    sys.meta_path.append(_Moved(moved))


def gone(message: str) -> Callable[[str], Any]:
    """`__getattr__` of a module whose names went where it cannot hand them on from: asking says where."""

    def get(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise ImportError(message)

    return get
