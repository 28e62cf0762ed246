"""QTI 1.2 as Canvas imports it: a package with one quiz.

The forms are those that text2qti writes and Canvas reads
(`gems/plugins/qti_exporter/lib/qti/numeric_interaction.rb`). There every condition on a number is
an answer that is right, so known mistakes stand in what is said of a wrong answer, each with its
number; only choices have feedback of their own.
"""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bp_tutor.exchange.markup import TEX, Markup, void
from bp_tutor.exchange.numbers import accepted, plain
from bp_tutor.output.page.html import Html, joined
from bp_tutor.quiz.record import ChoiceRecord, NumberRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.exchange.exercise import Exercise, Item, Variant

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
METADATA = "http://www.imsglobal.org/xsd/imsmd_v1p2"
FILES = "%24IMS-CC-FILEBASE%24/"
GENERAL, WRONG = "general_fb", "general_incorrect_fb"
RESPONSE = "response1"


class CanvasMarkup(Markup):
    """HTML with formulas as Canvas keeps them."""

    def formula(self, spelled: str) -> Html:
        address = quote(quote(spelled, safe="()"), safe="()")
        return void(
            "img",
            {
                "class": "equation_image",
                "title": spelled,
                "src": f"/equation_images/{address}?scale=1",
                "alt": f"LaTeX: {spelled}",
                "data-equation-content": spelled,
            },
        )


def write(exercise: Exercise) -> bytes:
    """The package, a zip file."""
    return _Package(exercise).data()


class _Package:
    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.markup = CanvasMarkup(exercise.page, TEX)
        self.title = exercise.page.say(exercise.title)
        self.key = self.identifier("assessment")

    def identifier(self, *parts: str) -> str:
        """A name that is always the same for the same part of the package."""
        whole = "\n".join((self.exercise.name, *parts)).encode()
        return f"bp-tutor-{parts[0]}-{sha256(whole).hexdigest()[:32]}"

    def data(self) -> bytes:
        """The manifest, the quiz and its settings, and a picture for each variant."""
        files = {
            "imsmanifest.xml": _xml(self.manifest()),
            f"{self.key}/{self.key}.xml": _xml(self.questions()),
            f"{self.key}/assessment_meta.xml": _xml(self.settings()),
        }
        for variant in self.exercise.variants:
            files[self.picture(variant)] = variant.picture.encode()
        stream = BytesIO()
        with ZipFile(stream, "w", ZIP_DEFLATED) as package:
            for name, content in files.items():
                package.writestr(ZipInfo(name), content, ZIP_DEFLATED)
        return stream.getvalue()

    def picture(self, variant: Variant) -> str:
        """Where the picture of a variant lies in the package."""
        return f"images/{self.identifier('picture', str(variant.seed))}.svg"

    def manifest(self) -> ET.Element:
        """What is in the package."""
        root = ET.Element("manifest", {"identifier": self.identifier("manifest"), "xmlns": PACKAGE,
                                       "xmlns:imsmd": METADATA})  # fmt: skip
        metadata = ET.SubElement(root, "metadata")
        ET.SubElement(metadata, "schema").text = "IMS Content"
        ET.SubElement(metadata, "schemaversion").text = "1.1.3"
        at = metadata
        for name in ("lom", "general", "title", "string"):
            at = ET.SubElement(at, f"imsmd:{name}")
        at.text = self.title
        ET.SubElement(root, "organizations")
        resources = ET.SubElement(root, "resources")
        quiz, settings = f"{self.key}/{self.key}.xml", f"{self.key}/assessment_meta.xml"
        resource = ET.SubElement(resources, "resource", identifier=self.key, type="imsqti_xmlv1p2")
        ET.SubElement(resource, "file", href=quiz)
        dependency = self.identifier("dependency")
        ET.SubElement(resource, "dependency", identifierref=dependency)
        kind = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
        _resource(resources, dependency, kind, settings)
        for variant in self.exercise.variants:
            path = self.picture(variant)
            _resource(resources, self.identifier("file", path), "webcontent", path)
        return root

    def settings(self) -> ET.Element:
        """The quiz as Canvas lists it; not yet to be seen by students."""
        root = ET.Element("quiz", {"identifier": self.key, "xmlns": CANVAS})
        points = sum(item.record.points for item in self.exercise.variants[0].items)
        for name, text in (
            ("title", self.title),
            ("quiz_type", "assignment"),
            ("shuffle_answers", "true"),
            ("points_possible", plain(points)),
            ("available", "false"),
            ("allowed_attempts", "1"),
        ):
            ET.SubElement(root, name).text = text
        return root

    def questions(self) -> ET.Element:
        """The quiz; of several variants of a question one is drawn."""
        root = ET.Element("questestinterop", {"xmlns": QTI})
        assessment = ET.SubElement(root, "assessment", ident=self.key, title=self.title)
        section = ET.SubElement(assessment, "section", ident="root_section")
        variants = self.exercise.variants
        for place, item in enumerate(variants[0].items):
            inside = section
            if len(variants) > 1:
                inside = self.group(section, item)
            for variant in variants:
                self.item(inside, variant, variant.items[place])
        return root

    def group(self, section: ET.Element, item: Item) -> ET.Element:
        """A group of which each student gets one question."""
        record = item.record
        group = ET.SubElement(
            section, "section", ident=self.identifier("group", record.name), title=record.name
        )
        ordering = ET.SubElement(group, "selection_ordering")
        selection = ET.SubElement(ordering, "selection")
        ET.SubElement(selection, "selection_number").text = "1"
        extension = ET.SubElement(selection, "selection_extension")
        ET.SubElement(extension, "points_per_item").text = plain(record.points)
        return group

    def item(self, section: ET.Element, variant: Variant, item: Item) -> None:
        """One question."""
        record, seed = item.record, str(variant.seed)
        key = self.identifier("question", seed, record.name)
        element = ET.SubElement(section, "item", ident=key, title=record.name)
        number = isinstance(record, NumberRecord)
        kind = "numerical_question" if number else "multiple_choice_question"
        options = [] if isinstance(record, NumberRecord) else list(enumerate(record.options))
        answers = [f"{key}-{place}" for place, _ in options] or [f"{key}-number"]
        metadata = ET.SubElement(ET.SubElement(element, "itemmetadata"), "qtimetadata")
        for label, entry in (
            ("question_type", kind),
            ("points_possible", plain(record.points)),
            ("original_answer_ids", ",".join(answers)),
            ("assessment_question_identifierref", f"{key}-ref"),
        ):
            field = ET.SubElement(metadata, "qtimetadatafield")
            ET.SubElement(field, "fieldlabel").text = label
            ET.SubElement(field, "fieldentry").text = entry
        presentation = ET.SubElement(element, "presentation")
        intro = self.markup.exercise(self.exercise, variant, FILES + self.picture(variant))
        _material(presentation, joined((intro, self.markup.question(item))))
        if isinstance(record, ChoiceRecord):
            self.choices(element, presentation, record, answers)
        else:
            self.number(element, presentation, record)
        if item.line is not None:
            _feedback(element, GENERAL, self.markup.line(item.line))

    def choices(
        self,
        element: ET.Element,
        presentation: ET.Element,
        record: ChoiceRecord,
        answers: list[str],
    ) -> None:
        """Answers to choose from, each with what it shows."""
        response = ET.SubElement(
            presentation, "response_lid", ident=RESPONSE, rcardinality="Single"
        )
        render = ET.SubElement(response, "render_choice")
        pairs = list(zip(answers, record.options, strict=True))
        for key, option in pairs:
            label = ET.SubElement(render, "response_label", ident=key)
            _material(label, self.markup.words(option.text))
        processing = _processing(element)
        for key, option in pairs:
            if option.diagnoses:
                condition = _condition(processing, "Yes", f"{key}_fb")
                ET.SubElement(condition, "varequal", respident=RESPONSE).text = key
        condition = _condition(processing, "No")
        right = next(key for key, option in pairs if option.right)
        ET.SubElement(condition, "varequal", respident=RESPONSE).text = right
        _score(processing[-1])
        for key, option in pairs:
            if option.diagnoses:
                _feedback(element, f"{key}_fb", self.markup.why(option.diagnoses))

    def number(self, element: ET.Element, presentation: ET.Element, record: NumberRecord) -> None:
        """A number with a margin, and ranges where more is right."""
        response = ET.SubElement(
            presentation, "response_str", ident=RESPONSE, rcardinality="Single"
        )
        render = ET.SubElement(response, "render_fib", fibtype="Decimal")
        ET.SubElement(render, "response_label", ident="answer1")
        processing = _processing(element)
        ET.SubElement(_condition(processing, "Yes", GENERAL), "other")
        for place, (value, margin) in enumerate(accepted(record)):
            condition = _condition(processing, "No")
            if not place:
                either = ET.SubElement(condition, "or")
                ET.SubElement(either, "varequal", respident=RESPONSE).text = plain(value)
                condition = ET.SubElement(either, "and")
            for name, end in (("vargte", value - margin), ("varlte", value + margin)):
                ET.SubElement(condition, name, respident=RESPONSE).text = plain(end)
            _score(processing[-1])
        if record.wrong:
            ET.SubElement(_condition(processing, "Yes", WRONG), "other")
            _feedback(element, WRONG, joined(self.mistakes(record)))

    def mistakes(self, record: NumberRecord) -> Iterator[Html]:
        """Known mistakes by their numbers, which somebody finds who has one of them."""
        words = self.exercise.page.words
        yield self.markup.paragraph(words.text("export.mistakes"))
        for wrong in record.wrong:
            figure = f"{wrong.value:.{record.figures}g}"
            yield self.markup.paragraph(figure, words.text("export.because"))
            yield self.markup.why(wrong.diagnoses)


def _resource(parent: ET.Element, identifier: str, kind: str, path: str) -> None:
    resource = ET.SubElement(parent, "resource", identifier=identifier, type=kind, href=path)
    ET.SubElement(resource, "file", href=path)


def _material(parent: ET.Element, html: Html) -> None:
    material = ET.SubElement(parent, "material")
    ET.SubElement(material, "mattext", texttype="text/html").text = str(html)


def _processing(element: ET.Element) -> ET.Element:
    processing = ET.SubElement(element, "resprocessing")
    outcomes = ET.SubElement(processing, "outcomes")
    ET.SubElement(
        outcomes, "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal"
    )
    return processing


def _condition(processing: ET.Element, go_on: str, feedback: str = "") -> ET.Element:
    """The condition of a rule, which shows feedback if it has some."""
    rule = ET.SubElement(processing, "respcondition", {"continue": go_on})
    condition = ET.SubElement(rule, "conditionvar")
    if feedback:
        ET.SubElement(rule, "displayfeedback", feedbacktype="Response", linkrefid=feedback)
    return condition


def _score(rule: ET.Element) -> None:
    ET.SubElement(rule, "setvar", action="Set", varname="SCORE").text = "100"


def _feedback(element: ET.Element, name: str, html: Html) -> None:
    feedback = ET.SubElement(element, "itemfeedback", ident=name)
    _material(ET.SubElement(feedback, "flow_mat"), html)


def _xml(root: ET.Element) -> bytes:
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"
