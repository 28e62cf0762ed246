"""One of a thing is said in the singular, and sentences are joined without a stop between."""

from __future__ import annotations

import re

import pytest

from bp_tutor.api.refusal import RefusalError, with_nearest
from bp_tutor.reader import Mistake
from bp_tutor.words import Words, languages, load_words

ENGLISH = load_words("en")
KEYS = ENGLISH.keys()
COUNTS = frozenset(
    {"count", "sessions", "answers", "updates", "samples", "wanted", "channels", "inputs",
     "targets", "decimals", "digits", "bad", "all", "length", "layers", "shape", "steps", "units"}
)  # fmt: skip
"""The places of a number that may be 1, if a plural follows."""
NEVER_ONE = frozenset(
    {"problem.too_large", "symbolic.not_expanded", "worksheet.too_large", "worksheet.too_many",
     "training_picture.too_many"}
)  # fmt: skip
"""What is only said of many."""
NO_PLURAL = frozenset(
    {"is", "has", "was", "this", "less", "its", "stands", "follows", "needs", "times", "axis"}
)
FOLLOWED = re.compile(
    r"\b1 ((?:(?:other|printed|significant) )?)([a-z]+s|are|were|have|axes|matrices)\b"
)
ASKING = "?？:：；"
STOPS = re.compile(r"[.。!?！？;；,，:：][;；,，.。]")


def one_of_everything(key: str) -> str:
    values = {place: "1" if place in COUNTS else "X" for place in ENGLISH.places(key)}
    return ENGLISH.text(key, **values)


@pytest.mark.parametrize("key", [key for key in KEYS if ENGLISH.places(key) & COUNTS])
def test_one_is_singular(key: str) -> None:
    if key in NEVER_ONE:
        return
    found = [
        match[0] for match in FOLLOWED.finditer(one_of_everything(key)) if match[2] not in NO_PLURAL
    ]
    assert found == []


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 decimal"), (2, "2 decimals"), (0, "0 decimals"), (11, "11 decimals")]
)
def test_decimals_are_counted(count: int, said: str) -> None:
    assert ENGLISH.text("fact.hand.decimals", count=count) == said


def test_numbers_within_words() -> None:
    words = Words("en", {"a": "{n:The one figure follows|All # figures follow}."})
    assert words.text("a", n=1) == "The one figure follows."
    assert words.text("a", n="3") == "All 3 figures follow."
    assert words.places("a") == {"n"}


def test_a_page_fills_in_no_plurals() -> None:
    """The script of a page knows only the places of values."""
    for language in languages():
        for key, text in load_words(language).section("page").items():
            assert not re.search(r"\{\w+:", text), key


@pytest.mark.parametrize("language", languages())
def test_a_hint_is_joined_to_every_sentence(language: str) -> None:
    words = load_words(language)
    for key in KEYS:
        values = dict.fromkeys(words.places(key), "x")
        said = words.text(key, **values)
        if "nearest" in values or not any(map(str.isalnum, said)) or said.strip()[-1] in ASKING:
            # The hint itself, what stands between sentences, headings and questions.
            continue
        joined = (
            RefusalError(key, "near", **values).text(words),
            Mistake(key, values=values, expected="expected.number", nearest="near").message(
                words.text
            ),
            with_nearest(said, "near", words),
        )
        for text in joined:
            own = len(STOPS.findall(said))
            assert len(STOPS.findall(text)) <= own, (key, text)


DOUBLED = re.compile(r"[.。?？!！][.。]")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("end", ["?", "？", ".", "。", ""])
def test_no_full_stop_follows_what_ends_in_a_mark_of_its_own(language: str, end: str) -> None:
    words = load_words(language)
    for key in KEYS:
        places = words.places(key)
        said = words.text(key, **dict.fromkeys(places, f"W{end}"))
        plain = words.text(key, **dict.fromkeys(places, "W"))
        assert len(DOUBLED.findall(said)) <= len(DOUBLED.findall(plain)), said
        assert end or said == plain
        assert plain[-1:] not in ".。" or said[-1:] in ".。?？", said


def test_nothing_like_it_in_the_menu() -> None:
    said = ENGLISH.text("menu.unknown", name="exercize")
    assert with_nearest(said, "exercise", ENGLISH) == (
        "There is no \"exercize\" here; did you mean 'exercise'?"
    )
