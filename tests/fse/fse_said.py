"""What a finding says, word for word: the shape of the tables `fse_said_*`."""

from typing import NamedTuple


class Said(NamedTuple):
    """One rule, broken by its own fault.

    - `severity`: word of its severity;
    - `places`: type and field of each place where the example breaks it, in file order;
    - `fr`, `en`: title, message of the first finding, fix.
    """

    severity: str
    places: tuple[tuple[str, str], ...]
    fr: tuple[str, str, str]
    en: tuple[str, str, str]
