"""`reticent-server policy try`: exactly one line out for each line in, at once, and never raw."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.catalog import CATALOG
from reticent_contract.limits import LOG_LINE_BYTES_MAX
from reticent_contract.policy import default_policy_yaml
from reticent_contract.redact import OwnIdentifiers
from reticent_contract.rows import Row
from reticent_server.commands.policy.blocks import LINE_BYTES_MAX, blocks
from reticent_server.commands.policy.trial import _block
from reticent_server.errors import ServerError
from reticent_server.policies.drafts import read_draft
from reticent_server.policies.trying import Trial
from support.trying import PROGRAM, attempt

POLICY = read_draft(default_policy_yaml(), CATALOG).policy


def trial(field: str = "log_line.message") -> Trial:
    return Trial(POLICY, CATALOG, field)


def chunks(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    for size in sizes:
        yield data[:size]
        data = data[size:]
    yield data


# --- one line out for each line in ---


def test_the_lines_of_a_log_lose_their_people_and_stay_lines() -> None:
    done = attempt(
        b"Accepted publickey for alice from 203.0.113.77 port 50312 ssh2\n"
        b"\n"
        b"broken \xff\xfe bytes from 203.0.113.9\r\n"
        b"NUL \0 and a return \r within\n"
        b"password=correct-horse-battery\n"
        b"mail to bob%40example.com%0Aand on\n"
        b"no line feed at the end, 198.51.100.20"
    )
    assert done.code == 0
    lines = done.out.decode().split("\n")
    assert lines[-1] == ""
    first, empty, broken, nul, secret, hidden, last = lines[:-1]
    assert first.startswith("Accepted publickey for <pn:person:1:")
    assert first.endswith("> from 203.0.113.0/24 port 50312 ssh2")
    assert empty == ""
    assert broken == "broken \ufffd\ufffd bytes from 203.0.113.0/24\r"
    assert nul == "NUL \0 and a return \r within"
    assert secret == "password=<secret>"
    assert hidden.startswith("mail to <pn:email:1:")
    assert hidden.endswith("> and on")
    assert last == "no line feed at the end, 198.51.100.0/24"
    assert done.err == "7 lines: 2 kept, 5 redacted\n"


@pytest.mark.parametrize(
    ("data", "lines"),
    [(b"", 0), (b"\n", 1), (b"a", 1), (b"a\n", 1), (b"\n\n\n", 3), (b"a\n\nb", 3), (b"\r\n", 1)],
)
def test_the_number_of_lines_is_that_of_the_input(data: bytes, lines: int) -> None:
    assert through(data, [1] * len(data)).count(b"\n") == lines


def through(data: bytes, sizes: list[int]) -> bytes:
    """What `try` writes, where the input comes in pieces of these sizes."""
    pieces = iter([piece for piece in chunks(data, sizes) if piece])
    work = trial().lines
    return b"".join(
        _block(work, block.decode("utf-8", "replace")).encode("utf-8", "replace")
        for block in blocks(lambda: next(pieces, b""))
    )


SPICE = st.sampled_from(
    (
        *(b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xe2\x82", b"\xe2\x80\xa8", b"\x0b", b"\x85"),
        *(b"%0A", b"%0D", b"\\x0a", b"203.0.113.7", b"a%40example.com", b"<pn:", b" "),
        b"password=hunter2!",
    )
)


@settings(max_examples=400, deadline=None)
@given(
    pieces=st.lists(st.one_of(SPICE, st.binary(max_size=12)), max_size=30),
    sizes=st.lists(st.integers(0, 9), max_size=12),
)
def test_whatever_comes_in_whatever_pieces_each_line_has_one_line(
    pieces: list[bytes], sizes: list[int]
) -> None:
    data = b"".join(pieces)
    written = through(data, sizes)
    assert written.count(b"\n") == data.count(b"\n") + (not data.endswith(b"\n") and data != b"")


def test_pieces_change_nothing() -> None:
    data = b"one 1\r\ntwo\n\nthree \xf0\x9f\x98\x80 four\r\nfive"
    whole = through(data, [])
    for size in range(1, len(data)):
        assert through(data, [size] * len(data)) == whole


def test_a_line_without_an_end_takes_bounded_memory_and_is_one_line() -> None:
    piece = b"x" * (LINE_BYTES_MAX // 3)
    pieces = iter([piece] * 40 + [b" tail\nnext 203.0.113.7\n"])
    first, *rest = list(blocks(lambda: next(pieces, b"")))
    assert rest == []
    long, following = first.split(b"\n")
    assert LINE_BYTES_MAX <= len(long) <= 2 * LINE_BYTES_MAX
    assert following == b"next 203.0.113.7"
    told = trial().one(long.decode()).text
    assert told == "<cut>"  # one word, of which no part is whole
    assert len(told) <= LOG_LINE_BYTES_MAX


def test_a_line_comes_out_before_the_next_goes_in() -> None:
    with subprocess.Popen(
        PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(3):
            process.stdin.write(b"from 203.0.113.7\n")
            process.stdin.flush()
            assert process.stdout.readline() == b"from 203.0.113.0/24\n"
        process.stdin.close()
        assert process.wait(30) == 0


# --- other fields, policies, what a laptop knows ---


def test_the_rule_of_a_field_is_that_of_the_policy(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    text = default_policy_yaml().replace("      full_name: pseudonymise", "      full_name: drop")
    file.write_text(text)
    field = ("--field", "user_account.full_name")
    assert attempt(b"Alice\nBob\n", *field, "--policy", file).out == b"\n\n"
    lines = attempt(b"Alice\nBob\n Alice \n", *field).out.decode().splitlines()
    assert all(line.startswith("pn:user_account.full_name:1:") for line in lines)
    assert lines[0] == lines[2] != lines[1]
    again = attempt(b"Alice\n", *field).out.decode().splitlines()
    assert again[0] not in lines  # keys are random for each run


@pytest.mark.parametrize(
    ("field", "line", "text", "outcome"),
    [
        ("log_line.pid", "1000", "1000", "kept"),
        ("log_line.pid", "many", None, "failed"),
        ("session.remote", "True", "True", "kept"),
        ("session.remote", "perhaps", None, "failed"),
        ("session.user_id", "1000", None, "dropped"),
        ("network_interface.ip_addresses", "192.0.2.14", "192.0.2.0/24", "redacted"),
        ("network_interface.ip_addresses", "none", None, "failed"),
    ],
)
def test_a_line_is_read_as_the_field_is_typed(
    field: str, line: str, text: str | None, outcome: str
) -> None:
    tried = trial(field).one(line)
    assert (tried.text, tried.outcome) == (text, outcome)
    assert trial(field).lines([line]) == [text or ""]


def test_a_field_of_a_table_that_the_policy_lacks_drops_everything() -> None:
    text = default_policy_yaml()
    start, end = text.index("  usb:\n"), text.index("  software:\n")
    policy = read_draft(text[:start] + text[end : text.index("tests:\n")], CATALOG).policy
    assert Trial(policy, CATALOG, "usb.vendor").lines(["SanDisk"]) == [""]


def test_an_unknown_field_and_a_broken_policy_are_refused(tmp_path: Path) -> None:
    done = attempt(b"secret words\n", "--field", "log_line.massage")
    assert (done.code, done.out) == (1, b"")
    assert "table.field" in done.err
    file = tmp_path / "policy.yaml"
    file.write_text(default_policy_yaml() + "shred: all\n")
    done = attempt(b"secret words\n", "--policy", file)
    assert (done.code, done.out) == (1, b"")
    assert "line " in done.err
    with pytest.raises(ServerError):
        trial("log_line")


def test_what_fails_is_dropped_and_counted_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = trial()

    def broken(line: str) -> str:
        if "b" in line:
            raise ValueError(line)
        return line

    monkeypatch.setattr(tried, "_apply", broken)
    assert tried.lines(["a", "b", "c"]) == ["a", "", "c"]
    assert tried.one("b").outcome == "failed"
    assert tried.counts == {"kept": 2, "failed": 2, "redacted": 0}


def test_what_the_laptop_would_know_is_found(tmp_path: Path) -> None:
    file = tmp_path / "known.jsonl"
    file.write_text('{"host": {"host_name": "alices-laptop"}}\n\n')
    done = attempt(b"alices-laptop rebooted\n", "--learn", file)
    assert done.out.startswith(b"<pn:host:1:")
    file.write_text("alices-laptop\n")
    done = attempt(b"alices-laptop rebooted\n", "--learn", file)
    assert done.code == 1
    assert "line 1" in done.err
    assert "alices-laptop rebooted" not in done.err
    file.write_text('{"host": {"host_name": "alices-laptop"}}\n{"host": {"host_nam": "X"}}\n')
    done = attempt(b"alices-laptop rebooted\n", "--learn", file)
    assert (done.code, done.out) == (1, b"")
    assert "line 2: names an unknown field of host, 'host_nam'" in done.err


# --- show, JSON ---


def test_show_marks_what_was_found_by_which_detector_and_tier() -> None:
    done = attempt(b"nothing\nfrom 203.0.113.7, password=hunter2!\n", "--show")
    assert done.out == b"nothing\nfrom [ipv4/A:203.0.113.7], password=[secret/B:hunter2!]\n"


def test_each_line_of_json_says_what_became_of_it() -> None:
    done = attempt(b"a\nfrom 203.0.113.7\n\xff\n", "--json", "--show")
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert [line["outcome"] for line in lines] == ["kept", "redacted", "kept"]
    assert lines[1]["text"] == "from 203.0.113.0/24"
    found = lines[1]["found"][0]
    assert (found["start"], found["end"], found["detector"]) == (5, 16, "ipv4")
    assert json.loads(done.err) == {"kept": 2, "redacted": 1}


# --- it starts fast ---


def test_it_loads_no_store_and_no_server() -> None:
    code = (
        "import sys, io\n"
        "sys.stdin = io.TextIOWrapper(io.BytesIO(b'x\\n'))\n"
        "from reticent_server.main import main\n"
        "assert main(['policy', 'try']) == 0\n"
        "heavy = {'chdb', '_chdb', 'sqlalchemy', 'alembic', 'fastapi', 'pydantic', 'grpc'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "x\n"


def test_the_streaming_costs_little_beside_the_engine() -> None:
    """Both in this process, on the same lines, so that a busy machine slows both."""
    lines = [f"sshd[{i}]: session {i} opened on tty{i % 7}, all is well" for i in range(20_000)]
    text = "\n".join(lines)
    tried = trial()
    apply = tried._apply

    def engine() -> None:
        for line in lines:
            apply(line)

    def streamed() -> None:
        _block(tried.lines, text.encode().decode("utf-8", "replace")).encode("utf-8", "replace")

    def seconds(run: object) -> float:
        start = time.process_time()
        run()  # type: ignore[operator]
        return time.process_time() - start

    engine()
    turns = [(seconds(engine), seconds(streamed)) for _ in range(9)]  # a slow spell slows both
    assert min(turn[1] for turn in turns) < 1.6 * min(turn[0] for turn in turns)


def test_what_was_learned_goes_to_the_scanner() -> None:
    own = OwnIdentifiers(CATALOG)
    own.learn(Row("host", "snapshot", 0, {"host_name": "alices-laptop"}))
    tried = Trial(POLICY, CATALOG, "log_line.message", own=own)
    assert tried.mark("on alices-laptop now").text == "on [own/A:alices-laptop] now"


def test_show_marks_nothing_behind_what_the_field_has_room_for() -> None:
    """Without --show it leaves as `<cut>`, so who compares both would take it for kept."""
    line = f"from 203.0.113.7 {'so it goes ' * (LOG_LINE_BYTES_MAX // 10)}from 203.0.113.9".encode()
    done = attempt(line + b"\n" + line[17:], "--show")
    first, second = done.out.decode().splitlines()
    assert first.startswith("from [ipv4/A:203.0.113.7] so it")
    assert first.endswith("<cut>")
    assert second.endswith("<cut>")
    assert "203.0.113.9" not in first + second
    assert done.err == "2 lines: 1 cut, 1 marked\n"
    found = json.loads(attempt(line, "--show", "--json").out)["found"]
    assert found == [{"start": 5, "end": 16, "detector": "ipv4", "tier": "A"}]


def test_what_was_found_is_told_by_places_in_the_line_that_was_given() -> None:
    line = "mail=bob%40corp.example.org\\nuser=wanda.k a%20b"
    document = json.loads(attempt(line.encode(), "--show", "--json").out)
    assert [line[f["start"] : f["end"]] for f in document["found"]] == [
        "bob%40corp.example.org",
        "wanda.k",
    ]
    assert line not in document["text"]


def test_show_marks_what_the_policys_own_detectors_find_and_not_its_exceptions() -> None:
    more = "detectors: {employee: {pattern: 'E[0-9]{6}'}}\nallow: [192.0.2.7]\n"
    policy = read_draft(default_policy_yaml() + more, CATALOG).policy
    tried = Trial(policy, CATALOG, "log_line.message")
    line = "E123456 from 192.0.2.7 and 192.0.2.8"
    assert tried.mark(line).text == "[employee/B:E123456] from 192.0.2.7 and [ipv4/A:192.0.2.8]"


@pytest.mark.parametrize("line", ["plain words " * 9_000, "x" * LOG_LINE_BYTES_MAX + " y"])
def test_a_line_that_is_only_too_long_is_counted_as_cut(line: str) -> None:
    whole, one = trial(), trial()
    (text,) = whole.lines([line])
    tried = one.one(line)
    assert text == tried.text
    assert text.endswith("<cut>")
    assert tried.outcome == "cut"
    assert +whole.counts == +one.counts == {"cut": 1}
    found = "from 203.0.113.7 " + line
    assert trial().one(found).outcome == "redacted"


def test_one_line_is_told_in_the_singular() -> None:
    assert attempt(b"plain\n").err.endswith("1 line: 1 kept\n")
    assert attempt(b"plain\nplain\n").err.endswith("2 lines: 2 kept\n")
