"""Plain records behave as named values that never change."""

from __future__ import annotations

import pytest

from bp_tutor.frozen import Frozen


class Point(Frozen):
    x: float
    y: float = 0.0


class Other(Frozen):
    x: float
    y: float = 0.0


def test_fields_are_given_in_order_by_name_or_left_to_their_defaults() -> None:
    assert Point(1.0, 2.0) == Point(y=2.0, x=1.0)
    assert Point(1.0).y == 0.0


def test_equal_are_records_of_one_kind_with_equal_values() -> None:
    assert Point(1.0) == Point(1.0, 0.0)
    assert hash(Point(1.0)) == hash(Point(1.0, 0.0))
    assert Point(1.0) != Other(1.0)
    assert Point(1.0) != (1.0, 0.0)


def test_a_record_does_not_change() -> None:
    point: object = Point(1.0)
    with pytest.raises(AttributeError, match=r"Point\.x does not change"):
        setattr(point, "x", 2.0)  # noqa: B010 - what mypy refuses is tried here
    assert Point(1.0)._replace(y=3.0) == Point(1.0, 3.0)


def test_patterns_take_a_record_apart() -> None:
    match Point(1.0, 2.0):
        case Point(x, y):
            assert (x, y) == (1.0, 2.0)


@pytest.mark.parametrize(
    ("values", "named"),
    [((1.0,), {"z": 4.0}), ((1.0, 2.0, 3.0), {}), ((1.0,), {"x": 1.0}), ((), {"y": 1.0})],
    ids=["unknown", "too many", "twice", "missing"],
)
def test_tests_refuse_fields_that_a_record_does_not_have(
    values: tuple[float, ...], named: dict[str, float]
) -> None:
    with pytest.raises(AssertionError, match="Point"):
        Point(*values, **named)
