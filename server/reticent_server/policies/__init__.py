"""Signed policies by group and version, and their way into the groups.

Enters: a policy document that a person published, perhaps only what differs from another group's.
Leaves: its signed form for the laptops that are to run it, and for the server's second lock.
Must hold: versions only grow, and a published version never changes; what is signed stands on its
own; a laptop is never offered an older version than the one it runs.

In the order of the way: `flatten` lays a difference over what it extends, `publishing` checks,
signs and stores, `reading` reads it back, `lineup` says which laptop runs which version,
`rollouts` widens and stops, `progress` counts what laptops said, `children` publishes anew what
extends. `service` is what other parts of the server hold; `recorded` adds the audit trail.
"""
