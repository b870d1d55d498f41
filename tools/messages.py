"""The pages of messages, one a language: what is said, why, what to do; all from the texts of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter
from typing import Final

from codes.rules import Rule, catalogue
from noemie.documents.convert.errors import FAULTS
from noemie.ledger import LedgerError
from noemie.ledger.base.errors import TEXTS, BaseError
from noemie.ledger.register import RightsError

#: Families of rules about a file as a whole, before what is in it.
FAMILIES: Final = ("enveloppe", "fichier", "tableau")

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Messages", "Messages"),
    "intro": (
        "Ce qui est dit d'un fichier, d'une base ou d'un document qu'on ne peut pas lire ; « … » tient la "
        "place d'un nombre ou d'un nom. Les premiers rencontrés sont dans [le dépannage](depannage.md).",
        "What is said of a file, a database or a document that cannot be read; “…” stands for a number or a "
        "name. Those that people meet first are in [When something goes wrong](../troubleshooting.md).",
    ),
    "files": ("Fichiers", "Files"),
    "said": ("ce qui est dit", "what is said"),
    "why": ("pourquoi", "why"),
    "fix": ("que faire", "what to do"),
    "bases": ("Registre et registre des droits", "Ledger and register of rights"),
    "both": ("ce qui est dit, et que faire", "what is said, and what to do"),
    "documents": ("Documents que `convert` relit", "Documents that `convert` reads back"),
    "documents-intro": (
        "Le message dit l'enregistrement, la zone et la ligne du document, puis ce qui était attendu. "
        "Corriger le document à cet endroit, ou l'écrire de nouveau avec `noemie convert --values`.",
        "The message tells the record, the field and the line of the document, then what was expected. "
        "Correct the document there, or write it again with `noemie convert --values`.",
    ),
    "expected": ("ce qui était attendu", "what was expected"),
}


def is_of_files(rule: Rule) -> bool:
    """Whether a rule speaks of a file as a whole, or stops its reading."""
    return rule.unreadable or rule.id.partition(".")[0] in FAMILIES


def messages_page(lang: str) -> Iterator[str]:
    """Every message, in `fr` or `en`."""

    def word(name: str) -> str:
        return _WORDS[name][lang == "en"]

    yield from (f"# {word('title')}", "", word("intro"), "", f"## {word('files')}", "")
    yield from _head(word("said"), word("why"), word("fix"))
    for rule in filter(is_of_files, catalogue().values()):
        colon = ":" if lang == "en" else " :"
        said = f"**{rule.title(lang)}** (`{rule.id}`){colon} {_told(rule.message(lang, '…'))}"
        yield _row(said, rule.why(lang), rule.fix(lang))
    yield from ("", f"## {word('bases')}", "")
    yield from _head(word("both"))
    own = ((error, error.TEXTES) for error in (LedgerError, RightsError))
    for error, texts in ((BaseError, TEXTS), *own):
        yield from (_row(_said(error, code, text[lang == "en"], lang)) for code, text in texts.items())
    yield from ("", f"## {word('documents')}", "", word("documents-intro"), "")
    yield from _head(word("expected"))
    yield from (_row(_blanks(text[lang == "en"])) for text in FAULTS.values())


def _told(message: str) -> str:
    """A message whose unknown facts stand as the others."""
    return re.sub(r"\?(?=\))", "…", message)


def _said(error: type[BaseError], code: str, text: str, lang: str) -> str:
    facts = dict.fromkeys(_names(text), "…")
    own = {"le", "du", "name", "file_variable", "variable"}
    made = error(code, **{name: value for name, value in facts.items() if name not in own})
    return made.text("en" if lang == "en" else "fr")


def _blanks(text: str) -> str:
    return text.format(**dict.fromkeys(_names(text), "…"))


def _names(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def _head(*titles: str) -> Iterator[str]:
    yield _row(*titles)
    yield "|" + "---|" * len(titles)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
