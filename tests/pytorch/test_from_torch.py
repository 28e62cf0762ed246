"""Models of PyTorch as problems: their losses, gradients and new weights are PyTorch's own.

Numbers are compared as sorted rows, so that no test repeats how arrays are turned; where every
number is another one, a row out of place would show. What a module is called here, and how its
arrays lie, is told by what comes out alone.
"""

from __future__ import annotations

import inspect
import re
import runpy
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

import bp_tutor
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.catalogue.optimisers import OPTIMISERS
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED
from bp_tutor.problem.load import read_problem
from tests.code.running import write
from tests.docs.blocks import blocks
from tests.pytorch.needed import CLOSE, needs_torch

Torch = Any
UPDATES = 3


class Case(NamedTuple):
    """A model with a batch of inputs, and how large its targets are."""

    model: Any
    x: Any


def sequential(torch: Torch, *layers: Any) -> Any:
    return torch.nn.Sequential(*layers)


def graph(step: Callable[..., Any], **parts: Any) -> Any:
    """A module whose forward pass is a function over its parts."""
    kind = type("Graph", (import_module("torch.nn").Module,), {"forward": step})
    made = kind()
    for name, part in parts.items():
        setattr(made, name, part)
    return made


def perceptron(torch: Torch) -> Case:
    nn = torch.nn
    return Case(
        sequential(torch, nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)),
        torch.randn(5, 3),
    )


def one_sample(torch: Torch) -> Case:
    nn = torch.nn
    return Case(sequential(torch, nn.Linear(3, 2), nn.Sigmoid()), torch.randn(3))


def nested(torch: Torch) -> Case:
    nn = torch.nn
    block = sequential(torch, nn.Linear(4, 4, bias=False), nn.SiLU(), nn.Dropout(0.5))
    return Case(sequential(torch, nn.Linear(2, 4), nn.GELU(), block, nn.Linear(4, 2)).eval(),
                torch.randn(3, 2))  # fmt: skip


def one_layer(torch: Torch) -> Case:
    return Case(torch.nn.Linear(3, 2), torch.randn(4, 3))


def residual(torch: Torch) -> Case:
    nn = torch.nn

    def step(own: Any, x: Any) -> Any:
        h = torch.relu(own.a(x))
        h = nn.functional.leaky_relu(own.b(h) + x, 0.2)
        return own.c(torch.cat([h, x], dim=1))

    parts = {"a": nn.Linear(3, 3), "b": nn.Linear(3, 3), "c": nn.Linear(6, 2)}
    return Case(graph(step, **parts), torch.randn(4, 3))


def tied(torch: Torch) -> Case:
    nn = torch.nn
    first, second = nn.Linear(3, 3, bias=False), nn.Linear(3, 3)
    second.weight = first.weight
    return Case(sequential(torch, first, nn.Tanh(), second), torch.randn(4, 3))


def frozen(torch: Torch) -> Case:
    nn = torch.nn
    model = sequential(
        torch, nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 3), nn.ELU(), nn.Linear(3, 2)
    )
    model[0].requires_grad_(False)
    model[2].bias.requires_grad_(False)
    return Case(model, torch.randn(4, 3))


def convolution(torch: Torch) -> Case:
    nn = torch.nn
    model = sequential(
        torch, nn.Conv2d(2, 4, (3, 2), stride=(1, 2), padding=(1, 0)), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(4, 2, 1, groups=2, bias=False), nn.Flatten(), nn.Linear(4, 2),
    )  # fmt: skip
    return Case(model, torch.randn(2, 2, 5, 5))


def transposed(torch: Torch) -> Case:
    nn = torch.nn
    model = sequential(
        torch, nn.ConvTranspose2d(1, 2, 2, stride=2, output_padding=1), nn.Tanh(),
        nn.Conv2d(2, 2, 2, dilation=2, padding="same"), nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )  # fmt: skip
    return Case(model, torch.randn(2, 1, 2, 2))


def functional(torch: Torch) -> Case:
    functions = torch.nn.functional

    def step(own: Any, x: Any) -> Any:
        h = functions.max_pool2d(functions.relu(own.a(x)), 2)
        return own.b(h.view(x.size(0), -1))

    return Case(
        graph(step, a=torch.nn.Conv2d(1, 2, 2), b=torch.nn.Linear(2, 2)), torch.randn(3, 1, 4, 3)
    )


def over_time(torch: Torch) -> Case:
    nn = torch.nn
    model = sequential(
        torch, nn.Conv1d(2, 3, 2, padding=1), nn.Tanh(), nn.MaxPool1d(2), nn.Flatten(),
        nn.Linear(6, 2),
    )  # fmt: skip
    return Case(model, torch.randn(3, 2, 4))


def batch_norm(torch: Torch) -> Case:
    nn = torch.nn
    model = sequential(
        torch, nn.Conv2d(1, 2, 2, bias=False), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 3),
        nn.BatchNorm1d(3, affine=False), nn.Linear(3, 2),
    )  # fmt: skip
    return Case(model, torch.randn(4, 1, 3, 3))


def running(torch: Torch) -> Case:
    nn = torch.nn
    model = sequential(torch, nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 2))
    model(torch.randn(6, 2))
    return Case(model.eval(), torch.randn(3, 2))


def normalised(torch: Torch) -> Case:
    nn = torch.nn
    model = sequential(
        torch, nn.Linear(3, 4), nn.LayerNorm(4), nn.Linear(4, 4), nn.RMSNorm(4, eps=1e-3),
        nn.GroupNorm(2, 4), nn.PReLU(4), nn.Linear(4, 2),
    )  # fmt: skip
    return Case(model, torch.randn(3, 3))


def _cell(torch: Torch, kind: str, step: Callable[..., Any], **more: Any) -> Case:
    units = 2 if more.get("bidirectional") else 1
    cell = getattr(torch.nn, kind)(2, 3, batch_first=True, **more)
    for name, parameter in cell.named_parameters():
        if name.startswith("bias_hh"):
            torch.nn.init.zeros_(parameter.requires_grad_(False))
    return Case(graph(step, cell=cell, out=torch.nn.Linear(3 * units, 2)), torch.randn(3, 4, 2))


def recurrent(torch: Torch) -> Case:
    def step(own: Any, x: Any) -> Any:
        states, _ = own.cell(x)
        return own.out(states[:, -1])

    return _cell(torch, "RNN", step)


def stacked(torch: Torch) -> Case:
    def step(own: Any, x: Any) -> Any:
        _, last = own.cell(x)
        return own.out(last[-1])

    return _cell(torch, "RNN", step, num_layers=2, nonlinearity="relu")


def lstm(torch: Torch) -> Case:
    def step(own: Any, x: Any) -> Any:
        _, (last, _cells) = own.cell(x)
        return own.out(last.squeeze(0))

    return _cell(torch, "LSTM", step)


def gru(torch: Torch) -> Case:
    def step(own: Any, x: Any) -> Any:
        states, _ = own.cell(x)
        return own.out(states.mean(dim=1))

    return _cell(torch, "GRU", step, bias=False)


def both_ways(torch: Torch) -> Case:
    def step(own: Any, x: Any) -> Any:
        return own.out(own.cell(x)[0])

    return _cell(torch, "LSTM", step, bidirectional=True)


def attention(torch: Torch) -> Case:
    nn = torch.nn

    def step(own: Any, x: Any) -> Any:
        h, _ = own.attention(x, x, x, need_weights=False)
        return own.norm(h + x)

    parts = {
        "attention": nn.MultiheadAttention(4, 2, batch_first=True),
        "norm": nn.LayerNorm(4),
    }
    return Case(graph(step, **parts), torch.randn(1, 3, 4))


def tokens(torch: Torch) -> Case:
    nn = torch.nn

    def step(own: Any, x: Any) -> Any:
        states, _ = own.cell(own.embedding(x))
        return own.out(states[:, -1, :])

    parts = {
        "embedding": nn.Embedding(5, 2),
        "cell": nn.LSTM(2, 2, batch_first=True, bias=False),
        "out": nn.Linear(2, 2),
    }
    return Case(graph(step, **parts), torch.tensor([[0, 3, 1], [4, 4, 2]]))


def bent_behind_normalisation(torch: Torch) -> Case:
    nn = torch.nn
    model = sequential(
        torch, nn.Linear(3, 4), nn.LayerNorm(4), nn.GELU(), nn.Linear(4, 3), nn.BatchNorm1d(3),
        nn.LeakyReLU(0.2), nn.Tanh(), nn.Linear(3, 2),
    )  # fmt: skip
    return Case(model, torch.randn(4, 3))


def bent_images(torch: Torch) -> Case:
    nn = torch.nn
    model = sequential(
        torch, nn.ReLU(), nn.Conv2d(1, 2, 2, bias=False), nn.BatchNorm2d(2), nn.ReLU(),
        nn.Conv2d(2, 2, 2), nn.MaxPool2d(2), nn.ELU(), nn.AdaptiveAvgPool2d(1), nn.Sigmoid(),
        nn.Flatten(), nn.Linear(2, 2), nn.LayerNorm(2), nn.Softmax(dim=-1),
    )  # fmt: skip
    return Case(model, torch.randn(3, 1, 6, 6))


def bent_branch(torch: Torch) -> Case:
    """A weighted sum that goes on bent and as it is."""

    def step(own: Any, x: Any) -> Any:
        states, _ = own.cell(x)
        z = own.a(states)
        return torch.softmax(torch.nn.functional.silu(z) + z, dim=-1)

    parts = {"cell": torch.nn.RNN(2, 3, batch_first=True, bias=False), "a": torch.nn.Linear(3, 3)}
    return Case(graph(step, **parts), torch.randn(2, 3, 2))


def bent_states(torch: Torch) -> Case:
    """Shares of states that lead to the next states as well."""

    def step(own: Any, x: Any) -> Any:
        return torch.softmax(own.cell(x)[0], dim=-1)

    cell = torch.nn.RNN(2, 3, batch_first=True, bias=False)
    return Case(graph(step, cell=cell), torch.randn(2, 3, 2))


MODELS: dict[str, Callable[[Torch], Case]] = {
    made.__name__: made
    for made in (
        perceptron, one_sample, one_layer, nested, residual, tied, frozen, convolution, transposed,
        functional,
        over_time, batch_norm, running, normalised, recurrent, stacked, lstm, gru, both_ways,
        attention, tokens, bent_behind_normalisation, bent_images, bent_branch, bent_states,
    )
}  # fmt: skip


@pytest.fixture
def torch() -> Any:
    found = import_module("torch")
    usual = found.get_default_dtype()
    found.set_default_dtype(found.float64)
    found.manual_seed(5)
    yield found
    found.set_default_dtype(usual)


def compare(
    case: Case, y: Any, loss: Any, optimiser: Any, close: float = CLOSE
) -> bp_tutor.Problem:
    """Three updates here and there: the losses, every gradient, every new weight."""
    model, x = case
    problem = bp_tutor.from_torch(model, x, y, loss, optimiser, lang="en")
    runs = problem.solve(updates=UPDATES)._trace.runs
    for run in runs:
        before = [each for each in model.parameters() if each.requires_grad]
        total = loss(model(x), y)
        optimiser.zero_grad()
        total.backward()
        slopes = [each.grad.clone() for each in before]
        optimiser.step()
        trained = run.program.model.trained
        assert run.step("L").value == pytest.approx((total.item(),), rel=close, abs=close)
        for kind, theirs in ((DERIVATIVE, slopes), (UPDATED, before)):
            steps = [run.step(each.as_kind(kind).name) for each in trained]
            ours = [number for each in steps for number in each.value or ()]
            right = [number for each in theirs for number in each.flatten().tolist()]
            assert sorted(ours) == pytest.approx(sorted(right), rel=10 * close, abs=10 * close)
    return problem


@needs_torch
@pytest.mark.parametrize("name", MODELS)
def test_a_model_learns_as_in_pytorch(name: str, torch: Torch) -> None:
    case = MODELS[name](torch)
    with torch.no_grad():
        shape = (
            case.model.eval()(case.x).shape if name == "one_sample" else case.model(case.x).shape
        )
    case.model.train(name not in ("nested", "running"))
    optimiser = torch.optim.SGD(case.model.parameters(), lr=0.1)
    compare(case, torch.randn(shape), torch.nn.MSELoss(), optimiser)


def _losses(torch: Torch) -> dict[str, tuple[Any, Any, Any]]:
    """A loss, targets for four samples of three outputs, and what stands before the loss."""
    nn, classes = torch.nn, torch.tensor([2, 0, 1, 1])
    shares = torch.softmax(torch.randn(4, 3), 1)
    counts = torch.tensor([1.0, 2.0, 0.5])
    return {
        "mean squares": (nn.MSELoss(), torch.randn(4, 3), None),
        "squares": (nn.MSELoss(reduction="sum"), torch.randn(4, 3), None),
        "distances": (nn.L1Loss(), torch.randn(4, 3), None),
        "huber": (nn.HuberLoss(delta=0.3), torch.randn(4, 3), None),
        "classes": (nn.CrossEntropyLoss(), classes, None),
        "classes, sum": (nn.CrossEntropyLoss(reduction="sum"), classes, None),
        "smoothed": (nn.CrossEntropyLoss(label_smoothing=0.2), classes, None),
        "weighted": (nn.CrossEntropyLoss(weight=counts), classes, None),
        "shares": (nn.CrossEntropyLoss(), shares, None),
        "logits": (nn.BCEWithLogitsLoss(), torch.rand(4, 3), None),
        "logits, sum": (nn.BCEWithLogitsLoss(reduction="sum"), torch.rand(4, 3), None),
        "chances": (nn.BCELoss(), torch.rand(4, 3), nn.Sigmoid()),
        "logarithms": (nn.NLLLoss(), classes, nn.LogSoftmax(dim=1)),
        "weighted logarithms": (nn.NLLLoss(weight=counts), classes, nn.LogSoftmax(dim=-1)),
        "classes behind ReLU": (nn.CrossEntropyLoss(), classes, nn.ReLU()),
        "logits behind normalisation": (nn.BCEWithLogitsLoss(), torch.rand(4, 3), nn.LayerNorm(3)),
        "margin": (nn.MultiMarginLoss(margin=2.0), classes, None),
    }


@needs_torch
def test_a_loss_is_that_of_pytorch(torch: Torch) -> None:
    nn = torch.nn
    losses = _losses(torch)
    classes = {kind.pytorch for kind in LOSSES.values()}
    classes |= {kind.fused.pytorch for kind in LOSSES.values() if kind.fused}
    assert {type(loss).__name__ for loss, _, _ in losses.values()} == classes - {""}
    for loss, y, last in losses.values():
        model = sequential(torch, nn.Linear(2, 3), *([last] if last else []))
        case = Case(model, torch.randn(4, 2))
        compare(case, y, loss, torch.optim.SGD(model.parameters(), lr=0.2))


OPTIMISERS_THERE: dict[str, tuple[str, dict[str, Any]]] = {
    "gradient_descent": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.8}),
    "nesterov": ("SGD", {"momentum": 0.8, "nesterov": True}),
    "rmsprop": ("RMSprop", {"alpha": 0.8}),
    "rmsprop_momentum": ("RMSprop", {"momentum": 0.7}),
    "adagrad": ("Adagrad", {}),
    "adadelta": ("Adadelta", {"rho": 0.8}),
    "adam": ("Adam", {"betas": (0.8, 0.99)}),
    "adamw": ("AdamW", {"weight_decay": 0.05}),
    "amsgrad": ("Adam", {"amsgrad": True, "betas": (0.9, 0.5)}),
    "adamax": ("Adamax", {}),
}


@needs_torch
@pytest.mark.parametrize("name", OPTIMISERS_THERE)
def test_an_optimiser_is_that_of_pytorch(name: str, torch: Torch) -> None:
    kind, more = OPTIMISERS_THERE[name]
    case = perceptron(torch)
    optimiser = getattr(torch.optim, kind)(case.model.parameters(), lr=0.05, **more)
    problem = compare(case, torch.randn(5, 2), torch.nn.MSELoss(), optimiser, close=1e-9)
    told = re.search(r"^optimiser: \{?(\w+)", problem.text, re.MULTILINE)
    assert (told[1] if told else "gradient_descent") == name


def test_every_optimiser_with_words_of_pytorch_is_compared() -> None:
    there = {kind.key for kind in OPTIMISERS.values() if any(form.pytorch for form in kind.forms)}
    assert OPTIMISERS_THERE.keys() == there


@needs_torch
def test_weight_decay_is_a_part_of_the_loss(torch: Torch) -> None:
    model, x = perceptron(torch)
    y = torch.randn(5, 2)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1, weight_decay=0.2)
    solved = bp_tutor.from_torch(model, x, y, torch.nn.MSELoss(), optimiser).solve()
    squares = sum((each**2).sum() for each in model.parameters())
    total = torch.nn.MSELoss()(model(x), y)
    assert solved["L"] == pytest.approx((total + 0.1 * squares).item())
    total.backward()
    optimiser.step()
    np.testing.assert_allclose(solved.array("W'[1]"), model[0].weight.detach().T, rtol=1e-12)
    np.testing.assert_allclose(solved.array("B'[2]")[0], model[0].bias.detach(), rtol=1e-12)


@needs_torch
def test_float32_has_no_more_digits_than_it_has(torch: Torch, tmp_path: Path) -> None:
    torch.set_default_dtype(torch.float32)
    model, x = perceptron(torch)
    y = torch.randint(0, 2, (5,))
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    problem = bp_tutor.from_torch(model, x, y, torch.nn.CrossEntropyLoss(), optimiser)
    problem.save(tmp_path / "model.yaml")
    weights = bp_tutor.load(tmp_path / "model.yaml").solve().array("W[1]")
    texts = [str(np.float32(number)) for number in weights.flatten()]
    assert texts == [str(number) for number in weights.flatten()]
    np.testing.assert_array_equal(weights.astype(np.float32), model[0].weight.detach().T)
    compare(Case(model, x), y, torch.nn.CrossEntropyLoss(), optimiser, close=1e-5)


@needs_torch
def test_both_biases_of_a_cell_are_one_where_nothing_is_updated(torch: Torch) -> None:
    for kind in ("RNN", "LSTM", "GRU"):
        cell = getattr(torch.nn, kind)(2, 2, batch_first=True)
        model = graph(lambda own, x: own.cell(x)[0], cell=cell)
        x, y = torch.randn(2, 3, 2), torch.randn(2, 3, 2)
        solved = bp_tutor.from_torch(model, x, y, torch.nn.MSELoss()).solve()
        total = torch.nn.MSELoss()(model(x), y)
        total.backward()
        run = solved._trace.runs[0]
        names = [each for each in run.program.model.trained if each.symbol.startswith("B")]
        steps = [run.step(each.as_kind(DERIVATIVE).name) for each in names]
        ours = [number for each in steps for number in each.value or ()]
        theirs = [*cell.bias_ih_l0.grad.tolist()]
        theirs += cell.bias_hh_l0.grad.tolist()[4:] if kind == "GRU" else []
        assert solved["L"] == pytest.approx(total.item(), rel=1e-9)
        assert sorted(ours) == pytest.approx(sorted(theirs), rel=1e-9)


@needs_torch
@pytest.mark.usefixtures("torch")
def test_the_example_of_the_documentation(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (example,) = blocks("python")
    (tmp_path / "example.py").write_text(example.text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    runpy.run_path("example.py")
    off = re.findall(r"[-+.e\d]+", capsys.readouterr().out)
    assert len(off) == 6
    assert max(abs(float(each)) for each in off) < CLOSE
    assert bp_tutor.load("model.yaml").solve().check.sound


LEARNT: dict[str, tuple[object, str, str, object, str]] = {
    "classes": ("tanh", "softmax", "cross_entropy", "gradient_descent", "CrossEntropyLoss"),
    "chances": ("relu", "sigmoid", "binary_cross_entropy", {"momentum": {"mu": 0.8}}, "BCELoss"),
    "numbers": ({"elu": {"alpha": 0.5}}, "identity", "mean_squared_error", "adam", "MSELoss"),
}  # fmt: skip
"""Activation, last activation, loss and optimiser of a file, and the loss in `torch.nn`."""


@needs_torch
@pytest.mark.parametrize("name", LEARNT)
def test_a_program_in_pytorch_comes_back_as_its_problem(
    name: str, torch: Torch, tmp_path: Path
) -> None:
    """The tensors, functions and optimiser that `--code pytorch` writes, put into a module."""
    hidden, last, loss, optimiser, theirs = LEARNT[name]
    layers = [
        {"units": 3, "activation": hidden, "weights": [[0.5, -1, 0.25], [0.1, 0.7, -0.4]],
         "bias": [0.1, 0, -0.2]},
        {"units": 2, "activation": last, "weights": [[1, -0.5], [0.3, 0.2], [-0.6, 0.8]],
         "bias": [0.05, -0.05]},
    ]  # fmt: skip
    more: dict[str, Any] = {"learning_rate": 0.1, "optimiser": optimiser}
    outputs = {"outputs": "mean"} if theirs == "BCELoss" else {}
    more |= {"inputs": [[1, 2], [-1, 0.5]], "targets": [[1, 0], [0, 1]]}
    first = bp_tutor.network(layers, loss={"name": loss, **outputs}, **more)
    text = write(read_problem(first.text), 1, "pytorch").text
    program = text.partition("\n# Forward")[0]
    for depth, function in re.findall(r"A(\d) = (.*)", text):
        program += f"\ndef activation{depth}(Z{depth}):\n    return {function}\n"
    (tmp_path / "given.py").write_text(program, encoding="utf-8")
    names = runpy.run_path(str(tmp_path / "given.py"))

    def step(own: Any, x: Any) -> Any:
        z = own.second(names["activation2"](own.first(x)))
        brought = theirs == "CrossEntropyLoss" or last == "identity"
        return z if brought else names["activation3"](z)

    parts = {"first": torch.nn.Linear(2, 3), "second": torch.nn.Linear(3, 2)}
    for depth, part in enumerate(parts.values(), 1):
        part.weight = torch.nn.Parameter(names[f"W{depth}"].detach().T.clone())
        part.bias = torch.nn.Parameter(names[f"B{depth + 1}"].detach()[0].clone())
    model = graph(step, **parts)
    made = names["optimiser"]
    told = inspect.signature(type(made)).parameters
    settings = {key: value for key, value in made.defaults.items() if key in told}
    again = bp_tutor.from_torch(
        model, names["A1"], names["Y"], getattr(torch.nn, theirs)(),
        type(made)(model.parameters(), **settings),
    )  # fmt: skip
    one, other = first.solve(updates=2), again.solve(updates=2)
    for update in ("", "#2"):
        for array in ("W[1]", "W[2]", "B[2]", "B[3]", "dW[1]", "dB[3]", "A[3]", "W'[1]", "W'[2]"):
            found = other.array(f"{array}{update}")
            np.testing.assert_allclose(found, one.array(f"{array}{update}"), rtol=1e-9)
        assert other[f"L{update}"] == pytest.approx(one[f"L{update}"], rel=1e-9)


REFUSED: dict[str, tuple[Callable[[Torch], Any], str]] = {
    "unknown module": (
        lambda torch: sequential(torch, torch.nn.Linear(2, 2), torch.nn.Hardtanh()),
        r"torch\.nn\.Hardtanh \(1\) has no layer here",
    ),
    "unknown container": (
        lambda torch: torch.nn.TransformerEncoderLayer(2, 1),
        r"torch\.nn\.TransformerEncoderLayer \(0\) has no layer here",
    ),
    "own module": (
        lambda torch: graph(lambda own, x: own.a(x) * 2, a=torch.nn.Linear(2, 2)),
        r"mul\(\) has no layer here",
    ),
    "function": (
        lambda torch: graph(lambda own, x: torch.fft.fft(own.a(x)), a=torch.nn.Linear(2, 2)),
        r"fft\(\) has no layer here",
    ),
    "dropout": (
        lambda torch: sequential(torch, torch.nn.Linear(2, 2), torch.nn.Dropout(0.3)),
        r"Dropout \(1\) draws its mask anew.*module\.eval\(\)",
    ),
    "lazy": (
        lambda torch: sequential(torch, torch.nn.LazyLinear(2)),
        r"LazyLinear \(0\) has no layer here",
    ),
    "setting": (
        lambda torch: sequential(torch, torch.nn.Linear(2, 2), torch.nn.Softplus(beta=2)),
        r"Softplus \(1\) has no layer here",
    ),
    "branch": (
        lambda torch: graph(lambda own, x: if_positive(own.a(x)), a=torch.nn.Linear(2, 2)),
        r"torch\.fx cannot follow Graph",
    ),
    "other size": (
        lambda torch: sequential(torch, torch.nn.Linear(3, 2)), r"Sequential cannot take x: .*3",
    ),
    "used twice": (
        lambda torch: graph(
            lambda own, x: own.b(torch.tanh(own.a(own.b(x)))), a=torch.nn.Linear(2, 2),
            b=torch.nn.Linear(2, 2),
        ),
        r"torch\.nn\.Linear \(b\): its parameters are those of another module as well",
    ),
}  # fmt: skip


def if_positive(z: Any) -> Any:
    return z if z.sum() > 0 else -z


@needs_torch
@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_layer_is_refused_by_name(name: str, torch: Torch) -> None:
    made, message = REFUSED[name]
    x, y = torch.randn(3, 2), torch.randn(3, 2)
    with pytest.raises(bp_tutor.BpTutorError, match=message):
        bp_tutor.from_torch(made(torch), x, y, torch.nn.MSELoss(), lang="en")


@needs_torch
def test_losses_optimisers_and_shapes_are_refused_by_name(torch: Torch) -> None:
    nn, x, y = torch.nn, torch.randn(3, 2), torch.randn(3, 2)
    model = sequential(torch, nn.Linear(2, 2))
    square = nn.MSELoss()

    def refused(message: str, y: Any = y, loss: Any = square, step: Any = None,
                model: Any = model) -> None:  # fmt: skip
        with pytest.raises(bp_tutor.BpTutorError, match=message):
            bp_tutor.from_torch(model, x, y, loss, step, lang="en")

    def stepping(kind: str, **settings: Any) -> Any:
        return getattr(torch.optim, kind)(model.parameters(), lr=0.1, **settings)

    refused("CTCLoss is no loss here; known are the objects torch.nn: BCELoss", loss=nn.CTCLoss())
    refused("mse_loss is no loss here", loss=nn.functional.mse_loss)
    refused("MSELoss: reduction = none", loss=nn.MSELoss(reduction="none"))
    refused("BCEWithLogitsLoss: pos_weight", loss=nn.BCEWithLogitsLoss(pos_weight=torch.ones(2)))
    refused(r"the output has the shape \(3, 2\) and y \(3,\)", y=torch.randn(3))
    classes = torch.tensor([0, 1, 2])
    refused("y: 2 is no class; the module has 2 outputs, so classes are counted from 0 to 1",
            y=classes, loss=nn.CrossEntropyLoss())  # fmt: skip
    softmax = sequential(torch, nn.Linear(2, 2), nn.Softmax(dim=1))
    refused("CrossEntropyLoss applies softmax itself, but the module ends with softmax",
            y=classes - 1, loss=nn.CrossEntropyLoss(), model=softmax)  # fmt: skip
    refused(r"torch\.optim\.LBFGS is no optimiser here", step=stepping("LBFGS"))
    refused("SGD is no optimiser here", step=torch.optim.SGD)
    refused("SGD: dampening = 0.5", step=stepping("SGD", momentum=0.9, dampening=0.5))
    refused("Adam: maximize = True", step=stepping("Adam", maximize=True))
    parts = [{"params": [model[0].weight]}, {"params": [model[0].bias], "lr": 0.5}]
    refused("parameter groups", step=torch.optim.SGD(parts, lr=0.1))
    used = stepping("Adam")
    square(model(x), y).backward()
    used.step()
    refused("Adam has taken steps already", step=used)
    other = torch.optim.SGD(sequential(torch, nn.Linear(2, 2)).parameters(), lr=0.1)
    refused("SGD updates no parameter of this module", step=other)
    cell = graph(lambda own, x: own.cell(x)[0], cell=nn.RNN(2, 2, batch_first=True))
    x, y = torch.randn(2, 3, 2), torch.randn(2, 3, 2)
    refused("RNN .* adds two biases", y=y, model=cell,
            step=torch.optim.SGD(cell.parameters(), lr=0.1))  # fmt: skip


@needs_torch
def test_odd_numbers_are_refused_in_one_line_and_nothing_else_is_printed(
    torch: Torch, capfd: pytest.CaptureFixture[str]
) -> None:
    nn = torch.nn
    model = sequential(torch, nn.Linear(2, 2))
    x, y = torch.randn(3, 2), torch.randn(3, 2)
    broken = x.clone()
    broken[1, 0] = broken[2, 1] = torch.nan
    spoilt = sequential(torch, nn.Linear(2, 2))
    with torch.no_grad():
        spoilt[0].bias[1] = -torch.inf
    for given, message in (
        ((model, broken, y), r"x has nan at \[1, 0\]"),
        ((model, x, broken), r"y has nan at \[1, 0\]"),
        ((spoilt, x, y), r"0\.bias has -inf at \[1\]"),
        ((model, x[:0], y[:0]), r"x has no numbers: its shape is \(0, 2\)"),
        ((model, x[:, :1], y), r"Sequential cannot take x: .*shapes cannot be multiplied.*"),
    ):
        with pytest.raises(bp_tutor.BpTutorError, match=rf"\A{message}\Z"):
            bp_tutor.from_torch(*given, nn.MSELoss(), lang="en")
    problem = bp_tutor.from_torch(model, x, y, nn.MSELoss(), lang="en")
    lost = {f"{name}.grad": each.grad for name, each in model.named_parameters()}
    with pytest.raises(bp_tutor.BpTutorError, match=r"\A0\.weight\.grad is None: no gradient has"):
        bp_tutor.debug(problem, arrays=lost, lang="en")
    assert capfd.readouterr() == ("", "")


def test_what_is_not_of_pytorch_is_refused_without_it() -> None:
    with pytest.raises(bp_tutor.BpTutorError, match=r"module: dict is no torch\.nn\.Module"):
        bp_tutor.from_torch({}, [1], [1], None, lang="en")
    kind = type("Module", (), {"__module__": "torch.nn.modules.module"})
    fake = type("Sequential", (kind,), {"__module__": "torch.nn.modules.container"})()
    with pytest.raises(bp_tutor.BpTutorError, match="x: list is no tensor of PyTorch"):
        bp_tutor.from_torch(fake, [1], [1], SimpleNamespace(), lang="en")
