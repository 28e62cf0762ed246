"""What a quiz came to: the score, a table by kind of quantity, and what to practise."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from statistics import mean
from typing import TYPE_CHECKING, Any, NamedTuple

from bp_tutor.explain import Table
from bp_tutor.notations import Kinds
from bp_tutor.quiz.feedback import name_of, percent
from bp_tutor.quiz.session import AGAIN, OPEN, SHOWN, SKIPPED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.quiz.session import Session
    from bp_tutor.words import Words

SCHEMA = "bp-tutor/quiz/1"
WEAK = 0.7
"""A rule with less of its marks is one to practise."""
HEADS = ("kind", "asked", "right", "again", "helped", "mark")


class Row(NamedTuple):
    """How the questions about one kind of quantity went."""

    kind: str
    asked: int
    right: int
    again: int
    """How many of these took more than one try."""
    credit: float
    helped: int
    """How many took a hint, or were shown."""

    @property
    def share(self) -> float:
        """The part of their marks that was earned."""
        return self.credit / self.asked


class Result(NamedTuple):
    """What a session came to so far."""

    rows: tuple[Row, ...]
    mistakes: tuple[tuple[str, int], ...]
    practise: tuple[tuple[str, str], ...]
    """Rules with little credit, each with every kind of quantity that earned little of it."""
    left: int
    """Questions that were not reached."""

    @property
    def asked(self) -> int:
        """How many questions were dealt with."""
        return sum(row.asked for row in self.rows)

    @property
    def score(self) -> float:
        """The marks earned on these questions."""
        return sum(row.credit for row in self.rows)


def result_of(session: Session) -> Result:
    """What a session came to so far."""
    kinds: dict[str, list[tuple[bool, bool, float, bool]]] = {}
    rules: dict[str, dict[str, list[float]]] = {}
    left = 0
    for question, attempt in zip(session.questions, session.attempts, strict=True):
        if attempt.state == OPEN and not attempt.tries:
            left += 1
            continue
        kind = kind_of(question.identifier)
        right = attempt.right
        helped = attempt.hints > 0 or attempt.state == SHOWN
        again = right and attempt.tries > 1
        kinds.setdefault(kind, []).append((right, again, attempt.credit, helped))
        if attempt.state != SKIPPED:
            earned = rules.setdefault(question.rule, {})
            earned.setdefault(kind, []).append(attempt.credit)
    rows = tuple(
        Row(
            kind,
            len(found),
            sum(right for right, _, _, _ in found),
            sum(again for _, again, _, _ in found),
            round(sum(credit for _, _, credit, _ in found), 4),
            sum(helped for _, _, _, helped in found),
        )
        for kind, found in kinds.items()
    )
    weak = tuple(
        (rule, kind)
        for rule, earned in rules.items()
        if mean(chain.from_iterable(earned.values())) < WEAK
        for kind in earned
        if mean(earned[kind]) < WEAK
    )
    seen = Counter(key for one in session.mistakes for key in one.misconception.split("+"))
    return Result(rows, tuple(seen.most_common()), weak, left)


def kind_of(identifier: str) -> str:
    """The letters of a question's identifier; of one value's derivative by another, all of it."""
    return identifier if "/" in identifier else identifier.partition("[")[0].partition("@")[0]


def kinds_of(session: Session) -> Kinds:
    """The kinds of quantities that a session is about, as its course writes them."""
    updates = {question.update: place for place, question in enumerate(session.questions)}
    runs = [session.context(place).run for place in updates.values()]
    return Kinds(
        session.context(0).page.symbols, (step.quantity for run in runs for step in run.steps)
    )


def table_of(result: Result, words: Words, kinds: Kinds, style: str) -> Table:
    """The rows of a result as a table."""
    heads = tuple(words.text(f"result.{head}") for head in HEADS)
    rows = tuple(
        (
            kinds.shown(row.kind, style),
            *map(str, (row.asked, row.right, row.again, row.helped)),
            percent(row.share),
        )
        for row in result.rows
    )
    return Table(heads, rows)


def sentences(
    result: Result, words: Words, kinds: Kinds, problem: str, options: str = ""
) -> Iterator[tuple[str, str]]:
    """The score and what follows from it, each with its look.

    `options` are what a quiz that practises it takes over, such as ` --seed 7`. Its command stands
    in a line of its own, to be copied: its look is `command`.
    """
    if not result.asked:
        yield words.text("result.nothing"), ""
        return
    share = percent(result.score / result.asked)
    score = f"{round(result.score, 2):g}"
    yield words.text("result.score", score=score, count=result.asked, share=share), "heading"
    if any(row.again or row.helped for row in result.rows):
        yield words.text("result.how", part=percent(AGAIN)), "note"
    if any(row.credit > row.right for row in result.rows):
        yield words.text("result.entries"), "note"
    if result.left:
        yield words.text("result.left", count=result.left), "note"
    if result.mistakes:
        told = (
            words.text("result.mistake", name=name_of(key, words), count=count)
            for key, count in result.mistakes
        )
        yield words.text("result.mistakes", names=words.text("fact.name_join").join(told)), ""
    # Rules that the same questions practise are told together, and so are questions of one rule.
    rules: dict[str, list[str]] = {}
    for rule, kind in result.practise:
        rules.setdefault(kind, []).append(words.rule(rule))
    practised: dict[tuple[str, ...], list[str]] = {}
    for kind, names in rules.items():
        practised.setdefault(tuple(names), []).append(kinds.typed(kind))
    for names_of_rules, asked_for in practised.items():
        asked = ",".join(asked_for)
        # A prime would close the quotes of a shell.
        asked = asked if asked.replace("_", "").replace(",", "").isalnum() else f'"{asked}"'
        command = f"bp-tutor quiz {problem}{options} --ask {asked}"
        yield (
            words.text("result.practise", rule=words.text("fact.name_join").join(names_of_rules)),
            "",
        )
        yield f"  {command}", "command"


def as_data(session: Session, result: Result, **about: object) -> dict[str, Any]:
    """The result as plain data, for JSON."""
    return {
        "schema": SCHEMA,
        **about,
        "score": round(result.score, 4),
        "asked": result.asked,
        "left": result.left,
        "by_kind": [row._asdict() for row in result.rows],
        "misconceptions": [{"key": key, "count": count} for key, count in result.mistakes],
        "remedies": [{"key": key, "right": right} for key, right in session.remedies],
        "practise": [{"rule": rule, "ask": kind} for rule, kind in result.practise],
        "questions": [
            {
                "kind": question.kind,
                "id": question.identifier,
                "rule": question.rule,
                "update": question.update,
                "state": attempt.state,
                "answer": attempt.text,
                "verdict": attempt.verdict.key.rpartition(".")[2] if attempt.verdict else "",
                "right": bool(attempt.verdict and attempt.verdict.right),
                "carried": bool(attempt.verdict and attempt.verdict.carried),
                "first_wrong": attempt.verdict.first_wrong if attempt.verdict else None,
                "misconceptions": [
                    {"key": one.misconception, "certainty": one.certainty, "place": one.place}
                    for one in (attempt.verdict.diagnoses if attempt.verdict else ())
                ],
                "tries": attempt.tries,
                "hints": attempt.hints,
                "credit": attempt.credit,
            }
            for question, attempt in zip(session.questions, session.attempts, strict=True)
        ],
    }
