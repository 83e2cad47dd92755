"""Log files that are followed, on every system that has files as POSIX knows them.

Enters: the paths that a policy names. Leaves: rows with a cursor. Must hold: rotation, truncation
and restarts lose and double nothing.
"""
