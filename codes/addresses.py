"""Addresses of the documentation: a page for each rule, reject, motive, record, entity, in both languages.

They are stable: programs and reports of others point at them. They start at the base that the environment
variable NOEMIE_DOCS gives, else at the address of the documentation that the package declares, else they are
relative to the root of the site (`make site`).
"""

from __future__ import annotations

import os
import re
import unicodedata
from functools import cache
from typing import Final, Literal

#: Environment variable: where the documentation site stands, as `https://…/` or `file:///…/`.
VARIABLE: Final = "NOEMIE_DOCS"

Kind = Literal["rules", "rejects", "motives", "records", "entities"]


def slug(text: str) -> str:
    """A code or a label as part of an address: small letters, digits and dashes."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def page(kind: Kind, name: str, lang: str) -> str:
    """The address of a page from the root of the site: `fr/rejects/amo-0460-053.html`."""
    return f"{lang}/{kind}/{slug(name)}.html"


def reject_name(namespace: str, code: str, label: str) -> str:
    """What tells a reject from the others of the catalogue; its label when it has no code."""
    return f"{namespace} {code or label}"


def url(kind: Kind, name: str, lang: str) -> str:
    """The address of a page, from the base of the documentation when one is known."""
    return base() + page(kind, name, lang)


def base() -> str:
    """Where the site stands, with its closing slash; empty when nothing says."""
    given = os.environ.get(VARIABLE) or _declared()
    return given if not given or given.endswith("/") else f"{given}/"


@cache
def _declared() -> str:
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        addresses = metadata("sesam-noemie").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    found = dict(line.partition(", ")[::2] for line in addresses)
    return str(found.get("Documentation", ""))
