"""YAML blocks: whole problem files, or pieces that are put into one.

Pieces in one block, parted by empty lines, are alternatives.
"""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from bp_tutor.catalogue.layer import USUAL, layer_kind
from bp_tutor.problem.layer_records import record_of
from bp_tutor.problem.schema import NETWORK, PROBLEM
from bp_tutor.reader import plain, read_text
from tests.docs.blocks import Block
from tests.docs.layer_examples import inputs_for, kind_of

BASE: dict[str, Any] = {
    "title": "Base",
    "network": {
        "inputs": ["x1", "x2"],
        "weight_order": "to-from",
        "layers": [
            {"units": ["h1", "h2"], "activation": "sigmoid",
             "weights": [[0.1, 0.8], [0.4, 0.6]], "bias": [0.1, 0.2]},
            {"units": ["o1", "o2"], "activation": "sigmoid",
             "weights": [[0.3, 0.9], [0.2, 0.7]], "bias": [0.3, 0.4]},
        ],
    },
    "notation": "flat",
    "inputs": [[0.35, 0.9], [0.5, 0.1]],
    "targets": [[0.5, 0.2], [1, 0]],
    "learning_rate": 0.5,
}  # fmt: skip
"""The problem file into which a piece is put, unless it is a whole one."""


def keys_of(record: Any) -> set[str]:
    return {field.name for field in record.fields}


def pieces(block: Block) -> list[str]:
    """The whole file of a block that has a name, else its alternatives."""
    return [block.text] if block.file else block.text.strip().split("\n\n")


def completed(text: str) -> str:
    """A problem file with the piece in it: layers, or keys of a layer, the network, or the file.

    JSON is YAML, so that is how it is written.
    """
    piece: Any = plain(read_text(text))
    problem = deepcopy(BASE)
    if isinstance(piece, list):
        problem["network"] |= {"layers": piece, "weight_order": "from-to"}
        if "vector" not in kind_of(piece[0]).takes:
            problem["network"]["inputs"], problem["inputs"] = inputs_for(piece[0])
            problem["targets"] = {"seed": 1, "scale": 1}
    elif piece.keys() <= keys_of(record_of(layer_kind(USUAL))) - {"inputs"}:
        problem["network"]["layers"][-1] |= piece
    else:
        network = {key: piece.pop(key) for key in [*piece] if key in keys_of(NETWORK) - {"inputs"}}
        if {"values", "edges"} & network.keys():
            for layer in problem["network"]["layers"]:
                layer.pop("weights")
                layer.pop("bias")
        problem["network"] |= network
        assert piece.keys() <= keys_of(PROBLEM), piece.keys()
        problem |= piece
    return json.dumps(problem, ensure_ascii=False, indent=1)
