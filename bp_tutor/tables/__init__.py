"""Tables as teachers have them: class lists and answers, from whatever program wrote them.

A file is opened once; its rows come out alike, whether it was CSV in any encoding, a workbook,
JSON or YAML. What a column holds is told by its heading, in five languages.
"""

from bp_tutor.tables.answers import Answers, BadRow, read_answers
from bp_tutor.tables.error import TableError
from bp_tutor.tables.file import ENDINGS, File, file_of
from bp_tutor.tables.people import Directory, Student
from bp_tutor.tables.roster import read_names
from bp_tutor.tables.row import Row

__all__ = [
    "file_of",
    "read_names",
    "read_answers",
    "File",
    "Row",
    "Student",
    "Directory",
    "Answers",
    "BadRow",
    "TableError",
    "ENDINGS",
]
