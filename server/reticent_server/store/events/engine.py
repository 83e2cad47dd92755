"""The chDB engine on one path: opening, one writer, a bounded pool of readers.

Enters: SQL with parameters, Arrow. Leaves: Arrow. Must hold: an engine's message may quote values,
so no error raised here carries it, only its stable name; the key is never written to a disk.

    <path>/store.json   format number and a check value of the key; store.lock: see `manifest`
    <path>/engine/      the engine's own: metadata
    <path>/disk/sealed/ encrypted parts (AES-256-CTR, its nonce in each file's header)
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from chdb import _chdb
from chdb.state.sqlitelike import Connection

from reticent_server.errors import StoreError
from reticent_server.limits import READER_WAIT_S
from reticent_server.store.events import manifest
from reticent_server.store.events.errors import QueryTooLargeError, StoreClosedError
from reticent_server.store.events.failures import opening_failure, translated
from reticent_server.store.events.root_link import link_root_into_itself
from reticent_server.store.events.settings import EngineSettings, config_xml

_ARROW_OUT = {
    "output_format_arrow_string_as_string": 1,
    "output_format_arrow_low_cardinality_as_dictionary": 0,
    "output_format_arrow_compression_method": "'none'",
}


class Engine:
    """One open path. chDB holds one path a process, so a process has one open `Engine`."""

    def __init__(self, path: Path, *, key: bytes, settings: EngineSettings) -> None:
        """Open or make the store. Raises StoreDamagedError, StoreError (open elsewhere)."""
        manifest.check(path, key)
        lock = manifest.lock(path)
        self._path = path
        self._settings = settings
        self._closed = False
        self._lock = threading.Lock()
        try:
            self._writer = self._connect_first(key)
        except BaseException:
            os.close(lock)
            raise
        self._file_lock = lock
        self._maintenance = Connection(str(path / "engine"))
        self._maintaining = threading.Lock()
        self._idle: queue.LifoQueue[Connection] = queue.LifoQueue()
        for _ in range(settings.readers):
            self._idle.put(self._reader())

    def _connect_first(self, key: bytes) -> Connection:
        link_root_into_itself(self._path / "disk" / "sealed")
        # In memory only: the engine reads its configuration by path, and the key must not
        # lie on the disk that it protects.
        config = os.memfd_create("reticent-events", os.MFD_CLOEXEC)
        try:
            os.write(config, config_xml(self._settings, self._path, key).encode())
            try:
                writer = Connection(f"{self._path / 'engine'}?config-file=/proc/self/fd/{config}")
            except RuntimeError as error:
                raise opening_failure(self._path, str(error)) from None
        finally:
            os.close(config)
        # Else a SIGSEGV anywhere in the process hangs it.
        _chdb.reset_signal_handlers()  # type: ignore[attr-defined]  # the extension has no stubs
        return writer

    def _reader(self) -> Connection:
        reader = Connection(str(self._path / "engine"))
        limits = {**self._settings.query_limits(), **_ARROW_OUT}
        reader.query("SET " + ", ".join(f"{name} = {value}" for name, value in limits.items()))
        reader.query("SET readonly = 2")  # a reader never writes, whatever a statement says
        return reader

    @contextmanager
    def _borrowed(self) -> Iterator[Connection]:
        if self._closed:
            raise StoreClosedError("the event store is closed; open it again")
        try:
            reader = self._idle.get(timeout=READER_WAIT_S)
        except queue.Empty:
            raise QueryTooLargeError(
                f"all {self._settings.readers} readers of the event store stayed busy for "
                f"{READER_WAIT_S:.0f} s; nothing was read; try again, or narrow the queries"
            ) from None
        try:
            yield reader
        finally:
            self._idle.put(reader)

    def read(self, sql: str, params: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        """Rows as dictionaries; `params` are texts already escaped (`parameters.py`)."""
        with self._borrowed() as reader:
            try:
                raw = reader.query(sql, "ArrowStream", params=dict(params or {})).bytes()
            except RuntimeError as error:
                raise translated(str(error)) from None
            except Exception as error:
                if "DB::" not in str(error) and "Code:" not in str(error):
                    raise
                raise translated(str(error)) from None
        if not raw:
            return []
        with pa.ipc.open_stream(raw) as stream:
            rows: list[dict[str, Any]] = stream.read_all().to_pylist()
        return rows

    def table_folders(self) -> list[Path]:
        """Where the tables' parts lie: one folder a table, of which this store has one."""
        return sorted((self._path / "disk" / "sealed" / "store").glob("*/*/"))

    def execute(self, sql: str) -> None:
        """A statement of the writer's connection."""
        with self._lock:
            self._execute(self._writer, sql)

    def maintain(self, sql: str, params: Mapping[str, str] | None = None) -> None:
        """A long statement that must not keep the writer waiting; `params` as `read` has them."""
        with self._maintaining:
            self._execute(self._maintenance, sql, params)

    def insert(self, table: str, types: Mapping[str, str], rows: pa.RecordBatch) -> None:
        """One insert, one block, one part: stored durably on return, not at all on an error.

        Not by the engine's streaming insert: that one reports success when the commit failed.
        """
        names = ", ".join(f"`{name}`" for name in rows.schema.names)
        structure = ", ".join(f"`{name}` {types[name]}" for name in rows.schema.names)
        quoted = structure.replace("\\", "\\\\").replace("'", "\\'")
        data = os.memfd_create("reticent-group", os.MFD_CLOEXEC)
        try:
            with (
                pa.OSFile(f"/proc/self/fd/{data}", "wb") as sink,
                pa.ipc.new_stream(sink, rows.schema) as out,
            ):
                out.write_batch(rows)
            with self._lock:
                self._execute(
                    self._writer,
                    f"INSERT INTO {table} ({names}) SELECT {names} FROM "  # noqa: S608  # names are the schema's
                    f"file('/proc/self/fd/{data}', 'ArrowStream', '{quoted}') "
                    f"SETTINGS {self._settings.insert_settings()}",
                )
        finally:
            os.close(data)

    def _execute(
        self, connection: Connection, sql: str, params: Mapping[str, str] | None = None
    ) -> None:
        if self._closed:
            raise StoreClosedError("the event store is closed; open it again")
        try:
            connection.query(sql, params=dict(params or {}))
        except Exception as error:
            if not isinstance(error, RuntimeError) and "DB::" not in str(error):
                raise
            raise translated(str(error)) from None

    def close(self) -> None:
        """Wait for the writer and the readers, then let go of the path. Idempotent."""
        with self._lock, self._maintaining:
            if self._closed:
                return
            self._closed = True
            for _ in range(self._settings.readers):
                try:
                    self._idle.get(timeout=READER_WAIT_S).close()
                except queue.Empty:
                    raise StoreError(
                        "a reader of the event store did not end; the path stays taken until this "
                        "process ends; end the process"
                    ) from None
            self._maintenance.close()
            self._writer.close()
            os.close(self._file_lock)
