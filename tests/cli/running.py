"""Runs the command line inside the test's own process, on streams of any encoding."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from bp_tutor.cli.app import main

ROOT = Path(__file__).parents[2]
PROBLEMS = tuple(path.stem for path in sorted((ROOT / "problems").glob("*.yaml")))
LARGE = ("digits-784", "transformer-block")
"""What holds for every problem is looked at in the others, where it would only take long here."""
SMALL = tuple(name for name in PROBLEMS if name not in LARGE)


class Done(NamedTuple):
    """What a command line came to."""

    code: int
    out: str
    err: str


def run(*arguments: str, encoding: str = "utf-8", **environment: str) -> Done:
    """Exit code and both outputs of `bp-tutor ...`, in English unless another is asked for."""
    streams = [TextIOWrapper(BytesIO(), encoding=encoding) for _ in range(2)]
    variables = {"LANG": "en_GB.UTF-8", **environment}
    code: Any = 0
    with (
        patch.dict(os.environ, variables, clear=True),
        redirect_stdout(streams[0]),
        redirect_stderr(streams[1]),
    ):
        try:
            main(list(arguments))
        except SystemExit as end:
            code = end.code
    texts = []
    for stream in streams:
        stream.flush()
        texts.append(stream.buffer.getvalue().decode(encoding))
    return Done(code, *texts)


def good(*arguments: str, **more: str) -> str:
    """What a command line prints that must succeed."""
    done = run(*arguments, **more)
    assert (done.code, done.err) == (0, ""), done
    return done.out


def trace_of(*arguments: str) -> Any:
    """The JSON of `solve`, read strictly."""
    return strict(good("solve", *arguments, "--json"))


def strict(text: str) -> Any:
    """JSON without NaN and infinity."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    return json.loads(text, parse_constant=refuse)


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own, with no environment but this."""
    variables = {"PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", ""), **environment}
    return subprocess.run(
        [sys.executable, "-m", "bp_tutor", *arguments],
        capture_output=True,
        check=False,
        env=variables,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
