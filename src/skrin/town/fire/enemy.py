"""An enemy on the way between a till and the office: it repeats, reorders, cuts, delays and answers
with what was said earlier. It has no key; who has one is in `forging`."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

TIMEOUT_S = 20.0
KEPT = 300
END_OF_HEAD = b"\r\n\r\n"

Answer = bytes | None
"""What goes back to the till; None: the connection is cut."""


def read_message(connection: socket.socket) -> bytes:
    """One HTTP message, or what came of it before the other side ended."""
    read = b""
    while END_OF_HEAD not in read:
        piece = connection.recv(65536)
        if not piece:
            return read
        read += piece
    head, _, body = read.partition(END_OF_HEAD)
    size = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            size = int(value)
    while len(body) < size:
        piece = connection.recv(65536)
        if not piece:
            break
        body += piece
    return head + END_OF_HEAD + body


def path_of(request: bytes) -> str:
    """The path that a request asks for."""
    return request.split(b" ", 2)[1].decode()


@dataclass(slots=True)
class Heard:
    """A request that went by, and the office's answer."""

    request: bytes
    answer: bytes


class Enemy:
    """Listens for one till. `plan` is what it does to the next exchange; nothing else is harmed."""

    def __init__(self, office_port: int, dice: random.Random, harms: str) -> None:
        """Listen on a place of its own, `port`; `harms`: the path whose requests it harms."""
        self.office_port, self.dice, self._harms = office_port, dice, harms
        self.plan = ""
        self.heard: list[Heard] = []
        self.held: list[bytes] = []
        """Requests that the till believes lost, and the office has not seen yet."""
        self.done = threading.Semaphore(0)
        """Released after each plan that was carried out, also what of it came late."""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._listening.close()

    def _listen(self) -> None:
        while True:
            try:
                till, _ = self._listening.accept()
            except OSError:
                return
            till.settimeout(TIMEOUT_S)
            threading.Thread(target=self._serve, args=[till], daemon=True).start()

    def _serve(self, till: socket.socket) -> None:
        with till, contextlib.suppress(OSError):
            while END_OF_HEAD in (request := read_message(till)):
                plan = self.plan if path_of(request) == self._harms else ""
                if not plan:
                    answer: Answer = self.ask(request)
                else:
                    self.plan = ""
                    try:
                        answer = WAYS[plan](self, request)
                    finally:
                        self.done.release()
                if answer is None:
                    return
                till.sendall(answer)
                if not _is_whole(answer):
                    return

    # What it can do.

    def ask(self, request: bytes) -> bytes:
        """Hand a request to the office, over a connection of its own; the answer."""
        while True:
            with socket.create_connection(("127.0.0.1", self.office_port), TIMEOUT_S) as office:
                office.sendall(request)
                answer = read_message(office)
            if b" 429 " not in answer[:20]:
                break
            time.sleep(0.5)  # The office guards itself against so many: not what is tried here.
        if path_of(request) == self._harms:
            self.heard = [*self.heard[1 - KEPT :], Heard(request, answer)]
        return answer

    def begin(self, request: bytes) -> None:
        """Hand a part of a request to the office and hang up."""
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self.office_port), TIMEOUT_S) as office,
        ):
            office.sendall(request)

    def earlier(self) -> Heard | None:
        """Something that went by before."""
        return self.dice.choice(self.heard) if self.heard else None

    def at_once(self, requests: list[bytes]) -> list[bytes]:
        """Several requests over connections of their own, at the same moment."""
        answers: list[bytes] = [b""] * len(requests)
        ready = threading.Barrier(len(requests))

        def one(place: int) -> None:
            ready.wait()
            answers[place] = self.ask(requests[place])

        threads = [threading.Thread(target=one, args=[n]) for n in range(len(requests))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    def deliver_held(self) -> int:
        """What was held back reaches the office, in an order of the dice; how many they were."""
        held, self.held = self.held, []
        self.dice.shuffle(held)
        for request in held:
            self.ask(request)
        return len(held)


def _is_whole(answer: bytes) -> bool:
    head, _, body = answer.partition(END_OF_HEAD)
    return f"content-length: {len(body)}".encode() in head.lower()


def _cut_in_head(enemy: Enemy, request: bytes) -> Answer:
    """The connection breaks within the headers."""
    enemy.begin(request[: enemy.dice.randrange(1, request.index(END_OF_HEAD))])
    return None


def _cut_in_body(enemy: Enemy, request: bytes) -> Answer:
    """The connection breaks within the body, also one byte before its end."""
    begins = request.index(END_OF_HEAD) + 4
    enemy.begin(
        request[: enemy.dice.choice((begins, enemy.dice.randrange(begins, len(request)), -1))]
    )
    return None


def _never_sent(enemy: Enemy, request: bytes) -> Answer:
    """Nothing of it reaches the office."""
    return None


def _answer_lost(enemy: Enemy, request: bytes) -> Answer:
    """The office takes it, and nobody hears so."""
    enemy.ask(request)
    return None


def _answer_cut(enemy: Enemy, request: bytes) -> Answer:
    """The answer breaks off, in its headers or its body."""
    answer = enemy.ask(request)
    return answer[: enemy.dice.randrange(1, len(answer))]


def _too_late(enemy: Enemy, request: bytes) -> Answer:
    """The till has hung up before the office is asked."""
    time.sleep(LATE_S)
    enemy.ask(request)
    return None


def _twice(enemy: Enemy, request: bytes) -> Answer:
    """Once more at once after the other."""
    answer = enemy.ask(request)
    return enemy.dice.choice((answer, enemy.ask(request)))


def _at_once(enemy: Enemy, request: bytes) -> Answer:
    """Two to five of the same, at the same moment."""
    return enemy.dice.choice(enemy.at_once([request] * enemy.dice.randint(2, 5)))


def _among_earlier(enemy: Enemy, request: bytes) -> Answer:
    """At the same moment as some that went by long before."""
    others = [heard.request for _ in range(4) if (heard := enemy.earlier())]
    return enemy.at_once([request, *others])[0]


def _after_earlier(enemy: Enemy, request: bytes) -> Answer:
    """Some that went by before come again just ahead of it, newest first."""
    for heard in reversed(enemy.heard[-enemy.dice.randint(1, 6) :]):
        enemy.ask(heard.request)
    return enemy.ask(request)


def _earlier_answer(enemy: Enemy, request: bytes) -> Answer:
    """The office takes it; the till hears what was answered to an earlier one."""
    answer, heard = enemy.ask(request), enemy.earlier()
    return heard.answer if heard else answer


def _earlier_answer_alone(enemy: Enemy, request: bytes) -> Answer:
    """The office never sees it; the till hears what was answered to an earlier one."""
    heard = enemy.earlier()
    return heard.answer if heard else None


def _held(enemy: Enemy, request: bytes) -> Answer:
    """It stays somewhere on the way; the till believes it lost."""
    enemy.held.append(request)
    return None


def _held_delivered(enemy: Enemy, request: bytes) -> Answer:
    """All that stayed on the way comes before it."""
    enemy.deliver_held()
    return enemy.ask(request)


def _bit_changed(enemy: Enemy, request: bytes) -> Answer:
    """A bit of the body is another: the signature tells."""
    place = enemy.dice.randrange(request.index(END_OF_HEAD) + 4, len(request))
    changed = bytes([request[place] ^ (1 << enemy.dice.randrange(8))])
    return enemy.ask(request[:place] + changed + request[place + 1 :])


def _elsewhere(enemy: Enemy, request: bytes) -> Answer:
    """The signed body goes to another path."""
    path = enemy.dice.choice((b"/sync/sales", b"/sync/publication", b"/sync/wipe", b"/sync/pin"))
    return enemy.ask(request.replace(enemy._harms.encode(), path, 1))


def _other_answer(enemy: Enemy, request: bytes) -> Answer:
    """A page of somebody else stands in the way: a log-in page of the network."""
    page = b"<html>Log in to the network</html>"
    status = enemy.dice.choice((b"200 OK", b"302 Found", b"404 Not Found", b"502 Bad Gateway"))
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status, len(page), page)


LATE_S = 1.2

WAYS: dict[str, Callable[[Enemy, bytes], Answer]] = {
    way.__name__.strip("_").replace("_", " "): way
    for way in (
        *(_cut_in_head, _cut_in_body, _never_sent, _answer_lost, _answer_cut, _too_late),
        *(_twice, _at_once, _among_earlier, _after_earlier),
        *(_earlier_answer, _earlier_answer_alone, _held, _held_delivered),
        *(_bit_changed, _elsewhere, _other_answer),
    )
}

__all__ = ["LATE_S", "WAYS", "Enemy", "read_message"]
