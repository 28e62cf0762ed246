"""Every option of `solve` does what it says."""

from __future__ import annotations

import re

import pytest

from bp_tutor.notations import notation_names
from bp_tutor.words import cells
from tests.cli.running import PROBLEMS, SMALL, good, run

FIGURE = re.compile(r"[−-]?\d+(?:\.\d+)?(?:·10[⁰¹²³⁴-⁹⁻]+)?")


def one_line(text: str) -> str:
    return " ".join(text.split())


def names(text: str) -> list[str]:
    """What stands to the left of the first equals sign of each line."""
    rows = (row for row in text.splitlines() if row.startswith("    ") and " = " in row)
    return [found[0] for row in rows if (found := row.split(" = ")[0].split())]


def test_only_shows_the_kinds_asked_for() -> None:
    text = good("solve", "exercise", "--only", "dZ,dW")
    assert set(names(text)) >= {"δZ₄₁", "δW₁₁₁"}
    assert not {"Z₂₁", "A₂₁", "δB₄₁", "W₃₁₁′"} & set(names(text))
    assert "Gradients compared with central differences: 32" in text
    assert good("solve", "exercise", "--only", "dZ", "--only", "dW") == text
    assert good("solve", "exercise", "--only", "δZ，δW") == text


def test_only_shows_what_is_otherwise_written_into_other_lines() -> None:
    assert "∂L/∂A₄₁" in good("solve", "exercise", "--only", "dA")


def test_layer_shows_what_belongs_to_it() -> None:
    found = names(good("solve", "exercise", "--layer", "3"))
    assert {"Z₃₁", "A₃₁", "δZ₃₁", "δW₂₁₁", "δB₃₁", "W₂₁₁′", "B₃₁′"} <= set(found)
    assert not {"Z₂₁", "δW₁₁₁", "L", "W₃₁₁′"} & set(found)
    both = names(good("solve", "exercise", "--layer", "2,3"))
    assert {"Z₂₁", "Z₃₁"} <= set(both)


@pytest.mark.parametrize("entry", ["dW[1,1,1]", "δW₁₁₁", "δW_111", "dW111"])
def test_entry_takes_the_courses_symbol_as_well(entry: str) -> None:
    text = good("solve", "exercise", "--entry", entry)
    assert names(text) == ["δW₁₁₁"]
    assert "∂L/∂Z₂₁·∂Z₂₁/∂W₁₁₁" in text


def test_entry_takes_several_and_whole_arrays() -> None:
    assert names(good("solve", "exercise", "--entry", "Z[2,1],δZ₂₁")) == ["Z₂₁", "δZ₂₁"]
    assert names(good("solve", "exercise", "--entry", "Z[2,1]", "--entry", "L")) == ["Z₂₁", "L"]
    assert names(good("solve", "exercise", "--entry", "Z[2]")) == ["Z₂₁", "Z₂₂", "Z₂₃"]


def test_entry_means_every_sample_unless_one_is_named() -> None:
    assert len(names(good("solve", "batch-weight-decay", "--entry", "Z[2,1]"))) == 4
    assert len(names(good("solve", "batch-weight-decay", "--entry", "Z[2,1]@2"))) == 1


def test_detail_chooses_the_parts_of_a_line() -> None:
    parts = {
        detail: good("solve", "exercise", "--entry", "dZ[4,1]", "--detail", detail)
        for detail in ("formula", "numbers", "full")
    }
    rule, formula = "∂L/∂A₄₁·∂A₄₁/∂Z₄₁", "(A₄₁ − Y₁)·A₄₁·(1 − A₄₁)"
    numbers, result = "(0.8181 − 0.9)·0.8181·(1 − 0.8181)", "−0.01218"
    assert [rule in parts["full"], formula in parts["full"]] == [True, True]
    assert [numbers in parts["full"], result in parts["full"]] == [True, True]
    assert [rule in parts["formula"], formula in parts["formula"]] == [True, True]
    assert [numbers in parts["formula"], result in parts["formula"]] == [False, False]
    assert [rule in parts["numbers"], formula in parts["numbers"]] == [False, False]
    assert [numbers in parts["numbers"], result in parts["numbers"]] == [True, True]


def test_digits_and_rounding_change_the_figures() -> None:
    assert "A₂₁ = σ(Z₂₁) = 1/(1 + e^−1.5) = 0.8175745" in good(
        "solve", "exercise", "--entry", "A[2,1]", "--digits", "7"
    )
    by_hand = one_line(good("solve", "exercise", "--rounding", "hand:3s"))
    assert "rounded to 3 significant figures" in by_hand
    assert "= 0.818 " in by_hand
    cut = one_line(good("solve", "exercise", "--rounding", "hand:2t"))
    assert "cut off after 2 decimals" in cut
    assert "rounded" not in good("solve", "linear-2-2-1", "--rounding", "exact").replace(
        "rounding as below", ""
    )


def test_updates_are_shown_one_after_the_other() -> None:
    text = good("solve", "sigmoid-2-2-1", "--updates", "3")
    assert all(f"Update {number} · " in text for number in (1, 2, 3))
    assert "Before and after (updates: 3)" in text
    assert "Update 2" not in good("solve", "sigmoid-2-2-1", "--updates", "1")


@pytest.mark.parametrize("notation", notation_names())
def test_every_notation_says_the_same_numbers(notation: str) -> None:
    text = good("solve", "exercise", "--notation", notation, "--only", "W'", "--detail", "numbers")
    own = good("solve", "exercise", "--only", "W'", "--detail", "numbers")
    results = [sorted(re.findall(r"= ([−\d.]+)(?:  .*)?$", each, re.M)) for each in (text, own)]
    assert results[0] == results[1]
    assert len(results[0]) == 24


def test_languages() -> None:
    assert "加权求和" in good("solve", "exercise", "--lang", "zh")
    assert "加权求和" in good("solve", "exercise", LANG="zh_CN.UTF-8")
    assert "加权求和" in good("--lang", "zh", "solve", "exercise")
    assert "weighted sum" in good("solve", "exercise", "--lang", "en", LANG="zh_CN.UTF-8")


def test_matrix_form_shows_shapes_and_matrices() -> None:
    text = good("solve", "exercise", "--form", "matrix")
    assert "    Z₂ = A₁·W₁ + B₂  " in text
    assert "A₁ 1×3, W₁ 3×3, B₂ 1×3 → Z₂ 1×3" in text
    assert "= [ 1  0  1 ]·[ −0.2   0.3   0.4 ] + [ 0.2  −0.5  0.4 ]" in text
    assert "A₁₁·W₁₁₁" not in text
    columns = good("solve", "batch-weight-decay", "--form", "matrix")
    assert "W⁽¹⁾ 2×2, x 2×4, b⁽¹⁾ 2×1 → z⁽¹⁾ 2×4" in columns
    turned = good("solve", "exercise", "--form", "matrix", "--notation", "superscript")
    assert "W⁽¹⁾ 3×3, x 3×1, b⁽¹⁾ 3×1 → z⁽¹⁾ 3×1" in turned
    both = good("solve", "exercise", "--form", "both")
    assert "    Z₂  = A₁·W₁ + B₂" in both
    assert "    Z₂₁ = A₁₁·W₁₁₁" in both


def test_large_layers_are_shortened_with_a_word() -> None:
    for form in ("index", "matrix"):
        text = good("solve", "digits-784", "--form", form)
        assert "… stands for what is left out; see it all with --all" in text
        assert len(text.splitlines()) < 260
    text = good("solve", "digits-784")
    assert re.search(r"entries left out: 23\d\d\d; see them all with --all", one_line(text))


def test_all_leaves_nothing_out() -> None:
    text = good("solve", "digits-784", "--all", "--entry", "Z[2,1]")
    assert "…" not in text
    assert text.count("·w") == 784
    wide = good("solve", "digits-784", "--all", "--form", "matrix", "--only", "dW", "--layer", "3")
    assert "columns 1 to " in wide
    assert " to 30\n" in wide
    assert "…" not in wide


def test_symbolic_shows_sympy_expressions() -> None:
    text = good("solve", "sigmoid-2-2-1", "--symbolic")
    assert "As SymPy expressions" in text
    assert "exp(" in text


@pytest.mark.parametrize(("width", "lang"), [(40, "en"), (40, "zh"), (60, "zh"), (80, "en")])
@pytest.mark.parametrize("name", PROBLEMS)
def test_no_line_is_wider_than_asked(name: str, width: int, lang: str) -> None:
    forms = ("index", "matrix") if name in SMALL else ("matrix",)
    for form in forms:
        text = good("solve", name, "--width", str(width), "--lang", lang, "--form", form)
        assert max(map(cells, text.splitlines())) <= width


@pytest.mark.parametrize("name", SMALL)
def test_no_line_ends_in_blanks(name: str) -> None:
    for form in ("index", "matrix"):
        text = good("solve", name, "--form", form)
        assert [row for row in text.splitlines() if row != row.rstrip()] == []


@pytest.mark.parametrize("name", SMALL)
def test_the_width_changes_no_figure(name: str) -> None:
    def figures(width: str) -> list[str]:
        text = good("solve", name, "--width", width)
        # The network itself is only drawn where there is room.
        return sorted(FIGURE.findall(text[text.index("\n 1  ") :]))

    assert figures("70") == figures("200")


def test_a_graph_has_no_layers() -> None:
    done = run("solve", "graph-chain-rule", "--layer", "2")
    assert done.code == 2
    assert "no layers" in done.err
    assert names(good("solve", "graph-chain-rule", "--only", "db")) == ["∂e/∂b"]
    assert names(good("solve", "graph-chain-rule", "--entry", "de/db")) == ["∂e/∂b"]


def test_a_part_that_is_not_there_is_refused() -> None:
    done = run("solve", "exercise", "--only", "L", "--layer", "2")
    assert (done.code, done.out) == (2, "")
    assert "nothing matches all that was asked for" in done.err


def test_layers_of_every_kind_are_known_by_their_identifiers() -> None:
    assert names(good("solve", "rnn-forward", "--entry", "A[3,3,1]"))
    assert good("why", "cnn-backward", "B'[2,1]")
    assert good("why", "swiglu", "dZg[2,2]")


def test_images_stand_as_matrices() -> None:
    text = good("solve", "cnn-2x2", "--form", "matrix")
    assert "= correlate([ 1  2 ], [ 0  1  0 ]) + [ 0 ]" in text
    assert "       = [ 5  2 ]\n         [ 3  5 ]\n" in text


def test_a_symbol_beyond_its_array_is_told_the_range() -> None:
    done = run("solve", "exercise", "--entry", "Z[2,9]")
    assert done.code == 2
    assert done.err == "there is no Z[2,9]; these entries go from Z[2,1] to Z[2,3]\n"
