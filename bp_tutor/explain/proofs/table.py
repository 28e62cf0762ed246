"""What can be proven, and by which name: `sigmoid'`, `cross_entropy'`, `softmax+cross_entropy`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.explain.document import sentence, word_for
from bp_tutor.explain.proofs import entrywise, softmax
from bp_tutor.explain.slopes import MARK
from bp_tutor.formula import FUNCTIONS

if TYPE_CHECKING:
    from bp_tutor.explain.document import Said
    from bp_tutor.explain.proofs.record import Proof

_QUOTES = str.maketrans({"′": MARK, "’": MARK, "‘": MARK, "ˈ": MARK, " ": None, "＋": "+"})
_ALSO = {
    **{row.unicode: row.name for row in FUNCTIONS.values() if row.unicode},
    **{other: row.name for row in FUNCTIONS.values() for other in row.also},
    **{other: kind.key for kind in LOSSES.values() for other in kind.also},
}
"""What else functions and losses are called."""
_SPECIAL = frozenset({"silu"})
"""Other names that mean a function with its usual parameters."""


_OF_ROWS = {
    softmax.SOFTMAX: softmax.of_softmax,
    softmax.LOG_SOFTMAX: softmax.of_log_softmax,
}
"""Activations that look at all units at once."""


def provable() -> tuple[str, ...]:
    """The names of all proofs: functions, losses, and losses with the activation they go with."""
    slopes = (*FUNCTIONS, *_OF_ROWS, *LOSSES)
    pairs = (
        f"{kind.fused.activation}+{kind.key}" for kind in LOSSES.values() if kind.fused is not None
    )
    return (*(name + MARK for name in slopes), *pairs)


def nearest_names() -> tuple[str, ...]:
    """The names of all proofs, and what else their functions and losses are called."""
    return (*provable(), *_ALSO)


@lru_cache(maxsize=256)
def proof_named(text: str) -> Proof | None:
    """The proof of a name; None where there is nothing of that name. It is kept: pages repeat it.

    Beside those of `provable` there is one for every activation with every loss. The mark of a
    slope may be left out; other names of functions and losses are known, in either order.
    """
    name = text.translate(_QUOTES).removesuffix(MARK)
    first, plus, second = name.partition("+")
    activation, loss = _known(first), _known(second)
    if not plus:
        return _special(_of_one(activation), _folded(first))
    if loss not in LOSSES:
        activation, loss = loss, activation
    if loss not in LOSSES:
        return None
    kind = LOSSES[loss]
    fused = kind.fused if kind.fused is not None and kind.fused.activation == activation else None
    title = sentence(
        "proof.title_pair", loss=word_for("loss", loss), activation=_called(activation)
    )
    if kind.classes:
        # A margin is kept between outputs: no output's loss hangs on it alone.
        return None
    if activation == softmax.SOFTMAX or (fused and activation == softmax.LOG_SOFTMAX):
        return softmax.of_pair(kind.function(), fused, title, activation)
    row = FUNCTIONS.get(activation)
    if row is None or not row.activation or entrywise.usual_slope(row) is None:
        return None
    return entrywise.of_pair(kind.function(), row, fused, title)


def _known(name: str) -> str:
    folded = _folded(name)
    return _ALSO.get(name) or _ALSO.get(folded, folded)


def _folded(name: str) -> str:
    return name.casefold().replace("-", "_")


def _special(proof: Proof | None, name: str) -> Proof | None:
    """The proof of a function, with a word on the parameters that its other name stands for."""
    if proof is None or name not in _SPECIAL:
        return proof
    return proof._replace(notes=(*proof.notes, sentence(f"proof.special.{name}")))


def _of_one(name: str) -> Proof | None:
    if name in _OF_ROWS:
        return _OF_ROWS[name](_title(_called(name)))
    if name in LOSSES:
        return entrywise.of_function(LOSSES[name].function(), _title(word_for("loss", name)))
    row = FUNCTIONS.get(name)
    return None if row is None else entrywise.of_function(row, _title(_called(name)))


def _called(name: str) -> Said:
    return word_for("activation", name)


def _title(name: Said) -> Said:
    return sentence("proof.title", name=name)
