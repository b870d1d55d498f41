"""Write a return: the caller gives entities by level, the counters, totals and frame are derived.

    with RetourWriter(file, envelope="P3", reference_norme="576", identification_fichier="FIC007") as retour:
        with retour.open("020", numero_destinataire_reglement="123"):
            with retour.open("040", numero_destinataire_reglement="123"):
                retour.add("071", date_comptable=date(2026, 3, 9), libelle_virement_1="VIREMENT 42")
                retour.add("081", type_retour="01")
                with retour.open("102", numero_facture="000000123"):
                    retour.add("198", montant_amo_demande=1855, etat_paiement_amo="P", montant_amo_paye=1855)
                    retour.leaf("210", montant_rembourse=1855)

The levels of the PS references are not public: `NIVEAUX` is this toolkit's own choice
(docs/decisions/0004-noemie-tree.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from types import TracebackType
from typing import Final, Protocol, Self

from flatfile import Layout, Record, Value
from flatfile.pieces import Pieces, Reserve
from noemie.returns.borders import Envelope
from noemie.returns.coherence import IDENTITY, LOTS, lot_nomme
from noemie.returns.framing import STYLES, count_records, framed
from noemie.returns.jour import Ordre, ordre_habituel, with_ordre
from noemie.returns.montants import NEGATIVE, POSITIVE, Sommes, sign_fields
from noemie.returns.niveaux import niveaux_de
from noemie.returns.tables import CLOSING, HEADER, TRAILER
from noemie.returns.tables import layouts as shipped_layouts
from noemie.returns.tree import LEAF

#: Level of the entities that we write, when neither the caller nor `noemie.returns.niveaux` gives one.
NIVEAUX: Final = {
    "010": 1,
    "020": 1,
    **dict.fromkeys(("040", "070", "071", "081"), 2),
    **dict.fromkeys(("080", "100", "110", "120", "150", "160"), 3),
    **dict.fromkeys(("102", "103", "198", "199", "261"), 3),
}

#: Digit of the file identification -> digit of the password. The one known sample proves 0 and 7 only.
_PASSWORD: Final = str.maketrans("0123456789", "7302615948")


def mot_de_passe(identification_fichier: str) -> str:
    """The password of a file: its identification, digits transcoded ([fnmf-annexes], confidence C).

    >>> mot_de_passe("OC0007")
    'OC7779'
    """
    return identification_fichier.translate(_PASSWORD)


class Destination(Protocol):
    """Where the bytes of a return go: a file open in binary mode, for one."""

    def write(self, piece: bytes, /) -> object:
        """Take some of them."""


class _Niveau:
    """One open level: what its 990 will say."""

    __slots__ = ("closing", "has_children", "niveau", "nombre", "sommes")

    def __init__(self, niveau: int, *, closing: bool) -> None:
        self.niveau = niveau
        self.closing = closing
        self.nombre = 0
        self.has_children = False
        self.sommes = Sommes()


class Branche:
    """Levels of a return written apart, to be grafted below the level `above` of it (`RetourWriter.graft`).

    `reserve` is where the entities wait. Values are those of `flatfile.Layout.build`. An amount that has a
    sign field may be negative: it is written unsigned, and its sign (`P` or `N`) is derived unless given.
    Raises `EncodingError` when a value does not fit or a field is unknown, `ValueError` when the calls are
    not in the order of a return.
    """

    def __init__(
        self,
        above: int,
        *,
        reference: str = "",
        type_emetteur: str = "",
        layouts: Mapping[str, Layout] | None = None,
        reserve: Reserve | None = None,
    ) -> None:
        self._layouts = layouts or shipped_layouts()
        self._known = niveaux_de(reference, type_emetteur)
        self._reserve = reserve or Reserve()
        self._entites = [Pieces(self._reserve)]
        self._lots: set[tuple[str, str]] = set()
        self._root = _Niveau(above, closing=False)
        self._open: list[_Niveau] = []

    def open(
        self, number: str, niveau: int | None = None, *, closing: bool = True, **values: Value
    ) -> _Closer:
        """Open a level with the first entity of its header; use the result in a `with`, or call `close`.

        `niveau` is that of `NIVEAUX` by default, else one more than the level above. `closing` asks for
        a 990 at its end.
        """
        above = self._open[-1].niveau if self._open else max(self._root.niveau, 0)
        if niveau is None:
            niveau = self._niveau_of(number, above)
        lowest = above if self._open else self._root.niveau
        if not lowest < niveau < LEAF:
            raise ValueError(f"entity {number}: level {niveau} cannot be opened inside level {above}")
        record = self._make(number, niveau, values)
        self._count_child()
        self._open.append(_Niveau(niveau, closing=closing))
        self._append(record)
        return _Closer(self, len(self._open))

    def _niveau_of(self, number: str, above: int) -> int:
        """The level known for this reference, unless what is above it was not opened: none is jumped over."""
        known = self._known.get(number)
        return known if known is not None and known <= above + 1 else NIVEAUX.get(number, above + 1)

    def add(self, number: str, **values: Value) -> None:
        """Add an entity to the header of the level just opened: same level, nothing below it yet."""
        if not self._open or self._open[-1].has_children:
            raise ValueError(f"entity {number}: a header continues only before anything below it")
        self._append(self._make(number, self._open[-1].niveau, values))

    def leaf(self, number: str, **values: Value) -> None:
        """Add a leaf (level 99) to the level that is open."""
        if not self._open:
            raise ValueError(f"entity {number}: a leaf needs an open level")
        record = self._make(number, LEAF, values)
        self._count_child()
        self._append(record)

    def close(self) -> None:
        """Close the deepest open level, with its 990 when it was opened so."""
        if not self._open:
            raise ValueError("no level is open")
        done = self._open.pop()
        total = done.sommes.total
        above = self._open[-1] if self._open else self._root
        above.sommes.niveaux += total
        above.sommes.avec_montants |= done.sommes.avec_montants
        if not done.closing:
            return
        values: dict[str, Value] = {
            "niveau_rupture": f"{done.niveau:02}",
            "compteur_niveau_inferieur": done.nombre,
            "cumul_montants": abs(total),
            "signe_cumul_montants": _sign(total) if done.sommes.avec_montants else "",
        }
        self._entites[-1].append(self._layouts[CLOSING].build(values))

    def _count_child(self) -> None:
        above = self._open[-1] if self._open else self._root
        above.nombre += 1
        above.has_children = True

    def _make(self, number: str, niveau: int, values: Mapping[str, Value]) -> Record:
        layout = self._layouts.get(number)
        if layout is None or number in (HEADER, TRAILER, CLOSING):
            raise ValueError(f"entity {number} cannot be given: it is unknown, or written by this class")
        return layout.record({"niveau_rupture": f"{niveau:02}", **_with_signs(layout, values)})

    def _append(self, record: Record) -> None:
        self._entites[-1].append(record.raw)
        self._open[-1].sommes.add_all((record,))
        if record.layout.name in LOTS:
            self._lots.add(lot_nomme(record))


class RetourWriter(Branche):
    """Writes one return to `destination`; nothing is written before `finish` (or the end of `with`).

    `envelope` is `P1`, `P2` or `P3`; `header` gives the fields of 000 by name (those that 999 shares go
    there too). Derived unless given: `longueur_enregistrement` (128), `mot_de_passe`, `unite_monetaire`
    (`U`), and in 999 the counters and the total. `layouts` are those of `noemie.layouts` by default;
    `ordre_date` is the order of the day of 000, by default that of such a sender (`JJMMAA` for OC, CS and MU,
    else `AAMMJJ`). Values, and what is raised, are those of `Branche`.
    """

    def __init__(
        self,
        destination: Destination,
        envelope: Envelope = "P2",
        *,
        layouts: Mapping[str, Layout] | None = None,
        ordre_date: Ordre | None = None,
        reserve: Reserve | None = None,
        **header: Value,
    ) -> None:
        type_emetteur = str(header.get("type_emetteur") or "")
        super().__init__(
            -1,
            reference=str(header.get("reference_norme") or ""),
            type_emetteur=type_emetteur,
            layouts=layouts,
            reserve=reserve,
        )
        self._destination = destination
        self._style = STYLES[envelope]
        identification = str(header.get("identification_fichier") or "")
        self._header: dict[str, Value] = {
            "longueur_enregistrement": "128",
            "unite_monetaire": "U",
            "mot_de_passe": mot_de_passe(identification),
            **header,
        }
        self._finished = False
        # A header that does not fit is told at once, not after everything was given.
        ordre = ordre_date or ordre_habituel(type_emetteur)
        self._debut = with_ordre(self._layouts[HEADER], ordre).build(self._header)

    def graft(self, branche: Branche) -> None:
        """Put levels that were written apart, all of them closed, below the level that is open."""
        if self._finished or branche._open or not self._open or self._open[-1].niveau != branche._root.niveau:
            raise ValueError("levels written apart go whole below the level for which they were written")
        above, root = self._open[-1], branche._root
        above.nombre += root.nombre
        above.has_children |= root.has_children
        above.sommes.niveaux += root.sommes.niveaux
        above.sommes.avec_montants |= root.sommes.avec_montants
        self._entites += [*branche._entites, Pieces(self._reserve)]
        self._lots |= branche._lots

    def _make(self, number: str, niveau: int, values: Mapping[str, Value]) -> Record:
        if self._finished:
            raise ValueError("this return is finished")
        return super()._make(number, niveau, values)

    def finish(self, **trailer: Value) -> int:
        """Close what is open, write the file, give its size in bytes.

        `trailer` imposes fields of 999: counters and totals that are wrong on purpose, or `nombre_lots`,
        of which sources tell what it counts where levels are known (by default: top levels there, else
        batches of invoices, else top levels).
        """
        while self._open:
            self.close()
        self._finished = True
        fin = self._layouts[TRAILER]
        # The count does not depend on what 999 holds.
        count = count_records(self._style, self._entities(fin.build({})))
        total = self._root.sommes.total
        values: dict[str, Value] = {
            **{name: self._header[name] for name in IDENTITY if name in self._header},
            "nombre_enregistrements": count,
            "nombre_lots": self._root.nombre if self._known else len(self._lots) or self._root.nombre,
            "cumul_montants": abs(total),
            "signe_cumul_montants": _sign(total),
            **trailer,
        }
        written = 0
        for piece in framed(self._style, self._entities(fin.build(values))):
            self._destination.write(piece)
            written += len(piece)
        return written

    def _entities(self, end: bytes) -> Iterator[bytes]:
        yield self._debut
        yield from chain.from_iterable(self._entites)
        yield end

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and not self._finished:
            self.finish()


class _Closer:
    """What `Branche.open` gives: closes that level, and those left open below it, when `with` ends."""

    __slots__ = ("_depth", "_writer")

    def __init__(self, writer: Branche, depth: int) -> None:
        self._writer = writer
        self._depth = depth

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while kind is None and len(self._writer._open) >= self._depth:
            self._writer.close()


def _sign(cents: int) -> str:
    return NEGATIVE if cents < 0 else POSITIVE


def _with_signs(layout: Layout, values: Mapping[str, Value]) -> dict[str, Value]:
    """The values of one entity, signed amounts turned into an amount and a sign."""
    signs = {
        name: value
        for amount, sign in sign_fields(layout)
        if isinstance(cents := values.get(amount), int) and not values.get(sign)
        for name, value in ((amount, abs(cents)), (sign, _sign(cents)))
    }
    return {**values, **signs}
