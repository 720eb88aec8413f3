"""The pulse of a till: what it answers its host, and that it answers nobody else."""

from __future__ import annotations

import threading
import time

import pytest

from skrin.till.flow.writer import InlineWriter, ThreadWriter
from skrin.till.host import keeper as keeping
from skrin.till.host.config import Patience
from skrin.till.host.keeper import Keeper, Kept
from skrin.till.host.probe import pulse


def test_a_writer_that_is_stuck_gives_no_answer() -> None:
    writer, stuck = ThreadWriter(), threading.Event()
    assert writer.answers(5.0)
    asking = threading.Thread(target=lambda: writer.run(lambda: stuck.wait(20)), daemon=True)
    asking.start()
    began = time.monotonic()
    assert not writer.answers(0.2)
    assert time.monotonic() - began < 5
    stuck.set()
    asking.join(20)
    assert writer.answers(5.0)
    writer.stop()
    assert InlineWriter().answers(0.0)


def test_nobody_there_is_no_pulse() -> None:
    assert pulse(9, timeout_s=1.0) is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_keeper_that_breaks_is_seen(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(keeping, "Process", broken)
    kept = Kept("a", "service", ("true",), tmp_path / "a.log")  # type: ignore[operator]
    one = Keeper(kept, (), Patience(), lambda: None)
    one.start()
    one.join(10)
    assert one.is_broken()
    one.tell_to_stop()
    assert not one.is_broken()
