"""What an import of rights did, and what a register holds: as data, and as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cli.io.inputs import title
from cli.io.ledgers import place_of
from cli.io.problems import Problem
from cli.rights.model import Figures, Imported, Person, RefusedRow
from cli.rights.text import iso, person
from cli.words.page import ERROR, QUIET, STRONG, Page
from cli.words.speech import language, plural, say
from cli.words.texts import day, localised, printable

if TYPE_CHECKING:
    from noemie.ledger.register.importing import FileResult
    from noemie.ledger.register.queries import Fiche, Stats


def imported(
    db: str, personal: str, results: list[FileResult], errors: list[Problem], others: int
) -> Imported:
    """What an import did; `others` are files of a folder that hold something else."""
    read = [one for one in results if one.error is None]
    kinds = sorted({one.nature for one in read})
    return Imported(
        lang=language(),
        register=place_of(db),
        personal=personal,
        files={kind: sum(one.nature == kind for one in read) for kind in kinds},
        others=others,
        new=sum(one.counts.nouveaux for one in read),
        confirmed=sum(one.counts.confirmes for one in read),
        known=sum(one.counts.connus for one in read),
        refused=sum(_refused(one) for one in read),
        rows=[
            RefusedRow(file=title(one.nom), row=f.record, column=f.field, rule=f.rule, expected=f.expected)
            for one in read
            for f in one.findings
        ],
        errors=errors,
    )


def _refused(result: FileResult) -> int:
    """Rows left out, not counting columns without a known name."""
    ignored = sum(finding.rule == "droits.csv-colonne" for finding in result.findings)
    return result.wrong - ignored


def print_import(data: Imported) -> None:
    """What was imported."""
    page = Page()
    names = {
        "carte": (say("carte", "card"), say("cartes", "cards")),
        "csv": (say("fichier CSV", "CSV file"), say("fichiers CSV", "CSV files")),
        "adri": (say("réponse ADRi", "ADRi answer"), say("réponses ADRi", "ADRi answers")),
        "fsv": (say("client FSV", "FSV client"), say("clients FSV", "FSV clients")),
    }
    kinds = ", ".join(plural(count, *names[kind]) for kind, count in data.files.items())
    new = plural(data.new, say("fait nouveau", "new fact"), say("faits nouveaux", "new facts"))
    rest = [
        (
            data.confirmed,
            say("redit un autre jour", "told again on another day"),
            say("redits un autre jour", "told again on another day"),
        ),
        (data.known, say("connu", "known already"), say("connus", "known already")),
        (data.refused, say("valeur refusée", "value refused"), say("valeurs refusées", "values refused")),
    ]
    if data.others:
        left = plural(
            data.others,
            say("autre fichier laissé", "other file left out"),
            say("autres fichiers laissés", "other files left out"),
        )
        kinds = ", ".join(filter(None, (kinds, left)))
    page.line(
        (f"{data.register}{say(' :', ':')} ", STRONG),
        ", ".join([new, *(plural(count, one, many) for count, one, many in rest if count)]),
        f" ({kinds})" if kinds else "",
    )


def people(fiches: Iterable[Fiche], date: dt.date, regime: str, *, values: bool) -> Iterator[Person]:
    """Everybody, one by one."""
    for fiche in fiches:
        if not regime or any(droit.regime == regime for droit in fiche.droits):
            yield person(fiche, date, values=values)


def print_list(rows: Iterable[Person], date: dt.date) -> None:
    """Everybody, a line each, as they come."""
    page = Page()
    page.heading(say(f"Droits au {day(date)}", f"Rights on {day(date)}"))
    count = 0
    for row in rows:
        rights = row.rights
        state, style = {
            True: (say("ouverts", "open"), ""),
            False: (say("FERMÉS", "CLOSED"), ERROR),
            None: (say("non dits", "not told"), QUIET),
        }[rights.open]
        organism = rights.organism
        code = "-".join(filter(None, (organism.regime, organism.caisse, organism.centre)))
        extras = [name for name, has in (("C2S", rights.c2s.has), ("SMG", rights.smg.entitled)) if has]
        page.line(
            row.reference,
            f"  {printable(row.nir)}  {printable(row.name)[:20]:8}  {code:11}  ",
            (f"{state:8}", style),
            f"  {' '.join(extras)}".rstrip(),
        )
        count += 1
    page.line((plural(count, say("personne", "person"), say("personnes", "people")), STRONG))


def figures(stats: Stats, personal: str) -> Figures:
    """Figures of a register."""
    return Figures(
        lang=language(),
        date=stats.date.isoformat(),
        personal=personal,
        people=stats.personnes,
        facts=stats.droits,
        first_told=iso(stats.premier_constat),
        last_told=iso(stats.dernier_constat),
        open=stats.ouverts,
        closed=stats.fermes,
        not_told=stats.non_dits,
        c2s=stats.c2s,
        smg=stats.smg,
        sources=dict(sorted(stats.sources.items())),
        organisms=dict(sorted(stats.organismes.items())),
    )


def print_stats(data: Figures) -> None:
    """Figures of a register."""
    page = Page()
    count = plural(data.people, say("personne", "person"), say("personnes", "people"))
    facts = plural(data.facts, say("fait", "fact"), say("faits", "facts"))
    page.heading(f"{count}, {facts}")
    first, last = localised(data.first_told), localised(data.last_told)
    if last:
        page.line(say(f"Constatés du {first} au {last}", f"Told from {first} to {last}"), indent=2)
    on = localised(data.date)
    page.line(
        say(
            f"Au {on} : droits ouverts {data.open}, fermés {data.closed}, "
            f"non dits {data.not_told} ; C2S {data.c2s}, SMG {data.smg}",
            f"On {on}: rights open {data.open}, closed {data.closed}, not told {data.not_told}; "
            f"C2S {data.c2s}, SMG {data.smg}",
        ),
        indent=2,
    )
    for heading, counts in (
        (say("Sources", "Sources"), data.sources),
        (say("Organismes", "Organisms"), data.organisms),
    ):
        told = ", ".join(f"{printable(name) or '?'} {count}" for name, count in counts.items())
        if told:
            page.line(f"{heading}{say(' :', ':')} {told}", indent=2, hang=2)
