"""Variants: same seed, same numbers; on their grids; every shipped problem solves and is asked."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from bp_tutor.authoring.choices import like, resized
from bp_tutor.authoring.draw import Stream, seed_of
from bp_tutor.authoring.problem_text import places_of
from bp_tutor.authoring.roster import alike, named, numbered, safe
from bp_tutor.authoring.variant import Made, Variants
from bp_tutor.explain import symbols_of
from bp_tutor.problem import Problem, find_problem, list_problems, load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import Choice, contexts_of, make_questions
from bp_tutor.reader import plain, read_text
from bp_tutor.solve import solve
from bp_tutor.solve.check import check
from bp_tutor.tables import Student, TableError, file_of, read_names
from bp_tutor.words import load_words
from tests.cli.running import LARGE
from tests.presented import presentation_of

ROOT = Path(__file__).parents[2]
SHIPPED = [path.stem for path in list_problems()]
SYMBOLIC = {
    "chain-2-2-1", "general-formulas", "given-deltas", "mlp-shapes", "three-class-3-2-3",
}  # fmt: skip
NUMERIC = [name for name in SHIPPED if name not in SYMBOLIC]
FEW = {"adam-on-gradients", "adamw", "graph-chain-rule", "momentum", "momentum-adam"}
"""So few numbers vary that two seeds may well agree."""

FIXED: dict[str, str] = {
    "activations": "4cba3ef2",
    "adam-on-gradients": "6c861c2b",
    "adamw": "618a7873",
    "attention-tiny": "a90a0040",
    "autoencoder-tied": "277a277b",
    "batch-normalisation": "e2ec63ad",
    "batch-weight-decay": "8dcc1312",
    "chain-2-2-1": "e3b0c442",
    "clipping": "f4d5ce3c",
    "cnn-2x2": "57eb7289",
    "cnn-backward": "62d1f3ad",
    "conv-stride-padding": "1df3a498",
    "descent-batch-vs-stochastic": "f558e327",
    "descent-mini-batch": "f558e327",
    "descent-stochastic": "f558e327",
    "digits-784": "7fdf7770",
    "dropout": "b63097dd",
    "exercise": "e5e3d783",
    "forward-4-3-1": "900d32f0",
    "general-formulas": "e3b0c442",
    "given-deltas": "e3b0c442",
    "given-upstream": "a20e3df2",
    "graph-chain-rule": "4066fe65",
    "hinge": "85834b3f",
    "huber": "4f5f62b8",
    "label-smoothing": "ec318f2c",
    "linear-2-2-1": "33bafef7",
    "linear-regression": "62328577",
    "logic-gates": "09b40983",
    "logistic-regression": "06a622fe",
    "logits-cross-entropy": "a8dafeb9",
    "lstm-step": "1d1e3688",
    "mlp-shapes": "e3b0c442",
    "momentum": "618a7873",
    "momentum-adam": "618a7873",
    "multi-head-attention": "eeacc0ef",
    "perceptron": "437b3bbd",
    "residual": "26d5aef6",
    "rnn-bptt": "0465a773",
    "rnn-forward": "be61e481",
    "seq2seq": "332d9213",
    "sigmoid-2-2-1": "6369d00e",
    "sigmoid-2-2-2": "7dcd95ac",
    "softmax-cross-entropy": "f89bd0f2",
    "swiglu": "9beb4ecc",
    "three-class-3-2-3": "e3b0c442",
    "transformer-block": "6a758f78",
    "word2vec": "02c2b497",
    "xor": "bb4d0954",
    "xor-sigmoid": "3634dddb",
}  # fmt: skip
"""What seed 7 gives, for ever: the first eight signs of the SHA-256 of all its numbers."""


def variants_of(name: str) -> Variants:
    path = find_problem(name)
    return Variants(path.read_text(encoding="utf-8"), load_problem(path))


def of_text(text: str) -> Variants:
    return Variants(text, read_problem(text))


def numbers_of(made: Made) -> list[str]:
    return [place.text for place in places_of(made.text, read_problem(made.text))]


def digest(made: Made) -> str:
    return sha256(" ".join(numbers_of(made)).encode()).hexdigest()[:8]


def data(text: str) -> dict[str, object]:
    found = plain(read_text(text))
    assert isinstance(found, dict)
    return found  # type: ignore[return-value]


NETWORK = """network:
  inputs: 2
  weight_order: from-to
  layers:
    - {units: 2, activation: sigmoid, weights: [[0.1, -0.2], [0.3, 0.4]], bias: [0.1, 0.2]}
    - {units: 1, activation: sigmoid, weights: [[0.5], [-0.4]], bias: [0.2]}
inputs: [0.5, 0.9]
targets: [0.2]
learning_rate: 0.5
"""


def test_the_generator_gives_these_numbers() -> None:
    """Worked out with nothing but SHA-256, as the docstring says."""
    sums = sha256(b"bp-tutor/1/7/0/W[1]/0").digest()
    wholes = [int.from_bytes(sums[at : at + 8], "big") for at in (0, 8, 16, 24)]
    stream = Stream(7, 0, "W[1]")
    assert [stream.whole() for _ in range(4)] == wholes
    assert stream.whole() == int.from_bytes(sha256(b"bp-tutor/1/7/0/W[1]/1").digest()[:8], "big")
    assert [Stream(7, "W[1]").below(17), Stream(8, "W[1]").below(17)] == GENERATED[:2]
    assert Stream(7, "Y").order(6) == GENERATED[2]
    assert [seed_of("Ada"), seed_of("李雷"), seed_of("Ada", 2)] == GENERATED[3]


GENERATED: list[object] = [7, 10, [3, 4, 2, 0, 5, 1], [341340430, 426759547, 846332765]]


def test_numbers_by_lot_are_spread_evenly() -> None:
    stream = Stream(1, "spread")
    counts = [0] * 7
    for _ in range(7000):
        counts[stream.below(7)] += 1
    assert max(abs(count - 1000) for count in counts) < 150


@pytest.mark.parametrize("name", SHIPPED)
def test_seed_7_gives_the_same_for_ever(name: str) -> None:
    assert digest(variants_of(name).make(7)) == FIXED[name]


def test_neither_hash_seed_nor_folder_nor_name_matter(tmp_path: Path) -> None:
    other = tmp_path / "renamed.yaml"
    other.write_text(find_problem("exercise").read_text(encoding="utf-8"), encoding="utf-8")
    texts = set()
    for seed, problem in (("0", "exercise"), ("1", "exercise"), ("2", str(other))):
        done = subprocess.run(
            [sys.executable, "-m", "bp_tutor", "variant", problem, "--seed", "3"],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True, check=True, cwd=ROOT,
        )  # fmt: skip
        lines = done.stdout.decode().splitlines()
        texts.add("\n".join(line for line in lines if "variant" not in line and "变式" not in line))
    assert len(texts) == 1


def test_how_a_file_is_written_does_not_matter() -> None:
    turned = NETWORK.replace("from-to", "to-from").replace(
        "[[0.1, -0.2], [0.3, 0.4]]", "[[0.1, 0.3], [-0.2, 0.4]]"
    ).replace("[[0.5], [-0.4]]", "[[0.5, -0.4]]")  # fmt: skip
    first, second = of_text(NETWORK), of_text(turned)
    for seed in range(5):
        one, other = (each.problem_of(each.make(seed)) for each in (first, second))
        assert one.network is not None
        assert other.network is not None
        assert [layer.weights for layer in one.network.layers] == [
            layer.weights for layer in other.network.layers
        ]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_variant_solves_checks_and_can_be_asked(name: str) -> None:
    variants = variants_of(name)
    seeds = (1,) if name in LARGE else (1, 2, 99)
    for seed in seeds:
        made = variants.make(seed)
        problem = variants.problem_of(made)
        assert problem.variant is not None
        assert (problem.variant.of, problem.variant.seed) == (name, seed)
        assert problem.published == ()
        assert str(seed) in problem.title.in_language("zh")
        trace = solve(problem)
        found = check(trace.runs[0])
        assert found is None or not found.failed
        page = presentation_of(symbols_of(problem), digits=problem.digits)
        level = "formulas" if name in SYMBOLIC else "numbers"
        if name != "digits-784":
            assert make_questions(contexts_of(trace, page), Choice(level=level, count=3))


@pytest.mark.parametrize("name", NUMERIC)
def test_two_seeds_differ_and_nothing_but_numbers_does(name: str) -> None:
    variants = variants_of(name)
    first, second = variants.make(1), variants.make(2)
    assert name in FEW or numbers_of(first) != numbers_of(second)
    original, varied = data(variants.text), data(first.text)
    assert set(varied) - {"variant"} == set(original) - {"published"}
    for key in ("title", "source", "notation", "loss", "digits", "conventions", "learning_rate"):
        assert varied.get(key) == original.get(key)
    kind = next(key for key in ("network", "graph", "logits") if key in original)
    assert _without_numbers(varied[kind]) == (_without_numbers(original[kind]))


def _without_numbers(node: object) -> object:
    """The same with every number that stands in a list or under a name put aside."""
    if isinstance(node, dict):
        return {key: _without_numbers(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_without_numbers(item) for item in node]
    return "number" if isinstance(node, int | float) else node


@pytest.mark.parametrize(
    ("rule", "low", "high", "step"),
    [
        ("{from: -1, to: 1, step: 0.25}", "-1", "1", "0.25"),
        ("{from: 2, to: 9, step: 1}", "2", "9", "1"),
    ],
)  # fmt: skip
def test_numbers_lie_on_the_stated_grid(rule: str, low: str, high: str, step: str) -> None:
    variants = of_text(f"{NETWORK}vary: {{weights: {rule}, inputs: [0, 1], biases: keep}}\n")
    seen: set[Decimal] = set()
    for seed in range(25):
        network = variants.problem_of(variants.make(seed)).network
        assert network is not None
        assert isinstance(network.samples, tuple)
        assert set(network.samples[0]) <= {0.0, 1.0}
        assert any(network.samples[0])
        assert [layer.bias.values for layer in network.layers] == [(0.1, 0.2), (0.2,)]
        for layer in network.layers:
            assert isinstance(layer.weights, tuple)
            seen |= {Decimal(repr(value)) for row in layer.weights for value in row}
    assert all((value - Decimal(low)) % Decimal(step) == 0 for value in seen)
    assert min(seen) >= Decimal(low)
    assert max(seen) <= Decimal(high)
    assert len(seen) > 5


def test_numbers_are_like_those_given() -> None:
    variants = of_text(NETWORK)
    for seed in range(25):
        network = variants.problem_of(variants.make(seed)).network
        assert network is not None
        assert isinstance(network.samples, tuple)
        assert isinstance(network.targets, tuple)
        assert all(0 < value <= 0.9 for value in network.samples[0])
        assert all(0 < value < 1 for value in network.targets[0])
        for layer in network.layers:
            assert isinstance(layer.weights, tuple)
            values = [value for row in layer.weights for value in row]
            assert all(0.1 <= abs(value) <= 0.8 and round(value, 1) == value for value in values)


def test_targets_stay_where_the_output_can_get() -> None:
    text = NETWORK.replace("units: 1, activation: sigmoid", "units: 1, activation: tanh")
    variants = of_text(text.replace("targets: [0.2]", "targets: [-0.7]"))
    seen = set()
    for seed in range(20):
        network = variants.problem_of(variants.make(seed)).network
        assert network is not None
        assert isinstance(network.targets, tuple)
        seen.add(network.targets[0][0])
    assert max(map(abs, seen)) < 1
    assert len(seen) > 5


@pytest.mark.parametrize(
    "targets", ["[0]", "[1]", "[[1]]", "[[1], [0.3]]", "[[0], [0.25]]", "[[1], [0], [0.5]]"]
)
def test_classes_of_a_cross_entropy_stay_classes(targets: str) -> None:
    given = [float(one) for one in re.findall(r"[\d.]+", targets)]
    inputs = "[0.5, 0.9]" if len(given) == 1 else str([[0.5, 0.9]] * len(given))
    text = NETWORK.replace("[0.2]\nlearning", f"{targets}\nlearning")
    text = text.replace("inputs: [0.5, 0.9]", f"inputs: {inputs}")
    variants = of_text(f"{text}loss: binary_cross_entropy\n")
    seen: list[set[float]] = [set() for _ in given]
    for seed in range(25):
        network = variants.problem_of(variants.make(seed)).network
        assert network is not None
        assert isinstance(network.targets, tuple)
        for place, (drawn,) in enumerate(network.targets):
            seen[place].add(drawn)
    for before, after in zip(given, seen, strict=True):
        if before in (0, 1):
            assert after == {0, 1}
        else:
            assert all(0 < one < 1 for one in after)
            assert len(after) > 3


@pytest.mark.parametrize("name", ["softmax-cross-entropy", "attention-tiny", "sigmoid-2-2-2"])
def test_targets_stay_one_of_many(name: str) -> None:
    variants = variants_of(name)
    for seed in range(6):
        network = variants.problem_of(variants.make(seed)).network
        assert network is not None
        assert isinstance(network.targets, tuple)
        assert all(sum(row) in (1, 2) and set(row) == {0.0, 1.0} for row in network.targets)


@pytest.mark.parametrize("name", ["xor-sigmoid", "logic-gates", "xor"])
def test_truth_tables_stay(name: str) -> None:
    variants = variants_of(name)
    for seed in range(10):
        varied, original = (
            variants.problem_of(variants.make(seed)).network,
            variants.problem.network,
        )
        assert varied is not None
        assert original is not None
        assert (varied.samples, varied.targets) == (original.samples, original.targets)


def test_gates_stay_the_gates_that_they_are() -> None:
    variants = variants_of("logic-gates")
    for seed in range(10):
        network = variants.problem_of(variants.make(seed)).network
        assert network is not None
        layer = network.layers[0]
        assert isinstance(layer.weights, tuple)
        assert isinstance(layer.bias.values, tuple)
        for gate, wanted in enumerate(((0, 0, 0, 1), (1, 1, 1, 0), (0, 1, 1, 1))):
            rows = ((0, 0), (0, 1), (1, 0), (1, 1))
            sums = [x * layer.weights[0][gate] + y * layer.weights[1][gate] for x, y in rows]
            assert tuple(int(s >= layer.bias.values[gate]) for s in sums) == wanted


def test_draws_that_do_not_teach_are_passed_over() -> None:
    relu = NETWORK.replace("units: 2, activation: sigmoid", "units: 2, activation: relu")
    variants = of_text(relu)
    assert variants.evaluator is not None
    first_draws = [variants._draw(seed, 0) for seed in range(40)]
    grave = [variants.evaluator.cost(drawn) >= 400 for drawn in first_draws]
    assert sum(grave) > 5, "some first draws would have a dead unit"
    for seed in range(40):
        assert not any(weakness.grave for weakness in variants.make(seed).weaknesses)


def test_inputs_and_biases_of_a_draw_differ_as_far_as_they_can() -> None:
    for rules, distinct in (("", 2), ("vary: {inputs: [0.2, 0.5], biases: [0.3, 0.4]}\n", 2)):
        variants = of_text(NETWORK + rules)
        for seed in range(40):
            network = variants.problem_of(variants.make(seed)).network
            assert network is not None
            assert isinstance(network.samples, tuple)
            assert isinstance(network.layers[0].bias.values, tuple)
            assert len(set(network.samples[0])) == distinct
            assert len(set(network.layers[0].bias.values)) == distinct
    binary = of_text(NETWORK.replace("inputs: [0.5, 0.9]", "inputs: [1, 0]"))
    seen = {str(data(binary.make(seed).text)["inputs"]) for seed in range(30)}
    assert "[1, 1]" in seen, "of 0 and 1 there are only two"


def test_steps_of_a_draw_are_seen() -> None:
    variants = of_text(NETWORK.replace("learning_rate: 0.5", "learning_rate: 0.05"))
    unseen = 0
    for seed in range(30):
        run = solve(variants.problem_of(variants.make(seed))).runs[0]
        for old, new in run.program.next_values:
            unseen += sum(
                abs(after - before) < 0.00005
                for after, before in zip(run.values[new], run.values[old], strict=True)
                if abs(after) >= 0.1
            )
    assert unseen == 0, "of first draws about one step in five is unseen"


def test_later_updates_that_the_file_shows_count_too() -> None:
    relu = NETWORK.replace("units: 2, activation: sigmoid", "units: 2, activation: relu")
    text = relu.replace("learning_rate: 0.5", "learning_rate: 3\nupdates: 2")
    dead = []
    for own in (text, text.replace("updates: 2", "updates: 1")):
        variants = of_text(own)
        runs = [solve(variants.problem_of(variants.make(seed)), 2).runs[1] for seed in range(30)]
        dead.append(sum(min(run.values[run.find("Z[2,1]")[0]]) < 0 for run in runs))  # type: ignore[index]
    assert dead[0] < dead[1]


def test_what_cannot_be_judged_is_said(tmp_path: Path) -> None:
    done = run("digits-784", "--seed", "3", "-o", "d.yaml", cwd=tmp_path)
    assert "a generator makes them" in done.stdout
    done = run("digits-784", "--count", "2", "--out", "d", "--lang", "zh", cwd=tmp_path)
    assert "没有检查" in done.stdout


def test_what_no_draw_can_avoid_is_said() -> None:
    variants = of_text(f"{NETWORK}vary: {{weights: [0.5, 0.6], biases: [0, 0.1], inputs: keep}}\n")
    keys = {one.key for seed in range(12) for one in variants.make(seed).weaknesses}
    assert keys & {"hidden_mistake", "alike_mistakes", "equal_weights"}


@pytest.mark.parametrize("in_json", [False, True])
@pytest.mark.parametrize("alone", [False, True])
def test_a_text_that_names_a_leaf_names_its_new_value(in_json: bool, alone: bool) -> None:
    import json

    variants = variants_of("graph-chain-rule")
    if in_json:
        variants = of_text(json.dumps(data(variants.text), ensure_ascii=False))
    made = variants.filled(7) if alone else variants.make(7).text
    problem = read_problem(made)
    assert problem.graph is not None
    values = {name: value for name, value in problem.graph.values if value is not None}
    assert values != {"a": 2, "b": 1}
    for language in ("en", "zh"):
        text = problem.text.in_language(language)
        assert f"a = {values['a']:g}" in text
        assert f"b = {values['b']:g}" in text


def test_comments_and_lines_stay_and_printed_figures_go() -> None:
    made = variants_of("sigmoid-2-2-1").make(7)
    lines = made.text.splitlines()
    assert lines[2].startswith("variant: {")
    original = find_problem("sigmoid-2-2-1").read_text(encoding="utf-8").splitlines()
    assert len(lines) - 3 == original.index("published:")
    assert "# The lecture's table as it stands there." in variants_of("exercise").make(1).text


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_ends_of_lines_and_forms_of_files(end: str) -> None:
    import json

    wide = (f"title: {{en: A, zh: 甲}}\n{NETWORK}").replace("\n", end)
    made = of_text(wide).make(3)
    assert made.text.count("\r\n") == (made.text.count("\n") if end == "\r\n" else 0)
    in_json = of_text(json.dumps(data(wide), ensure_ascii=False))
    assert numbers_of(in_json.make(3)) == numbers_of(made)
    twice = of_text(made.text).make(4)
    assert twice.text.count("variant: {") == 1


def test_nothing_varies_where_nothing_is_to() -> None:
    for text in (f"{NETWORK}vary: none\n", find_problem("mlp-shapes").read_text(encoding="utf-8")):
        variants = of_text(text)
        assert not variants.varies
        kept = {key: value for key, value in data(text).items() if key != "published"}
        assert data(variants.make(3).text) == {
            **kept, "variant": {"of": "problem", "seed": 3, "drawing": 1}
        }  # fmt: skip


def test_a_class() -> None:
    names = ("Ada", "李雷", "Ada", "a/b", "A:B", "CON", "..", "x" * 300)
    first = named("exercise", [Student(name) for name in names])
    more = named("exercise", [Student(name) for name in (*names, "Bo")])
    assert more[: len(first)] == first
    assert len({share.seed for share in first}) == len(first)
    files = [share.file for share in first]
    assert files[:6] == [
        "exercise-Ada.yaml", "exercise-李雷.yaml", "exercise-Ada-2.yaml", "exercise-a-b.yaml",
        "exercise-A-B-2.yaml", "exercise-CON_.yaml",
    ]  # fmt: skip
    assert files[6] == "exercise-student.yaml"
    assert all(len(file.encode()) < 160 for file in files)
    assert [share.student for share in first[:3]] == ["Ada", "李雷", "Ada (2)"]
    assert alike(first) == ("Ada",)
    other = named("other", [Student("李雷"), Student("Ada")])
    assert [one.seed for one in other] == [first[1].seed, first[0].seed]
    assert [share.file for share in numbered("exercise", 9, 2)] == [
        "exercise-09.yaml", "exercise-10.yaml"
    ]  # fmt: skip


def test_student_numbers_tell_apart_who_has_the_same_name() -> None:
    students = [Student("李雷", "2023001"), Student("李雷", "2023003"), Student("Ada")]
    shares = named("exercise", students)
    assert [share.file for share in shares] == [
        "exercise-2023001-李雷.yaml", "exercise-2023003-李雷.yaml", "exercise-Ada.yaml"
    ]  # fmt: skip
    assert [share.student for share in shares] == ["2023001 李雷", "2023003 李雷", "Ada"]
    assert alike(shares) == ()
    # In another order, and with the name spelled otherwise, everybody keeps the numbers.
    turned = named("exercise", [students[1], Student("李磊", "2023001")])
    assert [share.seed for share in turned] == [shares[1].seed, shares[0].seed]
    twice = named("exercise", [Student("Ada", "7"), Student("Bo", "7")])
    assert twice[0].seed != twice[1].seed
    assert alike(twice) == ("7",)


@pytest.mark.parametrize(
    ("text", "students"),
    [
        ("name\nAda\nBo\n", [("Ada", ""), ("Bo", "")]),
        ("学号,姓名\n1,李雷\n", [("李雷", "1")]),
        ("姓名;学号\n李雷;007\n", [("李雷", "007")]),
        ("Name,ID\nAda,a1\n,a2\n", [("Ada", "a1"), ("", "a2")]),
        ("number\n17\n", [("17", "")]),
        ("17,Ada\n18,Bo\n", [("Ada", "17"), ("Bo", "18")]),
        ("Ada,17\n", [("Ada", "")]),
        ("name,mark\nAda,3\n", [("Ada", "")]),
        ("First name,Last name\nAda,Lovelace\n", [("Ada Lovelace", "")]),
        ("Matrikel;Vorname;Nachname\n17;Ada;Lovelace\n", [("Ada Lovelace", "17")]),
        ("Name,Vorname,Punkte\nLovelace,Ada,9\n", [("Ada Lovelace", "")]),
        ("Surname\tFirst name\tID number\nLovelace\tAda\t17\n", [("Ada Lovelace", "17")]),
        ("学号,姓,名\n1,李,雷\n", [("李雷", "1")]),
        ("Nom,Prénom,Numéro étudiant\nLovelace,Ada,17\n", [("Ada Lovelace", "17")]),
        ("Nombre,Apellidos,Matrícula\nAda,Lovelace,17\n", [("Ada Lovelace", "17")]),
        (
            'Student,ID\n"Lovelace, Ada",17\n    Points Possible,\n"Student, Test",9\n',
            [("Lovelace, Ada", "17")],
        ),
        ("First name,Last name\n雷,李\nAda,\n", [("李雷", ""), ("Ada", "")]),
        ("student,first name,last name\nAda L.,Ada,Lovelace\n", [("Ada L.", "")]),
        ("Ada Lovelace\nBob Smith\n", [("Ada Lovelace", ""), ("Bob Smith", "")]),
        ("17\n18\n", [("17", ""), ("18", "")]),
        (",\n,Ada\n,Bo\n", [("Ada", ""), ("Bo", "")]),
    ],
)
def test_lists_of_a_class(tmp_path: Path, text: str, students: list[tuple[str, str]]) -> None:
    found = read_names(file_of(tmp_path / "class.csv", text.encode()))
    assert [(one.name, one.number) for one in found] == students


@pytest.mark.parametrize(
    "text",
    [
        "foo,bar\n1,2\n",
        "1,2\n",
        "Kennung\n17\n18\n",
        "Cognome,Nome proprio\nLovelace,Ada\n",
        "Lovelace, Ada\nSmith, Bob\n",
        "17,Ada,Lovelace\n18,Bob,Smith\n",
        "学号,学生的名字\n1,李雷\n",
    ],
)
def test_a_list_that_does_not_say_who_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(TableError) as refused:
        read_names(file_of(tmp_path / "class.csv", text.encode()))
    assert refused.value.key == "variant.no_heading"
    for language in ("en", "zh"):
        said = load_words(language).text(refused.value.key, **refused.value.values)
        assert ", ".join(cell.strip() for cell in text.splitlines()[0].split(",")) in said


@pytest.mark.parametrize(
    "text", ["/etc/passwd", "..\\..\\x", "nul", "a\x00b", "\u202eabc", "💣", ""]
)
def test_file_names_are_safe(text: str) -> None:
    name = safe(text, "student")
    assert name
    assert not set(name) & set('/\\:*?"<>|\x00\u202e')
    assert name not in ("..", ".", "nul")


def test_grids() -> None:
    texts = {
        ("0.3", "-0.5"): "-0.8 -0.7 -0.6 -0.5 -0.4 -0.3 -0.2 -0.1 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8",
        ("2", "3"): "1 2 3 4 5",
        ("0.35", "0.2"): "0.01 0.02",
        ("1", "0.5", "-2"): "-2 -1.5 -1 -0.5 0.5 1 1.5 2",
        ("0.1306", "-0.6"): "-0.8 -0.7",
        ("100", "40"): "10 20 30 40 50 60 70 80 90 100",
    }
    for given, expected in texts.items():
        found = " ".join(f"{float(value):g}" for value in like(map(Decimal, given)))
        assert found.startswith(expected), (given, found)
    assert [f"{float(v):g}" for v in resized(Decimal("-1.5"))][:2] == ["-0.7", "-0.8"]


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "bp_tutor", "variant", *arguments],
        cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_bytes("学号,姓名\r\n1,李雷\r\n2,韩梅梅\r\n".encode("gb18030"))
    done = run("exercise", "--names", "class.csv", "--out", "class", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    with (tmp_path / "class/exercise-list.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["number"], row["student"]) for row in rows] == [("1", "李雷"), ("2", "韩梅梅")]
    for row, student in zip(rows, ("1 李雷", "2 韩梅梅"), strict=True):
        problem: Problem = load_problem(tmp_path / "class" / row["file"])
        assert problem.variant is not None
        assert (problem.variant.student, problem.variant.seed) == (student, int(row["seed"]))
        assert problem.title.in_language("zh").endswith(f"（{student}）")
        assert problem.title.in_language("en").endswith(f"(for {student})")
        again = variants_of("exercise").make(int(row["seed"]), student)
        assert (tmp_path / "class" / row["file"]).read_text(encoding="utf-8") == again.text
    before = (tmp_path / "class/exercise-1-李雷.yaml").read_bytes()
    done = run("exercise", "--names", "class.csv", "--out", "class", cwd=tmp_path)
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert (tmp_path / "class/exercise-1-李雷.yaml").read_bytes() == before
    (tmp_path / "twice.csv").write_text("name\nAda\nAda\n", encoding="utf-8")
    done = run("momentum", "--names", "twice.csv", "--out", "twice", cwd=tmp_path)
    assert "Ada stands on the list more than once" in done.stdout
    listed = (tmp_path / "twice/momentum-list.csv").read_text(encoding="utf-8-sig")
    assert [line.split(",")[0] for line in listed.splitlines()] == ["student", "Ada", "Ada (2)"]
    done = run("exercise", "--seed", "7", "-o", "mine.yaml", "--lang", "zh", cwd=tmp_path)
    assert done.stdout.startswith("mine.yaml：exercise 的变式 7")
    printed = run("exercise", "--seed", "7", cwd=tmp_path)
    assert printed.stdout == (tmp_path / "mine.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--count", "3"), ("--out", "x"), ("--count", "3", "--out", "x", "-o", "y"),
        ("--count", "2", "--names", "class.csv", "--out", "x"), ("--names", "no.csv", "--out", "x"),
        ("--names", "empty.csv", "--out", "x"), ("--seed", "-1"),
        ("--count", "3", "--out", "empty.csv"),
        ("--seed", "999999999", "--count", "2", "--out", "x"),
        ("--names", "bytes.csv", "--out", "x"),
    ],
)  # fmt: skip
def test_command_lines_that_cannot_be_done(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "empty.csv").write_text("name\n", encoding="utf-8")
    (tmp_path / "bytes.csv").write_bytes(b"name\nA\xff\xffd\n")
    done = run("exercise", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


WITH_GIVEN = """text: {en: "With dL/da = 1.5 find dL/dw.", zh: "已知 ∂L/∂a = 1.5，求 ∂L/∂w。"}
graph:
  values: {w: 0.5, x: 2}
  formulas: {z: w*x, a: sigmoid(z), b: z**2}
  given: {dL/da: 1.5, dL/db: -0.5}
  with_respect_to: [w]
"""


def test_given_derivatives_are_drawn_like_other_numbers() -> None:
    variants = of_text(WITH_GIVEN)
    drawn = set()
    for seed in range(30):
        made = variants.make(seed)
        graph = variants.problem_of(made).graph
        assert graph is not None
        assert made.variant.drawing == 2
        numbers = dict(graph.given)
        assert isinstance(numbers["a"], float | int)
        assert isinstance(numbers["b"], float | int)
        assert numbers["a"] > 0 > numbers["b"]
        assert f"dL/da = {numbers['a']:g} " in made.text
        assert f"∂L/∂a = {numbers['a']:g}，" in made.text
        drawn.add(numbers["a"])
    assert len(drawn) > 3


def test_given_derivatives_stay_where_the_file_says_so() -> None:
    for kept in ("keep", "{dL/da: keep, ∂L/∂b: keep}"):
        made = of_text(f"{WITH_GIVEN}vary: {{values: {kept}}}\n").make(3)
        assert "given: {dL/da: 1.5, dL/db: -0.5}" in made.text
    chosen = of_text(WITH_GIVEN + "vary: {values: {dL/da: [7, 8]}}\n").make(3)
    assert re.search(r"dL/da: [78],", chosen.text)


def test_drawing_given_derivatives_changes_no_other_draw() -> None:
    kept = of_text(WITH_GIVEN + "vary: {values: {dL/da: keep, dL/db: keep}}\n")
    assert kept.make(5).variant.drawing == 1
    labels = [
        [lot for lot in each.groups if lot.label in "wx"] for each in (kept, of_text(WITH_GIVEN))
    ]
    assert [lot.label for lot in labels[0]] == ["w", "x"]
    assert [list(lot.draw(5, 0)) for lot in labels[0]] == [
        list(lot.draw(5, 0)) for lot in labels[1]
    ]
