"""One conversion: what the file is, what it may become, where it goes, and what can be wrong."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from msgspec.structs import replace

from cli.documents.converted import TARGETS, refusal, wrong_target
from cli.documents.model import Converted
from cli.io.guard import CommandError
from cli.io.inputs import STANDARD, given_twice, is_stream, only, title
from cli.io.outputs import file_or_output, files_of, make_folder, refuse_overwrite, there_is, written
from cli.words.screen import document_text
from cli.words.speech import language, plural, say
from cli.words.texts import HIDDEN
from flatfile.source import is_address

if TYPE_CHECKING:
    from flatfile import Readable
    from noemie.documents.convert import Kind
    from noemie.documents.convert.model import Family as Wanted
    from noemie.documents.recognise import Family

_TABLES: Final = frozenset({"csv", "parquet"})

#: What is converted, also out of the mail or the archive that carries it.
_READ: Final[tuple[Family, ...]] = ("b2", "noemie", "zone", "document")

#: A conversion under way: reads a source, gives what there is to say.
_Work = Callable[["Readable", "Kind"], Converted]


class Conversion:
    """One file to convert. `run` and `header` give what was done, `error` when it cannot be read (not told).

    Both raise `CommandError` on wrong usage, and on documents that cannot be turned back.
    """

    def __init__(
        self,
        file: str,
        to: str,
        output: Path | None,
        *,
        values: bool,
        norm: str | None,
        layouts: Path | None,
        force: bool,
    ) -> None:
        self.file = file
        self.to = to
        self.output = output
        self.values = values
        self._options: dict[str, Any] = {"values": values, "norm": norm, "layouts": layouts}
        self._layouts = layouts
        self._force = force
        self._told = Converted(file=title(file), output=title(str(output or STANDARD)), to=to)

    def run(self) -> Converted:
        """Convert, to the output, whatever was there: see `verify_place`."""
        if self.to in _TABLES:
            return self._guarded(self._tables)
        return self._guarded(self._document if self.to in ("json", "xml") else self._back)

    def verify_place(self) -> None:
        """Raise `CommandError` when what the output names would be lost, or is no place for it."""
        if self.to in _TABLES:
            self._verify_folder()
        elif self.output is not None:
            self._refuse_existing(self.output)

    def header(self, cps: str | None, rang: str | None) -> Converted:
        """What a Vitale card gives to the header of an invoice, as JSON."""
        from fse.ssv.bridge import b2_header
        from fse.ssv.card_header import UnknownRank

        if self.output is not None:
            refuse_overwrite([self.output], [cps] if cps else [])
        if (twice := given_twice([self.file, *([cps] if cps else [])])) is not None:
            name = title(twice)
            raise CommandError(
                say(
                    f"noemie convert : un seul fichier peut être {name}.",
                    f"noemie convert: only one file may be {name}.",
                )
            )

        def work(source: Readable, kind: Kind) -> Converted:
            with ExitStack() as stack:
                other = stack.enter_context(only(cps, "zone")).source() if cps is not None else None
                made = b2_header(
                    source, other, rang, norm=self._options["norm"] or "PS-2003C", lang=language()
                )
            if not self.values:
                _mask(made)
            text = document_text("convert", {"to": self.to, "values": self.values, **made})
            with self._opened(private=self.values) as out:
                out.write(text.encode())
            return replace(self._told, family=kind.family, values=self.values)

        try:
            return self._guarded(work)
        except UnknownRank as error:
            known = error.known
            held = plural(known, say("bénéficiaire", "beneficiary"), say("bénéficiaires", "beneficiaries"))
            raise CommandError(
                say(
                    f"{title(self.file)} : cette carte a {held}.\n  → --rang, de 1 à {known}.",
                    f"{title(self.file)}: this card has {held}.\n  → --rang, from 1 to {known}.",
                )
            ) from None

    # --- the three works --------------------------------------------------------------------------------

    def _document(self, source: Readable, kind: Kind) -> Converted:
        from noemie.documents import convert as library

        make = library.to_json if self.to == "json" else library.to_xml
        with self._opened(private=self.values) as out:
            made = make(source, out, **self._options)
        return replace(self._told, **made._asdict(), values=self.values)

    def _back(self, source: Readable, kind: Kind) -> Converted:
        from noemie.documents import convert as library

        make = library.from_json if kind.form == "json" else library.from_xml
        with self._opened(private=True) as out:
            made = make(source, out, expected=cast("Wanted", self.to), layouts=self._layouts)
        return replace(self._told, **made._asdict(), values=True)

    def _tables(self, source: Readable, kind: Kind) -> Converted:
        from noemie.documents import convert as library

        assert self.output is not None  # the place was verified
        is_new = not there_is(self.output)
        folder = make_folder(self.output)

        def opener(name: str) -> AbstractContextManager[BinaryIO]:
            refuse_overwrite([folder / name], [self.file])
            return written(folder / name, private=self.values)

        make = library.to_csv if self.to == "csv" else library.to_parquet
        try:
            made = make(source, opener, **self._options)
        except BaseException:
            if is_new:
                with suppress(OSError):
                    folder.rmdir()
            raise
        self._remove_stale(folder, f"{kind.family}-*.{self.to}", made.tables)
        return replace(
            self._told, family=kind.family, records=made.records, tables=made.tables, values=self.values
        )

    # --- around them ------------------------------------------------------------------------------------

    def _guarded(self, work: _Work) -> Converted:
        """Do the work on the file, once it is known to go with the target."""
        from cli.io.guard import site_tables
        from cli.io.problems import problem_of
        from flatfile import FormatError
        from noemie.documents.convert import ConvertError, MissingLibraryError, kind_of

        try:
            with site_tables(), only(self.file, *_READ, layouts=self._layouts) as input:
                kind = kind_of(input.head())
                if self.to not in TARGETS[kind.family or kind.form]:
                    raise wrong_target(self.file, kind, self.to)
                # A return and a zone are read more than once: from their path, when they have one.
                as_it_comes = input.is_stream or kind.family in ("b2", "")
                return work(input.source() if as_it_comes else input.again(), kind)
        except FormatError as error:
            return replace(self._told, error=problem_of(error, self.file))
        except (ConvertError, MissingLibraryError) as error:
            raise refusal(error, self.file, whole=self.output is not None) from None

    def _verify_folder(self) -> None:
        """Raise `CommandError` when tables have no folder of their own to go to."""
        if self.output is None:
            raise CommandError(
                say(
                    f"noemie convert : --format {self.to} écrit plusieurs fichiers."
                    "\n  → Donner un dossier avec -o.",
                    f"noemie convert: --format {self.to} writes several files.\n  → Give a folder with -o.",
                )
            )
        try:
            if is_address(self.output):
                is_empty = not there_is(self.output)
            else:
                is_empty = not self.output.is_dir() or next(self.output.iterdir(), None) is None
        except OSError:
            is_empty = True  # writing says why
        if not is_empty and not self._force:
            raise CommandError(
                say(
                    f"noemie convert : le dossier {title(str(self.output))} n'est pas vide ;"
                    " rien n'a été écrit."
                    "\n  → Choisir un autre dossier avec -o, ou ajouter --force pour remplacer ses tables.",
                    f"noemie convert: the folder {title(str(self.output))} is not empty; nothing was written."
                    "\n  → Choose another folder with -o, or add --force to replace its tables.",
                )
            )

    @staticmethod
    def _remove_stale(folder: Path, pattern: str, made: dict[str, int]) -> None:
        """Remove tables of an earlier conversion: they would be read with those of this one."""
        for path in () if is_address(folder) else folder.glob(pattern):
            if path.name not in made:
                with suppress(OSError):
                    path.unlink()

    def _refuse_existing(self, target: Path) -> None:
        """Raise `CommandError` when a file would be lost."""
        refuse_overwrite([target], [self.file, *files_of(self._layouts)])
        if there_is(target) and not is_stream(str(target)) and not self._force:
            raise CommandError(
                say(
                    f"noemie convert : {title(str(target))} existe déjà ; rien n'a été écrit."
                    "\n  → Choisir un autre nom avec -o, ou ajouter --force pour remplacer.",
                    f"noemie convert: {title(str(target))} exists already; nothing was written."
                    "\n  → Choose another name with -o, or add --force to replace.",
                )
            )

    def _opened(self, *, private: bool) -> AbstractContextManager[BinaryIO]:
        """Where a document goes: its file once it is whole, or standard output."""
        return file_or_output(self.output, private=private)


def _mask(made: dict[str, Any]) -> None:
    """Hide the personal values of a header; the facts of a card have none but numbers of members."""
    for person in made["beneficiaires"]:
        for field in person["fields"]:
            if field["personal"]:
                field["value"] = HIDDEN
        _mask_facts(person["facts"])


def _mask_facts(facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        if isinstance(value, dict):
            _mask_facts(value)
        elif "adherent" in name and value:
            facts[name] = HIDDEN
