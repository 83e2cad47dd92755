"""What is about everybody on a laptop is collected only while all of them agree."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest
from reticent_agent.collect.files import DiskFiles
from reticent_agent.consent.newcomers import watch
from reticent_agent.consent.persons import persons
from reticent_agent.consent.record import WITHDRAWN, ConsentRecord
from reticent_contract import limits

from .test_consent import ALICE, BOB, of_the_laptop, said


def test_what_is_about_everybody_asks_everybody(tmp_path: Path) -> None:
    policy, people = of_the_laptop(), [ALICE, BOB]
    record = ConsentRecord(tmp_path, persons=lambda: people)
    record.say(said(policy, table="session"))
    assert record.agreed(policy) == {"session": {}}
    record.say(said(policy, user_id=BOB, table="session"))
    assert list(record.agreed(policy)["session"]) == [ALICE, BOB]
    people.append(1_002)  # somebody new, who was not asked yet
    assert record.agreed(policy) == {"session": {}}


def test_where_nobody_can_tell_who_the_people_are_nobody_agreed(tmp_path: Path) -> None:
    policy = of_the_laptop()
    for unknown in (None, ()):
        record = ConsentRecord(tmp_path, persons=partial(lambda one: one, unknown))
        assert record.agreed(policy) == {"session": {}}
        record.say(said(policy, table="session"))
        assert record.agreed(policy) == {"session": {}}
    assert ConsentRecord(tmp_path).agreed(policy) == {"session": {}}


def test_one_objection_ends_a_table_that_is_not_of_one_person(tmp_path: Path) -> None:
    policy = of_the_laptop()
    record = ConsentRecord(tmp_path, persons=lambda: [ALICE])
    record.say(said(policy, table="session"))
    assert list(record.agreed(policy)["session"]) == [ALICE]
    record.say(said(policy, WITHDRAWN, user_id=BOB, table="session"))  # an account that is gone
    assert record.agreed(policy) == {"session": {}}


def test_people_are_those_who_can_log_on(tmp_path: Path) -> None:
    for name in ("etc", "run/systemd/users", "var/lib/AccountsService/users"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "etc/passwd").write_text(
        "root:x:0:0::/root:/bin/sh\ndaemon:x:1:1::/:/usr/sbin/nologin\n"
        "alice:x:1000:1000::/home/alice:/bin/sh\nbuild:x:1001:1001::/:/usr/sbin/nologin\n"
        "nobody:x:65534:65534::/:/bin/sh\n"
    )
    for number in (0, 118, 1000, 70_001):
        (tmp_path / f"run/systemd/users/{number}").touch()
    for name in ("alice", "ada", "gone"):
        (tmp_path / f"var/lib/AccountsService/users/{name}").touch()
    (tmp_path / "etc/nsswitch.conf").write_text("passwd:\tfiles systemd\n")
    directory = {"ada": 70_002}
    files = DiskFiles(tmp_path)
    found = persons(files, "linux", number_of=directory.get)
    assert found == frozenset({1000, 70_001, 70_002})
    assert persons(files, "win32") is None
    (tmp_path / "etc/passwd").unlink()
    (tmp_path / "etc/passwd").mkdir()
    assert persons(files, "linux", number_of=directory.get) is None


@pytest.mark.parametrize(
    ("switch", "vendor", "found"),
    [
        ("passwd: files systemd # sss\nshadow: files sss\n", "", {1000}),
        ("passwd: files [NOTFOUND=continue] systemd\n", "", {1000}),
        ("", "passwd: files\n", {1000}),
        ("passwd: files systemd sss\n", "", None),
        ("passwd: files winbind\n", "passwd: files\n", None),
        ("passwd: compat\n", "", None),  # may mean NIS
        ("hosts: files dns\n", "", None),
        ("", "", None),
    ],
)
def test_a_name_that_nobody_knows_is_a_deleted_account_only_where_there_is_no_directory(
    tmp_path: Path, switch: str, vendor: str, found: set[int] | None
) -> None:
    for name in ("etc", "usr/etc", "var/lib/AccountsService/users"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "etc/passwd").write_text("alice:x:1000:1000::/home/alice:/bin/sh\n")
    for path, content in (("etc", switch), ("usr/etc", vendor)):
        if content:
            (tmp_path / path / "nsswitch.conf").write_text(content)
    for name in ("alice", "gone"):
        (tmp_path / f"var/lib/AccountsService/users/{name}").touch()
    files = DiskFiles(tmp_path)
    assert persons(files, "linux", number_of=lambda _: None) == found
    assert persons(files, "linux", number_of=lambda _: 70_002) == frozenset({1000, 70_002})


async def test_who_comes_new_is_asked_before_more_is_collected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "NEWCOMERS_EVERY_S", 0.001)
    people, begun = {ALICE}, asyncio.Queue[frozenset[int]]()

    async def again() -> None:
        begun.put_nowait(frozenset(people))

    watching = asyncio.create_task(
        watch(policy=of_the_laptop, persons=lambda: frozenset(people), again=again)
    )
    assert await asyncio.wait_for(begun.get(), 5) == {ALICE}
    people.add(BOB)
    while await asyncio.wait_for(begun.get(), 5) != {ALICE, BOB}:
        pass
    watching.cancel()


async def test_where_the_people_cannot_be_told_collecting_does_not_begin_anew_all_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "NEWCOMERS_EVERY_S", 0.001)
    policy, looked, begun = of_the_laptop(), asyncio.Queue[None](), 0
    loop = asyncio.get_running_loop()

    def nobody_knows() -> None:
        loop.call_soon_threadsafe(looked.put_nowait, None)

    async def again() -> None:
        nonlocal begun
        begun += 1

    watching = asyncio.create_task(watch(policy=lambda: policy, persons=nobody_knows, again=again))
    for _ in range(5):
        await asyncio.wait_for(looked.get(), 5)
    watching.cancel()
    assert begun == 1
