"""The files of `noemie reconcile`: flows and ARLs first, then returns, each told apart by its content.

Invoice numbers read in damaged records are hidden: they may be something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final, Literal, NamedTuple

import msgspec

from cli.followup.model import FichierDit
from cli.io.inputs import Input, title
from cli.io.problems import Problem
from cli.words.fields import is_sound
from cli.words.speech import say
from cli.words.texts import HIDDEN, printable
from flatfile import FormatError, Record
from fse import Facture
from fse.reader import Reading
from noemie import Retour, read_retour
from noemie.documents.recognise import Family, expect, recognise
from noemie.returns.arl import read_arls
from noemie.returns.tables import TRAILER
from noemie.suivi import Collecte, Marque
from noemie.suivi.depot import IN_MEMORY
from noemie.suivi.faits import Envoi
from noemie.suivi.lire import Jetons, Lues, envois_de, lire_seul
from noemie.suivi.resultat import FichierSuivi
from noemie.suivi.runs import Bornes

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
        name, state = base_name(input.name), _FlowState()
        reading = Reading(input.source())
        with reading.source:
            self._add_flow(name, state, lambda: self.collecte.factures(state.watched(reading.items()), name))

    def _add_flow(self, name: str, state: _FlowState, add: Callable[[], None]) -> None:
        """Add the sendings of a flow; `state` is known once they are."""
        twice = len(self.collecte.doublons)
        try:
            add()
        finally:  # what was read before an error is followed all the same
            self._doubtful.update((name, number) for number in state.doubtful)
        etat = "coupe" if not state.ended else "abime" if state.damaged else "lu"
        if etat == "lu" and len(self.collecte.doublons) > twice:
            etat = "copie"
        count = self.collecte.flux[-1].nombre
        self._told.append(self._file(name, "envoi", etat, factures=count))

    def _return(self, input: Input) -> None:
        name = base_name(input.name)
        retour = read_retour(input.source(), name=name)
        self._doubtful.update((name, number) for number in _doubtful(retour))
        self.collecte.retour(retour, name)

    def _arl(self, input: Input) -> None:
        self.collecte.communs.arls += read_arls(input.source())
        self._told.append(self._file(base_name(input.name), "arl", "lu"))

    # --- what other processes read --------------------------------------------------------------------------

    def reader(self) -> Reader:
        """What reads files elsewhere: flows first, then, once these are added, returns."""
        return Reader(self.collecte.jetons, self.collecte.bornes)

    def add(self, input: Input, read: _Flow | _Return) -> None:
        """Add a file that another process read. Raises `FormatError`."""
        name = base_name(input.name)
        if isinstance(read, _Flow):
            self._add_flow(name, read.state, lambda: self.collecte.envois_lus(read.again(), name))
            self.files["sent"] += 1
            return
        self._doubtful.update((name, number) for number in read.doubtful)
        self.collecte.reponses_lues(read.lues)
        self.files["returned"] += 1


class _FlowState:
    """What was seen of a flow: whether it ends, is damaged; the numbers of invoices that may be another's."""

    def __init__(self) -> None:
        self.damaged = False
        self.ended = False
        self.doubtful: list[int] = []

    def watched(self, items: Iterator[Facture | Record]) -> Iterator[Facture | Record]:
        """The same items."""
        for item in items:
            if isinstance(item, Facture):
                self.ended = False
                telling = next((one for one in item.records if "numero_facture" in one.layout), None)
                if telling is None or not is_sound(telling):
                    self.doubtful.append(item.number)
                    self.damaged = True
                self.damaged |= any(one.layout.name == _UNREADABLE for one in item.records)
            else:
                self.ended |= item.type == TRAILER
                self.damaged |= item.layout.name == _UNREADABLE
            yield item


class _Flow(NamedTuple):
    """What was read of a flow, until `error` if any."""

    envois: list[Envoi]
    state: _FlowState
    error: FormatError | None

    def again(self) -> Iterator[Envoi]:
        """The sendings, then what is raised."""
        yield from self.envois
        if self.error is not None:
            raise self.error


class _Return(NamedTuple):
    """What was read of a return."""

    lues: Lues
    doubtful: list[int]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads a flow or a return, in any process, under the tokens of one run."""

    jetons: Jetons
    bornes: Bornes | None

    def __call__(self, one: tuple[Input, Kind | FormatError]) -> _Flow | _Return | FormatError:
        """What was read, or why it cannot be."""
        given, kind = one
        name = base_name(given.name)
        try:
            with given as input:
                if kind == "returned":
                    retour = read_retour(input.source(watched=False), name=name)
                    return _Return(lire_seul(retour, name, self.jetons, self.bornes), _doubtful(retour))
                return self._flow(Reading(input.source(watched=False)), name)
        except FormatError as error:
            return error

    def _flow(self, reading: Reading, name: str) -> _Flow:
        envois: list[Envoi] = []
        state = _FlowState()
        with reading.source:
            try:
                envois.extend(envois_de(state.watched(reading.items()), name, self.jetons))
            except FormatError as error:
                return _Flow(envois, state, error)
        return _Flow(envois, state, None)


def _doubtful(retour: Retour) -> list[int]:
    """The numbers of the invoices of a return that may be another's."""
    return [facture.record.number for facture in retour.factures if not is_sound(facture.record)]
