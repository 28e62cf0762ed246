"""The derivation as one web page that plays forward and back, by itself and offline."""

from bp_tutor.output.page.whole import Frame, PageParts, Pieces, pieces_of, write_page

__all__ = ["PageParts", "Frame", "Pieces", "write_page", "pieces_of"]
