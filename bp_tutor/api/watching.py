"""`watch`: a training loop compared update by update, until the first that does not follow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from bp_tutor.api.debugging import (
    RATES,
    by_name,
    compared_in,
    of_layers,
    settled_by,
    subject_of,
    taken,
)
from bp_tutor.api.errors import told, words_of
from bp_tutor.api.problem import Problem, load
from bp_tutor.api.problem import network as network_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.api.shown import WIDTH, Shown
from bp_tutor.debugging.case import Running
from bp_tutor.debugging.outcome import UNCHECKED
from bp_tutor.formula.quantity import UPDATED
from bp_tutor.solve.program import rate_at
from bp_tutor.words import PlainWords

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from bp_tutor.api.debugging import Layers
    from bp_tutor.api.diagnosis import Diagnosis
    from bp_tutor.debugging.case import Case
    from bp_tutor.debugging.judge import Subject
    from bp_tutor.words import Words

    Array = NDArray[np.float64]

NEW = "_new"


class Watch(Shown):
    """A training loop; called in each update, it compares until one does not follow.

    >>> import numpy as np
    >>> X, Y = np.array([[1.0], [2]]), np.array([[2.0], [4]])
    >>> W, b = np.array([[0.5]]), np.zeros(1)
    >>> watched = watch([("dense", 1, "identity")], eta=0.1, lang="en")
    >>> for update in range(3):
    ...     error = (X @ W + b - Y) / 2
    ...     dW, db = X.T @ error, error.sum(axis=0)
    ...     if not watched(X=X, Y=Y, W=W, b=b, dW=dW, db=db):
    ...         break
    ...     W, b = W - (0.1 if update == 0 else 0.2) * dW, b - 0.1 * db
    >>> watched.right, watched.update, watched.found.first[0].name
    (False, 2, 'W_new')
    """

    def __init__(
        self, subject: Subject, words: Words, rate: float | None, decay: float | None
    ) -> None:
        """Made by `watch`."""
        self._subject, self._words = subject, words
        self._settings = {"eta": rate, "lam": decay}
        self._run = Running()
        self._last: dict[str, Array] = {}
        self._last_run = self._run
        self._compared = self._steps = 0
        self._inputs: int | None = None
        self.update = 0
        """So many updates were compared; of a wrong loop the first that does not follow."""
        self.found: Diagnosis | None = None
        """What was found of that update."""

    @property
    def right(self) -> bool:
        """Whether every update follows so far."""
        return self.found is None or self.found.right

    def __call__(self, **arrays: Any) -> bool:
        """Compare one update; whether it follows, and so did all before.

        Args:
            arrays: those of this update, named as for `debug`; weights as they are before the
                step. Of the next update the weights show whether the step was right.

        Raises:
            BpTutorError: the arrays fit no network of these layers.
        """
        if not self.right:
            return False
        with told(self._words):
            return self._compare(by_name(arrays))

    def _compare(self, handed: Mapping[str, Any]) -> bool:
        numbers, rate, decay = taken(handed, self._rate())
        # A loop may go on to write into its arrays.
        numbers = {name: array.copy() for name, array in numbers.items()}
        decay = self._settings["lam"] if decay is None else decay
        subject = settled_by(self._subject, numbers, rate, decay, self._run)
        cases, found = compared_in(subject, numbers, rate, decay, self._run, self._words)
        self._see_inputs(cases[0])
        if self._last and not self._steps_are_right(numbers):
            return False
        if found.compared:
            # What nobody has said stays as the first arrays that are compared have shown it.
            self._subject = subject
            self._compared += 1
        self.update += 1
        self.found = found
        self._last, self._last_run, self._last_rate = numbers, self._run, rate
        self._last_decay = decay
        if found.right:
            self._carry(cases)
        return found.right

    def _see_inputs(self, case: Case) -> None:
        """Keep how many inputs there are.

        Raises:
            RefusalError: there were another number of them before.
        """
        network = case.lines.problem.network
        assert network is not None
        before, self._inputs = self._inputs or network.inputs, network.inputs
        if before != network.inputs:
            self._inputs = before
            raise RefusalError("debug.watch.inputs", before=before, now=network.inputs)

    def _rate(self) -> float | None:
        if self._settings["eta"] is not None or self._subject.problem is None:
            return self._settings["eta"]
        return rate_at(self._subject.problem, self.update + 1)

    def _steps_are_right(self, numbers: Mapping[str, Array]) -> bool:
        """Whether the weights are those to which the update before led."""
        names = {name for name in numbers if name in self._last and self._is_trained(name)}
        new = {f"{name}{NEW}": numbers[name] for name in names}
        given = {name: array for name, array in new.items() if name not in self._last}
        if not given:
            return True
        _, found = compared_in(
            self._subject,
            {**self._last, **given},
            self._last_rate,
            self._last_decay,
            self._last_run,
            self._words,
        )
        if found.right:
            self._steps += any(
                one.name in given and one.status != UNCHECKED for one in found.arrays
            )
            return True
        self.found = found
        return False

    def _is_trained(self, name: str) -> bool:
        """Whether a name is that of weights or biases."""
        assert self.found is not None
        outcome = self.found._outcome
        quantity = outcome.lines.by_name.get(outcome.given.get(name, ""))
        return (
            quantity is not None
            and not quantity.kind
            and quantity.as_kind(UPDATED) in outcome.lines.defined
        )

    def _carry(self, cases: list[Case]) -> None:
        """Keep what the next update starts from."""
        right = [case for case in cases if not case.wrong]
        first = right[0]
        carried = dict(self._run.carried)
        rate = first.rate
        for old, new in first.lines.program.next_values:
            value = first.own.get(new)
            if value is not None and new.kind != UPDATED:
                carried[old] = value
            elif value is not None:
                here = first.own.get(old)
                carried[old] = first.convention.from_lines(
                    new, value, here, rate, first.lines.whole
                )
        kept = frozenset(case.convention._replace(decay=0.0) for case in right)
        self._run = Running(carried, first.own, kept)

    def text(self, *, width: int = WIDTH, ascii_only: bool = False) -> str:
        """How many updates follow and what was not compared; or the first that does not follow."""
        words = PlainWords(self._words) if ascii_only else self._words
        if self.found is None:
            return words.text("debug.watch.none") + "\n"
        if self.right and not self._compared:
            nothing = words.text("debug.watch.nothing", count=self.update)
            return f"{nothing}\n{self.found.text(width=width, ascii_only=ascii_only)}"
        if self.right:
            told_of = [words.text("debug.watch.right", count=self._compared)]
            if self._compared < self.update:
                told_of.append(words.text("debug.watch.left", count=self.update - self._compared))
            if self.update > 1 and not self._steps:
                told_of.append(words.text("debug.watch.no_steps"))
            return "\n".join(told_of) + "\n"
        said = words.text("debug.watch.wrong", number=self.update)
        return f"{said}\n{self.found.text(width=width, ascii_only=ascii_only)}"


def watch(
    network: Layers | Problem | str | Path | None = None,
    loss: str | None = None,
    *,
    optimiser: Any = None,
    eta: float | None = None,
    lam: float | None = None,
    lang: str | None = None,
) -> Watch:
    """Compare a training loop update by update, until the first that does not follow.

    Args:
        network: as for `debug`: layers, or a problem with its optimiser.
        loss: its name as in a problem file; None: the one in which most arrays agree.
        optimiser: its name, or a mapping with its settings, `{"momentum": {"mu": 0.9}}`, as in a
            problem file; None: plain gradient descent. What it keeps is carried along.
        eta: the learning rate, where no update says its own.
        lam: a factor of weight decay.
        lang: the language of sentences, `en` or `zh`; None: that of the environment.

    Raises:
        BpTutorError: there is no such layer, loss or optimiser.
    """
    words = words_of(lang)
    if isinstance(network, str | Path):
        network = load(network, lang=lang)
    with told(words):
        if network is None:
            raise RefusalError("debug.watch.layers")
        if isinstance(network, Problem):
            subject = subject_of(network._record)
        else:
            subject = of_layers(network, loss)
            if optimiser is not None:
                subject = subject._replace(optimiser=_optimiser(subject, optimiser, lang))
        _, rate, decay = taken({RATES[0]: eta, "lam": lam}, None)
    return Watch(subject, words, rate, decay)


def _optimiser(subject: Subject, said: Any, lang: str | None) -> Any:
    """An optimiser as a problem file reads it."""
    layers = list(zip(subject.units, subject.activations, strict=True))
    read = network_of(
        [("dense", *pair) for pair in layers],
        size=1,
        loss=subject.loss,
        learning_rate=0.1,
        optimiser=said,
        lang=lang,
    )
    network = read._record.network
    assert network is not None
    return network.optimiser
