"""Numbas: a question for each variant, its parts numbers of which later ones follow from earlier.

Every value is a variable, and each part says which variables the answers to earlier parts replace
("variable replacement" of adaptive marking): who goes on rightly from a wrong number earns the
mark. Known mistakes are alternative answers worth nothing, each with its feedback. The keys are
those of `schema/exam_schema.json` in https://github.com/numbas/Numbas.
"""

from __future__ import annotations

import base64
import json
import re
from math import floor, log10
from typing import TYPE_CHECKING, Any

from bp_tutor.exchange.jme import NotInJmeError, jme, number
from bp_tutor.exchange.markup import TEX, Markup
from bp_tutor.quiz.record import NumberRecord
from bp_tutor.quiz.tolerance import ROUNDED_TWICE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.exchange.exercise import Exercise, Item, Variant
    from bp_tutor.formula import Address, Formula
    from bp_tutor.quiz.mistakes.foreseen import WrongValue
    from bp_tutor.quiz.record import ChoiceRecord

HEADER = "// Numbas version: finer_feedback_settings\n"
NOTATIONS = ["plain", "en", "si-en", "plain-eu", "eu", "scientific"]
_UNIT = "if(x=0, 0, 10^(floor(log(abs(x))) - figures + 1))"
_REACH = f"{ROUNDED_TWICE / 2} * unit(x, figures) + slack * abs(x)"
_FUNCTIONS = {
    "unit": (("x", "figures"), _UNIT),
    "lowest": (
        ("x", "figures", "slack"),
        f"x - if(x>0, max(unit(x, figures), {_REACH}), {_REACH})",
    ),
    "highest": (
        ("x", "figures", "slack"),
        f"x + if(x<0, max(unit(x, figures), {_REACH}), {_REACH})",
    ),
}
"""A unit of the last figure, and the answers that are right: rounded, or cut off, which loses up
to a unit; and what rounding on the way may do."""


def write(exercise: Exercise) -> bytes:
    """The source of an exam, `.exam`."""
    title = exercise.page.say(exercise.title)
    questions = [_Question(exercise, variant).data() for variant in exercise.variants]
    several = len(questions) > 1
    group = {
        "name": title,
        "pickingStrategy": "random-subset" if several else "all-ordered",
        "pickQuestions": 1,
        "questions": questions,
    }
    exam = {
        "name": title,
        "metadata": {"description": "", "licence": "All rights reserved"},
        "duration": 0,
        "percentPass": 0,
        "showQuestionGroupNames": False,
        "showstudentname": True,
        "question_groups": [group],
        "navigation": {"allowregen": several, "reverse": True, "browse": True,
                       "showfrontpage": True, "navigatemode": "sequence"},
        "timing": {"allowPause": True},
        "feedback": {"showactualmark": True, "showtotalmark": True, "showanswerstate": True},
        "contributors": [],
        "extensions": [],
        "custom_part_types": [],
        "resources": [],
    }  # fmt: skip
    return (HEADER + json.dumps(exam, ensure_ascii=False, indent=1)).encode()


class _Question:
    """The parts of one variant, and the variables in them."""

    def __init__(self, exercise: Exercise, variant: Variant) -> None:
        self._exercise, self._variant = exercise, variant
        self._markup = Markup(exercise.page, TEX)
        self._names = _names(variant)
        self._parts = {item.record.name: place for place, item in enumerate(variant.items)}
        self._sources = _Sources(variant, self._names)

    def data(self) -> dict[str, Any]:
        """The question as its source has it."""
        variant, seed = self._variant, self._variant.seed
        name = self._exercise.page.say(self._exercise.title)
        lines = (self._markup.line(item.line) for item in variant.items if item.line is not None)
        return {
            "name": name if seed is None else f"{name} #{seed}",
            "tags": [],
            "metadata": {"description": variant.student, "licence": "All rights reserved"},
            "statement": str(self._markup.exercise(self._exercise, variant, self._picture())),
            "advice": "".join(lines),
            "rulesets": {},
            "variables": dict(self._variables()),
            "variablesTest": {"condition": "", "maxRuns": 100},
            "ungrouped_variables": list(self._names.values()),
            "variable_groups": [],
            "functions": {
                key: {"parameters": [[each, "number"] for each in names], "type": "number",
                      "language": "jme", "definition": definition}
                for key, (names, definition) in _FUNCTIONS.items()
            },
            "preamble": {"js": "", "css": ""},
            "parts": [self._part(item) for item in variant.items],
        }  # fmt: skip

    def _picture(self) -> str:
        data = base64.b64encode(self._variant.picture.encode()).decode()
        return f"data:image/svg+xml;base64,{data}"

    def _variables(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for value in self._variant.values:
            name = self._names[value.update, value.address]
            yield (
                name,
                {
                    "name": name,
                    "group": "Ungrouped variables",
                    "definition": self._sources.definition(value.update, value.address),
                    "description": "",
                    "templateType": "anything",
                    "can_override": False,
                },
            )

    def _part(self, item: Item) -> dict[str, Any]:
        record = item.record
        if isinstance(record, NumberRecord):
            return self._number(item, record)
        return self._choice(item, record)

    def _named(self, item: Item) -> dict[str, Any]:
        record = item.record
        return {
            "useCustomName": True,
            "customName": record.name,
            "marks": record.points,
            "prompt": str(self._markup.question(item)),
            "showCorrectAnswer": True,
            "showFeedbackIcon": True,
            "scripts": {},
            "customMarkingAlgorithm": "",
            "extendBaseMarkingAlgorithm": True,
            "unitTests": [],
            "variableReplacementStrategy": "originalfirst",
            "adaptiveMarkingPenalty": 0,
            "variableReplacements": [],
        }

    def _number(self, item: Item, record: NumberRecord) -> dict[str, Any]:
        name = self._names[record.update, record.address]
        slack, figures = number(_slack(record)), record.figures
        lowest, highest = (f"{end}({name}, {figures}, {slack})" for end in ("lowest", "highest"))
        others = [
            self._alternative(number(low), number(high), record.points)
            for low, high in record.right[1:]
        ]
        return {
            **self._named(item),
            **_entry(lowest, highest),
            "variableReplacements": [
                {"variable": self._names[record.update, address], "part": f"p{place}",
                 "must_go_first": False}
                for address, place in self._before(record)
            ],
            "alternatives": [*others, *(self._mistake(record, one) for one in record.wrong)],
        }  # fmt: skip

    def _before(self, record: NumberRecord) -> Iterator[tuple[Address, int]]:
        """The values that its line follows from and that other parts ask for."""
        before = self._sources.before(record.update, record.address)
        records = (item.record for item in self._variant.items)
        for other in (one for one in records if isinstance(one, NumberRecord)):
            if other.update == record.update and other.address in before:
                yield other.address, self._parts[other.name]

    def _mistake(self, record: NumberRecord, wrong: WrongValue) -> dict[str, Any]:
        """What a mistake makes of the student's own numbers, or of the right ones."""
        try:
            value = self._sources.said(record.update, wrong.formula)
        except (NotInJmeError, KeyError):
            low, high = map(number, wrong.interval)
        else:
            half = f"unit({value}, {record.figures})/2"
            low, high = f"{value} - {half}", f"{value} + {half}"
        found = self._alternative(low, high, 0)
        return {**found, "alternativeFeedbackMessage": str(self._markup.why(wrong.diagnoses))}

    def _alternative(self, low: str, high: str, marks: float) -> dict[str, Any]:
        return {**_entry(low, high), "marks": marks, "useAlternativeFeedback": False,
                "alternativeFeedbackMessage": "", "variableReplacements": [],
                "variableReplacementStrategy": "originalfirst"}  # fmt: skip

    def _choice(self, item: Item, record: ChoiceRecord) -> dict[str, Any]:
        options = record.options
        return {
            **self._named(item),
            "type": "1_n_2",
            "minMarks": 0,
            "maxMarks": 0,
            "shuffleChoices": True,
            "displayType": "radiogroup",
            "displayColumns": 1,
            "choices": [str(self._markup.words(each.text)) for each in options],
            "matrix": [record.points if each.right else 0 for each in options],
            "distractors": [str(self._markup.why(each.diagnoses)) for each in options],
        }


def _entry(low: str, high: str) -> dict[str, Any]:
    return {
        "type": "numberentry",
        "minValue": low,
        "maxValue": high,
        "correctAnswerFraction": False,
        "allowFractions": False,
        "notationStyles": NOTATIONS,
        "correctAnswerStyle": "plain",
    }


def _slack(record: NumberRecord) -> float:
    """What rounding on the way may do to a value, as a part of it."""
    if not record.value:
        return 0.0
    size = abs(record.value)
    unit = 10.0 ** (floor(log10(size)) + 1 - record.figures)
    first = record.right[0]
    away = first.high - record.value if record.value > 0 else record.value - first.low
    return max(0.0, away - ROUNDED_TWICE * unit / 2) / size


class _Sources:
    """The formulas of a variant in the language of Numbas."""

    def __init__(self, variant: Variant, names: dict[tuple[int, Address], str]) -> None:
        self._names = names
        self._values = {(each.update, each.address): each for each in variant.values}
        self._needs: dict[tuple[int, Address], frozenset[Address]] = {}
        self._definitions: dict[tuple[int, Address], str] = {}
        for each in variant.values:
            self._define(each.update, each.address)

    def _define(self, update: int, address: Address) -> None:
        value = self._values[update, address]
        used: list[Address] = []
        text = number(value.value)
        if value.formula is not None:
            try:
                text = self.said(update, value.formula, used.append)
            except (NotInJmeError, KeyError):
                used.clear()
        self._definitions[update, address] = text
        further = (self._needs.get((update, one), frozenset()) for one in used)
        self._needs[update, address] = frozenset(used).union(*further)

    def definition(self, update: int, address: Address) -> str:
        """What its variable is defined as."""
        return self._definitions[update, address]

    def before(self, update: int, address: Address) -> frozenset[Address]:
        """Every value that its definition rests on."""
        return self._needs[update, address]

    def said(
        self, update: int, formula: Formula, note: Callable[[Address], object] = lambda _: None
    ) -> str:
        """A formula with the names of variables.

        Raises:
            NotInJmeError, KeyError: it cannot be said, or needs what has no variable.
        """

        def name(address: Address) -> str:
            note(address)
            return self._names[update, address]

        return jme(formula, name)


_SIGNS = re.compile(r"[^a-z0-9]+")


def _names(variant: Variant) -> dict[tuple[int, Address], str]:
    """A variable for each value, `v_dz_2_1`; large and small letters are one in this language."""
    found: dict[tuple[int, Address], str] = {}
    taken: set[str] = set()
    for each in variant.values:
        plain = each.address.identifier.lower().replace("'", "new")
        stem = f"v_{_SIGNS.sub('_', plain).strip('_')}"
        stem += f"_update{each.update}" if each.update > 1 else ""
        name, more = stem, 1
        while name in taken:
            more += 1
            name = f"{stem}_no{more}"
        taken.add(name)
        found[each.update, each.address] = name
    return found
