"""What the tests of differences share: flows and returns, and the edits that they compare."""

from fixtures.caisse import Caisse
from fixtures.caisses import ORGANISMES
from fixtures.generate import Parametres, generate
from fse import Facture, read_flux


def flow(profile="medecin", seed=3, invoices=6, **options):
    """A flow of one file; its invoices have different numbers."""
    where = () if profile == "smg" else (ORGANISMES[0].cle,)
    return next(generate(Parametres(profile, seed=seed, invoices=invoices, organismes=where, **options))).data


def answer(data, envelope="P2", reject_rate=0.3):
    """The return that a caisse gives to a flow."""
    return Caisse(seed=1, reject_rate=reject_rate, envelope=envelope).respond(data).returns[0].data


def pieces(data):
    """The bytes of a flow, cut in invoices and records outside; whether each is an invoice."""
    return [
        (isinstance(item, Facture), b"".join(item.raws) if isinstance(item, Facture) else item.raw)
        for item in read_flux(data).items
    ]


def joined(cut):
    return b"".join(raw for _, raw in cut)


def numbers(data):
    return [facture.numero for facture in read_flux(data).factures]


def edited(data, rank, **values):
    """A flow in which fields of its record at a 0-based rank have other values."""
    flux = read_flux(data)
    record = flux.records[rank]
    return flux.replaced(record, record.replace(**values)).to_bytes()
