"""Which relays hang. The kernel takes connections for a process that hangs, so that only its silence tells."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import httpx

from dashboard.store.cameras import Relay

ANSWERS_WITHIN: Final = 1.0
"""Seconds within which a relay answers what costs it nothing, unless it hangs or its machine is out of breath."""
USUAL: Final = 1.5
"""Seconds within which a relay has answered nearly everything; a camera that wakes up may take longer."""

Answer = TypeVar("Answer")


@dataclass
class Pulse:
    """What one process knows of the silence of relays. `knock` asks one of them for nothing, and returns when it has answered, whatever.

    A silent one is asked after the others, and knocked at again whenever somebody asks; as soon as it answers it is as good as before.
    """

    knock: Callable[[Relay], Awaitable[object]]
    _silent: set[str] = field(default_factory=set)
    _knocking: "dict[str, asyncio.Task[bool]]" = field(default_factory=dict)

    def lively_first(self, relays: Sequence[Relay]) -> list[Relay]:
        """The same relays in the same order, those that hang at the end; these are knocked at beside it."""
        for one in relays:
            if one.id in self._silent:
                self._begin(one)
        return sorted(relays, key=lambda one: one.id in self._silent)

    async def beats(self, relay: Relay) -> bool:
        """Whether it answers within a second. However many ask at once, it is knocked at once."""
        return await asyncio.shield(self._begin(relay))

    async def while_it_beats(self, relay: Relay, asking: Coroutine[Any, Any, Answer], usual: float = USUAL) -> Answer:
        """What it answers, for as long as that takes while it is alive; it is knocked at after that many seconds.

        Raises httpx.ReadTimeout when it hangs, and what `asking` raises.
        """
        task = asyncio.create_task(asking)
        try:
            await asyncio.wait({task}, timeout=usual)
            if not task.done() and not await self.beats(relay) and not task.done():
                raise httpx.ReadTimeout(f"{relay.id} hangs")
            answer = await task
        finally:
            task.cancel()
        self._silent.discard(relay.id)
        return answer

    def _begin(self, relay: Relay) -> "asyncio.Task[bool]":
        if relay.id not in self._knocking:
            task = self._knocking[relay.id] = asyncio.create_task(self._knock(relay))
            task.add_done_callback(lambda _: self._knocking.pop(relay.id, None))
        return self._knocking[relay.id]

    async def _knock(self, relay: Relay) -> bool:
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                await self.knock(relay)
        except (TimeoutError, httpx.TransportError):
            self._silent.add(relay.id)
            return False
        self._silent.discard(relay.id)
        return True
