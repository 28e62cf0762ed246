"""What the names of arrays mean: `dW1`, `grads["W1"]`, `w1.grad`, `l1_delta`, `wout`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WORDS = {
    "W": ("w", "weight", "weights", "kernel", "theta", "wt", "syn", "synapse", "ws"),
    "B": ("b", "bias", "biases", "bs"),
    "Z": ("z", "net", "logits", "logit", "scores", "score", "pre", "preact", "preactivation", "zs",
          "s"),
    "A": (
        "a", "h", "act", "acts", "activation", "activations", "probs", "prob", "p", "yhat",
        "pred", "preds", "prediction", "predictions", "ypred", "ahat",
        "relu", "sigmoid", "tanh", "sig", "softmax",
    ),
    "X": ("x", "data", "features"),
    "Y": ("y", "t", "target", "targets", "label", "labels", "ytrue", "onehot"),
}  # fmt: skip
"""What each kind of array is called; the first is the letter that a quantity has here."""
LETTERS = {word: letter for letter, words in WORDS.items() for word in words}
GRADIENT = ("d", "grad", "grads", "gradient", "gradients", "derivative", "nabla", "dl", "dj", "dc")
DELTA, ERROR = ("delta", "deltas"), ("error", "errors", "err")
UPDATED = ("new", "next", "updated", "after")
HIDDEN = ("hidden", "hid", "hiddenlayer", "ih", "xh")
OUTPUT = ("out", "output", "outputs", "outputlayer", "o", "ho", "hy")
INPUT = ("input", "inputs", "in")
STATE = ("v", "velocity", "momentum", "m", "mu", "vel", "vw", "vb", "mw", "mb", "sw", "sb")
"""What an optimiser keeps from step to step."""
LAYERS = ("fc", "layer", "linear", "dense", "lin", "l")
"""What stands before the number of a layer."""
SAYS_NOTHING = (
    "train",
    "batch",
    "test",
    "net",
    "model",
    "params",
    "cache",
    "at",
    "of",
    "the",
    "loss",
    "cost",
    "prev",
)
JOINED = {
    f"{letter}{short}": (letter, place)
    for letter in "wbza"
    for short, place in (("h", "hidden"), ("ih", "hidden"), ("out", "output"), ("o", "output"),
                         ("ho", "output"), ("l", "output"))
}  # fmt: skip
"""`wh`, `bout`: a letter and the place behind it."""
UNSURE = "?"
FUNCTIONS = ("relu", "sigmoid", "tanh", "sig")
_PIECES = re.compile(r"[a-z]+|\d+")


class Meaning(Frozen):
    """What a name says: the letter of the quantity, and which one of them."""

    letter: str
    """`?` where it may be a weighted sum as well as an activation: `dhidden`."""
    number: int | None = None
    """The number in the name; None where it has none."""
    kind: str = ""
    """Empty for a value, `d` for a derivative of the loss, `'` for a new value."""
    place: str = ""
    """`hidden` or `output`, where the name says so."""
    error: bool = False
    """Whether it is called an error, which more often is the derivative by an activation."""
    bare: bool = False
    """Whether it is an `h`: the weighted sum where another name has `h_relu`."""


class _Said:
    """The words of one name, gathered."""

    def __init__(self) -> None:
        self.letter = self.kind = self.place = ""
        self.delta = self.error = self.entering = self.layer = self.bare = False

    def hear(self, word: str) -> bool:
        """Take a word in; False where it says nothing that is known."""
        if word in GRADIENT:
            self.kind = "d"
        elif word in UPDATED:
            self.kind = "'"
        elif word in DELTA or word in ERROR:
            self.delta, self.error = self.delta or word in DELTA, self.error or word in ERROR
        elif word in HIDDEN or word in OUTPUT:
            self.place = "hidden" if word in HIDDEN else "output"
        elif word in INPUT:
            self.entering = True
        elif word in LAYERS:
            self.layer = True
        else:
            return self._letter(word) or self._derivative(word) or word in SAYS_NOTHING
        return True

    def _letter(self, word: str) -> bool:
        """Take in what says which array it is."""
        if self.letter == "Y" and word in ("hat", "pred"):
            self.letter = "A"
        elif word in FUNCTIONS:
            self.letter, self.bare = "A", False
            self.place = self.place or "hidden"
        elif word in LETTERS:
            # In net.0.weight the first word says nothing.
            named = len(word) > 1 and LETTERS[word] in "WB"
            self.letter = LETTERS[word] if named else self.letter or LETTERS[word]
            # Of h and h_relu the first one is what goes into the activation.
            self.bare = self.bare or word == "h"
        elif word in JOINED and not self.letter:
            letter, self.place = JOINED[word]
            self.letter = LETTERS[letter]
        else:
            return word == "true" and self.letter == "Y"
        return True

    def _derivative(self, word: str) -> bool:
        """Take in `dw`, `dldz2`, `dhidden`."""
        inner = _derived(word)
        known = (*LETTERS, *JOINED, *HIDDEN, *OUTPUT)
        if inner == word or inner not in known:
            return False
        self.kind = "d"
        return self.hear(inner)

    def meaning(self, number: int | None) -> Meaning | None:
        """What the words say together."""
        letter, kind = self.letter, self.kind
        if self.delta or self.error:
            kind, letter = "d", letter or ("Z" if self.delta else UNSURE)
        elif not letter and self.entering:
            letter = "Z" if self.place else "X"
        elif not letter and self.place:
            letter = UNSURE if kind == "d" else "A"
        elif not letter and self.layer and number is not None:
            letter = "A"
        elif not letter and kind == "d" and number is not None:
            # d1 is what others call a delta.
            letter = "Z"
        place = self.place or ("hidden" if self.bare and number is None else "")
        return Meaning(letter, number, kind, place, self.error, self.bare) if letter else None


def meaning_of(name: str) -> Meaning | None:
    """What a name says; None where it says nothing that is known."""
    # dL_dW and hiddenError are words joined; grads['W1'] and W1.grad the same in another order.
    text = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", "_", name).lower().replace("ŷ", "yhat")
    text = text.replace("δ", " delta ").replace("∂", " d ")
    if not text.isascii():
        return None
    pieces = _PIECES.findall(text)
    numbers = [int(piece) for piece in pieces if piece.isdigit() and len(piece) < 4]
    said = _Said()
    for word in (piece for piece in pieces if not piece.isdigit()):
        if not said.hear(word):
            return None
    return said.meaning(numbers[-1] if numbers else None)


def is_state(name: str) -> bool:
    """Whether it is what an optimiser keeps, so that a step is not the gradient alone."""
    return any(piece in STATE for piece in _PIECES.findall(name.lower()))


def _derived(word: str) -> str:
    """What stands below the derivative in `dldw`, `gradw`, `gw`; else the word itself."""
    if word in LETTERS or word in JOINED:
        return word
    return re.sub(
        r"^d?(loss|cost|[ljce])d(?=.)|^(gradient|grad|nabla|d)(?=.)|^g(?=[wb]$)", "", word
    )


def canonical_names(
    names: Iterable[str], layers: int, *, inputs_at: int, errors: bool
) -> dict[str, str]:
    """Names by what they mean in a network of so many layers with weights.

    Layers may be numbered from 0 or from 1, or as a framework does that counts activations too;
    `inputs_at` is the number of the activation that is the input itself; `errors`: what may be
    the derivative by a weighted sum or by an activation is the latter.
    """
    read = {name: one for name in names if (one := meaning_of(name)) is not None}
    places = _places(read, layers)
    both = any(one.bare for one in read.values()) and any(
        one.letter == "A" and not one.bare and one.place == "hidden" for one in read.values()
    )
    from_zero = {one.kind for one in read.values() if one.number == 0 and one.letter == "Z"}
    found: dict[str, str] = {}
    # What is sure comes first: what is not may mean the same, and then stands back.
    order = sorted(read.items(), key=lambda pair: (pair[1].letter == UNSURE, pair[1].error))
    for name, one in order:
        letter = one.letter.replace(UNSURE, "A" if errors else "Z")
        told = one._replace(letter="Z" if both and one.bare else letter)
        if one.kind in from_zero and letter == "Z" and one.number is not None:
            told = told._replace(number=one.number + 1 + inputs_at)
        canonical = _canonical(told, layers, places, inputs_at=inputs_at)
        if one.error and letter != one.letter and canonical in found.values():
            # Something else is the delta already.
            canonical = _canonical(told._replace(letter="A"), layers, places, inputs_at=inputs_at)
        if canonical:
            found[name] = canonical
    return found


def _places(read: Mapping[str, Meaning], layers: int) -> dict[int | None, int]:
    """Which layer the numbers behind weights and biases mean, counted from 1."""
    numbers = {one.number for one in read.values()
               if one.letter in "WB" and (one.number is not None or not one.place)}  # fmt: skip
    known = sorted(number for number in numbers if number is not None)
    places: dict[int | None, int] = {number: place for place, number in enumerate(known, 1)}
    if len(known) != layers and all(1 <= number <= layers for number in known):
        places = {number: number for number in known}
    left = set(range(1, layers + 1)) - set(places.values())
    if None in numbers and len(left) == 1:
        # W and W2: the one without a number is the one that is left.
        places[None] = left.pop()
    return places


def _canonical(
    one: Meaning, layers: int, places: Mapping[int | None, int], *, inputs_at: int
) -> str:
    head = f"{one.letter}'" if one.kind == "'" else f"{one.kind}{one.letter}"
    if one.letter == "X":
        return f"{one.kind}A[1]"
    if one.letter == "Y":
        return "" if one.kind else "Y"
    if one.number is None and one.place:
        place = layers if one.place == "output" else 1 if layers > 1 else 0
    elif one.letter in "WB":
        place = places.get(one.number, 0)
    else:
        place = layers if one.number is None else one.number - inputs_at
    if one.letter == "A" and place == 0 and one.number is not None:
        return f"{one.kind}A[1]"
    if not 1 <= place <= layers or (one.kind == "'" and one.letter not in "WB"):
        return ""
    # Weights are known by the layer that they leave, everything else by the one that it is of.
    return f"{head}[{place}]" if one.letter == "W" else f"{head}[{place + 1}]"
