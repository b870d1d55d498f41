"""The command `noemie`: its verbs by group, each in a module that is imported only when it is called."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from cli.io.status import OK
from cli.words.screen import ClosedPipeError, has_colour

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

# Typer may use the click it ships or the one installed: what follows only needs what both have.
_Context = Any
_Formatter = Any

#: Verbs by what a person wants to do, each with its one-line help (also that of its own page).
GROUPS: Final[dict[str, dict[str, str]]] = {
    "Start here": {
        "demo": "The whole story on a small invented flow: needs nothing else.",
        "serve": "The page of the practice, in a browser, on this machine alone.",
        "explain": "What a reject code, a label, a rule or a field means, and what to do.",
    },
    "What you send (FSE, flux B2)": {
        "check": "Is it right? If not: where, why, what to change.",
        "show": "What is in a file, B2 flow, NOEMIE return or SSV zone, as a tree.",
        "rights": "What is known of patients' rights, and what a consultation of rights answers.",
        "generate": "Make flows of invented people, with the expected answers.",
    },
    "What comes back (retours NOEMIE)": {
        "today": "The morning of a practice: what came, what to do first, what is late.",
        "decode": "What was paid, what was refused, what to do and what NOT to do.",
        "reconcile": "The state of every invoice sent, from the returns received.",
        "ledger": "What was sent and what came back, kept over time: payments, rejects, statement.",
        "respond": "The simulated caisse: answer a flow with an ARL and a return.",
    },
    "Files, sent or received": {
        "mask": "Copies with invented people, that still check and reconcile.",
        "diff": "What differs between two files, invoice by invoice, field by field.",
        "convert": "As JSON, XML, CSV or Parquet; back from JSON and XML without losing a byte.",
    },
    "Reference": {
        "codes": "The code lists and the catalogue: look up, check yours, import, export.",
        "layouts": "The record layouts, byte by byte.",
    },
}

HELP: Final[dict[str, str]] = {verb: text for verbs in GROUPS.values() for verb, text in verbs.items()}

_HEADING: Final = re.compile(r"^([A-Z][^\n:]*:)(?=$| )", re.MULTILINE)
_TERM: Final = re.compile(r"^(  (?:-[^\s]+(?:,? -[^\s]+)*|[a-z]+))(?=  |$| [A-Z[])", re.MULTILINE)

#: `{FILE...}...` and `[[FILE...]]...` in a usage line; `<list[str]>` after the name of an argument.
_BRACKETS: Final = re.compile(r"^(?:\{|(\[)\[)(\w+)(?:\.\.\.)?(?:\}|\](\]))\.\.\.$")
_BRACES: Final = re.compile(r"^\{(\w+)\}$")
_TYPE: Final = re.compile(r" <(?:list\[)?str\]?>")


def styled(text: str) -> str:
    """A help page with its headings in bold and its terms in colour, on a terminal only."""
    if not has_colour(sys.stdout):
        return text
    return _TERM.sub("\x1b[36m\\1\x1b[0m", _HEADING.sub("\x1b[1m\\1\x1b[0m", text))


class Verb(TyperCommand):
    """One verb, with a plain help page that needs no library to be drawn."""

    def get_help(self, ctx: _Context) -> str:
        """The help page."""
        return styled(super().get_help(ctx))

    def collect_usage_pieces(self, ctx: _Context) -> list[str]:
        """`FILE...`, whatever brackets typer puts around it."""
        pieces = (_BRACES.sub(r"\1", piece) for piece in super().collect_usage_pieces(ctx))
        return [_BRACKETS.sub(r"\1\2\3...", piece) for piece in pieces]

    def format_options(self, ctx: _Context, formatter: _Formatter) -> None:
        """Write arguments, then options; an argument needs no Python type beside its name."""
        for title, kind in (("Arguments", "argument"), ("Options", "option")):
            records = [p.get_help_record(ctx) for p in self.get_params(ctx) if p.param_type_name == kind]
            rows = [(_TYPE.sub("", record[0]), record[1]) for record in records if record]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def invoke(self, ctx: _Context) -> Any:
        """Run the verb. Typer would answer a closed pipe with status 1, which means findings here."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ClosedPipeError from None


class Verbs(TyperGroup):
    """Verbs by group; none is imported before it is called."""

    #: The verbs, each with its one-line help, by title.
    groups: Mapping[str, Mapping[str, str]] = GROUPS

    @property
    def help_of(self) -> dict[str, str]:
        """Each verb with its one-line help, in the order of the help page."""
        return {verb: text for verbs in self.groups.values() for verb, text in verbs.items()}

    def load(self, name: str) -> Any:
        """Import one verb."""
        module = import_module(f"cli.verbs.{name}")
        if hasattr(module, "VERBS"):
            return family(name, module)
        return command(name, getattr(module, name), HELP[name])

    def list_commands(self, ctx: _Context) -> list[str]:
        """Names of the verbs, in the order of the help page."""
        return list(self.help_of)

    def get_command(self, ctx: _Context, cmd_name: str) -> Any:
        """One verb; nothing when there is no such verb."""
        if cmd_name not in self.help_of:
            return None
        if cmd_name not in self.commands:
            self.commands[cmd_name] = self.load(cmd_name)
        return self.commands[cmd_name]

    def resolve_command(self, ctx: _Context, args: list[str]) -> Any:
        """Find the verb, or suggest the nearest name."""
        name = args[0] if args else ""
        if name not in self.help_of and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, self.help_of, n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            ctx.fail(f"there is no verb `{name}`.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: _Context, formatter: _Formatter) -> None:
        """Write the groups of verbs, without importing them."""
        for title, verbs in self.groups.items():
            with formatter.section(title):
                formatter.write_dl(list(verbs.items()))

    def get_help(self, ctx: _Context) -> str:
        """The help page."""
        return styled(super().get_help(ctx))


class Family(Verbs):
    """A verb that has verbs of its own: `noemie ledger import`.

    `module` tells them: `VERBS`, each name with the place of its function (`module:function`) and its
    one-line help, and `DEFAULT`, the one that is meant when the first word is none of them, if any.
    """

    def __init__(self, *args: Any, module: ModuleType, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.verbs: Mapping[str, tuple[str, str]] = module.VERBS
        self.default: str = getattr(module, "DEFAULT", "")
        self.groups = {"Verbs": {name: text for name, (_, text) in self.verbs.items()}}

    def load(self, name: str) -> Any:
        """Import one verb of the family."""
        module, _, function = self.verbs[name][0].partition(":")
        return command(name, getattr(import_module(module), function), self.verbs[name][1])

    def parse_args(self, ctx: _Context, args: list[str]) -> list[str]:
        """Put the verb that is meant before arguments that begin with none."""
        if self.default and not {*args[:1]} & {*self.verbs, "-h", "--help"}:
            args = [self.default, *args]
        return super().parse_args(ctx, args)


def command(name: str, function: Callable[..., Any], help: str) -> Any:
    """Make one verb of a function."""
    holder = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    holder.command(name, cls=Verb, short_help=help, context_settings=SETTINGS)(function)
    return typer.main.get_command(holder)


def family(name: str, module: ModuleType) -> Family:
    """Make a verb of a module that holds several; its docstring is the help page."""
    about = (module.__doc__ or "").partition("\n\n")[2]
    return Family(
        name=name,
        module=module,
        help=f"{HELP[name]}\n\n{about}",
        short_help=HELP[name],
        no_args_is_help=not getattr(module, "DEFAULT", ""),
        rich_markup_mode=None,
        context_settings=SETTINGS,
    )


SETTINGS: Final[dict[str, Any]] = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    name="noemie",
    cls=Verbs,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    context_settings=SETTINGS,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"noemie {version('sesam-noemie')}\n")
        raise typer.Exit(OK)


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Feuilles de soins électroniques (FSE, norme B2) and NOEMIE returns: check, read, explain, reconcile.

    Personal values are shown as ••• unless --show-values is given. A file called - is standard input.
    Lines are folded on a terminal only; NOEMIE_COLUMNS=80 folds them in a pipe or a file too.
    Exit status: 0 nothing to say, 1 findings, 2 unreadable file or wrong usage.
    """
