"""What the verbs of `noemie rights` share: the register, who is asked for, errors in words."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli.io.guard import CommandError, doubt
from cli.io.inputs import STANDARD
from cli.io.ledgers import damage_of, refusal
from cli.io.options import day_option
from cli.words.speech import language, say

if TYPE_CHECKING:
    import datetime as dt

    from flatfile import Finding, Spool
    from noemie.ledger.base.cles import Personal
    from noemie.ledger.register.register import Register
    from noemie.ledger.register.source import RightsSource

Db = Annotated[str, typer.Argument(metavar="DB", help="The register: a SQLite file, or postgresql://…")]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        metavar="FILE",
        help="Key of the register; else NOEMIE_RIGHTS_KEY_FILE, NOEMIE_RIGHTS_KEY, or the file beside it.",
        show_default=False,
    ),
]
On = Annotated[Any, day_option("--on", "Day of the rights; today by default.")]
OldDate = Annotated[Any, day_option("--date", "Old name of --on.", hidden=True)]
Regime = Annotated[str, typer.Option("--regime", metavar="NN", help="Only this grand régime: 01, 08...")]

#: What to type, by error.
_ADVICE: Final[dict[str, tuple[str, str]]] = {
    "base.vide": ("noemie rights import DB FICHIERS", "noemie rights import DB FILES"),
    "cle.absente": (
        "Remettre la clé à sa place, ou --key-file. Pour un registre neuf sur un serveur :\n"
        "    python3 -c 'import secrets; print(secrets.token_hex(32))' > droits.key",
        "Put the key back in its place, or --key-file. For a new register on a server:\n"
        "    python3 -c 'import secrets; print(secrets.token_hex(32))' > droits.key",
    ),
    "cle.fausse": (
        "Donner la bonne : --key-file, NOEMIE_RIGHTS_KEY_FILE ou NOEMIE_RIGHTS_KEY.",
        "Give the right one: --key-file, NOEMIE_RIGHTS_KEY_FILE or NOEMIE_RIGHTS_KEY.",
    ),
}


@contextmanager
def opened(
    db: str,
    *,
    key_file: Path | None = None,
    personal: Personal | None = None,
    create: bool = False,
    reveal: bool = False,
) -> Iterator[Register]:
    """The register, closed at the end. Whatever goes wrong with it becomes a `CommandError`."""
    with refusing(db):
        from noemie.ledger.base.cles import read_key
        from noemie.ledger.register.errors import GENRE, RightsError
        from noemie.ledger.register.register import Register

        key = read_key(key_file, GENRE) if key_file else None
        with Register(db, key=key, personal=personal, create=create, reveal=reveal) as register:
            if reveal and register.personal == "token":
                raise RightsError("identite.absente")
            doubt(partial(damage_of, db, GENRE))
            yield register


@contextmanager
def refusing(db: str) -> Iterator[None]:
    """Word the errors of a register; none of them holds a value."""
    from noemie.ledger.register.errors import RightsError

    try:
        yield
    except RightsError as error:
        raise refusal(db, error, _ADVICE) from None


def asked(given: str, name: str) -> str:
    """A value asked for; `-` is the next line of standard input, which no history keeps."""
    if given != STANDARD:
        return given
    line = sys.stdin.readline() if sys.stdin is not None else ""
    if not line.strip():
        raise CommandError(
            say(
                f"noemie : {name} - : attendu, une ligne sur l'entrée standard",
                f"noemie: {name} -: expected a line on standard input",
            )
        )
    return line.strip()


def source(where: str) -> RightsSource:
    """Rights to compare invoices with (`noemie check --rights`), read once to know that they can be.

    Wrong rows of a CSV are told on standard error. Raises `CommandError`.
    """
    from cli.io.problems import problem_of, sentence
    from flatfile import FormatError
    from noemie.ledger.register.errors import GENRE
    from noemie.ledger.register.source import RightsSource, is_register

    if where == STANDARD:
        raise CommandError(
            say("noemie : --rights : attendu, un fichier", "noemie: --rights: expected a file")
        )
    found: list[Finding] = []
    with refusing(where):
        try:
            rights = RightsSource(where, data=_kept(where))
            any_fact = rights.verify(found.append)
        except FormatError as error:
            raise CommandError(sentence(problem_of(error, where))) from None
    if rights.data is None and is_register(where):
        doubt(partial(damage_of, where, GENRE))
    tell_rows(where, found, len(found))
    if not any_fact:
        from cli.io.inputs import title
        from cli.words.screen import tell

        name = title(where)
        tell(
            say(
                f"{name} : aucun droit n'y est lu : les factures ne sont comparées à rien.",
                f"{name}: no right is read in it: invoices are compared with nothing.",
            )
        )
    return rights


def given_rights(where: str) -> str | bytes | Spool:
    """Where rights are: a register, a file, what a pipe gave, the one file of rights of a mail or archive.

    Tells what was opened. Raises `FormatError`.
    """
    from cli.io.asides import tell_opened
    from cli.io.inputs import only
    from noemie.documents.recognise import Opened

    if "://" in where:
        return where
    opened = Opened()
    given = only(where, "droits", "zone", twice=True, opened=opened).again()
    tell_opened(opened)
    return given


def _kept(where: str) -> bytes | None:
    """The bytes of rights that a pipe or an envelope gives; `None` of those that can be read again."""
    from flatfile import open_source

    given = given_rights(where)
    if isinstance(given, str):
        return None
    with open_source(given) as source:
        return source.read_all()


#: Rows told one by one.
_MOST_TOLD: Final = 10


def tell_rows(name: str, findings: list[Finding], count: int) -> None:
    """Tell what is wrong in the rows of a CSV, the first ones one by one."""
    from cli.io.inputs import title
    from cli.words.screen import tell
    from codes.rules import rule

    colon = say(" :", ":")
    for finding in findings[:_MOST_TOLD]:
        entry = rule(finding.rule)
        column = say(f", colonne {finding.field}", f", column {finding.field}") if finding.field else ""
        tell(
            f"{title(name)}{colon} {say('ligne', 'row')} {finding.record}{column}{colon} "
            f"{entry.message(language(), finding.expected)} [{finding.rule}]"
        )
    if count > _MOST_TOLD:
        left = count - _MOST_TOLD
        tell(f"{title(name)}{colon} {say(f'et {left} autres', f'and {left} more')}")


def asked_day(on: dt.date | None, date: dt.date | None) -> dt.date:
    """The day of a question: today unless another is given; `date` under the old name, which is told."""
    from cli.io import ledgers
    from cli.io.options import tell_former

    if date is not None:
        tell_former("--date", "--on")
    return ledgers.asked_day(on or date)
