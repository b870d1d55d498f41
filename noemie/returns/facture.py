"""An invoice as a return speaks of it, and a contract movement of flow 929."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from codes.factures import cle
from codes.rejects import oc929_code
from flatfile import Layout, Record
from noemie.returns.copie import Copie, is_read_both_ways, only_order
from noemie.returns.jour import is_swapped
from noemie.returns.tree import Noeud
from noemie.returns.views import Acte, Commentaire, Contrat, Part, Rejet, contrats_de

if TYPE_CHECKING:
    from noemie.returns.vues import Virement

#: Entities that start an invoice: long family, old family.
FACTURES: Final = frozenset({"102", "100"})
REJETS: Final = frozenset({"290", "294"})


class EtatFacture(StrEnum):
    """What becomes of an invoice as a whole."""

    PAYE = "paye"
    REJETE = "rejete"
    DIFFERE = "differe"
    PARTIEL = "partiel"
    NON_TRAITE = "non_traite"


class _Entete(NamedTuple):
    """What an invoice of the long family tells by its own 102."""

    numero_facture: str
    numero_lot: str
    date_lot: date | None
    date_facturation: date | None
    type_facture: str
    nature_assurance: str


@lru_cache(maxsize=64)
def _entete_teller(layout: Layout) -> Callable[[bytes], tuple[Any, ...]]:
    return layout.teller(
        numero_facture=str,
        numero_lot=str,
        date_lot=date,
        date_facturation=date,
        type_facture=str,
        nature_assurance=str,
    )


class FactureRetour:
    """One invoice in a return.

    Its own entities run from its 102 (long family) or 100 (old family) to the next invoice, with all that is
    below in the tree. Data that stand higher (transfer, batch, person) are looked for there: the levels of
    the PS flows are not public, and an invoice may be above or below the person. `virement` is the transfer
    that pays it, when the return names one.
    """

    __slots__ = (
        "_actes",
        "_by_type",
        "_context",
        "_doubt",
        "_entete",
        "_parts",
        "copie",
        "entites",
        "noeud",
        "virement",
    )

    def __init__(self, noeud: Noeud, entites: tuple[Record, ...], before: tuple[Record, ...] = ()) -> None:
        self.noeud = noeud
        self.entites = entites
        self.virement: Virement | None = None
        #: What the return tells of the order in which its writer copies days.
        self.copie: Copie | None = None
        self._context = before  # header entities of the same node, before the invoice
        self._actes: list[Acte] | None = None
        self._doubt: bool | None = None
        self._entete: _Entete | None = None
        if (own := entites[0]).layout.name == "102":
            self._entete = _Entete._make(_entete_teller(own.layout)(own.raw))
        self._parts: list[Part] | None = None
        self._by_type: dict[str, list[Record]] = {}
        for record in entites:
            self._by_type.setdefault(record.layout.name, []).append(record)

    # --- finding entities -----------------------------------------------------------------------------

    def _all(self, *types: str) -> list[Record]:
        """Own entities of these types, in file order."""
        found = [self._by_type[name] for name in types if name in self._by_type]
        if len(found) < 2:
            return found[0] if found else []
        return [record for record in self.entites if record.layout.name in types]

    def _find(self, *types: str) -> Record | None:
        """The nearest entity of these types: an own one, else the last before, else one of a level above."""
        for name in types:
            if found := self._by_type.get(name):
                return found[0]
        for record in reversed(self._context):
            if record.layout.name in types:
                return record
        return self.noeud.au_dessus(types)

    def _text(self, name: str, *types: str) -> str:
        found = self._find(*types)
        return found.text(name) if found else ""

    def _date(self, name: str, *types: str) -> date | None:
        found = self._find(*types)
        return found.get(name, date) if found else None

    # --- what identifies it ---------------------------------------------------------------------------

    @property
    def record(self) -> Record:
        """The entity that gives the invoice number: 102 or 100."""
        return self.entites[0]

    @property
    def numero(self) -> str:
        """Numéro de la facture as received, without the filling around it."""
        return self._entete.numero_facture if self._entete else self.record.text("numero_facture")

    @property
    def numero_normalise(self) -> str:
        """The number to compare: without filling nor leading zeros (102 is text, 100 and B2 numeric)."""
        return cle(self.numero)

    @property
    def complement(self) -> str:
        """Complément du numéro de facture, long family only."""
        return self._text("complement_numero_facture", "102")

    @property
    def lot(self) -> str:
        """Numéro du lot, from the invoice itself or from the 080 above it; empty when neither tells."""
        return self._entete.numero_lot if self._entete else self._text("numero_lot", "102", "080")

    @property
    def date_lot(self) -> date | None:
        """Date de constitution du lot; `None` when its order is doubtful (`date_lot_douteuse`)."""
        if self.date_lot_douteuse:
            return None
        return self._entete.date_lot if self._entete else self._date("date_lot", "102", "080")

    @property
    def date_lot_douteuse(self) -> bool:
        """Whether the day of the batch is likely to be AAMMJJ, as an insurer copies it from a B2 flow."""
        if self._doubt is None:
            self._doubt = self._is_date_lot_swapped()
        return self._doubt

    def _is_date_lot_swapped(self) -> bool:
        record = self.record_date_lot
        if record is None:
            return False
        raw = record.raw[record.layout.by_name["date_lot"].slice]
        return is_swapped(raw, self.virement.date if self.virement else None)

    @property
    def record_date_lot(self) -> Record | None:
        """The entity that tells the day of the batch."""
        for name in ("102", "080"):
            record = self._find(name)
            if record is not None and record.text("date_lot").strip("0"):
                return record
        return None

    @property
    def naissance(self) -> bytes:
        """The six digits of the birth date (103, 120), as written; empty when there is none."""
        record = self.beneficiaire
        field = record.layout.by_name.get("date_naissance") if record is not None else None
        if record is None or field is None or field.kind.name != "date:JJMMAA":
            return b""
        raw = record.raw[field.slice]
        return raw if raw.strip(b" 0") else b""

    @property
    def naissance_copiee(self) -> bool:
        """Whether the birth date is likely to be AAMMJJ, as an insurer copies it from a B2 flow.

        So it is when JJMMAA is no day and AAMMJJ is one; when both are, as the other days of the return are.
        """
        raw = self.naissance
        if is_read_both_ways(raw):
            return self.date_lot_douteuse or (self.copie is not None and self.copie.from_b2)
        return only_order(raw) == "AAMMJJ"

    @property
    def date_facturation(self) -> date | None:
        """Date de la facture, long family only."""
        return self._entete.date_facturation if self._entete else self._date("date_facturation", "102")

    @property
    def type_facture(self) -> str:
        """Type de facture (list `type_facture`: `F` FSE, `B` B2...), long family only."""
        return self._entete.type_facture if self._entete else self._text("type_facture", "102")

    @property
    def type_retour(self) -> str:
        """Nature du retour (list `type_retour`), from the 081 above; long family only."""
        return self._text("type_retour", "081")

    @property
    def nature_assurance(self) -> str:
        """Nature de l'assurance (list `nature_assurance_noemie`), from 102 or 150."""
        return self._entete.nature_assurance if self._entete else self._text("nature_assurance", "102", "150")

    @property
    def numero_archivage(self) -> str:
        """Numéro d'archive (160), old family only."""
        return self._text("numero_archivage", "160")

    @property
    def assure(self) -> Record | None:
        """The entity on the insured person (103 or 110): personal data."""
        return self._find("103", "110")

    @property
    def beneficiaire(self) -> Record | None:
        """The entity on the beneficiary (103 or 120): personal data."""
        return self._find("103", "120")

    # --- what becomes of it ---------------------------------------------------------------------------

    @property
    def parts(self) -> list[Part]:
        """The AMO and AMC parts (198, 199); none in the old family."""
        if self._parts is None:
            self._parts = [Part(record) for record in self._all("198", "199")]
        return self._parts

    @property
    def actes(self) -> list[Acte]:
        """Acts and services (210, 220)."""
        if self._actes is None:
            self._actes = [Acte(record) for record in self._all("210", "220")]
        return self._actes

    @property
    def rejets(self) -> list[Rejet]:
        """Rejects and notices (290, 294), by rank, then in file order."""
        found = [Rejet(record) for record in self._all("290", "294")]
        return sorted(found, key=lambda rejet: rejet.rang or 0) if len(found) > 1 else found

    @property
    def commentaires(self) -> list[Commentaire]:
        """Comments (295), each with the entity before it."""
        if "295" not in self._by_type:
            return []
        pairs = zip((None, *self.entites), self.entites, strict=False)
        return [Commentaire(record, before) for before, record in pairs if record.layout.name == "295"]

    @property
    def montant_demande(self) -> int | None:
        """Amount claimed on all parts, in cents; `None` in the old family, which does not tell."""
        parts = self.parts
        return sum(part.demande for part in parts) if parts else None

    @property
    def montant_paye(self) -> int:
        """Amount paid, in signed cents: all parts, or, in the old family, what the acts reimburse."""
        parts = self.parts
        if parts:
            return sum(part.paye for part in parts)
        return sum(acte.montant_rembourse for acte in self.actes)

    @property
    def etat(self) -> EtatFacture:
        """What becomes of the invoice: by its parts, else (old family) by its acts and rejects.

        A part that claims nothing and was not processed does not count. `paye`: every part is paid, for the
        whole amount claimed (an amount taken back counts like one paid). `partiel`: something is paid, not
        all. Nothing paid: `differe` when a part is deferred, else `rejete` when one is rejected.
        """
        parts = self.parts
        return _etat_by_parts(parts) if parts else _etat_by_acts(self.actes, self.rejets)

    def _repr_html_(self) -> str:
        """Numbers, state and amounts, for a notebook."""
        from noemie.returns.html import factures_table

        return factures_table("FactureRetour", [self])

    def __repr__(self) -> str:
        return f"<FactureRetour {self.numero!r} lot={self.lot!r} {self.etat}>"


#: The name under which `noemie` gives it.
normalise_numero = cle


def _etat_by_parts(parts: list[Part]) -> EtatFacture:
    concerned = [part for part in parts if part.etat or part.demande or part.paye]
    paid = [part for part in concerned if part.etat == "P" or part.paye]
    if paid:
        whole = len(paid) == len(concerned) and all(abs(part.paye) >= part.demande for part in paid)
        return EtatFacture.PAYE if whole else EtatFacture.PARTIEL
    etats = {part.etat for part in concerned}
    if "D" in etats:
        return EtatFacture.DIFFERE
    return EtatFacture.REJETE if "R" in etats else EtatFacture.NON_TRAITE


def _etat_by_acts(actes: list[Acte], rejets: list[Rejet]) -> EtatFacture:
    paid = [acte.montant_rembourse != 0 for acte in actes]
    if rejets:
        if not any(paid):
            return EtatFacture.REJETE
        # Everything was paid: what came with it is a notice.
        return EtatFacture.PAYE if all(paid) else EtatFacture.PARTIEL
    return EtatFacture.PAYE if any(paid) else EtatFacture.NON_TRAITE


class MouvementOC:
    """One contract movement of flow 929: insured (110), beneficiary (120), contracts (140), answers (290).

    Not an invoice: nothing is paid. Names and numbers of persons are in the records only.
    """

    __slots__ = ("_contrats", "assure", "beneficiaire", "noeud", "rejets")

    def __init__(self, noeud: Noeud, assure: Record, beneficiaire: Record | None) -> None:
        self.noeud = noeud
        self.assure = assure
        self.beneficiaire = beneficiaire
        self._contrats: list[Record] = []
        self.rejets: list[Rejet] = []

    @property
    def contrats(self) -> list[Contrat]:
        """The contracts (140), those left at zero excepted."""
        return [contrat for record in self._contrats for contrat in contrats_de(record)]

    @property
    def record(self) -> Record | None:
        """The entity 140, `None` when there is none: movement code, member number, contracts."""
        return self._contrats[0] if self._contrats else None

    @property
    def code_mouvement(self) -> str:
        """Code du mouvement (140): `C` for création was seen."""
        return self._contrats[0].text("code_mouvement") if self._contrats else ""

    @property
    def codes_retour(self) -> list[str]:
        """The 2-digit return codes (list `retour_oc_929`) held in the codes of the 290."""
        return [code for rejet in self.rejets if (code := oc929_code(rejet.code))]

    @property
    def organisme_complementaire(self) -> str:
        """Numéro de l'organisme complémentaire, from the 010 above, without its key."""
        for noeud in self.noeud.ancetres():
            for record in noeud.entete:
                if record.layout.name == "010":
                    return record.text("numero_organisme_complementaire")
        return ""

    def __repr__(self) -> str:
        return f"<MouvementOC {self.code_mouvement!r} codes_retour={self.codes_retour}>"


def mouvements_de(noeud: Noeud) -> list[MouvementOC]:
    """The movements of an insured person: `noeud` has a 110 in its header.

    Each 120 starts a movement; so does a 140 that comes after the answer to another, for the same person.
    """
    assure = next((record for record in noeud.entete if record.layout.name == "110"), None)
    return _gather(noeud, assure, noeud.entites()) if assure is not None else []


def _gather(noeud: Noeud, assure: Record, entites: Iterable[Record]) -> list[MouvementOC]:
    found: list[MouvementOC] = []
    current: MouvementOC | None = None
    for record in entites:
        number = record.layout.name
        if number not in ("120", "140", "290", "294"):
            continue
        answered = current is not None and bool(current.rejets)
        if current is None or number == "120" or (number == "140" and answered):
            beneficiaire = record if number == "120" else current.beneficiaire if current else None
            current = MouvementOC(noeud, assure, beneficiaire)
            found.append(current)
        if number == "140":
            current._contrats.append(record)
        elif number in REJETS:
            current.rejets.append(Rejet(record))
    return found
