"""Taps at a till that catches up: 10,000 receipts wait, the office is back, and a cashier sells on.

The backlog is sold through the flow into the till's own file, while its program does not run. Then
the program starts beside a real office and sends, and is tapped until all is acknowledged; the
same taps at rest, on the same till and journal, stand beside it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from skrin import __version__
from skrin.brand import brand
from skrin.fiscal.countries import country
from skrin.sync.messages import Person
from skrin.till.devices.simulated import InstantCardTerminal, InstantControlUnit, PaperRoll
from skrin.till.flow import selling
from skrin.till.flow.clock import SystemClock
from skrin.till.flow.counter import Counter
from skrin.till.flow.till import Devices, Identity, Till
from skrin.till.flow.writer import InlineWriter
from skrin.till.storage.device_file import DeviceFile
from skrin.till.storage.shop_file import ShopFile
from skrin.town.bench_closing import EVA
from skrin.town.bench_flow import NoOffice
from skrin.town.bench_till import (
    READY_S,
    TAPS_IN_A_CART,
    Screen,
    enter,
    office_and_code,
    till_enrolled,
    till_part,
)
from skrin.town.goods import is_plain
from skrin.town.places import examples_folder
from skrin.town.replay_company import owner_of

BACKLOG_TIMEOUT_S = 900.0
LOOK_EVERY_TAPS = 25
LONGEST_S = 300.0

_WAITING = re.compile(r"<dt>[^<]*</dt><dd>(\d+)</dd>")


class HurriedFile(ShopFile):
    """Does not wait for the disk: for what is made to be measured afterwards."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._db.execute("PRAGMA synchronous = OFF")


@dataclass(frozen=True, slots=True)
class CatchingUp:
    """Seconds of every tap while the backlog was sent and at rest; how long it took, and how many
    entries it was."""

    receipts: int
    entries: int
    sent_s: float
    busy_s: list[float]
    rest_s: list[float]


def catching_up(data: Path, receipts: int) -> CatchingUp:
    """Measure in `data`."""
    data.mkdir(parents=True)
    login = owner_of(examples_folder() / "bageri")
    with office_and_code(data) as (office, code):
        till_enrolled(data, office, code)
        sell_apart(data / "till", receipts)
        till = till_part(data, ["--office", office])
        till.start()
        try:
            screen = Screen(till.wait_ready(READY_S)["port"])
            began_s = time.perf_counter()
            keys = enter(screen, login.email, login.password)
            entries = _waiting(screen)
            busy_s = _taps_while_sending(screen, keys)
            sent_s = time.perf_counter() - began_s
            rest_s = [tap(screen, keys, number) for number in range(len(busy_s))]
            screen.close()
        finally:
            till.stop()
    return CatchingUp(receipts, entries, sent_s, busy_s, rest_s)


def _taps_while_sending(screen: Screen, keys: list[str]) -> list[float]:
    taken_s: list[float] = []
    ends_s = time.perf_counter() + LONGEST_S
    # Each tap adds an entry: what waited is sent when no more wait than were added.
    while _waiting(screen) > len(taken_s):
        assert time.perf_counter() < ends_s, "the backlog is not sent"
        taken_s += [tap(screen, keys, len(taken_s) + n) for n in range(LOOK_EVERY_TAPS)]
    return taken_s


def tap(screen: Screen, keys: list[str], number: int) -> float:
    """Seconds of one tap; a cart that is long enough is given up before it."""
    if number % TAPS_IN_A_CART == 0:
        screen.post("/abort")
    began_s = time.perf_counter()
    screen.post("/tap", article_id=keys[number * 7 % len(keys)])
    return time.perf_counter() - began_s


def _waiting(screen: Screen) -> int:
    """How many entries the till's own page says that the office has not got."""
    found = _WAITING.search(screen.get("/unsent"))
    assert found, "the page tells how many wait"
    return int(found[1])


def sell_apart(
    data: Path, receipts: int, closed_every: int = 0, timeout_s: float = BACKLOG_TIMEOUT_S
) -> None:
    """`sell_backlog` in a process of its own."""
    said = json.dumps([str(data), receipts, closed_every])
    program = [sys.executable, "-m", "skrin.town.bench_catching_up", said]
    subprocess.run(program, check=True, timeout=timeout_s)


def sell_backlog(data: Path, receipts: int, closed_every: int = 0) -> None:
    """Sell into the file of the till in `data`, whose program does not run, without an office.
    `closed_every`: with a Z after so many receipts, and without waiting for the disk."""
    device = DeviceFile(data / "device.sqlite")
    enrolled = device.enrolment()
    assert enrolled is not None, "the till has enrolled"
    seat, law = enrolled.seats[0], country("SE")
    kind = HurriedFile if closed_every else ShopFile
    till = Till(
        kind(data / f"{enrolled.till}-{seat.store}" / "shop.sqlite"),
        Identity(
            enrolled.company,
            enrolled.till,
            seat,
            brand().name,
            __version__,
            brand().model_name,
            enrolled.predecessor,
        ),
        law,
        Devices(
            InstantControlUnit(),
            InstantCardTerminal("POI"),
            PaperRoll(keep=1),
            "POI",
            enrolled.till,
            device.next_service_number,
        ),
        SystemClock(law.time_zone),
        InlineWriter(),
    )
    counter = Counter(till, NoOffice(), device.next_incarnation())
    counter.begin()
    cashier: Person = next(who for who in till.registers.people.values() if who.role == "cashier")
    articles = till.registers.articles
    goods = [
        found.id
        for place in sorted(articles.numbers().values())
        if (found := articles.get(place)) and is_plain(found) and found.decimals == 0
    ]
    for number in range(receipts):
        for step in (0, 1, 2):
            article = goods[(number * 3 + step) % len(goods)]
            selling.tap_article(till, cashier, till.clock.new_id(), article)
        counter.pay_cash(cashier, till.clock.new_id(), None)
        if closed_every and not (number + 1) % closed_every:
            counter.close_days(EVA, till.today())
    counter.stop()
    counter.upload_lane.reader.close()
    device.close()


if __name__ == "__main__":
    folder, count, every = json.loads(sys.argv[1])
    sell_backlog(Path(folder), count, every)
