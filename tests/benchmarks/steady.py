"""Times inside one process, the product and its yardstick in turn; prints seconds as JSON.

python steady.py small|large|entry
"""

from __future__ import annotations

import json
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

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
    losses = {"numpy": yardsticks.small_numpy()(100)}
    works: dict[str, Callable[[int], object]] = {"numpy": yardsticks.small_numpy()}
    in_c = yardsticks.small_c()
    if in_c:
        losses["c"] = in_c(100)[1]
    try:
        losses["product"] = product.updates_of(product.SMALL)(100)
        works["product"] = product.updates_of(product.SMALL)
    except product.NotThereError as missing:
        print(missing, file=sys.stderr)
    same(losses)
    times = in_turn(works, 5000)
    if in_c:
        times["c"] = median(in_c(1_000_000)[0] for _ in range(REPEATS)) * 1e-9
    return times


def large() -> dict[str, float]:
    given = product.large_given()
    same(
        {
            "numpy": yardsticks.large_numpy(**given)(10),
            "product": product.updates_of(product.LARGE)(10),
        }
    )
    works: dict[str, Callable[[int], object]] = {
        "numpy": yardsticks.large_numpy(**given),
        "product": product.updates_of(product.LARGE),
    }
    return in_turn(works, 500)


def entry() -> dict[str, float]:
    work = product.one_entry()

    def often(count: int) -> None:
        for _ in range(count):
            work()

    return in_turn({"product": often}, 200)


if __name__ == "__main__":
    try:
        print(json.dumps({"small": small, "large": large, "entry": entry}[sys.argv[1]]()))
    except product.NotThereError as missing:
        sys.exit(str(missing))
