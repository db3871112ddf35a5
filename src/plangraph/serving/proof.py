"""Where the mistake in a query is: a process of its own reads it, and is ended when that takes too long."""

import asyncio
import json
import os
import sys
from contextlib import suppress

from plangraph.serving import frames

SECONDS = 1.0
START_SECONDS = 10.0


class Proofreader:
    """One process with rdflib's parser, started on the first mistake; the others wait their turn for a second."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def place(self, text: str) -> tuple[int, int] | None:
        """Return line and column of what cannot be read in a query, or None when that is not found in time."""
        try:
            await asyncio.wait_for(self._turn.acquire(), SECONDS)
        except TimeoutError:
            return None
        try:
            process = self._process = self._process or await _started()
            assert process.stdin
            assert process.stdout
            process.stdin.write(frames.packed({"text": text}))
            head, _ = await asyncio.wait_for(frames.receive(process.stdout), SECONDS)
            return head["place"]  # type: ignore[no-any-return]
        except (TimeoutError, EOFError, OSError):
            await self.close()
            return None
        except asyncio.CancelledError:
            # Its answer would be taken for that to the next query.
            await asyncio.shield(self.close())
            raise
        finally:
            self._turn.release()

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _started() -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "plangraph.serving.worker", "proof", json.dumps({"parent": os.getpid()})),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    try:
        await asyncio.wait_for(frames.receive(process.stdout), START_SECONDS)
    except BaseException:
        process.kill()
        await asyncio.shield(process.wait())
        raise
    return process
