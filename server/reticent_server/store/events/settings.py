"""What the engine may take, and the configuration it is started with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from reticent_server import limits
from reticent_server.store.events.schema import WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Bounds of one engine. The defaults suit two cores and 4 GiB."""

    readers: int = limits.READERS_MAX
    query_threads: int = limits.QUERY_THREADS_MAX
    query_memory_bytes: int = limits.QUERY_MEMORY_BYTES_MAX
    query_seconds: int = limits.QUERY_SECONDS_MAX
    memory_bytes: int = limits.ENGINE_MEMORY_BYTES_MAX

    def query_limits(self) -> dict[str, int]:
        """Settings of every reader's connection."""
        return {
            "max_threads": self.query_threads,
            "max_memory_usage": self.query_memory_bytes,
            "max_execution_time": self.query_seconds,
            "max_result_rows": limits.QUERY_RESULT_ROWS_MAX,
            "max_result_bytes": limits.QUERY_RESULT_BYTES_MAX,
        }

    def insert_settings(self) -> str:
        """One thread and no splitting: a group must become one block and one part."""
        return (
            "max_threads = 1, max_insert_threads = 1, "
            f"max_block_size = {limits.GROUP_ROWS_MAX}, "
            f"min_insert_block_size_rows = {limits.GROUP_ROWS_MAX}, "
            "min_insert_block_size_bytes = 0, max_partitions_per_insert_block = 1, "
            f"exclude_materialize_skip_indexes_on_insert = '{WORDS}'"
        )


def config_xml(settings: EngineSettings, path: Path, key: bytes) -> str:
    """The engine's configuration. Holds the key: keep it in memory."""
    disk = escape(str(path / "disk")) + "/"
    return f"""<clickhouse>
<max_server_memory_usage>{settings.memory_bytes}</max_server_memory_usage>
<background_pool_size>{limits.ENGINE_BACKGROUND_THREADS}</background_pool_size>
<mark_cache_size>{limits.MARK_CACHE_BYTES}</mark_cache_size>
<storage_configuration>
<disks>
<plain><type>local</type><path>{disk}</path></plain>
<sealed><type>encrypted</type><disk>plain</disk><path>sealed/</path>
<algorithm>AES_256_CTR</algorithm><key_hex>{key.hex()}</key_hex></sealed>
</disks>
<policies><events><volumes><main><disk>sealed</disk></main></volumes></events></policies>
</storage_configuration>
</clickhouse>"""
