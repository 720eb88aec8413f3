"""The switches of a simulator: what it can be told to do wrong, and for how long.

A switch holds until it is set again, or for a number of uses: ``{"silent": true}`` stays,
``{"silent": {"times": 2}}`` heals by itself after two requests. Tests, the demo and a person at
the control page all go through the same validation.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Value = bool | int | str


class BadSwitch(Exception):
    """The name or the value is not one of this simulator's; the text says which and why."""


@dataclass(frozen=True)
class Switch:
    """One switch: its name, what it starts as, and what it may be.

    The kind follows from the default: a bool is a flag, an int a number within ``limits``, a text
    one of ``choices``. ``countable`` says whether it may be given a number of uses; conditions
    such as an open cover are states, not uses.
    """

    name: str
    default: Value
    words: str
    choices: tuple[str, ...] = ()
    limits: tuple[int, int] = (0, 600_000)
    countable: bool = True

    def check(self, value: object) -> Value:
        """Return the value if this switch may take it; raise `BadSwitch` if not."""
        if isinstance(self.default, bool):
            if isinstance(value, bool):
                return value
            raise BadSwitch(f"{self.name} is true or false")
        if isinstance(self.default, int):
            low, high = self.limits
            if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
                return value
            raise BadSwitch(f"{self.name} is a whole number from {low} to {high}")
        if isinstance(value, str) and value in self.choices:
            return value
        raise BadSwitch(f"{self.name} is one of {', '.join(self.choices)}")


def common_switches(
    applies_to: tuple[str, ...], repeats: bool, default_repeat: str = "new"
) -> list[Switch]:
    """The switches that every device has.

    ``applies_to`` names the kinds of request that the faults can be narrowed to; "all" is added.
    ``repeats`` adds the switch for repeated requests.
    """
    switches = [
        Switch("slow_ms", 0, "wait this long before answering"),
        Switch("silent", False, "hear the request, never answer"),
        Switch("hang_up", False, "do the work, then close without an answer"),
        Switch("refuse", False, "give the device's own negative answer"),
        Switch("answer_twice", False, "send the answer twice"),
        Switch(
            "applies_to",
            "all",
            "which requests the switches above concern",
            choices=("all", *applies_to),
            countable=False,
        ),
    ]
    if repeats:
        words = "a request heard before: do it anew, or give the same answer"
        switches.append(
            Switch("repeat", default_repeat, words, choices=("new", "same"), countable=False)
        )
    return switches


class Switches:
    """The switchboard: thread-safe, every change checked as a whole before any of it holds."""

    def __init__(self, switches: list[Switch]) -> None:
        self._known = {switch.name: switch for switch in switches}
        self._lock = threading.Lock()
        self._values: dict[str, Value] = {}
        self._times: dict[str, int] = {}
        self._listeners: list[Callable[[], None]] = []
        self.reset()

    @property
    def known(self) -> list[Switch]:
        """The switches in the order in which the page shows them."""
        return list(self._known.values())

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call the listener after each change from outside, without the lock held."""
        self._listeners.append(listener)

    def set(self, changes: Mapping[str, object]) -> None:
        """Apply the changes, all or none.

        A value is plain, or ``{"times": n}`` for a flag that is on for n uses, or
        ``{"value": v, "times": n}``. Raises `BadSwitch`.
        """
        checked = [self._check(name, wanted) for name, wanted in changes.items()]
        with self._lock:
            for name, value, times in checked:
                self._values[name] = value
                self._times.pop(name, None)
                if times is not None:
                    self._times[name] = times
        self._tell()

    def reset(self) -> None:
        """Put every switch back to what it starts as."""
        with self._lock:
            self._values = {name: switch.default for name, switch in self._known.items()}
            self._times = {}
        self._tell()

    def start_with(self, values: Mapping[str, Value]) -> None:
        """Make these the defaults, as given on the command line. Raises `BadSwitch`."""
        for name, value in values.items():
            switch = self._known[name]
            self._known[name] = Switch(
                name,
                switch.check(value),
                switch.words,
                switch.choices,
                switch.limits,
                switch.countable,
            )
        self.reset()

    def peek(self, name: str) -> Value:
        """What the switch says now, without counting it as a use."""
        with self._lock:
            return self._values[name]

    def take(self, name: str, concerns: str = "all") -> Value:
        """Use the switch once: its value, counted down where a number of uses was given.

        ``concerns`` is the kind of the request at hand; if the switchboard is narrowed to
        another kind, the default comes back and nothing is counted.
        """
        with self._lock:
            narrowed = self._values.get("applies_to", "all")
            if concerns != "all" and narrowed not in ("all", concerns):
                return self._known[name].default
            value = self._values[name]
            if name in self._times:
                self._times[name] -= 1
                if self._times[name] <= 0:
                    del self._times[name]
                    self._values[name] = self._known[name].default
            return value

    def flag(self, name: str, concerns: str = "all") -> bool:
        """`take` for a flag."""
        return self.take(name, concerns) is True

    def number(self, name: str, concerns: str = "all") -> int:
        """`take` for a number."""
        value = self.take(name, concerns)
        assert isinstance(value, int)
        return value

    def as_json(self) -> dict[str, object]:
        """Every switch as it stands: a plain value, or value and times where it is counted."""
        with self._lock:
            return {
                name: {"value": value, "times": self._times[name]} if name in self._times else value
                for name, value in self._values.items()
            }

    def _check(self, name: str, wanted: object) -> tuple[str, Value, int | None]:
        switch = self._known.get(name)
        if switch is None:
            raise BadSwitch(f"there is no switch {name}; there are {', '.join(self._known)}")
        if not isinstance(wanted, Mapping):
            return name, switch.check(wanted), None
        unknown = set(wanted) - {"value", "times"}
        times = wanted.get("times")
        if unknown or not isinstance(times, int) or isinstance(times, bool) or times < 1:
            raise BadSwitch(f'{name} is counted as {{"times": n}} with n at least 1')
        if not switch.countable:
            raise BadSwitch(f"{name} is a state and cannot be counted")
        if "value" not in wanted and not isinstance(switch.default, bool):
            raise BadSwitch(f'{name} needs a "value" beside "times"')
        return name, switch.check(wanted.get("value", True)), times

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
