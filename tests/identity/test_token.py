"""The enrolment token: one line of text, checked to the last character."""

from __future__ import annotations

import base64
import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract import limits
from reticent_contract.enrolment_token import EnrolmentToken, TokenError, decode

TOKEN = EnrolmentToken(
    address="telemetry.example.com:7442",
    ca_certificate_der=bytes(range(256)) * 2,
    secret="A1_-" * 8,
    expires_s=1_900_000_000,
    uses=25,
    group="default",
)
# Pinned: tokens that were handed out must stay readable.
PINNED = (
    "rtk1_eNp9kreuowgARf_F9TAih9eRTU4GAw0iY3JOq_339UpTz5VOdU95_nnEj5_Hmrd5l6_z9Ts_425s89_p0P0QK"
    "Ao_fj3Sr0DTPEsflsCUqcRag8rRoMGdtM1XmivYgS8yTSyeR_asyFJypFpm3U6-ylH5LIvqoLvG8Zd2W5Bep6jxGgi"
    "TAwETZBir0XnbDZ8O3yoOeOqvhrJcT355gvf2oCp8t2vqe1gRiMIngO027LIhfo9zIkJbgjBn2utg5odI_mzxHDmpo"
    "gfoMlC4SnqLFfqRP8Om1QFuNrLoNJjjtWMedOGU9DKc9zhbDZPRjHHcT0o3Tfi1zhNwLIlyr-obXokPts0buSd4dGh"
    "P9iBfwrkU0pXO6q0hxk1xNriaLpQlPqz3MUzdGbJGJZqrNWb4HQbUI77tC5ETO2k-LzJ6QdReoEAxE5GJANFBM3Sp8"
    "YwVPFm6Udjj0LmStHhbegmM-xbOMhSrJX3aaCGx_Ee6rFb-pIPiDLPKgpt606dWa6D-ChCDa3DjPiizpmjLlTmb90Q"
    "brGSnWbWXi5muIDguZHtemwVvb0x8Acp9mKmCTm_Cd9jHYjvF8LkmHXWkvnxnTw_OkArL-5UsfCwqJZEtUUeohlz6B"
    "JNaS7BRY6zdjIbbhrHfyV3cYVfWj0A5xEo9Ku9uxD_jNG3LHOP7oorXQjjQOufolkzErsLATnLMsZj8mSbPS-uVi7z"
    "1e4ksMFNfkO6_IaoO4XVPkYwoUOP5QYFXi23FgOfzTBjIRkTcSe4mSBUJApg9DkQ3Fe3kt9j88QNR4J_9epTfgLO8i"
    "Ld2_Z7L_zlDEfA3vtr2-IGxf_8D-8gFSg"
)


def _text(document: object) -> str:
    packed = zlib.compress(json.dumps(document).encode())
    return "rtk1_" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def _document(**changed: object) -> dict[str, object]:
    text = TOKEN.encode()[5:]
    plain = zlib.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return {**json.loads(plain), **changed}


def test_what_was_encoded_is_decoded() -> None:
    assert decode(f"  {TOKEN.encode()}\n") == TOKEN


def test_a_token_that_was_handed_out_stays_readable() -> None:
    assert decode(PINNED) == TOKEN


def test_the_secret_is_in_no_repr() -> None:
    assert TOKEN.secret not in repr(TOKEN)


@pytest.mark.parametrize(
    "change",
    [
        {"a": "no-port"},
        {"a": "host:0"},
        {"a": "host:70000"},
        {"a": "http://host:1"},
        {"a": 5},
        {"s": "short"},
        {"s": "with space " * 3},
        {"e": 0},
        {"e": "1"},
        {"e": True},
        {"u": -1},
        {"g": ""},
        {"g": "x" * (limits.NAME_CHARS_MAX + 1)},
        {"c": "not base64!"},
        {"new": 1},
    ],
)
def test_a_part_that_is_not_as_it_should_be_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(TokenError):
        decode(_text(_document(**change)))


def test_a_token_that_unpacks_without_end_is_refused() -> None:
    packed = zlib.compress(b" " * (64 << 20), level=9)
    assert len(packed) > limits.TOKEN_CHARS_MAX
    small = base64.urlsafe_b64encode(zlib.compress(b" " * (4 << 20), level=9)).rstrip(b"=")
    with pytest.raises(TokenError):
        decode("rtk1_" + small.decode())


@given(st.text(max_size=200), st.integers(0, 400), st.sampled_from("AZ_-09"))
@settings(max_examples=200, deadline=None)
def test_damage_raises_nothing_but_a_token_error(text: str, at: int, letter: str) -> None:
    whole = TOKEN.encode()
    for candidate in (text, "rtk1_" + text, whole[: at % len(whole)], whole[:at] + letter):
        try:
            found = decode(candidate)
        except TokenError:
            continue
        assert found == TOKEN
