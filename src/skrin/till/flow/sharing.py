"""How a till stands with the others: whether the office answers, what is waited for, and what the
store has parked. In memory; what must outlast the program is in the journal and the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from skrin.domain.receipt import ReceiptSealed
from skrin.domain.rights import terms
from skrin.sync.giftcards import GiftCardAnswer
from skrin.sync.messages import OrderedCopy, ParkedCard, Person
from skrin.till.flow.rights_folding import parked_list
from skrin.till.storage.shop_reader import ShopReader

FROZEN = "rights_frozen"
"""Under this name the state keeps that this file was put back from a copy: it holds nothing
(D24)."""

RESTORED_HEAD = "restored_head"
"""The number of the last entry that a file had when it was put back from a copy. What it has beyond
that, it wrote about itself since: it registers no trade any more."""

ASKING, GRANTED, HOLDER_AWAY = "asking", "granted", "holder_away"
"""How a wish stands beside the reasons of a refusal (`terms.HELD_BY` ...)."""

ASKED_AGAIN_S = (2.0, 5.5, 9.0)
"""When a right that is being called back is asked for again, at most three times in 10 s; one whose
list says that it is free at once."""

GIVES_UP_S = 10.0
UNKNOWN_S = 3.0
"""An answer that has not come by then is told as unknown."""


@dataclass(slots=True)
class Wish:
    """Somebody stands here and waits for a right. `outcome`: ASKING, GRANTED, or why not.

    `then` is done once the grant is in the journal, by whoever applied it; `holder` is called so
    by the office; `cart_id` is what waits, by default the right itself; `free_amount` is what
    could be had of too little.
    """

    kind: str
    key: str
    amount: int
    actor: Person
    since_s: float
    seen_generation: int = 0
    outcome: str = ASKING
    holder: str = ""
    free_amount: int = 0
    tries: int = 0
    cart_id: str = ""
    then: Callable[[], None] | None = None

    @property
    def waits(self) -> bool:
        """Whether an answer, or the next try, is still to come."""
        return self.outcome in (ASKING, terms.IS_RECALLED)


@dataclass(slots=True)
class Sharing:
    """`online`: the office answered the last exchange. `stopped`: it has stopped this chain, or
    knows more of it than the till; `frozen`: the file was put back from a copy."""

    online: bool = False
    stopped: bool = False
    frozen: bool = False
    asking: bool = False
    """A claim is open: what is journaled goes up at once."""
    wishes: dict[tuple[str, str], Wish] = field(default_factory=dict)
    parked: tuple[ParkedCard, ...] = ()
    found: dict[str, ReceiptSealed] = field(default_factory=dict)
    """Sales of other tills that the office told of, by the key of their returns."""
    copies: tuple[OrderedCopy, ...] = ()
    """What the office wants copied here, by its last answer."""
    looked_at: tuple[str, GiftCardAnswer | None] = ("", None)
    """The gift card that somebody looked at last, by the office's word: its key and the answer."""

    def read(self, reader: ShopReader) -> None:
        """Take from the disk what lies there."""
        self.frozen = reader.state(FROZEN) == "1"
        self.parked = parked_list(reader)

    def wish(self, kind: str, key: str) -> Wish | None:
        """What is waited for of a right, or what came of it last."""
        return self.wishes.get((kind, key))

    def all_wishes(self) -> list[Wish]:
        """All that is waited for, as it is now: the screen looks while lanes go on."""
        return list(self.wishes.values())

    def hurries(self) -> bool:
        """Whether somebody waits, so that the office is asked every half second."""
        return self.asking or any(wish.waits for wish in self.all_wishes())

    def card(self, cart_id: str) -> ParkedCard | None:
        """A parked receipt as the store's list has it."""
        return next((one for one in self.parked if one.cart_id == cart_id), None)
