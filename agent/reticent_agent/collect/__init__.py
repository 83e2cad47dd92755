"""What this laptop is and what happens on it, as typed rows.

Enters: a `Context`: files, commands, clock. Leaves: `Row`s of the catalog's tables.
Must hold: nothing here knows the policy. Each operating system has a folder of its own (`linux/`,
later `windows/` and `macos/` beside it) with one module a table; `platform.py` chooses among them.
"""
