"""What the parsers must understand, and that they bear any bytes."""

from __future__ import annotations

import base64
import json

import pytest
from collect.fuzz_windows import PARSERS
from hypothesis import given
from hypothesis import strategies as st
from reticent_agent.collect.windows import cim, modem, peripheral, plugged, software
from reticent_agent.collect.windows.cim import CimError, Question
from reticent_agent.collect.windows.event_xml import EVENT_CHARS_MAX, Event, parse, time_us, whole
from reticent_agent.collect.windows.os_version import product_name
from reticent_agent.collect.windows.people import is_person, relative_id

BIOS = Question(cim_class="Win32_BIOS", properties=("SerialNumber",))
EVENT = (
    '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>'
    "<Provider Name='Microsoft-Windows-Security-Auditing'/><EventID Qualifiers='0'>4624</EventID>"
    "<Level>0</Level><TimeCreated SystemTime='2015-11-12T00:24:35.079785200Z'/>"
    "<EventRecordID>211</EventRecordID><Execution ProcessID='716' ThreadID='760'/>"
    "<Channel>Security</Channel><Computer>PC</Computer></System>{}</Event>"
)
PIECES = st.lists(
    st.one_of(
        st.binary(max_size=30),
        st.sampled_from(
            [
                b"<Event><System>",
                b"<EventID>4624</EventID>",
                b"<Data Name='a'>",
                b"</Data>",
                b"<!DOCTYPE x [",
                b"&amp;",
                b'{"Win32_BIOS":[',
                b'{"SerialNumber":"x"}',
                b"]}",
                b"/Date(1755734400000)/",
                b"Device Id : 490154203237518\r\n",
                b"\r\n\r\n",
                b"USB\\VID_0781&PID_5581\\4C53",
                b"S-1-5-21-1-2-3-4",
                b'{"v":1,"channel":"Security",',
                b"\xff\xfe",
            ]
        ),
    ),
    max_size=20,
).map(b"".join)


@pytest.mark.parametrize("name", sorted(PARSERS))
@given(content=PIECES)
def test_any_bytes_are_borne(name: str, content: bytes) -> None:
    PARSERS[name](content)


def event(body: str) -> Event | None:
    return parse(EVENT.format(body))


def test_an_event_is_read_whole() -> None:
    found = event("<EventData><Data Name='A'>x &amp; y</Data><Data>1</Data><Data/></EventData>")
    assert found is not None
    assert (found.event_id, found.record, found.pid, found.level) == (4624, 211, 716, 0)
    assert found.provider == "Microsoft-Windows-Security-Auditing"
    assert found.ts_us == 1_447_287_875_079_785
    assert dict(found.data) == {"A": "x & y"}
    assert found.texts == ("1", "")


def test_a_billion_laughs_are_refused_before_the_first() -> None:
    entities = "".join(
        f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" if n else "<!ENTITY l0 'lol'>" for n in range(10)
    )
    bomb = f"<?xml version='1.0'?><!DOCTYPE x [{entities}]>" + EVENT.format("<x>&l9;</x>")
    assert parse(bomb) is None


def test_a_file_of_the_laptop_cannot_be_drawn_in() -> None:
    outside = "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
    assert parse(outside + EVENT.format("<EventData><Data>&f;</Data></EventData>")) is None


def test_what_is_no_whole_event_is_none() -> None:
    assert parse("") is None
    assert parse("<Event/>") is None
    assert parse(EVENT.format("")[:-1]) is None
    assert parse(EVENT.format("").replace("211", "")) is None
    assert parse(EVENT.format("<Data>" + "x" * EVENT_CHARS_MAX + "</Data>")) is None
    assert parse(EVENT.format("<UserData>" + "<a/>" * 5_000 + "</UserData>")) is None


def test_values_do_not_stand_in_the_repr_of_an_event() -> None:
    assert "geheim" not in repr(event("<EventData><Data Name='A'>geheim</Data></EventData>"))


@pytest.mark.parametrize(
    ("text", "us"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2025-11-20T06:58:11.1234567Z", 1_763_621_891_123_456),
        ("1601-01-01T00:00:00.000000000Z", None),
        ("9999-12-31T23:59:59Z", None),
        ("2025-13-20T06:58:11Z", None),
        ("2025-11-20 06:58:11", None),
        (None, None),
    ],
)
def test_times(text: str | None, us: int | None) -> None:
    assert time_us(text) == us


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("0x3e7", 999), ("", None), ("-5", None), ("0x", None), ("9" * 30, None)],
)
def test_numbers(text: str, number: int | None) -> None:
    assert whole(text) == number


def answered(document: object) -> cim.Answer:
    return cim.parse(json.dumps(document).encode(), (BIOS,))["Win32_BIOS"]


ONE = {"SerialNumber": "PF4ABCDE"}


@pytest.mark.parametrize(
    ("document", "instances"),
    [
        ({"Win32_BIOS": [ONE]}, (ONE,)),
        ({"Win32_BIOS": ONE}, (ONE,)),
        ({"Win32_BIOS": {"value": [ONE, ONE], "Count": 2}}, (ONE, ONE)),
        ({"Win32_BIOS": []}, ()),
        ({"Win32_BIOS": None}, ()),
    ],
)
def test_arrays_of_powershell_in_every_form(document: object, instances: object) -> None:
    assert answered(document).instances == instances


@pytest.mark.parametrize(
    ("failure", "lacks"),
    [
        ({"failed": "InvalidClass", "code": -2147217392}, "absent"),
        ({"failed": "", "code": -2147217394}, "absent"),
        ({"failed": "AccessDenied", "code": 0}, "needs_root"),
        ({"failed": "", "code": -2147024891}, "needs_root"),
    ],
)
def test_what_is_lacking_is_told_apart(failure: object, lacks: str) -> None:
    assert answered({"Win32_BIOS": failure}).lacks == lacks


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"Win32_BIOS":[1]}',
        b'{"Win32_BIOS":"x"}',
        b'{"Win32_BIOS":{"failed":"Failed","code":1}}',
        b'{"Win32_BIOS":[{"SerialNumber":"M\x81ller"}]}',
        b"[" * 100_000,
    ],
)
def test_half_an_answer_raises(content: bytes) -> None:
    with pytest.raises(CimError):
        cim.parse(content, (BIOS,))


def test_a_byte_order_mark_is_borne() -> None:
    content = b"\xef\xbb\xbf" + json.dumps({"Win32_BIOS": ONE}).encode() + b"\r\n"
    assert cim.parse(content, (BIOS,))["Win32_BIOS"].instances == (ONE,)


def test_a_command_has_nothing_to_quote() -> None:
    program, *rest = cim.command(r"C:\Windows\System32", (BIOS,))
    assert program == r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"
    assert "-NoProfile" in rest
    assert "-NonInteractive" in rest
    assert rest[-1].strip("=").isalnum() or set(rest[-1]) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
    )
    assert sum(map(len, (program, *rest))) < 32_000  # CreateProcess takes no longer a line


def test_columns_that_vary_are_not_named_in_the_query() -> None:
    fixed = Question(cim_class="A", properties=("X", "Y"), where="Z = 'a'")
    varying = Question(cim_class="B", properties=("X",), columns_vary=True)
    script = base64.b64decode(cim.command("C:", (fixed, varying))[-1]).decode("utf-16-le")
    assert "-Query 'SELECT X,Y FROM A WHERE Z = ''a'''" in script
    assert "-Query 'SELECT * FROM B'" in script
    assert "Select-Object -Property X)}" in script


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("/Date(1755734400000)/", "2025-08-21"),
        ("/Date(1755734400000+0200)/", "2025-08-21"),
        ("20240822000000.000000+000", "2024-08-22"),
        ("/Date(99999999999999999)/", None),
        ("21.08.2025", None),
        (17, None),
    ],
)
def test_days(value: object, day: str | None) -> None:
    assert cim.day({"at": value}, "at") == day


def test_an_imei_is_known_by_its_check_digit() -> None:
    assert modem.is_imei("490154203237518")
    assert not modem.is_imei("490154203237519")
    assert not modem.is_imei("000000000000000")
    assert not modem.is_imei("262011234567890")  # a subscriber's number has as many digits


def test_a_language_nobody_knows_gives_the_number_alone() -> None:
    block = "    Nom : Cellulaire\r\n    ID : 490154203237518\r\n    Fabricant : Quectel\r\n"
    assert list(modem.parse(block.encode())) == [{"name": None, "imei": "490154203237518"}]


def test_two_numbers_that_could_be_it_are_none() -> None:
    block = "    A : 490154203237518\r\n    B : 356938035643809\r\n"
    assert list(modem.parse(block.encode())) == []


def test_characters_end_at_the_first_zero() -> None:
    assert peripheral.characters((68, 69, 76, 0, 88)) == "DEL"
    assert peripheral.characters(()) is None
    assert peripheral.characters(("x", 3)) is None
    assert peripheral.characters((0xD800,)) == "\ufffd"


@pytest.mark.parametrize(
    ("instance", "serial"),
    [
        (r"USB\VID_0781&PID_5581\4C530001230718112233", "4C530001230718112233"),
        (r"USB\VID_0781&PID_5581\5&2f5a2f57&0&8", None),
        (r"USB\VID_0781&PID_5581\0000000000", None),
    ],
)
def test_serials_of_usb_devices(instance: str, serial: str | None) -> None:
    found = plugged.usb_name(instance)
    assert found is not None
    assert found.serial == serial


@pytest.mark.parametrize(
    "instance",
    [r"USB\ROOT_HUB30\4&1", r"USB\VID_5986&PID_118A&MI_00\6&1", "PCI\\VEN_8086", ""],
)
def test_hubs_and_parts_of_devices_are_none(instance: str) -> None:
    assert plugged.usb_name(instance) is None


@pytest.mark.parametrize(
    ("entry", "is_listed"),
    [
        ({"displayname": "A"}, True),
        ({"displayname": ""}, False),
        ({"displayname": "A", "systemcomponent": 1}, False),
        ({"displayname": "A", "parentkeyname": "B"}, False),
        ({"displayname": "A", "releasetype": "Security Update"}, False),
    ],
)
def test_what_is_a_program(entry: dict[str, str | int], is_listed: bool) -> None:
    assert (software.program(entry, None) is not None) is is_listed


def test_windows_11_is_told_by_its_build() -> None:
    assert product_name("Windows 10 Pro", "26100") == "Windows 11 Pro"
    assert product_name("Windows 10 Pro", "19045") == "Windows 10 Pro"
    assert product_name("Windows 10 Pro", None) == "Windows 10 Pro"


def test_people_are_told_from_services() -> None:
    assert is_person("S-1-5-21-1-2-3-1001")
    assert is_person("S-1-12-1-1-2-3-4")
    assert relative_id("S-1-5-21-1-2-3-1001") == 1001
    for sid in ("S-1-5-18", "S-1-5-90-0-1", "S-1-5-96-0-1", "S-1-5-21-1-2-3-1001_Classes", None):
        assert not is_person(sid)
