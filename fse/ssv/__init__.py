"""Binary zones of SESAM-Vitale (SSV): what the library reads from cards and takes from programs.

`read_zone` gives a `Zone`; `zone.groups` its groups, `zone.carte_vitale()`, `zone.cps()`,
`zone.configuration()`, `zone.facture()` the same with the norm's words; `check` what is odd in it;
`build_carte_vitale` a synthetic card. `read_groups` reads in bulk. `fse.ssv.reference` is the format in
construct.
"""

from fse.ssv.aggregates import CarteVitale, Configuration, Cps, EnteteFacture
from fse.ssv.carte import (
    AccidentCarte,
    AmcCarte,
    AssureCarte,
    BeneficiaireCarte,
    CouvertureCarte,
    DroitsCarte,
    MutuelleCarte,
    build_carte_vitale,
)
from fse.ssv.check import check
from fse.ssv.destinataire import destinataire
from fse.ssv.findings import ZoneFinding
from fse.ssv.reader import looks_like_zone, read_zone
from fse.ssv.scan import read_groups
from fse.ssv.tables import GroupLayout, ZoneField, find_code, tables
from fse.ssv.vue import Vue, to_date, to_datetime, vue_of
from fse.ssv.zone import Fields, Group, Groups, Zone

__all__ = [
    "AccidentCarte",
    "AmcCarte",
    "AssureCarte",
    "BeneficiaireCarte",
    "CarteVitale",
    "Configuration",
    "CouvertureCarte",
    "Cps",
    "DroitsCarte",
    "EnteteFacture",
    "Fields",
    "Group",
    "GroupLayout",
    "Groups",
    "MutuelleCarte",
    "Vue",
    "Zone",
    "ZoneField",
    "ZoneFinding",
    "build_carte_vitale",
    "check",
    "destinataire",
    "find_code",
    "looks_like_zone",
    "read_groups",
    "read_zone",
    "tables",
    "to_date",
    "to_datetime",
    "vue_of",
]
