"""How long to wait before a part that fell is started again (pure).

After 1, 2, 4 ... 30 seconds, counted over the falls of the last ten minutes. Five of them are a
part that fails: it is said so, and it is still tried, for as long as the host runs. A shop's till
that waits for a technician to start it sells nothing, and what was in its way (an office that was
away, a cable, a full disk) may be gone by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

WINDOW_S = 600.0
FALLS_OF_ONE_THAT_FAILS = 5
PAUSE_MOST_S = 30.0


@dataclass(slots=True)
class Falls:
    """The falls of a part, by a clock that only goes forwards."""

    at_s: tuple[float, ...] = ()

    def fell(self, now_s: float) -> float:
        """Count a fall; how long to wait now."""
        recent = [at_s for at_s in self.at_s if now_s - at_s < WINDOW_S]
        self.at_s = (*recent, now_s)
        return min(PAUSE_MOST_S, 2.0 ** min(len(recent), 10))

    @property
    def fails(self) -> bool:
        """Whether it fell too often to be called running by chance."""
        return len(self.at_s) >= FALLS_OF_ONE_THAT_FAILS


@dataclass(slots=True)
class Silence:
    """How long a till has given no answer, and whether that is too long (pure)."""

    rest_s: float
    busy_s: float
    heard_s: float
    busy: str = ""
    misses: int = 0

    def heard(self, now_s: float, busy: str) -> None:
        """It answered; `busy` is what it is at."""
        self.heard_s, self.busy, self.misses = now_s, busy, 0

    def missed(self, now_s: float, least_s: float = 0.0) -> bool:
        """It did not answer. Whether it is to be ended; not before `least_s`.

        Three questions at least: the time alone also passes while the machine sleeps.
        """
        self.misses += 1
        patience_s = max(least_s, self.busy_s if self.busy else self.rest_s)
        return self.misses >= QUESTIONS_LEAST and now_s - self.heard_s >= patience_s


QUESTIONS_LEAST = 3
