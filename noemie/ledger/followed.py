"""A ledger, followed: the lines of `noemie.suivi` on its facts, and the money of each, posting by posting.

All lists of the ledger read these lines; none of them decides anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from codes.action_texts import action_banner, action_text
from codes.actions import Action, Lang
from codes.rejects import Catalogue
from codes.states import Certitude, worst
from noemie.ledger.facts import Envoye, Faits, Ref
from noemie.ledger.identity import KeyRing
from noemie.suivi.depot import IN_MEMORY, Depot, Memoire, SurDisque
from noemie.suivi.dossier import Dossier
from noemie.suivi.ensemble import once
from noemie.suivi.faits import Arl, Communs, Envoi, Reponse
from noemie.suivi.moteur import Moteur
from noemie.suivi.mouvements import Compte, Operation
from noemie.suivi.resultat import Ligne, Orpheline, Suivi

__all__ = ["Mouvement", "Registre", "follow_ledger"]

_RESENDS: Final = frozenset({Action.CORRIGER_RETRANSMETTRE, Action.RENVOYER_FICHIER, Action.PAPIER})
_NOTHING: Final = Envoye("", "", "", "", "", 0, recent=True)


class Mouvement(NamedTuple):
    """Money of one invoice in one transfer, or of a lump sum: signed cents.

    `virement` and `run` are ranks in the facts that all share.
    """

    jour: dt.date | None
    amo: int
    amc: int
    virement: int
    run: int


class Alone(NamedTuple):
    """An invoice that was not sent, and what is known of it."""

    orpheline: Orpheline
    patient: str
    nature_assurance: str
    demande: int | None
    emetteur: str
    organisme_payeur: str
    mouvements: tuple[Mouvement, ...]


class Registre:
    """What became of all that a ledger holds.

    - `suivi`: the answer of the follow-up; `communs`: the facts that all share;
    - `orphelines`: the orphans with their money; `void`: runs that say nothing, by their rank.
    """

    def __init__(self, faits: Faits, lang: Lang = "fr", *, envois: bool = False) -> None:
        self.faits = faits
        self.lang = lang
        self.communs: Communs = faits.communs
        self.orphelines: list[Alone] = []
        self.void: frozenset[int] = frozenset()
        self.suivi: Suivi
        self.orphan_arls: list[Arl] = []
        self._envois: dict[Ref, Envoi] | None = {} if envois else None
        self._mouvements: dict[Ref, tuple[Mouvement, ...]] = {}

    # --- what the first pass tells --------------------------------------------------------------------

    def dossiers(self, dossiers: Sequence[Dossier]) -> None:
        """Keep the money of these sendings."""
        for dossier in dossiers:
            envoi = dossier.envoi
            ref = (envoi.fichier, envoi.record)
            if self._envois is not None:
                self._envois[ref] = envoi
            if dossier.amo or dossier.amc:
                self._mouvements[ref] = tuple(_mouvements(dossier.amo, dossier.amc))

    def orpheline(self, orpheline: Orpheline, reponses: list[Reponse], compte: Compte) -> None:
        """Keep an orphan with its money."""
        last = max(reponses, key=lambda one: (one.jour or dt.date.min, one.run, one.record))
        runs = self.communs.runs
        claims = [post.demande for post in last.mouvements if post.demande is not None]
        self.orphelines.append(
            Alone(
                orpheline,
                last.patient,
                self.faits.natures.get((runs[last.run].fichier, last.record), ""),
                sum(claims) if claims else None,
                runs[last.run].emetteur,
                self._payer(last.virement, last.run),
                tuple(_mouvements(compte.amo, compte.amc)),
            )
        )

    # --- questions --------------------------------------------------------------------------------------

    @property
    def lignes(self) -> Iterator[Ligne]:
        """The lines; those of rows read by an older version are no surer than their facts."""
        return (one if self.envoye(one).recent else self._less_sure(one) for one in self.suivi.lignes)

    def envoye(self, ligne: Ligne) -> Envoye:
        """What else is known of a sending."""
        return self.faits.envoyes.get((ligne.fichier, ligne.record), _NOTHING)

    def envoi(self, ligne: Ligne) -> Envoi:
        """The sending itself, when the question asked to keep them."""
        assert self._envois is not None
        return self._envois[ligne.fichier, ligne.record]

    def mouvements(self, ligne: Ligne) -> tuple[Mouvement, ...]:
        """What was decided of a sending, posting by posting, in order of time."""
        return self._mouvements.get((ligne.fichier, ligne.record), ())

    def emitter(self, one: Mouvement) -> str:
        """The number of who told of this money."""
        return self.communs.runs[one.run].emetteur

    def payer(self, one: Mouvement) -> str:
        """The payer, as the return writes it; empty when only its emitter tells."""
        return self._payer(one.virement, one.run)

    def _payer(self, virement: int, run: int) -> str:
        payer = self.communs.virements[virement].payeur
        return "" if payer == self.communs.runs[run].emetteur else payer

    def label(self, one: Mouvement) -> str:
        """The labels of the transfer."""
        virement = self.communs.virements[one.virement]
        return " ".join(filter(None, (virement.libelle_1, virement.libelle_2)))

    def forfaits(self) -> list[tuple[Mouvement, str]]:
        """Lump sums that count, each time they do, with their code."""
        found = []
        for row, number, run in once(self.communs.forfaits, self.communs, self.void):
            virement = self.communs.virements[row.virement]
            day = virement.jour or self.communs.runs[run].jour
            found += [(Mouvement(day, row.montant, 0, row.virement, run), row.code)] * number
        return found

    def _less_sure(self, ligne: Ligne) -> Ligne:
        certitude = worst(ligne.certitude, Certitude.PROBABLE)
        asks = ligne.action in _RESENDS
        if not asks and not any(part.action in _RESENDS for part in ligne.parts.values()):
            return msgspec.structs.replace(ligne, certitude=certitude)
        parts = {
            name: msgspec.structs.replace(part, action=Action.INCONNUE) if part.action in _RESENDS else part
            for name, part in ligne.parts.items()
        }
        lang = self.lang
        action = Action.INCONNUE if asks else ligne.action
        paid = tuple(name for name, part in parts.items() if part.paye > 0)
        return msgspec.structs.replace(
            ligne,
            certitude=certitude,
            action=action,
            banner=action_banner(action, "", paid, lang) if asks else ligne.banner,
            texte=action_text(action, "", paid, lang) if asks else ligne.texte,
            blocks_resend=action.blocks_resend,
            parts=parts,
        )


def follow_ledger(
    connection: Connection,
    keys: KeyRing | None,
    on: dt.date | None = None,
    lang: Lang = "fr",
    site: Catalogue | None = None,
    *,
    envois: bool = False,
) -> Registre:
    """What became of all that a ledger holds on the day `on`; by default the latest day of the facts.

    `envois` keeps the sendings themselves, for `Registre.envoi`.
    """
    faits = Faits(connection, keys)
    registre = Registre(faits, lang, envois=envois)
    depot: Depot = Memoire() if faits.combien() <= IN_MEMORY else SurDisque()
    moteur = Moteur(faits.communs, site=site, lang=lang, depot=depot, journal=registre)
    registre.void = frozenset(moteur.void)
    for tranche in faits.tranches():
        moteur.etudier(tranche)
    registre.suivi = moteur.suivi(on)
    registre.orphan_arls = moteur.arls_orphelins
    return registre


def _mouvements(amo: Sequence[Operation], amc: Sequence[Operation]) -> Iterator[Mouvement]:
    """The postings of both parts; those that one run tells of one transfer stand together."""
    groups: dict[tuple[dt.date, int, int], tuple[list[int], list[int]]] = {}
    for place, operations in enumerate((amo, amc)):
        for one in operations:
            key = (one.jour, one.virement, one.run)
            groups.setdefault(key, ([], []))[place].append(one.paye)
    for (day, virement, run), (first, second) in sorted(groups.items()):
        for paid, other in zip_longest(first, second, fillvalue=0):
            yield Mouvement(None if day == dt.date.min else day, paid, other, virement, run)
