"""Going through the pieces of a formula's text, never deeper than is safe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.tokens import FormulaError, Token

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula.node import Formula

MAX_DEPTH = 64
"""Brackets within brackets, and quotients in one chain."""


class Cursor:
    """A place in a list of tokens."""

    def __init__(
        self, tokens: list[Token], length: int, resolve: Callable[[str], Formula | None]
    ) -> None:
        self.tokens = tokens
        self.end = Token("end", "", length)
        self.resolve = resolve
        self.at = 0
        self.depth = 0

    def peek(self, ahead: int = 0) -> Token:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else self.end

    def take(self, *signs: str) -> Token | None:
        token = self.peek()
        if token.kind == "sign" and token.text in signs:
            self.at += 1
            return token
        return None

    def expect(self, sign: str) -> None:
        if self.take(sign) is None:
            self.fail()

    def expect_end(self) -> None:
        if self.peek().kind != "end":
            self.fail()

    def fail(self) -> None:
        token = self.peek()
        if token.kind == "end":
            raise FormulaError("formula.unexpected_end", token.start)
        raise FormulaError("formula.unexpected", token.start, len(token.text), found=token.text)

    def deeper(self) -> None:
        self.depth += 1
        self.bounded(self.depth)

    def bounded(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise FormulaError("formula.too_deep", self.peek().start, limit=MAX_DEPTH)

    def sum(self) -> Formula:
        """The formula that starts here, as far as it goes."""
        raise NotImplementedError
