"""Facts told by the answers of teleservices that a site holds: ADRi as JSON, a client of FSV as XML.

Both shapes come from public programs that read such answers, one each (B): [jfse] for ADRi, [FSV] for XML.
Nothing is asked of any portal here. Read: identity, organism, periods of rights, coverage code or reason of
exemption, C2S. Left out: addresses, complementary insurance, and the médecin traitant of ADRi, whose 0 and 1
no source tells apart for sure.

An answer names the beneficiary's own NIR, and not that of the insured person: the fact is filed under it, so
that invoices of a dependant, under another NIR, do not meet it.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, Final, Literal
from xml.parsers import expat

from codes import keys
from flatfile import FormatError, Readable, open_source
from flatfile.json_keys import repeated_key
from fse.rights.model import Droit, c2s_of, naissance_digits

Form = Literal["json", "xml", ""]

#: What tells such an answer, among its first bytes.
ADRI: Final = b'"beneficiaireDeSoins"'
FSV: Final = (b"couvertureAMO", b"individu")

#: What `source` says of these facts.
SOURCES: Final[dict[Form, str]] = {"json": "adri", "xml": "fsv"}

_DEEPEST: Final = 40
_DAY: Final = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:[T ].*)?")
_TRUE: Final = frozenset({"1", "true", "o", "oui"})
_Tree = dict[str, Any]


def answer_form(head: bytes) -> Form:
    """How the answer of a teleservice is written, from the first bytes of a file; empty for another file."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"[") and ADRI in head:
        return "json"
    return "xml" if start == b"<" and all(sign in head for sign in FSV) else ""


def read_answer(source: Readable, constate_le: dt.date | None = None) -> Iterator[Droit]:
    """Facts of an answer; those that tell no day of their own were told on `constate_le`.

    Raises `FormatError`: as `open_source`, and `droits.reponse` for what is cut, is no such answer, or names
    nobody.
    """
    with open_source(source) as opened:
        form = answer_form(opened.head)
        data = opened.read_all()
    found = False
    try:
        if form == "json":
            tree = json.loads(data)
            if (twice := repeated_key(data, tree)) is not None:  # which of the two is right, nobody tells
                raise FormatError("droits.reponse", twice[0], lookalike="JSON")
            answers = list(_adri(tree, 0))
        else:
            answers = list(_clients(_tree(data), 0))
    except (ValueError, RecursionError, expat.ExpatError):
        answers = []
    for answer in answers:
        for droit in _of_adri(answer, constate_le) if form == "json" else _of_client(answer, constate_le):
            found = True
            yield droit
    if not found:
        raise FormatError("droits.reponse", lookalike=form.upper())


# --- ADRi ---------------------------------------------------------------------------------------------------


def _adri(tree: Any, depth: int) -> Iterator[_Tree]:
    """The answers in a document, whatever holds them."""
    if depth > _DEEPEST:
        return
    if isinstance(tree, dict):
        if isinstance(tree.get("beneficiaireDeSoins"), dict):
            yield tree
        else:
            for value in tree.values():
                yield from _adri(value, depth + 1)
    elif isinstance(tree, list):
        for value in tree:
            yield from _adri(value, depth + 1)


def _of_adri(answer: _Tree, constate_le: dt.date | None) -> Iterator[Droit]:
    person, common = answer["beneficiaireDeSoins"], answer.get("infosGlobales") or {}
    service = _text(person, "codeServiceAMO")
    who = _identity(
        _text(person, "noNIRCertifie"),
        "",
        _text(person, "dateNaissance"),
        _text(person, "rangGemellaire"),
    )
    if who is None:
        return
    told = who | {
        "nom": _text(person, "nomUsuel"),
        "nom_patronymique": _text(person, "nomPatronymique"),
        "prenom": _text(person, "prenom"),
        "qualite": _text(person, "qualite"),
        **_organism(common, "codeRegime", "codeCaisse", "centrePrestation"),
        **_service(service, person, "dateDebutServiceAMO", "dateFinServiceAMO"),
        "constate_le": _day(_text(answer, "dateReponse")) or constate_le,
        "source": SOURCES["json"],
    }
    rights: list[_Tree] = [_period("ouvert", one) for one in _rows(person, "lstPeriodeAMO")]
    covers: list[_Tree] = [
        {"code_couverture": _text(one, "codeALD") + _text(one, "codeSituation"), **_period("couverture", one)}
        for one in _rows(person, "lstPeriodeCodeCouverture")
    ]
    for first, second in list(zip_longest(rights, covers)) or [(None, None)]:
        yield Droit(**told, **(first or {}), **(second or {}))


def _rows(tree: _Tree, name: str) -> list[_Tree]:
    value = tree.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _period(name: str, row: _Tree) -> dict[str, dt.date | None]:
    """The two days of a row; their own names are not published: they start with `dateDeb` and `dateFin`."""
    days: dict[str, dt.date | None] = {}
    for key, value in row.items():
        small = key.lower()
        for start, end in (("datedeb", "du"), ("datefin", "au")):
            if small.startswith(start):
                days.setdefault(f"{name}_{end}", _day(_string(value)))
    return days


# --- the client of FSV --------------------------------------------------------------------------------------


def _tree(data: bytes) -> _Tree:
    """An XML document as names and lists, namespaces left out. Raises `ExpatError`, `ValueError`.

    A document type is refused: entities may unfold without end.
    """
    root: _Tree = {}
    stack: list[_Tree] = [root]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > _DEEPEST:
            raise ValueError
        made: _Tree = {key: [value] for key, value in attributes.items()}
        stack[-1].setdefault(name.rpartition(":")[2], []).append(made)
        stack.append(made)

    def text(value: str) -> None:
        stack[-1][""] = stack[-1].get("", "") + value

    def refused(*_: object) -> None:
        raise ValueError

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: stack.pop()
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refused
    parser.Parse(data, True)
    return root


def _clients(tree: _Tree, depth: int) -> Iterator[_Tree]:
    if "individu" in tree and depth <= _DEEPEST:
        yield tree
        return
    for value in tree.values():
        for inner in value if isinstance(value, list) else ():
            if isinstance(inner, dict):
                yield from _clients(inner, depth + 1)


def _of_client(client: _Tree, constate_le: dt.date | None) -> Iterator[Droit]:
    person = _children(client, "individu")[0] if _children(client, "individu") else {}
    who = _identity(
        _text(person, "nirIndividu"),
        _text(person, "nirIndividuCle"),
        _text(person, "dateNaissance"),
        _text(person, "rangGem"),
    )
    if who is None:
        return
    holder = [*_children(client, "couvertureAMO"), *_children(person, "couvertureAMO")]
    insurers = [*_children(client, "couvertureAMC"), *_children(person, "couvertureAMC")]
    told = who | {
        "nom": _text(person, "nomUsuel"),
        "prenom": _text(person, "prenom"),
        **_service(_text(person, "codeServiceAMO"), person, "dateDebutServiceAMO", "dateFinServiceAMO"),
        "constate_le": constate_le,
        "source": SOURCES["xml"],
    }
    for one in insurers:
        if _text(one, "isCmu").lower() in _TRUE:
            days = {"c2s_du": _day(_text(one, "dateDeb")), "c2s_au": _day(_text(one, "dateFin"))}
            told |= {"c2s": True, **days}
    for cover in holder or [{}]:
        payer = _children(cover, "tiers")[0] if _children(cover, "tiers") else {}
        first, last = _day(_text(cover, "dateDeb")), _day(_text(cover, "dateFin"))
        exemption = _text(cover, "codeJustifExoneration")
        yield Droit(
            **told,
            **_organism(payer, "grandRegime", "codeCaisse", "codeCentre"),
            organisme_destinataire=_code(_text(payer, "orgDest"), 3),
            centre_informatique=_code(_text(payer, "centreInfo"), 3),
            ouvert_du=first,
            ouvert_au=last,
            exoneration=exemption,
            couverture_du=first if exemption else None,
            couverture_au=last if exemption else None,
        )


def _children(tree: _Tree, name: str) -> list[_Tree]:
    value = tree.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


# --- values -------------------------------------------------------------------------------------------------


def _string(value: Any) -> str:
    """A value of either tree as text: JSON may write a code as a number."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("", "")
    return "" if value is None or isinstance(value, bool) else " ".join(str(value).split())


def _text(tree: _Tree, name: str) -> str:
    value = tree.get(name)
    return str(value).lower() if isinstance(value, bool) else _string(value)


def _identity(nir: str, key: str, born: str, rank: str) -> dict[str, Any] | None:
    """Who it is; `None` without a NIR and a birth date."""
    compact = nir.replace(" ", "").upper()
    born = naissance_digits(born[:10] if "-" in born else born)[:8]
    if not keys.nir.has_form(compact[:13]) or not born.strip("0") or not born.isdecimal():
        return None
    key = key or compact[13:15]
    if key != keys.nir.calc_check_digits(compact[:13]):
        key = ""
    own = compact[:13]
    return {
        "nir": own,
        "cle_nir": key,
        "nir_individuel": own,
        "date_naissance": born,
        "rang_naissance": rank.strip("0 ") or "1",
    }


def _organism(tree: _Tree, regime: str, caisse: str, centre: str) -> dict[str, Any]:
    return {
        "regime": _code(_text(tree, regime), 2),
        "caisse": _code(_text(tree, caisse), 3),
        "centre": _code(_text(tree, centre), 4),
    }


def _code(text: str, width: int) -> str:
    return text.rjust(width, "0") if text.isdecimal() else text


def _service(service: str, tree: _Tree, first: str, last: str) -> dict[str, Any]:
    if not service:
        return {}
    told = c2s_of(service)
    days = {"c2s_du": _day(_text(tree, first)), "c2s_au": _day(_text(tree, last))} if told else {}
    return {"c2s": told, "service_amo": service, **days}


def _day(text: str) -> dt.date | None:
    found = _DAY.fullmatch(text)
    try:
        return dt.date(*map(int, found.groups())) if found else None
    except ValueError:  # 00000000: none
        return None
