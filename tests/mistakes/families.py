"""The families of exercises by name."""

from __future__ import annotations

from collections.abc import Callable

from tests.mistakes.attention import attention
from tests.mistakes.dense import dense
from tests.mistakes.graph import graph
from tests.mistakes.image import image
from tests.mistakes.lstm import lstm
from tests.mistakes.optimiser import optimiser
from tests.mistakes.recurrent import recurrent
from tests.mistakes.sheet import Exercise

FAMILIES: dict[str, Callable[[int], Exercise]] = {
    "dense": dense,
    "graph": graph,
    "recurrent": recurrent,
    "lstm": lstm,
    "image": image,
    "attention": attention,
    "optimiser": optimiser,
}
