"""Wrong usage in words: nothing of the option parser is shown, only what it found."""

from __future__ import annotations

import os
import re
import textwrap
from typing import Any, Final

import typer

from cli.words.help_words import metavar
from cli.words.screen import UNFOLDED
from cli.words.speech import say, typed

# Typer may use the click it ships or the one installed, and exports these classes nowhere that suits both:
# an error is known by the names of its classes, a parameter by attributes that both have.
_Error = Any
_Parameter = Any

_EXTRA: Final = re.compile(r"extra argument\S* \((.*)\)$", re.DOTALL)


class Refusal(typer.BadParameter):
    """Wrong usage that we found ourselves: its text in French and in English."""

    def __init__(self, french: str, english: str, context: Any = None) -> None:
        super().__init__(english, context)
        self.texts = french, english


def usage_text(error: _Error, width: int) -> str:
    """What is wrong, after the usage line; lines are folded at `width` columns."""
    from codes.personal import shown_name

    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "NoArgsIsHelpError" in kinds:
        return str(error.format_message())
    lines = []
    if (context := getattr(error, "ctx", None)) is not None:
        path = context.command_path
        lines += [
            *context.get_usage().split("\n"),
            say(f"Aide : {path} -h", f"Try '{path} -h' for help."),
            "",
        ]
    lines.append(say("Erreur : ", "Error: ") + _said(error, kinds))
    # It quotes what was typed.
    return "\n".join(_folded(shown_name(line), width) for line in lines)


def _folded(line: str, width: int) -> str:
    if width >= UNFOLDED or len(line) <= width or line.startswith(" "):
        return line
    return textwrap.fill(line, width, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False)


def _said(error: _Error, kinds: set[str]) -> str:
    param = getattr(error, "param", None)
    if texts := getattr(error, "texts", None):
        return (f"{named(param)}{say(' : ', ': ')}" if param is not None else "") + str(say(*texts))
    if "MissingParameter" in kinds:
        return _missing(param)
    if "BadParameter" in kinds:
        return _refused(param)
    if "NoSuchOption" in kinds:
        text = say("option inconnue : ", "No such option: ") + str(error.option_name)
        if near := error.possibilities:
            text += say(". Proches : ", " (Possible options: ") + ", ".join(sorted(near)) + say(".", ")")
        return text
    if "BadOptionUsage" in kinds:
        name = error.option_name
        found = [p for p in error.ctx.command.params if name in (*p.opts, *p.secondary_opts)]
        if found and not found[0].is_flag:
            return say(f"l'option '{name}' attend une valeur.", f"Option '{name}' requires an argument.")
        return say(f"l'option '{name}' ne prend pas de valeur.", f"Option '{name}' does not take a value.")
    if extra := _EXTRA.search(str(error.message)):
        return say(f"argument en trop : {extra[1]}", f"Got unexpected extra argument(s) ({extra[1]})")
    return say("cette ligne de commande n'est pas comprise.", "this command line is not understood.")


def named(param: _Parameter) -> str:
    """A parameter as it is typed, between quotes: `'-o' / '--output'`, `'FILE...'`."""
    if param.param_type_name == "option":
        return " / ".join(f"'{option}'" for option in param.opts)
    return f"'{metavar(param.metavar or param.name.upper())}'"


def _missing(param: _Parameter) -> str:
    if param is None:
        return say("il manque une valeur.", "A value is missing.")
    if param.param_type_name == "option":
        text = say("option obligatoire absente : ", "Missing option ") + named(param) + "."
    else:
        text = say("argument obligatoire absent : ", "Missing argument ") + named(param) + "."
    return text + expected(param)


def _refused(param: _Parameter) -> str:
    if param is None:
        return say("une valeur est refusée.", "A value is refused.")
    given = next((value for option in param.opts if (value := typed(option)) is not None), None)
    variable = param.envvar if isinstance(param.envvar, str) else ""
    text = say("valeur refusée pour ", "Invalid value for ") + named(param)
    if given is None and variable and (given := os.environ.get(variable)):
        text += say(f" (variable {variable})", f" (environment variable {variable})")
    text += f"{say(' : ', ': ')}'{given}'." if given is not None else "."
    return text + expected(param, given or "")


def choices(param: _Parameter) -> list[str]:
    """The values that a parameter may have, when they are few."""
    kind = getattr(param, "type_descriptor", None) or getattr(param, "type", None)
    found = getattr(kind, "choices", None) or ()
    return [str(getattr(choice, "value", choice)) for choice in found]


def expected(param: _Parameter, given: str = "") -> str:
    """What a parameter takes, as a sentence; nothing when nothing more can be told."""
    if words := choices(param):
        from difflib import get_close_matches

        near = get_close_matches(given, words, n=1) if given else []
        hint = say(f" Vouliez-vous dire '{near[0]}' ?", f" Did you mean '{near[0]}'?") if near else ""
        return say(" Attendu, l'un de : ", " Expected one of: ") + ", ".join(words) + "." + hint
    descriptor = getattr(param, "type_descriptor", None)
    kind = str(getattr(descriptor, "annotation", None) or getattr(param, "type", "")).lower()
    if re.search(r"\bint(eger)?\b", kind):
        text = say(" Attendu, un nombre entier", " Expected a whole number")
    elif re.search(r"\bfloat\b", kind):
        text = say(" Attendu, un nombre comme 0.5", " Expected a number such as 0.5")
    else:
        return ""
    low, high = getattr(param, "min", None), getattr(param, "max", None)
    if low is not None and high is not None:
        text += say(f", de {low} à {high}", f", from {low} to {high}")
    elif low is not None:
        text += say(f", {low} ou plus", f", {low} or more")
    elif high is not None:
        text += say(f", {high} au plus", f", at most {high}")
    return text + "."
