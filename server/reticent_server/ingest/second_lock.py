"""The second lock: every column and every distinct value against catalog and policy, once more.

Enters: decoded columns of one batch. Leaves: columns as they are stored, pseudonyms as text.
Must hold: what the policy would not have let out of the laptop is not stored, whoever sent it
(a stolen key, a faulty agent). Work is done for each distinct value, never for each row, but where
some are left out: a folder that names the owner of a home, which older agents know less well, costs
that value and not its batch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reticent_contract.batch import DecodedBatch, DecodedColumn, DecodedTable
from reticent_contract.catalog.model import Catalog, Table, Type

from reticent_server.ingest.policy_lock import PolicyLock
from reticent_server.ingest.pseudonyms import Pseudonyms, UnknownEpochError
from reticent_server.ingest.refusal import BatchRefusedError
from reticent_server.store.events.model import RuleCount, StoredColumn, StoredTable

UNKNOWN_RULE = "unknown-to-server"
STOPPED_RULE = "second-lock"
OWN_RULES = frozenset({UNKNOWN_RULE, STOPPED_RULE})  # what this server counts, and no laptop
_TYPES = {
    "text": Type.TEXT,
    "texts": Type.TEXTS,
    "pseudonym": Type.TEXT,
    "pseudonyms": Type.TEXTS,
    "integer": Type.INTEGER,
    "real": Type.REAL,
    "boolean": Type.BOOLEAN,
}


@dataclass(frozen=True, slots=True)
class Admitted:
    """`unknown`: values dropped because the agent's catalog is newer than this server's.

    `stopped`: those that name the owner of a home folder, which an older agent did not see.
    """

    tables: list[StoredTable]
    unknown: list[RuleCount]
    stopped: list[RuleCount]


def admit(
    batch: DecodedBatch,
    *,
    lock: PolicyLock,
    catalog: Catalog,
    newer_agent: bool,
    from_server: bool,
    pseudonyms: Pseudonyms,
) -> Admitted:
    """Raises BatchRefusedError. `newer_agent`: its catalog version is above this server's.

    `from_server`: this server made the batch. Its tables are for nobody else, and no other is
    for it.
    """
    tables: list[StoredTable] = []
    unknown: list[RuleCount] = []
    stopped: list[RuleCount] = []
    for decoded in batch.tables:
        table = catalog.get(decoded.table)
        if table is None or decoded.event not in table.events:
            if not newer_agent:
                raise BatchRefusedError(
                    "field-unknown",
                    f"the catalog has no {decoded.table}.{decoded.event}, and the agent says that "
                    "it has no newer one",
                )
            unknown.append((f"{decoded.table}.*", UNKNOWN_RULE, "dropped", len(decoded.ts_us)))
            continue
        if table.from_server != from_server:
            maker = "the server" if table.from_server else "a laptop"
            raise BatchRefusedError(
                "field-not-allowed", f"rows of {table.name} are made by {maker} alone"
            )
        columns = _columns(decoded, table, lock, newer_agent, pseudonyms, unknown, stopped)
        tables.append(StoredTable(decoded.table, decoded.event, decoded.ts_us, columns))
    return Admitted(tables, unknown, stopped)


def _columns(
    decoded: DecodedTable,
    table: Table,
    lock: PolicyLock,
    newer_agent: bool,
    pseudonyms: Pseudonyms,
    unknown: list[RuleCount],
    stopped: list[RuleCount],
) -> list[StoredColumn]:
    columns: list[StoredColumn] = []
    for column in decoded.columns:
        field = table.by_name.get(column.field)
        if field is None:
            if not newer_agent:
                raise BatchRefusedError(
                    "field-unknown",
                    f"the catalog has no {table.name}.{column.field}, and the agent says that it "
                    "has no newer one",
                )
            present = decoded.ts_us if column.present is None else column.present
            unknown.append((f"{table.name}.{column.field}", UNKNOWN_RULE, "dropped", len(present)))
            continue
        lock.check_column(
            (
                decoded.table,
                decoded.event,
                column.field,
                column.encoding,
                column.domain,
                column.epoch,
            )
        )
        stored_type = _TYPES[column.encoding]
        if stored_type is Type.INTEGER and field.type is Type.TIMESTAMP:
            stored_type = Type.TIMESTAMP
        left, gone = _without_owners(column, table.name, lock)
        if gone:
            stopped.append((f"{table.name}.{column.field}", STOPPED_RULE, "dropped", gone))
        if left is not None:
            columns.append(_stored(left, table.name, stored_type, lock, pseudonyms))
    return columns


def _without_owners(
    column: DecodedColumn, table: str, lock: PolicyLock
) -> tuple[DecodedColumn | None, int]:
    """The column without values that name the owner of a home folder, None where no other is left;
    and of how many rows those were."""
    if column.encoding != "text" or column.dictionary is None or column.index is None:
        return column, 0
    index, dictionary = column.index, column.dictionary
    owned = lock.naming_owners(table, column.field, dictionary)
    if not owned:
        return column, 0
    kept = [at for at, place in enumerate(index) if place not in owned]
    if not kept:
        return None, len(index)
    good = [place for place in range(len(dictionary)) if place not in owned]
    moved = {place: at for at, place in enumerate(good)}
    present = range(len(index)) if column.present is None else column.present
    left = replace(
        column,
        present=[present[at] for at in kept],
        dictionary=[dictionary[place] for place in good],
        index=[moved[index[at]] for at in kept],
    )
    return left, len(index) - len(kept)


def _stored(
    column: DecodedColumn,
    table: str,
    stored_type: Type,
    lock: PolicyLock,
    pseudonyms: Pseudonyms,
) -> StoredColumn:
    dictionary = column.dictionary
    try:
        if column.tokens is not None:
            text = pseudonyms.text
            dictionary = [text(column.domain, column.epoch, token) for token in column.tokens]
        elif dictionary is not None:
            dictionary = lock.texts(table, column.field, dictionary, pseudonyms)
        elif column.values is not None and column.encoding != "boolean":
            lock.check_numbers(table, column.field, column.values)
    except UnknownEpochError as error:
        raise BatchRefusedError(
            "epoch-unknown",
            f"{table}.{column.field}: this server has no keys of epoch {error.epoch}",
        ) from None
    return StoredColumn(
        field=column.field,
        type=stored_type,
        present=column.present,
        dictionary=dictionary,
        index=column.index,
        values=column.values,
        lengths=column.lengths,
    )
