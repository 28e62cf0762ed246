"""The browser is started once for all tests of sites."""

from tests.webpage.conftest import chromium

__all__ = ["chromium"]
