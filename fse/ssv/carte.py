"""Write a synthetic Vitale card from typed values. For test cards only: `T` unless told otherwise.

The people on it must be invented. Keys are computed, what is not given is empty or zeros as on the sample
cards. No `repr` of these classes shows a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from codes import keys
from flatfile import EncodingError
from fse.ssv.tables import GroupLayout, ZoneField, tables
from fse.ssv.vue import DATE_LENGTH
from fse.ssv.writing import FieldValue, GroupValues
from fse.ssv.zone import Zone

#: A day, or its 12 characters AAAAMMJJHHMM when no calendar has it, or nothing.
Jour = date | str | None

NO_DATE: Final = "0" * DATE_LENGTH
_NO_AT: Final = ("000000000", "", "0")


class _Hidden:
    """A `repr` without values."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


@dataclass(frozen=True, slots=True, repr=False)
class AssureCarte(_Hidden):
    """Groups 101 and 102: the card and the insured person. The key of the NIR is computed when not given."""

    nir: str
    numero_serie: str = "00000001"
    cle_nir: str | None = None
    date_fin_validite: Jour = None
    code_regime: str = "01"
    caisse_gestionnaire: str = "999"
    centre_gestionnaire: str = "0000"
    code_gestion: str = "10"
    type_carte_vitale: str = "T"
    type_identification_porteur: str = "A"
    ruf_1: str = "0"
    service_amo_famille: str = "0"
    date_debut_service_amo_famille: Jour = None
    date_fin_service_amo_famille: Jour = None


@dataclass(frozen=True, slots=True, repr=False)
class AccidentCarte(_Hidden):
    """One work accident of group 103: organism (regime 2, caisse 3, centre 4), budget code, identifier."""

    organisme: str
    identifiant: str
    code_bgdh: str = "00"


@dataclass(frozen=True, slots=True, repr=False)
class DroitsCarte(_Hidden):
    """Group 105 or 108: a period of rights; without a last day it is open-ended (inferred)."""

    debut: Jour
    fin: Jour = None


@dataclass(frozen=True, slots=True, repr=False)
class CouvertureCarte(_Hidden):
    """Group 106: a coverage code and its period, often without days on the first one."""

    code_ald: str = "0"
    code_situation: str = "0100"
    debut: Jour = None
    fin: Jour = None


@dataclass(frozen=True, slots=True, repr=False)
class MutuelleCarte(_Hidden):
    """Groups 107 and 108: the mutual insurer and its periods."""

    identification_mutuelle: str
    garanties_effectives: str = "NNNNNNNN"
    indicateur_traitement_mutuelle: str = ""
    type_services_associes: str = ""
    services_associes: str = ""
    aiguillage_sts: str = ""
    droits: Sequence[DroitsCarte] = ()


@dataclass(frozen=True, slots=True, repr=False)
class AmcCarte(_Hidden):
    """Groups 109 and 111: the complementary insurance, and the area common to its contracts if any."""

    numero_complementaire_b2: str
    date_debut_validite_amc: Jour
    date_fin_validite_amc: Jour
    numero_complementaire_edi: str = ""
    numero_adherent: str = ""
    indicateur_traitement_amc: str = "00"
    code_routage_amc: str = "MA"
    identifiant_hote: str = "000"
    domaine_amc: str = ""
    aiguillage_sts: str = ""
    type_services_associes: str = ""
    services_associes: str = ""
    zone_commune: FieldValue | None = None


@dataclass(frozen=True, slots=True, repr=False)
class BeneficiaireCarte(_Hidden):
    """Group 104 and what follows it. `adresse` holds up to five lines: dwelling, building, street, locality,
    postcode and town. A mutual insurer and an AMC exclude one another."""

    nom_usuel: str
    prenom: str
    date_naissance: Jour
    nom_patronymique: str = ""
    adresse: Sequence[str] = ()
    nir_certifie: str = ""
    cle_nir_certifie: str | None = None
    date_certification_nir: Jour = None
    rang_naissance: str = "1"
    qualite: str = "0"
    service_amo: str = "0"
    date_debut_service_amo: Jour = None
    date_fin_service_amo: Jour = None
    ruf_amo: str = ""
    droits: Sequence[DroitsCarte] = ()
    couvertures: Sequence[CouvertureCarte] = (CouvertureCarte(),)
    mutuelle: MutuelleCarte | None = None
    amc: AmcCarte | None = None


def build_carte_vitale(
    assure: AssureCarte,
    beneficiaires: Iterable[BeneficiaireCarte],
    accidents: Sequence[AccidentCarte] = (),
) -> Zone:
    """The zone of a card: 101, 102, 103 when there is an accident, then each beneficiary.

    At most two accidents: the first triplet of group 103 is always empty on the sample cards. Raises
    `EncodingError`, which names the field and never quotes the value.
    """
    return Zone.build(_groups(assure, beneficiaires, accidents))


def _groups(
    assure: AssureCarte, beneficiaires: Iterable[BeneficiaireCarte], accidents: Sequence[AccidentCarte]
) -> Iterator[GroupValues]:
    yield _group(101, _named(assure, 101) | {"cle_nir": _key(assure.nir, assure.cle_nir, "cle_nir")})
    yield _group(102, _named(assure, 102))
    if accidents:
        yield 103, _accidents(accidents)
    for beneficiaire in beneficiaires:
        yield from _beneficiaire(beneficiaire)


def _beneficiaire(person: BeneficiaireCarte) -> Iterator[GroupValues]:
    if person.mutuelle is not None and person.amc is not None:
        raise EncodingError("mutuelle", "no AMC beside it (error 0xF0F0)")
    if len(person.adresse) > 5:
        raise EncodingError("adresse", "at most 5 lines")
    certified = _key(person.nir_certifie, person.cle_nir_certifie, "cle_nir_certifie")
    lines = {f"adresse_{rank}": line for rank, line in enumerate(person.adresse, 1)}
    yield _group(104, _named(person, 104) | lines | {"cle_nir_certifie": certified})
    for droits in person.droits:
        yield 105, [_day(droits.debut, "date_debut_droits_amo"), _day(droits.fin, "date_fin_droits_amo", "")]
    for cover in person.couvertures:
        days = {"date_debut_couverture": cover.debut or "", "date_fin_couverture": cover.fin or ""}
        yield _group(106, _named(cover, 106) | days)
    if person.mutuelle is not None:
        yield _group(107, _named(person.mutuelle, 107))
        for droits in person.mutuelle.droits:
            names = ("date_debut_droits_mutuelle", "date_fin_droits_mutuelle")
            yield 108, [_day(droits.debut, names[0]), _day(droits.fin, names[1])]
    if person.amc is not None:
        yield _group(109, _named(person.amc, 109))
        if person.amc.zone_commune is not None:
            yield 111, [person.amc.zone_commune]


def _accidents(accidents: Sequence[AccidentCarte]) -> list[FieldValue]:
    if len(accidents) > 2:
        raise EncodingError("accidents", "at most 2 accidents")
    values: list[FieldValue] = list(_NO_AT)
    for accident in accidents:
        values += [accident.organisme, accident.code_bgdh, accident.identifiant]
    return values + list(_NO_AT) * (2 - len(accidents))


def _named(source: object, group: int) -> dict[str, object]:
    """The attributes of `source` that are fields of a group."""
    return {name: getattr(source, name) for name in tables()[group].by_name if hasattr(source, name)}


def _group(id: int, values: Mapping[str, object]) -> GroupValues:
    layout: GroupLayout = tables()[id]
    return id, [_text(field, values.get(field.name)) for field in layout.fields]


def _text(field: ZoneField, value: object) -> FieldValue:
    """The bytes of one field: dates on 12 characters, text as given."""
    if field.base == "datetime":
        return _day(value, field.name)
    if value is None:
        return ""
    if isinstance(value, (str, bytes)):
        return value
    raise EncodingError(field.name, "text")


def _day(value: object, name: str, nothing: str = NO_DATE) -> str:
    if value is None:
        return nothing
    if isinstance(value, datetime):
        return value.strftime("%Y%m%d%H%M")
    if isinstance(value, date):
        return f"{value.year:04d}{value.month:02d}{value.day:02d}0000"
    if value == "" or (isinstance(value, str) and len(value) == DATE_LENGTH and value.isdecimal()):
        return str(value)
    raise EncodingError(name, f"a day, or {DATE_LENGTH} digits AAAAMMJJHHMM")


def _key(nir: str, key: str | None, name: str) -> str:
    """The key given, or the one that goes with the NIR; `00` without a NIR."""
    if key is not None:
        return key
    if not nir:
        return "00"
    try:
        return keys.nir.calc_check_digits(nir)
    except keys.InvalidNumber:
        raise EncodingError(name, "a NIR of 13 characters, or the key itself") from None
