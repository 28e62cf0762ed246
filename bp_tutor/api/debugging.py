"""`debug`: where somebody's own backpropagation goes wrong first, and what explains it."""

from __future__ import annotations

from functools import cached_property
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bp_tutor.api.errors import told, words_of
from bp_tutor.api.problem import Problem, load
from bp_tutor.api.refusal import RefusalError
from bp_tutor.api.shown import WIDTH, Shown
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.debugging.judge import UNCHECKED, Subject
from bp_tutor.debugging.slips import leaves
from bp_tutor.formula.quantity import UPDATED, Role
from bp_tutor.frozen import Frozen
from bp_tutor.reader.text import nearest, shown
from bp_tutor.solve.program import rate_at
from bp_tutor.words import PlainWords

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bp_tutor.debugging.judge import Judged, Outcome
    from bp_tutor.formula import Quantity, Style
    from bp_tutor.formula.node import Index
    from bp_tutor.problem import Problem as Record
    from bp_tutor.words import Words

USUAL_LOSS = "half_squared_error"
RATES = ("eta", "lr", "learning_rate", "alpha")
DECAYS = ("lam", "lambda_", "lmbda", "reg", "weight_decay")
MOST_OFF = 3
"""Entries that differ, of which so many are named."""
LONGEST_NAME = 60
MOST_ENTRIES = 20_000_000


class Verdict(Frozen):
    """One array with what is found of it."""

    name: str
    """As it was handed in."""
    canonical: str
    """The quantity that it is here, `dW[1]`."""
    status: str
    """`agrees`, `follows` (right from own values that are not), `wrong`, or `unchecked`."""
    difference: float
    """The largest difference from what it should be, relative to the largest entry."""
    causes: tuple[str, ...] = ()
    """Of the first wrong one: slips each of which gives every entry, by key."""
    messages: tuple[str, ...] = ()
    """The same as sentences."""


class Diagnosis(Shown):
    """What was found of all arrays, the first wrong one explained."""

    def __init__(self, outcome: Outcome, words: Words) -> None:
        """Made by `debug`."""
        self._outcome, self._words = outcome, words

    @property
    def right(self) -> bool:
        """Whether no array is wrong."""
        return not self._outcome.first

    @property
    def arrays(self) -> tuple[Verdict, ...]:
        """Every array that was understood, in the order of the calculation."""
        return tuple(map(self._verdict, self._outcome.judged))

    @property
    def first(self) -> tuple[Verdict, ...]:
        """The first wrong array; several where each can be called the first."""
        return tuple(map(self._verdict, self._outcome.first))

    @property
    def not_understood(self) -> tuple[str, ...]:
        """Names that mean nothing here."""
        return self._outcome.unread

    def _verdict(self, one: Judged) -> Verdict:
        return Verdict(
            one.name,
            one.quantity.name,
            one.status,
            one.difference,
            tuple(key.partition(":")[0] for key in one.causes),
            tuple(self._cause(key) for key in one.causes),
        )

    def _cause(self, key: str, words: Words | None = None) -> str:
        name, _, other = key.partition(":")
        return (words or self._words).text(f"debug.cause.{name}", other=self._called(other))

    def _called(self, canonical: str) -> str:
        """What the student calls an array; its canonical name where they have none."""
        return shown(self._own_names.get(canonical, canonical))

    @cached_property
    def _own_names(self) -> dict[str, str]:
        """What the student calls each array that was compared, by its canonical name."""
        given, doubled = self._outcome.given, self._outcome.doubled
        return {found: name for name, found in given.items() if name not in doubled}

    def text(self, *, width: int = WIDTH, ascii_only: bool = False) -> str:
        """The report, at most `width` columns wide."""
        from bp_tutor.output.wrapping import wrapped

        words = PlainWords(self._words) if ascii_only else self._words
        rows = [
            row for line, depth in self._lines(words) for row in wrapped(line, "", depth, width)
        ]
        return "".join("".join(text for text, _ in row).rstrip() + "\n" for row in rows)

    def _lines(self, words: Words) -> list[tuple[str, int]]:
        outcome = self._outcome
        found = [(text, 0) for text in self._convention(words)]
        for one in outcome.judged:
            missing = words.text("fact.name_join").join(map(self._name_of, one.missing))
            key = "unchecked_without" if missing else one.status
            said = words.text(f"debug.status.{key}", names=missing)
            found.append((f"{shown(one.name)}: {said}", 2))
        for name, other in outcome.doubled.items():
            said = words.text("debug.doubled", name=shown(name), other=shown(other))
            found.append((said, 0))
        if outcome.unread:
            names = ", ".join(map(shown, outcome.unread))
            found.append((words.text("debug.unread", names=names), 0))
        if not outcome.first:
            left = any(one.status == UNCHECKED for one in outcome.judged)
            found.append((words.text("debug.right_so_far" if left else "debug.right"), 0))
        alike: dict[tuple[str, ...], list[Judged]] = {}
        for one in outcome.first:
            alike.setdefault(one.causes or (one.name,), []).append(one)
        for group in alike.values():
            found += self._explained(group, words)
        return found

    def _convention(self, words: Words) -> list[str]:
        one = self._outcome.convention
        keys = {
            "columns": one.columns,
            "to_from": one.to_from,
            "downhill": one.downhill,
            "sum": one.steps,
            "mean_in_step": one.gradients and not one.steps,
            "mean_in_gradients": one.deltas and not one.gradients,
            "slope_at_zero": one.slope_at_zero == 1,
            "decay": one.decay and not one.decay_in_step,
            "decay_in_step": one.decay_in_step,
        }
        said = [words.text(f"debug.convention.{key}") for key, holds in keys.items() if holds]
        if not said:
            return []
        joined = words.text("fact.name_join").join(said)
        return [words.text("debug.convention.found", names=joined)]

    def _explained(self, group: Sequence[Judged], words: Words) -> list[tuple[str, int]]:
        """What is said of arrays that are wrong first, for one and the same reason."""
        names = words.text("fact.name_join").join(shown(one.name) for one in group)
        found = [(words.text("debug.first", names=names, count=len(group)), 0)]
        for one in group:
            name = shown(one.name)
            if one.shape:
                wanted = one.quantity.shape
                said = words.text("debug.shape", name=name, found=one.shape, wanted=wanted)
                found.append((said, 2))
            elif one.off:
                places = ", ".join(str([*index]) for index in one.off[:MOST_OFF])
                more = words.text("debug.more") if len(one.off) > MOST_OFF else ""
                count, of = len(one.off), one.quantity.size
                said = words.text("debug.off", count=count, of=of, places=places + more)
                found.append((f"{name}: {said}", 2))
        causes = group[0].causes
        if causes:
            key = "debug.cause_is" if len(causes) == 1 else "debug.cause_one_of"
            found.append((words.text(key), 2))
            found += [(self._cause(each, words), 4) for each in causes]
        else:
            found.append((words.text("debug.no_cause"), 2))
        found.append((words.text("debug.line"), 2))
        found += [(line, 4) for line in self._lines_to(group)]
        if self._outcome.convention.scaled:
            found.append((words.text("debug.line_usual"), 2))
        return found

    def _name_of(self, quantity: Quantity) -> str:
        return _OwnNames(self._own_names).name(quantity, None)

    def _lines_to(self, group: Sequence[Judged]) -> list[str]:
        """The lines as they should be, in NumPy and the student's own names, samples in rows.

        Before them those of what they need and was not handed in.
        """
        from bp_tutor.output.code.libraries import NumPy

        defined = self._outcome.lines.defined
        handed = set(self._outcome.given.values())
        waiting = [one.quantity for one in group]
        needed, kinds = set(waiting), {one.quantity.kind for one in group}
        while waiting:
            for leaf in leaves(defined[waiting.pop()].formula):
                new = leaf.quantity.name not in handed and leaf.quantity.kind in kinds
                if new and leaf.quantity in defined and leaf.quantity not in needed:
                    needed.add(leaf.quantity)
                    waiting.append(leaf.quantity)
        speller = _OwnNames(self._own_names)
        return [
            f"{speller.name(quantity, None)} = {NumPy().text(line.formula, speller)}"
            for quantity, line in defined.items()
            if quantity in needed
        ]


class _OwnNames:
    """Spells formulas as Python, with the names of whoever handed arrays in."""

    def __init__(self, own: Mapping[str, str]) -> None:
        from bp_tutor.output.code.libraries import PYTHON

        self.style: Style = PYTHON
        self._own = own

    def name(self, quantity: Quantity, index: Index | None) -> str:
        """An own name; where there is none, one that counts layers from the first weights on."""
        if quantity.name in self._own:
            return shown(self._own[quantity.name])
        if not quantity.place:
            return quantity.symbol
        number = quantity.place[0] - (quantity.role is not Role.WEIGHT)
        new = "_new" if quantity.kind == UPDATED else ""
        head = quantity.head.rstrip("'").replace("B", "b")
        return f"{head}{number}{new}" if number else f"{quantity.kind}X"


def debug(
    network: Sequence[tuple[str, int, str]] | Problem | str | Path,
    *,
    loss: str | None = None,
    lang: str | None = None,
    **arrays: Any,
) -> Diagnosis:
    """Where the arrays of somebody's own backpropagation go wrong first, and why.

    Args:
        network: `("dense", units, activation)` for each layer, without the inputs; or a problem,
            its file or its name, whose numbers stand for whatever is not handed in.
        loss: its name as in a problem file, where there is no problem; None: `half_squared_error`.
        lang: the language of sentences, `en` or `zh`; None: that of the environment.
        arrays: any of the arrays of one update by their own names, `X`, `Y`, `W1`, `b1`, `Z1`,
            `A1`, `dZ2`, `dW1`, `W1_new`, `eta`, ... or as a mapping `arrays={"fc1.weight": ...}`;
            NumPy, PyTorch, JAX or lists, samples in rows or columns, weights either way round.

    Raises:
        BpTutorError: the arrays fit no network of these layers.

    >>> import numpy as np
    >>> X, Y, W1 = np.array([[1.0, 2], [0, 1]]), np.array([[1.0], [0]]), np.array([[0.5], [-1]])
    >>> Z1 = X @ W1
    >>> found = debug([("dense", 1, "identity")], loss="half_squared_error", X=X, Y=Y, W1=W1,
    ...     b1=[0], Z1=Z1, dZ1=(Z1 + Y) / 2, lang="en")
    >>> found.first[0].name, found.first[0].causes
    ('dZ1', ('sign_of_term',))
    """
    words = words_of(lang)
    handed = dict(arrays.pop("arrays", {}) or {}) | arrays
    if isinstance(network, str | Path):
        network = load(network, lang=lang)
    with told(words):
        if isinstance(network, Problem):
            return compared(subject_of(network._record), handed, words)
        return compared(_of_layers(network, loss), handed, words)


def compared(subject: Subject, handed: Mapping[str, Any], words: Words) -> Diagnosis:
    """The arrays of somebody's own program, compared with those of a network.

    Raises:
        RefusalError: they are no arrays, or fit no network of this kind.
    """
    import numpy as np

    from bp_tutor.debugging.judge import LabelError, MisfitError, judge

    names = {str(name): value for name, value in handed.items()}
    rate = next((names.pop(name) for name in RATES if name in names), None)
    decay = next((names.pop(name) for name in DECAYS if name in names), None)
    if rate is None and subject.problem is not None:
        rate = rate_at(subject.problem, 1)
    numbers = {name[:LONGEST_NAME]: _array(name, value) for name, value in names.items()}
    speed, share = _number("eta", rate), _number("lam", decay)
    try:
        with np.errstate(all="ignore"):
            found = judge(subject, numbers, speed, share)
    except LabelError as error:
        raise RefusalError(
            "debug.label", name=shown(error.name), label=f"{error.label:g}", count=error.classes
        ) from None
    except MisfitError as error:
        raise RefusalError(
            "debug.no_fit",
            name=shown(error.name),
            shape=numbers[error.name].shape,
            inputs=error.inputs,
            samples=error.samples,
        ) from None
    if found is None:
        raise RefusalError("debug.no_size")
    return Diagnosis(found, words)


def subject_of(problem: Record) -> Subject:
    """The network of a problem, with its loss, its optimiser and its numbers.

    Raises:
        RefusalError: it is no network of dense layers with a loss.
    """
    network = problem.network
    if network is None or network.loss is None or not all(one.is_dense for one in network.layers):
        raise RefusalError("debug.no_network", name=shown(problem.name))
    units = tuple(one.units for one in network.layers)
    activations = tuple(one.activation for one in network.layers)
    return Subject(units, activations, network.loss.name, problem)


def _of_layers(layers: Sequence[Any], loss: str | None) -> Subject:
    loss = loss or USUAL_LOSS
    if loss not in LOSSES:
        names = ", ".join(LOSSES)
        raise RefusalError(
            "debug.no_loss", nearest(str(loss), LOSSES), name=shown(str(loss)), names=names
        )
    return Subject(*_layers(layers), loss)


def _number(name: str, value: Any) -> float | None:
    """A learning rate or a factor of weight decay.

    Raises:
        RefusalError: it is no number of at least 0.
    """
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number < inf:
        raise RefusalError("debug.no_rate", name=name, value=shown(str(value)))
    return number


def _array(name: str, value: Any) -> Any:
    """An array of NumPy from whatever holds numbers.

    Raises:
        RefusalError: it holds something else, or too much.
    """
    import numpy as np

    for method in ("detach", "cpu", "numpy"):
        if not isinstance(value, np.ndarray) and callable(getattr(value, method, None)):
            value = getattr(value, method)()
    try:
        found = np.asarray(value)
        numeric = found.dtype.kind in "biuf" and found.size <= MOST_ENTRIES and found.ndim <= 2
    except (ValueError, TypeError):
        numeric = False
    if not numeric:
        raise RefusalError("debug.no_array", name=shown(str(name)))
    if not np.isfinite(found).all():
        index = [int(place) for place in np.argwhere(~np.isfinite(found))[0]]
        value = f"{found[tuple(index)]:g}"
        raise RefusalError("debug.not_finite", name=shown(str(name)), value=value, index=str(index))
    return found


def _layers(layers: Sequence[Any]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    from bp_tutor.catalogue.activations import ACTIVATIONS

    units, names = [], []
    for layer in layers:
        try:
            kind, count, activation = layer
        except (TypeError, ValueError):
            raise RefusalError("debug.no_layer", layer=shown(str(layer))) from None
        if kind != "dense" or not isinstance(count, int) or not 0 < count <= 10_000:
            raise RefusalError("debug.no_layer", layer=shown(str(layer)))
        if activation not in ACTIVATIONS:
            near = nearest(str(activation), ACTIVATIONS)
            known = ", ".join(ACTIVATIONS)
            raise RefusalError(
                "debug.no_activation", near, name=shown(str(activation)), names=known
            )
        units.append(count)
        names.append(activation)
    if not units:
        raise RefusalError("debug.no_layer", layer="[]")
    return tuple(units), tuple(names)
