"""What a till told of the host that keeps it running, for the till's page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from skrin.office.tills.queries import SeatCard
from skrin.office.ui.doors import Visit
from skrin.office.ui.words import day_and_clock
from skrin.sync.host import FAILS, FELL, SCREEN, SERVICE, TILL, HostPart

Facts = tuple[tuple[str, str], ...]


def facts(visit: Visit, seat: SeatCard) -> Facts:
    """Each part with its state, how often it was started again, and why it fell last. One row says
    so where nobody keeps the till running."""
    host = seat.status.host
    if not host.since_utc_ms:
        return ((_("Host"), _("none: it was started by hand")),)
    rows = [(_("Has run since"), _at(visit, host.since_utc_ms))]
    for part in host.parts:
        rows.append((_name(part), _state(part)))
        if part.fault:
            told = _fault(part)
            if part.said:
                told = f"{told} {part.said}"
            rows.append((_("Stopped %(time)s") % {"time": _at(visit, part.fell_utc_ms)}, told))
    return tuple(rows)


def falling(seat: SeatCard) -> str:
    """What does not run beside a till that does, for the list of tills; empty = all runs."""
    down = [part.name for part in seat.status.host.parts if part.state in (FELL, FAILS)]
    return _("Does not run: %(names)s") % {"names": ", ".join(down)} if down else ""


def _at(visit: Visit, at_ms: int) -> str:
    return day_and_clock(at_ms, visit.time_zone)


def _name(part: HostPart) -> str:
    kinds = {SERVICE: _("Service"), TILL: _("Till"), SCREEN: _("Screen")}
    return f"{kinds.get(part.kind, part.kind)} {part.name}"


def _state(part: HostPart) -> str:
    states = {
        "waits": _("waits for those before it"),
        "starts": _("is starting"),
        "runs": _("runs"),
        "fell": _("stopped, and is started again"),
        "fails": _("stops again and again"),
        "stopped": _("was ended with its host"),
    }
    told = states.get(part.state, part.state)
    if not part.restarts:
        return told
    return f"{told}, " + _("restarts: %(n)s") % {"n": part.restarts}


def _fault(part: HostPart) -> str:
    """Why it fell; the code where a newer host says more."""
    words = {
        "killed": _("Ended from outside, by signal %(number)s."),
        "ended": _("Ended by itself, with code %(number)s."),
        "hung": _("Gave no answer for %(number)s s."),
        "not_ready": _("Was not ready after %(number)s s."),
        "cannot_start": _("Could not start."),
        "port_taken": _("Another program used its port."),
        "folder_taken": _("Another till ran in its folder."),
        "missing": _("Its program is not there."),
    }
    return words[part.fault] % {"number": part.number} if part.fault in words else part.fault
