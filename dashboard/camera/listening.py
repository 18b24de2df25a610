"""How a relay and a blurrer stand open for others of this house: an HTTP door, and the work behind it, until they are told to stop."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import uvicorn
from starlette.types import ASGIApp

from dashboard.errors import ConfigurationError


class Worker(Protocol):
    """What works behind a door."""

    @property
    def run(self) -> Callable[[str], Coroutine[Any, Any, None]]:
        """Works until it is cancelled; told the address at which its door is found."""

    @property
    def close(self) -> Callable[[], Coroutine[Any, Any, None]]:
        """Says goodbye."""


async def keep_open(worker: Worker, door: ASGIApp, host: str, port: int) -> None:
    """Serves until the process is told to stop. Raises ConfigurationError when the address cannot be had."""
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise ConfigurationError(f"DASHBOARD_RELAY_HOST: {host} port {port} cannot be used: {error.strerror}") from None
    address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    config = uvicorn.Config(door, access_log=False, log_config=None, lifespan="off", server_header=False, timeout_graceful_shutdown=2)
    running = asyncio.create_task(worker.run(address))
    try:
        await uvicorn.Server(config).serve(sockets=[listener])
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await worker.close()
        listener.close()
