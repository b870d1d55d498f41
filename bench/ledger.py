"""A ledger of many invoices: the import, each list, and the first question after three invoices more.

Processor seconds, beside those of slicing all fields of the same flows in the same run.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.flows import SEED, floor_of
from bench.measure import Measure, once
from fixtures.caisse import Caisse
from fixtures.generate import Parametres, generate
from fse.normes import LENGTH
from noemie.ledger import Ledger
from noemie.ledger.listed import Invoices

_MONTHS = 12
_REJECTED, _DEFERRED = 0.05, 0.01
_KEY = bytes(range(32))
_PAGE = 50
#: Lists that are asked for whole.
_LISTS = (
    "payments",
    "rejects",
    "to_resend",
    "unanswered",
    "invoice_states",
    "patients",
    "transfers",
    "debts",
    "files",
    "report",
)

Files = list[tuple[str, bytes]]


def measures(count: int) -> Iterator[Measure]:
    """The import of `count` invoices and their returns, the lists, and what three invoices more cost."""
    flows, returns = _written(count)
    data = b"".join(content for _, content in flows)
    floors = [floor_of(content) for _, content in flows]

    def floor() -> None:
        for one in floors:
            one()

    floor()
    base = min(once(floor) for _ in range(3))

    def measure(name: str, work: Callable[[], object]) -> Measure:
        return Measure(
            f"ledger of {count:,}: {name}",
            count,
            once(work),
            floor_units=len(data) // LENGTH,
            floor_seconds=base,
            unit="invoices",
        )

    more = _written(3, seed=SEED + 1)
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder, "registre.db"), key=_KEY) as ledger:
        yield measure("import", lambda: ledger.import_files([*flows, *returns]))
        yield measure("first question, the cache made whole", ledger.latest_day)
        for name in _LISTS:
            yield measure(name, getattr(ledger, name))
        day = ledger.latest_day() or dt.date.today()
        yield measure("invoices, one page", lambda: ledger.invoice_page(Invoices(), 0, _PAGE, day))
        yield measure("payments, one page", lambda: ledger.payment_page(most=_PAGE))
        yield measure("statement", lambda: ledger.statement(f"{day:%Y-%m}"))
        yield measure("today", lambda: ledger.today(day))
        yield measure("import of 3 more", lambda: ledger.import_files([*more[0], *more[1]]))
        yield measure("first question after", ledger.to_resend)


def _written(count: int, seed: int = SEED) -> tuple[Files, Files]:
    """Flows of a group practice over a year, or a few invoices of it, and what a fund answers."""
    months = _MONTHS if count > _MONTHS else 1
    flows = list(generate(Parametres("cabinet", seed=seed, invoices=count, months=months)))
    caisse = Caisse(seed=seed, reject_rate=_REJECTED, defer_rate=_DEFERRED)
    answers = [one for flow in flows for one in caisse.respond(flow.data).returns]
    sent = [(f"{seed}-{rank}-{flow.name}", flow.data) for rank, flow in enumerate(flows)]
    return sent, [(f"{seed}-{rank}-{one.nom}", one.data) for rank, one in enumerate(answers)]
