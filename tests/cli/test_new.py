"""`bp-tutor new`: what it writes, says, asks and refuses."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest

from bp_tutor.authoring.schema import SCHEMA_FILE
from bp_tutor.cli.new import Questions, Wishes, _LeftError, plan_of
from bp_tutor.cli.output import output_for
from bp_tutor.cli.talk import LineTalk
from bp_tutor.problem import load_problem
from bp_tutor.words import load_words
from tests.cli.running import good, run


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_writes_a_file_and_the_schema_beside_it() -> None:
    told = good("new", "first", "--layers", "3-3-2", "--notation", "superscript", "--seed", "5")
    assert told.splitlines()[0] == "Written: first.yaml"
    assert "bp-tutor check first.yaml" in told
    assert load_problem("first.yaml").notation == "superscript"
    assert json.loads(Path(SCHEMA_FILE).read_text(encoding="utf-8"))["$schema"]
    assert run("check", "first.yaml").code == 0
    assert "first.yaml" in good("new", "sub/../first.yaml", "--layers", "2,2", "--force")


def test_the_same_seed_draws_the_same_numbers() -> None:
    texts = []
    for name, seed in (("a", "5"), ("b", "5"), ("c", "6")):
        good("new", f"{name}.yaml", "--layers", "2,2,1", "--seed", seed)
        texts.append(Path(f"{name}.yaml").read_text(encoding="utf-8"))
    assert texts[0] == texts[1] != texts[2]


def test_a_schema_that_is_there_stays() -> None:
    Path(SCHEMA_FILE).write_text("mine")
    assert f"{SCHEMA_FILE} already" in good("new", "a", "--kind", "graph")
    assert Path(SCHEMA_FILE).read_text() == "mine"


def test_the_schema_stands_beside_the_file_and_not_where_one_is() -> None:
    Path("lessons").mkdir()
    good("new", "lessons/a.yaml", "--kind", "image", "--lang", "zh")
    assert not Path(SCHEMA_FILE).exists()
    schema = json.loads((Path("lessons") / SCHEMA_FILE).read_text(encoding="utf-8"))
    assert schema["properties"]["title"]["description"] == "简短的标题。"


def test_a_file_that_is_there_stays() -> None:
    Path("a.yaml").write_text("mine")
    done = run("new", "a.yaml", "--layers", "2,2")
    assert (done.code, Path("a.yaml").read_text()) == (2, "mine")
    assert "--force" in done.err
    assert not Path(SCHEMA_FILE).exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "say the shape, such as --layers 3,3,2"),
        (["--layers", "3"], "cannot read the layers '3'"),
        (["--layers", "3,0,2"], "cannot read the layers '3,0,2'"),
        (["--layers", "3,10001"], "cannot read the layers"),
        (["--layers", ",".join("2" * 66)], "cannot read the layers"),
        (["--layers", "3,2", "--kind", "image"], "takes 3 sizes, such as 3,2,1"),
        (["--layers", "2,3,1", "--kind", "image"], "the kernel (3) is larger than the image (2)"),
        (["--layers", "2,2", "--activation", "sigmod"], "did you mean 'sigmoid'?"),
        (["--layers", "2,2", "--activation", "relu,relu,relu"], "3 activations for 1 layer"),
        (["--layers", "2,2", "--activation", ","], "0 activations for 1 layer"),
        (["--layers", "2,2", "--loss", "cross"], "cannot be 'cross'"),
        (["--layers", "2,2", "--loss", "cross_entropy", "--activation", "tanh"], "needs softmax"),
        (["--layers", "2,2", "--notation", "layred"], "did you mean 'layered'?"),
        (["--layers", "2,2", "--title", "x" * 201], "201 characters long"),
        (["--layers", "2,2", "--title", "a\tb"], "must stand on one line"),
        (["--layers", "2,2", "--title", "a\x1bb"], "U+001B"),
        (["--kind", "graph", "--layers", "2,2"], "a graph has no --layers"),
        (["--kind", "graph", "--loss", "none"], "a graph has no --loss"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_cannot_be_done_is_said(arguments: list[str], said: str, language: str) -> None:
    done = run("new", "a.yaml", *arguments, "--lang", language)
    assert (done.code, done.out) == (2, "")
    assert language == "zh" or said in done.err
    assert not list(Path().iterdir())


def answered(lines: str, wishes: Wishes = Wishes(), language: str = "en") -> tuple[Wishes, str]:  # noqa: B008
    output = output_for(load_words(language), stream=StringIO())
    talk = LineTalk(output, plain=False, stream=StringIO(lines))
    found = Questions(talk, output).ask(wishes)
    told = output.stream.getvalue()  # type: ignore[attr-defined]
    return found, " ".join(told.split())


def test_questions_have_usual_answers() -> None:
    wishes, told = answered("\n" * 7)
    assert plan_of(wishes) == plan_of(Wishes(layers="2,2,1"))
    assert "[sigmoid] > " in told
    assert plan_of(answered("\n" * 7, language="zh")[0]) == plan_of(wishes)


def test_questions_are_asked_until_an_answer_can_be_used() -> None:
    lines = "netwrk\nnetwork\n3;x\n3,2,2\nrelu,softmx\nrelu,softmax\n\nnet-out\nblank\n一: #题\n"
    wishes, told = answered(lines)
    plan = plan_of(wishes)
    assert (plan.units, plan.activations) == ((3, 2, 2), ("relu", "softmax"))
    assert (plan.loss, plan.notation, plan.fill) == ("cross_entropy", "net-out", "blank")
    assert plan.title == "一: #题"
    assert "did you mean 'network'?" in told
    assert "did you mean 'softmax'?" in told


@pytest.mark.parametrize(
    ("language", "lines", "said"),
    [
        ("en", "dense\n2，3，1\nlinear\nmse\nnet-out\nempty\n\n", "weights to-from"),
        ("zh", "网络\n２，３，１\n线性\n均方误差\nnet-out\n空白\n\n", "均方误差、"),
    ],
)
def test_answers_may_be_words_of_any_language(language: str, lines: str, said: str) -> None:
    wishes, told = answered(lines, language=language)
    plan = plan_of(wishes)
    assert (plan.units, plan.activations) == ((2, 3, 1), ("identity", "identity"))
    assert (plan.loss, plan.notation, plan.fill) == ("mean_squared_error", "net-out", "blank")
    assert said in told
    assert "superscript a" in told or "superscript 层" in told


def test_what_is_said_already_is_not_asked() -> None:
    wishes, told = answered("\n\n\n\n\n", Wishes(kind="sequence", title="T"))
    assert plan_of(wishes).kind == "sequence"
    assert "Title" not in told
    assert plan_of(answered("graph\n\n\n")[0]).kind == "graph"


@pytest.mark.parametrize("lines", ["", "network\n", "退出\n", "\nquit\n"])
def test_who_leaves_leaves_nothing_behind(lines: str) -> None:
    with pytest.raises(_LeftError):
        answered(lines)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "these do not go together: layer 3 has one unit"),
        ("zh", "这些选择不能放在一起：第 3 层"),
    ],
)
def test_what_does_not_go_together_is_said_of_the_choices(language: str, said: str) -> None:
    done = run(
        "new", "a.yaml", "--layers", "2,2,1", "--activation", "relu,softmax", "--lang", language
    )
    assert done.code == 2
    assert done.err.startswith(said)
    assert "problem.yaml" not in done.err
    assert not Path("a.yaml").exists()
