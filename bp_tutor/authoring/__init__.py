"""For those who write problems: checks, printed figures, variants, new files."""
