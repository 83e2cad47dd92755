"""What is read of a URL is what the policy asks for, and never a secret's usual places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_agent.collect.browsers.reduce import reduced
from reticent_contract.policy.options import DETAILS

URL = "https://alice:pass@www.Shop.example.co.uk:8443/cart/7;id=1?token=abc#part"


def test_the_site_is_the_registrable_domain() -> None:
    assert reduced(URL, "site") == {"site": "example.co.uk"}


def test_the_host_and_the_address_are_told_where_they_are_asked_for() -> None:
    host = {"site": "example.co.uk", "site_host": "www.shop.example.co.uk"}
    assert reduced(URL, "host") == host
    url = "https://www.shop.example.co.uk:8443/cart/7"
    assert reduced(URL, "url") == {**host, "url": url}


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("http://192.168.1.20/admin", "address"),
        ("http://[fe80::1]:8080/", "address"),
        ("http://localhost:3000/", "intranet"),
        ("http://wiki/", "intranet"),
        ("https://build.corp.internal/", "intranet"),
        ("https://co.uk/", "intranet"),
        ("https://b\u00fccher.example.com/", "example.com"),
        ("HTTPS://EXAMPLE.ORG.", "example.org"),
    ],
)
def test_what_nobody_registered_has_no_name(url: str, site: str) -> None:
    assert reduced(url, "site") == {"site": site}


@pytest.mark.parametrize(
    "url",
    [
        "file:///home/alice/letter.pdf",
        "chrome://settings/passwords",
        "about:blank",
        "data:text/html,hello",
        "javascript:alert(1)",
        "ftp://ftp.example.com/",
        "moz-extension://0000/page.html",
        "https://",
        "https:///path",
        "http://[::1",
        "http://example.com:port/",
        "",
    ],
)
def test_what_is_no_page_of_the_web_is_never_told(url: str) -> None:
    assert [reduced(url, detail) for detail in DETAILS] == [None] * 3


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example\\@bank.example.com/",
        "http://shop.example.com\\SECRET/x",
        "http://shop.example.com;SECRET/",
        "http://shop.example.com%2FSECRET/",
        "http://SECRET%40shop.example.com/",
    ],
)
def test_a_host_in_which_something_hides_is_never_told(url: str) -> None:
    assert [reduced(url, detail) for detail in DETAILS] == [None] * 3


@pytest.mark.parametrize(
    "url",
    [
        "https://[fe80::1%25SECRET]/x",
        "https://[fe80::1%SECRET]/x",
        "https://shop.example.com/a;jsessionid=SECRET/b;SECRET",
        "https://SECRET@shop.example.com@bank.example.com/",
    ],
)
def test_a_secret_in_a_usual_place_is_cut_off(url: str) -> None:
    for detail in DETAILS:
        told = reduced(url, detail)
        assert told is not None
        assert "secret" not in str(told).lower()


@given(
    st.text(alphabet="abc-._~!$&'()*+,;=:@/?#%[]\u00fc\0\ud800", max_size=60),
    st.sampled_from([*DETAILS, "more"]),
)
def test_no_part_behind_a_question_mark_or_a_hash_is_told(rest: str, detail: str) -> None:
    values = reduced(f"https://user:word@host.example.com/{rest}", detail) or {}
    told = values.get("url", "")
    assert "?" not in told
    assert "#" not in told
    assert "user:word" not in told
    assert set(values) <= {"site", "site_host", "url"}
    assert detail in ("host", "url") or set(values) <= {"site"}
