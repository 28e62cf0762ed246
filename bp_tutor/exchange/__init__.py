"""Questions for where students answer them: learning platforms and cards.

Every writer (`FORMATS`) is given an `Exercise`: the records of questions that the quiz makes, with
what the exercise says and gives, for each variant of its numbers.
"""

from bp_tutor.exchange.exercise import Exercise, Item, Step, Variant, variant_of
from bp_tutor.exchange.formats import FORMATS, Format

__all__ = ["FORMATS", "Exercise", "Format", "Item", "Step", "Variant", "variant_of"]
