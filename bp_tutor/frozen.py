"""Plain records: some named values that never change.

What `dataclasses` and `NamedTuple` do as well. But they take 0.1 to 0.9 ms to make one class,
and a hundred classes would be a good part of the time to start.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, Self, dataclass_transform


@dataclass_transform(frozen_default=True)
class Frozen:
    """A record; its annotations are its fields, in order, and what they are set to, defaults.

    >>> class Point(Frozen):
    ...     x: float
    ...     y: float = 0.0
    >>> Point(1.0)._replace(y=2.0)
    Point(x=1.0, y=2.0)
    """

    _fields: ClassVar[tuple[str, ...]] = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls._fields = cls.__match_args__ = tuple(cls.__annotations__)  # type: ignore[misc]

    def __init__(self, *values: Any, **named: Any) -> None:
        # That they are the right ones is seen to by mypy. Thousands of records are made for a page,
        # and an argument of `zip` more takes a third of the time.
        own = self.__dict__
        for name, value in zip(self._fields, values):  # noqa: B905
            own[name] = value
        if named:
            own.update(named)

    def _values(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self._fields])

    def _replace(self, **changes: Any) -> Self:
        """The same with other values for some fields."""
        # What a record has worked out of its fields (`cached_property`) stays behind.
        kept = {name: value for name, value in self.__dict__.items() if name in self._fields}
        return type(self)(**kept | changes)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} does not change")

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        pairs = zip(self._fields, self._values(), strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in pairs)})"
