"""The report as text, json and a page with plots."""

from __future__ import annotations

from collections.abc import Sequence

from cli.followup.plain_text import WIDTH, table
from cli.words import svg
from cli.words.html import dressed, template_of, trusted
from cli.words.speech import language, plural, say
from cli.words.texts import day, euros, month
from codes.states import Etat
from noemie.ledger.export import to_json
from noemie.ledger.report import CLASSES, DelayLine, MotiveLine, Report

#: Motives that a plot shows.
_TOP = 8

#: Months that a plot shows: the last ones.
_MONTHS = 18


def title_of(line: MotiveLine) -> str:
    """The title of a motive."""
    return say(line.titre_fr, line.titre_en)


def period(report: Report) -> str:
    """The period and the filter, in words."""
    if report.du or report.au:
        found = [f"{day(report.du) or '…'} - {day(report.au) or '…'}"]
    else:
        found = [say("toutes les dates", "all dates")]
    if report.regime:
        found.append(f"{say('régime', 'régime')} {report.regime}")
    if report.organisme:
        words = say("tous sauf", "all except") if report.tous_sauf else say("organisme", "organisme")
        found.append(f"{words} {report.organisme}")
    return ", ".join(found)


def class_labels() -> list[str]:
    """Names of the classes of delays, in days."""
    starts = (0, *(end + 1 for end in CLASSES))
    names = [f"{start}-{end}" for start, end in zip(starts, CLASSES, strict=False)]
    return [*names, f"> {CLASSES[-1]}"]


def resent_rows(report: Report) -> list[tuple[str, int, int]]:
    """What the catalogue says of a resend: words, invoices, amount."""
    told = report.renvois
    return [
        (
            say("Ne pas renvoyer (renvois évités)", "Do not resend (resends avoided)"),
            told.ne_pas_renvoyer,
            told.ne_pas_renvoyer_montant,
        ),
        (
            say("Attendre le prochain retour", "Wait for the next return"),
            told.attendre,
            told.attendre_montant,
        ),
        (say("À corriger et renvoyer", "Correct and resend"), told.a_renvoyer, told.a_renvoyer_montant),
        (say("Autre action", "Another action"), told.autre_action, told.autre_action_montant),
    ]


def delay_name(line: DelayLine) -> str:
    """The caisse of a line of delays."""
    return line.caisse or say("toutes", "all")


def state_name(name: str) -> str:
    """A state in words."""
    return Etat(name).label(language())


def to_text(report: Report, width: int = WIDTH) -> str:
    """The report for a terminal or a mail."""
    invoices = say("Factures", "Invoices")
    months = [("", say("Payé", "Paid"), invoices, say("Refusé", "Refused"), invoices)]
    months += [
        (
            one.mois or "?",
            euros(one.paye),
            str(one.factures_payees),
            euros(one.rejete),
            str(one.factures_rejetees),
        )
        for one in report.mois
    ]
    months.append(("TOTAL", euros(report.paye), "", euros(report.rejete), ""))
    motives = [
        (
            say("Motif", "Motive"),
            say("Factures", "Invoices"),
            say("Montant", "Amount"),
            say("Évitables", "Preventable"),
        )
    ]
    motives += [
        (title_of(one), str(one.factures), euros(one.montant), str(one.evitables)) for one in report.motifs
    ]
    once = say("TOTAL, chaque facture une fois", "TOTAL, each invoice once")
    motives.append((once, str(report.refusees), euros(report.refusees_montant), ""))
    resent = [(say("Renvois", "Resends"), say("Factures", "Invoices"), say("Montant", "Amount"))]
    resent += [(name, str(count), euros(amount)) for name, count, amount in resent_rows(report)]
    delays: list[tuple[str, ...]] = [
        (say("Délais (jours)", "Delays (days)"), "n", "min", "25 %", "50 %", "75 %", "90 %", "max")
    ]
    delays += [(delay_name(one), *map(str, _days(one))) for one in report.delais]
    awaited = [
        (
            say("En attente", "Awaited"),
            "caisse",
            say("Factures", "Invoices"),
            say("Reste", "Due"),
            say("Jours", "Days"),
        )
    ]
    awaited += [
        (
            state_name(one.etat),
            one.caisse,
            str(one.factures),
            euros(one.reste),
            "" if one.jours_max is None else str(one.jours_max),
        )
        for one in report.encours
    ]
    awaited.append(("TOTAL", "", "", euros(report.encours_total), ""))
    when = day(report.au_jour) or "?"
    head = say(f"RAPPORT au {when}", f"REPORT as of {when}") + f", {period(report)}\n\n"
    sections = [
        table(months, (1, 2, 3, 4), width),
        table(motives, (1, 2, 3), width),
        table(resent, (1, 2), width),
        table(delays, range(1, 8), width),
        table(awaited, (2, 3, 4), width),
    ]
    return head + "\n".join(sections)


def _days(line: DelayLine) -> tuple[int, ...]:
    return (
        line.factures,
        line.minimum,
        line.quartile_1,
        line.mediane,
        line.quartile_3,
        line.decile_9,
        line.maximum,
    )


def to_json_text(report: Report) -> str:
    """The report as JSON, amounts in cents."""
    return to_json("report", report)


def to_html(report: Report) -> str:
    """The report as one page, with plots."""
    return template_of("ledger-report.html").render(
        dressed(),
        report=report,
        period=period(report),
        plots={name: trusted(markup) for name, markup in plots(report).items()},
        title_of=lambda line: title_of(line),
        resent=resent_rows(report),
        delay_name=lambda line: delay_name(line),
        days_of=_days,
        state_name=lambda name: state_name(name),
        classes=list(zip(class_labels(), report.delais_classes, strict=True)),
    )


def plots(report: Report) -> dict[str, str]:
    """The plots of the report, as SVG, by name."""
    months = [one for one in report.mois if one.mois][-_MONTHS:]
    shown = report.motifs[:_TOP]
    labels = class_labels()
    return {
        "months": svg.columns(
            "p1",
            say("Payé et refusé par mois", "Paid and refused by month"),
            _describe([(month(one.mois), f"{_k(one.paye)} / {_k(one.rejete)}") for one in months]),
            [month(one.mois, short=True) for one in months],
            (
                svg.Series(
                    say("Payé", "Paid"),
                    [one.paye for one in months],
                    [_k(one.paye) for one in months],
                ),
                svg.Series(
                    say("Refusé", "Refused"),
                    [one.rejete for one in months],
                    [_k(one.rejete) for one in months],
                ),
            ),
            lambda cents: euros(int(cents)).replace(say(",00", ".00"), ""),
        ),
        "delays": svg.columns(
            "p2",
            say("Jours de l'envoi au paiement", "Days from sending to payment"),
            _describe([(name, str(n)) for name, n in zip(labels, report.delais_classes, strict=True)]),
            labels,
            (svg.Series("n", report.delais_classes, [str(n) for n in report.delais_classes]),),
        ),
        "motives": svg.rows(
            "p3",
            say("Premiers motifs de rejet", "Main motives of refusal"),
            _describe([(title_of(one), str(one.factures)) for one in shown]),
            [title_of(one) for one in shown],
            svg.Series(
                "n",
                [one.factures for one in shown],
                [f"{_invoices(one.factures)}, {euros(one.montant)}" for one in shown],
            ),
        ),
    }


def _describe(pairs: Sequence[tuple[str, str]]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in pairs) or "-"


def _invoices(count: int) -> str:
    return plural(count, say("facture", "invoice"), say("factures", "invoices"))


def _k(cents: int) -> str:
    """Whole euros, for a plot."""
    return f"{round(cents / 100)}"
