"""The command `noemie`: its verbs by group, each in a module that is imported only when it is called."""

from __future__ import annotations

import os
import re
import sys
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import StrEnum
from importlib import import_module
from inspect import cleandoc
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from cli.io.common import LEFT_TO_ALL, add_options, check_places, settle_format, take, to_file, wanted_by
from cli.io.options import lighten
from cli.words import status
from cli.words.screen import UNFOLDED, ClosedPipeError, columns, has_colour, is_terminal, tell
from cli.words.speech import language, translated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType
    from typing import TextIO

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

#: Columns of a help page on a terminal.
_WIDEST_HELP: Final = 100
_NARROWEST_HELP: Final = 50

#: Environment variable by which a shell asks what may come next.
COMPLETE: Final = "_NOEMIE_COMPLETE"

#: What was typed is wrong. Typer ships its own click or uses the one installed: both have this class above
#: `BadParameter`, and export it nowhere that suits both.
_CLICK_ERRORS: tuple[type[typer.BadParameter], ...] = tuple(
    parent for parent in typer.BadParameter.__mro__ if parent.__name__ == "ClickException"
)

_HEADING: Final = re.compile(r"^([A-Z][^\n:]*:)(?=$| )", re.MULTILINE)
_TERM: Final = re.compile(r"^(  (?:-[^\s]+(?:,? -[^\s]+)*|[a-z][a-z-]*))(?=  |$| [A-Z[])", re.MULTILINE)


def styled(text: str) -> str:
    """A help page with its headings in bold and its terms in colour, on a terminal only."""
    if not has_colour(sys.stdout):
        return text
    return _TERM.sub("\x1b[36m\\1\x1b[0m", _HEADING.sub("\x1b[1m\\1\x1b[0m", text))


class _Page:
    """A help page in the language of the command, plain, that needs no library to be drawn."""

    params: list[Any]
    help: str | None
    #: Names of the options that every verb has (`cli.io.common`).
    added: tuple[str, ...] = ()

    def get_help_option(self, ctx: _Context) -> Any:
        """`-h`, made when it is first asked for."""
        if (option := super().get_help_option(ctx)) is not None:  # type: ignore[misc]
            lighten(option)
        return option

    def get_help(self, ctx: _Context) -> str:
        """The help page."""
        _guess(ctx)
        ctx.color = has_colour(sys.stdout)
        return styled(super().get_help(ctx))  # type: ignore[misc]

    def format_usage(self, ctx: _Context, formatter: _Formatter) -> None:
        """Write how the command is called."""
        from cli.words.help_words import usage_piece, usage_prefix

        pieces = map(usage_piece, self.collect_usage_pieces(ctx))  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), usage_prefix())

    def format_help_text(self, ctx: _Context, formatter: _Formatter) -> None:
        """Write what the command does."""
        if self.help:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(translated(cleandoc(self.help)))

    def format_options(self, ctx: _Context, formatter: _Formatter) -> None:
        """Write arguments, then options, then verbs."""
        from cli.words.help_words import heading, row

        for title, kind in (("Arguments", "argument"), ("Options", "option")):
            params = self.get_params(ctx)  # type: ignore[attr-defined]
            found = [row(param, ctx) for param in params if param.param_type_name == kind]
            if rows := [one for one in found if one]:
                with formatter.section(heading(title)):
                    formatter.write_dl(rows)
        if hasattr(self, "format_commands"):
            self.format_commands(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        """One line of help."""
        return translated(super().get_short_help_str(limit))  # type: ignore[misc]


def _guess(context: _Context) -> None:
    """The language, when nobody gives it, is that of the locale."""
    context.default_map = {**(context.default_map or {}), "lang": language()}


#: Any wrong usage; typer exports this class nowhere.
_USAGE_ERRORS: tuple[type[typer.BadParameter], ...] = tuple(
    parent for parent in typer.BadParameter.__mro__ if parent.__name__ == "UsageError"
)


@contextmanager
def _placing(context: _Context) -> Iterator[None]:
    """Have every wrong usage say in which verb it is; the option parser does not always know."""
    try:
        yield
    except _USAGE_ERRORS as error:
        if error.ctx is None:
            error.ctx, error.cmd = context, context.command
        raise


class Verb(_Page, TyperCommand):
    """One verb."""

    def parse_args(self, ctx: _Context, args: list[str]) -> list[str]:
        """Read the options, heed those that every verb has, and settle the format."""
        _guess(ctx)
        with _placing(ctx):
            typed = tuple(args)
            rest = super().parse_args(ctx, args)
            if not ctx.resilient_parsing:
                check_places(ctx, typed)
        if not ctx.resilient_parsing:
            own = ctx.params.get("output")
            output = take(ctx, self.added)
            settle_format(self, ctx, own or output)
            if own is not None and ctx.params.get("format") in LEFT_TO_ALL.get(self.name or "", ()):
                output, ctx.params["output"] = own, None
            ctx.meta[_OUTPUT] = output
        return rest

    def invoke(self, ctx: _Context) -> Any:
        """Run the verb. Typer would answer a closed pipe with status 1, which means findings here."""
        try:
            with self._waiting(ctx):
                if (output := ctx.meta.get(_OUTPUT)) is not None:
                    return to_file(output, ctx, lambda: super(Verb, self).invoke(ctx))
                return super().invoke(ctx)
        except BrokenPipeError:
            raise ClosedPipeError from None

    @staticmethod
    def _waiting(ctx: _Context) -> AbstractContextManager[Any]:
        """What a person sees of a run that lasts."""
        if not is_terminal(sys.stderr):
            return nullcontext()
        from cli.io.progress import waiting

        return waiting(ctx.command_path)


class Verbs(_Page, TyperGroup):
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
        return command(name, f"cli.verbs.{name}:{name}", HELP[name])

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

            from cli.words.usage import Refusal

            near = get_close_matches(name, self.help_of, n=1)
            raise Refusal(
                f"il n'y a pas de verbe `{name}`." + (f" Vouliez-vous dire `{near[0]}` ?" if near else ""),
                f"there is no verb `{name}`." + (f" Did you mean `{near[0]}`?" if near else ""),
                ctx,
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: _Context, formatter: _Formatter) -> None:
        """Write the groups of verbs, without importing them."""
        from cli.words.help_words import heading

        for title, verbs in self.groups.items():
            with formatter.section(heading(title)):
                formatter.write_dl([(verb, translated(text)) for verb, text in verbs.items()])

    def parse_args(self, ctx: _Context, args: list[str]) -> list[str]:
        """Read the options that stand before the verb."""
        _guess(ctx)
        with _placing(ctx):
            rest = super().parse_args(ctx, args)
        take(ctx, self.added)
        return rest


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
        return command(name, *self.verbs[name])

    def parse_args(self, ctx: _Context, args: list[str]) -> list[str]:
        """Put the verb that is meant before arguments that begin with none."""
        if self.default and not {*args[:1]} & {*self.verbs, "-h", "--help"}:
            args = [self.default, *args]
        return super().parse_args(ctx, args)


def command(name: str, place: str, help: str) -> Any:
    """Make one verb of the function that is in `place` (`module:function`)."""
    module, _, function = place.partition(":")
    holder = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    made = getattr(import_module(module), function)
    holder.command(name, cls=Verb, short_help=help, context_settings=SETTINGS)(made)
    verb: Any = typer.main.get_command(holder)
    verb.added = add_options(verb, *wanted_by(verb, place))
    return verb


def family(name: str, module: ModuleType) -> Family:
    """Make a verb of a module that holds several; its docstring is the help page."""
    about = (module.__doc__ or "").partition("\n\n")[2]
    made = Family(
        name=name,
        module=module,
        help=f"{HELP[name]}\n\n{about}",
        short_help=HELP[name],
        no_args_is_help=not getattr(module, "DEFAULT", ""),
        rich_markup_mode=None,
        context_settings=SETTINGS,
    )
    made.added = add_options(made, "lang", "color", "quiet")
    return made


#: Where the context of a verb keeps what `-o` names, when the verb itself knows no `-o`.
_OUTPUT: Final = "cli.output"

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


class Shell(StrEnum):
    """The shells that can complete the command."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


def _version(wanted: bool) -> None:
    if wanted:
        from flatfile.lazy import version

        sys.stdout.write(f"noemie {version()}\n")
        raise typer.Exit(status.OK)


def _completion(shell: str | None) -> None:
    if shell:
        from cli.words.completion import script

        sys.stdout.write(script(shell))
        raise typer.Exit(status.OK)


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("-V", "--version", callback=_version, is_eager=True, help="Show the version and exit."),
    ] = False,
    show_completion: Annotated[
        Shell | None,
        typer.Option(
            "--show-completion",
            callback=_completion,
            is_eager=True,
            help="Print what makes this shell complete the command.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Feuilles de soins électroniques (FSE, norme B2) and NOEMIE returns: check, read, explain, reconcile.

    Personal values are shown as ••• unless --show-values is given. A file called - is standard input.
    Lines are folded on a terminal only; NOEMIE_COLUMNS=80 folds them in a pipe or a file too.
    Exit status: 0 nothing to say, 1 findings, 2 unreadable file or wrong usage.
    """


def whole() -> Any:
    """The command, with the options that every verb has."""
    made: Any = typer.main.get_command(app)
    made.added = add_options(made, "lang", "color", "quiet")
    return made


def dispatch(arguments: list[str]) -> int:
    """Do what was typed; its exit status."""
    try:
        if COMPLETE in os.environ:
            from cli.words.completion import prepare

            prepare()
        code = whole()(
            args=arguments,
            prog_name="noemie",
            standalone_mode=False,
            terminal_width=_help_width(sys.stdout),
        )
    except _CLICK_ERRORS as error:
        sys.stdout.flush()
        from cli.words.usage import usage_text

        if context := getattr(error, "ctx", None):
            context.terminal_width = _help_width(sys.stderr)
        tell(usage_text(error, columns(sys.stderr)))
        return status.UNREADABLE
    except typer.Abort:
        return status.INTERRUPTED
    return code if isinstance(code, int) else status.OK


def _help_width(stream: TextIO) -> int:
    """Columns of a help page, or of the usage that a message recalls; two are left to its margin."""
    width = columns(stream)
    return width if width == UNFOLDED else max(min(width, _WIDEST_HELP) - 2, _NARROWEST_HELP)
