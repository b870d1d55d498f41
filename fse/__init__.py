"""What is sent: B2 flows, invoices, and the rules that check them."""

from fse.check import Checker, check
from fse.facture import Acte, Facture
from fse.flux import Flux, Lot
from fse.normes import NORMS, Norme, norme
from fse.reader import Reading, iter_factures, iter_records, read_flux
from fse.writer import FluxWriter, with_totals

__all__ = [
    "NORMS",
    "Acte",
    "Checker",
    "Facture",
    "Flux",
    "FluxWriter",
    "Lot",
    "Norme",
    "Reading",
    "check",
    "iter_factures",
    "iter_records",
    "norme",
    "read_flux",
    "with_totals",
]
