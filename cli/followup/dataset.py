"""Reconciled lines as a data set (`noemie.documents.dataset_answer`): tables drawn from the models.

What a line says depends on every file, so each run answers anew, in parts by professional: what a new return
says changes the part of its professional alone. A part is called after a few bits of a number, of which no
table tells more; what is another number every day, such as days awaited, is told by days.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import msgspec

from cli.followup.gathered import Gathered, base_name
from cli.followup.model import FichierDit, Jour, Ligne, Orphelin, Rapprochement
from cli.followup.states import Teller
from cli.io.arrow_structs import struct_batch, struct_schema
from codes.states import PARTS
from noemie.documents.dataset import FILES
from noemie.documents.dataset_answer import Answer, Settled
from noemie.suivi import resultat
from noemie.suivi.coffre import Coffre, Partitions, partition_of
from noemie.suivi.faits import cle

if TYPE_CHECKING:
    from pathlib import Path

    from codes.rejects import Catalogue

__all__ = ["CONTENT", "open_answer", "write_answer"]

#: What the rows of such a data set are.
CONTENT: Final = "rapprochement"

#: Rows of an Arrow batch.
_BATCH: Final = 1024

#: What is hidden everywhere, or is another number every day.
_NO_COLUMN: Final = frozenset({"numero_ps", "jours"})

Fact = TypeVar("Fact", resultat.Ligne, resultat.Orpheline)


class LigneDuJeu(Ligne, frozen=True, kw_only=True):
    """A line, with the day since which it is awaited: the days of a run are counted from there."""

    depuis: Jour


class FichierDuJeu(FichierDit, frozen=True, kw_only=True):
    """A file, and the day of the question; one that could not be read has `etat` `illisible`."""

    au: Jour


class _Tables(NamedTuple):
    """The folder that lines and orphans are written to."""

    answer: Answer
    coffre: Coffre

    def write(
        self, table: str, share: int, model: type[msgspec.Struct], rows: Iterable[msgspec.Struct]
    ) -> None:
        """One part; with a batch that has no row when nothing has."""
        schema = struct_schema(model, keys=PARTS, without=_NO_COLUMN)
        left = iter(rows)

        def batches() -> Iterator[Any]:
            some = list(islice(left, _BATCH))
            yield struct_batch(schema, some)
            while some := list(islice(left, _BATCH)):
                yield struct_batch(schema, some)

        self.answer.write(table, share, batches())

    def share(
        self,
        table: str,
        facts: Collection[Fact],
        kind: type[Fact],
        model: type[msgspec.Struct],
        tell: Callable[[Fact], msgspec.Struct],
    ) -> None:
        """The parts of a table, by professional; one when it has no row."""
        shares: Partitions[Fact] = Partitions(self.coffre, kind)
        there = set()
        for fact in facts:
            there.add(place := partition_of(cle(fact.numero_ps)))
            shares.ajouter(place, fact)
        for place in sorted(there) or [0]:
            self.write(table, place, model, map(tell, shares.lire(place)))
            shares.vider(place)


def open_answer(folder: Path) -> Answer:
    """The data set of a folder, for this run alone. Raises what `Answer` raises."""
    return Answer(folder, CONTENT)


def write_answer(
    answer: Answer,
    result: resultat.Suivi,
    model: Rapprochement,
    gathered: Gathered,
    site: Catalogue | None,
) -> Settled:
    """Let a data set hold an answer, and that one only. Raises `OSError`."""
    teller = Teller(gathered.numero, site)

    def line(ligne: resultat.Ligne) -> LigneDuJeu:
        depuis = ligne.depuis.isoformat() if ligne.depuis else ""
        told = teller.ligne(ligne)
        return LigneDuJeu(depuis=depuis, **{name: getattr(told, name) for name in Ligne.__struct_fields__})

    tables = _Tables(answer, Coffre())
    tables.share("lignes", result.lignes, resultat.Ligne, LigneDuJeu, line)
    tables.share("orphelins", result.orphelins, resultat.Orpheline, Orphelin, teller.orphelin)
    tables.write("virements", 0, resultat.VirementSuivi, model.virements)
    tables.write("forfaits", 0, resultat.ForfaitSuivi, model.forfaits)
    tables.write("retenues", 0, resultat.RetenueSuivie, model.retenues)
    tables.write(FILES, 0, FichierDuJeu, _files(model))
    return answer.settle()


def _files(model: Rapprochement) -> Iterator[FichierDuJeu]:
    unread = [
        FichierDit(fichier=base_name(one.file), nature="", etat="illisible", etat_label=one.title)
        for one in model.errors
    ]
    for one in (*model.fichiers, *unread):
        told = {name: getattr(one, name) for name in FichierDit.__struct_fields__}
        yield FichierDuJeu(au=model.on, **told)
