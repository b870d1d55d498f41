"""Views over the entities that carry one thing: an act, a part, a reject, a comment, a debt, a lump sum.

A view holds its entity (`record`) and reads it when asked. Properties have the norm's French words; amounts
are signed cents, 0 when blank or unreadable (`noemie.check` tells which); other numbers and dates are `None`
then. Personal data have no property: ask the record. No `repr` shows any.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from flatfile import Record
from noemie.returns.montants import PARTS, amount_of, signed, values_of
from noemie.returns.rejet import SHAPE


class Vue:
    """What all views have: their entity."""

    __slots__ = ("record",)

    def __init__(self, record: Record) -> None:
        self.record = record

    def _number(self, name: str) -> int | None:
        """A number written in a text field; `None` when it is zero, blank or no number."""
        text = self.record.text(name)
        return (int(text) or None) if text.isdigit() and text.isascii() else None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.record.type} no. {self.record.number}>"


class Part(Vue):
    """What a part of an invoice becomes (198: AMO, 199: AMC). Read at once: its few fields go together.

    - `nom`: `AMO` (compulsory insurance) or `AMC` (complementary);
    - `demande`: montant demandé, amount claimed, in cents;
    - `etat`: état du paiement, `P` paid, `R` rejected, `D` deferred, empty when the part was not processed;
    - `paye`: montant payé, in signed cents, negative when it is taken back;
    - `signe`: signe du montant payé as written, `P`, `N` or empty.
    """

    __slots__ = ("demande", "etat", "nom", "paye", "signe")

    def __init__(self, record: Record) -> None:
        super().__init__(record)
        self.nom, names = _PARTS.get(record.layout.name, _AMO)
        demande, etat, paye, signe = values_of(record.layout, *names)(record.raw)
        self.demande = demande if isinstance(demande, int) else 0
        self.etat = etat.strip() if isinstance(etat, str) else ""
        self.signe = signe.strip() if isinstance(signe, str) else ""
        self.paye = signed(paye, signe)

    @property
    def numero_amc(self) -> str:
        """Numéro de l'AMC destinataire, on the AMC part only."""
        return self.record.text("numero_amc")

    def __repr__(self) -> str:
        return f"<Part {self.nom} etat={self.etat!r} demande={self.demande} paye={self.paye}>"


_AMO: Final = ("AMO", ("montant_amo_demande", "etat_paiement_amo", *PARTS["198"]))
_AMC: Final = ("AMC", ("montant_amc_demande", "etat_paiement_amc", *PARTS["199"]))
_PARTS: Final = {"198": _AMO, "199": _AMC}


class Acte(Vue):
    """An act or service (210 in office, 220 in hospital)."""

    __slots__ = ()

    @property
    def ligne(self) -> int | None:
        """Numéro de la ligne in the invoice."""
        return self._number("numero_ligne")

    @property
    def nature_prestation(self) -> str:
        """Code de l'acte ou de la prestation, 3 characters at most (`code_acte` in B2)."""
        return self.record.text("nature_prestation")

    @property
    def quantite(self) -> int | None:
        """Quantité."""
        return self.record.get("quantite", int)

    @property
    def coefficient(self) -> Decimal | None:
        """Coefficient, two decimals."""
        return self.record.get("coefficient", Decimal)

    @property
    def denombrement(self) -> int | None:
        """Nombre d'actes dénombrés."""
        return self.record.get("denombrement", int)

    @property
    def date_soins(self) -> date | None:
        """Date des soins, or of their first day."""
        return self.record.get("date_soins", date)

    @property
    def date_fin_soins(self) -> date | None:
        """Dernier jour des soins."""
        return self.record.get("date_fin_soins", date)

    @property
    def prix_unitaire(self) -> int:
        """Prix unitaire, in cents."""
        return self.record.get("prix_unitaire", int) or 0

    @property
    def base(self) -> int:
        """Base de remboursement, in cents."""
        return self.record.get("base_remboursement", int) or 0

    @property
    def taux(self) -> int | None:
        """Taux de remboursement, in whole percent."""
        return self.record.get("taux", int)

    @property
    def montant_depense(self) -> int:
        """Montant de la dépense facturée, in cents."""
        return self.record.get("montant_depense", int) or 0

    @property
    def montant_rembourse(self) -> int:
        """Montant remboursé, signed cents."""
        return amount_of(self.record)

    @property
    def montant_alsace_moselle(self) -> int:
        """Montant du complément Alsace-Moselle, in cents; this amount has no sign."""
        return self.record.get("montant_alsace_moselle", int) or 0

    @property
    def montant_complementaire(self) -> int:
        """Montant pris en charge par la complémentaire, in cents; this amount has no sign."""
        return self.record.get("montant_complementaire", int) or 0

    @property
    def qualificatif_depense(self) -> str:
        """Qualificatif de la dépense, two characters (not the one-letter list of B2)."""
        return self.record.text("qualificatif_depense")

    @property
    def justification_exoneration(self) -> str:
        """Motif d'exonération du ticket modérateur, with the codes of B2."""
        return self.record.text("justification_exoneration")


class Rejet(Vue):
    """A reject or notice (signalement): 294 in the long family, 290 in the old one and in flow 929.

    The code says what happened, not what to do: see `noemie.explain`. A reject is not always a refusal to
    pay: look at the parts of the invoice.
    """

    __slots__ = ()

    @property
    def code(self) -> str:
        """Code de rejet as received, inner spaces included; only the filling on the right is removed.

        The whole field is `record["code_rejet"]`. Never turn it into a number.
        """
        return self.record["code_rejet"].rstrip(" \0") if "code_rejet" in self.record.layout else ""

    @property
    def libelle(self) -> str:
        """Libellé as received, without the spaces and NUL bytes around it. May name a person in flow 929."""
        return self.record.text("libelle_rejet")

    @property
    def classe(self) -> str:
        """Classe du code (list `classe_code_rejet`): `R`, `S`, `C` or `I`; empty when the code has none."""
        code = self.code
        return code[-1] if SHAPE.fullmatch(code.encode("latin-1")) else ""

    @property
    def niveau(self) -> str:
        """Niveau du rejet: `F` invoice, `L` line, `A` refined code, empty in 290."""
        return self.record.text("niveau_rejet")

    @property
    def affine(self) -> bool:
        """Whether this code details another reject: it is no second cause."""
        return self.niveau == "A"

    @property
    def part(self) -> str:
        """Part concernée: `O` (AMO, with or without AMC), `C` (AMC), empty in 290."""
        return self.record.text("part_concernee")

    @property
    def nature_prestation(self) -> str:
        """Code de l'acte ou de la prestation, empty in 290."""
        return self.record.text("nature_prestation")

    @property
    def date_soins(self) -> date | None:
        """Date des soins, `None` in 290."""
        return self.record.get("date_soins", date)

    @property
    def ligne(self) -> int | None:
        """Numéro de la ligne, `None` when the reject points to none."""
        return self._number("numero_ligne")

    @property
    def rang(self) -> int | None:
        """Rang du rejet, `None` in 290 or when it has none."""
        return self._number("rang_rejet")

    def __repr__(self) -> str:
        return f"<Rejet {self.record.type} code={self.code!r} niveau={self.niveau!r} part={self.part!r}>"


class Commentaire(Vue):
    """A comment (295). Its text is free and may name a person: read it in the record (`commentaire`).

    `precede` is the entity before it, on which it bears (inferred), `None` when it comes first.
    """

    __slots__ = ("precede",)

    def __init__(self, record: Record, precede: Record | None = None) -> None:
        super().__init__(record)
        self.precede = precede

    @property
    def code(self) -> str:
        """Code du commentaire; its values are not known."""
        return self.record.text("code_commentaire")


class Dette(Vue):
    """A debt or withholding (250)."""

    __slots__ = ()

    @property
    def reference(self) -> str:
        """Référence de la dette."""
        return self.record.text("reference_dette")

    @property
    def date_dette(self) -> date | None:
        """Date d'inscription de la dette."""
        return self.record.get("date_dette", date)

    @property
    def nature(self) -> str:
        """Nature de la dette (list `nature_dette`)."""
        return self.record.text("nature_dette")

    @property
    def nature_recuperation(self) -> str:
        """Opération de récupération (list `nature_recuperation`)."""
        return self.record.text("nature_recuperation")

    @property
    def montant(self) -> int:
        """Montant du mouvement, signed cents."""
        return amount_of(self.record)

    @property
    def solde(self) -> int:
        """Solde restant de la dette, in cents; this amount has no sign."""
        return self.record.get("montant_solde", int) or 0


class Forfait(Vue):
    """A lump-sum or one-off payment (261) with its details (262).

    `record` is the 261, or the first 262 when no 261 comes before; `details` are the 262, which may name a
    person.
    """

    __slots__ = ("details",)

    def __init__(self, record: Record) -> None:
        super().__init__(record)
        self.details: list[Record] = [] if record.type == "261" else [record]

    @property
    def code(self) -> str:
        """Code du paiement forfaitaire ou ponctuel; its values are not public."""
        return self.record.text("code_forfait_ponctuel")

    @property
    def montant(self) -> int:
        """Montant, in cents: that of the 261, else the sum of the details. These amounts have no sign."""
        if self.record.type == "261":
            return amount_of(self.record)
        return sum(detail.get("montant_detail_forfait", int) or 0 for detail in self.details)


class Contrat:
    """One of the three contracts of a movement of flow 929 (140; its cutting is inferred, confidence C)."""

    __slots__ = ("date_debut", "date_fin", "type_contrat")

    def __init__(self, type_contrat: str, date_debut: date | None, date_fin: date | None) -> None:
        self.type_contrat = type_contrat
        self.date_debut = date_debut
        self.date_fin = date_fin

    def __repr__(self) -> str:
        return f"<Contrat {self.type_contrat} {self.date_debut} - {self.date_fin}>"


_CONTRATS: Final = (1, 2, 3)


def contrats_de(record: Record) -> list[Contrat]:
    """The contracts written in an entity 140, those left at zero excepted."""
    found = []
    for rank in _CONTRATS:
        type_contrat = record.text(f"type_contrat_{rank}")
        debut = record.get(f"date_debut_contrat_{rank}", date)
        fin = record.get(f"date_fin_contrat_{rank}", date)
        if type_contrat.strip("0") or debut or fin:
            found.append(Contrat(type_contrat, debut, fin))
    return found
