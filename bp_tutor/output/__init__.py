"""Documents and traces written out, one module a format.

Every output takes the same trees of lines, sentences, tables and pictures, and spells, parts and
sets them in its own way: rows of a terminal, a web page, LaTeX, Typst, Markdown, notebooks,
programs, JSON, SVG. Nothing here calculates or decides what is said.
"""
