"""The agent's door for people at the laptop: a Unix socket beside the service.

Enters: one request a connection, from any local account. Leaves: one answer, and none for whoever
has too many connections open, is too slow, or is an account the kernel has no number of. Must hold:
who asks is what the kernel says of the other end (`peer`), never what the request says; nothing
collected is ever in an answer; requests, connections and waits are bounded, and a flood of one
account holds nobody else up.

    request  {"do": what, …}\\n                       at most limits.LOCAL_REQUEST_BYTES_MAX
    answer   {"ok": true, …}\\n or {"ok": false, "error": a sentence}\\n

What there is to ask: consent (`consent/answers.py`), what the session helper reports
(`collect/apps/inbox.py`), and, for root and the agent's own user alone, to uninstall this agent
(`remote/orders.py`). Windows has no such socket in Python's library: there is no door there.
"""
