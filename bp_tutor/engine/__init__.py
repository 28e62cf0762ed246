"""What a page asks the program while it is read: the same program, in the reader's browser.

`calls` is the table of what can be asked; a question and its answer are texts of JSON. An exercise
is a problem file with what its reader changed of it, and every answer is made by the rooms that
`solve` and `quiz` use as well. Nothing here knows of browsers or workers.
"""
