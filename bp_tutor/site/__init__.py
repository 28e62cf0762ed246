"""A web site of exercises: a page for each, an index of all, and the program to ask beside them.

Everything is a file that any web server can serve, and nothing is asked of the server itself. The
program is the installed one, in an archive that a worker unpacks; Python for the browser comes
from the folder that its author names.
"""
