"""From a problem to the record of every step.

A model's formulas become a program of lines: forward, loss, backward, gradients, update. A step
is a line evaluated, so its value follows from its formula by construction. Small problems are
compiled to plain code, large ones to calls of NumPy, and training runs the same lines without
keeping them. Every result is checked against central differences.
"""

from bp_tutor.catalogue import Definition
from bp_tutor.catalogue.generate import Drawn
from bp_tutor.solve.evaluate import NumberError
from bp_tutor.solve.program import Program, names_in, program_of, used
from bp_tutor.solve.solver import solve
from bp_tutor.solve.trace import Run, Step, Trace

__all__ = [
    "Definition",
    "Drawn",
    "NumberError",
    "Program",
    "Run",
    "Step",
    "Trace",
    "names_in",
    "program_of",
    "solve",
    "used",
]
