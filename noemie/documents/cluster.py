"""A Dask cluster as an executor of `noemie.documents.over_files` (extra `cluster`).

The scheduler is named by its address (`tls://host:8786`, `tcp://127.0.0.1:8786`), or started here:
`local:N` is N processes of this machine. The same paths must lead to the same files on every worker.
"""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, Literal
from urllib.parse import urlsplit
from uuid import uuid4

from flatfile.extras import MissingLibraryError
from noemie.documents.over_files import Died, Job, Outcome, run_batch

__all__ = ["Cluster", "ClusterError", "Reason", "is_private", "opened"]

Reason = Literal["address", "unreachable", "versions", "workers", "lost", "task"]

#: Jobs given at once to each thread of a worker: one under way, one that waits.
_IN_HAND: Final = 2

#: Seconds that a scheduler has to answer, and then a worker to come.
PATIENCE: Final = 10

#: Seconds between two calls of `tick`, and between two looks at how many workers there are.
_EVERY: Final = 0.2
_OLD: Final = 2.0

_LOCAL: Final = re.compile(r"local:([1-9][0-9]{0,3})")
_REMOTE: Final = frozenset({"tcp", "tls"})


class ClusterError(Exception):
    """A cluster that cannot be used, or no longer: `reason`, and what there is to know (never a value)."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.detail = detail


def is_private(address: str) -> bool:
    """Whether what goes to this cluster is read by nobody on the way: it stays here, or is enciphered.

    >>> is_private("local:4"), is_private("tls://calcul:8786"), is_private("tcp://127.0.0.1:8786")
    (True, True, True)
    >>> is_private("tcp://localhost:8786"), is_private("tcp://calcul:8786")
    (True, False)
    """
    if _LOCAL.fullmatch(address):
        return True
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "tls" or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def opened(address: str) -> Iterator[Cluster]:
    """The cluster of an address, let go at the end; a local one ends with it.

    Raises `ClusterError`, and `MissingLibraryError` without `distributed`.
    """
    local = _LOCAL.fullmatch(address)
    if local is None and not _is_address(address):
        raise ClusterError("address")
    try:
        import dask
        import distributed
    except ImportError:
        raise MissingLibraryError("distributed", "cluster") from None
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        if local is not None:
            # A worker that dies is the affair of who gave it the batch, at once.
            stack.enter_context(dask.config.set({"distributed.scheduler.allowed-failures": 0}))
            address = stack.enter_context(
                distributed.LocalCluster(
                    n_workers=int(local[1]),
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    dashboard_address=None,
                    silence_logs=_SILENT,
                )
            )
        try:
            client = stack.enter_context(
                distributed.Client(
                    address, timeout=PATIENCE, set_as_default=False, security=_security(address)
                )
            )
        except (OSError, TimeoutError, ValueError):
            raise ClusterError("unreachable") from None
        _verify(client)
        yield Cluster(
            client, distributed.as_completed([], loop=client.loop, with_results=True, raise_errors=False)
        )


#: Level of logging above all: what goes wrong is told by who asked.
_SILENT: Final = 60


@contextmanager
def _quiet() -> Iterator[None]:
    """Say nothing of comings and goings of workers."""
    import logging

    logger = logging.getLogger("distributed")
    level = logger.level
    logger.setLevel(_SILENT)
    try:
        yield
    finally:
        logger.setLevel(level)


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in _REMOTE and bool(parts.hostname) and parts.port is not None
    except ValueError:
        return False


def _security(address: Any) -> Any:
    """The certificates that Dask's configuration names, for `tls://`; nothing is asked here."""
    if not isinstance(address, str) or not address.startswith("tls:"):
        return None
    from distributed.security import Security

    return Security(require_encryption=True)


def _verify(client: Any) -> None:
    """Workers are there, and have what this process has. Raises `ClusterError`."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise ClusterError("workers") from None
    ours = _versions()
    try:
        others = client.run(_versions, on_error="return")
    except Exception:
        raise ClusterError("lost") from None
    for found in others.values():
        if found != ours:
            theirs = found if isinstance(found, dict) else {}
            wrong = next(name for name, value in ours.items() if theirs.get(name) != value)
            raise ClusterError("versions", f"{wrong} {ours[wrong]} / {theirs.get(wrong) or '?'}")


def _versions() -> dict[str, str]:
    """What must be the same on both sides for the same answers, and for pickles to pass."""
    import platform

    found = {"Python": ".".join(platform.python_version_tuple()[:2])}
    for name in ("sesam-noemie", "distributed", "msgspec"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


class Cluster:
    """An executor (`noemie.documents.over_files.Executor`); a batch whose worker died is told as `Died`."""

    def __init__(self, client: Any, completed: Any) -> None:
        self._client = client
        self._completed = completed
        self._jobs: dict[str, tuple[Job, Any]] = {}
        self._run = uuid4().hex
        self._count = 0
        self._width = 0
        self._asked = 0.0

    @property
    def width(self) -> int:
        """Threads of all workers, asked from time to time: they come and go."""
        now = time.monotonic()
        if not self._width or now - self._asked > _OLD:
            self._asked = now
            self._width = max(1, sum(self._client.nthreads().values()))
        return self._width

    def is_free(self) -> bool:
        """See `Executor`."""
        return len(self._jobs) < _IN_HAND * self.width

    def submit(self, job: Job) -> None:
        """See `Executor`."""
        self._count += 1
        key = f"noemie-{self._run}-{self._count}"
        future = self._client.submit(run_batch, job.function, job.items, key=key, pure=False)
        self._jobs[key] = job, future
        self._completed.add(future)

    def wait(self, tick: Callable[[], None]) -> tuple[Job, Outcome | Died]:
        """See `Executor`. Raises `ClusterError`: the scheduler went away, or a worker refuses the work."""
        drawn = time.monotonic()
        while not self._completed.has_ready():
            if self._client.status in ("closed", "closing", "connecting"):
                raise ClusterError("lost")
            if time.monotonic() - drawn > _EVERY:
                drawn = time.monotonic()
                tick()
            with self._completed.thread_condition:
                self._completed.thread_condition.wait(timeout=0.05)
        future, result = self._completed.next()
        job, _ = self._jobs.pop(future.key)
        future.release()
        if isinstance(result, Outcome):
            return job, result
        return job, _died(result)

    def abandon(self) -> None:
        """See `Executor`."""
        futures = [future for _, future in self._jobs.values()]
        self._jobs.clear()
        if futures and self._client.status == "running":
            self._client.cancel(futures, force=True)


def _died(result: Any) -> Died:
    """A worker that died with a job. Raises `ClusterError` for anything else that is not a result."""
    error = result[1] if isinstance(result, tuple) and len(result) == 3 else result
    kind = type(error).__name__
    if kind == "KilledWorker":
        return Died()
    if kind in ("CancelledError", "FutureCancelledError", "CommClosedError"):
        raise ClusterError("lost")
    raise ClusterError("task", kind)
