"""Who did, saw or was refused what, when, from where, and why.

Enters: an action of an account, a token or the command line. Leaves: a row that can be added and
never changed, in a chain whose end is signed and kept outside the database as well. Must hold: no
collected value is in it; a search is recorded by its shape (which fields, which kinds), never by
what was searched for; what was changed, removed, reordered or cut off is found and named.

`service` adds and reads; `checkpoint`, `checkpoints`, `sinks` sign and keep; `verifying` holds rows
against checkpoints; `trail` is all of it for one data directory, `watch` for a running server;
`export` writes files that `export_file` verifies anywhere.
"""

from reticent_server.audit.service import AuditService

__all__ = ["AuditService"]
