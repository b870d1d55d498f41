"""The report as workflow commands, which GitHub Actions shows as annotations.

    ::error file=flux.b2,line=3,col=77,endColumn=79,title=smg.nature-22::...

A line end, a percent sign, and in the properties a comma or a colon, would end a command or start another
one: all of them are escaped, so that neither a file name nor a message can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import UNSET

from cli.check.data import left_out_text, omitted_text, remarque
from cli.check.findings import place, value_lines
from cli.check.model import FileReport, Remark, Report
from cli.check.sarif import text_place
from cli.io.inputs import title
from cli.io.problems import describe
from cli.words.speech import say

_COMMANDS: Final = {"error": "error", "warning": "warning", "info": "notice"}


def pieces(report: Report) -> Iterator[str]:
    """The report as workflow commands, one a line."""
    return (f"{line}\n" for file in report.files for line in _lines(file))


def _lines(file: FileReport) -> list[str]:
    if file.unreadable is not None:
        told = describe(file.unreadable, file.name)
        head = {"file": title(file.name), "title": f"{told['title']} [{told['rule']}]"}
        return [command("error", head, f"{told['message']}. → {told['fix']}")]
    lines = [_line(file, remark) for remark in file.remarks]
    lines += [command("notice", {"file": title(file.name)}, left_out_text(one)) for one in file.left_out]
    if file.omitted:
        lines.append(command("notice", {"file": title(file.name)}, omitted_text(file.omitted)))
    return lines


def _line(file: FileReport, remark: Remark) -> str:
    told = remarque(remark)
    head: dict[str, str | int] = {"file": title(file.name)}
    at = text_place(file, remark)
    if at is not None:
        head |= {"line": at[0], "col": at[1], "endColumn": at[1] + remark.finding.length}
    head["title"] = f"{told.title} [{told.rule}]"
    parts = []
    if told.record and told.occurrence is not UNSET:
        where = place(told)
        parts.append(where[:1].upper() + where[1:])
    elif told.record:
        parts.append(say(f"Enregistrement {told.record}", f"Record {told.record}"))
        parts.append(say(f"octet {told.offset}", f"byte {told.offset}"))
    if told.field and told.occurrence is UNSET:
        parts.append(say(f"zone {told.field}", f"field {told.field}"))
    if told.facture:
        parts.append(say(f"facture {told.facture}", f"invoice {told.facture}"))
    where = ", ".join(parts) + say(" : ", ": ") if parts else ""
    times = f" (× {remark.count})" if remark.count > 1 else ""
    more = "".join(f" {line}." for line in value_lines(told))
    return command(_COMMANDS[remark.severity], head, f"{where}{told.message}{times}.{more} → {told.fix}")


def command(name: str, properties: Mapping[str, str | int], message: str) -> str:
    """One workflow command, escaped.

    >>> command("error", {"file": "a,b:c.b2"}, "100 %\\n::stop")
    '::error file=a%2Cb%3Ac.b2::100 %25%0A::stop'
    """
    told = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name} {told}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
