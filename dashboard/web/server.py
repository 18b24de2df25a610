"""Runs an ASGI program with uvicorn as this house wants it."""

import gc
import sys
from collections.abc import Sequence

import uvicorn
from starlette.types import ASGIApp

GRACE = 5
"""Seconds for requests under way when the program is told to stop."""
_TURN = 0.001
"""Seconds for which a thread that draws, lands or reads may keep the interpreter while the one that answers waits. Python's own five are
waited out at each socket that is ready: a page drawn meanwhile would hold up a thousand others."""


def configure(app: ASGIApp, host: str, port: int, trusted_proxies: Sequence[str] = ()) -> uvicorn.Config:
    """uvicorn on uvloop and httptools; X-Forwarded headers count only from the proxies that are named. Sets how long
    a thread of this process may keep others waiting."""
    sys.setswitchinterval(_TURN)
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE,
        # A signal is a few hundred bytes; a compressor for each of a thousand sockets would hold a quarter of a gigabyte. Nothing is heard.
        ws_per_message_deflate=False,
        ws_max_size=1024,
        h11_max_incomplete_event_size=64 * 1024,
    )


def settle() -> None:
    """For a process that is about to serve and do nothing else: what was made at its start stays, so the collector looks for garbage among
    what came later only, and less often. Measured with a thousand open pages: it took a fifth of the loop's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def serve(app: ASGIApp, host: str, port: int, trusted_proxies: Sequence[str] = ()) -> None:
    """Serves until the process is told to stop (SIGINT, SIGTERM)."""
    settle()
    uvicorn.Server(configure(app, host, port, trusted_proxies)).run()
