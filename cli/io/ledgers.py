"""What the verbs of `noemie ledger` share: where the ledger is, its options, its errors in words."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli.io.guard import CommandError, doubt
from cli.io.options import day_option, output_option
from cli.io.settings import site_codes
from cli.words.speech import language, say
from flatfile.extras import is_installed

if TYPE_CHECKING:
    from codes.delais import Delais
    from codes.rejects import Catalogue
    from fse.compare import Source
    from noemie.ledger import Ledger
    from noemie.ledger.base.errors import BaseError
    from noemie.ledger.base.genre import Genre
    from noemie.ledger.identity import Personal

#: Environment variable that tells where the ledger is.
VARIABLE: Final = "NOEMIE_LEDGER"

#: Names of cut returns that an answer tells.
_MOST_NAMES: Final = 5

#: Where the ledger is when nothing tells.
PLACE: Final = "registre.db"

#: The address of a SQLite file, up to its path.
_SQLITE_URL: Final = re.compile(r"sqlite(?:\+[a-z]+)?:///")

#: Beside a SQLite file: its log, the memory that its users share, its key.
COMPANIONS: Final = ("", "-wal", "-shm", "-journal", ".key")


def _there(db: str) -> str:
    """The ledger asked for; where none stands in this folder, that of `noemie today`, if there is one."""
    if db != PLACE or Path(PLACE).exists() or not is_installed("platformdirs"):
        return db
    place = user_place()
    return place if Path(place).exists() else db


def _db_option(callback: Callable[[str], str] | None = None) -> Any:
    return typer.Option(
        "--db",
        metavar="PLACE",
        envvar=VARIABLE,
        help="SQLite file, or postgresql://… (best in NOEMIE_LEDGER).",
        callback=callback,
    )


#: The ledger of the verbs that keep one by themselves.
UserDb = Annotated[
    str,
    typer.Option(
        "--db",
        metavar="PLACE",
        envvar=VARIABLE,
        help="The ledger; by default in the user's data folder.",
        show_default=False,
    ),
]


#: A ledger that is asked, and one that may be made.
Db = Annotated[str, _db_option(_there)]
NewDb = Annotated[str, _db_option()]
From = Annotated[Any, day_option("--from", "First day of the period.")]
To = Annotated[Any, day_option("--to", "Last day of the period.")]
On = Annotated[Any, day_option("--on", "Day of the question; today by default.")]
Regime = Annotated[str, typer.Option("--regime", metavar="NN", help="Grand régime: 01, 08...")]
Organisme = Annotated[
    str,
    typer.Option(
        "--organisme",
        metavar="CODE",
        help="Caisse (835), with régime (08835) or centre (088350300), or payer.",
    ),
]
AllExcept = Annotated[bool, typer.Option("--all-except", help="All but that --organisme.")]
Patient = Annotated[
    str | None,
    typer.Option(
        "--patient",
        metavar="REF",
        help="Reference of `patients`, or NIR; - to read it from standard input.",
        show_default=False,
    ),
]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        metavar="FILE",
        help="Key of the ledger; else NOEMIE_LEDGER_KEY_FILE, NOEMIE_LEDGER_KEY, or the file that was made.",
        show_default=False,
    ),
]
OutputFile = Annotated[
    Path | None,
    output_option("Where it is written."),
]


def place_of(db: str) -> str:
    """How a ledger is called in messages: the path of a file; of a server, never its address."""
    from cli.io.inputs import title

    return "PostgreSQL" if "://" in db and not db.startswith("sqlite:") else title(db)


@contextmanager
def opened(
    db: str,
    *,
    key_file: Path | None = None,
    key: bytes | None = None,
    personal: Personal | None = None,
    create: bool = False,
    codes: Path | None = None,
    answers: bool = True,
) -> Iterator[Ledger]:
    """The ledger, closed at the end. Whatever goes wrong with it becomes a `CommandError`.

    `codes` is the folder of a site, whose rejects and delays win; by default that of the configuration of the
    current folder. What `answers` names the returns that are cut.
    """
    folder = site_codes(codes)
    site, delais = _site(folder) if folder else (None, None)
    with refusing(db):
        from noemie.ledger import Ledger, identity
        from noemie.ledger.errors import GENRE

        key = identity.read_key(key_file) if key_file else key
        with Ledger(db, key=key, personal=personal, create=create, site=site, delais=delais) as ledger:
            doubt(partial(damage_of, db, GENRE))
            yield ledger
            if answers and not create:
                _tell_cut(ledger.damaged_returns())


def _tell_cut(names: Sequence[str]) -> None:
    """Which returns lack their end, on standard error: what they do not say is awaited, for ever."""
    from cli.words.screen import tell

    if names:
        shown = ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")
        tell(
            say(
                f"Retour coupé : {shown}. Des réponses y manquent."
                "\n  → Récupérer ce fichier de nouveau, puis noemie ledger import.",
                f"Cut return: {shown}. Answers are missing in it."
                "\n  → Fetch this file again, then noemie ledger import.",
            )
        )


def _site(codes: Path) -> tuple[Catalogue, Delais]:
    from cli.io.guard import site_tables
    from cli.io.site import delays, rejects

    with site_tables():
        return rejects(codes), delays(codes)


@contextmanager
def refusing(db: str) -> Iterator[None]:
    """Word the errors of the ledger; none of them holds a value."""
    from noemie.ledger import LedgerError

    try:
        if not is_installed("sqlalchemy"):
            raise LedgerError("module.absent", module="SQLAlchemy", extra="ledger")
        yield
    except LedgerError as error:
        raise refusal(db, error, _ADVICE) from None


def refusal(db: str, error: BaseError, advice: Mapping[str, tuple[str, str]]) -> CommandError:
    """An error of a database in words, with what to type by its code."""
    text = f"{place_of(db)}{say(' :', ':')} {error.text(language())}."
    if told := advice.get(error.code):
        text += "\n  → " + say(*told)
    return CommandError(text)


def damage_of(db: str, genre: Genre) -> str | None:
    """That a database is damaged, when it is: what was read in it fails far from there."""
    from noemie.ledger.base import engine
    from noemie.ledger.base.damage import is_damaged

    path = engine.file_of(engine.address(db, genre))
    if path is None or not is_damaged(path, genre, engine.open_engine):
        return None
    return refusal(db, genre.error("base.illisible"), {}).text


def sent_before(db: str) -> tuple[Source, Source]:
    """What a ledger says of a flow that is about to be sent: its invoices, past refusals.

    Raises `CommandError`.
    """
    with opened(db) as ledger:
        from noemie.ledger.already_sent import sendings
        from noemie.ledger.refused import refused_before
        from noemie.ledger.rows import Tokens

        registre = ledger.follow(envois=True)
        return sendings(ledger, registre), refused_before(registre, Tokens(ledger.keys))


#: What to type, by error.
_ADVICE: Final[dict[str, tuple[str, str]]] = {
    "base.vide": (
        "noemie ledger import FICHIERS, ou --db (ou NOEMIE_LEDGER) pour un autre endroit.",
        "noemie ledger import FILES, or --db (or NOEMIE_LEDGER) for another place.",
    ),
    "cle.absente": (
        "Une clé neuve : python3 -c 'import secrets; print(secrets.token_hex(32))' > registre.key\n"
        "    puis NOEMIE_LEDGER_KEY_FILE=registre.key ; la garder à part de la base, et en garder une copie.",
        "A new key: python3 -c 'import secrets; print(secrets.token_hex(32))' > registre.key\n"
        "    then NOEMIE_LEDGER_KEY_FILE=registre.key; keep it apart from the database, and keep a copy.",
    ),
    "cle.fausse": (
        "Donner la bonne : --key-file, NOEMIE_LEDGER_KEY_FILE ou NOEMIE_LEDGER_KEY.",
        "Give the right one: --key-file, NOEMIE_LEDGER_KEY_FILE or NOEMIE_LEDGER_KEY.",
    ),
    "filtre.sauf": ("Ajouter --organisme.", "Add --organisme."),
}


def asked_patient(given: str | None) -> str | None:
    """The patient asked for; `-` is the first line of standard input, which no history keeps."""
    if given != "-":
        return given
    return sys.stdin.readline().strip() if sys.stdin is not None else ""


def is_own_file(path: Path, db: str) -> bool:
    """Whether a file is the ledger itself, or belongs to it."""
    return own_file_of(db)(path)


def own_file_of(db: str) -> Callable[[Path], bool]:
    """The same, for many files."""
    from cli.io.outputs import one_of

    return one_of(map(Path, own_files(db)))


def own_files(db: str) -> list[str]:
    """The names of a base kept in a SQLite file and of what stands beside it; none for a server."""
    name = _SQLITE_URL.sub("", db).partition("?")[0] if _SQLITE_URL.match(db) else db
    return [] if "://" in name else [f"{name}{end}" for end in COMPANIONS]


def user_place(*, create: bool = False) -> str:
    """The ledger of the user's data folder; with `create`, the folder is made. Raises `LedgerError`."""
    from noemie.ledger import LedgerError

    if not is_installed("platformdirs"):
        raise LedgerError("module.absent", module="platformdirs", extra="ledger")
    from platformdirs import user_data_path

    place = user_data_path("sesam-noemie", appauthor=False) / PLACE
    if create:
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            raise LedgerError("base.acces") from None
    return str(place)


def is_new_ledger(db: str) -> bool:
    """Whether a SQLite ledger is still to be made."""
    from noemie.ledger import engine

    own = engine.file_of(engine.address(db))
    return own is not None and not own.exists()


def put(text: str, output: Path | None, db: str, read: Sequence[Path | None] = ()) -> None:
    """Write a document on standard output, in UTF-8, or in a file once it is whole, for its owner alone.

    `read` are the other files that it was made from.
    """
    if output is None:
        write_text(text)
        return
    from cli.io.inputs import title
    from cli.io.outputs import files_of, refuse_overwrite, write_file
    from cli.words.screen import note

    if is_own_file(output, db):
        raise CommandError(
            say(
                f"{title(str(output))} : c'est le registre, il ne sera pas écrasé. → Choisir un autre nom.",
                f"{title(str(output))}: this is the ledger, it will not be replaced. → Choose another name.",
            )
        )
    refuse_overwrite([output], files_of(*read))
    data = text.encode("utf-8", "backslashreplace")
    write_file(output, data, private=True)
    note(f"{title(str(output))}{say(' : écrit', ': written')} ({len(data)} {say('octets', 'bytes')})")


def write_text(text: str) -> None:
    """Write on standard output, in UTF-8 whatever the terminal, line ends as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def asked_day(on: dt.date | None) -> dt.date:
    """The day of a question: today unless another is given."""
    return on or dt.date.today()


def day_text(value: dt.date | None) -> str:
    """A day as data: ISO, empty when there is none."""
    return value.isoformat() if value else ""
