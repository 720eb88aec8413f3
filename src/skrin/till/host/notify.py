"""Telling systemd how the host fares: ready, alive, stopping (sd_notify(3)). Nothing without it."""

from __future__ import annotations

import contextlib
import os
import socket

TELL_EVERY_S = 5.0
"""Far below any `WatchdogSec` that makes sense."""


class Notice:
    """A line to whoever started us, where `NOTIFY_SOCKET` names one."""

    def __init__(self) -> None:
        """Look at the environment."""
        self._place = os.environ.get("NOTIFY_SOCKET", "")
        watchdog_us = os.environ.get("WATCHDOG_USEC", "")
        mine = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self._status, self._again_s = "", 0.0
        self.watched = bool(self._place) and watchdog_us.isdecimal() and mine

    def ready(self) -> None:
        """The host works; its tills may still be starting."""
        self._say("READY=1")

    def alive(self, status: str, now_s: float) -> None:
        """The host's own loop still turns; `status` is a line for `systemctl status`. Told when it
        is another, and every few seconds."""
        if status == self._status and now_s < self._again_s:
            return
        self._status, self._again_s = status, now_s + TELL_EVERY_S
        self._say(f"STATUS={status}" + ("\nWATCHDOG=1" if self.watched else ""))

    def stopping(self) -> None:
        """The host ends its parts."""
        self._say("STOPPING=1")

    def _say(self, text: str) -> None:
        if not self._place:
            return
        # A name that begins with @ is of Linux's abstract ones.
        place = f"\0{self._place[1:]}" if self._place.startswith("@") else self._place
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.settimeout(1.0)
            out.sendto(text.encode(), place)
