"""Worksheets and their answer keys written out: PDF, Typst, HTML, Markdown."""

from bp_tutor.output.worksheet.formats import FORMATS, Format
from bp_tutor.output.worksheet.write import Key, Paper, write_class_key, write_key, write_sheets

__all__ = ["FORMATS", "Format", "Key", "Paper", "write_class_key", "write_key", "write_sheets"]
