"""`reticent-agent status`: status.json for people, and whether the agent runs at all."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

from reticent_contract.kept import Kept

from reticent_agent import folder_lock
from reticent_agent.config import Config
from reticent_agent.errors import IdentityError
from reticent_agent.remote import removal
from reticent_agent.report.files import read_status
from reticent_agent.spool import GATE_RULE


def run(config: Config, *, as_json: bool) -> int:
    """Raises IdentityError where there is no status: the agent has never run here."""
    picture = read_status(config.data_dir)
    gone = removal.over(config.data_dir)
    asked = gone or removal.under_way(config.data_dir)
    if asked is not None:
        return _uninstalled(asked, is_over=gone is not None, as_json=as_json)
    if picture is None:
        raise IdentityError(
            f"there is no status in {config.data_dir}: the agent has not run with it; start it "
            "with `reticent-agent run`, or give the right --data",
            permanent=True,
        )
    running = folder_lock.is_taken(config.data_dir)
    if not running:
        picture["state"] = "stopped"
    if as_json:
        sys.stdout.write(json.dumps({**picture, "running": running}) + "\n")
        return 0
    policy, rows = picture.get("policy"), picture.get("rows")
    lines = [
        f"device    {picture.get('device_id') or 'not enrolled'}",
        f"state     {picture.get('state')}" + ("" if running else " (no agent is running)"),
    ]
    if isinstance(policy, dict):
        digest = str(policy.get("sha256"))[:16]
        lines.append(f"policy    version {policy.get('version')} (sha256 {digest}…)")
    else:
        lines.append("policy    none: nothing is collected")
        if picture.get("no_policy") and picture["no_policy"] != picture.get("error"):
            lines.append(f"          {picture['no_policy']}")
    lines += _keys(picture.get("keys"))
    if picture.get("key_sha256"):
        lines.append(f"key       SHA-256 {picture['key_sha256']}")
    if picture.get("machine"):
        parts = ", ".join(map(str, _listed(picture["machine"])))
        lines.append(
            f"machine   a token of {parts} goes to the server, keyed so that it tells only whether "
            "they changed"
        )
    lines += _asked(picture.get("paused"), picture.get("asked"))
    lines += _consent(picture.get("consent"))
    if isinstance(rows, dict):
        told = ", ".join(f"{rows.get(name, 0)} {said}" for name, said in _ROWS.items())
        lines.append(f"rows      {told}")
    lines.append(f"gate      {_stopped(picture.get('by_rule'))} values stopped on their way out")
    lines += _largest("dropped", "values of", picture.get("dropped"))
    lines += _largest("by rule", "values dropped or changed by", picture.get("by_rule"))
    if picture.get("error"):
        lines.append(f"problem   {picture['error']}")
    # A running agent writes whatever changes within seconds: what is old is still true.
    since = "; nothing has changed since, and the agent runs" if running else ""
    lines.append(f"as of     {picture.get('updated_at')}{since}")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _uninstalled(asked: removal.Removal, *, is_over: bool, as_json: bool) -> int:
    """What its owner is told of an agent that was uninstalled."""
    if as_json:
        state = "uninstalled" if is_over else "uninstalling"
        told = {
            "state": state,
            "reason": asked.reason,
            "begun_us": asked.begun_us,
            "here": asked.here,
            "server_told": asked.told,
            "stayed": list(asked.stayed),
        }
        sys.stdout.write(json.dumps(told) + "\n")
        return 0
    but = ", but for what is named below" if asked.stayed else ""
    now = (
        f"uninstalled: keys, certificate, policy and what was collected are deleted{but}; the "
        "program can be removed with the laptop's package manager"
        if is_over
        else "being uninstalled: nothing is collected; the key goes once the server was told"
    )
    who = "on this laptop" if asked.here else "an administrator says"
    why = f"{_time(asked.begun_us)} uninstall; {who}: {asked.reason}"
    why = f"uninstall; {removal.DAMAGED}" if asked.is_damaged else why
    sys.stdout.write(f"state     {now}\nasked     {why}\n")
    if asked.left():
        sys.stdout.write(f"problem   {asked.left()}\n")
    return 0


def _keys(kept: object) -> list[str]:
    """How the laptop's keys lie on it."""
    if not isinstance(kept, dict):
        return []
    titles = {"device": "device key", "pseudonyms": "pseudonym keys"}
    return [
        f"keys      {title}: {kept[which]}, {Kept(kept[which]).sentence}"
        for which, title in titles.items()
        if kept.get(which) in set(Kept)
    ]


def _listed(found: object) -> list[object]:
    return found if isinstance(found, list) else []


def _asked(paused: object, asked: object) -> list[str]:
    """What an administrator asked of this laptop, and why."""
    lines = []
    if isinstance(paused, dict):
        lines.append(
            f"paused    until {_time(paused['until_us'])}: nothing is collected; an administrator "
            f"says: {paused['reason']}"
        )
    for entry in asked[-_ASKED_SHOWN:] if isinstance(asked, list) else ():
        done = "done" if entry["done"] else f"not done: {entry['detail']}"
        lines.append(
            f"asked     {_time(entry['at_us'])} {entry['action']} ({done}); an administrator "
            f"says: {entry['reason']}"
        )
        facts = entry.get("facts")
        if isinstance(facts, dict):
            lines.append(f"          it got these {len(facts)} facts (--json shows them apart):")
            lines += [f"            {name} = {value}" for name, value in sorted(facts.items())]
    return lines


def _time(us: int) -> str:
    return f"{datetime.fromtimestamp(us / 1e6, UTC):%Y-%m-%d %H:%M} UTC"


def _consent(people: object) -> list[str]:
    """Tables that the policy asks for and that are collected of those who agreed alone."""
    if not isinstance(people, dict) or not people:
        return []
    told = ", ".join(
        f"{table} of {count} who agreed" if count else f"{table} not collected: nobody agreed"
        for table, count in sorted(people.items())
    )
    return [f"consent   {told} (reticent-agent consent)"]


def _stopped(by_rule: object) -> int:
    return int(by_rule.get(GATE_RULE, 0)) if isinstance(by_rule, dict) else 0


_ROWS = {
    "collected": "collected",
    "redacted": "passed redaction",
    "unchanged": "as sent before",
    "dropped": "dropped",
    "acked": "stored by the server",
    "spooled": "waiting",
}
_SHOWN = 5
_ASKED_SHOWN = 5


def _largest(title: str, what: str, numbers: object) -> list[str]:
    if not isinstance(numbers, dict) or not numbers:
        return []
    largest = sorted(numbers.items(), key=lambda item: (-int(item[1]), item[0]))
    told = ", ".join(f"{name} {count}" for name, count in largest[:_SHOWN])
    more = f", and {len(largest) - _SHOWN} more" if len(largest) > _SHOWN else ""
    return [f"{title:<10}{what} {told}{more}"]
