"""What the program promises on time and memory, measured: `make bench`.

Each limit on time or memory is a ratio to a yardstick of the same run, because machines differ:
to `import sympy` as a process, to NumPy, to C, or to a plain loop of Python. Exits with 1 where
a promise is broken or could not be measured.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from time import perf_counter
from typing import TYPE_CHECKING

from tests.benchmarks.measure import Runs, interleaved, run_once

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
BP_TUTOR = str(Path(sys.executable).with_name("bp-tutor"))
SYMPY = "import sympy"
SYMPYS = "× sympy"
FOLDER = TemporaryDirectory(prefix="bp-tutor-bench-")
PAGE = str(Path(FOLDER.name, "{}.html"))

PICTURE = str(Path(gettempdir(), "bp-tutor-benchmark.svg"))

WRONG_DIGIT = str(Path(__file__).with_name("wrong-digit.yaml"))

COMMANDS = {
    SYMPY: [sys.executable, "-c", "import sympy"],
    "solve exercise": [BP_TUTOR, "solve", "exercise"],
    "page exercise": [
        BP_TUTOR, "page", "exercise", "--no-explain", "--force", "-o", PAGE.format("exercise")
    ],
    "page exercise, explained": [
        BP_TUTOR, "page", "exercise", "--force", "-o", PAGE.format("exercise")
    ],
    "program of exercise": [BP_TUTOR, "solve", "exercise", "--code", "numpy"],
    "PDF of exercise": [BP_TUTOR, "solve", "exercise", "--format", "pdf"],
    "train sigmoid-2-2-2": [BP_TUTOR, "train", "sigmoid-2-2-2", "--updates", "10000"],
    "picture of a training": [BP_TUTOR, "train", "sigmoid-2-2-2", "--updates", "10000",
                              "--force", "-o", PICTURE],
    "solve digits-784": [BP_TUTOR, "solve", "digits-784"],
    "page digits-784": [BP_TUTOR, "page", "digits-784", "--force", "-o", PAGE.format("digits-784")],
    "solve image-28": [BP_TUTOR, "solve", str(Path(__file__).with_name("image-28.yaml"))],
    "quiz exercise": [BP_TUTOR, "quiz", "exercise"],
    "check exercise --quick": [BP_TUTOR, "check", "exercise", "--quick"],
    "check problems": [BP_TUTOR, "check", str(ROOT / "problems")],
    "solve wrong-digit": [BP_TUTOR, "solve", WRONG_DIGIT],
    "check wrong-digit": [BP_TUTOR, "check", WRONG_DIGIT],
    "debug 784-30-10": [sys.executable, str(Path(__file__).with_name("wrong_gradient.py"))],
    "solve sequence-50": [BP_TUTOR, "solve", str(Path(__file__).with_name("sequence-50.yaml"))],
}  # fmt: skip

WHOLE = {
    # command: (at most so many times `import sympy`, at most so many times its memory or None)
    "solve exercise": (0.45, 0.75),
    "train sigmoid-2-2-2": (0.48, None),
    "solve digits-784": (5.0, 5.0),
    "solve image-28": (4.5, 2.5),
    "solve sequence-50": (4.5, None),
    # At most 3 s where `import sympy` takes 0.5 s.
    "debug 784-30-10": (6.0, None),
    "check problems": (45.0, None),
}

BESIDE = {
    # command: (another one, at most so many times as long)
    "check exercise --quick": ("solve exercise", 1.2),
    # Its input ends at once: the first question, and the result as well.
    "quiz exercise": ("solve exercise", 1.2),
    "page exercise": ("solve exercise", 1.3),
    "page exercise, explained": ("page exercise", 2.6),
    "program of exercise": ("solve exercise", 1.3),
    "page digits-784": ("solve digits-784", 2.0),
    "check wrong-digit": ("solve wrong-digit", 5.0),
}

PAGES = {
    # page: at most so many KiB
    "exercise": 400,
    "digits-784": 2048,
}


MORE = {
    # command: (another command, at most so many times `import sympy` more)
    "PDF of exercise": ("solve exercise", 4.5),
    "picture of a training": ("train sigmoid-2-2-2", 3.5),
}


@dataclass(frozen=True)
class Verdict:
    """One promise, and what came out."""

    what: str
    measured: float | None
    limit: float
    unit: str
    at_least: bool = False
    note: str = ""

    @property
    def kept(self) -> bool:
        if self.measured is None:
            return False
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    @property
    def row(self) -> str:
        sign = "≥" if self.at_least else "≤"
        measured = "—" if self.measured is None else f"{self.measured:.3g}"
        verdict = "kept" if self.kept else "BROKEN" if self.measured is not None else "no figure"
        promise = f"{sign} {self.limit:g} {self.unit}"
        return f"{self.what:<42} {measured:>8}  {promise:<22} {verdict:<10} {self.note}".rstrip()


def whole_processes(rounds: int) -> Iterator[Verdict]:
    runs = interleaved(COMMANDS, rounds)
    yardstick = runs[SYMPY]
    if yardstick.failure:
        sys.exit(f"{SYMPY}: {yardstick.failure}")
    print(f"python -c '{SYMPY}': {yardstick.time * 1e3:.0f} ms, median of {rounds} rounds\n")
    for name, (times, memory) in WHOLE.items():
        run: Runs = runs[name]
        if run.failure:
            yield Verdict(name, None, times, SYMPYS, note=run.failure)
            continue
        note = f"{run.time * 1e3:.0f} ms, {run.memory:.0f} MiB"
        yield Verdict(name, run.time / yardstick.time, times, SYMPYS, note=note)
        if memory is not None:
            yield Verdict(f"{name}: memory", run.memory / yardstick.memory, memory, SYMPYS)
    for name, (other, times) in BESIDE.items():
        run, beside = runs[name], runs[other]
        failure = run.failure or beside.failure
        ratio = None if failure else run.time / beside.time
        yield Verdict(name, ratio, times, f"× {other}", note=failure)
    yield from more_than(runs)
    yield from sizes()


def sizes() -> Iterator[Verdict]:
    """How large the pages are that were written on the way."""
    for name, limit in PAGES.items():
        path = Path(PAGE.format(name))
        size = path.stat().st_size / 1024 if path.exists() else None
        yield Verdict(f"page {name}: size", size, limit, "KiB")


def more_than(runs: dict[str, Runs]) -> Iterator[Verdict]:
    for name, (other, times) in MORE.items():
        failure = runs[name].failure or runs[other].failure
        more = None if failure else (runs[name].time - runs[other].time) / runs[SYMPY].time
        note = failure or f"{runs[name].time * 1e3:.0f} ms"
        yield Verdict(name, more, times, f"{SYMPYS} more than {other}", note=note)


def steady(part: str) -> tuple[dict[str, float], str]:
    """Seconds by name from a process of its own, and what it complained of."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.steady", part],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    complaint = (done.stderr.strip().splitlines() or [""])[-1]
    return (json.loads(done.stdout) if done.returncode == 0 else {}), complaint


def updates() -> Iterator[Verdict]:
    times, complaint = steady("small")
    note = ", ".join(f"{name} {taken * 1e6:.3g} µs" for name, taken in times.items())
    own, by_numpy, by_c = (times.get(name) for name in ("product", "numpy", "c"))
    ratio = by_numpy / own if own and by_numpy else None
    what = "an update of sigmoid-2-2-2"
    yield Verdict(what, ratio, 5, "× as fast as NumPy", at_least=True, note=note or complaint)
    if by_c or not times:
        ratio = own / by_c if own and by_c else None
        yield Verdict(what, ratio, 40, "× C", note=complaint)
    else:
        print("no C compiler here: the comparison with C is left out\n")
    for part, name, limit in (
        ("large", "digits-784", 1.5), ("image", "image-28", 3.0),
        ("transformer", "transformer-block", 2.0),
    ):  # fmt: skip
        times, complaint = steady(part)
        note = ", ".join(f"{name} {taken * 1e6:.3g} µs" for name, taken in times.items())
        ratio = times["product"] / times["numpy"] if times else None
        yield Verdict(f"an update of {name}", ratio, limit, "× NumPy", note=note or complaint)


def pieces() -> Iterator[Verdict]:
    """Short pieces of work beside a plain loop: an entry written out, the slowest verdict.

    A verdict is measured with all its diagnoses: where nothing was prepared, and warm, where
    another student answered the same before.
    """
    for part, what, limit in (
        ("entry-exercise", "an entry of exercise, written out", 0.3),
        ("entry-digits-784", "an entry of digits-784, written out", 6),
        ("verdict-exercise", "the slowest verdict in exercise", 25),
        ("verdict-digits-784", "the slowest verdict in digits-784", 200),
        ("warm-exercise", "the slowest verdict in exercise, warm", 12),
        ("warm-digits-784", "the slowest verdict in digits-784, warm", 120),
        ("arrays-digits-784", "a formula of an array of digits-784", 400),
        ("hostile", "an answer of 10,000 hostile signs", 100),
    ):
        times, complaint = steady(part)
        ratio = times["product"] / times["loop"] if times else None
        note = f"{times['product'] * 1e3:.3g} ms" if times else complaint
        yield Verdict(what, ratio, limit, "× a loop of 10,000", note=note)


def yardstick() -> Runs:
    """`import sympy` as it is now."""
    return interleaved({SYMPY: COMMANDS[SYMPY]}, 3)[SYMPY]


def marking() -> Iterator[Verdict]:
    """Marking 40 answers each of 100, 1,000 and 10,000 students, once each."""
    times: dict[int, float] = {}
    beside = yardstick()
    with TemporaryDirectory() as folder:
        for count in (100, 1_000, 10_000):
            path = str(Path(folder, f"{count}.csv"))
            write = [sys.executable, "-m", "tests.benchmarks.students", str(count), path]
            done = subprocess.run(write, cwd=ROOT, check=False)
            times[count], memory, failure = run_once([BP_TUTOR, "mark", "exercise", path, "--csv"])
            what = f"marks of {count} students"
            # Exit code 1 says that some answers are wrong, as they are.
            if done.returncode or (failure and not failure.startswith("exit code 1")):
                yield Verdict(what, None, 6.0, SYMPYS, note=failure)
                return
            if count == 1_000:
                yield Verdict(what, times[count] / beside.time, 45, SYMPYS)
            yield Verdict(f"{what}: memory", memory / beside.memory, 6.0, SYMPYS)
        yield from by_two(folder)
        yield from of_a_million(folder)
    for more, fewer in ((1_000, 100), (10_000, 1_000)):
        ratio = times[more] / times[fewer]
        yield Verdict(f"marks of {more} students against {fewer}", ratio, 13, "times")


def by_two(folder: str) -> Iterator[Verdict]:
    """100,000 answers by two processes: how much sooner, and the same to the byte."""
    path = str(Path(folder, "2500.csv"))
    write = [sys.executable, "-m", "tests.benchmarks.students", "2500", path]
    subprocess.run(write, cwd=ROOT, check=True)
    seconds, printed = [], []
    for workers in ("1", "2"):
        start = perf_counter()
        command = [BP_TUTOR, "mark", "exercise", path, "--csv", "--workers", workers]
        printed.append(subprocess.run(command, capture_output=True, check=False).stdout)
        seconds.append(perf_counter() - start)
    same = printed[0] == printed[1] and printed[0].count(b"\n") == 100_001
    ratio = seconds[0] / seconds[1] if same else None
    note = f"{seconds[0]:.0f} s by one" if same else "not the same"
    yield Verdict("marks by two processes", ratio, 1.7, "times as fast", at_least=True, note=note)


def of_a_million(folder: str) -> Iterator[Verdict]:
    """The memory for 1,000,000 answers; most papers are like another one, which saves time."""
    path, what = str(Path(folder, "25000.csv")), "marks of 25000 students: memory"
    write = [sys.executable, "-m", "tests.benchmarks.students", "25000", path, "150"]
    subprocess.run(write, cwd=ROOT, check=True)
    _, memory, failure = run_once([BP_TUTOR, "mark", "exercise", path, "--csv"])
    failed = failure if failure and not failure.startswith("exit code 1") else ""
    yield Verdict(what, None if failed else memory, 300, "MiB", note=failed)


def variants() -> Iterator[Verdict]:
    """Drawing for a class, once each: the time, and that it grows with the number alone."""
    times: dict[int, float] = {}
    with TemporaryDirectory() as folder:
        for count in (100, 1000):
            out = str(Path(folder, str(count)))
            command = [BP_TUTOR, "variant", "exercise", "--count", str(count), "--out", out]
            times[count], _, failure = run_once(command)
            if failure:
                yield Verdict(f"{count} variants of exercise", None, 45, SYMPYS, note=failure)
                return
    yield Verdict("1000 variants of exercise", times[1000] / yardstick().time, 45, SYMPYS)
    yield Verdict("1000 variants against 100", times[1000] / times[100], 13, "times")


def worksheets(rounds: int = 3) -> Iterator[Verdict]:
    """Thirty worksheets with their key, numbers drawn for each, against the plain one."""
    with TemporaryDirectory() as folder:
        out = str(Path(folder, "sheet.pdf"))
        command = [BP_TUTOR, "worksheet", "exercise", "-o", out, "--force"]
        runs = interleaved({"one": command, "thirty": [*command, "--variants", "30"]}, rounds)
    what = "30 worksheets of exercise against one"
    failure = runs["one"].failure or runs["thirty"].failure
    ratio = None if failure else runs["thirty"].time / runs["one"].time
    note = failure or f"{runs['thirty'].time * 1e3:.0f} ms, {runs['thirty'].memory:.0f} MiB"
    yield Verdict(what, ratio, 5, "times", note=note)


def pages() -> Iterator[Verdict]:
    """Pages of a site in the browser: a number changed, the engine started, what is transferred."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.pages"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        note = (done.stderr.strip().splitlines() or [""])[-1]
        yield Verdict("pages of a site", None, 0, "", note=note)
        return
    found = json.loads(done.stdout)
    beside = yardstick().time
    # At most 100 ms where `import sympy` takes 0.4 s.
    for name, limit in (("exercise", 0.25), ("transformer-block", 4.0)):
        taken = found[f"changed {name}"]
        note = f"{taken * 1e3:.0f} ms"
        yield Verdict(f"a number changed on {name}", taken / beside, limit, SYMPYS, note=note)
    # Well under a second, what is drawn as well.
    note = f"{found['trained'] * 1e3:.0f} ms"
    yield Verdict("1000 updates on a page", found["trained"] / beside, 1.5, SYMPYS, note=note)
    note = f"{found['engine']:.2f} s, {found['pyodide']:.2f} s"
    ratio = found["engine"] / found["pyodide"]
    yield Verdict("the engine of a page started", ratio, 1.5, "× Pyodide alone", note=note)
    yield Verdict("the first visit of a page", found["bytes"] / 1e6, 9, "MB compressed")
    yield Verdict("of them the program", found["program"] / 1e6, 2, "MB compressed")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11, help="rounds of whole processes")
    rounds = parser.parse_args().rounds
    if not Path(BP_TUTOR).exists():
        parser.error(f"{BP_TUTOR} is not there: run `make install` first")
    verdicts = [
        *whole_processes(rounds),
        *updates(),
        *pieces(),
        *marking(),
        *variants(),
        *worksheets(),
        *pages(),
    ]
    print(f"{'':<42} {'measured':>8}  {'promise':<22}")
    for verdict in verdicts:
        print(verdict.row)
    return 0 if all(verdict.kept for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
