"""Pictures of networks and graphs, as they stand on the board."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.output.diagram.canvas import Canvas
from bp_tutor.output.diagram.graph import draw_graph
from bp_tutor.output.diagram.network import draw_network
from bp_tutor.pictures.layering import GraphNode
from bp_tutor.words import cells

WEIGHTS = [[["0.1", "0.4"], ["0.8", "0.6"]], [["0.3"], ["0.9"]]]
EXERCISE = [
    [f"A{layer}{unit}" for unit in range(1, size + 1)]
    for layer, size in enumerate([3, 3, 3, 2], start=1)
]
CHAIN_RULE = [
    GraphNode("a", "a = 2"),
    GraphNode("b", "b = 1"),
    GraphNode("c", "c = a + b = 3", ("a", "b")),
    GraphNode("d", "d = b + 1 = 2", ("b",)),
    GraphNode("e", "e = c·d = 6", ("c", "d")),
]


def picture(text: str) -> list[str]:
    lines = [line.removeprefix("    ") for line in text.strip("\n").splitlines()]
    return [line.rstrip() for line in lines][: -1 if not lines[-1].strip() else None]


def test_every_weight_stands_on_its_own_wire() -> None:
    assert draw_network([["x₁ 0.35", "x₂ 0.9"], ["y₃", "y₄"], ["y₅"]], WEIGHTS) == picture("""
               ┌───── 0.1 ─┐
      x₁ 0.35 ─┤           ├─▶ y₃ ─── 0.3 ─┐
               │ ┌─── 0.8 ─┘               │
               │ │                         ├─▶ y₅
               └─│─── 0.4 ─┐               │
      x₂ 0.9 ────┤         ├─▶ y₄ ─── 0.9 ─┘
                 └─── 0.6 ─┘
    """)


def test_where_weights_do_not_fit_wires_run_together() -> None:
    assert draw_network(EXERCISE, trunks=["W1", "W2", "W3"]) == picture("""
      A11 ─┐      ┌─▶ A21 ─┐      ┌─▶ A31 ─┐
           │      │        │      │        │      ┌─▶ A41
      A12 ─┼─ W1 ─┼─▶ A22 ─┼─ W2 ─┼─▶ A32 ─┼─ W3 ─┤
           │      │        │      │        │      └─▶ A42
      A13 ─┘      └─▶ A23 ─┘      └─▶ A33 ─┘
    """)
    labels = [[["0.5"] * after] * before for before, after in [(3, 3), (3, 3), (3, 2)]]
    assert draw_network(EXERCISE, labels) == draw_network(EXERCISE)


def test_layers_of_different_size_stand_around_the_middle() -> None:
    assert draw_network([["1", "2", "3", "4"], ["5", "6", "7"], ["8"]]) == picture("""
      1 ─┐
         │   ┌─▶ 5 ─┐
      2 ─┤   │      │
         ├───┼─▶ 6 ─┼─────▶ 8
      3 ─┤   │      │
         │   └─▶ 7 ─┘
      4 ─┘
    """)


def test_a_single_wire() -> None:
    assert draw_network([["x"], ["y"]], [[["w"]]]) == ["  x ─── w ──▶ y"]


def test_a_large_network_is_told_by_its_sizes() -> None:
    sizes = [["?"] * size for size in (784, 30, 10)]
    assert draw_network(sizes) == ["  784 → 30 → 10"]
    assert draw_network(sizes, ascii_only=True) == ["  784 -> 30 -> 10"]


def test_a_narrow_page_gets_a_smaller_picture() -> None:
    columns = [["x₁ 0.35", "x₂ 0.9"], ["y₃", "y₄"], ["y₅"]]
    assert "0.8" in "".join(draw_network(columns, WEIGHTS, ["W", "V"], width=45))
    assert " W " in "".join(draw_network(columns, WEIGHTS, ["W", "V"], width=44))
    assert draw_network(columns, WEIGHTS, width=20) == ["  2 → 2 → 1"]


def test_ascii_has_no_other_signs() -> None:
    columns = [["i1 = 0.05", "i2 = 0.1"], ["h1", "h2"], ["o1"]]
    assert draw_network(columns, WEIGHTS, ascii_only=True) == picture("""
                 +----- 0.1 -+
      i1 = 0.05 -+           +-> h1 --- 0.3 -+
                 | +--- 0.8 -+               |
                 | |                         +-> o1
                 +-|--- 0.4 -+               |
      i2 = 0.1 ----+         +-> h2 --- 0.9 -+
                   +--- 0.6 -+
    """)
    assert all(line.isascii() for line in draw_network(columns, ascii_only=True))


def test_a_graph_runs_from_its_leaves_to_its_result() -> None:
    assert draw_graph(CHAIN_RULE) == picture("""
      a = 2 ────┐
                ├─▶ c = a + b = 3 ──┐
      b = 1 ─┬──┘                   ├─▶ e = c·d = 6
             └────▶ d = b + 1 = 2 ──┘
    """)


def test_a_leaf_stands_before_its_first_use() -> None:
    nodes = [
        GraphNode("w", "w"),
        GraphNode("x", "x"),
        GraphNode("b", "b"),
        GraphNode("p", "p = w·x", ("w", "x")),
        GraphNode("z", "z = p + b", ("p", "b")),
    ]
    assert draw_graph(nodes) == picture("""
      w ──┐
          ├─▶ p = w·x ──┐
      x ──┘             ├─▶ z = p + b
              b ────────┘
    """)


def test_a_wire_may_pass_a_column() -> None:
    nodes = [
        GraphNode("x", "x"),
        GraphNode("f", "f = x²", ("x",)),
        GraphNode("g", "g = sin f", ("f",)),
        GraphNode("h", "h = g·x", ("g", "x")),
    ]
    assert draw_graph(nodes) == picture("""
      x ─┬───▶ f = x² ───▶ g = sin f ──┐
         │                             ├─▶ h = g·x
         └─────────────────────────────┘
    """)


def test_a_graph_on_a_narrow_page() -> None:
    assert draw_graph(CHAIN_RULE, width=30)[0] == "  a ────┐"
    assert draw_graph(CHAIN_RULE, width=20) == ["  a, b → c, d → e"]
    assert draw_graph(CHAIN_RULE, width=12) == ["  2 → 2 → 1"]


def test_a_circle_is_no_graph() -> None:
    with pytest.raises(ValueError, match="circle"):
        draw_graph([GraphNode("a", "a", ("b",)), GraphNode("b", "b", ("a",))])


def test_chinese_labels_take_two_columns() -> None:
    assert cells("甲₁é") == 4
    lines = draw_network([["输入一", "b"], ["出"]])
    ends = {cells(line[: line.index(sign)]) for line, sign in zip(lines, "┐├┘", strict=True)}
    assert len(ends) == 1


def test_a_combining_sign_belongs_to_the_sign_before() -> None:
    canvas = Canvas()
    canvas.text(0, 0, "ŷ|")
    canvas.text(0, 2, "!")
    assert canvas.lines() == ["ŷ|!"]


SIZES = st.lists(st.integers(1, 7), min_size=2, max_size=6)


@given(SIZES, st.integers(40, 100), st.booleans(), st.booleans())
def test_every_network_fits_the_page(
    sizes: list[int], width: int, labelled: bool, ascii_only: bool
) -> None:
    columns = [[f"u{layer}.{unit}" for unit in range(size)] for layer, size in enumerate(sizes)]
    edges = [
        [[f"{layer}:{one}-{two}" for two in range(after)] for one in range(before)]
        for layer, (before, after) in enumerate(pairwise(sizes))
    ]
    lines = draw_network(columns, edges if labelled else None, width=width, ascii_only=ascii_only)
    assert max(map(cells, lines)) <= width
    text = "\n".join(lines)
    if len(lines) > 1:
        assert all(unit in text for units in columns for unit in units)
    if ":" in text:
        assert all(label in text for layer in edges for row in layer for label in row)


@st.composite
def graphs(draw_from: st.DrawFn) -> list[GraphNode]:
    nodes: list[GraphNode] = []
    for number in range(draw_from(st.integers(1, 9))):
        names = [node.name for node in nodes]
        used = draw_from(st.lists(st.sampled_from(names), max_size=3)) if names else []
        nodes.append(GraphNode(f"n{number}", f"n{number} = {number}", tuple(used)))
    return nodes


@settings(deadline=None)
@given(graphs(), st.integers(40, 100))
def test_every_graph_fits_the_page(nodes: list[GraphNode], width: int) -> None:
    lines = draw_graph(nodes, width=width)
    assert max(map(cells, lines)) <= width
    text = "\n".join(lines)
    assert all(node.name in text for node in nodes) or "→" in text
