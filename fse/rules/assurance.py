"""Checks on the insurance of an invoice, on where it goes, and on numbers used twice."""

from __future__ import annotations

from collections.abc import Iterator

from flatfile import Finding, Record
from flatfile.findings import both
from fse.facture import Facture
from fse.rules.contexte import Contexte, whole_doubtful_lines, whole_header
from fse.rules.numeros import HOLDS
from fse.rules.presence import is_empty
from fse.rules.registre import finds, on_facture
from fse.rules.soins import Soins
from fse.smg import is_routed

#: Grand régime -> type of the organism that receives its files [SV] [AL].
RECIPIENTS = {
    "01": "CT",
    "02": "MA",
    "03": "SR",
    "04": "CF",
    "05": "RP",
    "06": "EN",
    "07": "RM",
    "08": "CM",
    "10": "CE",
    "12": "CI",
    "14": "AN",
    "15": "SE",
    "16": "PB",
    "90": "CC",
    **dict.fromkeys(("91", "92", "93", "94", "95", "96", "99"), "SM"),
}
_KNOWN = frozenset(RECIPIENTS.values())


@on_facture(
    "assurance.at-sans-numero",
    "assurance.maternite-sans-date",
    "assurance.regime-local",
    "assurance.exoneration-regime",
)
def check_insurance(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """The nature of insurance, the exemption and what goes with them."""
    header = whole_header(facture)
    if header is None:
        return
    nature, exemption = facture.nature_assurance, facture.justification_exoneration
    if nature == "41" and is_empty(header, "numero_at"):
        yield context.finding("assurance.at-sans-numero", header, "numero_at", facture=facture)
    if nature == "30" and is_empty(header, "date_maternite"):
        yield context.finding("assurance.maternite-sans-date", header, "date_maternite", facture=facture)
    field = "justification_exoneration"
    if exemption == "8" and nature != "13":
        yield context.finding("assurance.regime-local", header, field, expected="13", facture=facture)
    if exemption == "6" and facture.regime not in ("04", "05"):
        yield context.finding("assurance.exoneration-regime", header, field, facture=facture)


@on_facture("assurance.exoneration-repetee")
def check_exemption_place(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Establishments: an exemption common to all lines is written in the header only [SFG]."""
    if not context.norme.is_cp or not facture.justification_exoneration.strip("0"):
        return
    for acte in whole_doubtful_lines(facture):
        field = "justification_exoneration"
        if acte.principal.text(field).strip("0"):
            yield context.finding("assurance.exoneration-repetee", acte.principal, field, facture=facture)


@on_facture("organisme.type-destinataire", "organisme.numero-destinataire", "organisme.regimes-melanges")
def check_destination(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """A file goes to the organism of the grand régime of its invoices; told once for each régime."""
    header = whole_header(facture)
    rule, expected = destination_remark(facture, context)
    if header is not None and rule and context.first_time(f"{rule} {facture.regime}"):
        yield context.finding(rule, header, "regime", expected=expected, facture=facture)


def destination_remark(facture: Facture, context: Contexte) -> tuple[str, str]:
    """The rule that the régime of an invoice breaks, and what its message expects; empty when there is none.

    A concentrator (`OT`) or a complementary insurer receives invoices of all régimes: nothing is said then.
    Free medical care has a rule of its own: `smg.destinataire`.
    """
    start, regime = context.debut, facture.regime
    known = regime.isdigit() and regime.strip("0") and not is_routed(facture)
    if not known or start is None or _is_concentrator(start):
        return "", ""
    if context.regime and regime != context.regime:
        return "organisme.regimes-melanges", ""
    expected, number = RECIPIENTS.get(regime), start.text("numero_destinataire")
    if expected is not None and start.text("type_destinataire") != expected:
        return "organisme.type-destinataire", expected
    if number.isdigit() and len(number) == 14 and number.strip("0") and number[6:8] != regime:
        return "organisme.numero-destinataire", ""
    return "", ""


def _is_concentrator(start: Record | None) -> bool:
    return start is None or start.text("type_destinataire") not in _KNOWN


@finds("organisme.lot-destinataire")
def check_batch_destination(lot: Record, context: Contexte) -> Iterator[Finding]:
    """The organism of the batch ends the recipient number of the file [AL]."""
    if _is_concentrator(context.debut) or context.debut is None:
        return
    number, written = context.debut.text("numero_destinataire"), lot.text("organisme_destinataire")
    if number.isdigit() and written.isdigit() and written.strip("0") and number[-3:] != written:
        yield context.finding("organisme.lot-destinataire", lot, "organisme_destinataire")


@finds("organisme.emetteur")
def check_sender(start: Record, context: Contexte) -> Iterator[Finding]:
    """The sender number is five zeros and a number of nine characters with its key [AL]."""
    number = start.text("numero_emetteur").rjust(14, "0")
    known_form = number.isdigit() and number.startswith("00000") and number.strip("0")
    if known_form and not HOLDS["id:luhn9"](number[5:].encode()):
        yield context.finding("organisme.emetteur", start, "numero_emetteur")


#: First bytes of the records of a line.
_OF_A_LINE = (b"3", b"4")

#: Natures of operation that take back an invoice already sent [SNDS].
CANCELLING = ("5", "9")

#: Numbers remembered to find those used twice; a file beyond that is no longer compared with its start.
MOST_REMEMBERED = 100_000


class Numbers:
    """Numbers already used in a file."""

    def __init__(self) -> None:
        #: Invoices that were seen: professional, then number.
        self.invoices: set[bytes] = set()
        self._batches: set[bytes] = set()
        self.care = Soins()

    @finds("unicite.facture", "unicite.soin")
    def check_invoice(self, facture: Facture, context: Contexte) -> Iterator[Finding]:
        """An invoice number is used once in a file by a professional, and care is billed under one number.

        A cancellation repeats the number and the care of what it cancels.
        """
        header = whole_header(facture)
        if header is None:
            return
        layout = header.layout
        if "numero_facture" not in layout:
            return  # a table of a site
        number = invoice_number(header.raw, layout.by_name["numero_facture"].slice)
        if header.text("nature_operation") in CANCELLING:
            self.invoices.discard(number)
            return
        lines = [raw for raw in facture.raws if raw[:1] in _OF_A_LINE] if "date_naissance" in layout else []
        if lines and self.care.again(layout, header.raw, lines, number):
            expected = both("des soins facturés une seule fois", "care billed once")
            found = both("les mêmes lignes qu'une facture précédente", "the same lines as an earlier invoice")
            yield context.finding(
                "unicite.soin", header, "numero_facture", expected=expected, found=found, facture=facture
            )
        if not header.text("numero_facture").strip("0"):
            return
        if number in self.invoices:
            yield context.finding(
                "unicite.facture",
                header,
                "numero_facture",
                expected=both("un autre numéro", "another number"),
                facture=facture,
            )
        self.remember(number)

    def remember(self, number: bytes) -> None:
        """Note the number of an invoice, flawless or not, up to the limit."""
        if len(self.invoices) < MOST_REMEMBERED:
            self.invoices.add(number)

    @finds("unicite.lot")
    def check_batch(self, lot: Record, context: Contexte) -> Iterator[Finding]:
        """A batch number is used once in a file by a professional."""
        if not lot.text("numero_lot").strip("0"):
            return
        number = lot.raw[1:10] + lot["numero_lot"].encode("latin-1")
        if number in self._batches:
            yield context.finding("unicite.lot", lot, "numero_lot")
        self._batches.add(number)


def invoice_number(header: bytes, number: slice) -> bytes:
    """What makes an invoice unique in a file: the professional and the number."""
    return header[1:10] + header[number]


#: Records that a file may hold before its size is remarked on [AL].
LARGE = 999


@finds("fichier.taille")
def check_size(end: Record, records: int, context: Contexte) -> Iterator[Finding]:
    """Files stay small."""
    if records > LARGE:
        yield context.finding("fichier.taille", end, "volume", expected=str(LARGE))
