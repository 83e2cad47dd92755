"""Where a password ends that no quotes set off: measured with Faker's, and told by examples."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from faker import Faker
from reticent_contract.redact.findings import findings

_PASSWORDS = 500
# What stands before and behind a password, and how it is written there.
FORMS: dict[str, tuple[str, str, Callable[[str], str]]] = {
    "key=value": ("login password=", " host=db1", str),
    "key: value": ("password: ", " at boot", str),
    "JSON": ('{"id":7,"password":"', '","retries":3}', lambda p: json.dumps(p)[1:-1]),
    "YAML": ("db:\n  password: ", "\n  port: 5432", str),
    "TOML": ('password = "', '"\nport = 5432', lambda p: json.dumps(p)[1:-1]),
    ".env": ("DB_PASSWORD=", "\nDB_PORT=5432", str),
    "shell": ("export DB_PASSWORD='", "'\nexport DB_PORT=5432", str),
    "URL": ("postgres://app:", "@db:5432/shop", lambda p: quote(p, safe="")),
    "connection": ("Server=db1;User Id=app;Password=", ";Encrypt=yes", str),
    "option": ("tool --password ", " --port 5432", str),
    "option=": ("tool --password=", " --port 5432", str),
    "element": ("<password>", "</password><port>5432</port>", escape),
    "sentence": ("Your new password is ", " and it expires soon", str),
    "logfmt": ("level=info password=", " attempt=2 took=3ms", str),
}
WHOLE_LEAST = 0.999
# The plain view finds in these a whole word, and with it what is joined to the password.
_OTHER_VIEW = re.compile(r"%[0-9A-Fa-f]{2}|&[a-z]+;")


def _passwords() -> list[str]:
    fake, rng = Faker(), random.Random(14)
    fake.seed_instance(14)
    return [fake.password(length=rng.randint(8, 20)) for _ in range(_PASSWORDS)]


def _is_gone(line: str, start: int, end: int) -> bool:
    found = {at for each in findings(line) for at in range(each.start, each.end)}
    return found.issuperset(range(start, end))


@pytest.mark.parametrize("form", FORMS, ids=range(len(FORMS)))
def test_a_password_goes_whole_and_nothing_behind_it(form: str) -> None:
    before, behind, written = FORMS[form]
    whole = 0
    for number, password in enumerate(_passwords()):
        line = before + (value := written(password)) + behind
        end = len(before) + len(value)
        whole += _is_gone(line, len(before), end)
        if _OTHER_VIEW.search(value) is None:
            taken = [each for each in findings(line) if each.start < end < each.end]
            assert not taken, f"password {number} in {form}"
    assert whole >= WHOLE_LEAST * _PASSWORDS, f"{whole} of {_PASSWORDS} in {form}"


# ⟪ and ⟫ are around what is a secret.
ENDS = (
    "password=⟪ab&cd12EF⟫",
    "password: ⟪&B@BEsk⟫",
    "password=⟪k()&1HNb@w⟫ ok",
    "password: ⟪(m*KNEO9⟫ at boot",
    "pw=⟪Tom&Jerry99⟫ ok",
    "pwd=⟪a,b12⟫",
    "pwd=⟪a;b⟫",
    'password=⟪a"b12⟫',
    "password='⟪a'b⟫'",
    "password=⟪it's⟫ ok",
    "password=&user=jo",
    "password=&token=⟪abc123xyz⟫",
    "x=1&password=⟪x⟫&lang=de",
    "{token:⟪abcdef12⟫,id:5}",
    "PGPASSWORD=⟪S3cret99⟫;psql -l",
    "PGPASSWORD=⟪S3cret99⟫&&psql -l",
    "mount -o password=⟪abc12⟫,uid=1000,rw /mnt",
    "password=⟪abc⟫&amp;lang=de",
    '"msg":"password=⟪abc12⟫","x":1',
    "Password=⟪abc⟫;Min Pool Size=3",
    "f(password='⟪x12⟫'+'y')",
    "password: ⟪!vault abc12⟫ x",
    "password: ⟪!Ab1cdefg⟫ at boot",
    "tokens: 10,20,30",
    "password: (hidden)",
    "password (required) at",
    "--password (string)",
    "Your password is ⟪(hExv9Zj⟫ now",
    "Your password is ⟪zE26AxHN)⟫ now",
    "(your password is ⟪zE26AxHN⟫)",
)


@pytest.mark.parametrize("line", ENDS, ids=range(len(ENDS)))
def test_it_ends_where_no_part_of_it_can_follow(line: str) -> None:
    expected = re.findall("⟪(.*?)⟫", line)
    plain = line.replace("⟪", "").replace("⟫", "")
    found = [plain[each.start : each.end] for each in findings(plain) if each.detector == "secret"]
    assert found == expected
