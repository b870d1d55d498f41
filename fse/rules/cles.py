"""Checks on keys: those of people, professionals, establishments and work accidents."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from flatfile import Field, Finding, Layout, Record
from flatfile.findings import both, in_language
from flatfile.layout import field_pattern
from fse.facture import Facture
from fse.rules.contexte import Contexte
from fse.rules.registre import finds
from fse.rules.valeurs import shape
from fse.trusted import key_check, month_holds, nir_holds

#: Fields that say who is paid: a wrong key there is an error. The others name third persons.
_PAID = frozenset({"numero_ps", "numero_executant"})

_EXPECTED: Final = both("un numéro et sa clé", "a number and its key")
_MONTHS: Final = both("un mois de 01 à 12", "a month from 01 to 12")


def _found(record: Record, field: Field, rule: str = "") -> str:
    """The shape of a number whose key does not hold; never the number."""
    told = shape(record[field.name].strip())
    if rule == "cle.nir-mois":
        month = record[field.name][3:5]
        return both(f"{in_language(told, 'fr')}, mois {month}", f"{in_language(told, 'en')}, month {month}")
    return both(
        f"{in_language(told, 'fr')}, la clé ne correspond pas",
        f"{in_language(told, 'en')}, key does not match",
    )


@finds("cle.numero-ps", "cle.numero-tiers", "cle.rpps", "cle.siret", "cle.numero-at")
def key_rule(field: Field, raw: bytes) -> str:
    """The rule that a number with its own key breaks, or an empty string."""
    holds = key_check(field)
    if holds is None or holds(raw) or not field_pattern(field.kind.strict)(raw):
        return ""
    if field.name == "numero_at":
        return "cle.numero-at"
    if field.kind.name == "id:luhn9":
        return "cle.numero-ps" if field.name in _PAID else "cle.numero-tiers"
    return "cle.rpps" if field.kind.name == "id:rpps" else "cle.siret"


@finds("cle.nir", "cle.nir-provisoire", "cle.nir-mois")
def nir_rule(nir: bytes, key: bytes) -> str:
    """The rule that a NIR and its key break, or an empty string; their form is another rule's matter."""
    if nir_holds(nir + key):
        return "" if month_holds(nir) else "cle.nir-mois"
    from codes import keys  # no key is wrong in most flows

    if not key.isdigit() or not keys.nir.has_form(nir.decode("latin-1")):
        return ""
    return "cle.nir-provisoire" if keys.nir.is_provisional(nir.decode("latin-1")) else "cle.nir"


@cache
def _keyed(layout: Layout) -> tuple[Field, ...]:
    """The fields that carry their own key."""
    return tuple(field for field in layout.fields if key_check(field) is not None)


@cache
def _nirs(layout: Layout) -> tuple[tuple[Field, Field], ...]:
    """Each NIR, and the field of its key."""
    names = ((f"nir{suffix}", f"cle_nir{suffix}") for suffix in ("", "_individuel"))
    return tuple(
        (layout.by_name[nir], layout.by_name[key]) for nir, key in names if nir in layout and key in layout
    )


def check_keys(
    record: Record, context: Contexte, header: Record | None = None, facture: Facture | None = None
) -> Iterator[Finding]:
    """Keys of one undamaged record; what it merely repeats from `header` is not reported again."""
    repeated = header is not None and header is not record
    for field in _keyed(record.layout):
        rule = key_rule(field, record.raw[field.slice])
        if rule and not (repeated and _same(record, header, field.name)):
            yield context.finding(
                rule, record, field.name, expected=_EXPECTED, found=_found(record, field), facture=facture
            )
    for nir, key in _nirs(record.layout):
        rule = nir_rule(record.raw[nir.slice], record.raw[key.slice])
        if rule and not (repeated and _same(record, header, nir.name) and _same(record, header, key.name)):
            place = nir.name if rule == "cle.nir-mois" else key.name
            expected = _MONTHS if rule == "cle.nir-mois" else _EXPECTED
            yield context.finding(
                rule, record, place, expected=expected, found=_found(record, nir, rule), facture=facture
            )


def _same(record: Record, header: Record | None, name: str) -> bool:
    return header is not None and name in header.layout and record[name] == header[name]
