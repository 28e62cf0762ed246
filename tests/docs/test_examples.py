"""Every example of the documents is run: commands, problem files, Python."""

from __future__ import annotations

import doctest
import importlib
import json
from pathlib import Path

import pytest

from bp_tutor.explain import symbols_of
from bp_tutor.output.json_trace import trace_json
from bp_tutor.output.paper.fonts import chinese_font
from bp_tutor.problem import Problem, ProblemError, load_problem
from bp_tutor.solve import solve
from tests.docs.blocks import DOCUMENTS, ROOT, Block, blocks, place_of, rewrite
from tests.docs.console import LEFT_OUT, exchanges, fits, refreshed, run_block
from tests.docs.fragments import BASE, completed, pieces

# What is called python needs PyTorch: tests/pytorch runs it.
SHOWN = {"console", "yaml", "pycon", "python", "sh", "text"}
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "bp_tutor").rglob("*.py")
    if ">>>" in path.read_text(encoding="utf-8")
)


def each(*languages: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("block", blocks(*languages), ids=lambda block: block.place)


@pytest.fixture
def updating(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-docs"))


def save_files(folder: Path, path: Path) -> None:
    """The files that the reader of a document has made."""
    for block in blocks("yaml"):
        if block.file and block.path == path:
            (folder / block.file).write_text(block.text, encoding="utf-8")


@each("console")
def test_commands_print_what_the_document_says(
    block: Block, tmp_path: Path, updating: bool
) -> None:
    if ".pdf" in block.text and "--lang zh" in block.text and not chinese_font():
        pytest.skip("there is no Chinese font here")
    save_files(tmp_path, block.path)
    told = exchanges(block.text)
    printed = run_block(block, tmp_path)
    if updating:
        new = []
        for exchange, lines in zip(told, printed, strict=True):
            same = fits(exchange.output, lines)
            shown = exchange.output if same else refreshed(exchange.output, lines)
            new += [f"$ {exchange.command}", *shown]
        rewrite(block, "".join(f"{line}\n" for line in new))
        return
    for exchange, lines in zip(told, printed, strict=True):
        assert exchange.output != [LEFT_OUT], "an example shows something"
        assert fits(exchange.output, lines), "\n".join([exchange.command, *lines])


def checked(text: str, path: Path) -> Problem:
    """The problem of a file, solved, with every gradient checked."""
    path.write_text(text, encoding="utf-8")
    problem = load_problem(path)
    trace = solve(problem)
    assert trace.runs[0].steps
    text, sound = trace_json(trace, symbols_of(problem))
    assert sound
    json.loads(text)
    return problem


PIECES = [(block, piece) for block in blocks("yaml") for piece in pieces(block)]


@pytest.mark.parametrize(
    ("block", "piece"), PIECES, ids=[f"{block.place}-{piece[:30]}" for block, piece in PIECES]
)
def test_problem_files_are_right(block: Block, piece: str, tmp_path: Path) -> None:
    path = tmp_path / "piece.yaml"
    if block.file.startswith("mistakes"):
        path.write_text(piece, encoding="utf-8")
        with pytest.raises(ProblemError):
            load_problem(path)
    elif block.file:
        checked(piece, path)
    else:
        base = checked(json.dumps(BASE), path)
        assert checked(completed(piece), path) != base, "the piece changes nothing"


@pytest.mark.parametrize(
    "path",
    list(dict.fromkeys(block.path for block in blocks("pycon"))),
    ids=place_of,
)
def test_python_examples_are_right(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of a document one after the other: each goes on with the names of those before."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    report: list[str] = []
    for block in blocks("pycon"):
        if block.path == path:
            parser = doctest.DocTestParser()
            test = parser.get_doctest(block.text, names, block.place, None, block.line)
            test.globs = names
            doctest.DocTestRunner().run(test, out=report.append, clear_globs=False)
    assert not report, "".join(report)


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_are_right(name: str) -> None:
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("path", DOCUMENTS, ids=place_of)
def test_every_block_is_of_a_kind_that_is_tested(path: Path) -> None:
    fences = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:3] == "```"]
    assert {fence[3:] for fence in fences[::2]} <= SHOWN
    assert set(fences[1::2]) <= {"```"}
