"""From an address to fields, by files that are exchanged while the server runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import Gauge
from reticent_contract.catalog.connection import CONNECTION
from reticent_server.config import GeoFiles
from reticent_server.limits import GEO_CHECK_S
from reticent_server.metrics import Metrics
from reticent_server.place.geo_file import GeoFile
from reticent_server.place.places import Places, parsed
from support.geo_files import geo_file, write_geo_file

MUMBAI = {
    "country": {"iso_code": "IN"},
    "subdivisions": [{"iso_code": "MH"}, {"iso_code": "XX"}],
    "city": {"names": {"en": "Mumbai", "de": "Bombay"}},
    "location": {"latitude": 19.0748, "longitude": 72.8856},
}
CARRIER = {"autonomous_system_number": 64_500, "autonomous_system_organization": "Example Telecom"}


@pytest.fixture
def files(tmp_path: Path) -> GeoFiles:
    networks = {"8.8.8.0/24": MUMBAI, "2001:4860::/32": MUMBAI, "10.0.0.0/8": MUMBAI}
    write_geo_file(tmp_path / "city.mmdb", networks, type_="GeoLite2-City")
    write_geo_file(tmp_path / "asn.mmdb", {"8.8.8.0/24": CARRIER}, type_="GeoLite2-ASN")
    return GeoFiles(city=tmp_path / "city.mmdb", asn=tmp_path / "asn.mmdb")


def places(files: GeoFiles) -> Places:
    return Places(files, broken=Metrics().geo_file_broken)


def test_an_address_brings_place_and_network_in_the_fields_of_the_catalog(files: GeoFiles) -> None:
    fields = places(files).fields_of("8.8.8.8")
    assert fields == {
        "wan_address": "8.8.8.8",
        "country": "IN",
        "region": "MH",
        "city": "Mumbai",
        "latitude": 19.0748,
        "longitude": 72.8856,
        "network_number": 64_500,
        "network_owner": "Example Telecom",
    }
    assert set(fields) == set(CONNECTION.by_name)


def test_what_a_file_does_not_say_is_absent(files: GeoFiles) -> None:
    known = places(files)
    assert known.fields_of("9.9.9.9") == {"wan_address": "9.9.9.9"}
    assert "network_number" not in known.fields_of("2001:4860::1")
    assert places(GeoFiles()).fields_of("8.8.8.8") == {"wan_address": "8.8.8.8"}


@pytest.mark.parametrize(
    "address",
    ["10.1.2.3", "192.168.1.4", "127.0.0.1", "100.64.0.9", "fe80::1", "fd00::1", "::ffff:10.0.0.1"],
)
def test_of_an_address_that_is_not_public_no_place_is_said(files: GeoFiles, address: str) -> None:
    assert list(places(files).fields_of(address)) == ["wan_address"]


def test_ipv4_written_as_ipv6_is_ipv4_and_what_is_no_address_says_nothing(files: GeoFiles) -> None:
    assert places(files).fields_of("::ffff:8.8.8.8")["country"] == "IN"
    assert str(parsed("fe80::1%eth0")) == "fe80::1"
    assert places(files).fields_of("unknown") == places(files).fields_of("") == {}


@pytest.mark.parametrize(
    "record",
    [
        {"country": "IN", "city": ["x"], "location": 4},
        {"country": {"iso_code": 5}, "subdivisions": {}, "location": {"latitude": 1_000.0}},
        {"subdivisions": [], "city": {"names": {}}, "autonomous_system_number": "1"},
    ],
)
def test_a_record_of_another_shape_costs_its_fields_alone(
    tmp_path: Path, record: dict[str, object]
) -> None:
    write_geo_file(tmp_path / "x.mmdb", {"8.8.8.0/24": record}, type_="GeoLite2-City")
    found = places(GeoFiles(city=tmp_path / "x.mmdb", asn=tmp_path / "x.mmdb"))
    assert found.fields_of("8.8.8.8") == {"wan_address": "8.8.8.8"}


class _Watch:
    def __init__(self, path: Path) -> None:
        self.now_s = 0.0
        self.gauge: Gauge = Metrics().geo_file_broken
        self.file = GeoFile(path, key="geoip.city", broken=self.gauge, clock=lambda: self.now_s)

    def country(self, *, later_s: float = GEO_CHECK_S) -> object:
        self.now_s += later_s
        country = self.file.record("8.8.8.8").get("country")
        return country["iso_code"] if isinstance(country, dict) else None

    @property
    def broken(self) -> float:
        return next(sample.value for metric in self.gauge.collect() for sample in metric.samples)


def write(path: Path, country: str) -> None:
    write_geo_file(path, {"8.8.8.0/24": {"country": {"iso_code": country}}}, type_="City")


def test_an_exchanged_file_is_read_without_a_restart_and_not_looked_for_all_the_time(
    tmp_path: Path,
) -> None:
    path = tmp_path / "city.mmdb"
    watch = _Watch(path)
    assert (watch.country(), watch.broken) == (None, 1.0)
    write(path, "IN")
    assert watch.country(later_s=1.0) is None
    assert (watch.country(), watch.broken) == ("IN", 0.0)
    write(path, "DE")
    assert watch.country(later_s=GEO_CHECK_S / 2) == "IN"
    assert watch.country() == "DE"


@pytest.mark.parametrize("damage", ["text", "cut", "gone", "directory"])
def test_a_broken_new_file_leaves_the_old_one_in_use_and_is_told(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "city.mmdb"
    write(path, "IN")
    watch = _Watch(path)
    assert watch.country() == "IN"
    whole = path.read_bytes()
    path.unlink()
    if damage == "directory":
        path.mkdir()
    elif damage != "gone":
        path.write_bytes(b"not a database" if damage == "text" else whole[:-40])
    assert (watch.country(), watch.broken) == ("IN", 1.0)
    assert "stays in use" in caplog.records[-1].__dict__["reticent"]["problem"]
    told = len(caplog.records)
    assert watch.country() == "IN"
    assert len(caplog.records) == told
    if damage == "directory":
        path.rmdir()
    write(path, "FR")
    assert (watch.country(), watch.broken) == ("FR", 0.0)


@given(noise=st.binary(max_size=200), at=st.integers(0, 400))
def test_a_damaged_file_raises_nothing(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int
) -> None:
    path = tmp_path_factory.mktemp("geo") / "city.mmdb"
    whole = geo_file({"8.8.8.0/24": MUMBAI}, type_="City")
    path.write_bytes(whole[:at] + noise + whole[at + len(noise) :])
    places(GeoFiles(city=path)).fields_of("8.8.8.8")
    path.unlink()


@pytest.mark.parametrize("error", [IndexError, KeyError, RecursionError, TypeError])
def test_whatever_the_reader_trips_over_costs_the_place_alone(
    files: GeoFiles, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    assert files.city is not None
    file = GeoFile(files.city, key="geoip.city", broken=Metrics().geo_file_broken)
    assert file.record("8.8.8.8")

    class Damaged:
        def get(self, _: str) -> object:
            raise error

    monkeypatch.setattr(file, "_reader", Damaged())
    assert file.record("8.8.8.8") == {}
