"""One sending of a ledger, whole: its line, who and what care it is of, its money posting by posting."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from noemie.ledger.followed import Registre
from noemie.ledger.handles import handle_of
from noemie.ledger.identity import Identite, KeyRing
from noemie.ledger.schema import PatientRow
from noemie.ledger.today_cards import marks_of, parts_of
from noemie.ledger.today_model import MarqueDite, PartDite
from noemie.ledger.who import Personne, Soins, care_of, people_of
from noemie.suivi.resultat import Ligne

__all__ = ["Card", "Posting", "card_of", "identity_of"]

#: Of the number of a record, at most.
_DIGITS: Final = 15


class Posting(msgspec.Struct, frozen=True, kw_only=True):
    """Money of one sending in one transfer: signed cents; `payeur` as the return writes it."""

    jour: dt.date | None
    amo: int
    amc: int
    libelle: str
    payeur: str
    fichier: str


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A sending: what `noemie.suivi` says of it, and what the ledger keeps besides.

    `handle` is how a page names it.
    """

    ligne: Ligne
    handle: str
    regime: str
    caisse: str
    patient: Personne
    soins: Soins
    parts: tuple[PartDite, ...]
    marques: tuple[MarqueDite, ...]
    paiements: tuple[Posting, ...]


def card_of(connection: Connection, registre: Registre, keys: KeyRing | None, handle: str) -> Card | None:
    """The sending of this handle; nothing when there is none."""
    ligne = _line(registre, handle)
    if ligne is None:
        return None
    known = registre.envoye(ligne)
    place = (known.fichier_id, ligne.record)
    people = people_of(connection, keys, [known.patient])
    care = care_of(connection, keys, [place], registre.delais)
    marks = marks_of(ligne, registre.communs.marques)
    return Card(
        ligne=ligne,
        handle=handle,
        regime=known.regime,
        caisse=known.caisse,
        patient=people.get(known.patient, Personne()),
        soins=care.get(place, Soins()),
        parts=tuple(parts_of(ligne, registre.lang)),
        marques=tuple(MarqueDite(sorte=one.sorte, jour=one.jour, detail=one.detail) for one in marks),
        paiements=tuple(
            Posting(
                jour=one.jour,
                amo=one.amo,
                amc=one.amc,
                libelle=registre.label(one),
                payeur=registre.payer(one),
                fichier=registre.communs.runs[one.run].fichier,
            )
            for one in registre.mouvements(ligne)
        ),
    )


def identity_of(connection: Connection, registre: Registre, keys: KeyRing, handle: str) -> Identite | None:
    """Who the patient of this handle is, when the ledger keeps it."""
    ligne = _line(registre, handle)
    if ligne is None:
        return None
    token = registre.envoye(ligne).patient
    kept = connection.scalar(select(PatientRow.donnees).where(PatientRow.jeton == token))
    return keys.reveal(kept, token)


def _line(registre: Registre, handle: str) -> Ligne | None:
    record = handle.partition("-")[0]
    if not record.isdecimal() or len(record) > _DIGITS:
        return None
    for ligne in registre.choisir(record=int(record)):
        if str(ligne.record) == record and handle_of(ligne.fichier, ligne.record) == handle:
            return ligne
    return None
