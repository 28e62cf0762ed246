"""Backpropagation worked out line by line, from a problem file.

As a library: `load` or `network` gives a problem, `Problem.solve` its derivation; `Problem.quiz`,
`mark`, `variants` and `check` do what the commands of these names do. Nothing is imported before it
is used.
"""

from bp_tutor.api import names as _names
from bp_tutor.version import __version__ as __version__

# What `typing` has as well; but importing that would take longer than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from bp_tutor.api.checking import Finding as Finding
    from bp_tutor.api.checking import Report as Report
    from bp_tutor.api.checking import check as check
    from bp_tutor.api.debugging import LayersUnsaidError as LayersUnsaidError
    from bp_tutor.api.debugging import debug as debug
    from bp_tutor.api.derivation import Checked as Checked
    from bp_tutor.api.derivation import Derivation as Derivation
    from bp_tutor.api.derivation import Explanation as Explanation
    from bp_tutor.api.derivation import Line as Line
    from bp_tutor.api.derivation import Section as Section
    from bp_tutor.api.diagnosis import Diagnosis as Diagnosis
    from bp_tutor.api.diagnosis import GradientCheck as GradientCheck
    from bp_tutor.api.diagnosis import Verdict as Verdict
    from bp_tutor.api.errors import BpTutorError as BpTutorError
    from bp_tutor.api.errors import FileMistake as FileMistake
    from bp_tutor.api.from_torch import from_torch as from_torch
    from bp_tutor.api.marking import Mark as Mark
    from bp_tutor.api.marking import Marks as Marks
    from bp_tutor.api.marking import mark as mark
    from bp_tutor.api.notebook import load_ipython_extension as load_ipython_extension
    from bp_tutor.api.picture import Picture as Picture
    from bp_tutor.api.problem import Problem as Problem
    from bp_tutor.api.problem import load as load
    from bp_tutor.api.problem import network as network
    from bp_tutor.api.problem import variants as variants
    from bp_tutor.api.quizzing import Answer as Answer
    from bp_tutor.api.quizzing import Quiz as Quiz
    from bp_tutor.api.watching import Watch as Watch
    from bp_tutor.api.watching import watch as watch

__getattr__ = _names.attribute
__dir__ = _names.listed
