"""`bp-tutor debug`: the arrays of an own program compared, the first wrong one explained."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.api.refusal import RefusalError
from bp_tutor.cli import options
from bp_tutor.cli.reading import read_problem
from bp_tutor.reader.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from bp_tutor.debugging.judge import Subject


def debug(
    problem: options.Problem,
    values: Annotated[list[str] | None, typer.Argument(metavar="VALUES...")] = None,
    layers: Annotated[str | None, typer.Option("--layers", metavar="UNITS")] = None,
    own_activation: Annotated[str | None, typer.Option("--activation", metavar="NAMES")] = None,
    own_loss: Annotated[str | None, typer.Option("--loss", metavar="NAME")] = None,
    lang: options.Lang = None,
    ascii_only: options.Ascii = False,
    width: options.Width = None,
) -> int:
    """Compare arrays with the problem; the exit code says whether all are right.

    Without a problem the first name is that of a file of values as well.
    """
    from bp_tutor.api.array_files import arrays_of, is_file_of_arrays
    from bp_tutor.api.debugging import compared, subject_of

    output = options.output_of(lang, ascii_only, True, width)
    alone = is_file_of_arrays(problem) and (layers is not None or not _is_problem(problem, values))
    files = [*([problem] if alone else []), *(values or [])]
    if not files:
        raise RefusalError("debug.ask.values", name="VALUES")
    arrays = arrays_of([*map(Path, files)])
    typed = {"--layers": layers, "--activation": own_activation, "--loss": own_loss}
    twice = next((option for option, text in typed.items() if text is not None), None)
    if not alone and twice is not None:
        raise RefusalError("debug.ask.both", option=twice)
    if not alone:
        subject = subject_of(read_problem(problem, None, None))
    elif layers is not None:
        subject = _said(layers, own_activation, own_loss)
    else:
        raise _question(files, arrays)
    found = compared(subject, arrays, output.words)
    output.stream.write(found.text(width=output.width, ascii_only=output.style == "ascii"))
    return 0 if found.right and found.compared else 1


def _is_problem(name: str, values: Sequence[str] | None) -> bool:
    """Whether what could be a file of arrays is a problem, before such files."""
    if not values or Path(name).suffix.lower() != ".json":
        return False
    try:
        text = Path(name).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False
    return '"network"' in text


def _said(layers: str, activation: str | None, loss: str | None) -> Subject:
    """The network that the options say."""
    from bp_tutor.api.debugging import of_layers
    from bp_tutor.cli.new import activations_of, units_of

    units = units_of(layers, "network")
    names = activations_of(activation, units, "network", loss)
    pairs = zip(units[1:], names, strict=True)
    subject = of_layers([("dense", *pair) for pair in pairs], loss)
    if activation is None:
        subject = subject._replace(unsaid=("activation", *subject.unsaid))
    return subject


def _question(files: Sequence[str], arrays: Mapping[str, Any]) -> RefusalError:
    """Which layers are meant, with what the arrays suggest as it is typed."""
    from bp_tutor.api.debugging import inputs_of, proposal_of

    layers, loss = proposal_of(arrays)
    if not layers:
        return RefusalError("debug.ask.nothing_typed")
    units = ",".join(map(str, (inputs_of(arrays, layers), *(count for _, count, _ in layers))))
    names = ",".join(activation for _, _, activation in layers)
    typed = f"--layers {units} --activation {names} --loss {loss}"
    quoted = " ".join(printable(shlex.quote(each)) for each in files)
    return RefusalError("debug.ask.typed", command=f"bp-tutor debug {quoted} {typed}")
