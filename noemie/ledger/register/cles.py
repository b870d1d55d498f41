"""What a register of rights keeps of people: tokens, masked forms, and the identity when it is told to.

See `noemie.ledger.base.cles` for the three modes. Lookups need tokens only: of a NIR, and of a name with a
birth date.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import structs

from fse.rights.model import IDENTITE, Droit, Personne, naissance_b2, nir_compare, nom_compare, noms_compares
from noemie.ledger.base.cles import Cles, LignePersonne, Personal, masked_nir
from noemie.ledger.register.errors import GENRE, RightsError

_NAMED: Final = 1 << 62


class Identite(msgspec.Struct, frozen=True):
    """The identity that a register keeps: the fields of `fse.rights.model.IDENTITE`."""

    nir: str = ""
    cle_nir: str = ""
    nir_individuel: str = ""
    date_naissance: str = ""
    rang_naissance: str = "1"
    rang_beneficiaire: str = ""
    nom: str = ""
    nom_patronymique: str = ""
    prenom: str = ""

    def __repr__(self) -> str:
        return "<Identite>"


class RightsKeys(Cles):
    """The keys of a register of rights."""

    def __init__(self, key: bytes, mode: Personal) -> None:
        super().__init__(GENRE, key, mode)

    def assure_token(self, nir: str) -> str:
        """Token of a NIR, of an insured person or of a beneficiary's own; empty without one."""
        known = nir_compare(nir)
        return self.token("nir", known) if known else ""

    def personne_token(self, personne: Personne) -> str:
        """Token of a beneficiary."""
        return self.token("personne", personne.nir, personne.naissance, personne.rang)

    def nom_token(self, nom: str, date_naissance: str) -> str:
        """Token of a name with a birth date; empty when one is missing."""
        known, born = nom_compare(nom), naissance_b2(date_naissance)
        return self.token("nom", known, born) if known and born else ""

    def reperes(self, droit: Droit) -> list[str]:
        """Tokens by which a person is found, besides the NIR of the insured person: own NIR, names."""
        tokens = [self.nom_token(nom, droit.date_naissance) for nom in sorted(noms_compares(droit))]
        return [token for token in (self.assure_token(droit.nir_individuel), *tokens) if token]

    def ligne(self, droit: Droit) -> LignePersonne:
        """What the register keeps of the person that a fact is about."""
        token = self.personne_token(droit.personne)
        plain = msgspec.json.encode(Identite(*(getattr(droit, name) for name in IDENTITE)))
        return LignePersonne(
            jeton=token,
            assure=self.assure_token(droit.nir),
            masque_nir=masked_nir(nir_compare(droit.nir)),
            masque_nom=" ".join(f"{name[0]}." for name in (droit.prenom, droit.nom) if name),
            donnees=self.protect(plain, token),
            ordre=self._order(droit, plain),
        )

    def _order(self, droit: Droit, plain: bytes) -> int:
        """Among forms of one identity: those with a name, then the last told, then any order but the same."""
        when = droit.constate_le.toordinal() if droit.constate_le else 0
        return _NAMED * bool(droit.nom) + (when << 40) + int.from_bytes(self.digest(plain)[:5])

    def reveal(self, donnees: bytes | None, token: str) -> Identite | None:
        """The identity that was kept; `None` when none was. Raises `RightsError` when it was changed."""
        plain = self.unprotect(donnees, token)
        if plain is None:
            return None
        try:
            return msgspec.json.decode(plain, type=Identite)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise RightsError("cle.chiffre") from None


def with_identity(droit: Droit, identite: Identite | None) -> Droit:
    """A fact with the identity that the register keeps, if any."""
    return droit if identite is None else structs.replace(droit, **structs.asdict(identite))
