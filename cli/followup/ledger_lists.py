"""The answers of the ledger that are lists, as tables for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from cli.followup.ledger_rows import SHOWN, Row, is_named, patient_text
from cli.words.page import ERROR, QUIET, STRONG, WARNING, Page
from cli.words.speech import Lang, plural, speaker
from cli.words.tables import Table
from cli.words.texts import amount, day
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
    cell: Callable[[Row, Lang], str]
    right: bool = False
    fold: bool = False


def _text(name: str, fr: str, en: str, *, fold: bool = False) -> Column:
    return Column(fr, en, lambda row, _lang: str(row[name] or ""), fold=fold)


def _day(name: str, fr: str, en: str) -> Column:
    return Column(fr, en, lambda row, lang: iso_day(row[name], lang))


def _money(name: str, fr: str, en: str) -> Column:
    return Column(fr, en, lambda row, lang: amount(row[name], lang), right=True)


def _count(name: str, fr: str, en: str) -> Column:
    return Column(fr, en, lambda row, _lang: "" if row[name] is None else str(row[name]), right=True)


def iso_day(text: str | None, lang: Lang) -> str:
    """A day given as data, for a person."""
    return day(dt.date.fromisoformat(text), lang) if text else ""


def state_text(name: str, lang: Lang) -> str:
    """A state in words."""
    return Etat(name).label(lang) if name else ""


def _label(name: str) -> Callable[[Row, Lang], str]:
    def label(row: Row, lang: Lang) -> str:
        codes = noemie().get(name)
        return (codes.label(row["nature"], lang) if codes else "") or str(row["nature"])

    return label


_NUMERO: Final = _text("numero", "facture", "invoice")
_LOT: Final = _text("lot", "lot", "batch")


def _state(row: Row, lang: Lang) -> str:
    """The state, and that it is to be verified."""
    doubt = row["certitude"] == Certitude.A_VERIFIER and ", " + Certitude.A_VERIFIER.label(lang)
    return state_text(row["etat"], lang) + (doubt or "")


_STATE: Final = Column("état", "state", _state, fold=True)
_CAISSE: Final = Column("caisse", "caisse", lambda row, _lang: f"{row['regime']} {row['caisse']}".strip())
_PATIENT: Final = Column("patient", "patient", patient_text, fold=True)
#: A patient in a list that has none unless they are named.
_WHO: Final = Column("patient", "patient", patient_text, fold=True)
_FILE: Final = _text("fichier", "fichier", "file", fold=True)

#: The columns of each list; `export` and the data have all of them.
TABLES: Final[dict[str, tuple[Column, ...]]] = {
    "payments": (
        _day("date", "date", "date"),
        Column("facture", "invoice", lambda row, lang: row["numero"] or _lump(row, lang)),
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
        Column("référence", "reference", lambda row, _lang: row["reference"][:SHOWN]),
        Column("NIR", "NIR", lambda row, _lang: row["nir"] or row["nir_masque"]),
        Column(
            "nom",
            "name",
            lambda row, _lang: f"{row['nom']} {row['prenom']}".strip() or row["nom_masque"],
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
        Column(
            "libellé", "label", lambda row, _lang: f"{row['libelle_1']} {row['libelle_2']}".strip(), fold=True
        ),
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
        Column("fichier", "file", lambda row, _lang: ", ".join(row["noms"]), fold=True),
        _text("nature", "nature", "kind"),
        _text("norme", "norme", "norm"),
        _day("date_fichier", "date", "date"),
        _count("factures", "factures", "invoices"),
        Column(
            "constats", "findings", lambda row, _lang: str(sum(row["constats"].values()) or ""), right=True
        ),
        Column("purgé le", "purged on", lambda row, lang: iso_day(row["purge_le"], lang)),
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


def _lump(row: Row, lang: Lang) -> str:
    return speaker(lang)("forfait ", "lump sum ") + str(row["code_forfait"])


def heading(page: Page, kind: str, count: int, scope: str, lang: Lang) -> None:
    """What the list is, how many, and what was asked for."""
    text = plural(count, *_NOUNS[kind][lang == "en"], lang)
    page.line((text, STRONG), f", {scope}" if scope else "")


def print_list(kind: str, rows: Sequence[Row], scope: str, lang: Lang) -> None:
    """A list as a table, with its totals."""
    page = Page()
    heading(page, kind, len(rows), scope, lang)
    if not rows:
        return
    page.blank()
    columns = _columns(kind, rows)
    made = Table(
        *(column.en if lang == "en" else column.fr for column in columns),
        right=[rank for rank, column in enumerate(columns) if column.right],
        fold=[rank for rank, column in enumerate(columns) if column.fold],
    )
    for row in rows:
        style = _STYLES.get(str(row.get("etat", "")), WARNING) if kind == "invoices" else ""
        made.add(*(column.cell(row, lang) for column in columns), style=style)
    if kind in _TOTALS:
        made.add(*_total_cells(kind, rows, lang), style=STRONG)
    page.table(made)
    if kind in ("invoices", "unanswered"):
        print_parts(page, rows, lang)
    _print_after(page, kind, rows, lang)


def print_parts(page: Page, rows: Sequence[Row], lang: Lang) -> None:
    """Claimed, paid, due and over, by part and in all."""
    say = speaker(lang)
    titles = (say("demandé", "claimed"), say("payé", "paid"), say("reste", "due"), say("trop", "over"))
    made = Table("", *titles, right=range(1, 5))
    for title, prefix in (("AMO", "amo_"), ("AMC", "amc_"), ("total", "")):
        cents = (sum(row[prefix + name] for row in rows) for name in ("demande", "paye", "reste", "trop"))
        made.add(title, *(amount(one, lang) for one in cents), style="" if prefix else STRONG)
    page.blank()
    page.table(made)


def _columns(kind: str, rows: Sequence[Row]) -> list[Column]:
    return [column for column in TABLES[kind] if column is not _WHO or is_named(rows[0])]


def _total_cells(kind: str, rows: Sequence[Row], lang: Lang) -> list[str]:
    sums: Row = {name: sum(row[name] or 0 for row in rows) for name in _TOTALS[kind]}
    cells = ["total"]
    for column in _columns(kind, rows)[1:]:
        try:
            cells.append(column.cell(sums, lang))
        except KeyError:  # not a column that adds up
            cells.append("")
    return cells


def _print_after(page: Page, kind: str, rows: Sequence[Row], lang: Lang) -> None:
    """What the table alone does not tell."""
    say = speaker(lang)
    if kind == "payments" and any(row["montant"] < 0 for row in rows):
        taken = sum(min(row["montant"], 0) for row in rows)
        page.line(say("dont repris : ", "of it taken back: "), (amount(taken, lang), WARNING))
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
    if kind == "files" and any(row["a_relire"] for row in rows):
        page.line(
            say("à relire, lus par une version antérieure : ", "to be read again, by an older version: "),
            (", ".join(name for row in rows if row["a_relire"] for name in row["noms"]), WARNING),
            say(" ; les redonner à noemie ledger import.", "; give them to noemie ledger import again."),
            hang=2,
        )
    if kind == "files":
        for row in rows:
            if row["meme_identite"]:
                page.line(
                    ", ".join(row["noms"]),
                    say(" : même émetteur, code et jour que ", ": same sender, code and day as "),
                    ", ".join(row["meme_identite"]),
                    indent=2,
                    hang=2,
                )
