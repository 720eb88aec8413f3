"""New classes are learnt by one thread at a time: msgspec ends the process where two do."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from skrin.domain import codec

THREADS = 6


@dataclass(frozen=True)
class Inner:
    """What several messages hold."""

    number: int


def test_one_thread_at_a_time_learns_a_class(monkeypatch: pytest.MonkeyPatch) -> None:
    at_it, most, lock = 0, 0, threading.Lock()
    make = msgspec.json.Decoder

    def making(kind: Any, **more: Any) -> Any:
        nonlocal at_it, most
        with lock:
            at_it += 1
            most = max(most, at_it)
        time.sleep(0.01)
        with lock:
            at_it -= 1
        return make(kind, **more)

    monkeypatch.setattr(msgspec.json, "Decoder", making)
    kinds = [
        dataclass(frozen=True)(type(f"Of{n}", (), {"__annotations__": {"one": Inner}}))
        for n in range(THREADS)
    ]
    together, read = threading.Barrier(THREADS), []

    def learn(kind: Any) -> None:
        together.wait()
        read.append(codec.decode(kind, b'{"one": {"number": 3}}').one.number)
        read.append(codec.convert(kind, {"one": {"number": 4}}).one.number)

    threads = [threading.Thread(target=learn, args=(kind,)) for kind in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(read) == [3] * THREADS + [4] * THREADS
    assert most == 1
