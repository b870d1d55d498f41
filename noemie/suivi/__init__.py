"""The follow-up: what became of each euro claimed.

    result = follow([("flux-1.b2", path)], [("retour-1.txt", path)], arls=read_arls(path))
    for ligne in result.lignes: print(ligne.numero, ligne.etat.label(), ligne.action.banner())

Money is identified by the transfer, never by the file; a sending is not an invoice; states are by part. The
engine is a pure function of facts: `follow` reads them from files, `follow_facts` takes them from anywhere.
"""

from typing import TYPE_CHECKING

from flatfile.lazy import hand_on

if TYPE_CHECKING:
    from noemie.suivi.collecte import Collecte as Collecte
    from noemie.suivi.collecte import follow as follow
    from noemie.suivi.faits import Communs as Communs
    from noemie.suivi.faits import Envoi as Envoi
    from noemie.suivi.faits import Marque as Marque
    from noemie.suivi.faits import PaiementDit as PaiementDit
    from noemie.suivi.faits import Reponse as Reponse
    from noemie.suivi.faits import Tranche as Tranche
    from noemie.suivi.moteur import Moteur as Moteur
    from noemie.suivi.moteur import follow_facts as follow_facts
    from noemie.suivi.resultat import Ligne as Ligne
    from noemie.suivi.resultat import Orpheline as Orpheline
    from noemie.suivi.resultat import Sommes as Sommes
    from noemie.suivi.resultat import Suivi as Suivi

_NAMES = {
    "noemie.suivi.collecte": ("Collecte", "follow"),
    "noemie.suivi.faits": ("Communs", "Envoi", "Marque", "PaiementDit", "Reponse", "Tranche"),
    "noemie.suivi.moteur": ("Moteur", "follow_facts"),
    "noemie.suivi.resultat": ("Ligne", "Orpheline", "Sommes", "Suivi"),
}
__getattr__, __dir__, __all__ = hand_on(__name__, _NAMES)
