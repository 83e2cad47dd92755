"""What the agent and the server must agree on; imports neither of them.

Enters: rows of the catalog, a policy text, bytes of the wire.
Leaves: redacted rows, canonical policies, batches.
Must hold: nothing here does I/O, and nothing here needs a server dependency.
"""
