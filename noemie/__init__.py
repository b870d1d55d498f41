"""What comes back: NOEMIE returns read, explained, checked and written; what became of each invoice.

`read_retour` gives a `Retour`: transfers, invoices, parts, acts, rejects; `iter_retours` those of a file
that holds several. `explain` says what a reject means,
`action` what to do about an invoice, `check` what is odd in the file. `RetourWriter` makes a return.
`scan_flux` and `scan_retours` read files as Arrow tables.

- `noemie.returns`: NOEMIE returns and ARLs;
- `noemie.documents`: any file: what it is, masked copies, differences, other formats;
- `noemie.suivi`: what was sent matched with what came back;
- `noemie.ledger`: both kept over time in a database, and the register of rights.
"""

from typing import TYPE_CHECKING

from flatfile.lazy import hand_on, keep_names

if TYPE_CHECKING:
    from codes.actions import Action as Action
    from codes.rejects import Explanation as Explanation
    from noemie.documents.columns.scan import scan_flux as scan_flux
    from noemie.documents.columns.scan import scan_retours as scan_retours
    from noemie.returns.checks import check as check
    from noemie.returns.explain import explain as explain
    from noemie.returns.facture import EtatFacture as EtatFacture
    from noemie.returns.facture import FactureRetour as FactureRetour
    from noemie.returns.facture import MouvementOC as MouvementOC
    from noemie.returns.facture import normalise_numero as normalise_numero
    from noemie.returns.reader import iter_entites as iter_entites
    from noemie.returns.reader import iter_retours as iter_retours
    from noemie.returns.reader import read_retour as read_retour
    from noemie.returns.retour import Correspondant as Correspondant
    from noemie.returns.retour import Retour as Retour
    from noemie.returns.retour import Virement as Virement
    from noemie.returns.tables import entity_lengths as entity_lengths
    from noemie.returns.tables import layouts as layouts
    from noemie.returns.tree import Noeud as Noeud
    from noemie.returns.views import Acte as Acte
    from noemie.returns.views import Commentaire as Commentaire
    from noemie.returns.views import Contrat as Contrat
    from noemie.returns.views import Dette as Dette
    from noemie.returns.views import Forfait as Forfait
    from noemie.returns.views import Part as Part
    from noemie.returns.views import Rejet as Rejet
    from noemie.returns.writer import RetourWriter as RetourWriter
    from noemie.returns.writer import mot_de_passe as mot_de_passe
    from noemie.suivi.reponse import action as action

_NAMES = {
    "codes.actions": ("Action",),
    "codes.rejects": ("Explanation",),
    "noemie.documents.columns.scan": ("scan_flux", "scan_retours"),
    "noemie.returns.checks": ("check",),
    "noemie.returns.explain": ("explain",),
    "noemie.returns.facture": ("EtatFacture", "FactureRetour", "MouvementOC", "normalise_numero"),
    "noemie.returns.reader": ("iter_entites", "iter_retours", "read_retour"),
    "noemie.returns.retour": ("Correspondant", "Retour", "Virement"),
    "noemie.returns.tables": ("entity_lengths", "layouts"),
    "noemie.returns.tree": ("Noeud",),
    "noemie.returns.views": ("Acte", "Commentaire", "Contrat", "Dette", "Forfait", "Part", "Rejet"),
    "noemie.returns.writer": ("RetourWriter", "mot_de_passe"),
    "noemie.suivi.reponse": ("action",),
}
__getattr__, __dir__, __all__ = hand_on(__name__, _NAMES)

#: Former names of modules, which programs of others may import.
_RETURNS = (
    "arl checks coherence facture formats framing montants physical places reader reference retour tables "
    "tree views writer"
)
keep_names(
    {f"noemie.{name}": f"noemie.returns.{name}" for name in _RETURNS.split()}
    | {
        "noemie.convert": "noemie.documents.convert",
        "noemie.diff": "noemie.documents.diff.comparison",
        "noemie.mask": "noemie.documents.mask.copies",
    }
)
