"""What is read line by line without PyYAML comes out as PyYAML reads it, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bp_tutor.reader import ReadError
from bp_tutor.reader.direct import read_directly
from bp_tutor.reader.events import PurePython, event_parser, read_events
from bp_tutor.reader.text import hidden

ROOT = Path(__file__).parents[2]
FILES = sorted((*ROOT.glob("problems/*.yaml"), *ROOT.glob("tests/**/*.yaml"),
                *ROOT.glob("bp_tutor/**/*.yaml")))  # fmt: skip
TEXTS = [path.read_text(encoding="utf-8") for path in FILES if "broken" not in path.parts]
SMALL = [text for text in TEXTS if len(text) < 3_000]


def same(text: str) -> bool:
    """Whether the text was read directly; then it must be as PyYAML reads it, mistakes and all."""
    found = None if hidden(text) else read_directly(text)
    if found is None:
        return False
    for parser in (event_parser(), PurePython):
        try:
            assert read_events(text, "f.yaml", parser) == (found, ())
        except ReadError as error:
            pytest.fail(f"{error} in {text!r}")
    return True


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_are_read_as_by_pyyaml(path: Path) -> None:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    done = same(text) if len(text) < 200_000 else True
    assert done or "broken" in path.parts


TEXT = """\
a: 1
'b c': [1, -2.5, "x, y", 'it''s', []]   # said
"W[1]": {p: {q: r s}, t: [[1], [2,
    3]]}
list:
- x: 1
  y: 2
- z:
    - 5
    -   w: {}
 # outside
W[1,1]: −5 # minus
last: a−b, c [d] {e}
folded: >-
  some: words,
  and: # more

lines: |-
  a: b
  - c
far:
  {a: 1}
1: one
"""
SIGNS = "ab1 -:,[]{}#'\"\n.?!&*|>%@`~=<\\\tåW，：　½\u00a0"


def test_what_is_usual_is_read() -> None:
    assert same(TEXT)


@given(st.data())
def test_a_file_with_anything_changed(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([TEXT, *SMALL]))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 4))
        new = data.draw(st.text(SIGNS, max_size=3))
        text = text[:place] + new + text[place + gone :]
    same(text)


@given(st.text(SIGNS, max_size=40))
@example("a: b\n c")
@example("a:\n- b\n-  c\n d")
@example("- a: 1\n- b: 2\n  c: 3\n b: 4")
@example("a: [1\n]")
@example("a: {b: 1, b: 2}")
@example("a: [b#c, d]")
@example("a: [b #c, d]\n]")
@example("a: -")
@example("a: [--]")
@example("a:\n  b: 1\n c: 2")
@example("- a:\n  - b\n")
@example("- a:\n- b\n")
@example("--- \na: 1")
@example("a: 1\n...")
@example("a: x?y\nb: [x?y]")
@example("a: 1\n\na : 2")
@example("a: 'b\n  c'")
@example("a: >-\n b\n  # c\n")
@example("a: >-\n b\n\n c\n")
@example("- a: >-\n   b\n  # c\n  d: 1")
@example("a: >-\n# b\n c")
@example("a: >-\n\n c\nb: 1")
@example("a: |-\n b\n  c\n")
@example("a: |-\n  b\n c\n")
@example("- |-\n b\n- c\n")
def test_short_texts(text: str) -> None:
    same(text)


@given(
    st.recursive(
        st.sampled_from(["1", "-0.5", "a b", "'x'", '"y: z"', "a,b", "{}", "[]", "−1"]),
        lambda inner: (
            st.lists(inner, max_size=3).map(tuple)
            | st.dictionaries(st.sampled_from(["a", "B[1]", '"q"']), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    st.integers(1, 4),
)
def test_whatever_is_nested(value: object, step: int) -> None:
    def written(value: object, margin: str) -> str:
        inner = margin + " " * step
        if isinstance(value, tuple):
            return "\n".join(f"{margin}- {written(item, inner).lstrip()}" for item in value)
        if isinstance(value, dict):
            return "\n".join(
                f"{margin}{key}:"
                + (f"\n{written(item, inner)}" if isinstance(item, tuple | dict) else f" {item}")
                for key, item in value.items()
            )
        return f"{margin}{value}"

    same(written({"root": value}, ""))
