"""Who marks: this process, several of this machine, or the workers of a cluster."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bp_tutor.api.refusal import RefusalError
from bp_tutor.marking import cluster, processes
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.cli.output import Output
    from bp_tutor.marking import Crew

MOST_WORKERS = 256
INSTALL = "pip install 'bp-tutor[dask]'"


@contextmanager
def crew_of(workers: int | None, dask: str | None) -> Iterator[Crew]:
    """So many processes, or the cluster of an address.

    Raises:
        RefusalError: there is no cluster at this address, or the library for it is missing.
    """
    if dask is None:
        with processes(workers or 1) as crew:
            yield crew
        return
    if find_spec("distributed") is None:
        raise RefusalError("marking.no_dask", command=INSTALL)
    found = cluster(dask)
    try:
        crew = found.__enter__()
    except (OSError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise RefusalError(
            "marking.no_cluster", address=shown(dask), reason=shown(reason)
        ) from None
    with ExitStack() as stack:
        stack.push(found)
        yield crew


def tell_failed(crew: Crew, output: Output) -> None:
    """Say what workers did not give back."""
    if crew.failed:
        said = output.words.text(
            "marking.workers_failed", count=crew.failed, reason=shown(crew.reason)
        )
        output.line(said, "note")
