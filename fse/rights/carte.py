"""Facts told by a Vitale card: each beneficiary, each period.

A card tells periods of rights (groups 105), periods of coverage codes (106), which tell an exemption
(`codes.couverture`), and the AMO service (C2S: 102, 104). It tells no médecin traitant and no free medical
care: these stay untold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, Final

from codes.keys.nir import nir_asked
from fse.rights.model import Droit, c2s_of
from fse.ssv import Zone
from fse.ssv.vues_carte import Assure, Beneficiaire, PeriodeCouverture, PeriodeDroits, ServiceFamille

#: What `source` says of a fact of a card.
SOURCE: Final = "carte"

#: Characters of a day in a zone: AAAAMMJJ, before the hour.
_DAY: Final = 8


def droits_de_carte(zone: Zone, constate_le: dt.date | None = None) -> Iterator[Droit]:
    """Facts of the card in a zone, as read on a day: the card itself does not tell when it was read.

    A beneficiary gives as many facts as periods, one at least. Nothing when the zone holds no card: no group
    101 with a NIR. What is missing is not told.
    """
    card = zone.carte_vitale()
    assure = card.assure if card else None
    if card is None or assure is None or nir_asked(assure.nir) is None:
        return
    for beneficiaire in card.beneficiaires:
        values = _of_person(assure, card.service_famille, beneficiaire)
        periods = zip_longest(beneficiaire.droits_amo, beneficiaire.couvertures)
        for rights, cover in list(periods) or [(None, None)]:
            told = values | _of_rights(rights) | _of_cover(cover)
            yield Droit(**told, constate_le=constate_le, source=SOURCE)


def _of_person(assure: Assure, family: ServiceFamille | None, person: Beneficiaire) -> dict[str, Any]:
    service = person.service_amo
    first, last = person.date_debut_service_amo, person.date_fin_service_amo
    if not service.strip("0") and family is not None and family.service_amo_famille.strip("0"):
        service = family.service_amo_famille
        first, last = family.date_debut_service_amo_famille, family.date_fin_service_amo_famille
    return {
        "nir": assure.nir,
        "cle_nir": assure.cle_nir,
        "nir_individuel": person.nir_certifie,
        "date_naissance": person.date_naissance[:_DAY],
        "rang_naissance": person.rang_naissance or "1",
        "nom": person.nom_usuel,
        "nom_patronymique": person.nom_patronymique,
        "prenom": person.prenom,
        "qualite": person.qualite,
        "regime": assure.code_regime,
        "caisse": assure.caisse_gestionnaire,
        "centre": assure.centre_gestionnaire,
        "c2s": c2s_of(service),
        "service_amo": service,
        **_period("c2s", first, last),
    }


def _of_rights(rights: PeriodeDroits | None) -> dict[str, Any]:
    return {} if rights is None else _period("ouvert", rights.debut, rights.fin)


def _of_cover(cover: PeriodeCouverture | None) -> dict[str, Any]:
    if cover is None or not cover.code_couverture:
        return {}
    return {"code_couverture": cover.code_couverture, **_period("couverture", cover.debut, cover.fin)}


def _period(name: str, first: dt.date | None, last: dt.date | None) -> dict[str, Any]:
    return {f"{name}_du": first, f"{name}_au": last}
