"""The monthly statement of amounts paid, after annex IV of the convention of 18 December 2003 (SSA, CNMSS).

What the convention says, and what is done here ([S1] in docs/sources.md):

- before the 10th of each month the payer sends a certified statement of what it paid the month before, for
  the account of the other (FIN-3): amounts by category, their total, a place to certify;
- an advance is paid first, revised every year, refilled each month; its variation stands on the statement
  as a call for funds (FIN-1); the refill is due before the 1st of the month after the statement is received
  (FIN-4). Its dated movements are given by the caller: the ledger guesses none;
- the account never shows a debit balance (FIN-2): a balance below zero is a warning, with its first day;
- no management fee (FIN-5): nothing is added to what the returns pay.

The model of the statement (annex IV bis) is an image that is not available: its layout, and its list of
categories, are not known. By default a category is an act code; a site gives its own names by code.

The convention held from 1 January 2004 to 6 May 2015; a statement of another month says so.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, get_args

import msgspec
from sqlalchemy import Connection, select

from codes.lists import b2
from noemie.ledger.errors import LedgerError
from noemie.ledger.filters import Filtre
from noemie.ledger.followed import Registre
from noemie.ledger.payments import Paid, iter_paid
from noemie.ledger.schema import Acte

Genre = Literal["avance", "revision", "reconstitution", "restitution"]

#: When the convention was in force.
CONVENTION: Final = (dt.date(2004, 1, 1), dt.date(2015, 5, 6))

#: The statement of a month leaves before this day of the next.
_DAY_OF_STATEMENT: Final = 10

_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_FILES_AT_ONCE: Final = 500


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """One dated movement of the advance, in signed cents.

    `genre`: `avance` (the first payment), `revision` (its yearly variation, up or down), `reconstitution`
    (the monthly refill), `restitution` (given back at the end, negative).
    """

    jour: dt.date
    genre: Genre
    montant: int
    libelle: str = ""


class StatementLine(msgspec.Struct, frozen=True, kw_only=True):
    """One category: its code when it is an act code, how many acts or payments, their amount in cents."""

    categorie: str
    code: str = ""
    nombre: int
    montant: int


class DayLine(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the account of the advance: what came in, what was paid, the balance after, in cents."""

    jour: dt.date
    recu: int
    paye: int
    solde: int


class AdvanceAccount(msgspec.Struct, frozen=True, kw_only=True):
    """The account of the advance over the month, in cents.

    `appel_de_fonds` is the variation of the advance in the month; `solde_minimal` the lowest balance, the
    one at the start of the month included, and `debiteur_le` the first day on which it is below zero.
    """

    solde_initial: int
    recu: int
    paye: int
    solde_final: int
    solde_minimal: int
    debiteur_le: dt.date | None
    appel_de_fonds: int
    jours: tuple[DayLine, ...]
    mouvements: tuple[Movement, ...]


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """The statement of one month. `reprises` is what was taken back, already within `total` (cents).

    `avertissements` are keys of `cli.followup.statement_pages.WARNINGS`; `a_envoyer_avant` and
    `reconstitution_avant` are the dates of the convention, the second if the first is kept.
    """

    mois: str
    du: dt.date
    au: dt.date
    regime: str
    organisme: str
    tous_sauf: bool
    nature_assurance: str
    factures: int
    lignes: tuple[StatementLine, ...]
    total: int
    reprises: int
    avance: AdvanceAccount | None
    a_envoyer_avant: dt.date
    reconstitution_avant: dt.date
    avertissements: tuple[str, ...]


def make_statement(
    connection: Connection,
    registre: Registre,
    month: str,
    asked: Filtre,
    advances: Sequence[Movement],
    categories: Mapping[str, str],
) -> Statement:
    """The statement of `month` (`2026-03`), of what the filter asks for."""
    first, last = month_of(month)
    sums = _Sums(categories)
    by_day: Counter[dt.date] = Counter()
    since = min((one.jour for one in advances), default=first)
    refs: set[tuple[int, int]] = set()
    numbers = {name: number for number, names in registre.noms.items() for name in names}
    amo = 0
    for paid in iter_paid(registre, asked, min(since, first), last):
        day = paid.mouvement.jour
        if day is None:
            continue
        if day >= since:
            by_day[day] += paid.montant
        if day >= first:
            sums.add(paid)
            if paid.mouvement.amo and paid.genre == "facture":
                refs |= _answers(registre, paid, numbers)
                amo += paid.mouvement.amo
    sums.detail(_acts(connection, refs), amo)
    account = _account(first, last, advances, by_day) if advances else None
    following = _next_month(first)
    return Statement(
        mois=month,
        du=first,
        au=last,
        regime=asked.regime,
        organisme=asked.organisme,
        tous_sauf=asked.tous_sauf,
        nature_assurance=asked.nature_assurance,
        factures=sums.factures,
        lignes=tuple(sums.lines()),
        total=sums.total,
        reprises=sums.taken_back,
        avance=account,
        a_envoyer_avant=following.replace(day=_DAY_OF_STATEMENT),
        reconstitution_avant=_next_month(following),
        avertissements=tuple(_warnings(registre, first, last, account)),
    )


def month_of(month: str) -> tuple[dt.date, dt.date]:
    """First and last day of a month written `2026-03`. Raises `LedgerError`."""
    found = _MONTH.fullmatch(month.strip())
    if not found or found[1] in ("0000", "9999"):  # no calendar has them, or the month after them
        raise LedgerError("mois.illisible")
    first = dt.date(int(found[1]), int(found[2]), 1)
    return first, _next_month(first) - dt.timedelta(1)


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(31)).replace(day=1)


def _answers(registre: Registre, paid: Paid, numbers: Mapping[str, int]) -> set[tuple[int, int]]:
    """The answer that tells this money: its file, by number, and its record."""
    said = paid.ligne or (paid.alone.orpheline if paid.alone else None)
    run = registre.communs.runs[paid.mouvement.run]
    found = [one for one in said.retours if one.fichier == run.fichier] if said else []
    days = [one for one in found if one.jour == paid.mouvement.jour] or found
    return {(numbers.get(run.fichier, 0), one.record) for one in days[:1]}


def _warnings(
    registre: Registre, first: dt.date, last: dt.date, account: AdvanceAccount | None
) -> Iterator[str]:
    if account and account.debiteur_le:
        yield "solde_debiteur"
    if account and (last < CONVENTION[0] or first > CONVENTION[1]):
        yield "hors_convention"
    latest = registre.suivi.on
    if latest is None or latest <= last:
        yield "mois_incomplet"
    if any(
        one.etat == "coupe" and (one.jour is None or one.jour >= first) for one in registre.suivi.fichiers
    ):
        yield "retour_coupe"


# --- amounts by category ----------------------------------------------------------------------------------


class _Sums:
    """The amounts of the month."""

    def __init__(self, categories: Mapping[str, str]) -> None:
        self._categories = {code.strip().upper(): name for code, name in categories.items()}
        self._lines: dict[tuple[str, str], list[int]] = {}
        self._others: dict[str, list[int]] = {}
        self.factures = 0
        self.total = 0
        self.taken_back = 0

    def add(self, paid: Paid) -> None:
        """Count one payment."""
        self.total += paid.montant
        self.taken_back += min(paid.montant, 0)
        if paid.genre == "forfait":
            self._other("forfaits", 1, paid.montant)
            return
        self.factures += 1
        if paid.mouvement.amc:
            self._other("part_complementaire", 1, paid.mouvement.amc)

    def detail(self, acts: Mapping[str, tuple[int, int]], amo: int) -> None:
        """Share out the compulsory part among the acts; what they do not tell stands apart."""
        known = b2().get("code_acte")
        for code, (count, paid) in acts.items():
            name = self._categories.get(code)
            label = known[code].label("fr") if known is not None and code in known else ""
            key = (name, "") if name else (label or code or WITHOUT_CODE, code)
            line = self._lines.setdefault(key, [0, 0])
            line[0] += count
            line[1] += paid
        rest = amo - sum(paid for _, paid in acts.values())
        if rest:
            self._other("sans_detail", 0, rest)

    def _other(self, name: str, count: int, amount: int) -> None:
        line = self._others.setdefault(name, [0, 0])
        line[0] += count
        line[1] += amount

    def lines(self) -> Iterator[StatementLine]:
        """The categories, the largest amount first, then what belongs to none."""
        for (name, code), (count, amount) in sorted(
            self._lines.items(), key=lambda one: (-one[1][1], one[0])
        ):
            if amount:
                yield StatementLine(categorie=name, code=code, nombre=count, montant=amount)
        for name in OTHERS:
            if name in self._others:
                count, amount = self._others[name]
                yield StatementLine(categorie=OTHERS[name], nombre=count, montant=amount)


#: How an act is named that has no code.
WITHOUT_CODE: Final = "acte sans code"

#: What belongs to no category of acts.
OTHERS: Final = {
    "sans_detail": "Part obligatoire sans détail d'acte",
    "part_complementaire": "Part complémentaire",
    "forfaits": "Paiements forfaitaires ou ponctuels",
}

#: The same, and an act without a code, in English: a statement holds the French words, pages say both.
ENGLISH: Final = {
    OTHERS["sans_detail"]: "Compulsory part without detail of acts",
    OTHERS["part_complementaire"]: "Complementary part",
    OTHERS["forfaits"]: "Lump sums and one-off payments",
    WITHOUT_CODE: "act without a code",
}


def _acts(connection: Connection, refs: Collection[tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Number and amount of the acts of these invoices, by code."""
    files = sorted({fichier for fichier, _ in refs})
    counts: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for start in range(0, len(files), _FILES_AT_ONCE):
        some = files[start : start + _FILES_AT_ONCE]
        columns = (Acte.fichier_id, Acte.facture, Acte.nature_prestation, Acte.nombre, Acte.montant_rembourse)
        for fichier, facture, code, count, paid in connection.execute(
            select(*columns).where(Acte.fichier_id.in_(some))
        ):
            if (fichier, facture) in refs:
                counts[code] += count
                amounts[code] += paid
    return {code: (counts[code], amounts[code]) for code in sorted(counts)}


# --- the advance ------------------------------------------------------------------------------------------


def _account(
    first: dt.date, last: dt.date, advances: Sequence[Movement], by_day: Mapping[dt.date, int]
) -> AdvanceAccount:
    received: Counter[dt.date] = Counter()
    for one in advances:
        received[one.jour] += one.montant
    opening = sum(cents for day, cents in received.items() if day < first)
    opening -= sum(cents for day, cents in by_day.items() if day < first)
    balance, lowest, overdrawn = opening, opening, first if opening < 0 else None
    days = []
    for day in sorted({*received, *by_day}):
        if first <= day <= last:
            # Of one day the order is not known: what came in is counted first.
            balance += received[day] - by_day.get(day, 0)
            days.append(DayLine(jour=day, recu=received[day], paye=by_day.get(day, 0), solde=balance))
            lowest = min(lowest, balance)
            if balance < 0 and overdrawn is None:
                overdrawn = day
    of_month = tuple(sorted((one for one in advances if first <= one.jour <= last), key=_by_day))
    return AdvanceAccount(
        solde_initial=opening,
        recu=sum(day.recu for day in days),
        paye=sum(day.paye for day in days),
        solde_final=balance,
        solde_minimal=lowest,
        debiteur_le=overdrawn,
        appel_de_fonds=sum(one.montant for one in of_month if one.genre in ("avance", "revision")),
        jours=tuple(days),
        mouvements=of_month,
    )


def _by_day(movement: Movement) -> tuple[object, ...]:
    return (movement.jour, get_args(Genre).index(movement.genre), movement.montant, movement.libelle)


def read_advances(path: Path) -> list[Movement]:
    """The movements of an advance, from a TOML file. Raises `LedgerError`, which names the entry at fault.

    [[mouvement]]
    jour = 2004-01-01
    genre = "avance"          # avance, revision, reconstitution, restitution
    montant = 412500000       # cents
    libelle = "Avance initiale"
    """
    content = _toml(path, "avance.illisible")
    entries = content.get("mouvement")
    if not isinstance(entries, list) or set(content) != {"mouvement"}:
        raise LedgerError("avance.illisible", entree=0)
    found = []
    for rank, entry in enumerate(entries, start=1):
        valid = isinstance(entry, dict) and set(entry) <= {"jour", "genre", "montant", "libelle"}
        if not (
            valid
            and type(entry.get("jour")) is dt.date
            and type(entry.get("montant")) is int
            and entry.get("genre") in get_args(Genre)
            and isinstance(entry.get("libelle", ""), str)
        ):
            raise LedgerError("avance.illisible", entree=rank)
        found.append(Movement(**entry))
    return found


def read_categories(path: Path) -> dict[str, str]:
    """Names of categories by act code, from a TOML file (`C = "Consultations"`). Raises `LedgerError`."""
    content = _toml(path, "categories.illisible")
    if not all(isinstance(name, str) and name.strip() for name in content.values()):
        raise LedgerError("categories.illisible")
    return {code: str(name) for code, name in content.items()}


def _toml(path: Path, code: str) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):  # no TOML, a number too long, tables too deep
        raise LedgerError(code, entree=0) from None
