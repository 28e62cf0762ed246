"""QTI: items marked by their own response processing, read as the standards state it.

Items of version 3.0 are read by the names that its elements have in version 2.1.
"""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from bp_tutor.api.exporting import Wanted
from tests.exchange.answered import answers, exercise, written

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
THREE = "{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}"
PACKAGE_OF_THREE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
MATHS = "http://www.w3.org/1998/Math/MathML"
VERSIONS = ("qti2", "qti3")


def named(name: str) -> str:
    return f"{{{QTI}}}{name}"


def parsed(data: bytes, path: str) -> ET.Element:
    with ZipFile(BytesIO(data)) as package:
        root = ET.fromstring(package.read(path))  # noqa: S314 - own file
    for element in root.iter():
        if element.tag.startswith(THREE):
            in_version_2(element)
    return root


def in_version_2(element: ET.Element) -> None:
    """`itemBody` for `qti-item-body`; of what version 2 has not, nothing is changed."""

    def joined(name: str) -> str:
        return re.sub("-([a-z])", lambda letter: letter[1].upper(), name)

    name = element.tag.removeprefix(THREE)
    if name.startswith("qti-"):
        assert not re.search("[A-Z]", "".join((name, *element.keys())))
        renamed = {joined(key): value for key, value in element.items()}
        element.attrib.clear()
        element.attrib.update(renamed)
        name = joined(name.removeprefix("qti-"))
    element.tag = named(name)


def items(data: bytes) -> dict[str, ET.Element]:
    """Those that ask for numbers have names of their own."""
    return {one.get("title") or "": one for one in every(data)}


def every(data: bytes) -> list[ET.Element]:
    manifest = parsed(data, "imsmanifest.xml")
    return [
        parsed(data, one.get("href") or "")
        for package, version in ((PACKAGE, "v2p1"), (PACKAGE_OF_THREE, "v3p0"))
        for one in manifest.iter(f"{{{package}}}resource")
        if one.get("type") == f"imsqti_item_xml{version}"
    ]


def holds(condition: ET.Element, response: str) -> bool:
    """`and`, `gte`, `lte` and `match` of a variable and a value."""
    if condition.tag == named("and"):
        return all(holds(each, response) for each in condition)
    variable, base = condition
    assert variable.get("identifier") == "RESPONSE"
    value = base.text or ""
    if condition.tag == named("match"):
        return response == value
    if condition.tag == named("gte"):
        return float(response) >= float(value)
    assert condition.tag == named("lte")
    return float(response) <= float(value)


def processed(item: ET.Element, response: str) -> dict[str, str]:
    """The outcomes: of the branches of a condition the first that holds counts."""
    outcomes = {"SCORE": "0"}
    for condition in item.iterfind(f"{named('responseProcessing')}/{named('responseCondition')}"):
        for branch in condition:
            test, *rules = branch
            if holds(test, response):
                outcomes |= {one.get("identifier") or "": one[0].text or "" for one in rules}
                break
    return outcomes


def feedback(item: ET.Element, outcomes: dict[str, str]) -> str:
    return "".join(
        "".join(one.itertext())
        for one in item.iterfind(named("modalFeedback"))
        if one.get("identifier") == outcomes.get(one.get("outcomeIdentifier") or "")
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_answers_get_by_response_processing_what_marking_gives(version: str) -> None:
    found = items(written(exercise(), version))
    told = 0
    for given in answers():
        outcomes = processed(found[given.name], str(float(given.text)))
        assert (outcomes["SCORE"] == "1") == given.right, given
        if given.mistakes and not given.right:
            said = feedback(found[given.name], outcomes)
            assert any(name in said for name in given.mistakes), given
            told += 1
    assert told > 5


@pytest.mark.parametrize("version", VERSIONS)
def test_the_right_answer_of_each_item_scores(version: str) -> None:
    asked = exercise(wanted=Wanted(("dZ", "Z"), level="mixed", points="12"))
    total = 0.0
    for item in every(written(asked, version)):
        right = item.findtext(f"{named('responseDeclaration')}/*/{named('value')}") or ""
        total += float(processed(item, right)["SCORE"])
        assert processed(item, "-12345")["SCORE"] == "0"
    assert total == pytest.approx(12)


def test_formulas_are_mathml_and_pictures_files_of_the_package() -> None:
    data = written(exercise(), "qti2")
    item = items(data)["Z[2,1]"]
    assert len(list(item.iter(f"{{{MATHS}}}math"))) > 5
    (picture,) = item.iter(named("img"))
    with ZipFile(BytesIO(data)) as package:
        assert picture.get("src") in package.namelist()


def test_feedback_of_version_3_stands_in_a_content_body() -> None:
    found = every(written(exercise(), "qti3"))
    feedbacks = [one for item in found for one in item.iter(named("modalFeedback"))]
    assert len(feedbacks) > 5
    assert all([each.tag for each in one] == [named("contentBody")] for one in feedbacks)
    assert all([*one.iter(f"{{{MATHS}}}msub")] for one in found)


def test_one_of_the_variants_is_selected() -> None:
    (one,) = exercise().variants
    several = exercise()._replace(variants=(one, one._replace(seed=2)))
    data = written(several, "qti2")
    sections = list(parsed(data, "test.xml").iter(named("assessmentSection")))
    assert len(sections) == len(one.items)
    for section in sections:
        assert [each.get("select") for each in section.iter(named("selection"))] == ["1"]
        assert len(list(section.iter(named("assessmentItemRef")))) == 2


@pytest.mark.parametrize("attribute", ["style", "onclick", "data-key"])
def test_items_have_no_attributes_that_the_standard_has_not(attribute: str) -> None:
    for item in items(written(exercise(), "qti2")).values():
        assert not any(attribute in one.attrib for one in item.iter())
