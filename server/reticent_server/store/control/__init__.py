"""The control store: devices, policies, people, tokens, audit, in SQL through SQLAlchemy.

Enters: typed models of the domains. Leaves: sessions whose commit is on disk when it returns.
Must hold: SQL stays portable (SQLite today, PostgreSQL when one machine is not enough); the
schema is made by migrations alone; no key lies in this database.
"""

from reticent_server.store.control.base import Base
from reticent_server.store.control.engine import ControlStore, open_control

__all__ = ["Base", "ControlStore", "open_control"]
