"""Derivations as short programs: the same formulas in NumPy or PyTorch."""

from bp_tutor.render.code.programs import LIBRARIES, CodeError, code_of

__all__ = ["LIBRARIES", "CodeError", "code_of"]
