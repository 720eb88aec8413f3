"""What a person stated of a card payment, held against what its terminal says later (D18).

A manager's word is the one way out of an unknown outcome, and the sale goes on with it. The
terminal is still asked, quietly and while nobody sells, until it says yes or no. When it says the
opposite, or another amount, money is where nobody looks for it: an entry, an alarm on the till's
status page until the day is closed, and a finding at the office until somebody has seen it. The
receipt stays as it is: what is done about it (money given back, money asked for) are entries of
their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from skrin.domain.codec import decode, encode
from skrin.domain.payment import APPROVED, UNKNOWN, PaymentBegun, PaymentChecked, PaymentDecided
from skrin.payments.contract import PaymentAnswer

if TYPE_CHECKING:
    from skrin.till.flow.till import Till
    from skrin.till.storage.shop_file import ShopFile

ASKED_FOR_MS = 7 * 24 * 3600 * 1000
"""Terminals forget what is a week old, and the acquirer's own report has told it by then."""

_STATE = "stated"


@dataclass(frozen=True, slots=True)
class Stated:
    """An attempt with a person's word on it. `checked` is the terminal's later no to that word;
    `begun_at_utc_ms`: when the intent was stored, 0 = not known."""

    begun: PaymentBegun
    decided: PaymentDecided
    by: str
    at_utc_ms: int
    checked: PaymentChecked | None = None
    begun_at_utc_ms: int = 0


def read(file: ShopFile) -> tuple[Stated, ...]:
    """What the disk has: words that nothing has been heard on, and those that were contradicted."""
    text = file.state(_STATE)
    return decode(tuple[Stated, ...], text.encode()) if text else ()


def keep(file: ShopFile, stated: Iterable[Stated]) -> None:
    """Write them beside the journal; call inside the transaction of what changed them."""
    file.put_state(_STATE, encode(tuple(stated)).decode())


def waiting(till: Till) -> Stated | None:
    """The oldest word that the terminal is still to be asked about."""
    oldest_ms = till.clock.now().utc_ms - ASKED_FOR_MS
    return next((s for s in till.stated if not s.checked and s.at_utc_ms > oldest_ms), None)


def contradicted(till: Till) -> tuple[PaymentChecked, ...]:
    """Where the terminal said otherwise, since the last Z."""
    return tuple(one.checked for one in till.stated if one.checked)


def after_closing(till: Till) -> tuple[Stated, ...]:
    """What is left of them when the day is closed: the office has the alarms from now on."""
    return tuple(one for one in till.stated if not one.checked)


def settle(till: Till, attempt_id: str, answer: PaymentAnswer) -> None:
    """Hold a clear answer against what was stated; on the writer. No news for what is not waited
    for, and while the outcome is still unknown."""
    known = next((s for s in till.stated if s.begun.attempt_id == attempt_id), None)
    if known is None or known.checked or answer.outcome == UNKNOWN:
        return
    checked = _checked(known, answer)
    rest = [s for s in till.stated if s.begun.attempt_id != attempt_id]
    after = (*rest, replace(known, checked=checked)) if checked.contradicts else tuple(rest)
    with till.transaction(None) as tx:
        tx.append("payment.checked", checked)
        keep(till.file, after)
    till.stated = after


def _checked(known: Stated, answer: PaymentAnswer) -> PaymentChecked:
    found_minor = answer.amount_minor if answer.outcome == APPROVED else 0
    said = known.decided
    differs = (said.outcome, said.amount_minor) != (answer.outcome, found_minor)
    return PaymentChecked(
        known.begun.cart_id,
        known.begun.attempt_id,
        known.begun.purpose,
        said.outcome,
        said.amount_minor,
        known.by,
        answer.outcome,
        found_minor,
        answer.reason,
        differs,
        answer.card,
    )
