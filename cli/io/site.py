"""Reference data as a site has them: shipped, with its own tables over them, and what its norm tells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from codes.lists import Code, CodeList, Namespace, b2, noemie, overlay, ssv

if TYPE_CHECKING:
    from codes.delais import Delais
    from codes.rejects import Catalogue

_NATURES: Final = "nature_assurance"


def b2_lists(codes: Path | None = None, nature_smg: str = "") -> Namespace:
    """The lists of B2 flows.

    `codes` is a folder with the site's own table; `nature_smg` the code that the site's norm gives to
    invoices of free medical care, which no public source tells. Raises `CodeTableError`.
    """
    lists = b2() if codes is None else overlay("b2", codes)
    natures = lists[_NATURES]
    if not nature_smg or nature_smg in natures:
        return lists
    label_fr, label_en = "soins médicaux gratuits (norme du site)", "free medical care (norm of the site)"
    own = Code(nature_smg, label_fr, label_en, source="noemie.toml")
    return {**lists, _NATURES: CodeList(_NATURES, [*natures.values(), own], is_open=natures.is_open)}


def all_lists(codes: Path | None = None) -> dict[str, Namespace]:
    """The lists of every namespace (`b2`, `noemie`, `ssv`). Raises `CodeTableError`."""
    shipped = {"b2": b2, "noemie": noemie, "ssv": ssv}
    return {name: overlay(name, codes) if codes else made() for name, made in shipped.items()}


def rejects(codes: Path | None = None) -> Catalogue:
    """The reject catalogue with the rows of the site's `*.toml` files. Raises `SiteCatalogueError`."""
    from codes.rejects import load, load_site

    rows = load_site(codes) if codes else ()
    return load().with_site(rows) if rows else load()


def delays(codes: Path | None = None) -> Delais:
    """The delays of the follow-up, with those of the site's `delais.csv`. Raises `CodeTableError`."""
    from codes.delais import load, load_site

    return load_site(codes) if codes else load()
