"""Every command and option is explained: in its help, and on the pages, in both languages."""

from __future__ import annotations

import re

import pytest

from bp_tutor.cli.app import application
from bp_tutor.cli.commands import COMMANDS
from bp_tutor.words import languages, load_words
from tests.docs.blocks import DOCUMENTS, place_of

PAGES = {place_of(path): path.read_text(encoding="utf-8") for path in DOCUMENTS}
ENGLISH = "".join(text for place, text in PAGES.items() if not place.endswith(".zh.md"))
HEADINGS = re.findall(r"^#+ (.*)$", ENGLISH, re.MULTILINE)
LISTS = ("docs/reference/commands.md", "docs/reference/commands.zh.md")
PARAMETERS = [
    (name, option)
    for name, command in application(load_words("en")).commands.items()
    for parameter in command.params
    for option in (parameter.opts[-1], *parameter.secondary_opts)
]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_its_section(name: str) -> None:
    assert any(f"`bp-tutor {name}" in heading for heading in HEADINGS)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_and_option_has_help(name: str, language: str) -> None:
    words = load_words(language)
    parameters = application(words, (name,)).commands[name].params
    keys = [f"{parameter.param_type_name}.{parameter.name}" for parameter in parameters]
    for key in (name, *keys):
        assert words.text(f"help.{key}").rstrip(")）")[-1] in ".。", key


@pytest.mark.parametrize("page", LISTS)
@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_listed(name: str, page: str) -> None:
    assert f"`bp-tutor {name}" in PAGES[page]


@pytest.mark.parametrize("page", LISTS)
def test_each_option_is_listed(page: str) -> None:
    for command, option in PARAMETERS:
        if option.startswith("--"):
            assert re.search(rf"`{option}[ `=]", PAGES[page]), f"{command} {option}"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_speaks_of_no_other_option(page: str) -> None:
    known = {option for _, option in PARAMETERS} | {"--version", "--help"}
    for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGES[page]):
        assert option in known, option
