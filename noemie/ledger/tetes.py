"""What the cache of a ledger holds: rows of lines, of orphans and of money, and what is of the whole.

Written from a register that was followed; read by `noemie.ledger.etats`. No care day is kept, and no text
that a person wrote.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from codes.actions import Lang
from codes.states import Etat, EtatPart
from noemie.ledger.facts import Envoye
from noemie.ledger.filters import Origine, origine_of
from noemie.ledger.followed import NOTHING, Alone, Mouvement, Registre, last_answer
from noemie.ledger.payments import Paid, payment_of, payment_order
from noemie.ledger.states import (
    origine_of_alone,
    state_of_alone,
    state_of_line,
)
from noemie.ledger.values import Payment
from noemie.returns.arl import Arl
from noemie.suivi.faits import Communs, Lot, Marque, cle
from noemie.suivi.jours import Reprise
from noemie.suivi.resultat import (
    FichierSuivi,
    ForfaitSuivi,
    Ligne,
    Orpheline,
    RetenueSuivie,
    Suivi,
    VirementSuivi,
)

T = TypeVar("T")

__all__ = [
    "ALONE",
    "FichierGarde",
    "LigneGardee",
    "Listes",
    "OrphelineGardee",
    "Partage",
    "Rangee",
    "Suite",
    "Tete",
    "alone_group",
    "decoder_of",
    "is_alone",
    "origine_text",
    "rangee_de",
    "rangee_seule",
    "without_texts",
]

#: Marks whose detail a person wrote freely: encrypted in the base, so never kept here.
_FREE: Final = frozenset({"note"})

#: Lists of what is to be done or to be waited for.
_OPEN: Final = frozenset({"a_faire", "a_attendre"})

#: The state of rows that are no sending.
ALONE: Final = Etat.ORPHELINE.value

_ENCODER: Final = msgspec.msgpack.Encoder()
_NUL: Final = "\0"


class LigneGardee(Ligne, frozen=True, kw_only=True, array_like=True, gc=False):
    """A line with what decides of it, what its sending tells, its money: fields of a line, then these."""

    reprise: Reprise | None = None
    envoye: Envoye = NOTHING
    mouvements: tuple[Mouvement, ...] = ()


class OrphelineGardee(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An orphan: of answers to an invoice that was not sent, or money of a payment that was not read."""

    seule: Alone | None
    autre: Orpheline | None = None

    @property
    def orpheline(self) -> Orpheline:
        """The orphan itself."""
        found = self.seule.orpheline if self.seule is not None else self.autre
        assert found is not None
        return found


class FichierGarde(NamedTuple):
    """A file of the state that was followed: its names, the version that read it, the day of a purge."""

    noms: tuple[str, ...]
    lecture: int
    purge_le: dt.date | None


class Tete(msgspec.Struct, array_like=True):
    """What is of the whole and short: seals (see `noemie.ledger.etats.Sceau`), sums, notes, the latest day.

    `forfaits` tells whether there is any lump sum; the lists of `suivi` are in `Listes`.
    """

    etat: str
    base: str
    suivi: Suivi
    dernier: dt.date | None
    arls: list[Arl]
    forfaits: bool


class Listes(msgspec.Struct, array_like=True):
    """The lists of the whole: what `Suivi` has besides lines and orphans."""

    forfaits: list[ForfaitSuivi]
    retenues: list[RetenueSuivie]
    fichiers: list[FichierSuivi]
    virements: list[VirementSuivi]


class Partage(msgspec.Struct, array_like=True):
    """The facts that all share; `void` are the runs that say nothing, by their rank."""

    communs: Communs
    void: list[int]


class Suite(msgspec.Struct, array_like=True):
    """What tells which part another state of the base changes.

    - `places`: what the rank of each run stands for; `fichiers`: the files, by number;
    - `voulus`: acts refused for the person, and where (see `noemie.suivi.redites.Refus`); `arls_jours`: the
      latest day of each professional on which ARLs were followed; `marques`: how many sendings each mark
      names; `lots`: see `noemie.suivi.mots.Monde`.
    """

    places: list[tuple[int, int, str]]
    fichiers: dict[int, FichierGarde]
    voulus: dict[str, dict[str, dt.date]]
    arls_jours: dict[str, dt.date]
    marques: list[tuple[Marque, int]]
    lots: dict[Lot, set[str]]


@cache
def decoder_of(kind: type[T]) -> msgspec.msgpack.Decoder[T]:
    """What reads values of this kind, made when the first one is read: it takes milliseconds."""
    return msgspec.msgpack.Decoder(kind)


class Rangee(NamedTuple):
    """The rows of a line or of an orphan, and those of its money."""

    etat: dict[str, Any]
    detail: dict[str, Any]
    paiements: list[dict[str, Any]]


def without_texts(marques: Sequence[Marque]) -> list[Marque]:
    """Marks without what a person wrote."""
    return [msgspec.structs.replace(one, detail="") if one.sorte in _FREE else one for one in marques]


def alone_group(number: str) -> str:
    """The group of what answers say of a number that was not sent; no group of sendings begins so."""
    return f"?{number}"


def is_alone(groupe: str) -> bool:
    """Whether a group is of answers to what was not sent."""
    return groupe.startswith("?")


def origine_text(origine: Origine) -> str:
    """An origin as one text."""
    return "\n".join(origine)


# --- lines ------------------------------------------------------------------------------------------------


def rangee_de(registre: Registre, ligne: Ligne, lang: Lang) -> Rangee:
    """The rows of a line."""
    moves, known = registre.mouvements(ligne), registre.envoye(ligne)
    ref = (ligne.fichier, ligne.record)
    reprise = registre.reprises.get(ref) if registre.reprises else None
    # A `LigneGardee`, as it is written: making one would cost more than all the rest.
    kept = (*msgspec.structs.astuple(ligne), reprise, known, moves)
    sent, amo = ligne.depuis, ligne.parts["AMO"]
    first, last = _period(moves)
    money = [(one, registre.origine_of(known, one)) for one in moves]
    origine = money[-1][1] if money else origine_of(known, "")
    # What waits changes as days pass; what an older version read is told with less certainty.
    of_any_day = reprise is None and known.recent
    etat = {
        "langue": lang,
        "ordre": _order(sent, ligne.numero, ligne.numero_ps, ligne.lot, ligne.fichier, ligne.record),
        "groupe": registre.groupes[ref],
        "cle": cle(ligne.numero),
        "ps": cle(ligne.numero_ps),
        "record": ligne.record,
        "etat": ligne.etat.value,
        "a_voir": ligne.liste == "a_faire",
        "ouverte": ligne.liste in _OPEN,
        "rejets": bool(ligne.rejets),
        "notes": " ".join(ligne.notes),
        "patient": known.patient,
        "nature": known.nature_assurance,
        "caisse": known.regime + known.caisse,
        "origine": origine_text(origine),
        "jour": ligne.date_facturation or sent or last_answer(ligne),
        "depuis": sent,
        "paye_le": min([one.jour for one in moves if one.amo + one.amc > 0 and one.jour], default=None),
        "premier": first,
        "dernier": last,
        "demande": ligne.demande,
        "paye_amo": ligne.paye_amo,
        "paye_amc": ligne.paye_amc,
        "reste": ligne.reste,
        "trop": ligne.trop,
        "amo_demande": amo.demande,
        "amo_reste": amo.reste,
        "amo_trop": amo.trop,
        "amo_due": int(amo.etat is not EtatPart.RIEN_DU),
        "amc_due": int(ligne.parts["AMC"].etat is not EtatPart.RIEN_DU),
    }
    facture = _ENCODER.encode(state_of_line(registre, ligne)) if of_any_day else b""
    told = [Paid("facture", one, origine, ligne=ligne) for one, origine in money]
    return Rangee(etat, _detail(etat, facture, kept), list(_payments(registre, etat, told)))


def rangee_seule(registre: Registre, kept: OrphelineGardee, lang: Lang) -> Rangee:
    """The rows of an orphan."""
    one, alone = kept.orpheline, kept.seule
    moves = alone.mouvements if alone else ()
    first, last = _period(moves)
    etat = {
        "langue": lang,
        "ordre": _order(last_answer(one), one.numero, one.numero_ps, one.lot, one.fichier, one.record),
        "groupe": alone_group(one.numero),
        "cle": one.numero,
        "ps": cle(one.numero_ps),
        "record": one.record,
        "etat": ALONE,
        "a_voir": True,
        "ouverte": True,
        "rejets": bool(one.rejets),
        "notes": " ".join(one.notes),
        "patient": alone.patient if alone else "",
        "nature": alone.nature_assurance if alone else "",
        "caisse": "",
        "origine": origine_text(origine_of_alone(registre, alone)) if alone else "",
        "jour": one.date_facturation or last_answer(one),
        "depuis": None,
        "paye_le": None,
        "premier": first,
        "dernier": last,
        "demande": 0,
        "paye_amo": one.amo_paye,
        "paye_amc": one.amc_paye,
        **dict.fromkeys(("reste", "trop", "amo_demande", "amo_reste", "amo_trop", "amo_due", "amc_due"), 0),
    }
    facture = _ENCODER.encode(state_of_alone(registre, alone)) if alone else b""
    told = [Paid("facture", move, registre.origine_of(None, move), alone=alone) for move in moves]
    return Rangee(etat, _detail(etat, facture, kept), list(_payments(registre, etat, told)))


def _detail(etat: dict[str, Any], facture: bytes, kept: object) -> dict[str, Any]:
    return {
        "langue": etat["langue"],
        "ordre": etat["ordre"],
        "groupe": etat["groupe"],
        "facture": facture,
        "donnees": _ENCODER.encode(kept),
    }


def _order(day: dt.date | None, number: str, ps: str, lot: str, fichier: str, record: int) -> bytes:
    """The key of a row: that of `noemie.ledger.states.state_order`."""
    return _key(str(day or "9999"), number.zfill(9), ps, lot, fichier, f"{record:012d}")


def _period(moves: Sequence[Mouvement]) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last day of decisions, when all are told; an empty period without any."""
    if not moves:
        return dt.date.max, dt.date.min
    days = [one.jour for one in moves if one.jour]
    return (min(days), max(days)) if len(days) == len(moves) else (None, None)


def _payments(registre: Registre, etat: dict[str, Any], told: Iterable[Paid]) -> Iterator[dict[str, Any]]:
    seen: set[int] = set()
    ligne = blake2b(etat["ordre"], digest_size=8).digest()
    for rang, paid in enumerate(told):
        move = paid.mouvement
        one = payment_of(registre, paid)
        yield {
            "langue": etat["langue"],
            "tri": _sort_key(one),
            "ligne": ligne,
            "rang": rang,
            "groupe": etat["groupe"],
            "jour": move.jour,
            "virement": move.virement,
            "run": move.run,
            "compte": int(move.virement not in seen),
            "amo": move.amo,
            "amc": move.amc,
            "patient": etat["patient"],
            "nature": etat["nature"],
            "origine": origine_text(paid.origine),
            "donnees": _ENCODER.encode(one) if move.amo or move.amc else b"",
        }
        seen.add(move.virement)


def _sort_key(one: Payment) -> bytes:
    day, *texts, amount = payment_order(one)
    return _key(str(day), *map(str, texts), _amount(amount))


def _key(*parts: str) -> bytes:
    """Bytes that sort as these texts do one after the other."""
    return _NUL.join(parts).encode("utf-8", "surrogatepass")


def _amount(cents: int) -> str:
    return f"{cents + 10**15:016d}"
