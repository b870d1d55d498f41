"""`noemie respond`: the simulated caisse answers flows with ARLs and NOEMIE returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from cli.io.guard import CommandError
from cli.io.options import Format, FormatOption, OutputFolder, day_option
from cli.words import status
from cli.words.speech import language, say

if TYPE_CHECKING:
    from cli.io.inputs import Input
    from cli.io.problems import Problem
    from fixtures.caisse import Compare, Reponse
    from fixtures.caisse_scenario import ScenarioCaisse
    from fixtures.caisse_seance import Seance
    from fse.rights import Lookup
    from noemie.returns.arl import Arl

_Data = TypeVar("_Data")

#: Names of the file of ARLs, and of the file that says what reconciliation must find.
ARLS = "arl.json"
TRUTH = "verite.json"


class Reference(StrEnum):
    """References that the simulated caisse writes."""

    R576 = "576"
    R580 = "580"


class Family(StrEnum):
    """Families of PS returns."""

    LONGUE = "longue"
    ANCIENNE = "ancienne"


class Envelope(StrEnum):
    """Physical forms of a return."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class DateOrder(StrEnum):
    """Orders in which the day of a return may be written."""

    AAMMJJ = "AAMMJJ"
    JJMMAA = "JJMMAA"


def respond(
    files: Annotated[list[str], typer.Argument(metavar="FLUX...", help="B2 flows, folders, or -.")],
    output: OutputFolder,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="N", help="Same seed, same answer; 1 by default.", show_default=False),
    ] = None,
    reference: Annotated[
        Reference | None,
        typer.Option("--reference", help="Reference of the norm; 576 by default.", show_default=False),
    ] = None,
    family: Annotated[
        Family | None,
        typer.Option("--family", help="Which entities are written; longue by default.", show_default=False),
    ] = None,
    envelope: Annotated[
        Envelope | None,
        typer.Option("--envelope", help="Physical form; P2 by default.", show_default=False),
    ] = None,
    date_order: Annotated[
        DateOrder | None,
        typer.Option(
            "--date-order",
            help="Order of the day of 000; by default, that of such a sender.",
            show_default=False,
        ),
    ] = None,
    date: Annotated[Any, day_option("--date", "Day of payment; five days after the flow by default.")] = None,
    reject_rate: Annotated[
        float | None,
        typer.Option(
            "--reject-rate",
            metavar="SHARE",
            min=0,
            max=1,
            help="Refused by chance, 0 to 1.",
            show_default=False,
        ),
    ] = None,
    defer_rate: Annotated[
        float | None,
        typer.Option(
            "--defer-rate",
            metavar="SHARE",
            min=0,
            max=1,
            help="Deferred by chance, 0 to 1.",
            show_default=False,
        ),
    ] = None,
    rights: Annotated[
        str,
        typer.Option(
            "--rights",
            metavar="FILE",
            help="Rights of the insured persons: CSV, or a register.",
            show_default=False,
        ),
    ] = "",
    scenario: Annotated[
        str,
        typer.Option(
            "--scenario",
            metavar="FILE",
            help="What to do, in TOML; see docs/guides/caisse.md.",
            show_default=False,
        ),
    ] = "",
    truth: Annotated[
        bool, typer.Option("--truth", help=f"Write {TRUTH} too; always with --scenario.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist already.")] = False,
    format: FormatOption = Format.TEXT,
) -> int:
    """Answer flows as a caisse would: an ARL for each batch, then the returns, marked as tests.

    It pays what is right, refuses what `noemie check` calls an error or the rights do not allow, and never
    pays an invoice twice. A scenario imposes outcomes, losses, duplicates and damage. It is a simulation: no
    official rule of a caisse is public.
    """
    from cli.io.asides import tell_opened
    from cli.io.inputs import expanded, inputs, title
    from cli.io.outputs import refuse_overwrite
    from cli.respond.model import repondu
    from cli.verbs.generate import save
    from fixtures.caisse import Caisse
    from noemie.documents.recognise import Opened

    if date is not None and not 1990 <= date.year <= 2068:
        raise CommandError(
            say(
                "noemie respond : --date : attendu, un jour de 1990 à 2068, ce que disent deux chiffres",
                "noemie respond: --date: expected a day from 1990 to 2068, what two digits tell",
            )
        )
    opened = Opened()
    names = list(expanded(files))
    errors: list[Problem] = []
    with _scenario_told(), _rights_open(rights) as known:
        seance = Caisse(
            seed if seed is not None or scenario else 1,
            reference=reference and reference.value,
            family=family.value if family else None,
            envelope=envelope.value if envelope else None,
            date_order=date_order.value if date_order else None,
            date=date,
            reject_rate=reject_rate,
            defer_rate=defer_rate,
            rights=known,
            scenario=_read_scenario(scenario, names) if scenario else None,
        ).open(complete=bool(scenario) or truth)
        for input in inputs(names, files, "b2", twice=True, opened=opened):
            errors += _receive(seance, input)
        tell_opened(opened)
        written = dict(named([(one.nom, one.data.blocks()) for one in seance.close()], seance.arls))
    if scenario or truth:
        written[TRUTH] = seance.verite().to_json()
    refuse_overwrite([output / name for name in written], [*names, *filter(None, (rights, scenario))])
    save("respond", output, written, force=force, private=True)
    told = repondu(seance.arls, seance.bilan, list(written), errors, title(str(output)))
    if format is Format.JSON:
        from cli.words.screen import write_json

        write_json("respond", told)
    else:
        from cli.respond.text import print_answer

        print_answer(told)
    return status.UNREADABLE if errors else status.OK


@contextmanager
def _rights_open(where: str) -> Iterator[Lookup | Compare | None]:
    """The rights of a CSV, of a card or of a register, `None` when no file is named."""
    if not where:
        yield None
        return
    from cli.io.problems import report
    from cli.io.registers import given_rights
    from flatfile import FormatError
    from fse.rights import Rights
    from fse.rights.fichier import day_of, read_droits
    from noemie.ledger.register.errors import RightsError
    from noemie.ledger.register.source import RightsSource, is_register

    comparison = None
    try:
        given = given_rights(where)
        if isinstance(given, str) and is_register(given):
            comparison = RightsSource(where).open()
            known: Lookup | Compare = comparison.compare
        else:
            known = Rights.of(read_droits(given, day_of(given)))
    except FormatError as error:
        report(error, where)
        raise CommandError(
            say(
                "noemie respond : fichier de droits refusé, rien n'a été écrit.",
                "noemie respond: file of rights refused, nothing was written.",
            )
        ) from None
    except RightsError as error:
        raise CommandError(f"noemie respond{say(' : ', ': ')}{error.text(language())}") from None
    try:
        yield known
    except RightsError as error:
        # A register is asked as the invoices come.
        raise CommandError(f"noemie respond{say(' : ', ': ')}{error.text(language())}") from None
    finally:
        if comparison is not None:
            comparison.summary()


def _read_scenario(where: str, names: list[str]) -> ScenarioCaisse:
    """The scenario of a file, or of standard input when no flow comes from there."""
    from cli.io.inputs import STANDARD, Input
    from fixtures.caisse import ScenarioError, read_scenario
    from fixtures.caisse_toml import decode_scenario
    from flatfile import FormatError, open_source
    from flatfile.toml import Place

    if where != STANDARD:
        return read_scenario(where)
    place = Place(say("entrée standard", "standard input"))
    if STANDARD in names:
        raise ScenarioError(place, "elle donne déjà un flux", "it gives a flow already")
    try:
        with Input(where) as input, open_source(input.source()) as opened:
            data = opened.read_all()
    except FormatError:
        data = b""
    return decode_scenario(data, place)


@contextmanager
def _scenario_told() -> Iterator[None]:
    """Turn what is wrong in a scenario into one message: file, line, key, what was expected."""
    from cli.words.texts import printable
    from fixtures.caisse import ScenarioError

    try:
        yield
    except ScenarioError as error:
        raise CommandError(
            say("noemie respond : scénario refusé : ", "noemie respond: scenario refused: ")
            + printable(error.text(language()))
            + say(
                "\n  → Corriger le scénario ; ses clés sont dans docs/guides/caisse.md. Rien n'a été écrit.",
                "\n  → Correct the scenario; its keys are in docs/guides/caisse.md. Nothing was written.",
            )
        ) from None


def show_answer(reponse: Reponse, folder: str, write: Callable[[str, bytes], None]) -> list[str]:
    """Write the files of an answer, say what it is, and return their names."""
    from cli.respond.model import repondu
    from cli.respond.text import print_answer

    names: list[str] = []
    for name, data in named(reponse.returns, reponse.arls):
        write(name, data)
        names.append(name)
    print_answer(repondu(reponse.arls, reponse.bilan, names, [], folder))
    return names


#: Into how many steps the bar of one flow is divided.
_SHARES = 1000


def _receive(seance: Seance, given: Input) -> list[Problem]:
    """Give one file to the caisse; the message when it cannot be read."""
    from pathlib import Path

    from cli.io.inputs import title
    from cli.io.problems import report
    from cli.io.progress import Bar
    from fixtures.caisse import ScenarioError
    from flatfile import FormatError

    name = given.name
    try:
        with given as input, Bar(_SHARES, title(Path(name).name), share=True) as bar:

            def advanced(share: float) -> None:
                bar.reach(int(share * _SHARES))
                bar.draw()

            error = seance.receive(input.again(), advanced)
    except FormatError as unreachable:  # it never reached the caisse
        error = unreachable
    except ScenarioError:
        raise
    except ValueError:
        raise CommandError(
            say(
                f"noemie respond : {title(name)} : aucun jour lisible dans ce flux."
                "\n  → Donner le jour du paiement : --date 2026-01-20.",
                f"noemie respond: {title(name)}: no readable day in this flow."
                "\n  → Give the day of payment: --date 2026-01-20.",
            )
        ) from None
    return [report(error, name)] if error is not None else []


def named(returns: Iterable[tuple[str, _Data]], arls: list[Arl]) -> Iterator[tuple[str, _Data | bytes]]:
    """Files to write; two returns of the same name get a number."""
    from noemie.returns.arl import write_arls

    seen: dict[str, int] = {}
    for name, data in returns:
        seen[name] = seen.get(name, 0) + 1
        stem, dot, suffix = name.rpartition(".")
        yield (name if seen[name] == 1 else f"{stem}-{seen[name]}{dot}{suffix}"), data
    if arls:
        yield ARLS, write_arls(arls)
