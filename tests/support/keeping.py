"""One server's epochs without the server, and what stands around them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reticent_server.audit import AuditService
from reticent_server.epochs.files import EpochFiles
from reticent_server.epochs.service import EpochService
from reticent_server.policies.service import PolicyService
from reticent_server.store.control.engine import ControlStore

NOW_S = 1_795_329_125.0  # 2026-11-22T06:32:05Z


@dataclass(frozen=True)
class Keeping:
    data_dir: Path
    control: ControlStore
    policies: PolicyService
    audit: AuditService
    epochs: EpochService
    files: EpochFiles

    def publish(self, *, epoch: int, group: str = "default") -> int:
        document = dict(self.policies.parsed(self.policies.current()).document)
        del document["version"]
        pseudonyms = {**document["pseudonyms"], "epoch": epoch}  # type: ignore[dict-item]
        return self.policies.publish(document | {"pseudonyms": pseudonyms}, group=group)
