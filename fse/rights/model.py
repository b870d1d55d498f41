"""What is known of the rights of one person: a fact (`Droit`), and the words and keys that find it.

A consultation of rights of the CNMSS ("CDR", letter of 2011 [S0]) gives, for an insured person and their
dependants: rights, CMUC (now C2S), exemption, presence of a médecin traitant. A fact holds these, the
organism, and the entitlement to free medical care (SMG, article L.115 now L.212-1) with the days of its
attestation. A card, a certificate or an answer often tells a part only: what it does not tell is empty or
`None`, and is never taken for a no.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import msgspec

from codes.couverture import c2s_of as c2s_of
from codes.couverture import couverture
from codes.motives import normalise_label

#: Grand régime, caisse and centre.
Organisme = tuple[str, str, str]

_NIR_LENGTH: Final = 13
#: The hour of a table of dates, midnight: it says nothing.
_MIDNIGHT: Final = r"(?:T?00:00(?::00)?)?"
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})" + _MIDNIGHT)
_FRENCH: Final = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})" + _MIDNIGHT)


class Droit(msgspec.Struct, frozen=True, kw_only=True):
    """What one source tells of one person on one day. Several facts tell several periods.

    Days are both included; a missing bound is open. Identity, all of it personal:

    - `nir`, `cle_nir`: of the insured person, 13 characters and 2; `nir_individuel`: the beneficiary's own;
    - `date_naissance`: of the beneficiary, as told: AAAAMMJJ or AAMMJJ, perhaps a day that no calendar has;
    - `rang_naissance`: among twins, `1` without; `rang_beneficiaire`: as B2 writes it, empty when not told;
    - `nom` (used), `nom_patronymique` (when it is another), `prenom`;
    - `qualite`: quality of the beneficiary, as a card (`0`) or B2 (`A`) writes it.

    Facts, each told or not:

    - `regime`, `caisse`, `centre`: the managing organism;
    - `ouvert_du`, `ouvert_au`: a period of rights; nothing is told of them when both are missing;
    - `c2s`: whether the person has the C2S, `service_amo` its code on a card; `c2s_du`, `c2s_au`;
    - `exoneration`: reason of exemption (list `justification_exoneration`, `0` for none), when it is told in
      so many words; `code_couverture`: coverage code of a card, which tells one too (`exoneration_dite`);
      `couverture_du`, `couverture_au`: the period of both;
    - `medecin_traitant`: whether one is declared;
    - `smg`: entitlement to free medical care; `attestation_du`, `attestation_au`: days of its attestation;
    - `organisme_destinataire`, `centre_informatique`: where invoices go, when it is told.

    And where it comes from: `constate_le`, the day on which the source told it, and `source`, a word.
    """

    nir: str = ""
    cle_nir: str = ""
    nir_individuel: str = ""
    date_naissance: str = ""
    rang_naissance: str = "1"
    rang_beneficiaire: str = ""
    nom: str = ""
    nom_patronymique: str = ""
    prenom: str = ""
    qualite: str = ""
    regime: str = ""
    caisse: str = ""
    centre: str = ""
    organisme_destinataire: str = ""
    centre_informatique: str = ""
    ouvert_du: dt.date | None = None
    ouvert_au: dt.date | None = None
    c2s: bool | None = None
    service_amo: str = ""
    c2s_du: dt.date | None = None
    c2s_au: dt.date | None = None
    exoneration: str = ""
    code_couverture: str = ""
    couverture_du: dt.date | None = None
    couverture_au: dt.date | None = None
    medecin_traitant: bool | None = None
    smg: bool | None = None
    attestation_du: dt.date | None = None
    attestation_au: dt.date | None = None
    constate_le: dt.date | None = None
    source: str = ""

    def __repr__(self) -> str:
        return f"<Droit {self.regime}-{self.caisse}-{self.centre} {self.constate_le or ''} {self.source}>"

    @property
    def organisme(self) -> Organisme:
        """Grand régime, caisse and centre."""
        return self.regime, self.caisse, self.centre

    @property
    def exoneration_dite(self) -> str:
        """Reason of exemption, told or by the coverage code (see `codes.couverture`); empty when neither."""
        return self.exoneration or couverture(self.code_couverture).exoneration

    @property
    def personne(self) -> Personne:
        """Whom the fact is about."""
        return Personne.of(self.nir, self.date_naissance, self.rang_naissance)


#: Fields that identify a person: masked, and not kept in clear by a register unless it is told to.
IDENTITE: Final = (
    "nir",
    "cle_nir",
    "nir_individuel",
    "date_naissance",
    "rang_naissance",
    "rang_beneficiaire",
    "nom",
    "nom_patronymique",
    "prenom",
)

COLONNES: Final[tuple[str, ...]] = Droit.__struct_fields__


class Personne(msgspec.Struct, frozen=True):
    """What tells a beneficiary from another, in a card, an invoice or a return: made by `of`.

    `nir`: 13 characters, of the insured person; `naissance`: AAMMJJ; `rang`: among twins.
    """

    nir: str
    naissance: str
    rang: str

    @classmethod
    def of(cls, nir: str, naissance: str, rang: str = "1") -> Personne:
        """From values as written anywhere; a rank that is not told is the first one."""
        return cls(nir_compare(nir), naissance_b2(naissance), rang.strip(" 0") or "1")

    def __repr__(self) -> str:
        return "<Personne>"


def nir_compare(nir: str) -> str:
    """A NIR for comparison: upper case, no spaces, without its key.

    >>> nir_compare("1 80 01 99 999 999 40")
    '1800199999999'
    """
    return nir.replace(" ", "").replace(".", "").upper()[:_NIR_LENGTH]


def naissance_b2(text: str) -> str:
    """A birth date for comparison, AAMMJJ: B2 has two digits of the year only. Empty when there is none.

    >>> [*map(naissance_b2, ("198402290000", "1984-13-32", "841332", "000000"))]
    ['840229', '841332', '841332', '']
    """
    digits = naissance_digits(text)
    if not digits.isdecimal() or not digits.strip("0"):
        return ""
    return digits[:6] if len(digits) <= 6 else digits[2:8]


def naissance_digits(text: str) -> str:
    """A birth date as digits, however a person or a file writes it; it may be a day that no calendar has.

    >>> naissance_digits("29/02/1984"), naissance_digits("1984-13-32 00:00:00"), naissance_digits(" 840229")
    ('19840229', '19841332', '840229')
    """
    compact = "".join(text.split())
    if found := _FRENCH.fullmatch(compact):
        return found[3] + found[2] + found[1]
    return "".join(found.groups()) if (found := _ISO.fullmatch(compact)) else compact


def nom_compare(nom: str) -> str:
    """A name for comparison: no accent, no case, nothing but letters and digits.

    >>> nom_compare("D'Éssai"), nom_compare("FAUX SEMBLANT") == nom_compare("Faux-Semblant")
    ('dessai', True)
    """
    return normalise_label(nom).replace(" ", "")


def noms_compares(droit: Droit) -> frozenset[str]:
    """The names under which a person is found: the one in use and the family name."""
    return frozenset(filter(None, map(nom_compare, (droit.nom, droit.nom_patronymique))))
