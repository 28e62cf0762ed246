"""Pictures in text: networks and graphs drawn with the signs of a terminal.

What is drawn is the picture of a document; `canvas` holds the signs, `wiring` leads the wires
between two columns, `network` and `graph` put units and nodes into columns.
"""

from bp_tutor.output.diagram.lines import picture_in_words, picture_lines

__all__ = ["picture_in_words", "picture_lines"]
