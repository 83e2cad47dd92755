"""What the beginning of a log line tells."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

import pytest
from collect_events.fakes import NOW_US
from hypothesis import given
from hypothesis import strategies as st
from reticent_agent.collect.logs.syslog_line import LineReader

INDIA = timezone(timedelta(hours=5, minutes=30))


def read(line: str, *, now_us: int = NOW_US, zone: tzinfo = UTC) -> tuple[str, dict[str, Any]]:
    ts_us, values = LineReader(zone).read(line, now_us=now_us)
    moment = datetime.fromtimestamp(ts_us // 1_000_000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{ts_us % 1_000_000:06}", values


def us(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1e6)


def test_a_classic_line_without_the_host_name() -> None:
    assert read("Nov 22 06:13:01 laptop-7 sshd[812]: Accepted publickey") == (
        "2026-11-22T06:13:01.000000",
        {"program": "sshd", "pid": 812, "message": "Accepted publickey"},
    )


def test_a_classic_line_without_a_pid_and_with_a_one_digit_day() -> None:
    assert read("Nov  2 06:13:01 laptop-7 kernel: usb 1-1: new device")[1] == {
        "program": "kernel",
        "message": "usb 1-1: new device",
    }


def test_a_classic_line_is_in_local_time() -> None:
    assert read("Nov 22 11:43:01 h p: m", zone=INDIA)[0] == "2026-11-22T06:13:01.000000"


def test_the_year_of_a_line_from_before_new_year_is_the_last() -> None:
    now_us = us("2027-01-01T00:00:30+00:00")
    assert read("Dec 31 23:59:59 h p: m", now_us=now_us)[0].startswith("2026-12-31")
    assert read("Jan  1 00:00:00 h p: m", now_us=now_us)[0].startswith("2027-01-01")


def test_a_line_from_a_clock_that_runs_ahead_over_new_year_is_of_the_next_year() -> None:
    assert read("Jan  1 00:00:10 h p: m", now_us=us("2026-12-31T23:59:50+00:00"))[0].startswith(
        "2027"
    )


def test_the_29th_of_february_is_of_the_last_leap_year() -> None:
    assert read("Feb 29 01:00:00 h p: m")[0].startswith("2024-02-29")


def test_rsyslogs_rfc_3339_prefix() -> None:
    assert read("2026-11-22T11:43:01.123456+05:30 laptop-7 systemd[1]: Started x.") == (
        "2026-11-22T06:13:01.123456",
        {"program": "systemd", "pid": 1, "message": "Started x."},
    )


def test_a_date_and_time_as_dpkg_writes_it() -> None:
    assert read("2026-11-22 06:13:01 status installed bash:amd64 5.2") == (
        "2026-11-22T06:13:01.000000",
        {"message": "status installed bash:amd64 5.2"},
    )


def test_rfc_5424_with_priority_and_structured_data() -> None:
    line = (
        '<165>1 2026-11-22T06:13:01.5Z laptop-7 app 99 ID47 [a@1 k="v\\" \\]" n="2"][b@1] the text'
    )
    assert read(line) == (
        "2026-11-22T06:13:01.500000",
        {"severity": 5, "program": "app", "pid": 99, "message": "the text"},
    )


def test_rfc_5424_with_everything_left_out() -> None:
    assert read("<34>1 - - - - - -")[1] == {"severity": 2, "message": ""}


def test_a_classic_line_with_priority() -> None:
    assert read("<13>Nov 22 06:13:01 h su: x")[1] == {
        "severity": 5,
        "program": "su",
        "message": "x",
    }


@pytest.mark.parametrize(
    "line",
    [
        "no prefix at all",
        "Nov 99 06:13:01 h p: m",
        "Xyz 22 06:13:01 h p: m",
        "2026-13-45T06:13:01Z h p: m",
        "9999-12-31T23:59:59Z h p: m",
        "1822-11-22T06:13:01Z h p: m",
        "<999>Nov",
        "",
    ],
)
def test_a_line_without_a_believable_time_has_the_time_of_reading(line: str) -> None:
    assert read(line)[0] == "2026-11-22T06:13:01.000000"


def test_the_second_that_is_remembered_is_not_used_for_another() -> None:
    reader = LineReader(UTC)
    first = reader.read("Nov 22 06:13:01 h p: m", now_us=NOW_US)[0]
    assert reader.read("Nov 22 06:13:02 h p: m", now_us=NOW_US)[0] == first + 1_000_000
    assert reader.read("Nov 22 06:13:01 h p: m", now_us=NOW_US)[0] == first


beginnings = st.sampled_from(
    [
        "<13>", "<191>1 ", "1 2026-11-22T06:13:01Z ", "Nov 22 06:13:01 ", "Feb 29 23:59:60 ",
        "2026-11-22T06:13:01.999999999+23:59", "[", '[a b="', "\\", "]", " - - ", "h p[1]: ", "\0",
    ]
)  # fmt: skip


@given(st.lists(beginnings | st.text(max_size=20), max_size=12).map("".join))
def test_no_line_is_an_error(line: str) -> None:
    ts_us, values = LineReader(UTC).read(line, now_us=NOW_US)
    assert ts_us > 0
    assert isinstance(values["message"], str)
    assert len(values["message"]) <= len(line)


@pytest.mark.parametrize(
    "hard",
    [
        "<13>1 - h a 1 m " + '[a b="' * 5_000,
        "<13>1 - h a 1 m [x" + ' a="\\\\"' * 4_000,
        "Nov 22 06:13:01 " + "a" * 32_000,
        "1" * 32_000,
    ],
)
def test_a_hostile_line_takes_no_longer(hard: str) -> None:
    began = time.perf_counter()
    read(hard)
    assert time.perf_counter() - began < 0.2
