"""Reconciliation as plain data: files read, each invoice with its state, its reason and its action."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from typing import Any

from cli.io.inputs import Input, title
from cli.words.fields import is_sound
from cli.words.reasons import reason_data
from cli.words.speech import Lang
from cli.words.texts import HIDDEN, printable
from codes.actions import Action
from fse import read_flux
from noemie import read_retour
from noemie.documents.recognise import expect, recognise
from noemie.returns.arl import Arl, read_arls
from noemie.suivi.reconcile import (
    Etat,
    Ligne,
    Orphelin,
    Rapprochement,
    Returned,
    Sent,
    Total,
    cle,
    iter_returned,
    iter_sent,
)

#: States in which nothing is left to do nor to wait for.
_SETTLED = frozenset({Etat.PAYE, Etat.SANS_OBJET})


_KINDS = {"b2": "sent", "noemie": "returned", "arl": "arl"}


def kind_of(head: bytes) -> str:
    """`sent`, `returned` or `arl`, from the first bytes of a file. Raises `FormatError` for another."""
    return _KINDS[expect(recognise(head), "b2", "noemie", "arl").family]


class Gathered:
    """What the files hold. Invoice numbers read in damaged records are hidden: they may be something else."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self.sent: list[Sent] = []
        self.returns: list[Returned] = []
        self.arls: list[Arl] = []
        self.errors: list[dict[str, Any]] = []
        self.files = {"sent": 0, "returned": 0, "arl": 0}
        self._doubtful: set[tuple[str, int]] = set()

    def take(self, input: Input, kind: str = "") -> None:
        """Read one file; its kind is told by its content when not given. Raises `FormatError`."""
        chosen = kind or kind_of(input.head())
        reader = {"sent": self._flow, "returned": self._return, "arl": self._arl}[chosen]
        reader(input)
        self.files[chosen] += 1

    def _flow(self, input: Input) -> None:
        flux = read_flux(input.source())
        name = title(input.name)
        for facture in flux.factures:
            telling = next((record for record in facture.records if "numero_facture" in record.layout), None)
            if telling is None or not is_sound(telling):
                self._doubtful.add((name, facture.number))
        self.sent += iter_sent(flux, name)

    def _return(self, input: Input) -> None:
        name = title(input.name)
        retour = read_retour(input.source(), name=name)
        self._doubtful.update(
            (name, facture.record.number) for facture in retour.factures if not is_sound(facture.record)
        )
        self.returns += iter_returned(retour)

    def _arl(self, input: Input) -> None:
        self.arls += read_arls(input.source())

    def numero(self, one: Sent | Returned) -> str:
        """The number of an invoice, when it can be trusted to be one."""
        return HIDDEN if (one.fichier, one.enregistrement) in self._doubtful else printable(one.numero)


class Lines:
    """The invoices as data, made one at a time: their number may be that of years of returns."""

    def __init__(self, lignes: list[Ligne], gathered: Gathered, lang: Lang) -> None:
        self._lignes = lignes
        self._gathered = gathered
        self._lang: Lang = lang

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (_ligne(ligne, self._gathered, self._lang) for ligne in self._lignes)

    def todo(self, order: Sequence[str], quiet: Container[str]) -> Iterator[dict[str, Any]]:
        """Those that ask for something, or whose state is not `quiet`; by state, in this order."""
        found = [ligne for ligne in self._lignes if ligne.etat.value not in quiet or _is_open(ligne)]
        ranks = {name: rank for rank, name in enumerate(order)}
        found.sort(key=lambda ligne: ranks.get(ligne.etat.value, len(ranks)))
        return (_ligne(ligne, self._gathered, self._lang) for ligne in found)


def as_data(result: Rapprochement, gathered: Gathered, lang: Lang) -> dict[str, Any]:
    """The whole reconciliation, its invoices as `Lines`. Amounts are signed cents."""
    totals = {
        etat.value: {"label": etat.label(lang), **_total(total)}
        for etat, total in result.totaux.items()
        if total.nombre
    }
    settled = not (
        any(_is_open(ligne) for ligne in result.lignes)
        or result.orphelins
        or result.doublons
        or result.arls_orphelins
    )
    return {
        "on": _iso(result.on),
        "files": gathered.files,
        "settled": settled,
        "totaux": totals,
        "total": _total(result.total),
        "factures": Lines(result.lignes, gathered, lang),
        "orphelins": [_orphelin(orphelin, gathered, lang) for orphelin in result.orphelins],
        "doublons": [
            {"nature": one.nature, "original": one.original, "copie": one.copie, "nombre": one.nombre}
            for one in result.doublons
        ],
        "arls_orphelins": [
            {"numero_lot": printable(arl.numero_lot), "date_lot": _iso(arl.date_lot), "positif": arl.positif}
            for arl in result.arls_orphelins
        ],
        "autres_professionnels": [
            {"fichier": name, "nombre": count} for name, count in sorted(_of_others(result).items())
        ],
        "errors": gathered.errors,
    }


def _of_others(result: Rapprochement) -> Counter[str]:
    """Returns that name nobody who sent anything, and how many of their answers were counted all the same.

    An agent or a group may be paid for the professional; the return of a colleague says the same.
    """
    senders = {cle(ligne.sent.numero_ps) for ligne in result.lignes}
    return Counter(
        one.fichier
        for ligne in result.lignes
        for one in ligne.retours
        if (told := {cle(number) for number in one.numeros_ps} - {""}) and not told & senders
    )


def _total(total: Total) -> dict[str, int]:
    return {"nombre": total.nombre, "demande": total.demande, "paye": total.paye}


def _is_open(ligne: Ligne) -> bool:
    """Whether something is left to do or to wait for: a reject may ask for something of a paid invoice."""
    return ligne.etat not in _SETTLED or (bool(ligne.rejets) and ligne.action is not Action.AUCUNE)


def _ligne(ligne: Ligne, gathered: Gathered, lang: Lang) -> dict[str, Any]:
    sent, action = ligne.sent, ligne.action
    return {
        "numero": gathered.numero(sent),
        "lot": printable(sent.lot),
        "date_lot": _iso(sent.date_lot),
        "date_facturation": _iso(sent.date_facturation),
        "fichier": sent.fichier,
        "record": sent.enregistrement,
        "etat": ligne.etat.value,
        "etat_label": ligne.etat.label(lang),
        "action": action.value,
        "banner": action.banner(lang),
        "blocks_resend": action.blocks_resend,
        "demande": sent.demande,
        "amo_demande": sent.amo,
        "amc_demande": sent.amc,
        "paye": ligne.paye,
        "amo_paye": ligne.amo_paye,
        "amc_paye": ligne.amc_paye,
        "ecarts": [
            {
                "part": ecart.part,
                "montant": ecart.montant,
                "nature": ecart.nature.value,
                "label": ecart.nature.label(lang),
            }
            for ecart in ligne.ecarts
        ],
        "open": _is_open(ligne),
        "jours": ligne.jours,
        "rejets": [
            {
                "niveau": printable(rejet.niveau),
                "part": printable(rejet.part),
                "ligne": rejet.ligne,
                **reason_data(rejet.explain(), lang),
            }
            for rejet in ligne.rejets
        ],
        "retours": [
            {"fichier": one.fichier, "record": one.enregistrement, "date_paiement": _iso(one.date_paiement)}
            for one in ligne.retours
        ],
        "arl": {
            "positif": ligne.arl.positif,
            "code": printable(ligne.arl.code),
            "libelle": printable(ligne.arl.libelle),
        }
        if ligne.arl
        else None,
        "ambigu": ligne.ambigu,
        "doublon_de": {"fichier": ligne.doublon_de.fichier, "record": ligne.doublon_de.enregistrement}
        if ligne.doublon_de
        else None,
    }


def _orphelin(orphelin: Orphelin, gathered: Gathered, lang: Lang) -> dict[str, Any]:
    retour = orphelin.retour
    return {
        "numero": gathered.numero(retour),
        "lot": printable(retour.lot),
        "date_lot": _iso(retour.date_lot),
        "fichier": retour.fichier,
        "record": retour.enregistrement,
        "paye": retour.paye,
        "raison": orphelin.raison.value,
        "raison_label": orphelin.raison.label(lang),
    }


def _iso(date: dt.date | None) -> str:
    return date.isoformat() if date else ""
