"""Code generated for the gate: the questions asked of record 2, and what the lines need of it.

What says who pays, and why, is the same for many people: looked at once, then remembered.
"""

from __future__ import annotations

from collections.abc import Callable

from codes.factures import CANCELLING
from flatfile import Field, Layout
from fse.questions import Code, Good, Unsuited, field_of, place_of, remembered
from fse.rules.contexte import Contexte
from fse.rules.dates import NO_DATE
from fse.smg import routing as smg_routing

#: Bytes that records share with the header (long and short), days of prescription and billing, exemption.
Header = tuple[bytes, bytes, bytes, bytes, bytes]

#: raw record 2, day of the batch -> what the steps need of it; nothing when it is not flawless
HeaderStep = Callable[[bytes, bytes], Header | None]

#: City care: fields of record 2 that must be filled in, beside those that say who pays.
_NEEDED = ("numero_facture", "nir", "date_facturation", "date_naissance")

#: Fields of record 2 that are looked at with those that say who pays.
_OF_THE_PAYER = (
    "caisse",
    "nature_assurance",
    "justification_exoneration",
    "numero_at",
    "date_maternite",
)


def compile_header(header: Layout, context: Contexte) -> tuple[HeaderStep, HeaderStep]:
    """Questions asked of record 2, and what the steps need of it whatever it answers. Raises `Unsuited`.

    What says who pays, and why, is the same for many people: looked at once, then remembered. So are, in
    establishments, the days of admission and discharge.
    """
    needed = ("numero_facture",) if context.norme.is_cp else _NEEDED
    if any(name not in header for name in needed):
        raise Unsuited
    payer = _between(header, "regime", "date_naissance")
    split = ("top_eclatement",) if context.norme.is_cp else ()
    if any(name in header and field_of(header, name) not in payer for name in (*_OF_THE_PAYER, *split)):
        raise Unsuited
    stay = _between(header, "date_entree") if "date_entree" in header else []
    code = Code(header, context)
    code.ask_fields(header.fields, [*payer, *stay], needed)
    year = "day[:2]"
    if "date_facturation" in header:
        start = field_of(header, "date_facturation").slice.start
        year = f"raw[{start}:{start + 2}]"
    for fields, questions in ((payer, _payer_questions), (stay, _no_questions)):
        if fields:
            inner = Code(header, context)
            inner.ask_fields(fields, last=False)
            inner.questions += questions(inner)
            inner.ask_days(fields)
            good = code.name(Good(inner.make("raw", "True", "False")))
            piece = f"raw[{fields[0].slice.start}:{fields[-1].slice.stop}]"
            code.questions.append(remembered(piece, good, year))
    if "nature_operation" in header:
        cancelling = tuple(nature.encode() for nature in CANCELLING)
        code.questions.append(f"{code.at('nature_operation')} not in {cancelling!r}")
    if "date_facturation" in header:
        billed = code.at("date_facturation")
        is_near = f"{billed}[:2] == day[:2] and {billed} <= day"
        code.questions.append(f"({is_near} or in_order({billed}, day) and not is_turned({billed}, day))")
    number, stop = field_of(header, "numero_facture"), field_of(header, "cle_nir").slice.stop
    long = short = f"raw[1:{number.slice.stop}]"
    if stop != number.slice.start:
        short = f"raw[1:{stop}] + raw[{place_of(number)}]"
    names = ("date_prescription", "date_facturation")
    absent = (repr(NO_DATE), "day")  # establishments: the batch tells the day of billing
    days = [code.at(name) if name in header else other for name, other in zip(names, absent, strict=True)]
    exemption = code.at("justification_exoneration") if context.norme.is_cp else repr(b"")
    result = f"({', '.join((long, short, *days, exemption))})"
    tells = Code(header, context)
    tells.questions.append("True")
    holds = code.make("raw, day", result, "None"), tells.make("raw, day", result, "None")
    return holds  # type: ignore[return-value]  # noqa: RET504  # as generated


def _between(layout: Layout, first: str, stop: str = "") -> list[Field]:
    """Fields from one to another, this one left out; to the end without it. Raises `Unsuited`."""
    start = field_of(layout, first).start
    end = field_of(layout, stop).start if stop else layout.length + 1
    return [field for field in layout.fields if start <= field.start < end]


def _no_questions(code: Code) -> list[str]:
    return []


def _payer_questions(code: Code) -> list[str]:
    """Free medical care calls for the checks that know about it."""
    regime, caisse = (text.encode("ascii") for text in smg_routing())
    return [
        f"not ({code.at('caisse')} == {caisse!r} and {code.at('regime')} == {regime!r})",
        f"{code.at('nature_assurance')} != b'22'",
        *_insurance_questions(code),
    ]


def _insurance_questions(code: Code) -> list[str]:
    """What the checks of presence, of insurance and of the CNMSS look at in record 2."""
    nature, exemption = code.at("nature_assurance"), code.at("justification_exoneration")
    regime = code.at("regime")
    questions = [
        f"({nature} != b'41' or {code.at('numero_at')}.strip(b'0 ') and {regime} != b'08')",
        f"({exemption} != b'6' or {regime} in (b'04', b'05'))",
        f"({exemption} != b'8' or {nature} == b'13')",
    ]
    if "date_maternite" in code.layout:
        questions.append(f"({nature} != b'30' or {code.at('date_maternite')}.strip(b'0 '))")
    if code.context.norme.is_cp:
        if "top_eclatement" in code.layout:
            questions.append(f"{code.at('top_eclatement')} != b'F'")
    else:
        questions += [f"{code.at(name)}.strip(b'0 ')" for name in ("regime", "caisse")]
    return questions
