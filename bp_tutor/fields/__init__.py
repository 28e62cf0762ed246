"""Fields of files: the forms that a value can have, and records of such values.

A form reads a node of a file (a number, a choice, a list, a record, numbers from a generator)
and draws the same as JSON Schema. Reading never stops at a mistake: it is told to the context,
with its line, and the value is `BAD`.
"""
