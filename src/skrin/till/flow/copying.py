"""Copies of receipts: at most as many as the country allows, whichever till makes them (D21, D22).

The right to a receipt's copies is born with the receipt and rests at the till that issued it; any
other till of the store asks the office. It is used up in the commit that gives the copy its number:
the control unit and the paper come after it, and where the paper did not come out for certain a
person is asked. So a kill at any point costs a copy at the worst, and never makes a second one.
"""

from __future__ import annotations

from skrin.documents.figures import day_and_time
from skrin.domain import role as roles
from skrin.domain.beside import CopySealed
from skrin.domain.codec import decode_body
from skrin.domain.entry import NORMAL
from skrin.domain.receipt import COPY as COPY_KIND
from skrin.domain.receipt import ReceiptSealed, ReceiptSigned, SignedReceipt
from skrin.domain.record import replace
from skrin.domain.refusal import Refusal
from skrin.domain.rights import hold as holds
from skrin.domain.rights import journaled, terms
from skrin.domain.rights.hold import Hold
from skrin.domain.rights.journaled import CopyMade, CopyState
from skrin.sync.messages import Person
from skrin.till.flow import rights
from skrin.till.flow.besides import next_serial
from skrin.till.flow.paying import Preflight, check_devices_free
from skrin.till.flow.rights_folding import hold_of
from skrin.till.flow.till import Till
from skrin.till.storage.shop_reader import ShopReader


def make(
    till: Till,
    actor: Person,
    preflight: Preflight,
    tap_id: str,
    key: str,
    approver: Person | None = None,
) -> bool:
    """Make the copy of a receipt; whether it is on its way. One that another till may make is
    asked for, and made by itself when it is granted; `till.sharing.wish(COPY, key)` tells.

    `key`: `journaled.receipt_key`. Refused: by role; `not_in_training`, `receipt_gone`,
    `copy_made`, `copies_forbidden`; `stopped`; what `check_devices_free`, the preflight and
    `rights.ask` refuse.
    """

    def known() -> bool:
        return any(made.copy_id == tap_id for made in state_here(till, till.file, key).made)

    def command() -> bool:
        if known():
            return True
        _check(till, actor, approver)
        held = rights.hold_here(till, terms.COPY, key)
        if not held.have:
            _check_not_made(till, held)
            return False
        rights.check_lies_here(till)
        _seal(till, actor, tap_id, held, _original(till, till.file, held), approver)
        return True

    if till.run(known):
        return True
    _preflight(till, preflight, actor, key, approver)
    if till.run(command):
        return True

    def then() -> None:
        # The office has answered: a moment later than asked, so the devices are asked anew.
        _preflight(till, preflight, actor, key, approver)
        till.run(command)

    rights.ask(till, actor, terms.COPY, key, 1, then=then)
    return False


def _preflight(
    till: Till, preflight: Preflight, actor: Person, key: str, approver: Person | None
) -> None:
    """Refuse before anything is used up what could not be registered or printed (D15)."""
    till.run(lambda: _check(till, actor, approver))
    held = till.run(lambda: rights.hold_here(till, terms.COPY, key))
    if not held.have:
        till.run(lambda: _check_not_made(till, held))
    else:
        original = till.run(lambda: _original(till, till.file, held))
        seat = till.identity.seat
        rates = [row.rate_bp for row in original.sealed.vat]
        org_number = original.sealed.seller.org_number
        till.country.check_registrable(org_number, seat.designation, rates)
    preflight.check_unit()
    preflight.check_printer()


def _check(till: Till, actor: Person, approver: Person | None) -> None:
    if till.desk.training:
        raise Refusal("not_in_training")
    if till.country.copies_allowed < 1:
        raise Refusal("copies_forbidden")
    till.check(actor, roles.COPY, approver)
    check_devices_free(till.desk)


def _check_not_made(till: Till, held: Hold) -> None:
    """Refuse with `copy_made` when this till knows that none is left."""
    made = journaled.copy_state(held.state).made
    if len(made) >= till.country.copies_allowed:
        last = made[-1]
        raise Refusal(
            "copy_made",
            designation=last.designation,
            when=" ".join(day_and_time(last.at_utc_ms, last.utc_offset_min)),
        )


def _seal(
    till: Till,
    actor: Person,
    tap_id: str,
    held: Hold,
    original: SignedReceipt,
    approver: Person | None,
) -> None:
    designation = till.identity.seat.designation
    with till.transaction(actor) as tx:
        number = tx.next_number(till.country.series_of(COPY_KIND))
        before = journaled.copy_state(held.state)
        made = CopyMade(tap_id, designation, number, tx.at.utc_ms, tx.at.offset_min)
        state = journaled.state_text(CopyState((*before.made, made)))
        reserved = holds.reserve(held, 1)
        used = holds.use(reserved[1], 1, state)
        sealed = CopySealed(
            tap_id,
            number,
            designation,
            actor.display_name,
            replace(original, sealed=replace(original.sealed, rights=())),
            held.key,
            next_serial(tx),
            (*rights.moves(reserved), *rights.moves(used)),
            approver.person if approver else "",
        )
        tx.append("copy.sealed", sealed)
    till.sharing.wishes.pop((terms.COPY, held.key), None)


def _original(till: Till, reader: ShopReader, held: Hold) -> SignedReceipt:
    """The receipt behind a right that lies here: an own one, or the one that came with its grant.
    Refused with `receipt_gone`."""
    granted = journaled.copy_state(held.state).receipt
    if granted is not None:
        return granted
    own = own_receipt(till, reader, held.key)
    if own is None:
        raise Refusal("receipt_gone")
    return own


def own_receipt(till: Till, reader: ShopReader, key: str) -> SignedReceipt | None:
    """A signed receipt of this till by its key; None when it is another till's, or not signed."""
    try:
        register, seq = journaled.of_receipt_key(key)
    except ValueError:
        return None
    entry = reader.entry(seq) if register == till.identity.register_serial else None
    if entry is None or entry.header.kind != "receipt.sealed" or entry.header.mode != NORMAL:
        return None
    body = decode_body(entry.header.kind, entry.header.version, entry.body)
    seqs = reader.receipt_seqs(body.number) if isinstance(body, ReceiptSealed) else None
    return signed_receipt(reader, *seqs) if seqs and seqs[0] == seq else None


def signed_receipt(reader: ShopReader, sealed_seq: int, signed_seq: int) -> SignedReceipt:
    """A receipt out of its two entries (D4)."""
    sealing, signing = reader.entry(sealed_seq), reader.entry(signed_seq)
    assert sealing and signing, "a receipt has its entries"
    sealed = decode_body(sealing.header.kind, sealing.header.version, sealing.body)
    signed = decode_body(signing.header.kind, signing.header.version, signing.body)
    assert isinstance(sealed, ReceiptSealed) and isinstance(signed, ReceiptSigned)
    header = sealing.header
    return SignedReceipt(
        sealed, signed.mark, header.at_utc_ms, header.utc_offset_min, header.till, header.mode
    )


def state_here(till: Till, reader: ShopReader, key: str) -> CopyState:
    """The copies of a receipt as far as this till knows."""
    register, copies = till.identity.register_serial, till.country.copies_allowed
    return journaled.copy_state(hold_of(reader, register, terms.COPY, key, copies).state)


def lies_here(till: Till, reader: ShopReader, key: str) -> bool:
    """Whether a copy could be made here now, without asking anybody."""
    register, copies = till.identity.register_serial, till.country.copies_allowed
    return hold_of(reader, register, terms.COPY, key, copies).have > 0


__all__ = ["lies_here", "make", "own_receipt", "signed_receipt", "state_here"]
