"""What needs consent is collected of those who agreed, from then on, and of nobody else."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from collect_events.fakes import FakeClock
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.model import OF_WHOM, WHILE_ASKED, Asked, Context, Emit, EventSource
from reticent_agent.consent.accounts import has_account
from reticent_agent.consent.answers import ConsentAnswers
from reticent_agent.consent.asked import asked
from reticent_agent.consent.record import (
    GIVEN,
    LAPSED,
    OPEN,
    WITHDRAWN,
    ConsentRecord,
    Statement,
    words_of,
)
from reticent_agent.errors import ConsentError
from reticent_agent.metrics import Metrics
from reticent_agent.pipeline import Pipeline
from reticent_agent.report.status import StatusBoard
from reticent_agent.spool import Spool
from reticent_contract import limits
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import Policy, parse_policy
from reticent_contract.redact import KeyRing
from support.batch_rows import START_US
from support.made_laptop import MadeLaptop
from support.policies import document

ALICE, BOB = 1_000, 1_001
VISITS = {
    "retention_days": 30,
    "consent": "required",
    "fields": {"user_name": "pseudonymise", "browser": "keep", "site": "keep"},
}


def visits_policy(version: int = 2, **changes: object) -> Policy:
    made = document(version=version, **changes)
    tables = made["tables"]
    assert isinstance(tables, dict)
    tables["site_visit"] = {**VISITS}
    return parse_policy(made, CATALOG)


def said(
    policy: Policy, state: str = GIVEN, *, user_id: int = ALICE, table: str = "site_visit"
) -> Statement:
    return Statement(
        user_id=user_id,
        table=table,
        state=state,
        words=words_of(policy, table),
        policy=policy.version,
        at_us=START_US + user_id,
    )


def test_silence_is_no_consent(tmp_path: Path) -> None:
    policy = visits_policy()
    record = ConsentRecord(tmp_path)
    assert record.agreed(policy) == {"site_visit": {}}
    assert record.state(policy, "site_visit", user_id=ALICE) == (OPEN, 0)
    assert "site_visit" not in asked(policy, record.agreed(policy))
    assert "log_line" in asked(policy, record.agreed(policy))


def test_a_consent_is_one_persons_and_outlives_a_restart(tmp_path: Path) -> None:
    policy = visits_policy()
    ConsentRecord(tmp_path).say(said(policy))
    record = ConsentRecord(tmp_path)
    assert record.agreed(policy) == {"site_visit": {ALICE: START_US + ALICE}}
    assert record.state(policy, "site_visit", user_id=BOB) == (OPEN, 0)
    wanted = asked(policy, record.agreed(policy))
    assert wanted["site_visit"][OF_WHOM] == {ALICE: START_US + ALICE}
    assert (tmp_path / "consent.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "changes", [{"purpose": "another"}, {"notice": "other words"}, {"legal_basis": "other law"}]
)
def test_other_words_make_a_consent_lapse(tmp_path: Path, changes: dict[str, object]) -> None:
    record = ConsentRecord(tmp_path)
    record.say(said(visits_policy()))
    policy = visits_policy(3, **changes)
    assert record.agreed(policy) == {"site_visit": {}}
    assert record.state(policy, "site_visit", user_id=ALICE)[0] == LAPSED
    same = visits_policy(4)
    assert record.state(same, "site_visit", user_id=ALICE)[0] == GIVEN


def test_reading_more_of_a_visit_is_something_else_to_agree_to(tmp_path: Path) -> None:
    record = ConsentRecord(tmp_path)
    record.say(said(visits_policy()))
    made = document(version=3)
    made["tables"]["site_visit"] = {**VISITS, "options": {"detail": "url"}}
    assert record.agreed(parse_policy(made, CATALOG)) == {"site_visit": {}}


@pytest.mark.parametrize(
    "changes",
    [
        {"retention_days": 31},
        {"fields": {**VISITS["fields"], "user_name": "keep"}},  # type: ignore[dict-item]  # a dict
        {"fields": {**VISITS["fields"], "profile": "keep"}},  # type: ignore[dict-item]  # a dict
    ],
    ids=["kept longer", "a name in the clear", "one field more"],
)
def test_more_that_leaves_or_is_kept_is_something_else_to_agree_to(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    record = ConsentRecord(tmp_path)
    record.say(said(visits_policy()))
    made = document(version=3)
    made["tables"]["site_visit"] = {**VISITS, **changes}
    policy = parse_policy(made, CATALOG)
    assert record.state(policy, "site_visit", user_id=ALICE)[0] == LAPSED
    assert record.agreed(policy) == {"site_visit": {}}


def test_who_withdraws_is_told_of_no_more_and_others_still_are(tmp_path: Path) -> None:
    policy = visits_policy()
    record = ConsentRecord(tmp_path)
    record.say(said(policy))
    record.say(said(policy, user_id=BOB))
    record.say(said(policy, WITHDRAWN))
    assert list(record.agreed(policy)["site_visit"]) == [BOB]


def of_the_laptop() -> Policy:
    made = document(version=2)
    made["tables"]["session"]["consent"] = "required"
    return parse_policy(made, CATALOG)


SCANNED = {
    "retention_days": 30,
    "consent": "required",
    "fields": {"url": {"scan": {"email": "drop_value", "badge": "replace"}}},
}
BADGE = {"badge": {"pattern": "B-[0-9]{6}", "sentence": "A badge."}}


def scanned(version: int, *, scan: object = None, **changes: object) -> Policy:
    made = document(version=version, **{"detectors": BADGE, **changes})
    fields = SCANNED["fields"] if scan is None else {"url": scan}
    made["tables"]["site_visit"] = {**SCANNED, "fields": fields}
    return parse_policy(made, CATALOG)


@pytest.mark.parametrize(
    "changes",
    [
        {"scan": {"scan": {"email": "keep", "badge": "replace"}}},
        {"scan": {"scan": {"email": {"tier_a": "drop_value", "tier_b": "keep"}}}},
        {"scan": {"scan": {"badge": "replace"}}},
        {"scan": "scan", "detectors": {}},
        {"detectors": {"badge": {"pattern": "B-[0-9]{9}", "sentence": "A badge."}}},
        {"allow": ["info@example.com"]},
        {"scan": {"truncate": {"characters": 4}}},
    ],
    ids=["kept", "half kept", "not named", "removed", "narrower", "excepted", "not searched"],
)
def test_a_scan_that_may_let_more_out_makes_a_consent_lapse(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    record = ConsentRecord(tmp_path)
    record.say(said(scanned(2)))
    assert record.state(scanned(3), "site_visit", user_id=ALICE)[0] == GIVEN
    policy = scanned(4, **changes)
    assert record.state(policy, "site_visit", user_id=ALICE)[0] == LAPSED
    assert record.agreed(policy) == {"site_visit": {}}


def test_another_parameter_makes_a_consent_lapse(tmp_path: Path) -> None:
    record = ConsentRecord(tmp_path)
    record.say(said(scanned(2, scan={"truncate": {"characters": 4}})))
    policy = scanned(3, scan={"truncate": {"characters": 40}})
    assert record.agreed(policy) == {"site_visit": {}}


@pytest.mark.parametrize(
    "content", ["", "no JSON", "[]", '{"said": [{"user_id": 1}]}', '{"said": 3}']
)
def test_a_damaged_record_is_nobodys_consent(tmp_path: Path, content: str) -> None:
    (tmp_path / "consent.json").write_text(content)
    assert ConsentRecord(tmp_path).agreed(visits_policy()) == {"site_visit": {}}


@pytest.mark.parametrize(
    "damage",
    [{"at_us": "0"}, {"state": "gone"}, {"table": None}, {"user_id": True}, {"user_id": ALICE}],
)
def test_a_record_damaged_in_one_place_is_nobodys_consent(
    tmp_path: Path, damage: dict[str, object]
) -> None:
    """An objection that cannot be read any more must not leave the yes of somebody else."""
    policy = of_the_laptop()
    record = ConsentRecord(tmp_path, persons=lambda: [ALICE])
    record.say(said(policy, table="session"))
    record.say(said(policy, WITHDRAWN, user_id=BOB, table="session"))
    file = tmp_path / "consent.json"
    stored = json.loads(file.read_bytes())
    stored["said"].reverse()
    stored["said"][0].update(damage)
    file.write_text(json.dumps(stored))
    again = ConsentRecord(tmp_path, persons=lambda: [ALICE])
    assert again.agreed(policy) == {"session": {}}


def test_a_record_of_another_format_is_nobodys_consent(tmp_path: Path) -> None:
    policy = visits_policy()
    ConsentRecord(tmp_path).say(said(policy))
    file = tmp_path / "consent.json"
    file.write_text(file.read_text().replace('"format": 1', '"format": 2'))
    assert ConsentRecord(tmp_path).agreed(policy) == {"site_visit": {}}


def test_statements_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CONSENTS_MAX", 1)
    policy, record = visits_policy(), ConsentRecord(tmp_path)
    record.say(said(policy))
    record.say(said(policy, WITHDRAWN))
    with pytest.raises(ConsentError, match="not taken down"):
        record.say(said(policy, user_id=BOB))


def test_what_happens_while_no_policy_asks_is_never_told(tmp_path: Path) -> None:
    """Its source begins anew, whether another policy does not ask or none is in force."""
    followed_from: list[str] = []

    def follow(context: Context, cursor: str, emit: Emit) -> None:
        followed_from.append(cursor)
        emit((), cursor="kept")
        while not context.stopping():
            time.sleep(0.01)

    def sources(wanted: Asked) -> list[EventSource]:
        name = f"{WHILE_ASKED}visits"
        source = EventSource(name=name, table="site_visit", follow=follow)
        return [source] if "site_visit" in wanted else []

    spool = Spool(tmp_path / "spool.db", now_us=lambda: START_US)
    record = ConsentRecord(tmp_path)
    pipeline = Pipeline(
        catalog=CATALOG,
        spool=spool,
        collecting=replace(MadeLaptop(tmp_path).collecting(), sources=sources),
        board=StatusBoard(lambda: None),
        metrics=Metrics(),
        spooled=lambda: None,
        agreed=record.agreed,
    )

    def run(policy: Policy, *, follows: bool) -> None:
        before = len(followed_from)
        pipeline.start(policy, KeyRing({1: b"\x01" * 32}, b"\x02" * 32))
        until = time.monotonic() + 10
        while follows and len(followed_from) == before:
            assert time.monotonic() < until
            time.sleep(0.01)
        pipeline.flush()
        assert (len(followed_from) > before) is follows

    asks, does_not = visits_policy(), parse_policy(document(version=3), CATALOG)
    run(asks, follows=False)  # nobody agreed
    record.say(said(asks))
    run(asks, follows=True)
    run(asks, follows=True)
    run(does_not, follows=False)
    run(asks, follows=True)
    pipeline.pause()
    run(asks, follows=True)
    pipeline.stop()
    assert followed_from == ["", "kept", "", ""]


class Nothing:
    """In the place of what collects and of the spool."""

    def health(self, event: str, **_: object) -> None: ...

    def begin_withdrawal(self, table: str, *, rule: str) -> tuple[int, int]:
        return 0, 0

    def end_withdrawal(self, table: str, *, rule: str) -> tuple[int, int]:
        return 0, 0


async def test_only_accounts_of_the_laptop_speak_and_who_spoke_always_may(tmp_path: Path) -> None:
    """A person has thousands of numbers for containers: as many voices would fill the record."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("alice:x:1000:1000::/home/alice:/bin/sh\n")
    policy, record, begun = visits_policy(), ConsentRecord(tmp_path), []
    record.say(said(policy, user_id=BOB))  # whose account is gone by now

    async def again() -> None:
        begun.append(True)

    answers = ConsentAnswers(
        record,
        policy=lambda: policy,
        again=again,
        pipeline=Nothing(),
        spool=Nothing(),
        clock=FakeClock(),
        has_account=partial(has_account, DiskFiles(tmp_path)),
    ).handlers()
    yes = {"table": "site_visit", "words": words_of(policy, "site_visit")}
    for what in ("consent.give", "consent.withdraw"):
        with pytest.raises(ConsentError, match="account"):
            await answers[what](2_000_000_007, yes)
    assert begun == []
    await answers["consent.give"](ALICE, yes)
    await answers["consent.withdraw"](BOB, yes)
    assert list(record.agreed(policy)["site_visit"]) == [ALICE]
    await answers["consent.withdraw"](ALICE, yes)  # at once: a no is never too soon
    assert record.agreed(policy) == {"site_visit": {}}
    with pytest.raises(ConsentError, match="less than"):
        await answers["consent.give"](ALICE, yes)
