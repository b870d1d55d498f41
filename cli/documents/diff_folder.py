"""Two folders compared: file by file, by their names; those that only one has, those that are the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cli.io.guard import CommandError
from cli.io.inputs import expanded, title
from cli.io.progress import Bar
from cli.words import status
from cli.words.page import STRONG, Page
from cli.words.screen import document_text, tell
from cli.words.speech import language, plural, say

if TYPE_CHECKING:
    from noemie.documents.diff.comparison import Comparison

#: Compares two files; nothing when one cannot be read, which was told.
_Compare = Callable[[tuple[str, str]], "Comparison | None"]


class Pairs(NamedTuple):
    """Names of files, relative to both folders: in both, only before, only after."""

    both: list[str]
    before: list[str]
    after: list[str]


def pairs(before: Path, after: Path) -> Pairs:
    """The files of two folders and of their subfolders, but hidden ones, in order of name."""
    one, other = set(_names(before)), set(_names(after))
    return Pairs(sorted(one & other), sorted(one - other), sorted(other - one))


def _names(top: Path) -> Iterator[str]:
    """What `expanded` gives of a folder."""
    for name in expanded([str(top)]):
        if name != str(top):
            yield Path(name).relative_to(top).as_posix()


class FolderDiff:
    """The differences of two folders; `code` is the exit status, once they are written."""

    def __init__(self, before: Path, after: Path, compare: _Compare, limit: int) -> None:
        self.folders = before, after
        self.pairs = pairs(before, after)
        self.code = status.FINDINGS if self.pairs.before or self.pairs.after else status.OK
        self._compare = compare
        self._limit = limit
        self._same: list[str] = []
        self._unread: list[str] = []

    def _found(self) -> Iterator[tuple[Comparison, tuple[str, str]]]:
        """What differs, pair by pair; what is the same has the same bytes, whatever it is."""
        with Bar(len(self.pairs.both), say("Comparaison", "Comparing")) as bar:
            for name in self.pairs.both:
                bar.step()
                bar.draw()
                one, other = (folder / name for folder in self.folders)
                if _same_bytes(one, other):
                    self._same.append(name)
                    continue
                bar.hide()
                found = self._read(one, other)
                if found is None:
                    self._unread.append(name)
                    self.code = status.UNREADABLE
                    continue
                self.code = max(self.code, status.FINDINGS)
                yield found, (title(str(one)), title(str(other)))

    def _read(self, one: Path, other: Path) -> Comparison | None:
        try:
            return self._compare((str(one), str(other)))
        except CommandError as error:  # of two kinds
            tell(error.text)
            return None

    def print_text(self) -> None:
        """Write the differences as they are found."""
        from cli.documents.differences import print_rows, rows

        for found, names in self._found():
            print_rows(rows(found, names, self._limit), Page())
        page = Page()
        for name, sign in self._alone():
            page.line((f"{sign} {title(name)}", STRONG))
        page.line(self._summary())

    def plain(self) -> Iterator[str]:
        """The same, as plain text."""
        from cli.documents.differences import plain, rows

        for found, names in self._found():
            yield from plain(rows(found, names, self._limit))
        yield from (f"{sign} {title(name)}\n" for name, sign in self._alone())
        yield self._summary() + "\n"

    def document(self) -> Iterator[str]:
        """One JSON document: that of each pair of files that differ, under `files`."""
        from cli.documents.diff_json import document

        files = [json.loads("".join(document(found, names, self._limit))) for found, names in self._found()]
        body = {
            "lang": language(),
            "before": title(str(self.folders[0])),
            "after": title(str(self.folders[1])),
            "only_before": [title(name) for name in self.pairs.before],
            "only_after": [title(name) for name in self.pairs.after],
            "same": [title(name) for name in self._same],
            "unread": [title(name) for name in self._unread],
            "files": files,
        }
        yield document_text("diff", body)

    def _alone(self) -> Iterator[tuple[str, str]]:
        yield from ((name, "-") for name in self.pairs.before)
        yield from ((name, "+") for name in self.pairs.after)

    def _summary(self) -> str:
        both = plural(len(self.pairs.both), say("fichier", "file"), say("fichiers", "files"))
        changed = len(self.pairs.both) - len(self._same) - len(self._unread)
        parts = [
            say(f"{both} des deux côtés", f"{both} on both sides"),
            say(f"dont {len(self._same)} sans différence", f"of which {len(self._same)} are the same"),
            say(f"{changed} qui diffèrent", f"{changed} differ"),
            say(f"{len(self._unread)} illisibles", f"{len(self._unread)} unreadable"),
        ]
        if not self._unread:
            parts.pop()
        gone, come = len(self.pairs.before), len(self.pairs.after)
        alone = say(
            f" ; {gone} seulement avant, {come} seulement après", f"; {gone} only before, {come} only after"
        )
        return ", ".join(parts) + (alone if gone or come else "") + "."


def _same_bytes(one: Path, other: Path) -> bool:
    import filecmp

    try:
        return filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False
