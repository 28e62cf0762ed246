"""`train -o`: what is drawn is what was trained, in files that hold nothing else."""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ET
from itertools import pairwise
from math import exp
from pathlib import Path
from typing import Any

import pytest

from bp_tutor.formula import Quantity
from bp_tutor.output.training.panels import COLOURS, DASHES, PATH, spread
from bp_tutor.output.training.picture import Field, Lines, TrainingPicture, training_picture
from bp_tutor.problem import Problem, find_problem, load_problem
from bp_tutor.solve import solve
from bp_tutor.solve.landscape import trained_entries
from bp_tutor.solve.solver import forward
from bp_tutor.solve.training import many_points, train
from tests.cli.running import good, run
from tests.explain.pages import page_of

pytest.importorskip("matplotlib")
NINE = ",".join(f"W[{layer},{unit},1]" for layer in (1, 2, 3) for unit in (1, 2, 3))
SVG = "{http://www.w3.org/2000/svg}"


def problem(name: str) -> Problem:
    return load_problem(find_problem(name))


def picture(name: str, updates: int, chosen: int = 0, *, surface: bool = False) -> TrainingPicture:
    asked = problem(name)
    watched = trained_entries(forward(asked, 0, {}))
    training = train(asked, updates, many_points(updates, 200), watched=watched)
    page = page_of(asked)
    return training_picture(page, asked, training, watched, chosen=chosen, surface=surface)


def panels(drawn: TrainingPicture) -> list[Lines | Field]:
    return [panel for strip in drawn.strips for panel in strip.panels]


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


def drawn_points(text: str, colour: str) -> list[tuple[float, float]]:
    """The corners of the first line of a colour in an SVG."""
    root = ET.fromstring(text)  # noqa: S314 - written a moment ago
    rules = "".join(style.text or "" for style in root.iter(f"{SVG}style"))
    names = re.findall(r"\.(m\d+)\{(?=[^}]*fill: none)[^}]*stroke: " + colour, rules)
    path = next(path for path in root.iter(f"{SVG}path") if path.get("class") in names)
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", path.get("d") or "")]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


@pytest.mark.parametrize("name", ["exercise", "descent-stochastic", "momentum-adam", "rnn-bptt"])
def test_losses_and_paths_are_those_of_the_derivation(name: str) -> None:
    trace = solve(problem(name), 6)
    entries = trained_entries(trace.runs[0])[:3]
    loss, *others = panels(picture(name, 6, len(entries)))
    assert isinstance(loss, Lines)
    assert list(loss.series[0].across) == [0, 1, 2, 3, 4, 5, 6]
    for updates, height in enumerate(loss.series[0].up):
        weights: dict[Quantity, tuple[float, ...]] = {}
        for done in trace.runs[:updates]:
            weights |= {old: done.values[new] for old, new in done.program.next_values}
        whole = forward(problem(name), updates, weights)
        assert whole.program.model.loss is not None
        assert height == pytest.approx(whole.values[whole.program.model.loss][0], rel=1e-12)
    paths = others[0]
    assert isinstance(paths, Lines)
    for (quantity, index), series in zip(entries, paths.series, strict=True):
        wanted = [done.value(quantity, index) for done in trace.runs]
        assert series.up[:-1] == pytest.approx(wanted, rel=1e-12)


def test_the_lines_of_the_file_are_the_numbers(tmp_path: Path) -> None:
    path = tmp_path / "loss.svg"
    good("train", "exercise", "--updates", "30", "-o", str(path), "--paths", "W111,B[4,2]")
    losses, first = panels(picture("exercise", 30, 1))
    assert isinstance(losses, Lines)
    assert not losses.logarithmic
    numbers = losses.series[0]
    points = drawn_points(path.read_text(encoding="utf-8"), COLOURS[0])
    assert len(points) == len(numbers.across) == 31
    # The same place to place on paper, whatever the scale: up on paper is down in the file.
    for drawn, wanted in (
        ([x for x, _ in points], numbers.across),
        ([y for _, y in points], numbers.up),
    ):
        scale = (drawn[-1] - drawn[0]) / (wanted[-1] - wanted[0])
        for place, number in zip(drawn, wanted, strict=True):
            assert place == pytest.approx(drawn[0] + scale * (number - wanted[0]), abs=1e-3)
    assert isinstance(first, Lines)
    texts = texts_of(path)
    assert {"W₁₁₁", "B₄₂", "updates", "Weights and biases against updates"} <= set(texts)


def texts_of(path: Path) -> list[str]:
    root = ET.parse(path).getroot()  # noqa: S314 - written a moment ago
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def test_the_surface_is_the_forward_pass_at_each_place() -> None:
    before, after = panels(picture("xor-sigmoid", 400, surface=True))[1:]
    assert isinstance(before, Field)
    assert isinstance(after, Field)
    final = json.loads(good("train", "xor-sigmoid", "--updates", "400", "--json"))["final"]
    first = {"W[1,1,1]": 0.5, "W[1,1,2]": 0.9, "W[1,2,1]": 0.4, "W[1,2,2]": 1.0, "B[2,1]": 0.8,
             "B[2,2]": -0.1, "W[2,1,1]": -1.2, "W[2,2,1]": 1.1, "B[3,1]": 0.3}  # fmt: skip
    for field, numbers in ((before, first), (after, final)):
        for row in (0, 17, len(field.rows) - 1):
            for column in (0, 5, len(field.columns) - 1):
                x1, x2 = field.columns[column], field.rows[row]
                hidden = [
                    sigmoid(
                        x1 * numbers[f"W[1,1,{h}]"]
                        + x2 * numbers[f"W[1,2,{h}]"]
                        + numbers[f"B[2,{h}]"]
                    )
                    for h in (1, 2)
                ]
                total = sum(hidden[h] * numbers[f"W[2,{h + 1},1]"] for h in (0, 1))
                wanted = sigmoid(total + numbers["B[3,1]"])
                shown = field.heights[row * len(field.columns) + column]
                assert shown == pytest.approx(wanted, rel=1e-12)
    assert (after.level, after.span) == (0.5, before.span)
    spots = [(spot.across, spot.up, spot.name, spot.high) for spot in after.spots]
    assert spots == [(0, 0, "0", False), (0, 1, "1", True), (1, 0, "1", True), (1, 1, "0", False)]


def test_every_output_has_its_surface() -> None:
    fields = panels(picture("sigmoid-2-2-2", 10, surface=True))[1:]
    assert [panel.title for panel in fields] == [
        "out_o1 before the training", "out_o1 after the updates (10)",
        "out_o2 before the training", "out_o2 after the updates (10)",
    ]  # fmt: skip
    assert {(panel.across, panel.up) for panel in fields} == {("i₁", "i₂")}


def test_the_loss_lies_over_the_two_numbers_of_a_line() -> None:
    field = panels(picture("linear-regression", 5))[1]
    assert isinstance(field, Field)
    assert (field.across, field.up, field.bowl) == ("w", "b", True)
    for row, b in enumerate(field.rows):
        for column, w in enumerate(field.columns):
            shown = field.heights[row * len(field.columns) + column]
            assert shown == pytest.approx((w * 1.5 + b - 0.8) ** 2 / 2, abs=1e-12)
    assert field.path is not None
    w, b = 0.8, 0.2
    for across, up in zip(field.path.across, field.path.up, strict=True):
        assert (across, up) == pytest.approx((w, b))
        error = w * 1.5 + b - 0.8
        w, b = w - 0.1 * error * 1.5, b - 0.1 * error


def test_descent_goes_along_its_curve() -> None:
    lines = panels(picture("momentum", 8))[1]
    assert isinstance(lines, Lines)
    curve, path = lines.series
    assert path.path
    for series in (curve, path):
        for w, height in zip(series.across, series.up, strict=True):
            assert height == pytest.approx(w * w, abs=1e-12)
    w, v = 1.0, 0.0
    for across in path.across:
        assert across == pytest.approx(w)
        v = 0.9 * v - 0.1 * 2 * w
        w += v


def test_few_points_are_kept_of_many_updates() -> None:
    points = many_points(100_000, 200)
    assert (points[0], points[-1]) == (0, 100_000)
    assert 200 <= len(points) <= 215
    assert max(after - before for before, after in pairwise(points)) <= 500
    assert many_points(7, 200) == tuple(range(8))


@pytest.mark.parametrize("ending", ["svg", "html"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_files_are_the_same_every_time_and_ask_for_nothing(
    tmp_path: Path, ending: str, lang: str
) -> None:
    texts = []
    for name in ("one", "two"):
        path = tmp_path / f"{name}.{ending}"
        good(
            "train", "xor-sigmoid", "--updates", "50", "-o", str(path), "--surface", "--lang", lang
        )
        texts.append(path.read_text(encoding="utf-8"))
    assert texts[0] == texts[1]
    rest = re.sub(r'xmlns(:\w+)?="[^"]*"', "", texts[0])
    assert "http" not in re.sub(r"http-equiv", "", rest)
    assert "style=" not in rest
    assert "<script" not in rest
    assert ("更新次数" if lang == "zh" else "updates") in rest


def test_a_page_allows_just_its_own_styles(tmp_path: Path) -> None:
    from base64 import b64encode
    from hashlib import sha256

    path = tmp_path / "loss.html"
    good("train", "momentum", "-o", str(path))
    text = path.read_text(encoding="utf-8")
    policy = re.search(r'Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; style-src ")
    for style in re.findall(r"<style[^>]*>(.*?)</style>", text, re.S):
        assert b64encode(sha256(style.encode()).digest()).decode() in policy[1]
    assert "<table>" in text


@pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_other_formats(tmp_path: Path, ending: str, start: bytes) -> None:
    pytest.importorskip("typst")
    path = tmp_path / f"loss.{ending}"
    good("train", "descent-mini-batch", "-o", str(path), "--lang", "zh")
    assert path.read_bytes().startswith(start)


def test_texts_of_the_file_stay_texts(tmp_path: Path) -> None:
    source = problem("momentum").path.read_text(encoding="utf-8")
    bad = "$\\\\frac{1}{2}$ </text><script>x&amp; _^{ %s {0}"
    path = tmp_path / "t.yaml"
    path.write_text(source.replace("Momentum on f(w) = w²", f'"{bad}"'), encoding="utf-8")
    for ending in ("svg", "html"):
        out = tmp_path / f"t.{ending}"
        assert run("train", str(path), "-o", str(out)).code == 0
        text = out.read_text(encoding="utf-8")
        assert "<script" not in text
        shown = "$\\frac{1}{2}$ &lt;/text&gt;&lt;script&gt;x&amp;amp; _^{ %s {0}"
        assert shown in text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("exercise", "-o", "x.gif"), ".svg, .html, .pdf, .png"),
        (("exercise", "--paths", "W111"), "-o"),
        (("exercise", "--surface"), "-o"),
        (("exercise", "-o", "x.svg", "--surface"), "two numbers"),
        (("rnn-bptt", "-o", "x.svg", "--surface"), "two numbers"),
        (("momentum", "-o", "x.svg", "--surface"), "two numbers"),
        (("exercise", "-o", "x.svg", "--paths", "nothing"), "no symbol"),
        (("exercise", "-o", "x.svg", "--paths", "A[1,1]"), "weights and biases"),
        (("sigmoid-2-2-2", "-o", "x.svg", "--paths", "b1"), "weights and biases"),
        (("exercise", "-o", "x.svg", "--paths", "dW[1,1,1]"), "weights and biases"),
        (("exercise", "-o", "x.svg", "--json"), "--json"),
        (("forward-4-3-1", "-o", "x.svg"), "no loss"),
        (("exercise", "-o", "x.svg", "--paths", NINE), "9"),
        (("exercise", "-o", "no/such/folder/x.svg"), "cannot write"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_cannot_be_drawn_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: Any, said: str, lang: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("train", *options, "--updates", "3", "--lang", lang)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert said in done.err or lang == "zh"
    assert not list(tmp_path.iterdir())


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    done = run("train", "exercise", "-o", str(tmp_path / "x.svg"))
    assert done.code == 2
    assert "pip install 'bp-tutor[plot]'" in done.err


def test_files_are_replaced_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "loss.svg"
    path.write_text("mine", encoding="utf-8")
    assert run("train", "momentum", "-o", str(path)).code == 2
    assert path.read_text(encoding="utf-8") == "mine"
    good("train", "momentum", "-o", str(path), "--force")
    assert f"stroke: {PATH}" in path.read_text(encoding="utf-8")


def test_names_keep_apart() -> None:
    assert spread([10, 12, 13, 100], 14, 220) == [10, 24, 38, 100]
    assert spread([210, 215, 219], 14, 220) == [192, 206, 220]
    assert len(COLOURS) == len(DASHES) == len(set(map(str, DASHES)))
