"""What came out of a printer, as whoever stands in front of it reads it."""

from __future__ import annotations

import re
import threading
from typing import Any

from skrin.town.demo_witnesses import device_json

_CODE = re.compile(r"^\s*([0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5})\s*$", re.M)
_RECEIPT = re.compile(r"Kvittonr (\d+)\s+Kassa (\S+)")
_ASKED = re.compile(r"(?:kvitto|kvittot|kopian av kvitto|receipt|copy of receipt) (\d+)", re.I)
COPY = "KOPIA"


class Paper:
    """The slips of one printer. Used by a cashier and an auditor at once."""

    def __init__(self, printer: dict[str, Any], designation: str) -> None:
        """`printer`: what it said when it was ready."""
        self._printer = printer
        self._designation = designation
        self._lock = threading.Lock()
        self._last = 0
        self.originals: dict[int, int] = {}
        """How often each receipt came out whole, not counting copies."""
        self.copies: dict[int, int] = {}
        self.codes: list[str] = []
        """Codes of gift cards, as they are printed."""
        self.torn = 0

    def look(self) -> None:
        """Read what came out since."""
        with self._lock:
            for slip in sorted(self._asked(), key=lambda slip: int(slip["number"])):
                if int(slip["number"]) > self._last:
                    self._last = int(slip["number"])
                    self._read(str(slip["text"]), whole=bool(slip["complete"]))

    def _asked(self) -> list[dict[str, Any]]:
        slips: list[dict[str, Any]] = device_json(self._printer, f"/slips?after={self._last}")
        return slips

    def _read(self, text: str, *, whole: bool) -> None:
        if not whole:
            self.torn += 1
            return
        self.codes += _CODE.findall(text)
        for number, designation in _RECEIPT.findall(text):
            if designation == self._designation:
                counted = self.copies if COPY in text else self.originals
                counted[int(number)] = counted.get(int(number), 0) + 1

    def rests(self) -> bool:
        """Whether the printer has nothing half done."""
        counters = device_json(self._printer, "/state")["counters"]
        return not counters["waiting_bytes"] and not counters["partial_slip"]

    def came_out(self, question: str) -> bool | None:
        """What a person answers who was asked whether a paper came out; None = wait a little."""
        if not self.rests():
            return None
        self.look()
        asked = _ASKED.search(question)
        if asked is None:
            return False
        counted = self.copies if "kopia" in question.lower() else self.originals
        return counted.get(int(asked[1]), 0) > 0
