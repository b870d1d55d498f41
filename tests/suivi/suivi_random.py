"""Random worlds of the follow-up, as text in the notation of `suivi_world`.

Redone, cancelled, partial and doubtful sendings are made often: few numbers, few patients, few amounts, so
that everything collides. `pick` chooses one of a list: that of `random.Random`, or a draw of hypothesis.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
Pick = Callable[[Sequence[T]], T]

AMOUNTS = ("14.70+6.30", "14.70+6.30", "14.70+6.30", "21.00+0.00", "10.00+6.30&4.70+0.00 a:C&CS", "0.00+0.00")
REJECTS = ("!fix", "!dup", "!wait", "!rights", "!unk", "!claim", "!who", "!fix~C", "!rights~C", "!dup~C")
DAY = dt.date(2026, 1, 12)


def day(offset: int) -> str:
    return (DAY + dt.timedelta(offset)).strftime("%d/%m")


def world_text(pick: Pick, *, large: bool = False) -> str:
    """One world: flows, returns, ARLs, copies, joined and cut files."""
    made = _Made(pick)
    for _ in range(pick((1, 2, 2, 3, 4, 5) if large else (1, 2, 3))):
        made.flow()
    for _ in range(pick((1, 2, 3, 4, 5, 6) if large else (1, 2, 3))):
        made.retour()
    for _ in range(pick((0, 0, 1, 2))):
        made.arl()
    made.extra()
    if pick((True, False)):
        made.events.append(f"on {day(pick((30, 45, 70, 140)))}")
    return " ; ".join(made.events)


class _Made:
    def __init__(self, pick: Pick) -> None:
        self.pick = pick
        self.events: list[str] = []
        self.flows: list[tuple[str, int]] = []
        self.returns: list[str] = []
        self.sent: list[
            tuple[int, str, str, int, int]
        ] = []  # number, amounts, professional, patient, care day

    def flow(self) -> None:
        pick, name = self.pick, f"f{len(self.flows) + 1}"
        offset = pick((0, 3, 3, 8, 10, 10, 15))
        ps, lot = pick(("A", "A", "A", "B")), pick(("001", "001", "002", "003"))
        invoices = [self.invoice(ps, offset) for _ in range(pick((1, 1, 2, 2, 3)))]
        options = pick(("", "", f" b={day(0)}", " i=F00001"))
        self.flows.append((name, offset))
        self.events.append(f"E {name} {day(offset)} {ps}/{lot}{options} : {', '.join(invoices)}")

    def invoice(self, ps: str, offset: int) -> str:
        """A new one, or one of those sent before: again, redone, cancelled, for its balance."""
        pick = self.pick
        again = [one for one in self.sent if one[2] == ps]
        number, amounts, patient, care = pick((4, 4, 7, 17)), pick(AMOUNTS), pick((4, 4, 9)), offset - 2
        operation, payee = "", pick(("", "", "", "", " d:25", " d:05", " d:00"))
        if again and pick((True, True, False)):
            number, amounts, _, patient, care = pick(again)
            kind = pick(("same", "redone", "redone", "cancelled", "balance", "day", "person", "amount"))
            if kind in ("redone", "balance", "person"):
                number = pick((17, 18, number))
            if kind == "cancelled":
                operation, payee = " o:9", ""
            elif kind == "balance":
                amounts = pick(("4.70+0.00 a:CS", "0.00+6.30", "4.00+0.00 a:CS"))
            elif kind == "day":
                care -= pick((1, 7, -3))
            elif kind == "person":
                patient = 44
            elif kind == "amount":
                amounts = pick(("16.00+5.00", "16.00+0.00"))
        self.sent.append((number, amounts, ps, patient, care))
        head, _, acts = amounts.partition(" a:")
        return f"{number}={head} p:{patient} s:{day(care)}{payee}{operation}{' a:' + acts if acts else ''}"

    def retour(self) -> None:
        pick, name = self.pick, f"r{len(self.returns) + 1}"
        offset = pick((4, 6, 9, 12, 16, 20, 25))
        options = pick(
            ("", "", "", "", " e=AMC", " e=SM", " ps=B", " to=B", " fam=old", " i=R00001", " total=99.00")
        )
        old = "fam=old" in options
        body = []
        for _ in range(pick((1, 1, 1, 2))):
            label = pick(("1", "1", "2", "2", str(len(self.returns) + 3), "1_2", "", "-"))
            when = pick((day(offset), day(offset), day(offset), day(6), "-"))
            items = [self.item(options) for _ in range(pick((1, 1, 2, 3)))]
            if not old and pick((True, *[False] * 6)):
                items.append(pick(("F261=30.00", "D88=-30.00:IND:RPR")))
            body.append(f"V{label}@{when}[{', '.join(items)}]")
        self.returns.append(name)
        self.events.append(f"R {name} {day(offset)}{options} : {' '.join(body)}")

    def item(self, options: str) -> str:
        pick = self.pick
        number, amounts = pick([(one[0], one[1]) for one in self.sent] + [(8, "14.70+6.30")])
        amo, amc = _sums(amounts.partition(" a:")[0])
        parts = pick(
            (
                f"{amo}P/{amc}P",
                f"{amo}P/{amc}P",
                f"{amo}P/_",
                f"{amo}P/-",
                f"{amo}P/0R",
                f"{amo}P/0R",
                "0R/0R",
                "0R/0R",
                "0R/_",
                "0D/0D",
                f"10.00P/{amc}P",
                f"10.00P/{amc}P",
                f"-{amo}P/-{amc}P",
                f"-{amo}P/-",
                "-5.00P/-",
                f"20.00P/{amc}P",
                "_/_",
                "0R/-",
            )
        )
        if "e=AMC" in options:
            parts = pick((f"-/{amc}P", "-/0R", f"-/{amc}P", f"-/-{amc}P", "-/4.00P"))
        rejects = (
            "".join(pick(REJECTS) for _ in range(pick((0, 1, 1, 2))))
            if "R" in parts or pick((True, False, False))
            else ""
        )
        option = pick(("", "", "", "", " l:-", " l:777 t:D", " l:- p:-", " p:77", " l:002"))
        return (
            f"{number}={parts}{rejects}{option}"
            if "fam=old" not in options
            else f"{number}={parts}{rejects.split('~')[0]}{option.replace(' t:D', '')}"
        )

    def arl(self) -> None:
        name, offset = self.pick(self.flows)
        self.events.append(f"A {name} {self.pick(('+', '-', '-'))} {day(offset + self.pick((1, 4)))}")

    def extra(self) -> None:
        pick = self.pick
        kind = pick(("", "", "", "copy", "copyf", "env", "cat", "cut", "catf", "mark"))
        name = pick(self.returns)
        if kind == "copy":
            self.events.append(f"copy {name} > x1")
        elif kind == "copyf":
            self.events.append(f"copy {self.flows[0][0]} > x1")
        elif kind == "env":
            self.events.append(f"env {name} P1 > x1")
        elif kind == "cat" and len(self.returns) > 1:
            self.events.append(f"cat {pick(('', '+'))}r1 {pick(('', '+'))}r2 > x1")
        elif kind == "catf" and len(self.flows) > 1:
            self.events.append("cat f1 f2 > x1")
        elif kind == "cut":
            self.events.append(
                f"copy {name} > x1 ; cut {pick(('x1', name))} {pick((30, 44, 60, 69, 80, 95))}%"
            )
        elif kind == "mark":
            flow = self.flows[0][0]
            self.events.append(f"M {flow}#{self.sent[0][0]} soldee")


def _sums(amounts: str) -> tuple[str, str]:
    pairs = [tuple(map(float, one.split("+"))) for one in amounts.split("&")]
    return f"{sum(a for a, _ in pairs):.2f}", f"{sum(c for _, c in pairs):.2f}"
