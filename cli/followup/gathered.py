"""The files of `noemie reconcile`: flows and ARLs first, then returns, each told apart by its content.

Invoice numbers read in damaged records are hidden: they may be something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Final, Literal

import msgspec

from cli.followup.model import FichierDit
from cli.io.inputs import Input, title
from cli.io.problems import Problem
from cli.words.fields import is_sound
from cli.words.speech import say
from cli.words.texts import HIDDEN, printable
from flatfile import Record
from fse import Facture
from fse.reader import Reading
from noemie import read_retour
from noemie.documents.recognise import Family, expect, recognise
from noemie.returns.arl import read_arls
from noemie.returns.tables import TRAILER
from noemie.suivi import Collecte, Marque
from noemie.suivi.depot import IN_MEMORY
from noemie.suivi.resultat import FichierSuivi

Kind = Literal["sent", "returned", "arl"]

#: Name of the layout of what no record type fits.
_UNREADABLE: Final = "?"

#: What the state of a file is called.
_LABELS: Final = {
    "lu": ("lu", "read"),
    "abime": ("abîmé : une partie n'a pas pu être lue", "damaged: a part of it could not be read"),
    "coupe": (
        "coupé : sa fin manque, le récupérer de nouveau",
        "cut: its end is missing, fetch it again",
    ),
    "ecarte": ("laissé de côté : le fichier entier est là", "left aside: the whole file is there"),
    "copie": ("copie, comptée une fois", "copy, counted once"),
    "autre": (
        "laissé de côté : ni flux, ni retour, ni ARL",
        "left aside: neither a flow, nor a return, nor ARLs",
    ),
}


_KINDS: Final[dict[Family, Kind]] = {"b2": "sent", "noemie": "returned", "arl": "arl"}


def families_of(kind: Kind | None) -> tuple[Family, ...]:
    """What a file that was given for a kind may be; all three for none."""
    return tuple(family for family, one in _KINDS.items() if kind in (None, one))


def kind_of(head: bytes) -> Kind:
    """`sent`, `returned` or `arl`, from the first bytes of a file. Raises `FormatError` for another."""
    return _KINDS[expect(recognise(head), "b2", "noemie", "arl").family]


def base_name(name: str) -> str:
    """A file as it is called in the answer: without its folder, nor its archive."""
    return PurePath(title(name)).name


class Gathered:
    """What the files hold, and what could not be read."""

    def __init__(self, marks: list[Marque]) -> None:
        self.collecte = Collecte(marks=marks, in_memory=IN_MEMORY)
        self.errors: list[Problem] = []
        self.files: dict[str, int] = {"sent": 0, "returned": 0, "arl": 0}
        self._doubtful: set[tuple[str, int]] = set()
        self._told: list[FichierDit] = []

    def take(self, input: Input, kind: Kind) -> None:
        """Read one file. Raises `FormatError`."""
        {"sent": self._flow, "returned": self._return, "arl": self._arl}[kind](input)
        self.files[kind] += 1

    def aside(self, name: str) -> None:
        """A file of a folder that is neither a flow nor a return."""
        self._told.append(self._file(base_name(name), "autre", "ecarte", "autre"))

    def numero(self, numero: str, fichier: str, record: int) -> str:
        """The number of an invoice, when it can be trusted to be one."""
        return HIDDEN if (fichier, record) in self._doubtful else printable(numero)

    def fichiers(self, runs: list[FichierSuivi]) -> list[FichierDit]:
        """Every file, and each run of the returns, by name."""
        made = [*self._told]
        for run in runs:
            # A run that tells its total has its end: it is damaged, not cut.
            ended = run.etat == "coupe" and run.total_annonce is not None
            etat = "abime" if ended else run.etat
            made.append(
                msgspec.structs.replace(
                    self._file(run.fichier, "retour", etat),
                    rang=run.rang,
                    jour=run.jour.isoformat() if run.jour else "",
                    autre_jour=run.autre_jour.isoformat() if run.autre_jour else "",
                    total_annonce=run.total_annonce,
                    total_lu=run.total_lu,
                    concorde=run.concorde,
                )
            )
        return sorted(made, key=lambda one: (one.fichier, one.rang))

    def _file(
        self, fichier: str, nature: str, etat: str, label: str = "", factures: int | None = None
    ) -> FichierDit:
        words = say(*_LABELS[label or etat])
        return FichierDit(fichier=fichier, nature=nature, etat=etat, etat_label=words, factures=factures)

    # --- the three kinds ------------------------------------------------------------------------------------

    def _flow(self, input: Input) -> None:
        name = base_name(input.name)
        reading = Reading(input.source())
        state = _FlowState()
        twice = len(self.collecte.doublons)
        with reading.source:
            self.collecte.factures(self._watched(reading.items(), name, state), name)
        etat = "coupe" if not state.ended else "abime" if state.damaged else "lu"
        if etat == "lu" and len(self.collecte.doublons) > twice:
            etat = "copie"
        count = self.collecte.flux[-1].nombre
        self._told.append(self._file(name, "envoi", etat, factures=count))

    def _watched(
        self, items: Iterator[Facture | Record], name: str, state: _FlowState
    ) -> Iterator[Facture | Record]:
        """The same items; notes what is damaged, and whether the flow ends."""
        for item in items:
            if isinstance(item, Facture):
                state.ended = False
                telling = next((one for one in item.records if "numero_facture" in one.layout), None)
                if telling is None or not is_sound(telling):
                    self._doubtful.add((name, item.number))
                    state.damaged = True
                state.damaged |= any(one.layout.name == _UNREADABLE for one in item.records)
            else:
                state.ended |= item.type == TRAILER
                state.damaged |= item.layout.name == _UNREADABLE
            yield item

    def _return(self, input: Input) -> None:
        name = base_name(input.name)
        retour = read_retour(input.source(), name=name)
        self._doubtful.update(
            (name, facture.record.number) for facture in retour.factures if not is_sound(facture.record)
        )
        self.collecte.retour(retour, name)

    def _arl(self, input: Input) -> None:
        self.collecte.communs.arls += read_arls(input.source())
        self._told.append(self._file(base_name(input.name), "arl", "lu"))


class _FlowState:
    """What was seen of a flow."""

    def __init__(self) -> None:
        self.damaged = False
        self.ended = False
