"""What a class has earned, written down for its teacher and for each student.

Tables (CSV, Excel, JSON), a page for each student, a report, and grades in the form that gradebooks
import. `marking` says what was earned; here it is only written.
"""

from bp_tutor.results.table import ENDINGS, write_results

__all__ = ["write_results", "ENDINGS"]
