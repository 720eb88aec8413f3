"""How the machine under the till is: battery and network, looked at now and then, warned of early.

A battery stops nobody here: whether anything can be printed the printer says itself. A device whose
printer stops below a tenth tells so, and documents may go to another one (R-DEV-003, R-DEV-004).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from skrin.till.devices import machine
from skrin.till.devices.machine import Battery, Net
from skrin.till.flow.counter import PartState

LOW_PERCENT, VERY_LOW_PERCENT, EMPTY_PERCENT = 20, 15, 10
"""OPP-050: a word at 20 and at 15; below 10 the printer of a device with one in it stops."""
LOOK_EVERY_S = 5.0


def machine_at(system: Path, steady_s: Callable[[], float]) -> Machine:
    """The machine whose kernel tells of it below `system` (`/sys`); its routes are the kernel's,
    unless a file `route` lies there."""
    own = system / "route"
    routes = own if own.exists() else machine.ROUTES
    return Machine(
        steady_s,
        lambda: machine.battery(system / "class" / "power_supply"),
        lambda: machine.networks(system / "class" / "net", routes),
    )


class Machine:
    """The machine, by its last look."""

    def __init__(
        self,
        steady_s: Callable[[], float],
        battery: Callable[[], Battery | None] = machine.battery,
        networks: Callable[[], tuple[Net, ...]] = machine.networks,
    ) -> None:
        """Nothing is looked at before somebody asks. `steady_s`: a clock that never goes back."""
        self._steady_s = steady_s
        self._ask_battery = battery
        self._ask_networks = networks
        self._looked_s = float("-inf")
        self._battery: Battery | None = None
        self._networks: tuple[Net, ...] = ()

    def look(self) -> tuple[Battery | None, tuple[Net, ...]]:
        """Battery and networks; asked of the system at most every few seconds."""
        now = self._steady_s()
        if now - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = now
            self._battery, self._networks = self._ask_battery(), self._ask_networks()
        return self._battery, self._networks

    def battery_state(self) -> PartState | None:
        """The battery; None where there is none."""
        battery, _ = self.look()
        if battery is None:
            return None
        percent = battery.percent
        if battery.charging or percent > LOW_PERCENT:
            return PartState("good", "battery_charges" if battery.charging else "battery_good")
        if percent < EMPTY_PERCENT:
            return PartState("bad", "battery_empty")
        return PartState(
            "warn", "battery_very_low" if percent <= VERY_LOW_PERCENT else "battery_low"
        )

    def network_state(self) -> PartState | None:
        """The network; None where the machine tells of none."""
        _, nets = self.look()
        if not nets:
            return None
        used = next((net for net in nets if net.used), None)
        if used is not None:
            return PartState("good", f"network_{used.kind}")
        if any(net.up for net in nets):
            return PartState("warn", "network_no_route")
        return PartState("warn", "network_down")
