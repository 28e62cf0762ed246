"""Problem files and answers that are spoilt in many ways, and all commands on each of them.

    make fuzz            (3,000 files; or python -m tests.hostile.fuzz COUNT FIRST SECONDS)

prints what ended in a traceback, took more than 2 seconds or more than 300 MiB. Each file is
made by its number alone, and looked at in a process of its own.
"""

from __future__ import annotations

import io
import json
import os
import re
import resource
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, NamedTuple
from unittest.mock import patch

from bp_tutor.cli.app import main

ROOT = Path(__file__).parents[2]
LARGE = ("digits-784",)
SOURCES = [p for p in sorted((ROOT / "problems").glob("*.yaml")) if p.stem not in LARGE]
MOST_SECONDS, MOST_MIB = 2.0, 300
NUMBERS = (
    "0", "-0.0", "1", "-1", "1e300", "-1e300", "1e308", "1.0e+29", "-1e5", "1e-300", "5e-324",
    ".inf", "-.inf", ".nan", "1e400", "1e16", "745", "-745", "1000000", "0.1", "0.30", "3",
    "2.5", "99999999999999999999", "", "null", "true", "abc", "[]", "{}", "[1, 2]", "'0.5'",
    "−0.5", "０．５", "0,5", "1_000", "1:30", "0x10", "- 1",
)  # fmt: skip
WORDS = (
    "sigmoid", "relu", "tanh", "softmax", "step", "identity", "leaky_relu", "cross_entropy",
    "half_squared_error", "mean_squared_error", "binary_cross_entropy", "none", "adam",
    "momentum", "layered", "numbered", "superscript", "hand:4", "hand:3s", "exact", "to-from",
    "from-to", "columns", "rows", "weights", "bias", "values", "layers", "network", "graph",
    "inputs", "targets", "lstm", "gru", "convolution", "max_pool", "flatten", "attention",
)  # fmt: skip
PIECES = (
    "]", "[", "{", "}", ":", ": ", ",", "#", "'", '"', '\t', '\x00', '\x1b[31m', '\u202e', "&a",
    "*a", "!!python", "，", "：", "💣", '\n', "  ", "- ", "|", "=1+1", "<script>", "%", '\\', "/",
    "^", "é", "∂", "(" * 80, "1" * 5000,
)  # fmt: skip
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])")
_WORD = re.compile(r"[A-Za-z_]{3,}")
ANSWERS = (
    "1e300", "-0.1257", "0", "nan", "1/0", "9**9**9", "1e-320", "abc", "", "[1, 2]", "show", "hint",
    "0,5", "w*x",
)  # fmt: skip
ASKED = (
    "Z[2,1]", "A[2,1]", "dZ[2,1]", "dW[1,1,1]", "W'[1,1,1]", "L", "a", "dL/da", "e", "Z[,1]", "Z",
    "@1", "W[1]",
)  # fmt: skip


class Finding(NamedTuple):
    """Something that may not happen."""

    number: int
    command: str
    what: str
    text: str = ""


def spoilt(draw: Random) -> str:
    """A problem file with one to three things in it that are not as they were."""
    text = draw.choice(SOURCES).read_text(encoding="utf-8")
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        text = draw.choice(CHANGES)(text, draw)
    return text


def _number(text: str, draw: Random) -> str:
    return _put(text, draw, _NUMBER, NUMBERS)


def _word(text: str, draw: Random) -> str:
    return _put(text, draw, _WORD, WORDS)


def _put(text: str, draw: Random, what: re.Pattern[str], pieces: tuple[str, ...]) -> str:
    found = list(what.finditer(text))
    if not found:
        return text
    one = draw.choice(found)
    return text[: one.start()] + draw.choice(pieces) + text[one.end() :]


def _piece(text: str, draw: Random) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + draw.choice(PIECES) + text[at:]


def _line(text: str, draw: Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at = draw.randrange(len(lines))
    other = draw.choice(draw.choice(SOURCES).read_text(encoding="utf-8").splitlines(keepends=True))
    return "".join(
        lines[:at]
        + draw.choice(([], [lines[at]] * 2, [other], [lines[at], other]))
        + lines[at + 1 :]
    )


def _cut(text: str, draw: Random) -> str:
    at, more = draw.randrange(len(text) + 1), draw.randrange(1, 30)
    return draw.choice((text[:at], text[:at] + text[at + more :]))


CHANGES: tuple[Callable[[str, Random], str], ...] = (
    _number,
    _number,
    _number,
    _number,
    _word,
    _word,
    _line,
    _piece,
    _cut,
)


def answers(draw: Random) -> str:
    """A file of answers, some of them to questions that there are."""
    lines = ["student,id,value"]
    for _ in range(12):
        student, value = draw.choice(("ada", "李雷")), draw.choice((*NUMBERS, *ANSWERS))
        lines.append(f'{student},"{draw.choice(ASKED)}",{value}')
    text = "\n".join(lines) + "\n"
    return draw.choice((_piece, _cut, lambda same, _: same))(text, draw)


def commands(draw: Random) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every command, with what is typed into it."""
    # What is printed is searched for at length: now and then is enough.
    yield ("check", "p.yaml", *draw.choice(((), *[("--quick",)] * 4))), ""
    yield ("solve", "p.yaml"), ""
    yield ("solve", "p.yaml", "--form", "matrix", "--rounding", "hand:3"), ""
    yield ("solve", "p.yaml", "--json"), ""
    yield ("solve", "p.yaml", "-o", f"a.{draw.choice(('md', 'tex', 'typ', 'ipynb'))}"), ""
    yield ("solve", "p.yaml", "--code", draw.choice(("numpy", "pytorch")), "-o", "a.py"), ""
    yield ("why", "p.yaml", draw.choice(("dW[1,1,1]", "L", "Z[2,1]", "de/db", "Z[,1]"))), ""
    yield ("variant", "p.yaml", "--seed", str(draw.randrange(9))), ""
    yield ("train", "p.yaml", "--updates", "20"), ""
    yield ("mark", "p.yaml", "a.csv", draw.choice(("--csv", "--json"))), ""
    lines = (
        "\n".join(draw.choice((*ANSWERS, *NUMBERS)) for _ in range(12))
        + "\nshow\nhint\nhint\nhint\nhint\nback\nwhy\n"
    )
    yield ("quiz", "p.yaml", "--level", draw.choice(("numbers", "formulas", "mixed"))), lines
    yield ("page", "p.yaml", "-o", "a.html"), ""
    yield ("draw", "p.yaml", "-o", "a.svg", "--force"), ""
    yield ("worksheet", "p.yaml", "-o", f"w.{draw.choice(('typ', 'html', 'md'))}"), ""


def looked_at(number: int, seconds: float) -> list[Finding]:
    """What goes wrong with the file of a number, or takes longer."""
    draw = Random(number)  # noqa: S311 - the same files every time
    text = spoilt(draw)
    found = []
    with TemporaryDirectory() as folder:
        before = Path.cwd()
        os.chdir(folder)
        try:
            Path("p.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")
            Path("a.csv").write_text(answers(draw), encoding="utf-8")
            for line, typed in commands(draw):
                code, what = _run(line, typed, seconds)
                found += [Finding(number, " ".join(line), what, text)] if what else []
                if line[0] == "check" and code == 2:
                    # Nothing reads it, so others need not be asked.
                    for other in (("solve", "p.yaml"), ("variant", "p.yaml")):
                        _, what = _run(other, "", seconds)
                        found += [Finding(number, " ".join(other), what, text)] if what else []
                    break
        finally:
            os.chdir(before)
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    if mib > MOST_MIB:
        found.append(Finding(number, "", f"{mib} MiB", text))
    return found


def _run(line: tuple[str, ...], typed: str, seconds: float) -> tuple[Any, str]:
    """The exit code of a command, and what may not happen in it."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)]
    home = {
        "HOME": str(Path.cwd()),
        "XDG_DATA_HOME": str(Path.cwd() / "data"),
        "LANG": "en_GB.UTF-8",
    }
    code: Any = 0
    start = process_time()
    try:
        with (
            patch.dict(os.environ, home),
            patch.object(sys, "stdin", io.StringIO(typed)),
            redirect_stdout(streams[0]),
            redirect_stderr(streams[1]),
        ):
            main(list(line))
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - whatever it is, it is a finding
        return 1, traceback.format_exc()
    taken = process_time() - start
    if taken > seconds:
        return code, f"{taken:.1f} s"
    return code, "" if code in (0, 1, 2) else f"exit code {code}"


def apart(number: int, seconds: float) -> list[Finding]:
    """The findings of a file, by a process of its own that ends with it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, json.dumps(looked_at(number, seconds)).encode())
        os._exit(0)
    os.close(writing)
    data = b""
    while piece := os.read(reading, 2**16):
        data += piece
    os.close(reading)
    os.waitpid(child, 0)
    if not data:
        return [Finding(number, "", "the process was ended")]
    return [Finding(*found) for found in json.loads(data)]


def run(count: int, first: int, seconds: float = MOST_SECONDS) -> int:
    """How many findings there are in so many files; each is printed."""
    # What is loaded here need not be loaded for each file.
    looked_at(first, seconds)
    failed = 0
    for number in range(first, first + count):
        for found in apart(number, seconds):
            failed += 1
            last = " | ".join(line.strip() for line in found.what.strip().splitlines()[-4:])
            sys.stdout.write(f"{number}: {found.command}: {last}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{count} files, {failed} findings\n")
    return failed


if __name__ == "__main__":
    count, first, seconds = (*sys.argv[1:], *("3000", "0", str(MOST_SECONDS))[len(sys.argv) - 1 :])
    sys.exit(min(1, run(int(count), int(first), float(seconds))))
