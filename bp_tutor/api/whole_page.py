"""The page that plays a calculation, put together from what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.pictures import PHONE, WIDE, Room, scene_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.api.explained import Explained
    from bp_tutor.explain import Presentation
    from bp_tutor.output.page import Frame, PageParts
    from bp_tutor.pictures import Scene
    from bp_tutor.solve import Trace
    from bp_tutor.words import Words

ROOMS = ((1343.0, 500.0), (791.0, 660.0))
"""The room for a picture above the step and beside it, in a window of 1280 by 720 pixels."""
MOST_BESIDE = 930.0, 660.0
"""The same beside the step, where that has to make room."""
MOST_DOWN = 1300.0
"""How far a picture is scrolled down on a narrow screen before it tells less."""
LOSSES = 60
"""Points of the curve of the loss."""
MOST_TRAINED = 20_000
"""Updates that are trained for the curve."""
MOST_NUMBERS = 2_000
"""Numbers that an update changes, up to which the curve goes on behind the updates shown."""


def whole_page(
    usual: Presentation, trace: Trace, *, asked: bool, explained: bool = False,
    frame: Frame | None = None,
) -> tuple[str, bool]:  # fmt: skip
    """The page as HTML, and whether everything on it was found right.

    `asked`: the language of `usual` was asked for, so that no other one is remembered instead.
    `explained`: it says of wrong predictions which mistake explains them.
    `frame`: of a site; None where the page is to need nothing else.
    """
    from bp_tutor.output.page import write_page

    parts = parts_of(usual, trace, asked=asked)
    if explained:
        parts = parts._replace(mistakes=explained_of(parts, usual).every())
    return write_page(parts, frame), parts.document.sound


def parts_of(usual: Presentation, trace: Trace, *, asked: bool) -> PageParts:
    """What the page is made of."""
    from bp_tutor.explain import View, derivation, named_words, style_named
    from bp_tutor.output.page import PageParts
    from bp_tutor.words import languages, load_words

    every = [named_words(load_words(name), trace.problem) for name in languages()]
    mathml = usual._replace(style=style_named("mathml"))
    reader = usual._replace(style=style_named("unicode"), words=every[0])
    scene = page_scene(reader, trace, every)
    return PageParts(
        readers=tuple(mathml._replace(words=words) for words in every),
        language=usual.words.language,
        asked=asked,
        trace=trace,
        document=derivation(usual.settings, trace, View(form="both")),
        scene=scene,
        narrow=scene if scene.width <= PHONE.width else narrow_scene(reader, trace, every),
        losses=_losses(trace),
    )


def explained_of(parts: PageParts, usual: Presentation) -> Explained:
    """What explains wrong answers to the numbers of a page."""
    from bp_tutor.api.explained import Explained
    from bp_tutor.explain import style_named

    words = [reader.words for reader in parts.readers]
    reader = usual._replace(style=style_named("unicode"), words=words[0])
    return Explained(parts.trace, parts.document, reader, words)


def page_scene(reader: Presentation, trace: Trace, languages: Sequence[Words]) -> Scene:
    """The picture on a wide screen: with symbols as far as there is room for them.

    Where arrays have no room for their numbers, they are blocks with their size.
    """
    drawing = _Drawing(reader, trace, languages)
    bare = drawing.scene(WIDE)
    if _fits(bare, *ROOMS):
        return drawing.named(WIDE, *ROOMS) or bare
    if _fits(bare, MOST_BESIDE):
        return bare
    for wide, high in (ROOMS[0], MOST_BESIDE):
        scene = drawing.scene(Room(wide, tight=True))
        if _fits(scene, (wide, high)):
            return scene
    return bare


def narrow_scene(reader: Presentation, trace: Trace, languages: Sequence[Words]) -> Scene:
    """The same on a narrow screen, where it is scrolled down and never to the side."""
    drawing, room = _Drawing(reader, trace, languages), (PHONE.width, MOST_DOWN)
    bare = drawing.scene(PHONE)
    if _fits(bare, room):
        return drawing.named(PHONE, room) or bare
    sized = drawing.scene(PHONE._replace(tight=True))
    return min(bare, sized, key=lambda scene: (max(scene.width, PHONE.width), scene.height))


class _Drawing:
    """The first update, as it is drawn for one room or another."""

    def __init__(self, reader: Presentation, trace: Trace, languages: Sequence[Words]) -> None:
        self.told = reader, trace.problem, trace.runs[0]
        self.runs, self.languages = trace.runs, languages

    def scene(self, room: Room, values: str = "numbers") -> Scene:
        return scene_of(*self.told, values, self.runs, languages=self.languages, room=room)

    def named(self, room: Room, *sizes: tuple[float, float]) -> Scene | None:
        """With symbols beside the numbers, if that has room, or with most of them."""
        for values in ("both", "named"):
            scene = self.scene(room, values)
            if _fits(scene, *sizes):
                return scene
        return None


def _fits(scene: Scene, *rooms: tuple[float, float]) -> bool:
    return any(scene.width <= wide and scene.height <= high for wide, high in rooms)


def _losses(trace: Trace) -> tuple[tuple[int, float], ...]:
    """The loss over the updates: of those shown, and of those that follow where that is quick."""
    problem, after = trace.problem, trace.after
    if after is None or after.program.model.loss is None:
        return ()
    numbers = sum(new.size for _, new in trace.runs[0].program.next_values)
    count = max(len(trace.runs), min(problem.updates, MOST_TRAINED))
    if count == 1 or numbers > MOST_NUMBERS:
        return ()
    from bp_tutor.solve.training import train, trainable

    if trainable(problem):
        return ()
    points = tuple(sorted({round(count * place / LOSSES) for place in range(LOSSES + 1)}))
    found = train(problem, count, points).points
    return tuple((point.updates, point.loss) for point in found)
