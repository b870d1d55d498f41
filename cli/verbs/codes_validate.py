"""`noemie codes validate`: is a site's own folder right, and what does it change?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from cli.io.options import FailOn, FailOnOption, Format, FormatOption
from cli.words import status
from cli.words.speech import language, plural, say

if TYPE_CHECKING:
    from codes.review import Remark, Review


class TableFound(Struct, frozen=True):
    """A table of the site: codes that it adds, codes that it changes."""

    file: str
    added: int
    changed: int


class RemarkTold(Struct, frozen=True):
    """What is odd in a row; `entry` is the rank of a reject, 0 for none."""

    severity: str
    file: str
    entry: int
    line: int
    field: str
    message: str


class CodesValidated(Struct, frozen=True, kw_only=True):
    """The whole document."""

    lang: str
    directory: str
    rejects: int
    delays: int
    tables: list[TableFound]
    remarks: list[RemarkTold]


def validate(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder given to --codes.")],
    fail_on: FailOnOption = FailOn.WARNING,
    format: FormatOption = Format.TEXT,
) -> int:
    """Check a site's folder: rejects (*.toml), code lists (b2.csv, noemie.csv, ssv.csv), delays (delais.csv).

    Every problem is told at once, with its file, its entry and what to write. Exit status 1 from --fail-on
    on, 2 when there is no such folder.
    """
    from cli.io.guard import CommandError
    from cli.io.inputs import title
    from codes.review import review

    if not directory.is_dir():
        raise CommandError(
            say(
                f"{title(str(directory))} : n'est pas un dossier. → Donner le dossier de --codes.",
                f"{title(str(directory))}: not a folder. → Give the folder of --codes.",
            )
        )
    found = review(directory)
    if format is Format.JSON:
        from cli.words.screen import write_json

        write_json("codes validate", _validated(directory, found))
    else:
        _print(directory, found)
    return status.FINDINGS if _reaches(found.remarks, fail_on) else status.OK


def _reaches(remarks: list[Remark], fail_on: FailOn) -> bool:
    from codes.rules import Severity

    if fail_on is FailOn.NEVER:
        return False
    return any(remark.severity >= Severity[fail_on.name] for remark in remarks)


def _validated(directory: Path, found: Review) -> CodesValidated:
    from cli.io.inputs import title

    return CodesValidated(
        lang=language(),
        directory=title(str(directory)),
        rejects=found.rejects,
        delays=found.delays,
        tables=[TableFound(table.name, table.added, table.changed) for table in found.tables],
        remarks=[
            RemarkTold(
                remark.severity.word,
                title(remark.file),
                remark.entry,
                remark.line,
                remark.field,
                remark.text(language()),
            )
            for remark in found.remarks
        ],
    )


def _print(directory: Path, found: Review) -> None:
    from cli.words.page import SEVERITY_STYLES, STRONG, Page
    from cli.words.severities import severity_word

    told = _validated(directory, found)
    page = Page()
    held = [plural(found.rejects, say("rejet", "reject"), say("rejets", "rejects"))]
    for table in found.tables:
        added = plural(table.added, say("code ajouté", "code added"), say("codes ajoutés", "codes added"))
        changed = plural(
            table.changed, say("code modifié", "code changed"), say("codes modifiés", "codes changed")
        )
        held.append(f"{table.name}{say(' : ', ': ')}{added}, {changed}")
    if found.delays:
        held.append(plural(found.delays, say("délai", "delay"), say("délais", "delays")))
    page.line((told.directory, STRONG), say(" : ", ": "), say(" ; ", "; ").join(held))
    for remark in told.remarks:
        where = [remark.file, f"reject {remark.entry}" if remark.entry else ""]
        where += [say("ligne ", "line ") + str(remark.line) if remark.line else "", remark.field]
        place = ", ".join(part for part in where if part)
        page.line(
            (severity_word(remark.severity), SEVERITY_STYLES[remark.severity]),
            f"  {place}{say(' : ', ': ')}" if place else "  ",
            remark.message,
            indent=2,
            hang=2,
        )
    if not told.remarks:
        page.line(say("Rien à signaler.", "Nothing to report."), indent=2)
