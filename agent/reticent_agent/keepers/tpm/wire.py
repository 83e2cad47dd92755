"""The bytes of TPM 2.0 commands and answers.

    command    tag u16, size u32, code u32, handles u32…, [size u32, authorisation], parameters
    answer     tag u16, size u32, result u32, [handle u32], [size u32], parameters

Big-endian; a TPM2B is a u16 length and so many bytes. Source: TCG TPM 2.0 Library 1.59, part 1
(18, command/response structure), part 2 (structures), part 3 (commands).
"""

from __future__ import annotations

import struct

from reticent_agent.keepers.model import StoreError

NO_SESSIONS, SESSIONS = 0x8001, 0x8002
HEADER_BYTES = 10
MESSAGE_BYTES_MAX = 4_096  # TPM2_MAX_COMMAND_SIZE and the kernel's own bound

# One password authorisation with an empty password: TPM_RS_PW, no nonce, continue, no password.
_EMPTY_PASSWORD = struct.pack(">IIHBH", 9, 0x4000_0009, 0, 1, 0)


class Reader:
    """Takes an answer apart; raises StoreError where it ends early."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, length: int) -> bytes:
        end = self._at + length
        if end > len(self._data):
            raise StoreError("the TPM's answer, or what was kept for it, ends early")
        part = self._data[self._at : end]
        self._at = end
        return part

    def u16(self) -> int:
        return int.from_bytes(self.take(2))

    def u32(self) -> int:
        return int.from_bytes(self.take(4))

    def sized(self) -> bytes:
        """The content of a TPM2B."""
        return self.take(self.u16())

    def whole(self) -> None:
        """Raises StoreError where something is left."""
        if self._at != len(self._data):
            raise StoreError("the TPM's answer, or what was kept for it, is longer than it says")


def sized(content: bytes) -> bytes:
    """A TPM2B."""
    return struct.pack(">H", len(content)) + content


def command(code: int, *handles: int, parameters: bytes, authorised: bool = True) -> bytes:
    """`authorised`: the (first) handle is used with its empty password."""
    body = b"".join(struct.pack(">I", handle) for handle in handles)
    body += (_EMPTY_PASSWORD if authorised else b"") + parameters
    tag = SESSIONS if authorised else NO_SESSIONS
    return struct.pack(">HII", tag, HEADER_BYTES + len(body), code) + body


def answer(data: bytes) -> tuple[int, bytes]:
    """The result code, 0 for success, and what follows it. Raises StoreError."""
    if not HEADER_BYTES <= len(data) <= MESSAGE_BYTES_MAX:
        raise StoreError("the TPM gave no whole answer")
    tag, size, code = struct.unpack_from(">HII", data)
    if tag not in (NO_SESSIONS, SESSIONS):
        raise StoreError("what answers is no TPM 2.0")
    if size != len(data):
        raise StoreError("the TPM gave no whole answer")
    return code, data[HEADER_BYTES:]
