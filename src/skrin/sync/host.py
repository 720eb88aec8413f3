"""What a till's host says of the parts that it keeps running: on its page, to till and office.

A host may keep tills of several companies. So each till is told of itself, of the services that
stand before all of them, and of its own screen: never of another till.
"""

from __future__ import annotations

from dataclasses import dataclass

SERVICE, TILL, SCREEN = "service", "till", "screen"

WAITS, STARTS, RUNS, FELL, FAILS, STOPPED = (
    *("waits", "starts", "runs", "fell"),
    *("fails", "stopped"),
)
"""A part waits for those before it, starts, runs; it fell and is started again after a pause; it
fails: it fell again and again, and is tried less often; the host ends it."""


@dataclass(frozen=True, slots=True)
class HostPart:
    """A part that the host keeps running. `since_utc_ms`: since when it is in its state.

    `restarts`: how often it was started again since the host's start. `fault` is why it last fell,
    in a code (`killed`, `ended`, `hung`, ...) with `number` (a signal, an exit code, seconds) and
    `said`, the last line of its log; all stay when it runs again. `fell_utc_ms`: when; 0 = never.
    """

    name: str
    kind: str
    state: str
    since_utc_ms: int
    restarts: int = 0
    fault: str = ""
    number: int = 0
    said: str = ""
    fell_utc_ms: int = 0


@dataclass(frozen=True, slots=True)
class HostFacts:
    """A host and its parts; `since_utc_ms` 0 = nobody keeps this till running."""

    since_utc_ms: int = 0
    parts: tuple[HostPart, ...] = ()


NO_HOST = HostFacts()
