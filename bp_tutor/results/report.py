"""The report for the teacher: one page of its own, with plots, that needs nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bp_tutor.explain.worth import amount
from bp_tutor.marking.points import COUNTED, told
from bp_tutor.marking.statistics import BARS
from bp_tutor.output.page.html import Html, escaped, joined, tag
from bp_tutor.output.page.policy import policy_of_styles
from bp_tutor.output.svg_style import page_colours
from bp_tutor.quiz.feedback import percent
from bp_tutor.reader.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.marking.called import Called
    from bp_tutor.marking.statistics import Statistics
    from bp_tutor.words import Words

CSS = Path(__file__).with_name("report.css")
COMMONEST, MOST_PLACES, HARDEST = 12, 6, 5
WIDTH, HEIGHT, ROW = 640, 190, 24
LABELS = 210
"""Room for names at the left of bars."""


def write_report(
    title: str, statistics: Statistics, called: Called, words: Words, warnings: Sequence[str] = ()
) -> str:
    """The report of a class: how it did, where it went wrong, and who needs a word."""
    style = _style()
    say = words.text
    parts = [
        tag("h1", {}, title),
        *(tag("p", {"class": "warning"}, warning) for warning in warnings),
        _summary(statistics, words),
        tag("h2", {}, say("results.distribution")),
        _histogram(statistics.distribution(), words),
        tag("h2", {}, say("results.mistakes_of_class")),
        _mistakes(statistics, called, words),
        tag("h2", {}, say("results.by_question")),
        _hardest(statistics, called, words),
        _questions(statistics, called, words),
        tag("h2", {}, say("results.students")),
        _students(statistics, words),
    ]
    policy = escaped(policy_of_styles(style))
    return (
        f'<!DOCTYPE html>\n<html lang="{words.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escaped(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"
        f"{joined(parts)}\n</main>\n</body>\n</html>\n"
    )


@cache
def _style() -> str:
    colours = page_colours(dark=False)
    return f":root {{ {colours} }}\n{CSS.read_text(encoding='utf-8')}"


def _summary(statistics: Statistics, words: Words) -> Html:
    say, results = words.text, statistics.results
    absent = statistics.absent
    facts = [
        say("results.count", count=len(results)),
        say("results.mean", share=percent(statistics.mean)),
        say("results.median", share=percent(statistics.median)),
    ]
    if absent:
        names = say("fact.name_join").join(printable(one.student.label) for one in absent)
        facts.append(say("results.absent", count=len(absent), names=names))
    return tag("ul", {"class": "facts"}, *(tag("li", {}, fact) for fact in facts))


def _histogram(counts: Sequence[int], words: Words) -> Html:
    """Columns over the tenths of the scale, the numbers written over them."""
    most, bottom, top = max(counts) or 1, HEIGHT - 30, 20
    step = WIDTH / BARS
    shapes = []
    for place, count in enumerate(counts):
        height = (bottom - top) * count / most
        x = place * step
        shapes.append(_rect(x + 4, bottom - height, step - 8, height))
        middle = f"{x + step / 2:g}"
        if count:
            shapes.append(_text(middle, f"{bottom - height - 5:g}", str(count), "middle"))
        label = f"{place * 10}–{place * 10 + 10} %"
        shapes.append(_text(middle, f"{HEIGHT - 10}", label, "middle"))
    shapes.append(_line(0, bottom, WIDTH, bottom))
    return _svg(WIDTH, HEIGHT, words.text("results.distribution"), shapes)


def _mistakes(statistics: Statistics, called: Called, words: Words) -> Html:
    """Bars for the commonest mistakes; below them in which questions each was made."""
    common = statistics.mistakes.most_common(COMMONEST)
    if not common:
        return tag("p", {}, words.text("results.no_mistakes"))
    most = common[0][1]
    shapes, rows = [], []
    for place, (name, count) in enumerate(common):
        y = place * ROW
        length = (WIDTH - LABELS - 40) * count / most
        shapes.append(_rect(LABELS, y + 4, length, ROW - 8))
        shapes.append(_text(str(LABELS - 8), str(y + 16), _cut(name), "end"))
        shapes.append(_text(f"{LABELS + length + 6:g}", str(y + 16), str(count), "start"))
        where = statistics.places[name].most_common(MOST_PLACES)
        listed = words.text("fact.name_join").join(
            words.text("results.times", name=called[place_name], count=times)
            for place_name, times in where
        )
        rows.append((name, str(count), listed))
    picture = _svg(WIDTH, len(common) * ROW, words.text("results.mistakes_of_class"), shapes)
    heads = [words.text(f"results.{name}") for name in ("mistake_head", "times_head", "where")]
    return joined((picture, _table(heads, rows)))


def _cut(name: str, most: int = 30) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _hardest(statistics: Statistics, called: Called, words: Words) -> Html:
    hard = sorted(statistics.asked, key=statistics.good)[:HARDEST]
    names = words.text("fact.name_join").join(
        words.text(
            "results.share_of", name=called[one.full_name], share=percent(statistics.good(one))
        )
        for one in hard
        if statistics.good(one) < 1
    )
    return tag("p", {}, words.text("results.hardest", names=names)) if names else Html("")


def _questions(statistics: Statistics, called: Called, words: Words) -> Html:
    """A bar for each question: right, carried, wrong, missing, unreadable, one after the other."""
    say = words.text
    heads = [say("results.question"), say("results.right_share"),
             *(say(f"results.{name}") for name in COUNTED), ""]  # fmt: skip
    lines = [tag("tr", {}, *(tag("th", {"scope": "col"}, head) for head in heads))]
    for question in statistics.asked:
        counts = statistics.of_question[question.full_name]
        cells = [percent(statistics.good(question)), *(str(counts[name]) for name in COUNTED)]
        lines.append(
            tag(
                "tr",
                {},
                tag("th", {"scope": "row"}, called[question.full_name]),
                *(tag("td", {"class": "number"}, cell) for cell in cells),
                tag("td", {}, _parts([counts[name] for name in COUNTED], words)),
            )
        )
    return tag("div", {"class": "wide", "tabindex": "0"}, tag("table", {}, *lines))


def _parts(counts: Sequence[int], words: Words) -> Html:
    total, width = sum(counts) or 1, 160
    shapes, x = [], 0.0
    for name, count in zip(COUNTED, counts, strict=True):
        length = width * count / total
        if count:
            shapes.append(_rect(x, 1, length, 12, name))
        x += length
    said = words.text("fact.name_join").join(
        words.text("results.times", name=words.text(f"results.{name}"), count=count)
        for name, count in zip(COUNTED, counts, strict=True)
        if count
    )
    return _svg(width, 14, said, shapes)


def _students(statistics: Statistics, words: Words) -> Html:
    heads = [words.text(f"results.{name}")
             for name in ("student", "points", "percent", "first_wrong", "mistakes")]  # fmt: skip
    return _table(heads, _student_rows(statistics, words))


def _student_rows(statistics: Statistics, words: Words) -> Iterator[tuple[str, ...]]:
    for one in statistics.results:
        student = one.student
        who = " ".join(dict.fromkeys(filter(None, (student.number, student.called))))
        mistakes = "; ".join(told(mistake, words) for mistake in one.mistakes)
        yield (printable(who), amount(one.points), percent(one.share), one.first_wrong, mistakes)


def _table(
    heads: Sequence[str], rows: Sequence[tuple[str, ...]] | Iterator[tuple[str, ...]]
) -> Html:
    lines = [tag("tr", {}, *(tag("th", {"scope": "col"}, head) for head in heads))]
    for first, *others in rows:
        cells = (tag("td", {}, cell) for cell in others)
        lines.append(tag("tr", {}, tag("th", {"scope": "row"}, first), *cells))
    return tag("div", {"class": "wide", "tabindex": "0"}, tag("table", {}, *lines))


def _svg(width: float, height: float, title: str, shapes: Sequence[Html]) -> Html:
    attributes = {
        "viewBox": f"0 0 {width:g} {height:g}", "role": "img", "aria-label": title,
        "width": f"{width:g}", "height": f"{height:g}",
    }  # fmt: skip
    return tag("svg", attributes, tag("title", {}, title), *shapes)


def _rect(x: float, y: float, width: float, height: float, kind: str = "bar") -> Html:
    sizes = {"x": x, "y": y, "width": width, "height": height}
    return tag("rect", {"class": kind, **{name: f"{size:.4g}" for name, size in sizes.items()}})


def _line(x1: float, y1: float, x2: float, y2: float) -> Html:
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    return tag("line", {name: f"{end:g}" for name, end in ends.items()})


def _text(x: str, y: str, text: str, anchor: str) -> Html:
    return tag("text", {"x": x, "y": y, "text-anchor": anchor}, text)
