"""The fields of `published:`: figures as a source prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.fields.forms import BAD, Choice, Whole, Words, is_number
from bp_tutor.fields.records import Field, Record
from bp_tutor.frozen import Frozen
from bp_tutor.problem.model import VERDICTS
from bp_tutor.problem.texts import LONG, LONGER, Bilingual
from bp_tutor.reader import Node, Scalar

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.schema import Fragment, Sketch

MOST_UPDATES = 10_000_000
QUOTES = "\"'“”„‟‘’‚‛«»「」『』＂＇ "


class Printed(Frozen):
    """A figure as printed, in quotes, so that its digits count."""

    expected: str = "expected.printed"

    def read(self, node: Node, context: Context) -> Any:
        """The text of the figure."""
        if isinstance(node, Scalar) and not node.quoted:
            bare = node.text.strip(QUOTES)
            if bare != node.text:
                context.mistake(node, "problem.plain_quotes", found=bare[:40])
                return BAD
            if is_number(node.text):
                context.mistake(node, "problem.quote_it", found=node.text[:40])
                return BAD
        return Words(40).read(node, context)

    def schema(self, sketch: Sketch) -> Fragment:
        """A text; a number has lost its digits."""
        return {"type": "string", "maxLength": 40}


PUBLISHED = Record(
    "published",
    (
        Field("name", Words(LONG), '"W[1,1,1]"', required=True),
        Field("value", Printed(), '"0.8909"', required=True),
        Field("update", Whole(0, MOST_UPDATES), "2"),
        Field("after", Whole(0, MOST_UPDATES), "100"),
        Field("from", Words(LONGER), '"0.1*0.02 + 0.3"'),
        Field("page", Words(LONG), "12"),
        Field("accepted", Choice(VERDICTS), "does_not_follow"),
        Field("why", Bilingual(LONGER), "{en: a zero was lost, zh: 漏了一个零}"),
    ),
)
