"""Facts of one file, recognised by its content: a Vitale card, a CSV, the answer of a teleservice."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from msgspec import structs

from flatfile import FormatError, Spool, detect, open_source
from fse.rights.carte import droits_de_carte
from fse.rights.model import Droit
from fse.rights.table import Tell, looks_like_rights, read_csv
from fse.rights.teleservice import answer_form, read_answer
from fse.ssv import looks_like_zone, read_zone, tables
from fse.ssv.bridge import refuse_second

#: The group of the insured person of a Vitale card.
_HOLDER: Final = 101

Nature = Literal["carte", "csv", "adri", "fsv"]

#: What can be read twice from its start: a path, bytes, or what is kept of a stream.
Fichier = str | os.PathLike[str] | bytes | Spool

#: Names of the families of files that hold no rights.
_OTHERS = {"b2": "B2", "noemie": "NOEMIE"}


def nature_of(source: Fichier, layouts: Path | None = None) -> Nature:
    """What a file is; raises `FormatError` when it holds no rights (`droits.autre-fichier`)."""
    with open_source(source) as opened:
        head = opened.head
    if not head:
        raise FormatError("fichier.vide")
    if looks_like_rights(head):
        return "csv"
    if form := answer_form(head):
        return "adri" if form == "json" else "fsv"
    if looks_like_zone(head, tables(layouts)):
        return "carte"
    seen = detect(head)
    raise FormatError("droits.autre-fichier", lookalike=_OTHERS.get(seen.family, seen.lookalike))


def read_droits(
    source: Fichier, day: dt.date, tell: Tell | None = None, layouts: Path | None = None
) -> Iterator[Droit]:
    """Facts of a file, one by one; those that tell no day were told on `day`.

    `tell` hears of the wrong rows of a CSV. Raises `FormatError`, also for a damaged zone, and for one that
    holds no card (`droits.autre-fichier`).
    """
    nature = nature_of(source, layouts)
    if nature in ("adri", "fsv"):
        yield from read_answer(source, day)
        return
    if nature == "csv":
        for droit in read_csv(source, tell):
            yield droit if droit.constate_le else structs.replace(droit, constate_le=day)
        return
    empty = True
    zone = read_zone(source, strict=True, layouts=layouts)
    refuse_second(zone, _HOLDER)
    for droit in droits_de_carte(zone, day):
        empty = False
        yield droit
    if empty:
        raise FormatError("droits.autre-fichier", lookalike="SSV")


def day_of(source: Fichier) -> dt.date:
    """The day on which a file was made or changed; today for what is no file.

    A card does not tell when it was read: the day of its file is the nearest.
    """
    if isinstance(source, (str, os.PathLike)):
        try:
            return dt.date.fromtimestamp(Path(source).stat().st_mtime)
        except (OSError, ValueError, OverflowError):
            return dt.date.today()
    return dt.date.today()
