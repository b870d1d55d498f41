"""The monthly statement as text, csv, json and a page to print and sign."""

from __future__ import annotations

from typing import Final

from cli.followup.plain_text import WIDTH, folded, table
from cli.words.html import dressed, template_of
from cli.words.speech import language, say
from cli.words.texts import day, euros
from noemie.ledger.export import plain, to_csv, to_json
from noemie.ledger.statement import ENGLISH, AdvanceAccount, Statement, StatementLine

#: What a statement warns of, in French and in English.
WARNINGS: Final = {
    "solde_debiteur": (
        "Le compte de l'avance est débiteur : la convention ne le permet jamais (4.1, FIN-2).",
        "The account of the advance shows a debit balance: the convention never allows it (4.1, FIN-2).",
    ),
    "hors_convention": (
        "La convention du 18 décembre 2003 ne couvre pas ce mois : elle a valu du 1er janvier 2004 au 6 mai "
        "2015.",
        "The convention of 18 December 2003 does not cover this month: it held from 1 January 2004 to 6 May "
        "2015.",
    ),
    "mois_incomplet": (
        "Le registre ne connaît aucun retour postérieur à ce mois : il peut en manquer.",
        "The ledger knows no return later than this month: some may be missing.",
    ),
    "retour_coupe": (
        "Un retour de ce mois ou d'après est coupé : des paiements y manquent peut-être.",
        "A return of this month or later is cut: payments may be missing.",
    ),
}

GENRES: Final = {
    "avance": ("Avance", "Advance"),
    "revision": ("Révision de l'avance", "Revision of the advance"),
    "reconstitution": ("Reconstitution", "Refill"),
    "restitution": ("Restitution", "Given back"),
}

_COLUMNS: Final = ("mois", "rubrique", "jour", "libelle", "code", "nombre", "montant", "solde")


def scope(statement: Statement) -> str:
    """What the statement covers, in words."""
    found = []
    if statement.regime:
        found.append(f"{say('régime', 'régime')} {statement.regime}")
    if statement.organisme:
        words = (
            say("tous organismes sauf", "all organismes except")
            if statement.tous_sauf
            else say("organisme", "organisme")
        )
        found.append(f"{words} {statement.organisme}")
    if statement.nature_assurance:
        words = say("nature d'assurance", "nature of insurance")
        found.append(f"{words} {statement.nature_assurance}")
    return ", ".join(found) or say("tous les paiements", "all payments")


def category(line: StatementLine) -> str:
    """The name of a category: that of the site or of the act, else ours."""
    ours = language() == "en" and not line.code
    return ENGLISH.get(line.categorie, line.categorie) if ours else line.categorie


def warnings_of(statement: Statement) -> list[str]:
    """The warnings in words; that of the balance says since when."""
    found = []
    for name in statement.avertissements:
        text = say(*WARNINGS[name])
        if name == "solde_debiteur" and statement.avance and statement.avance.debiteur_le:
            since = day(statement.avance.debiteur_le)
            text += " " + say(f"Premier jour débiteur : {since}.", f"First day of debit: {since}.")
        found.append(text)
    return found


def to_text(statement: Statement, width: int = WIDTH) -> str:
    """The statement for a terminal or a mail."""
    head = [
        say(f"ÉTAT MENSUEL DES SOMMES PAYÉES, {statement.mois}", f"STATEMENT OF PAID SUMS, {statement.mois}"),
        folded(f"{day(statement.du)} - {day(statement.au)}, {scope(statement)}", width=width),
        "",
    ]
    rows = [(say("Catégorie", "Category"), say("Nombre", "Count"), say("Montant", "Amount"))]
    rows += [
        (f"{line.code} {category(line)}".strip(), str(line.nombre or ""), euros(line.montant))
        for line in statement.lignes
    ]
    rows.append(("TOTAL", "", euros(statement.total)))
    text = "\n".join(head) + table(rows, (1, 2), width)
    if statement.reprises:
        text += say("dont reprises : ", "of which taken back: ") + euros(statement.reprises) + "\n"
    if statement.avance:
        text += "\n" + _account_text(statement.avance, width)
    for warning in warnings_of(statement):
        text += "\n" + folded(f"! {warning}", "  ", width) + "\n"
    return (text + "\n" + folded(certificate(statement), width=width) + "\n").replace(
        "\N{NO-BREAK SPACE}", " "
    )


def certificate(statement: Statement) -> str:
    """The words that a person signs; the program certifies nothing by itself."""
    total, before = euros(statement.total), day(statement.a_envoyer_avant)
    refill = day(statement.reconstitution_avant)
    if statement.avance is None:
        return say(
            f"Arrêté à la somme de {total}.\nDate, nom, qualité, signature :",
            f"For the sum of {total}.\nDate, name, capacity, signature:",
        )
    return say(
        f"Certifié exact, arrêté à la somme de {total}. À adresser avant le {before} ; reconstitution "
        f"attendue avant le {refill}.\nDate, nom, qualité, signature :",
        f"Certified correct, for the sum of {total}. To be sent before {before}; refill expected before "
        f"{refill}.\nDate, name, capacity, signature:",
    )


def _account_text(account: AdvanceAccount, width: int) -> str:
    rows = [
        (
            say("Compte de l'avance", "Account of the advance"),
            say("Reçu", "Received"),
            say("Payé", "Paid"),
            say("Solde", "Balance"),
        ),
        (say("Report", "Brought forward"), "", "", euros(account.solde_initial)),
    ]
    rows += [
        (
            day(one.jour),
            euros(one.recu) if one.recu else "",
            euros(one.paye) if one.paye else "",
            euros(one.solde),
        )
        for one in account.jours
    ]
    rows.append(
        (
            say("Fin du mois", "End of the month"),
            euros(account.recu),
            euros(account.paye),
            euros(account.solde_final),
        )
    )
    text = table(rows, (1, 2, 3), width)
    if account.appel_de_fonds:
        amount = euros(account.appel_de_fonds)
        text += say(
            f"Variation de l'avance (appel de fonds) : {amount}\n",
            f"Variation of the advance (call for funds): {amount}\n",
        )
    return text


def to_csv_text(statement: Statement) -> str:
    """The statement as CSV, amounts in cents."""
    rows: list[dict[str, object]] = [
        {
            "rubrique": "categorie",
            "libelle": line.categorie,
            "code": line.code,
            "nombre": line.nombre,
            "montant": line.montant,
        }
        for line in statement.lignes
    ]
    rows.append({"rubrique": "total", "nombre": statement.factures, "montant": statement.total})
    if account := statement.avance:
        rows.append({"rubrique": "solde_initial", "jour": statement.du, "solde": account.solde_initial})
        rows += [
            {"rubrique": one.genre, "jour": one.jour, "libelle": one.libelle, "montant": one.montant}
            for one in account.mouvements
        ]
        rows += [
            {"rubrique": "jour", "jour": one.jour, "montant": one.recu - one.paye, "solde": one.solde}
            for one in account.jours
        ]
        rows.append({"rubrique": "solde_final", "jour": statement.au, "solde": account.solde_final})
    return to_csv(_COLUMNS, [{"mois": statement.mois, **plain(row)} for row in rows])


def to_json_text(statement: Statement) -> str:
    """The statement as JSON, amounts in cents."""
    return to_json("statement", statement)


def to_html(statement: Statement) -> str:
    """The statement as one page to print and sign."""
    return template_of("statement.html").render(
        dressed(),
        statement=statement,
        scope=scope(statement),
        warnings=warnings_of(statement),
        certificate=certificate(statement).split("\n"),
        category=lambda line: category(line),
        genres={name: say(*words) for name, words in GENRES.items()},
    )
