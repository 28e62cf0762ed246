"""Documents and traces written out, one module a format."""
