"""`bp-tutor problems`: the problems there are, by topic and difficulty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from bp_tutor.cli import options
from bp_tutor.output.wrapping import wrapped
from bp_tutor.words import cells, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.cli.output import Output
    from bp_tutor.output.wrapping import Row
    from bp_tutor.words import Words

INDENT, GAP = 2, 2
TOPIC, DIFFICULTY = "--topic", "--difficulty"


class Entry(NamedTuple):
    """A problem as it is listed; the topic of a file that cannot be read is ""."""

    topic: str
    level: int
    """The place of its difficulty among all."""
    name: str
    title: str


def _topic(text: str) -> str:
    from bp_tutor.problem.topics import TOPICS

    return options.one_of(TOPIC, TOPICS)(text)


def _difficulty(text: str) -> str:
    from bp_tutor.problem.topics import DIFFICULTIES

    return options.one_of(DIFFICULTY, DIFFICULTIES)(text)


def problems(
    topic: Annotated[str | None, typer.Option(TOPIC, metavar="NAME", parser=_topic)] = None,
    difficulty: Annotated[
        str | None, typer.Option(DIFFICULTY, metavar="NAME", parser=_difficulty)
    ] = None,
    lang: options.Lang = None,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Print the names and titles of all problems, or of those that are asked for."""
    from bp_tutor.problem.topics import DIFFICULTIES, TOPICS

    output = options.output_of(lang, ascii_only, no_color, width)
    words = output.words
    kept = [
        entry
        for entry in _entries(output)
        if topic in (None, entry.topic) and difficulty in (None, DIFFICULTIES[entry.level])
    ]
    for place, (name, entries) in enumerate(_grouped(kept, (*TOPICS, ""))):
        if place:
            output.line("")
        output.rows(wrapped(_heading(name, words), "heading", 0, output.width))
        levels = [words.text(f"menu.level.{level}") if name else "" for level in DIFFICULTIES]
        output.rows(_rows(entries, levels, output.width))
    if not kept:
        output.line(words.text("problems.none"))
    return 0


def _entries(output: Output) -> Iterator[Entry]:
    from bp_tutor.problem import list_problems, load_problem
    from bp_tutor.problem.topics import DIFFICULTIES, difficulty_of, topic_of
    from bp_tutor.reader import ReadError

    words = output.words
    for path in list_problems():
        try:
            problem = load_problem(path)
        except ReadError as error:
            title = words.text("problems.broken", count=len(error.mistakes))
            yield Entry("", 0, path.stem, title)
            continue
        title = problem.title.in_language(words.language)
        level = DIFFICULTIES.index(difficulty_of(problem))
        shown = plain(title) if output.style == "ascii" else title
        yield Entry(topic_of(problem), level, path.stem, shown)


def _grouped(entries: list[Entry], topics: tuple[str, ...]) -> Iterator[tuple[str, list[Entry]]]:
    """The topics that there is something of, each with its problems, the easy ones first."""
    for topic in topics:
        found = sorted(entry for entry in entries if entry.topic == topic)
        if found:
            yield topic, found


def _heading(topic: str, words: Words) -> str:
    if not topic:
        return words.text("problems.unread")
    return words.text("problems.topic", topic=words.text(f"menu.topic.{topic}"), name=topic)


def _rows(entries: list[Entry], levels: list[str], width: int) -> Iterator[Row]:
    """A row for each problem: its difficulty where it changes, its name and its title."""
    first = max(map(cells, levels))
    names = max(cells(entry.name) for entry in entries)
    margin = INDENT + (first + GAP if first else 0)
    # Where there is little room, a long name stands on a row of its own.
    start = min(margin + names + GAP, max(width // 2, margin + GAP))
    told = -1
    for entry in entries:
        level = levels[entry.level] if entry.level != told else ""
        told = entry.level
        left = f"{' ' * INDENT}{level}".ljust(margin + len(level) - cells(level))
        spans = [(left, "note"), (entry.name, "name")]
        used = margin + cells(entry.name)
        title = list(wrapped(entry.title, "cell", start, width))
        if used + GAP <= start:
            yield (*spans, (" " * (start - used), ""), *title[0][1:])
            yield from title[1:]
        else:
            yield tuple(spans)
            yield from title
