"""What a question to a ledger is made of, besides what it asks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from codes.actions import Lang

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from codes.delais import Delais
    from codes.rejects import Catalogue
    from noemie.ledger.identity import KeyRing

__all__ = ["Demande"]


class Demande(NamedTuple):
    """Where a question is read, and for whom it is worded.

    - `keys` open what is encrypted, when they can be had;
    - `on`: the day of the question, by default the latest day of the facts;
    - `site`: the catalogue of rejects with the rows of a site; `delais`: the delays, with its own.
    """

    connection: Connection
    keys: KeyRing | None
    on: dt.date | None = None
    lang: Lang = "fr"
    site: Catalogue | None = None
    delais: Delais | None = None
