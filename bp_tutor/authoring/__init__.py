"""For those who write problems: checks, printed figures, variants, new files.

A check says everything about a file: mistakes with their lines, figures that a page prints and
whether they are right, what the numbers teach. Variants are the same file with numbers drawn
from a seed, so that everybody gets a problem of one's own and it can be made again. New files
are written from the same descriptions by which files are read.
"""
