"""The pools that make the pages of one plan each, of a store that holds many: opened when asked for, and a few kept."""

import asyncio
from collections.abc import Callable

from plangraph.serving.pool import Pool
from plangraph.serving.protocol import Refusal

MOST = 3


class Shelf:
    """Opens the pool of a plan when its pages are asked for, and closes the one that was not used for longest.

    ``make`` returns the pool of a plan by its slug. At most ``most`` are open, because each holds its plan in memory;
    one plan is opened at a time.
    """

    def __init__(self, make: Callable[[str], Pool], most: int = MOST) -> None:
        self._make, self._most = make, most
        self._pools: dict[str, Pool] = {}
        self._turn = asyncio.Lock()

    async def pool(self, slug: str) -> Pool:
        """Return the open pool of a plan. Raises Refusal (503) when all that are open are at work."""
        if slug not in self._pools:
            async with self._turn:
                if slug not in self._pools:
                    await self._open(slug)
        pool = self._pools[slug] = self._pools.pop(slug)
        return pool

    async def close(self) -> None:
        """Close all pools."""
        while self._pools:
            await self._pools.popitem()[1].close()

    async def _open(self, slug: str) -> None:
        if len(self._pools) >= self._most:
            longest = next((name for name, pool in self._pools.items() if pool.idle), None)
            if longest is None:
                raise Refusal(503, "the server is busy with the pages of other plans", "try again in a few seconds")
            await self._pools.pop(longest).close()
        pool = self._make(slug)
        try:
            await pool.open()
        except BaseException:
            await asyncio.shield(pool.close())
            raise
        self._pools[slug] = pool
