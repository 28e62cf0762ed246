"""Samples of answers to questions that ask for a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain import style_named
from bp_tutor.explain.columns import in_columns, plain_sums
from bp_tutor.formula import CANONICAL, Add, Entry, Formula, Mul, replace, spell, walk
from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.kinds.entries import Samples
from bp_tutor.quiz.kinds.formula import asked_of, same
from bp_tutor.quiz.mistakes.candidates import singles
from bp_tutor.quiz.moving import leaves_of
from bp_tutor.quiz.spelled import can_be_typed, spelled

if TYPE_CHECKING:
    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.book import Book
    from bp_tutor.quiz.model import Context, Question


def samples(question: Question, context: Context) -> Samples:
    """The formula in canonical names, in the course's symbols, turned round; and with mistakes."""
    book = book_of(context)
    quantity, index = asked_of(question, book)
    step = book.steps[quantity]
    if index is None:
        matrix = plain_sums(
            in_columns(step.formula) if context.page.settings.columns else step.formula
        )
        right = (spell(matrix, CANONICAL),)
        return Samples(right, (("2*" + right[0].join("()"), ""),), MALFORMED)
    formula = book.formula((quantity, index))
    texts = [spell(formula, CANONICAL), spell(_turned(formula), CANONICAL)]
    if all(can_be_typed(book, context.page.name(*leaf)) for leaf in leaves_of(formula)):
        texts.append(spell(formula, context.page))
    if spelled(book):
        texts.append(spell(formula, context.page._replace(style=style_named("ascii"))))
    wrong = []
    for candidate in singles(context, book, (quantity, index)).found:
        text = spell(candidate.formula, CANONICAL)
        alike = candidate.decimals is not None or same(book, candidate.formula, (quantity, index))
        if not alike and not _is_later(book, quantity, candidate.formula):
            wrong.append((text, candidate.name))
    return Samples(tuple(texts), tuple(wrong), MALFORMED)


def _is_later(book: Book, asked: Quantity, formula: Formula) -> bool:
    used = {node.quantity for node in walk(formula) if isinstance(node, Entry)}
    return any(one == asked or asked in book.above(one) for one in used)


def _turned(formula: Formula) -> Formula:
    """The same with its terms and factors in another order."""

    def turn(node: Formula) -> Formula | None:
        match node:
            case Add(terms):
                return Add(tuple(replace(term, turn) for term in reversed(terms)))
            case Mul(factors):
                return Mul(tuple(replace(factor, turn) for factor in reversed(factors)))
        return None

    return replace(formula, turn)


MALFORMED = ("", "  ", "((1", "1 +", "nonsense_99", "Z[99,99]", "__import__('os')", "9**9**9**9",
             "\x00", "🙂", "(" * 1_000, "a" * 10_000, "1 2")  # fmt: skip
