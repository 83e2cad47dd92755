"""What people at this laptop have agreed to.

Enters: a policy that asks for consent to some of its tables, and what people say (`answers`).
Leaves: of whom those tables are collected (`record`). Must hold: nobody's silence is a yes; a yes
holds for one person, one table, and the words that were shown; no table that needs consent is
collected without one.
"""
