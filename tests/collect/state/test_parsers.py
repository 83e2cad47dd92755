"""The parsers: any bytes, no crash, bounded; and what they must understand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from reticent_agent.collect import rows
from reticent_agent.collect.linux import addresses, cpuinfo, dpkg, key_values, passwd, rpm
from reticent_contract.catalog import CATALOG

LINES = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from(
            [
                b"Package: a",
                b"package:b",
                b"Status: install ok installed",
                b"Version: 1",
                b"Architecture: all",
                b"",
                b" ",
                b"root:x:0:0:r:/root:/bin/sh",
                b"a:x:1000:1:,,,,,:/:",
                b"processor : 0",
                b"physical id : 1",
                b"core id : 1",
                b"model : 9",
                b"cpu family : 6",
                b"stepping : 1",
                b"CPU part : 0xd0b",
                b"CPU implementer : 0x41",
                b"|-- 10.0.0.1",
                b"/32 host LOCAL",
                b"NAME='x'",
                b'A="',
            ]
        ),
    ),
    max_size=30,
).map(b"\n".join)


@given(LINES)
def test_dpkg_status_of_any_bytes_gives_at_most_a_package_a_stanza(content: bytes) -> None:
    packages = list(dpkg.parse(content))
    assert len(packages) <= content.lower().count(b"package:")
    assert all(package.name for package in packages)


@given(LINES)
def test_passwd_of_any_bytes_gives_each_name_once(content: bytes) -> None:
    accounts = list(passwd.parse(content))
    assert len({account.user_name for account in accounts}) == len(accounts)
    assert len(accounts) <= content.count(b"\n") + 1


@given(LINES)
def test_cpuinfo_of_any_text_counts_no_more_than_it_holds(content: bytes) -> None:
    processor = cpuinfo.parse(content.decode(errors="replace"))
    assert 0 <= processor.logical_count <= content.count(b"processor")
    assert 0 <= processor.physical_count <= content.count(b"core id")
    assert processor.signature is None or len(processor.signature) == 8


@given(LINES)
def test_os_release_of_any_text_is_a_dictionary_of_its_own_words(content: bytes) -> None:
    text = content.decode(errors="replace")
    values = key_values.parse(text)
    assert all(key in text and len(value) <= len(text) for key, value in values.items())


@given(LINES, LINES)
def test_addresses_of_any_text_are_addresses(first: bytes, second: bytes) -> None:
    one, two = first.decode(errors="replace"), second.decode(errors="replace")
    assert all(name for name, _ in addresses.parse_ipv4(trie=one, routes=two))
    assert all(name for name, _ in addresses.parse_ipv6(one))


@given(st.binary(max_size=400))
def test_rpm_output_of_any_bytes_gives_at_most_a_package_a_line(output: bytes) -> None:
    packages = list(rpm.parse(output))
    assert len(packages) <= output.count(b"\n") + 1


@example("half a pair \ud800", 64)
@given(
    st.text(st.characters() | st.characters(categories=["Cs"])),
    st.integers(min_value=1, max_value=64),
)
def test_a_cut_text_is_no_longer_than_allowed_and_can_be_encoded(text: str, most: int) -> None:
    clean = rows._clean(text, most)
    assert clean is None or 0 < len(str(clean).encode()) <= most


@given(st.binary(max_size=64))
def test_a_file_name_of_any_bytes_becomes_utf_8(name: bytes) -> None:
    clean = rows._clean(name.decode(errors="surrogateescape"), 1024)
    assert clean is None or str(clean).encode().decode() == clean


@given(st.integers())
def test_a_number_in_a_row_fits_64_bits(number: int) -> None:
    row = rows.snapshot(CATALOG.tables["host"], 0, {"memory_bytes": number})
    assert row is None or -(1 << 63) <= cast("int", row.values["memory_bytes"]) < 1 << 63


def test_os_release_quotes_are_taken_off_as_its_manual_says() -> None:
    text = "\n".join(
        [
            "A=plain",
            'B="two words"',
            "C='it''s'",
            r'D="a \"b\" \$c \\"',
            "# E=no",
            " export F=no",
            "A=last",
        ]
    )
    assert key_values.parse(text) == {
        "A": "last",
        "B": "two words",
        "C": "it''s",
        "D": 'a "b" $c \\',
    }


@pytest.mark.parametrize(
    ("family", "model", "stepping", "signature"),
    [
        (6, 170, 4, "000A06A4"),  # Intel Meteor Lake
        (6, 167, 1, "000A0671"),
        (25, 1, 1, "00A00F11"),  # AMD Zen 3: family 15 and 10 more
        (15, 2, 9, "00000F29"),  # Pentium 4
    ],
)
def test_the_signature_is_eax_of_cpuid_leaf_1(
    family: int, model: int, stepping: int, signature: str
) -> None:
    text = f"processor : 0\ncpu family : {family}\nmodel : {model}\nstepping : {stepping}\n"
    assert cpuinfo.parse(text).signature == signature


def test_an_impossible_signature_is_absent() -> None:
    text = "processor : 0\ncpu family : 9999\nmodel : 1\nstepping : 1\n"
    assert cpuinfo.parse(text).signature is None


def test_a_status_file_without_a_last_empty_line_keeps_its_last_package() -> None:
    content = b"Package: a\nStatus: install ok installed\nVersion: 1"
    assert [package.name for package in dpkg.parse(content)] == ["a"]


def test_windows_line_ends_in_a_status_file_do_not_join_stanzas() -> None:
    stanza = b"Package: %c\r\nStatus: install ok installed\r\n\r\n"
    content = stanza % b"a" + stanza % b"b"
    assert [package.name for package in dpkg.parse(content)] == ["a", "b"]


def test_rows_refuse_a_field_that_the_catalog_does_not_have() -> None:
    with pytest.raises(KeyError):
        rows.snapshot(CATALOG.tables["host"], 0, {"imei": "x"})


def test_flags_are_only_nought_and_one() -> None:
    files = SimpleNamespace(read_text={"/a": "0", "/b": "1", "/c": "2"}.get)
    assert [rows.flag(files, path) for path in ("/a", "/b", "/c", "/d")] == [
        False,
        True,
        None,
        None,
    ]
