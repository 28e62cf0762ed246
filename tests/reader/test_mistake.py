"""How a mistake is told."""

from __future__ import annotations

import pytest

from bp_tutor.reader import Key, Mark, Mistake, ReadError, shown


def word(key: str, **values: object) -> str:
    inside = ",".join(f"{name}={value}" for name, value in values.items())
    return f"<{key} {inside}>" if inside else f"<{key}>"


def test_a_line_names_file_place_and_path() -> None:
    mistake = Mistake("k", Mark(3, 7), {"a": 1}, path="x.y[0]", file="f.yaml")
    assert mistake.format(word) == "f.yaml:3:7: x.y[0]: <k a=1>"


def test_expectation_and_nearest_follow() -> None:
    mistake = Mistake("k", Mark(1, 1), {"low": 1}, "e", "near", file="f")
    assert mistake.format(word) == (
        "f:1:1: <k low=1><mistake.expected expected=<e low=1>><mistake.nearest nearest=near>"
    )


def test_a_value_may_be_a_word_itself() -> None:
    assert Mistake("k", values={"found": Key("kind.list")}).message(word) == "<k found=<kind.list>>"


def test_mistakes_are_sorted_by_line() -> None:
    error = ReadError([Mistake("b", Mark(2, 1)), Mistake("c", Mark(2, 9)), Mistake("a")])
    assert [mistake.key for mistake in error.mistakes] == ["a", "b", "c"]


@pytest.mark.parametrize("sign", ["\x1b", "\n", "\u202e", "\0", "\x9b", "\u2028"])
def test_control_characters_are_never_shown(sign: str) -> None:
    assert sign not in shown(f"a{sign}b")
    assert sign not in Mistake("k", file=f"a{sign}b.yaml").format(word)


def test_long_texts_are_cut() -> None:
    assert shown("x" * 1000) == "x" * 57 + "..."


def test_a_file_name_of_broken_bytes_is_shown() -> None:
    name = b"a\xff.yaml".decode("utf-8", "surrogateescape")
    Mistake("k", file=name).format(word).encode("utf-8")
