"""Match what was sent with what came back: one state for each invoice, every cent accounted for.

    sent = [*iter_sent("flux-1.b2"), *iter_sent("flux-2.b2")]
    returns = [read_retour(path) for path in paths]
    result = reconcile(sent, returns, read_arls("arl.json"))
    for ligne in result.lignes: print(ligne.etat.label("fr"), ligne.sent.numero, ligne.paye)

Matching: invoice number, then the professional, the batch, its day or the day of the invoice, as far as the
return tells them; leading zeros and filling do not count. Nothing is counted twice: a flow or a return that
comes a second time, even under another name or in another envelope, is reported and left out. The order of
the files does not matter.

State: amounts decide. An invoice is `paye` when each part is paid to the cent, `differe` as long as a part
waits, `rejete` when nothing is paid and something is refused, else `partiel`, and `ecarts` says why. Later
returns add up: a part that was deferred, then paid, is paid; what is taken back is subtracted.

The amounts claimed are those that go to the professional (`destinataire_reglement`). An invoice that claims
nothing, without third-party payment, may never be spoken of again: without an answer it is `sans_objet`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal, NamedTuple

import msgspec

from codes.actions import Action
from codes.rejects import combine
from fse import Flux
from noemie.returns.arl import Arl
from noemie.returns.retour import Retour
from noemie.suivi._etats import Bilan, Ecart, Etat, Nature, assess
from noemie.suivi._match import Accord, Arls, Index, Raison
from noemie.suivi._returned import PartRecue, RejetRecu, Returned, iter_returned
from noemie.suivi._sent import Sent, claimed, cle, iter_sent

__all__ = [
    "Arl",
    "Doublon",
    "Ecart",
    "Etat",
    "Ligne",
    "Nature",
    "Orphelin",
    "PartRecue",
    "Raison",
    "Rapprochement",
    "RejetRecu",
    "Returned",
    "Sent",
    "Total",
    "claimed",
    "cle",
    "iter_returned",
    "iter_sent",
    "reconcile",
]


class Ligne(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One sent invoice and what became of it.

    - `amo_paye`, `amc_paye`: sums of the returns, in signed cents;
    - `retours`: the answers, the oldest first; `rejets`: theirs, in the same order;
    - `arl`: the last ARL of its batch; `jours`: days from the sending to the day of the report, for what is
      still open;
    - `sur`: the data on which sent and returned agree; `ambigu`: another sent invoice fitted as well;
    - `doublon_de`: the invoice that it repeats.
    """

    sent: Sent
    etat: Etat
    amo_paye: int = 0
    amc_paye: int = 0
    ecarts: tuple[Ecart, ...] = ()
    retours: tuple[Returned, ...] = ()
    arl: Arl | None = None
    jours: int | None = None
    sur: tuple[str, ...] = ()
    ambigu: bool = False
    doublon_de: Sent | None = None

    @property
    def paye(self) -> int:
        """What was paid in all, in signed cents."""
        return self.amo_paye + self.amc_paye

    @property
    def ecart(self) -> int:
        """Claimed minus paid, in cents."""
        return self.sent.demande - self.paye

    @property
    def rejets(self) -> tuple[RejetRecu, ...]:
        """The rejects and notices, in the order of the returns; one that comes again is not repeated."""
        return tuple(dict.fromkeys(rejet for returned in self.retours for rejet in returned.rejets))

    @property
    def action(self) -> Action:
        """What to do: the most cautious answer to the rejects, never a resend of what was paid or is awaited.

        Without any reject, what the state asks for.
        """
        answers = [(rejet.explain(), rejet.niveau) for rejet in self.rejets]
        if self.etat is Etat.PAYE:
            # What was kept for later is paid now: that is over.
            answers = [(answer, level) for answer, level in answers if answer.outcome != "differe"]
        if not answers:
            return _WITHOUT_REJECT.get(self.etat, Action.INCONNUE)
        chosen = combine([answer for answer, _ in answers], [level for _, level in answers])
        if self.etat is Etat.DIFFERE:
            return min(chosen, Action.ATTENDRE, key=lambda action: action.caution)
        amo_is_paid = self.sent.amo != 0 and self.amo_paye == self.sent.amo
        return Action.INCONNUE if amo_is_paid and chosen.asks_resend else chosen

    def __repr__(self) -> str:
        return f"<Ligne no. {self.sent.numero} {self.etat}: {self.paye} of {self.sent.demande} c>"


_WITHOUT_REJECT: Final = {
    Etat.PAYE: Action.AUCUNE,
    Etat.SANS_OBJET: Action.AUCUNE,
    Etat.DIFFERE: Action.ATTENDRE,
    Etat.ARL_ATTENDU: Action.ATTENDRE,
    Etat.ARL_NEGATIF: Action.RENVOYER_FICHIER,
    Etat.DOUBLON: Action.NE_PAS_RETRANSMETTRE,
}


class Orphelin(NamedTuple):
    """A returned invoice that no sent one answers to, and why."""

    retour: Returned
    raison: Raison


class Doublon(NamedTuple):
    """A file that says what another said already: `nombre` invoices of `copie` were left out."""

    nature: Literal["envoi", "retour"]
    original: str
    copie: str
    nombre: int


class Total(NamedTuple):
    """A count of invoices, what they claim and what was paid for them, in signed cents."""

    nombre: int = 0
    demande: int = 0
    paye: int = 0


class Rapprochement(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer: `lignes` in the order in which the invoices were given, then what stands apart.

    `on` is the day to which days are counted, `None` when nothing gives a day.
    """

    lignes: list[Ligne]
    orphelins: list[Orphelin]
    doublons: list[Doublon]
    arls_orphelins: list[Arl]
    on: dt.date | None

    @property
    def totaux(self) -> dict[Etat, Total]:
        """Count and amounts of each state, orphans included; every state is there."""
        sums = {etat: [0, 0, 0] for etat in Etat}
        for ligne in self.lignes:
            one = sums[ligne.etat]
            one[0] += 1
            one[1] += ligne.sent.demande
            one[2] += ligne.paye
        for orphelin in self.orphelins:
            one = sums[Etat.ORPHELIN]
            one[0] += 1
            one[2] += orphelin.retour.paye
        return {etat: Total(*one) for etat, one in sums.items()}

    @property
    def total(self) -> Total:
        """All of them: what is paid is what the returns pay, each counted once."""
        return Total(*map(sum, zip(*self.totaux.values(), strict=True)))

    def __repr__(self) -> str:
        counts = ", ".join(f"{etat} {total.nombre}" for etat, total in self.totaux.items() if total.nombre)
        return f"<Rapprochement {counts or 'empty'}>"


def reconcile(
    sent: Iterable[Sent | Flux],
    returns: Iterable[Retour | Returned],
    arls: Iterable[Arl] = (),
    *,
    on: dt.date | None = None,
) -> Rapprochement:
    """Give each sent invoice its state, each returned one its invoice.

    `sent` are flows, or invoices of `iter_sent` when they are many; `returns` are read returns, or what
    `iter_returned` gives of them. Without any ARL, ARLs are not followed: an invoice is then `sans_reponse`,
    never `arl_attendu`. `on` is the day of the report, by default the latest day found in the returns and
    ARLs (never today: the same files give the same answer).
    """
    copies: Counter[_Copie] = Counter()
    invoices = list(_once(_flatten_sent(sent), copies))
    answers = sorted(_once_returned(_flatten_returned(returns), copies), key=lambda one: one.ordre)
    known_arls = Arls(arls)
    arl_of = {id(invoice): known_arls.of(invoice) for invoice in invoices} if known_arls else {}

    def refused(invoice: Sent) -> bool:
        arl = arl_of.get(id(invoice))
        return arl is not None and not arl.positif

    index = Index(invoices, refused)
    found: dict[int, list[tuple[Returned, Accord]]] = {}
    orphelins: list[Orphelin] = []
    for answer in answers:
        match = index.find(answer)
        if isinstance(match, Raison):
            orphelins.append(Orphelin(answer, match))
        else:
            found.setdefault(id(match.sent), []).append((answer, match))

    repeated = _repeated(invoices, found, refused)
    day = on or _latest(answers, known_arls)
    lignes = [
        _ligne(
            invoice,
            found.get(id(invoice), []),
            arl_of.get(id(invoice)),
            repeated.get(id(invoice)),
            day,
            follows_arls=bool(known_arls),
        )
        for invoice in invoices
    ]
    return Rapprochement(
        lignes=lignes,
        orphelins=orphelins,
        doublons=[Doublon(*copy, number) for copy, number in sorted(copies.items())],
        arls_orphelins=known_arls.orphelins,
        on=day,
    )


_Copie = tuple[Literal["envoi", "retour"], str, str]


def _flatten_sent(sent: Iterable[Sent | Flux]) -> Iterator[Sent]:
    for one in sent:
        if isinstance(one, Flux):
            yield from iter_sent(one)
        else:
            yield one


def _flatten_returned(returns: Iterable[Retour | Returned]) -> Iterator[tuple[int, Returned]]:
    """Each returned invoice, with the rank of its file."""
    rank = 0
    last: Returned | None = None
    for one in returns:
        if isinstance(one, Retour):
            rank, last = rank + 1, None
            for returned in iter_returned(one):
                yield rank, returned
            continue
        # Within one file the numbers of the entities grow.
        if last is None or last.fichier != one.fichier or last.enregistrement >= one.enregistrement:
            rank += 1
        last = one
        yield rank, one


def _once(sent: Iterable[Sent], copies: Counter[_Copie]) -> Iterator[Sent]:
    """Leave out what the same flow, given twice, says twice."""
    seen: dict[tuple[object, ...], Sent] = {}
    for one in sent:
        first = seen.get(one.envoi)
        if first is None:
            seen[one.envoi] = one
            yield one
        else:
            copies["envoi", first.fichier, one.fichier] += 1


def _once_returned(returns: Iterable[tuple[int, Returned]], copies: Counter[_Copie]) -> Iterator[Returned]:
    """Leave out what the same return, given twice, says twice.

    A file may well say the same thing twice of one invoice: its n-th saying is the copy of the n-th saying
    of another file only.
    """
    seen: dict[tuple[object, ...], Returned] = {}
    times: Counter[tuple[object, ...]] = Counter()
    current = 0
    for rank, one in returns:
        if rank != current:
            current = rank
            times.clear()
        content = one.contenu
        times[content] += 1
        key = (times[content], content)
        first = seen.get(key)
        if first is None:
            seen[key] = one
            yield one
        else:
            copies["retour", first.fichier, one.fichier] += 1


def _repeated(
    invoices: list[Sent],
    found: dict[int, list[tuple[Returned, Accord]]],
    refused: Callable[[Sent], bool],
) -> dict[int, Sent]:
    """By `id`, the invoices that repeat another, and that other: the first one answered, else the first.

    A batch that was refused by its ARL does not count: sending it again is what must be done.
    """
    groups: dict[tuple[object, ...], list[Sent]] = {}
    for invoice in invoices:
        groups.setdefault(invoice.identite, []).append(invoice)
    repeated = {}
    for group in groups.values():
        if len(group) > 1:
            kept = [invoice for invoice in group if not refused(invoice)]
            kept.sort(
                key=lambda one: (id(one) not in found, one.depuis or dt.date.max, one.envoi, one.fichier)
            )
            repeated.update({id(other): kept[0] for other in kept[1:] if id(other) not in found})
    return repeated


def _ligne(
    sent: Sent,
    answers: list[tuple[Returned, Accord]],
    arl: Arl | None,
    original: Sent | None,
    day: dt.date | None,
    *,
    follows_arls: bool,
) -> Ligne:
    returned = tuple(answer for answer, _ in answers)
    if original is not None:
        bilan = Bilan(Etat.DOUBLON, 0, 0, ())
    elif any(answer.reponse for answer in returned):
        bilan = assess(sent, returned)
    else:
        bilan = Bilan(_without_answer(sent, arl, follows_arls=follows_arls), 0, 0, ())
    since = sent.depuis
    waited = (day - since).days if day and since and bilan.etat.ouvert else None
    return Ligne(
        sent=sent,
        etat=bilan.etat,
        amo_paye=bilan.amo_paye,
        amc_paye=bilan.amc_paye,
        ecarts=bilan.ecarts,
        retours=returned,
        arl=arl,
        jours=waited,
        sur=answers[-1][1].sur if answers else (),
        ambigu=any(match.ambigu for _, match in answers),
        doublon_de=original,
    )


def _without_answer(sent: Sent, arl: Arl | None, *, follows_arls: bool) -> Etat:
    if arl is not None and not arl.positif:
        return Etat.ARL_NEGATIF
    if arl is None and follows_arls:
        return Etat.ARL_ATTENDU
    return Etat.SANS_REPONSE if sent.tiers_payant else Etat.SANS_OBJET


def _latest(answers: list[Returned], arls: Arls) -> dt.date | None:
    days = [day for one in answers for day in (one.date_fichier, one.date_paiement) if day]
    return max([*days, *(arl.date_arl for arl in arls.all if arl.date_arl)], default=None)
