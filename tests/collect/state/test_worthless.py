"""Values that identify nothing."""

from __future__ import annotations

import pytest
from reticent_agent.collect.worthless import described, identifying, identifying_uuid

FROM_THE_REFERENCE = (
    "Default string",
    "To Be Filled By O.E.M.",
    "System Serial Number",
    "None",
    "N/A",
    "Unknown",
    "Not Specified",
    "Not Present",
    "Not Available",
)
WORTHLESS_UUIDS = (
    "00000000-0000-0000-0000-000000000000",
    "03000200-0400-0500-0006-000700080009",
    "03020100-0504-0706-0809-0a0b0c0d0e0f",
    "10000000-0000-8000-0040-000000000000",
    "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
)


@pytest.mark.parametrize("text", FROM_THE_REFERENCE)
@pytest.mark.parametrize("form", [str, str.upper, str.lower, "  {}\t".format])
def test_a_phrase_that_means_nothing_is_dropped_in_any_case(text: str, form) -> None:
    assert described(form(text)) is None
    assert identifying(form(text)) is None


@pytest.mark.parametrize("uuid", WORTHLESS_UUIDS)
@pytest.mark.parametrize("form", [str, str.upper, "{{{}}}".format, lambda u: u.replace("-", "")])
def test_a_uuid_that_many_boards_carry_is_dropped_in_any_form(uuid: str, form) -> None:
    assert identifying_uuid(form(uuid)) is None
    assert identifying(form(uuid)) is None


@pytest.mark.parametrize(
    "text", ["", " ", "0", "00000000", "0x00", "FFFFFFFF", "00:00", "0123456789"]
)
def test_a_serial_number_without_information_is_dropped(text: str) -> None:
    assert identifying(text) is None


@pytest.mark.parametrize("text", ["0", "1.0", "00", "Rev 0"])
def test_a_version_may_be_nought(text: str) -> None:
    assert described(text) == text


@pytest.mark.parametrize("text", ["PF4ABCDE", "0001F", "F00DF00D", "none-42", "S64KNX0W123456"])
def test_a_real_serial_number_is_kept(text: str) -> None:
    assert identifying(f" {text} ") == text


def test_blanks_inside_are_made_one() -> None:
    assert described("t10.ATA     Disk   9") == "t10.ATA Disk 9"


def test_a_uuid_is_written_one_way() -> None:
    uuid = "4c4c4544-0042-3510-8052-c4c04f4e3132"
    assert identifying_uuid("4C4C4544004235108052C4C04F4E3132") == uuid
    assert identifying_uuid("{4C4C4544-0042-3510-8052-C4C04F4E3132}") == uuid


@pytest.mark.parametrize("text", [None, "", "not a uuid", "4C4C4544-0042-3510-8052", "g" * 32])
def test_what_is_no_uuid_is_none(text: str | None) -> None:
    assert identifying_uuid(text) is None
