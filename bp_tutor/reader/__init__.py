"""YAML files to nodes that know their line and column, safely.

One parser's events become words, lists and mappings; anchors, tags, endless and hidden things
are refused. A mistake is data: where it stands, the key of its sentence, the values put in, and
what was probably meant. What somebody typed is shown cut and with its control characters
visible, wherever it is repeated.
"""

from bp_tutor.reader.files import read_document, read_file, read_text
from bp_tutor.reader.mistake import Key, Mistake, ReadError, joined
from bp_tutor.reader.nodes import Mapping, Mark, Node, Scalar, Sequence
from bp_tutor.reader.parse import Document, parse_document
from bp_tutor.reader.text import nearest, printable, shown
from bp_tutor.reader.values import first_number, plain, scalar_value

__all__ = [
    "read_file",
    "read_text",
    "read_document",
    "parse_document",
    "plain",
    "scalar_value",
    "first_number",
    "Node",
    "Scalar",
    "Sequence",
    "Mapping",
    "Document",
    "Mark",
    "Mistake",
    "ReadError",
    "Key",
    "joined",
    "shown",
    "printable",
    "nearest",
]
