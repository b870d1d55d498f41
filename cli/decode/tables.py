"""Decoded returns as tables: CSV and Parquet. Amounts are whole cents (`_centimes`), days are dates.

One row of `factures` is an invoice as one return speaks of it; `rejets` and `actes` point to it by `fichier`
and `facture`, the number of its first entity. What must not be sent again has `ne_pas_renvoyer`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, nullcontext, suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, NamedTuple, TextIO

from cli.check.findings import times
from cli.decode.model import Illisible, Rejet, Retour, Sommes
from cli.io.arrow_rows import Row, Type, record_batch, schema_of
from cli.io.guard import CommandError
from cli.words.speech import say
from flatfile.csv_text import CsvText
from noemie.ledger.export import cell

#: Rows of one table that are written to Parquet at once.
_BATCH: Final = 512


class Table(NamedTuple):
    """One table: the type of each column by name, and the rows that one decoded return gives."""

    columns: Mapping[str, Type]
    rows: Callable[[Retour], Iterable[Row]]


def _files(data: Retour | Illisible) -> Iterator[Row]:
    if isinstance(data, Illisible):
        yield {"fichier": data.file, "illisible": data.error.rule}
        return
    summary = data.summary
    yield {
        "fichier": data.file,
        "rang": data.rang,
        "enveloppe": data.envelope,
        "reference": data.reference,
        "date_creation": data.date_creation,
        "emetteur": data.emetteur.label or data.emetteur.type,
        "factures": summary.factures,
        **{f"{name}_centimes": getattr(summary, name) for name in Sommes.__struct_fields__},
        "erreurs": data.counts["error"],
        "avertissements": data.counts["warning"],
    }


def _transfers(data: Retour) -> Iterator[Row]:
    for one in data.virements:
        yield {
            "fichier": data.file,
            "enregistrement": one.record,
            "date": one.date,
            "organisme_payeur": one.organisme_payeur,
            "libelle": " ".join(one.libelles),
            "factures": one.factures,
            "montant_centimes": one.montant,
        }


def _invoices(data: Retour) -> Iterator[Row]:
    for one in data.factures:
        row = {
            "fichier": data.file,
            "facture": one.record,
            "numero": one.numero,
            "lot": one.lot,
            "date_lot": one.date_lot,
            "date_facturation": one.date_facturation,
            "type": one.type_facture,
            "nature_assurance": one.nature_assurance,
            "virement": one.virement,
            "etat": one.etat,
            "action": one.action,
            "a_faire": one.banner,
            "ne_pas_renvoyer": one.blocks_resend,
            "demande_centimes": one.montant_demande,
            "paye_centimes": one.montant_paye,
            "codes": "; ".join(rejet.code for rejet in one.rejets),
            "libelles": "; ".join(rejet.label for rejet in one.rejets),
            "motifs": "; ".join(dict.fromkeys(rejet.motive or "autre" for rejet in one.rejets)),
        }
        for part in one.parts:
            name = part.part.lower()
            row[f"{name}_etat"] = part.etat
            row[f"{name}_situation"] = part.situation
            for what in ("demande", "paye"):
                row[f"{name}_{what}_centimes"] = row.get(f"{name}_{what}_centimes", 0) + getattr(part, what)
        yield row


def _rejects(data: Retour) -> Iterator[Row]:
    # One at a time: a return may have too many of them for memory.
    holders: Iterable[tuple[int, str, str, Iterable[Rejet]]] = chain(
        ((one.record, one.numero, one.lot, one.rejets) for one in data.factures),
        ((0, "", "", one.rejets) for one in data.mouvements),
        [(0, "", "", data.rejets_hors_facture)],
    )
    for facture, numero, lot, rejets in holders:
        for one in rejets:
            yield {
                "fichier": data.file,
                "enregistrement": one.record,
                "facture": facture,
                "numero": numero,
                "lot": lot,
                "code": one.code,
                "libelle": one.label,
                "niveau": one.niveau,
                "part": one.part,
                "ligne": one.ligne,
                "nature_prestation": one.nature_prestation,
                "date_soins": one.date_soins,
                "motif": one.motive or "autre",
                "action": one.action,
                "a_faire": one.banner,
                "sens": one.meaning,
                "detail": one.provider_action,
                "deduit": one.inferred,
                "confiance": one.confidence,
                "source": one.source,
            }


def _acts(data: Retour) -> Iterator[Row]:
    for facture in data.factures:
        for one in facture.actes:
            yield {
                "fichier": data.file,
                "facture": facture.record,
                "numero": facture.numero,
                "nature_prestation": one.nature_prestation,
                "date_soins": one.date_soins,
                "quantite": one.quantite,
                "taux": one.taux,
                "base_centimes": one.base,
                "depense_centimes": one.montant_depense,
                "rembourse_centimes": one.montant_rembourse,
                "complementaire_centimes": one.montant_complementaire,
            }


def _lump_sums(data: Retour) -> Iterator[Row]:
    for one in data.forfaits:
        yield {"fichier": data.file, "code": one.code, "montant_centimes": one.montant}


def _debts(data: Retour) -> Iterator[Row]:
    for one in data.dettes:
        yield {
            "fichier": data.file,
            "date": one.date,
            "reference": one.reference,
            "nature": one.nature_label or one.nature,
            "recuperation": one.recuperation_label or one.recuperation,
            "montant_centimes": one.montant,
            "solde_centimes": one.solde,
        }


def _movements(data: Retour) -> Iterator[Row]:
    for one in data.mouvements:
        yield {
            "fichier": data.file,
            "code_mouvement": one.code_mouvement,
            "organisme_complementaire": one.organisme_complementaire,
            "contrats": "; ".join(some.type_contrat for some in one.contrats),
            "codes_retour": "; ".join(some.code for some in one.codes_retour),
        }


def _findings(data: Retour) -> Iterator[Row]:
    for one in (*data.findings, *data.notes):
        yield {
            "fichier": data.file,
            "regle": one.rule,
            "gravite": one.severity,
            "titre": one.title,
            "message": one.message,
            "a_faire": one.fix,
            "nombre": times(one),
            "enregistrement": one.record,
            "entite": one.type,
            "octet": one.offset,
            "zone": one.field,
        }


def _columns(text: str) -> dict[str, Type]:
    """Columns from their names; `:` gives a type other than text."""
    found: dict[str, Type] = {}
    for word in text.split():
        name, _, kind = word.partition(":")
        if name.endswith("_centimes"):
            found[name] = "cents"
        else:
            found[name] = kind or "text"  # type: ignore[assignment]  # one of `Type`, written below
    return found


TABLES: Final[dict[str, Table]] = {
    "fichiers": Table(
        _columns(
            "fichier rang:count enveloppe reference date_creation:date emetteur factures:count paye_centimes"
            " repris_centimes rejete_centimes differe_centimes retenu_centimes erreurs:count"
            " avertissements:count illisible"
        ),
        _files,
    ),
    "virements": Table(
        _columns(
            "fichier enregistrement:count date:date organisme_payeur libelle factures:count montant_centimes"
        ),
        _transfers,
    ),
    "factures": Table(
        _columns(
            "fichier facture:count numero lot date_lot:date date_facturation:date type nature_assurance"
            " virement:date etat action a_faire ne_pas_renvoyer:truth demande_centimes paye_centimes amo_etat"
            " amo_situation amo_demande_centimes amo_paye_centimes amc_etat amc_situation"
            " amc_demande_centimes amc_paye_centimes codes libelles motifs"
        ),
        _invoices,
    ),
    "rejets": Table(
        _columns(
            "fichier enregistrement:count facture:count numero lot code libelle niveau part ligne:count"
            " nature_prestation date_soins:date motif action a_faire sens detail deduit:truth confiance"
            " source"
        ),
        _rejects,
    ),
    "actes": Table(
        _columns(
            "fichier facture:count numero nature_prestation date_soins:date quantite:count taux:count"
            " base_centimes depense_centimes rembourse_centimes complementaire_centimes"
        ),
        _acts,
    ),
    "forfaits": Table(_columns("fichier code montant_centimes"), _lump_sums),
    "dettes": Table(
        _columns("fichier date:date reference nature recuperation montant_centimes solde_centimes"), _debts
    ),
    "mouvements": Table(
        _columns("fichier code_mouvement organisme_complementaire contrats codes_retour"), _movements
    ),
    "constats": Table(
        _columns(
            "fichier regle gravite titre message a_faire nombre:count enregistrement:count entite octet:count"
            " zone"
        ),
        _findings,
    ),
}

#: The table that goes to standard output.
MAIN: Final = "factures"


def _rows(name: str, data: Retour | Illisible) -> Iterable[Row]:
    if isinstance(data, Illisible):
        return _files(data) if name == "fichiers" else ()
    return TABLES[name].rows(data)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while some := list(islice(left, _BATCH)):
        yield some


class CsvTable:
    """The rows of one table as CSV (RFC 4180, UTF-8); no cell is a formula for a spreadsheet."""

    def __init__(self, out: TextIO, name: str) -> None:
        self._name = name
        self._columns = tuple(TABLES[name].columns)
        self._out, self._text = out, CsvText()
        out.write(self._text.rows([self._columns]))

    def add(self, data: Retour | Illisible) -> None:
        """The rows of one decoded return."""
        for some in _batches(_rows(self._name, data)):
            self._out.write(self._text.rows([cell(row.get(name)) for name in self._columns] for row in some))

    def close(self) -> None:
        """Nothing is left to write."""


class ParquetTable:
    """The rows of one table as Parquet, batch after batch."""

    def __init__(self, out: BinaryIO, name: str) -> None:
        from flatfile.parquet import ParquetFile

        self._name = name
        self._file = ParquetFile(out, schema_of(TABLES[name].columns))
        self._waiting: list[Row] = []

    def add(self, data: Retour | Illisible) -> None:
        """The rows of one decoded return."""
        for some in _batches(_rows(self._name, data)):
            self._waiting += some
            if len(self._waiting) >= _BATCH:
                self._write()

    def _write(self) -> None:
        self._file.write(record_batch(TABLES[self._name].columns, self._waiting))
        self._waiting.clear()

    def close(self) -> None:
        """Write what waits, and the end of the file."""
        if self._waiting:
            self._write()
        self._file.close()


class Folder:
    """All the tables, each in a file of a folder; a file takes its name once it is whole."""

    def __init__(self, folder: Path, form: Literal["csv", "parquet"], *, private: bool = False) -> None:
        from cli.io.outputs import make_folder, written

        if form == "parquet":
            _require_pyarrow()
        make_folder(folder)
        self._files = ExitStack()
        self._tables: list[CsvTable | ParquetTable] = []
        for name in TABLES:
            out = self._files.enter_context(written(folder / f"{name}.{form}", private=private))
            if form == "csv":
                text = io.TextIOWrapper(
                    out, "utf-8", errors="backslashreplace", newline="", write_through=True
                )
                self._files.callback(text.detach)
                self._tables.append(CsvTable(text, name))
            else:
                self._tables.append(ParquetTable(out, name))

    def add(self, data: Retour | Illisible) -> None:
        """One decoded return, or why it could not be read."""
        for table in self._tables:
            table.add(data)

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *error: Any) -> None:
        try:
            for table in self._tables:
                with nullcontext() if error[0] is None else suppress(Exception):
                    table.close()
        finally:
            self._files.__exit__(*error)


def _require_pyarrow() -> None:
    from flatfile.extras import is_installed

    if not is_installed("pyarrow"):
        raise CommandError(
            say(
                "noemie decode : le format parquet a besoin de pyarrow."
                "\n  → pip install 'sesam-noemie[parquet]'",
                "noemie decode: the parquet format needs pyarrow.\n  → pip install 'sesam-noemie[parquet]'",
            )
        )
