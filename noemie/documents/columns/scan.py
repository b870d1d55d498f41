"""Flows and returns as tables, in one line: `RecordBatchReader`s that read files as their rows are asked for.

    import noemie
    noemie.scan_flux("flux/", "4").read_pandas()
    duckdb.sql("select fichier, sum(montant_amo) from lignes group by all")   # lignes = noemie.scan_flux(...)

The columns are those of `noemie convert --format parquet`, after `fichier`, the name of the file. Personal
values are empty unless `values`. Needs `pyarrow` and `numpy` (extra `parquet`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from codes.personal import shown_name
from flatfile import FormatError
from flatfile.arrow import arrow, require_columns
from flatfile.unchanged import unchanged
from fse import norme
from fse.normes import NORMS, Norme
from noemie.documents.convert.columns import UNKNOWN, UNKNOWN_ENTITIES, UNKNOWN_RECORDS, Table, make_table
from noemie.documents.convert.rows import FlowRows, ReturnRows, Rows
from noemie.documents.hidden import Hider
from noemie.documents.recognise import Family, expect, recognise_source
from noemie.returns.tables import layouts as entity_layouts

#: A path, or several; a folder gives the files of its kind that it holds, at any depth.
Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


def scan_flux(
    paths: Paths, type: str, *, values: bool = False, norm: str | None = None, layouts: Path | None = None
) -> Any:
    """The records of one type (`4`, `2S`, `inconnu`) of B2 flows, as a `pyarrow.RecordBatchReader`.

    The norm is that of the first flow, or `norm`, which is imposed on all; `layouts` is a directory with a
    site's own tables. Files are read one after another, as rows are asked for. Raises `ValueError` on a type
    that the norm does not have and, while rows are asked for, on a flow of another norm;
    `MissingLibraryError`; `FormatError` and `LayoutError` as `fse.Reading` does. In a folder, what is no
    flow is left out.
    """
    require_columns()
    files = _files(paths, "b2", layouts)
    if norm is None:
        first = next(files, None)
        name = NORMS[0] if first is None else FlowRows(first, values=values, layouts=layouts).closed().norme
        files = _with(first, files)
    else:
        name = norm
    table = flow_table(norme(name, layouts), type, values=values)
    schema = schema_of_table(table, "b2", name, values=values)
    return arrow().RecordBatchReader.from_batches(
        schema, _flow_batches(files, name, table, values=values, norm=norm, layouts=layouts)
    )


def scan_retours(paths: Paths, type: str, *, values: bool = False, layouts: Path | None = None) -> Any:
    """The entities of one number (`290`, `999`, `inconnu`) of NOEMIE returns: see `scan_flux`.

    A return is read whole before its rows are given.
    """
    require_columns()
    table = return_table(type, values=values, layouts=layouts)
    schema = schema_of_table(table, "noemie", "", values=values)
    return arrow().RecordBatchReader.from_batches(
        schema,
        _return_batches(_files(paths, "noemie", layouts), table, schema, values=values, layouts=layouts),
    )


def flow_table(norme: Norme, type: str, *, values: bool) -> Table:
    """The table of a record type. Raises `ValueError` when the norm does not have it."""
    if type == UNKNOWN:
        return UNKNOWN_RECORDS
    if type not in norme.layouts:
        raise ValueError(f"type {type!r}: {norme.name} has {', '.join(sorted(norme.layouts))}, {UNKNOWN}")
    return make_table(norme.layouts[type], None if values else Hider())


def return_table(type: str, *, values: bool, layouts: Path | None = None) -> Table:
    """The table of an entity. Raises `ValueError` on a number that no table has."""
    if type == UNKNOWN:
        return UNKNOWN_ENTITIES
    known = entity_layouts(layouts)
    if type not in known:
        raise ValueError(f"type {type!r}: returns have {', '.join(known)}, {UNKNOWN}")
    # Labels are hidden in some returns only: the schema says that they may be.
    return make_table(known[type], None if values else Hider(labels=True), returned=True)


def schema_of_table(table: Table, family: str, norme: str, *, values: bool) -> Any:
    """The one schema of a table of many files."""
    from noemie.documents.convert.arrow import schema_of

    return schema_of(table, family=family, norme=norme, values=values, named=True)


def _flow_batches(
    files: Iterator[str], name: str, table: Table, *, values: bool, norm: str | None, layouts: Path | None
) -> Iterator[Any]:
    from noemie.documents.columns.batches import Window

    window = Window(values=values, named=True, wanted=frozenset({table.name}))
    for file in files:
        with unchanged(file):
            rows = FlowRows(file, values=values, norm=norm, layouts=layouts)
            if rows.norme != name:
                rows.closed()
                shown = shown_name(file)
                raise ValueError(f"{shown}: norm {rows.norme}, not {name}: scan them apart, or impose a norm")
            for batches in window.read(rows, shown_name(file)):
                yield from (batch.rows for batch in batches)
    yield from (batch.rows for batch in window.batches())


def _return_batches(
    files: Iterator[str], table: Table, schema: Any, *, values: bool, layouts: Path | None
) -> Iterator[Any]:
    from noemie.documents.columns.batches import batches_of

    for file in files:
        with unchanged(file):
            rows: Rows = ReturnRows(file, values=values, layouts=layouts)
            found = [
                batch.rows for batch in batches_of(rows, shown_name(file)) if batch.table.name == table.name
            ]
        for batch in found:
            yield arrow().RecordBatch.from_arrays(batch.columns, schema=schema)


def _with(first: str | None, others: Iterator[str]) -> Iterator[str]:
    if first is not None:
        yield first
        yield from others


def _files(paths: Paths, family: Family, layouts: Path | None) -> Iterator[str]:
    """The files of a family: those that are named, and those among what folders hold."""
    for path in [paths] if isinstance(paths, (str, os.PathLike)) else paths:
        name = os.fspath(path)
        if not Path(name).is_dir():
            expect(recognise_source(name, layouts), family)
            yield name
            continue
        for inside in sorted(Path(name).rglob("*")):
            if any(part.startswith(".") for part in inside.relative_to(name).parts) or not inside.is_file():
                continue
            try:
                found = recognise_source(inside, layouts).family
            except FormatError:
                continue
            if found == family:
                yield str(inside)
