"""The limits within which a server answers."""

import os
from dataclasses import asdict, dataclass, field
from typing import Any

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """What one question may cost, and how many run at once.

    ``seconds`` is the time for one query; a client may ask for less. ``memory`` (bytes) is what a worker may take
    beside the store. ``answer``, ``body`` and ``address`` (bytes) bound an answer, a request's body and its target.
    A query that has run ``quick`` seconds is a long one, and ``long`` of these run at once; two workers more than that
    stand ready for quick queries and one for the named questions. ``waiting`` requests may queue, each for ``patience``
    seconds. Of the workers, the long queries and the places to wait one client has half at most.
    """

    seconds: float = 10.0
    memory: int = 1000 * MEGABYTE
    answer: int = 32 * MEGABYTE
    body: int = 1 * MEGABYTE
    address: int = 16_000
    quick: float = 0.5
    long: int = field(default_factory=lambda: max(2, os.cpu_count() or 2))
    waiting: int = 64
    patience: float = 5.0

    @property
    def workers(self) -> int:
        """Return how many workers answer SPARQL, not counting the one for named questions."""
        return self.long + 2

    @property
    def share(self) -> int:
        """Return how many workers one client may use at once."""
        return self.workers // 2

    @property
    def long_share(self) -> int:
        """Return how many long queries one client may run at once."""
        return (self.long + 1) // 2

    def plain(self) -> dict[str, Any]:
        """Return the limits as plain values, to be handed to another process."""
        return asdict(self)
