"""The running demo as the stories use it: its people, its tills and the switches of its devices."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from skrin.town.demo import Demo, RunningTill
from skrin.town.demo_witnesses import device_json

CASHIER, MANAGER, OWNER = 0, 1, 2
PATIENCE_S = 20.0
DRAWN_S = 0.5
"""Between two looks at a page that is drawn anew for each: drawing is most of a story's work."""


def until(
    true: Callable[[], Any], what: str, patience_s: float = PATIENCE_S, *, pause_s: float = 0.05
) -> Any:
    """Ask again until `true()` is; what it then was. Fails, saying `what`, when patience ends."""
    ends = time.monotonic() + patience_s
    while True:
        if found := true():
            return found
        assert time.monotonic() < ends, f"waited {patience_s:.0f} s for {what}"
        time.sleep(pause_s)


@dataclass
class Shop:
    """A running demo."""

    demo: Demo
    sessions: dict[tuple[str, int], list[Any]] = field(default_factory=dict)
    """The cookies of people who have logged in, by address and person."""

    def till_of(self, size: str) -> RunningTill:
        """Handhelds stand in the second store, larger screens in the first."""
        return self.demo.tills[1 if size == "handheld" else 0]

    def base(self, program: str, size: str) -> str:
        """The address of the office, or of the till that screens of this size belong to."""
        if program == "office":
            return self.demo.office_url
        return self.till_of(size).url.rstrip("/")

    def person(self, who: int) -> tuple[str, str]:
        """E-mail and password of a person, by place in examples/bageri/users.csv."""
        row = self.demo.people[who]
        return row["email"], row["password"]

    def unit(self) -> dict[str, Any]:
        """What the control unit said when it was ready."""
        assert self.demo.unit is not None
        return self.demo.unit.ready

    def heal(self) -> None:
        """Every switch of every device as it starts."""
        for ready in self._devices():
            _post(ready, "/reset", {})

    def switch(self, ready: dict[str, Any], **switches: object) -> None:
        """Throw switches of one device."""
        _post(ready, "/switch", switches)

    def counters(self, ready: dict[str, Any]) -> Any:
        """What a device has counted."""
        return device_json(ready, "/state")["counters"]

    def charged_minor(self, size: str) -> int:
        """What the card terminal beside the till has taken, in all."""
        running = self.till_of(size)
        tills = self.counters(running.card_terminal.ready)["tills"]
        charges = tills.get(str(running.till.ready["till"]), {}).get("charges", {})
        return int(charges.get("sum_minor", 0))

    def slips(self, size: str) -> list[dict[str, Any]]:
        """The papers that came out of the till's printer, oldest first."""
        slips = device_json(self.till_of(size).printer.ready, "/slips")
        return sorted(slips, key=lambda slip: int(slip["number"]))

    def slip_with(self, size: str, words: str) -> str:
        """The text of the newest paper that has these words, when it has come out whole."""

        def found() -> str | None:
            texts = [s["text"] for s in self.slips(size) if s["complete"] and words in s["text"]]
            return texts[-1] if texts else None

        text: str = until(found, f"a paper with {words!r}")
        return text

    def _devices(self) -> list[dict[str, Any]]:
        pairs = [(r.card_terminal.ready, r.printer.ready) for r in self.demo.tills]
        assert self.demo.mail is not None
        return [self.unit(), self.demo.mail.ready, *(ready for pair in pairs for ready in pair)]


def _post(ready: dict[str, Any], path: str, body: dict[str, object]) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{ready['control_port']}{path}",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200
