"""The reader with which tests look into the event store's files: it takes nothing for clean that it
did not understand."""

from __future__ import annotations

import pytest
import zstandard
from support.sealed_files import NotUnderstoodError, unpacked

NEEDLE = b"canary@example.com"


def block(method: int, packed: bytes, whole: int) -> bytes:
    sizes = (len(packed) + 9).to_bytes(4, "little") + whole.to_bytes(4, "little")
    return bytes(16) + bytes([method]) + sizes + packed


PLAIN = block(0x02, NEEDLE, len(NEEDLE))
ZSTD = block(0x90, zstandard.compress(NEEDLE), len(NEEDLE))
DELTA = block(0x92, b"\x08\x00" + bytes(8), 8)
SEVERAL_OF_NUMBERS = block(0x91, b"\x02\x93\x82" + bytes(8), 8)


@pytest.mark.parametrize("last", [PLAIN, ZSTD], ids=["as it is", "zstd"])
def test_text_is_found_behind_blocks_of_numbers(last: bytes) -> None:
    assert unpacked(DELTA + SEVERAL_OF_NUMBERS + last) == NEEDLE


@pytest.mark.parametrize(
    "wrong",
    [
        block(0x96, NEEDLE, len(NEEDLE)),
        block(0x99, NEEDLE, len(NEEDLE)),
        block(0x91, b"\x02\x90\x82" + NEEDLE, len(NEEDLE)),
        block(0x82, b"\xff" * 9, 99),
        block(0x02, NEEDLE, 7),
        ZSTD[:-1],
        b"#",
    ],
    ids=["encrypted", "deflate", "several of text", "broken", "of another length", "torn", "short"],
)
def test_a_block_that_is_not_understood_is_an_error_and_not_a_clean_file(wrong: bytes) -> None:
    with pytest.raises(NotUnderstoodError, match=f"at {len(PLAIN)} of"):
        unpacked(PLAIN + wrong)
    with pytest.raises(NotUnderstoodError, match="at 0 of"):
        unpacked(wrong, is_blocks=True)


def test_what_is_no_file_of_blocks_has_none() -> None:
    assert unpacked(b"columns format version: 1\n1 columns:\n`user_name` String\n") == b""
    assert unpacked(b"") == b""
