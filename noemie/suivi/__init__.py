"""The follow-up: what became of each euro claimed.

    result = follow([("flux-1.b2", path)], [("retour-1.txt", path)], arls=read_arls(path))
    for ligne in result.lignes: print(ligne.numero, ligne.etat.label(), ligne.action.banner())

Money is identified by the transfer, never by the file; a sending is not an invoice; states are by part. The
engine is a pure function of facts: `follow` reads them from files, `follow_facts` takes them from anywhere.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from pathlib import Path

from codes.actions import Lang
from codes.delais import Delais
from codes.rejects import Catalogue
from flatfile import Readable
from noemie.returns.arl import Arl
from noemie.suivi.depot import IN_MEMORY, Magasin
from noemie.suivi.faits import Communs, Envoi, Marque, PaiementDit, Reponse, Tranche
from noemie.suivi.lire import Jetons, Lecteur, lire_envois
from noemie.suivi.moteur import Moteur, follow_facts
from noemie.suivi.resultat import Ligne, Orpheline, Sommes, Suivi

__all__ = [
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
    jetons = Jetons(secrets.token_bytes(32))
    communs = Communs(arls=list(arls), marques=list(marks))
    magasin = Magasin(in_memory)
    days: list[dt.date] = []
    for source in sent:
        for envoi in lire_envois(*_named(source), jetons):
            communs.professionnels.add(envoi.ps)
            if envoi.depuis is not None and envoi.depuis not in days[-2:]:
                days = _bounds([*days, envoi.depuis])
            magasin.ajouter_envoi(envoi)
    lecteur = Lecteur(jetons, communs, (days[0], days[-1]) if days else None)
    for source in returned:
        for reponse in lecteur.lire(*_named(source)):
            magasin.ajouter_reponse(reponse)
    for reponse in lecteur.tableau(tables):
        magasin.ajouter_reponse(reponse)
    return follow_facts(
        magasin.tranches(), communs, on=on, site=site, delais=delais, lang=lang, depot=magasin.depot()
    )


def _bounds(days: list[dt.date]) -> list[dt.date]:
    return [min(days), max(days)]


def _named(source: Source) -> tuple[Readable, str]:
    return (source[1], source[0]) if isinstance(source, tuple) else (source, Path(source).name)
