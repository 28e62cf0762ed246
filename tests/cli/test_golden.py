"""Whole pages, read by eye before they were kept (`make golden` writes them anew)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import good
from tests.conftest import CheckGolden

PAGES = {
    "exercise.en": "solve exercise",
    "exercise.zh": "solve exercise --lang zh",
    "exercise.ascii": "solve exercise --ascii",
    "exercise.matrix": "solve exercise --form matrix",
    "sigmoid-2-2-1.en": "solve sigmoid-2-2-1",
    "sigmoid-2-2-2.en": "solve sigmoid-2-2-2 --detail numbers",
    "linear-2-2-1.zh": "solve linear-2-2-1 --lang zh",
    "graph-chain-rule.en": "solve graph-chain-rule",
    "graph-chain-rule.zh": "solve graph-chain-rule --lang zh",
    "given-deltas.en": "solve given-deltas",
    "adam-on-gradients.zh": "solve adam-on-gradients --lang zh",
    "logits-cross-entropy.en": "solve logits-cross-entropy",
    "given-upstream.en": "solve given-upstream",
    "given-upstream.zh-matrix": "solve given-upstream --form matrix --lang zh",
    "softmax-cross-entropy.en": "solve softmax-cross-entropy",
    "softmax-cross-entropy.zh-matrix": "solve softmax-cross-entropy --form matrix --lang zh",
    "batch-weight-decay.en": "solve batch-weight-decay",
    "batch-weight-decay.matrix": "solve batch-weight-decay --form matrix",
    "digits-784.matrix": "solve digits-784 --form matrix",
    "xor.narrow": "solve xor --width 60",
    "cnn-backward.en": "solve cnn-backward",
    "cnn-backward.zh": "solve cnn-backward --lang zh",
    "conv-stride-padding.zh": "solve conv-stride-padding --lang zh",
    "rnn-bptt.en": "solve rnn-bptt",
    "rnn-bptt.zh": "solve rnn-bptt --lang zh",
    "lstm-step.en": "solve lstm-step",
    "swiglu.zh": "solve swiglu --lang zh",
    "attention-tiny.en": "solve attention-tiny",
    "multi-head-attention.en": "solve multi-head-attention",
    "multi-head-attention.zh-general": "solve multi-head-attention --form general --lang zh",
    "batch-normalisation.en": "solve batch-normalisation",
    "batch-normalisation.zh": "solve batch-normalisation --lang zh",
    "dropout.zh": "solve dropout --lang zh",
    "word2vec.en": "solve word2vec",
    "word2vec.zh-matrix": "solve word2vec --form matrix --lang zh",
    "momentum-adam.en": "solve momentum-adam --updates 2",
    "momentum-adam.zh": "solve momentum-adam --updates 1 --lang zh",
    "descent-stochastic.en": "solve descent-stochastic",
    "logistic-regression.en": "solve logistic-regression",
    "logistic-regression.zh": "solve logistic-regression --lang zh",
    "huber.en": "solve huber",
    "huber.zh": "solve huber --lang zh",
    "hinge.en": "solve hinge",
    "hinge.zh": "solve hinge --lang zh",
    "label-smoothing.en": "solve label-smoothing",
    "label-smoothing.zh": "solve label-smoothing --lang zh",
    "adamw.en": "solve adamw",
    "adamw.zh": "solve adamw --lang zh",
    "clipping.en": "solve clipping",
    "clipping.zh": "solve clipping --lang zh",
    "residual.en": "solve residual",
    "residual.zh": "solve residual --lang zh",
    "autoencoder-tied.en": "solve autoencoder-tied",
    "autoencoder-tied.zh": "solve autoencoder-tied --lang zh",
    "seq2seq.en": "solve seq2seq",
    "seq2seq.zh": "solve seq2seq --lang zh",
    "general-formulas.en-general": "solve general-formulas --form general",
    "general-formulas.zh-general": "solve general-formulas --form general --lang zh",
    "perceptron.en": "solve perceptron --updates 2",
    "perceptron.zh": "solve perceptron --lang zh",
    "transformer-block.en": "solve transformer-block",
    "transformer-block.zh": "solve transformer-block --lang zh",
    "why-exercise.en": "why exercise dW[1,1,1]",
    "why-graph.zh": "why graph-chain-rule de/db --lang zh",
    "train-sigmoid-2-2-2.en": "train sigmoid-2-2-2 --updates 1000 --no-plot",
    "train-xor-sigmoid.zh": "train xor-sigmoid --updates 100 --no-plot --lang zh",
}

PICTURES = {
    "units": "draw sigmoid-2-2-1",
    "units-backward": "draw sigmoid-2-2-1 --step 13",
    "many-units": "draw digits-784 --values symbols",
    "window": "draw cnn-2x2 --step 9 --values numbers",
    "attention": "draw attention-tiny --step 45 --values numbers",
    "gate": "draw swiglu --step 25 --values numbers",
    "time": "draw rnn-forward --step 17 --lang zh --values numbers",
    "cell-over-time": "draw lstm-step --step 37 --values numbers",
    "graph": "draw graph-chain-rule --step 5",
    "graph-in-letters": "draw given-deltas --step 3 --lang zh",
    "curve": "draw momentum-adam --step 17",
    "samples": "draw logic-gates --step 17",
}
"""At least one for each way of drawing; a browser shows them."""


@pytest.mark.parametrize("name", PAGES)
def test_page(name: str, golden: CheckGolden) -> None:
    golden(f"{name}.txt", good(*PAGES[name].split()))


@pytest.mark.parametrize("name", PICTURES)
def test_picture(name: str, golden: CheckGolden, tmp_path: Path) -> None:
    path = tmp_path / "picture.svg"
    good(*PICTURES[name].split(), "-o", str(path))
    golden(f"draw/{name}.svg", path.read_text(encoding="utf-8"))
