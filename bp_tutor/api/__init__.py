"""The program as a library: what `import bp_tutor` offers, and what commands are made of.

A problem is read from a file, a name, a text, a mapping, or built from layers; solved, it is a
derivation that gives values by their names and spells itself in every format. What somebody can
cause is an error with its place and its sentence. Options of the command line mean the same here.
"""
