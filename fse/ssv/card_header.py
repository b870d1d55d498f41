"""What the cards give for one beneficiary: the work behind `fse.ssv.bridge`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as option
from datetime import date
from typing import Any, Final

from codes.couverture import c2s_of as c2s_of_service
from codes.couverture import couverture
from flatfile import EncodingError, Field, Value
from fse.normes import Norme
from fse.smg import fact
from fse.ssv.aggregates import CarteVitale, Cps
from fse.ssv.destinataire import destinataire
from fse.ssv.liens import C2S, C2S_INDICATORS, CARD, CPS, NO_CONTRACT, WHY, Lien
from fse.ssv.vue import Vue
from fse.ssv.vues_carte import Beneficiaire, Periode
from fse.ssv.vues_poste import Situation
from fse.ssv.zone import Zone

#: Records of the header whose fields are all told or missing.
_HEADER: Final = ("2", "2S")
_SILENT: Final = frozenset({"const", "blank"})

#: Fields that the reader of a header takes from the professional's card.
_OF_CPS: Final = frozenset({"numero_ps"})

_EXEMPTION: Final = "justification_exoneration"

#: Fields of the complementary insurance, empty when the card has none.
_OF_AMC: Final = frozenset({"organisme_complementaire", "numero_adherent"})

#: Fields that record 2S repeats from record 2: told once.
_REPEATED: Final = frozenset({"numero_ps", "nir", "cle_nir", "rang_beneficiaire", "numero_facture"})


class UnknownRank(LookupError):  # noqa: N818  # the place where it is raised says the rest
    """No beneficiary of that rank on the card; `known` is how many there are."""

    def __init__(self, known: int) -> None:
        super().__init__(f"this card has beneficiaries 1 to {known}")
        self.known = known


@dataclass(frozen=True, slots=True)
class Donnee:
    """One value of a B2 field, and where on a card it comes from.

    `source` names the card fields (`101.8`), `occurrence` is the rank of the group among those of its id.
    """

    record: str
    field: Field
    value: str = option(repr=False)
    source: str = ""
    occurrence: int = 1
    confidence: str = "C"


@dataclass(frozen=True, slots=True)
class Manquant:
    """One field of the header without a value; `reason` is a key of `fse.ssv.liens.REASONS`."""

    record: str
    field: Field
    reason: str


@dataclass(frozen=True, slots=True)
class Header:
    """What the cards give for one beneficiary. `rang` is the rank on the card, from 1."""

    rang: int
    donnees: tuple[Donnee, ...]
    manquants: tuple[Manquant, ...]
    faits: Mapping[str, Any] = option(repr=False)

    def _of(self, record: str) -> dict[str, Value | bytes]:
        return {each.field.name: each.value for each in self.donnees if each.record == record}

    @property
    def entete(self) -> dict[str, Value | bytes]:
        """Values of record 2, as `FluxWriter.write_facture` takes them."""
        return self._of("2")

    @property
    def complements(self) -> list[tuple[str, dict[str, Value | bytes]]]:
        """Records to write after it: 2S when the person has a NIR of their own."""
        own = self._of("2S")
        return [("2S", own)] if own else []


class Bridge:
    """The bridge of one card, and of the card of a professional if any."""

    def __init__(self, card: Zone, cps: Zone | None, situation: str | None, norm: Norme) -> None:
        self.carte = CarteVitale(card)
        self.cps = None if cps is None else Cps(cps)
        self.norme = norm
        self.situation, self._no_situation = _situation(self.cps, situation)

    def rangs(self) -> range:
        """Ranks of the beneficiaries."""
        return range(1, len(self.carte.beneficiaires) + 1)

    def header(self, rang: str) -> Header:
        """See `header`."""
        number = int(rang) if rang.isascii() and rang.isdecimal() and len(rang) < 6 else 0
        if number not in self.rangs():
            raise UnknownRank(len(self.rangs()))
        person = self.carte.beneficiaires[number - 1]
        found: dict[tuple[str, str], Donnee] = {}
        missing: dict[tuple[str, str], str] = {}
        for link, vue in self._links(person):
            made = self._value(link, vue)
            if isinstance(made, Donnee):
                found[link.record, link.name] = made
            else:
                missing.setdefault((link.record, link.name), made)
        exemption = self._exemption(person)
        if isinstance(exemption, Donnee):
            found["2", _EXEMPTION] = exemption
        elif exemption:
            missing["2", _EXEMPTION] = exemption
        contract = self._contract(person)
        if contract is not None and self._field("2", "type_contrat_oc") is not None:
            found["2", "type_contrat_oc"] = contract
        return Header(
            number, tuple(found.values()), tuple(self._missing(found, missing)), self._facts(person)
        )

    def _links(self, person: Beneficiaire) -> Iterator[tuple[Lien, Vue]]:
        views: dict[int, Vue | None] = {
            101: self.carte.assure,
            104: person,
            107: person.mutuelle,
            109: person.amc,
        }
        for link in CARD:
            vue = views[link.group]
            if vue is not None and self._field(link.record, link.name) is not None:
                yield link, vue
        if self.situation is not None:
            for link in CPS:
                if self._field(link.record, link.name) is not None:
                    yield link, self.situation

    def _field(self, record: str, name: str) -> Field | None:
        layout = self.norme.layouts.get(record)
        return layout.by_name.get(name) if layout else None

    def _value(self, link: Lien, vue: Vue) -> Donnee | str:
        """The value of a link, or the reason why there is none."""
        values = [vue[name].strip(" \0") for name in link.fields]
        if not values[0]:
            return "vide"
        made = link.make(*values)
        if made is None:
            return link.otherwise
        return self._donnee(link.record, link.name, made, vue, link.fields, link.confidence) or "forme"

    def _donnee(
        self, record: str, name: str, value: str, vue: Vue, fields: tuple[str, ...], confidence: str
    ) -> Donnee | None:
        """A value with its origin; `None` when it does not fit its field."""
        where = self._field(record, name)
        if where is None:
            return None
        try:
            self.norme.layouts[record].build({name: value})
        except EncodingError:
            return None
        known = [vue.layout.by_name[each] for each in fields]
        source = " + ".join(f"{vue.group.id}.{each.position}" for each in known)
        sure = max(confidence, where.confidence or "C", *(each.confidence for each in known))
        return Donnee(record, where, value, source, vue.group.occurrence, sure)

    def _exemption(self, person: Beneficiaire) -> Donnee | str:
        """The exemption that the coverage codes tell, when they all tell one; else why there is none.

        Never in the header of an invoice for free medical care (caisse 835), nor from a situation that may
        hint at it; nor in the local scheme, where its own reason of exemption exists beside the code.
        """
        card = self.carte.assure
        periods = [(each, couverture(each.code_couverture)) for each in person.couvertures]
        if self._field("2", _EXEMPTION) is None or not periods:
            return ""
        if any(told.article_115 for _, told in periods):
            return "article-115"
        if card is not None and card["caisse_gestionnaire"].strip() == fact("caisse"):
            return "smg"
        codes = {told.exoneration for _, told in periods}
        if "" in codes or any(told.nature for _, told in periods):
            return "couverture"
        if len(codes) > 1:
            return "periodes"
        first = periods[0][0]
        fields = ("code_ald", "code_situation")
        return self._donnee("2", _EXEMPTION, codes.pop(), first, fields, "B") or "forme"

    def _contract(self, person: Beneficiaire) -> Donnee | None:
        """The type of contract: C2S when the card says so, none when no cover is on it; else nobody tells."""
        for vue, name in _c2s_signs(self.carte, person):
            if _is_c2s(vue, name):
                return self._donnee("2", "type_contrat_oc", C2S, vue, (name,), "C")
        if person.mutuelle is None and person.amc is None and not person["service_amo"].strip(" 0\0"):
            return self._donnee("2", "type_contrat_oc", NO_CONTRACT, person, ("service_amo",), "C")
        return None

    def _missing(
        self, found: Mapping[tuple[str, str], Donnee], why: Mapping[tuple[str, str], str]
    ) -> Iterator[Manquant]:
        """The fields of the header without a value, in the order of the norm."""
        for record in _HEADER:
            layout = self.norme.layouts.get(record)
            for each in layout.fields if layout else ():
                place = (record, each.name)
                silent = each.kind.base in _SILENT or (record != "2" and each.name in _REPEATED)
                if silent or place in found:
                    continue
                reason = why.get(place) or WHY.get(each.name, "facture")
                if each.name in _OF_CPS and self.situation is None:
                    reason = self._no_situation
                elif each.name in _OF_AMC and place not in why:
                    reason = "vide"
                yield Manquant(record, each, reason)

    def _facts(self, person: Beneficiaire) -> dict[str, Any]:
        """What the card tells besides, for who decides the rest: days in ISO, codes as written."""
        card = self.carte.assure
        regime, caisse, centre = (
            (card[name].strip() for name in ("code_regime", "caisse_gestionnaire", "centre_gestionnaire"))
            if card is not None
            else ("", "", "")
        )
        facts: dict[str, Any] = {
            "fin_validite_carte": _iso(card.date_fin_validite if card is not None else None),
            "organisme_destinataire": destinataire(regime, caisse, centre) or "",
            "qualite": person["qualite"].strip(),
            "service_amo": person["service_amo"].strip(),
            "droits_amo": [_period(each) for each in person.droits_amo],
            "couvertures": [
                {**_period(each), "code_couverture": each.code_couverture} for each in person.couvertures
            ],
        }
        if person.mutuelle is not None:
            facts["mutuelle"] = _told(person.mutuelle) | {
                "droits": [_period(each) for each in person.droits_mutuelle]
            }
        if person.amc is not None:
            amc = person.amc
            facts["amc"] = _told(amc) | {
                "debut": _iso(amc.date_debut_validite_amc),
                "fin": _iso(amc.date_fin_validite_amc),
            }
        return facts


def _situation(cps: Cps | None, number: str | None) -> tuple[Situation | None, str]:
    """The billing situation to use, or the reason why there is none."""
    if cps is None:
        return None, "sans-cps"
    known = [each for each in cps.situations if number in (None, each["numero_logique_situation"].strip())]
    return (known[0], "") if len(known) == 1 else (None, "situations")


def _c2s_signs(carte: CarteVitale, person: Beneficiaire) -> Iterator[tuple[Vue, str]]:
    """Fields that may say that somebody has the solidarity cover (C2S, once CMU-C)."""
    yield person, "service_amo"
    if carte.service_famille is not None:
        yield carte.service_famille, "service_amo_famille"
    if person.mutuelle is not None:
        yield person.mutuelle, "indicateur_traitement_mutuelle"
    if person.amc is not None:
        yield person.amc, "indicateur_traitement_amc"


def _is_c2s(vue: Vue, name: str) -> bool:
    text = vue[name].strip(" \0")
    if name.startswith("indicateur"):
        return text in C2S_INDICATORS
    return c2s_of_service(text) is True


def c2s_of(carte: CarteVitale, person: Beneficiaire, day: date | None = None) -> Vue | None:
    """What says that somebody has the C2S, on a day if one is given; `None` when nothing does."""
    for vue, name in _c2s_signs(carte, person):
        if _is_c2s(vue, name) and (day is None or _holds(vue, person, day)):
            return vue
    return None


def _holds(vue: Vue, person: Beneficiaire, day: date) -> bool:
    """Whether what a group says is for a day, by its own period or those of the mutual insurer."""
    periods = person.droits_mutuelle if vue.group.id == 107 else ()
    if periods:
        return any(each.contient(day) for each in periods)
    names = [each.name for each in vue.layout.fields if each.base == "datetime"]
    start, end = (next((n for n in names if n.startswith(first)), "") for first in ("date_debut", "date_fin"))
    first, last = (vue.value(name) if name else None for name in (start, end))
    return not (isinstance(first, date) and day < first) and not (isinstance(last, date) and last < day)


def _told(vue: Vue) -> dict[str, str]:
    """Fields of a group by name, without its days and what is personal."""
    return {
        each.name: text.strip(" \0")
        for each, text in vue.items()
        if not each.is_masked and each.base != "datetime"
    }


def _period(vue: Periode) -> dict[str, str]:
    return {"debut": _iso(vue.debut), "fin": _iso(vue.fin)}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
