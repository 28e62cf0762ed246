"""Printed figures with their verdicts, for a reader: a summary, a table, and the reasons."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bp_tutor.authoring.published.judged import AGREES, BY_HAND, NOT_FOUND, WRONG
from bp_tutor.explain import Note, Table
from bp_tutor.explain.numbers import format_by_hand, format_given
from bp_tutor.problem.model import VERDICTS
from bp_tutor.quiz.feedback import names_of
from bp_tutor.quiz.figure import ROUNDED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.authoring.published.judged import Judged, Reason
    from bp_tutor.explain import Presentation
    from bp_tutor.quiz.figure import Printed
    from bp_tutor.words import Words

LEAST_FIGURES = 4
USUAL_FIGURES = 12
MOST_FIGURES = 15
MOST_NAMES = 6
MOST_ALTERNATIVES = 3


def figure_blocks(figures: tuple[Judged, ...], page: Presentation) -> Iterator[Note | Table]:
    """Everything about the figures of a file."""
    yield Note(summary(figures, page.words))
    told = [judged for judged in figures if judged.verdict != AGREES or not judged.sound]
    if not told:
        return
    words = page.words
    heads = ("name", "when", "page", "printed", "right", "verdict")
    rows = [row_of(judged, page) for judged in told]
    places = [place for place, head in enumerate(heads) if head != "page" or _paged(told)]
    yield Table(
        tuple(words.text(f"published.head.{heads[place]}") for place in places),
        tuple(tuple(row[place] for place in places) for row in rows),
        numbers=False,
    )
    for text, names in grouped(told, page):
        said = words.text("published.because", names=names, reason=text)
        yield Note(said, one_of_many=True)


def summary(figures: tuple[Judged, ...], words: Words) -> str:
    """`21 printed figures: 7 agree, 1 cut off, ...`."""
    counts = Counter(judged.verdict for judged in figures)
    parts = [
        words.text(f"published.count.{verdict}", count=counts[verdict])
        for verdict in (*VERDICTS, NOT_FOUND)
        if counts[verdict]
    ]
    accepted = sum(judged.accepted for judged in figures)
    parts += [words.text("published.count.accepted", count=accepted)] if accepted else []
    listed = words.text("published.comma").join(parts)
    return words.text("published.summary", count=len(figures), parts=listed)


def _paged(figures: Iterable[Judged]) -> bool:
    """Whether the file says on which page any of them stands."""
    return any(judged.meant.figure.page for judged in figures)


def row_of(judged: Judged, page: Presentation) -> tuple[str, ...]:
    """Name, when, on which page, as printed, what is right, and the verdict in a word."""
    words = page.words
    verdict = words.text(f"published.verdict.{_verdict(judged)}")
    return (
        judged.meant.figure.name,
        when(judged, words),
        judged.meant.figure.page or "",
        judged.meant.figure.value,
        right(judged, page),
        words.text("published.accepted", verdict=verdict) if judged.accepted else verdict,
    )


def _verdict(judged: Judged) -> str:
    """The verdict; of what follows from other figures, which of them."""
    key = judged.reasons[0].key if judged.verdict == BY_HAND else ""
    if key.startswith("published.how.carried"):
        return "carried"
    if key.startswith(("published.how.from", "published.how.printed")):
        return "printed"
    return judged.verdict


def when(judged: Judged, words: Words) -> str:
    """In or after which update."""
    figure = judged.meant.figure
    if figure.after is not None:
        return words.text("published.after", number=figure.after)
    number = judged.meant.figure.update
    return words.text("published.update", number=1 if number is None else number)


def right(judged: Judged, page: Presentation) -> str:
    """What is right, with so many figures that one sees what the printed ones are to it."""
    value, printed = judged.value, judged.meant.printed
    if value is not None and judged.verdict != AGREES and printed.stands_for(value) == ROUNDED:
        # With the file's rounding it is what is printed; without any one sees the difference.
        value = judged.exact
    if value is None:
        return "?"
    figures = min(max(LEAST_FIGURES, printed.figures + 1), USUAL_FIGURES)
    shown = format_by_hand(value, figures, significant=True)
    while figures < MOST_FIGURES and not _tells(printed, shown.value, value):
        figures += 1
        shown = format_by_hand(value, figures, significant=True)
    whole = format_given(value, page.settings.digits)
    return page.figure(whole if abs(whole.value - value) <= 1e-12 * abs(value) else shown)


def _tells(printed: Printed, shown: float, value: float) -> bool:
    """Whether what is shown is to the printed figure what the value itself is to it."""
    how = printed.stands_for(value)
    return printed.stands_for(shown) == how and (how == ROUNDED or shown != float(printed.number))


def grouped(figures: Iterable[Judged], page: Presentation) -> Iterator[tuple[str, str]]:
    """Every reason with the figures that have it."""
    by_reason: dict[str, list[str]] = {}
    for judged in figures:
        for text in said(judged, page):
            by_reason.setdefault(text, []).append(_label(judged, page.words))
    comma = page.words.text("published.comma")
    for text, names in by_reason.items():
        listed = comma.join(names[:MOST_NAMES])
        if len(names) > MOST_NAMES:
            listed = page.words.text(
                "published.and_more", names=listed, count=len(names) - MOST_NAMES
            )
        yield text, listed


def _label(judged: Judged, words: Words) -> str:
    return words.text(
        "published.label", name=judged.meant.figure.name, printed=judged.meant.figure.value
    )


def said(judged: Judged, page: Presentation) -> Iterator[str]:
    """Why a figure is as it is: what the program found, and what the file says."""
    words = page.words
    names = list(dict.fromkeys(reason_text(reason, words) for reason in judged.reasons))
    if len(names) > MOST_ALTERNATIVES:
        more = words.text("published.others", count=len(names) - MOST_ALTERNATIVES)
        names = [*names[:MOST_ALTERNATIVES], more]
    one = names[0] if names else ""
    if len(names) > 1:
        one = words.text("published.either", names=words.text("published.or").join(names))
    if judged.verdict == WRONG and names and not judged.reasons[0].plain:
        one = words.text("published.would_explain", name=one)
    if one:
        yield one
    if judged.misstated is not None:
        yield reason_text(judged.misstated, words)
    if judged.meant.figure.why is not None:
        yield words.text("published.file_says", text=page.say(judged.meant.figure.why))


def reason_text(reason: Reason, words: Words) -> str:
    """A reason in words."""
    if reason.diagnosis is not None:
        return names_of(reason.diagnosis, words)
    return words.text(reason.key, **dict(reason.values))
