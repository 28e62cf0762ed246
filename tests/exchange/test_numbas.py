"""Exams for Numbas, marked by its rules as `runtime/scripts/part.js` states them.

The same answers were given to the engine itself (the repository numbas/Numbas, its runtime in
Node): it marked each of them as `mark` does, those that were carried included.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NamedTuple

import pytest

import bp_tutor
from bp_tutor.api.exporting import Wanted
from bp_tutor.formula import Quantity
from bp_tutor.quiz.record import NumberRecord
from tests.exchange.answered import answers, exercise, written

Numbers = dict[str, float]


def log10(value: float) -> float:
    """`log` of JME, whose other branch of an `if` is worked out here as well."""
    return math.log10(value) if value else 0.0


class Question:
    """A question of the exam: its variables, its functions, and how it marks."""

    def __init__(self, data: bytes) -> None:
        header, _, text = data.decode().partition("\n")
        assert header.startswith("// Numbas version: ")
        exam = json.loads(text)
        (group,) = exam["question_groups"]
        self.data: dict[str, Any] = group["questions"][0]
        self.parts: list[dict[str, Any]] = self.data["parts"]
        self.path = {part["customName"]: f"p{at}" for at, part in enumerate(self.parts)}
        self.definitions = {name: one["definition"] for name, one in self.data["variables"].items()}

    def numbers(self, replaced: Numbers) -> Numbers:
        """Every variable, with some of them replaced and what follows from these worked out."""
        found: Numbers = {}
        for name, definition in self.definitions.items():
            found[name] = replaced[name] if name in replaced else self.value(definition, found)
        return found

    def value(self, expression: str, numbers: Numbers) -> float:
        """What an expression of JME comes to."""
        own = {
            key: self._function(one["parameters"], one["definition"])
            for key, one in self.data["functions"].items()
        }
        scope = {"exp": math.exp, "ln": math.log, "log": log10, "abs": abs, "max": max,
                 "min": min, "floor": math.floor, "tanh": math.tanh, "sqrt": math.sqrt,
                 "sign": lambda x: (x > 0) - (x < 0),
                 "when": lambda holds, yes, no: yes if holds else no}  # fmt: skip
        python = expression.replace("^", "**").replace("if(", "when(")
        python = re.sub(r"(?<![<>=])=(?!=)", "==", python)
        found = eval(python, {"__builtins__": {}}, {**scope, **own, **numbers})  # noqa: S307 - own
        return float(found)

    def _function(self, parameters: list[list[str]], definition: str) -> Any:
        names = [name for name, _ in parameters]
        return lambda *values: self.value(definition, dict(zip(names, values, strict=True)))

    def credit(self, name: str, answer: float, numbers: Numbers) -> tuple[float, str]:
        """The part itself, then the best of its alternatives, and of equal ones the first."""
        part = next(one for one in self.parts if one["customName"] == name)

        def holds(one: dict[str, Any]) -> bool:
            low, high = (self.value(one[end], numbers) for end in ("minValue", "maxValue"))
            return low <= answer <= high

        if holds(part):
            return 1.0, ""
        found = [one for one in part["alternatives"] if holds(one)]
        if not found:
            return 0.0, ""
        best = max(found, key=lambda one: one["marks"])
        return best["marks"] / part["marks"], best["alternativeFeedbackMessage"]

    def adaptive(self, name: str, answer: float, given: Numbers) -> tuple[float, bool]:
        """`originalfirst`: with the answers to other parts only where the part is wrong as it is.

        `given` are the answers to parts, by their names.
        """
        credit, _ = self.credit(name, answer, self.numbers({}))
        part = next(one for one in self.parts if one["customName"] == name)
        replaced = {
            one["variable"]: given[other]
            for one in part["variableReplacements"]
            for other, path in self.path.items()
            if path == one["part"] and other in given
        }
        if credit == 1 or not replaced:
            return credit, False
        again, _ = self.credit(name, answer, self.numbers(replaced))
        return (again, True) if again > credit else (credit, False)


class Chain(NamedTuple):
    """Answers of one student, and what marking says of each."""

    texts: dict[str, str]
    right: dict[str, bool]
    carried: int


@pytest.fixture(scope="module")
def question() -> Question:
    return Question(written(exercise(), "numbas"))


def test_answers_get_in_numbas_what_marking_gives(question: Question) -> None:
    numbers = question.numbers({})
    named = 0
    for given in answers():
        credit, feedback = question.credit(given.name, float(given.text), numbers)
        assert (credit == 1) == given.right, given
        if given.mistakes and not given.right:
            assert any(name in feedback for name in given.mistakes), given
            named += 1
    assert named > 5


def chain(wrong: str, factor: float) -> Chain:
    """A student who is wrong once, and goes on rightly from there."""
    problem = bp_tutor.load("exercise", lang="en")
    numbers = {item.record.name: item.record for item in exercise().variants[0].items}
    solved = problem.solve()
    values: Numbers = {}
    texts = {}
    for name, record in numbers.items():
        assert isinstance(record, NumberRecord)

        def value(quantity: Quantity, index: tuple[int, ...]) -> float:
            identifier = quantity.identifier(index)
            return values[identifier] if identifier in values else float(solved[identifier])

        found = record.formula.value(value)
        texts[name] = f"{found * (factor if name == wrong else 1):.4g}"
        values[name] = float(texts[name])
    marks = bp_tutor.mark(problem, texts)
    verdicts = {mark.name: mark.verdict for mark in marks}
    right = {name: bool(one and one.right) for name, one in verdicts.items()}
    return Chain(texts, right, sum(bool(one and one.carried) for one in verdicts.values()))


@pytest.mark.parametrize(("wrong", "factor"), [("Z[2,1]", 1.2), ("dZ[4,1]", -1.0)])
def test_what_follows_from_a_wrong_value_is_right(
    wrong: str, factor: float, question: Question
) -> None:
    student = chain(wrong, factor)
    given: Numbers = {}
    used = 0
    for name, text in student.texts.items():
        credit, adaptive = question.adaptive(name, float(text), given)
        assert (credit == 1) == student.right[name], (name, text)
        given[name] = float(text)
        used += adaptive
    assert not student.right[wrong]
    # A few of those that marking carries come so near to the right ones that they are right.
    assert 5 < used <= student.carried <= used + 2
    # Nonsense follows from nothing.
    assert question.adaptive("dZ[2,1]", 7777, given) == (0, False)


def test_variables_have_names_that_numbas_reads(question: Question) -> None:
    names = list(question.definitions)
    assert len(names) == len({name.lower() for name in names}) > 40
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in names)
    assert question.data["ungrouped_variables"] == names


def test_paths_and_shapes_are_choices() -> None:
    asked = Question(written(exercise(wanted=Wanted(("dZ",), level="shapes")), "numbas"))
    for part in asked.parts:
        assert part["type"] == "1_n_2"
        assert sorted(part["matrix"])[-2:] == [0, 1]
        assert len(part["choices"]) == len(part["matrix"]) == len(part["distractors"])
