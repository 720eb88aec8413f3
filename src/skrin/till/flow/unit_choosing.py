"""Choosing the control unit at the till: try one, use it, go back to what the office names.

The till sells on with the new one at once. A receipt that is sealed and waits for its code goes to
it (D16): its mark names the unit that signed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from skrin.domain import role as roles
from skrin.domain.control_unit import UnitChosen
from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import UnitIdentity, UnitPlace, UnitRefused, UnitSilent, UnitStatus
from skrin.sync.messages import Person
from skrin.till.devices.contract import ControlUnit
from skrin.till.devices.units import SERIAL, let_go, unit_at
from skrin.till.flow import unit_log
from skrin.till.flow.counter import Counter
from skrin.till.flow.till import Till
from skrin.till.storage.device_file import DeviceFile


@dataclass(frozen=True, slots=True)
class Tried:
    """What a unit answered when somebody tried it. `fault` is why it would give no mark, empty =
    it would."""

    identity: UnitIdentity | None = None
    status: UnitStatus | None = None
    fault: str = ""


def may_choose(till: Till, person: Person) -> bool:
    """Whether a person may set the control unit: who does service (R-SET-009)."""
    return till.role_of(person).rule(roles.SERVICE) == roles.ALLOW


def whose(till: Till) -> Callable[[], tuple[str, str]]:
    """Who a unit for many registers is asked for: designation and organisation number."""
    return lambda: (till.identity.seat.designation, till.store.org_number)


def try_unit(till: Till, place: UnitPlace) -> Tried:
    """Ask the unit at a place who and how it is. Nothing is changed, nothing is registered."""
    unit = _unit_at(till, place)
    try:
        return _tried(unit)
    finally:
        if unit is not till.devices.control_unit:
            let_go(unit)


def _unit_at(till: Till, place: UnitPlace) -> ControlUnit:
    """The unit there. A serial line has one user: the till's own unit, when it is that line."""
    unit, now = till.devices.control_unit, till.devices.unit_place
    same_line = now is not None and now.kind == SERIAL and now.address == place.address
    if unit is not None and (now == place or same_line):
        return unit
    return unit_at(place, whose(till))


def _tried(unit: ControlUnit) -> Tried:
    identity: UnitIdentity | None = None
    try:
        identity = unit.identity()
        status = unit.status()
    except UnitSilent as silence:
        return Tried(identity, fault=silence.code)
    except UnitRefused as no:
        return Tried(identity, fault=no.code)
    return Tried(identity, status, "" if status.ok else status.fault)


def use_unit(counter: Counter, device: DeviceFile, actor: Person, place: UnitPlace | None) -> Tried:
    """Use the unit at a place from now on; None = the one that the office names.

    One that does not answer may be chosen too: it is perhaps put up later, and until it answers
    nothing is sold. Refused with `not_allowed`.
    """
    till = counter.till
    if not may_choose(till, actor):
        raise Refusal("not_allowed")
    target = place or till.devices.unit_named
    tried = try_unit(till, target) if target else Tried(fault="missing")
    choice = UnitChosen(place.kind, place.address, place.skips_zero) if place else _UNCHOSEN
    unit_log.chosen(till, actor, choice, tried.identity)
    device.choose_unit(till.identity.seat.store, place)
    _exchange(till, target)
    counter.preflight.unit_replaced()
    counter.look_at_unit()
    counter.retry()
    return tried


_UNCHOSEN = UnitChosen("", "", skips_zero=False)


def _exchange(till: Till, place: UnitPlace | None) -> None:
    """Put the unit at a place where the other was; a running exchange on that one ends first."""
    before = till.devices.control_unit
    unit = unit_at(place, whose(till)) if place else None

    def command() -> None:
        till.devices = replace(till.devices, control_unit=unit, unit_place=place)

    till.run(command)
    let_go(before)


def state_same_owner(counter: Counter, actor: Person) -> None:
    """A person states that the company is the same and only its number was corrected, so that unit
    and till go on together (R-CTRL-005). Refused: `not_allowed`, `control_unit_missing`,
    `control_unit_silent`, `control_unit_refuses`."""
    till, preflight = counter.till, counter.preflight
    if not may_choose(till, actor):
        raise Refusal("not_allowed")
    unit = till.devices.control_unit
    if unit is None:
        raise Refusal("control_unit_missing")
    try:
        identity = unit.identity()
    except UnitSilent as silence:
        raise Refusal("control_unit_silent", unit_code=silence.code) from silence
    except UnitRefused as no:
        raise Refusal("control_unit_refuses", unit_code=no.code) from no
    preflight.unit_known = unit_log.met(till, identity, actor, same_owner=True)
