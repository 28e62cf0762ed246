"""Papers shared out among processes, or among the workers of a cluster; outcomes come in order."""

from __future__ import annotations

import gc
from collections import deque
from concurrent.futures import BrokenExecutor, CancelledError, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from signal import SIG_IGN, SIGINT, signal
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.marking.paper import Exercise, Outcome, mark_paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor, Future

    from bp_tutor.tables.answers import BadRow, Paper

ANSWERS = 1000
"""So many answers are handed out at once: more than it takes to send them."""
YOUNG = 50_000
"""So many new objects before a process looks for garbage, as the program itself does."""
AHEAD = 2
"""So many batches wait for each worker; what is marked waits for what stands before it."""
ONE_AT_A_TIME = Lock()
"""A worker of a cluster may have several threads, and an exercise keeps what it works out."""


class Task(NamedTuple):
    """A paper, and the exercise that it is marked by."""

    exercise: Exercise
    paper: Paper

    @property
    def answers(self) -> int:
        """How many there are in all attempts."""
        return sum(map(len, self.paper.attempts))


class Batch(NamedTuple):
    """Some papers with everything that is needed to mark them."""

    tasks: tuple[Task, ...]
    identifiers: Mapping[int, str]
    unread: Mapping[int, BadRow]
    counts: str

    def marked(self) -> list[Outcome]:
        """What each of them came to."""
        with ONE_AT_A_TIME:
            return [
                mark_paper(exercise, paper, self.identifiers, self.unread, self.counts)
                for exercise, paper in self.tasks
            ]


def marked(batch: Batch) -> list[Outcome]:
    """What a worker does: it knows nothing but what it is sent."""
    return batch.marked()


class Crew:
    """Workers, and what they could not do.

    Args:
        executor: hands out work; None: all is done here.
        size: how many workers there are.
    """

    def __init__(self, executor: Executor | None = None, size: int = 1) -> None:
        self.executor, self.size = executor, size
        self.failed = 0
        """How many batches had to be marked here, since no worker gave them back."""
        self.reason = ""

    def outcomes(
        self,
        tasks: Iterable[Task | Outcome],
        identifiers: Sequence[str],
        unread: Mapping[int, BadRow],
        counts: str,
    ) -> Iterator[Outcome]:
        """Every paper marked, in order; what is an outcome already stays as it is.

        A worker that ends in the middle loses nothing: what it did not give back is marked here.
        """
        waiting: deque[tuple[list[Task | Outcome], Batch, Future[list[Outcome]] | None]] = deque()
        for some in _batches(tasks):
            batch = _batch(some, identifiers, unread, counts)
            waiting.append((some, batch, self._sent(batch)))
            if len(waiting) > (AHEAD * self.size if self.executor is not None else 0):
                yield from self._given_back(*waiting.popleft())
        while waiting:
            yield from self._given_back(*waiting.popleft())

    def _sent(self, batch: Batch) -> Future[list[Outcome]] | None:
        if self.executor is None or not batch.tasks:
            return None
        try:
            return self.executor.submit(marked, batch)
        except (BrokenExecutor, RuntimeError):
            # It has ended; the batches on the way tell why.
            return None

    def _given_back(
        self, some: list[Task | Outcome], batch: Batch, sent: Future[list[Outcome]] | None
    ) -> Iterator[Outcome]:
        found = None if sent is None else self._result(sent)
        if found is None:
            found = batch.marked()
        outcomes = iter(found)
        for one in some:
            yield one if isinstance(one, Outcome) else next(outcomes)

    def _result(self, sent: Future[list[Outcome]]) -> list[Outcome] | None:
        try:
            error = sent.exception()
        except CancelledError as cancelled:
            error = cancelled
        if error is None:
            return sent.result()
        self.failed += 1
        self.reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        return None


def _batches(tasks: Iterable[Task | Outcome]) -> Iterator[list[Task | Outcome]]:
    some: list[Task | Outcome] = []
    answers = 0
    for one in tasks:
        some.append(one)
        answers += one.answers if isinstance(one, Task) else 0
        if answers >= ANSWERS or len(some) >= ANSWERS:
            yield some
            some, answers = [], 0
    if some:
        yield some


def _batch(
    some: Sequence[Task | Outcome],
    identifiers: Sequence[str],
    unread: Mapping[int, BadRow],
    counts: str,
) -> Batch:
    tasks = tuple(one for one in some if isinstance(one, Task))
    answers = [each for task in tasks for attempt in task.paper.attempts for each in attempt]
    named = {each.identifier: identifiers[each.identifier] for each in answers}
    cut = {each.place: unread[each.place] for each in answers if each.place in unread}
    return Batch(tasks, named, cut, counts)


@contextmanager
def processes(count: int) -> Iterator[Crew]:
    """So many processes of this machine; with one, all is done here."""
    if count == 1:
        yield Crew()
        return
    # Started anew, not copied: a copy of a program that shows a bar may stand still.
    executor = ProcessPoolExecutor(count, get_context("spawn"), _begin)
    try:
        yield Crew(executor, count)
    finally:
        executor.shutdown(cancel_futures=True)


def _begin() -> None:
    """Leave the interrupt key to the program that started this one, and garbage for long."""
    signal(SIGINT, SIG_IGN)
    gc.set_threshold(YOUNG)


@contextmanager
def cluster(address: str, patience: float = 10.0) -> Iterator[Crew]:
    """The workers of a Dask cluster, by the address of its scheduler; on all is this package.

    Raises:
        OSError, ValueError: nobody answers there, within some seconds.
    """
    from distributed import Client

    with Client(address, timeout=patience, set_as_default=False) as client:
        executor = client.get_executor(pure=False)
        try:
            yield Crew(executor, sum(client.nthreads().values()) or 1)
        finally:
            executor.shutdown(wait=False)
