"""Derivations as short programs: the same formulas in NumPy or PyTorch.

A library says what each kind of node is called there; an outline says which lines the reader
asked for and which these need; a writer puts both together. PyTorch's programs stop at the
forward pass and leave the way back to autograd. Nothing is imported before one is asked for.
"""

from bp_tutor.output.code.programs import LIBRARIES, code_of

__all__ = ["LIBRARIES", "code_of"]
