"""What the coverage code of a Vitale card tells: exemption, pharmacy rates, a hint; what tells the C2S.

The code is the digit of ALD (106.3) and the situation (106.4). Its exemption was checked on 212 test cards:
97 % of 1,115 periods agree [PHA] [medintux]. A first digit 1 is an exemption 4; with 0 the situation tells;
of 2 to 4 no source says it. An exemption is surer than a rate: rates are those of a day (list
`famille_taux_pharmacie`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from codes.lists import b2

#: Values of `service_amo` (lists `service_amo`) that mean C2S, formerly CMU-C.
_SERVICES_C2S: Final = frozenset({"1", "2", "3"})

#: Values of `service_amo` that mean no C2S: no service, and who came out of it.
_SERVICES_SANS_C2S: Final = frozenset({"0", "10"})

#: What situations that hint at free medical care are called, in several grands régimes.
_ARTICLE_115: Final = "article 115"
_FACTS: Final = re.compile(r"\b(exo|taux|nature)=([^;,\s]+)")

#: An act code and its rate in a family.
_PAIR: Final = re.compile(r"([A-Z0-9]+)=([0-9]+)")


class Couverture(NamedTuple):
    """What a coverage code tells; empty for what it does not.

    - `exoneration`: list `justification_exoneration`, `0` for none; `taux`: list `famille_taux_pharmacie`;
    - `nature`: nature of insurance, with a `?` when it is an inference;
    - `article_115`: the situation is called so: perhaps free medical care (L.115, now L.212-1), a hint to
      ask the CNMSS about, never an attestation.
    """

    exoneration: str = ""
    taux: str = ""
    nature: str = ""
    article_115: bool = False


@lru_cache(maxsize=1 << 10)
def couverture(code: str) -> Couverture:
    """What a coverage code tells: the five characters, the digit of ALD first.

    >>> couverture("00100").exoneration, couverture("10100").exoneration, couverture("20100").exoneration
    ('0', '4', '')
    """
    entry = b2()["code_couverture"].get(code)
    facts = dict(_FACTS.findall(entry.note)) if entry is not None and entry.confidence < "C" else {}
    return Couverture(
        facts.get("exo", ""),
        facts.get("taux", ""),
        facts.get("nature", ""),
        entry is not None and _ARTICLE_115 in entry.label_fr,
    )


def rates(taux: str) -> dict[str, int]:
    """The rates of a family of pharmacy rates, in percent, by act code.

    >>> rates("base")["PH7"], rates("none of ours")
    (65, {})
    """
    entry = b2()["famille_taux_pharmacie"].get(taux)
    if entry is None:
        return {}
    return {act: int(rate) for act, rate in _PAIR.findall(entry.label("fr"))}


def c2s_of(service_amo: str) -> bool | None:
    """Whether an AMO service is the C2S; `None` when its code is not published.

    >>> c2s_of("02"), c2s_of("2"), c2s_of("10"), c2s_of("11"), c2s_of("")
    (True, True, False, None, None)
    """
    if not (service_amo.isascii() and service_amo.isdigit()):
        return None
    number = service_amo.lstrip("0") or "0"
    return True if number in _SERVICES_C2S else False if number in _SERVICES_SANS_C2S else None
