"""The walk through a derivation: where keys lead to, and what stands on the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce

import pytest

from bp_tutor.explain import Line
from bp_tutor.output.marks import marks_of
from bp_tutor.output.walk import Walk, keys_in, pressed, walk_of
from bp_tutor.output.walk_rows import Frame, Standing, help_rows, standing_rows
from bp_tutor.words import cells, load_words
from tests.cli.running import LARGE
from tests.explain.pages import NAMES, solved

START = Walk(starts=(1, 4, 8), count=10)


def after(typed: str, walk: Walk = START) -> Walk:
    return reduce(pressed, keys_in(typed), walk)


@pytest.mark.parametrize(
    ("typed", "step"),
    [
        ("", 1), (" ", 2), ("n", 2), ("\x1b[C", 2), ("\x1bOC", 2), ("\xe0M", 2), ("\r", 2),
        ("nnb", 2), ("nn\x7f", 2), ("nn\x1b[D", 2), ("b", 1), ("G", 10), ("Gn", 10),
        ("\x1b[F", 10), ("\x1b[4~", 10), ("Gg", 1), ("G\x1b[H", 1), ("]", 4), ("]]", 8),
        ("]]]", 10), ("\x1b[B\x1b[B", 8), ("]n[", 4), ("]n[[", 1), ("G\x1b[A", 8), ("[", 1),
        ("7\r", 7), ("10\n", 10), ("999999\r", 10), ("0\r", 1), ("12\x7f\r", 1), ("7n", 2),
        ("x\x1b[5~\x1b", 1), ("?n", 1), ("?nn", 2), ("??n", 2), ("nqn", 2), ("9" * 5000 + "\r", 10),
    ],
)  # fmt: skip
def test_each_key_leads_where_it_should(typed: str, step: int) -> None:
    assert after(typed).step == step


def test_q_leaves_and_the_interrupt_key_breaks_off() -> None:
    assert after("nq").left
    assert after("?q").left
    assert not after("n").left
    with pytest.raises(KeyboardInterrupt):
        after("n\x03")


def test_sections_begin_where_they_begin() -> None:
    document = solved("exercise").document
    steps = document.steps
    walk = walk_of(steps)
    numbered = [part.number for part in document.sections if part.number]
    reached = [steps[start - 1].section for start in walk.starts]
    assert reached == [number for number in numbered if number in {s.section for s in steps}]
    assert reached[:3] == [1, 2, 3]
    assert walk.count == len(steps)
    assert steps[pressed(walk, "]").step - 1].section == 2


def shown(
    name: str, number: int, frame: Frame, language: str = "en", *, sheet: int = 0
) -> list[str]:
    found = solved(name, language)
    steps = found.document.steps
    step = steps[number - 1]
    marks = marks_of(found.page, found.trace.runs[0], step)
    standing = Standing(found.document.tree, found.page, step, marks, len(steps), 80, sheet=sheet)
    rows = standing_rows(standing, frame, load_words(language))
    return ["".join(text for text, _ in row) for row in rows]


def test_a_step_marks_its_unit_and_lists_the_numbers_in_use() -> None:
    text = "\n".join(shown("exercise", 1, Frame(80, 23)))
    assert "«A₂₁»" in text
    assert "‹A₁₁›= 1" in text
    assert "‹W₁›" in text
    assert text.count("«") == 1
    assert "A₁₁ = 1, W₁₁₁ = 0.5" in text
    assert "Step 1/61" in text


def test_a_step_names_the_proofs_of_its_own_slopes() -> None:
    lines = [block.quantity.name if isinstance(block := step.block, Line) else ""
             for step in solved("exercise").document.steps]  # fmt: skip
    for name, proofs in (
        ("dZ[4]", ["sigmoid", "half_squared_error"]), ("dZ[3]", ["sigmoid"]), ("dW[3]", []),
    ):  # fmt: skip
        text = "\n".join(shown("exercise", lines.index(name) + 2, Frame(80, 60)))
        assert re.findall(r"bp-tutor why (\w+)", text) == proofs


def test_marks_move_nothing_in_the_picture() -> None:
    plain = solved("exercise").document.picture
    for number in (1, 5, 20, 40, 61):
        rows = shown("exercise", number, Frame(80, 60))[: len(plain)]
        bare = [row.translate({ord(sign): " " for sign in "«»‹›"}).rstrip() for row in rows]
        assert bare == list(plain)


def test_colours_change_no_sign() -> None:
    plain = solved("exercise").document.picture
    rows = shown("exercise", 5, Frame(80, 60, colour=True))
    assert rows[: len(plain)] == list(plain)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in LARGE])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_step_fits_into_every_window(name: str, language: str) -> None:
    found = solved(name, language)
    steps = found.document.steps
    words = load_words(language)
    for step in steps[:: max(1, len(steps) // 6)]:
        run = next((run for run in found.trace.runs if run.update == step.update), None)
        marks = marks_of(found.page, run or found.trace.runs[0], step)
        standing = Standing(found.document.tree, found.page, step, marks, len(steps), 80)
        for width, height in ((80, 23), (40, 12), (40, 5), (25, 8), (10, 4)):
            rows = standing_rows(standing, Frame(width, height), words)
            texts = ["".join(text for text, _ in row) for row in rows]
            assert max(map(cells, texts)) <= width
            assert height < 6 or len(texts) <= height or width < 40
            if width == 80:
                assert str(len(steps)) in texts[-1]


def test_what_does_not_fit_is_cut_with_a_word() -> None:
    tall, low = shown("exercise", 20, Frame(80, 23)), shown("exercise", 20, Frame(80, 12))
    assert any("A₄₁" in row and "▶" in row for row in tall)
    assert not any("▶" in row for row in low)
    assert any("no room for the picture" in row for row in low)
    assert any("part 1 of " in row for row in shown("exercise", 20, Frame(80, 5)))


def parts(number: int, frame: Frame, sheets: Iterable[int]) -> list[list[str]]:
    """A step of the exercise in a low window, page by page, without what stands at its foot."""
    return [
        [row for row in shown("exercise", number, frame, sheet=sheet) if row][:-2]
        for sheet in sheets
    ]


def test_a_step_higher_than_the_window_is_paged_through() -> None:
    number = len(solved("exercise").document.steps)
    whole = [row for row in shown("exercise", number, Frame(80, 200)) if row]
    body = whole[whole.index("12  New values") : -1]
    assert len(body) > 30
    pages = parts(number, Frame(80, 14), range(10))
    count = pages.index(pages[0], 1)
    assert count >= 3
    assert [row for page in pages[:count] for row in page] == body
    assert parts(number, Frame(80, 14), [-1, count]) == [pages[count - 1], pages[0]]


@pytest.mark.parametrize(
    ("typed", "sheet", "step"),
    [("dd", 2, 1), ("ddu", 1, 1), ("u", -1, 1), ("\x1b[6~", 1, 1), ("dn", 0, 2), ("d?q", 1, 1)],
)
def test_paging_stays_at_its_step(typed: str, sheet: int, step: int) -> None:
    walk = after(typed)
    assert (walk.sheet, walk.step) == (sheet, step)


def about(name: str, identifier: str) -> str:
    """The picture while something is worked out."""
    steps = solved(name).document.steps
    number = next(step.number for step in steps if identifier in step.gives)
    return "\n".join(shown(name, number, Frame(80, 40)))


def test_a_wire_is_marked_where_its_number_is_the_only_one() -> None:
    text = about("sigmoid-2-2-1", "Z[2,1]")
    assert ("──‹0.1›─" in text, "──‹0.8›─" in text, text.count("›─")) == (True, True, 2)
    assert "──«0.3»─" in about("sigmoid-2-2-1", "dW[2,1,1]")
    # 0.2 and 0.3 stand on two wires each.
    text = about("sigmoid-2-2-2", "Z[2,2]")
    assert ("‹0.3›" in text, "──‹0.4›─" in text) == (False, True)


def test_the_help_names_every_key() -> None:
    for language in ("en", "zh"):
        text = "\n".join(
            "".join(part for part, _ in row)
            for row in help_rows(Frame(80, 23), load_words(language))
        )
        for key in ("n", "b", "]", "[", "g", "G", "?", "q"):
            assert key in text


def test_a_step_says_what_the_winner_in_it_means() -> None:
    steps = solved("cnn-backward").document.steps
    number = next(step.number for step in steps if "winner" in str(step.block))
    assert "1 where the k-th" in "\n".join(shown("cnn-backward", number + 1, Frame(120, 60)))
    assert "k-th" not in "\n".join(shown("exercise", 20, Frame(120, 60)))
