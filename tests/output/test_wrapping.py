"""Text in columns: nothing lost, nothing too wide."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bp_tutor.explain import Table
from bp_tutor.formula.parted import Parted
from bp_tutor.output.bands import Band, bands
from bp_tutor.output.boxes import matrix_rows, table_rows
from bp_tutor.output.spelled import MatrixRows
from bp_tutor.output.wrapping import wrapped
from bp_tutor.words import cells

SENTENCES = st.text(st.sampled_from("ab .,-中文，。（）“”é₁"), max_size=120)
FIGURES = st.sampled_from(["0", "1.5", "−0.25", "2.763·10⁻⁵", "12", "0.0001", "…", ""])


def in_one(pieces: tuple[str | MatrixRows, ...]) -> list[Band]:
    found = bands(pieces, 60)
    assert found is not None
    return found


def matrix(*rows: tuple[str, ...], whole: bool = False, note: str = "") -> MatrixRows:
    return MatrixRows(rows, whole, "…", note)


def bare(text: str) -> str:
    return "".join(text.split())


@given(SENTENCES, st.integers(0, 8), st.integers(24, 80))
def test_a_wrapped_sentence_keeps_every_sign(text: str, margin: int, width: int) -> None:
    rows = ["".join(part for part, _ in row) for row in wrapped(text, "", margin, width)]
    assert all(cells(row) <= width for row in rows)
    assert all(row.startswith(" " * margin) for row in rows)
    assert bare("".join(rows)) == bare(text)


def test_chinese_does_not_start_a_row_with_a_closing_mark() -> None:
    for width in range(14, 40):
        for row in wrapped("损失函数：平方误差之半，学习率（很小）取一。", "", 0, width):
            assert row[1][0][:1] not in "，。：）"
            assert row[1][0][-1:] not in "（"


@given(st.lists(st.lists(FIGURES, min_size=3, max_size=3), min_size=1, max_size=5))
def test_decimal_points_stand_below_each_other(rows: list[list[str]]) -> None:
    table = Table(("a", "b", "c"), tuple(map(tuple, rows)))
    lines = ["".join(part for part, _ in row) for row in table_rows(table, 2, 100, str)]
    assert len({cells(line) for line in lines}) == 1
    for column in (1, 2):
        pointed = [row for row in rows if "." in row[column]]
        if len(pointed) == len(rows) == 1 or column == 1:
            continue
        ends = {lines[1 + rows.index(row)].rindex(row[column]) + row[column].index(".")
                for row in pointed}  # fmt: skip
        assert len(ends) <= 1


def test_a_table_that_does_not_fit_is_told_row_by_row() -> None:
    table = Table(("name", "one", "two"), (("w", "1" * 20, "2" * 20),))
    lines = ["".join(part for part, _ in row) for row in table_rows(table, 2, 30, str)]
    assert lines == ["  w", "    one 11111111111111111111,", "    two 22222222222222222222"]


def test_of_an_empty_cell_nothing_is_said() -> None:
    rows = (("w", "", "2" * 20), ("v", "1" * 20, ""), ("u", "", ""))
    table = Table(("name", "one", "two"), rows)
    lines = ["".join(part for part, _ in row) for row in table_rows(table, 2, 30, str)]
    assert lines == ["  w", f"    two {'2' * 20}", "  v", f"    one {'1' * 20}", "  u"]


def test_matrices_stand_side_by_side() -> None:
    left = matrix(("1", "0"))
    right = matrix(("0.5", "2"), ("−0.25", "3"))
    (band,) = in_one((left, "·", right, " + ", left))
    assert band.lines == [
        "[ 1  0 ]·[  0.5   2 ] + [ 1  0 ]",
        "         [ −0.25  3 ]",
    ]
    assert band.middle == 0


def test_a_transposed_matrix_has_its_mark_at_the_top() -> None:
    tall = matrix(("1",), ("2",), ("3",))
    (band,) = in_one((tall, "ᵀ·", tall))
    assert band.lines == ["[ 1 ]ᵀ [ 1 ]", "[ 2 ] ·[ 2 ]", "[ 3 ]  [ 3 ]"]


def test_bands_part_before_the_outermost_sign() -> None:
    row = matrix(("1.25", "2.25", "3.25"))
    found = bands((row, Parted(" ⊙ (1 − ", [(0, 0), (5, 10)]), row, ")"), 30)
    assert found is not None
    assert [band.lines for band in found] == [
        ["[ 1.25  2.25  3.25 ]"],
        ["⊙ (1 − [ 1.25  2.25  3.25 ])"],
    ]
    assert bands((row, Parted("·", [(0, 5)]), row), 10) is None


def test_a_wide_matrix_is_cut_or_told_in_parts() -> None:
    row = tuple(str(number) for number in range(100, 110))
    assert matrix_rows(matrix(row), 30) == ["[ 100  101  102  103  …  109 ]"]
    parts = matrix_rows(matrix(row, whole=True, note="{first}-{last}"), 30)
    assert parts == [
        "1-5",
        "[ 100  101  102  103  104 ]",
        "6-10",
        "[ 105  106  107  108  109 ]",
    ]


def test_a_firm_blank_ends_no_row() -> None:
    rows = list(wrapped("given: a\u00a0=\u00a01, b\u00a0=\u00a02", "", 0, 17))
    assert [row[1][0] for row in rows] == ["given: a = 1,", "b = 2"]


def rows_of(text: str, width: int) -> list[str]:
    return ["".join(part for part, _ in row) for row in wrapped(text, "", 0, width)]


def test_a_short_chinese_phrase_is_not_parted_nor_one_sign_left_alone() -> None:
    mistakes = "发现的错误：求和漏掉一项，权重转置错误。"
    assert rows_of(mistakes, 34) == ["发现的错误：求和漏掉一项，", "权重转置错误。"]
    more = "可用 --updates 多看几次，或用 train 训练到底。"
    for width in range(24, 60):
        assert all(len(row.rstrip("。")) > 1 for row in rows_of(more, width))


def test_a_name_stays_with_its_number() -> None:
    for width in range(24, 60):
        for row in rows_of(
            "用到：W₂₁₁ = 0.5, A₁₁₂₂ = 4, 这里还有偏置 B₂₁ ≈ −0.25，不能忘。", width
        ):
            assert row.count("=") + row.count("≈") == sum(row.count(n) for n in "WAB")
            assert not row.rstrip().endswith(("=", "≈"))
