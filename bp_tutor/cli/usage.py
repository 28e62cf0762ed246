"""What is wrong with a command line, said in the learner's language.

Typer says these things in English only. What went wrong is read off the error itself, and
the sentence comes from the words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from bp_tutor.cli.refusal import nearest
from bp_tutor.cli.values import shown

if TYPE_CHECKING:
    from bp_tutor.words import Words

# `BadParameter` is the only one of its family that typer hands on by name.
USAGE_ERROR: Any = typer.BadParameter.__mro__[1]
NO_ARGUMENTS = "NoArgsIsHelpError"


def sentence(error: Any, words: Words, arguments: list[str]) -> str:
    """The error as one sentence, and how to get help."""
    command = error.ctx.command if error.ctx is not None else None
    said = _said(error, command, words, arguments)
    path = error.ctx.command_path if error.ctx is not None else "bp-tutor"
    return f"{said} {words.text('usage.help', command=f'{path} --help')}"


def _said(error: Any, command: Any, words: Words, arguments: list[str]) -> str:
    match type(error).__name__:
        case "NoSuchOption":
            near = nearest(error.option_name, _options(command))
            return _with_nearest(
                words.text("usage.NoSuchOption", name=shown(error.option_name)), near, words
            )
        case "BadOptionUsage":
            key = "usage.no_value" if "requires" in error.message else "usage.takes_none"
            return words.text(key, name=shown(error.option_name))
        case "MissingParameter":
            return words.text("usage.MissingParameter", name=error.param.metavar)
    commands = getattr(command, "commands", None)
    rest = [*error.ctx._protected_args, *error.ctx.args] if error.ctx is not None else []
    if commands is not None:
        name = next((each for each in rest or arguments if not each.startswith("-")), "")
        text = words.text("usage.NoSuchCommand", name=shown(name), names=", ".join(commands))
        return _with_nearest(text, nearest(name, commands), words)
    return words.text("usage.too_many", command=error.ctx.info_name if error.ctx else "")


def _with_nearest(text: str, near: str, words: Words) -> str:
    return text + words.text("mistake.nearest", nearest=near) if near else text


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
