"""What was opened and what was left aside, told in a line or two on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cli.io.inputs import title
from cli.words.speech import plural, say

if TYPE_CHECKING:
    from noemie.documents.recognise import Aside, Opened

#: Files told by their name.
_MOST: Final = 8

_ENVELOPES: Final = {
    "mail": (("mail", "mails"), ("mail", "mails")),
    "mbox": (("boîte de mails", "boîtes de mails"), ("mailbox", "mailboxes")),
    "zip": (("archive zip", "archives zip"), ("zip archive", "zip archives")),
    "tar": (("archive tar", "archives tar"), ("tar archive", "tar archives")),
}

_WHYS: Final = {
    "smime": (
        "S/MIME chiffré : ne s'ouvre qu'avec la clé du site",
        "encrypted S/MIME: opens only with the site's key",
    ),
    "pgp": (
        "PGP chiffré : ne s'ouvre qu'avec la clé du site",
        "encrypted with PGP: opens only with the site's key",
    ),
    "password": ("protégé par un mot de passe", "protected by a password"),
    "signature": ("signature", "signature"),
    "accuse": ("accusé ? format non public", "acknowledgement? format not public"),
    "b2": ("flux B2", "B2 flow"),
    "noemie": ("retour NOEMIE", "NOEMIE return"),
    "zone": ("carte ou zone SSV", "card or SSV zone"),
    "arl": ("ARL", "ARLs"),
    "droits": ("table de droits", "table of rights"),
    "document": ("document de noemie convert", "document of noemie convert"),
    "autre": ("autre fichier", "another file"),
}

#: What nobody should overlook comes first.
_FIRST: Final = ("smime", "pgp", "password", "accuse")


def tell_opened(opened: Opened) -> None:
    """Tell what was opened, then what was left aside; nothing when there is neither."""
    from cli.words.screen import tell

    if opened.envelopes:
        kinds = ", ".join(
            plural(count, *say(*_ENVELOPES[kind])) for kind, count in opened.envelopes.items() if kind
        )
        inside = plural(opened.inside, say("fichier lu", "file read"), say("fichiers lus", "files read"))
        tell(f"{say('Ouvert : ', 'Opened: ')}{kinds}{say(' : ', ': ')}{inside}.")
    if opened.aside:
        told = sorted(opened.aside, key=lambda one: one.why not in _FIRST)
        names = say(" ; ", "; ").join(f"{title(one.name)} ({why(one)})" for one in told[:_MOST])
        left = len(told) - _MOST
        more = say(f" ; et {left} autres", f"; and {left} more") if left > 0 else ""
        tell(f"{say('Laissé de côté : ', 'Left aside: ')}{names}{more}.")


def why(one: Aside) -> str:
    """Why a file is left aside."""
    if one.why == "autre" and one.lookalike:
        return one.lookalike
    return say(*_WHYS[one.why])
