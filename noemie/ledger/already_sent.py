"""Invoices of a flow that is about to be sent, and those that the ledger holds already.

    with Ledger("registre.db") as ledger:
        source = already_sent(ledger)
    # then as a comparison of `fse.compare`, beside the checks of the flow

What counts is the care, not the number: the same care of the same patient, under its number or another,
that is paid or awaits an answer, what a cancellation gave back excepted. Numbers start again, and another
patient's invoice of the same number is another invoice: nothing is said of it, nor of what was refused, which
may be sent again, nor of the balance of what was paid in part. Give the flow to the check before the ledger:
once imported, its own invoices are those that were sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from codes.lists import CANCELLING
from codes.notes import Note
from codes.states import PARTS, Etat
from flatfile import Finding
from fse.facture import Facture
from fse.rules.contexte import whole_header
from fse.rules.registre import finds
from fse.trusted import finding_on
from noemie.ledger.rows import Tokens
from noemie.suivi.faits import Envoi
from noemie.suivi.lire import PlaceDeFlux, envoi_de

if TYPE_CHECKING:
    from noemie.ledger.followed import Registre
    from noemie.ledger.ledger import Ledger

_SETTLED: Final = frozenset(
    {Etat.PAYEE, Etat.TROP_PAYEE, Etat.PAYEE_EN_PARTIE, Etat.RIEN_ATTENDU, Etat.SOLDEE_HORS_FLUX}
)
_AWAITED: Final = frozenset(
    {
        Etat.REPONSE_ATTENDUE,
        Etat.ARL_ATTENDU,
        Etat.DIFFEREE,
        Etat.PART_AMC_ATTENDUE,
        Etat.PART_AMO_ATTENDUE,
    }
)


class _Known(msgspec.Struct, frozen=True, gc=False):
    """What the ledger says of one sending: its number, whether it is settled, where it stands, what lacks."""

    envoi: Envoi
    settled: bool
    lacks: tuple[int, ...]

    @property
    def where(self) -> str:
        day = self.envoi.depuis
        return ", ".join(filter(None, (self.envoi.fichier, day.isoformat() if day else ""))) or "?"


class Envoyees:
    """What a ledger holds as paid or awaited, by care: a source and a comparison of `fse.compare`."""

    def __init__(self, known: Iterable[_Known], tokens: Tokens) -> None:
        self._tokens = tokens
        self._by_care: dict[str, list[_Known]] = {}
        for one in known:
            envoi = one.envoi
            for token in {envoi.e1, envoi.e2, f"{envoi.ps}/{envoi.cle}/{envoi.e3}"} - {""}:
                self._by_care.setdefault(token, []).append(one)

    def open(self) -> Envoyees:
        """What compares one flow: nothing is remembered from one invoice to the next."""
        return self

    @finds("registre.deja-reglee", "registre.deja-envoyee", "registre.memes-soins")
    def compare(self, facture: Facture) -> Iterator[Finding]:
        """The latest sending of the same care, when it is settled or still unanswered."""
        header = whole_header(facture)
        if header is None or facture.date_facturation is None or facture.nature_operation in CANCELLING:
            return
        envoi = envoi_de(facture, "", PlaceDeFlux(), self._tokens)
        tokens = (envoi.e1, envoi.e2, f"{envoi.ps}/{envoi.cle}/{envoi.e3}", _old_passage(envoi))
        found = [
            one
            for token in dict.fromkeys(tokens)
            for one in self._by_care.get(token, ())
            if _same_care(one, envoi) and one.lacks != (envoi.amo, envoi.amc)
        ]
        if not found:
            return
        last = max(
            found, key=lambda one: (one.envoi.cle == envoi.cle, str(one.envoi.depuis or ""), one.settled)
        )
        if last.envoi.cle != envoi.cle:
            told = f"{last.envoi.cle}, {last.where}"
            yield finding_on("registre.memes-soins", facture, header, "numero_facture", told)
        else:
            rule = "registre.deja-reglee" if last.settled else "registre.deja-envoyee"
            yield finding_on(rule, facture, header, "numero_facture", last.where)

    def summary(self) -> Iterable[Finding]:
        """Nothing is said of the flow as a whole."""
        return ()


def _old_passage(envoi: Envoi) -> str:
    """The passage of a sending that was read by an older version (see `noemie.ledger.facts`)."""
    return f"/{envoi.cle}/{envoi.patient}/{envoi.date_facturation}"


def _same_care(known: _Known, envoi: Envoi) -> bool:
    other = known.envoi
    if other.ps != envoi.ps:
        return False
    if other.cle == envoi.cle:
        return True
    return bool(other.e1) and (other.e1 == envoi.e1 or not set(other.lignes).isdisjoint(envoi.lignes))


def already_sent(ledger: Ledger) -> Envoyees:
    """The sendings of a ledger whose care should not be billed again; some 600 bytes of memory for each."""
    return sendings(ledger, ledger.follow(envois=True))


def sendings(ledger: Ledger, registre: Registre) -> Envoyees:
    """The same, by a follow-up of the ledger that kept its sendings."""
    return Envoyees(_known(registre), Tokens(ledger.keys))


def _known(registre: Registre) -> Iterator[_Known]:
    lignes = list(registre.lignes)
    back = {
        (envoi.ps, envoi.e1, -envoi.amo, -envoi.amc)
        for ligne in lignes
        if ligne.paye < 0 and (envoi := registre.envoi(ligne)).operation in CANCELLING
    }
    for ligne in lignes:
        envoi = registre.envoi(ligne)
        given_back = envoi.e1 and (envoi.ps, envoi.e1, envoi.amo, envoi.amc) in back
        if envoi.operation in CANCELLING or given_back:
            continue
        if ligne.etat in _SETTLED or ligne.etat in _AWAITED or Note.LOT_REPONDU in ligne.notes:
            lacks = tuple(ligne.parts[part].reste for part in PARTS)
            partly = any(lacks) and ligne.paye > 0
            yield _Known(envoi, ligne.etat in _SETTLED, lacks if partly else ())
