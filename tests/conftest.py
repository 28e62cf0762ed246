"""What all tests share: golden files, and how to rewrite them."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

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


def pytest_configure() -> None:
    # A run in the background ignores the interrupt key, and so would the programs that it starts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


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
