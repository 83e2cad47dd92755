"""Made-up identifiers planted in a laptop's file tree, and a search for them in any disguise.

`plant(root)` writes the tree that the Linux collectors read and returns every identifier in it
that the default policy must not let out as it is. `find(canaries, blob)` looks for each of them
raw, in upper and lower case, hex, base64 (all three alignments) and URL-coded.
"""

from __future__ import annotations

import base64
import random
import string
import struct
import time
import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WINDOW = 8  # bytes; every disguise is at least this long
LETTERS = string.ascii_lowercase
STAGED = "/staged/syslog"  # lines that `write_log` appends while the agent runs


@dataclass(frozen=True)
class Canary:
    kind: str
    number: int
    value: str

    @property
    def name(self) -> str:
        """What a failing test may print: never the value."""
        return f"{self.kind}-{self.number}"


class Planter:
    """Draws identifiers from a seed and remembers them."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.canaries: list[Canary] = []

    def _add(self, kind: str, value: str) -> str:
        self.canaries.append(Canary(kind, len(self.canaries), value))
        return value

    def word(self, length: int) -> str:
        return "".join(self._random.choices(LETTERS, k=length))

    def digits(self, length: int) -> str:
        return "".join(self._random.choices(string.digits, k=length))

    def user(self) -> str:
        return self._add("user", self.word(10))

    def full_name(self) -> str:
        return self._add("full-name", f"{self.word(7).title()} {self.word(9).title()}")

    def phone(self) -> str:
        return self._add("phone", f"+4930{self.digits(9)}")

    def serial(self) -> str:
        return self._add("serial", self.word(3).upper() + self.digits(9))

    def uuid(self) -> str:
        text = "".join(self._random.choices("0123456789abcdef", k=32))
        return self._add("uuid", f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")

    def machine_id(self) -> str:
        return self._add("machine-id", "".join(self._random.choices("0123456789abcdef", k=32)))

    def mac(self) -> str:
        octets = [0x3C] + [self._random.randrange(256) for _ in range(5)]
        return self._add("mac", ":".join(f"{octet:02x}" for octet in octets))

    def wwid(self) -> str:
        return self._add("wwid", "eui." + "".join(self._random.choices("0123456789abcdef", k=16)))

    def host(self) -> str:
        return self._add("host", f"nb-{self.word(9)}")

    def email(self) -> str:
        return self._add("email", f"{self.word(6)}.{self.word(8)}@{self.word(8)}.example")

    def ipv4(self) -> str:
        octets = (
            self._random.randrange(128, 224),
            *(self._random.randrange(100, 255) for _ in "abc"),
        )
        return self._add("ipv4", ".".join(map(str, octets)))

    def ipv6(self) -> str:
        groups = ":".join(f"{self._random.randrange(0x1000, 0xFFFF):x}" for _ in range(6))
        return self._add("ipv6", f"2001:db8:{groups}")

    def secret(self, number: int) -> tuple[str, str]:
        """A secret and the log text that it stands in."""
        upper = "".join(self._random.choices(string.ascii_uppercase + string.digits, k=16))
        mixed = "".join(self._random.choices(string.ascii_letters + string.digits, k=36))
        kinds = (
            (f"AKIA{upper}", "using key {}"),
            (f"ghp_{mixed}", "remote said no to {}"),
            (mixed, "login with password={} failed"),
            (mixed, "GET /cb?access_token={}&n=1"),
            (f"eyJ{mixed}.eyJ{mixed[::-1]}.{upper}{mixed}", "Authorization: Bearer {}"),
        )
        value, text = kinds[number % len(kinds)]
        return self._add("secret", value), text.format(value)


def plant(root: Path, *, seed: int = 20_261_122) -> list[Canary]:
    """Writes the tree under `root`. Returns at least 1,000 identifiers."""
    planter = Planter(seed)
    users = [planter.user() for _ in range(150)]
    host = planter.host()
    _identity(planter, root, host)
    _accounts(planter, root, users)
    _devices(planter, root)
    _log(planter, root, host, users)
    _wtmp(planter, root, users)
    return planter.canaries


def write_log(root: Path) -> None:
    """Appends the planted lines: an agent follows a log from when it first saw it."""
    with (root / "var/log/syslog").open("ab") as log:
        log.write((root / STAGED.lstrip("/")).read_bytes())


def _write(root: Path, path: str, text: str | bytes) -> None:
    target = root / path.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text.encode() if isinstance(text, str) else text)


def _identity(planter: Planter, root: Path, host: str) -> None:
    _write(root, "/etc/os-release", 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n')
    _write(root, "/etc/hostname", f"{host}\n")
    _write(root, "/proc/sys/kernel/hostname", f"{host}\n")
    _write(root, "/etc/machine-id", f"{planter.machine_id()}\n")
    dmi = "/sys/class/dmi/id/"
    _write(root, dmi + "sys_vendor", "LENOVO\n")
    _write(root, dmi + "product_name", "21CB000AGE\n")
    _write(root, dmi + "board_name", "21CB000AGE\n")
    _write(root, dmi + "product_uuid", planter.uuid() + "\n")
    for name in ("product_serial", "board_serial", "chassis_serial"):
        _write(root, dmi + name, planter.serial() + "\n")


def _accounts(planter: Planter, root: Path, users: list[str]) -> None:
    lines = ["root:x:0:0:root:/root:/bin/bash"]
    for number, user in enumerate(users):
        gecos = f"{planter.full_name()},,{planter.phone()},"
        lines.append(f"{user}:x:{1000 + number}:100:{gecos}:/home/{user}:/bin/bash")
    _write(root, "/etc/passwd", "\n".join(lines) + "\n")


def _devices(planter: Planter, root: Path) -> None:
    for number in range(40):
        disk = f"/sys/block/nvme{number}n1/"
        _write(root, disk + "size", "1000215216\n")
        _write(root, disk + "removable", "0\n")
        _write(root, disk + "wwid", planter.wwid() + "\n")
        _write(root, disk + "queue/rotational", "0\n")
        _write(root, disk + "device/model", "SAMSUNG MZVL2512HCJQ\n")
        _write(root, disk + "device/serial", planter.serial() + "\n")
    for number in range(80):
        card = f"/sys/class/net/eth{number}/"
        _write(root, card + "address", planter.mac() + "\n")
        _write(root, card + "addr_assign_type", "0\n")
        _write(root, card + "operstate", "up\n")
        _write(root, card + "mtu", "1500\n")
        _write(root, card + "device/vendor", "0x8086\n")
    for number in range(120):
        port = f"/sys/bus/usb/devices/1-{number + 1}/"
        _write(root, port + "idVendor", "046d\n")
        _write(root, port + "idProduct", "c52b\n")
        _write(root, port + "manufacturer", "Logitech\n")
        _write(root, port + "product", "USB Receiver\n")
        _write(root, port + "serial", planter.serial() + "\n")


def _log(planter: Planter, root: Path, host: str, users: list[str]) -> None:
    lines: list[str] = []

    def line(text: str) -> None:
        lines.append(f"Nov 22 06:{len(lines) % 60:02d}:00 {host} app[{len(lines)}]: {text}")

    for number in range(100):
        line(f"mail from {planter.email()} accepted")
        line(f"connection to {planter.ipv4()}:443 from {planter.ipv6()} lost")
        line(f"associated with {planter.mac()} on channel {number}")
        line(planter.secret(number)[1])
        line(f"session opened for user {users[number]} by (uid=0)")
        line(f"cannot read /home/{users[number]}/.config: no such file")
    _write(root, "/var/log/syslog", "")
    _write(root, STAGED, "\n".join(lines) + "\n")


def _wtmp(planter: Planter, root: Path, users: list[str]) -> None:
    """384-byte records of utmp(5), as on 64-bit Linux with the 32-bit-compatible layout."""
    records = []
    now_s = int(time.time())
    for number, user in enumerate(users[:40]):
        address = planter.ipv4()
        raw = bytes(map(int, address.split(".")))
        records.append(
            struct.pack(
                "<hxxi32s4s32s256shhiii16s20s",
                7,
                4_000 + number,
                f"pts/{number}".encode(),
                b"",
                user.encode(),
                address.encode(),
                0,
                0,
                number,
                now_s - 3_600 + number,
                0,
                raw,
                b"",
            )
        )
    _write(root, "/var/log/wtmp", b"".join(records))


def disguises(value: str) -> set[bytes]:
    """Every form in which `value` must not be found."""
    raw = {value, value.upper(), value.lower()}
    if ":" in value and len(value) == 17:
        raw |= {value.replace(":", ""), value.replace(":", "-")}
    forms: set[bytes] = set()
    for text in raw:
        data = text.encode()
        forms |= {data, data.hex().encode(), data.hex().upper().encode()}
        forms.add(urllib.parse.quote(text, safe="").encode())
        forms.add("".join(f"%{byte:02X}" for byte in data).encode())
        for shift in range(3):  # base64 of the value inside of something longer
            coded = base64.b64encode(b"\0" * shift + data)
            inner = coded[(0, 2, 3)[shift] : len(coded) - 4]
            forms |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return {form for form in forms if len(form) >= WINDOW}


class Searcher:
    """Looks for all disguises of all canaries in one pass over a blob."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        self._forms: dict[int, list[tuple[bytes, Canary]]] = {}
        for canary in canaries:
            for form in disguises(canary.value):
                (head,) = struct.unpack("<Q", form[:WINDOW])
                self._forms.setdefault(head, []).append((form, canary))
        self._heads = np.array(sorted(self._forms), dtype=np.uint64)

    def find(self, blob: bytes) -> set[Canary]:
        found: set[Canary] = set()
        for offset in range(WINDOW):
            usable = (len(blob) - offset) // WINDOW * WINDOW
            if usable <= 0:
                continue
            words: NDArray[np.uint64] = np.frombuffer(blob, "<u8", usable // WINDOW, offset)
            near = np.searchsorted(self._heads, words).clip(max=len(self._heads) - 1)
            for place in np.flatnonzero(self._heads[near] == words):
                start = offset + int(place) * WINDOW
                for form, canary in self._forms[int(words[place])]:
                    if blob.startswith(form, start):
                        found.add(canary)
        return found
