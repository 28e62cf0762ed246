"""What names of arrays mean in a network of other layers: `Wxh`, `hs[2]`, `conv1.weight`, `K1`.

Recurrent names are those of Karpathy's `min-char-rnn` and of `torch.nn.RNN`; weights of layers are
counted in their order, those of convolutions and of dense layers also by themselves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.debugging.named import GRADIENT, UPDATED, meaning_of
from bp_tutor.formula.quantity import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bp_tutor.debugging.lines import Lines
    from bp_tutor.formula import Quantity

RECURRENT = {
    "wxh": ("W", 0), "wih": ("W", 0), "weight_ih": ("W", 0), "u": ("W", 0), "wx": ("W", 0),
    "whh": ("R", 0), "weight_hh": ("R", 0), "w_hh": ("R", 0), "w_xh": ("W", 0), "r": ("R", 0),
    "wh": ("R", 0),
    "why": ("W", 1), "who": ("W", 1), "w_hy": ("W", 1), "wy": ("W", 1),
    "bh": ("B", 0), "bias_ih": ("B", 0), "b_h": ("B", 0), "by": ("B", 1), "b_y": ("B", 1),
}  # fmt: skip
"""Weights and biases: their letter, and of which layer with weights they are."""
STEPS = {
    "x": ("A", -1), "xs": ("A", -1), "h": ("A", 0), "hs": ("A", 0), "a": ("A", 0),
    "hraw": ("Z", 0), "z": ("Z", 0), "zs": ("Z", 0), "y": ("Z", 1), "ys": ("Z", 1),
    "p": ("A", 1), "ps": ("A", 1), "yhat": ("A", 1), "o": ("A", 1),
    "t": ("Y", 1), "ts": ("Y", 1), "target": ("Y", 1), "targets": ("Y", 1),
}  # fmt: skip
"""What there is at each step, and at which layer: before the recurrent one, it, behind it."""
KINDS = {
    "W": (Role.WEIGHT,), "B": (Role.BIAS,), "Z": (Role.WEIGHTED_SUM,),
    "A": (Role.ACTIVATION, Role.OUTPUT), "X": (Role.INPUT,), "Y": (Role.TARGET,),
}  # fmt: skip
_NAME = re.compile(r"[a-zA-Z]+(?:_[a-z]+)*|\d+")


def names_among_layers(names: Iterable[str], lines: Lines) -> dict[str, str]:
    """Names by the canonical names of the arrays that they mean; others are left out."""
    quantities = list(lines.by_name.values())
    values = [one for one in quantities if not one.kind]
    recurrent = next((one.layer for one in values if one.role is Role.RECURRENT_WEIGHT), None)
    found = {}
    for name in names:
        canonical = name if name in lines.by_name else ""
        if not canonical and recurrent is not None:
            canonical = _of_recurrent(name, values, recurrent)
        if not canonical:
            canonical = _of_layer(name, values)
        if canonical in lines.by_name:
            found[name] = canonical
    return found


def _of_recurrent(name: str, values: Sequence[Quantity], layer: int) -> str:
    """The array that a name means in a network with one recurrent layer."""
    text = name.replace("_l0", "")
    kind, text = _kind(text)
    pieces = [piece.lower() for piece in _NAME.findall(text)]
    words = [piece for piece in pieces if not piece.isdigit() and piece not in ("rnn", "cell")]
    numbers = [int(piece) for piece in pieces if piece.isdigit()]
    if len(words) != 1:
        return ""
    if words[0] in RECURRENT and not numbers:
        letter, behind = RECURRENT[words[0]]
        roles = {"W": Role.WEIGHT, "R": Role.RECURRENT_WEIGHT, "B": Role.BIAS}
        return _named(values, kind, roles[letter], layer + behind, None)
    if words[0] in STEPS and len(numbers) == 1:
        letter, behind = STEPS[words[0]]
        wanted = f"{letter}[{numbers[0]}]" if letter == "Y" else (
            f"{letter}[{layer + behind},{numbers[0]}]"
        )  # fmt: skip
        return f"{kind}{wanted}"
    return ""


def _kind(text: str) -> tuple[str, str]:
    """Whether a name is of a derivative or of a new value, and the rest of it."""
    for word in GRADIENT[1:4]:
        text, before = re.sub(rf"(?:^|[._]){word}(?:$|[._])", "", text), text
        if text != before:
            return "d", text
    for word in UPDATED:
        text, before = re.sub(rf"(?:^|_){word}(?:$|_)", "", text), text
        if text != before:
            return "'", text
    return ("d", text[1:]) if re.match(r"d[A-Za-z]", text) else ("", text)


def _named(values: Sequence[Quantity], kind: str, role: Role, layer: int, step: int | None) -> str:
    found = next(
        (one for one in values if one.role is role and one.layer == layer and one.step == step),
        None,
    )
    return "" if found is None else found.as_kind(kind).name


def _of_layer(name: str, values: Sequence[Quantity]) -> str:
    """The array that a name means in a chain of layers, weights counted in their order."""
    kernel = re.search(r"conv|kernel|filter|(?:^|[d_])k\d", name.lower())
    said = meaning_of(
        re.sub(r"(?i)conv|kernel|filters?|(?<![a-z])k(?=\d)|(?<=d)k(?=\d)", "W", name)
    )
    if said is None:
        return ""
    bias = "bias" in name.lower()
    letter = "B" if bias else said.letter
    of_kind = [one for one in values if one.role in KINDS.get(letter, ())]
    if letter in "WB" and (kernel or re.search(r"fc|linear|dense", name.lower())):
        of_kind = [one for one in of_kind if (len(one.shape) == 4) == bool(kernel)]
    number = said.number
    if letter in "XY" and number is None:
        number = 1
    if letter == "A" and number is not None:
        # Layers are counted from the first behind the inputs, whatever they do.
        of_kind = [one for one in of_kind if one.layer == number + 1]
        number = 1
    if number is None and letter in "ZA":
        number = len(of_kind)
    if number is None and len(of_kind) == 1:
        number = 1
    if number is None or not 1 <= number <= len(of_kind):
        return ""
    return of_kind[number - 1].as_kind(said.kind).name
