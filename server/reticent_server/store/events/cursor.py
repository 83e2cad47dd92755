"""Where a page of a search ended.

    base64url( version 1 | ts_us i64 | device_id 16 | stream_id 16 | seq u64 | row u32 | crc32 )

Big-endian, 57 bytes. Opaque to callers; a reader that knows the version refuses all else.
"""

from __future__ import annotations

import base64
import binascii
import struct
import zlib

from reticent_server.limits import CURSOR_CHARS_MAX
from reticent_server.store.events.errors import CursorInvalidError
from reticent_server.store.events.model import Event

_LAYOUT = struct.Struct(">Bq16s16sQI")
_CHECK = struct.Struct(">I")
_VERSION = 1

Position = tuple[int, bytes, bytes, int, int]  # ts_us, device_id, stream_id, seq, row


def encode(event: Event) -> str:
    """The cursor after this row."""
    body = _LAYOUT.pack(
        _VERSION, event.ts_us, event.device_id, event.stream_id, event.seq, event.row
    )
    return base64.urlsafe_b64encode(body + _CHECK.pack(zlib.crc32(body))).rstrip(b"=").decode()


def decode(cursor: str) -> Position:
    """The row that ended the page before. Raises CursorInvalidError."""
    if len(cursor) > CURSOR_CHARS_MAX:
        raise _invalid()
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise _invalid() from None
    body, check = raw[: _LAYOUT.size], raw[_LAYOUT.size :]
    if len(body) != _LAYOUT.size or check != _CHECK.pack(zlib.crc32(body)):
        raise _invalid()
    version, ts_us, device_id, stream_id, seq, row = _LAYOUT.unpack(body)
    if version != _VERSION:
        raise _invalid()
    return ts_us, device_id, stream_id, seq, row


def _invalid() -> CursorInvalidError:
    return CursorInvalidError(
        "this cursor was not made by this server, or is cut off; nothing was searched; start again "
        "without a cursor"
    )
