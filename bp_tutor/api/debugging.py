"""`debug`: where somebody's own backpropagation goes wrong first, and what explains it."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bp_tutor.api.diagnosis import Diagnosis
from bp_tutor.api.errors import BpTutorError, told, words_of
from bp_tutor.api.problem import Problem, load
from bp_tutor.api.refusal import RefusalError
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.debugging.judge import Subject
from bp_tutor.fields.described import also_called
from bp_tutor.reader.text import nearest, shown
from bp_tutor.solve.program import rate_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.debugging.case import Case, Running
    from bp_tutor.problem import Problem as Record
    from bp_tutor.words import Words

    Layers = Sequence[tuple[str, int, str]]

RATES = ("eta", "lr", "learning_rate", "alpha")
SETTINGS = ("loss", "lang")
DECAYS = ("lam", "lambda_", "lmbda", "reg", "weight_decay")
MOST_AXES = 4
MOST_UNITS = 10_000
MOST_ENTRIES = 20_000_000


class LayersUnsaidError(BpTutorError):
    """Nobody said which layers the arrays are of; the message proposes the call that does.

    `layers` and `loss` are what the shapes and numbers suggest, as `debug` takes them; layers are
    empty where nothing fits.
    """

    def __init__(self, message: str, layers: Layers, loss: str) -> None:
        super().__init__(message)
        self.layers, self.loss = layers, loss


def debug(
    network: Layers | Problem | str | Path | None = None,
    loss: str | None = None,
    *,
    lang: str | None = None,
    **arrays: Any,
) -> Diagnosis:
    """Where the arrays of somebody's own backpropagation go wrong first, and why.

    Args:
        network: `("dense", units, activation)` for each layer, without the inputs; or a problem,
            its file or its name, whose numbers stand for whatever is not handed in; None: the
            error that is raised proposes layers.
        loss: its name as in a problem file, where there is no problem; None: the one in which
            most arrays agree, which the report names.
        lang: the language of sentences, `en` or `zh`; None: that of the environment.
        arrays: any of the arrays of one update by their own names, `X`, `Y`, `W1`, `b1`, `Z1`,
            `A1`, `dZ2`, `dW1`, `W1_new`, `eta`, ... or as a mapping `arrays={"fc1.weight": ...}`;
            NumPy, PyTorch, JAX or lists, samples in rows or columns, weights either way round.

    Raises:
        LayersUnsaidError: no network was said.
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
    if isinstance(network, str | Path):
        network = load(network, lang=lang)
    with told(words):
        handed = by_name(arrays)
        if network is None:
            layers, found = proposal_of(handed)
            if not layers:
                raise LayersUnsaidError(words.text("debug.ask.nothing"), (), "")
            call = f"[{', '.join(map(_as_code, layers))}]"
            said = words.text("debug.ask.call", layers=call, loss=found)
            raise LayersUnsaidError(said, layers, found)
        if isinstance(network, Problem):
            return compared(subject_of(network._record), handed, words)
        return compared(of_layers(network, loss), handed, words)


def by_name(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Arrays by their names, those of a mapping `arrays` among them.

    Raises:
        RefusalError: `arrays` is no mapping.
    """
    rest = {name: value for name, value in arrays.items() if name != "arrays"}
    more = arrays.get("arrays")
    if more is not None and not hasattr(more, "keys"):
        raise RefusalError("debug.no_mapping", kind=type(more).__name__)
    return dict(more or {}) | rest


def _as_code(layer: tuple[str, int, str]) -> str:
    """A layer as somebody types it."""
    kind, units, activation = layer
    return f'("{kind}", {units}, "{activation}")'


def proposal_of(handed: Mapping[str, Any]) -> tuple[Layers, str]:
    """The layers and the loss that arrays suggest; no layers where nothing fits.

    Raises:
        RefusalError: they are no arrays.
    """
    import numpy as np

    from bp_tutor.debugging.proposal import proposed

    numbers, rate, decay = taken(handed, None)
    with np.errstate(all="ignore"):
        found = proposed(numbers, rate, decay)
    if found is None:
        return (), ""
    pairs = zip(found.units, found.activations, strict=True)
    return tuple(("dense", units, activation) for units, activation in pairs), found.loss


def inputs_of(handed: Mapping[str, Any], layers: Layers) -> int:
    """How many inputs arrays of these layers have."""
    from bp_tutor.debugging.named import canonical_names
    from bp_tutor.debugging.shapes import inputs_at, sizes_of

    numbers, _, _ = taken(handed, None)
    units = tuple(count for _, count, _ in layers)
    counted = inputs_at(units, numbers)
    named = canonical_names(numbers, len(units), inputs_at=counted, errors=False)
    sizes = sizes_of(units, numbers, named)
    return sizes[0] if sizes is not None else 1


def taken(
    handed: Mapping[str, Any], usual: float | None
) -> tuple[dict[str, Any], float | None, float | None]:
    """Arrays by their names, the learning rate, the factor of weight decay."""
    names: dict[str, Any] = {
        str(name): 0 if value is None and _is_bias(str(name)) else value
        for name, value in handed.items()
    }
    # A parameter of PyTorch brings its gradient along.
    names = {f"{name}.grad": value.grad for name, value in names.items() if _has_gradient(value)
             } | names  # fmt: skip
    rate = next((names.pop(name) for name in RATES if name in names), None)
    decay = next((names.pop(name) for name in DECAYS if name in names), None)
    numbers = {name: _array(name, value) for name, value in names.items()}
    return numbers, _number("eta", usual if rate is None else rate), _number("lam", decay)


def compared(subject: Subject, handed: Mapping[str, Any], words: Words) -> Diagnosis:
    """The arrays of somebody's own program, compared with those of a network.

    Raises:
        RefusalError: they are no arrays, or fit no network of this kind.
    """
    usual = None if subject.problem is None else rate_at(subject.problem, 1)
    numbers, rate, decay = taken(handed, usual)
    subject = settled_by(subject, numbers, rate, decay)
    return compared_in(subject, numbers, rate, decay, None, words)[1]


def settled_by(
    subject: Subject,
    numbers: Mapping[str, Any],
    rate: float | None,
    decay: float | None,
    run: Running | None = None,
) -> Subject:
    """A network with what nobody has said of it as the arrays show it."""
    import numpy as np

    from bp_tutor.debugging.proposal import settled

    with np.errstate(all="ignore"):
        return settled(subject, numbers, rate, decay, run)


def compared_in(
    subject: Subject,
    numbers: Mapping[str, Any],
    rate: float | None,
    decay: float | None,
    run: Running | None,
    words: Words,
) -> tuple[list[Case], Diagnosis]:
    """The same with the conventions that fit best, where `run` says what updates before left.

    Raises:
        RefusalError: the arrays fit no network of this kind.
    """
    import numpy as np

    from bp_tutor.debugging.case import LabelError, MisfitError
    from bp_tutor.debugging.judge import fitting, judged

    try:
        with np.errstate(all="ignore"):
            cases = fitting(subject, numbers, rate, decay, run)
            found = None if cases is None else judged(cases)
    except LabelError as error:
        raise RefusalError(
            "debug.label", name=shown(error.name), label=f"{error.label:g}", count=error.classes
        ) from None
    except MisfitError as error:
        raise RefusalError(
            "debug.no_fit",
            name=shown(error.name),
            shape=numbers[error.name].shape,
            wanted=error.wanted,
            inputs=error.inputs,
            samples=error.samples,
        ) from None
    if cases is None or found is None:
        raise RefusalError("debug.no_size")
    return cases, Diagnosis(found, words, _assumed(subject))


def _assumed(subject: Subject) -> dict[str, str]:
    """What nobody has said of a network, and what was taken."""
    taken_for = {
        "activation": ", ".join(subject.activations),
        "loss": subject.loss,
        "bias": "none",
    }
    return {one: taken_for[one] for one in subject.assumed}


def subject_of(problem: Record) -> Subject:
    """The network of a problem, with its loss, its optimiser and its numbers.

    Raises:
        RefusalError: it is no network with a loss.
    """
    network = problem.network
    if network is None or network.loss is None:
        raise RefusalError("debug.no_network", name=shown(problem.name))
    return Subject.of_network(problem, network)


def of_layers(layers: Sequence[Any], loss: Any) -> Subject:
    """The network of some dense layers.

    Raises:
        RefusalError: there is no such layer, activation or loss.
    """
    unsaid = ("bias",) if loss is not None else ("loss", "bias")
    loss = loss if loss is not None else next(iter(LOSSES))
    if not isinstance(loss, str) or loss not in LOSSES:
        names, near = ", ".join(LOSSES), nearest(str(loss), LOSSES, also_called(LOSSES))
        raise RefusalError("debug.no_loss", near, name=shown(str(loss)), names=names)
    units, activations = _layers(layers)
    if LOSSES[loss].whole_rows and units[-1] == 1:
        raise RefusalError("debug.one_output", name=loss)
    return Subject(units, activations, loss, unsaid=unsaid)


def _is_bias(name: str) -> bool:
    """Whether a name is that of biases, of which a network may have none."""
    from bp_tutor.debugging.named import meaning_of

    said = meaning_of(name)
    return said is not None and (said.letter, said.kind) == ("B", "")


def _has_gradient(value: Any) -> bool:
    """Whether it is a parameter that a backward pass has given its gradient."""
    return bool(getattr(value, "is_leaf", False)) and getattr(value, "grad", None) is not None


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

    if value is None:
        # What PyTorch has in `.grad` where nothing was learnt of a parameter.
        raise RefusalError("debug.no_gradient", name=shown(str(name)))
    if isinstance(value, str):
        raise RefusalError("debug.no_array", nearest(name, SETTINGS), name=shown(name))
    for method in ("detach", "cpu", "numpy"):
        if not isinstance(value, np.ndarray) and callable(getattr(value, method, None)):
            value = getattr(value, method)()
    try:
        found = np.asarray(value)
        numeric = (
            found.dtype.kind in "biuf" and found.size <= MOST_ENTRIES and found.ndim <= MOST_AXES
        )
    except (ValueError, TypeError):
        numeric = False
    if not numeric:
        raise RefusalError("debug.no_array", name=shown(str(name)))
    if not found.size:
        raise RefusalError("debug.empty", name=shown(name), shape=found.shape)
    if not np.isfinite(found).all():
        index = [int(place) for place in np.argwhere(~np.isfinite(found))[0]]
        value = f"{found[tuple(index)]:g}"
        raise RefusalError("debug.not_finite", name=shown(str(name)), value=value, index=str(index))
    return found


def _layers(layers: Any) -> tuple[tuple[int, ...], tuple[str, ...]]:
    from bp_tutor.catalogue.activations import ACTIVATIONS

    units, names = [], []
    if not isinstance(layers, list | tuple) or not layers:
        raise RefusalError("debug.no_layers", kind=shown(repr(layers)))
    for layer in layers:
        count, said = _layer(layer)
        activation = "identity" if said is None else said
        if not isinstance(activation, str) or activation not in ACTIVATIONS:
            near = nearest(str(activation), ACTIVATIONS, also_called(ACTIVATIONS))
            known = ", ".join(ACTIVATIONS)
            raise RefusalError(
                "debug.no_activation", near, name=shown(str(activation)), names=known
            )
        units.append(count)
        names.append(activation)
    return tuple(units), tuple(names)


def _layer(layer: Any) -> tuple[int, Any]:
    """The units and the activation of a dense layer, said as in `network`.

    Raises:
        RefusalError: it is no such layer.
    """
    if isinstance(layer, Mapping) and layer.keys() <= {"units", "activation"}:
        layer = ("dense", layer.get("units"), layer.get("activation"))
    parts = (*layer, None) if isinstance(layer, list | tuple) else ()
    kind, count, activation = parts[:3] if len(parts) in (3, 4) else (None, None, None)
    whole = isinstance(count, int) and not isinstance(count, bool)
    if kind != "dense" or not whole or not 0 < count <= MOST_UNITS:
        raise RefusalError("debug.no_layer", layer=shown(str(layer)))
    return count, activation
