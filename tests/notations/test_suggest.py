"""Whoever types a name that there is not is told one, or names to choose from."""

from __future__ import annotations

import pytest

from bp_tutor.notations import Structure, Symbols, load_notation
from bp_tutor.notations.names import names_of
from bp_tutor.notations.suggest import hint
from tests.cli.running import run

NET = Symbols(load_notation("net-out"), Structure(units=(2, 2, 2), shared_biases=(2, 3)))


@pytest.mark.parametrize(
    ("typed", "near", "names"),
    [
        ("net_h22", "", ("net_h1", "net_h2")),
        ("w55", "", ("w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8")),
        ("W_112", "", ("w_1", "w_2", "w_3", "w_4", "w_5", "w_6", "w_7", "w_8")),
        ("neth3", "", ("net_h1", "net_h2")),
        ("nett_h1", "net_h1", ()),
        ("E_totel", "E_total", ()),
    ],
)
def test_the_nearest_name_or_all_of_its_kind(typed: str, near: str, names: tuple[str, ...]) -> None:
    found = hint(names_of(NET), typed)
    assert (found.near, found.names) == (near, names)


def test_where_none_is_near_some_are_listed() -> None:
    found = hint(names_of(NET), "apple")
    assert found.near == ""
    assert found.listed.startswith("net_h1, net_h2, net_o1, net_o2, i1, ")
    assert found.listed.endswith(", ...")


def test_a_graph_has_its_own_names() -> None:
    graph = Symbols(load_notation("plain"), Structure(names=("speed", "power"), loss="power"))
    found = hint(names_of(graph), "spede")
    assert (found.near, found.names) == ("speed", ())


@pytest.mark.parametrize("command", [("why",), ("solve", "--entry")])
def test_the_commands_say_so(command: tuple[str, ...]) -> None:
    name, *option = command
    done = run(name, "sigmoid-2-2-2", *option, "net_h22")
    assert (done.code, "net_h1, net_h2" in done.err) == (2, True)
    done = run(name, "sigmoid-2-2-2", *option, "E_totel", "--lang", "zh")
    assert "E_total" in done.err
