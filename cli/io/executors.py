"""Where a verb works on its files: this process, several (`--jobs`), or a cluster (`--cluster`)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from cli.io.guard import CommandError
from cli.io.inputs import title
from cli.words.speech import Lang, language, plural, say, speaking
from flatfile.csv_text import csv_style, use_style

if TYPE_CHECKING:
    from cli.io.progress import Bar
    from noemie.documents.cluster import ClusterError
    from noemie.documents.over_files import Executor

__all__ = ["Deaths", "InContext", "executor_of", "jobs_for", "results_of"]

T = TypeVar("T")
R = TypeVar("R")

#: Files, and bytes in all, from which starting processes pays for itself.
MANY_FILES: Final = 48
MANY_BYTES: Final = 8 << 20

#: Files told by their name.
_MOST_TOLD: Final = 8


def cpus() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def jobs_for(names: Sequence[str], asked: int | None = None) -> int:
    """Processes to use: as many as `asked`, else one for each processor when there is enough work.

    Never more than files; 1 means no other process.
    """
    if asked is not None:
        return max(1, min(asked, len(names)))
    if len(names) < 2:
        return 1
    from noemie.documents.over_files import size_of

    if len(names) < MANY_FILES and sum(map(size_of, names)) < MANY_BYTES:
        return 1
    return min(cpus(), len(names))


@contextmanager
def executor_of(
    names: Sequence[str],
    jobs: int | None,
    cluster: str | None,
    *,
    preload: Sequence[str] = (),
    personal: tuple[str, str] | None = None,
) -> Iterator[Executor | None]:
    """The executor that the options ask for; `None` is this process.

    `preload` are the modules that every process needs; `personal` names, in French and in English, what is
    asked for that may not go in clear over a network. Raises `CommandError`.
    """
    if cluster is None:
        count = jobs_for(names, jobs)
        if count == 1:
            yield None
            return
        from noemie.documents.processes import Processes

        with Processes(count, preload) as processes:
            yield processes
        return
    if jobs is not None:
        raise _refused("--jobs, --cluster : l'une ou l'autre", "--jobs, --cluster: one or the other")
    from flatfile.extras import MissingLibraryError
    from noemie.documents.cluster import ClusterError, is_private, opened

    if personal is not None and not is_private(cluster):
        raise _refused(
            f"{personal[0]} avec --cluster : cela passerait en clair sur le réseau."
            "\n  → Un ordonnanceur en tls:// (certificats dans la configuration de Dask).",
            f"{personal[1]} with --cluster: this would cross the network in clear."
            "\n  → A scheduler at tls:// (certificates in Dask's configuration).",
        )
    try:
        with opened(cluster) as executor:
            yield executor
    except MissingLibraryError as error:
        raise _refused(
            f"--cluster : {error.library} n'est pas installé.\n  → pip install 'sesam-noemie[{error.extra}]'",
            f"--cluster: {error.library} is not installed.\n  → pip install 'sesam-noemie[{error.extra}]'",
        ) from None
    except ClusterError as error:
        raise _refused(*_told(error)) from None


def _refused(fr: str, en: str) -> CommandError:
    return CommandError(say(f"noemie : {fr}", f"noemie: {en}"))


def _told(error: ClusterError) -> tuple[str, str]:
    """What is wrong with a cluster, in both languages."""
    detail = error.detail
    return {
        "address": (
            "--cluster : attendu, tls://hôte:port, tcp://127.0.0.1:port ou local:N",
            "--cluster: expected tls://host:port, tcp://127.0.0.1:port or local:N",
        ),
        "unreachable": (
            "--cluster : l'ordonnanceur ne répond pas.\n  → Vérifier l'adresse, le port, et les certificats.",
            "--cluster: the scheduler does not answer.\n  → Check the address, the port, and certificates.",
        ),
        "workers": (
            "--cluster : l'ordonnanceur n'a aucun ouvrier.\n  → Lancer dask worker, puis recommencer.",
            "--cluster: the scheduler has no worker.\n  → Start dask worker, then try again.",
        ),
        "versions": (
            f"--cluster : versions différentes ici et sur un ouvrier : {detail}."
            "\n  → Installer les mêmes des deux côtés.",
            f"--cluster: versions differ here and on a worker: {detail}."
            "\n  → Install the same on both sides.",
        ),
        "lost": (
            "--cluster : l'ordonnanceur a disparu pendant le travail.\n  → Recommencer.",
            "--cluster: the scheduler went away during the work.\n  → Try again.",
        ),
        "task": (
            f"--cluster : un ouvrier n'a pas pu prendre le travail ({detail}).",
            f"--cluster: a worker could not take the work ({detail}).",
        ),
    }[error.reason]


def results_of(
    function: Callable[[T], R],
    items: Iterable[T],
    executor: Executor | None,
    bar: Bar,
    *,
    named: Callable[[T], str],
    here: Callable[[T], bool],
    lost: Callable[[T], R],
    count: int,
    local: Callable[[T], R] | None = None,
    died: Deaths | None = None,
) -> Iterator[R]:
    """The result for each item, in order (`noemie.documents.over_files`), in the context of this process.

    `bar` counts them; `lost` makes the result of an item that kills the process that has it; `died` is told.
    """
    from noemie.documents.over_files import Lost, over_files

    results = over_files(
        InContext(function),
        items,
        executor,
        named=named,
        here=here,
        local=local,
        count=count,
        tick=bar.draw,
        told=died or Deaths(named),
    )
    with closing(results):
        for result in results:
            bar.step()
            yield lost(result.item) if isinstance(result, Lost) else result


class InContext(Generic[T, R]):
    """A function that speaks, and writes CSV, wherever it is called, as who made this does."""

    def __init__(self, function: Callable[[T], R]) -> None:
        self._function = function
        self._language: Lang = language()
        self._style = csv_style()

    def __call__(self, item: T) -> R:
        """What the function gives."""
        use_style(self._style)
        with speaking(self._language):
            return self._function(item)


class Deaths:
    """What `over_files` calls when the process that had some files died: they are tried one by one."""

    def __init__(self, named: Callable[[Any], str] = str) -> None:
        self.any = False
        self._named = named

    def __call__(self, items: list[Any]) -> None:
        """Tell which files."""
        from cli.words.screen import tell

        self.any = True
        names = [title(self._named(item)) for item in items[:_MOST_TOLD]]
        left = len(items) - len(names)
        more = [plural(left, say("autre", "other"), say("autres", "others"))] if left else []
        tell(
            say(
                "noemie : un processus s'est arrêté, peut-être faute de mémoire ; repris un par un : ",
                "noemie: a process stopped, perhaps for lack of memory; tried again one by one: ",
            )
            + ", ".join([*names, *more])
        )
