"""For which processors a program was built, by the head of its Mach-O file.

Enters: the first bytes of a file (mach-o/loader.h, mach-o/fat.h). Leaves: names of architectures.
"""

from __future__ import annotations

import struct

from reticent_agent.collect.model import FileRoot

_HEAD_BYTES = 8 + 20 * 16
_FAT, _FAT_64 = 0xCAFEBABE, 0xCAFEBABF
_THIN = {0xFEEDFACE, 0xFEEDFACF}
_FAT_COUNT_MAX = 16  # a Java class begins with the same four bytes and has a larger number here
_NAMES = {7: "i386", 0x01000007: "x86_64", 12: "arm", 0x0100000C: "arm64"}


def architecture(files: FileRoot, path: str) -> str | None:
    """Such as `arm64`, or `x86_64,arm64`; None where it is no program or cannot be read."""
    try:
        return read_head(files.read_bytes(path, bytes_max=_HEAD_BYTES))
    except OSError:
        return None


def read_head(head: bytes) -> str | None:
    """None for anything that is no head of a Mach-O file."""
    if len(head) < 8:
        return None
    magic, first = struct.unpack(">II", head[:8])
    if magic in (_FAT, _FAT_64):
        size = 20 if magic == _FAT else 32
        if not 0 < first <= _FAT_COUNT_MAX:
            return None
        kinds = [
            struct.unpack_from(">I", head, 8 + i * size)[0]
            for i in range(first)
            if 8 + i * size + 4 <= len(head)
        ]
    else:
        magic, kind = struct.unpack("<II", head[:8])
        if magic not in _THIN:
            return None
        kinds = [kind]
    return ",".join(dict.fromkeys(_NAMES[kind] for kind in kinds if kind in _NAMES)) or None
