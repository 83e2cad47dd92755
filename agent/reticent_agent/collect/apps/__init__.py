"""Applications used: which were started and stopped, and which one was in the foreground.

Enters: the control groups in which desktops put applications (`scopes`, Linux), and what helpers
in people's sessions report (`inbox`, wherever the agent has a door). Leaves: rows of `app_usage`.
Must hold: never what was in an application, not even its window's title; a person who has not
agreed is not looked at.
"""
