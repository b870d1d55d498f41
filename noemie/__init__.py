"""What comes back: NOEMIE returns read, explained, checked and written.

`read_retour` gives a `Retour`: transfers, invoices, parts, acts, rejects. `explain` says what a reject means,
`action` what to do about an invoice, `check` what is odd in the file. `RetourWriter` makes a return.
"""

from codes.actions import Action
from codes.rejects import Explanation
from noemie.checks import check
from noemie.explain import action, explain
from noemie.facture import EtatFacture, FactureRetour, MouvementOC, normalise_numero
from noemie.reader import iter_entites, read_retour
from noemie.retour import Correspondant, Retour, Virement
from noemie.tables import entity_lengths, layouts
from noemie.tree import Noeud
from noemie.views import Acte, Commentaire, Contrat, Dette, Forfait, Part, Rejet
from noemie.writer import RetourWriter, mot_de_passe

__all__ = [
    "Acte",
    "Action",
    "Commentaire",
    "Contrat",
    "Correspondant",
    "Dette",
    "EtatFacture",
    "Explanation",
    "FactureRetour",
    "Forfait",
    "MouvementOC",
    "Noeud",
    "Part",
    "Rejet",
    "Retour",
    "RetourWriter",
    "Virement",
    "action",
    "check",
    "entity_lengths",
    "explain",
    "iter_entites",
    "layouts",
    "mot_de_passe",
    "normalise_numero",
    "read_retour",
]
