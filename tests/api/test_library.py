"""What `import bp_tutor` offers: values, errors, forms; against NumPy and the command line."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import textwrap
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import bp_tutor
from bp_tutor.api.names import NAMES
from tests.cli.running import good

if TYPE_CHECKING:
    from collections.abc import Callable

EXERCISE = bp_tutor.load("exercise", lang="en")


def drawn(seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A network of two layers as a file has it, and its arrays worked out with NumPy."""
    draw = np.random.default_rng(seed)
    x, y = draw.normal(size=(3, 2)), draw.uniform(size=(3, 2))
    w1, b1 = draw.normal(size=(2, 4)), draw.normal(size=(1, 4))
    w2, b2 = draw.normal(size=(4, 2)), draw.normal(size=(1, 2))
    layers = [
        {"units": 4, "activation": "tanh", "weights": w1, "bias": b1[0]},
        {"units": 2, "activation": "sigmoid", "weights": w2, "bias": b2[0]},
    ]
    told = {"layers": layers, "inputs": x, "targets": y, "loss": "half_squared_error"}
    z2 = x @ w1 + b1
    a2 = np.tanh(z2)
    a3 = 1 / (1 + np.exp(-(a2 @ w2 + b2)))
    dz3 = (a3 - y) * a3 * (1 - a3) / len(x)
    dz2 = dz3 @ w2.T * (1 - a2**2)
    arrays = {"Z[2]": z2, "A[3]": a3, "dZ[3]": dz3, "dZ[2]": dz2, "dW[1]": x.T @ dz2}
    arrays |= {"dB[3]": dz3.sum(0, keepdims=True), "W'[2]": w2 - 0.5 * a2.T @ dz3}
    return {**told, "learning_rate": 0.5, "lang": "en"}, arrays


@pytest.mark.parametrize("seed", range(3))
def test_arrays_are_those_of_numpy(seed: int) -> None:
    told, arrays = drawn(seed)
    solved = bp_tutor.network(told.pop("layers"), **told).solve()
    for name, expected in arrays.items():
        np.testing.assert_allclose(solved.array(name), expected, rtol=1e-9, err_msg=name)
    assert solved["Z[2,3]@2"] == pytest.approx(arrays["Z[2]"][1, 2])
    assert solved["δW₁₂₁"] == pytest.approx(arrays["dW[1]"][1, 0])
    assert solved.check.sound
    assert solved.check.compared == 2 * 4 + 4 + 4 * 2 + 2


def test_arrays_of_steps_and_heads_are_had_singly_and_together() -> None:
    """Those of the recurrence and of the shares as NumPy works them out."""
    solved = bp_tutor.load("rnn-bptt").solve()
    recurrent, state = np.array([[0.2, 0.4], [0.1, -0.6]]), np.zeros(2)
    for step, x in enumerate((1, 0.5, -1), 1):
        state = np.tanh(np.array([0.5, -0.3]) * x + recurrent @ state + [0.1, 0])
        np.testing.assert_allclose(solved.array(f"A[2,{step}]"), [state], rtol=1e-12)
        np.testing.assert_allclose(solved.array("A[2]")[step - 1], [state], rtol=1e-12)
    assert solved.array("A[2]").shape == solved.array("dZ[2]").shape == (3, 1, 2)
    assert solved.array("A[2,0]").tolist() == [[0, 0]]
    solved = bp_tutor.load("multi-head-attention").solve()
    inputs = np.array([[1, 0], [1, 1]])
    keys = {1: [[1, 1], [0, 1]], 2: [[2, 0], [0, 1]]}
    queries = {1: [[1, 0], [0, 1]], 2: [[0, 1], [1, 1]]}
    for head in (1, 2):
        scores = inputs @ queries[head] @ (inputs @ keys[head]).T / np.sqrt(2)
        shares = np.exp(scores) * [[1, 0], [1, 1]]
        shares /= shares.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(solved.array(f"P[2,{head}]"), shares, rtol=1e-12)
        np.testing.assert_allclose(solved.array("P[2]")[head - 1], shares, rtol=1e-12)
    assert solved.array("Wq'[1]").shape == (2, 2, 2)


@pytest.mark.parametrize("ending", [".docx", "", ".svg"])
def test_a_derivation_is_saved_in_formats_that_there_are(tmp_path: Path, ending: str) -> None:
    for lang in ("en", "zh"):
        solved = bp_tutor.load("linear-2-2-1", lang=lang).solve()
        with pytest.raises(bp_tutor.BpTutorError) as told:
            solved.save(tmp_path / f"x{ending}")
        text = str(told.value)
        assert f"x{ending}" in text
        assert "picture" not in text
        assert "图" not in text
        for known in text[text.index(".md") :].split(", "):
            if known not in (".pdf", ".html"):
                solved.save(tmp_path / f"x{known}")


def test_one_line_is_a_text_where_it_can_be_no_file(tmp_path: Path) -> None:
    whole = "{graph: {values: {w: 2}, formulas: {s: 3*w, L: s**2}}}"
    assert bp_tutor.load(whole).solve()["L"] == 36
    with pytest.raises(bp_tutor.BpTutorError, match="unknown key 'titl'"):
        bp_tutor.load("titl: 3", lang="en")
    path = tmp_path / "a: b.yaml"
    path.write_text(f"{whole}\n", encoding="utf-8")
    assert bp_tutor.load(str(path)).solve()["L"] == 36
    with pytest.raises(bp_tutor.BpTutorError, match="no file"):
        bp_tutor.load("no such file", lang="en")


def test_what_debug_found_is_short_where_python_shows_it() -> None:
    told, arrays = drawn(1)
    given = {"X": told["inputs"], "Y": told["targets"], "Z1": arrays["Z[2]"]}
    given |= {"W1": told["layers"][0]["weights"], "b1": told["layers"][0]["bias"]}
    layers = [("dense", 4, "tanh"), ("dense", 2, "sigmoid")]
    right = bp_tutor.debug(layers, loss="half_squared_error", **given)
    assert repr(right) == "<Diagnosis of 1 arrays: none wrong>"
    given["Z1"] = arrays["Z[2]"] - told["layers"][0]["bias"]
    wrong = bp_tutor.debug(layers, loss="half_squared_error", lang="zh", **given)
    assert repr(wrong) == "<Diagnosis of 1 arrays: Z1 wrong first>"
    text = str(wrong)
    assert "最先出错的数组是 Z1。" in text
    assert "Z1：" in text
    assert ": " not in text.replace("dtype: ", "")


def test_a_problem_is_the_same_wherever_it_comes_from(tmp_path: Path) -> None:
    told, _ = drawn(7)
    layers = [{**one, "weights": one["weights"].tolist(), "bias": tuple(one["bias"])}
              for one in told["layers"]]  # fmt: skip
    part = {"inputs": 2, "weight_order": "from-to", "layers": layers}
    rest = {key: told[key] for key in ("inputs", "targets", "loss", "learning_rate")}
    found = [
        bp_tutor.load({"network": part, **rest}),
        bp_tutor.network(**told),
        bp_tutor.network(size=2, **told),
    ]
    found[0].save(tmp_path / "own.yaml")
    found += [bp_tutor.load(tmp_path / "own.yaml"), bp_tutor.load(found[0].text)]
    values = [problem.solve().array("W'[1]") for problem in found]
    for each in values[1:]:
        np.testing.assert_array_equal(each, values[0])


def test_updates_and_rounding() -> None:
    network = {"units": 1, "weights": [[2]], "bias": "none"}
    told: dict[str, Any] = {
        "inputs": [3],
        "targets": [10],
        "loss": "half_squared_error",
        "learning_rate": 0.1,
    }
    solved = bp_tutor.network([network], **told).solve(updates=2)
    # By hand: W' = 2 - 0.1*(6 - 10)*3 = 3.2; then Z = 9.6, W' = 3.2 - 0.1*(-0.4)*3 = 3.32.
    assert solved["W'[1,1,1]"] == pytest.approx(3.2)
    assert solved["Z[2,1]#2"] == pytest.approx(9.6)
    assert solved["W'[1,1,1]#2"] == pytest.approx(3.32)
    with pytest.raises(bp_tutor.BpTutorError, match="2 are solved"):
        solved["Z[2,1]#3"]
    # 1/(1 + e^-1.5) = 0.8176, by hand with two decimals 0.82.
    assert EXERCISE.solve(rounding="hand:2")["A[2,1]"] == 0.82


DENSE = ("dense", 1)
ANY: tuple[Any, ...] = (1.5, "4", 3, ["Z"], None)
SPOILT: dict[str, tuple[Callable[[], object], str]] = {
    "file": (lambda: bp_tutor.load("exercis"), "exercise"),
    "key": (lambda: bp_tutor.load("network:\n  inputs: 1\n  layers: [{unitz: 1}]\n"), "units"),
    "array": (lambda: bp_tutor.load({"network": {"inputs": object()}}), "problem.network.inputs"),
    "layer": (lambda: bp_tutor.network(["dense"], inputs=[1]), "dense"),
    "layer of nothing": (lambda: bp_tutor.network([()], inputs=[1]), "()"),
    "size": (lambda: bp_tutor.network([("dense", 1)]), "size="),
    "infinite": (lambda: bp_tutor.network([("dense", 1)], inputs=[float("inf")]), "inputs"),
    "value": (lambda: EXERCISE.solve()["Z[9,9]"], "Z[9,9]"),
    "several": (lambda: bp_tutor.load("xor").solve()["Z[2,1]"], "Z[2,1]@1"),
    "array of nothing": (lambda: EXERCISE.solve().array("Q[1]"), "Q[1]"),
    "no numbers": (lambda: bp_tutor.network([DENSE], inputs=[1]).solve()["Z[2,1]"], "Z[2,1]"),
    "rounding": (lambda: EXERCISE.solve(rounding="hand"), "hand"),
    "notation": (lambda: bp_tutor.load("exercise", notation="plane"), "plain"),
    "form": (lambda: EXERCISE.solve().only(form="index "), "matrix"),
    "kind": (lambda: EXERCISE.solve().only("dQ"), "dQ"),
    "ending": (lambda: EXERCISE.solve().save("a.doc"), ".pdf"),
    "folder": (lambda: EXERCISE.solve().save("nowhere/a.md"), "nowhere"),
    "given": (lambda: EXERCISE.solve().to_sympy("W[1,1,1]"), "W[1,1,1]"),
    "no updates": (lambda: EXERCISE.solve(updates=0), "updates"),
    "too many updates": (lambda: EXERCISE.solve(updates=10**9), "updates"),
    "half an update": (lambda: EXERCISE.solve(updates=ANY[0]), "updates"),
    "digits": (lambda: EXERCISE.solve(digits=1000), "digits"),
    "digits as text": (lambda: EXERCISE.solve(digits=ANY[1]), "digits"),
    "no rounding": (lambda: EXERCISE.solve(rounding=ANY[2]), "3"),
    "no name": (lambda: EXERCISE.solve()[ANY[2]], "int"),
    "a list of names": (lambda: EXERCISE.solve().only(ANY[3]), "list"),
    "nothing": (lambda: bp_tutor.load(ANY[4]), "NoneType"),
    "empty": (lambda: bp_tutor.load({}), "network"),
    "language": (lambda: bp_tutor.load("exercise", lang="xx"), "en, zh"),
    "no variant": (lambda: bp_tutor.variants(EXERCISE, -1), "count"),
    "answers": (lambda: bp_tutor.mark(EXERCISE, 7), "int"),
    "row": (lambda: bp_tutor.mark(EXERCISE, [{"name": "Z[2,1]"}]), "value"),
    "short row": (lambda: bp_tutor.mark(EXERCISE, ["Z[2,1]"]), "value"),
    "question": (lambda: EXERCISE.quiz(only=["Z"]).answer("1.5 apples"), "apples"),
    "checked": (lambda: bp_tutor.check("nowhere/a.yaml"), "nowhere"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_what_somebody_can_cause_is_one_kind_of_error(name: str) -> None:
    cause, said = SPOILT[name]
    with pytest.raises(bp_tutor.BpTutorError) as caught:
        cause()
    assert said in str(caught.value)


def test_a_mistake_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("network:\n  inputs: 1\n  layers:\n    - {unitz: 1}\n", encoding="utf-8")
    with pytest.raises(bp_tutor.BpTutorError) as caught:
        bp_tutor.load(path)
    first = caught.value.mistakes[0]
    assert (first.line, first.column, first.path) == (4, 8, "network.layers[0].unitz")
    assert caught.value.place == f"{path}:4:8"
    assert not bp_tutor.check(path).sound
    assert bp_tutor.check(path).mistakes[0].line == 4


def test_texts_are_those_of_the_command_line(tmp_path: Path) -> None:
    solved = EXERCISE.solve()
    assert solved.text() == good("solve", "exercise", "--lang", "en", "--width", "80")
    only = good("solve", "exercise", "--lang", "en", "--only", "dZ", "--form", "matrix", "--ascii")
    assert solved.only("dZ", form="matrix").text(ascii_only=True) == only
    entry = good("solve", "exercise", "--lang", "en", "--entry", "dW[1,1,1]")
    assert solved.only("dW[1,1,1]").text() == entry
    why = good("why", "exercise", "dZ[3,1]", "--lang", "en")
    assert solved.why("δZ₃₁").text() == why
    assert bp_tutor.check("exercise", lang="en").text() == good("check", "exercise", "--lang", "en")
    for ending in ("md", "tex", "typ", "json", "ipynb", "html"):
        command = "page" if ending == "html" else "solve"
        good(command, "exercise", "--lang", "en", "-o", str(tmp_path / f"a.{ending}"))
        solved.save(tmp_path / f"b.{ending}")
        made, own = ((tmp_path / f"{name}.{ending}").read_bytes() for name in "ab")
        assert made == own, ending
    assert solved.to_dict() == json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))


def test_lines_and_expressions() -> None:
    solved = EXERCISE.solve()
    line = solved.only("Z[2,1]").lines[0]
    assert (line.name, line.symbol, line.value) == ("Z[2,1]", "Z₂₁", 1.5)
    # By hand from the file: 1·0.5 + 0·(-0.2) + 1·0.8 + 0.2.
    assert dict(line.parts)["numbers"] == "1·0.5 + 0·(−0.2) + 1·0.8 + 0.2"
    assert solved.sections[0].phase == "forward"
    found = solved.to_sympy("dZ[3,1]")
    numbers = {symbol: solved[str(symbol)] for symbol in found.free_symbols}
    assert float(found.subs(numbers)) == pytest.approx(solved["dZ[3,1]"])


class Polars:
    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.to_dicts = lambda: rows


class Arrow:
    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.to_pylist = lambda: rows


class Pandas:
    def __init__(self, rows: list[dict[str, str]]) -> None:
        self._rows = rows

    def to_dict(self, *, orient: str) -> list[dict[str, str]]:
        assert orient == "records"
        return self._rows


ROWS = [
    {"student": "Wang", "id": "Z[2,1]", "value": "1.3"},
    {"student": "Wang", "id": "A[2,1]", "value": "0.7858"},
    {"student": "李雷", "id": "Z₂₁", "value": "1.5"},
    {"student": "李雷", "id": "Q", "value": "1"},
    {"student": "李雷", "id": "Z[2,1]", "value": "2"},
    {"student": "李雷", "id": "Z[2,2]", "value": "one"},
]


@pytest.mark.parametrize("form", [list, Polars, Arrow, Pandas, "tuples"])
def test_answers_are_marked_whatever_holds_them(form: Any) -> None:
    table = [tuple(row.values()) for row in ROWS] if form == "tuples" else form(ROWS)
    marks = bp_tutor.mark(EXERCISE, table)
    # 1.5 without the bias of 0.2 is 1.3; 1/(1 + e^-1.3) = 0.7858.
    assert [one.credit for one in marks] == [0, 1, 1, 0, 0, 0]
    assert marks[0].verdict.mistakes == ("bias left out",)
    assert marks[1].verdict.carried
    assert [bool(one.reason) for one in marks] == [False, False, False, True, True, True]
    assert (marks.score, marks.of("李雷").score) == (2, 1)
    assert len(marks.to_dicts()) == len(ROWS)


def test_answers_of_a_file_are_marked_as_rows_are(tmp_path: Path) -> None:
    heads = "student;id;value;attempt"
    rows = [";".join([*row.values(), "1"]) for row in ROWS]
    first = "Wang;Z[2,1];9;0"
    path = tmp_path / "a.csv"
    path.write_text("\n".join((heads, first, *rows, "Bo", "Bo;Z21;1,5;1;7")), encoding="utf-8")
    marks = bp_tutor.mark(EXERCISE, str(path))
    # The last attempt counts; what was cut at a comma is no number.
    expected = bp_tutor.mark(EXERCISE, ROWS).to_dicts()
    told = marks.to_dicts()
    assert told[: len(ROWS)] == expected
    assert [one["credit"] for one in told[len(ROWS) :]] == [0, 0]
    assert all("a.csv:" in one["explanation"] for one in told[len(ROWS) :])
    path.write_text("name,Response 1\nBo,1.5\n", encoding="utf-8")
    assert bp_tutor.mark(EXERCISE, path, questions=["Z[2,1]"]).score == 1
    for wrong in (path, tmp_path / "gone.csv", tmp_path):
        with pytest.raises(bp_tutor.BpTutorError):
            bp_tutor.mark(EXERCISE, wrong)


def test_a_name_stands_for_its_problem_and_a_locale_for_its_language() -> None:
    assert bp_tutor.mark("exercise", {"Z[2,1]": 1.5}).score == 1
    assert bp_tutor.variants("exercise", 1)[0].text == bp_tutor.variants(EXERCISE, 1)[0].text
    chinese = bp_tutor.load("exercise", lang="zh").title
    assert bp_tutor.load("exercise", lang="zh-CN").title == chinese != EXERCISE.title


def test_what_cannot_be_read_is_no_answer() -> None:
    """As in a file of answers: the later row of the same name counts then."""
    marks = bp_tutor.mark(EXERCISE, [("a", "Z[2,1]", "one"), ("a", "Z₂₁", "1.5")])
    assert [one.credit for one in marks] == [0, 1]


def test_answers_of_one_and_of_several() -> None:
    assert bp_tutor.mark(EXERCISE, {"Z[2,1]": 1.5}).score == 1
    several = bp_tutor.mark(EXERCISE, {"a": {"Z[2,1]": 1.5}, "b": {"Z[2,1]": 1.3}})
    assert [one.student for one in several] == ["a", "b"]


def test_a_quiz_from_its_first_question_to_its_last() -> None:
    quiz, solved = EXERCISE.quiz(only=["Z"]), EXERCISE.solve()
    assert quiz.ask() == "Z₂₁ = ?"
    assert not quiz.answer("1.3").right
    assert "Z₂₁" in quiz.hint()
    names = []
    while not quiz.over:
        names.append(quiz.name)
        assert quiz.answer(solved[quiz.name]).right
    assert names == [f"Z[{layer},{unit}]" for layer, most in ((2, 3), (3, 3), (4, 2))
                     for unit in range(1, most + 1)]  # fmt: skip
    assert quiz.result()["asked"] == len(names)
    assert (quiz.ask(), quiz.name) == ("", "")
    with pytest.raises(bp_tutor.BpTutorError):
        quiz.answer("1")


def test_variants_are_those_of_the_command_line(tmp_path: Path) -> None:
    first, second = bp_tutor.variants(EXERCISE, 2, seed=5)
    good("variant", "exercise", "--seed", "5", "-o", str(tmp_path / "five.yaml"))
    assert first.text == (tmp_path / "five.yaml").read_text(encoding="utf-8")
    assert first.solve()["Z[2,1]"] != second.solve()["Z[2,1]"]


def test_seeds_are_taken_as_they_stand_on_sheets() -> None:
    # 5 modulo 23 is the sixth letter of the table of Spanish identity cards, M.
    (five,) = bp_tutor.variants(EXERCISE, 1, seed="5M")
    assert five.text == bp_tutor.variants(EXERCISE, 1, seed=5)[0].text
    with pytest.raises(bp_tutor.BpTutorError, match="5T"):
        bp_tutor.variants(EXERCISE, 1, seed="5T")


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, _: object) -> None:
        self.seen.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_notebook_shows_it(lang: str) -> None:
    told, _ = drawn(1)
    told |= {"title": "<script>alert(1)</script> & more", "lang": lang}
    bundle = bp_tutor.network(told.pop("layers"), **told).solve()._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/markdown", "text/html"}
    tags = Tags(bundle["text/html"])
    assert not tags.open
    assert "math" in tags.seen
    assert "script" not in tags.seen
    marks = bp_tutor.mark(EXERCISE, {"<b>": "1"})._repr_mimebundle_()["text/html"]
    assert "<b>" not in marks


def test_a_cell_is_a_problem_file() -> None:
    class Shell:
        magics: dict[str, Any]

        def register_magic_function(self, function: Any, kind: str, name: str) -> None:
            assert kind == "cell"
            self.magics = {name: function}

    shell = Shell()
    bp_tutor.load_ipython_extension(shell)
    cell = Path("problems/exercise.yaml").read_text("utf-8")
    for line in ("zh", " --lang zh ", "--lang=zh"):
        solved = shell.magics["bp_tutor"](line, cell)
        assert solved["Z[2,1]"] == 1.5
        assert "已知" in solved.text()
    for line in ("--lang", "--lang zh en", "--language zh"):
        with pytest.raises(bp_tutor.BpTutorError, match=f"^lang cannot be '{line}'"):
            shell.magics["bp_tutor"](line, cell)


def test_a_notebook_shows_of_an_error_its_sentence_alone() -> None:
    """As IPython prints it, behind the magic and behind a call."""
    pytest.importorskip("IPython")
    script = """
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance(colors="NoColor")
        shell.run_line_magic("load_ext", "bp_tutor")
        shell.run_cell("%%bp_tutor en\\ntitle: a\\nnetwork: {inputs: 1, layers: [{unitz: 1}]}")
        shell.run_cell("import bp_tutor; bp_tutor.load('no such', lang='en')")
    """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )
    lines = [line for line in (ran.stdout + ran.stderr).splitlines() if line.strip()]
    assert any("unknown key 'unitz'" in line for line in lines)
    assert any("no such" in line for line in lines)
    assert not any("Traceback" in line or ".py" in line or "-->" in line for line in lines), lines


def test_every_public_name_is_there_and_is_told_to_type_checkers() -> None:
    for name in NAMES:
        assert getattr(bp_tutor, name) is not None
    assert set(dir(bp_tutor)) == {*NAMES, "__version__"}
    with pytest.raises(AttributeError, match="nothing_here"):
        _ = bp_tutor.nothing_here
    source = Path(str(bp_tutor.__file__)).read_text(encoding="utf-8")
    imported = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("bp_tutor.api.")
        for alias in node.names
    }
    assert imported == {f"bp_tutor.api.{module}.{name}" for name, module in NAMES.items()}


def test_importing_it_imports_nothing_else() -> None:
    script = "import sys; before = set(sys.modules); import bp_tutor; print(*sys.modules - before)"
    script = script.replace("sys.modules - before", "set(sys.modules) - before")
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, check=True)
    loaded = set(done.stdout.decode().split())
    own = {name for name in loaded if name.partition(".")[0] == "bp_tutor"}
    assert own == {"bp_tutor", "bp_tutor.api", "bp_tutor.api.names", "bp_tutor.version"}
    assert not loaded & {"typing", "re", "numpy", "yaml", "pathlib", "dataclasses"}


def test_a_picture_shows_itself_and_is_that_of_the_command(tmp_path: Path) -> None:
    solved = EXERCISE.solve()
    for step, more in ((None, ()), (3, ("--step", "3"))):
        picture = solved.picture(step=step)
        by_command = tmp_path / f"{step}.svg"
        good("draw", "exercise", *more, "-o", str(by_command))
        picture.save(tmp_path / "own.svg")
        drawn = by_command.read_text(encoding="utf-8")
        assert drawn == picture.svg == (tmp_path / "own.svg").read_text(encoding="utf-8")
        assert picture._repr_mimebundle_()["image/svg+xml"] == picture.svg
    for told, message in (
        ({"step": 10_000}, "no step 10000"),
        ({"step": 0}, "whole number from 1"),
        ({"values": "none"}, "'none' is none of: both, numbers, symbols"),
    ):
        with pytest.raises(bp_tutor.BpTutorError, match=message):
            solved.picture(**told)
    with pytest.raises(bp_tutor.BpTutorError, match="a picture ends in"):
        solved.picture().save(tmp_path / "own.gif")


def test_marks_are_a_table_for_the_eye() -> None:
    chinese = bp_tutor.load("exercise", lang="zh")
    answers = {
        "王": {"Z[2,1]": "1.3", "A[2,1]": "0.7858"},
        "李": {"A[9,9]": "<b>", "Z[2,1]": "1.5"},
    }
    marks = bp_tutor.mark(chinese, answers)
    head, *rows = str(marks).splitlines()
    assert head.split() == ["学生", "编号", "答案", "结果", "得分", "诊断"]
    assert [row.split()[3] for row in rows] == ["错误", "顺推正确", "—", "正确"]
    # A Chinese character takes two cells: 王 and four spaces are as wide as 学生 and two.
    assert {row[1:6] for row in rows} == {"    Z", "    A"}
    html = marks._repr_mimebundle_()["text/html"]
    assert "<b>" not in html
    assert "&lt;b&gt;" in html
    assert str(marks.of("王")).count("\n") == 2
    alone = str(bp_tutor.mark(EXERCISE, {"Z[2,1]": "1.5"})).splitlines()
    assert [line.split() for line in alone] == [
        ["id", "answer", "verdict", "credit", "diagnosis"], ["Z[2,1]", "1.5", "right", "1"],
    ]  # fmt: skip


def test_layers_may_be_bare_words_and_rows_may_come_one_by_one() -> None:
    size = {"channels": 1, "height": 2, "width": 2}
    told: dict[str, Any] = {"size": size, "inputs": [[1, 2], [3, 4]], "targets": [1], "lang": "en"}
    last = {"units": 1, "weights": [[1], [2], [3], [-4]], "bias": [0.5]}
    # By hand: 1 + 4 + 9 - 16 + 0.5 = -1.5.
    layers: Any = ["flatten", last]
    assert bp_tutor.network(layers, **told).solve()["Z[3,1]"] == -1.5
    nonsense: tuple[Any, ...] = (None, "flatten", 3, [None], [3], [[]])
    for layers in nonsense:
        with pytest.raises(bp_tutor.BpTutorError, match="is no layer: write"):
            bp_tutor.network(layers, **told)
    layers = ["flaten", last]
    with pytest.raises(bp_tutor.BpTutorError, match="did you mean 'flatten'"):
        bp_tutor.network(layers, **told)
    rows = (row for row in [("Wang", "Z[2,1]", "1.5")])
    assert bp_tutor.mark(EXERCISE, rows).score == 1.0
