"""The answers of the ledger that are lists: as data, as CSV, as tables for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from typing import Any, Final, NamedTuple

from cli.words.page import ERROR, GOOD, QUIET, STRONG, WARNING, Page
from cli.words.speech import Lang, plural, speaker
from cli.words.tables import Table
from cli.words.texts import HIDDEN, amount, crossed_out, day, printable
from codes.actions import Action
from codes.lists import noemie
from codes.motives import is_complementary, motives_for
from codes.states import Certitude, Etat
from noemie.ledger.export import columns_of, to_csv, to_row
from noemie.ledger.values import Debt

#: Free texts, whose long numbers are crossed out.
_FREE: Final = frozenset({"libelle_1", "libelle_2", "virement", "organisme_payeur"})

#: Columns that show who a professional or a patient is.
_PERSONAL: Final = frozenset({"numero_ps", "nir", "nom", "prenom", "naissance", "emetteur"})

#: Characters of the reference of a patient that a table shows: enough to be typed again.
_SHOWN: Final = 8

#: Amounts that a list adds up, and the ones a person reads as money.
_MONEY: Final = frozenset({"amo", "amc", "montant", "demande", "paye", "reste", "trop", "solde"})

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

Row = dict[str, Any]


def rows_of(answers: Sequence[Any], *, values: bool) -> list[Row]:
    """The answers as plain data; `values` leaves in who people are."""
    rows = []
    for one in answers:
        row = to_row(one)
        for name in row.keys() & _PERSONAL:
            if row[name] and not values:
                row[name] = HIDDEN
        # The reference of a debt is free text, that of a patient is ours.
        for name in row.keys() & (_FREE | {"reference"} if isinstance(one, Debt) else _FREE):
            row[name] = printable(row[name] if values else crossed_out(row[name], references=True))
        rows.append(row)
    return rows


def csv_of(kind: str, rows: Sequence[Row]) -> str:
    """The rows under their columns, amounts in cents."""
    return to_csv(columns_of("invoices" if kind == "unanswered" else kind), rows)


# --- text -----------------------------------------------------------------------------------------------


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


def motive_text(name: str, lang: Lang, parts: Collection[str] = ()) -> str:
    """A motive in words: those of an insurer when the rejects are of its part alone (`parts`)."""
    found = motives_for("C" if parts and all(map(is_complementary, parts)) else None).get(name)
    return found.title(lang) if found else speaker(lang)("autre", "other")


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
_PATIENT: Final = Column("patient", "patient", lambda row, _lang: row["patient"][:_SHOWN])
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
        _CAISSE,
        _money("reste", "reste", "due"),
        _STATE,
    ),
    "invoices": (
        _NUMERO,
        _LOT,
        _day("depuis", "envoyée le", "sent on"),
        _day("repondu_le", "répondu le", "answered on"),
        _money("demande", "demandé", "claimed"),
        _money("paye", "payé", "paid"),
        _money("reste", "reste", "due"),
        _money("trop", "trop", "over"),
        _STATE,
    ),
    "patients": (
        Column("référence", "reference", lambda row, _lang: row["reference"][:_SHOWN]),
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
    "unanswered": ("reste",),
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
    columns = TABLES[kind]
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
    _print_after(page, kind, rows, lang)


def _total_cells(kind: str, rows: Sequence[Row], lang: Lang) -> list[str]:
    sums: Row = {name: sum(row[name] or 0 for row in rows) for name in _TOTALS[kind]}
    cells = ["total"]
    for column in TABLES[kind][1:]:
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


# --- rejects ----------------------------------------------------------------------------------------------


def print_rejects(rows: Sequence[Row], scope: str, lang: Lang) -> None:
    """Rejects by motive, the most frequent first; under each, the invoices, the action first."""
    say = speaker(lang)
    page = Page()
    heading(page, "rejects", len(rows), scope, lang)
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["motif"], []).append(row)
    for motive, some in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])):
        page.blank()
        title = motive_text(motive, lang, [row["part"] for row in some])
        page.line((f"{title} ({len(some)})", STRONG), (f"  {motive}", QUIET))
        made = Table(
            say("facture", "invoice"),
            say("date", "date"),
            say("code", "code"),
            say("libellé", "label"),
            say("montant", "amount"),
            say("à faire", "to do"),
            right=(4,),
            fold=(3, 5),
        )
        for row in some:
            made.add(
                row["numero"] or "-",
                iso_day(row["date"], lang),
                row["code"],
                row["libelle"],
                amount(row["montant"], lang),
                Action(row["action"]).banner(lang, complementary=is_complementary(row["part"])),
                style=ERROR if row["action"] in ("ne_pas_retransmettre", "attendre") else "",
            )
        page.table(made)
    if rows:
        page.blank()
        page.line(
            (
                say("noemie explain CODE : le détail d'un code.", "noemie explain CODE: all about a code."),
                GOOD,
            )
        )
