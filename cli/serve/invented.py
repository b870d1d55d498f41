"""An invented practice, for `noemie demo --serve`: a year of flows, their answers, cards and rights.

Nobody here exists. The last answers came yesterday, so that the page has a morning to show.
"""

from __future__ import annotations

import datetime as dt
import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zlib import crc32

from cli.words.speech import language, say

if TYPE_CHECKING:
    from cli.serve.practice import Practice
    from fixtures.caisse import Issue
    from fse import Facture

__all__ = ["practice_of", "write"]

#: Invoices of the year, and from which on they are of the last weeks.
_INVOICES: Final = 360
_RECENT: Final = 300

#: What the invented funds refuse, by what chance gives out of a hundred: up to that number, this motive.
_MOTIVES: Final = (
    (2, "doublon"),
    (5, "droits_fermes"),
    (7, "beneficiaire_inconnu"),
    (8, "exoneration_non_retrouvee"),
    (9, "acte_inconnu"),
    (10, "nir_cle_invalide"),
)


def write(folder: Path, today: dt.date, seed: int = 1) -> list[Path]:
    """Write the files of the year that ends on this day; all of them, in the order in which they came."""
    from fixtures.caisse import Caisse
    from fixtures.profils import Parametres
    from fixtures.scenario import Scenario
    from noemie.returns.arl import write_arls

    asked = Parametres("infirmier", seed, _INVOICES, ending=today, months=12, tiers_payant=1.0)
    scenario = Scenario(asked, avec=("cards", "rights"))
    answer = Caisse(seed, issues=_issue, until=today).respond(*(flow.data for flow in scenario.flows))
    files = {name: data for name, data in scenario.files().items() if not name.endswith(".json")}
    files |= {f"retours/{one.nom}": one.data for one in answer.returns}
    files["retours/arl.json"] = write_arls(answer.arls)
    written = []
    read = dt.datetime.combine(today - dt.timedelta(days=1), dt.time(12)).timestamp()
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (read, read))  # the day of a card is that of its file
        written.append(path)
    return written


def practice_of(folder: Path, today: dt.date, seed: int = 1) -> Practice:
    """The invented practice, read into a ledger of its own in this folder, whose key stays there."""
    from cli.serve.practice import Places, Practice
    from cli.serve.reading import read_files

    key = folder / "cle.hex"
    key.write_text(sha256(b"an invented practice").hexdigest() + "\n", encoding="ascii")
    places = Places(str(folder / "registre.db"), str(folder / "droits.db"), key_file=key)
    names = [str(path) for path in write(folder / "fichiers", today, seed)]
    name = say("Cabinet Fictif, infirmiers", "An invented practice")
    practice = Practice(places, language(), name=name, on=today)
    yesterday = today - dt.timedelta(days=1)
    last = [one for one in names if f"-{yesterday:%Y%m%d}-" in one]
    for some in ([one for one in names if one not in last], last):
        read_files(some, places, None, lambda done, of: None, apart=False)
        if some is not last:  # somebody read the page yesterday: what came since is new
            practice.change(lambda ledger: ledger.today(yesterday, language(), remember=True))
    return practice


def _issue(facture: Facture) -> Issue | None:
    """What becomes of an invoice, by its number alone; the year that passed was almost all paid."""
    from fixtures.caisse import Issue

    number = int(facture.numero or 0)
    chance = crc32(facture.numero.encode()) % 100
    recent = number > _RECENT
    if not recent and chance >= 4:
        return Issue.payee() if chance < 98 else Issue.perdue()
    for most, motive in _MOTIVES:
        if chance < most * (2 if recent else 1):
            return Issue.rejetee(motive)
    if recent and chance < 26:
        return Issue.differee()
    if recent and chance < 34:
        return Issue.perdue()
    return Issue.payee()
