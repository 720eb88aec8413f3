"""What every simulated control unit has, whatever it speaks: a memory, switches, what it counts."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any

from .. import control_page
from ..heard import Heard
from ..switches import Switches
from .memory import Memory

OTHER_UNIT = "OTHER0000099"
STORAGE_FULL = 2


class Unit:
    """The common side of a unit; several registers may share it."""

    REFUSALS = ""
    """What the protocol calls its refusals, on the control page."""

    def __init__(
        self, memory: Memory, port: int, pos_ids: tuple[str, ...], switches: Switches
    ) -> None:
        """``pos_ids`` are the licensed ones; none given means that any is."""
        self.port = port
        self.switches = switches
        self.heard = Heard()
        self._memory = memory
        self._pos_ids = pos_ids
        self._lock = threading.Lock()
        self._requests: Counter[str] = Counter()
        self._refusals: Counter[str] = Counter()

    def counters(self) -> dict[str, Any]:
        """Requests and refusals of this process; receipts and serials over its whole life."""
        with self._lock:
            return {
                "unit_id": self._memory.unit_id,
                "requests": dict(self._requests),
                self.REFUSALS: dict(self._refusals),
                "receipts": self._memory.receipts_json(),
                "last_serials": self._memory.last_serials(),
            }

    def reset(self, wanted: Mapping[str, object]) -> None:
        """A control unit never forgets a receipt."""
        control_page.no_further_reset(wanted)

    def extra_html(self) -> str:
        """Nothing beyond the common page."""
        return ""

    def extra_get(self, path: str, query: Mapping[str, list[str]]) -> control_page.Answer | None:
        """Nothing beyond the common paths."""
        return None

    def _knows(self, pos_id: str) -> bool:
        return not self._pos_ids or pos_id in self._pos_ids

    def _id(self) -> str:
        return OTHER_UNIT if self.switches.flag("wrong_id") else self._memory.unit_id
