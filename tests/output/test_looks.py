"""Every look can be read on dark and on light terminals, by the contrast that WCAG works out."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from rich.style import Style

from bp_tutor.output.terminal import LOOKS, write_rows

Colour = tuple[int, int, int]
TEXT, LEAST = 4.5, 3.0
"""WCAG 2.2, 1.4.3 and 1.4.11: ordinary text, and the least for anything that has to be seen.

On a dark and on a light ground that are not quite black and white no colour reaches 4.5 on both.
"""
PLAIN: dict[str, Colour] = {"black": (0, 0, 0), "white": (255, 255, 255)}
THEMES: dict[str, Colour] = {
    "VS Code dark": (0x1E, 0x1E, 0x1E),
    "Windows Terminal": (0x0C, 0x0C, 0x0C),
    "GNOME dark": (0x1E, 0x1E, 0x1E),
    "Ubuntu": (0x30, 0x0A, 0x24),
    "One Dark": (0x28, 0x2C, 0x34),
    "Dracula": (0x28, 0x2A, 0x36),
    "Solarized dark": (0x00, 0x2B, 0x36),
    "Solarized light": (0xFD, 0xF6, 0xE3),
    "GNOME light": (0xFF, 0xFF, 0xFF),
    "One Light": (0xFA, 0xFA, 0xFA),
}
STEPS = (0, 95, 135, 175, 215, 255)


def fixed(number: int) -> Colour:
    """A colour of the cube or of the greys, which are the same in every terminal."""
    assert 16 <= number < 256, "the first sixteen are what each terminal likes"
    if number >= 232:
        grey = 8 + 10 * (number - 232)
        return grey, grey, grey
    red, rest = divmod(number - 16, 36)
    green, blue = divmod(rest, 6)
    return STEPS[red], STEPS[green], STEPS[blue]


def luminance(colour: Colour) -> float:
    parts = [one / 255 for one in colour]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_is_that_of_the_standard() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((0x77, 0x77, 0x77), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)
    assert contrast((0, 0, 0xEE), (0, 0, 0)) < LEAST, "the blue that was hardly readable"


@pytest.mark.parametrize("look", LOOKS)
def test_every_look_reads_on_dark_and_light(look: str) -> None:
    style = Style.parse(LOOKS[look])
    assert not style.dim, "nobody knows how dim that is"
    assert style.bgcolor is None
    if style.color is None:
        return
    assert style.color.number is not None
    colour = fixed(style.color.number)
    assert min(contrast(colour, ground) for ground in PLAIN.values()) >= TEXT
    assert min(contrast(colour, ground) for ground in THEMES.values()) >= LEAST


@pytest.mark.parametrize("terminal", ["xterm", "xterm-16color", "linux", "xterm-256color"])
def test_where_those_colours_are_missing_there_are_none(
    terminal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", terminal)
    monkeypatch.delenv("COLORTERM", raising=False)
    stream = StringIO()
    write_rows([((look, look),) for look in LOOKS], stream, colour=True)
    codes = set(re.findall(r"\x1b\[([\d;]*)m", stream.getvalue()))
    coloured = {code for code in codes if re.search(r"(^|;)(3[0-7]|9[0-7]|38;5;\d+)", code)}
    assert bool(coloured) == (terminal == "xterm-256color")
    assert any(code.startswith("1") for code in codes), "bold stays"
