"""Compare the invoices of a flow with the cards: the Vitale card of the insured, that of the professional.

Only invoices of the insured person of the card (same NIR), or billed by the professional of the CPS (same
number), are judged. A card is what was read on one day: what differs from it is a warning, never more.
Nothing is said of the exemption: the meaning of the coverage codes of a card is not public.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from codes.keys import luhn9
from flatfile import Finding, FormatError, Readable, Record
from fse.compare import SummaryFinding
from fse.facture import Facture
from fse.rules.contexte import whole_header
from fse.rules.registre import finds
from fse.smg import is_routed
from fse.ssv.aggregates import CarteVitale
from fse.ssv.bridge import read_card, read_cps
from fse.ssv.cartes_lues import CarteLue, CpsLue, Personne, near
from fse.ssv.liens import C2S
from fse.ssv.zone import Zone
from fse.trusted import finding_on, has_form

#: Fields of record 2 that must have their form for an invoice to be judged.
_NEEDED = ("numero_ps", "nir", "cle_nir", "numero_facture", "date_naissance")


@dataclass(frozen=True, slots=True)
class CardSource:
    """Cards to compare flows with, as bytes that were read and can be sent to another process."""

    cards: tuple[bytes, ...] = ()
    cps: tuple[bytes, ...] = ()

    @classmethod
    def of(cls, cards: Sequence[Readable] = (), cps: Sequence[Readable] = ()) -> CardSource:
        """Read cards. Raises `FormatError` as `read_named_card`, and `fse.ssv.bridge.read_cps`, do."""
        return cls(
            tuple(read_named_card(each).raw for each in cards), tuple(read_cps(each).raw for each in cps)
        )

    def open(self) -> CardComparison:
        """A comparison for one flow."""
        return CardComparison(self)


@finds("zone.sans-nir")
def read_named_card(source: Readable) -> Zone:
    """A card that tells whose it is: of another one, all invoices would be said to be somebody else's.

    Raises `FormatError` as `fse.ssv.bridge.read_card` does, or `zone.sans-nir`.
    """
    card = read_card(source)
    assure = CarteVitale(card).assure
    if assure is None or not assure.nir.strip(" 0"):
        raise FormatError("zone.sans-nir", card.groups[0].offset if card.groups else 0)
    return card


class CardComparison:
    """Compares each invoice with the card of its insured person and with that of its professional."""

    def __init__(self, source: CardSource) -> None:
        self._cards, self._near, self._cps, self._near_cps = _known(source)
        self._counts = {True: 0, False: 0}
        self._counts_cps = {True: 0, False: 0}

    def compare(self, facture: Facture) -> Iterator[Finding]:
        """Findings on one invoice; nothing on one whose header is missing or damaged."""
        header = whole_header(facture)
        if header is None or not has_form(header, _NEEDED):
            return
        if self._cards:
            yield from self._with_card(facture, header)
        if self._cps:
            yield from self._with_cps(facture, header)

    @finds("carte.comparee", "carte.autre-personne", "carte.comparee-cps", "carte.autre-professionnel")
    def summary(self) -> Iterator[Finding]:
        """How many invoices were compared, and how many are somebody else's."""
        told = (
            ("carte.comparee", self._counts[True]),
            ("carte.autre-personne", self._counts[False]),
            ("carte.comparee-cps", self._counts_cps[True]),
            ("carte.autre-professionnel", self._counts_cps[False]),
        )
        for rule, count in told:
            if count:
                yield SummaryFinding(rule, expected=str(count), count=count)

    @finds("carte.nir")
    def _with_card(self, facture: Facture, header: Record) -> Iterator[Finding]:
        """The card of the insured person; or one whose NIR is nearly that of the invoice, with its key."""
        card = self._cards.get(header["nir"])
        close = self._near.get(header["nir"]) if card is None else None
        if close is not None and close.cle == header["cle_nir"]:
            yield finding_on("carte.nir", facture, header, "nir")
        self._counts[card is not None] += 1
        if card is not None:
            yield from _insured(facture, header, card)
            yield from _covered(facture, header, card)

    @finds("carte.numero-ps")
    def _with_cps(self, facture: Facture, header: Record) -> Iterator[Finding]:
        """The card of the professional; a number with a right key is that of another one."""
        number = header["numero_ps"]
        cps = self._cps.get(number)
        if cps is None and number in self._near_cps and not luhn9.is_valid(number):
            yield finding_on("carte.numero-ps", facture, header, "numero_ps")
        self._counts_cps[cps is not None] += 1
        if cps is not None:
            yield from _professional(facture, cps)


class _Known(NamedTuple):
    """Cards by NIR and by billing number, then by the numbers that nearly are those."""

    cards: dict[str, CarteLue]
    near: dict[str, CarteLue]
    cps: dict[str, CpsLue]
    near_cps: dict[str, CpsLue]


@lru_cache(maxsize=2)
def _known(source: CardSource) -> _Known:
    """The cards of a source, read once for all the flows that a process checks."""
    cards = {card.nir: card for card in (CarteLue.of(read_card(raw)) for raw in source.cards)}
    cps: dict[str, CpsLue] = {}
    for raw in source.cps:
        cps |= CpsLue.by_number(read_cps(raw))
    return _Known(
        cards,
        {other: card for card in cards.values() for other in near(card.nir)},
        cps,
        {other: one for number, one in cps.items() for other in near(number)},
    )


# --- the insured person ---------------------------------------------------------------------------------


@finds("carte.cle-nir", "carte.organisme", "carte.marquage", "carte.fin-validite")
def _insured(facture: Facture, header: Record, card: CarteLue) -> Iterator[Finding]:
    """What the card says of itself and of the insured person."""
    if header["cle_nir"] != card.cle:
        yield finding_on("carte.cle-nir", facture, header, "cle_nir")
    if not is_routed(facture):
        wrong = _organism(header, card)
        if wrong:
            yield finding_on("carte.organisme", facture, header, wrong, " ".join(card.organisme))
    if card.is_test and header.text("marquage") == "R":
        yield finding_on("carte.marquage", facture, header, "marquage", "T")
    for acte in facture.actes:
        if card.fin_validite is not None and acte.date is not None and acte.date > card.fin_validite:
            yield finding_on("carte.fin-validite", facture, acte.principal, _day_of(acte.principal))
            break


def _organism(header: Record, card: CarteLue) -> str:
    """The first of régime, caisse and centre that is not that of the card; what is empty says nothing."""
    for name, value in zip(("regime", "caisse", "centre"), card.organisme, strict=True):
        written = header.text(name)
        if value and written.strip("0") and written != value and not (name == "centre" and _is_cut(card)):
            return name
    return ""


def _is_cut(card: CarteLue) -> bool:
    """Whether B2 writes the centre of this fund on three characters and a zero."""
    return card.organisme[:2] == ("96", "196")


# --- the beneficiary ------------------------------------------------------------------------------------


@finds("carte.date-naissance", "carte.rang-naissance")
def _covered(facture: Facture, header: Record, card: CarteLue) -> Iterator[Finding]:
    """The beneficiary is the one of that birth date, and of that rank among twins."""
    born = [each for each in card.personnes if each.naissance == header["date_naissance"]]
    if not born:
        if card.personnes and header["date_naissance"].strip(" 0"):
            yield finding_on("carte.date-naissance", facture, header, "date_naissance")
        return
    rank = header.text("rang_naissance").strip("0 ")
    same = [each for each in born if not rank or not each.rang or each.rang == rank]
    if not same:
        expected = ", ".join(sorted({each.rang for each in born}))
        yield finding_on("carte.rang-naissance", facture, header, "rang_naissance", expected)
    person = (same or born)[0] if len(same or born) == 1 else None
    if person is not None:
        yield from _person(facture, person)
        yield from _rights(facture, person)
        yield from _solidarity(facture, header, person)
        yield from _complementary(facture, header, person)


@finds("carte.nir-beneficiaire", "carte.qualite")
def _person(facture: Facture, person: Personne) -> Iterator[Finding]:
    """The NIR of the beneficiary and the relation to the insured person."""
    own, names = facture.complement("2S"), facture.complement("2B")
    if own is not None and has_form(own, ("nir_individuel",)) and person.nir:
        written = own.text("nir_individuel")
        if written.strip("0") and written != person.nir:
            yield finding_on("carte.nir-beneficiaire", facture, own, "nir_individuel")
    if names is not None and person.qualite and "qualite_beneficiaire" in names.layout:
        written = names.text("qualite_beneficiaire")
        if written and written != person.qualite:
            yield finding_on("carte.qualite", facture, names, "qualite_beneficiaire", person.qualite)


@finds("carte.droits")
def _rights(facture: Facture, person: Personne) -> Iterator[Finding]:
    """Care outside the periods of AMO rights; the first line that is."""
    for acte in facture.actes:
        if acte.date is not None and person.droits and not any(acte.date in each for each in person.droits):
            yield finding_on("carte.droits", facture, acte.principal, _day_of(acte.principal))
            return


@finds("carte.c2s")
def _solidarity(facture: Facture, header: Record, person: Personne) -> Iterator[Finding]:
    """The solidarity cover, on an invoice that leaves something to it.

    It has nothing to pay of what the caisse pays whole, of other insurances than illness, of free care.
    """
    base = sum(acte.base_remboursement or 0 for acte in facture.actes)
    if base <= facture.montant_amo or facture.nature_assurance not in ("10", "13") or is_routed(facture):
        return
    day = next((acte.date for acte in facture.actes if acte.date is not None), None)
    if day is not None and header.text("type_contrat_oc") != C2S and person.is_c2s_on(day):
        yield finding_on("carte.c2s", facture, header, "type_contrat_oc", C2S)


@finds("carte.organisme-complementaire", "carte.numero-adherent", "carte.droits-complementaire")
def _complementary(facture: Facture, header: Record, person: Personne) -> Iterator[Finding]:
    """The complementary insurer that the invoice names: its number, its member, its period."""
    number, insurer = header.text("organisme_complementaire").lstrip("0"), person.complementaire
    day = next((acte.date for acte in facture.actes if acte.date is not None), None)
    if not number or insurer is None or day is None:
        return
    covers = not insurer.periodes or any(day in each for each in insurer.periodes)
    if number != insurer.numero.lstrip("0"):
        if covers:
            field = "organisme_complementaire"
            yield finding_on("carte.organisme-complementaire", facture, header, field, insurer.numero)
        return
    if not covers:
        yield finding_on("carte.droits-complementaire", facture, header, "organisme_complementaire")
    written = header.text("numero_adherent") if "numero_adherent" in header.layout else ""
    if written.strip("0") and insurer.adherent and written != insurer.adherent:
        yield finding_on("carte.numero-adherent", facture, header, "numero_adherent")


# --- the professional -----------------------------------------------------------------------------------


@finds("carte.specialite", "carte.zone-tarif", "carte.condition-exercice")
def _professional(facture: Facture, cps: CpsLue) -> Iterator[Finding]:
    """The lines that the professional did, as the card describes him; each rule once for an invoice."""
    told: set[str] = set()
    for acte in facture.actes:
        main, more = acte.principal, acte.complement("4S")
        if acte.numero_executant != cps.numero:
            continue
        looked = (
            ("carte.specialite", main, "specialite_executant", cps.specialites),
            ("carte.zone-tarif", main, "zone_tarif", cps.zones),
            ("carte.condition-exercice", more, "condition_exercice_executant", cps.conditions),
        )
        for rule, record, name, known in looked:
            if record is None or name not in record.layout or rule in told or not known:
                continue
            written = record.text(name)
            if written.strip("0") and written not in known:
                told.add(rule)
                yield finding_on(rule, facture, record, name, ", ".join(sorted(known)))


def _day_of(record: Record) -> str:
    return "date_acte" if "date_acte" in record.layout else "date_debut"
