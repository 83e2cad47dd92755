"""Collectors for Linux: one module a table.

Enters: a `Context`. Leaves: rows. Must hold: files are read and programs started only through the
context; a source that is missing makes a field absent or a table empty; one that is there and
cannot be read raises, so that half a table is never taken for the whole.
"""
