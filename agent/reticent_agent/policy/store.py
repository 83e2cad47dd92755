"""policy.json: the signed policy in force, and the one before it. policy.floor: how far it went.

    {"version", "sha256": hex, "signature": hex, "canonical_json": text, "floor",
     "public_key": hex, "group", "left"}
    policy.floor: {"floor", "public_key": hex, "sha256": hex of the policy with that version,
     "group", "left"}
    left: {group: {"floor", "sha256"}} of device groups that this laptop was enrolled in before

`floor` is the highest version that was ever in force under `public_key` while the laptop was in
`group`; a policy below it is a rollback, also after a restart, and after it was in another group in
between. Another key is another organisation: its versions start anew. Files without `group` are
from before that word: their floor holds in whatever group the laptop is.
It has a file of its own, durable before policy.json is written: a damaged policy.json is replaced
by what the server sends, but never by an older version.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reticent_contract import limits
from reticent_contract.v1 import policy_pb2

from reticent_agent import atomic
from reticent_agent.errors import PolicyRefusedError

_NAME, _PREVIOUS, _FLOOR = "policy.json", "policy.previous.json", "policy.floor"
_LEFT_MAX = 64  # groups that one laptop may have been in
_FLOOR_BYTES_MAX = 64 << 10
_BYTES_MAX = 4 * limits.POLICY_BYTES_MAX  # JSON in JSON is escaped


@dataclass(frozen=True, slots=True)
class Floor:
    """The highest version that was put in force in a group, and which policy that was."""

    version: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    """Not verified: whoever loads it verifies it again.

    `floor` is that of the group that was asked for; `of_group`: the policy was put in force there.
    """

    signed: policy_pb2.SignedPolicy
    floor: Floor
    of_group: bool


class PolicyStore:
    """Files in `folder` (the data directory)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, *, public_key: bytes, group: str) -> StoredPolicy | None:
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
            of_group = document.get("group", group) == group
            return StoredPolicy(signed, _floor_of(document, group), of_group)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise PolicyRefusedError(
                f"{_NAME} in the agent's folder is damaged; nothing is collected until the server "
                "sends the policy again; it does so with the next connection"
            ) from None

    def floor(self, *, public_key: bytes, group: str) -> Floor | None:
        """From policy.floor; None where there is no such file, version 0 for another key and for a
        group that the laptop never had a policy in.

        PolicyRefusedError: the file is damaged.
        """
        try:
            data = atomic.read_file(self._folder / _FLOOR, bytes_max=_FLOOR_BYTES_MAX)
            if data is None:
                return None
            document = json.loads(data)
            if bytes.fromhex(document["public_key"]) != public_key:
                return Floor(0, b"")
            return _floor_of(document, group)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise PolicyRefusedError(
                f"{_FLOOR} in the agent's folder is damaged; the file is written again with the "
                f"next version, as long as {_NAME} can be read"
            ) from None

    def save(
        self, signed: policy_pb2.SignedPolicy, *, floor: int, public_key: bytes, group: str
    ) -> None:
        """Puts `signed` in force; what was stays beside it. Raises PolicyRefusedError."""
        of = {"public_key": public_key.hex(), "group": group, "left": self._left(public_key, group)}
        document = {
            "version": signed.version,
            "sha256": signed.sha256.hex(),
            "signature": signed.signature.hex(),
            "canonical_json": signed.canonical_json.decode("utf-8"),
            "floor": floor,
            **of,
        }
        mark = {"floor": floor, "sha256": signed.sha256.hex(), **of}
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

    def _left(self, public_key: bytes, group: str) -> dict[str, Any]:
        """Floors of the other groups under this key, from both files: one may be damaged."""
        left: dict[str, Any] = {}
        for name, bytes_max in ((_NAME, _BYTES_MAX), (_FLOOR, _FLOOR_BYTES_MAX)):
            with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
                document = json.loads(
                    atomic.read_file(self._folder / name, bytes_max=bytes_max) or b"{}"
                )
                if bytes.fromhex(document["public_key"]) != public_key:
                    continue
                mine = {key: document[key] for key in ("floor", "sha256")}
                found = {**document.get("left", {}), document.get("group", group): mine}
                for other, mark in found.items():
                    if _floor(mark).version >= left.get(other, mark)["floor"]:
                        left[other] = mark
        left.pop(group, None)
        if len(left) > _LEFT_MAX:
            raise PolicyRefusedError(
                f"this laptop was in more than {_LEFT_MAX} device groups; what it runs stays in "
                "force; delete its data directory and enrol it again"
            )
        return left

    def other_organisation(self, *, public_key: bytes) -> bool:
        """True where the policy on disk was signed under another key."""
        try:
            data = atomic.read_file(self._folder / _NAME, bytes_max=_BYTES_MAX)
            return data is not None and bytes.fromhex(json.loads(data)["public_key"]) != public_key
        except (OSError, ValueError, KeyError, TypeError):
            return False


def _floor(mark: dict[str, Any]) -> Floor:
    return Floor(int(mark["floor"]), bytes.fromhex(mark["sha256"]))


def _floor_of(document: dict[str, Any], group: str) -> Floor:
    """The one of `group` in either file; version 0 where the laptop had no policy in it yet."""
    if document.get("group", group) == group:
        return _floor(document)
    return _floor(document["left"][group]) if group in document["left"] else Floor(0, b"")
