"""Invoices (factures) and acts (actes): typed views over the records that hold them.

Names are those of the norm; amounts are euro cents, rates whole percent. A value that is absent or
unreadable is `None` (`""` for codes). Whatever a view shows, the records keep their own bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from flatfile import Layout, Record
from fse.smg import QUALIFIER, SUPPLEMENTS, Smg, signs_of
from fse.trusted import is_regular, number_of, number_of_batch


class Acte:
    """One line: a main record 3 or 4 and the complements that follow it."""

    def __init__(self, principal: Record, complements: tuple[Record, ...] = ()) -> None:
        self.principal = principal
        self.complements = complements

    @property
    def records(self) -> tuple[Record, ...]:
        """The main record, then its complements, in file order."""
        return (self.principal, *self.complements)

    def complement(self, type: str) -> Record | None:
        """The first complement of that type (`4S`), or `None`."""
        return next((record for record in self.complements if record.layout.name == type), None)

    def _amount(self, name: str) -> int | None:
        return self.principal.get(name, int)

    @property
    def is_hospital(self) -> bool:
        """Whether the line is a record 3 (stay, package) rather than a record 4 (fees)."""
        return self.principal.layout.name[0] == "3"

    @property
    def code(self) -> str:
        """Act code (`code_acte`, list `code_acte`)."""
        return self.principal.text("code_acte")

    @property
    def date(self) -> dt.date | None:
        """Day of the act, or first day of the stay for a record 3."""
        return self.principal.get("date_debut" if self.is_hospital else "date_acte", dt.date)

    @property
    def date_fin(self) -> dt.date | None:
        """Last day of the stay for a record 3, the day of the act otherwise."""
        return self.principal.get("date_fin", dt.date) if self.is_hospital else self.date

    @property
    def quantite(self) -> int | None:
        """Quantity."""
        return self._amount("quantite")

    @property
    def denombrement(self) -> int | None:
        """Number of acts (record 4 only)."""
        return self._amount("denombrement")

    @property
    def coefficient(self) -> Decimal | None:
        """Coefficient, with its implied decimals."""
        return self.principal.get("coefficient", Decimal)

    @property
    def prix_unitaire(self) -> int | None:
        """Unit price, in cents."""
        return self._amount("prix_unitaire")

    @property
    def base_remboursement(self) -> int | None:
        """Reimbursement base, in cents."""
        return self._amount("base_remboursement")

    @property
    def taux(self) -> int | None:
        """Reimbursement rate, in percent."""
        return self._amount("taux")

    @property
    def montant_depense(self) -> int | None:
        """Amount billed, in cents."""
        return self._amount("montant_depense")

    @property
    def montant_amo(self) -> int | None:
        """Amount claimed from the compulsory insurance (AMO), in cents."""
        return self._amount("montant_amo")

    @property
    def montant_amc(self) -> int | None:
        """Amount claimed from the complementary insurance (AMC), in cents."""
        return self._amount("montant_amc")

    @property
    def qualificatif_depense(self) -> str:
        """Expense qualifier (list `qualificatif_depense`), empty when there is none."""
        return self.principal.text("qualificatif_depense")

    @property
    def numero_executant(self) -> str:
        """Number of the professional who did the act (record 4 only)."""
        return self.principal.text("numero_executant")

    @property
    def en_rapport_l115(self) -> bool | None:
        """Whether the line is said to be in relation with a pensioned infirmity (L.115, now L.212-1).

        `True` when the qualifier is `L` (SMG-18) or the code is a supplement of the CNMSS (SMG-19); `None`
        otherwise: no field says no.
        """
        return True if self.qualificatif_depense == QUALIFIER or self.code in SUPPLEMENTS else None

    def __repr__(self) -> str:
        if not is_regular(self.principal):
            return f"<Acte of a damaged record {self.principal.type}>"
        return f"<Acte {self.code or '?'} {self.date or ''} {self.montant_depense} c>"


class _Header(NamedTuple):
    """What an invoice tells by its record 2; the first four stand in all its records."""

    numero_facture: str = ""
    numero_ps: str = ""
    nir: str = ""
    cle_nir: str = ""
    regime: str = ""
    caisse: str = ""
    centre: str = ""
    date_naissance: str = ""
    rang_naissance: str = ""
    nature_operation: str = ""
    nature_assurance: str = ""
    justification_exoneration: str = ""
    numero_at: str = ""
    destinataire_reglement: str = ""
    date_facturation: dt.date | None = None


@lru_cache(maxsize=64)
def _header_teller(layout: Layout) -> Callable[[bytes], tuple[Any, ...]]:
    return layout.teller(**dict.fromkeys(_Header._fields[:-1], str), date_facturation=dt.date)


class Facture:
    """One invoice: records 2, their complements, the lines 3 and 4, the total 5.

    Made by the reader from raw bytes; the records are built when they are first asked for. `records`
    keeps every record between the first 2 and the 5, strays included, in file order.
    """

    __slots__ = ("__dict__", "layouts", "lot", "number", "offsets", "raws")

    def __init__(
        self,
        layouts: Iterable[Layout],
        raws: list[bytes],
        offsets: Sequence[int],
        number: int = 0,
        lot: Record | None = None,
    ) -> None:
        self.layouts = tuple(layouts)
        self.raws = raws
        self.offsets = offsets
        self.number = number
        self.lot = lot

    @classmethod
    def of(cls, records: list[Record], lot: Record | None = None) -> Facture:
        """An invoice made of existing records."""
        facture = cls(
            [record.layout for record in records],
            [record.raw for record in records],
            [record.offset for record in records],
            records[0].number if records else 0,
            lot,
        )
        facture.__dict__["records"] = tuple(records)
        return facture

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """All records of the invoice, in file order."""
        numbers = range(self.number, self.number + len(self.raws))
        return tuple(map(Record, self.layouts, self.raws, self.offsets, numbers))

    def _first(self, *types: str) -> Record | None:
        for rank, layout in enumerate(self.layouts):
            if layout.name in types:
                return self.records[rank]
        return None

    @cached_property
    def entete(self) -> Record | None:
        """Record 2, or `None` when it is missing."""
        return self._first("2")

    @cached_property
    def total(self) -> Record | None:
        """Record 5, or `None` when it is missing."""
        return self._first("5")

    @cached_property
    def complements(self) -> tuple[Record, ...]:
        """Records 2S, 2M, 2P, 2B, 2C."""
        return tuple(record for record in self.records if record.type.startswith("2") and record.type != "2")

    def complement(self, type: str) -> Record | None:
        """The first complement of the header of that type (`2S`), or `None`."""
        return self._first(type)

    @cached_property
    def actes(self) -> tuple[Acte, ...]:
        """The lines in file order; complements that no main record precedes are left out."""
        actes: list[Acte] = []
        current: list[Record] = []
        for record in self.records:
            type = record.layout.name
            if type in ("3", "4"):
                if current:
                    actes.append(Acte(current[0], tuple(current[1:])))
                current = [record]
            elif type[0] in "34" and current:
                current.append(record)
        if current:
            actes.append(Acte(current[0], tuple(current[1:])))
        return tuple(actes)

    # --- the header -----------------------------------------------------------------------------------

    def _any(self) -> Record | None:
        """The record that tells what all records of the invoice tell."""
        return self.entete or next((r for r in self.records if "numero_facture" in r.layout), None)

    @cached_property
    def _told(self) -> _Header:
        """What the header tells; without one, what all records of the invoice tell."""
        for layout, raw in zip(self.layouts, self.raws, strict=True):
            if layout.name == "2":
                return _Header._make(_header_teller(layout)(raw))
        record = self._any()
        if record is None:
            return _Header()
        text = record.text
        return _Header(text("numero_facture"), text("numero_ps"), text("nir"), text("cle_nir"))

    @property
    def numero(self) -> str:
        """Invoice number (`numero_facture`), as written."""
        return self._told.numero_facture

    @property
    def numero_ps(self) -> str:
        """Number of the professional or establishment, key included."""
        return self._told.numero_ps

    @property
    def numero_lot(self) -> str:
        """Number of the batch (record 1), empty when the invoice is outside any batch."""
        return self.lot.text("numero_lot") if self.lot else ""

    @property
    def date_lot(self) -> dt.date | None:
        """Day on which the batch was made (record 1)."""
        return self.lot.get("date_lot", dt.date) if self.lot else None

    @property
    def nir(self) -> str:
        """NIR of the insured person, 13 characters (personal)."""
        return self._told.nir

    @property
    def cle_nir(self) -> str:
        """Key of the NIR, 2 digits (personal)."""
        return self._told.cle_nir

    @property
    def date_facturation(self) -> dt.date | None:
        """Day of billing: of the invoice in city care, of the batch for establishments."""
        return self._told.date_facturation or self.date_lot

    @property
    def date_naissance(self) -> str:
        """Birth date of the beneficiary as written (AAMMJJ; may be a day that does not exist; personal)."""
        return self._told.date_naissance

    @property
    def rang_naissance(self) -> str:
        """Rank among twins."""
        return self._told.rang_naissance

    @property
    def regime(self) -> str:
        """Grand régime (list `grand_regime`)."""
        return self._told.regime

    @property
    def caisse(self) -> str:
        """Managing caisse, 3 digits."""
        return self._told.caisse

    @property
    def centre(self) -> str:
        """Managing centre, 4 digits."""
        return self._told.centre

    @property
    def nature_operation(self) -> str:
        """Nature of operation (list `nature_operation`)."""
        return self._told.nature_operation

    @property
    def nature_assurance(self) -> str:
        """Nature of insurance (list `nature_assurance`)."""
        return self._told.nature_assurance

    @property
    def justification_exoneration(self) -> str:
        """Reason of exemption (list `justification_exoneration`)."""
        return self._told.justification_exoneration

    @property
    def numero_at(self) -> str:
        """Work accident number or date, empty when zeros (personal)."""
        return self._told.numero_at.strip("0") and self._told.numero_at

    @property
    def destinataire_reglement(self) -> str:
        """Payee (list `destinataire_reglement`): in record 2 for city care, 2S for establishments."""
        if payee := self._told.destinataire_reglement:
            return payee
        complement = self.complement("2S")
        return complement.text("destinataire_reglement") if complement else ""

    @property
    def tiers_payant(self) -> bool | None:
        """Whether the caisse pays the professional; `None` when the payee is not told."""
        payee = self.destinataire_reglement
        return None if not payee else payee != "00"

    @property
    def norme(self) -> str:
        """Family of the layouts (`PS-2003C`, `CP-2005E`...)."""
        record = self._any()
        return record.layout.family if record else ""

    @cached_property
    def smg(self) -> Smg:
        """Signs of free medical care (L.115) on the invoice; see `fse.smg`."""
        return signs_of(self)

    # --- amounts --------------------------------------------------------------------------------------

    def _sum(self, name: str) -> int:
        return sum(acte.principal.get(name, int) or 0 for acte in self.actes)

    @property
    def montant_depense(self) -> int:
        """Sum of the amounts billed on the lines, in cents."""
        return self._sum("montant_depense")

    @property
    def montant_amo(self) -> int:
        """Sum of the AMO amounts of the lines, in cents."""
        return self._sum("montant_amo")

    @property
    def montant_amc(self) -> int:
        """Sum of the AMC amounts of the lines, in cents."""
        return self._sum("montant_amc")

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.raws)

    def _repr_html_(self) -> str:
        """Numbers, day and amounts, for a notebook."""
        from fse.html import facture_table

        return facture_table(self)

    def __repr__(self) -> str:
        lot = number_of_batch(self.lot) if self.lot is not None else ""
        return f"<Facture no. {number_of(self) or '?'} lot {lot or '?'}: {len(self)} records>"
