"""The table of commands, with examples of each."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAM = "bp-tutor"
EXAMPLES = ("problems", "solve exercise", "why exercise 'dW[1,1,1]'")
"""What can be typed as it stands here."""

COMMANDS = {
    "solve": (
        "solve exercise",
        "solve exercise --form matrix --digits 3",
        "solve exercise --form general",
        "solve exercise --only dZ,dW --layer 3",
        "solve exercise --entry 'dW[1,1,1]' --notation superscript",
        "solve exercise -o exercise.pdf",
        "solve exercise --code numpy -o exercise.py",
        "solve exercise --code pseudo",
        "solve exercise --play",
    ),
    "why": (
        "why exercise 'dW[1,1,1]'",
        "why graph-chain-rule de/db",
        "why sigmoid",
        "why softmax+cross_entropy",
    ),
    "draw": ("draw exercise -o net.svg", "draw exercise -o step12.svg --step 12"),
    "train": (
        "train sigmoid-2-2-2 --updates 10000",
        "train xor-sigmoid --csv > loss.csv",
        "train xor-sigmoid -o xor.html --surface --paths w1,w2",
    ),
    "page": (
        "page exercise --open",
        "page xor-sigmoid -o xor.html --updates 3 --lang zh",
    ),
    "site": (
        "site --serve",
        "site exercise xor-sigmoid -o site --runtime node_modules/pyodide",
    ),
    "quiz": (
        "quiz",
        "quiz exercise",
        "quiz exercise --ask dZ,dW --layer 3",
        "quiz sigmoid-2-2-1 --level mixed --shuffle --count 10",
        "quiz exercise --resume",
    ),
    "progress": ("progress", "progress --export progress.json"),
    "mark": (
        "mark exercise answers.csv",
        "mark exercise answers.yaml --json > marks.json",
        "mark exercise answers.xlsx --list homework/exercise-list.csv -o results.xlsx",
        "mark exercise answers.csv --list class-list.csv --points 10 --gradebook moodle",
    ),
    "debug": (
        "debug exercise values.npz",
        "debug values.npz --layers 3,5,1 --activation tanh,sigmoid --loss binary_cross_entropy",
    ),
    "variant": (
        "variant exercise --seed 7",
        "variant exercise --seed 7 -o mine.yaml",
        "variant exercise --count 30 --out class",
        "variant exercise --names class.csv --out class",
    ),
    "worksheet": (
        "worksheet exercise -o sheet.pdf",
        "worksheet exercise -o sheet.html --ask Z,A,dZ --formulas",
        "worksheet exercise --variants 30 -o class.pdf --points 33 --working 4",
        "worksheet exercise --names class.csv --out homework --lang zh",
    ),
    "export": (
        "export exercise -o exercise.xml",
        "export exercise --format moodle --variants 20 --ask Z,A,dZ --points 10",
    ),
    "check": ("check exercise", "check sigmoid-2-2-1 exercise --json"),
    "new": (
        "new first.yaml --layers 3,3,2",
        "new second.yaml --layers 2,2,2 --notation net-out --fill blank",
        "new third.yaml --kind graph",
    ),
    "schema": ("schema", "schema -o bp-tutor.schema.json"),
    "problems": ("problems", "problems --topic networks --difficulty easy"),
}
"""Each command with examples of it, in the order of the help.

It is the function of its name in its module, and reads its arguments and calls.
"""


def command_named(name: str) -> Callable[..., Any]:
    """The function of a command; its module is read only now."""
    found: Callable[..., Any] = getattr(import_module(f"bp_tutor.cli.{name}"), name)
    return found
