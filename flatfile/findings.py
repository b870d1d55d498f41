"""What a check says: where and which rule. Words and severity live in the rule catalogue."""

from __future__ import annotations

import msgspec


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One remark about one place of one file.

    A finding holds no value read from the file, except counters and totals that the check itself
    computed (`expected`), which identify nobody.

    - `rule`: id in the rule catalogue, such as `facture.total-amo`;
    - `record`: 1-based number of the record or entity in the file, 0 for the whole file;
    - `offset`, `length`: 0-based place in the uncompressed file, in bytes;
    - `type`: record or entity type (`4M`, `294`);
    - `field`: field name in the layout, empty when the record as a whole is meant;
    - `facture`, `lot`: their numbers as written in the file;
    - `expected`: what should be there, as a short text without personal data.
    """

    rule: str
    record: int = 0
    offset: int = 0
    length: int = 0
    type: str = ""
    field: str = ""
    facture: str = ""
    lot: str = ""
    expected: str = ""
