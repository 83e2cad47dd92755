"""How a command shows a one-time link: where it leads, for how long, what to do with it."""

from __future__ import annotations

from datetime import UTC, datetime

from reticent_server.auth.links import NewLink
from reticent_server.commands.client import running_server
from reticent_server.commands.common import put, say
from reticent_server.config import ServerConfig, host_port


def console_address(config: ServerConfig) -> str:
    """host:port of the console: the running server's, else what is configured."""
    server = running_server(config.data_dir)
    if server is not None:
        return server.addresses["console"]
    return host_port(config.public_name, config.ports.console)


def show_link(new: NewLink, link: str) -> None:
    put(f"{', '.join(new.roles)} {new.name}: {link}")
    say(
        "Whoever opens it sets the password of this account. It is good once, until "
        f"{datetime.fromtimestamp(new.expires_s, UTC):%Y-%m-%d %H:%M} UTC, and shown only now."
    )
