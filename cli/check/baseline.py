"""Baselines: findings that were accepted once, so that only new ones are reported.

A finding is known by its rule and by what does not depend on the file that it was found in: invoice number,
record type, field, and its rank among the findings that share these. Nothing personal is written. The file is
sorted, so that two baselines compare line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from cli.check.config import ConfigError
from cli.check.data import KEY_PARTS, key_data
from cli.check.model import Key

#: Version of the structure of the file.
SCHEMA_VERSION: Final = 1


def dumps(keys: Iterable[Key]) -> str:
    """The text of a baseline: an entry a line."""
    entries = [json.dumps(key_data(key), ensure_ascii=False) for key in sorted(set(keys))]
    body = "".join(
        f"\n    {entry}{',' if rank < len(entries) else ''}" for rank, entry in enumerate(entries, 1)
    )
    return f'{{\n  "schema_version": {SCHEMA_VERSION},\n  "accepted": [{body}\n  ]\n}}\n'


def load(path: Path) -> frozenset[Key]:
    """The keys of a baseline; raises `ConfigError` when the file is not one."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            path,
            "",
            "une base existante (à créer avec --write-baseline)",
            "an existing baseline (make it with --write-baseline)",
        ) from None
    except (OSError, ValueError, RecursionError):
        raise ConfigError(
            path, "", "une base écrite par --write-baseline", "a baseline written by --write-baseline"
        ) from None
    if not isinstance(data, dict) or data.get("schema_version") != SCHEMA_VERSION:
        raise ConfigError(path, "schema_version", str(SCHEMA_VERSION), str(SCHEMA_VERSION))
    entries = data.get("accepted")
    if not isinstance(entries, list):
        raise ConfigError(path, "accepted", "une liste d'entrées", "a list of entries")
    return frozenset(_key(path, rank, entry) for rank, entry in enumerate(entries, start=1))


def _key(path: Path, rank: int, entry: Any) -> Key:
    if isinstance(entry, dict) and tuple(entry) == KEY_PARTS:
        rule, facture, type_, field, ordinal = entry.values()
        texts = all(isinstance(text, str) for text in (rule, facture, type_, field))
        if texts and type(ordinal) is int and ordinal > 0:
            return rule, facture, type_, field, ordinal
    parts = ", ".join(KEY_PARTS)
    raise ConfigError(
        path,
        f"accepted[{rank}]",
        f"les clés {parts}, des textes puis un rang à partir de 1",
        f"the keys {parts}, texts then a rank from 1",
    )
