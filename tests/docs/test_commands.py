"""Every command and option is explained: in its help, in both languages, and in the README."""

from __future__ import annotations

import re

import pytest

from bp_tutor.cli.app import application
from bp_tutor.cli.commands import COMMANDS
from bp_tutor.words import languages, load_words
from tests.docs.blocks import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
HEADINGS = re.findall(r"^#+ (.*)$", README, re.MULTILINE)
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
    parameters = application(words, [name]).commands[name].params
    keys = [f"{parameter.param_type_name}.{parameter.name}" for parameter in parameters]
    for key in (name, *keys):
        assert words.text(f"help.{key}").rstrip(")）")[-1] in ".。", key


@pytest.mark.parametrize(("command", "option"), PARAMETERS)
def test_each_option_stands_in_the_readme(command: str, option: str) -> None:
    if option.startswith("--"):
        assert re.search(rf"`{option}[ `=]", README), f"{command} {option}"


def test_the_readme_speaks_of_no_other_option() -> None:
    known = {option for _, option in PARAMETERS}
    known |= {"--version", "--help", "--update-docs", "--update-golden"}
    for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", README):
        assert option in known, option
