"""Checks on the fields of one record: format by kind, code lists. Shared with NOEMIE returns."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from flatfile import Field, Finding, Layout, Record
from flatfile.layout import Form, field_pattern, padded
from fse.facture import Facture
from fse.rules.contexte import Contexte
from fse.rules.registre import finds
from fse.rules.valeurs import is_hidden
from fse.trusted import is_regular

#: Base of a kind -> rule, and what the rule's message expects.
_RULES = {
    "const": "format.constante",
    "blank": "format.blanc",
    "text": "format.caractere",
    "code": "format.caractere",
    "digits": "format.numerique",
    "count": "format.numerique",
    "cents": "format.numerique",
    "rate": "format.numerique",
    "decimal": "format.numerique",
    "date": "format.date",
    "time": "format.heure",
    "hour": "format.heure",
    "sign": "format.signe",
    "nir": "format.nir",
    "key": "format.identifiant",
    "id": "format.identifiant",
}

#: Fields whose value has a rule of its own, more telling than that of the kind.
_OWN_RULES = {("000", "longueur_enregistrement"): "fichier.longueur-declaree"}


@finds(*dict.fromkeys(_RULES.values()), "format.remplissage", "fichier.longueur-declaree")
def format_rule(field: Field, raw: bytes, type: str = "") -> str:
    """The rule that the bytes of a field break, or an empty string."""
    kind = field.kind
    if field_pattern(kind.strict)(raw):
        return ""
    if kind.base == "blank":
        return "format.blanc"
    if kind.tolerated and field_pattern(kind.tolerated)(raw):
        return "format.remplissage"
    return _OWN_RULES.get((type, field.name)) or _RULES[kind.base]


def expected_format(field: Field) -> str:
    """What the message of a format rule quotes: a constant, an order of date, a number of digits."""
    return field.kind.parameter if field.kind.base in ("const", "date", "time", "hour") else str(field.length)


@finds("code.inconnu", "code.liste-ouverte", "code.snds", "code.absent", "code.casse", "code.cadrage")
def code_rule(field: Field, text: str, context: Contexte) -> str:
    """The rule that a coded value breaks, or an empty string."""
    codes = context.code_list(field)
    if codes is None or field.kind.base == "const":
        return ""
    entry = context.known(field, codes).get(text)
    if entry is not None and entry.code in codes.emitted:
        return ""
    if not text.strip() or (field.kind.numeric and not text.strip("0")):
        if field.presence != "O" or codes.is_open:
            return ""  # nothing is said, and nothing that we know must be
        if entry is None:
            return "code.absent"
    if entry is not None:
        return "code.snds"
    near = meant(field, text, context)
    if near:
        return "code.casse" if text != text.upper() else "code.cadrage"
    return "code.liste-ouverte" if codes.is_open else "code.inconnu"


def meant(field: Field, text: str, context: Contexte) -> str:
    """The known code that a text is but for its case and its blanks, or an empty string."""
    codes = context.code_list(field)
    code = text.replace(" ", "").upper()
    if codes is None or code not in codes.emitted or padded(code, field) == text:
        return ""
    return code


@cache
def _coded(layout: Layout) -> tuple[Form, ...]:
    """The fields that have a code list."""
    return tuple(form for form in layout.forms if form[0].list)


def check_fields(record: Record, context: Contexte, facture: Facture | None = None) -> Iterator[Finding]:
    """Format of every field of an undamaged record, then its coded values."""
    raw, regular = record.raw, is_regular(record)
    for field, where, has_form in _coded(record.layout) if regular else record.layout.forms:
        piece = raw[where]
        found = ""
        if not regular and not has_form(piece):
            rule, expected = format_rule(field, piece, record.type), expected_format(field)
        elif field.list and piece not in context.right_codes(field):
            text = piece.decode("latin-1")
            rule, expected = code_rule(field, text, context), field.list
            if rule in ("code.casse", "code.cadrage"):
                expected = meant(field, text, context)
                found = "" if is_hidden(field) else text.rstrip().replace(" ", "·")
        else:
            continue
        if rule:
            yield context.finding(rule, record, field.name, expected=expected, found=found, facture=facture)
