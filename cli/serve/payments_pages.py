"""Payments and transfers: the lists of `noemie ledger payments` and `transfers`, with their tick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cli.followup.filter import Filter
from cli.serve.cards import handle
from cli.serve.ledger_pages import people_of
from cli.serve.marks import labels_of
from cli.serve.pages import form_of, render
from cli.words.texts import crossed_out, day, printable

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from cli.serve.practice import Practice

__all__ = ["as_csv", "payments"]

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
    paid = paid_of(practice, asked)
    found = practice.ask(
        "transfers",
        lambda ledger: ledger.transfers(*asked.places, all_except=asked.sauf),
        *asked.places,
        asked.sauf,
    )
    chosen = values.get("virement", "")
    shown = [one for one in found if key_of(one) == chosen] if chosen else []
    inside = [one for one in paid if shown and _is_of(one, shown[0])]
    people = people_of(practice, [one.patient for one in (*inside[:ROWS], *paid[:ROWS]) if one.patient])
    return render(
        request,
        "payments.html",
        asked=asked,
        query=asked.query,
        amo=sum(one.amo for one in paid),
        amc=sum(one.amc for one in paid),
        total=sum(one.montant for one in paid),
        count=sum(one.genre == "facture" for one in paid),
        transfers_found=found if not asked.patient else [],
        transfers_sum=sum(one.montant for one in found),
        transfers_count=sum(one.factures for one in found),
        unticked=[one for one in found if not one.pointe],
        chosen=shown[0] if shown else None,
        inside=inside[:ROWS],
        inside_sum=sum(one.montant for one in inside),
        inside_count=len(inside),
        rows=paid[:ROWS] if asked.patient else [],
        people=people,
        key_of=key_of,
        free=lambda text: free(practice, text),
        tick_label=lambda one: next(filter(None, labels_of(one)), ""),
        handle=handle,
    )


def paid_of(practice: Practice, asked: Filter) -> list[Any]:
    """The payments asked for: those of `noemie ledger payments`."""
    named = _nir_of(practice, asked.patient) if asked.patient else None
    found: list[Any] = practice.ask(
        "payments",
        lambda ledger: ledger.payments(*asked.places, all_except=asked.sauf, patient=named),
        *asked.places,
        asked.sauf,
        named,
    )
    if asked.patient and named is None:
        people = people_of(practice, [one.patient for one in found if one.patient])
        from cli.serve.ledger_pages import is_of

        found = [
            one for one in found if one.patient and is_of(one.numero, people[one.patient], asked.patient)
        ]
    return found


def _nir_of(practice: Practice, text: str) -> str | None:
    digits = "".join(text.split())
    return digits if digits[:1].isdigit() and len(digits) >= 13 else None


def free(practice: Practice, text: str) -> str:
    """A free label, its long numbers crossed out when people are hidden."""
    return printable(crossed_out(text, references=True) if practice.hides else text)


def key_of(transfer: Any) -> str:
    """What names a transfer in an address: a digest, since labels are free."""
    from hashlib import blake2b

    text = f"{transfer.date}|{transfer.libelle_1}|{transfer.libelle_2}|{transfer.organisme_payeur}"
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _is_of(payment: Any, transfer: Any) -> bool:
    label = " ".join(filter(None, (transfer.libelle_1, transfer.libelle_2)))
    same_payer = payment.date == transfer.date and payment.organisme_payeur == transfer.organisme_payeur
    return bool(payment.virement == label and same_payer)


def as_csv(request: Request) -> Response:
    """The payments for a French spreadsheet: semicolons, decimal commas, days as 31/01/2026, UTF-8 marked.

    The rows are those of `noemie ledger payments --format csv`, masked alike.
    """
    from starlette.responses import Response as Plain

    from cli.followup.ledger_rows import rows_of
    from cli.words.cells import cell
    from noemie.ledger.export import columns_of

    practice: Practice = request.app.state.practice
    paid = paid_of(practice, Filter.of(request.query_params))
    columns = columns_of("payments")
    rows = rows_of(paid, values=False)
    lines = [";".join(columns)]
    lines += [";".join(_french(name, row[name], cell) for name in columns) for row in rows]
    text = "\ufeff" + "\r\n".join(lines) + "\r\n"
    headers = {"content-disposition": 'attachment; filename="paiements.csv"'}
    return Plain(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)


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
