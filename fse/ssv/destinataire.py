"""The organism to which an invoice is sent (field 1310.4), by the rules of 2005 to 2010 [medintux].

>>> destinataire("08", "835", "0000")
'835'
>>> destinataire("91", "751", "0501")
'999'
>>> destinataire("94", "911", "0511")
'0514'
"""

from __future__ import annotations

from typing import Final

#: Regimes whose invoices go to the managing fund.
_TO_THE_FUND: Final = frozenset({"01", "05", "06", "07", "08", "09", "10", "14", "15", "16", "90", "92"})

#: Regimes with one recipient.
_FIXED: Final = {"04": "110", "12": "001"}

#: Funds of Paris and its surroundings, for which some regimes have another recipient.
_SPECIAL_FUNDS: Final = frozenset({"751", "781", "911", "921", "931", "941", "951"})


def destinataire(regime: str, caisse: str, centre: str) -> str | None:
    """Recipient for a regime, a managing fund and a managing centre.

    `None` when these rules do not tell: a table of organisms is then needed, which is not public.
    """
    if regime in _FIXED:
        return _FIXED[regime]
    if regime in _TO_THE_FUND:
        return caisse
    special = caisse in _SPECIAL_FUNDS
    match regime:
        case "91":
            return "999" if (caisse, centre) == ("751", "0501") else caisse
        case "93":
            return centre if special else caisse
        case "94":
            return caisse if not special else "0514" if centre == "0511" else centre
        case "95" | "96":
            return "751" if special else caisse
    return None
