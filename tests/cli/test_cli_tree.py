"""The command line walked whole: every help page and every wrong usage, in French and in English."""

import inspect
import re

import pytest
from cli_runner import run

from cli.app import whole
from cli.words.french import paragraphs, texts
from cli.words.help_words import METAVARS
from cli.words.usage import choices

#: Words of the option parser, and of English at large, that no French page has.
ENGLISH = re.compile(
    r"\b(Usage|Try|Error|Missing|Invalid|Got|unexpected|default|required|env var|Show this|for help|exit|"
    r"Expected|Input should|valid|Possible|the|with|which|what|are|when|from|one of|Did you mean|COMMAND|"
    r"FILE|DIR|DAY|RULE|ARGS|NAME|SHARE)\b"
)

#: Words of French that no English page has.
FRENCH = re.compile(
    r"\b(Utilisation|défaut|obligatoire|Erreur|les|une|pour|avec|attendu|absente?|VERBE|FICHIER)\b"
)

#: Command lines that a page cites, and names of files: they stay as they are typed.
CITED = re.compile(r"`[^`]*`|<[^>]*>|--[a-z][a-z-]*|\S*/\S*|'[^']*'|\[défaut : [^\]]*\]|\b[A-Z]+_[A-Z_]+\b")


def walk(command, path=()):
    yield path, command
    if hasattr(command, "list_commands"):
        for name in command.list_commands(None):
            yield from walk(command.get_command(None, name), (*path, name))


TREE = dict(walk(whole()))
VERBS = {path: command for path, command in TREE.items() if not hasattr(command, "list_commands")}


def ids(path):
    return " ".join(path) or "noemie"


@pytest.mark.parametrize("path", TREE, ids=ids)
def test_french_help_has_no_english(path):
    out = run(*path, "--help", NOEMIE_LANG="fr").out
    assert out.startswith(" ".join(("Utilisation : noemie", *path, "[OPTIONS]")))
    assert ENGLISH.findall(CITED.sub("", out)) == []


@pytest.mark.parametrize("path", TREE, ids=ids)
def test_english_help_has_no_french(path):
    out = run(*path, "--help", NOEMIE_LANG="en").out
    assert out.startswith(" ".join(("Usage: noemie", *path, "[OPTIONS]")))
    assert FRENCH.findall(CITED.sub("", out)) == []


def _texts_of(command):
    yield from paragraphs(inspect.cleandoc(command.help or ""))
    yield from paragraphs(command.short_help or "")
    for param in command.params:
        yield from paragraphs(param.help or "")
    for title, verbs in getattr(command, "groups", {}).items():
        yield title
        yield from verbs.values()


#: Titles that are the same in both languages, and those of sections.
SAME = {"Arguments", "Options"}


def test_every_text_has_its_french_and_every_pair_its_use():
    used = {text for command in TREE.values() for text in _texts_of(command)}
    used |= {"Show this message and exit."}
    assert used - texts().keys() - SAME == set(), "without its French, in cli/words/french"
    assert texts().keys() - used == set(), "of no more use, in cli/words/french"


def test_every_metavar_has_its_french():
    same = {"FLUX", "ZONE", "CODE", "NIR", "TOML", "MM", "NN"}
    words = {
        word
        for command in TREE.values()
        for param in command.params
        for word in re.findall(r"[A-Z]{2,}", param.metavar or "")
    }
    assert words - METAVARS.keys() - same == set()


# --- wrong usage ------------------------------------------------------------------------------------------


def wrong_usages():
    """Every way of calling each verb wrongly that its options allow."""
    for path, command in TREE.items():
        yield (*path, "--no-such-option")
        if path not in VERBS:
            yield (*path, "no-such-verb") if path != ("codes",) else (*path, "list", "a", "b", "c")
            continue
        required = [param for param in command.params if param.required]
        if required:
            yield path
        for param in command.params:
            if param.param_type_name != "option":
                continue
            if param.is_flag:
                yield (*path, f"{param.opts[-1]}=x")
                continue
            yield (*path, param.opts[-1])
            kind = str(param.type_descriptor.annotation)
            if choices(param) or "int" in kind or "float" in kind or param.metavar == "DAY":
                yield (*path, *_needed(command), param.opts[-1], "no-such-value")
            if "int" in kind and param.min is not None:
                yield (*path, *_needed(command), param.opts[-1], str(param.min - 1))


def _needed(command):
    return [choices(p)[0] if choices(p) else "x" for p in command.params if p.param_type_name == "argument"]


@pytest.mark.parametrize("path", TREE, ids=ids)
def test_wrong_usage_is_told_in_the_language_of_the_command(path):
    tried = 0
    for typed in wrong_usages():
        if typed[: len(path)] != path or (typed[len(path) :] and (*path, typed[len(path)]) in TREE):
            continue
        tried += 1
        for lang, marks, others in (("fr", "Erreur : ", ENGLISH), ("en", "Error: ", FRENCH)):
            result = run(*typed, NOEMIE_LANG=lang)
            assert (result.status, result.out) == (2, ""), typed
            assert marks in result.err, (typed, result.err)
            assert others.findall(CITED.sub("", result.err)) == [], (typed, result.err)
    assert tried


@pytest.mark.parametrize(
    ("typed", "french", "english"),
    [
        (
            ["check"],
            "argument obligatoire absent : 'FICHIER...'.",
            "Missing argument 'FILE...'.",
        ),
        (
            ["check", "--fail-on", "eror", "x"],
            "valeur refusée pour '--fail-on' : 'eror'. Attendu, l'un de : error, warning, info, never."
            " Vouliez-vous dire 'error' ?",
            "Invalid value for '--fail-on': 'eror'. Expected one of: error, warning, info, never."
            " Did you mean 'error'?",
        ),
        (
            ["check", "--max-findings", "-3", "x"],
            "valeur refusée pour '--max-findings' : '-3'. Attendu, un nombre entier, 0 ou plus.",
            "Invalid value for '--max-findings': '-3'. Expected a whole number, 0 or more.",
        ),
        (
            ["generate", "-o", "x", "--reject-rate", "2"],
            "valeur refusée pour '--reject-rate' : '2'. Attendu, un nombre comme 0.5, de 0 à 1.",
            "Invalid value for '--reject-rate': '2'. Expected a number such as 0.5, from 0 to 1.",
        ),
        (
            ["generate", "-o", "x", "--date", "demain"],
            "'--date' : un jour comme 2025-03-14 ou 14/03/2025 est attendu.",
            "'--date': a day such as 2025-03-14 or 14/03/2025 is expected.",
        ),
        (
            ["check", "--selct", "smg", "x"],
            "option inconnue : --selct. Proches : --help, --select.",
            "No such option: --selct (Possible options: --help, --select)",
        ),
        (
            ["check", "--select"],
            "l'option '--select' attend une valeur.",
            "Option '--select' requires an argument.",
        ),
        (
            ["check", "--stale=1"],
            "l'option '--stale' ne prend pas de valeur.",
            "Option '--stale' does not take a value.",
        ),
        (["codes", "list", "a", "b", "c"], "argument en trop : c", "Got unexpected extra argument(s) (c)"),
        (
            ["chekc"],
            "il n'y a pas de verbe `chekc`. Vouliez-vous dire `check` ?",
            "there is no verb `chekc`. Did you mean `check`?",
        ),
        (
            ["rights", "show", "x", "--nir", "1", "--color", "blue"],
            "valeur refusée pour '--color' : 'blue'. Attendu, l'un de : auto, always, never.",
            "Invalid value for '--color': 'blue'. Expected one of: auto, always, never.",
        ),
        (
            ["check", "--lang", "", "x"],
            "valeur refusée pour '--lang' : ''. Attendu, l'un de : fr, en.",
            "Invalid value for '--lang': ''. Expected one of: fr, en.",
        ),
    ],
)
def test_wrong_usage_says_what_is_expected(typed, french, english):
    assert run(*typed, NOEMIE_LANG="fr").err.splitlines()[-1] == f"Erreur : {french}"
    assert run(*typed, NOEMIE_LANG="en").err.splitlines()[-1] == f"Error: {english}"


def test_a_wrong_language_of_the_environment_is_told_with_its_variable():
    err = run("layouts", NOEMIE_LANG="de").err
    assert err.endswith(
        "Erreur : valeur refusée pour '--lang' (variable NOEMIE_LANG) : 'de'. Attendu, l'un de : fr, en.\n"
    )


@pytest.mark.parametrize(
    ("typed", "variables", "begins"),
    [
        ([], {}, "Utilisation"),
        ([], {"LANG": "fr_FR.UTF-8"}, "Utilisation"),
        ([], {"LANG": "en_GB.UTF-8"}, "Usage"),
        ([], {"LANG": "de_DE"}, "Usage"),
        ([], {"LANG": "C.UTF-8"}, "Utilisation"),
        ([], {"LANG": "fr_FR.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "Usage"),
        ([], {"LANG": "en_US.UTF-8", "LC_ALL": "fr_BE@euro"}, "Utilisation"),
        ([], {"LANG": "en_US.UTF-8", "NOEMIE_LANG": "fr"}, "Utilisation"),
        (["--lang", "en"], {"NOEMIE_LANG": "fr"}, "Usage"),
        (["--lang=fr"], {"LANG": "en_US"}, "Utilisation"),
    ],
)
def test_the_language_is_that_of_the_option_then_of_the_environment_then_of_the_locale(
    typed, variables, begins
):
    assert run(*typed, "check", "--help", **variables).out.startswith(begins)
    assert run("check", *typed, "--help", **variables).out.startswith(begins)


def test_results_are_in_the_language_of_the_locale_too():
    assert "bytes" in run("layouts", "4M", LANG="en_US.UTF-8").out
    assert "octets" in run("layouts", "4M", LANG="C").out


def test_wrong_usage_is_folded_on_a_terminal_only():
    typed = ["check", "--format", "none", "x"]
    on_terminal = run(*typed, terminal=True).err
    assert max(map(len, on_terminal.splitlines())) <= 80
    assert len(on_terminal.splitlines()) > len(run(*typed).err.splitlines()) == 4
