"""What is said of a conversion: what was written, or why it was not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UnsetType

from cli.documents.model import Converted
from cli.io.guard import CommandError
from cli.io.inputs import STANDARD, title
from cli.words.page import QUIET, STRONG, WARNING, Page
from cli.words.screen import tell
from cli.words.speech import language, plural, say

if TYPE_CHECKING:
    from noemie.documents.convert import ConvertError, Kind, MissingLibraryError

#: What each kind of file may become: family, or form of a document -> targets.
TARGETS: Final[dict[str, tuple[str, ...]]] = {
    "b2": ("json", "xml", "csv", "parquet"),
    "noemie": ("json", "xml", "csv", "parquet"),
    "ssv": ("json", "xml", "b2-header"),
    "json": ("b2", "noemie", "ssv"),
    "xml": ("b2", "noemie", "ssv"),
}


def print_made(data: Converted) -> None:
    """What was written, where, and whether it can be turned back."""
    page = Page()
    if isinstance(data.records, UnsetType):
        page.line((data.output or "", STRONG))
    else:
        count = plural(data.records, say("enregistrement", "record"), say("enregistrements", "records"))
        page.line((data.output or "", STRONG), f"{say(' :', ':')} {count}")
    for name, rows in (data.tables or {}).items():
        page.line(f"{name}  ", (plural(rows, say("ligne", "row"), say("lignes", "rows")), QUIET), indent=2)
    if data.same:
        page.line(say("Identique au fichier d'origine.", "Identical to the original file."), indent=2)
    elif data.same is False:
        page.line((_differs(), WARNING), indent=2)
    elif not data.values:
        page.line((_hidden(data.to), QUIET), indent=2)


def sentence_of(data: Converted) -> str:
    """Why a file cannot be read."""
    from cli.io.problems import Problem, sentence

    assert isinstance(data.error, Problem)
    return sentence(data.error)


def warn(data: Converted) -> None:
    """On standard error, what must be known of a file that went to standard output."""
    if data.same is False:
        tell(f"{data.file}{say(' :', ':')} {_differs()}")


def _differs() -> str:
    return say(
        "Différent du fichier d'origine : le document a été modifié.",
        "Differs from the original file: the document was edited.",
    )


def _hidden(to: str) -> str:
    if to in ("json", "xml"):
        return say(
            "Valeurs personnelles cachées : ce fichier ne peut pas être reconverti"
            " (--show-values les garde).",
            "Personal values hidden: this file cannot be turned back (--show-values keeps them).",
        )
    return say(
        "Valeurs personnelles cachées (--show-values les garde).",
        "Personal values hidden (--show-values keeps them).",
    )


def _name(file: str) -> str:
    return say("entrée standard", "standard input") if file == STANDARD else title(file)


def wrong_target(file: str, kind: Kind, to: str) -> CommandError:
    """A file that cannot become what was asked for."""
    names = {
        "b2": ("un flux B2", "a B2 flow"),
        "noemie": ("un retour NOEMIE", "a NOEMIE return"),
        "ssv": ("une zone SSV", "an SSV zone"),
        "json": ("un document JSON de noemie convert", "a JSON document of noemie convert"),
        "xml": ("un document XML de noemie convert", "an XML document of noemie convert"),
    }
    name, found = _name(file), kind.family or kind.form
    targets = TARGETS[found]
    choice = f"{', '.join(targets[:-1])} {say('ou', 'or')} {targets[-1]}"
    lines = [
        say(
            f"{name} est {names[found][0]} : --format {to} ne s'y applique pas ; rien n'a été écrit.",
            f"{name} is {names[found][1]}: --format {to} does not apply; nothing was written.",
        ),
        say(f"  → --format {choice}", f"  → --format {choice}"),
    ]
    if kind.form and to in ("json", "xml", "csv", "parquet"):
        lines.append(
            say(
                f"  → D'abord le fichier, puis ce format : noemie convert {title(file)} --format b2"
                f" | noemie convert - --format {to}",
                f"  → The file first, then this format: noemie convert {title(file)} --format b2"
                f" | noemie convert - --format {to}",
            )
        )
    return CommandError("\n".join(lines))


def refusal(error: ConvertError | MissingLibraryError, file: str, *, whole: bool) -> CommandError:
    """Why a conversion stops; `whole` tells that nothing is written before its end."""
    from noemie.documents.convert import HiddenValuesError, MissingLibraryError

    colon = say(" :", ":")
    name = _name(file)
    if isinstance(error, MissingLibraryError):
        missing = say(f"{error.library} n'est pas installé", f"{error.library} is not installed")
        return CommandError(
            f"noemie convert{colon} {missing}.\n  → pip install 'sesam-noemie[{error.extra}]'"
        )
    if isinstance(error, HiddenValuesError):
        return CommandError(
            say(
                f"{name} : ce document a été écrit sans les valeurs personnelles, perdues pour lui."
                "\n  → Refaire la conversion avec --show-values.",
                f"{name}: this document was written without personal values; nothing can give them"
                " back.\n  → Convert again with --show-values.",
            )
        )
    where = [
        say(f"enregistrement {error.record}", f"record {error.record}") if error.record else "",
        say(f"ligne {error.line}", f"line {error.line}") if error.line else "",
        say(f"zone {error.field}", f"field {error.field}") if error.field else "",
    ]
    place = ", ".join(filter(None, where)) or "document"
    nothing = say(" ; rien n'a été écrit", "; nothing was written") if whole else ""
    return CommandError(
        f"{name}{colon} {place}{colon} "
        + say("attendu", "expected")
        + f"{colon} {error.message(language())}{nothing}."
    )
