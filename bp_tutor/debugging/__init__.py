"""The bug in somebody's own backpropagation: the first wrong array, explained.

Arrays are known by what their names mean, turned as the formulas have them, and brought to one
convention: the one in which most of them agree. Each is then right, or follows from own values that
are not, or is wrong; of the first wrong one a slip is sought that gives all its entries at once.
"""
