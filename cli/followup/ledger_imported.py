"""What an import did, then where every invoice of the ledger stands: as data, and as text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from cli.io import ledgers
from cli.io.ledgers import day_text, place_of
from cli.words.page import ERROR, GOOD, QUIET, STRONG, WARNING, Page
from cli.words.severities import known_rule, severity_of
from cli.words.speech import language, plural, say
from cli.words.tables import Table
from cli.words.texts import amount, day

if TYPE_CHECKING:
    import datetime as dt

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

#: What is told of a state.
_SUMS: Final = ("label", "nombre", "demande", "paye", "reste", "trop")

#: Kinds of files, one and several, in both languages.
_KINDS: Final = {
    "flux": (("flux", "flux"), ("flow", "flows")),
    "retour": (("retour", "retours"), ("return", "returns")),
    "arl": (("fichier d'ARL", "fichiers d'ARL"), ("ARL file", "ARL files")),
    "tableau": (("tableau", "tableaux"), ("table", "tables")),
}


def as_data(report: ImportReport, ledger: Ledger, db: str) -> dict[str, Any]:
    """The import as data: counts, what the checks found, and the files that need a look."""
    kinds = Counter(file.nature for file in report.fichiers if file.etat in ("importe", "relu"))
    rules: Counter[str] = Counter()
    files: Counter[str] = Counter()
    for file in report.fichiers:
        if file.etat in ("importe", "relu"):
            rules.update(file.constats)
            files.update(file.constats.keys())
    return {
        "ledger": place_of(db),
        "personal": ledger.personal,
        "imported": report.nombre("importe"),
        "read_again": report.nombre("relu"),
        "known": report.nombre("connu"),
        "unreadable": report.nombre("illisible"),
        "kinds": {kind: kinds[kind] for kind in _KINDS if kinds[kind]},
        "findings": [_finding(rule, rules[rule], files[rule]) for rule in sorted(rules)],
        "same_identity": [
            {"file": file.nom, "others": list(file.meme_identite)}
            for file in report.fichiers
            if file.etat == "importe" and file.meme_identite
        ],
    }


def _finding(rule: str, count: int, files: int) -> dict[str, Any]:
    entry = known_rule(rule)
    return {
        "rule": rule,
        "severity": severity_of(entry).word,
        "title": entry.title(language()) if entry else rule,
        "count": count,
        "files": files,
    }


def summary(ledger: Ledger, on: dt.date | None = None) -> dict[str, Any]:
    """Where every invoice of the ledger stands on a day, today by default, and what asks for something."""
    from codes.states import Etat

    sums = {etat: [0, 0, 0, 0, 0] for etat in Etat}
    today = ledgers.asked_day(on)
    for state in ledger.iter_invoice_states(today):
        one = sums[state.etat]
        one[0] += 1
        one[1] += state.demande
        one[2] += state.paye
        one[3] += state.reste
        one[4] += state.trop
    lists = ledger.to_resend(on=today)
    return {
        "on": day_text(today),
        "states": {
            etat.value: dict(zip(_SUMS, (etat.label(language()), *one), strict=True))
            for etat, one in sums.items()
            if one[0]
        },
        "todo": {
            "a_renvoyer": len(lists.a_renvoyer),
            "ne_pas_renvoyer": len(lists.ne_pas_renvoyer),
            "autre_action": len(lists.autre_action),
        },
    }


# --- text -----------------------------------------------------------------------------------------------


def print_import(data: dict[str, Any]) -> None:
    """The import, then the summary."""
    page = Page()
    kinds = ", ".join(plural(count, *say(*_KINDS[kind])) for kind, count in data["kinds"].items())
    unreadable, again = data["unreadable"], data["read_again"]
    imported = plural(
        data["imported"], say("fichier importé", "file imported"), say("fichiers importés", "files imported")
    )
    page.line(
        (f"{data['ledger']}{say(' :', ':')} ", STRONG),
        imported,
        f" ({kinds})" if kinds else "",
        say(f", {again} relu{'s' * (again > 1)}", f", {again} read again") if again else "",
        say(f", {data['known']} déjà là", f", {data['known']} there already") if data["known"] else "",
        (
            say(f", {unreadable} illisible{'s' * (unreadable > 1)}", f", {unreadable} unreadable")
            if unreadable
            else "",
            ERROR,
        ),
    )
    _print_findings(page, data)
    for one in data["same_identity"]:
        page.line(
            one["file"],
            say(
                " : même émetteur, même code et même jour qu'un autre fichier, contenu différent : ",
                ": same sender, code and day as another file, other content: ",
            ),
            ", ".join(one["others"]),
            indent=2,
            hang=2,
        )
    if "states" in data:
        _print_summary(page, data)


def _print_findings(page: Page, data: dict[str, Any]) -> None:
    telling = [one for one in data["findings"] if one["severity"] != "info"]
    if not telling:
        return
    page.line(
        (say("Contrôles", "Checks"), WARNING),
        say(" (détail : noemie check, noemie decode) :", " (details: noemie check, noemie decode):"),
        indent=2,
    )
    for one in telling:
        files = plural(one["files"], say("fichier", "file"), say("fichiers", "files"))
        page.line(
            f"{one['count']} × {one['title']}", (f"  [{one['rule']}], {files}", QUIET), indent=4, hang=2
        )


def _print_summary(page: Page, data: dict[str, Any]) -> None:
    page.blank()
    on = _day(data["on"])
    page.heading(
        say("DANS LE REGISTRE", "IN THE LEDGER") + (say(f", au {on}", f", as of {on}") if on else "")
    )
    print_states(page, data["states"])
    todo = data["todo"]
    page.blank()
    for key, style, words, verb in (
        ("ne_pas_renvoyer", "bold white on red", say("NE PAS RENVOYER", "DO NOT RESEND"), "to-resend"),
        ("a_renvoyer", WARNING, say("À CORRIGER ET RENVOYER", "CORRECT AND RESEND"), "to-resend"),
        ("autre_action", WARNING, say("AUTRE ACTION", "ANOTHER ACTION"), "to-resend"),
    ):
        if todo[key]:
            count = plural(todo[key], say("facture", "invoice"), say("factures", "invoices"))
            page.line((f"■ {words}", style), f"{say(' :', ':')} {count}", (f"  noemie ledger {verb}", QUIET))


def print_states(page: Page, states: dict[str, Any]) -> None:
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
    rows = [*states.items(), ("", _total(states))]
    for key, one in rows:
        made.add(
            one["label"],
            str(one["nombre"]),
            amount(one["demande"]),
            amount(one["paye"]),
            amount(one["reste"]),
            amount(one["trop"]),
            style=_STYLES.get(key, WARNING) if key else STRONG,
        )
    page.table(made)


def _total(states: dict[str, Any]) -> dict[str, Any]:
    sums = {name: sum(one[name] for one in states.values()) for name in _SUMS[1:]}
    return {"label": "total", **sums}


def _day(iso: str) -> str:
    import datetime as dt

    return day(dt.date.fromisoformat(iso)) if iso else ""
