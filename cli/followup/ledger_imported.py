"""What an import did, then where every invoice of the ledger stands: made, and told as text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from cli.followup.imported_model import ConstatImporte, Importe, MemeIdentite, Restant
from cli.followup.ledger_lists import iso_day
from cli.followup.model import TotalEtat
from cli.io import ledgers
from cli.io.ledgers import day_text, place_of
from cli.words.page import ERROR, GOOD, QUIET, STRONG, WARNING, Page
from cli.words.severities import known_rule, severity_of
from cli.words.speech import language, plural, say
from cli.words.tables import Table
from cli.words.texts import amount

if TYPE_CHECKING:
    import datetime as dt

    from cli.io.problems import Problem
    from noemie.ledger import ImportReport, Ledger

_STYLES: Final = {
    "payee": GOOD,
    "rien_attendu": QUIET,
    "annulee": QUIET,
    "remplacee": QUIET,
    "doublon": QUIET,
    "soldee_hors_flux": QUIET,
    "rejetee": ERROR,
    "arl_negatif": ERROR,
    "reprise": ERROR,
}

#: Kinds of files, one and several, in both languages.
_KINDS: Final = {
    "flux": (("flux", "flux"), ("flow", "flows")),
    "retour": (("retour", "retours"), ("return", "returns")),
    "arl": (("fichier d'ARL", "fichiers d'ARL"), ("ARL file", "ARL files")),
    "tableau": (("tableau", "tableaux"), ("table", "tables")),
}


def imported(report: ImportReport, ledger: Ledger, db: str, errors: list[Problem]) -> Importe:
    """The import: counts, what the checks found, and the files that need a look."""
    kinds = Counter(file.nature for file in report.fichiers if file.etat in ("importe", "relu"))
    rules: Counter[str] = Counter()
    files: Counter[str] = Counter()
    for file in report.fichiers:
        if file.etat in ("importe", "relu"):
            rules.update(file.constats)
            files.update(file.constats.keys())
    return Importe(
        lang=language(),
        ledger=place_of(db),
        personal=ledger.personal,
        imported=report.nombre("importe"),
        read_again=report.nombre("relu"),
        known=report.nombre("connu"),
        unreadable=report.nombre("illisible"),
        left_out=report.nombre("retire"),
        kinds={kind: kinds[kind] for kind in _KINDS if kinds[kind]},
        findings=[_finding(rule, rules[rule], files[rule]) for rule in sorted(rules)],
        same_identity=[
            MemeIdentite(file.nom, list(file.meme_identite))
            for file in report.fichiers
            if file.etat == "importe" and file.meme_identite
        ],
        errors=errors,
    )


def _finding(rule: str, count: int, files: int) -> ConstatImporte:
    entry = known_rule(rule)
    title = entry.title(language()) if entry else rule
    return ConstatImporte(rule, severity_of(entry).word, title, count, files)


def add_summary(told: Importe, ledger: Ledger, on: dt.date | None = None) -> None:
    """Where every invoice of the ledger stands on a day, today by default, and what asks for something."""
    from codes.states import Etat

    today = ledgers.asked_day(on)
    totals = ledger.invoice_totals(today)
    counts = ledger.resend_counts(today)
    told.on = day_text(today)
    told.states = {
        etat.value: TotalEtat(etat.label(language()), *totals[etat]) for etat in Etat if etat in totals
    }
    told.todo = Restant(counts["a_renvoyer"], counts["ne_pas_renvoyer"], counts["autre_action"])


# --- text -----------------------------------------------------------------------------------------------


def print_import(told: Importe) -> None:
    """The import, then the summary."""
    page = Page()
    kinds = ", ".join(plural(count, *say(*_KINDS[kind])) for kind, count in told.kinds.items())
    unreadable, again = told.unreadable, told.read_again
    count = plural(
        told.imported, say("fichier importé", "file imported"), say("fichiers importés", "files imported")
    )
    page.line(
        (f"{told.ledger}{say(' :', ':')} ", STRONG),
        count,
        f" ({kinds})" if kinds else "",
        say(f", {again} relu{'s' * (again > 1)}", f", {again} read again") if again else "",
        say(f", {told.known} déjà là", f", {told.known} there already") if told.known else "",
        _left_out(told.left_out),
        (
            say(f", {unreadable} illisible{'s' * (unreadable > 1)}", f", {unreadable} unreadable")
            if unreadable
            else "",
            ERROR,
        ),
    )
    _print_findings(page, told.findings)
    for one in told.same_identity:
        page.line(
            one.file,
            say(
                " : même émetteur, même code et même jour qu'un autre fichier, contenu différent : ",
                ": same sender, code and day as another file, other content: ",
            ),
            ", ".join(one.others),
            indent=2,
            hang=2,
        )
    if told.states is not UNSET and told.todo is not UNSET:
        _print_summary(page, str(told.on), told.states, told.todo)


def _left_out(number: int) -> str:
    """Files that were taken out of the ledger, and that nobody asked for again."""
    s = "s" * (number > 1)
    told = say(
        f", {number} retiré{s} du registre, laissé{s} de côté (--again pour reprendre)",
        f", {number} taken out before, left aside (--again to take back)",
    )
    return told if number else ""


def _print_findings(page: Page, findings: list[ConstatImporte]) -> None:
    telling = [one for one in findings if one.severity != "info"]
    if not telling:
        return
    page.line(
        (say("Contrôles", "Checks"), WARNING),
        say(" (détail : noemie check, noemie decode) :", " (details: noemie check, noemie decode):"),
        indent=2,
    )
    for one in telling:
        files = plural(one.files, say("fichier", "file"), say("fichiers", "files"))
        page.line(f"{one.count} × {one.title}", (f"  [{one.rule}], {files}", QUIET), indent=4, hang=2)


def _print_summary(page: Page, on: str, states: dict[str, TotalEtat], todo: Restant) -> None:
    page.blank()
    shown = iso_day(on)
    page.heading(
        say("DANS LE REGISTRE", "IN THE LEDGER") + (say(f", au {shown}", f", as of {shown}") if on else "")
    )
    print_states(page, states)
    page.blank()
    for number, style, words in (
        (todo.ne_pas_renvoyer, "bold white on red", say("NE PAS RENVOYER", "DO NOT RESEND")),
        (todo.a_renvoyer, WARNING, say("À CORRIGER ET RENVOYER", "CORRECT AND RESEND")),
        (todo.autre_action, WARNING, say("AUTRE ACTION", "ANOTHER ACTION")),
    ):
        if number:
            count = plural(number, say("facture", "invoice"), say("factures", "invoices"))
            page.line(
                (f"■ {words}", style), f"{say(' :', ':')} {count}", ("  noemie ledger to-resend", QUIET)
            )


def print_states(page: Page, states: dict[str, TotalEtat]) -> None:
    """A table of the states, with a total."""
    made = Table(
        say("état", "state"),
        say("factures", "invoices"),
        say("demandé", "claimed"),
        say("payé", "paid"),
        say("reste", "due"),
        say("trop", "over"),
        right=range(1, 6),
        fold=(0,),
    )
    total = TotalEtat("total")
    for name in TotalEtat.__struct_fields__[1:]:
        setattr(total, name, sum(getattr(one, name) for one in states.values()))
    for key, one in (*states.items(), ("", total)):
        made.add(
            one.label,
            str(one.nombre),
            amount(one.demande),
            amount(one.paye),
            amount(one.reste),
            amount(one.trop),
            style=_STYLES.get(key, WARNING) if key else STRONG,
        )
    page.table(made)
