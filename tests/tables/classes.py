"""Classes with own numbers: drawn by the program, their right answers worked out by NumPy."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from tests.cli.running import good

PROBLEM = """\
title: tanh 2-2-1 with a sigmoid output
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {units: 2, activation: tanh, weights: [[0.4, -0.3], [0.6, 0.2]], bias: [0.1, -0.2]}
    - {units: 1, activation: sigmoid, weights: [[0.7], [-0.5]], bias: [0.3]}
inputs: [0.8, 0.5]
targets: [1]
loss: binary_cross_entropy
learning_rate: 0.5
"""
ASKED = ("Z[2,1]", "Z[2,2]", "A[2,1]", "Z[3,1]", "A[3,1]")


def values(path: Path) -> dict[str, float]:
    """The right answers to a file, by NumPy."""
    read: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    first, second = read["network"]["layers"]
    x = np.array(read["inputs"], float)
    z2 = x @ np.array(first["weights"], float) + np.array(first["bias"], float)
    a2 = np.tanh(z2)
    z3 = a2 @ np.array(second["weights"], float) + np.array(second["bias"], float)
    found = (z2[0], z2[1], a2[0], z3[0], 1 / (1 + np.exp(-z3[0])))
    return {name: float(value) for name, value in zip(ASKED, found, strict=True)}


def draw(names: str, folder: str = "homework") -> list[dict[str, str]]:
    """The variants of a class list: what the list of who has which says."""
    Path("p.yaml").write_text(PROBLEM, encoding="utf-8")
    Path("class.csv").write_text(names, encoding="utf-8")
    good("variant", "p.yaml", "--names", "class.csv", "--out", folder)
    text = Path(folder, "p-list.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
