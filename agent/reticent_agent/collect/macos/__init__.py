"""Collectors for macOS: one module a table.

Enters: a `Context`. Leaves: rows. Must hold: what a program of the system reports is read in a form
meant for programs (property lists, JSON), never in a person's language where there is a choice; a
program that is missing makes fields absent, one that fails raises.
"""
