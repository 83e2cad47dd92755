"""Erasing a device: its rows, its record, and whatever else names what it said.

Enters: a device and who asked. Leaves: its number, its keys (so that a stolen one never returns),
and when it was erased. Must hold: once asked for, it is done whatever is cut off; nothing says
"erased" while a file still holds a row; nothing of what was erased is in the audit trail.
"""
