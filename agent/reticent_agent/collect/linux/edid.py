"""What a monitor says of itself: EDID, its first block of 128 bytes.

Enters: bytes as /sys/class/drm/*/edid gives them. Leaves: a `Monitor`, or None. Must hold: a block
with a wrong head or checksum is no monitor. Source: VESA E-EDID standard 1.4, section 3.
"""

from __future__ import annotations

from typing import NamedTuple

BLOCK_BYTES = 128
_HEAD = bytes.fromhex("00ffffffffffff00")
_DESCRIPTORS = range(54, 126, 18)
_NAME, _SERIAL = 0xFC, 0xFF
_MODEL_YEAR_WEEK = 0xFF  # then byte 17 is the model's year and not the one of making


class Monitor(NamedTuple):
    """Empty text and None for what it does not tell."""

    vendor: str
    model: str
    serial: str
    made_year: int | None


def parse(content: bytes) -> Monitor | None:
    """None where this is no EDID: empty (nothing plugged in), cut, or damaged."""
    block = content[:BLOCK_BYTES]
    if len(block) < BLOCK_BYTES or block[:8] != _HEAD or sum(block) % 256:
        return None
    number = int.from_bytes(block[12:16], "little")
    product = int.from_bytes(block[10:12], "little")
    return Monitor(
        vendor=_maker(block),
        model=_text(block, _NAME) or f"{product:04X}",
        serial=_text(block, _SERIAL) or _number(number),
        made_year=_year(block),
    )


def _maker(block: bytes) -> str:
    """Three letters of five bits each, A is 1; big-endian."""
    packed = int.from_bytes(block[8:10], "big")
    codes = [packed >> shift & 0x1F for shift in (10, 5, 0)]
    letters = "".join(chr(64 + code) for code in codes)
    return letters if packed < 0x8000 and all(1 <= code <= 26 for code in codes) else ""


def _text(block: bytes, tag: int) -> str:
    """A display descriptor: three zeros, tag, zero, 13 bytes that a line feed ends."""
    for at in _DESCRIPTORS:
        if block[at : at + 3] == b"\0\0\0" and block[at + 3] == tag:
            text = block[at + 5 : at + 18].partition(b"\n")[0]
            return text.decode("cp437").strip("\0 ")
    return ""


def _number(number: int) -> str:
    """The 32-bit serial number. 1 and 0x01010101 stand in every monitor of some makers."""
    return "" if number in (0, 1, 0x01010101, 0xFFFFFFFF) else str(number)


def _year(block: bytes) -> int | None:
    return None if block[16] == _MODEL_YEAR_WEEK or block[17] == 0 else 1990 + block[17]
