"""Times inside one process, the product and its yardstick in turn; prints seconds as JSON.

python steady.py PART, one of PARTS
"""

from __future__ import annotations

import gc
import json
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

from bp_tutor.cli.start import YOUNG
from tests.benchmarks import product, yardsticks

if TYPE_CHECKING:
    from collections.abc import Callable

REPEATS = 9
CLOSE = 1e-9
"""Product and yardstick must reach the same loss, or they did not do the same work."""


def per_call(work: Callable[[int], object], count: int) -> float:
    start = time.perf_counter()
    work(count)
    return (time.perf_counter() - start) / count


def in_turn(works: dict[str, Callable[[int], object]], count: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in works}
    for number in range(REPEATS + 1):
        for name, work in works.items():
            taken = per_call(work, count)
            if number:
                times[name].append(taken)
    return {name: median(taken) for name, taken in times.items()}


def same(losses: dict[str, float]) -> None:
    expected = losses["numpy"]
    for name, loss in losses.items():
        if abs(loss - expected) > CLOSE * max(1.0, abs(expected)):
            sys.exit(f"{name} reaches the loss {loss!r}, NumPy {expected!r}")


def small() -> dict[str, float]:
    by_numpy, own, in_c = (
        yardsticks.small_numpy(),
        product.Updates(product.SMALL),
        yardsticks.small_c(),
    )
    losses = {"numpy": by_numpy(100), "product": own.loss_after(100)}
    if in_c:
        losses["c"] = in_c(100)[1]
    same(losses)
    times = in_turn({"numpy": by_numpy, "product": own}, 5000)
    if in_c:
        times["c"] = median(in_c(1_000_000)[0] for _ in range(REPEATS)) * 1e-9
    return times


def large() -> dict[str, float]:
    by_numpy, own = yardsticks.large_numpy(**product.large_given()), product.Updates(product.LARGE)
    same({"numpy": by_numpy(10), "product": own.loss_after(10)})
    return in_turn({"numpy": by_numpy, "product": own}, 500)


def image() -> dict[str, float]:
    by_numpy, own = yardsticks.image_numpy(**product.image_given()), product.Updates(product.IMAGE)
    same({"numpy": by_numpy(10), "product": own.loss_after(10)})
    return in_turn({"numpy": by_numpy, "product": own}, 200)


def transformer() -> dict[str, float]:
    by_numpy = yardsticks.transformer_numpy(**product.transformer_given())
    own = product.Updates(product.TRANSFORMER)
    same({"numpy": by_numpy(10), "product": own.loss_after(10)})
    return in_turn({"numpy": by_numpy, "product": own}, 500)


ENTRIES = {
    "exercise": (product.EXERCISE, "dZ[2]", (0, 0)),
    "digits-784": (product.LARGE, "Z[2]", (0, 0)),
}


def entry(name: str) -> dict[str, float]:
    work = often(product.one_entry(*ENTRIES[name]))
    return in_turn({"loop": often(loop), "product": work}, 100)


def loop() -> float:
    """The yardstick of short pieces of work: 10,000 rounds of a plain loop."""
    total = 0.0
    for number in range(10_000):
        total += number * 0.5
    return total


def often(work: Callable[[], float]) -> Callable[[int], None]:
    def repeated(count: int) -> None:
        for _ in range(count):
            work()

    return repeated


def slowest(made: Callable[[], list[Callable[[], object]]]) -> dict[str, float]:
    """The longest of many short pieces of work, each the shortest time of three made anew.

    A process is charged whole ticks of the clock, longer than a piece; no piece meets one thrice.
    """
    rounds, loops = [], []
    for _ in range(3):
        rounds.append([timed(work) for work in made()])
        loops.append(timed(lambda: often(loop)(100)) / 100)
    return {"product": max(map(min, zip(*rounds, strict=True))), "loop": median(loops)}


def timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


PARTS: dict[str, Callable[[], dict[str, float]]] = {
    "small": small,
    "large": large,
    "image": image,
    "transformer": transformer,
    "entry-exercise": lambda: entry("exercise"),
    "entry-digits-784": lambda: entry("digits-784"),
    "verdict-exercise": lambda: slowest(lambda: product.verdicts("exercise")),
    "verdict-digits-784": lambda: slowest(lambda: product.verdicts("digits-784")),
    "warm-exercise": lambda: slowest(lambda: product.verdicts("exercise", warm=True)),
    "warm-digits-784": lambda: slowest(lambda: product.verdicts("digits-784", 60, warm=True)),
    "arrays-digits-784": lambda: slowest(lambda: product.array_formulas("digits-784")),
    "hostile": lambda: slowest(product.hostile),
}

if __name__ == "__main__":
    gc.set_threshold(YOUNG)  # as the program has it
    print(json.dumps(PARTS[sys.argv[1]]()))
