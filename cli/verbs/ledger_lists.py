"""The verbs of `noemie ledger` that answer with a list."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.io import status
from cli.io.ledgers import PLACE, AllExcept, Db, From, KeyFile, On, Organisme, Patient, Regime, To
from cli.io.options import (
    CodesOption,
    LangOption,
    Language,
    ShowValues,
    TableFormat,
    TableFormatOption,
    completed,
)
from cli.words.speech import Lang, speaker


class State(StrEnum):
    """States of an invoice (`codes.states.Etat`)."""

    SOLDEE_HORS_FLUX = "soldee_hors_flux"
    ANNULEE = "annulee"
    DOUBLON = "doublon"
    REMPLACEE = "remplacee"
    RIEN_ATTENDU = "rien_attendu"
    TROP_PAYEE = "trop_payee"
    REPRISE = "reprise"
    PAYEE = "payee"
    DIFFEREE = "differee"
    PAYEE_EN_PARTIE = "payee_en_partie"
    REJETEE = "rejetee"
    PART_AMC_ATTENDUE = "part_amc_attendue"
    PART_AMO_ATTENDUE = "part_amo_attendue"
    ARL_NEGATIF = "arl_negatif"
    ARL_ATTENDU = "arl_attendu"
    REPONSE_ATTENDUE = "reponse_attendue"
    ORPHELINE = "orpheline"


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
    lang: LangOption = Language.FR,
) -> int:
    """Payments of a period: of a régime, of one organisme or of all but that one, for one patient.

    An invoice answers to the caisse of the insured person and to the organism that pays alike. What was taken
    back is negative. Amounts are in cents in JSON and CSV.
    """
    from cli.io.ledgers import asked_patient, opened

    with opened(db, lang.lang, key_file=key_file) as ledger:
        found = ledger.payments(
            from_,
            to,
            regime,
            organisme,
            all_except=all_except,
            patient=asked_patient(patient),
            nature_assurance=nature,
        )
    scope = scope_text(lang.lang, from_, to, regime, organisme, all_except=all_except)
    return tell("payments", found, scope, format, lang.lang, values=show_values)


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
    key_file: KeyFile = None,
    show_values: ShowValues = False,
    format: TableFormatOption = TableFormat.TEXT,
    codes: CodesOption = None,
    lang: LangOption = Language.FR,
) -> int:
    """Rejects and notices of a period by motive, each explained, with what to do about the invoice."""
    from cli.io.ledgers import asked_patient, opened

    with opened(db, lang.lang, key_file=key_file, codes=codes) as ledger:
        found = ledger.rejects(
            from_,
            to,
            regime,
            organisme,
            all_except=all_except,
            patient=asked_patient(patient),
            motif=motive,
            lang=lang.lang,
        )
    scope = scope_text(lang.lang, from_, to, regime, organisme, all_except=all_except)
    return tell("rejects", found, scope, format, lang.lang, values=show_values)


def unanswered(
    db: Db = PLACE,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=0, help="Only those that wait for N days or more.")
    ] = 0,
    on: On = None,
    show_values: ShowValues = False,
    format: TableFormatOption = TableFormat.TEXT,
    codes: CodesOption = None,
    lang: LangOption = Language.FR,
) -> int:
    """Invoices of which an answer, a part or an ARL is awaited, the oldest first.

    Days are counted up to --on, today by default. Exit status 1 when there are some.
    """
    from cli.followup.ledger_lists import iso_day
    from cli.io.ledgers import asked_day, day_text, opened

    with opened(db, lang.lang, codes=codes) as ledger:
        found = ledger.unanswered(asked_day(on), days)
        day = day_text(asked_day(on))
    say = speaker(lang.lang)
    shown = iso_day(day, lang.lang)
    scope = say(f"au {shown}", f"as of {shown}") if shown else ""
    if days:
        scope += say(f", depuis {days} jours ou plus", f", for {days} days or more")
    told = tell("unanswered", found, scope.strip(", "), format, lang.lang, values=show_values, on=day)
    return status.FINDINGS if found else told


def invoices(
    db: Db = PLACE,
    state: Annotated[
        list[State] | None, typer.Option("--state", help="Only this state; may come several times.")
    ] = None,
    on: On = None,
    show_values: ShowValues = False,
    format: TableFormatOption = TableFormat.TEXT,
    codes: CodesOption = None,
    lang: LangOption = Language.FR,
) -> int:
    """Every sending with its state, and the answers that no sending explains.

    In JSON, the document of `noemie reconcile` (schema 2): lines, orphans, sums, notes, transfers.
    """
    from cli.io.ledgers import asked_day, opened

    if format is TableFormat.JSON:
        return _whole(db, state or (), asked_day(on), codes, lang, values=show_values)
    with opened(db, lang.lang, codes=codes) as ledger:
        found = ledger.invoice_states(asked_day(on))
    if state:
        found = [one for one in found if one.etat.value in state]
    return tell("invoices", found, "", format, lang.lang, values=show_values)


def _whole(
    db: str, states: Sequence[State], on: Any, codes: Path | None, lang: Language, *, values: bool
) -> int:
    """The follow-up of all that the ledger holds, as one document."""
    from cli.followup.ledger_document import document_of
    from cli.io.ledgers import opened
    from cli.words.screen import write_json

    with opened(db, lang.lang, codes=codes) as ledger:
        registre = ledger.follow(on, lang.lang)
        found = document_of(registre, {state.value for state in states}, values=values)
    write_json("ledger invoices", {"lang": lang.value, **found})
    return status.OK


def patients(
    db: Db = PLACE,
    key_file: KeyFile = None,
    show_values: ShowValues = False,
    format: TableFormatOption = TableFormat.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """The patients, by reference, with what was claimed and paid for them.

    The reference, or its first characters, is what --patient takes. --show-values tells who they are, when
    the ledger was made to keep it (`import --personal encrypt` or `plain`).
    """
    from cli.io.ledgers import opened
    from cli.words.screen import tell as tell_person

    with opened(db, lang.lang, key_file=key_file) as ledger:
        found = ledger.patients(reveal=show_values)
        if show_values and ledger.personal == "token":
            say = speaker(lang.lang)
            tell_person(
                say(
                    "Ce registre ne garde pas les identités (mode token) : il n'y a rien à montrer.",
                    "This ledger keeps no identities (mode token): there are none to be shown.",
                )
            )
    return tell("patients", found, "", format, lang.lang, values=show_values)


def transfers(
    db: Db = PLACE,
    from_: From = None,
    to: To = None,
    regime: Regime = "",
    organisme: Organisme = "",
    all_except: AllExcept = False,
    show_values: ShowValues = False,
    format: TableFormatOption = TableFormat.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """Transfers that the returns announce, with the sum of what each pays: to compare with the bank."""
    from cli.io.ledgers import opened

    with opened(db, lang.lang) as ledger:
        found = ledger.transfers(from_, to, regime, organisme, all_except=all_except)
    scope = scope_text(lang.lang, from_, to, regime, organisme, all_except=all_except)
    return tell("transfers", found, scope, format, lang.lang, values=show_values)


def debts(
    db: Db = PLACE,
    from_: From = None,
    to: To = None,
    show_values: ShowValues = False,
    format: TableFormatOption = TableFormat.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """Debts and withholdings of a period, with what is still owed."""
    from cli.io.ledgers import opened

    with opened(db, lang.lang) as ledger:
        found = ledger.debts(from_, to)
    return tell("debts", found, scope_text(lang.lang, from_, to), format, lang.lang, values=show_values)


def files(
    db: Db = PLACE,
    show_values: ShowValues = False,
    format: TableFormatOption = TableFormat.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """The files that were imported, with what the checks counted in each."""
    from cli.io.ledgers import opened

    with opened(db, lang.lang) as ledger:
        found = ledger.files()
    return tell("files", found, "", format, lang.lang, values=show_values)


# --- writing ----------------------------------------------------------------------------------------------


def scope_text(
    lang: Lang,
    from_: Any = None,
    to: Any = None,
    regime: str = "",
    organisme: str = "",
    *,
    all_except: bool = False,
) -> str:
    """What was asked for, in words."""
    from cli.words.texts import day, printable

    say = speaker(lang)
    parts = []
    if from_ or to:
        start = say("du ", "from ") + day(from_, lang) if from_ else ""
        end = say("au ", "to ") + day(to, lang) if to else ""
        parts.append(f"{start} {end}".strip())
    if regime:
        parts.append(f"régime {printable(regime)}")
    if organisme:
        parts.append((say("tous sauf ", "all but ") if all_except else "organisme ") + printable(organisme))
    return ", ".join(parts)


def tell(
    kind: str,
    found: Sequence[Any],
    scope: str,
    format: TableFormat,
    lang: Lang,
    *,
    values: bool,
    **more: Any,
) -> int:
    """Write a list of answers, and return the exit status."""
    from cli.followup import ledger_lists as lists

    rows = lists.rows_of(found, values=values)
    if format is TableFormat.JSON:
        from cli.words.screen import write_json

        write_json(f"ledger {kind}", {"lang": lang, **more, "rows": rows})
    elif format is TableFormat.CSV:
        from cli.io.ledgers import write_text

        write_text(lists.csv_of(kind, rows))
    elif kind == "rejects":
        lists.print_rejects(rows, scope, lang)
    else:
        lists.print_list(kind, rows, scope, lang)
    return status.OK
