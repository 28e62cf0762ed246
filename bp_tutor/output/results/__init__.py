"""What a class has earned, written down: tables, pages for students, a report, gradebooks."""

from bp_tutor.output.results.table import ENDINGS, write_results

__all__ = ["write_results", "ENDINGS"]
