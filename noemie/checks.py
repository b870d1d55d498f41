"""Check a return: its frame, the format of each field, its code lists, its levels, counters and totals.

Nothing here refuses a return: the findings tell what to look at before payments and rejects are booked. An
entity without any remark costs one match of a regular expression.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Final

from codes import lists
from codes.lists import Namespace
from flatfile import Field, Finding, Record
from fse.rules.champs import expected_format, format_rule
from noemie.coherence import check_closings, check_end, check_levels, check_parts
from noemie.facture import FactureRetour
from noemie.formats import Formats
from noemie.retour import Retour
from noemie.tables import CLOSING, DELIMITER, HEADER, TRAILER
from noemie.tree import niveau_de, numero_de
from noemie.places import Places


def check(retour: Retour, *, codes: Path | None = None) -> Iterator[Finding]:
    """Findings on a return, in file order.

    `codes` is a directory with a site's own `noemie.csv`; raises `CodeTableError` when it is wrong.
    """
