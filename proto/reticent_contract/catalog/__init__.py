"""Everything Reticent can know about a laptop, as data.

Enters: nothing. Leaves: `TABLES` in the order a reader wants them, and `CATALOG`, by name.
Must hold: the catalog only grows. A field is never renamed, retyped or moved to a weaker class;
each change adds one to the version.
"""

from __future__ import annotations

from reticent_contract.catalog.agent_health import AGENT_HEALTH
from reticent_contract.catalog.board import BOARD
from reticent_contract.catalog.cpu import CPU
from reticent_contract.catalog.disk import DISK
from reticent_contract.catalog.host import HOST
from reticent_contract.catalog.log_line import LOG_LINE
from reticent_contract.catalog.model import (
    STATE_EVENTS,
    Catalog,
    Field,
    FieldClass,
    Form,
    Item,
    Kind,
    Source,
    Table,
    Type,
)
from reticent_contract.catalog.network_interface import NETWORK_INTERFACE
from reticent_contract.catalog.os import OS
from reticent_contract.catalog.session import SESSION
from reticent_contract.catalog.software import SOFTWARE
from reticent_contract.catalog.usb import USB
from reticent_contract.catalog.user_account import USER_ACCOUNT

TABLES: tuple[Table, ...] = (
    OS,
    HOST,
    CPU,
    BOARD,
    DISK,
    NETWORK_INTERFACE,
    USER_ACCOUNT,
    USB,
    SOFTWARE,
    SESSION,
    LOG_LINE,
    AGENT_HEALTH,
)

CATALOG = Catalog(version=1, tables={table.name: table for table in TABLES})

__all__ = [
    "CATALOG",
    "STATE_EVENTS",
    "TABLES",
    "Catalog",
    "Field",
    "FieldClass",
    "Form",
    "Item",
    "Kind",
    "Source",
    "Table",
    "Type",
]
