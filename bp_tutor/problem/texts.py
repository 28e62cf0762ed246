"""Texts of a problem file: in one language or in several, and where an exercise comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.fields.forms import BAD, Words
from bp_tutor.fields.records import Field, OneOf, Record, Section
from bp_tutor.fields.schema import any_of
from bp_tutor.frozen import Frozen
from bp_tutor.problem.model import Text
from bp_tutor.reader import Mapping, Node, Scalar

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.schema import Fragment, SchemaWriter

LANGUAGES = ("en", "zh")
"""Those in which a file can have its texts."""
LONG, LONGER = 500, 2_000
"""Signs of what stands beside an exercise or a figure: so many that first drafts fit."""


def unfolded(text: str) -> str:
    """The text without the spaces that YAML puts where lines of Chinese end.

    >>> unfolded("一行 又一行 and one")
    '一行又一行 and one'
    """
    whole, *words = text.split(" ")
    for word in words:
        whole += word if _is_wide(whole[-1:]) and _is_wide(word[:1]) else f" {word}"
    return whole


def _is_wide(sign: str) -> bool:
    return "\u3000" <= sign <= "\u9fff" or "\uff00" <= sign <= "\uffef"


class Paragraph(Frozen):
    """A text that may run over several lines of the file."""

    words: Words
    expected: str = "expected.text"

    def read(self, node: Node, context: Context) -> Any:
        """The text without the spaces that only the ends of lines brought in."""
        text = self.words.read(node, context)
        if text is BAD or not (isinstance(node, Scalar) and node.block):
            return text
        return unfolded(text)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """The text."""
        return self.words.schema(writer)


class Bilingual(Frozen):
    """A text, or one text for each language: `{en: ..., zh: ...}`."""

    longest: int = 200
    lines: bool = False
    expected: str = "expected.bilingual"

    def read(self, node: Node, context: Context) -> Any:
        """The text as a `Text`."""
        words = Paragraph(Words(self.longest, self.lines))
        record = Record(
            "text", tuple(Field(language, words, "") for language in LANGUAGES), self.expected
        )
        value = OneOf(self.expected, word=words, mapping=record).read(node, context)
        if not isinstance(value, Section):
            return BAD if value is BAD else Text((("en", value), ("zh", value)))
        if isinstance(value.node, Mapping) and not value.node.items:
            context.wrong(node, self.expected)
        if not value.sound(*LANGUAGES) or not value.nodes:
            return BAD
        return Text(tuple((name, value[name]) for name in LANGUAGES if value[name] is not None))

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A text, or a mapping with at least one language."""
        words = Words(self.longest, self.lines).schema(writer)
        texts = {name: {"description": writer.about("text", name), **words} for name in LANGUAGES}
        mapping = {"type": "object", "properties": texts, "additionalProperties": False}
        return any_of(words, {**mapping, "minProperties": 1})


SOURCE = Record(
    "source",
    (
        Field("lecture", Words(LONG), '"003"'),
        Field("part", Bilingual(LONG), "{en: backpropagation, zh: 反向传播}"),
        Field("page", Words(LONG), "12"),
        Field("url", Words(LONGER), "https://example.org/notes"),
    ),
)
_SOURCE_WORDS = {"en": ("lecture {}", "p. {}"), "zh": ("讲义 {}", "第 {} 页")}


class Source(Frozen):
    """Where the exercise comes from: a text, or lecture, part, page and address."""

    expected: str = "expected.source"

    def read(self, node: Node, context: Context) -> Any:
        """The source as a `Text`, its pieces joined by dots."""
        if isinstance(node, Scalar):
            return Bilingual(LONGER).read(node, context)
        if isinstance(node, Mapping) and any(key.text in LANGUAGES for key, _ in node.items):
            return Bilingual(LONGER).read(node, context)
        section = SOURCE.read(node, context)
        if section is BAD or not section.sound("lecture", "part", "page", "url"):
            return BAD
        texts = []
        for language, (lecture, page) in _SOURCE_WORDS.items():
            pieces = (
                section["lecture"] and lecture.format(section["lecture"]),
                section["part"] and section["part"].in_language(language),
                section["page"] and page.format(section["page"]),
                section["url"],
            )
            texts.append((language, " · ".join(piece for piece in pieces if piece)))
        return Text(tuple(texts)) if texts[0][1] else Text()

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A text in one language or in several, or the parts."""
        return any_of(Bilingual(LONGER).schema(writer), SOURCE.schema(writer))
