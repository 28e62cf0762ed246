"""The commands, and what happens around each: language, errors, exit codes."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import cache
from io import StringIO
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bp_tutor.api.refusal import RefusalError, system_refusal
from bp_tutor.cli import options  # noqa: TC001  (typer reads the annotations)
from bp_tutor.cli.commands import COMMANDS, PROGRAM, command_named
from bp_tutor.cli.output import IN_BROWSER, asked_language, output_for, report, words_in
from bp_tutor.cli.saving import begin_run
from bp_tutor.cli.usage import USAGE_ERROR, no_command, sentence
from bp_tutor.reader import ReadError
from bp_tutor.solve import NumberError
from bp_tutor.words import MissingTextError

if TYPE_CHECKING:
    from bp_tutor.words import Words

PROBLEM, FAILED, INTERRUPTED = 2, 1, 130


@cache
def application(words: Words, names: tuple[str, ...] = tuple(COMMANDS)) -> Any:
    """The command line with these commands, every help text in one language."""
    app = typer.Typer(
        name=PROGRAM, add_completion=False, no_args_is_help=True, rich_markup_mode=None
    )
    app.callback()(_root)
    for name in names:
        app.command(name)(command_named(name))
    group: Any = typer.main.get_command(app)
    for command in (group, *group.commands.values()):
        command.get_help = lambda context: _help(context, words)
    return group


def _version(asked: bool) -> None:
    if asked:
        from bp_tutor.version import __version__

        sys.stdout.write(f"{PROGRAM} {__version__}\n")
        raise typer.Exit


def _root(
    context: typer.Context,
    lang: options.Lang = None,
    version: Annotated[  # noqa: ARG001
        bool, typer.Option("--version", is_eager=True, callback=_version)
    ] = False,
) -> None:
    # A language named in front of the command holds for the command.
    context.default_map = {name: {"lang": lang} for name in COMMANDS} if lang else None


def _help(context: Any, words: Words) -> str:
    from bp_tutor.cli.help import help_rows

    output = output_for(words)
    text = StringIO()
    for row in help_rows(context, output):
        text.write("".join(part for part, _ in row).rstrip() + "\n")
    return text.getvalue().rstrip("\n")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; never a traceback for what a user can cause."""
    given = sys.argv[1:] if arguments is None else arguments
    begin_run()
    words = words_in(asked_language(given))
    try:
        try:
            code = _run(given, words)
        except KeyboardInterrupt:
            code = INTERRUPTED
        sys.stdout.flush()
    except OSError as error:
        code = _broken(error, words)
    except MissingTextError as missing:
        sys.stderr.write(f"{missing}\n")
        code = PROBLEM
    sys.exit(code)


def _broken(error: OSError, words: Words) -> int:
    """Say why nothing more can be written, where there is still somebody to hear it."""
    if isinstance(error, BrokenPipeError):
        # The reader has seen enough (`| head`).
        code = FAILED
    else:
        code = PROBLEM
        with suppress(OSError):
            _say(system_refusal(error).text(words), words)
    _let_go()
    return code


def _let_go() -> None:
    """Send nowhere what is still to be written, so that Python does not complain at its end."""
    number = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(number, stream.fileno())
    os.close(number)


def _run(given: list[str], words: Words) -> int:
    """The exit code of one command line; what is wrong with it is said on standard error."""
    try:
        # Where the first word is a command, the others need not be made ready.
        named = tuple(word for word in given[:1] if word in COMMANDS) or tuple(COMMANDS)
        code = application(words, named).main(given, prog_name=PROGRAM, standalone_mode=False)
    except ReadError as error:
        report(error.mistakes, words)
    except NumberError as error:
        _say(words.text("error.number", name=str(error)), words)
    except RefusalError as refusal:
        _say(refusal.text(words), words)
    except USAGE_ERROR as error:
        if no_command(error):
            sys.stderr.write(f"{_help(error.ctx, words)}\n")
        else:
            _say(sentence(error, words, given), words)
    except MemoryError:
        _say(words.text("error.memory"), words)
    except ImportError as missing:
        # In a browser: large arrays need NumPy, and a page cannot open another one.
        if not IN_BROWSER:
            raise
        _say(words.text("error.not_here", library=missing.name or "?"), words)
    except typer.Abort:
        return INTERRUPTED
    else:
        return int(code or 0)
    return PROBLEM


def _say(text: str, words: Words) -> None:
    output = output_for(words, stream=sys.stderr)
    output.line(text, "error")
