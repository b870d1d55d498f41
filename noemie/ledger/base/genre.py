"""What tells one kind of database from another."""

from __future__ import annotations

from typing import NamedTuple

from noemie.ledger.base.errors import BaseError


class Genre(NamedTuple):
    """A kind of database.

    - `error`: what is raised; its `VARIABLES` name the environment variables of the key;
    - `use`: word that separates the keys drawn from the one of the database;
    - `tables`: those that tell such a database from others;
    - `lock`: number that those who write to one PostgreSQL database wait for;
    - `schema`: the module whose `migrate` makes the tables;
    - `encrypts`: a new one encrypts identities when it can, and its key is kept in the user's folder.
    """

    error: type[BaseError]
    use: str
    tables: frozenset[str]
    lock: int
    schema: str
    encrypts: bool = False
