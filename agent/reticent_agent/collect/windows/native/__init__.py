"""What calls Windows itself: its libraries through ctypes, and the registry.

Enters: nothing. Leaves: the `Laptop` and the command runner of this process. Must hold: libraries
come from the system folder only; every handle is closed. Each module asserts the platform, so that
type checkers elsewhere leave out what follows; on another system none of it can be imported.
"""
