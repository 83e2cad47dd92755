"""policy.json: the signed policy in force, and the one before it. policy.floor: how far it went.

    {"version", "sha256": hex, "signature": hex, "canonical_json": text, "floor",
     "public_key": hex}
    policy.floor: {"floor", "public_key": hex, "sha256": hex of the policy with that version}

`floor` is the highest version that was ever in force under `public_key`; a policy below it is a
rollback, also after a restart. Another key is another organisation: its versions start anew.
It has a file of its own, durable before policy.json is written: a damaged policy.json is replaced
by what the server sends, but never by an older version.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from reticent_contract import limits
from reticent_contract.v1 import policy_pb2

from reticent_agent import atomic
from reticent_agent.errors import PolicyRefusedError

_NAME, _PREVIOUS, _FLOOR = "policy.json", "policy.previous.json", "policy.floor"
_FLOOR_BYTES_MAX = 4 << 10
_BYTES_MAX = 4 * limits.POLICY_BYTES_MAX  # JSON in JSON is escaped


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    """Not verified: whoever loads it verifies it again."""

    signed: policy_pb2.SignedPolicy
    floor: int


@dataclass(frozen=True, slots=True)
class Floor:
    """The highest version that was put in force, and which policy that was."""

    version: int
    sha256: bytes


class PolicyStore:
    """Files in `folder` (the data directory)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, *, public_key: bytes) -> StoredPolicy | None:
        """None where there is none under this key. PolicyRefusedError: the file is damaged."""
        try:
            data = atomic.read_file(self._folder / _NAME, bytes_max=_BYTES_MAX)
            if data is None:
                return None
            document = json.loads(data)
            if bytes.fromhex(document["public_key"]) != public_key:
                return None
            signed = policy_pb2.SignedPolicy(
                canonical_json=document["canonical_json"].encode("utf-8"),
                signature=bytes.fromhex(document["signature"]),
                sha256=bytes.fromhex(document["sha256"]),
                version=document["version"],
            )
            return StoredPolicy(signed, int(document["floor"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise PolicyRefusedError(
                f"{_NAME} in {self._folder} is damaged; nothing is collected until the server "
                "sends the policy again; it does so with the next connection"
            ) from None

    def floor(self, *, public_key: bytes) -> Floor | None:
        """From policy.floor; None where there is no such file, version 0 for another key.

        PolicyRefusedError: the file is damaged.
        """
        try:
            data = atomic.read_file(self._folder / _FLOOR, bytes_max=_FLOOR_BYTES_MAX)
            if data is None:
                return None
            document = json.loads(data)
            if bytes.fromhex(document["public_key"]) != public_key:
                return Floor(0, b"")
            return Floor(int(document["floor"]), bytes.fromhex(document["sha256"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise PolicyRefusedError(
                f"{_FLOOR} in {self._folder} is damaged; the file is written again with the next "
                f"version, as long as {_NAME} can be read"
            ) from None

    def save(self, signed: policy_pb2.SignedPolicy, *, floor: int, public_key: bytes) -> None:
        """Puts `signed` in force; what was stays beside it. Raises PolicyRefusedError."""
        document = {
            "version": signed.version,
            "sha256": signed.sha256.hex(),
            "signature": signed.signature.hex(),
            "canonical_json": signed.canonical_json.decode("utf-8"),
            "floor": floor,
            "public_key": public_key.hex(),
        }
        mark = {"floor": floor, "public_key": public_key.hex(), "sha256": signed.sha256.hex()}
        try:
            atomic.write_file(self._folder / _FLOOR, json.dumps(mark).encode())
            before = atomic.read_file(self._folder / _NAME, bytes_max=_BYTES_MAX)
            if before is not None:
                atomic.write_file(self._folder / _PREVIOUS, before)
            atomic.write_file(
                self._folder / _NAME, json.dumps(document, ensure_ascii=False, indent=1).encode()
            )
        except OSError as error:
            raise PolicyRefusedError(
                f"the policy could not be written ({error.strerror}); the one before stays in "
                "force; free space or check the rights of the data directory"
            ) from None

    def other_organisation(self, *, public_key: bytes) -> bool:
        """True where the policy on disk was signed under another key."""
        try:
            data = atomic.read_file(self._folder / _NAME, bytes_max=_BYTES_MAX)
            return data is not None and bytes.fromhex(json.loads(data)["public_key"]) != public_key
        except (OSError, ValueError, KeyError, TypeError):
            return False
