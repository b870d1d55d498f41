"""Baselines: findings that were accepted once, so that only new ones are reported.

A finding is known in its file by its rule, invoice number, record type, field, and its rank among the
findings that share these: one more is new. A file is known by its name, from the folder of the baseline, or
by its content. Nothing personal is written. The baseline is sorted, so that two of them compare line by line.
Those of version 1 name no file: their entries are accepted in any.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from cli.check.data import KEY_PARTS, key_data
from cli.check.model import Key
from cli.io.inputs import STANDARD
from cli.io.settings_file import ConfigError

#: Version of the structure of the file, and those that are read.
SCHEMA_VERSION: Final = 2
_READ: Final = (1, 2)

#: Size beyond which a baseline is none.
_MOST_BYTES: Final = 64 << 20


class Accepted(NamedTuple):
    """What is accepted of one file: its name, the digest of its content, keys."""

    file: str
    sha256: str
    keys: frozenset[Key]


@dataclass(frozen=True, slots=True)
class Baseline:
    """One baseline; `anywhere` are the entries of version 1, accepted in any file."""

    path: Path
    files: tuple[Accepted, ...] = ()
    anywhere: frozenset[Key] = frozenset()
    _digests: dict[str, str] = field(default_factory=dict, compare=False)

    def of(self, name: str) -> frozenset[Key]:
        """The keys accepted in a file: that of its name, or of its content."""
        found = self.entry(name)
        return self.anywhere | (found.keys if found is not None else frozenset())

    def entry(self, name: str) -> Accepted | None:
        """The entry of a file, if any."""
        called = name_in(self.path, name)
        named = next((one for one in self.files if one.file == called), None)
        if named is not None or not self.files or name == STANDARD:
            return named
        if name not in self._digests:
            self._digests[name] = digest_of(name)
        return next((one for one in self.files if one.sha256 and one.sha256 == self._digests[name]), None)

    def stale(self, found: Mapping[str, frozenset[Key]]) -> tuple[tuple[str, Key], ...]:
        """Entries, with their file, that no finding had; `found` are the accepted keys by name of file."""
        everywhere = frozenset[Key]().union(*found.values())
        unused = [("", key) for key in self.anywhere - everywhere]
        used: dict[str, frozenset[Key]] = {}
        for name, keys in found.items():
            entry = self.entry(name)
            if entry is not None:
                used[entry.file] = used.get(entry.file, frozenset()) | keys
        for one in self.files:
            unused += [(one.file, key) for key in one.keys - used.get(one.file, frozenset())]
        return tuple(sorted(unused))


def name_in(path: Path, name: str) -> str:
    """The name of a file from the folder of the baseline, with slashes."""
    if name == STANDARD:
        return name
    try:
        return Path(os.path.relpath(name, path.absolute().parent)).as_posix()
    except ValueError:  # on another drive
        return Path(name).name


def digest_of(name: str) -> str:
    """SHA-256 of a file, in hexadecimal; nothing when it cannot be read."""
    try:
        with Path(name).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""


def dumps(path: Path, keys: Mapping[str, Iterable[Key]]) -> str:
    """The text of a baseline at `path`: keys by name of file, an entry a line; no file without any."""
    blocks = []
    for name in sorted(keys, key=lambda name: name_in(path, name)):
        entries = [json.dumps(key_data(key), ensure_ascii=False) for key in sorted(set(keys[name]))]
        if entries:
            called = json.dumps(name_in(path, name), ensure_ascii=False)
            head = f'    {{"file": {called}, "sha256": "{digest_of(name)}", "accepted": ['
            blocks.append(head + "\n      " + ",\n      ".join(entries) + "\n    ]}")
    body = "\n" + ",\n".join(blocks) if blocks else ""
    return f'{{\n  "schema_version": {SCHEMA_VERSION},\n  "files": [{body}\n  ]\n}}\n'


def load(path: Path) -> Baseline:
    """A baseline of any version; raises `ConfigError` when the file is not one."""
    try:
        if path.exists() and (not path.is_file() or path.stat().st_size > _MOST_BYTES):
            raise ValueError("no regular file of a sane size")
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
    version = data.get("schema_version") if isinstance(data, dict) else None
    if type(version) is not int or version not in _READ:
        raise ConfigError(path, "schema_version", str(SCHEMA_VERSION), str(SCHEMA_VERSION))
    if version == 1:
        return Baseline(path, anywhere=_keys(path, "accepted", data.get("accepted")))
    files = data.get("files")
    if not isinstance(files, list):
        raise ConfigError(path, "files", "une liste de fichiers", "a list of files")
    return Baseline(path, tuple(_accepted(path, rank, one) for rank, one in enumerate(files, start=1)))


def _accepted(path: Path, rank: int, entry: Any) -> Accepted:
    names = ("file", "sha256", "accepted")
    is_one = isinstance(entry, dict) and tuple(entry) == names
    if not is_one or not isinstance(entry["file"], str) or not isinstance(entry["sha256"], str):
        listed = ", ".join(names)
        raise ConfigError(path, f"files[{rank}]", f"les clés {listed}", f"the keys {listed}")
    keys = _keys(path, f"files[{rank}].accepted", entry["accepted"])
    return Accepted(entry["file"], entry["sha256"], keys)


def _keys(path: Path, name: str, entries: Any) -> frozenset[Key]:
    if not isinstance(entries, list):
        raise ConfigError(path, name, "une liste d'entrées", "a list of entries")
    return frozenset(_key(path, f"{name}[{rank}]", entry) for rank, entry in enumerate(entries, start=1))


def _key(path: Path, name: str, entry: Any) -> Key:
    if isinstance(entry, dict) and tuple(entry) == KEY_PARTS:
        rule, facture, type_, field, ordinal = entry.values()
        texts = all(isinstance(text, str) for text in (rule, facture, type_, field))
        if texts and type(ordinal) is int and ordinal > 0:
            return rule, facture, type_, field, ordinal
    parts = ", ".join(KEY_PARTS)
    raise ConfigError(
        path,
        name,
        f"les clés {parts}, des textes puis un rang à partir de 1",
        f"the keys {parts}, texts then a rank from 1",
    )
