"""What people write at first: decimal commas in lists, long sources, no learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bp_tutor.problem import ProblemError, load_problem
from tests.cli.running import good, run

if TYPE_CHECKING:
    from pathlib import Path

FILE = """title: draft
source: {source}
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {{units: 2, activation: sigmoid, weights: {weights}, bias: {bias}}}
    - {{units: 1, activation: sigmoid, weights: [[0.2], [0.3]], bias: none}}
inputs: {inputs}
targets: {targets}
loss: half_squared_error
published: {published}
"""
SOUND = {
    "source": "a book", "weights": "[[0.1, 0.2], [0.3, 0.4]]", "bias": "[0.5, 1.5]",
    "inputs": "[0.5, 1]", "targets": "[1]", "published": '[{name: L, value: "0.1"}]',
}  # fmt: skip


def written(folder: Path, **changes: str) -> Path:
    path = folder / "draft.yaml"
    path.write_text(FILE.format(**SOUND | changes), encoding="utf-8")
    return path


def mistakes(path: Path) -> dict[str, dict[str, object]]:
    with pytest.raises(ProblemError) as refused:
        load_problem(path)
    return {one.key: dict(one.values) for one in refused.value.mistakes}


@pytest.mark.parametrize(
    ("field", "text", "found", "point"),
    [
        ("inputs", "[0,5, 1]", "0,5", "0.5"), ("inputs", "[-0,25, 1,5]", "-0,25", "-0.25"),
        ("inputs", "[1, 0,05]", "0,05", "0.05"), ("targets", "[0,01]", "0,01", "0.01"),
        ("bias", "[0,5, 1,5]", "0,5", "0.5"),
        ("weights", "[[0,1, 0,2], [0,3, 0,4]]", "0,1", "0.1"),
        ("weights", "[[0.1, 0.2], [0,3, 0,4]]", "0,3", "0.3"),
    ],
)  # fmt: skip
def test_a_decimal_comma_in_a_list_is_named(
    field: str, text: str, found: str, point: str, tmp_path: Path
) -> None:
    told = mistakes(written(tmp_path, **{field: text}))["problem.decimal_comma_in_list"]
    assert (told["found"], told["point"]) == (found, point)
    for language in ("en", "zh"):
        path = str(tmp_path / "draft.yaml")
        assert point in run("check", path, "--lang", language).out


@pytest.mark.parametrize("text", ["[1, 2, 3]", "[0.5, 1, 2]", "[0,1,1,0]"])
def test_too_many_numbers_alone_are_no_decimal_comma(text: str, tmp_path: Path) -> None:
    assert "problem.decimal_comma_in_list" not in mistakes(written(tmp_path, inputs=text))


@pytest.mark.parametrize("text", ["[0,1]", "[0, 1]", "[1,0]"])
def test_whole_numbers_that_fit_are_taken_as_they_are(text: str, tmp_path: Path) -> None:
    assert load_problem(written(tmp_path, inputs=text)).network is not None


def test_a_source_of_some_length_is_taken(tmp_path: Path) -> None:
    long = "Chapter 4, worked example on the second page of the handout for the tutorial; " * 3
    source = f'{{lecture: "{long}", part: "{long}", page: "{long}", url: "http://a/{"x" * 400}"}}'
    load_problem(written(tmp_path, source=source))
    load_problem(written(tmp_path, source=f'"{long * 3}"'))
    name = "A[2,1]*W[2,1,1] + A[2,2]*W[2,2,1] - A[2,1]*W[2,1,1] - A[2,2]*W[2,2,1]" + " + 0*L" * 20
    figure = f'[{{name: "{name}", value: "0.1", page: "{long}", why: "{long}", from: "{long}"}}]'
    keys = mistakes(written(tmp_path, published=figure))
    assert "problem.too_long" not in keys


NEW = ("W'[1,1,1]", "W'[1,1,2]", "W'[1,2,1]", "W'[1,2,2]", "W'[2,1,1]", "W'[2,2,1]")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_learning_rate_that_is_missing_is_told_once(language: str, tmp_path: Path) -> None:
    lines = [f'{{name: "{name}", value: "0.1"}}' for name in NEW]
    lines += ['{name: L, value: "0.1", update: 2}', '{name: "W[1,1,1]", value: "0.1", after: 3}']
    path = written(tmp_path, published=f"[{', '.join(lines)}]")
    done = run("check", str(path), "--lang", language)
    told = [line for line in done.out.splitlines() if "draft.yaml:" in line]
    assert (done.code, len([line for line in told if "published" in line])) == (1, 1)
    assert "learning_rate" in told[0]


def test_what_needs_no_learning_rate_is_judged_without(tmp_path: Path) -> None:
    path = tmp_path / "graph.yaml"
    path.write_text(
        "title: t\nnotation: plain\ngraph:\n  values: {w: 2}\n  formulas: {f: w**2}\n"
        "  differentiate: f\n  with_respect_to: [w]\n"
        'published:\n  - {name: f, value: "4"}\n  - {name: "df/dw", value: "4"}\n',
        encoding="utf-8",
    )
    assert "agree: 2" in good("check", str(path))
