"""The last-mile gate: the second look at what leaves, far from the first one.

Enters: spooled rows just before they are sealed, and the policy under which they were redacted.
Leaves: what must not go, and by which detector; the spool seals the rows without it. Must hold:
shares no code with the plan; uses the laptop's own identifiers as they are known now, so it finds
what was learned after a row was spooled; a value that it could not look at does not leave; no value
is in what it tells.

    distinct texts of a batch (of lists each element; numbers of seven digits and more in decimal)
    -> `suspects`: one search over all of them, joined: which may hold something
    -> `gate`: those alone, one by one, by what the field's rule lets through (`places`)
    -> `stopped`: counted, and told once a minute
"""

from reticent_agent.last_mile.gate import LastMileGate
from reticent_agent.last_mile.stopped import StoppedValues

__all__ = ["LastMileGate", "StoppedValues"]
