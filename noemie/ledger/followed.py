"""A ledger, followed: the lines of `noemie.suivi` on its facts, and the money of each, posting by posting.

All lists of the ledger read these lines; none of them decides anything.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from codes.actions import Action, Lang
from codes.delais import Delais
from codes.delais import load as load_delays
from codes.rejects import Catalogue
from codes.states import Certitude, Etat, worst
from noemie.ledger.demande import Demande
from noemie.ledger.facts import Envoye, Faits, Ref
from noemie.ledger.filters import Filtre, Origine, origine_of
from noemie.ledger.values import InvoiceState, Payment
from noemie.suivi.dossier import Dossier
from noemie.suivi.ensemble import once
from noemie.suivi.etude import unread
from noemie.suivi.faits import Arl, Communs, Envoi, Reponse, Tranche
from noemie.suivi.jours import Reprise
from noemie.suivi.mots import words_of
from noemie.suivi.mouvements import Compte, Operation
from noemie.suivi.resultat import Ligne, Orpheline, Suivi, ordre_des_orphelines

if TYPE_CHECKING:
    from noemie.ledger.listed import InvoicePage, Invoices
    from noemie.suivi.depot import Depot
    from noemie.suivi.moteur import Moteur

__all__ = [
    "AGAIN",
    "IN_MEMORY",
    "NOTHING",
    "NO_ONE",
    "Alone",
    "Bilan",
    "Chiffres",
    "Cumul",
    "Mouvement",
    "Registre",
    "Somme",
    "Totaux",
    "follow_ledger",
    "last_answer",
]

#: Facts that the engine keeps in memory: they weigh less there than the register of a large ledger, which is
#: never elsewhere.
IN_MEMORY: Final = 40_000

_RESENDS: Final = frozenset({Action.CORRIGER_RETRANSMETTRE, Action.RENVOYER_FICHIER, Action.PAPIER})
#: Of a sending that is not known.
NOTHING: Final = Envoye("", "", "", "", "", 0, recent=True)

#: States of sendings that another one takes the place of.
AGAIN: Final = frozenset({Etat.DOUBLON, Etat.REMPLACEE})


class Mouvement(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Money of one invoice in one transfer, or of a lump sum: signed cents.

    `virement` and `run` are ranks in the facts that all share.
    """

    jour: dt.date | None
    amo: int
    amc: int
    virement: int
    run: int


class Somme(NamedTuple):
    """What a transfer pays of invoices: how many, signed cents, the runs that tell it."""

    factures: int
    montant: int
    runs: tuple[int, ...]


class Cumul(NamedTuple):
    """What was claimed and paid for a patient, in signed cents, and the first and last day of invoices."""

    factures: int
    demande: int
    paye: int
    premier: dt.date | None
    dernier: dt.date | None

    def plus(self, demande: int, paye: int, day: dt.date | None) -> Cumul:
        """With one invoice more."""
        days = [one for one in (self.premier, self.dernier, day) if one]
        first, last = min(days, default=None), max(days, default=None)
        return Cumul(self.factures + 1, self.demande + demande, self.paye + paye, first, last)


class Chiffres(NamedTuple):
    """The figures of a period, counted by the base; amounts in signed cents.

    - `paye`: by day, what invoices were paid, how many times;
    - `delais`: by caisse, day of sending and of the first payment, how many invoices;
    - `encours`: by state and caisse, how many invoices, what lacks, the day of the oldest.
    """

    paye: Sequence[tuple[dt.date | None, int, int]]
    delais: Sequence[tuple[str, dt.date, dt.date, int]]
    encours: Sequence[tuple[str, str, int, int, dt.date | None]]


class Totaux(NamedTuple):
    """How many, what was claimed and paid, what lacks and what is over, in cents."""

    factures: int
    demande: int
    paye: int
    reste: int
    trop: int


class Bilan(NamedTuple):
    """The sums of all lines, in all and by part, and what each transfer takes back, by its rank."""

    total: Totaux
    parts: Mapping[str, Totaux]
    repris: Mapping[int, int]


class Alone(NamedTuple):
    """An invoice that was not sent, or money of a payment that was not read, and what is known of it.

    `mouvements` are its own: empty when they stand with a sending, as those of a payment not read do.
    """

    orpheline: Orpheline
    patient: str
    nature_assurance: str
    demande: int | None
    emetteur: str
    organisme_payeur: str
    mouvements: tuple[Mouvement, ...]


#: A patient of whom nothing was counted yet.
NO_ONE: Final = Cumul(0, 0, 0, None, None)


def last_answer(one: Ligne | Orpheline) -> dt.date | None:
    """The day of the last answer."""
    return max([retour.jour for retour in one.retours if retour.jour], default=None)


class Registre:
    """What became of all that a ledger holds.

    - `suivi`: the answer of the follow-up; `communs`: the facts that all share;
    - `orphelines`: the orphans with their money; `void`: runs that say nothing, by their rank;
    - `site`: the catalogue with the rows of a site; `delais`: the delays, with its own;
    - `dernier`: the latest day of the facts;
    - `reprises`, `groupes`: what decides of lines that wait, the group of each sending, when asked.
    """

    def __init__(
        self,
        faits: Faits,
        lang: Lang = "fr",
        site: Catalogue | None = None,
        delais: Delais | None = None,
        *,
        envois: bool = False,
        reprises: bool = False,
    ) -> None:
        self.faits = faits
        self.lang = lang
        self.site = site
        self.delais = delais or load_delays()
        self.communs: Communs = faits.communs
        self.orphelines: list[Alone] = []
        self.void: frozenset[int] = frozenset()
        self.suivi: Suivi
        self.moteur: Moteur
        self.orphan_arls: list[Arl] = []
        self.dernier: dt.date | None = None
        self.reprises: dict[Ref, Reprise] | None = {} if reprises else None
        self.groupes: dict[Ref, str] = {}
        self._envois: dict[Ref, Envoi] | None = {} if envois else None
        self._mouvements: dict[Ref, tuple[Mouvement, ...]] = {}

    def etudier(self, moteur: Moteur, tranches: Iterable[Tranche], on: dt.date | None) -> None:
        """Follow these slices with an engine that tells this register what it finds."""
        self.moteur = moteur
        self.void = frozenset(moteur.void)
        for tranche in tranches:
            moteur.etudier(tranche)
        self.suivi = moteur.suivi(on)
        self.dernier = moteur.dernier
        self.orphan_arls = moteur.arls_orphelins
        self.orphelines.sort(key=lambda one: ordre_des_orphelines(one.orpheline))

    # --- what the first pass tells --------------------------------------------------------------------

    def dossiers(self, dossiers: Sequence[Dossier]) -> None:
        """Keep the money of these sendings."""
        for dossier in dossiers:
            envoi = dossier.envoi
            ref = (envoi.fichier, envoi.record)
            if self._envois is not None:
                self._envois[ref] = envoi
            if self.reprises is not None:
                self.groupes[ref] = dossier.groupe
            if dossier.amo or dossier.amc:
                self._mouvements[ref] = tuple(self._postings(dossier.amo, dossier.amc))
            if dossier.non_lu_amo or dossier.non_lu_amc:
                self._payment_not_read(dossier)

    def _payment_not_read(self, dossier: Dossier) -> None:
        """Keep what was taken back beyond what was read as paid: its postings stand with the sending."""
        ref = (dossier.envoi.fichier, dossier.envoi.record)
        known, last = self.faits.envoyes.get(ref, NOTHING), self._mouvements[ref][-1]
        found = unread(dossier, self.moteur.monde)
        who = (known.patient, known.nature_assurance)
        self.orphelines.append(Alone(found, *who, None, self.emitter(last), self.payer(last), ()))

    def orpheline(self, orpheline: Orpheline, reponses: list[Reponse], compte: Compte) -> None:
        """Keep an orphan with its money."""
        runs = self.communs.runs
        last = max(
            reponses,
            key=lambda one: (one.jour or dt.date.min, runs[one.run].fichier, runs[one.run].rang, one.record),
        )
        claims = [post.demande for post in last.mouvements if post.demande is not None]
        self.orphelines.append(
            Alone(
                orpheline,
                last.patient,
                self.faits.natures.get((runs[last.run].fichier, last.record), ""),
                sum(claims) if claims else None,
                runs[last.run].emetteur,
                self._payer(last.virement, last.run),
                tuple(self._postings(compte.amo, compte.amc)),
            )
        )

    def reprise(self, ligne: Ligne, reprise: Reprise) -> None:
        """Keep what decides of a line that waits."""
        if self.reprises is not None:
            self.reprises[ligne.fichier, ligne.record] = reprise

    @property
    def on(self) -> dt.date | None:
        """The day of the question."""
        return self.suivi.on

    # --- questions --------------------------------------------------------------------------------------

    @property
    def lignes(self) -> Iterator[Ligne]:
        """The lines; those of rows read by an older version are no surer than their facts."""
        return self._sure(self.suivi.lignes)

    def choisir(
        self,
        etats: Iterable[Etat] = (),
        *,
        a_voir: bool = False,
        rejets: bool = False,
        payees: tuple[dt.date | None, dt.date | None] | None = None,
        ouvertes: bool = False,
        numero: str = "",
        record: int | None = None,
    ) -> Iterator[Ligne]:
        """The lines that may be of a list, and others: a cache reads no more than it must.

        Those in some states, or with something to do (`a_voir`) whatever the day; with rejects; with money
        of a period; with something to do or to wait for (`ouvertes`); of a number; of a record of any file.
        """
        return self.lignes

    def _sure(self, lignes: Iterable[Ligne]) -> Iterator[Ligne]:
        return (one if self.envoye(one).recent else self._less_sure(one) for one in lignes)

    def paiements(self, filtre: Filtre) -> list[Payment] | None:
        """The payments of invoices, in order, when they are kept."""
        return None

    def factures(self, numero: str = "") -> Iterator[InvoiceState] | None:
        """Sendings and answers to none, in order, when they are kept; those of a number alone."""
        return None

    def page_de_factures(self, asked: Invoices, start: int, most: int) -> InvoicePage | None:
        """See `noemie.ledger.listed.invoice_page`, when the base can count and choose."""
        return None

    def page_de_paiements(self, filtre: Filtre) -> tuple[int, int, int] | None:
        """What payments of invoices add up to: AMO, AMC, how many; when the base can count."""
        return None

    def chiffres(self, filtre: Filtre, attendues: Collection[Etat]) -> Chiffres | None:
        """The figures of a period, and those of lines in some states, when the base counts them."""
        return None

    def bilan(self) -> Bilan | None:
        """The sums of all lines, when the base adds them up."""
        return None

    def totaux(self) -> dict[Etat, Totaux]:
        """What the sendings of each state, and the answers to none, add up to."""
        found: dict[Etat, Totaux] = {}
        for one in self.lignes:
            _add(found, one.etat, Totaux(1, one.demande, one.paye, one.reste, one.trop))
        for alone in self.orphelines:
            _add(found, alone.orpheline.etat, Totaux(1, 0, alone.orpheline.paye, 0, 0))
        return found

    @property
    def noms(self) -> Mapping[int, Sequence[str]]:
        """The names of each file, by its number."""
        return self.faits.noms

    def runs_of(self, fichier: int, rang: int) -> Sequence[int]:
        """The ranks of a run, one for each name of its file."""
        return self.faits.runs_of(fichier, rang)

    def envoye(self, ligne: Ligne) -> Envoye:
        """What else is known of a sending."""
        return self.faits.envoyes.get((ligne.fichier, ligne.record), NOTHING)

    def envoi(self, ligne: Ligne) -> Envoi:
        """The sending itself, when the question asked to keep them."""
        assert self._envois is not None
        return self._envois[ligne.fichier, ligne.record]

    def mouvements(self, ligne: Ligne) -> tuple[Mouvement, ...]:
        """What was decided of a sending, posting by posting, in order of time."""
        return self._mouvements.get((ligne.fichier, ligne.record), ())

    def virements(self) -> dict[int, Somme]:
        """What each transfer pays of invoices, sent or not, by its rank."""
        counts: Counter[int] = Counter()
        sums: Counter[int] = Counter()
        runs: dict[int, set[int]] = {}
        for group in (*self._mouvements.values(), *(one.mouvements for one in self.orphelines)):
            for rang in {one.virement for one in group}:
                counts[rang] += 1
            for one in group:
                sums[one.virement] += one.amo + one.amc
                runs.setdefault(one.virement, set()).add(one.run)
        return {rang: Somme(counts[rang], sums[rang], tuple(sorted(runs[rang]))) for rang in sorted(runs)}

    def patients(self) -> dict[str, Cumul]:
        """What is of each patient, by token; what another sending takes the place of is not counted twice."""
        found: dict[str, Cumul] = {}

        def add(patient: str, demande: int, paye: int, *days: dt.date | None) -> None:
            if patient:
                before = found.get(patient, NO_ONE)
                found[patient] = before.plus(demande, paye, next(filter(None, days), None))

        for ligne in self.suivi.lignes:
            if ligne.etat not in AGAIN:
                days = (ligne.date_facturation, ligne.date_envoi, ligne.date_lot, last_answer(ligne))
                add(self.envoye(ligne).patient, ligne.demande, ligne.paye, *days)
        for alone in self.orphelines:
            one = alone.orpheline
            add(alone.patient, 0, one.paye, one.date_facturation, last_answer(one))
        return found

    def _postings(self, amo: Sequence[Operation], amc: Sequence[Operation]) -> Iterator[Mouvement]:
        """The postings of both parts; those that one run tells of one transfer stand together."""
        groups: dict[tuple[dt.date, int, int], tuple[list[int], list[int]]] = {}
        for place, operations in enumerate((amo, amc)):
            for one in operations:
                key = (one.jour, one.virement, one.run)
                groups.setdefault(key, ([], []))[place].append(one.paye)
        for day, virement, run in sorted(groups, key=self._tri) if len(groups) > 1 else groups:
            first, second = groups[day, virement, run]
            for paid, other in zip_longest(first, second, fillvalue=0):
                yield Mouvement(None if day == dt.date.min else day, paid, other, virement, run)

    def _tri(self, key: tuple[dt.date, int, int]) -> tuple[object, ...]:
        """Order of time, then of what was said: ranks do not matter."""
        day, virement, rang = key
        run = self.communs.runs[rang]
        return (day, self.communs.virements[virement].tri, run.fichier, run.rang)

    def emitter(self, one: Mouvement) -> str:
        """The number of who told of this money."""
        return self.communs.runs[one.run].emetteur

    def payer(self, one: Mouvement) -> str:
        """The payer, as the return writes it; empty when only its emitter tells."""
        return self._payer(one.virement, one.run)

    def _payer(self, virement: int, run: int) -> str:
        payer = self.communs.virements[virement].payeur
        return "" if payer == self.communs.runs[run].emetteur else payer

    def origine_of(self, envoye: Envoye | None, one: Mouvement) -> Origine:
        """Where this money comes from."""
        return origine_of(envoye, self.emitter(one), self.payer(one))

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
        action = Action.INCONNUE if asks else ligne.action
        banner, texte = words_of(ligne.etat, action, parts, self.lang)
        return msgspec.structs.replace(
            ligne,
            certitude=certitude,
            action=action,
            banner=banner,
            texte=texte,
            blocks_resend=action.blocks_resend,
            parts=parts,
        )


def follow_ledger(demande: Demande, *, envois: bool = False, reprises: bool = False) -> Registre:
    """What became of all that a ledger holds on the day of the question.

    `envois` keeps the sendings themselves, for `Registre.envoi`; `reprises` what decides of lines that wait.
    """
    # Most questions are answered by a cache, without the engine.
    from noemie.suivi.depot import Memoire, SurDisque
    from noemie.suivi.moteur import Moteur

    faits = Faits(demande.connection, demande.keys)
    registre = Registre(faits, demande.lang, demande.site, demande.delais, envois=envois, reprises=reprises)
    depot: Depot = Memoire() if faits.combien() <= IN_MEMORY else SurDisque()
    moteur = Moteur(
        faits.communs,
        site=demande.site,
        delais=registre.delais,
        lang=demande.lang,
        depot=depot,
        journal=registre,
    )
    registre.etudier(moteur, faits.tranches(), demande.on)
    return registre


def _add(totaux: dict[Etat, Totaux], etat: Etat, more: Totaux) -> None:
    known = totaux.get(etat)
    totaux[etat] = Totaux(*map(operator.add, known, more)) if known else more
