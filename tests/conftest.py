"""What all tests share: golden files, and how to rewrite them."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bp_tutor.frozen import Frozen
from tests.webpage.browsing import browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GOLDEN = Path(__file__).parent / "golden"
CheckGolden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden files anew instead of comparing with them (read the diff!)",
    )
    parser.addoption(
        "--update-docs",
        action="store_true",
        help="write the tables and outputs in the documents anew (read the diff!)",
    )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for pages and for sites: a second one cannot be started beside it."""
    with browser() as found:
        yield found


# Thousands of tests hold millions of records that are no garbage: to look for it after every 700
# new ones took an eighth of the time.
gc.set_threshold(300_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # What takes longest first, and with one process: there is one browser, and none at the end.
    items.sort(key=lambda item: "chromium" not in getattr(item, "fixturenames", ()))


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


def pytest_configure() -> None:
    # A run in the background ignores the interrupt key, and so would the programs that it starts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


_KNOWN: set[tuple[object, ...]] = set()
"""Records, with the number of values and the names of fields with which they may be made."""


def _init_with_known_fields(record: Frozen, *values: object, **named: object) -> None:
    """What `Frozen.__init__` takes on trust, for speed: that the fields are those of the record."""
    kind = type(record)
    given = (kind, len(values), *named)
    if given not in _KNOWN:
        _assert_fields(kind, len(values), [*named])
        _KNOWN.add(given)
    own = record.__dict__
    for name, value in zip(kind._fields, values):  # noqa: B905 - as in `Frozen` itself
        own[name] = value
    if named:
        own.update(named)


def _assert_fields(kind: type[Frozen], in_order: int, named: list[str]) -> None:
    given = [*kind._fields[:in_order], *named]
    assert in_order <= len(kind._fields), f"{kind.__name__} has no {in_order} fields"
    assert len(set(given)) == len(given), f"{kind.__name__}: a field is given twice: {given}"
    unknown = set(given) - set(kind._fields)
    assert not unknown, f"{kind.__name__} has no field {sorted(unknown)}"
    missing = [name for name in kind._fields if name not in given and not hasattr(kind, name)]
    assert not missing, f"{kind.__name__} needs {missing}"


@pytest.fixture(autouse=True, scope="session")
def checked_records() -> Iterator[None]:
    """Records are made only with the fields that they have, in every test."""
    trusting = Frozen.__init__
    Frozen.__init__ = _init_with_known_fields  # type: ignore[method-assign,assignment]
    yield
    Frozen.__init__ = trusting  # type: ignore[method-assign]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> CheckGolden:
    """Compare a text with the file of that name under `tests/golden/`."""
    update = bool(request.config.getoption("--update-golden"))

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.exists():
            pytest.fail(f"tests/golden/{name} is missing: run `make golden` and read it")
        else:
            assert text == path.read_text(encoding="utf-8")

    return check
