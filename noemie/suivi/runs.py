"""The runs of a file: what stands between one 000 and its 999, its header, its total, its day."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from noemie.returns.tables import HEADER, TRAILER
from noemie.suivi.faits import Run, cle
from noemie.suivi.returned import PROVIDERS

if TYPE_CHECKING:
    from noemie.returns.facture import FactureRetour
    from noemie.returns.retour import Retour

__all__ = ["Bornes", "Lectures", "complement_of", "lectures_of", "run_of", "runs_of"]

_YEAR: Final = 365

#: First and last day of what was sent.
Bornes = tuple[dt.date, dt.date]


def runs_of(retour: Retour) -> Iterator[Retour]:
    """The runs of a file, each without its last entity when that one is cut."""
    from noemie.suivi.reponse import without_cut_end

    return map(without_cut_end, retour.runs)


def complement_of(facture: FactureRetour) -> int:
    """What the acts of the old family say of the complementary part, with the sign of their line."""
    return sum(
        -one.montant_complementaire if one.montant_rembourse < 0 else one.montant_complementaire
        for one in facture.actes
    )


def run_of(
    retour: Retour, nom: str, bornes: Bornes | None, lectures: Lectures | None = None
) -> tuple[Run, bool]:
    """A run, and whether its total holds the complementary amounts of its acts (old family).

    `lectures` are the readings of its day (`lectures_of`), when they are known.
    """
    names = [entite.layout.name for entite in retour.entites]
    paid = sum(one.montant_paye for one in retour.factures) + sum(one.montant for one in retour.forfaits)
    owed = sum(one.montant for one in retour.dettes)
    extra = sum(complement_of(one) for one in retour.factures if not one.parts)
    total = _total(retour)
    plain = (paid, paid + owed)
    complement = bool(extra) and total not in plain and total in (paid + extra, paid + extra + owed)
    jour, autre = (lectures or lectures_of(retour)).choisir(bornes)
    debut, whole = retour.debut, TRAILER in names and "?" not in names and not retour.anomalies
    run = Run(
        fichier=nom,
        rang=retour.rang,
        empreinte=_empreinte(retour),
        type_emetteur=retour.emetteur.type,
        emetteur=retour.emetteur.numero,
        destinataire=retour.destinataire.numero,
        identification=retour.identification_fichier,
        jour_ecrit=debut["date_creation"] if debut is not None and "date_creation" in debut.layout else "",
        jour=jour,
        autre_jour=autre,
        entier=whole,
        concorde=total is None or complement or total in plain,
        total_annonce=total,
        total_lu=paid,
        professionnels=() if whole else _named(retour),
    )
    return run, complement


def _named(retour: Retour) -> tuple[str, ...]:
    """Whom a run names: its recipient, and those above the invoices that are read of it."""
    named = (one.text(PROVIDERS[one.layout.name]) for one in retour.entites if one.layout.name in PROVIDERS)
    return tuple(dict.fromkeys(filter(None, map(cle, (retour.destinataire.numero, *named)))))


def _total(retour: Retour) -> int | None:
    """The total that the 999 tells; one that is cut before it, or leaves it blank, tells none."""
    fin = retour.fin
    told = fin.get("cumul_montants", int) if fin is not None else None
    if fin is None or told is None:
        return None
    return -told if fin.text("signe_cumul_montants") == "N" else told


def _empreinte(retour: Retour) -> str:
    """Digest of the run without its 999, whose counter depends on the envelope."""
    emetteur, debut = retour.emetteur, retour.debut
    day = debut["date_creation"] if debut is not None and "date_creation" in debut.layout else ""
    head = (emetteur.type, emetteur.numero, retour.destinataire.numero, retour.identification_fichier, day)
    made = hashlib.sha256(repr(head).encode("utf-8", "surrogatepass"))
    for entite in retour.entites:
        if entite.layout.name not in (HEADER, TRAILER):
            made.update(len(entite.raw).to_bytes(4, "big") + entite.raw)
    return made.hexdigest()[:32]


class Lectures(NamedTuple):
    """The two readings of the day of a 000, and what its run alone tells of the right one.

    - `jours`: the possible days; `gardee`: the one that its run points to, else the usual one of such an
      emitter; `decidee`: whether its run tells; `lot`: the oldest day of its batches.
    """

    jours: tuple[dt.date, ...]
    gardee: dt.date | None
    decidee: bool
    lot: dt.date | None

    def choisir(self, bornes: Bornes | None) -> tuple[dt.date | None, dt.date | None]:
        """The reading taken, and the other one when nothing tells them apart.

        Where its run does not tell, a day that is not possible is no reading: a return is not older than its
        batches, nor than the first sending known, nor a year later than the last one.
        """
        if len(self.jours) < 2:
            return next(iter(self.jours), None), None
        if self.decidee:
            return self.gardee, None
        first, last = bornes or (dt.date.min, dt.date.max)
        oldest = self.lot or first
        possible = [day for day in self.jours if oldest <= day and (day - last).days <= _YEAR] or self.jours
        if len(possible) < 2:
            return possible[0], None
        return self.gardee, next(day for day in possible if day != self.gardee)


def lectures_of(retour: Retour) -> Lectures:
    """The readings of the day of a run, and the oldest day of its batches: see `Retour.jour`."""
    jour = retour.jour
    days = tuple(day for day in (jour.date, jour.autre) if day)
    batches = [day for one in retour.factures for day in (one.date_lot, one.date_facturation) if day]
    return Lectures(days, jour.date, jour.choix != "emetteur", min(batches, default=None))
