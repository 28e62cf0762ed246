"""How often wrong answers are named, and right ones marked right.

python -m tests.mistakes.measure [--family F] [--digits D] [--count N] [--labels] [--examples]
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

from tests.mistakes.bank import DIGITS, WAYS
from tests.mistakes.families import FAMILIES
from tests.mistakes.rates import NAMED, NOTHING, OTHER, RIGHT, Rates

OUTCOMES = (NAMED, OTHER, NOTHING, RIGHT)
SINGLE = ("single", "pen", "known")


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:6.2f} %" if whole else "      – "


def table(rates: Rates, digits: tuple[int, ...]) -> None:
    print(f"{'':<34}{'cases':>7} " + "".join(f"{name:>14}" for name in OUTCOMES))
    rows: list[tuple[str, Counter[str]]] = []
    for kinds, called in ((("single",), "single"), (("pen",), "slips of the pen"),
                          (("known",), "another value"), (("above",), "above"),
                          (("pair",), "pairs")):  # fmt: skip
        rows += [
            (f"{called}, {way}, {figures} digits", rates.counts(kinds, way, (figures,)))
            for way in WAYS
            for figures in digits
        ]
    rows += [("all single mistakes", rates.counts(SINGLE)), ("all above", rates.counts(("above",)))]
    rows += [("all pairs", rates.counts(("pair",)))]
    rows += [(f"random, {n} digits", rates.counts(("random",), "", (n,))) for n in digits]
    for called, counts in rows:
        whole = counts.total()
        cells = "".join(f"{share(counts[name], whole):>14}" for name in OUTCOMES)
        print(f"{called:<34}{whole:>7} {cells}")
    chains = rates.chains
    for part, among in (
        ("right answers marked wrong", "right answers"),
        ("right answers of which more digits are asked", "right answers"),
        ("wrong chains with another first wrong step", "wrong chains"),
        ("answers after a mistake marked wrong", "answers after a mistake"),
        ("answers after a mistake with another first wrong step", "answers after a mistake"),
    ):
        print(
            f"{part:<56}{chains[part]:>6} of {chains[among]:>6}{share(chains[part], chains[among])}"
        )
    formulas = rates.formulas
    for part, among in (
        ("right formulas not taken for right", "right formulas"),
        ("wrong formulas taken for right", "wrong formulas"),
        ("wrong formulas named", "wrong formulas"),
        ("wrong formulas with another name", "wrong formulas"),
    ):
        rate = share(formulas[part], formulas[among])
        print(f"{part:<56}{formulas[part]:>6} of {formulas[among]:>6}{rate}")
    print("explanations named together:", dict(sorted(rates.shown.items())))


def labels(rates: Rates) -> None:
    rows = sorted(
        rates.by_label.items(), key=lambda row: row[1][NAMED] / row[1].total() + (row[0][0] > "r")
    )
    print(f"\n{'':<52}{'cases':>6} " + "".join(f"{name:>14}" for name in OUTCOMES))
    for (kind, label), counts in rows:
        if kind != "random":
            cells = "".join(f"{counts[name]:>14}" for name in OUTCOMES)
            print(f"{kind + ': ' + label:<52}{counts.total():>6} {cells}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--family", choices=FAMILIES, action="append")
    parser.add_argument("--digits", type=int, choices=DIGITS, action="append")
    parser.add_argument("--count", type=int, default=10, help="exercises of each family")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument(
        "--combinations", type=int, default=8, help="of a way and digits, for each mistake"
    )
    parser.add_argument("--cases-only", action="store_true", help="no chains and no formulas")
    parser.add_argument("--labels", action="store_true", help="counts for each mistake")
    parser.add_argument(
        "--examples", nargs="?", const=3, type=int, help="so many of each mistake that failed"
    )
    chosen = parser.parse_args()
    rates = Rates(tuple(chosen.digits or DIGITS))
    start = time.perf_counter()
    families = chosen.family or list(FAMILIES)
    for family in families:
        for seed in range(chosen.first, chosen.first + chosen.count):
            rates.add(FAMILIES[family](seed), chosen.combinations, cases_only=chosen.cases_only)
    print(f"{', '.join(families)}: {chosen.count} exercises each, "
          f"{time.perf_counter() - start:.0f} s")  # fmt: skip
    table(rates, tuple(chosen.digits or DIGITS))
    if chosen.labels:
        labels(rates)
    if chosen.examples:
        told: Counter[tuple[str, ...]] = Counter()
        for each in rates.examples:
            key = (each.case.kind, each.case.label, each.outcome)
            told[key] += 1
            if told[key] <= chosen.examples:
                print(each.told)
        told_of_rest = [one.told for one in rates.chain_examples]
        told_of_rest += [one.told for one in rates.formula_examples]
        print("\n".join(told_of_rest[: 10 * chosen.examples]))


if __name__ == "__main__":
    main()
