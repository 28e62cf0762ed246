"""QTI 2.1 and 3.0: an item for each question, and a test of them.

Response processing gives the points for what is right, and for each known mistake a feedback: the
first condition that holds decides. Formulas are MathML, as the standard has it
(https://www.imsglobal.org/question/qtiv2p1/imsqti_implv2p1.html). Version 3.0 has other names for
the same things (https://www.imsglobal.org/spec/qti/v3p0/impl).
"""

from __future__ import annotations

import re
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bp_tutor.exchange.markup import MATHML, Markup
from bp_tutor.exchange.numbers import accepted, plain
from bp_tutor.frozen import Frozen
from bp_tutor.quiz.record import ChoiceRecord, NumberRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.exchange.exercise import Exercise, Item, Variant
    from bp_tutor.output.page.html import Html
    from bp_tutor.quiz.model import Diagnosis

MATHS = "http://www.w3.org/1998/Math/MathML"
RESPONSE, SCORE, FEEDBACK, MISTAKE = "RESPONSE", "SCORE", "FEEDBACK", "MISTAKE_{}"
LONGEST = 20
"""Signs for which the field of an answer has room."""


class Version(Frozen):
    """What one version of the standard calls things."""

    qti: str
    """The namespace of items and tests."""
    package: str
    """That of the manifest."""
    schema: tuple[str, str]
    """What the manifest says it is, and of which version."""
    resource: str
    """The type of a file, with `{}` for `item` or `test`."""
    prefixed: bool = False
    """Whether names are written `qti-item-body` where version 2 has `itemBody`."""

    def named(self, root: ET.Element) -> ET.Element:
        """An item or a test with the names of version 2, in those of this one."""
        if self.prefixed:
            _rename(root)
        root.set("xmlns", self.qti)
        return root


HTML = frozenset(
    ("br", "div", "em", "img", "p", "span", "strong", "table", "tbody", "td", "th", "tr")
)
"""The elements that are called alike in all versions."""
_CAPITAL = re.compile("(?=[A-Z])")


def _rename(element: ET.Element) -> None:
    """`qti-item-body` for `itemBody`, `base-type` for `baseType`; formulas keep their names."""
    if element.tag == "math":
        return
    if element.tag not in HTML:
        if element.tag == "modalFeedback":
            inside = list(element)
            for one in inside:
                element.remove(one)
            ET.SubElement(element, "contentBody").extend(inside)
        attributes = {_parted(name): value for name, value in element.items()}
        element.attrib.clear()
        element.attrib.update(attributes)
        element.tag = f"qti-{_parted(element.tag)}"
    for child in element:
        _rename(child)


def _parted(name: str) -> str:
    return _CAPITAL.sub("-", name).lower()


QTI_2 = Version(
    "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "http://www.imsglobal.org/xsd/imscp_v1p1",
    ("QTIv2.1 Package", "1.0.0"),
    "imsqti_{}_xmlv2p1",
)
QTI_3 = Version(
    "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
    "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
    ("QTI Package", "3.0.0"),
    "imsqti_{}_xmlv3p0",
    prefixed=True,
)


def write(exercise: Exercise) -> bytes:
    """The package, a zip file."""
    return write_version(exercise, QTI_2)


def write_version(exercise: Exercise, version: Version) -> bytes:
    """The package in one version of the standard."""
    items: list[tuple[str, str]] = []
    files: dict[str, bytes] = {}
    variants = exercise.variants
    test = _Test(exercise)
    for place, first in enumerate(variants[0].items, 1):
        keys = []
        for number, variant in enumerate(variants, 1):
            key = f"item-{place}-{number}"
            keys.append((key, f"{key}.xml"))
            found = _item(exercise, variant, variant.items[place - 1], key, f"network-{number}.svg")
            files[f"{key}.xml"] = _xml(version.named(found))
        test.section(first.record.name, keys)
        items += keys
    pictures = {
        f"network-{number}.svg": one.picture.encode() for number, one in enumerate(variants, 1)
    }
    files |= {"test.xml": _xml(version.named(test.root)), **pictures}
    manifest = _manifest(exercise, items, sorted(pictures), version)
    files = {"imsmanifest.xml": _xml(manifest), **files}
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return stream.getvalue()


class _Test:
    """The test: of the variants of a question one is selected."""

    def __init__(self, exercise: Exercise) -> None:
        title = exercise.page.say(exercise.title)
        self.root = ET.Element("assessmentTest", identifier="test", title=title)
        self._part = ET.SubElement(
            self.root, "testPart", identifier="part", navigationMode="nonlinear",
            submissionMode="individual",
        )  # fmt: skip
        self._count = 0

    def section(self, name: str, items: Iterable[tuple[str, str]]) -> None:
        """A question, one of whose items is shown."""
        self._count += 1
        section = ET.SubElement(
            self._part, "assessmentSection", identifier=f"section-{self._count}", title=name,
            visible="true",
        )  # fmt: skip
        ET.SubElement(section, "selection", select="1")
        for key, path in items:
            ET.SubElement(section, "assessmentItemRef", identifier=key, href=path)


def _manifest(
    exercise: Exercise,
    items: Iterable[tuple[str, str]],
    pictures: Iterable[str],
    version: Version,
) -> ET.Element:
    whole = f"{exercise.name}\n{exercise.source}".encode()
    key = f"bp-tutor-{sha256(whole).hexdigest()[:32]}"
    root = ET.Element("manifest", identifier=key, xmlns=version.package)
    metadata = ET.SubElement(root, "metadata")
    for name, text in zip(("schema", "schemaversion"), version.schema, strict=True):
        ET.SubElement(metadata, name).text = text
    ET.SubElement(root, "organizations")
    resources = ET.SubElement(root, "resources")

    def add(name: str, kind: str, path: str) -> ET.Element:
        one = ET.SubElement(resources, "resource", identifier=name, type=kind, href=path)
        ET.SubElement(one, "file", href=path)
        return one

    test = add("test", version.resource.format("test"), "test.xml")
    for item, path in items:
        ET.SubElement(test, "dependency", identifierref=item)
        resource = add(item, version.resource.format("item"), path)
        for picture in pictures:
            if picture.removeprefix("network-").removesuffix(".svg") == item.rpartition("-")[2]:
                ET.SubElement(resource, "file", href=picture)
    return root


def _item(exercise: Exercise, variant: Variant, item: Item, key: str, picture: str) -> ET.Element:
    markup, record = Markup(exercise.page, MATHML), item.record
    root = ET.Element(
        "assessmentItem", identifier=key, title=record.name, adaptive="false",
        timeDependent="false",
    )  # fmt: skip
    numeric = isinstance(record, NumberRecord)
    response = ET.SubElement(
        root, "responseDeclaration", identifier=RESPONSE, cardinality="single",
        baseType="float" if numeric else "identifier",
    )  # fmt: skip
    correct = ET.SubElement(response, "correctResponse")
    _outcome(root, SCORE, "float", 0)
    _outcome(root, "MAXSCORE", "float", record.points)
    ET.SubElement(
        root, "outcomeDeclaration", identifier=FEEDBACK, cardinality="single", baseType="identifier"
    )
    body = ET.SubElement(root, "itemBody")
    body.append(_tree(markup.exercise(exercise, variant, picture)))
    body.append(_tree(markup.question(item)))
    processing = ET.Element("responseProcessing")
    rule = _Rule(ET.SubElement(processing, "responseCondition"))
    if isinstance(record, NumberRecord):
        mistakes = _number(record, correct, body, rule)
    else:
        mistakes = _choice(record, correct, body, rule, markup)
    root.append(processing)
    for name, diagnoses in mistakes:
        feedback = ET.SubElement(
            root, "modalFeedback", outcomeIdentifier=FEEDBACK, identifier=name, showHide="show"
        )
        feedback.append(_tree(markup.why(diagnoses)))
    return root


Mistakes = list[tuple[str, "tuple[Diagnosis, ...]"]]


class _Rule:
    """Conditions of which the first that holds decides."""

    def __init__(self, condition: ET.Element) -> None:
        self._condition = condition

    def branch(self, outcome: str, kind: str, value: str) -> ET.Element:
        """A condition that is still to be said, and what it sets."""
        name = "responseElseIf" if len(self._condition) else "responseIf"
        branch = ET.SubElement(self._condition, name)
        holds = ET.SubElement(branch, "and")
        sets = ET.SubElement(branch, "setOutcomeValue", identifier=outcome)
        ET.SubElement(sets, "baseValue", baseType=kind).text = value
        return holds


def _number(record: NumberRecord, correct: ET.Element, body: ET.Element, rule: _Rule) -> Mistakes:
    ranges = [(value - margin, value + margin) for value, margin in accepted(record)]
    first = next(iter(accepted(record)))
    ET.SubElement(correct, "value").text = plain(first.value)
    field = ET.SubElement(body, "p")
    ET.SubElement(
        field, "textEntryInteraction", responseIdentifier=RESPONSE, expectedLength=str(LONGEST)
    )
    for low, high in ranges:
        _between(rule.branch(SCORE, "float", plain(record.points)), low, high)
    mistakes: Mistakes = []
    for place, wrong in enumerate(record.wrong, 1):
        name = MISTAKE.format(place)
        _between(rule.branch(FEEDBACK, "identifier", name), *wrong.interval)
        mistakes.append((name, wrong.diagnoses))
    return mistakes


def _between(holds: ET.Element, low: float, high: float) -> None:
    for name, end in (("gte", low), ("lte", high)):
        compared = ET.SubElement(holds, name)
        ET.SubElement(compared, "variable", identifier=RESPONSE)
        ET.SubElement(compared, "baseValue", baseType="float").text = plain(end)


def _choice(
    record: ChoiceRecord, correct: ET.Element, body: ET.Element, rule: _Rule, markup: Markup
) -> Mistakes:
    interaction = ET.SubElement(
        body, "choiceInteraction", responseIdentifier=RESPONSE, shuffle="true", maxChoices="1"
    )
    mistakes: Mistakes = []
    for place, option in enumerate(record.options, 1):
        key = f"choice-{place}"
        choice = ET.SubElement(interaction, "simpleChoice", identifier=key)
        choice.append(_tree(markup.words(option.text)))
        name = MISTAKE.format(place)
        if option.right:
            ET.SubElement(correct, "value").text = key
            holds = rule.branch(SCORE, "float", plain(record.points))
        elif option.diagnoses:
            holds = rule.branch(FEEDBACK, "identifier", name)
            mistakes.append((name, option.diagnoses))
        else:
            continue
        match = ET.SubElement(holds, "match")
        ET.SubElement(match, "variable", identifier=RESPONSE)
        ET.SubElement(match, "baseValue", baseType="identifier").text = key
    return mistakes


def _outcome(root: ET.Element, name: str, kind: str, value: float) -> None:
    outcome = ET.SubElement(
        root, "outcomeDeclaration", identifier=name, cardinality="single", baseType=kind
    )
    default = ET.SubElement(outcome, "defaultValue")
    ET.SubElement(default, "value").text = plain(value)


def _tree(html: Html) -> ET.Element:
    """Our own markup as elements; without what the standard has no attribute for."""
    root = ET.fromstring(f"<div>{html}</div>")  # noqa: S314 - made by `Markup`, texts escaped
    for element in root.iter():
        for name in ("style", "data-key"):
            element.attrib.pop(name, None)
        if element.tag == "math":
            element.set("xmlns", MATHS)
        if element.tag == "table":
            rows = list(element)
            for row in rows:
                element.remove(row)
            ET.SubElement(element, "tbody").extend(rows)
    return root


def _xml(root: ET.Element) -> bytes:
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"
