"""The operator's configuration: read, laid over by flags, refused with key and fix."""

from __future__ import annotations

from pathlib import Path

import pytest
from reticent_server.approvals.kinds import Kind
from reticent_server.approvals.settings import ApprovalRules
from reticent_server.config import (
    GeoFiles,
    LoginRules,
    Ports,
    ServerConfig,
    host_port,
    keep_config,
    load_config,
)
from reticent_server.errors import ConfigError


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "server.toml"
    path.write_text(text)
    return path


def test_every_documented_key_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        data_dir = "/var/lib/reticent-server"
        public_name = "telemetry.example.com"
        names = ["10.0.0.5"]
        listen = "0.0.0.0"
        log_level = "debug"
        trusted_proxies = ["10.0.0.0/24"]
        balancers = ["10.0.0.7", "2001:db8::/64"]
        [ports]
        enrolment = 1
        telemetry = 2
        console = 3
        [login]
        idle_minutes = 15
        session_hours = 8
        lock_after = 5
        second_factor = "all"

        [geoip]
        city = "/var/lib/GeoIP/GeoLite2-City.mmdb"
        asn = "/var/lib/GeoIP/GeoLite2-ASN.mmdb"

        [approvals]
        second_person = ["policy.reveal"]
        request_hours = 9
        use_hours = 2
        uses = 3
        export_rows = 0
        """,
    )
    assert load_config(path) == ServerConfig(
        data_dir=Path("/var/lib/reticent-server"),
        public_name="telemetry.example.com",
        names=("10.0.0.5",),
        listen="0.0.0.0",
        log_level="debug",
        ports=Ports(enrolment=1, telemetry=2, console=3),
        trusted_proxies=("10.0.0.0/24",),
        balancers=("10.0.0.7", "2001:db8::/64"),
        login=LoginRules(idle_minutes=15, session_hours=8, lock_after=5, second_factor="all"),
        geoip=GeoFiles(
            city=Path("/var/lib/GeoIP/GeoLite2-City.mmdb"),
            asn=Path("/var/lib/GeoIP/GeoLite2-ASN.mmdb"),
        ),
        approvals=ApprovalRules(
            second_person=("policy.reveal",), request_hours=9, use_hours=2, uses=3, export_rows=0
        ),
    )


def test_flags_win_over_the_file_and_none_is_no_flag(tmp_path: Path) -> None:
    path = write(tmp_path, 'data_dir = "/a"\npublic_name = "a.example"\n[ports]\nconsole = 5')
    config = load_config(
        path, data_dir=Path("/b"), public_name=None, console_port=0, telemetry_port=None
    )
    assert (config.data_dir, config.public_name) == (Path("/b"), "a.example")
    assert config.ports == Ports(console=0)


def test_a_server_listens_on_its_own_machine_until_told_otherwise() -> None:
    assert ServerConfig(data_dir=Path("/d")).listen == "127.0.0.1"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("data_dir = 7", "data_dir"),
        ('data_dir = "/d"\ntrusted_proxies = ["10.0.0.1/8"]', "trusted_proxies"),
        ('data_dir = "/d"\nbalancers = ["everyone"]', "balancers"),
        ('data_dir = "/d"\n[login]\nidle_minutes = 0', "login.idle_minutes"),
        ('data_dir = "/d"\n[login]\nsession_hours = 745', "login.session_hours"),
        ('data_dir = "/d"\n[login]\nlock_after = true', "login.lock_after"),
        ('data_dir = "/d"\n[login]\nsecond_factor = "some"', "login.second_factor"),
        ('data_dir = "/d"\n[login]\nlock = 5', "login.lock"),
        ('data_dir = "/d"\n[geoip]\ntown = "/x"', "geoip.town"),
        ('data_dir = "/d"\n[geoip]\ncity = 5', "geoip.city"),
        ('data_dir = "/d"\n[approvals]\nsecond_person = ["all"]', "approvals.second_person"),
        ('data_dir = "/d"\n[approvals]\nsecond_person = "all"', "approvals.second_person"),
        ('data_dir = "/d"\n[approvals]\nuses = 0', "approvals.uses"),
        ('data_dir = "/d"\n[approvals]\nuse_hours = true', "approvals.use_hours"),
        ('data_dir = "/d"\n[approvals]\nrecord = 1', "approvals.record"),
        ('public_name = "x"', "data_dir"),
        ('data_dir = "/d"\nlisten = "localhost"', "listen"),
        ('data_dir = "/d"\nlisten_adress = "::1"', "listen_adress"),
        ('data_dir = "/d"\npublic_name = "UPPER CASE"', "public_name"),
        ('data_dir = "/d"\nnames = "one"', "names"),
        ('data_dir = "/d"\nnames = ["-"]', "names"),
        ('data_dir = "/d"\nlog_level = "loud"', "log_level"),
        ('data_dir = "/d"\nports = 7', "ports"),
        ('data_dir = "/d"\n[ports]\nconsole = 70000', "ports.console"),
        ('data_dir = "/d"\n[ports]\nconsole = "8443"', "ports.console"),
        ('data_dir = "/d"\n[ports]\nconsole = true', "ports.console"),
        ('data_dir = "/d"\n[ports]\nhttps = 8443', "ports.https"),
    ],
)
def test_a_bad_key_is_named(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigError, match=f"configuration key {key}") as caught:
        load_config(write(tmp_path, text))
    assert caught.value.permanent


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "missing.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(write(tmp_path, "= ="))


def test_an_ipv6_address_is_written_in_brackets() -> None:
    assert host_port("::1", 7443) == "[::1]:7443"
    assert host_port("localhost", 7443) == "localhost:7443"


def test_the_certificate_stands_for_every_name_once() -> None:
    config = ServerConfig(data_dir=Path("/d"), public_name="a.example", names=("localhost",))
    assert config.certificate_names == ("a.example", "localhost", "127.0.0.1", "::1")


@pytest.mark.parametrize("kinds", [(), ("policy.reveal",)])
def test_what_needs_a_second_person_is_kept(tmp_path: Path, kinds: tuple[str, ...]) -> None:
    kept = ServerConfig(data_dir=tmp_path, approvals=ApprovalRules(second_person=kinds))
    keep_config(kept, tmp_path / "server.toml")
    assert load_config(tmp_path / "server.toml", data_dir=tmp_path) == kept
    assert ServerConfig(data_dir=tmp_path).approvals.second_person == tuple(Kind)  # by default: all
