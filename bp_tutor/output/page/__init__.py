"""The derivation as one web page that plays forward and back, by itself and offline."""

from bp_tutor.output.page.whole import PageParts, write_page

__all__ = ["PageParts", "write_page"]
