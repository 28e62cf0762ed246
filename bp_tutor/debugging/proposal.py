"""Which network arrays are of, where nobody says it: what their shapes and numbers suggest."""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING

from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.debugging.case import LabelError, MisfitError
from bp_tutor.debugging.judge import Subject, fitting
from bp_tutor.debugging.named import canonical_names, meaning_of
from bp_tutor.debugging.shapes import inputs_at
from bp_tutor.formula.quantity import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from bp_tutor.debugging.case import Running

    Array = NDArray[np.float64]

MOST_LAYERS = 12
HIDDEN = ("sigmoid", "tanh", "relu", "identity")
"""Activations of hidden layers that are tried, the first where nothing tells them apart."""
ENDS = {
    "classes": (("softmax", "cross_entropy"), ("sigmoid", "half_squared_error"),
                ("sigmoid", "binary_cross_entropy"), ("identity", "half_squared_error")),
    "decision": (("sigmoid", "binary_cross_entropy"), ("sigmoid", "half_squared_error"),
                 ("sigmoid", "squared_error"), ("tanh", "half_squared_error")),
    "numbers": (("identity", "half_squared_error"), ("identity", "squared_error"),
                ("identity", "mean_squared_error"), ("tanh", "half_squared_error"),
                ("sigmoid", "half_squared_error"), ("sigmoid", "squared_error")),
}  # fmt: skip
"""Activations of the output with losses that are tried, by what the targets look like."""


def proposed(
    arrays: Mapping[str, Array], rate: float | None, decay: float | None
) -> Subject | None:
    """The network of dense layers in which most arrays are right; None where none fits."""
    networks = (one for units in _units(arrays) for one in _subjects(arrays, units))
    return _best(networks, arrays, rate, decay, None)


def settled(
    subject: Subject,
    arrays: Mapping[str, Array],
    rate: float | None,
    decay: float | None,
    run: Running | None = None,
) -> Subject:
    """A network with what nobody has said of it as most arrays agree with it, else as is usual."""
    if not subject.unsaid:
        return subject
    subject, bias_said = _with_biases_said(subject, arrays, run)
    if bias_said and subject.unsaid == ("bias",):
        return subject._replace(unsaid=())
    networks: Iterable[Subject] = [subject]
    if "activation" in subject.unsaid:
        free = "loss" in subject.unsaid
        networks = (
            subject._replace(activations=one.activations, loss=one.loss)
            for one in _subjects(arrays, subject.units)
            if free or one.loss == subject.loss
        )
        networks = chain([subject], networks)
    elif "loss" in subject.unsaid:
        networks = [subject._replace(loss=loss) for loss in _losses_with(subject.activations[-1])]
    if not bias_said:
        bare = (False,) * len(subject.units)
        networks = (each for one in networks for each in (one, one._replace(biases=bare)))
    found = _best(networks, arrays, rate, decay, run) or subject
    taken = [one for one in subject.unsaid if one != "bias"]
    if found.biases != subject.biases:
        taken.append("bias")
    return found._replace(unsaid=(), assumed=tuple(taken))


def _with_biases_said(
    subject: Subject, arrays: Mapping[str, Array], run: Running | None
) -> tuple[Subject, bool]:
    """A network without the biases that are handed in as 0, and whether any were handed in."""
    layers = len(subject.units)
    named = canonical_names(
        arrays, layers, inputs_at=inputs_at(subject.units, arrays), errors=False
    )
    handed = {canonical: arrays[name] for name, canonical in named.items()}
    carried = run is not None and any(one.role is Role.BIAS for one in run.carried)
    has = tuple(
        f"B[{place}]" not in handed
        or handed[f"B[{place}]"].ndim > 0
        or bool(handed[f"B[{place}]"] != 0)
        or f"dB[{place}]" in handed
        or f"B'[{place}]" in handed
        for place in range(2, layers + 2)
    )
    said = carried or any(name.lstrip("d").startswith("B") for name in handed)
    return subject if all(has) else subject._replace(biases=has), said


def _losses_with(activation: str) -> list[str]:
    """Losses that may stand behind an activation of the outputs, the usual ones first."""
    squared = ["half_squared_error", "squared_error", "mean_squared_error"]
    fused = [key for key, kind in LOSSES.items()
             if kind.fused is not None and kind.fused.activation == activation]  # fmt: skip
    return [*fused, *squared] if ACTIVATIONS[activation].shares else [*squared, *fused]


def _best(
    networks: Iterable[Subject],
    arrays: Mapping[str, Array],
    rate: float | None,
    decay: float | None,
    run: Running | None,
) -> Subject | None:
    """The network in which most arrays are right, of several the first; None where none fits."""
    best, highest = None, (-1, 0, 0, 0)
    for subject in networks:
        try:
            cases = fitting(subject, arrays, rate, decay, run)
        except (MisfitError, LabelError):
            continue
        if not cases:
            continue
        score = cases[0].score()
        if score > highest:
            best, highest = subject, score
        if not cases[0].wrong and score[0] == len(cases[0].in_order()) > 0:
            return subject
    return best


def _units(arrays: Mapping[str, Array]) -> Iterator[tuple[int, ...]]:
    """The units of each layer, as the weights show them, either way round."""
    weights = [name for name in arrays if (one := meaning_of(name)) is not None
               and one.letter == "W"]  # fmt: skip
    for layers in range(1, MOST_LAYERS + 1):
        named = canonical_names(arrays, layers, inputs_at=0, errors=False)
        shapes: dict[int, tuple[int, ...]] = {}
        for name, canonical in named.items():
            head, _, place = canonical.rstrip("]").partition("[")
            if head in ("W", "dW", "W'") and arrays[name].ndim == 2:
                shapes.setdefault(int(place), arrays[name].shape)
        if sorted(shapes) != list(range(1, layers + 1)):
            continue
        if not all(name in named for name in weights):
            continue
        ordered = [shapes[place] for place in sorted(shapes)]
        for turned in (False, True):
            ways = [shape[::-1] if turned else shape for shape in ordered]
            if all(before[1] == after[0] for before, after in pairwise(ways)):
                yield tuple(way[1] for way in ways)


def _subjects(arrays: Mapping[str, Array], units: tuple[int, ...]) -> Iterator[Subject]:
    kind = _kind_of_targets(arrays, units)
    for output, loss in ENDS[kind]:
        for hidden in HIDDEN if len(units) > 1 else ("",):
            for names in _mixed(arrays, units, hidden):
                yield Subject(units, (*names, output), loss)


def _mixed(
    arrays: Mapping[str, Array], units: tuple[int, ...], usual: str
) -> Iterator[tuple[str, ...]]:
    """One activation for all hidden layers, but where the values of a layer show another."""
    named = canonical_names(arrays, len(units), inputs_at=inputs_at(units, arrays), errors=False)
    by_canonical = {canonical: arrays[name] for name, canonical in named.items()}
    names = []
    for layer in range(2, len(units) + 1):
        before, after = by_canonical.get(f"Z[{layer}]"), by_canonical.get(f"A[{layer}]")
        names.append(_shown(before, after) or usual)
    yield tuple(names)


def _shown(before: Array | None, after: Array | None) -> str:
    """The activation that leads from one array to another, or that alone can have its values."""
    import numpy as np

    if after is None:
        return ""
    after = np.asarray(after, dtype=float)
    if before is None or before.shape != after.shape:
        if (after < 0).any():
            return "tanh" if (np.abs(after) <= 1).all() else "identity"
        return "relu" if (after == 0).any() or (after > 1).any() else ""
    before = np.asarray(before, dtype=float)
    with np.errstate(over="ignore"):
        made = {
            "sigmoid": 1 / (1 + np.exp(-before)), "tanh": np.tanh(before),
            "relu": np.maximum(before, 0), "identity": before,
        }  # fmt: skip
    return next((name for name, value in made.items() if np.allclose(value, after, 1e-3)), "")


def _kind_of_targets(arrays: Mapping[str, Array], units: tuple[int, ...]) -> str:
    """Whether targets are classes, a decision, or any numbers."""
    import numpy as np

    named = canonical_names(arrays, len(units), inputs_at=0, errors=False)
    target = next((arrays[name] for name, canonical in named.items() if canonical == "Y"), None)
    if target is None:
        return "classes" if units[-1] > 1 else "decision"
    values = np.unique(target)
    whole = np.array_equal(np.round(values), values)
    if units[-1] > 1 and whole:
        one_hot = target.ndim == 2 and any(
            target.shape[axis] == units[-1] and (target.sum(axis=axis) == 1).all()
            for axis in (0, 1)
        )
        labels = target.size == max(target.shape) and values.min() >= 0
        return "classes" if one_hot or labels else "numbers"
    return "decision" if whole and set(values.tolist()) <= {-1, 0, 1} else "numbers"
