"""What a Windows laptop is, from CIM, the registry and the event log.

Enters: a `Context` whose files are a `Laptop`. Leaves: rows. Must hold: nothing is read but through
the laptop and its commands, so that a recorded machine stands for a real one on any system; only
`native` calls Windows itself.
"""
