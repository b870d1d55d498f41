"""The answers of the ledger that are lists, as tables for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from cli.followup.ledger_rows import SHOWN, Row, is_named, patient_text
from cli.words.page import ERROR, QUIET, STRONG, WARNING, Page
from cli.words.speech import language, plural, say
from cli.words.tables import Table
from cli.words.texts import MOST_NUMBERS, amount, day, listed
from codes.lists import noemie
from codes.states import Certitude, Etat

#: States as rows are styled.
_STYLES: Final = {
    "rejetee": ERROR,
    "arl_negatif": ERROR,
    "reprise": ERROR,
    "payee": "",
    "rien_attendu": QUIET,
    "annulee": QUIET,
    "remplacee": QUIET,
    "doublon": QUIET,
    "soldee_hors_flux": QUIET,
}


class Column(NamedTuple):
    """One column of a table: its title in French and in English, the text of its cell."""

    fr: str
    en: str
    cell: Callable[[Row], str]
    right: bool = False
    fold: bool = False


def _text(name: str, fr: str, en: str, *, fold: bool = False) -> Column:
    return Column(fr, en, lambda row: str(row[name] or ""), fold=fold)


def _day(name: str, fr: str, en: str) -> Column:
    return Column(fr, en, lambda row: iso_day(row[name]))


def _money(name: str, fr: str, en: str) -> Column:
    return Column(fr, en, lambda row: amount(row[name]), right=True)


def _count(name: str, fr: str, en: str) -> Column:
    return Column(fr, en, lambda row: "" if row[name] is None else str(row[name]), right=True)


def iso_day(text: str | None) -> str:
    """A day given as data, for a person."""
    return day(dt.date.fromisoformat(text)) if text else ""


def state_text(name: str) -> str:
    """A state in words."""
    return Etat(name).label(language()) if name else ""


def _label(name: str) -> Callable[[Row], str]:
    def label(row: Row) -> str:
        codes = noemie().get(name)
        return (codes.label(row["nature"], language()) if codes else "") or str(row["nature"])

    return label


_NUMERO: Final = _text("numero", "facture", "invoice")
_LOT: Final = _text("lot", "lot", "batch")


def _state(row: Row) -> str:
    """The state, and that it is to be verified."""
    doubt = row["certitude"] == Certitude.A_VERIFIER and ", " + Certitude.A_VERIFIER.label(language())
    return state_text(row["etat"]) + (doubt or "")


_STATE: Final = Column("état", "state", _state, fold=True)
_CAISSE: Final = Column("caisse", "caisse", lambda row: f"{row['regime']} {row['caisse']}".strip())
_PATIENT: Final = Column("patient", "patient", patient_text, fold=True)
#: A patient in a list that has none unless they are named.
_WHO: Final = Column("patient", "patient", patient_text, fold=True)
_FILE: Final = _text("fichier", "fichier", "file", fold=True)

#: The columns of each list; `export` and the data have all of them.
TABLES: Final[dict[str, tuple[Column, ...]]] = {
    "payments": (
        _day("date", "date", "date"),
        Column("facture", "invoice", lambda row: row["numero"] or _lump(row)),
        _LOT,
        _PATIENT,
        _CAISSE,
        _money("amo", "AMO", "AMO"),
        _money("amc", "AMC", "AMC"),
        _money("montant", "payé", "paid"),
    ),
    "unanswered": (
        _NUMERO,
        _LOT,
        _day("depuis", "envoyée le", "sent on"),
        _count("jours", "jours", "days"),
        _WHO,
        _CAISSE,
        _money("demande", "demandé", "claimed"),
        _money("paye", "payé", "paid"),
        _money("reste", "reste", "due"),
        _money("trop", "trop", "over"),
        _STATE,
    ),
    "invoices": (
        _NUMERO,
        _LOT,
        _WHO,
        _day("depuis", "envoyée le", "sent on"),
        _day("repondu_le", "répondu le", "answered on"),
        _money("demande", "demandé", "claimed"),
        _money("paye", "payé", "paid"),
        _money("reste", "reste", "due"),
        _money("trop", "trop", "over"),
        _STATE,
    ),
    "patients": (
        Column("référence", "reference", lambda row: row["reference"][:SHOWN]),
        Column("NIR", "NIR", lambda row: row["nir"] or row["nir_masque"]),
        Column(
            "nom",
            "name",
            lambda row: f"{row['nom']} {row['prenom']}".strip() or row["nom_masque"],
            fold=True,
        ),
        _count("factures", "factures", "invoices"),
        _money("demande", "demandé", "claimed"),
        _money("paye", "payé", "paid"),
        _day("dernier", "dernière", "last"),
    ),
    "transfers": (
        _day("date", "date", "date"),
        _text("organisme_payeur", "payeur", "payer"),
        Column("libellé", "label", lambda row: f"{row['libelle_1']} {row['libelle_2']}".strip(), fold=True),
        _count("factures", "factures", "invoices"),
        _count("forfaits", "forfaits", "lump sums"),
        _money("montant", "montant", "amount"),
    ),
    "debts": (
        _day("date", "date", "date"),
        _text("reference", "référence", "reference"),
        Column("nature", "nature", _label("nature_dette"), fold=True),
        _day("date_dette", "dette du", "debt of"),
        _money("montant", "montant", "amount"),
        _money("solde", "reste dû", "still owed"),
    ),
    "files": (
        Column("fichier", "file", lambda row: ", ".join(row["noms"]), fold=True),
        _text("nature", "nature", "kind"),
        _text("norme", "norme", "norm"),
        _day("date_fichier", "date", "date"),
        _count("factures", "factures", "invoices"),
        Column("constats", "findings", lambda row: str(sum(row["constats"].values()) or ""), right=True),
        Column("purgé le", "purged on", lambda row: iso_day(row["purge_le"])),
    ),
}

#: What a list adds up at its end.
_TOTALS: Final[dict[str, tuple[str, ...]]] = {
    "payments": ("amo", "amc", "montant"),
    "unanswered": ("demande", "paye", "reste", "trop"),
    "invoices": ("demande", "paye", "reste", "trop"),
    "patients": ("factures", "demande", "paye"),
    "transfers": ("factures", "montant"),
    "debts": ("montant",),
}

#: What a row of each list is called, one and several, in both languages.
_NOUNS: Final[dict[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    "payments": (("paiement", "paiements"), ("payment", "payments")),
    "rejects": (("rejet", "rejets"), ("reject", "rejects")),
    "unanswered": (
        ("facture en attente", "factures en attente"),
        ("awaited invoice", "awaited invoices"),
    ),
    "invoices": (("facture", "factures"), ("invoice", "invoices")),
    "patients": (("patient", "patients"), ("patient", "patients")),
    "transfers": (("virement", "virements"), ("transfer", "transfers")),
    "debts": (("dette ou retenue", "dettes et retenues"), ("debt or withholding", "debts and withholdings")),
    "files": (("fichier", "fichiers"), ("file", "files")),
}


def _lump(row: Row) -> str:
    return say("forfait ", "lump sum ") + str(row["code_forfait"])


def heading(page: Page, kind: str, count: int, scope: str) -> None:
    """What the list is, how many, and what was asked for."""
    text = plural(count, *say(*_NOUNS[kind]))
    page.line((text, STRONG), f", {scope}" if scope else "")


def print_list(kind: str, rows: Sequence[Row], scope: str) -> None:
    """A list as a table, with its totals."""
    page = Page()
    heading(page, kind, len(rows), scope)
    if not rows:
        return
    page.blank()
    columns = _columns(kind, rows)
    made = Table(
        *(say(column.fr, column.en) for column in columns),
        right=[rank for rank, column in enumerate(columns) if column.right],
        fold=[rank for rank, column in enumerate(columns) if column.fold],
    )
    for row in rows:
        style = _STYLES.get(str(row.get("etat", "")), WARNING) if kind == "invoices" else ""
        made.add(*(column.cell(row) for column in columns), style=style)
    if kind in _TOTALS:
        made.add(*_total_cells(kind, rows), style=STRONG)
    page.table(made)
    if kind in ("invoices", "unanswered"):
        print_parts(page, rows)
    _print_after(page, kind, rows)


def print_parts(page: Page, rows: Sequence[Row]) -> None:
    """Claimed, paid, due and over, by part and in all."""
    titles = (say("demandé", "claimed"), say("payé", "paid"), say("reste", "due"), say("trop", "over"))
    made = Table("", *titles, right=range(1, 5))
    for title, prefix in (("AMO", "amo_"), ("AMC", "amc_"), ("total", "")):
        cents = (sum(row[prefix + name] for row in rows) for name in ("demande", "paye", "reste", "trop"))
        made.add(title, *(amount(one) for one in cents), style="" if prefix else STRONG)
    page.blank()
    page.table(made)


def _columns(kind: str, rows: Sequence[Row]) -> list[Column]:
    return [column for column in TABLES[kind] if column is not _WHO or is_named(rows[0])]


def _total_cells(kind: str, rows: Sequence[Row]) -> list[str]:
    sums: Row = {name: sum(row[name] or 0 for row in rows) for name in _TOTALS[kind]}
    cells = ["total"]
    for column in _columns(kind, rows)[1:]:
        try:
            cells.append(column.cell(sums))
        except KeyError:  # not a column that adds up
            cells.append("")
    return cells


def _print_after(page: Page, kind: str, rows: Sequence[Row]) -> None:
    """What the table alone does not tell."""
    if kind == "payments" and any(row["montant"] < 0 for row in rows):
        taken = sum(min(row["montant"], 0) for row in rows)
        page.line(say("dont repris : ", "of it taken back: "), (amount(taken), WARNING))
    if kind == "debts":
        page.line(
            (
                say(
                    "Aucune source ne dit si le virement les a déjà retenues.",
                    "No source tells whether the transfer holds them.",
                ),
                QUIET,
            )
        )
    if kind == "files" and (
        stale := sorted(name for row in rows if row["a_relire"] for name in row["noms"][:1])
    ):
        page.line(
            (plural(len(stale), say("fichier", "file"), say("fichiers", "files")), WARNING),
            say(
                " à relire, d'une version antérieure. → À redonner à noemie ledger import.",
                " to be read again, of an older version. → To be given to noemie ledger import again.",
            ),
            hang=2,
        )
        page.line(listed(stale), indent=2, hang=2)
        if len(stale) > MOST_NUMBERS:
            page.line(
                (say("tous : a_relire, en JSON ou CSV", "all: a_relire, in JSON or CSV"), QUIET), indent=2
            )
    if kind == "files":
        for row in rows:
            if row["meme_identite"]:
                page.line(
                    ", ".join(row["noms"]),
                    say(" : même émetteur, code et jour que ", ": same sender, code and day as "),
                    listed(row["meme_identite"]),
                    indent=2,
                    hang=2,
                )
