"""What a Linux machine, a source and a firm's name look like: nothing in them is anybody's."""

from __future__ import annotations

import pytest
from reticent_contract.redact.findings import findings

_NOTHING = (
    # dpkg and apt: versions of four numbers, revisions
    "Unpacking alsa-topology-conf (1.2.5.1) ...",
    "Unpacking alsa-ucm-conf (1.2.8.1-1) over (1.2.6.3-1) ...",
    "install alsa-topology-conf:all <none> 1.2.5.1-2",
    "upgrade alsa-ucm-conf:all 1.2.6.3-1 1.2.8.1-1",
    "Install: alsa-ucm-conf:amd64 (1.2.8.1-1, automatic)",
    "Preparing to unpack .../libpolkit-agent-1-0_122-3_amd64.deb ...",
    # /etc/passwd, slices, lists
    "messagebus:x:100:102::/nonexistent:/usr/sbin/nologin",
    "rows = table[1::2] + table[::8]",
    "cpu affinity 0:1:2:3:4:5:6:7",
    # decorators, Perl's lists, names of code
    "@classmethod",
    "    @abc.abstractmethod",
    "our @ISA = qw(Exporter);",
    "push @results, $line;",
    "self._handle = _dlopen(self._name, mode)",
    "attribute handled by __getattr__",
    "value unaffected by 'update'",
    "from test.support import captured_stdout",
    "exports.ua = exports.oidc",
    "built on asp.net core",
    "/etc/issue.net is shown before a login",
    # the kernel, services, groups
    "clocksource: Switched to clocksource tsc",
    "new group: name=docker, GID=44",
    "notification sent by mds[88]",
    "file opened by Explorer",
    "daily.cld updated (version: 27458, sigs: 2067391)",
    # Windows in Italian and Dutch
    "Un account viene creato",
    "L'account risulta disabilitato",
    "Accesso di un account riuscito.",
    "Een account kan niet worden aangemeld.",
    "Het account wordt vergrendeld",
    # firms, places, feasts, methods, releases
    "Ubuntu 24.04 Noble Numbat",
    "Morgan Stanley report",
    "Newton Raphson step 4",
    "Robin Hood hashing",
    "office in Uttar Pradesh",
    "closed on Gandhi Jayanti",
)
_FOUND = (
    ("addr 10.20.30.4 over 10.20.30.5", "10.20.30.5"),
    ("calvisitor-10-105-160-95 up", "10-105-160-95"),
    ("route x 2001:db8:0:1:2:3:4:5 added", "2001:db8:0:1:2:3:4:5"),
    ("lost connection from unknown[2001:db8::2]", "2001:db8::2"),
    ("ping @noor.haddad please", "noor.haddad"),
    ("opened by 'jolanta_w'", "jolanta_w"),
    ("account kjansen wordt vergrendeld", "kjansen"),
    ("Anna Robin Hoodwin called", "Anna Robin Hoodwin"),
    ("new group: name=mhuber, GID=1004", "mhuber"),
)


@pytest.mark.parametrize("line", _NOTHING)
def test_nothing_is_found_in_what_a_machine_says_of_itself(line: str) -> None:
    assert findings(line) == ()


@pytest.mark.parametrize(("line", "value"), _FOUND)
def test_what_looks_like_it_and_is_somebodys_is_found(line: str, value: str) -> None:
    assert value in {line[f.start : f.end] for f in findings(line)}
