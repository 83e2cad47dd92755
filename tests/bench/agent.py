"""(b) The agent at rest: memory and CPU over five minutes, beside a bare interpreter; and at work.

A real agent of this machine, enrolled at a real server, after its first rows are acknowledged and
its queues are empty. CPU is user + system time of the agent and of the programs it keeps running
(journalctl), of one core. Memory is the agent's resident set; its children are told apart. What
the event sources cost alone, and what it costs to follow a busy log, is measured by following.py.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]

import following
import psutil
from support.deployment import Deployment, wait_for

TARGET_RSS_MB = 60.0
TARGET_CPU_PERCENT = 0.3
SETTLE_S = 20.0


def cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def measure(agent: psutil.Process, bare: psutil.Process, *, seconds: float) -> dict[str, float]:
    children = agent.children(recursive=True)
    watched = {"agent": agent, "bare": bare}
    before = {name: cpu_s(process) for name, process in watched.items()}
    children_before = sum(cpu_s(child) for child in children)
    switches = agent.num_ctx_switches().voluntary
    rss: dict[str, list[float]] = {name: [] for name in watched}
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        time.sleep(min(5.0, seconds))
        for name, process in watched.items():
            rss[name].append(process.memory_info().rss / 1e6)
    took = time.monotonic() - started
    used = {name: cpu_s(process) - before[name] for name, process in watched.items()}
    children_used = sum(cpu_s(child) for child in children if child.is_running()) - children_before
    return {
        "seconds": took,
        "agent_rss_mb": statistics.median(rss["agent"]),
        "agent_rss_mb_max": max(rss["agent"]),
        "bare_rss_mb": statistics.median(rss["bare"]),
        "children_rss_mb": sum(child.memory_info().rss for child in children) / 1e6,
        "agent_cpu_percent": 100 * (used["agent"] + max(children_used, 0.0)) / took,
        "bare_cpu_percent": 100 * used["bare"] / took,
        "agent_wakeups_per_s": (agent.num_ctx_switches().voluntary - switches) / took,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--seconds", type=float, default=300.0)
    options = parser.parse_args()
    directory = Path("var/bench/agent")
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    bare = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(86400)"])
    try:
        with Deployment(directory, by_name=True) as deployment:
            deployment.start()
            wait_for("the first acknowledgement", deployment.acked, seconds=60)
            time.sleep(SETTLE_S)
            result = measure(
                psutil.Process(deployment.agent.pid),
                psutil.Process(bare.pid),
                seconds=options.seconds,
            )
    finally:
        bare.kill()
        bare.wait()
    result |= following.measure(directory / "following")
    print(f"   agent at rest for {result['seconds']:.0f} s")
    print(
        f"   memory  {result['agent_rss_mb']:6.1f} MB RSS (target {TARGET_RSS_MB:.0f}), "
        f"bare interpreter {result['bare_rss_mb']:.1f} MB, "
        f"its children {result['children_rss_mb']:.1f} MB"
    )
    print(
        f"   CPU     {result['agent_cpu_percent']:6.3f} % of a core (target {TARGET_CPU_PERCENT}), "
        f"bare interpreter {result['bare_cpu_percent']:.3f} %, "
        f"{result['agent_wakeups_per_s']:.1f} wake-ups a second"
    )
    is_quick = following.report(result)
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")
    light = result["agent_rss_mb"] <= TARGET_RSS_MB
    frugal = result["agent_cpu_percent"] <= TARGET_CPU_PERCENT
    return 0 if light and frugal and is_quick else 1


if __name__ == "__main__":
    sys.exit(main())
