"""The answers of the ledger that are lists: as data, as CSV, as tables for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cli.words.page import ERROR, GOOD, QUIET, STRONG, WARNING, Page
from cli.words.people import acts_text, care_text, who_text
from cli.words.speech import Lang, plural, speaker
from cli.words.tables import Table
from cli.words.texts import HIDDEN, amount, crossed_out, day, euros, printable
from codes.actions import Action
from codes.lists import noemie
from codes.motives import MOTIVES
from codes.states import Etat
from noemie.ledger.export import columns_of, to_csv, to_row
from noemie.ledger.values import Debt, InvoiceState, Payment, RejectLine
from noemie.ledger.who import Personne, Soins

if TYPE_CHECKING:
    from noemie.ledger import Ledger

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


def who_of(ledger: Ledger, answers: Sequence[Any]) -> Who:
    """Who the patients of these answers are and what care they were, as far as the ledger keeps it."""
    people = ledger.people({one.patient for one in answers if one.patient})
    return Who(people, ledger.care({ref for one in answers if (ref := sending_of(one))}))


class Who(NamedTuple):
    """Patients by reference, care by sending."""

    people: Mapping[str, Personne]
    care: Mapping[tuple[str, int], Soins]

    def columns(self, one: Any) -> Row:
        """What a row tells of the patient and of the care."""
        who = self.people.get(one.patient)
        soins = self.care.get(sending_of(one) or ("", 0))
        return {
            "nom": who.nom if who else "",
            "prenom": who.prenom if who else "",
            "naissance": who.naissance if who else "",
            "nir": who.nir if who else "",
            "soins_du": soins.du.isoformat() if soins and soins.du else "",
            "soins_au": soins.au.isoformat() if soins and soins.au else "",
            "actes": acts_text(soins) if soins else "",
        }


#: What `Who.columns` adds to a row.
WHO_COLUMNS: Final = ("nom", "prenom", "naissance", "nir", "soins_du", "soins_au", "actes")


def sending_of(one: Any) -> tuple[str, int] | None:
    """The sending of an answer, by file and record; none for an answer to nothing sent."""
    if isinstance(one, InvoiceState):
        return None if one.etat is Etat.ORPHELINE else (one.fichier, one.record)
    return one.envoi if isinstance(one, Payment | RejectLine) else None


def rows_of(answers: Sequence[Any], *, values: bool, who: Who | None = None) -> list[Row]:
    """The answers as plain data; `values` leaves in who people are, `who` adds patients and their care."""
    rows = []
    for one in answers:
        row = to_row(one) | (who.columns(one) if who else {})
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
    columns = columns_of("invoices" if kind == "unanswered" else kind)
    named = [name for name in WHO_COLUMNS if rows and name in rows[0] and name not in columns]
    return to_csv([*columns, *named], rows)


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


def is_named(row: Row) -> bool:
    """Whether a row tells who its patient is (`Who.columns`)."""
    return "soins_du" in row


_DAYS_OF_CARE: Final = ("soins_du", "soins_au")


def patient_text(row: Row, lang: Lang) -> str:
    """Who a row is about, and the care, when they may be shown; else the beginning of the reference."""
    if not is_named(row):
        return str(row["patient"][:_SHOWN])
    names = ("nom", "prenom", "naissance", "nir")
    who = Personne(reference=row["patient"], **{name: row[name] for name in names})
    first, last = (dt.date.fromisoformat(row[name]) if row[name] else None for name in _DAYS_OF_CARE)
    told = (
        who_text(who, lang) or row["patient"][:_SHOWN],
        care_text(Soins(du=first, au=last), lang),
        row["actes"],
    )
    return ", ".join(filter(None, told))


def motive_text(name: str, lang: Lang) -> str:
    """A motive in words."""
    found = MOTIVES.get(name)
    return found.title(lang) if found else speaker(lang)("autre", "other")


def _label(name: str) -> Callable[[Row, Lang], str]:
    def label(row: Row, lang: Lang) -> str:
        codes = noemie().get(name)
        return (codes.label(row["nature"], lang) if codes else "") or str(row["nature"])

    return label


_NUMERO: Final = _text("numero", "facture", "invoice")
_LOT: Final = _text("lot", "lot", "batch")
_STATE: Final = Column("état", "state", lambda row, lang: state_text(row["etat"], lang), fold=True)
_CAISSE: Final = Column("caisse", "caisse", lambda row, _lang: f"{row['regime']} {row['caisse']}".strip())
_PATIENT: Final = Column("patient", "patient", lambda row, lang: patient_text(row, lang), fold=True)
#: A patient in a list that has none unless they are named.
_WHO: Final = Column("patient", "patient", lambda row, lang: patient_text(row, lang), fold=True)
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


# --- rejects ----------------------------------------------------------------------------------------------


def print_rejects(rows: Sequence[Row], scope: str, once: Once, lang: Lang) -> None:
    """Rejects by motive, the most frequent first; under each, the invoices, the action first."""
    say = speaker(lang)
    page = Page()
    heading(page, "rejects", len(rows), scope, lang)
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["motif"], []).append(row)
    for motive, some in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])):
        page.blank()
        page.line((f"{motive_text(motive, lang)} ({len(some)})", STRONG), (f"  {motive}", QUIET))
        named = int(is_named(some[0]))
        made = Table(
            say("facture", "invoice"),
            *([say("patient", "patient")] if named else []),
            say("date", "date"),
            say("code", "code"),
            say("libellé", "label"),
            say("demandé", "claimed"),
            say("à faire", "to do"),
            right=(named + 4,),
            fold=(*([1] if named else []), named + 3, named + 5),
        )
        for row in some:
            made.add(
                row["numero"] or "-",
                *([patient_text(row, lang)] if named else []),
                iso_day(row["date"], lang),
                row["code"],
                row["libelle"],
                amount(row["montant"], lang),
                Action(row["action"]).banner(lang),
                style=ERROR if row["action"] in ("ne_pas_retransmettre", "attendre") else "",
            )
        page.table(made)
    if rows:
        page.blank()
        page.line(
            (say("En tout, chaque facture une fois : ", "In all, each invoice once: "), STRONG),
            plural(once.factures, say("facture", "invoice"), say("factures", "invoices"), lang),
            say(", demandé ", ", claimed ") + euros(once.amo + once.amc, lang),
            f" (AMO {euros(once.amo, lang)}, AMC {euros(once.amc, lang)})",
        )
        page.line(
            (
                say("noemie explain CODE : le détail d'un code.", "noemie explain CODE: all about a code."),
                GOOD,
            )
        )


class Once(NamedTuple):
    """Invoices with rejects, and what they claim by part, each counted once."""

    factures: int
    amo: int
    amc: int


def rejected_once(found: Sequence[RejectLine]) -> Once:
    """The invoices of these rejects; those of no invoice are left out."""
    seen: dict[tuple[object, ...], tuple[int, int]] = {}
    for one in found:
        if one.numero:
            key = one.envoi or (one.fichier, one.numero, one.lot)
            amo, amc = seen.get(key, (0, 0))
            seen[key] = (max(amo, one.amo, key=abs), max(amc, one.amc, key=abs))
    return Once(len(seen), sum(amo for amo, _ in seen.values()), sum(amc for _, amc in seen.values()))
