"""Questions about a trace, marked with the formulas of the trace."""
