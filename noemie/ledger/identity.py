"""Personal data of patients: what a ledger keeps of them, and the key that protects it.

A patient is told by a token: HMAC-SHA-256 of the NIR, the birth date and the birth rank, under the key of
the ledger. The database alone gives no NIR back, and without the key nobody can try them all. Three modes,
chosen when the ledger is made:

- `token`, the default: the token, a masked NIR (its last three characters) and initials;
- `encrypt`: the same, and the identity under AES-GCM, bound to its token;
- `plain`: the same, and the identity as it is. The key is then in the database: it would protect nothing.

Anything else on persons is left out, whatever the mode: comments, free texts, member numbers, days of care.
"""

from __future__ import annotations

import datetime as dt
import hmac
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

import msgspec

from flatfile import MASK, Record
from fse import Facture
from noemie import FactureRetour
from noemie.ledger.errors import LedgerError

Personal = Literal["token", "encrypt", "plain"]
MODES: Final[tuple[str, ...]] = get_args(Personal)

#: Where a key may come from, besides the caller.
KEY_VARIABLE: Final = "NOEMIE_LEDGER_KEY"
KEY_FILE_VARIABLE: Final = "NOEMIE_LEDGER_KEY_FILE"

_SHORTEST_KEY: Final = 16
_NIR_LENGTH: Final = 13
_SHOWN: Final = 3
_NONCE: Final = 12
_FORMAT: Final = b"\x01"
_NAMED: Final = 1 << 62
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2}){16,}")


@dataclass(frozen=True, slots=True, repr=False)
class Identite:
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


class PatientValues(msgspec.Struct, frozen=True):
    """A row of the table of patients, as `KeyRing.patient` makes it."""

    jeton: str
    assure: str
    masque_nir: str
    masque_nom: str
    donnees: bytes | None
    ordre: int

    def __repr__(self) -> str:
        return "<PatientValues>"


class KeyRing:
    """The two keys drawn from the one of a ledger: for tokens, for encryption."""

    def __init__(self, key: bytes, mode: Personal) -> None:
        if len(key) < _SHORTEST_KEY:
            raise LedgerError("cle.illisible")
        self.mode = mode
        self._token_key = _draw(key, "token")
        self._data_key = _draw(key, "encrypt")
        self.check = _draw(key, "check")[:8].hex()

    def insured_token(self, nir: str) -> str:
        """Token of an insured person: of the first 13 characters of the NIR."""
        return self._token("assure", nir[:_NIR_LENGTH])

    def patient(self, identite: Identite, day: dt.date | None) -> PatientValues:
        """What the ledger keeps of a patient told of on that day."""
        token = self._token("patient", identite.nir, identite.naissance, identite.rang)
        plain = msgspec.json.encode(identite)
        return PatientValues(
            jeton=token,
            assure=self.insured_token(identite.nir),
            masque_nir=masked_nir(identite.nir),
            masque_nom=_initials(identite),
            donnees=self._protect(plain, token),
            ordre=self._order(identite, plain, day),
        )

    def reveal(self, donnees: bytes | None, token: str) -> Identite | None:
        """The identity that was kept; `None` when none was. Raises `LedgerError` when it was changed."""
        if donnees is None:
            return None
        plain = bytes(donnees)
        if self.mode == "encrypt":
            plain = self._decrypt(plain, token)
        try:
            return msgspec.json.decode(plain, type=Identite)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise LedgerError("cle.chiffre") from None

    def _token(self, *parts: str) -> str:
        told = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hmac.digest(self._token_key, told, "sha256")[:16].hex()

    def _order(self, identite: Identite, plain: bytes, day: dt.date | None) -> int:
        """Among forms of one identity: those with a name, then the last told, then any order but the same."""
        digest = hmac.digest(self._token_key, b"ordre\0" + plain, "sha256")
        when = day.toordinal() if day else 0
        return _NAMED * bool(identite.nom or identite.nom_assure) + (when << 40) + int.from_bytes(digest[:5])

    def _protect(self, plain: bytes, token: str) -> bytes | None:
        if self.mode == "token":
            return None
        if self.mode == "plain":
            return plain
        nonce = secrets.token_bytes(_NONCE)
        sealed: bytes = _cipher(self._data_key).encrypt(nonce, plain, token.encode())
        return _FORMAT + nonce + sealed

    def _decrypt(self, data: bytes, token: str) -> bytes:
        from cryptography.exceptions import InvalidTag

        nonce, sealed = data[1 : 1 + _NONCE], data[1 + _NONCE :]
        try:
            opened: bytes = _cipher(self._data_key).decrypt(nonce, sealed, token.encode())
        except (InvalidTag, ValueError):
            raise LedgerError("cle.chiffre") from None
        return opened

    def __repr__(self) -> str:
        return f"<KeyRing {self.mode}>"


def _draw(key: bytes, use: str) -> bytes:
    return hmac.digest(key, f"sesam-noemie/ledger/{use}".encode(), "sha256")


def require_cipher() -> None:
    """Raise `LedgerError` when encryption is asked for and cannot be had."""
    _cipher(bytes(32))


def _cipher(key: bytes) -> Any:  # its type belongs to a package that may be missing
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError:
        raise LedgerError("module.absent", module="cryptography", extra="encryption") from None
    return AESGCM(key)


# --- where keys come from ---------------------------------------------------------------------------------


def given_key() -> bytes | None:
    """The key that the environment gives, in hexadecimal, itself or in a file. Raises `LedgerError`."""
    if name := os.environ.get(KEY_FILE_VARIABLE):
        return read_key(Path(name))
    if text := os.environ.get(KEY_VARIABLE):
        return _parse_key(text)
    return None


def read_key(path: Path) -> bytes:
    """The key that a file holds, in hexadecimal. Raises `LedgerError`."""
    try:
        return _parse_key(path.read_text("ascii"))
    except (OSError, UnicodeDecodeError):
        raise LedgerError("cle.absente") from None


def _parse_key(text: str) -> bytes:
    text = text.strip()
    if not _HEX.fullmatch(text):
        raise LedgerError("cle.illisible")
    return bytes.fromhex(text)


def make_key(path: Path) -> bytes:
    """A new key in a new file that only its owner can read; the key that is there when there is one.

    The file appears whole or not at all, so that a program stopped in the middle leaves no half of a key.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_hex(32).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(temporary, path)
    except OSError:
        raise LedgerError("base.acces") from None
    finally:
        with suppress(OSError):
            temporary.unlink()
    return read_key(path)


# --- what files tell --------------------------------------------------------------------------------------


def identity_of_sent(facture: Facture) -> Identite | None:
    """The patient of a sent invoice, `None` when it has no NIR."""
    named, insured = facture.complement("2B"), facture.complement("2C")
    return _identity(
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
    return _identity(
        _text(insured, "nir"),
        _text(insured, "cle_nir"),
        born[4:6] + born[2:4] + born[0:2],
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


def _identity(
    nir: str, key: str, born: str, rank: str, name: tuple[str, str], insured: tuple[str, str]
) -> Identite | None:
    nir = nir.strip().upper()
    if not nir.strip("0 "):
        return None
    # Twins apart, a rank that is not told is the first one.
    rank = rank.strip(" 0") or "1"
    return Identite(nir, key, born if born.strip("0 ") else "", rank, *name, *insured)


def masked_nir(nir: str) -> str:
    """A NIR of which only the last three characters are shown.

    >>> masked_nir("1800199999123")
    '••••••••••123'
    """
    shown = nir[-_SHOWN:] if len(nir) >= _NIR_LENGTH else ""
    return MASK * max(len(nir) - len(shown), 0) + shown


def _initials(identite: Identite) -> str:
    names = (identite.prenom, identite.nom)
    if not any(names):
        names = (identite.prenom_assure, identite.nom_assure)
    return " ".join(f"{name[0]}." for name in names if name)


_PATIENT_TOKEN: Final = re.compile(r"[0-9a-f]{8,32}")
_NIR: Final = re.compile(r"[0-9]{6}[0-9AB][0-9]{6}(?:[0-9]{2})?")


def nir_asked(text: str) -> str | None:
    """The 13 characters of a NIR as a person types it, `None` when it is no NIR."""
    found = text.replace(" ", "").replace(".", "").upper()
    return found[:_NIR_LENGTH] if _NIR.fullmatch(found) else None


def reference_asked(text: str) -> str:
    """A reference of the patient list, or its beginning. Raises `LedgerError`."""
    found = text.strip().lower()
    if not _PATIENT_TOKEN.fullmatch(found):
        raise LedgerError("patient.inconnu")
    return found
