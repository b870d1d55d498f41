"""The cards of the morning: each open invoice once, under its first action, with who and what it is of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from msgspec.structs import force_setattr, replace
from sqlalchemy import Connection

from codes.actions import Action, Lang
from codes.decide import reject_action
from codes.states import EtatPart, part_named
from noemie.ledger.facts import Ref
from noemie.ledger.followed import Alone, Registre, last_answer
from noemie.ledger.identity import KeyRing
from noemie.ledger.marks import marks
from noemie.ledger.states import motives_of
from noemie.ledger.today_model import (
    AutreEnvoi,
    AutrePart,
    Carte,
    Groupe,
    MarqueDite,
    PartDite,
    Rappel,
    RetourSansEnvoi,
    VersionEcartee,
)
from noemie.ledger.who import Personne, Soins, care_of, people_of
from noemie.suivi.faits import Marque, cle, same_file
from noemie.suivi.mots import words_of_part
from noemie.suivi.resultat import Ligne, PartSuivie, RejetSuivi

__all__ = ["Cards", "Found", "marks_of", "parts_of", "with_people"]

_OPEN: Final = frozenset({"a_faire", "a_attendre"})
_REMINDER: Final = "rappel"
_NO_CARE: Final = Soins()


class Cards:
    """Collects what is open, line by line; `found` makes the cards of it."""

    def __init__(self, registre: Registre) -> None:
        self._registre = registre
        self._lignes: list[Ligne] = []
        self._alone: list[Alone] = []

    def add(self, ligne: Ligne) -> None:
        """One line; what is settled or history has no card."""
        if ligne.liste in _OPEN:
            self._lignes.append(ligne)

    def add_orphan(self, alone: Alone) -> None:
        """An answer to nothing that was sent, when it asks for something."""
        if alone.orpheline.action is not Action.AUCUNE:
            self._alone.append(alone)

    def found(self, connection: Connection, keys: KeyRing | None, named: int | None = None) -> Found:
        """The cards; with keys, the first `named` of each group with who and what care they are of."""
        made = Found(self._registre, marks(connection, keys))
        for ligne in sorted(self._lignes, key=_order):
            made.add(ligne)
        for alone in self._alone:
            made.add_orphan(alone)
        made.close()
        if keys is not None:
            made.tell_people(connection, keys, named)
        return made


class Found:
    """The cards by action, and those that other lists name again."""

    def __init__(self, registre: Registre, marques: Sequence[Marque]) -> None:
        self._registre, self._marques = registre, marques
        self._lang = registre.lang
        self._groups: dict[tuple[Action, str], Groupe] = {}
        self._marked: list[tuple[Carte, Sequence[Marque]]] = []
        self._files: dict[str, int] = {}
        self._people: dict[str, Personne] = {}
        self.groupes: list[Groupe] = []
        self.reprises: list[AutrePart] = []
        self.trop_percus: list[AutrePart] = []

    def add(self, ligne: Ligne) -> None:
        """The card of a line, under its action; its other open parts under theirs."""
        known = self._registre.envoye(ligne)
        parts = tuple(parts_of(ligne, self._lang))
        marked = marks_of(ligne, self._marques)
        sent = ligne.depuis
        self._files[ligne.fichier] = known.fichier_id
        card = Carte(
            numero=ligne.numero,
            lot=ligne.lot,
            annee=sent.year if sent else None,
            numero_ps=ligne.numero_ps,
            fichier=ligne.fichier,
            record=ligne.record,
            regime=known.regime,
            caisse=known.caisse,
            date_envoi=sent,
            date_facturation=ligne.date_facturation,
            patient=self._named(known.patient),
            soins=_NO_CARE,
            etat=ligne.etat,
            etat_label=ligne.etat_label,
            certitude=ligne.certitude,
            action=ligne.action,
            banner=ligne.banner,
            texte=ligne.texte,
            blocks_resend=ligne.blocks_resend,
            montant=sum(part.montant for part in parts if part.action is ligne.action),
            demande=ligne.demande,
            paye=ligne.paye,
            reste=ligne.reste,
            trop=ligne.trop,
            parts=parts,
            motifs=motives_of((one for one in ligne.rejets if not one.historique), self._registre.site),
            rejets=tuple(_decided(ligne)),
            notes=tuple(note.value for note in ligne.notes),
            autre_envoi=_other_sending(ligne, self._lang),
            ecartees=tuple(
                VersionEcartee(
                    fichier=one.fichier, part=one.part, paye=one.paye, raison=one.raison.value, pour=one.pour
                )
                for one in ligne.ecartees
            ),
            marques=tuple(MarqueDite(sorte=one.sorte, jour=one.jour, detail=one.detail) for one in marked),
            jours=ligne.jours,
            attendu_le=ligne.attendu_le,
            repondu_le=last_answer(ligne),
        )
        group = self._group(card.action, card.banner, card.texte)
        group.factures += 1
        group.montant += card.montant
        group.cartes.append(card)
        for part in parts:
            if part.action not in (card.action, Action.AUCUNE):
                other = self._group(part.action, part.banner, part.texte)
                other.montant += part.montant
                other.autres_parts.append(_named(card, part.part, part.montant))
            if part.etat is EtatPart.REPRISE:
                self.reprises.append(_named(card, part.part, part.reste))
            if part.trop:
                self.trop_percus.append(_named(card, part.part, part.trop))
        if marked:
            self._marked.append((card, marked))

    def add_orphan(self, alone: Alone) -> None:
        """An answer to nothing that was sent."""
        one = alone.orpheline
        group = self._group(one.action, one.banner, one.action.title(self._lang))
        group.retours.append(
            RetourSansEnvoi(
                numero=one.numero,
                lot=one.lot,
                fichier=one.fichier,
                record=one.record,
                raison=one.raison.value,
                raison_label=one.raison_label,
                action=one.action,
                banner=one.banner,
                paye=one.paye,
                motifs=motives_of(one.rejets, self._registre.site),
                patient=self._named(alone.patient),
            )
        )

    def close(self) -> None:
        """Put the groups in the order of actions: of one action, that of whole invoices first."""
        self.groupes = [self._groups[key] for key in sorted(self._groups, key=self._rank)]

    def tell_people(self, connection: Connection, keys: KeyRing, most: int | None) -> None:
        """Tell who the patients of the first of each list are, and their care; all of them without `most`."""
        parts = [self.reprises, self.trop_percus, *(one.autres_parts for one in self.groupes)]
        cards = [card for group in self.groupes for card in group.cartes[:most]]
        others: list[AutrePart | RetourSansEnvoi] = [one for some in parts for one in some[:most]]
        others += [one for group in self.groupes for one in group.retours[:most]]
        told = (*cards, *others, *(card for card, _ in self._marked))
        self._people |= people_of(connection, keys, (one.patient.reference for one in told))
        places = [(self._files[one.fichier], one.record) for one in cards]
        care = care_of(connection, keys, places, self._registre.delais)
        for card, place in zip(cards, places, strict=True):  # made just now, and shown to nobody yet
            force_setattr(card, "soins", care.get(place, card.soins))
        for one in (*cards, *others):
            force_setattr(one, "patient", self._named(one.patient.reference))

    def _named(self, reference: str) -> Personne:
        """The patient of a reference, of whom nothing else is told unless `tell_people` does."""
        if reference not in self._people:
            self._people[reference] = Personne(reference=reference)
        return self._people[reference]

    def rappels(self, on: dt.date) -> list[Rappel]:
        """The last reminder of each open invoice, when it is due on that day."""
        found = []
        for card, marked in self._marked:
            told = (_day(one.detail) for one in reversed(marked) if one.sorte == _REMINDER)
            day = next(told, None)
            if day is not None and day <= on:
                found.append(
                    Rappel(
                        numero=card.numero,
                        lot=card.lot,
                        annee=card.annee,
                        fichier=card.fichier,
                        record=card.record,
                        le=day,
                        patient=self._named(card.patient.reference),
                    )
                )
        return sorted(found, key=lambda one: (one.le, one.numero, one.fichier))

    def _group(self, action: Action, banner: str, texte: str) -> Groupe:
        key = (action, texte)
        if key not in self._groups:
            self._groups[key] = Groupe(action=action, banner=banner, texte=texte)
        return self._groups[key]

    def _rank(self, key: tuple[Action, str]) -> tuple[object, ...]:
        action, texte = key
        return (action.caution, texte != action.title(self._lang), texte)


def with_people(
    cards: Iterable[Carte], people: Mapping[str, Personne], care: Mapping[Ref, Soins]
) -> list[Carte]:
    """The same cards with who the patients are, by reference, and their care, by file and record."""
    return [
        replace(
            card,
            patient=people.get(card.patient.reference, card.patient),
            soins=care.get((card.fichier, card.record), card.soins),
        )
        for card in cards
    ]


def _day(text: str) -> dt.date | None:
    """The day of a reminder; what a program wrote otherwise is none."""
    with suppress(ValueError):
        return dt.date.fromisoformat(text)
    return None


def _order(ligne: Ligne) -> tuple[object, ...]:
    return (ligne.depuis or dt.date.min, cle(ligne.numero).zfill(9), ligne.fichier, ligne.record)


def parts_of(ligne: Ligne, lang: Lang) -> Iterator[PartDite]:
    """The parts that claim or hold something; what is said of one alone names the other as well."""
    for name, part in ligne.parts.items():
        if part.etat is EtatPart.RIEN_DU and part.action is Action.AUCUNE:
            continue
        banner, texte = words_of_part(ligne, name, lang)
        yield PartDite(
            part=name,
            etat=part.etat,
            etat_label=part.etat.label(lang),
            demande=part.demande,
            paye=part.paye,
            reste=part.reste,
            trop=part.trop,
            action=part.action,
            banner=banner,
            texte=texte,
            montant=_amount(part),
        )


def _decided(ligne: Ligne) -> Iterator[RejetSuivi]:
    """The rejects of a line, none of which asks for more than the decision on it does."""
    actions = {name: part.action for name, part in ligne.parts.items()}
    for one in ligne.rejets:
        part = part_named(one.part)
        action = reject_action(one.action, part, ligne.action, actions, history=one.historique)
        yield replace(one, action=action)


def _amount(part: PartSuivie) -> int:
    """The euros of a part that asks for something: what lacks, what is over, else what is to be compared."""
    return 0 if part.action is Action.AUCUNE else part.reste or part.trop or part.paye


def _other_sending(ligne: Ligne, lang: Lang) -> AutreEnvoi | None:
    """The sending that holds the claim, or that a note speaks of."""
    place = ligne.doublon_de or ligne.autre_envoi
    if place is None:
        return None
    label = place.etat.label(lang) if place.etat else ""
    return AutreEnvoi(numero=place.numero, fichier=place.fichier, record=place.record, etat_label=label)


def _named(card: Carte, part: str, cents: int) -> AutrePart:
    return AutrePart(
        numero=card.numero,
        fichier=card.fichier,
        record=card.record,
        part=part,
        montant=cents,
        patient=card.patient,
    )


def marks_of(ligne: Ligne, marques: Sequence[Marque]) -> list[Marque]:
    """The marks of a line, in the order in which they were set."""
    if not ligne.marques:
        return []
    found = [one for one in marques if one.sorte in ligne.marques and _speaks_of(one, ligne)]
    mine = [one for one in found if not one.fichier or same_file(one.fichier, ligne.fichier)]
    # A mark may name a file that says the same: the follow-up knows, and tells that there is one of its kind.
    kinds = {one.sorte for one in mine}
    return [one for one in found if one in mine or one.sorte not in kinds]


def _speaks_of(marque: Marque, ligne: Ligne) -> bool:
    sent = ligne.depuis
    return (
        marque.cible == "envoi"
        and cle(marque.numero) == cle(ligne.numero)
        and (not marque.lot or cle(marque.lot) == cle(ligne.lot))
        and (not marque.numero_ps or cle(marque.numero_ps) == cle(ligne.numero_ps))
        and (marque.annee is None or (sent is not None and sent.year == marque.annee))
    )
