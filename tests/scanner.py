"""A wedge scanner, for tests in a browser."""

from __future__ import annotations

import time
from typing import Any

BETWEEN_SIGNS_S = 0.005


def scan(page: Any, code: str) -> None:
    """Do what a scanner does: type digits 5 ms apart, and Enter.

    A keyboard's events carry the time at which they were made, however late a busy machine hands
    them on; so these carry their own times too.
    """
    session = page.context.new_cdp_session(page)
    began_s = time.time()
    for place, sign in enumerate([*code, "Enter"]):
        event: dict[str, Any] = {
            "key": sign,
            "code": sign if sign == "Enter" else f"Digit{sign}",
            "windowsVirtualKeyCode": 13 if sign == "Enter" else ord(sign),
            "timestamp": began_s + place * BETWEEN_SIGNS_S,
        }
        text = "\r" if sign == "Enter" else sign
        session.send("Input.dispatchKeyEvent", {**event, "type": "keyDown", "text": text})
        session.send("Input.dispatchKeyEvent", {**event, "type": "keyUp"})
    session.detach()
