"""Layers: one module says everything of one kind.

Its description (`LayerKind`) holds how a problem file says it, its arrays and their sizes,
what it makes of what reaches it, and its formulas; the way back comes from the formulas. The
table of all kinds is `LAYERS` in `bp_tutor/catalogue/layer.py`.
"""
