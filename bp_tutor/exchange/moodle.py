"""Moodle XML: numbers with tolerances and feedback, whole steps as Cloze, choices.

Each question has a category of its own in which its variants are: "random question" draws one.
The rules of the importer are those of `question/format/xml/format.php`, of a Cloze text those of
`question/type/multianswer/questiontype.php`, and of tolerances those of
`question/type/numerical/question.php`: the first answer counts from whose number one is no
further away than its tolerance.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from bp_tutor.exchange.markup import TEX, Markup
from bp_tutor.exchange.numbers import accepted, plain
from bp_tutor.output.page.html import Html, joined
from bp_tutor.quiz.record import ChoiceRecord, NumberRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.exchange.exercise import Exercise, Item, Step, Variant
    from bp_tutor.quiz.model import Diagnosis

PICTURE = "network.svg"
LONGEST_NAME = 255
"""Signs of a name that Moodle keeps."""
_CLOZE = str.maketrans({sign: f"&#{ord(sign)};" for sign in "{}~\\\"'"} | {"#": "&#35;"})
"""Signs that mean something in a Cloze text, as HTML has them."""


def write(exercise: Exercise) -> bytes:
    """The file of a question bank."""
    return _Writer(exercise).file()


class _Writer:
    def __init__(self, exercise: Exercise) -> None:
        self.exercise, self.words = exercise, exercise.page.words
        self.markup = Markup(exercise.page, TEX)
        self.quiz = ET.Element("quiz")

    def file(self) -> bytes:
        """Every question, each category before what is in it."""
        variants = self.exercise.variants
        for place, (first, *_) in enumerate(zip(*(each.items for each in variants), strict=True)):
            self._category("questions", place + 1, first.record.name)
            for variant in variants:
                self._question(variant, variant.items[place])
        for place, steps in enumerate(zip(*(each.steps for each in variants), strict=True)):
            step = steps[0]
            if len(step.items) < 2 or not isinstance(step.items[0].record, NumberRecord):
                continue
            self._category("steps", place + 1, self.exercise.page.say(step.heading))
            for variant, own in zip(variants, steps, strict=True):
                self._step(variant, own)
        ET.indent(self.quiz)
        data: bytes = ET.tostring(self.quiz, encoding="utf-8", xml_declaration=True)
        return data + b"\n"

    def _category(self, kind: str, place: int, name: str) -> None:
        """Where the questions after it belong; a slash within a name is written twice."""
        title = self.exercise.page.say(self.exercise.title)
        path = (title, self.words.text(f"export.{kind}"), f"{place:03} {name}")
        question = ET.SubElement(self.quiz, "question", type="category")
        text = "/".join(("$course$", "top", *(part.replace("/", "//") for part in path)))
        _texted(question, "category", text)

    def _begun(self, kind: str, name: str, variant: Variant) -> ET.Element:
        question = ET.SubElement(self.quiz, "question", type=kind)
        seed = "" if variant.seed is None else f" #{variant.seed}"
        who = f" {variant.student}" if variant.student else ""
        _texted(question, "name", f"{name}{seed}{who}"[:LONGEST_NAME])
        return question

    def _said(self, question: ET.Element, variant: Variant, asked: Html) -> None:
        """The exercise and the question, with the picture in the file."""
        intro = self.markup.exercise(self.exercise, variant, f"@@PLUGINFILE@@/{PICTURE}")
        text = _html(question, "questiontext", joined((intro, asked)))
        data = base64.b64encode(variant.picture.encode()).decode()
        ET.SubElement(text, "file", name=PICTURE, path="/", encoding="base64").text = data

    def _question(self, variant: Variant, item: Item) -> None:
        record = item.record
        kind = "numerical" if isinstance(record, NumberRecord) else "multichoice"
        question = self._begun(kind, record.name, variant)
        self._said(question, variant, self.markup.question(item))
        if item.line is not None:
            _html(question, "generalfeedback", self.markup.line(item.line))
        ET.SubElement(question, "defaultgrade").text = plain(record.points)
        ET.SubElement(question, "penalty").text = "0.3333333"
        if isinstance(record, ChoiceRecord):
            self._choices(question, record)
            return
        for value, tolerance, diagnoses in _answers(record):
            answer = self._answer(question, plain(value), diagnoses or (), right=diagnoses is None)
            ET.SubElement(answer, "tolerance").text = plain(tolerance)

    def _choices(self, question: ET.Element, record: ChoiceRecord) -> None:
        ET.SubElement(question, "single").text = "true"
        ET.SubElement(question, "shuffleanswers").text = "1"
        ET.SubElement(question, "answernumbering").text = "abc"
        for option in record.options:
            text = self.markup.words(option.text)
            self._answer(question, text, option.diagnoses, right=option.right, form="html")

    def _answer(
        self,
        question: ET.Element,
        text: str,
        diagnoses: tuple[Diagnosis, ...],
        *,
        right: bool,
        form: str = "moodle_auto_format",
    ) -> ET.Element:
        answer = ET.SubElement(question, "answer", fraction="100" if right else "0", format=form)
        ET.SubElement(answer, "text").text = text
        if diagnoses:
            _html(answer, "feedback", self.markup.why(diagnoses))
        return answer

    def _step(self, variant: Variant, step: Step) -> None:
        """All numbers of a step in one text, each with a field of its own."""
        records = [item.record for item in step.items]
        name = f"{records[0].name} … {records[-1].name}"
        question = self._begun("cloze", name, variant)
        fields = (joined(self._field(item)) for item in step.items)
        digits = self.markup.digits(getattr(records[0], "figures", 0))
        asked = joined((digits, *(self.markup.paragraph(field) for field in fields)))
        self._said(question, variant, asked)
        lines = (self.markup.line(item.line) for item in step.items if item.line is not None)
        _html(question, "generalfeedback", joined(lines))
        ET.SubElement(question, "penalty").text = "0.3333333"

    def _field(self, item: Item) -> Iterator[Html]:
        """`δ = {1:NUMERICAL:=0.5:0.001#…}`; what comes from elsewhere has no sign of Cloze."""
        record = item.record
        assert isinstance(record, NumberRecord)
        yield Html(str(self.markup.say(record.prompt)))
        parts = []
        for value, tolerance, diagnoses in _answers(record):
            share = "=" if diagnoses is None else "%0%"
            why = "" if not diagnoses else f"#{_in_cloze(self.markup.why(diagnoses))}"
            parts.append(f"{share}{plain(value)}:{plain(tolerance)}{why}")
        yield Html(" {1:NUMERICAL:" + "~".join(parts) + "}")


def _in_cloze(html: Html) -> str:
    """Markup in which no sign ends the answer that it stands in."""
    return str(html).translate(_CLOZE)


def _answers(
    record: NumberRecord,
) -> Iterator[tuple[float, float, tuple[Diagnosis, ...] | None]]:
    """Numbers with tolerances, the right ones first, and what the wrong ones show."""
    for one in accepted(record):
        yield *one, None
    for wrong in record.wrong:
        yield wrong.interval.middle, wrong.interval.reach, wrong.diagnoses


def _texted(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    ET.SubElement(element, "text").text = text
    return element


def _html(parent: ET.Element, name: str, html: Html) -> ET.Element:
    element = _texted(parent, name, str(html))
    element.set("format", "html")
    return element
