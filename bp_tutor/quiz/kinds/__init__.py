"""The kinds of question, one module each."""

from bp_tutor.quiz.kinds.table_of_kinds import KINDS, Kind

__all__ = ["KINDS", "Kind"]
