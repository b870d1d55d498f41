"""Do the levels, counters, totals and identities of a return agree with what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any, Final

from flatfile import Finding, Layout, Record
from noemie.returns.montants import Sommes, amount_of, sign_fields, sommes_des_noeuds
from noemie.returns.niveaux import niveaux_de
from noemie.returns.places import Places
from noemie.returns.retour import Retour
from noemie.returns.tables import CLOSING, HEADER, TRAILER
from noemie.returns.tree import Noeud
from noemie.returns.views import Part

#: Fields that 000 and 999 share.
IDENTITY: Final = (
    "type_emetteur",
    "numero_emetteur",
    "programme_emetteur",
    "type_destinataire",
    "numero_destinataire",
    "programme_destinataire",
    "application",
    "identification_fichier",
    "type_flux",
)

#: The entity on persons, and the counter that insurers write where there is one among the leaves.
PERSON: Final = "103"
_SEEN: Final = 2

_ANOMALIES: Final = {
    "absente": "retour.cloture-absente",
    "orpheline": "retour.cloture-orpheline",
    "saut": "retour.niveau-saute",
}


# --- one entity -------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _signs(layout: Layout) -> tuple[tuple[slice, int, str], ...]:
    """(bytes of the amount, place of its sign, name of the sign) for each signed amount."""
    by_name = layout.by_name
    return tuple(
        (by_name[amount].slice, by_name[sign].slice.start, sign) for amount, sign in sign_fields(layout)
    )


def unsigned(layout: Layout, raw: bytes) -> list[str]:
    """The names of the signs that amounts lack: one that is not zero must have a sign."""
    return [
        sign for amount, place, sign in _signs(layout) if raw[place] == _BLANK and raw[amount].strip(b"0 ")
    ]


_BLANK: Final = b" "[0]


@lru_cache(maxsize=256)
def _state(layout: Layout) -> slice:
    """Where a part has its state."""
    return next((field.slice for field in layout.fields if field.name.startswith("etat_paiement")), slice(0))


def check_parts(record: Record, places: Places) -> Iterator[Finding]:
    """A part that is not in state P pays nothing."""
    if record.raw[_state(record.layout)] == b"P":
        return
    part = Part(record)
    if part.etat != "P" and part.paye:
        yield places.finding("retour.etat-montant", record, f"etat_paiement_{part.nom.lower()}")


# --- levels -----------------------------------------------------------------------------------------------


def check_days(retour: Retour, places: Places) -> Iterator[Finding]:
    """Days of batches that exist but are likely to be in the order of a B2 flow."""
    told: set[int] = set()
    for facture in retour.factures:
        record = facture.record_date_lot if facture.date_lot_douteuse else None
        if record is None or record.number in told:
            continue
        told.add(record.number)
        if record.get("date_lot", date) is not None:  # else the format tells
            yield places.finding("retour.jour-douteux", record, "date_lot", "JJMMAA")


def check_levels(retour: Retour, places: Places) -> Iterator[Finding]:
    """Levels that are not closed, 990 that close nothing, levels jumped over."""
    for anomaly in retour.anomalies:
        yield places.finding(_ANOMALIES[anomaly.nature], anomaly.entite, expected=f"{anomaly.niveau:02}")


def check_closings(retour: Retour, places: Places) -> Iterator[Finding]:
    """Counter and total of each 990."""
    for node, sums in sommes_des_noeuds(retour.racine):
        if node.parent is None:
            yield from _check_file_total(retour, sums, places)
            continue
        record = node.fermeture
        if record is None or record.layout.name != CLOSING:
            continue
        counter = record.get("compteur_niveau_inferieur", int)
        children = node.nombre_enfants
        if counter is not None and counter != children and counter not in _counts(retour, node, children):
            yield places.finding("retour.compteur", record, "compteur_niveau_inferieur", str(children))
        yield from _check_total("retour.total", record, sums, places)


def _counts(retour: Retour, node: Noeud, children: int) -> set[int]:
    """What the counter of a 990 may be besides the children of its level.

    In the 580 that insurers write, 2 was seen at the end of an invoice whose leaves are a 103, a 199 and a
    294 [arthus]: the person (103), which other flows write in the header of the invoice, is not counted, or 2
    is written whatever there is. One file does not tell which, and none is a fault to tell.
    """
    persons = sum(record.layout.name == PERSON for record in node.feuilles)
    if not persons or not niveaux_de(retour.reference, retour.emetteur.type):
        return set()
    return {children - persons, _SEEN}


def _check_total(rule: str, record: Record, sums: Sommes, places: Places) -> Iterator[Finding]:
    """A declared total: with or without the debts, which no source settles."""
    declared = record.get("cumul_montants", int)
    if declared is None:
        return  # unreadable: the format is already found wrong
    if amount_of(record) not in (sums.total, sums.total + sums.dettes):
        yield places.finding(rule, record, "cumul_montants", str(sums.total))


def _check_file_total(retour: Retour, sums: Sommes, places: Places) -> Iterator[Finding]:
    if retour.fin is not None and _ends_once(retour):
        yield from _check_total("retour.total-fichier", retour.fin, sums, places)


# --- end of the file --------------------------------------------------------------------------------------


def _ends_once(retour: Retour) -> bool:
    """Whether a return has one end: with several, or a second header, no 999 speaks of the whole."""
    numbers = [record.layout.name for record in retour.entites]
    return numbers.count(HEADER) <= 1 and numbers.count(TRAILER) == 1


def check_end(retour: Retour, places: Places) -> Iterator[Finding]:
    """Counters of 999, and its identity with 000."""
    end, start = retour.fin, retour.debut
    if end is None or not _ends_once(retour):
        return
    records, written = retour.skeleton.records, end.get("nombre_enregistrements", int)
    if None not in (records, written) and records != written:
        yield places.finding("retour.nombre-enregistrements", end, "nombre_enregistrements", str(records))
    lots, expected = end.get("nombre_lots", int), _lots(retour)
    if lots is not None and lots not in expected:
        yield places.finding("retour.nombre-lots", end, "nombre_lots", str(expected[0]))
    for name in IDENTITY if start is not None else ():
        if start is None or name not in start.layout or name not in end.layout:
            continue
        if _comparable(start.text(name)) != _comparable(end.text(name)):
            yield places.finding("retour.identite", end, name)


def _comparable(text: str) -> str:
    """A number is the same with or without its leading zeros."""
    return text.lstrip("0") if text.isdecimal() else text


def _lots(retour: Retour) -> tuple[int, int]:
    """What the number of batches may count: batches of invoices or top levels; these alone where
    they are known (`noemie.returns.niveaux`).
    """
    if niveaux_de(retour.reference, retour.emetteur.type):
        return len(retour.noeuds), len(retour.noeuds)
    return nombre_de_lots(retour.entites, len(retour.noeuds)), len(retour.noeuds)


def nombre_de_lots(entites: Iterable[Record], tops: int) -> int:
    """Batches of invoices that the entities name (080, 102), else the number of top levels."""
    return len({lot_nomme(record) for record in entites if record.layout.name in LOTS}) or tops


#: The entities that name a batch.
LOTS: Final = frozenset({"080", "102"})


def lot_nomme(record: Record) -> tuple[Any, ...]:
    """Number and day, as written, of the batch that one of `LOTS` names."""
    return _lot_teller(record.layout)(record.raw)


@lru_cache(maxsize=64)
def _lot_teller(layout: Layout) -> Callable[[bytes], tuple[Any, ...]]:
    return layout.teller(numero_lot=str, date_lot=str)
