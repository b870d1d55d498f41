"""What was sent, reduced to what reconciliation needs: no personal data, a few hundred bytes an invoice.

What `noemie.suivi` and the simulated caisse both read of a file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from flatfile import Readable, Record
from fse import Facture, Flux
from fse.reader import Reading
from fse.totaux import Totaux
from noemie.returns.facture import cle as cle

#: Payees (list `destinataire_reglement`) for whom a part is not paid to the professional.
_NOT_AMO: Final = frozenset({"00", "25"})
_NOT_AMC: Final = frozenset({"00", "05"})

#: Negative adjustment, cancellation of an FSE (list `nature_operation`): money goes back to the caisse.
_TAKEN_BACK: Final = frozenset({"5", "9"})


class Sent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One invoice that was sent.

    - `numero`, `lot`, `numero_ps`: as written in the flow; `date_lot`, `date_facturation`;
    - `amo`, `amc`: what the professional claims of each part, in cents, negative when it is given back. 0
      for a part that goes to the insured person (`destinataire_reglement`);
    - `tiers_payant`: whether the professional claims anything at all;
    - `fichier`: name of the file, `identification` and `date_envoi`: code and day of its record 000;
    - `enregistrement`: 1-based number of record 2 in the file, `offset`: its first byte.
    """

    numero: str
    lot: str = ""
    numero_ps: str = ""
    date_lot: dt.date | None = None
    date_facturation: dt.date | None = None
    amo: int = 0
    amc: int = 0
    tiers_payant: bool = True
    fichier: str = ""
    identification: str = ""
    date_envoi: dt.date | None = None
    enregistrement: int = 0
    offset: int = 0

    @property
    def demande(self) -> int:
        """What the professional claims in all, in cents."""
        return self.amo + self.amc

    @property
    def depuis(self) -> dt.date | None:
        """Day of sending, as far as the flow tells: day of the file, of the batch, of the invoice."""
        return self.date_envoi or self.date_lot or self.date_facturation

    @property
    def identite(self) -> tuple[object, ...]:
        """What makes it this invoice, whatever file carries it."""
        return (cle(self.numero), cle(self.lot), cle(self.numero_ps), self.date_lot, self.date_facturation)

    @property
    def envoi(self) -> tuple[object, ...]:
        """What makes it this sending of this invoice: the same file given twice gives the same."""
        file = (self.identification, self.date_envoi, self.enregistrement)
        return (*self.identite, *file, self.amo, self.amc)

    def __repr__(self) -> str:
        return f"<Sent no. {self.numero} lot {self.lot or '?'} {self.date_lot or ''}>"


def claimed(facture: Facture) -> tuple[int, int, bool]:
    """What the professional claims of an invoice: AMO and AMC in signed cents, and whether it claims at all.

    Amounts are those of the lines. A payee that the invoice does not tell (establishments) is taken for the
    professional.
    """
    totals = Totaux.of_invoice(facture)
    payee = facture.destinataire_reglement
    operation = facture.nature_operation
    sign = -1 if operation in _TAKEN_BACK else 1
    amo = 0 if payee in _NOT_AMO else sign * totals.amo
    amc = 0 if payee in _NOT_AMC else sign * totals.amc
    return amo, amc, payee != "00"


def iter_sent(source: Readable | Flux, name: str = "") -> Iterator[Sent]:
    """The invoices of one B2 flow; a flow that is not in memory is read in bounded memory.

    `name` replaces the file name in the answers. Raises `FormatError` when the source is no B2 flow.
    """
    if isinstance(source, Flux):
        yield from _of_items(source.items, name or source.name)
        return
    reading = Reading(source)
    with reading.source:
        yield from _of_items(reading.items(), name or reading.source.name)


def _of_items(items: Iterable[Facture | Record], name: str) -> Iterator[Sent]:
    identification, day = "", None
    for item in items:
        if isinstance(item, Facture):
            yield _sent(item, name, identification, day)
        elif item.type == "000":
            identification, day = item.text("identification_fichier"), item.get("date_fichier", dt.date)


def _sent(facture: Facture, name: str, identification: str, day: dt.date | None) -> Sent:
    amo, amc, claims = claimed(facture)
    return Sent(
        numero=facture.numero,
        lot=facture.numero_lot,
        numero_ps=facture.numero_ps,
        date_lot=facture.date_lot,
        date_facturation=facture.date_facturation,
        amo=amo,
        amc=amc,
        tiers_payant=claims,
        fichier=name,
        identification=identification,
        date_envoi=day,
        enregistrement=facture.number,
        offset=facture.offsets[0] if facture.offsets else 0,
    )
