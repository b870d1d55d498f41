"""A whole return: its entities, its tree, and typed views over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from flatfile import Detection, Layout, Record, Value
from noemie.returns.entites import Entites, held, part
from noemie.returns.facture import REJETS, FactureRetour, MouvementOC
from noemie.returns.framing import Skeleton
from noemie.returns.jour import Jour, read_jour, with_ordre
from noemie.returns.tables import FILLING, HEADER, TRAILER
from noemie.returns.tree import Anomalie, Arbre, Noeud, build_tree
from noemie.returns.views import Dette, Forfait, Rejet
from noemie.returns.vues import Ensemble, Virement, Vues

__all__ = ["REFERENCE_OC", "Correspondant", "Retour", "Virement"]

#: Reference of the rights flow to complementary insurers.
REFERENCE_OC: Final = "929"


@dataclass(frozen=True, slots=True)
class Correspondant:
    """Who sends or receives a file: type (list `type_emetteur`), number, program."""

    type: str
    numero: str = field(repr=False)  # the recipient's is that of a health professional
    programme: str = ""


class Retour:
    """One NOEMIE return, as `noemie.read_retour` gives it.

    `entites` are all its entities in file order, bytes that are no entity included (type `?`); `detection`
    is what the file was recognised as; `nom` is its name for messages. Views are made at first use. A
    `Retour` is not changed in place: `replace` and `with_entites` give another one.

    A file may hold several 000...999, each a return of its own: `runs`. The `Retour` of the file then has all
    their entities and views, in file order, and the header of the first: who sent what, to whom and when is
    to be asked of each run (`rang` is its rank in the file).
    """

    def __init__(
        self,
        entites: Sequence[Record],
        skeleton: Skeleton,
        detection: Detection,
        layouts: Mapping[str, Layout],
        nom: str = "",
        rang: int = 1,
    ) -> None:
        #: One object each while they are few; see `noemie.returns.entites`.
        self.entites: Sequence[Record] = entites if isinstance(entites, Entites) else tuple(entites)
        self.detection = detection
        self.layouts = layouts
        self.nom = nom
        self.skeleton = skeleton
        #: 1-based rank of this return in its file.
        self.rang = rang

    # --- the returns of one file ----------------------------------------------------------------------

    @cached_property
    def runs(self) -> tuple[Retour, ...]:
        """Each 000...999 of the file as a return of its own, in file order; itself when it holds one.

        Numbers and offsets of their entities remain those of the file. Their bytes (`to_bytes`), joined, are
        the file; a byte order mark goes with the first, what stands between two of them with the one before.
        """
        places = _beginnings(self.entites)
        if not places:
            return (self,)
        cuts = pairwise([0, *places, len(self.entites)])
        parts = zip(self.skeleton.split(places), cuts, strict=True)
        entites, seen, known = self.entites, self.detection, self.layouts
        return tuple(
            Retour(
                part(entites, first, stop), one, replace(seen, envelope=one.envelope), known, self.nom, rang
            )
            for rang, (one, (first, stop)) in enumerate(parts, start=1)
        )

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

    @property
    def date_creation(self) -> date | None:
        """Date de constitution du fichier, by the more likely of its two readings: see `jour`."""
        return self.jour.date

    @property
    def jour_douteux(self) -> bool:
        """Whether the day of 000 gives two days that exist, by the order it is read in."""
        return self.jour.douteux

    @cached_property
    def jour(self) -> Jour:
        """The day of 000 and how it was read: the nearest to the transfers (071, 070), else to the care.

        When these do not decide (nor the contracts, in the flows to insurers), by who sends.
        """
        if self.debut is None or "date_creation" not in self.debut.layout:
            return Jour(None)
        field = self.debut.layout.by_name["date_creation"]
        return read_jour(self.debut.raw[field.slice], self.emetteur.type, self._own_days())

    @property
    def date_identite(self) -> date | None:
        """The day of 000 read AAMMJJ, whoever wrote it: for what must not depend on how it is read."""
        return self.debut.get("date_creation", date) if self.debut else None

    def _own_days(self) -> Iterator[tuple[str, list[date]]]:
        for choix, name in (
            ("virement", "date_comptable"),
            ("soins", "date_soins"),
            ("contrat", "date_debut_contrat_1"),
        ):
            found = {record.get(name, date) for record in self.entites if name in record.layout}
            yield choix, [day for day in found if day is not None]

    @property
    def debut_lu(self) -> Record | None:
        """`debut` with its day in the order it was read in: to be shown."""
        debut, ordre = self.debut, self.jour.ordre
        if debut is None or not ordre or ordre == "AAMMJJ":
            return debut
        return Record(with_ordre(debut.layout, ordre), debut.raw, debut.offset, debut.number)

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
        if len(self.runs) == 1:
            return build_tree(self.entites)
        arbre = build_tree(self.entites)  # a 000 closes everything: these are the trees of the runs
        arbre.anomalies = [one for run in self.runs for one in run.anomalies]
        return arbre

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
    def _vues(self) -> Vues | Ensemble:
        if len(self.runs) == 1:
            return Vues(self._arbre, is_oc=self.is_oc)
        return Ensemble([run._vues_of_one for run in self.runs], [len(run.entites) for run in self.runs])

    @cached_property
    def _vues_of_one(self) -> Vues:
        vues = self._vues
        assert isinstance(vues, Vues)  # a run holds one return
        return vues

    @property
    def virements(self) -> list[Virement]:
        """The transfers, in file order."""
        return self._vues.virements

    @property
    def factures(self) -> Sequence[FactureRetour]:
        """All invoices, in file order, whether a transfer is named or not; each is made when asked for."""
        return self._vues.factures

    @property
    def mouvements(self) -> Sequence[MouvementOC]:
        """The contract movements of flow 929; none in other flows. Each is made when asked for."""
        return self._vues.mouvements

    @property
    def forfaits(self) -> list[Forfait]:
        """Lump sums (261, 262), in file order."""
        return self._vues.forfaits

    @property
    def dettes(self) -> list[Dette]:
        """Debts and withholdings (250), in file order."""
        return self._vues.dettes

    @property
    def rejets(self) -> list[Rejet]:
        """Every reject and notice of the return (290, 294), in file order, wherever it stands."""
        return [Rejet(record) for record in self.entites if record.layout.name in REJETS]

    @property
    def rejets_hors_facture(self) -> list[Rejet]:
        """The rejects and notices that stand under no invoice and no movement."""
        return [
            Rejet(record)
            for rank, record in enumerate(self.entites)
            if record.layout.name in REJETS and self._vues.is_stray(rank)
        ]

    def facture_de(self, entite: Record) -> FactureRetour | None:
        """The invoice that holds an entity of this return; `None` when none does."""
        first = self.entites[0].number if self.entites else 1
        return self._vues.facture_de(entite.number - first)

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
        place = entite.number - (self.entites[0].number if self.entites else 1)
        if not (0 <= place < len(self.entites) and self._holds(place, entite)):
            raise ValueError("this entity is not one of this return")
        changed = entite.replace(**values)
        return self.with_entites((*self.entites[:place], changed, *self.entites[place + 1 :]))

    def _holds(self, place: int, entite: Record) -> bool:
        found = self.entites[place]
        if isinstance(self.entites, Entites):  # a new object each time
            return found == entite and found.offset == entite.offset
        return found is entite

    def with_entites(self, entites: Sequence[Record]) -> Retour:
        """Another return with these entities, 000 and 999 included, in the same envelope.

        They are numbered anew, from the number of the first one of this return; offsets remain those of the
        file that was read.
        """
        if isinstance(entites, Entites):
            return Retour(entites, self.skeleton, self.detection, self.layouts, self.nom, self.rang)
        first = self.entites[0].number if self.entites else 1
        numbered = held(
            record if record.number == rank else Record(record.layout, record.raw, record.offset, rank)
            for rank, record in enumerate(entites, start=first)
        )
        return Retour(numbered, self.skeleton, self.detection, self.layouts, self.nom, self.rang)

    def to_arrow(self, *, values: bool = False) -> dict[str, Any]:
        """Record type -> `pyarrow.Table` of its records, personal values empty unless `values`.

        The columns are those of `noemie convert --to parquet` (`noemie.documents.convert.to_arrow`). Raises
        `flatfile.extras.MissingLibraryError` without `pyarrow` (extra `parquet`).
        """
        from flatfile.lazy import from_above

        tables: dict[str, Any] = from_above("noemie.documents.convert", "to_arrow")(self, values=values)
        return tables

    def _repr_html_(self) -> str:
        """The first invoices, for a notebook."""
        from noemie.returns.html import retour_table

        return retour_table(self)

    def __repr__(self) -> str:
        runs = f", {len(self.runs)} runs" if len(self.runs) > 1 else ""
        return f"<Retour {self.reference!r} {self.detection.envelope}: {len(self.entites)} entities{runs}>"


def _beginnings(entites: Sequence[Record]) -> list[int]:
    """Ranks of the 000 that begin another return: not that of the first one, nor a 000 after a mere 000."""
    places: list[int] = []
    begun = False  # an entity other than 000 was met since the return began
    for rank, record in enumerate(entites):
        if record.layout.name == HEADER:
            if begun:
                places.append(rank)
            begun = False
        elif not begun:
            begun = bool(record.raw.strip(FILLING))
    return places
