"""What `noemie ledger import` did, then where every invoice stands, as one typed model."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from cli.followup.model import TotalEtat
from cli.io.problems import Problem

__all__ = ["ConstatImporte", "Importe", "MemeIdentite", "Restant"]


class ConstatImporte(msgspec.Struct, frozen=True):
    """A rule that the imported files break: how often, in how many of them."""

    rule: str
    severity: str
    title: str
    count: int
    files: int


class MemeIdentite(msgspec.Struct, frozen=True):
    """A file whose sender, code and day are those of others, with another content."""

    file: str
    others: list[str]


class Restant(msgspec.Struct, frozen=True):
    """How many invoices ask for something."""

    a_renvoyer: int
    ne_pas_renvoyer: int
    autre_action: int


class Importe(msgspec.Struct, kw_only=True):
    """The whole document; what stands in the ledger is told when it was asked for."""

    lang: str
    ledger: str
    personal: str
    imported: int
    read_again: int
    known: int
    unreadable: int
    left_out: int
    kinds: dict[str, int]
    findings: list[ConstatImporte]
    same_identity: list[MemeIdentite]
    errors: list[Problem]
    on: str | UnsetType = UNSET
    states: dict[str, TotalEtat] | UnsetType = UNSET
    todo: Restant | UnsetType = UNSET
