"""A reading as data: what the page follows, and what a program is told of its job."""

from __future__ import annotations

import msgspec

__all__ = ["JobState", "Result", "Unreadable"]


class Unreadable(msgspec.Struct):
    """A file that could not be read, and why."""

    fichier: str
    message: str
    conseil: str


class Result(msgspec.Struct):
    """What a job read: files read, known already, of rights; flows, returns, ARLs among those read."""

    lus: int = 0
    connus: int = 0
    droits: int = 0
    flux: int = 0
    retour: int = 0
    arl: int = 0
    illisibles: list[Unreadable] = msgspec.field(default_factory=list)


class JobState(msgspec.Struct):
    """A reading: `etat` is attend, lit, fini or refuse; `lus` files of `total` were read."""

    id: str
    etat: str
    lus: int
    total: int
    resultat: Result
    erreur: str
