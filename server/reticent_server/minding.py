"""What a running server looks after by itself, again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from reticent_server.ca.authority import CertificateAuthority
from reticent_server.ca.renewing import ending_soon, renew_issuing_if_due
from reticent_server.ca.server_certificate import ServerCertificate
from reticent_server.config import ServerConfig
from reticent_server.errors import ServerError
from reticent_server.health import Health
from reticent_server.log import Log

MINDER_S = 60.0  # how often certificates are looked at

_log = Log("app")


async def mind(
    config: ServerConfig,
    ca: CertificateAuthority,
    certificate: ServerCertificate,
    health: Health,
    clock: Callable[[], float],
) -> None:
    """Renews the issuing certificate and the server's in time, and sees what a command changed."""

    def renew_issuing() -> bool:
        return renew_issuing_if_due(config.data_dir, ca, now_s=clock(), token=config.ca)

    # A token takes its time, and meanwhile streams go on.
    steps: tuple[Callable[[], Awaitable[bool]], ...] = (
        lambda: asyncio.to_thread(ca.reload),
        lambda: asyncio.to_thread(renew_issuing),
        certificate.renew_if_due,
    )
    logged: dict[int, str] = {}
    while True:
        await asyncio.sleep(MINDER_S)
        problems: dict[str, None] = {}
        for number, step in enumerate(steps):  # one that fails keeps none of the others from it
            try:
                await step()
            except Exception as error:  # noqa: BLE001 - whatever a file or a token gives
                if logged.get(number) != repr(error):  # once, and not every minute
                    _log.error("certificates_not_renewed", error)
                logged[number] = repr(error)
                known = isinstance(error, ServerError)
                problems[str(error) if known else "certificates cannot be renewed; see the log"] = (
                    None
                )
            else:
                logged.pop(number, None)
        if ending := ending_soon(ca.issuing, clock()):
            problems[ending] = None
        if problems:
            health.notice("certificates", ". ".join(problems))
        else:
            health.settled("certificates")


async def regularly(
    step: Callable[[], object], every_s: float, executor: ThreadPoolExecutor, failed: str
) -> None:
    """What fails is told as `failed`, and tried again the next time."""
    while True:
        try:
            await asyncio.get_running_loop().run_in_executor(executor, step)
        except Exception as error:  # noqa: BLE001 - else it would not be done until a restart
            _log.error(failed, error)
        await asyncio.sleep(every_s)
