"""Printed figures held against the calculation: each gets one verdict."""
