"""Signed policies by group and version.

Enters: a policy document that a person published. Leaves: its signed form for agents and the
server's second lock. Must hold: versions only grow, and a published version never changes.
"""
