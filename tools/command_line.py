"""The reference page of the command line: exit statuses, environment variables, common options, formats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cli.io.common import SUFFIXES
from cli.io.environment import VARIABLES
from cli.words.status import MEANINGS
from cli.words.usage import choices


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """A table in Markdown."""
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
    yield ""


#: What every verb has, beside its own options.
_COMMON: Final = ("lang", "color", "quiet", "output", "csv_style")


def command_line_page() -> Iterator[str]:
    """The page."""
    from cli.app import whole

    command = whole()
    yield "# Command line"
    yield ""
    yield "`noemie VERBE --help` tells each verb; this page tells what is the same for all of them."
    yield ""
    yield "## Exit status"
    yield ""
    yield from table(("status", "sens", "meaning"), ((f"`{key}`", *said) for key, said in MEANINGS.items()))
    yield "## Environment variables"
    yield ""
    yield "An option always wins over a variable."
    yield ""
    yield from table(
        ("variable", "effet", "effect"), ((f"`{name}`", *said) for name, said in VARIABLES.items())
    )
    yield "## Options of every verb"
    yield ""
    yield from table(("option", "effet", "effect"), _options(command))
    yield "## Formats of each verb"
    yield ""
    yield "The suffix of `-o` tells the format; one that says something else than `--format` is refused:"
    yield ", ".join(f"`{suffix}` {' or '.join(words)}" for suffix, words in SUFFIXES.items()) + "."
    yield ""
    yield from table(("verb", "`--format`", "`-o`"), _formats(command, ()))
    yield "## Completion"
    yield ""
    yield "`noemie --show-completion bash` (or zsh, fish, powershell) prints what the start-up file of a"
    yield 'shell is to hold: `eval "$(noemie --show-completion bash)"`. Verbs, options and values are'
    yield "completed: profiles, faults, rules, motives, lists, formats, norms, languages."


def _options(command: Any) -> Iterator[tuple[str, ...]]:
    from cli.words.french import french

    verb = command.get_command(None, "layouts")
    for name in _COMMON:
        param = next(param for param in verb.params if param.name == name)
        words = choices(param)
        value = f" {'|'.join(words)}" if words else "" if param.is_flag else f" {param.metavar}"
        yield f"`{', '.join(param.opts)}{value}`", french(param.help), param.help


def _formats(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name in command.list_commands(None):
        verb = command.get_command(None, name)
        if hasattr(verb, "list_commands"):
            yield from _formats(verb, (*path, name))
            continue
        named = {param.name: param for param in verb.params}
        words = choices(named["format"]) if "format" in named else []
        output = named["output"].metavar if "output" in named else ""
        yield f"`{' '.join((*path, name))}`", ", ".join(words), output
