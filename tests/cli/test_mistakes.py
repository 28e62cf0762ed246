"""What is wrong is said in one line, in the reader's language, and never by a traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.running import ROOT, good, run

BROKEN = sorted((ROOT / "tests" / "broken").glob("*.yaml"))

REFUSED = [
    (["slove", "exercise"], "there is no command 'slove'", "没有命令“slove”", "solve"),
    (["solve", "exercis"], "there is no file and no problem", "没有这个文件", "exercise"),
    (["solve", "nowhere/x.yaml"], "there is no such file", "没有这个文件", None),
    (["solve"], "PROBLEM is missing", "缺少 PROBLEM", None),
    (["why", "exercise"], "SYMBOL is missing", "缺少 SYMBOL", None),
    (["solve", "exercise", "--layr", "2"], "no option --layr", "没有选项 --layr", "--layer"),
    (["solve", "-x"], "there is no option -x", "没有选项 -x", None),
    (["--layer", "2"], "--layer stands behind the command", "--layer 要写在命令后面", None),
    (["solve", "exercise", "--digits"], "--digits needs a value", "--digits 后面要写一个值", None),
    (["solve", "exercise", "--json=2"], "--json takes no value", "--json 后面不能写值", None),
    (["solve", "exercise", "more"], "too many words behind solve", "solve 后面的内容太多", None),
    (["solve", "exercise", "--digits", "x"], "--digits cannot be 'x'", "--digits 不能是“x”", None),
    (["solve", "exercise", "--digits", "0"], "from 1 to 15", "1 到 15", None),
    (["solve", "exercise", "--width", "39"], "from 40 to 200", "40 到 200", None),
    (["solve", "exercise", "--updates", "1e3"], "from 1 to 100", "1 到 100", None),
    (["solve", "exercise", "--form", "martix"], "can be index, matrix", "可以是 index", "matrix"),
    (["solve", "exercise", "--detail", "ful"], "can be formula,", "可以是 formula", "full"),
    (["solve", "exercise", "--only", "dz"], "there are Z, A, E, L", "可用的有 Z, A, E, L", "dZ"),
    (["solve", "exercise", "--layer", "9"], "from 1 to 4", "1 到 4", None),
    (["solve", "exercise", "--entry", "foo"], '"foo" is no symbol', "没有“foo”", None),
    (["solve", "exercise", "--entry", "W[1,1,1]"], "given by the problem", "题目给出的", None),
    (["solve", "exercise", "--notation", "layerd"], "no notation", "没有名为“layerd”", "layered"),
    (["solve", "exercise", "--rounding", "4"], "write exact, hand:4", "请写 exact、hand:4", None),
    (["why", "exercise", "W'[1]"], "W'[1]", "W'[1]", None),
    (["train", "three-class-3-2-3"], "gives no numbers", "没有给出数值", None),
    (["train", "logic-gates"], "has no loss", "没有损失函数", None),
    (["train", "exercise", "--json", "--csv"], "at once", "不能同时", None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "english", "chinese", "near"), REFUSED)
def test_what_is_typed_wrong(line: list[str], english: str, chinese: str, near: str | None) -> None:
    for language, text in (("en_GB.UTF-8", english), ("zh_CN.UTF-8", chinese)):
        done = run(*line, LANG=language)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), done
        assert text in done.err
        if near is not None:
            assert re.search(f"['“]{near}['”]", done.err.split(text)[1] or done.err)


@pytest.mark.parametrize("front", [("--lang", "zh"), ("--lang=zh",)])
@pytest.mark.parametrize("behind", [(), ("exercise",), ("exercise", "--layer", "2")])
def test_what_stands_in_front_of_a_command_is_not_taken_for_it(
    front: tuple[str, ...], behind: tuple[str, ...]
) -> None:
    done = run(*front, "slove", *behind)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("没有命令“slove”")
    assert "“solve”" in done.err


def test_a_language_that_is_not_there_is_refused() -> None:
    for line in (["solve", "exercise", "--lang", "fr"], ["--lang=fr", "problems"]):
        done = run(*line)
        assert (done.code, done.err) == (2, "--lang cannot be 'fr'; it can be en, zh\n")
        assert "--lang 不能是“fr”" in run(*line, LANG="zh_CN").err


def test_no_command_at_all() -> None:
    for line in ([], ["--lang", "en"]):
        done = run(*line)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("Usage: bp-tutor COMMAND [OPTIONS]\n")
    assert run("--lang", "zh").err.startswith("用法：bp-tutor 命令 [选项]\n")


@pytest.mark.parametrize("command", [(), ("solve",), ("why",), ("train",), ("problems",)])
def test_help_in_both_languages(command: tuple[str, ...]) -> None:
    english, chinese = (good(*command, "--help", "--lang", each) for each in ("en", "zh"))
    assert english.isascii()
    for heading in ("Usage: ", "\nOptions\n", "\nExamples\n"):
        assert heading in english
    for heading in ("用法：", "\n选项\n", "\n例子\n"):
        assert heading in chinese
    assert not re.search(r"Usage|Options|Commands|Arguments|Show this|default", chinese)
    assert ("\nCommands\n" in english, "\nArguments\n" in english) == (
        not command,
        command in (("solve",), ("why",), ("train",)),
    )
    assert max(map(len, english.splitlines())) <= 80


def test_the_examples_of_the_help_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bp_tutor.cli.commands import COMMANDS, EXAMPLES

    monkeypatch.chdir(tmp_path)
    shown = ("solve", "why", "train", "problems", "draw", "new", "check")
    for examples in (EXAMPLES, *(COMMANDS[command] for command in shown)):
        for example in examples:
            line = example.partition(" > ")[0].replace("'", "").split()
            before = len(list(tmp_path.iterdir()))
            said = good(*line)
            assert said or len(list(tmp_path.iterdir())) > before, example


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_broken_files(path: Path) -> None:
    told: dict[tuple[str, str], str] = {}
    for command, *more in (["solve"], ["why", "L"], ["train"]):
        for language in ("en", "zh") if command == "solve" else ("en",):
            done = run(command, str(path), *more, "--lang", language)
            assert (done.code, done.out) == (2, ""), done
            told[command, language] = done.err
    assert told["solve", "en"] == told["why", "en"] == told["train", "en"]
    for text in told.values():
        assert text
        for row in text.splitlines():
            assert re.match(re.escape(str(path)) + r":\d+:\d+: ", row) or "no file" in row, row


def test_problems_that_cannot_be_read_are_listed_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "problems").mkdir()
    (tmp_path / "problems" / "mine.yaml").write_text("nonsense: 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "mine" in good("problems")
    assert "cannot be read (mistakes: " in good("problems")


WORDS = st.sampled_from(
    ["solve", "why", "train", "problems", "exercise", "graph-chain-rule", "given-deltas", "xor",
     "--only", "--layer", "--entry", "--detail", "--form", "--digits", "--rounding", "--updates",
     "--notation", "--lang", "--symbolic", "--json", "--all", "--ascii", "--no-color", "--width",
     "--csv", "--no-plot", "--help", "--version", "--", "-", "dW", "dZ[2,1]", "W'", "2", "0", "-1",
     "en", "zh", "matrix", "both", "hand:4", "hand:", "exact", "flat", "net-out", "[b]", "", "é",
     "\x1b[31m", "\udc80", "A" * 300, "Z[2,1]@1", "dL/dz1", "@", "[[[", "9" * 400]
)  # fmt: skip


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(st.lists(WORDS, max_size=6))
def test_no_command_line_ends_in_a_traceback(line: list[str]) -> None:
    done = run(*line)
    assert done.code in (0, 2)
    assert (done.err == "") == (done.code == 0)
    assert "\x1b" not in done.out + done.err


@pytest.mark.parametrize("title", ["[bold]x[/bold]", "[/]", "[red]", "a\\[b]", "{x}", "%s"])
def test_titles_are_no_markup(title: str, tmp_path: Path) -> None:
    source = (ROOT / "problems" / "graph-chain-rule.yaml").read_text(encoding="utf-8")
    body = source[source.index("graph:") :]
    path = tmp_path / "t.yaml"
    path.write_text(f"title: '{title}'\ntext: '{title} too'\n{body}", encoding="utf-8")
    text = good("solve", str(path))
    assert text.splitlines()[0] == title
    assert f"{title} too" in text


def test_control_signs_never_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text('title: "\\e[31mred"\n', encoding="utf-8")
    done = run("solve", str(path))
    assert done.code == 2
    assert "\x1b" not in done.err
    assert "\x1b" not in run("solve", "\x1b[31mred\x07").err
    assert "\x1b" not in run("solve", "exercise", "--entry", "\x1b[31m").err
