"""Gift cards: their codes, what a line puts on one, what a payment takes off it (D23a).

The amount itself is a right of the company (`domain.rights`, kind `gift_card`): every till of every
store may claim of it, none may use more than it was granted. A code is money to whoever knows it.
So no entry, no log and no paper but the card's own slip carries it whole: the right's key is a hash
of it, and what is shown are its last signs.

A card is *multi-purpose* when nothing is taxed as it is sold: the line that sells it has the rate
0, the amount is a debt, and VAT comes with the goods. Sold at a rate it is *single-purpose*: taxed
then, and what it pays for is not taxed again (docs/fiscal/se.md, ML 2023:200 2:26, 7:18, 7:35).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

MULTI, SINGLE = "multi", "single"
"""Taxed when goods are sold for it; taxed when the card is sold."""

ISSUED, TOPPED_UP, REFUNDED, TAKEN_BACK = "issued", "topped_up", "refunded", "taken_back"
"""Why an amount changes beside paying: a card is sold, raised, paid back to; a sold card comes
back."""

REDEEMED = "redeemed"
"""Something was paid with a card; of a single-purpose one, the cause of the line that takes the
goods off again (`domain.single_purpose`)."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without I, L, O and U: what is read aloud and typed is not mistaken (Crockford)."""

CODE_LENGTH = 15
"""Signs of a code that a till makes: 75 random bits."""

LEAST_LENGTH, MOST_LENGTH = 6, 40
"""Of codes of cards that came from elsewhere."""

TAIL = 4
_MISTAKEN = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True, slots=True)
class GiftLoad:
    """What a line does to a gift card: `cause` says why, the line's amount how much.

    `valid_until` is the last day of the card (YYYY-MM-DD), empty = it has none; `vat_class` what a
    single-purpose card is for, empty = multi-purpose; `left_minor` what a redeemed one has left.
    """

    key: str
    tail: str
    cause: str
    valid_until: str = ""
    vat_class: str = ""
    left_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a single-purpose card is for: goods of a VAT class, taxed at `rate_bp` when the card was
    sold. What it pays is taken off on the article group that such cards are sold on."""

    vat_class: str
    rate_bp: int
    group: int
    group_number: str
    group_name: str


@dataclass(frozen=True, slots=True)
class GiftPart:
    """The card behind a payment, and what is left on it after (or, paid back to, before) it.

    `purpose`: of a single-purpose card, which is no payment once the receipt is sealed.
    """

    key: str
    tail: str
    left_minor: int | None = None
    valid_until: str = ""
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class GiftCardState:
    """What a grant of an amount carries: all that is on the card, wherever it lies (rule 10)."""

    balance_minor: int
    tail: str = ""
    purpose: str = MULTI
    rate_bp: int = 0
    valid_until: str = ""
    vat_class: str = ""


def code_of(random_bytes: bytes) -> str:
    """A new code out of at least 10 random bytes; it never begins with 2, as in-store EANs do."""
    number = int.from_bytes(random_bytes[:10], "big")
    signs = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    if signs[0] == "2":
        signs[0] = "Z"
    return "".join(signs)


def normal_code(text: str) -> str:
    """A code as it is hashed: without spaces and hyphens, in capitals, O as 0, I and L as 1.

    Empty when it cannot be one.
    """
    code = "".join(text.split()).replace("-", "").upper().translate(_MISTAKEN)
    usable = code.isascii() and code.isalnum() and LEAST_LENGTH <= len(code) <= MOST_LENGTH
    return code if usable else ""


def looks_like_ours(text: str) -> bool:
    """Whether a scanned text has the form of a code that a till makes."""
    code = normal_code(text)
    return len(code) == CODE_LENGTH and code[0] != "2" and not code.isdecimal()


def key_of(company: int, code: str) -> str:
    """The key of a card's right: a hash that says nothing of the code. `code` is normal."""
    digest = hashlib.sha256(f"skrin gift card\n{company}\n{code}".encode()).hexdigest()
    return digest[:32]


def tail_of(code: str) -> str:
    """The last signs of a code, by which a customer knows the card."""
    return code[-TAIL:]


def masked(tail: str) -> str:
    """How a card is called on paper and screens."""
    return f"****{tail}"


def grouped(code: str) -> str:
    """A code as it is printed: in fives, so that it can be read and typed."""
    return "-".join(code[place : place + 5] for place in range(0, len(code), 5))


def purpose_of(rate_bp: int) -> str:
    """What a card sold at a rate is."""
    return SINGLE if rate_bp else MULTI


def valid_until(sold_on: str, months: int) -> str:
    """The last day of a card sold on a day (YYYY-MM-DD); empty = it has none."""
    if months <= 0:
        return ""
    day = date.fromisoformat(sold_on)
    years, month = divmod(day.month - 1 + months, 12)
    last = day.day
    while True:
        try:
            return date(day.year + years, month + 1, last).isoformat()
        except ValueError:
            last -= 1  # The 31st of a shorter month is its last day.


def is_over(until: str, today: str) -> bool:
    """Whether a card's last day has passed."""
    return bool(until) and today > until


def proposed_minor(free_minor: int, left_minor: int) -> int:
    """What is proposed to be paid with a card: all that is left, or all that can be used now."""
    return max(0, min(free_minor, left_minor))
