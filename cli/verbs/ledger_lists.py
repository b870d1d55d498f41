"""The verbs of `noemie ledger` that answer with a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli.io.ledgers import PLACE, AllExcept, Db, From, KeyFile, On, Organisme, Patient, Regime, To
from cli.io.options import (
    CodesOption,
    ShowValues,
    TableFormat,
    TableFormatOption,
    completed,
)
from cli.words import status
from cli.words.speech import language, say
from codes.states import Etat

if TYPE_CHECKING:
    from cli.followup.ledger_rows import Who
    from noemie.ledger import Ledger
    from noemie.ledger.wanted import Wanted


#: Version of the lists that tell amounts by part.
BY_PART: Final = 2

Nature = Annotated[
    str, typer.Option("--nature", metavar="CODE", help="Nature of insurance, as in B2 or in the return.")
]


def payments(
    db: Db = PLACE,
    from_: From = None,
    to: To = None,
    regime: Regime = "",
    organisme: Organisme = "",
    all_except: AllExcept = False,
    patient: Patient = None,
    nature: Nature = "",
    key_file: KeyFile = None,
    show_values: ShowValues = False,
    format: TableFormatOption = TableFormat.TEXT,
) -> int:
    """Payments of a period: of a régime, of one organisme or of all but that one, for one patient.

    An invoice answers to the caisse of the insured person and to the organism that pays alike. What was taken
    back is negative. Amounts are in cents in JSON and CSV.
    """
    from cli.followup.filter import Filter
    from cli.io.ledgers import asked_patient, opened

    asked = Filter(from_, to, regime, organisme, all_except, asked_patient(patient), nature)
    with opened(db, key_file=key_file) as ledger:
        found = ledger.payments(
            *asked.days,
            **asked.payers,
            patient=asked.patient,
            nature_assurance=asked.nature,
        )
        who = named(ledger, found, values=show_values)
    return tell("payments", found, asked.text(), format, values=show_values, who=who)


def rejects(
    db: Db = PLACE,
    from_: From = None,
    to: To = None,
    regime: Regime = "",
    organisme: Organisme = "",
    all_except: AllExcept = False,
    patient: Patient = None,
    motive: Annotated[
        str,
        typer.Option(
            "--motive",
            metavar="NAME",
            autocompletion=completed("motives"),
            help="Only this motive: droits_fermes, doublon...",
        ),
    ] = "",
    on: On = None,
    key_file: KeyFile = None,
    show_values: ShowValues = False,
    format: TableFormatOption = TableFormat.TEXT,
    codes: CodesOption = None,
) -> int:
    """Rejects and notices of a period by motive, each explained, with what to do about the invoice.

    What an invoice claims is that of the parts that the reject speaks of; in totals it counts once.
    """
    from cli.followup.filter import Filter
    from cli.io.ledgers import asked_day, asked_patient, opened

    asked, day = Filter(from_, to, regime, organisme, all_except, asked_patient(patient)), asked_day(on)
    with opened(db, key_file=key_file, codes=codes) as ledger:
        found = ledger.rejects(
            *asked.days,
            **asked.payers,
            patient=asked.patient,
            motif=motive,
            lang=language(),
            on=day,
        )
        who = named(ledger, found, values=show_values)
    return tell("rejects", found, asked.text(day), format, values=show_values, who=who)


def unanswered(
    db: Db = PLACE,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=0, help="Only those that wait for N days or more.")
    ] = 0,
    on: On = None,
    key_file: KeyFile = None,
    show_values: ShowValues = False,
    format: TableFormatOption = TableFormat.TEXT,
    codes: CodesOption = None,
) -> int:
    """Invoices of which an answer, a part or an ARL is awaited, the oldest first.

    Days are counted up to --on, today by default. Exit status 1 when there are some.
    """
    from cli.followup.ledger_lists import iso_day
    from cli.io.ledgers import asked_day, day_text, opened

    with opened(db, key_file=key_file, codes=codes) as ledger:
        found = ledger.unanswered(asked_day(on), days, language())
        who = named(ledger, found, values=show_values)
        day = day_text(asked_day(on))
    shown = iso_day(day)
    scope = say(f"au {shown}", f"as of {shown}") if shown else ""
    if days:
        scope += say(f", depuis {days} jours ou plus", f", for {days} days or more")
    scope = scope.strip(", ")
    told = tell("unanswered", found, scope, format, values=show_values, who=who, on=day)
    return status.FINDINGS if found else told


def invoices(
    number: Annotated[
        str,
        typer.Argument(metavar="[NUMBER[/BATCH][@YEAR]]", help="Only this invoice.", show_default=False),
    ] = "",
    db: Db = PLACE,
    state: Annotated[
        list[Etat] | None, typer.Option("--state", help="Only this state; may come several times.")
    ] = None,
    patient: Patient = None,
    regime: Regime = "",
    professional: Annotated[
        str, typer.Option("--professional", metavar="NUMBER", help="Only those that this professional sent.")
    ] = "",
    on: On = None,
    key_file: KeyFile = None,
    show_values: ShowValues = False,
    format: TableFormatOption = TableFormat.TEXT,
    codes: CodesOption = None,
) -> int:
    """Every sending with its state, and the answers that no sending explains; or those looked for.

    In JSON, the document of `noemie reconcile` (schema 2): lines, orphans, sums, notes, transfers. Exit
    status 1 when an invoice that was looked for is not there.
    """
    from cli.followup.filter import Filter
    from cli.io.ledgers import asked_day, asked_patient, opened

    day = asked_day(on)
    states = set(state or ())
    with opened(db, key_file=key_file, codes=codes) as ledger:
        looking = bool(number or patient or regime or professional)
        wanted = ledger.wanted(number, asked_patient(patient), regime, professional) if looking else None
        if format is TableFormat.JSON:
            return _whole(ledger, states, wanted, day, values=show_values)
        found = ledger.invoice_states(day, wanted, language())
        if states:
            found = [one for one in found if one.etat in states]
        who = named(ledger, found, values=show_values)
    tell("invoices", found, Filter(regime=regime).text(day), format, values=show_values, who=who)
    return status.FINDINGS if looking and not found else status.OK


def _whole(
    ledger: Ledger, states: Collection[str], wanted: Wanted | None, on: dt.date, *, values: bool
) -> int:
    """The follow-up of all that the ledger holds, as one document."""
    from cli.followup.ledger_document import document_of, named_lines, write_document
    from cli.words.screen import standard_output

    found = document_of(ledger.follow(on, language()), states, wanted, values=values)
    if values:
        found["lignes"] = named_lines(ledger, found["lignes"])
    with standard_output() as out:
        count = write_document(out, found)
    return status.OK if wanted is None or count else status.FINDINGS


def patients(
    db: Db = PLACE,
    key_file: KeyFile = None,
    show_values: ShowValues = False,
    format: TableFormatOption = TableFormat.TEXT,
) -> int:
    """The patients, by reference, with what was claimed and paid for them.

    The reference, or its first characters, is what --patient takes. --show-values tells who they are, when
    the ledger was made to keep it (`import --personal encrypt` or `plain`).
    """
    from cli.io.ledgers import opened
    from cli.words.screen import tell as tell_person

    with opened(db, key_file=key_file) as ledger:
        found = ledger.patients(reveal=show_values)
        if show_values and ledger.personal == "token":
            tell_person(
                say(
                    "Ce registre ne garde pas les identités (mode token) : il n'y a rien à montrer.",
                    "This ledger keeps no identities (mode token): there are none to be shown.",
                )
            )
    return tell("patients", found, "", format, values=show_values)


def transfers(
    db: Db = PLACE,
    from_: From = None,
    to: To = None,
    regime: Regime = "",
    organisme: Organisme = "",
    all_except: AllExcept = False,
    show_values: ShowValues = False,
    format: TableFormatOption = TableFormat.TEXT,
) -> int:
    """Transfers that the returns announce, with the sum of what each pays: to compare with the bank."""
    from cli.followup.filter import Filter
    from cli.io.ledgers import opened

    asked = Filter(from_, to, regime, organisme, all_except)
    with opened(db) as ledger:
        found = ledger.transfers(*asked.days, **asked.payers)
    return tell("transfers", found, asked.text(), format, values=show_values)


def debts(
    db: Db = PLACE,
    from_: From = None,
    to: To = None,
    show_values: ShowValues = False,
    format: TableFormatOption = TableFormat.TEXT,
) -> int:
    """Debts and withholdings of a period, with what is still owed."""
    from cli.followup.filter import Filter
    from cli.io.ledgers import opened

    with opened(db) as ledger:
        found = ledger.debts(from_, to)
    return tell("debts", found, Filter(from_, to).text(), format, values=show_values)


def files(
    db: Db = PLACE, show_values: ShowValues = False, format: TableFormatOption = TableFormat.TEXT
) -> int:
    """The files that were imported, with what the checks counted in each."""
    from cli.io.ledgers import opened

    with opened(db) as ledger:
        found = ledger.files()
    return tell("files", found, "", format, values=show_values)


def named(ledger: Ledger, found: Sequence[Any], *, values: bool) -> Who | None:
    """Who the patients of a list are, when it was asked for."""
    from cli.followup.ledger_rows import who_of

    return who_of(ledger, found) if values else None


# --- writing ----------------------------------------------------------------------------------------------


def tell(
    kind: str,
    found: Sequence[Any],
    scope: str,
    format: TableFormat,
    *,
    values: bool,
    who: Who | None = None,
    **more: Any,
) -> int:
    """Write a list of answers, and return the exit status; `who` names the patients."""
    from cli.followup import ledger_rows as data

    rows = data.rows_of(found, values=values, who=who)
    if format is TableFormat.JSON:
        from cli.words.screen import SCHEMA_VERSION, write_json

        version = BY_PART if kind in ("rejects", "unanswered") else SCHEMA_VERSION
        write_json(f"ledger {kind}", {"lang": language(), **more, "rows": rows}, version=version)
    elif format is TableFormat.CSV:
        from cli.io.ledgers import write_text

        write_text(data.csv_of(kind, rows))
    elif kind == "rejects":
        from cli.followup.ledger_rejects import print_rejects, rejected_once

        print_rejects(rows, scope, rejected_once(found))
    else:
        from cli.followup.ledger_lists import print_list

        print_list(kind, rows, scope)
    return status.OK
