"""The follow-up on facts: CPU an invoice, and memory above the base, reading of files apart.

Counted is all that `noemie reconcile` does beside reading and telling: facts are kept, through a private
folder beyond those that stay in memory, studied, worded, then walked. Making the facts is timed alone, and
taken off.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from noemie.suivi.faits import Communs, Envoi, Mouvement, Rejet, Reponse, Run, Virement

#: What is asked for: microseconds for an invoice (one minute for a million), megabytes above the base.
MOST_MICROSECONDS, MOST_MEGABYTES = 60.0, 96.0

_START = dt.date(2025, 1, 6)
_A_DAY = 40  # invoices of a professional
_PATIENTS = 800  # of a professional
_PER_YEAR = 9_000
_ACTS = 4  # bills that differ in a day, the patient apart

_REFUSALS = (
    Rejet("SIMJ", "SIMULATION PRESCRIPTION INTERDITE A CETTE DATE", "F", "O"),
    Rejet("SIME", "SIMULATION DROITS FERMES A LA DATE DES SOINS", "F", "O"),
)

_CHILD = """
import sys, time
from pathlib import Path
import bench.suivi as suivi
from cli.io.guard import collect_seldom
from noemie.suivi.depot import Magasin
from noemie.suivi.moteur import Moteur, follow_facts

def peak():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])

collect_seldom()
communs = suivi.shared(1000)
list(follow_facts([suivi.slice_of(1000, communs)], communs).lignes)
base = peak()
count, in_memory = map(int, sys.argv[1:])
communs = suivi.shared(count)
started = time.process_time()
for _ in suivi.facts(count, communs):
    pass
made = time.process_time() - started
magasin = Magasin(in_memory)
started = time.process_time()
for envoi, reponse in suivi.facts(count, communs):
    magasin.ajouter_envoi(envoi)
    if reponse is not None:
        magasin.ajouter_reponse(reponse)
kept = time.process_time()
result = follow_facts(magasin.tranches(), communs, depot=magasin.depot())
done = time.process_time()
lines = sum(1 for _ in result.lignes)
walked = time.process_time()
assert lines == count, lines
print(kept - started - made, done - kept, walked - done, peak() - base)
"""


@dataclass(frozen=True, slots=True)
class Suivi:
    """The follow-up of `count` invoices and their answers: seconds of CPU, megabytes above the base."""

    count: int
    keeping: float
    engine: float
    walking: float
    above: float

    @property
    def seconds(self) -> float:
        """All that is done beside reading files."""
        return self.keeping + self.engine + self.walking

    @property
    def microseconds(self) -> float:
        """The same, for an invoice."""
        return self.seconds / self.count * 1e6

    @property
    def reached(self) -> bool:
        """Whether it stays within what the design allows."""
        return self.microseconds <= MOST_MICROSECONDS and self.above <= MOST_MEGABYTES


def measure(count: int, in_memory: int = 20_000) -> Suivi:
    """Measure in a process of its own."""
    command = [sys.executable, "-c", _CHILD, str(count), str(in_memory)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    keeping, engine, walking, above = map(float, done.stdout.split())
    return Suivi(count, keeping, engine, walking, above / 1024)


def shared(count: int) -> Communs:
    """Runs and transfers: one a day and professional."""
    communs = Communs()
    for number in range(count // _A_DAY + 1):
        ps, day = _place(number * _A_DAY)
        paid = day + dt.timedelta(6)
        communs.professionnels.add(ps)
        communs.runs.append(
            Run(
                fichier=f"retour-{number}.txt",
                empreinte=f"{number:032x}",
                type_emetteur="CT",
                emetteur="00000001016421",
                destinataire=ps,
                identification=f"{number:06d}",
                jour=paid,
            )
        )
        communs.virements.append(Virement("01421", ps, paid, f"VIR {number}"))
    return communs


def _place(number: int) -> tuple[str, dt.date]:
    """The professional and the day of an invoice."""
    ps, own = divmod(number, 4 * _PER_YEAR)
    return f"{990000000 + ps}", _START + dt.timedelta(own // _A_DAY)


def slice_of(count: int, communs: Communs):  # type: ignore[no-untyped-def]
    """The same facts as one slice."""
    from noemie.suivi.faits import Tranche

    both = list(facts(count, communs))
    return Tranche([one for one, _ in both], [one for _, one in both if one])


def facts(count: int, communs: Communs) -> Iterator[tuple[Envoi, Reponse | None]]:
    """Sendings with their answers: nine of ten paid, the others refused, deferred or still awaited.

    Numbers start again each year; half of the refused ones are redone under another number. Half are refused
    for the rights of a patient, of whom ten others had the same acts on that day.
    """
    refused: list[int] = []
    for number in range(count):
        ps, day = _place(number)
        source = refused.pop(0) if number % 20 == 19 and refused else number
        outcome = number % 20
        envoi = _sending(number, source, ps, day)
        if outcome == 18:
            yield envoi, None
            continue
        kind = "R" if outcome in (3, 7) else "D" if outcome == 11 and number % 40 == 11 else "P"
        if outcome == 3:
            refused.append(number)
        yield envoi, _answer(number, envoi, kind, communs.runs[number // _A_DAY].jour)


def _sending(number: int, source: int, ps: str, day: dt.date) -> Envoi:
    patient = f"{ps}-{source * 7919 % _PATIENTS}"
    cared = _place(source)[1]
    care = f"{patient}{cared.toordinal()}"
    return Envoi(
        fichier=f"flux-{number // _A_DAY}.b2",
        numero=f"{number % _PER_YEAR + 1:09d}",
        cle=str(number % _PER_YEAR + 1),
        numero_ps=ps,
        ps=ps,
        lot=f"{number // _A_DAY % 999 + 1:03d}",
        cle_lot=str(number // _A_DAY % 999 + 1),
        date_lot=day,
        date_facturation=day,
        identification=f"{number // _A_DAY:06d}",
        date_envoi=day,
        amo=1470,
        amc=630,
        operation="1",
        patient=patient,
        e1=f"a{care}-{source}",
        e2=f"b{care}",
        e3=f"c{ps}-{cared.toordinal()}-{source % _ACTS}",
        lignes=(f"l{care}",),
        soins=(cared, cared),
        record=3 + 2 * (number % _A_DAY),
        rang=2 + 2 * (number % _A_DAY),
    )


def _answer(number: int, envoi: Envoi, kind: str, day: dt.date | None) -> Reponse:
    paid = kind == "P"
    return Reponse(
        run=number // _A_DAY,
        virement=number // _A_DAY,
        cle=envoi.cle,
        record=6 + number % _A_DAY,
        jour=day,
        cle_lot=envoi.cle_lot,
        date_lot=envoi.date_lot,
        ps=(envoi.ps,),
        patient=envoi.patient,
        type_facture="F",
        mouvements=(
            Mouvement("AMO", kind, 1470, 1470 if paid else 0),
            Mouvement("AMC", kind, 630, 630 if paid else 0),
        ),
        rejets=() if paid else (_REFUSALS[number % 40 < 20],),
    )
