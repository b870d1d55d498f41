"""Code lists as a site has them: the shipped ones, its own table over them, and what its norm alone tells."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from codes.lists import Code, CodeList, Namespace, b2, overlay

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
