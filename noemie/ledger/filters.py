"""What a question about payments may ask for: days, régime, organisme, patient, nature of insurance."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, TypedDict

from noemie.ledger.errors import LedgerError
from noemie.ledger.facts import Envoye

#: Numbers of emitters are six zeros, grand régime (2), computing centre (3), organism (3) ([AL], inferred).
_EMITTER: Final = re.compile(r"0{6}([0-9]{2})[0-9]{3}([0-9]{3})")


class Origine(NamedTuple):
    """Who pays, and how that is known: `facture`, `emetteur` or nothing."""

    regime: str
    caisse: str
    centre: str
    origine: str
    organisme_emetteur: str
    organisme_payeur: str

    @property
    def noms(self) -> frozenset[str]:
        """The ways to name this organisme: caisse, with régime, with centre; the payer as written."""
        found = {self.caisse, self.regime + self.caisse, self.regime + self.caisse + self.centre}
        found |= {self.organisme_emetteur, self.organisme_payeur.upper().replace(" ", "")}
        if self.organisme_emetteur:
            found.add(self.regime + self.organisme_emetteur)
        return frozenset(found - {"", self.regime})


def origine_of(envoye: Envoye | None, emetteur: str, organisme_payeur: str = "") -> Origine:
    """Where money comes from: what the sent invoice says, else what the number of the emitter says."""
    sent = (envoye.regime, envoye.caisse, envoye.centre) if envoye is not None and envoye.regime else None
    return _origine(sent, emetteur, organisme_payeur)


@lru_cache(maxsize=4096)
def _origine(sent: tuple[str, str, str] | None, emetteur: str, organisme_payeur: str) -> Origine:
    """The same few come again and again."""
    found = _EMITTER.fullmatch(emetteur.strip().rjust(14, "0"))
    organisme = found[2] if found else ""
    if sent is not None:
        return Origine(*sent, "facture", organisme, organisme_payeur)
    if found:
        return Origine(found[1], organisme, "", "emetteur", organisme, organisme_payeur)
    return Origine("", "", "", "", "", organisme_payeur)


class Payers(TypedDict, total=False):
    """Whose money a question is about.

    - `regime`: grand régime, two digits;
    - `organisme`: a caisse (`835`), with its régime before (`08835`), its centre after (`088350300`), or the
      payer as the return writes it; `all_except`: all but that one.
    """

    regime: str
    organisme: str
    all_except: bool


class Of(Payers, total=False):
    """The same, for one nature of insurance: that of the sent invoice, or of the return."""

    nature_assurance: str


class Asked(Of, total=False):
    """The same, for one patient: a NIR or a reference of `patients`."""

    patient: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtre:
    """What is asked for; `None` or empty for everything. Days are inclusive.

    - `regime`: grand régime, two digits; `nature_assurance`: that of the sent invoice, or of the return;
    - `organisme`: a caisse (`835`), with its régime before (`08835`), its centre after (`088350300`), or a
      payer as the return writes it; with `tous_sauf`, all but that one;
    - `patients`: tokens of one patient, or of all who depend on one insured person.
    """

    du: dt.date | None = None
    au: dt.date | None = None
    regime: str = ""
    organisme: str = ""
    tous_sauf: bool = False
    nature_assurance: str = ""
    patients: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if self.tous_sauf and not self.organisme:
            raise LedgerError("filtre.sauf")
        if self.du and self.au and self.au < self.du:
            raise LedgerError("filtre.dates")

    def day(self, day: dt.date | None) -> bool:
        """Whether a day is within the period; an unknown day is in no period."""
        if day is None:
            return self.du is None and self.au is None
        return (self.du is None or self.du <= day) and (self.au is None or day <= self.au)

    def payer(self, origine: Origine) -> bool:
        """Whether money from there is asked for."""
        if self.regime and self.regime.strip().zfill(2) != origine.regime:
            return False
        if not self.organisme:
            return True
        wanted = re.sub(r"[\s-]", "", self.organisme).upper()
        return (wanted in origine.noms) is not self.tous_sauf

    def insured(self, patient: str, nature_assurance: str) -> bool:
        """Whether the patient and the nature of insurance are those asked for."""
        if self.patients is not None and patient not in self.patients:
            return False
        return not self.nature_assurance or nature_assurance == self.nature_assurance
