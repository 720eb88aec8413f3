"""What a till asks of a gift card before anything is claimed: its balance, for a person to hear.

Reading only: an amount is claimed by the journal and nothing else (docs/algorithms/rights.md). The
code stays at the till; what travels is the key of the right, which is a hash of it.
"""

from __future__ import annotations

from dataclasses import dataclass

GIFT_CARD_PATH = "/sync/giftcard"

USABLE, NOT_SOLD, UNKNOWN = "usable", "not_sold", "unknown"
BLOCKED, EXPIRED = "card_blocked", "card_expired"
"""How a card is: it may pay; it is printed and has never been sold; the office has none with this
key; it was blocked; its last day has passed."""


@dataclass(frozen=True, slots=True)
class GiftCardQuestion:
    """A till asks of a card on its business day (YYYY-MM-DD)."""

    store: int
    key: str
    business_day: str


@dataclass(frozen=True, slots=True)
class GiftCardAnswer:
    """A card as the office knows it. `balance_minor` is all that is on it, `free_minor` what can be
    claimed now: the rest lies at the tills `held_by`. `rate_bp` 0 = multi-purpose; else it was
    taxed so when it was sold, and pays for goods of `vat_class` alone."""

    state: str
    tail: str = ""
    currency: str = ""
    rate_bp: int = 0
    valid_until: str = ""
    balance_minor: int = 0
    free_minor: int = 0
    used_minor: int = 0
    held_by: str = ""
    vat_class: str = ""
