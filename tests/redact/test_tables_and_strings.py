"""Passwords in tables, in strings by which programs connect, of several words; who mails from
where: what is found, at both sides of a bound, in lines that CRLF ends and that nothing ends."""

from __future__ import annotations

import re

import pytest
from reticent_contract.redact.detectors.ends import opening_quote
from reticent_contract.redact.findings import findings

# ⟪ and ⟫ are around what is found; a row that does not fit ends no table.
TABLES = (
    'user,password\nann,hunter2\nkim,"⟪a ""b, c⟫"\notto,⟪Sky8zz⟫',
    "user,password\nann,hunter2\n\nkim,⟪Abcd99⟫\notto,⟪Sky8zz⟫",
    "user,password\nann,hunter2,\nkim,⟪Abcd99⟫\notto,⟪Sky8zz⟫",
    'user,password\nann, "hunter2"\nkim, "⟪Ab, cd99⟫"',
    "user,password\n# list\nann,⟪Zed8kk⟫\nkim,⟪Abcd99⟫",
    "user,password\nann,hunter2\nkim,⟪a,b9⟫\notto,⟪Sky8zz⟫",
    "user,password\r\nann,hunter2\r\n\r\nkim,⟪Abcd99⟫\r\n",
    "user;password;role\nann;hunter2;dba\nkim;⟪Abcd99⟫\n",
    "user,password\nann,hunter2\na\nb\nc\notto,⟪Sky8zz⟫",
    "user,password\nann,hunter2\na\nb\nc\nd\notto,Sky8zz",
    "user,password\nann,hunter2\nlater on, and so, on\n",
    "user,password,email\nann,hunter2,a@example.org\nplease, see, below, for more",
    "user,password\nann,hunter2\nid,url,password\n7,x,hunter2\n8,y,⟪Sky8zz⟫",
)


_FIRST = "hunter2"  # behind its key and a line's end: found as its value


def _expected(line: str) -> tuple[str, list[str]]:
    return line.replace("⟪", "").replace("⟫", ""), re.findall("⟪(.*?)⟫", line)


def _found(line: str, *detectors: str) -> list[str]:
    return [line[each.start : each.end] for each in findings(line) if each.detector in detectors]


@pytest.mark.parametrize("table", TABLES, ids=range(len(TABLES)))
def test_a_row_that_does_not_fit_ends_no_table(table: str) -> None:
    plain, expected = _expected(table)
    assert [each for each in _found(plain, "secret") if _FIRST not in each] == expected


PHRASES = (
    "password = ⟪salt and pepper 9⟫",
    "password: ⟪rain or shine 9⟫",
    "wifi password: ⟪rain or shine 9⟫",
    "password: ⟪my dog's name is rex⟫",
    "wifi password: ⟪Sunny day (night) 5⟫",
    "wifi password: ⟪Sunny day [night] 5⟫",
    'passphrase: ⟪one two "three" four⟫',
    'password = ⟪blue "sky" 42⟫ # since May',
    "password = ⟪blue = sky 42⟫\r\nport = 1",
    "password = ⟪salt and pepper 9⟫ ; old",
    "  password: ⟪blue sky (night)⟫",
    "password: ⟪blue sky⟫ user=ann",
    "password: ⟪hunter2⟫ for alice",
    "pwd: /srv/data and more",
    "password: must be changed at next logon",
    "password: this field is required and it must be long",
    '{"msg":"password: ⟪blue sky⟫", "b":"x y"}',
    'log "password: ⟪blue sky⟫" "x"',
    # Up to sixteen words, and up to 256 bytes.
    f"password = ⟪{' '.join(['blue'] * 16)}⟫",
    f"password = ⟪blue⟫{' blue' * 16}",
    # In strings by which programs connect.
    'Server=db;Uid=app;Pwd=⟪blue "sky" 42⟫;Database=hr',
    'Server=db;Uid=app;Pwd=⟪blue "sky 42⟫;Database=hr\r\n',
    'connect("Server=db;Uid=app;Pwd=⟪x y z⟫");log("a;port=5")',
    "Server=db;Uid=app;Password=⟪blue sky error 42⟫",
    "Server=db;Uid=app;Password=⟪blue sky⟫ failed after 3",
    "Server=db;Uid=app;PWD={⟪blue; sky}} 42⟫};Encrypt=yes\r\n",
    "Server=db;Uid=app;PWD=⟪{blue; sky⟫\r\nnext",
    f"Server=db;Uid=app;PWD=⟪{{{'a ' * 511}a⟫}};Encrypt=yes",
    # Clear ones of a device, up to its line's end.
    "username ann secret 0 ⟪blue sky⟫",
    "username ann privilege 15 secret 0 ⟪blue sky red⟫\r\nend",
    "username ann password 0 ⟪blue sky⟫ role network-admin",
    "username ann secret 5 ⟪$1$abcd$Xyz0123456789⟫ blue",
)


@pytest.mark.parametrize("line", PHRASES, ids=range(len(PHRASES)))
def test_a_password_of_several_words_goes_whole(line: str) -> None:
    plain, expected = _expected(line)
    assert _found(plain, "secret") == expected


OTHERS = (
    "msgid=<Eabc.kim@kestrel> to=<⟪ann⟫@kestrel>",
    "message-id: <Eabc@kestrel>\r\nFrom: <⟪ann⟫@kestrel>",
    "References: <Eabc@kestrel> <Ezed@kestrel>",
    "References: <Eabc@kestrel>\r\n\t<Ezed@kestrel>\r\nTo: <⟪ann⟫@kestrel>",
    "uid=<⟪ann⟫@kestrel>",
    "ग्राहक ⟪राजेश शर्मा⟫",
    "card ⟪4111 1111 11111111⟫",
    "card 4111 1111 11111112",
    "imei ⟪49015420 3237518⟫\r\n",
    "iban ⟪GB29NWBK 60161331926819⟫ EUR",
    "mac ⟪001a2b:3c4d5e⟫",
    "mac 001122:334455",
)


@pytest.mark.parametrize("line", OTHERS, ids=range(len(OTHERS)))
def test_who_mails_and_numbers_in_groups_of_any_size(line: str) -> None:
    plain, expected = _expected(line)
    assert _found(plain, "user", "card", "imei", "iban", "mac") == expected


OPENING = (
    (b"", -1),
    (b"abc", -1),
    (b"'abc", 0),
    (b"it's", 2),
    (b"x \"it's", 2),
    (b"a'b \"c", 4),
    (b"a'b\"c", 3),
)


@pytest.mark.parametrize(("raw", "at"), OPENING, ids=range(len(OPENING)))
def test_the_quote_that_sets_off_stands_in_no_word(raw: bytes, at: int) -> None:
    assert opening_quote(raw) == at
