"""What this process serves: a counter, its door, its device file; set before any request.

A device that is a till in several stores has a counter for each (D2): all of them run, so that what
one has not sent yet goes up also while another is on the screen.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from skrin.domain.refusal import Refusal
from skrin.till.flow.archives import Archives
from skrin.till.flow.counter import Counter
from skrin.till.flow.machine_state import Machine
from skrin.till.flow.people import Door
from skrin.till.flow.predecessors import PredecessorLane
from skrin.till.flow.updating import UpdateLane
from skrin.till.pairing.service import ScreenService
from skrin.till.storage.device_file import STORE_SETTING, DeviceFile
from skrin.till.ui.shelf import UndoShelf


@dataclass(frozen=True, slots=True)
class Served:
    """The till behind the pages."""

    counter: Counter
    door: Door
    device: DeviceFile
    screens: ScreenService | None = None
    shelf: UndoShelf = field(default_factory=UndoShelf)
    jar: str = ""

    def cookie(self, name: str) -> str:
        """What a cookie of this till is called: `name`, with the till behind it.

        Browsers keep one jar for all ports of a host, and a machine may have several tills. Offices
        number their tills alike, so the device's own secret is in the name too."""
        return f"{name}_{self.counter.till.identity.till}_{self.jar}"


_served: list[Served] = []
"""One for each store that this device is a till of; the first is the one on the screen."""


_histories: list[PredecessorLane] = []
"""Who fetches the journals of the tills before this one; none where it is the first."""


def serve_history(lane: PredecessorLane) -> None:
    """Say who fetches what the till before registered."""
    _histories.append(lane)


def history_fault() -> str:
    """What is wrong with the earlier till's journal as it came; empty = nothing."""
    till = served().counter.till
    return next((one.damage for one in _histories if one.till is till), "")


def archives() -> Archives:
    """The earlier tills that can be read on this device."""
    return Archives(served().counter.till.file.path.parent.parent)


_updates: list[UpdateLane] = []
"""Who sees to updates of this device; none where the program was not started so."""


_neighbours: list[tuple[str, str]] = []
"""(name, address) of tills of other companies on this machine, for the log-in page."""


def serve_neighbours(tills: Iterable[tuple[str, str]]) -> None:
    """Say which tills of other companies stand on this machine: (name, address) each."""
    _neighbours[:] = tills


def neighbours() -> tuple[tuple[str, str], ...]:
    """Tills of other companies on this machine: each a till of its own, with a folder of its own;
    only the log-in page leads from one to the other (D23)."""
    return tuple(_neighbours)


_machine: list[Machine] = []


def serve_machine(machine: Machine) -> None:
    """Say which machine this runs on."""
    _machine[:] = [machine]


def machine() -> Machine | None:
    """The machine under the till; None where nobody said."""
    return _machine[0] if _machine else None


def serve_updates(lane: UpdateLane) -> None:
    """Say who sees to updates."""
    _updates[:] = [lane]


def updates() -> UpdateLane | None:
    """Who sees to updates of this device; None where it cannot update itself."""
    return _updates[0] if _updates else None


def serve_this(
    counter: Counter, door: Door, device: DeviceFile, screens: ScreenService | None = None
) -> None:
    """Say what the pages show."""
    _served[:] = [Served(counter, door, device, screens, jar=_jar(device))]


def serve_too(
    counter: Counter, door: Door, device: DeviceFile, screens: ScreenService | None = None
) -> None:
    """A till in another store on the same device, until somebody who logs in chooses it."""
    _served.append(Served(counter, door, device, screens, jar=_jar(device)))


def _jar(device: DeviceFile) -> str:
    return hashlib.sha256(b"cookies" + device.secret("django")).hexdigest()[:12]


def served() -> Served:
    """The till behind the pages."""
    return _served[0]


def places() -> tuple[Served, ...]:
    """The tills of this device, the one on the screen first."""
    return tuple(_served)


def put_in_front(place: Served) -> None:
    """From now on the pages show this one; the device begins with it the next time too. Its paired
    screens take the place of the other's."""
    before = served()
    if place is before:
        return
    if before.screens and before.screens.on:
        before.screens.turn_off(for_good=False)
    _served[:] = [place, *(one for one in _served if one is not place)]
    place.device.put_setting(STORE_SETTING, str(place.counter.till.identity.seat.store))
    if place.screens:
        with contextlib.suppress(Refusal):  # The till itself is used without them.
            place.screens.start_as_set(None)


def is_busy(place: Served) -> bool:
    """Whether something is going on there that nobody may walk away from."""
    desk = place.counter.till.desk
    goods = desk.cart is not None and bool(desk.cart.lines)
    return bool(
        goods
        or desk.payments
        or desk.attempt
        or desk.pending
        or desk.registering
        or desk.undelivered
    )
