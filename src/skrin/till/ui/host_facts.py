"""What the status page tells of the host that keeps the till running."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from skrin.domain.closing import local_time
from skrin.sync.host import FAILS, FELL, SCREEN, HostPart
from skrin.till.flow.clock import Instant
from skrin.till.flow.counter import Counter
from skrin.till.host import words
from skrin.till.ui.day_screens import Part

RECENT_MS = 24 * 3600 * 1000
"""A fall is mentioned for a day; the count of restarts stays."""


def host_parts(counter: Counter) -> Iterator[Part]:
    """The host's part of the page; none where nobody keeps the till running."""
    host = counter.host.facts()
    if not host.since_utc_ms:
        return
    now = counter.till.clock.now()
    down = [part for part in host.parts if part.state in (FELL, FAILS)]
    yield Part(
        icon="host",
        name=gettext("Host"),
        level="warn" if down else "good",
        state=gettext("Something that belongs to the till does not run.")
        if down
        else gettext("Run by a host, which starts again what stops"),
        advice=next((words.advice_for(part, gettext) for part in down), ""),
        facts=tuple(fact for part in host.parts for fact in _facts(part, now)),
    )


def _facts(part: HostPart, now: Instant) -> Iterator[tuple[str, str]]:
    kind = gettext(words.KINDS.get(part.kind, part.kind))
    name = kind if part.kind == SCREEN else f"{kind} {part.name}"
    told = [words.state_of(part, gettext)]
    if part.restarts:
        told.append(gettext("restarts: %(n)s") % {"n": part.restarts})
    yield name, " · ".join(told)
    if part.fault and now.utc_ms - part.fell_utc_ms < RECENT_MS:
        at = local_time(part.fell_utc_ms, now.offset_min).strftime("%H:%M")
        yield gettext("Stopped %(time)s") % {"time": at}, words.fault_of(part, gettext)
