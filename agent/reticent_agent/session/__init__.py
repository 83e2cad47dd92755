"""The helper in a person's session: sees which application is in the foreground, and reports it.

Enters: the desktop's own word on its active window. Leaves: for each application how long it was in
front, to the agent's door. Must hold: no title and no content of a window is read; the helper runs
with the person's rights and ends with the session; where nobody asks for it, it looks at nothing.
"""
