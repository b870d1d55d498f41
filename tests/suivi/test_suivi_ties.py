"""Of two sendings that nothing tells apart, the same one is named whatever the key and the order of files."""

from __future__ import annotations

import sys
from itertools import permutations
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "ledger"))
from ledger_world import DAY, Inv, flow, month_return

from codes.states import Certitude
from noemie.suivi import follow


def test_an_answer_that_fits_two_equal_sendings() -> None:
    files = [(f"f{patient}.b2", flow(Inv(1, patient=patient))) for patient in (1, 2, 3)]
    answer = ("r.txt", month_return(DAY.replace(day=9), invoices=[(1, "C", 1750)]))
    told = set()
    for sent in permutations(files):  # each time under another key
        result = follow(sent, [answer])
        told.add(tuple((one.fichier, one.paye, one.certitude) for one in result.lignes))
    (lines,) = told
    assert lines[0] == ("f1.b2", 1750, Certitude.A_VERIFIER)
    assert [paid for _, paid, _ in lines] == [1750, 0, 0]
