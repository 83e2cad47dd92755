"""Who did what, when, from where, and whether it was let happen.

Enters: an action of an account, a token or the command line. Leaves: a row that can be added and
never changed. Must hold: no collected value is in it; a search is recorded by its shape (which
fields, which kinds), never by what was searched for.
"""

from reticent_server.audit.service import AuditService

__all__ = ["AuditService"]
