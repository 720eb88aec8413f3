"""At the door of a real office: its database is put back from a dump, and its tills live on."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skrin.domain.refusal import Refusal
from skrin.domain.rights import terms
from skrin.sync.admissions import KNOWN, WAITS
from skrin.sync.messages import EnrolAnswer
from skrin.till.devices.office_link import OfficeClient
from skrin.till.flow import returning
from skrin.till.flow.returned import key_of_own
from skrin.town.fire.shooting import Target, Tried, sells
from skrin.town.world.ledger import must
from skrin.town.world.tills import TownTill

if TYPE_CHECKING:
    from skrin.town.fire.door import Door

ROUNDS = 12


def put_back(door: Door, seed: int, inputs: int, tried: Tried) -> None:
    """Two tills sell, a dump is made, they sell on and share, the dump is read back. Then
    everything comes to the office again, once, and what was given stays given."""
    dice = random.Random(f"put back {seed}")
    door.retire_all()
    first, second = Target(door, dice), Target(door, dice)
    try:
        story = _Story(door, dice, first, second)
        story.forgets(max(2, inputs // 10))
        story.catches_up()
        story.goes_on()
        for one in (first, second):
            one.rests()
            tried.receipts += one.receipts
            tried.entries += len(one.rows)
        tried.inputs["put back"] += 1
    finally:
        for one in (first, second):
            door.retire(one.till)
            one.close()


class _Story:
    def __init__(self, door: Door, dice: random.Random, first: Target, second: Target) -> None:
        self.door, self.dice = door, dice
        self.first, self.second = first, second
        self.tills = (first, second)
        self.forgotten: EnrolAnswer | None = None
        self.key: Ed25519PrivateKey | None = None

    def forgets(self, sales: int) -> None:
        """What happens after the dump, and the dump put back."""
        for one in self.tills:
            for _ in range(3):
                self.sells(one)
        before = self.door.edition()
        self.door.save()
        for _ in range(sales):
            self.sells(self.dice.choice(self.tills))
        self.forgotten, self.key = self.enrols()
        must(self.copies(self.second.one, 1) == "", "a copy lies at the till that asks for it")
        self.changes_price()
        for one in self.tills:
            one.one.exchange()
        self.then = self.door.edition()
        must(self.then[0] == before[0] + 1, "a new price makes an edition")
        self.had = {one.till: self.door.rows(one.till) for one in self.tills}
        self.door.put_back()
        for one in self.tills:
            one.enemy.office_port = self.door.port
            one.rows = self.door.rows(one.till)
        forgotten = sum(len(rows) for rows in self.had.values())
        must(forgotten > sum(len(one.rows) for one in self.tills), "nothing was forgotten")

    def catches_up(self) -> None:
        """Nothing is granted before both were heard. Registers with an old number are noticed."""
        waits, second = self.door.waits, self.second.one
        self.changes_price()
        again = self.door.edition()
        must(again[0] == self.then[0] and again != self.then, "no number came with other rows")
        must(waits(), "an office that was put back does not know it")
        answer = self.copies(second, 2)
        must(answer == terms.CATCHING_UP, f"before all were heard a copy is answered {answer!r}")
        must(waits(), "it goes on before it has heard all")
        for _ in range(ROUNDS):
            for one in self.tills:
                one.one.exchange()
        must(waits(), "it goes on without a till that others know of, and it has forgotten")
        self.lets_in()
        for _ in range(ROUNDS):
            for one in self.tills:
                one.one.exchange()
        must(not waits(), "it has heard both, and waits still")
        for one in self.tills:
            rows, had = self.door.rows(one.till), self.had[one.till]
            must(rows[: len(had)] == had, f"{one.one.name}: the office has another history")
            file = one.one.till.file
            has = int(file.state("publication")), file.state("publication_digest")
            must(has == again, f"{one.one.name} has registers that are not published: {has}")

    def lets_in(self) -> None:
        """The till that enrolled since the dump shows its admission; somebody lets it in, and takes
        it out of use."""
        assert self.forgotten and self.forgotten.admission and self.key, "it has enrolled"
        name, admission = self.forgotten.till, self.forgotten.admission
        of = f"{self.forgotten.company}/{name}"
        link = OfficeClient(f"http://127.0.0.1:{self.door.port}", of, self.key)
        state = link.known_again(admission).state
        must(state == WAITS, f"a till that the office has forgotten is answered {state!r}")
        self.door.company.lets_in(name)
        state = link.known_again(admission).state
        must(state == KNOWN, f"a till that was let in is answered {state!r}")
        self.door.retire(name)

    def goes_on(self) -> None:
        """What was given is known, what was not is given; and no id is given twice."""
        must(not self.door.reported("granted_twice"), "the office believes that it gave twice")
        answer = self.copies(self.first.one, 1)
        must(answer == terms.USED_UP, f"the one copy was made; a second is answered {answer!r}")
        must(self.copies(self.second.one, 2) == "", "what lies idle is not given")
        must(self.second.one.till.series["copy"] == 2, "two copies were made at the second till")
        assert self.forgotten is not None, "it has enrolled"
        till = self.enrols()[0].till
        later = int(till[2:]) > int(self.forgotten.till[2:])
        must(later, f"{till} is the name of a till that has enrolled since the dump")

    def sells(self, one: Target) -> None:
        """A sale, and an exchange."""
        sells(one.one, self.dice)
        one.receipts += 1
        one.one.exchange()

    def copies(self, one: TownTill, number: int) -> str:
        """Ask for the copy of a receipt of the first till; why it is not made, or nothing."""
        first = self.first.one
        key = key_of_own(first.till.file, first.register, number)
        if one is not first:
            returning.find(one.till, one.link, first.name, number)
        try:
            one.counter.copy_receipt(one.person("cashier"), one.clock.new_id(), key)
        except Refusal as no:
            return no.code
        for _ in range(ROUNDS):
            one.exchange(2)
            wish = one.till.sharing.wish(terms.COPY, key)
            if one is not first and (wish is None or wish.outcome == terms.IS_RECALLED):
                first.exchange(2)
            if wish and wish.outcome not in ("asking", terms.IS_RECALLED, "granted"):
                return wish.outcome
            one.clock.true.pass_s(1.0)
        return ""

    def changes_price(self) -> None:
        """The owner sets a price that was never set."""
        articles = self.first.one.till.registers.articles
        fixed = next(
            found.id
            for _, place in sorted(articles.numbers().items())
            if (found := articles.get(place)) and found.price_rule == "fixed"
        )
        self.door.company.change_price(fixed, self.door.next_price())

    def enrols(self) -> tuple[EnrolAnswer, Ed25519PrivateKey]:
        """A till that enrols now, and is needed no longer."""
        enrolled, key = self.door.enrol()
        self.door.retire(enrolled.till)
        return enrolled, key


__all__ = ["put_back"]
