"""The follow-up: what became of each euro claimed.

    result = follow([("flux-1.b2", path)], [("retour-1.txt", path)], arls=read_arls(path))
    for ligne in result.lignes: print(ligne.numero, ligne.etat.label(), ligne.action.banner())

Money is identified by the transfer, never by the file; a sending is not an invoice; states are by part. The
engine is a pure function of facts: `follow` reads them from files, `follow_facts` takes them from anywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from codes.actions import Lang
from codes.delais import Delais
from codes.rejects import Catalogue
from flatfile import Readable
from noemie.returns.arl import Arl
from noemie.suivi.collecte import Collecte
from noemie.suivi.depot import IN_MEMORY
from noemie.suivi.faits import Communs, Envoi, Marque, PaiementDit, Reponse, Tranche
from noemie.suivi.moteur import Moteur, follow_facts
from noemie.suivi.resultat import Ligne, Orpheline, Sommes, Suivi

__all__ = [
    "Collecte",
    "Communs",
    "Envoi",
    "Ligne",
    "Marque",
    "Moteur",
    "Orpheline",
    "PaiementDit",
    "Reponse",
    "Sommes",
    "Suivi",
    "Tranche",
    "follow",
    "follow_facts",
]

#: A file: a path, or its name and what holds its bytes.
Source = str | Path | tuple[str, Readable]


def follow(
    sent: Iterable[Source],
    returned: Iterable[Source],
    arls: Iterable[Arl] = (),
    marks: Iterable[Marque] = (),
    tables: Iterable[PaiementDit] = (),
    on: dt.date | None = None,
    site: Catalogue | None = None,
    delais: Delais | None = None,
    lang: Lang = "fr",
    in_memory: int = IN_MEMORY,
) -> Suivi:
    """What became of everything sent, from the returns received.

    Beyond `in_memory` facts, they pass through a private folder, and lines are read from there.

    `on` is the day of the question, by default the latest day of flows, returns and ARLs. Raises
    `FormatError` on a file of another kind.
    """
    collecte = Collecte(arls, marks, in_memory)
    for source in sent:
        collecte.envois(*_named(source))
    for source in returned:
        collecte.retour(*_named(source))
    collecte.tableau(tables)
    return collecte.suivi(on, site, delais, lang)


def _named(source: Source) -> tuple[Readable, str]:
    return (source[1], source[0]) if isinstance(source, tuple) else (source, Path(source).name)
