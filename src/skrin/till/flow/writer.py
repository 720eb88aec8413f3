"""The one writer of a till (D20): every change is a command that runs here, one after the other."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

PULSE_TIMEOUT_S = 1.0
"""How long one who asks whether the writer works waits behind what it is at."""

COMMAND_TIMEOUT_S = 30.0
"""A command is a commit of some kilobytes; one that takes longer means a sick disk."""


class Writer(Protocol):
    """Runs commands one at a time."""

    def run(self, command: Callable[[], T]) -> T:
        """Run `command` and return its result, or raise what it raised."""
        ...

    def answers(self, timeout_s: float) -> bool:
        """Whether it gets to a command that does nothing, within this time."""
        ...

    def stop(self) -> None:
        """Take no more commands."""
        ...


class InlineWriter:
    """The writer of a simulated world: commands run where they are called, in one thread."""

    def run(self, command: Callable[[], T]) -> T:
        """Run it now."""
        return command()

    def answers(self, timeout_s: float) -> bool:
        """It is whoever asks."""
        return True

    def stop(self) -> None:
        """Nothing to stop."""


class ThreadWriter:
    """The writer of a till in a shop: a thread of its own, asked by many."""

    def __init__(self) -> None:
        """Start the thread."""
        self._queue: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = (
            queue.SimpleQueue()
        )
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def run(self, command: Callable[[], T]) -> T:
        """Hand the command over and wait for its result."""
        if threading.current_thread() is self._thread:
            return command()
        answer: Future[T] = Future()
        self._queue.put((command, answer))
        return answer.result(COMMAND_TIMEOUT_S)

    def answers(self, timeout_s: float) -> bool:
        """Whether it gets to a command that does nothing, within this time."""
        answer: Future[None] = Future()
        self._queue.put((lambda: None, answer))
        try:
            answer.result(timeout_s)
        except TimeoutError:
            return False
        return True

    def stop(self) -> None:
        """Finish what was handed over, then end."""
        self._queue.put(None)
        self._thread.join(COMMAND_TIMEOUT_S)

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            command, answer = job
            try:
                answer.set_result(command())
            except BaseException as raised:
                answer.set_exception(raised)
