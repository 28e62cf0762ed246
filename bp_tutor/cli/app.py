"""The commands, and what happens around each: language, errors, exit codes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from bp_tutor.cli.commands import COMMANDS
from bp_tutor.cli.language import chosen_words
from bp_tutor.cli.output import output_for, report
from bp_tutor.reader import ReadError
from bp_tutor.solve import NumberError

if TYPE_CHECKING:
    from bp_tutor.words import Words

PROBLEM, FAILED, INTERRUPTED = 2, 1, 130

# `BadParameter` is the only one of its family that typer hands on by name.
_USAGE_ERROR = typer.BadParameter.__mro__[1]


def application(words: Words) -> Any:
    """The command line, with every help text in one language."""
    app = typer.Typer(
        name="bp-tutor", add_completion=False, no_args_is_help=True, rich_markup_mode=None
    )
    app.callback()(_root)
    for name, command in COMMANDS.items():
        app.command(name, help=words.text(f"help.{name}"))(command)
    group = typer.main.get_command(app)
    group.help = words.text("help.bp-tutor")
    for command in (group, *group.commands.values()):  # type: ignore[attr-defined]
        _explain(command, words)
    return group


def _root(version: bool = typer.Option(False, "--version", is_eager=True)) -> None:  # noqa: FBT001, FBT003
    if version:
        from bp_tutor import __version__

        sys.stdout.write(f"bp-tutor {__version__}\n")
        raise typer.Exit


def _explain(command: Any, words: Words) -> None:
    for parameter in command.params:
        kind = "argument" if parameter.param_type_name == "argument" else "option"
        parameter.help = words.text(f"help.{kind}.{parameter.name}")
    help_option = command.get_help_option(typer.Context(command))
    if help_option is not None:
        help_option.help = words.text("help.option.help")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; never a traceback for what a user can cause."""
    given = sys.argv[1:] if arguments is None else arguments
    words = chosen_words(given)
    try:
        code = application(words).main(given, prog_name="bp-tutor", standalone_mode=False)
    except ReadError as error:
        report(error.mistakes, words)
        code = PROBLEM
    except NumberError as error:
        _say(words.text("error.number", name=str(error)), words)
        code = PROBLEM
    except _USAGE_ERROR as error:
        _say(_usage(error, words), words)
        code = PROBLEM
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BrokenPipeError:
        # The reader has seen enough (`| head`); Python must not complain at its end.
        sys.stderr.close()
        code = FAILED
    sys.exit(code or 0)


def _usage(error: Any, words: Words) -> str:
    """What is wrong with the command line, with the nearest right name."""
    near = getattr(error, "possibilities", None)
    name = getattr(error, "option_name", None) or getattr(error, "param_hint", None)
    parameter = getattr(error, "param", None)
    if parameter is not None and not name:
        name = parameter.opts[-1]
    kind = type(error).__name__
    text = words.text(
        f"usage.{kind}" if f"usage.{kind}" in words else "usage.other",
        name=name or "",
        message=getattr(error, "message", "") or str(error),
    )
    if near:
        text += " " + words.text("usage.nearest", names=", ".join(sorted(near)))
    return text


def _say(text: str, words: Words) -> None:
    output = output_for(words, stream=sys.stderr)
    output.line(text, "error")
