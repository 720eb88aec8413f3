"""The scale: a question in, an answer out, and the faults that it has been told to have."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from ..control_page import Answer, no_further_reset
from ..heard import Heard
from ..pseudo_line import PseudoLine
from .languages import LANGUAGES, Language
from .pan import figure, reading, scale_switches

GARBAGE = b"\x00\x7f~#%\r\n\x02\x7f~#%\r"


@dataclass(frozen=True)
class Reply:
    """What goes back after a wait, as often as said; no bytes = nothing."""

    data: bytes = b""
    wait_ms: int = 0
    times: int = 1


class Scale:
    """A simulated scale."""

    name = "scale"

    def __init__(self, protocol: str, port: int) -> None:
        self.language: Language = LANGUAGES[protocol]()
        self.title = f"Scale ({protocol})"
        self.port = port
        self.switches = scale_switches()
        self.heard = Heard()
        self._told = {"asked": 0, "weights": 0}

    def replies(self, data: bytes) -> list[Reply]:
        """Hear what came in, and what is answered to each command in it."""
        return [self._reply(one) for one in self.language.commands(data)]

    def _reply(self, command: str) -> Reply:
        exchange = self.heard.note(repr(command))
        switches = self.switches
        self._told["asked"] += 1
        if switches.flag("silent"):
            exchange.answer = "(silent)"
            return Reply()
        wait_ms = switches.number("slow_ms")
        if self.language.weighs(command):
            said = self.language.told(command, reading(switches))
            self._told["weights"] += 1
        else:
            said = self.language.other(command)
        if switches.flag("garbage"):
            said = GARBAGE
        if switches.flag("half_answer"):
            said = said[: len(said) // 2]
        exchange.answer = repr(said.decode("latin-1"))
        return Reply(said, wait_ms, 2 if switches.flag("answer_twice") else 1)

    def counters(self) -> dict[str, Any]:
        """How often it was asked, and how often for the weight."""
        return dict(self._told)

    def reset(self, wanted: Mapping[str, object]) -> None:
        """A scale remembers nothing."""
        no_further_reset(wanted)

    def extra_html(self) -> str:
        """Its display."""
        gross, tare = self.switches.peek("gross_g"), self.switches.peek("tare_g")
        unit = str(self.switches.peek("unit"))
        shown = f"{figure(int(gross) - int(tare), unit)} {unit}"
        return (
            '<section aria-labelledby="pan"><h2 id="pan">Display</h2>'
            f"<p><strong>{escape(shown)}</strong></p></section>"
        )

    def extra_get(self, path: str, query: Mapping[str, list[str]]) -> Answer | None:
        """There is nothing more to see."""
        return None


class ScaleLine(PseudoLine):
    """The scale's side of its line; ``path`` is the till's side."""

    def __init__(self, scale: Scale) -> None:
        super().__init__("scale")
        self._scale = scale

    def heard(self, data: bytes) -> None:
        """What the till sends."""
        for reply in self._scale.replies(data):
            if reply.wait_ms and self._ending.wait(reply.wait_ms / 1000):
                return
            with contextlib.suppress(OSError):
                os.write(self._own, reply.data * reply.times)
