"""Payments and transfers: the lists of `noemie ledger payments` and `transfers`, with their tick."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from cli.followup.filter import Filter
from cli.serve.ledger_pages import care_of, patients_of, people_of
from cli.serve.marks import key_of, labels_of
from cli.serve.pages import form_of, page_of, render
from cli.words.texts import crossed_out, day, printable
from noemie.ledger.handles import handle_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from cli.serve.practice import Practice
    from noemie.ledger import Payment
    from noemie.ledger.listed import PaymentPage

__all__ = ["as_csv", "payments"]

#: Lines of an export that are sent at once.
_AT_ONCE: Final = 500

#: Rows of one page; the sums are those of all.
ROWS: Final = 200


async def payments(request: Request) -> Response:
    """What was paid, and by which transfers."""
    from starlette.concurrency import run_in_threadpool

    values: Any = dict(request.query_params)
    if request.method == "POST":
        values |= {key: str(value) for key, value in (await form_of(request)).items()}
    return await run_in_threadpool(_payments, request, values)


def _payments(request: Request, values: dict[str, str]) -> Response:
    practice: Practice = request.app.state.practice
    if not practice.exists:
        return render(request, "first.html")
    if "du" not in values and "au" not in values:
        values["du"] = day(practice.today.replace(day=1))
    asked = Filter.of(values)
    found = practice.ask(
        "transfers",
        lambda ledger: ledger.transfers(*asked.days, **asked.payers),
        *asked.days,
        *asked.payers.values(),
    )
    chosen = values.get("virement", "")
    shown = [one for one in found if key_of(one) == chosen] if chosen else []
    paid = _paid(practice, asked, shown[0] if shown else None)
    newest = sorted(found, key=lambda one: str(one.date or ""), reverse=True)
    number = page_of(values)
    rows = paid.rows[::-1] if asked.patient else paid.rows
    people = people_of(practice, [one.patient for one in rows if one.patient])
    care = care_of(practice, [one.envoi for one in rows if one.envoi])
    return render(
        request,
        "payments.html",
        asked=asked,
        query=asked.query,
        amo=paid.amo,
        amc=paid.amc,
        total=paid.amo + paid.amc,
        count=paid.factures,
        transfers_found=newest[(number - 1) * ROWS : number * ROWS] if not asked.patient else [],
        transfers_number=len(found),
        number=number,
        pages=-(-len(found) // ROWS),
        transfers_sum=sum(one.montant for one in found),
        transfers_count=sum(one.factures for one in found),
        unticked=[one for one in found if one.montant and not one.pointe],
        chosen=shown[0] if shown else None,
        inside_sum=paid.montant,
        inside_count=paid.nombre,
        unpaid=shown[0].factures + shown[0].forfaits - paid.nombre if shown else 0,
        rows=rows,
        people=people,
        care_of=lambda one: care.get(one.envoi),
        key_of=key_of,
        free=lambda text: free(practice, text),
        tick_label=lambda one: next(filter(None, labels_of(one)), ""),
        handle_of=handle_of,
    )


def _paid(practice: Practice, asked: Filter, transfer: Any) -> PaymentPage:
    """What the payments asked for add up to; those of a patient, or of a transfer, one by one."""
    patients = patients_of(practice, asked.patient) if asked.patient else None
    shows: Any = None
    if patients is not None:
        shows = _any
    elif transfer is not None:
        shows = partial(_is_of, transfer)
    return practice.ask(
        "payments",
        lambda ledger: ledger.payment_page(
            *asked.days, **asked.payers, patients=patients, shows=shows, most=ROWS
        ),
        asked,
        patients,
        transfer and key_of(transfer),
    )


def _any(payment: Payment) -> bool:
    return True


def free(practice: Practice, text: str) -> str:
    """A free label, its long numbers crossed out when people are hidden."""
    return printable(crossed_out(text, references=True) if practice.hides else text)


def _is_of(transfer: Any, payment: Payment) -> bool:
    label = " ".join(filter(None, (transfer.libelle_1, transfer.libelle_2)))
    same_payer = payment.date == transfer.date and payment.organisme_payeur == transfer.organisme_payeur
    return bool(payment.virement == label and same_payer)


async def as_csv(request: Request) -> Response:
    """The payments for a French spreadsheet: semicolons, decimal commas, days as 31/01/2026, UTF-8 marked.

    The rows are those of `noemie ledger payments --format csv`, masked alike, sent as they are made.
    """
    from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
    from starlette.responses import StreamingResponse

    practice: Practice = request.app.state.practice
    lines = csv_lines(practice, Filter.of(request.query_params))
    # What is wrong is told before the first line is sent.
    first = await run_in_threadpool(next, lines)
    headers = {"content-disposition": 'attachment; filename="paiements.csv"'}
    return StreamingResponse(
        iterate_in_threadpool(chain([first], lines)), media_type="text/csv; charset=utf-8", headers=headers
    )


def csv_lines(practice: Practice, asked: Filter) -> Iterator[bytes]:
    """The lines, many at once; first the names of the columns."""
    from cli.followup.ledger_rows import rows_of
    from cli.words.cells import cell
    from noemie.ledger.export import columns_of

    columns = columns_of("payments")

    with practice.ledger() as ledger:
        found = ledger.payments(*asked.days, **asked.payers)
    yield ("\ufeff" + ";".join(columns) + "\r\n").encode()
    for start in range(0, len(found), _AT_ONCE):
        rows = rows_of(found[start : start + _AT_ONCE], values=False)
        lines = (";".join(_french(name, row[name], cell) for name in columns) for row in rows)
        yield "".join(f"{line}\r\n" for line in lines).encode()


_CENTS: Final = frozenset({"amo", "amc", "montant"})


def _french(name: str, value: Any, cell: Any) -> str:
    if value is None:
        return ""
    if name in _CENTS:
        sign, cents = "-" * (value < 0), abs(int(value))
        return f"{sign}{cents // 100},{cents % 100:02d}"
    if name == "date" and value:
        return "/".join(reversed(str(value).split("-")))
    text = str(cell(value))
    return '"' + text.replace('"', '""') + '"' if any(one in text for one in ';"\n\r') else text
