"""The commands of a TPM that the agent uses, each as one function's worth of bytes.

Every object lies under one primary key of the owner's hierarchy, which a TPM derives from its own
seed whenever it is asked: the storage root key of the TCG's EK Credential Profile 2.5 (template
L-2, P-256). Another TPM, or this one after a clear, derives another and can load nothing.

An object's blob, append-only:  TPM2B_PUBLIC, TPM2B_PRIVATE   as TPM2_Create gave them.
Of the private part nothing can be read outside of the TPM.
"""

from __future__ import annotations

import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from reticent_agent.keepers.model import StoreError
from reticent_agent.keepers.tpm import wire
from reticent_agent.keepers.tpm.device import TpmDevice, Transport
from reticent_agent.keepers.tpm.wire import Reader, sized

_CREATE_PRIMARY, _CREATE, _LOAD = 0x131, 0x153, 0x157
_UNSEAL, _SIGN, _FLUSH = 0x15E, 0x15D, 0x165
_OWNER, _NULL_HIERARCHY, _HASH_CHECK = 0x4000_0001, 0x4000_0007, 0x8024
_ECC, _KEYED_HASH, _AES, _CFB, _NULL = 0x23, 0x08, 0x06, 0x43, 0x10
SHA256, ECDSA, P256 = 0x0B, 0x18, 0x03

# Attributes, part 2, 8.3: neither the object nor its parent ever moves to another TPM.
_FIXED = 1 << 1 | 1 << 4
_MADE_INSIDE, _WITH_PASSWORD = 1 << 5, 1 << 6
_NO_LOCKOUT = 1 << 10  # there is no password to guess; other programs' mistakes must not lock it
_RESTRICTED, _DECRYPT, _SIGNS = 1 << 16, 1 << 17, 1 << 18


def _template(kind: int, attributes: int, parameters: bytes) -> bytes:
    """TPMT_PUBLIC without a policy."""
    return struct.pack(">HHIH", kind, SHA256, _FIXED | attributes, 0) + parameters


_NO_POINT = sized(b"") + sized(b"")
_PRIMARY = _template(
    _ECC,
    _MADE_INSIDE | _WITH_PASSWORD | _NO_LOCKOUT | _RESTRICTED | _DECRYPT,
    struct.pack(">HHHHHH", _AES, 128, _CFB, _NULL, P256, _NULL) + _NO_POINT,
)
_SEALED = _template(
    _KEYED_HASH, _WITH_PASSWORD | _NO_LOCKOUT, struct.pack(">H", _NULL) + sized(b"")
)
_SIGNING = _template(
    _ECC,
    _MADE_INSIDE | _WITH_PASSWORD | _NO_LOCKOUT | _SIGNS,
    struct.pack(">HHHHH", _NULL, ECDSA, SHA256, P256, _NULL) + _NO_POINT,
)
_SIGNING_FIXED_BYTES = len(_SIGNING) - len(_NO_POINT)  # what of a public part says what it is

# Result codes, part 2, 6.6. Those of the second form carry which parameter it was.
_SECOND_FORM = 0x080
_AGAIN = frozenset({0x908, 0x90A, 0x922})  # yielded, testing, retry
_TRIES, _TRY_AFTER_S = 20, 0.1
_TOLD = {
    0x085: "its owner hierarchy is disabled",
    0x09F: "it did not make these keys: it was cleared, or they are from another machine",
    0x08E: "its owner hierarchy has a password",
    0x0A2: "its owner hierarchy has a password",
    0x120: "its owner hierarchy is disabled",
    0x921: "it is locked after too many wrong passwords",
}

_one_at_a_time = threading.Lock()


class Tpm:
    """Calls are serialised in this process; the resource manager does it between processes."""

    def __init__(self, device: TpmDevice) -> None:
        self.device = device

    def seal(self, secret: bytes) -> bytes:
        """A blob that this TPM alone opens; `secret` has at most 128 bytes. Raises StoreError."""
        with self._session() as session:
            return session.create(_SEALED, secret)

    def unseal(self, blob: bytes) -> bytes:
        with self._session() as session, session.loaded(blob) as handle:
            answer = session.run(wire.command(_UNSEAL, handle, parameters=b""))
            return answer.sized()

    def new_signing_key(self) -> bytes:
        """The blob of a P-256 key that is made inside and never leaves it. Raises StoreError."""
        with self._session() as session:
            return session.create(_SIGNING, b"")

    def sign(self, blob: bytes, digest: bytes) -> tuple[int, int]:
        """r and s of ECDSA over a SHA-256 `digest`. Raises StoreError."""
        scheme = struct.pack(">HH", ECDSA, SHA256)
        no_ticket = struct.pack(">HIH", _HASH_CHECK, _NULL_HIERARCHY, 0)
        with self._session() as session, session.loaded(blob) as handle:
            answer = session.run(
                wire.command(_SIGN, handle, parameters=sized(digest) + scheme + no_ticket)
            )
            if (answer.u16(), answer.u16()) != (ECDSA, SHA256):
                raise StoreError("the TPM signed by another scheme than it was asked for")
            return int.from_bytes(answer.sized()), int.from_bytes(answer.sized())

    @contextmanager
    def _session(self) -> Iterator[_Session]:
        with _one_at_a_time, self.device.opened() as transport:
            session = _Session(transport)
            with session.primary():
                yield session


class _Session:
    """The device while it is open, with the primary key loaded."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._parent = 0

    @contextmanager
    def primary(self) -> Iterator[None]:
        parameters = sized(sized(b"") + sized(b"")) + sized(_PRIMARY) + _NOTHING_ELSE
        command = wire.command(_CREATE_PRIMARY, _OWNER, parameters=parameters)
        with self._object(command) as self._parent:
            yield

    def create(self, template: bytes, secret: bytes) -> bytes:
        parameters = sized(sized(b"") + sized(secret)) + sized(template) + _NOTHING_ELSE
        answer = self.run(wire.command(_CREATE, self._parent, parameters=parameters))
        private, public = answer.sized(), answer.sized()
        return sized(public) + sized(private)

    @contextmanager
    def loaded(self, blob: bytes) -> Iterator[int]:
        public, private = _parts(blob)
        command = wire.command(_LOAD, self._parent, parameters=sized(private) + sized(public))
        with self._object(command) as handle:
            yield handle

    def run(self, command: bytes) -> Reader:
        """The parameters of the answer. Raises StoreError."""
        body = Reader(self._told(command))
        return Reader(body.take(body.u32()))

    @contextmanager
    def _object(self, command: bytes) -> Iterator[int]:
        """A command whose answer begins with a handle, which is flushed in the end."""
        handle = Reader(self._told(command)).u32()
        try:
            yield handle
        finally:
            flush = struct.pack(">I", handle)
            self._told(wire.command(_FLUSH, parameters=flush, authorised=False))

    def _told(self, command: bytes) -> bytes:
        for _ in range(_TRIES):
            code, body = wire.answer(self._transport.transmit(command))
            if code == 0:
                return body
            if code not in _AGAIN:
                break
            time.sleep(_TRY_AFTER_S)
        raise StoreError(f"the TPM does not do it: {_explained(code)}")


_NOTHING_ELSE = sized(b"") + struct.pack(">I", 0)  # no outside information, no PCR to note down


def _parts(blob: bytes) -> tuple[bytes, bytes]:
    reader = Reader(blob)
    public, private = reader.sized(), reader.sized()
    reader.whole()
    return public, private


def public_point(blob: bytes) -> tuple[int, int]:
    """x and y of a signing key's public half. Raises StoreError where it is no such key."""
    public, _ = _parts(blob)
    if public[:_SIGNING_FIXED_BYTES] != _SIGNING[:_SIGNING_FIXED_BYTES]:
        raise StoreError("what was kept for the TPM is no signing key of this agent")
    point = Reader(public[_SIGNING_FIXED_BYTES:])
    x, y = point.sized(), point.sized()
    point.whole()
    return int.from_bytes(x), int.from_bytes(y)


def _explained(code: int) -> str:
    plain = code & 0x0BF if code & _SECOND_FORM else code
    return f"{_TOLD.get(plain, 'it refused')} (result 0x{code:03x})"
