"""Whether what would be released works: `make release-check`.

A wheel and a source distribution are built, the wheel from the latter. The wheel is installed into
fresh environments: with each Python that there is, and with the lowest versions of libraries that
it allows. There the commands and the Python of some pages are run, and have to print what the
pages say.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.docs.blocks import ROOT, blocks
from tests.docs.console import exchanges, fits, run_block

FOLDER = ROOT / "build" / "release"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
EXTRAS = ("paper", "plot", "tables", "anki")
OF_CLASSES = ("teaching.md", "mark.md", "worksheets.md", "export.md")
PAGES = (
    ROOT / "README.md",
    *sorted((ROOT / "docs" / "student").glob("*.md")),
    *(ROOT / "docs" / "teacher" / name for name in OF_CLASSES),
)
UV = (sys.executable, "-m", "uv")


class Trial(NamedTuple):
    """An environment to try the wheel in."""

    version: str
    python: Path
    lowest: bool = False

    @property
    def name(self) -> str:
        return f"Python {self.version}, {self.libraries} versions"

    @property
    def libraries(self) -> str:
        return "lowest" if self.lowest else "latest"

    @property
    def folder(self) -> Path:
        return FOLDER / f"{self.version}-{self.libraries}"


def uv(*arguments: str) -> str:
    """What `uv` prints.

    Raises:
        subprocess.CalledProcessError: it fails; what it says stands on standard error.
    """
    # Neither settings of the machine nor the pinned versions decide what is installed.
    kept = {name: value for name, value in os.environ.items() if name != "PIP_CONSTRAINT"}
    done = subprocess.run(
        [*UV, *arguments], cwd=ROOT, env=kept,
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def built() -> Path:
    """The wheel, made from the source distribution."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    pinned = ("--build-constraint", "constraints.txt")
    uv("build", "--quiet", "--out-dir", str(FOLDER / "dist"), *pinned)
    (wheel,) = (FOLDER / "dist").glob("*.whl")
    return wheel


def pythons() -> dict[str, Path]:
    """Each version of Python that the machine has, the oldest first; pyenv keeps some aside."""
    kept_aside = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = {}
    for version in VERSIONS:
        named = shutil.which(f"python{version}")
        every = [Path(named)] if named else []
        every += sorted(kept_aside.glob(f"{version}.*/bin/python"))
        answering = (each for each in every if _is(each, version))
        if (python := next(answering, None)) is not None:
            found[version] = python
    return found


def _is(python: Path, version: str) -> bool:
    """Whether it runs, and is that version: a shim may only know of it."""
    told = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", told], capture_output=True, text=True, check=False)
    return done.stdout.strip() == version


def install(trial: Trial, wheel: Path) -> None:
    """Make the environment of a trial."""
    env = str(trial.folder / "env")
    uv("venv", "--quiet", "--python", str(trial.python), env)
    into = ("pip", "install", "--quiet", "--python", env)
    if trial.lowest:
        # The lowest versions that it names itself; what these need may be any.
        extras = (f"--extra={name}" for name in EXTRAS)
        uv(*into, "--resolution", "lowest-direct", "-r", "pyproject.toml", *extras)
        uv(*into, "--no-deps", str(wheel))
    else:
        uv(*into, f"{wheel}[{','.join(EXTRAS)}]")


def mistakes(trial: Trial) -> Iterator[str]:
    """Where what is printed is not what a page says."""
    programs = trial.folder / "env" / "bin"
    for number, block in enumerate(blocks("console", documents=PAGES)):
        folder = trial.folder / f"console-{number}"
        folder.mkdir()
        told = exchanges(block.text)
        printed = run_block(block, folder, programs)
        for exchange, lines in zip(told, printed, strict=True):
            if not fits(exchange.output, lines):
                yield "\n".join((f"{block.place}: {exchange.command}", *lines))
    for block in blocks("pycon", documents=PAGES):
        file = trial.folder / "example.txt"
        file.write_text(block.text, encoding="utf-8")
        done = subprocess.run(
            [programs / "python", "-m", "doctest", file],
            cwd=trial.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            yield f"{block.place}:\n{done.stdout}{done.stderr}"


def main() -> int:
    """Try everything, and say how long it took; 1 if something does not hold."""
    start = time.monotonic()
    wheel = built()
    print(f"{wheel.name}: built in {time.monotonic() - start:.0f} s")
    found = pythons()
    failed = False
    oldest = next(iter(found.items()))
    for trial in [*(Trial(*each) for each in found.items()), Trial(*oldest, lowest=True)]:
        start = time.monotonic()
        install(trial, wheel)
        installed = time.monotonic()
        wrong = list(mistakes(trial))
        took = (
            f"installed in {installed - start:.0f} s, tried in {time.monotonic() - installed:.0f} s"
        )
        print(f"{trial.name}: {'wrong' if wrong else 'right'} ({took})", *wrong, sep="\n")
        failed = failed or bool(wrong)
    lacking = [version for version in VERSIONS if version not in found]
    if lacking:
        print(f"not on this machine: Python {', '.join(lacking)}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
