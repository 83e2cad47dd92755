"""Codes after RFC 6238: taken once, of the right time; kept encrypted; recovery codes used up."""

from __future__ import annotations

import os
import secrets

import pytest
from reticent_server.auth import AccountService, Role, Scope, second_factor, settings
from reticent_server.auth.authority import WHOLE_SERVER
from reticent_server.auth.errors import (
    AccountError,
    NotLoggedOnError,
    SecondFactorNeededError,
    ThrottledError,
    WrongCodeError,
)
from reticent_server.auth.grants import Grant
from reticent_server.auth.models import Account, HalfOpen, RecoveryCode, TotpSecret
from reticent_server.auth.passwords import Passwords
from reticent_server.auth.second_factor import SecondFactor
from reticent_server.config import LoginRules
from reticent_server.store.control.engine import ControlStore
from sqlalchemy import select
from support.console_app import PASSWORD, Clock

HOME = "192.0.2.7"
RFC_SECRET = b"12345678901234567890"
# RFC 6238, appendix B, SHA1: the last six of the eight digits.
VECTORS = [
    (59, "287082"),
    (1_111_111_109, "081804"),
    (1_111_111_111, "050471"),
    (1_234_567_890, "005924"),
    (2_000_000_000, "279037"),
    (20_000_000_000, "353130"),
]
AT, CODE = VECTORS[3]


@pytest.fixture
def clock() -> Clock:
    made = Clock()
    made.now = AT
    return made


@pytest.fixture
def accounts(
    control: ControlStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AccountService:
    monkeypatch.setattr(
        secrets,
        "token_bytes",
        lambda size: RFC_SECRET if size == len(RFC_SECRET) else os.urandom(size),
    )
    made = AccountService(
        control, clock=clock, passwords=Passwords(time_cost=1, memory_kib=64), key=bytes(32)
    )
    made.create("ada", role=Role.ANALYST, password=PASSWORD, must_change=False)
    return made


@pytest.fixture
def ada(accounts: AccountService) -> int:
    return accounts.number_of("ada")


def turned_on(accounts: AccountService, ada: int, clock: Clock) -> tuple[str, ...]:
    """On, with the code of `AT` used up a step before."""
    accounts.second_factor.offer(ada, "ada")
    clock.now = VECTORS[0][0]
    codes = accounts.second_factor.confirm(ada, VECTORS[0][1])
    clock.now = AT
    return codes


def half_open(accounts: AccountService) -> str:
    """After the first step, with the right password."""
    with pytest.raises(SecondFactorNeededError) as needed:
        accounts.log_on("ada", PASSWORD, address=HOME)
    return accounts.half_open.begin(needed.value.account_id, proved=needed.value.proved)


@pytest.mark.parametrize(("at", "code"), VECTORS)
def test_the_codes_are_those_of_the_rfc(
    accounts: AccountService, ada: int, clock: Clock, at: int, code: str
) -> None:
    accounts.second_factor.offer(ada, "ada")
    assert not accounts.second_factor.is_on(ada)
    clock.now = at
    accounts.second_factor.confirm(ada, code)
    assert accounts.second_factor.is_on(ada)


def test_an_offer_names_the_account_and_the_secret_and_is_no_second_factor_yet(
    accounts: AccountService, ada: int
) -> None:
    offer = accounts.second_factor.offer(ada, "ada")
    assert offer.uri.startswith("otpauth://totp/Reticent:ada?")
    assert f"secret={offer.secret}" in offer.uri
    assert not accounts.second_factor.is_on(ada)
    accounts.log_on("ada", PASSWORD, address=HOME)
    assert accounts.second_factor.offered(ada, "ada", secret=offer.secret) == offer
    assert accounts.second_factor.offered(ada, "ada", secret="") is None
    with pytest.raises(WrongCodeError):
        accounts.second_factor.confirm(ada, "000000")


def test_a_code_opens_once_also_on_another_server(
    accounts: AccountService, control: ControlStore, ada: int, clock: Clock
) -> None:
    turned_on(accounts, ada, clock)
    accounts.second_factor.check(ada, " 005 924 ")
    other = SecondFactor(control, clock=clock, key=bytes(32))
    for factor in (accounts.second_factor, other):
        with pytest.raises(WrongCodeError):
            factor.check(ada, CODE)


@pytest.mark.parametrize(("off_s", "taken"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_code_is_good_one_step_early_and_late(
    accounts: AccountService, ada: int, clock: Clock, off_s: int, taken: bool
) -> None:
    turned_on(accounts, ada, clock)
    clock.now = AT + off_s
    if taken:
        accounts.second_factor.check(ada, CODE)
    else:
        with pytest.raises(WrongCodeError):
            accounts.second_factor.check(ada, CODE)


@pytest.mark.parametrize(
    "code", ["", "5924", "0059240", "００５９２４", "abcdef", "-05924", "\x00" * 6]
)
def test_what_is_no_code_is_refused(
    accounts: AccountService, ada: int, clock: Clock, code: str
) -> None:
    turned_on(accounts, ada, clock)
    with pytest.raises(WrongCodeError):
        accounts.second_factor.check(ada, code)


def test_a_recovery_code_is_random_and_long_enough_to_be_kept_unsalted() -> None:
    """32 letters to choose from, 5 bits each; NIST SP 800-63B, 5.1.2.2 asks for 112."""
    made = [second_factor._recovery_code().replace("-", "") for _ in range(200)]
    assert len(set(made)) == 200
    assert {len(code) * 5 for code in made} == {120}
    for place in range(24):
        assert len({code[place] for code in made}) > 16


def test_a_recovery_code_is_good_once_and_for_its_account(
    accounts: AccountService, ada: int, clock: Clock
) -> None:
    codes = turned_on(accounts, ada, clock)
    assert len(set(codes)) == settings.RECOVERY_CODES
    accounts.second_factor.check(ada, codes[0].upper().replace("-", " "))
    assert accounts.second_factor.codes_left(ada) == settings.RECOVERY_CODES - 1
    with pytest.raises(WrongCodeError):
        accounts.second_factor.check(ada, codes[0])
    accounts.create("eve", role=Role.ANALYST, password=PASSWORD, must_change=False)
    eve = accounts.number_of("eve")
    accounts.second_factor.offer(eve, "eve")
    accounts.second_factor.confirm(eve, CODE)
    with pytest.raises(WrongCodeError):
        accounts.second_factor.check(eve, codes[1])


def test_neither_secret_nor_recovery_codes_can_be_read_from_the_store(
    accounts: AccountService, control: ControlStore, ada: int, clock: Clock
) -> None:
    codes = turned_on(accounts, ada, clock)
    with control.read() as db:
        sealed = db.scalars(select(TotpSecret.sealed)).one()
        kept = str([vars(row) for row in db.scalars(select(RecoveryCode))])
    assert RFC_SECRET not in sealed
    assert not any(code in kept for code in codes)
    with pytest.raises(AccountError, match=r"login\.key"):
        SecondFactor(control, clock=clock, key=bytes([1] * 32)).check(ada, CODE)
    with pytest.raises(AccountError, match="not loaded"):
        SecondFactor(control, clock=clock, key=None).check(ada, CODE)


def test_a_secret_copied_to_another_account_opens_nothing(
    accounts: AccountService, control: ControlStore, ada: int, clock: Clock
) -> None:
    """As whoever can write the database, and does not have the key, would do."""
    turned_on(accounts, ada, clock)
    accounts.create("root", role=Role.ADMINISTRATOR, password=PASSWORD, must_change=False)
    root = accounts.number_of("root")
    with control.session() as db:
        row = db.get_one(TotpSecret, ada)
        db.add(TotpSecret(account_id=root, sealed=row.sealed, confirmed=True, last_step=0))
        db.commit()
    with pytest.raises(AccountError):
        accounts.second_factor.check(root, CODE)


def test_a_log_on_needs_password_and_code(accounts: AccountService, ada: int, clock: Clock) -> None:
    turned_on(accounts, ada, clock)
    with pytest.raises(SecondFactorNeededError):
        accounts.log_on("ada", PASSWORD, address=HOME)
    with pytest.raises(NotLoggedOnError):  # the code does not make up for the password
        accounts.log_on("ada", "wrong", address=HOME, code=CODE)
    with pytest.raises(WrongCodeError):
        accounts.log_on("ada", PASSWORD, address=HOME, code="000000")
    assert accounts.log_on("ada", PASSWORD, address=HOME, code=CODE).caller.name == "ada"


def test_guessing_codes_is_throttled_from_wherever(
    accounts: AccountService, ada: int, clock: Clock
) -> None:
    turned_on(accounts, ada, clock)
    for number in range(settings.FAILURES_PER_CODE):
        with pytest.raises(WrongCodeError):
            accounts.log_on("ada", PASSWORD, address=f"198.51.100.{number}", code="000000")
    token = half_open(accounts)
    with pytest.raises(ThrottledError):
        accounts.finish(token, CODE, address=HOME)


def test_a_half_open_log_on_is_over_after_its_time_and_after_one_session(
    accounts: AccountService, control: ControlStore, ada: int, clock: Clock
) -> None:
    codes = turned_on(accounts, ada, clock)
    token = half_open(accounts)
    assert accounts.sessions.caller(token) is None  # it is no session
    with control.read() as db:
        assert token not in str(vars(db.scalars(select(HalfOpen)).one()))
    session = accounts.finish(token, codes[0], address=HOME)
    assert session.token != token
    for brought in (token, "brought", None, ""):
        with pytest.raises(NotLoggedOnError):
            accounts.finish(brought, codes[1], address=HOME)
    late = half_open(accounts)
    clock.now += settings.HALF_OPEN_S
    with pytest.raises(NotLoggedOnError):
        accounts.finish(late, codes[1], address=HOME)
    assert accounts.second_factor.codes_left(ada) == settings.RECOVERY_CODES - 1  # not spent


def test_a_new_password_by_link_does_not_do_away_with_the_second_factor(
    accounts: AccountService, ada: int, clock: Clock
) -> None:
    turned_on(accounts, ada, clock)
    accounts.links.set_password(accounts.reset_with_link("ada", by=WHOLE_SERVER).secret, PASSWORD)
    with pytest.raises(SecondFactorNeededError):
        accounts.log_on("ada", PASSWORD, address=HOME)


def test_one_that_is_on_is_not_replaced_and_can_be_removed(
    accounts: AccountService, control: ControlStore, ada: int, clock: Clock
) -> None:
    turned_on(accounts, ada, clock)
    with pytest.raises(AccountError, match="already"):
        accounts.second_factor.offer(ada, "ada")
    assert accounts.second_factor.remove(ada, by=WHOLE_SERVER)
    assert not accounts.second_factor.remove(ada, by=WHOLE_SERVER)
    with control.read() as db:
        assert db.scalars(select(RecoveryCode)).all() == []
        assert db.scalars(select(Account)).one()
    accounts.log_on("ada", PASSWORD, address=HOME)


def test_a_new_password_ends_a_log_on_that_is_half_open(
    accounts: AccountService, ada: int, clock: Clock
) -> None:
    codes = turned_on(accounts, ada, clock)
    token = half_open(accounts)
    accounts.reset_password("ada", by=WHOLE_SERVER)
    with pytest.raises(NotLoggedOnError):
        accounts.finish(token, codes[0], address=HOME)


def test_a_reset_between_the_password_and_the_second_step_leaves_nothing_half_open(
    accounts: AccountService, ada: int, clock: Clock
) -> None:
    turned_on(accounts, ada, clock)
    with pytest.raises(SecondFactorNeededError) as needed:
        accounts.log_on("ada", PASSWORD, address=HOME)
    accounts.reset_password("ada", by=WHOLE_SERVER)
    with pytest.raises(NotLoggedOnError):
        accounts.half_open.begin(ada, proved=needed.value.proved)
    assert "argon2" not in f"{needed.value!r} {needed.value}"


def test_a_reset_during_the_second_step_leaves_no_session(
    accounts: AccountService, ada: int, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = turned_on(accounts, ada, clock)
    token = half_open(accounts)
    end = accounts.half_open.end

    def slowly(ended: str) -> bool:
        found = end(ended)
        accounts.reset_with_link("ada", by=WHOLE_SERVER)
        return found

    monkeypatch.setattr(accounts.half_open, "end", slowly)
    with pytest.raises(NotLoggedOnError):
        accounts.finish(token, codes[0], address=HOME)
    assert accounts.openings.by_name()["ada"].sessions == 0


def test_administrators_are_whoever_manages_accounts_by_whatever_role(
    control: ControlStore, clock: Clock
) -> None:
    accounts = AccountService(
        control,
        clock=clock,
        passwords=Passwords(time_cost=1, memory_kib=64),
        rules=LoginRules(second_factor="administrators"),
    )
    everything = [Grant(scopes=frozenset(Scope))]
    accounts.roles.create("people", scopes=["admin:accounts"], by=everything, actor="root")
    for role, asked in (
        (Role.ADMINISTRATOR, True),
        ("people", True),
        (Role.PRIVACY_OFFICER, False),
    ):
        name = f"is-{role}"
        accounts.create(name, role=Role.ANALYST, also=[role], password=PASSWORD, must_change=False)
        caller = accounts.log_on(name, PASSWORD, address=HOME).caller
        assert caller.must_add_factor is asked, role
