"""What can go wrong with a register of rights. No message holds a value of a file, a database or a URL."""

from __future__ import annotations

from typing import Final

from noemie.ledger.base.errors import BaseError
from noemie.ledger.base.genre import Genre

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "identite.absente": (
        "ce registre ne garde pas les identités (mode « token ») : seul un registre fait avec --personal "
        "encrypt ou plain peut les redonner",
        "this register keeps no identity (mode “token”): only one made with --personal encrypt or plain can "
        "give them back",
    ),
    "purge.rien": (
        "rien à purger : donnez un jour, ou une personne",
        "nothing to purge: give a day, or a person",
    ),
}


class RightsError(BaseError):
    """A register of rights cannot be opened or used; see `noemie.ledger.base.errors`."""

    NOM = ("le registre des droits", "rights register")
    VARIABLES = ("NOEMIE_RIGHTS_KEY_FILE", "NOEMIE_RIGHTS_KEY")
    TEXTES = _TEXTS


#: What a register of rights is among the databases of ours. The number of the lock is any, always the same.
GENRE: Final = Genre(
    RightsError,
    "rights",
    frozenset({"personnes", "droits"}),
    5_640_913_570_215_089,
    "noemie.ledger.register.schema",
)
