"""Anki: a card for each question, with the derivation on its back.

Notes are told apart by problem, seed and question: who imports a newer file keeps what was learnt.
Cards are plain HTML with formulas as MathJax, which Anki sets on every device.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bp_tutor.exchange.markup import TEX, Markup
from bp_tutor.output.page.html import Html, joined, tag
from bp_tutor.quiz.record import ChoiceRecord, NumberRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.exchange.exercise import Exercise, Item, Variant

FIELDS = ("Question", "Answer", "Derivation", "Exercise")
LARGEST = 1 << 53
"""Identifiers are whole numbers that any program can hold."""
_CSS = """
.card { font-family: sans-serif; font-size: 18px; text-align: left; }
.exercise { font-size: 14px; border-top: 1px solid #999; margin-top: 1.5em; }
.answer { font-size: 22px; text-align: center; }
"""
_FRONT = '{{Question}}<div class="exercise">{{Exercise}}</div>'
_BACK = '{{Question}}<hr id="answer"><div class="answer">{{Answer}}</div>{{Derivation}}'
STAMP = 1_577_836_800.0
"""The time that is written into a file, so that the same questions give the same file."""


def write(exercise: Exercise) -> bytes:
    """The package, `.apkg`.

    Raises:
        ModuleNotFoundError: genanki is not installed.
    """
    import genanki

    title = exercise.page.say(exercise.title)
    model = genanki.Model(
        _identifier("bp-tutor note type"),
        "bp-tutor",
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "bp-tutor", "qfmt": _FRONT, "afmt": _BACK}],
        css=_CSS,
    )
    deck = genanki.Deck(_identifier(exercise.name, exercise.page.words.language), title)
    with TemporaryDirectory() as folder:
        media = []
        for place, variant in enumerate(exercise.variants):
            name = f"bp-tutor-{_identifier(exercise.name, str(variant.seed)):x}.svg"
            path = Path(folder, name)
            path.write_text(variant.picture, encoding="utf-8")
            media.append(str(path))
            for item in variant.items:
                who = f"{variant.seed}" if variant.seed is not None else ""
                guid = genanki.guid_for(exercise.name, who, item.record.name, place * (not who))
                fields = list(_fields(exercise, variant, item, name))
                deck.add_note(genanki.Note(model=model, fields=fields, guid=guid))
        file = Path(folder, "cards.apkg")
        genanki.Package(deck, media_files=media).write_to_file(str(file), timestamp=STAMP)
        return file.read_bytes()


def _identifier(*parts: str) -> int:
    """A number that is always the same for the same parts."""
    return int.from_bytes(sha256("\n".join(parts).encode()).digest()[:8]) % LARGEST + 1


def _fields(exercise: Exercise, variant: Variant, item: Item, picture: str) -> Iterator[str]:
    markup, record = Markup(exercise.page, TEX), item.record
    yield joined((markup.paragraph(markup.say(record.prompt)), *_options(markup, item)))
    yield _answer(markup, item)
    yield markup.line(item.line) if item.line is not None else Html("")
    yield markup.exercise(exercise, variant, picture)


def _options(markup: Markup, item: Item) -> Iterator[Html]:
    record = item.record
    if isinstance(record, ChoiceRecord):
        yield tag("ul", {}, *(tag("li", {}, markup.words(each.text)) for each in record.options))


def _answer(markup: Markup, item: Item) -> Html:
    record = item.record
    if isinstance(record, NumberRecord):
        assert item.line is not None
        page, result = markup.page, item.line.parts[-1]
        sign = getattr(page.style, result.relation.value)
        return markup.formula(f"{page.say(item.line.name)} {sign} {page.say(result.formula)}")
    return markup.words(next(each.text for each in record.options if each.right))
