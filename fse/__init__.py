"""What is sent: B2 flows, invoices, and the rules that check them."""

from typing import TYPE_CHECKING

from flatfile.lazy import hand_on

if TYPE_CHECKING:
    from fse.causes import explain as explain
    from fse.checker import Checker as Checker
    from fse.checker import check as check
    from fse.facture import Acte as Acte
    from fse.facture import Facture as Facture
    from fse.flux import Flux as Flux
    from fse.flux import Lot as Lot
    from fse.normes import NORMS as NORMS
    from fse.normes import Norme as Norme
    from fse.normes import norme as norme
    from fse.reader import Reading as Reading
    from fse.reader import iter_factures as iter_factures
    from fse.reader import iter_records as iter_records
    from fse.reader import read_flux as read_flux
    from fse.writer import FluxWriter as FluxWriter
    from fse.writer import with_totals as with_totals

_NAMES = {
    "fse.causes": ("explain",),
    "fse.checker": ("Checker", "check"),
    "fse.facture": ("Acte", "Facture"),
    "fse.flux": ("Flux", "Lot"),
    "fse.normes": ("NORMS", "Norme", "norme"),
    "fse.reader": ("Reading", "iter_factures", "iter_records", "read_flux"),
    "fse.writer": ("FluxWriter", "with_totals"),
}
__getattr__, __dir__, __all__ = hand_on(__name__, _NAMES)
