"""Typer commands: read arguments, call, print, exit code."""
