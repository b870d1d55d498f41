"""What came back, reduced to what reconciliation needs: no personal data.

What `noemie.suivi` and the simulated caisse both read of a file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

import msgspec

from codes.rejects import Explanation, load
from codes.speakers import is_complementary_emitter
from noemie.returns.explain import part_of
from noemie.returns.facture import FactureRetour
from noemie.returns.retour import Retour
from noemie.returns.tree import Noeud
from noemie.returns.views import Rejet

#: Entities above an invoice that may name the professional who sent it, and the field that does.
_PROVIDERS: Final = {
    "020": "numero_destinataire_reglement",
    "040": "numero_destinataire_reglement",
    "081": "numero_lieu_execution",
}


class PartRecue(msgspec.Struct, frozen=True, gc=False):
    """What one return says of one part: `etat` is `P`, `R`, `D` or empty (not processed).

    `demande` is what the caisse says was claimed, in cents, `None` in the old family, which does not tell;
    `paye` is in signed cents.
    """

    etat: str
    paye: int
    demande: int | None = None


class RejetRecu(msgspec.Struct, frozen=True, gc=False):
    """One reject or notice, as received; `niveau`, `part`, `ligne` and `rang` are those of entity 294."""

    code: str
    libelle: str
    niveau: str = ""
    part: str = ""
    ligne: int | None = None
    rang: int | None = None

    @classmethod
    def of(cls, rejet: Rejet, retour: Retour) -> RejetRecu:
        """The reject that an entity 290 or 294 of a return carries."""
        part = part_of(rejet, retour)
        return cls(rejet.code, rejet.libelle, rejet.niveau, part, rejet.ligne, rejet.rang)

    def explain(self) -> Explanation:
        """What the catalogue knows of it."""
        catalogue = load()
        namespace = catalogue.namespace_of(self.code, "AMC" if self.part == "C" else "AMO")
        return catalogue.lookup(self.code or None, self.libelle or None, namespace, self.part or None)

    def __repr__(self) -> str:
        return f"<RejetRecu {self.code!r} niveau={self.niveau!r} part={self.part!r}>"


class Returned(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one return says of one invoice.

    - `numero`, `lot`, `date_lot`, `date_facturation`: as received, empty or `None` when not told;
    - `numeros_ps`: numbers that may be the professional's (recipient, payee, place of execution);
    - `amo`, `amc`: the parts, `None` for one that the return does not speak of;
    - `date_paiement`: day of the transfer; `virement`: rank of the transfer in the file, 0 without one;
    - `fichier`: name of the file; `emetteur`, `identification`, `date_fichier`: from its entity 000;
    - `enregistrement`: 1-based number of the entity 102 or 100 in the file.
    """

    numero: str
    lot: str = ""
    date_lot: dt.date | None = None
    date_facturation: dt.date | None = None
    numeros_ps: tuple[str, ...] = ()
    amo: PartRecue | None = None
    amc: PartRecue | None = None
    rejets: tuple[RejetRecu, ...] = ()
    date_paiement: dt.date | None = None
    virement: int = 0
    type_retour: str = ""
    fichier: str = ""
    emetteur: str = ""
    identification: str = ""
    date_fichier: dt.date | None = None
    #: The same day read in one order whoever wrote it: what tells files apart does not rest on a choice.
    date_identite: dt.date | None = None
    enregistrement: int = 0

    @property
    def paye(self) -> int:
        """What this return pays for the invoice, in signed cents."""
        return (self.amo.paye if self.amo else 0) + (self.amc.paye if self.amc else 0)

    @property
    def reponse(self) -> bool:
        """Whether it decides anything: a part that was processed, or a reject."""
        return bool(self.rejets) or any(part and (part.etat or part.paye) for part in (self.amo, self.amc))

    @property
    def contenu(self) -> tuple[object, ...]:
        """All it says, wherever it stands: what tells a second copy of the same return."""
        file = (self.emetteur, self.identification, self.date_identite)
        what = (self.numero, self.lot, self.date_lot, self.date_facturation, self.amo, self.amc)
        return (*file, *what, self.date_paiement, self.type_retour, self.numeros_ps, self.rejets)

    @property
    def ordre(self) -> tuple[object, ...]:
        """When it was said: what sorts the answers to one invoice, whatever the order of the files."""
        first = self.date_fichier or self.date_paiement or dt.date.min
        return (
            first,
            self.date_paiement or dt.date.min,
            self.identification,
            self.enregistrement,
            self.fichier,
        )

    def __repr__(self) -> str:
        return f"<Returned no. {self.numero} lot {self.lot or '?'}: {self.paye} c>"


def iter_returned(retour: Retour) -> Iterator[Returned]:
    """What a return says of each invoice, in file order; nothing for a flow of contract movements (929).

    Of a file that holds several returns, what each says; transfers are numbered through the file.
    """
    before = 0
    for run in retour.runs:
        if not run.is_oc:
            yield from _of_run(run, before)
        before += len(run.virements)


def _of_run(retour: Retour, before: int) -> Iterator[Returned]:
    transfers = {id(virement): rank for rank, virement in enumerate(retour.virements, start=before + 1)}
    recipient = retour.destinataire.numero
    emitter, identification = retour.emetteur.numero, retour.identification_fichier
    day, name = retour.date_creation, retour.nom
    above: dict[Noeud | None, tuple[str, ...]] = {}
    for facture in retour.factures:
        parent = facture.noeud.parent
        providers = above.get(parent)
        if providers is None:
            providers = above[parent] = tuple(filter(None, (recipient, *_providers(facture.noeud))))
        rejets = tuple(RejetRecu.of(rejet, retour) for rejet in facture.rejets)
        amo, amc = parts_recues(facture, rejets, retour)
        yield Returned(
            numero=facture.numero,
            lot=facture.lot,
            date_lot=facture.date_lot,
            date_facturation=facture.date_facturation,
            numeros_ps=providers,
            amo=amo,
            amc=amc,
            rejets=rejets,
            date_paiement=facture.virement.date if facture.virement else None,
            virement=transfers.get(id(facture.virement), 0),
            type_retour=facture.type_retour,
            fichier=name,
            emetteur=emitter,
            identification=identification,
            date_fichier=day,
            date_identite=retour.date_identite,
            enregistrement=facture.record.number,
        )


def _providers(noeud: Noeud) -> Iterator[str]:
    for above in noeud.ancetres():
        for record in above.entete:
            field = _PROVIDERS.get(record.type)
            if field and (number := record.text(field)):
                yield number


def parts_recues(
    facture: FactureRetour, rejets: tuple[RejetRecu, ...], retour: Retour
) -> tuple[PartRecue | None, PartRecue | None]:
    """The AMO and AMC parts; in the old family, which has none, the acts tell that of the sender."""
    parts = facture.parts
    if not parts:
        of_acts = _part_of_acts(facture.montant_paye, bool(facture.actes), rejets)
        by_insurer = is_complementary_emitter(retour.emetteur.type)
        return (None, of_acts) if by_insurer else (of_acts, None)
    found: dict[str, PartRecue] = {}
    for part in parts:
        before = found.get(part.nom, PartRecue("", 0, 0))
        paid, claimed = before.paye + part.paye, (before.demande or 0) + part.demande
        found[part.nom] = PartRecue(part.etat or before.etat, paid, claimed)
    return found.get("AMO"), found.get("AMC")


def _part_of_acts(paid: int, has_acts: bool, rejets: tuple[RejetRecu, ...]) -> PartRecue:
    if paid or (has_acts and not rejets):
        return PartRecue("P", paid)
    if any(rejet.explain().outcome == "differe" for rejet in rejets):
        return PartRecue("D", 0)
    return PartRecue("R" if rejets else "", 0)
