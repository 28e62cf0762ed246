"""A bar on standard error for what takes long, where somebody is there to see it."""

from __future__ import annotations

from time import monotonic
from typing import IO, TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType

PATIENCE = 0.5
"""Seconds until a bar is worth showing."""


class Progress:
    """Counts what is done; called with the number of updates so far."""

    def __init__(self, total: int, text: str, stream: IO[str]) -> None:
        self.total, self.text, self.stream = total, text, stream
        self.done = 0
        self._started = monotonic()
        self._bar: Any = None
        self._task: Any = None

    def __call__(self, done: int) -> None:
        self.done = done
        if self._bar is not None:
            self._bar.update(self._task, completed=done)
        elif done < self.total and self._worth_it():
            self._show()

    def _worth_it(self) -> bool:
        return self.stream.isatty() and monotonic() - self._started > PATIENCE

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import Progress as Bar

        self._bar = Bar(transient=True, console=Console(file=self.stream))
        self._bar.start()
        self._task = self._bar.add_task(self.text, total=self.total, completed=self.done)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
