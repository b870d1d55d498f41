"""Reconciliation as text: totals by state, then what is not settled, the most urgent first."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from cli.words.page import ERROR, GOOD, QUIET, STRONG, WARNING, Page
from cli.words.reasons import action_style
from cli.words.speech import Lang, plural, speaker
from cli.words.tables import Table
from cli.words.texts import amount, day, euros

_STYLES: Final = {"paye": GOOD, "sans_objet": QUIET, "rejete": ERROR, "arl_negatif": ERROR, "doublon": ERROR}

#: States whose invoices need no line of their own.
_QUIET_STATES: Final = frozenset({"paye", "sans_objet"})

#: States in the order in which they are listed.
_ORDER: Final = (
    "doublon",
    "arl_negatif",
    "rejete",
    "partiel",
    "differe",
    "sans_reponse",
    "arl_attendu",
    "paye",
)


def print_states(data: dict[str, Any], lang: Lang) -> None:
    """The whole answer."""
    say = speaker(lang)
    page = Page()
    files = data["files"]
    when = _day(data["on"], lang)
    page.line(
        (say("Rapprochement", "Reconciliation"), STRONG),
        when and say(f" au {when}", f" as of {when}"),
        say(" : ", ": "),
        plural(files["sent"], say("flux envoyé", "flow sent"), say("flux envoyés", "flows sent"), lang),
        ", " + plural(files["returned"], say("retour", "return"), say("retours", "returns"), lang),
    )
    page.blank()
    _print_totals(page, data, lang)
    for one in data["factures"].todo(_ORDER, _QUIET_STATES):
        page.blank()
        _print_facture(page, one, lang)
    _print_apart(page, data, lang)
    if data["settled"]:
        page.blank()
        page.line((say("Tout est soldé.", "Everything is settled."), GOOD))


def _print_totals(page: Page, data: dict[str, Any], lang: Lang) -> None:
    say = speaker(lang)
    made = Table(
        say("état", "state"),
        say("factures", "invoices"),
        say("demandé", "claimed"),
        say("payé", "paid"),
        say("reste", "open"),
        right=(1, 2, 3, 4),
        fold=(0,),
    )
    for key, total in data["totaux"].items():
        made.add(*_cells(total["label"], total, lang), style=_STYLES.get(key, WARNING))
    made.add(*_cells("total", data["total"], lang), style=STRONG)
    page.table(made)


def _cells(label: str, total: dict[str, int], lang: Lang) -> tuple[str, ...]:
    rest = total["demande"] - total["paye"]
    return (
        label,
        str(total["nombre"]),
        amount(total["demande"], lang),
        amount(total["paye"], lang),
        amount(rest, lang),
    )


def _print_facture(page: Page, one: dict[str, Any], lang: Lang) -> None:
    say = speaker(lang)
    title = say(f"Facture {one['numero'] or '?'}", f"Invoice {one['numero'] or '?'}")
    if one["lot"].strip("0"):
        title += say(f", lot {one['lot']}", f", batch {one['lot']}")
    page.line(
        (title, STRONG),
        say(" : ", ": "),
        (one["etat_label"], _STYLES.get(one["etat"], WARNING)),
        _since(one, lang),
        (f"  {one['fichier']}", QUIET),
        hang=2,
    )
    style = action_style(one["action"])
    page.line((f"■ {one['banner']}", "bold white on red" if style == ERROR else style), indent=2)
    page.line(
        say("demandé ", "claimed ") + euros(one["demande"], lang),
        say(", payé ", ", paid ") + euros(one["paye"], lang),
        indent=2,
    )
    for gap in one["ecarts"]:
        page.line(f"{gap['part']} {euros(gap['montant'], lang)}{say(' : ', ': ')}{gap['label']}", indent=2)
    for rejet in one["rejets"]:
        label = say(f"« {rejet['label']} »", f"“{rejet['label']}”") if rejet["label"] else ""
        page.line(
            (rejet["code"] or say("sans code", "no code"), STRONG),
            f"  {label}",
            f"{say(' : ', ': ')}{rejet['meaning']}",
            indent=2,
            hang=2,
        )
        if rejet["provider_action"]:
            page.line((say("→ ", "→ "), STRONG), rejet["provider_action"], indent=4, hang=2)
    if one["arl"] and not one["arl"]["positif"]:
        page.line(f"ARL {one['arl']['code']} {one['arl']['libelle']}".rstrip(), indent=2)
    if one["doublon_de"]:
        page.line(
            say("déjà envoyée dans ", "already sent in ") + one["doublon_de"]["fichier"],
            say(f", enregistrement {one['doublon_de']['record']}", f", record {one['doublon_de']['record']}"),
            indent=2,
        )
    if one["ambigu"]:
        page.line(
            (
                say(
                    "une autre facture envoyée convenait aussi : à vérifier",
                    "another sent invoice fitted as well: to be verified",
                ),
                WARNING,
            ),
            indent=2,
        )


def _since(one: dict[str, Any], lang: Lang) -> str:
    if one["jours"] is None:
        return ""
    say = speaker(lang)
    days = plural(one["jours"], say("jour", "day"), say("jours", "days"), lang)
    return say(f", depuis {days}", f", for {days}")


def _print_apart(page: Page, data: dict[str, Any], lang: Lang) -> None:
    say = speaker(lang)
    if data["orphelins"]:
        page.blank()
        page.heading(say("Retours sans facture envoyée", "Returns without a sent invoice"))
        for one in data["orphelins"]:
            page.line(
                f"{one['numero'] or '?'}  {euros(one['paye'], lang)}  {one['raison_label']}",
                (f"  {one['fichier']}", QUIET),
                indent=2,
                hang=2,
            )
    if data["doublons"]:
        page.blank()
        page.heading(say("Fichiers donnés deux fois, comptés une seule", "Files given twice, counted once"))
        for one in data["doublons"]:
            count = plural(one["nombre"], say("facture", "invoice"), say("factures", "invoices"), lang)
            page.line(f"{one['copie']} = {one['original']} ({count})", indent=2, hang=2)
    if data["autres_professionnels"]:
        page.blank()
        page.heading(
            say("Retours à un autre professionnel ?", "Returns to another professional?"),
        )
        page.line(
            say(
                "Ces retours ne nomment aucun professionnel de ces flux ; numéro, lot et jour de leurs "
                "factures concordent, elles sont comptées. Vérifier qu'ils vous sont destinés.",
                "These returns name no professional of these flows; number, batch and day of their invoices "
                "agree, they are counted. Make sure that they are meant for you.",
            ),
            indent=2,
        )
        for one in data["autres_professionnels"]:
            count = plural(one["nombre"], say("facture", "invoice"), say("factures", "invoices"), lang)
            page.line(f"{one['fichier']} ({count})", indent=2, hang=2)
    if data["arls_orphelins"]:
        page.blank()
        page.heading(say("ARL sans lot envoyé", "ARLs without a sent batch"))
        for one in data["arls_orphelins"]:
            page.line(say("lot ", "batch ") + one["numero_lot"], indent=2)


def _day(iso: str, lang: Lang) -> str:
    return day(dt.date.fromisoformat(iso), lang) if iso else ""
