"""What `noemie show` says of a file, as one typed model: text and JSON are both drawn from it.

Amounts are cents, none when they cannot be trusted; days are written as ISO 8601, empty when they are not
known.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from cli.io.problems import Problem
from cli.words.shown import ShownField, ShownGroup, ShownRecord

__all__ = [
    "SCHEMA",
    "ActeAbime",
    "ActeMontre",
    "Evidence",
    "FactureMontree",
    "FluxMontre",
    "Head",
    "LotMontre",
    "Noeud",
    "RecordsMontres",
    "RetourMontre",
    "Run",
    "Shown",
    "ShownField",
    "ShownFile",
    "Unreadable",
    "ZoneMontree",
]

#: Version of the document: since 2, `doubtful` always stands before the value of a field.
SCHEMA: Final = 2


class Evidence(msgspec.Struct, frozen=True):
    """What made a file recognised: its key, and in words."""

    key: str
    text: str


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is, how it was recognised, how many findings a check gives by severity."""

    file: str
    family: str
    norme: str
    envelope: str
    seen: list[Evidence]
    counts: dict[str, int]


class Unreadable(msgspec.Struct, frozen=True):
    """A file that cannot be read, and why."""

    file: str
    error: Problem


class ActeAbime(msgspec.Struct, frozen=True, kw_only=True):
    """An act whose main line cannot be trusted."""

    code: str
    code_label: str
    damaged: bool
    records: list[ShownRecord]


class ActeMontre(msgspec.Struct, frozen=True, kw_only=True):
    """An act: what its line says, then its records."""

    code: str
    code_label: str
    damaged: bool
    date: str
    date_fin: str
    quantite: int | None
    coefficient: str | None
    prix_unitaire: int | None
    base_remboursement: int | None
    taux: int | None
    montant_depense: int | None
    montant_amo: int | None
    montant_amc: int | None
    en_rapport_l115: bool | None
    records: list[ShownRecord]


class FactureMontree(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice: what names it, its header records, its acts, its total, its other records."""

    numero: str
    date_facturation: str
    nature_assurance: str
    nature_assurance_label: str
    record: int
    entete: list[ShownRecord]
    actes: list[ActeMontre | ActeAbime]
    montant_depense: int | None
    montant_amo: int | None
    montant_amc: int | None
    total: ShownRecord | None
    autres: list[ShownRecord]


class LotMontre(msgspec.Struct, kw_only=True):
    """A batch: its records 1 and 6, and its invoices; `omitted` are not shown."""

    entete: ShownRecord | None
    factures: list[FactureMontree] = msgspec.field(default_factory=list)
    fin: ShownRecord | None = None
    omitted: int = 0


class FluxMontre(Head, frozen=True, kw_only=True):
    """A B2 flow: its batches, and what stands outside."""

    lots: list[LotMontre]
    hors_lot: list[ShownRecord]
    factures: int
    omitted: int
    records: int


class Noeud(msgspec.Struct, frozen=True, kw_only=True):
    """A level of a return: its opening entities, what it holds, its closing one."""

    niveau: int
    entete: list[ShownRecord]
    enfants: list[ShownRecord | Noeud]
    omitted: int
    fermeture: ShownRecord | None


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One return, from 000 to 999; `jour_douteux` when the order of its days is not sure."""

    debut: ShownRecord | None
    jour_douteux: bool
    arbre: Noeud
    fin: ShownRecord | None


class RetourMontre(Head, frozen=True, kw_only=True):
    """A NOEMIE return; of a file that holds several, each is in `retours` and the other keys are absent."""

    records: int
    factures: int
    omitted: int
    retours: list[Run] | UnsetType = UNSET
    debut: ShownRecord | UnsetType | None = UNSET
    jour_douteux: bool | UnsetType = UNSET
    arbre: Noeud | UnsetType = UNSET
    fin: ShownRecord | UnsetType | None = UNSET


class ZoneMontree(Head, frozen=True, kw_only=True):
    """A zone: what it is about, and its groups."""

    subjects: list[str]
    bytes: int
    groups: int
    omitted: int
    items: list[ShownGroup]


class RecordsMontres(Head, frozen=True, kw_only=True):
    """A flow or a return, record by record."""

    records: int
    omitted: int
    items: list[ShownRecord]


ShownFile = FluxMontre | RetourMontre | ZoneMontree | RecordsMontres


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document."""

    lang: str
    files: list[ShownFile | Unreadable]
