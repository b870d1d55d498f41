"""`noemie codes validate`: is a site's own folder right, and what does it change?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.io import status
from cli.io.options import FailOn, FailOnOption, Format, FormatOption
from cli.words.speech import language, plural, say

if TYPE_CHECKING:
    from codes.review import Remark, Review


def validate(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder given to --codes.")],
    fail_on: FailOnOption = FailOn.WARNING,
    format: FormatOption = Format.TEXT,
) -> int:
    """Check a site's folder: rejects (*.toml) and code lists (b2.csv, noemie.csv, ssv.csv).

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

        write_json("codes validate", {"lang": language(), **_as_data(directory, found)})
    else:
        _print(directory, found)
    return status.FINDINGS if _reaches(found.remarks, fail_on) else status.OK


def _reaches(remarks: list[Remark], fail_on: FailOn) -> bool:
    from codes.rules import Severity

    if fail_on is FailOn.NEVER:
        return False
    return any(remark.severity >= Severity[fail_on.name] for remark in remarks)


def _as_data(directory: Path, found: Review) -> dict[str, Any]:
    from cli.io.inputs import title

    return {
        "directory": title(str(directory)),
        "rejects": found.rejects,
        "tables": [
            {"file": table.name, "added": table.added, "changed": table.changed} for table in found.tables
        ],
        "remarks": [
            {
                "severity": remark.severity.word,
                "file": title(remark.file),
                "entry": remark.entry,
                "line": remark.line,
                "field": remark.field,
                "message": remark.text(language()),
            }
            for remark in found.remarks
        ],
    }


def _print(directory: Path, found: Review) -> None:
    from cli.words.findings import severity_word
    from cli.words.page import SEVERITY_STYLES, STRONG, Page

    data = _as_data(directory, found)
    page = Page()
    held = [plural(found.rejects, say("rejet", "reject"), say("rejets", "rejects"))]
    for table in found.tables:
        added = plural(table.added, say("code ajouté", "code added"), say("codes ajoutés", "codes added"))
        changed = plural(
            table.changed, say("code modifié", "code changed"), say("codes modifiés", "codes changed")
        )
        held.append(f"{table.name}{say(' : ', ': ')}{added}, {changed}")
    page.line((data["directory"], STRONG), say(" : ", ": "), say(" ; ", "; ").join(held))
    for remark in data["remarks"]:
        where = [remark["file"], f"reject {remark['entry']}" if remark["entry"] else ""]
        where += [say("ligne ", "line ") + str(remark["line"]) if remark["line"] else "", remark["field"]]
        place = ", ".join(part for part in where if part)
        page.line(
            (severity_word(remark["severity"]), SEVERITY_STYLES[remark["severity"]]),
            f"  {place}{say(' : ', ': ')}" if place else "  ",
            remark["message"],
            indent=2,
            hang=2,
        )
    if not data["remarks"]:
        page.line(say("Rien à signaler.", "Nothing to report."), indent=2)
