"""The answers of the ledger as rows of plain data, with who the patients are when they may be named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cli.words.people import acts_text, care_text, who_text
from cli.words.texts import HIDDEN, crossed_out, printable
from codes.states import Etat
from noemie.ledger.export import columns_of, to_csv, to_row
from noemie.ledger.values import Debt, InvoiceState, Payment, RejectLine
from noemie.ledger.who import Personne, Soins

if TYPE_CHECKING:
    from noemie.ledger import Ledger

#: Free texts, whose long numbers are crossed out.
_FREE: Final = frozenset({"libelle_1", "libelle_2", "virement", "organisme_payeur"})

#: Columns that show who a professional or a patient is.
_PERSONAL: Final = frozenset({"numero_ps", "nir", "nom", "prenom", "naissance", "emetteur"})

#: Characters of the reference of a patient that a table shows: enough to be typed again.
SHOWN: Final = 8

Row = dict[str, Any]


def who_of(ledger: Ledger, answers: Sequence[Any]) -> Who:
    """Who the patients of these answers are and what care they were, as far as the ledger keeps it."""
    people = ledger.people({one.patient for one in answers if one.patient})
    return Who(people, ledger.care({ref for one in answers if (ref := sending_of(one))}))


class Who(NamedTuple):
    """Patients by reference, care by sending."""

    people: Mapping[str, Personne]
    care: Mapping[tuple[str, int], Soins]

    def columns(self, one: Any) -> Row:
        """What a row tells of the patient and of the care."""
        who = self.people.get(one.patient)
        soins = self.care.get(sending_of(one) or ("", 0))
        return {
            "nom": who.nom if who else "",
            "prenom": who.prenom if who else "",
            "naissance": who.naissance if who else "",
            "nir": who.nir if who else "",
            "soins_du": soins.du.isoformat() if soins and soins.du else "",
            "soins_au": soins.au.isoformat() if soins and soins.au else "",
            "actes": acts_text(soins) if soins else "",
        }


#: What `Who.columns` adds to a row.
WHO_COLUMNS: Final = ("nom", "prenom", "naissance", "nir", "soins_du", "soins_au", "actes")


def sending_of(one: Any) -> tuple[str, int] | None:
    """The sending of an answer, by file and record; none for an answer to nothing sent."""
    if isinstance(one, InvoiceState):
        return None if one.etat is Etat.ORPHELINE else (one.fichier, one.record)
    return one.envoi if isinstance(one, Payment | RejectLine) else None


def rows_of(answers: Sequence[Any], *, values: bool, who: Who | None = None) -> list[Row]:
    """The answers as plain data; `values` leaves in who people are, `who` adds patients and their care."""
    rows = []
    for one in answers:
        row = to_row(one) | (who.columns(one) if who else {})
        for name in row.keys() & _PERSONAL:
            if row[name] and not values:
                row[name] = HIDDEN
        # The reference of a debt is free text, that of a patient is ours.
        for name in row.keys() & (_FREE | {"reference"} if isinstance(one, Debt) else _FREE):
            row[name] = printable(row[name] if values else crossed_out(row[name], references=True))
        rows.append(row)
    return rows


def csv_of(kind: str, rows: Sequence[Row]) -> str:
    """The rows under their columns, amounts in cents."""
    columns = columns_of("invoices" if kind == "unanswered" else kind)
    named = [name for name in WHO_COLUMNS if rows and name in rows[0] and name not in columns]
    return to_csv([*columns, *named], rows)


def is_named(row: Row) -> bool:
    """Whether a row tells who its patient is (`Who.columns`)."""
    return "soins_du" in row


_DAYS_OF_CARE: Final = ("soins_du", "soins_au")


def patient_text(row: Row) -> str:
    """Who a row is about, and the care, when they may be shown; else the beginning of the reference."""
    if not is_named(row):
        return str(row["patient"][:SHOWN])
    names = ("nom", "prenom", "naissance", "nir")
    who = Personne(reference=row["patient"], **{name: row[name] for name in names})
    first, last = (dt.date.fromisoformat(row[name]) if row[name] else None for name in _DAYS_OF_CARE)
    told = (
        who_text(who) or row["patient"][:SHOWN],
        care_text(Soins(du=first, au=last)),
        row["actes"],
    )
    return ", ".join(filter(None, told))
