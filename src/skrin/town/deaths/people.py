"""Cashiers: each sells at one till, over the till's own pages, whatever happens to it.

After an answer that was lost a cashier looks at the screen and does what it asks for; a tap is sent
once more under the same id, as the page's own script does.
"""

from __future__ import annotations

import random
import re
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from skrin.town.deaths.paper import Paper
from skrin.town.deaths.promises import Promises
from skrin.town.deaths.window import Broken, Lost, Refused, Shown, Window, new_tap
from skrin.town.web import plain

BACK_S = 120.0
"""How long a till may be away, with all that dies around it."""
REST_S = 120.0
LOOK_S = 0.03
PATIENCE_S = 2.0
"""How long somebody waits for the office, before the sale goes on without it."""

_FIELD = re.compile(r'name="(key|amount)"[^>]*value="([^"]*)"')
_CART = re.compile(r'action="/fetch".*?name="cart_id" value="([0-9a-f]+)"', re.S)
_LINE = re.compile(r'name="line_no" value="(\d+)">')
_DAY = re.compile(r'href="/day/close/([\d-]+)"')
_Z = re.compile(r"/day/z/(\d+)")
_CLOSED = re.compile(r"closed=(\d+)")


@dataclass(frozen=True, slots=True)
class Staff:
    """Who sells, and what can be bought."""

    email: str
    password: str
    goods: tuple[int, ...]
    gift_card: int
    methods: dict[str, int]
    """Ids of payment methods by kind."""


class Cashier(threading.Thread):
    """Sells until told to stop; rests while the gate is closed."""

    def __init__(
        self, name: str, window: Window, staff: Staff, paper: Paper, dice: random.Random
    ) -> None:
        super().__init__(name=name, daemon=True)
        self.window = window
        self.staff = staff
        self.paper = paper
        self.dice = dice
        self.promises = Promises()
        self.gate = threading.Event()
        self.resting = threading.Event()
        self.over = threading.Event()
        self.fault = ""
        self.does = ""
        self._codes_used = 0

    # Its life.

    def run(self) -> None:
        """Sell, and write down why when that cannot go on."""
        try:
            while not self.over.is_set():
                if not self.gate.is_set():
                    self._rest()
                    continue
                try:
                    self.settle()
                    self._one_act()
                except Lost:
                    self.promises.count("answers lost")
                except Refused as no:
                    self.promises.count(f"refused: {no}")
        except Exception as fault:
            self.fault = f"{self.name} {self.does}: {fault}\n{traceback.format_exc()}"
            self.resting.set()

    def _rest(self) -> None:
        if not self.resting.is_set():
            self.settle()
            self.resting.set()
        self.gate.wait(0.05)
        if self.gate.is_set():
            self.resting.clear()

    def _one_act(self) -> None:
        acts, weights = zip(*ACTS.values(), strict=True)
        act: Callable[[Cashier], None] = self.dice.choices(acts, weights)[0]
        self.does = act.__name__
        act(self)
        self.promises.count(act.__name__)

    # The screen.

    def look(self, path: str = "/") -> Shown:
        """What the screen shows; waits for a till that is away."""
        until = time.monotonic() + BACK_S
        while True:
            try:
                shown = self.window.get(path, fragment=path != "/")
                if "location" in {name.lower() for name in shown.headers} or shown.status == 401:
                    self.window.log_in(self.staff.email, self.staff.password)
                    continue
                self._note(shown)
                return shown
            except (Lost, Refused) as away:
                if time.monotonic() > until:
                    raise Broken(f"the till does not come back: {away}") from away
                time.sleep(LOOK_S)

    def press(self, path: str, tap: str = "", **fields: str | int) -> Shown:
        """Press something once."""
        shown = self.window.post(path, tap, **fields)
        self._note(shown)
        return shown

    def ring(self, article: int) -> None:
        """Tap a key. When no answer comes the page sends the same tap again, mostly."""
        tap = new_tap()
        try:
            self.press("/tap", tap, article_id=article)
        except Lost:
            if self.dice.random() < 0.3:
                raise
            self.look()
            self.press("/tap", tap, article_id=article)
        self.promises.tapped(tap)

    def _note(self, shown: Shown) -> None:
        if shown.state == "done" and (told := shown.receipt):
            self.promises.sold(*told)

    def settle(self) -> None:
        """Bring the counter to rest: see to all that the screen asks for."""
        until, since, looked = time.monotonic() + REST_S, time.monotonic(), self.look()
        while True:
            if time.monotonic() > until:
                raise Broken(f"the counter does not come to rest: {plain(looked.text)[:600]}")
            try:
                if self._at_rest(looked, time.monotonic() - since):
                    return
            except Lost:
                self.promises.count("answers lost")
            except Refused as no:
                self.promises.count(f"refused: {no}")
                time.sleep(LOOK_S)
            looked = self.look()

    def _at_rest(self, shown: Shown, since_s: float) -> bool:
        """One look at the screen, and what a cashier does about it; whether nothing is left."""
        if shown.offers("/printed"):
            self._answer(shown)
        elif shown.offers("/gift/without", "/fetch/leave") and since_s <= PATIENCE_S:
            time.sleep(LOOK_S)  # The office may still answer; nobody rests meanwhile.
        elif shown.offers("/gift/without"):
            self.press("/gift/without")
        elif shown.offers("/fetch/leave"):
            self._leave(shown)
        elif shown.state == "done":
            self.press("/next")
        elif shown.state == "unknown" and since_s > 1.0:
            time.sleep(LOOK_S)
            self.press("/retry")
        elif shown.state in ("waiting", "trouble", "card", "unknown"):
            time.sleep(LOOK_S)
        elif shown.state == "window":
            self.press("/pay/cash")
        elif shown.has_lines:
            self._end_sale()
        else:
            return True
        return False

    def _answer(self, shown: Shown) -> None:
        """Did it come out? The cashier looks at the printer."""
        question = re.search(r"[^<>]*\?", plain(shown.text.split('action="/printed"')[0])[-400:])
        out = self.paper.came_out(question[0][-160:] if question else "")
        if out is None:
            time.sleep(LOOK_S)
            return
        self.press("/printed", answer="yes" if out else "no")
        self.promises.count("paper asked for")

    def _leave(self, shown: Shown) -> None:
        found = re.search(r'action="/fetch/leave".*?value="([0-9a-f]+)"', shown.text, re.S)
        self.press("/fetch/leave", cart_id=found[1] if found else "")

    def _end_sale(self) -> None:
        way = self.dice.random()
        if way < 0.8:
            self.press("/pay/cash")
        elif way < 0.9:
            self.press("/park", name=self._table())
        else:
            self.press("/abort")

    # What people do.

    def fill(self) -> None:
        """Some goods on the receipt."""
        for _ in range(self.dice.choice((1, 1, 2, 2, 3))):
            self.ring(self.dice.choice(self.staff.goods))

    def sell_for_cash(self) -> None:
        """Exactly, or of a note."""
        self.fill()
        if self.dice.random() < 0.5:
            self.press("/pay/cash")
        else:
            self.press("/pay/cash/amount", tendered=2000)
        self.settle()

    def sell_by_card(self) -> None:
        """The rest by card."""
        self.fill()
        self.press("/pay/card")
        self.settle()

    def sell_in_parts(self) -> None:
        """A part in cash, the rest by card; or a part by card, the rest in cash."""
        self.fill()
        first, second = self.dice.sample(("cash", "card"), 2)
        self.press("/pay", method=self.staff.methods[first], tendered=10)
        for _ in range(200):
            shown = self.look("/paying")
            if shown.state in ("window", "open", "done"):
                break
            time.sleep(LOOK_S)
        if shown.state == "window":
            self.press("/pay", method=self.staff.methods[second])
        self.settle()

    def sell_with_a_discount(self) -> None:
        """Ten per cent off."""
        self.fill()
        self.press("/discount", unit="percent", value="10", text="")
        self.press(self.dice.choice(("/pay/cash", "/pay/card")))
        self.settle()

    def park(self) -> None:
        """Set a receipt aside."""
        self.fill()
        self.press("/park", name=self._table())

    def fetch(self) -> None:
        """Take one of the parked receipts, from here or elsewhere, and be paid."""
        found = _CART.findall(self.look("/panel/parked").text)
        if not found:
            raise Refused("nothing is parked")
        self.press("/fetch", cart_id=self.dice.choice(found))
        self.settle()

    def give_up(self) -> None:
        """A customer has forgotten the purse."""
        self.fill()
        self.press("/abort")

    def _table(self) -> str:
        return f"Bord {self.dice.randint(1, 20)}"

    def _sold(self) -> int:
        with self.promises.lock:
            numbers = list(self.promises.receipts)[-40:]
        if not numbers:
            raise Refused("nothing was sold yet")
        return self.dice.choice(numbers)

    def take_back(self) -> None:
        """A line of an earlier receipt comes back."""
        number = self._sold()
        lines = _LINE.findall(self.look(f"/panel/receipts/{number}").text)
        if not lines:
            raise Refused("nothing can come back")
        self.press("/return/line", number=number, line_no=self.dice.choice(lines))
        self.press("/pay/cash")
        self.settle()

    def copy(self) -> None:
        """The one copy of an earlier receipt."""
        self.press("/copy", number=self._sold())
        self.settle()

    def sell_a_gift_card(self) -> None:
        """A card of 500 kr, which the till prints."""
        self.ring(self.staff.gift_card)
        self.press(self.dice.choice(("/pay/cash", "/pay/card")))
        self.settle()

    def pay_with_a_gift_card(self) -> None:
        """With one that came out of this printer."""
        self.paper.look()
        if not self.paper.codes:
            raise Refused("no gift card was sold yet")
        self.fill()
        code = self.dice.choice(self.paper.codes[-20:])
        where = self.press("/gift/look", code=code).headers.get("Skrin-Window", "")
        if where:
            fields = dict(_FIELD.findall(self.look(where).text))
            if fields.get("amount"):
                self.press("/gift/pay", key=fields["key"], amount=fields["amount"])
        self.settle()

    def take_an_x(self) -> None:
        """How has it gone so far?"""
        self.press("/day/x")
        self.settle()

    def close_the_day(self) -> None:
        """Every day that waits, each with its Z; the next sale begins a new period."""
        days = _DAY.findall(self.look("/day").text)
        if not days:
            raise Refused("no day waits")
        shown = self.press("/day/close", day=days[-1])
        where = shown.headers.get("Location", "")
        if told := _Z.search(where) or _CLOSED.search(where):
            self.promises.closed(int(told[1]))
        self.settle()


ACTS: dict[str, tuple[Callable[[Cashier], None], int]] = {
    "cash": (Cashier.sell_for_cash, 14),
    "card": (Cashier.sell_by_card, 14),
    "parts": (Cashier.sell_in_parts, 6),
    "discount": (Cashier.sell_with_a_discount, 4),
    "park": (Cashier.park, 3),
    "fetch": (Cashier.fetch, 4),
    "give up": (Cashier.give_up, 1),
    "return": (Cashier.take_back, 4),
    "copy": (Cashier.copy, 3),
    "gift": (Cashier.sell_a_gift_card, 2),
    "gift pay": (Cashier.pay_with_a_gift_card, 4),
    "x": (Cashier.take_an_x, 1),
    "close": (Cashier.close_the_day, 2),
}
"""What happens at a till, and how often beside the others."""
