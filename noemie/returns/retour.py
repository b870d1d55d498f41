"""A whole return: its entities, its tree, and typed views over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from flatfile import Detection, Layout, Record, Value
from noemie.returns.facture import REJETS, FactureRetour, MouvementOC, factures_de, mouvements_de
from noemie.returns.framing import Skeleton
from noemie.returns.tables import HEADER, TRAILER
from noemie.returns.tree import Anomalie, Arbre, Noeud, build_tree
from noemie.returns.views import Dette, Forfait, Rejet

#: Reference of the rights flow to complementary insurers.
REFERENCE_OC: Final = "929"

_VIREMENTS: Final = frozenset({"071", "070"})


@dataclass(frozen=True, slots=True)
class Correspondant:
    """Who sends or receives a file: type (list `type_emetteur`), number, program."""

    type: str
    numero: str = field(repr=False)  # the recipient's is that of a health professional
    programme: str = ""


@dataclass(slots=True, repr=False)
class Virement:
    """A transfer (071, or 070 in the old family) and what it pays."""

    record: Record
    noeud: Noeud
    factures: list[FactureRetour] = field(default_factory=list)
    forfaits: list[Forfait] = field(default_factory=list)
    dettes: list[Dette] = field(default_factory=list)

    @property
    def date(self) -> date | None:
        """Date comptable, or date when the transfer was issued."""
        return self.record.get("date_comptable", date)

    @property
    def libelles(self) -> tuple[str, ...]:
        """The lines of text printed on the bank statement, empty ones excepted; none in the old family."""
        lines = (self.record.text("libelle_virement_1"), self.record.text("libelle_virement_2"))
        return tuple(filter(None, lines))

    @property
    def organisme_payeur(self) -> str:
        """Organisme qui paie, long family only."""
        return self.record.text("organisme_payeur")

    @property
    def montant(self) -> int:
        """Sum of the paid parts of the invoices and of the lump sums, in signed cents.

        Debts (`dettes`) are not in it: no source tells whether what the bank receives holds them.
        """
        paid = sum(facture.montant_paye for facture in self.factures)
        return paid + sum(forfait.montant for forfait in self.forfaits)

    def __repr__(self) -> str:
        return f"<Virement {self.date} montant={self.montant}: {len(self.factures)} factures>"


class Retour:
    """One NOEMIE return, as `noemie.read_retour` gives it.

    `entites` are all its entities in file order, bytes that are no entity included (type `?`); `detection`
    is what the file was recognised as; `nom` is its name for messages. Views are made at first use. A
    `Retour` is not changed in place: `replace` and `with_entites` give another one.
    """

    def __init__(
        self,
        entites: Sequence[Record],
        skeleton: Skeleton,
        detection: Detection,
        layouts: Mapping[str, Layout],
        nom: str = "",
    ) -> None:
        self.entites: tuple[Record, ...] = tuple(entites)
        self.detection = detection
        self.layouts = layouts
        self.nom = nom
        self.skeleton = skeleton

    # --- header ---------------------------------------------------------------------------------------

    @cached_property
    def debut(self) -> Record | None:
        """The first entity 000, `None` when the file has none."""
        return next((record for record in self.entites if record.layout.name == HEADER), None)

    @cached_property
    def fin(self) -> Record | None:
        """The last entity 999, `None` when the file has none."""
        return next((record for record in reversed(self.entites) if record.layout.name == TRAILER), None)

    @cached_property
    def reference(self) -> str:
        """Reference of the exchange norm (`576`, `580`, `929`...), empty without an entity 000."""
        return self._header("reference_norme")

    @cached_property
    def emetteur(self) -> Correspondant:
        """Who sends the return: fields of 000, empty without it."""
        return self._correspondant("emetteur")

    @cached_property
    def destinataire(self) -> Correspondant:
        """Who receives it: a health professional, an insurer."""
        return self._correspondant("destinataire")

    @property
    def identification_fichier(self) -> str:
        """Code d'identification du fichier."""
        return self._header("identification_fichier")

    @cached_property
    def date_creation(self) -> date | None:
        """Date de constitution du fichier."""
        return self.debut.get("date_creation", date) if self.debut else None

    @cached_property
    def is_oc(self) -> bool:
        """Whether this is a rights flow to an insurer (929), by its reference, else by its entity 010."""
        return self.reference == REFERENCE_OC or (
            not self.reference and any(record.layout.name == "010" for record in self.entites)
        )

    def _header(self, name: str) -> str:
        return self.debut.text(name) if self.debut else ""

    def _correspondant(self, who: str) -> Correspondant:
        names = (f"type_{who}", f"numero_{who}", f"programme_{who}")
        return Correspondant(*(self._header(name) for name in names))

    # --- tree -----------------------------------------------------------------------------------------

    @cached_property
    def _arbre(self) -> Arbre:
        return build_tree(self.entites)

    @property
    def racine(self) -> Noeud:
        """The root of the tree: it has no entity; its children are the top-level nodes and stray leaves."""
        return self._arbre.racine

    @property
    def noeuds(self) -> list[Noeud]:
        """The top-level nodes."""
        return self.racine.noeuds

    @property
    def anomalies(self) -> list[Anomalie]:
        """What is odd in the levels; `noemie.check` words it."""
        return self._arbre.anomalies

    # --- views ----------------------------------------------------------------------------------------

    @cached_property
    def _vues(self) -> _Vues:
        return _Vues(self.racine, is_oc=self.is_oc)

    @property
    def virements(self) -> list[Virement]:
        """The transfers, in file order."""
        return self._vues.virements

    @property
    def factures(self) -> list[FactureRetour]:
        """All invoices, in file order, whether a transfer is named or not."""
        return self._vues.factures

    @property
    def mouvements(self) -> list[MouvementOC]:
        """The contract movements of flow 929; none in other flows."""
        return self._vues.mouvements

    @property
    def forfaits(self) -> list[Forfait]:
        """Lump sums (261, 262), in file order."""
        return self._vues.forfaits

    @property
    def dettes(self) -> list[Dette]:
        """Debts and withholdings (250), in file order."""
        return self._vues.dettes

    @cached_property
    def rejets(self) -> list[Rejet]:
        """Every reject and notice of the return (290, 294), in file order, wherever it stands."""
        return [Rejet(record) for record in self.entites if record.layout.name in REJETS]

    # --- writing --------------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """The file: the same bytes when nothing was changed, uncompressed.

        After an edition that keeps the length of every entity, only those entities differ. Otherwise the
        entities are framed anew, in the same envelope and style. Counters and totals are not computed
        again: that is the work of `noemie.RetourWriter`.
        """
        return self.skeleton.rebuild([record.raw for record in self.entites])

    def replace(self, entite: Record, **values: Value | bytes) -> Retour:
        """Another return, in which only the named fields of `entite` (one of `entites`) differ.

        Raises `EncodingError` when a value does not fit, `KeyError` on an unknown field, `ValueError` when
        the entity is not of this return.
        """
        place = entite.number - 1
        if not (0 <= place < len(self.entites) and self.entites[place] is entite):
            raise ValueError("this entity is not one of this return")
        changed = entite.replace(**values)
        return self.with_entites((*self.entites[:place], changed, *self.entites[place + 1 :]))

    def with_entites(self, entites: Sequence[Record]) -> Retour:
        """Another return with these entities, 000 and 999 included, in the same envelope.

        They are numbered anew; offsets remain those of the file that was read.
        """
        numbered = [
            record if record.number == rank else Record(record.layout, record.raw, record.offset, rank)
            for rank, record in enumerate(entites, start=1)
        ]
        return Retour(numbered, self.skeleton, self.detection, self.layouts, self.nom)

    def __repr__(self) -> str:
        return f"<Retour {self.reference!r} {self.detection.envelope}: {len(self.entites)} entities>"


class _Vues:
    """The views of a return, gathered in one walk of its tree."""

    def __init__(self, racine: Noeud, *, is_oc: bool) -> None:
        self.virements: list[Virement] = []
        self.factures: list[FactureRetour] = []
        self.mouvements: list[MouvementOC] = []
        self.forfaits: list[Forfait] = []
        self.dettes: list[Dette] = []
        #: Transfer of the node above, by `id` of the node.
        virements: dict[int, Virement | None] = {}
        for noeud in racine.parcours():
            virement = virements.get(id(noeud.parent))
            virement = virements[id(noeud)] = self._virement(noeud) or virement
            self._gather_leaves(noeud, virement)
            for facture in factures_de(noeud):
                facture.virement = virement
                self.factures.append(facture)
                if virement is not None:
                    virement.factures.append(facture)
            if is_oc:
                self.mouvements.extend(mouvements_de(noeud))

    def _virement(self, noeud: Noeud) -> Virement | None:
        for record in noeud.entete:
            if record.layout.name in _VIREMENTS:
                self.virements.append(Virement(record, noeud))
                return self.virements[-1]
        return None

    def _gather_leaves(self, noeud: Noeud, virement: Virement | None) -> None:
        """Lump sums and debts of one level, header or leaves."""
        for record in (*noeud.entete, *noeud.enfants):
            if isinstance(record, Noeud):
                continue
            number = record.layout.name
            if number == "250":
                dette = Dette(record)
                self.dettes.append(dette)
                if virement is not None:
                    virement.dettes.append(dette)
            elif number == "262" and self.forfaits and _follows(self.forfaits[-1], record):
                self.forfaits[-1].details.append(record)
            elif number in ("261", "262"):
                forfait = Forfait(record)
                self.forfaits.append(forfait)
                if virement is not None:
                    virement.forfaits.append(forfait)


def _follows(forfait: Forfait, detail: Record) -> bool:
    """Whether a 262 comes right after its 261, or after another detail of it."""
    last = forfait.details[-1] if forfait.details else forfait.record
    return detail.number == last.number + 1
