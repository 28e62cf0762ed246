"""What the YAML parsers complain of is said in our words, at the place to mend."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from bp_tutor.formula import CANONICAL, Quantity, Ref, parse, spell
from bp_tutor.reader import Mistake, ReadError, parse_document, plain, read_text
from bp_tutor.reader.parse import _event_parser, _Pure
from bp_tutor.reader.syntax import sentence
from bp_tutor.words import load_words

PARSERS = [_event_parser(), _Pure]
both = pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.__name__)
CHINESE = load_words("zh").text
PIECES = [
    "a", "1", ": ", "- ", "-", "[", "]", "{", "}", "'", '"', "\n", "\n  ", "\t", " ", "&", "*",
    "!", "|", ">", "#", ",", "? ", "%", "\n%", "%YAML", "%TAG", "@", "\\x", "`", "---", "...",
    "!<", "&a", "|0", "!a!b", "\\u12", "：", "，", "“", "】",
]  # fmt: skip
LATIN = re.compile(r"[A-Za-z]{2,}")
OURS = {"YAML", "UTF", "Tab", "tag", "org", "yaml"}


def told(text: str, parser: Callable[[bytes], Any]) -> tuple[Mistake, ...]:
    try:
        return parse_document(text.encode(), "f", parser).mistakes
    except ReadError as error:
        return error.mistakes


@both
def test_no_complaint_is_left_in_the_words_of_the_library(parser: Callable[[bytes], Any]) -> None:
    draw = random.Random(4)  # noqa: S311
    seen = set()
    for _ in range(3000):
        text = "".join(draw.choices(PIECES, k=draw.randint(1, 9)))
        for mistake in told(text, parser):
            seen.add(mistake.key)
            assert mistake.key != "reader.syntax", text
            said = set(LATIN.findall(CHINESE(mistake.key, **dict.fromkeys(mistake.values, ""))))
            assert said <= OURS, text
            assert mistake.mark is None or 1 <= mistake.mark.line <= text.count("\n") + 1
    assert len(seen) > 15


def test_what_nobody_has_heard_yet_gets_a_general_sentence() -> None:
    assert sentence("while scanning the moon", "found no cheese") == "reader.syntax"
    assert LATIN.findall(CHINESE("reader.syntax")) == ["YAML"]


@both
@pytest.mark.parametrize(
    ("text", "key", "place"),
    [
        ("a: 1\nrate:0.5\nb: 2", "reader.no_space", "2:5"),
        ("a: 1\n\n# here\nrate:0.5\n\n# and here\nb: 2", "reader.no_space", "4:5"),
        ("a: 1\nrate 0.5\nb: 2", "reader.no_colon", "2:1"),
        ("- a:1\n  b: 2", "reader.no_space", "1:4"),
        ("a: 1\nW[1,1,1]:2\nb: 2", "reader.no_space", "2:9"),
        ("a: http://x\nb\nc: 1", "reader.no_colon", "2:1"),
        ("a: [1，2", "reader.wide_sign", "1:6"),
        ("a: [1,\n 2，\n 3", "reader.wide_sign", "2:3"),
        ("a: ['，', 2\nb: 1", "reader.unclosed", "2:2"),
        ("a: [1, # ，\n 2\nb: 1", "reader.unclosed", "3:2"),
        ("a: “x: y”", "reader.wide_sign", "1:4"),
        ("a: 他说“x: y”", "reader.colon", "1:8"),
        ("t: “one”\nb: x: y", "reader.colon", "2:5"),
        ("a: 1\nb：2\nc: 3", "reader.wide_colon", "2:2"),
        ("a: |\n\tb", "reader.tab", "2:1"),
        ("a: 'x\n...\nb'", "reader.open_quote", "2:1"),
        ("a: !x!y z", "reader.character", "1:4"),
        ("a: &", "reader.character", "1:4"),
    ],
)
def test_the_place_is_where_it_can_be_mended(
    text: str, key: str, place: str, parser: Callable[[bytes], Any]
) -> None:
    (mistake,) = told(text, parser)
    assert (mistake.key, mistake.where) == (key, f"f:{place}")


def test_full_width_signs_are_right_in_texts() -> None:
    text = "title: “与”门：两个输入，一个输出\nnote: 【课堂】（第 1 讲）"
    assert plain(read_text(text)) == {
        "title": "“与”门：两个输入，一个输出",
        "note": "【课堂】（第 1 讲）",
    }


def test_formulas_may_be_typed_in_full_width() -> None:
    names = {name: Ref(Quantity(name)) for name in "ab"}
    assert spell(parse("（ａ＋b）＊２", names.get), CANONICAL) == "(a + b)*2"
