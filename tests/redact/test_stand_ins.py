"""What says where a secret is may stay; whatever may hold one may not."""

from __future__ import annotations

import time

import pytest
from reticent_contract.redact.detectors.secret_gate import secrets_in

HELD = (
    "password=${DB_PASSWORD:-S3cretHunter2}",
    "password=~Summer2026",
    "password=./Summer2026",
    "token=/etc/Summer2026",
    "password=$UMMER2026",
    "password=$Hunter2x",
    "password: {{Hunter2x9!",
    "secret=file(Hunter2x9!",
    "token: vault:Hunter2x9",
)
STAND_INS = (
    "password=${DB_PASSWORD} from the vault",
    "password: {{ vault_pw }}",
    "password=$DB_PASSWORD",
    "password=%DB_PW%",
    "password=****",
    "token: vault:secret/db#pw",
    "private_key: /etc/ssl/private/web.key",
    "password_file: ./secrets/db",
    "key: ~/.ssh/id_rsa",
    "token=$(cat /run/secret)",
)


@pytest.mark.parametrize("line", HELD, ids=range(len(HELD)))
def test_a_value_that_only_begins_like_a_stand_in_is_a_secret(line: str) -> None:
    value = line.split("=", 1)[1] if "=" in line else line.split(": ", 1)[1]
    assert [found for _, _, found in secrets_in(line.encode())] == [value.encode()]


@pytest.mark.parametrize("line", STAND_INS, ids=range(len(STAND_INS)))
def test_where_a_secret_is_says_none(line: str) -> None:
    assert secrets_in(line.encode()) == []


@pytest.mark.parametrize("before", ["key=~", "key=~/", "private_key: /etc/", "key_file=/a/"])
@pytest.mark.parametrize("part", ["a", "a/", "a.", "a-"])
def test_what_is_almost_a_path_costs_linear_time(before: str, part: str) -> None:
    text = (before + part * 20_000 + "%").encode()
    secrets_in(text)  # what is compiled at first sight
    started = time.process_time()
    secrets_in(text)
    assert time.process_time() - started < 1
