"""Which rules the fast engine may skip on a flawless invoice: those that its gate asks about, and no other.

The gate (`fse.gate`) is closed by default. A rule that is on neither list below is one that nobody has
thought about: as long as there is one, every invoice goes to the checks, which is slower and never wrong.
"""

from __future__ import annotations

from typing import Final

from codes.rules import BESIDE_FLOWS
from fse.rules.registre import CLAIMS, ON_FACTURE, claimant


def _ids(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Rules that an invoice which passes the gate cannot break: a question refuses each that could.
ASKED: Final = _ids(
    """
    acte.accord-date acte.ccam-detail acte.ccam-forme acte.code-perime acte.dent-double acte.lpp-forme
    acte.modificateur-double acte.modificateur-perime acte.sequence
    apias.caisse apias.caisse-smg apias.sejour-prolonge
    assurance.at-sans-numero assurance.exoneration-regime assurance.exoneration-repetee
    assurance.maternite-sans-date assurance.regime-local
    assurance.exoneration-ccam assurance.exoneration-taux assurance.nut-sans-ald assurance.qualificatif-taux
    cle.nir cle.nir-mois cle.nir-provisoire cle.numero-at cle.numero-ps cle.numero-tiers cle.rpps cle.siret
    code.absent code.cadrage code.casse code.inconnu code.liste-ouverte code.snds
    date.acte-facturation date.acte-jjmmaa date.debut-fin date.entree-sortie date.facturation-lot
    date.prescription-acte
    ebd.destinataire ebd.deux-feuilles
    facture.nombre-lignes facture.total-amc facture.total-amc-honoraires facture.total-amc-hospitalier
    facture.total-amo facture.total-amo-honoraires facture.total-amo-hospitalier
    facture.total-base-hospitalier facture.total-depense facture.total-depense-hospitalier
    facture.total-honoraires facture.total-participation-assure
    fichier.tronque
    format.blanc format.caractere format.constante format.date format.heure format.identifiant format.nir
    format.numerique format.remplissage format.signe
    montant.amc-eclatement montant.amo-amc-depense montant.amo-depense montant.base-taux montant.lpp
    montant.prix-unitaire montant.taux montant.ucd
    organisme.numero-destinataire organisme.regimes-melanges organisme.type-destinataire
    presence.code-acte presence.date-acte presence.date-facturation presence.date-naissance
    presence.executant presence.nir presence.numero-facture presence.quantite presence.rattachement
    smg.date smg.destinataire smg.etablissement smg.exoneration smg.exoneration-codee
    smg.mauvaise-caisse smg.melange
    smg.nature-22 smg.participation smg.sans-rattachement smg.supplement-seul smg.triplet
    structure.apres-fin structure.chaine structure.complement-orphelin structure.entete-commun
    structure.entete-differe
    structure.facture-sans-entete structure.facture-sans-ligne structure.facture-sans-total
    structure.hors-lot structure.longueur structure.nombre-complements structure.ordre
    structure.type-inconnu
    transport.arrivee transport.malades
    unicite.facture unicite.soin
    """
)

#: Rules on what frames the invoices: both engines look at it in the same way.
FRAMING: Final = _ids(
    """
    date.lot-fichier
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


def unasked() -> set[str]:
    """The rules on flows, and the checks without a rule, that the gate does not ask about; none today."""
    checks = {claimant(check) for check in ON_FACTURE}
    silent = checks.difference(CLAIMS.values())
    unlisted = CLAIMS.keys() - ASKED
    of_invoices = {rule for rule in unlisted if CLAIMS[rule] in checks}
    of_flows = {rule for rule in unlisted - FRAMING if rule.partition(".")[0] not in BESIDE_FLOWS}
    return silent | of_invoices | of_flows
