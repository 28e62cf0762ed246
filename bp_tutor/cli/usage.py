"""What is wrong with a command line, said in the learner's language.

Typer says these things in English only. What went wrong is read off the error itself, and
the sentence comes from the words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from bp_tutor.api.refusal import with_nearest
from bp_tutor.cli.commands import COMMANDS
from bp_tutor.reader.text import nearest, shown

if TYPE_CHECKING:
    from bp_tutor.words import Words

# `BadParameter` is the only one of its family that typer hands on by name.
USAGE_ERROR: Any = typer.BadParameter.__mro__[1]
NO_ARGUMENTS = "NoArgsIsHelpError"


def no_command(error: Any) -> bool:
    """Whether the command line names no command at all."""
    return type(error).__name__ == NO_ARGUMENTS or error.message == "Missing command."


def sentence(error: Any, words: Words, arguments: list[str]) -> str:
    """The error as one sentence, and how to get help."""
    command = error.ctx.command if error.ctx is not None else None
    said = _said(error, command, words, arguments)
    named = next((each for each in arguments if each in COMMANDS), "")
    return said + words.text("usage.help", command=f"bp-tutor {named}".rstrip() + " --help")


def _said(error: Any, command: Any, words: Words, arguments: list[str]) -> str:
    name = shown(getattr(error, "option_name", ""))
    match type(error).__name__:
        case "NoSuchOption":
            near = nearest(name, _options(command))
            if near == name:
                return words.text("usage.behind_command", name=name)
            return with_nearest(words.text("usage.NoSuchOption", name=name), near, words)
        case "BadOptionUsage":
            requires = "requires" in error.message
            return words.text("usage.no_value" if requires else "usage.takes_none", name=name)
        case "MissingParameter":
            return words.text("usage.MissingParameter", name=error.param.metavar)
    if getattr(command, "commands", None):
        # Options in front of the command, and their values, are not its name.
        _, behind, _ = command.make_parser(error.ctx).parse_args([*arguments])
        name = next(iter(behind), "")
        names = ", ".join(COMMANDS)
        text = words.text("usage.NoSuchCommand", name=shown(name), names=names)
        return with_nearest(text, nearest(name, COMMANDS), words)
    return words.text("usage.too_many", command=command.name if command is not None else "")


def _options(command: Any) -> list[str]:
    """Every long option of a command, or of all commands where none is named yet."""
    commands = [command, *getattr(command, "commands", {}).values()] if command else []
    return [
        name
        for each in commands
        for parameter in each.params
        if parameter.param_type_name == "option"
        for name in (*parameter.opts, *parameter.secondary_opts)
    ] + ["--help"]
