"""Values in words, pseudonyms as links, charts as geometry."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from reticent_contract.redact.sealed import seal_key_of, sealer
from reticent_server.console import words
from reticent_server.console.chart import BARS_MAX, BASE, chart_of, restriction_of
from reticent_server.console.pseudonyms import fields_of, query_for
from reticent_server.console.values import html_of
from reticent_server.query import expr as e
from reticent_server.query import parse_query
from reticent_server.store.events.model import HourCount
from support.console_data import pseudonym

NOW = 1_795_329_125


@pytest.mark.parametrize(
    ("age_s", "said"),
    [(0, "just now"), (30, "30 seconds ago"), (60, "1 minute ago"), (7_300, "2 hours ago"),
     (86_400 * 3, "3 days ago"), (-60, "in the future"), (-2, "just now")],
)  # fmt: skip
def test_ages_read_like_speech(age_s: int, said: str) -> None:
    assert words.ago(NOW - age_s, NOW) == said


def test_never_is_a_word() -> None:
    assert words.ago(None) == "never"


def test_sizes_have_units() -> None:
    assert words.bytes_of(0) == "0 B"
    assert words.bytes_of(33_284_218_880) == "31.0 GiB"
    assert words.bytes_of(5 << 50) == "5120.0 TiB"


@pytest.mark.parametrize(
    ("field", "heading"),
    [("host_name", "Host name"), ("ip_addresses", "IP addresses"), ("memory_bytes", "Memory"),
     ("frequency_max_hz", "Frequency max"), ("machine_id", "Machine ID"), ("identity", "Identity")],
)  # fmt: skip
def test_a_field_is_headed_by_words_without_the_unit_that_its_value_has(
    field: str, heading: str
) -> None:
    assert words.label(field) == heading


@pytest.mark.parametrize(
    "value", ["<script>alert(1)</script>", '"><img src=x>', "a & b", "<pn:x:1:short>", "'", "<pn:"]
)
def test_text_is_escaped(value: str) -> None:
    html = str(html_of("message", value))
    assert "<" not in html
    assert '"' not in html


def test_pseudonyms_in_a_text_become_links_and_the_rest_stays_text() -> None:
    token = pseudonym("email", "someone")
    html = str(html_of("message", f"<i> from <{token}> & more"))
    assert html.startswith("&lt;i&gt; from <a class=")
    assert html.endswith("</a> &amp; more")
    assert html.count("<a ") == 1


def test_a_pseudonym_is_looked_for_in_every_field_of_its_domain() -> None:
    token = pseudonym("person", "someone")
    groups = {"person": ("user_account.user_name", "session.user_name", "scan:user", "no.such")}
    assert fields_of("person", groups) == ["user_name"]
    assert fields_of("disk.serial", groups) == ["serial"]
    assert fields_of("email", groups) == []
    query = query_for(token, field="home_directory", link_groups=groups)
    assert query == f'user_name:"{token}" OR home_directory:*{token}* OR "{token}"'
    parse_query(query)
    assert query_for(token, field="message", link_groups={}) == f'"{token}"'
    assert query_for(token, field='x" OR *', link_groups={}) == f'"{token}"'
    with pytest.raises(ValueError, match="not a pseudonym"):
        query_for("alice", field="user_name", link_groups=groups)


def counts(*rows: int, start_s: int = NOW - NOW % 3_600) -> list[HourCount]:
    return [
        HourCount(hour_us=(start_s + i * 3_600) * 10**6, table="session", event="logon", rows=n)
        for i, n in enumerate(rows)
    ]


@pytest.mark.parametrize("hours", [1, 24, 168, 720, 9_600])
def test_a_chart_has_a_bounded_number_of_bars_and_loses_nothing(hours: int) -> None:
    start = NOW - NOW % 3_600
    chart = chart_of(
        counts(*([1] * hours), start_s=start),
        since_s=start,
        until_s=start + hours * 3_600,
        only=restriction_of(e.Everything()),
    )
    assert len(chart.bars) <= BARS_MAX
    assert chart.total == hours
    assert all(0 <= bar.y <= BASE and bar.width > 0 for bar in chart.bars)


def test_an_empty_chart_is_flat() -> None:
    chart = chart_of([], since_s=NOW, until_s=NOW + 7_200, only=restriction_of(e.Everything()))
    assert {bar.height for bar in chart.bars} == {0.0}


def test_a_chart_follows_device_and_kind_and_says_when_it_cannot_follow_more() -> None:
    whole = restriction_of(parse_query("kind:session.logon since:7d"))
    assert (whole.table, whole.event, whole.exact) == ("session", "logon", True)
    assert not restriction_of(parse_query("kind:session.logon user_name:x")).exact
    assert not restriction_of(parse_query("table:os OR table:cpu")).exact
    assert restriction_of(parse_query("*")).exact
    assert restriction_of(parse_query("-event:snapshot")).without_events == {"snapshot"}
    narrowed = chart_of(counts(3, 4), since_s=NOW - NOW % 3_600, until_s=NOW + 7_200,
                        only=restriction_of(parse_query("table:os")))  # fmt: skip
    assert narrowed.total == 0


def test_a_sealed_value_is_named_by_its_key_and_not_written_out() -> None:
    text = sealer(seal_key_of(X25519PrivateKey.generate()), "usb.serial")("4C530001")
    html = str(html_of("serial", text))
    assert text not in html
    assert text.split(":")[2] in html
    assert str(html_of("serial", "sealed: the tender box")) == "sealed: the tender box"
