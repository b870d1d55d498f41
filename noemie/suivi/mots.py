"""What lines need to know of the world, and the words they are told in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import msgspec

from codes.action_texts import action_banner, action_text, arl_text
from codes.actions import Action, Lang
from codes.decide import Refus, explain
from codes.delais import Delais
from codes.rejects import Catalogue
from codes.states import LETTERS, PARTS, Etat, EtatPart
from noemie.suivi.dossier import ArlRecu, Dossier, RejetDate
from noemie.suivi.faits import Lot
from noemie.suivi.noeud import Noeud
from noemie.suivi.resultat import ArlSuivi, Ecart, Ligne, PartSuivie, RejetSuivi

__all__ = [
    "RIEN",
    "Monde",
    "arl_suivi",
    "attendu_le",
    "banner",
    "decided_on",
    "ecarts",
    "is_open",
    "liste_de",
    "rejets_suivis",
    "scope_of",
    "text",
    "words_of",
    "words_of_part",
]

_PERSON: Final = ("assure_", "beneficiaire_", "droits_", "nir_")
#: States whose last decision is still to be answered.
_OPEN: Final = frozenset(
    {EtatPart.REJETEE, EtatPart.PAYEE_EN_PARTIE, EtatPart.DIFFEREE, EtatPart.REPRISE, EtatPart.ATTENDUE}
)

_NATURES: Final = {
    EtatPart.ATTENDUE: (
        "non_traite",
        "part non traitée par ces retours",
        "part not processed by these returns",
    ),
    EtatPart.DIFFEREE: ("differe", "part différée, à attendre", "part deferred, wait"),
    EtatPart.REJETEE: ("rejet", "part rejetée", "part rejected"),
    EtatPart.REPRISE: ("reprise", "part reprise par l'organisme", "part taken back by the payer"),
    EtatPart.TROP_PAYEE: (
        "trop_paye",
        "montant payé supérieur au montant demandé",
        "more paid than claimed",
    ),
    EtatPart.PAYEE: ("arrondi", "arrondi", "rounding"),
}
_ON_LINES: Final = ("ligne_rejetee", "une ou plusieurs lignes rejetées", "one or more lines rejected")
_UNTOLD: Final = ("sans_motif", "montant réduit sans motif donné", "amount reduced, no reason given")


#: A part of which nothing is due, and nothing was paid.
RIEN: Final = PartSuivie(EtatPart.RIEN_DU, 0, 0, 0, 0, Action.AUCUNE)


class Monde(msgspec.Struct, kw_only=True):
    """What lines need to know beside their group.

    - `arls`: the latest sending day of each professional with an ARL; `coupes`: the latest day of a cut
      return of each professional, `date.max` when it is not told;
    - `lots`: batches that an ARL refused, and of which invoices were answered all the same: their numbers;
    - `site`: the catalogue with the rows of a site; `on`: day of the question.
    """

    on: dt.date | None
    delais: Delais
    site: Catalogue | None = None
    lang: Lang = "fr"
    arls: dict[str, dt.date] = msgspec.field(default_factory=dict)
    coupes: dict[str, dt.date] = msgspec.field(default_factory=dict)
    lots: dict[Lot, set[str]] = msgspec.field(default_factory=dict)

    def suit_les_arls(self, ps: str, depuis: dt.date | None) -> bool:
        """Whether ARLs of this professional are followed at the day of a sending."""
        latest = self.arls.get(ps)
        if latest is None or depuis is None:
            return False
        return (depuis - latest).days <= self.delais.value("arl_suivi", self.on)

    def retour_coupe(self, ps: str, depuis: dt.date | None) -> bool:
        """Whether a cut return may hold the answer to a sending."""
        cut = self.coupes.get(ps)
        return cut is not None and depuis is not None and depuis <= cut

    def a_la_personne(self, dossier: Dossier) -> bool:
        """Whether a reject is about the person or the rights."""
        return any(self.motif(one.refus).startswith(_PERSON) for one in dossier.rejets)

    def motif(self, refus: Refus) -> str:
        """The motive of a reject, empty when it has none."""
        motive = explain(refus, self.site).motive
        return motive.motive if motive is not None else ""


def liste_de(etat: Etat, action: Action) -> str:
    """The one list in which a line stands."""
    if etat.historique:
        return "historique"
    if action is Action.ATTENDRE:
        return "a_attendre"
    return "regle" if action is Action.AUCUNE else "a_faire"


def is_open(etat: Etat, action: Action) -> bool:
    """Whether something is left to do or to wait for."""
    return etat.ouvert or action not in (Action.AUCUNE, Action.NE_PAS_RETRANSMETTRE)


def scope_of(action: Action, parts: dict[str, PartSuivie]) -> str:
    """What the action bears on: a part, or the invoice (empty) when both parts, or none, ask for it."""
    asking = [name for name, part in parts.items() if part.action is action and part != RIEN]
    return asking[0] if len(asking) == 1 else ""


def rejets_suivis(
    rejets: Iterable[RejetDate], monde: Monde, noeud: Noeud | None = None
) -> tuple[RejetSuivi, ...]:
    """Rejects as outputs show them, in order of time as they are given."""
    made = []
    for one in rejets:
        answer, rejet = explain(one.refus, monde.site), one.rejet
        day = None if one.jour == dt.date.min else one.jour
        live = noeud is None or any(_is_live(noeud, part, one) for part in PARTS)
        label = answer.label_masked
        made.append(
            RejetSuivi(
                code=rejet.code,
                libelle=label,
                niveau=rejet.niveau,
                part=rejet.part,
                ligne=rejet.ligne,
                jour=day,
                action=answer.action,
                historique=not live,
                emetteur=one.emetteur,
            )
        )
    return tuple(made)


def _is_live(noeud: Noeud, part: str, one: RejetDate) -> bool:
    if one.rejet.part not in ("", LETTERS[part]):
        return False
    decided, etat = decided_on(noeud, part), noeud.parts[part]
    if decided is None:
        return etat is EtatPart.ATTENDUE  # nothing else was said of it
    return etat in _OPEN and one.jour >= decided


def decided_on(noeud: Noeud, part: str) -> dt.date | None:
    """The day of the last decision on a part."""
    operations = noeud.operations(part)
    return operations[-1].jour if operations else None


def arl_suivi(arl: ArlRecu) -> ArlSuivi:
    """The last ARL, as outputs show it."""
    return ArlSuivi(arl.positif, arl.code, arl.libelle, arl.jour)


def attendu_le(noeud: Noeud, delais: Delais) -> dt.date | None:
    """The day by which the fund owes its answer: working days after the ARL, else the sending."""
    arl = noeud.dossier.arl
    start = (arl.jour if arl and arl.positif else None) or noeud.envoi.depuis
    found = delais.find("paiement_amo", start)
    return found.end(start) if start and found else None


def ecarts(noeud: Noeud, parts: dict[str, PartSuivie], monde: Monde) -> Iterator[Ecart]:
    """What differs on each part, and why."""
    for name, part in parts.items():
        if gap := part.reste or -part.trop:
            nature, *told = _nature(noeud, name, part)
            if part.etat is EtatPart.REPRISE and part.reste:
                told = [
                    one + more for one, more in zip(told, _contest(noeud, name, monde.delais), strict=True)
                ]
            yield Ecart(name, gap, nature, told[monde.lang == "en"])


def _contest(noeud: Noeud, name: str, delais: Delais) -> tuple[str, str]:
    """When a part was taken back, how long that may be contested, and whether it came too late.

    The day of the notification is not known: that of the transfer reminds of it.
    """
    sign = -1 if noeud.demande(name) < 0 else 1
    moves = [one for one in noeud.operations(name) if one.paye]
    taken = max(one.jour for one in moves if sign * one.paye < 0)
    paid = max((one.jour for one in moves if sign * one.paye > 0 and one.jour <= taken), default=taken)
    months, years = (delais.find(one, taken) for one in ("contestation_reprise", "reprise_limite"))
    french, english = "", ""
    if taken > dt.date.min:
        french, english = f" le {taken:%d/%m/%Y}", f" on {taken}"
    if months is not None:
        french += f" ; {months.value} mois pour contester, depuis la notification"
        english += f"; {months.value} months to contest, from the notification"
    if years is not None and years.end(paid) < taken:
        french += f" ; payée plus de {years.value} ans avant : hors délai ?"
        english += f"; paid more than {years.value} years before: too late?"
    return french, english


def _nature(noeud: Noeud, name: str, part: PartSuivie) -> tuple[str, str, str]:
    if part.trop:
        return _NATURES[EtatPart.TROP_PAYEE]
    found = _NATURES.get(part.etat)
    if found is not None:
        return found
    letter = LETTERS[name]
    on_lines = any(
        (one.rejet.niveau == "L" or (not one.rejet.niveau and one.rejet.ligne))
        and one.rejet.part in ("", letter)
        for one in noeud.dossier.rejets
    )
    return _ON_LINES if on_lines else _UNTOLD


@lru_cache(maxsize=512)
def banner(action: Action, scope: str, paid: tuple[str, ...], lang: Lang) -> str:
    """The action in capitals; the same few come again and again."""
    return action_banner(action, scope, paid, lang)


@lru_cache(maxsize=512)
def text(action: Action, scope: str, paid: tuple[str, ...], lang: Lang) -> str:
    """The action in a sentence."""
    return action_text(action, scope, paid, lang)


def words_of(etat: Etat, action: Action, parts: dict[str, PartSuivie], lang: Lang) -> tuple[str, str]:
    """What an invoice asks for, in capitals and in a sentence: of the open part alone if one is paid."""
    scope, paid = scope_of(action, parts), tuple(name for name, part in parts.items() if part.paye > 0)
    late = etat is Etat.ARL_ATTENDU and action is Action.RELANCER
    return banner(action, scope, paid, lang), arl_text(lang) if late else text(action, scope, paid, lang)


def words_of_part(ligne: Ligne, name: str, lang: Lang) -> tuple[str, str]:
    """What a part asks for, in capitals and in a sentence: as the line does, else of that part alone."""
    part = ligne.parts[name]
    if part.action is ligne.action:
        return ligne.banner, ligne.texte
    # The other part is named as well, even unpaid: this sentence is of one part.
    others = tuple(other for other in PARTS if other != name or ligne.parts[other].paye > 0)
    return banner(part.action, name, others, lang), text(part.action, name, others, lang)
