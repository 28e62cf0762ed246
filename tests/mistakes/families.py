"""The families of exercises by name."""

from __future__ import annotations

from collections.abc import Callable

from tests.mistakes.dense import dense
from tests.mistakes.graph import graph
from tests.mistakes.sheet import Exercise

FAMILIES: dict[str, Callable[[int], Exercise]] = {
    "dense": dense,
    "graph": graph,
}
