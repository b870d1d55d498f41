"""Which rules the fast engine may skip on a flawless invoice: those that its gate asks about, and no other.

The gate (`fse.gate`) is closed by default. A rule that is on neither list below is one that nobody has
thought about: as long as there is one, every invoice goes to the checks, which is slower and never wrong.
An invoice that the gate refuses goes to the checks of the parts that it refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from codes.rules import BESIDE_FLOWS
from fse.rules.registre import CLAIMS, ON_FACTURE, Check, claimant


def _ids(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: What the gate looks at in an invoice, one bit each: its record 2; its lines up to their quantity, and from
#: it on; all complements; the order of its records; its record 5 and what it sums; whether its régime goes
#: where the file goes. `WHOLE` is none of them alone.
HEADER, STARTS, FIGURES, DETAILS, ORDER, SUMS, SENT, WHOLE = (1 << bit for bit in range(8))
LINES: Final = STARTS | FIGURES
EVERYTHING: Final = (1 << 8) - 1

#: Rules that an invoice cannot break where the gate has nothing against these parts of it: a question refuses
#: each that could.
BY_PART: Final = {
    HEADER: _ids(
        """
        apias.caisse apias.caisse-smg apias.sejour-prolonge
        assurance.at-sans-numero assurance.exoneration-regime assurance.maternite-sans-date
        assurance.regime-local
        date.entree-sortie date.facturation-lot
        montant.amc-eclatement
        presence.date-facturation presence.date-naissance presence.nir presence.numero-facture
        presence.rattachement
        smg.date smg.destinataire smg.etablissement smg.exoneration smg.exoneration-codee smg.melange
        smg.nature-22 smg.participation smg.sans-rattachement smg.supplement-seul smg.triplet
        """
    ),
    STARTS: _ids(
        """
        acte.ccam-detail acte.code-perime
        date.acte-facturation date.acte-jjmmaa
        ebd.destinataire ebd.deux-feuilles
        presence.code-acte presence.date-acte presence.executant
        """
    ),
    FIGURES: _ids(
        """
        montant.amo-amc-depense montant.amo-depense montant.base-taux montant.prix-unitaire montant.taux
        presence.quantite
        """
    ),
    LINES: _ids(
        """
        assurance.exoneration-repetee assurance.exoneration-taux assurance.nut-sans-ald
        assurance.qualificatif-taux
        smg.mauvaise-caisse
        """
    ),
    DETAILS: _ids(
        """
        acte.ccam-forme acte.dent-double acte.lpp-forme acte.modificateur-double acte.sequence
        montant.lpp montant.ucd
        transport.arrivee transport.malades
        """
    ),
    STARTS | DETAILS: _ids("acte.accord-date acte.modificateur-perime date.debut-fin date.prescription-acte"),
    LINES | DETAILS: _ids("assurance.exoneration-ccam"),
    HEADER | STARTS | DETAILS: _ids("date.autre-jjmmaa"),
    ORDER: _ids(
        """
        structure.chaine structure.complement-orphelin structure.facture-sans-entete
        structure.facture-sans-ligne structure.facture-sans-total structure.nombre-complements structure.ordre
        """
    ),
    SUMS: _ids(
        """
        facture.nombre-lignes facture.total-amc facture.total-amc-honoraires facture.total-amc-hospitalier
        facture.total-amo facture.total-amo-honoraires facture.total-amo-hospitalier
        facture.total-base-hospitalier facture.total-depense facture.total-depense-hospitalier
        facture.total-honoraires facture.total-participation-assure
        """
    ),
    SENT: _ids("organisme.numero-destinataire organisme.regimes-melanges organisme.type-destinataire"),
    WHOLE: _ids(
        """
        cle.nir cle.nir-mois cle.nir-provisoire cle.numero-at cle.numero-ps cle.numero-tiers cle.rpps
        cle.siret
        code.absent code.cadrage code.casse code.inconnu code.liste-ouverte code.snds
        fichier.tronque
        format.blanc format.caractere format.constante format.date format.heure format.identifiant format.nir
        format.numerique format.remplissage format.signe
        structure.apres-fin structure.entete-commun structure.entete-differe structure.hors-lot
        structure.longueur structure.type-inconnu
        unicite.facture unicite.soin
        """
    ),
}

#: All of them.
ASKED: Final = frozenset[str]().union(*BY_PART.values())

_PART: Final = {rule: part for part, rules in BY_PART.items() for rule in rules}

#: Rules on what frames the invoices: both engines look at it in the same way.
FRAMING: Final = _ids(
    """
    date.flux-jjmmaa date.lot-fichier
    fichier.abime fichier.absent fichier.acces fichier.adresse fichier.blancs-retires fichier.bom
    fichier.coupures
    fichier.ebcdic
    fichier.fin-de-ligne
    fichier.fin-de-ligne-mixte
    fichier.gzip-illisible fichier.identite fichier.inconnu fichier.lecture fichier.longueur-declaree
    fichier.noemie fichier.nombre-lots fichier.norme-lot fichier.octet-final
    fichier.processus fichier.protocole fichier.repertoire fichier.taille fichier.trop-grand
    fichier.utf-16 fichier.utf-8 fichier.vide fichier.volume
    lot.nombre-factures lot.nombre-lignes lot.nombre-types-2 lot.nombre-types-5 lot.numero lot.numero-ps
    lot.total-amc lot.total-amo lot.total-depense
    organisme.emetteur organisme.lot-destinataire
    presence.numero-lot
    structure.debut structure.debut-double structure.fin structure.fin-sans-lot structure.lot-sans-fin
    structure.lot-vide
    unicite.lot
    """
)


def unasked() -> frozenset[str]:
    """The rules on flows, and the checks without a rule, that the gate does not ask about; none today."""
    return _unasked(tuple(CLAIMS.items()), tuple(ON_FACTURE), ASKED)


@lru_cache(maxsize=4)
def _unasked(
    claims: tuple[tuple[str, str], ...], on_facture: tuple[Check, ...], asked: frozenset[str]
) -> frozenset[str]:
    of = dict(claims)
    checks = {claimant(check) for check in on_facture}
    silent = checks.difference(of.values())
    unlisted = of.keys() - asked
    of_invoices = {rule for rule in unlisted if of[rule] in checks}
    of_flows = {rule for rule in unlisted - FRAMING if rule.partition(".")[0] not in BESIDE_FLOWS}
    return frozenset(silent | of_invoices | of_flows)


def parts_of(checks: Sequence[Check]) -> list[tuple[Check, int]]:
    """Each check of invoices, with the parts it looks at: where all are right it has nothing to say."""
    parts: dict[str, int] = {}
    for rule, name in CLAIMS.items():
        parts[name] = parts.get(name, 0) | _PART.get(rule, WHOLE)
    return [(check, parts.get(claimant(check), WHOLE)) for check in checks]
