"""The till's scale: chosen at the till or named by the office, tried, and asked while selling.

What a scale tells is kept for a few seconds under an id of its own, and rung by that id: the weight
never comes from the screen, is rung once at most, and not at all when nobody wants it any more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from skrin.domain import role as roles
from skrin.domain import scale as rules
from skrin.domain.card_terminal import one_line
from skrin.domain.refusal import Refusal
from skrin.domain.scale import ScaleKept, ScalePlace, ScaleSet
from skrin.sync.messages import Person
from skrin.till.devices.contract import SCALE_MOVES, NotWeighed, Scale
from skrin.till.devices.scale_line import SerialScale
from skrin.till.flow.till import Till
from skrin.till.storage.device_file import DeviceFile

EMPTY = "empty"
"""Nothing lies on the scale; beside the contract's `SCALE_...`."""

STEP_S = 0.3
"""How long one question of the screen waits for the scale to stand still; it asks again."""

KEPT_S, KEPT_MOST = 10.0, 20
LOOK_S = 0.0


@dataclass(frozen=True, slots=True)
class Weighing:
    """A weight that stood still, not rung yet."""

    id: str
    net_g: int
    at_s: float


class ScalePool:
    """The device's scales: its stores share the line to each. Thread-safe."""

    def __init__(self, make: Callable[[ScalePlace], Scale] = SerialScale) -> None:
        """Nothing is opened."""
        self._make = make
        self._made: dict[ScalePlace, Scale] = {}
        self._lock = threading.Lock()

    def at(self, place: ScalePlace) -> Scale:
        """The scale at a place; a name makes it no other. One line has one protocol at a time."""
        key = replace(place, name="")
        with self._lock:
            for other, scale in self._made.items():
                if other.address == key.address and other != key:
                    scale.close()
            if key not in self._made:
                self._made[key] = self._make(key)
            return self._made[key]

    def let_go(self, place: ScalePlace) -> None:
        """Leave the line to a scale that is used no longer. It is remembered that it may still
        owe an answer."""
        with self._lock:
            scale = self._made.get(replace(place, name=""))
        if scale is not None:
            scale.close()


class ScaleChoice:
    """The scale of a till in a store."""

    def __init__(
        self, till: Till, device: DeviceFile, pool: ScalePool, named: ScalePlace | None
    ) -> None:
        """Nothing is asked or written. `named`: what the office or the command line names."""
        self.till = till
        self.device = device
        self.pool = pool
        self.named = named
        self.state = ""
        """How it was when it was asked last: a trouble, `ready`, or empty before that."""
        self._kept = device.scale_kept(till.identity.seat.store)
        self._weighed: dict[str, Weighing] = {}
        self._lock = threading.Lock()
        self._tell_till()

    @property
    def in_use(self) -> ScalePlace | None:
        """The scale of this till; None where there is none."""
        return self._kept.place if self._kept else self.named

    @property
    def chosen_here(self) -> bool:
        """Whether the till's own page has the last word."""
        return self._kept is not None

    def told(self) -> tuple[str, str] | None:
        """How it was when it was asked last: level and code; None where there is no scale."""
        if self.in_use is None:
            return None
        well = self.state in ("", "ready", SCALE_MOVES)
        return "good" if well else "warn", f"scale_{self.state or 'asked'}"

    # Weighing.

    def weigh(self) -> Weighing:
        """What lies on the scale now, to be rung by its id. Raises `NotWeighed`, also `EMPTY`;
        refused with `scale_missing`."""
        place = self.in_use
        if place is None:
            raise Refusal("scale_missing")
        net_g = self._asked(place, STEP_S)
        if net_g <= 0:
            raise NotWeighed(EMPTY)
        found = Weighing(self.till.clock.new_id(), net_g, self.till.clock.steady_s())
        with self._lock:
            self._weighed[found.id] = found
            for old in list(self._weighed)[:-KEPT_MOST]:
                del self._weighed[old]
        return found

    def take(self, weighing_id: str) -> int:
        """The grams of a weighing, once. Refused with `weighing_gone`: it was rung, or is old."""
        with self._lock:
            found = self._weighed.pop(weighing_id, None)
        if found is None or self.till.clock.steady_s() - found.at_s > KEPT_S:
            raise Refusal("weighing_gone")
        return found.net_g

    def look(self) -> int | None:
        """Ask it how it is, for somebody who wants to know: the grams on it, None = `state` says
        why not, or there is none."""
        place = self.in_use
        if place is None:
            return None
        try:
            return self._asked(place, LOOK_S)
        except NotWeighed:
            return None

    def _asked(self, place: ScalePlace, patience_s: float) -> int:
        try:
            net_g = self.pool.at(place).weigh(patience_s).net_g
        except NotWeighed as no:
            self.state = no.code
            raise
        self.state = "ready"
        return net_g

    # What a person sets.

    def may_choose(self, person: Person) -> bool:
        """Whether a person may set the scale: settings or service, as printers."""
        role = self.till.role_of(person)
        return any(role.rule(right) == roles.ALLOW for right in (roles.SETTINGS, roles.SERVICE))

    def try_it(self, actor: Person, place: ScalePlace) -> int:
        """Ask a scale for what lies on it; nothing is changed. Refused: `not_allowed`, what
        `checked` refuses. Raises `NotWeighed`."""
        self._check_may(actor)
        place = rules.checked(place)
        now = self.in_use
        try:
            return self.pool.at(place).weigh(STEP_S).net_g
        finally:
            if now is None or replace(now, name="") != replace(place, name=""):
                self.pool.let_go(place)

    def put(self, actor: Person, place: ScalePlace) -> None:
        """Use this scale from now on. Refused: `not_allowed`, what `checked` refuses."""
        place = replace(place, name=one_line(place.name, rules.NAME_MOST))
        self._change(actor, rules.SET, ScaleKept(rules.checked(place)))

    def remove(self, actor: Person) -> None:
        """Use no scale from now on. Refused: `not_allowed`."""
        self._change(actor, rules.REMOVED, ScaleKept())

    def use_named(self, actor: Person) -> None:
        """Forget what was set here: what the office names counts again. Refused: `not_allowed`."""
        self._change(actor, rules.OFFICE, None)

    def _check_may(self, actor: Person) -> None:
        if not self.may_choose(actor):
            raise Refusal("not_allowed")

    def _change(self, actor: Person, change: str, kept: ScaleKept | None) -> None:
        self._check_may(actor)
        after = kept.place if kept else self.named
        said = ScaleSet(change)
        if after is not None:
            said = ScaleSet(change, after.protocol, after.address, after.name)

        def command() -> ScalePlace | None:
            before = self.in_use
            with self.till.transaction(actor) as tx:
                tx.append("scale.set", said)
            self.device.keep_scale(self.till.identity.seat.store, kept)
            self._kept = kept
            self._tell_till()
            return before

        before = self.till.run(command)
        self.state = ""
        if before and before != after:
            self.pool.let_go(before)

    def _tell_till(self) -> None:
        weighs = self.in_use is not None
        self.till.devices = replace(self.till.devices, weighs=weighs)
