"""The books of the runs that are asked about, each opened once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.quiz.book import Book
from bp_tutor.quiz.frozen import with_frozen

if TYPE_CHECKING:
    from bp_tutor.quiz.model import Context
    from bp_tutor.solve import Run

MOST_BOOKS = 40
_books: dict[int, Book] = {}


def book_of(context: Context) -> Book:
    """The book of a context's run, opened once, as those of the updates before it."""
    number = context.run.update
    book = _book(context, context.run, None)
    if number > 1 and book.before is None:
        before = None
        for run in context.trace.runs[: number - 1]:
            before = _book(context, with_frozen(run), before)
        book.before = before
    return book


def _book(context: Context, run: Run, before: Book | None) -> Book:
    book = _books.get(id(run))
    if book is None or book.opened is not run or book.page != context.page:
        if len(_books) >= MOST_BOOKS:
            _books.pop(next(iter(_books)))
        book = _books[id(run)] = Book(run, context.page)
    book.before = book.before or before
    return book
