"""Personal data of patients: what a ledger keeps of them, and the key that protects it.

A patient is told by a token of the NIR, the birth date and the birth rank (see `noemie.ledger.base.cles`).
Three modes, chosen when the ledger is made:

- `token`, the default: the token, a masked NIR (its last three characters) and initials;
- `encrypt`: the same, and the identity under AES-GCM, bound to its token;
- `plain`: the same, and the identity as it is. The key is then in the database: it would protect nothing.

Anything else on persons is left out, whatever the mode: comments, free texts, member numbers, days of care.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from codes.keys.nir import nir_asked
from noemie.ledger.base import cles
from noemie.ledger.base.cles import MODES, Cles, LignePersonne, Personal, masked_nir
from noemie.ledger.errors import GENRE, LedgerError
from noemie.suivi.faits import ActeLu

if TYPE_CHECKING:
    from flatfile import Record
    from fse import Facture
    from noemie import FactureRetour

__all__ = [
    "MODES",
    "Identite",
    "KeyRing",
    "Personal",
    "form_of",
    "identity",
    "identity_of_returned",
    "identity_of_sent",
    "masked_nir",
    "nir_asked",
    "read_key",
    "reference_asked",
]

_NIR_LENGTH: Final = 13
_NAMED: Final = 1 << 62
_DAY: Final = 40
_SAME: Final = _NAMED | ((1 << _DAY) - 1)


class Identite(msgspec.Struct, frozen=True, gc=False):
    """A patient as a file tells of one. `naissance` is AAMMJJ as in B2; unknown values are empty."""

    nir: str
    cle_nir: str = ""
    naissance: str = ""
    rang: str = ""
    nom: str = ""
    prenom: str = ""
    nom_assure: str = ""
    prenom_assure: str = ""

    def __repr__(self) -> str:
        return "<Identite>"


_ENCODER: Final = msgspec.msgpack.Encoder()

#: Forms of patients that are kept while files are read.
_MOST_FORMS: Final = 20_000

_ACTES: Final = msgspec.msgpack.Decoder(list[ActeLu])


class KeyRing(Cles):
    """The two keys drawn from the one of a ledger: for tokens, for encryption."""

    def __init__(self, key: bytes, mode: Personal) -> None:
        super().__init__(GENRE, key, mode)
        #: Who else knows names: it completes an identity that has none.
        self.named: Callable[[Identite], Identite] | None = None
        self._forms: dict[Identite, LignePersonne] = {}

    @property
    def care_key(self) -> bytes:
        """The key of tokens of care."""
        return self.digest(b"soins")

    def patient_token(self, identite: Identite) -> str:
        """Token of a patient: of the NIR, the birth date and the rank."""
        return self.token("patient", identite.nir, identite.naissance, identite.rang)

    def protect_care(self, actes: Sequence[ActeLu], token: str) -> bytes | None:
        """The care days and acts of a sent invoice, as the ledger keeps them: encrypted, or not at all."""
        return self.protect(_ENCODER.encode(actes), token) if self.mode == "encrypt" else None

    def care_days(self, soins: bytes | None, token: str) -> tuple[dt.date, dt.date] | None:
        """The first and the last care day that were kept."""
        days = [one.jour for one in self.acts(soins, token) if one.jour]
        return (min(days), max(days)) if days else None

    def acts(self, soins: bytes | None, token: str) -> list[ActeLu]:
        """The acts that were kept; none when the ledger keeps none."""
        plain = self.unprotect(soins, token)
        return [] if plain is None else _ACTES.decode(plain)

    def insured_token(self, nir: str) -> str:
        """Token of an insured person: of the first 13 characters of the NIR."""
        return self.token("assure", nir[:_NIR_LENGTH])

    def patient(self, identite: Identite, day: dt.date | None) -> LignePersonne:
        """What the ledger keeps of a patient told of on that day."""
        form = self._forms.get(identite)
        if form is None:
            if len(self._forms) >= _MOST_FORMS:
                self._forms.clear()
            form = self._forms[identite] = self._form(identite)
        return msgspec.structs.replace(form, ordre=form.ordre + ((day.toordinal() if day else 0) << _DAY))

    def _form(self, identite: Identite) -> LignePersonne:
        """The same whatever the day: that of each identity is made once."""
        token = self.patient_token(identite)
        plain = msgspec.json.encode(identite)
        return LignePersonne(
            jeton=token,
            assure=self.insured_token(identite.nir),
            masque_nir=masked_nir(identite.nir),
            masque_nom=_initials(identite),
            donnees=self.protect(plain, token),
            ordre=self._order(identite, plain),
        )

    def reveal(self, donnees: bytes | None, token: str) -> Identite | None:
        """The identity that was kept; `None` when none was. Raises `LedgerError` when it was changed."""
        plain = self.unprotect(donnees, token)
        if plain is None:
            return None
        try:
            found = msgspec.json.decode(plain, type=Identite)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise LedgerError("cle.chiffre") from None
        return found if self.named is None or found.nom or found.prenom else self.named(found)

    def _order(self, identite: Identite, plain: bytes) -> int:
        """Among forms of one identity: those with a name, then the last told, then any order but the same."""
        digest = self.digest(b"ordre\0" + plain)
        return _NAMED * bool(identite.nom or identite.nom_assure) + int.from_bytes(digest[:5])


def form_of(ordre: int) -> int:
    """What two orders of one way to tell a patient share, whatever the days."""
    return ordre & _SAME


def read_key(path: Path) -> bytes:
    """The key of a ledger that a file holds, in hexadecimal. Raises `LedgerError`."""
    return cles.read_key(path, GENRE)


# --- what files tell --------------------------------------------------------------------------------------


def identity_of_sent(facture: Facture) -> Identite | None:
    """The patient of a sent invoice, `None` when it has no NIR."""
    named, insured = facture.complement("2B"), facture.complement("2C")
    return identity(
        facture.nir,
        facture.cle_nir,
        facture.date_naissance,
        facture.rang_naissance,
        (_text(named, "nom_beneficiaire"), _text(named, "prenom_beneficiaire")),
        (_text(insured, "nom_assure"), _text(insured, "prenom_assure")),
    )


def identity_of_returned(facture: FactureRetour) -> Identite | None:
    """The patient of a returned invoice, `None` when it has no NIR."""
    insured, patient = facture.assure, facture.beneficiaire
    born = _text(patient, "date_naissance")
    return identity(
        _text(insured, "nir"),
        _text(insured, "cle_nir"),
        # A token must be that of the flow that was sent, whichever way an answer writes the day.
        born if facture.naissance_copiee else born[4:6] + born[2:4] + born[0:2],
        _text(patient, "rang_naissance"),
        (_text(patient, "nom_beneficiaire"), _text(patient, "prenom_beneficiaire")),
        (
            _text(insured, "nom_usage_assure")
            or _text(insured, "nom_patronymique_assure")
            or _text(insured, "nom_assure"),
            _text(insured, "prenom_assure"),
        ),
    )


def _text(record: Record | None, name: str) -> str:
    return " ".join(record.text(name).replace("\0", " ").split()) if record else ""


def identity(
    nir: str,
    key: str,
    born: str,
    rank: str,
    name: tuple[str, str] = ("", ""),
    insured: tuple[str, str] = ("", ""),
) -> Identite | None:
    """A patient, `None` without a NIR."""
    nir = nir.strip().upper()
    if not nir.strip("0 "):
        return None
    # Twins apart, a rank that is not told is the first one.
    rank = rank.strip(" 0") or "1"
    return Identite(nir, key, born if born.strip("0 ") else "", rank, *name, *insured)


def _initials(identite: Identite) -> str:
    names = (identite.prenom, identite.nom)
    if not any(names):
        names = (identite.prenom_assure, identite.nom_assure)
    return " ".join(f"{name[0]}." for name in names if name)


_PATIENT_TOKEN: Final = re.compile(r"[0-9a-f]{8,32}")


def reference_asked(text: str) -> str:
    """A reference of the patient list, or its beginning. Raises `LedgerError`."""
    found = text.strip().lower()
    if not _PATIENT_TOKEN.fullmatch(found):
        raise LedgerError("patient.inconnu")
    return found
